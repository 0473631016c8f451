//! Differences of many cases become groups: classed, counted, with the first cases as witnesses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::differ::{Difference, differences, shown};
use super::rules::Rules;
use crate::conform::{clip, short};
use crate::delta;
use crate::model::{
    CaseRecord, ComparedTotals, Diff, DiffLine, DiffOp, DifferenceClass, DifferenceGroup, DifferenceKind,
    DifferenceWitness, FindingSite, Hand, Kept, NotedFinding, OneSided, Place,
};
use crate::text::Severity;

/// More groups of differences are for nobody; they are counted.
const MOST_GROUPS: usize = 1_000;
/// The most witnesses of a group.
const MOST_WITNESSES: usize = 5;
/// The most broken clauses of a group.
const MOST_CLAUSES: usize = 50;
/// The longest text that is told word by word, in bytes.
const MOST_WORDS: usize = 4_000;

type Key = (DifferenceClass, String, [Option<u16>; 2], Place, DifferenceKind);

/// What the cases compared so far have shown. Memory goes by the kinds of differences, not by the number of cases.
#[derive(Debug, Default)]
pub struct Gather {
    /// Each with the positions of its first and of its last case in the plan.
    groups: BTreeMap<Key, (u64, Option<u64>, DifferenceGroup)>,
    totals: ComparedTotals,
    left_out: u64,
}

/// What all cases have shown.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The worst first, then in the order of the plan.
    pub groups: Vec<DifferenceGroup>,
    /// Counts of cases.
    pub totals: ComparedTotals,
    /// Groups that found no room.
    pub left_out: u64,
}

/// A difference, and what it means.
struct Told {
    difference: Difference,
    class: DifferenceClass,
    breaks: Vec<OneSided>,
}

/// Two records of a case, and what was drawn of their steps: a large answer with many differences is drawn once.
struct Pair<'r> {
    one: &'r CaseRecord,
    other: &'r CaseRecord,
    drawn: BTreeMap<usize, Option<Diff>>,
}

impl Pair<'_> {
    fn drawn(&mut self, step: usize, rules: &Rules) -> Option<Diff> {
        let (one, other) = (self.one, self.other);
        self.drawn.entry(step).or_insert_with(|| drawn(one, other, step, rules)).clone()
    }
}

impl Gather {
    /// A case that was played on one side only.
    pub fn only(&mut self, side: Hand) {
        match side {
            Hand::Left => self.totals.only_left += 1,
            Hand::Right => self.totals.only_right += 1,
        }
    }

    /// Compares the records of a case, each pair of them with the same round; `unsteady` where the left's own status is
    /// not the same each time, so that it tells nothing. Gives the worst class of its differences.
    pub fn case(
        &mut self,
        rules: &Rules,
        left: &[CaseRecord],
        right: &[CaseRecord],
        unsteady: bool,
    ) -> Option<DifferenceClass> {
        let mut known: BTreeSet<(usize, Place, DifferenceKind)> = BTreeSet::new();
        let mut worst: Option<DifferenceClass> = None;
        let mut alike = false;
        for (one, other) in left.iter().zip(right) {
            let mut pair = Pair { one, other, drawn: BTreeMap::new() };
            alike |= one.findings.iter().any(|finding| is_among(finding, &other.findings));
            for told in classed(one, other, rules) {
                let difference = &told.difference;
                if unsteady && matches!(difference.place, Place::Status | Place::Answer) {
                    continue;
                }
                let key = (difference.step, difference.place.clone(), difference.kind);
                if !known.insert(key) {
                    continue;
                }
                worst = Some(worst.map_or(told.class, |worst| worst.min(told.class)));
                self.add(told, &mut pair, rules);
            }
        }
        self.totals.cases += 1;
        self.totals.broken_alike += u64::from(alike);
        match worst {
            None => self.totals.same += 1,
            Some(DifferenceClass::Breaking) => self.totals.breaking += 1,
            Some(DifferenceClass::Compatible) => self.totals.compatible += 1,
            Some(DifferenceClass::Cosmetic) => self.totals.cosmetic += 1,
        }
        worst
    }

    fn add(&mut self, told: Told, pair: &mut Pair<'_>, rules: &Rules) {
        let Told { difference, class, breaks } = told;
        let Pair { one, other, .. } = *pair;
        let at = difference.step.min(one.steps.len().max(1) - 1);
        let step = one.steps.get(at).or_else(|| other.steps.get(at));
        let status = [one, other].map(|record| record.steps.get(at).and_then(|step| step.status));
        let operation = step.map_or_else(|| one.operation.clone(), |step| step.operation.clone());
        let key = (class, operation.clone(), status, difference.place.clone(), difference.kind);
        let full = self.groups.len() >= MOST_GROUPS;
        if full && !self.groups.contains_key(&key) {
            self.left_out += 1;
            return;
        }
        let (_, last, group) = self.groups.entry(key).or_insert_with(|| {
            let group = DifferenceGroup {
                class,
                kind: difference.kind,
                operation,
                status,
                place: difference.place.clone(),
                left: difference.left.as_ref().map(short),
                right: difference.right.as_ref().map(short),
                breaks: Vec::new(),
                cases: 0,
                witnesses: Vec::new(),
                diff: pair.drawn(difference.step, rules),
                words: words(&difference),
            };
            (one.order, None, group)
        });
        for broken in breaks {
            let there =
                group.breaks.iter().any(|known| known.side == broken.side && known.clause == broken.clause);
            if !there && group.breaks.len() < MOST_CLAUSES {
                group.breaks.push(broken);
            }
        }
        // Several steps of a case are one case.
        if *last == Some(one.order) {
            return;
        }
        *last = Some(one.order);
        group.cases += 1;
        if group.witnesses.len() < MOST_WITNESSES {
            group.witnesses.push(DifferenceWitness {
                case: one.case.clone(),
                why: clip(&one.why, 300),
                clause: one.clause.clone(),
                step: difference.step,
                sent: step.map(|step| step.sent.clone()).unwrap_or_default(),
            });
        }
    }

    /// What all cases have shown.
    #[must_use]
    pub fn finish(self) -> Gathered {
        let mut groups: Vec<_> = self.groups.into_values().collect();
        groups.sort_by_key(|(order, _, group)| (group.class, *order));
        let groups = groups.into_iter().map(|(_, _, group)| group).collect();
        Gathered { groups, totals: self.totals, left_out: self.left_out }
    }
}

fn is_among(finding: &NotedFinding, others: &[NotedFinding]) -> bool {
    others.iter().any(|other| {
        (other.step, &other.clause, &other.check) == (finding.step, &finding.clause, &finding.check)
    })
}

/// The differences of two records with what they mean: what one side's findings are about breaks the contract there.
fn classed(one: &CaseRecord, other: &CaseRecord, rules: &Rules) -> Vec<Told> {
    let found = differences(one, other, rules);
    let sided = |mine: &CaseRecord, others: &CaseRecord, side: Hand| {
        let only_here = mine.findings.iter().filter(|finding| !is_among(finding, &others.findings));
        only_here.map(|finding| (finding.clone(), side)).collect::<Vec<_>>()
    };
    let mut findings = sided(one, other, Hand::Left);
    findings.extend(sided(other, one, Hand::Right));
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
    for name in
        left.headers.keys().chain(right.headers.keys().filter(|name| !left.headers.contains_key(*name)))
    {
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
