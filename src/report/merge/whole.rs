//! What keeps runs from being the shards of one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Refused, Seen};
use crate::report::words::count;

/// The shards are of one contract, and were asked for the same.
pub(super) fn alike(seen: &[Seen], refused: &mut Refused) {
    let Some((first, others)) = seen.split_first() else { return };
    for other in others {
        let names = format!("{} and {}", first.name, other.name);
        let (mine, theirs) = (&first.started, &other.started);
        if mine.contract.fingerprint != theirs.contract.fingerprint {
            refused.add(
                format!(
                    "the contracts differ: {names} have the fingerprints {} and {}",
                    short(&mine.contract.fingerprint),
                    short(&theirs.contract.fingerprint)
                ),
                "run all shards with the same contract files",
            );
        }
        if mine.version != theirs.version {
            refused.add(
                format!("the versions differ: {names} were run by {} and {}", mine.version, theirs.version),
                "run all shards with the same countersign",
            );
        }
        if first.shard.of != other.shard.of {
            refused.add(
                format!("the numbers of shards differ: {names}"),
                "give the shards of one run: all of them are K/N with the same N",
            );
        }
        let differences = mine.settings.differences(&theirs.settings);
        if !differences.is_empty() {
            refused.add(
                format!("the settings differ: {names}: {}", differences.join("; ")),
                "run all shards with the same arguments, but for --shard",
            );
        }
        if mine.baseline != theirs.baseline {
            refused.add(
                format!("the baselines differ: {names} were held against folders of other names or cases"),
                "give all shards the same --baseline, as it was committed",
            );
        }
        let planned = |seen: &Seen| seen.plan.as_ref().map(|plan| (plan.digest.clone(), plan.cases));
        if let (Some(mine), Some(theirs)) = (planned(first), planned(other))
            && mine != theirs
            && refused.messages.is_empty()
        {
            refused.add(
                format!("the plans differ: {names} saw {} and {}", mine.1, count(theirs.1, "case", "cases")),
                "give each shard the same variables: which are set decides about the plan",
            );
        }
    }
}

/// No shard and no case is there twice, and each case is in its own shard.
pub(super) fn once(seen: &[Seen], refused: &mut Refused) {
    let mut by_number: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for one in seen {
        by_number.entry(one.shard.number).or_default().push(&one.name);
        if one.doubled > 0 {
            refused.add(format!("{}: {} there twice", one.name, are(one.doubled)), "run this shard again");
        }
        if one.foreign > 0 {
            refused.add(
                format!("{}: {} of another shard", one.name, are(one.foreign)),
                "the log was not written by this shard; run it again",
            );
        }
    }
    for names in by_number.values().filter(|names| names.len() > 1) {
        refused.add(
            format!("a shard is there {} times: {}", names.len(), names.join(" and ")),
            "give one run of each shard; --resume goes on with a run that was cut off",
        );
    }
}

fn are(cases: u64) -> String {
    format!("{} {}", count(cases, "case", "cases"), if cases == 1 { "is" } else { "are" })
}

/// No shard and no case is missing.
pub(super) fn missing(seen: &[Seen], refused: &mut Refused) {
    let of = seen.first().map_or(1, |one| one.shard.of);
    let there: BTreeSet<u32> = seen.iter().map(|one| one.shard.number).collect();
    // There may be many of them where somebody mistook a number.
    let not_there: Vec<String> = (1..=of)
        .filter(|number| !there.contains(number))
        .take(17)
        .map(|number| format!("{number}/{of}"))
        .collect();
    if !not_there.is_empty() {
        let more = if not_there.len() > 16 { " …" } else { "" };
        let names = not_there.iter().take(16).cloned().collect::<Vec<_>>().join(", ");
        let says = if not_there.len() == 1 {
            format!("shard {names} is missing")
        } else {
            format!("shards {names}{more} are missing")
        };
        refused.add(says, "merge when all shards have ended");
    }
    for one in seen {
        let help = format!(
            "`countersign run --resume DIR`, with the shard's own arguments, plays the rest: {}",
            one.name
        );
        let Some((plan, _)) = one.plan.as_ref().zip(one.finished.as_ref()) else {
            let because =
                one.finished.as_ref().map_or("its log ends before the run did", |end| &end.exit.because);
            refused.add(format!("{} ended before its plan did: {because}", one.name), &help);
            continue;
        };
        let told = one.cases + plan.held_back + plan.lost;
        if told < plan.share {
            let (lost, verb) = (plan.share - told, if plan.share - told == 1 { "is" } else { "are" });
            let says =
                format!("{}: {lost} of its {} {verb} missing", one.name, count(plan.share, "case", "cases"));
            refused.add(says, &help);
        }
    }
    if refused.messages.is_empty() {
        let plans = || seen.iter().filter_map(|one| one.plan.as_ref());
        let (shares, cases) =
            (plans().map(|plan| plan.share).sum::<u64>(), plans().map(|plan| plan.cases).max());
        if Some(shares) != cases {
            let says = format!(
                "the shards have {}, the plan has {}",
                count(shares, "case", "cases"),
                cases.unwrap_or_default()
            );
            refused.add(says, "run all shards again");
        }
    }
}

fn short(fingerprint: &str) -> &str {
    fingerprint.get(..12).unwrap_or(fingerprint)
}
