//! What a mock tells about the requests it answers: lines for a person, and events for a program.
//!
//! Writing never holds up the server: each stream has a thread of its own and a bounded queue. What finds the queue
//! full is counted and said, not waited for.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::mock::{Delivery, Turn};
use crate::model::Contract;
use crate::text::count;

/// Requests that a slow reader may be behind.
const BACKLOG: usize = 4096;
/// How often the end is told to a reader, and how long each time is waited for it.
const FAREWELLS: u32 = 20;
const FAREWELL: Duration = Duration::from_millis(50);
/// A longer method is cut here.
const LONGEST_METHOD: usize = 16;

/// What is told about one request. It holds no value of the request.
#[derive(Debug, Clone)]
struct Entry {
    time: jiff::Timestamp,
    method: String,
    path: Option<String>,
    operation: Option<String>,
    status: u16,
    micros: u64,
    clause: Option<String>,
    reason: Option<String>,
    faults: Vec<&'static str>,
    delivery: &'static str,
    troubles: Vec<String>,
    notices: Vec<String>,
}

impl Entry {
    fn of(contract: &Contract, turn: &Turn<'_>) -> Self {
        let operation = turn.answer.operation.map(|id| contract.operation(id));
        let refused = turn.answer.refused.as_ref();
        let clause = refused.and_then(|refused| refused.clause).map(|id| contract.clause(id).address.clone());
        Self {
            time: jiff::Timestamp::now(),
            method: turn.received.method.chars().take(LONGEST_METHOD).collect(),
            path: operation.map(|operation| operation.path.clone()),
            operation: operation.map(|operation| operation.id.clone()),
            status: turn.answer.status,
            micros: u64::try_from(turn.elapsed.as_micros()).unwrap_or(u64::MAX),
            clause,
            reason: refused.map(|refused| refused.says.clone()),
            faults: turn.answer.faults.clone(),
            delivery: match turn.answer.delivery {
                Delivery::Whole => "whole",
                Delivery::After(_) => "late",
                Delivery::Never => "never",
                Delivery::Closed => "closed",
                Delivery::CutOff => "cut-off",
            },
            troubles: turn.answer.troubles.clone(),
            notices: turn.notices.to_vec(),
        }
    }

    /// As an event: `docs/mock-event.schema.json`.
    fn event(&self) -> Value {
        json!({
            "time": self.time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            "method": self.method,
            "path": self.path,
            "operation": self.operation,
            "status": self.status,
            "micros": self.micros,
            "clause": self.clause,
            "reason": self.reason,
            "faults": self.faults,
            "delivery": self.delivery,
            "troubles": self.troubles,
            "notices": self.notices,
        })
    }

    /// As a line for a person.
    fn line(&self) -> String {
        let status = self.status;
        let style = if status >= 400 || self.reason.is_some() || !self.faults.is_empty() {
            REFUSED
        } else if self.troubles.is_empty() {
            NOTICED
        } else {
            TROUBLED
        };
        let time = clock(self.time);
        // The operation is the first part of the clause's address.
        let place = self.clause.as_deref().or(self.operation.as_deref());
        let faults = (!self.faults.is_empty()).then(|| format!("faults: {}", self.faults.join(", ")));
        let said = self.reason.iter().chain(&self.troubles).chain(&self.notices).chain(&faults);
        let why = said.map(String::as_str).collect::<Vec<_>>().join("; ");
        let why = place.map_or_else(|| why.clone(), |place| format!("{place}: {why}"));
        let path = self.path.as_deref().unwrap_or("(no such path)");
        // What was decided is not what the client got.
        let got = match self.delivery {
            "never" | "closed" => "no answer".to_owned(),
            _ => status.to_string(),
        };
        format!("{time} {} {path} {style}{got}{style:#} {why}", self.method)
    }

    fn is_plain(&self) -> bool {
        self.reason.is_none() && self.troubles.is_empty() && self.notices.is_empty() && self.faults.is_empty()
    }
}

/// The time of day where the person is.
fn clock(time: jiff::Timestamp) -> String {
    time.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S").to_string()
}

const REFUSED: Style = AnsiColor::Yellow.on_default().bold();
const NOTICED: Style = AnsiColor::Cyan.on_default().bold();
const TROUBLED: Style = AnsiColor::Red.on_default().bold();

/// What waits to be told.
#[derive(Debug)]
enum Told {
    /// A request was answered.
    Answered(Entry),
    /// A connection brought none that could be.
    Broken(jiff::Timestamp, String),
    /// There is no more.
    End,
}

/// Where entries go.
#[derive(Debug)]
pub(super) struct Journal {
    lines: Option<Outlet>,
    events: Option<Outlet>,
}

impl Journal {
    /// Lines for a person on standard error, events on standard output: what is asked for.
    pub(super) fn new(lines: bool, events: bool) -> Self {
        let said = |told: &Told| match told {
            Told::Answered(entry) => entry.line(),
            Told::Broken(time, why) => format!("{} {TROUBLED}{why}{TROUBLED:#}", clock(*time)),
            Told::End => String::new(),
        };
        let told = |told: &Told| match told {
            Told::Answered(entry) => entry.event().to_string(),
            Told::Broken(..) | Told::End => String::new(),
        };
        let missed = |n: u64| {
            let verb = if n == 1 { "is" } else { "are" };
            format!("{} {verb} not told here: the reader is too slow", count(n, "request", "requests"))
        };
        let dropped = |count: u64| json!({ "dropped": count }).to_string();
        Self {
            lines: lines.then(|| Outlet::new(anstream::stderr, said, missed)),
            events: events.then(|| Outlet::new(std::io::stdout, told, dropped)),
        }
    }

    /// Tells about one request, without waiting.
    pub(super) fn tell(&self, contract: &Contract, turn: &Turn<'_>) {
        if self.lines.is_none() && self.events.is_none() {
            return;
        }
        let answer = turn.answer;
        let plain = answer.refused.is_none() && answer.troubles.is_empty() && answer.faults.is_empty();
        if plain && turn.notices.is_empty() && self.events.is_none() {
            return;
        }
        let entry = Entry::of(contract, turn);
        if let Some(lines) = self.lines.as_ref().filter(|_| !entry.is_plain()) {
            lines.put(Told::Answered(entry.clone()));
        }
        if let Some(events) = &self.events {
            events.put(Told::Answered(entry));
        }
    }

    /// Tells the person about a connection that brought no request, without waiting.
    pub(super) fn complain(&self, why: &str) {
        if let Some(lines) = &self.lines {
            lines.put(Told::Broken(jiff::Timestamp::now(), why.to_owned()));
        }
    }

    /// Lets the readers have what is still waiting.
    pub(super) fn close(&self) {
        [&self.lines, &self.events].into_iter().flatten().for_each(Outlet::close);
    }
}

/// A stream with a thread and a queue.
#[derive(Debug)]
struct Outlet {
    queue: SyncSender<Told>,
    dropped: Arc<AtomicU64>,
    /// Closed when the thread has ended.
    ended: Mutex<Receiver<()>>,
}

impl Outlet {
    fn new<W: Write + 'static>(
        open: fn() -> W,
        shown: impl Fn(&Told) -> String + Send + 'static,
        missed: impl Fn(u64) -> String + Send + 'static,
    ) -> Self {
        let (queue, waiting) = sync_channel::<Told>(BACKLOG);
        let (ending, ended) = sync_channel(1);
        let dropped = Arc::new(AtomicU64::new(0));
        let lost = Arc::clone(&dropped);
        thread::spawn(move || {
            let _ending = ending;
            let mut stream = open();
            let mut put = |mut line: String| {
                // One write per line, so that no line is torn by another writer of the same stream.
                line.push('\n');
                stream.write_all(line.as_bytes()).and_then(|()| stream.flush()).is_ok()
            };
            for told in waiting.iter().take_while(|told| !matches!(told, Told::End)) {
                let lost = lost.swap(0, Ordering::Relaxed);
                if (lost > 0 && !put(missed(lost))) || !put(shown(&told)) {
                    return; // The reader has gone away.
                }
            }
            let lost = lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                put(missed(lost));
            }
        });
        Self { queue, dropped, ended: Mutex::new(ended) }
    }

    fn put(&self, told: Told) {
        if self.queue.try_send(told).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn close(&self) {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..FAREWELLS {
            // A full queue has a slow reader; where the thread has ended there is none.
            let _ = self.queue.try_send(Told::End);
            if ended.recv_timeout(FAREWELL) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    }
}
