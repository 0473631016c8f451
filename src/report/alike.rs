//! Differences as they are told: one that many answers show alike once, and each answer once.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{CaseId, Diff, DifferenceGroup, Place, VolatileFound};

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

/// The groups in their order. What breaks a clause is told by itself: its clause is another one each time.
pub(super) fn arranged(groups: &[DifferenceGroup]) -> Vec<Told<'_>> {
    let mut all: Vec<Told<'_>> = Vec::new();
    let mut shown: BTreeSet<(&CaseId, usize)> = BTreeSet::new();
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
        // One value for another is told already.
        let plain = group.left.is_some() && group.right.is_some() && !matches!(group.place, Place::Body(_));
        let diff = group.diff.as_ref().filter(|_| !plain);
        let witness = group.witnesses.first().filter(|_| diff.is_some());
        let answers = witness.map(|witness| (&witness.case, witness.step));
        let diff = diff.filter(|_| answers.is_none_or(|answers| shown.insert(answers)));
        all.push(Told { group, also: Vec::new(), diff, answers });
    }
    all
}

impl Told<'_> {
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
