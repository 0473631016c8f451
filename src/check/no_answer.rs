//! `no-answer`: there was no complete answer.

use super::checker::may_be_closing;
use super::scene::Told;
use super::{Check, Scene};
use crate::model::{Finding, FindingSite, Lost, Meta};

pub(super) struct NoAnswer;
pub(super) static THIS: NoAnswer = NoAnswer;

static META: Meta = Meta {
    id: "no-answer",
    summary: "The request was not answered, or not completely",
    explain: "The connection was made, but no complete answer came: a time-out, a connection closed early, bytes that are not HTTP, or a \
              body without end. A client can't tell whether the request had an effect. Look into the server's log at this time; \
              if the answer is only slow, raise the operation's `within`. Where nothing says how long an answer may take, a \
              time-out shows nothing.",
};

impl Check for NoAnswer {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let lost = match &scene.exchange.reply {
            // Nobody promised a time.
            Err(Lost::TimeOut(_)) if scene.operation.within.is_none() => return,
            Err(lost @ (Lost::TimeOut(_) | Lost::Closed(_) | Lost::Malformed(_) | Lost::TooLarge(_))) => lost,
            // Without a connection nothing is known about the operation.
            Err(Lost::Resolve(_) | Lost::Connect(_) | Lost::Tls(_) | Lost::NotSent(_)) | Ok(_) => return,
        };
        if scene.step.expect.may_close && may_be_closing(scene.exchange) {
            return;
        }
        let clause = scene.compiled.within.unwrap_or(scene.aimed());
        let told = Told {
            expected: format!("an answer ({})", scene.step.expect.status),
            actual: lost.to_string(),
            diff: None,
        };
        let summary = scene.in_step(&format!("no answer: {lost}"));
        out.push(scene.finding(&META, clause, FindingSite::Connection, summary, told));
    }
}
