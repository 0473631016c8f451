//! A run beside its baseline, in words that every format has alike.

use super::alike::{self, DAYS, Told};
use super::words::{count, one_line, short};
use crate::model::{BaselineCase, BaselineReport, DiffOp, DifferenceGroup, Hand, OneSided};

/// More names of cases than these are for scripts.
const MOST_NAMES: usize = 20;

/// What differs, each kind once.
pub(super) fn changes(found: &BaselineReport) -> Vec<Told<'_>> {
    alike::arranged(&found.differences, &found.answers)
}

/// `beside the baseline in base: 12 same, 1 changed, 0 new, 0 gone`.
pub(super) fn summary(found: &BaselineReport) -> String {
    format!(
        "beside the baseline in {}: {} same, {} changed, {} new, {} gone",
        found.folder,
        found.same,
        found.changed.len(),
        found.new.len(),
        found.gone.len()
    )
}

/// What differs besides the kinds that are listed.
pub(super) fn left_out(found: &BaselineReport) -> Option<String> {
    (found.left_out > 0).then(|| {
        format!("{} of more kinds than are listed", count(found.left_out, "difference", "differences"))
    })
}

/// The cases that are new and gone, a line for each.
pub(super) fn others(found: &BaselineReport) -> Vec<String> {
    let mut lines = Vec::new();
    for (word, cases) in [("new", &found.new), ("gone", &found.gone)] {
        let line =
            |one: &BaselineCase| one_line(&format!("{word}: {}/{} {}", one.operation, one.case, one.why));
        lines.extend(cases.iter().take(MOST_NAMES).map(line));
        if cases.len() > MOST_NAMES {
            lines.push(format!("{word}: {} more", cases.len() - MOST_NAMES));
        }
    }
    lines
}

/// What a change is, in a few words: `"one" became "two", 3 cases`.
pub(super) fn message(told: &Told<'_>) -> String {
    let group = told.group;
    let value = |text: &Option<String>| text.as_ref().map(|text| one_line(&short(text)));
    let what = match (value(&group.left), value(&group.right)) {
        (Some(left), Some(right)) => format!("{left} became {right}"),
        (Some(left), None) => format!("{left} is gone"),
        (None, Some(right)) => format!("{right} is new"),
        (None, None) => DAYS.kind(group.kind).to_owned(),
    };
    let broken = named(group).map(|broken| format!("; {}", DAYS.broken(group.class, broken)));
    format!("{what}, {}{}", told.counted(), broken.unwrap_or_default())
}

/// The clause to name first: one that is broken now.
fn named(group: &DifferenceGroup) -> Option<&OneSided> {
    group.breaks.iter().find(|broken| broken.side == Hand::Right).or(group.breaks.first())
}

/// The file of the baseline that a change is about: that of its first case.
pub(super) fn file(told: &Told<'_>, found: &BaselineReport) -> Option<String> {
    let first = told.group.witnesses.first()?;
    let one = found.changed.iter().find(|one| one.case == first.case)?;
    let folder = found.folder.replace('\\', "/");
    Some(format!(
        "{}/{}/{}.json",
        folder.trim_start_matches("./").trim_end_matches('/'),
        one.operation,
        one.case
    ))
}

/// A change in full, as plain text.
pub(super) fn describe(told: &Told<'_>) -> Vec<String> {
    let group = told.group;
    let mut lines = vec![told.title(&DAYS), format!("  {}", message(told))];
    let others = group.breaks.iter().filter(|broken| Some(*broken) != named(group));
    lines.extend(others.map(|broken| format!("  {}", DAYS.broken(group.class, broken))));
    if let Some(everywhere) = told.everywhere() {
        lines.push(format!("  in {everywhere}"));
    }
    for diff in told.diff.iter().flat_map(|diff| &diff.lines) {
        let name = match diff.op {
            DiffOp::Expected => "baseline",
            DiffOp::Actual => "now     ",
            DiffOp::Same | DiffOp::Gap => "        ",
        };
        lines.push(format!("  {name} {} {}", diff.op.sign(), diff.text));
    }
    for witness in &group.witnesses {
        lines.push(format!(
            "  case {} {}, step {}: {}",
            witness.case,
            witness.sent,
            witness.step + 1,
            witness.why
        ));
    }
    lines
}
