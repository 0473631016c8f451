//! `run.ndjson`: the events, one per line, append-only. It is the truth that every report can be rebuilt from.

use std::io::{self, BufRead, BufWriter, Read as _, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Aggregate, Ending, Sink};
use crate::model::{Event, RunReport, Trouble};

/// As much as is held back before it is written.
const ROOM: usize = 64 * 1024;
/// As long as it is held back before it is written.
const PATIENCE: Duration = Duration::from_millis(100);
/// The longest line that is read, in bytes: what has no line end for longer is no log.
const LONGEST: u64 = 256 * 1024 * 1024;

/// Writes the log. What it is given is on its way to the disk within 100 ms, also when no further event comes.
pub struct Log {
    out: Arc<Mutex<Out>>,
    line: Vec<u8>,
    /// Called when the first event is on its way to the disk.
    begun: Option<Begun>,
    stop: Option<Sender<()>>,
    flusher: Option<JoinHandle<()>>,
}

struct Out {
    writer: BufWriter<Box<dyn Write + Send>>,
    waiting: bool,
    failed: Option<io::Error>,
}

/// Gives the log its name.
pub(super) type Begun = Box<dyn FnOnce() -> io::Result<()> + Send>;

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log").finish_non_exhaustive()
    }
}

impl Log {
    /// A log that goes to `out`, usually a file that was just made.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn new(out: Box<dyn Write + Send>) -> io::Result<Self> {
        let writer = BufWriter::with_capacity(ROOM, out);
        let out = Arc::new(Mutex::new(Out { writer, waiting: false, failed: None }));
        let (stop, stopped) = channel();
        let shared = Arc::clone(&out);
        let flusher = std::thread::Builder::new()
            .name("log".into())
            .spawn(move || flush_now_and_then(&shared, &stopped))?;
        Ok(Self { out, line: Vec::new(), begun: None, stop: Some(stop), flusher: Some(flusher) })
    }

    /// The same, with something to do as soon as the first event has been written.
    pub(super) fn beginning(mut self, begun: Begun) -> Self {
        self.begun = Some(begun);
        self
    }

    fn stop(&mut self) {
        self.stop = None;
        if let Some(flusher) = self.flusher.take() {
            let _ = flusher.join();
        }
    }
}

fn flush_now_and_then(shared: &Mutex<Out>, stopped: &Receiver<()>) {
    while stopped.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
        let mut out = shared.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut out.waiting)
            && let Err(error) = out.writer.flush()
        {
            out.failed = Some(error);
            return;
        }
    }
}

impl Sink for Log {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        if matches!(event, Event::CaseStarted(_)) {
            return Ok(());
        }
        self.line.clear();
        serde_json::to_writer(&mut self.line, event)?;
        self.line.push(b'\n');
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = out.failed.take() {
            return Err(error);
        }
        out.writer.write_all(&self.line)?;
        out.waiting = true;
        if let Some(begun) = self.begun.take() {
            out.writer.flush()?;
            begun()?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Ending<'_>) -> io::Result<()> {
        self.stop();
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.failed.take().map_or(Ok(()), Err)?;
        out.writer.flush()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A log that is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The log can't be read.
    #[error("the log can't be read: {0}")]
    Read(#[from] io::Error),
    /// A line, but not the last, is no event.
    #[error("line {line} of the log is no event")]
    Line {
        /// From 1.
        line: u64,
        /// Why.
        source: serde_json::Error,
    },
    /// A line is so long that no event can be meant.
    #[error("line {0} of the log is longer than any event")]
    Endless(u64),
    /// There is no `run-started`.
    #[error("the log does not say how the run started")]
    Empty,
    /// Another process is writing it.
    #[error("the run is still going on: another process writes its log")]
    Busy,
}

/// How a log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tail {
    /// So many bytes are whole events.
    pub(super) whole: u64,
    /// The last event has no line end yet.
    pub(super) open: bool,
    /// A line after that was cut off.
    pub(super) cut_off: bool,
}

/// Hands each event of a log to `each`. A last line that was cut off, as a killed run leaves it, is passed over.
pub(super) fn events(mut log: impl BufRead, mut each: impl FnMut(Event)) -> Result<Tail, LogError> {
    let (mut tail, mut read) = (Tail::default(), 0);
    let (mut started, mut number, mut bad) = (false, 0, None);
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = (&mut log).take(LONGEST).read_until(b'\n', &mut line)?;
        if length == 0 {
            break;
        }
        number += 1;
        if length as u64 == LONGEST && !line.ends_with(b"\n") {
            return Err(LogError::Endless(number));
        }
        read += length as u64;
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Some(error) = bad.take() {
            return Err(error);
        }
        match serde_json::from_slice::<Event>(&line) {
            Ok(event) => {
                started |= matches!(event, Event::RunStarted(_));
                tail = Tail { whole: read, open: !line.ends_with(b"\n"), cut_off: false };
                each(event);
            }
            Err(source) => bad = Some(LogError::Line { line: number, source }),
        }
    }
    if !started {
        return Err(bad.unwrap_or(LogError::Empty));
    }
    Ok(Tail { cut_off: bad.is_some(), ..tail })
}

/// Rebuilds the report of a run from its log. A last line that was cut off is passed over, and the report says so.
///
/// # Errors
/// When a line before the last is no event, or nothing says how the run started.
pub fn read_log(log: impl BufRead) -> Result<RunReport, LogError> {
    let mut aggregate = Aggregate::new();
    if events(log, |event| aggregate.event(&event))?.cut_off {
        let says = "the last line of run.ndjson was cut off and is passed over; what came before it is here";
        aggregate.event(&Event::Troubled(Trouble { code: "log-cut-off".into(), says: says.into() }));
    }
    Ok(aggregate.report())
}
