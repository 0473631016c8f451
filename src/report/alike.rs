//! Differences as they are told: one that many answers show alike once, and each answer once; with the words for the sides.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{count, one_line, short};
use crate::model::{
    CaseId, Diff, DifferenceClass, DifferenceGroup, DifferenceKind, Drawn, Hand, OneSided, Place,
    VolatileFound,
};

/// What the sides are called.
#[derive(Debug)]
pub(super) struct Sides {
    /// As heads of columns.
    pub(super) heads: [&'static str; 2],
    only: [&'static str; 2],
    breaks: [&'static str; 2],
    warned: [&'static str; 2],
}

/// Two deployments.
pub(super) static DEPLOYMENTS: Sides = Sides {
    heads: ["left", "right"],
    only: ["only on the left", "only on the right"],
    breaks: ["left breaks", "right breaks"],
    warned: ["left is warned about by", "right is warned about by"],
};

/// A deployment on two days.
pub(super) static DAYS: Sides = Sides {
    heads: ["baseline", "now"],
    only: ["only in the baseline", "only now"],
    breaks: ["the baseline breaks", "now breaks"],
    warned: ["the baseline is warned about by", "now warned about by"],
};

impl Sides {
    /// What is different, in words.
    pub(super) fn kind(&self, kind: DifferenceKind) -> &'static str {
        match kind {
            DifferenceKind::Removed => self.only[0],
            DifferenceKind::Added => self.only[1],
            DifferenceKind::Changed => "another value",
            DifferenceKind::Retyped => "another type",
            DifferenceKind::Moved => "moved",
            DifferenceKind::MemberOrder => "another order of members",
            DifferenceKind::NumberWriting => "numbers written otherwise",
            DifferenceKind::WhiteSpace => "other white space",
            DifferenceKind::Judged => "judged otherwise",
            DifferenceKind::Steps => "another number of steps",
        }
    }

    /// Who breaks a clause, or is warned about by it.
    pub(super) fn verb(&self, class: DifferenceClass, side: Hand) -> &'static str {
        let words = if class == DifferenceClass::Breaking { self.breaks } else { self.warned };
        words[usize::from(side == Hand::Right)]
    }

    /// `right breaks ADDRESS: why`.
    pub(super) fn broken(&self, class: DifferenceClass, broken: &OneSided) -> String {
        format!("{} {}", self.verb(class, broken.side), reason(broken))
    }
}

/// `ADDRESS: why`; a baseline keeps no reasons.
pub(super) fn reason(broken: &OneSided) -> String {
    match broken.summary.as_str() {
        "" => broken.clause.clone(),
        summary => format!("{}: {}", broken.clause, one_line(&short(summary))),
    }
}

/// A difference, and the answers that show the same one.
#[derive(Debug)]
pub(super) struct Told<'g> {
    pub(super) group: &'g DifferenceGroup,
    /// Other groups with the same words.
    pub(super) also: Vec<&'g DifferenceGroup>,
    /// The answers line by line, where they have not been shown before.
    pub(super) diff: Option<&'g Diff>,
    /// The case and the step whose answers are shown here or have been before.
    pub(super) answers: Option<(&'g CaseId, usize)>,
}

/// The groups in their order, with the answers behind them. What breaks a clause is told by itself: its clause is another
/// one each time.
pub(super) fn arranged<'g>(groups: &'g [DifferenceGroup], answers: &'g [Drawn]) -> Vec<Told<'g>> {
    let mut all: Vec<Told<'g>> = Vec::new();
    let mut unshown: BTreeMap<(&CaseId, usize), &Diff> =
        answers.iter().map(|drawn| ((&drawn.case, drawn.step), &drawn.diff)).collect();
    let drawn: BTreeSet<(&CaseId, usize)> = unshown.keys().copied().collect();
    for group in groups {
        let words = |group: &DifferenceGroup| {
            (group.class, group.kind, group.place.clone(), group.left.clone(), group.right.clone())
        };
        let alike = |told: &&mut Told<'_>| {
            group.breaks.is_empty() && told.group.breaks.is_empty() && words(told.group) == words(group)
        };
        if let Some(told) = all.iter_mut().find(alike) {
            told.also.push(group);
            continue;
        }
        let witness = group.witnesses.first().filter(|_| !group.says_all());
        let answers =
            witness.map(|witness| (&witness.case, witness.step)).filter(|place| drawn.contains(place));
        let diff = answers.and_then(|place| unshown.remove(&place));
        all.push(Told { group, also: Vec::new(), diff, answers });
    }
    all
}

impl Told<'_> {
    /// `get-rows /name of 200: another value`.
    pub(super) fn title(&self, sides: &Sides) -> String {
        let group = self.group;
        let kind = sides.kind(group.kind);
        if self.also.is_empty() {
            let status = self.status().map(|status| format!(" of {status}")).unwrap_or_default();
            format!("{} {}{status}: {kind}", group.operation, group.place)
        } else {
            format!("{}: {kind}", group.place)
        }
    }

    /// The status of the answer, where it is one and no difference itself.
    pub(super) fn status(&self) -> Option<u16> {
        let plain = self.also.is_empty() && !matches!(self.group.place, Place::Status | Place::Answer);
        self.group.status[0].filter(|_| plain)
    }

    /// `3 cases`, or in how many kinds of answers.
    pub(super) fn counted(&self) -> String {
        if self.also.is_empty() {
            count(self.group.cases, "case", "cases")
        } else {
            format!("in {} kinds of answers", self.also.len() + 1)
        }
    }

    /// The operations and statuses of all its answers, where there are several: `a 200, 404; b 200`.
    pub(super) fn everywhere(&self) -> Option<String> {
        let status =
            |group: &DifferenceGroup| group.status[0].map(|status| status.to_string()).unwrap_or_default();
        let all = [self.group].into_iter().chain(self.also.iter().copied());
        (!self.also.is_empty()).then(|| places(all.map(|group| (group.operation.as_str(), status(group)))))
    }
}

/// Rules for the same place, with the answers that they are about.
pub(super) fn noise(found: &[VolatileFound]) -> Vec<String> {
    let mut all: Vec<(String, Vec<(&str, String)>)> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for found in found {
        let rule = serde_json::Value::from(found.rule.rule.clone()).to_string().replace('"', "");
        let says = format!("{}: {rule}", found.rule.place);
        let answer = (found.rule.operation.as_str(), found.rule.status.clone());
        let at = *known.entry(says.clone()).or_insert(all.len());
        match all.get_mut(at) {
            Some((_, answers)) => answers.push(answer),
            None => all.push((says, vec![answer])),
        }
    }
    all.into_iter().map(|(says, answers)| format!("{says}, in {}", places(answers.into_iter()))).collect()
}

fn places<'o>(answers: impl Iterator<Item = (&'o str, String)>) -> String {
    let mut out = String::new();
    let mut last = None;
    for (operation, status) in answers {
        out += match last {
            None => "",
            Some(known) if known == operation => ", ",
            Some(_) => "; ",
        };
        if last != Some(operation) {
            out += operation;
            out += " ";
        }
        out += &status;
        last = Some(operation);
    }
    out.replace(" ;", ";").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_named_by_their_operations() {
        let all = [("a", "200"), ("a", "404"), ("b", ""), ("c", "200")];
        let told = places(all.into_iter().map(|(operation, status)| (operation, status.to_owned())));
        assert_eq!(told, "a 200, 404; b; c 200");
    }
}
