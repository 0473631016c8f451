//! `countersign run --resume`: a run that ended before its plan did goes on.

use std::path::Path;

use super::say;
use crate::assemble::{Job, Misused, Target};
use crate::model::{Event, RunResumed};
use crate::report::{LogError, Past};
use crate::run::{Earlier, now};
use crate::text::count;

/// The run in `folder`; `job` then leaves out what it has played.
///
/// # Errors
/// When there is no such run, it is still going on, or the job is not the same.
pub(super) fn past(folder: &Path, job: &mut Job) -> Result<Past, Misused> {
    let past = Past::read(folder).map_err(|error| {
        let help = match error {
            LogError::Busy => "wait until it has ended",
            LogError::Empty | LogError::Read(_) => {
                "give the folder of a run, or start a new run without --resume"
            }
            LogError::Line { .. } | LogError::Endless(_) => "start a new run without --resume",
        };
        Misused::message(format!("--resume {}: {error}", folder.display()), &[help])
    })?;
    let mut wrong = Misused::default();
    let mut differ = |says: String, help: &str| {
        wrong.messages.push((format!("--resume {}: {says}", folder.display()), vec![help.to_owned()]));
    };
    let (then, now) = (&past.started, &job.started);
    if then.contract.fingerprint != now.contract.fingerprint {
        differ(
            format!(
                "the contract is another one than that of the run: its fingerprint was {:.12}…, and is {:.12}…",
                then.contract.fingerprint, now.contract.fingerprint
            ),
            "verdicts about another contract can't be added; start a new run",
        );
    }
    if then.version != now.version {
        differ(
            format!("the run was begun by countersign {}, this is {}", then.version, now.version),
            "another version may plan other cases; start a new run",
        );
    }
    if then.settings.shard != now.settings.shard {
        let word =
            |shard: Option<crate::model::Shard>| shard.map_or("none".into(), |shard| shard.to_string());
        differ(
            format!("--shard was {}, and is {}", word(then.settings.shard), word(now.settings.shard)),
            "give the arguments that the run was begun with",
        );
    }
    if then.baseline != now.baseline {
        differ(
            "the baseline is another one than that of the run, or its cases are others".into(),
            "give the arguments that the run was begun with",
        );
    }
    for difference in then.settings.differences(&now.settings) {
        differ(
            format!("then and now differ in {difference}"),
            "give the arguments that the run was begun with",
        );
    }
    if !wrong.messages.is_empty() {
        return Err(wrong);
    }
    let cut_off = if past.cut_off() { "; the last line was cut off and is passed over" } else { "" };
    say(&format!(
        "resuming {}: its log has {}{cut_off}",
        past.folder().display(),
        count(past.played.len() as u64, "case", "cases")
    ));
    job.conduct.earlier = Earlier {
        played: past.played.clone(),
        accepting: past.accepting.clone(),
        inconclusive: past.inconclusive,
        // Each run has a mock of its own, so nothing is left to be put back.
        reach: if job.suite.target == Target::Mock { 0 } else { past.reach },
    };
    Ok(past)
}

/// How the next part of the run begins.
pub(super) fn event(past: &Past) -> Event {
    let cases = past.played.len() as u64;
    Event::RunResumed(RunResumed { resumed: now(), cases, cut_off: past.cut_off() })
}
