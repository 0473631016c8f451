//! `too-slow`: the answer took longer than promised.

use std::time::Duration;

use super::scene::Told;
use super::{Check, Scene};
use crate::model::{Finding, FindingSite, Meta};

pub(super) struct TooSlow;
pub(super) static THIS: TooSlow = TooSlow;

static META: Meta = Meta {
    id: "too-slow",
    summary: "The answer took longer than the operation's time budget",
    explain: "The time is counted from the first byte sent to the last byte received. Slow connections and busy test machines count too: \
              raise `within` where they are the reason, or lower `--jobs`.",
};

impl Check for TooSlow {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let (Some(_), Some(limit)) = (scene.reply, scene.operation.within) else { return };
        let elapsed = scene.exchange.elapsed;
        if elapsed <= limit {
            return;
        }
        let clause = scene.compiled.within.unwrap_or(scene.aimed());
        let told = Told {
            expected: format!("within {}", in_words(limit)),
            actual: format!("after {}", in_words(elapsed)),
            diff: None,
        };
        let summary = format!("answered after {}, at most {} are allowed", in_words(elapsed), in_words(limit));
        out.push(scene.finding(&META, clause, FindingSite::Time, summary, told));
    }
}

/// `850 ms`, `2 s`, `2.31 s`.
fn in_words(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        return format!("{} ms", time.as_millis());
    }
    let text = format!("{:.2}", time.as_secs_f64());
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}
