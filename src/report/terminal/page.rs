//! A text in the making: indentation, wrapping, colours.

use anstyle::{AnsiColor, Style as Ansi};

use super::Style;
use super::wrap::wrap;

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Plain,
    Strong,
    Dim,
    Good,
    Bad,
    Open,
    Quote,
}

impl Role {
    fn ansi(self) -> Ansi {
        let colour = |colour: AnsiColor| Ansi::new().fg_color(Some(colour.into()));
        match self {
            Self::Plain => Ansi::new(),
            Self::Strong => Ansi::new().bold(),
            Self::Dim => Ansi::new().dimmed(),
            Self::Good => colour(AnsiColor::Green),
            Self::Bad => colour(AnsiColor::Red),
            Self::Open => colour(AnsiColor::Yellow),
            Self::Quote => colour(AnsiColor::Cyan),
        }
    }
}

/// The text so far.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) text: String,
    style: Style,
}

impl Page {
    pub(super) fn new(style: Style) -> Self {
        Self { text: String::new(), style }
    }

    /// Where lines are wrapped, in terminal columns.
    pub(super) fn width(&self) -> usize {
        self.style.width
    }

    /// `text` in the colour of its role.
    pub(super) fn paint(&self, role: Role, text: &str) -> String {
        if !self.style.colour || role == Role::Plain || text.is_empty() {
            return text.to_owned();
        }
        let ansi = role.ansi();
        format!("{}{text}{}", ansi.render(), ansi.render_reset())
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A line that is made already.
    pub(super) fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// A paragraph, wrapped, each line indented.
    pub(super) fn paragraph(&mut self, indent: usize, role: Role, text: &str) {
        self.labelled(indent, "", role, text);
    }

    /// A paragraph behind a label that stands on its first line.
    pub(super) fn labelled(&mut self, indent: usize, label: &str, role: Role, text: &str) {
        let hang = super::wrap::columns(label);
        for (at, line) in wrap(text, self.style.width.saturating_sub(indent + hang)).into_iter().enumerate() {
            let margin = " ".repeat(indent);
            let head = if at == 0 { self.paint(Role::Dim, label) } else { " ".repeat(hang) };
            let line = format!("{margin}{head}{}", self.paint(role, &line));
            self.line(&line);
        }
    }

    /// A line that must not be wrapped, so that it can be copied.
    pub(super) fn whole(&mut self, indent: usize, role: Role, text: &str) {
        let line = format!("{}{}", " ".repeat(indent), self.paint(role, text));
        self.line(&line);
    }
}
