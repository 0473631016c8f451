//! The differences of a case: classed, one for each place and kind, with the answers drawn once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::differ::{Difference, differences, shown};
use super::rules::Rules;
use crate::conform::{clip, short};
use crate::delta;
use crate::model::{
    CaseDifferences, CaseRecord, ComparedTotals, Diff, DiffLine, DiffOp, DifferenceClass, DifferenceGroup,
    DifferenceKind, DifferenceWitness, Differences, Drawn, FindingSite, Gathered, Hand, Kept, NotedFinding,
    OneSided, Place,
};
use crate::text::Severity;

/// More differences of one case are for nobody; they are counted.
const MOST_OF_A_CASE: usize = 200;
/// The longest text that is told word by word, in bytes.
const MOST_WORDS: usize = 4_000;
/// The most header fields of an answer that are drawn.
const MOST_FIELDS: usize = 50;

/// What the cases compared so far have shown.
#[derive(Debug, Default)]
pub struct Gather {
    found: Differences,
    totals: ComparedTotals,
}

/// A difference, and what it means.
struct Told {
    difference: Difference,
    class: DifferenceClass,
    breaks: Vec<OneSided>,
}

impl Gather {
    /// A case that was played on one side only.
    pub fn only(&mut self, side: Hand) {
        match side {
            Hand::Left => self.totals.only_left += 1,
            Hand::Right => self.totals.only_right += 1,
        }
    }

    /// Compares the records of a case, see [`compared`].
    pub fn case(&mut self, rules: &Rules, left: &[CaseRecord], right: &[CaseRecord], unsteady: bool) {
        let alike = |(one, other): (&CaseRecord, &CaseRecord)| {
            one.findings.iter().any(|finding| is_among(finding, &other.findings))
        };
        self.totals.cases += 1;
        self.totals.broken_alike += u64::from(left.iter().zip(right).any(alike));
        let found = compared(rules, left, right, unsteady);
        match found.differences.first().map(|worst| worst.class) {
            None => self.totals.same += 1,
            Some(DifferenceClass::Breaking) => self.totals.breaking += 1,
            Some(DifferenceClass::Compatible) => self.totals.compatible += 1,
            Some(DifferenceClass::Cosmetic) => self.totals.cosmetic += 1,
        }
        self.found.add(left.first().map_or(0, |record| record.order), found);
    }

    /// What all cases have shown.
    #[must_use]
    pub fn finish(self) -> (Gathered, ComparedTotals) {
        (self.found.finish(), self.totals)
    }
}

/// Compares the records of a case, each pair of them with the same round; `unsteady` where the left's own status is not
/// the same each time, so that it tells nothing.
#[must_use]
pub fn compared(rules: &Rules, left: &[CaseRecord], right: &[CaseRecord], unsteady: bool) -> CaseDifferences {
    let mut known: BTreeSet<(usize, Place, DifferenceKind)> = BTreeSet::new();
    let mut found: Vec<DifferenceGroup> = Vec::new();
    let mut answers: BTreeMap<usize, Option<Diff>> = BTreeMap::new();
    let mut left_out = 0;
    for (round, (one, other)) in left.iter().zip(right).enumerate() {
        let mut findings = one_sided(left, right, round, Hand::Left);
        findings.extend(one_sided(right, left, round, Hand::Right));
        let mut told = classed(one, other, rules, findings);
        told.sort_by_key(|told| told.class);
        for Told { difference, class, breaks } in told {
            let Difference { step, place, kind, .. } = &difference;
            if unsteady && matches!(place, Place::Status | Place::Answer) {
                continue;
            }
            if !known.insert((*step, place.clone(), *kind)) {
                continue;
            }
            let group = group(&difference, class, breaks, one, other);
            // Several steps of a case are one case.
            let same = |known: &&mut DifferenceGroup| {
                (known.class, &known.operation, known.status, &known.place, known.kind)
                    == (group.class, &group.operation, group.status, &group.place, group.kind)
            };
            if let Some(first) = found.iter_mut().find(same) {
                first.breaks.extend(group.breaks);
            } else if found.len() >= MOST_OF_A_CASE {
                left_out += 1;
            } else {
                if !group.says_all() {
                    answers.entry(*step).or_insert_with(|| drawn(one, other, *step, rules));
                }
                found.push(group);
            }
        }
    }
    found.sort_by_key(|group| group.class);
    let case = left.first().map(|record| record.case.clone());
    let drawn =
        answers.into_iter().filter_map(|(step, diff)| Some(Drawn { case: case.clone()?, step, diff: diff? }));
    CaseDifferences { differences: found, answers: drawn.collect(), left_out }
}

/// A difference of these two records as a group of one case.
fn group(
    difference: &Difference,
    class: DifferenceClass,
    breaks: Vec<OneSided>,
    one: &CaseRecord,
    other: &CaseRecord,
) -> DifferenceGroup {
    let at = difference.step.min(one.steps.len().max(1) - 1);
    let step = one.steps.get(at).or_else(|| other.steps.get(at));
    DifferenceGroup {
        class,
        kind: difference.kind,
        operation: step.map_or_else(|| one.operation.clone(), |step| step.operation.clone()),
        status: [one, other].map(|record| record.steps.get(at).and_then(|step| step.status)),
        place: difference.place.clone(),
        left: difference.left.as_ref().map(|value| excerpt(value, difference.right.as_ref())),
        right: difference.right.as_ref().map(|value| excerpt(value, difference.left.as_ref())),
        breaks,
        cases: 1,
        witnesses: vec![DifferenceWitness {
            case: one.case.clone(),
            why: clip(&one.why, 300),
            clause: one.clause.clone(),
            step: difference.step,
            sent: step.map(|step| step.sent.clone()).unwrap_or_default(),
        }],
        words: words(difference),
    }
}

/// A value in short; of a long text, what stands where it is another one than the `other`.
fn excerpt(value: &Value, other: Option<&Value>) -> String {
    /// Characters before the place, and from there on.
    const AROUND: (usize, usize) = (12, 40);
    let whole = short(value);
    let (Value::String(text), Some(Value::String(other))) = (value, other) else { return whole };
    let length = text.chars().count();
    if whole.starts_with('"') {
        return whole;
    }
    let common = text.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let from = common.saturating_sub(AROUND.0);
    let part: String = text.chars().skip(from).take(AROUND.0 + AROUND.1).collect();
    let rest = from + AROUND.0 + AROUND.1 < length;
    let (before, behind) = (if from > 0 { "…" } else { "" }, if rest { "…" } else { "" });
    format!("{} ({length} characters)", Value::from(format!("{before}{part}{behind}")))
}

/// What breaks the contract in this round of a side and not in that of the other. How long one answer took tells nothing:
/// a time is broken where each round of the side breaks it, and none of the other.
fn one_sided(
    mine: &[CaseRecord],
    others: &[CaseRecord],
    round: usize,
    side: Hand,
) -> Vec<(NotedFinding, Hand)> {
    let has = |record: &CaseRecord, finding: &NotedFinding| is_among(finding, &record.findings);
    let only_here = |finding: &&NotedFinding| match finding.site {
        FindingSite::Time => {
            mine.iter().all(|record| has(record, finding))
                && !others.iter().any(|record| has(record, finding))
        }
        _ => others.get(round).is_none_or(|other| !has(other, finding)),
    };
    let all = mine.get(round).into_iter().flat_map(|record| &record.findings);
    all.filter(only_here).map(|finding| (finding.clone(), side)).collect()
}

fn is_among(finding: &NotedFinding, others: &[NotedFinding]) -> bool {
    others.iter().any(|other| {
        (other.step, &other.clause, &other.check) == (finding.step, &finding.clause, &finding.check)
    })
}

/// The differences of two records with what they mean: what one side's findings are about breaks the contract there.
fn classed(
    one: &CaseRecord,
    other: &CaseRecord,
    rules: &Rules,
    findings: Vec<(NotedFinding, Hand)>,
) -> Vec<Told> {
    let found = differences(one, other, rules);
    let mut told: Vec<Told> = found
        .into_iter()
        .map(|difference| {
            let cosmetic = matches!(
                difference.kind,
                DifferenceKind::MemberOrder | DifferenceKind::NumberWriting | DifferenceKind::WhiteSpace
            );
            let class = if cosmetic { DifferenceClass::Cosmetic } else { DifferenceClass::Compatible };
            Told { difference, class, breaks: Vec::new() }
        })
        .collect();
    for (finding, side) in findings {
        let breaks = OneSided { side, clause: finding.clause.clone(), summary: finding.summary.clone() };
        let about = |told: &Told| {
            told.difference.step == finding.step && concerns(&finding.site, &told.difference.place)
        };
        let near =
            |told: &Told| told.difference.step == finding.step && told.class != DifferenceClass::Cosmetic;
        // A member that is not documented is told with its clause, and breaks nothing.
        let is_error = finding.severity == Severity::Error;
        let mut any = false;
        for told in told.iter_mut().filter(|told| about(told)) {
            if is_error {
                told.class = DifferenceClass::Breaking;
            }
            told.breaks.push(breaks.clone());
            any = true;
        }
        if any || !is_error {
            continue;
        }
        if let Some(told) = told.iter_mut().find(|told| near(told)) {
            told.class = DifferenceClass::Breaking;
            told.breaks.push(breaks);
            continue;
        }
        let (text, none) = (Some(Value::from(finding.summary.clone())), Some(Value::from("kept")));
        let (left, right) = if side == Hand::Left { (text, none) } else { (none, text) };
        told.push(Told {
            difference: Difference {
                step: finding.step,
                place: place(&finding.site),
                kind: DifferenceKind::Judged,
                left,
                right,
            },
            class: DifferenceClass::Breaking,
            breaks: vec![breaks],
        });
    }
    // What comes after a step that breaks the contract on one side follows from it: an identifier that is wrong is not
    // found, a sequence ends.
    let broken = told
        .iter()
        .filter(|told| told.class == DifferenceClass::Breaking)
        .map(|told| told.difference.step)
        .min();
    told.retain(|told| broken.is_none_or(|broken| told.difference.step <= broken));
    told
}

fn place(site: &FindingSite) -> Place {
    match site {
        FindingSite::Status => Place::Status,
        FindingSite::Header(name) => Place::Header(name.clone()),
        FindingSite::Body(at) => Place::Body(general(at)),
        FindingSite::Time | FindingSite::Connection => Place::Answer,
    }
}

/// A pointer with `*` for what looks like an index.
fn general(at: &str) -> String {
    let digits = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    at.split('/').map(|token| if digits(token) { "*" } else { token }).collect::<Vec<_>>().join("/")
}

/// Whether a finding there is about a difference here.
fn concerns(site: &FindingSite, place: &Place) -> bool {
    match (site, place) {
        (_, Place::Status | Place::Answer) => true,
        (FindingSite::Header(name), Place::Header(other)) => name == other,
        (FindingSite::Body(at), Place::Body(other)) => {
            let (at, other) = (general(at), general(other));
            let inside = |outer: &str, inner: &str| {
                inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            inside(&at, &other) || inside(&other, &at)
        }
        _ => false,
    }
}

/// The answers of a step line by line.
fn drawn(one: &CaseRecord, other: &CaseRecord, step: usize, rules: &Rules) -> Option<Diff> {
    let (left, right) = (shown(one, rules), shown(other, rules));
    let (left, right) = (left.steps.get(step)?, right.steps.get(step)?);
    let mut lines = Vec::new();
    let mut line = |op: DiffOp, text: String| lines.push(DiffLine { op, text });
    if left.status != right.status || left.lost != right.lost {
        for (op, step) in [(DiffOp::Expected, left), (DiffOp::Actual, right)] {
            let status = step.status.map(|status| status.to_string());
            line(op, status.or_else(|| step.lost.clone()).unwrap_or_default());
        }
    }
    let only_right = right.headers.keys().filter(|name| !left.headers.contains_key(*name));
    for name in left.headers.keys().chain(only_right).take(MOST_FIELDS) {
        let (a, b) = (left.headers.get(name), right.headers.get(name));
        if a != b {
            for (op, value) in [(DiffOp::Expected, a), (DiffOp::Actual, b)] {
                if let Some(value) = value {
                    line(op, format!("{name}: {}", clip(value, 300)));
                }
            }
        }
    }
    let body = match (&left.body, &right.body) {
        (Some(Kept::Json(a)), Some(Kept::Json(b))) => delta::values(a, b),
        (Some(Kept::Text(a)), Some(Kept::Text(b))) => delta::texts(a, b),
        (Some(Kept::Binary { begins: a, .. }), Some(Kept::Binary { begins: b, .. })) => {
            delta::bytes(&decoded(a), &decoded(b))
        }
        (a, b) if a == b => Diff::default(),
        (a, b) => delta::texts(&whole(a.as_ref()), &whole(b.as_ref())),
    };
    lines.extend(body.lines);
    (!lines.is_empty()).then_some(Diff { lines })
}

fn decoded(base64: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(base64).unwrap_or_default()
}

fn whole(body: Option<&Kept>) -> String {
    match body {
        None => String::new(),
        Some(Kept::Json(value)) => delta::pretty(value),
        Some(Kept::Text(text)) => text.clone(),
        Some(Kept::Binary { length, .. }) => format!("‹binary, {length} bytes›"),
    }
}

/// Two texts word by word.
fn words(difference: &Difference) -> Vec<(DiffOp, String)> {
    match (&difference.left, &difference.right) {
        (Some(Value::String(left)), Some(Value::String(right)))
            if difference.kind == DifferenceKind::Changed
                && difference.place != Place::Answer
                && left.len().max(right.len()) <= MOST_WORDS =>
        {
            delta::words(left, right)
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CaseId, Side, StepRecord};

    fn late(summary: Option<&str>) -> CaseRecord {
        let finding = |summary: &str| NotedFinding {
            step: 0,
            clause: "op/within".into(),
            check: "too-slow".into(),
            site: FindingSite::Time,
            severity: Severity::Error,
            summary: summary.into(),
        };
        CaseRecord {
            case: CaseId("00000000000000c5".into()),
            round: 0,
            order: 3,
            operation: "op".into(),
            clause: "op/example/one".into(),
            side: Side::Accept,
            why: "as documented".into(),
            steps: vec![StepRecord {
                operation: "op".into(),
                sent: "GET /op".into(),
                status: Some(200),
                lost: None,
                headers: BTreeMap::new(),
                body: None,
                compact: true,
                micros: 5,
            }],
            findings: summary.into_iter().map(finding).collect(),
            made: Vec::new(),
        }
    }

    #[test]
    fn of_a_long_text_is_told_what_is_another() {
        let text = |word: &str| Value::from(format!("{} {word}\n{}", "same ".repeat(30), "rest ".repeat(30)));
        let (one, other) = (text("old"), text("new"));
        let told = excerpt(&one, Some(&other));
        assert_eq!(told, "\"… same same  old\\nrest rest rest rest rest rest rest r…\" (305 characters)");
        assert!(excerpt(&other, Some(&one)).contains("new"));
        assert_eq!(excerpt(&Value::from("short"), Some(&other)), "\"short\"");
    }

    #[test]
    fn one_late_answer_tells_nothing_and_all_of_a_side_do() {
        let says = "not answered within 2 s";
        let (late, quick) = (late(Some(says)), late(None));
        let told = |left: [&CaseRecord; 2], right: [&CaseRecord; 2]| {
            let side = |records: [&CaseRecord; 2]| records.map(Clone::clone);
            compared(&Rules::default(), &side(left), &side(right), false).differences
        };
        assert_eq!(told([&quick, &quick], [&late, &quick]), []);
        assert_eq!(told([&quick, &late], [&late, &late]), []);
        let all = told([&quick, &quick], [&late, &late]);
        assert_eq!(all.len(), 1, "{all:?}");
        let breaks = OneSided { side: Hand::Right, clause: "op/within".into(), summary: says.into() };
        assert_eq!((all[0].class, &all[0].breaks), (DifferenceClass::Breaking, &vec![breaks]));
        // A baseline keeps no times.
        assert_eq!(crate::record::typed(&late, &Rules::default()).findings, []);
    }
}
