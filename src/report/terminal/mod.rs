//! The terminal: a progress bar while cases run (on a terminal only), then the findings, the clauses in short, one
//! line of summary and where the reports are.

mod comparison;
mod history;
mod page;
mod text;
mod wrap;

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Ending, Sink, words};
use crate::model::{Event, VerdictStatus};

pub use comparison::comparison;
pub use history::history;
pub use text::text;

/// How texts are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether there are ANSI colours.
    pub colour: bool,
    /// Where lines are wrapped, in terminal columns.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 100 }
    }
}

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Talk {
    /// Nothing but the line of summary, and no progress bar.
    pub quiet: bool,
    /// How many cases are expected; None: the bar only counts.
    pub expected: Option<u64>,
    /// How the text at the end is drawn.
    pub style: Style,
}

/// The sink for people.
pub struct Terminal {
    out: Box<dyn Write + Send>,
    talk: Talk,
    bar: ProgressBar,
    broken: u64,
    inconclusive: u64,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terminal").field("talk", &self.talk).finish_non_exhaustive()
    }
}

impl Terminal {
    /// Writes to standard output, in colours where that is a terminal and `NO_COLOR` is not set; the bar goes to
    /// standard error.
    #[must_use]
    pub fn new(talk: Talk) -> Self {
        let style = Style { colour: true, ..talk.style };
        Self::to(Box::new(anstream::stdout()), Talk { style, ..talk })
    }

    /// Writes to `out`, just as `talk` says.
    #[must_use]
    pub fn to(out: Box<dyn Write + Send>, talk: Talk) -> Self {
        let target = if talk.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(talk.expected, target);
        let shape = match talk.expected {
            Some(_) => "{spinner} {bar:24} {pos}/{len} cases {wide_msg}",
            None => "{spinner} {pos} cases {wide_msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(shape) {
            bar.set_style(style);
        }
        Self { out, talk, bar, broken: 0, inconclusive: 0 }
    }
}

impl Sink for Terminal {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(_) => self.bar.enable_steady_tick(Duration::from_millis(120)),
            Event::CaseFinished(case) => {
                self.bar.inc(1);
                match case.status {
                    VerdictStatus::Kept => return Ok(()),
                    VerdictStatus::Broken => self.broken += 1,
                    VerdictStatus::Inconclusive => self.inconclusive += 1,
                }
                self.bar
                    .set_message(format!("· {} broken · {} inconclusive", self.broken, self.inconclusive));
            }
            Event::Troubled(trouble) if !self.talk.quiet => {
                let says = words::one_line(&trouble.says);
                self.bar.suspend(|| writeln!(anstream::stderr(), "trouble: {says}"))?;
            }
            Event::RunFinished(_) => self.bar.finish_and_clear(),
            _ => {}
        }
        Ok(())
    }

    fn finish(&mut self, ending: &Ending<'_>) -> io::Result<()> {
        self.bar.finish_and_clear();
        let whole = if self.talk.quiet { text::summary } else { text };
        self.out.write_all(whole(ending.report, self.talk.style).as_bytes())?;
        for trouble in ending.troubles {
            writeln!(self.out, "trouble: {}", words::one_line(&trouble.says))?;
        }
        let best = ending.written.iter().find(|path| path.extension().is_some_and(|is| is == "html"));
        if let Some(path) = best.or(ending.written.first())
            && !self.talk.quiet
        {
            writeln!(self.out, "report: {}", shown(path))?;
        }
        self.out.flush()
    }
}

fn shown(path: &Path) -> String {
    words::one_line(&path.display().to_string())
}
