//! What differs between two plays of a case on the same deployment: noise, and the rule that says so.

use std::collections::{BTreeMap, BTreeSet};

use super::differ::differences;
use super::noise::recognised;
use super::rules::Rules;
use crate::model::{CaseRecord, DifferenceKind, Noise, Place, Volatile};

/// So many members of one object that come and go are told one by one.
const MOST_NAMES: usize = 50;

/// What two plays of a case tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calibration {
    /// Where the answers differ, and in which way.
    pub rules: Vec<Volatile>,
    /// Where a status differs: the operation, and both statuses in words. What is behind it is not compared.
    pub unsteady: Option<(String, String)>,
}

/// What differs between two plays of the same case on the same deployment.
#[must_use]
pub fn calibrate(one: &CaseRecord, other: &CaseRecord) -> Calibration {
    let mut found = Calibration::default();
    for difference in differences(one, other, &Rules::default()) {
        let Some(step) = one.steps.get(difference.step) else { continue };
        let mut add = |place: Place, rule: Noise| {
            let status = step.status.map(|status| status.to_string()).unwrap_or_default();
            found.rules.push(Volatile { operation: step.operation.clone(), status, place, rule });
        };
        let (left, right) = (difference.left, difference.right);
        match (&difference.place, difference.kind) {
            (Place::Status | Place::Answer, _) => {
                let word = |value: Option<serde_json::Value>| {
                    value.map_or_else(|| "no answer".into(), |value| value.to_string().replace('"', ""))
                };
                found.unsteady =
                    Some((step.operation.clone(), format!("{}, then {}", word(left), word(right))));
            }
            (Place::Body(at), DifferenceKind::Moved) => match at.strip_suffix("/*") {
                Some(array) => add(Place::Body(array.into()), Noise::Unordered(None)),
                None => add(difference.place, Noise::Any),
            },
            (place, DifferenceKind::Changed | DifferenceKind::Retyped) => {
                if let (Some(left), Some(right)) = (left, right) {
                    add(place.clone(), recognised(&left, &right));
                }
            }
            (place, DifferenceKind::Added | DifferenceKind::Removed | DifferenceKind::Moved) => {
                add(place.clone(), Noise::Any);
            }
            // The same to every reader, or no difference of two answers.
            (
                _,
                DifferenceKind::MemberOrder
                | DifferenceKind::NumberWriting
                | DifferenceKind::WhiteSpace
                | DifferenceKind::Judged
                | DifferenceKind::Steps,
            ) => {}
        }
    }
    found.rules = summed(found.rules);
    found
}

/// Where very many members of an object come and go, it is one whose names mean nothing: a single rule says so.
fn summed(rules: Vec<Volatile>) -> Vec<Volatile> {
    let parent = |rule: &Volatile| match (&rule.place, &rule.rule) {
        (Place::Body(at), Noise::Any) => at.rsplit_once('/').map(|(parent, _)| format!("{parent}/*")),
        _ => None,
    };
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for rule in &rules {
        if let Some(parent) = parent(rule) {
            *counts.entry((rule.operation.clone(), parent)).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count > MOST_NAMES);
    let mut told = BTreeSet::new();
    rules
        .into_iter()
        .filter_map(|rule| {
            let place = parent(&rule).map(|parent| (rule.operation.clone(), parent));
            let Some(place) = place.filter(|place| counts.contains_key(place)) else { return Some(rule) };
            let all = Volatile { place: Place::Body(place.1.clone()), ..rule };
            told.insert(place).then_some(all)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::model::{CaseId, Kept, Side, StepRecord};

    fn record(body: Value, made: &[(&str, &str)]) -> CaseRecord {
        CaseRecord {
            case: CaseId("0".into()),
            round: 0,
            order: 0,
            operation: "op".into(),
            clause: "op/example/a".into(),
            side: Side::Accept,
            why: "a".into(),
            steps: vec![StepRecord {
                operation: "op".into(),
                sent: "GET /".into(),
                status: Some(200),
                lost: None,
                headers: BTreeMap::from([("content-type".into(), "application/json".into())]),
                body: Some(Kept::Json(body)),
                compact: true,
                micros: 1,
            }],
            findings: Vec::new(),
            made: made.iter().map(|(label, text)| ((*label).into(), (*text).into())).collect(),
        }
    }

    #[test]
    fn noise_is_found_typed_and_then_quiet() {
        let one = record(
            json!({"id": 7, "at": "2026-01-01T00:00:00Z", "etag": "ab", "rows": ["x", "y", "z"], "n": 1, "user": "u"}),
            &[("made: make", "7")],
        );
        let other = record(
            json!({"id": 8, "at": "2026-01-01T00:00:09Z", "etag": "cd", "rows": ["z", "x", "y"], "n": 4, "user": "u"}),
            &[("made: make", "8")],
        );
        let found = calibrate(&one, &other);
        let told: Vec<String> =
            found.rules.iter().map(|rule| format!("{} {}", rule.place, rule.rule.word())).collect();
        assert_eq!(told, ["/at date-time", "/etag token", "/rows unordered", "/n counter"]);
        let mut rules = Rules::default();
        found.rules.into_iter().for_each(|rule| rules.add(rule));
        assert_eq!(differences(&one, &other, &rules), []);
        // What is not noise shows, and what is not of the noise's kind as well.
        let third = record(
            json!({"id": 9, "at": "2026-01-03T00:00:00Z", "etag": null, "rows": ["z", "x", "q"], "n": "four", "user": "w"}),
            &[("made: make", "9")],
        );
        let mut places: Vec<String> =
            differences(&one, &third, &rules).iter().map(|difference| difference.place.to_string()).collect();
        places.sort();
        places.dedup();
        assert_eq!(places, ["/at", "/etag", "/n", "/rows/*", "/user"]);
    }

    #[test]
    fn names_that_are_others_each_time_are_one_rule() {
        let map = |from: usize| -> Value {
            (from..from + 20_000).map(|n| (format!("name-{n}x"), json!([n]))).collect::<Map<_, _>>().into()
        };
        let (one, other) =
            (record(json!({"by": map(0), "n": 1}), &[]), record(json!({"by": map(50_000), "n": 1}), &[]));
        let found = calibrate(&one, &other);
        let told: Vec<String> =
            found.rules.iter().map(|rule| format!("{} {}", rule.place, rule.rule.word())).collect();
        assert_eq!(told, ["/by/* any"]);
        let mut rules = Rules::default();
        found.rules.into_iter().for_each(|rule| rules.add(rule));
        assert_eq!(differences(&one, &other, &rules), []);
        // Without a rule each of them is told, and the answer is drawn once.
        let mut gather = crate::record::Gather::default();
        gather.case(&Rules::default(), &[one], &[other], false);
        let gathered = gather.finish().0;
        assert_eq!((gathered.groups.len(), gathered.left_out), (200, 39_800));
    }
}
