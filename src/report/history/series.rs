//! Which of the runs that were read belong to one history, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use super::library::{Kept, Library};
use crate::model::{RunSettings, Shard};
use crate::report::words::{count, one_line};

/// Which runs are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'c> {
    /// Runs against all targets are one history. Else: those against the target, and with the environment, of the
    /// newest run.
    pub all_targets: bool,
    /// The newest run against this target is meant.
    pub target: Option<&'c str>,
    /// Only so many of the newest.
    pub limit: Option<usize>,
}

/// The target and the environment of the runs of one history.
pub(super) type Target<'s> = (&'s str, Option<&'s str>);

/// The runs of one history, oldest first, and what was left out.
#[derive(Debug)]
pub(super) struct Series<'l> {
    pub(super) runs: Vec<&'l Kept>,
    pub(super) left_out: Vec<String>,
}

/// The target and the environment that a run with these settings belongs to.
pub(super) fn target_of(settings: &RunSettings) -> Target<'_> {
    (&settings.target, settings.environment.as_deref())
}

/// The newest run, or the newest against a target.
pub(super) fn newest<'l>(library: &'l Library, target: Option<&str>) -> Option<&'l Kept> {
    let wanted = |kept: &&Kept| target.is_none_or(|target| kept.told.target == target);
    library.runs.iter().filter(wanted).max_by_key(|kept| moment(kept))
}

/// Chooses and orders the runs against `target`, or against all.
pub(super) fn series<'l>(
    library: &'l Library,
    target: Option<Target<'_>>,
    limit: Option<usize>,
) -> Series<'l> {
    let mut left_out = library.left_out().to_vec();
    let mut runs = once(library, &mut left_out);
    without_merged(&mut runs, &mut left_out);
    if let Some(wanted) = target {
        only(&mut runs, wanted, &mut left_out);
    }
    runs.sort_by_key(|kept| moment(kept));
    let older = runs.len().saturating_sub(limit.unwrap_or(usize::MAX));
    if older > 0 {
        left_out.push(format!("{} that --limit leaves out", count(older as u64, "older run", "older runs")));
        runs.drain(..older);
    }
    Series { runs, left_out }
}

/// When a run started, then its name.
pub(super) fn moment(kept: &Kept) -> (jiff::Timestamp, String, Option<Shard>) {
    // It was parsed when it was read.
    let started = kept.name.started.parse().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    (started, kept.name.run.clone(), kept.scope.shard)
}

/// Each run once: of copies, the one that came furthest.
fn once<'l>(library: &'l Library, left_out: &mut Vec<String>) -> Vec<&'l Kept> {
    let mut known: BTreeMap<(&str, Option<Shard>), &Kept> = BTreeMap::new();
    let mut copies = 0;
    for kept in &library.runs {
        let far = |kept: &Kept| (kept.whole, kept.told.totals.cases);
        match known.entry((kept.name.run.as_str(), kept.scope.shard)) {
            std::collections::btree_map::Entry::Vacant(entry) => drop(entry.insert(kept)),
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                copies += 1;
                if far(kept) > far(entry.get()) {
                    entry.insert(kept);
                }
            }
        }
    }
    if copies > 0 {
        left_out.push(format!("{} of runs that are counted once", count(copies, "copy", "copies")));
    }
    known.into_values().collect()
}

/// Shards whose merged run is there are no runs of their own.
fn without_merged(runs: &mut Vec<&Kept>, left_out: &mut Vec<String>) {
    let merged: BTreeSet<&str> = runs.iter().flat_map(|kept| &kept.merged).map(String::as_str).collect();
    let before = runs.len();
    runs.retain(|kept| kept.scope.shard.is_none() || !merged.contains(kept.name.run.as_str()));
    let gone = (before - runs.len()) as u64;
    if gone > 0 {
        left_out.push(format!("{}, counted as the runs they were merged to", count(gone, "shard", "shards")));
    }
}

fn only(runs: &mut Vec<&Kept>, wanted: Target<'_>, left_out: &mut Vec<String>) {
    let of = |kept: &Kept| (kept.told.target.clone(), kept.told.environment.clone());
    let mut others: BTreeMap<(String, Option<String>), u64> = BTreeMap::new();
    runs.retain(|kept| {
        let mine = of(kept);
        let belongs = (mine.0.as_str(), mine.1.as_deref()) == wanted;
        if !belongs {
            *others.entry(mine).or_default() += 1;
        }
        belongs
    });
    for ((target, environment), n) in others {
        let environment = environment.map(|name| format!(" (environment {name})")).unwrap_or_default();
        let runs = count(n, "run", "runs");
        left_out.push(one_line(&format!("{runs} against {target}{environment}, another target")));
    }
}
