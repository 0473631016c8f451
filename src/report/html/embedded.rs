//! The report inside the page: each exchange once, and no more of them than a page has room for.

use std::io;

use serde_json::{Map, Value};

use super::escape;
use crate::model::{RunReport, Witness};
use crate::report::words;

/// What the report and the plain tables may take together, in bytes, so that a page opens at once.
const ROOM: usize = 3_000_000;
/// What differences may take of that.
const DIFFS: usize = 500_000;
/// More findings than these are for scripts.
const FINDINGS: usize = 1_000;

/// The report as JSON for a `<script>` element, with the exchanges of each witness once, in a table by the case's
/// order: an answer witnesses dozens of clauses. Those of findings come first; what finds no room is counted in
/// `left_out`. `taken` bytes of the page are spent already.
pub(super) fn json(report: &RunReport, taken: usize) -> io::Result<String> {
    let mut value = serde_json::to_value(report)?;
    trim(&mut value);
    // The page has what differs as it is drawn.
    if let Some(found) = value.get_mut("baseline").and_then(Value::as_object_mut) {
        found.remove("differences");
        found.remove("answers");
    }
    told(&mut value, report);
    for list in ["clauses", "findings"] {
        for member in value[list].as_array_mut().into_iter().flatten() {
            let inner = if list == "clauses" { "sides" } else { "witnesses" };
            for place in member[inner].as_array_mut().into_iter().flatten() {
                let witness = if inner == "sides" { place.get_mut("witness") } else { Some(place) };
                if let Some(Value::Object(witness)) = witness {
                    witness.remove("exchanges");
                }
            }
        }
    }
    let base = escape::json(&serde_json::to_string(&value)?).len();
    let mut room = ROOM.saturating_sub(base + taken);
    let mut shared = Map::new();
    let mut left_out = 0;
    let found = report.findings.iter().take(FINDINGS).filter_map(|finding| finding.witnesses.first());
    let sides = report.clauses.iter().flat_map(|clause| &clause.sides).filter_map(|side| side.witness.as_ref());
    for Witness { order, exchanges, .. } in found.chain(sides) {
        let order = order.to_string();
        if exchanges.is_empty() || shared.contains_key(&order) {
            continue;
        }
        let length = escape::json(&serde_json::to_string(exchanges)?).len();
        if length > room {
            left_out += 1;
            continue;
        }
        room -= length;
        shared.insert(order, serde_json::to_value(exchanges)?);
    }
    value["exchanges"] = Value::Object(shared);
    value["left_out"] = left_out.into();
    Ok(escape::json(&serde_json::to_string(&value)?))
}

/// What became of clauses since earlier runs, in the words of every other format.
fn told(value: &mut Value, report: &RunReport) {
    if let Some(history) = &report.history {
        value["compared"] = words::compared(history).into();
    }
    for (clause, shown) in report.clauses.iter().zip(value["clauses"].as_array_mut().into_iter().flatten()) {
        if let Some(became) = words::became_here(clause) {
            shown["became"] = became.into();
        }
    }
}

/// Leaves out the findings past the first thousand, and differences where there are too many.
fn trim(value: &mut Value) {
    let Some(findings) = value["findings"].as_array_mut() else { return };
    findings.truncate(FINDINGS);
    let kept = findings.len() as u64;
    let mut room = DIFFS;
    for finding in findings {
        let diff = &mut finding["finding"]["diff"];
        let length = diff.to_string().len();
        if length > room {
            *diff = Value::Null;
        } else {
            room -= length;
        }
    }
    for clause in value["clauses"].as_array_mut().into_iter().flatten() {
        if let Some(indices) = clause["findings"].as_array_mut() {
            indices.retain(|index| index.as_u64().is_some_and(|index| index < kept));
        }
    }
}
