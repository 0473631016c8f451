//! What differs between two records of a case, but for what is known to be noise.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::made::Made;
use super::noise::{holds, mark, moment};
use super::pattern::{each_mut, pattern, remove};
use super::rules::Rules;
use crate::conform::{clip, same};
use crate::delta::{Change, changes};
use crate::model::{CaseRecord, DifferenceKind, FindingSite, Kept, Noise, Place, StepRecord};
use crate::text::pointer;

/// Header fields whose values mean the same whatever the case of letters and the spaces.
const LOOSE: [&str; 6] =
    ["accept-ranges", "allow", "cache-control", "content-language", "content-type", "vary"];

/// One difference between two records of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The step, from 0.
    pub step: usize,
    /// Where; in a body with `*` for elements.
    pub place: Place,
    /// What is different.
    pub kind: DifferenceKind,
    /// On the left, if it is there.
    pub left: Option<Value>,
    /// On the right, if it is there.
    pub right: Option<Value>,
}

/// The record as it is written in a baseline: nothing that only this run or deployment can have, members in order.
#[must_use]
pub fn typed(record: &CaseRecord, rules: &Rules) -> CaseRecord {
    let mut typed = shown(record, rules);
    for step in &mut typed.steps {
        (step.compact, step.micros) = (false, 0);
        if let Some(Kept::Json(value)) = &mut step.body {
            *value = sorted(value);
        }
    }
    let made = Made::of(record);
    typed.why = made.text(&typed.why);
    // How long an answer took is for the run to judge, and no answer of another day.
    typed.findings.retain(|finding| finding.site != FindingSite::Time);
    for finding in &mut typed.findings {
        finding.summary.clear();
    }
    typed.findings.sort();
    CaseRecord { round: 0, order: 0, made: Vec::new(), ..typed }
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(elements) => elements.iter().map(sorted).collect(),
        Value::Object(members) => {
            let ordered: BTreeMap<&String, &Value> = members.iter().collect();
            Value::Object(
                ordered
                    .into_iter()
                    .map(|(name, member)| (name.clone(), sorted(member)))
                    .collect::<Map<_, _>>(),
            )
        }
        other => other.clone(),
    }
}

/// The record with noise and what it made up replaced by what they are.
pub(super) fn shown(record: &CaseRecord, rules: &Rules) -> CaseRecord {
    let made = Made::of(record);
    let mut shown = record.clone();
    for step in &mut shown.steps {
        let applying = rules.of(&step.operation, step.status);
        for (name, text) in &mut step.headers {
            *text = made.text(text);
            let noise =
                applying.iter().find(|(place, _)| matches!(place, Place::Header(known) if known == name));
            if let Some((_, noise)) = noise.filter(|(_, noise)| holds(noise, &json!(text))) {
                *text = mark(noise);
            }
        }
        step.headers.retain(|_, text| *text != mark(&Noise::Any));
        let any_body = applying
            .iter()
            .any(|(place, noise)| **place == Place::Body(String::new()) && **noise == Noise::Any);
        match &mut step.body {
            Some(Kept::Json(value)) => {
                *value = made.value(value, "");
                for (place, noise) in &applying {
                    if let Place::Body(at) = place {
                        quieten(value, at, noise);
                    }
                }
            }
            Some(Kept::Text(text)) => {
                *text = made.text(text);
                let whole = applying.iter().find(|(place, _)| **place == Place::Body(String::new()));
                if let Some((_, noise)) = whole.filter(|(_, noise)| holds(noise, &json!(text))) {
                    *text = mark(noise);
                }
            }
            Some(Kept::Binary { .. }) if any_body => step.body = Some(Kept::Text(mark(&Noise::Any))),
            Some(Kept::Binary { .. }) | None => {}
        }
    }
    shown
}

/// Replaces what is noise at `at`; what is not of the kind stays, and is a difference.
fn quieten(value: &mut Value, at: &str, noise: &Noise) {
    let tokens: Vec<String> = pointer::tokens(at).collect();
    match noise {
        Noise::Any if !tokens.is_empty() => remove(value, &tokens),
        Noise::Unordered(key) => each_mut(value, &tokens, &mut |array| {
            if let Value::Array(elements) = array {
                let by = |element: &Value| {
                    let member = key.as_ref().and_then(|key| element.get(key));
                    (member.map(Value::to_string), sorted(element).to_string())
                };
                elements.sort_by_cached_key(by);
            }
        }),
        noise => each_mut(value, &tokens, &mut |value| {
            if holds(noise, value) {
                *value = mark(noise).into();
            }
        }),
    }
}

/// Whether there is nothing to look for: most answers are the same, and large ones take long to be looked through.
pub(super) fn identical(left: &CaseRecord, right: &CaseRecord) -> bool {
    let same = |(one, other): (&StepRecord, &StepRecord)| {
        let parts = |step: &StepRecord| (step.status, step.compact);
        parts(one) == parts(other)
            && one.lost == other.lost
            && one.headers == other.headers
            && one.body == other.body
            && writing_is_same(one.body.as_ref(), other.body.as_ref())
    };
    left.made == right.made
        && left.steps.len() == right.steps.len()
        && left.steps.iter().zip(&right.steps).all(same)
}

/// Equal objects may have their members in another order.
fn writing_is_same(one: Option<&Kept>, other: Option<&Kept>) -> bool {
    match (one, other) {
        (Some(Kept::Json(one)), Some(Kept::Json(other))) => writing(one, other).is_none(),
        _ => true,
    }
}

/// What differs, step by step and in each step by place. Where a status differs, nothing behind it is compared: the rest
/// follows from it.
#[must_use]
pub fn differences(left: &CaseRecord, right: &CaseRecord, rules: &Rules) -> Vec<Difference> {
    if identical(left, right) {
        return Vec::new();
    }
    let (shown_left, shown_right) = (shown(left, rules), shown(right, rules));
    let mut out = Vec::new();
    let steps = shown_left.steps.len().min(shown_right.steps.len());
    for step in 0..steps {
        let mut found = Found { step, out: &mut out };
        let (one, other) = (&shown_left.steps[step], &shown_right.steps[step]);
        if !found.status(one, other) {
            return out;
        }
        found.headers(one, other);
        found.bodies(one, other, (&Made::of(left), &Made::of(right)));
        found.moments(&left.steps[step], &right.steps[step], rules);
    }
    // Where something differs before, that is why.
    if shown_left.steps.len() != shown_right.steps.len() && out.is_empty() {
        let count = |record: &CaseRecord| Some(json!(format!("{} steps", record.steps.len())));
        let (left, right) = (count(left), count(right));
        out.push(Difference { step: steps, place: Place::Answer, kind: DifferenceKind::Steps, left, right });
    }
    out
}

struct Found<'o> {
    step: usize,
    out: &'o mut Vec<Difference>,
}

impl Found<'_> {
    fn push(&mut self, place: Place, kind: DifferenceKind, left: Option<Value>, right: Option<Value>) {
        self.out.push(Difference { step: self.step, place, kind, left, right });
    }

    /// Whether both have the same status, so that the rest can be compared.
    fn status(&mut self, one: &StepRecord, other: &StepRecord) -> bool {
        if one.lost != other.lost {
            let told =
                |step: &StepRecord| Some(json!(step.lost.clone().unwrap_or_else(|| "answered".into())));
            self.push(Place::Answer, DifferenceKind::Changed, told(one), told(other));
        } else if one.status != other.status {
            self.push(
                Place::Status,
                DifferenceKind::Changed,
                one.status.map(Value::from),
                other.status.map(Value::from),
            );
        }
        one.lost == other.lost && one.status == other.status
    }

    fn headers(&mut self, one: &StepRecord, other: &StepRecord) {
        for (name, text) in &one.headers {
            let place = || Place::Header(name.clone());
            match other.headers.get(name) {
                None => self.push(place(), DifferenceKind::Removed, Some(json!(text)), None),
                Some(there) if there != text => {
                    let loose = |text: &str| text.to_ascii_lowercase().replace([' ', '\t'], "");
                    let same = LOOSE.contains(&name.as_str()) && loose(text) == loose(there);
                    let kind = if same { DifferenceKind::WhiteSpace } else { DifferenceKind::Changed };
                    self.push(place(), kind, Some(json!(text)), Some(json!(there)));
                }
                Some(_) => {}
            }
        }
        for (name, text) in other.headers.iter().filter(|(name, _)| !one.headers.contains_key(*name)) {
            self.push(Place::Header(name.clone()), DifferenceKind::Added, None, Some(json!(text)));
        }
    }

    fn bodies(&mut self, one: &StepRecord, other: &StepRecord, made: (&Made<'_>, &Made<'_>)) {
        let whole = || Place::Body(String::new());
        match (&one.body, &other.body) {
            (Some(Kept::Json(left)), Some(Kept::Json(right))) => {
                let before = self.out.len();
                self.json(left, right, made);
                if self.out.len() == before {
                    if let Some(kind) = writing(left, right) {
                        self.push(whole(), kind, None, None);
                    } else if one.compact != other.compact {
                        self.push(whole(), DifferenceKind::WhiteSpace, None, None);
                    }
                }
            }
            (left, right) if left == right => {}
            (None, Some(right)) => self.push(whole(), DifferenceKind::Added, None, Some(plain(right))),
            (Some(left), None) => self.push(whole(), DifferenceKind::Removed, Some(plain(left)), None),
            (Some(left), Some(right)) => {
                let alike = std::mem::discriminant(left) == std::mem::discriminant(right);
                let kind = if alike { DifferenceKind::Changed } else { DifferenceKind::Retyped };
                self.push(whole(), kind, Some(plain(left)), Some(plain(right)));
            }
            (None, None) => {}
        }
    }

    fn json(&mut self, left: &Value, right: &Value, made: (&Made<'_>, &Made<'_>)) {
        let mut known = BTreeSet::new();
        for change in changes(left, right) {
            let (place, kind, from, to) = match change {
                Change::Added { at, value } => {
                    (pattern(&at, right), DifferenceKind::Added, None, Some(value))
                }
                Change::Removed { at, value } => {
                    (pattern(&at, left), DifferenceKind::Removed, Some(value), None)
                }
                Change::Changed { at, from, to } | Change::Retyped { at, from, to } => {
                    // What both sides made up, however short it is.
                    if made.0.label(&from).is_some_and(|label| made.1.label(&to) == Some(label)) {
                        continue;
                    }
                    let alike = std::mem::discriminant(&from) == std::mem::discriminant(&to);
                    let kind = if alike { DifferenceKind::Changed } else { DifferenceKind::Retyped };
                    (pattern(&at, right), kind, Some(from), Some(to))
                }
                Change::Moved { from, to } => {
                    (pattern(&to, right), DifferenceKind::Moved, Some(from.into()), Some(to.into()))
                }
            };
            // One of many elements is enough.
            if known.insert((place.clone(), kind)) {
                self.push(Place::Body(place), kind, from, to);
            }
        }
    }

    /// Moments that are farther apart than their rule allows.
    fn moments(&mut self, one: &StepRecord, other: &StepRecord, rules: &Rules) {
        for (place, noise) in rules.of(&one.operation, one.status) {
            let Noise::DateTime(tolerance) = noise else { continue };
            let (left, right) = (at(one, place), at(other, place));
            if left.len() != right.len() {
                continue;
            }
            let apart = |(a, b): &(Value, Value)| match (moment(a), moment(b)) {
                (Some(a), Some(b)) => u128::from(a.abs_diff(b)) > tolerance.as_millis(),
                _ => false,
            };
            if let Some((a, b)) = left.into_iter().zip(right).find(apart) {
                self.push(place.clone(), DifferenceKind::Changed, Some(a), Some(b));
            }
        }
    }
}

/// The values at a place of an answer.
fn at(step: &StepRecord, place: &Place) -> Vec<Value> {
    match (place, &step.body) {
        (Place::Header(name), _) => step.headers.get(name).map(|text| json!(text)).into_iter().collect(),
        (Place::Body(at), Some(Kept::Json(value))) => {
            let tokens: Vec<String> = pointer::tokens(at).collect();
            let mut found = Vec::new();
            pointer::any_at(value, &tokens, &mut |value| {
                found.push(value.clone());
                false
            });
            found
        }
        _ => Vec::new(),
    }
}

/// How two values that are the same are written otherwise.
fn writing(left: &Value, right: &Value) -> Option<DifferenceKind> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => (a != b).then_some(DifferenceKind::NumberWriting),
        (Value::Array(a), Value::Array(b)) => a.iter().zip(b).find_map(|(a, b)| writing(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            if !a.keys().eq(b.keys()) {
                return Some(DifferenceKind::MemberOrder);
            }
            a.iter().find_map(|(name, a)| writing(a, b.get(name)?))
        }
        _ => {
            debug_assert!(
                same(left, right) || left.is_string() || left.is_number(),
                "asked for what is the same"
            );
            None
        }
    }
}

/// A body as one value.
fn plain(kept: &Kept) -> Value {
    match kept {
        Kept::Json(value) => value.clone(),
        Kept::Text(text) => json!(text),
        Kept::Binary { length, sha256, .. } => json!(format!("{length} bytes, SHA-256 {}", clip(sha256, 12))),
    }
}
