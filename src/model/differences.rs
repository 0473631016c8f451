//! Differences of many cases become groups. The result does not depend on the order of arrival.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::CaseDifferences;
use super::comparison::{
    DifferenceClass, DifferenceGroup, DifferenceKind, DifferenceWitness, Drawn, Hand, OneSided,
};
use super::volatile::Place;

/// More kinds of differences are for nobody; they are counted.
const MOST_GROUPS: usize = 1_000;
/// The most witnesses of a group.
const MOST_WITNESSES: usize = 5;
/// The most broken clauses of a group.
const MOST_CLAUSES: usize = 50;
/// The most answers that are shown line by line.
const MOST_DRAWN: usize = 200;

type Key = (DifferenceClass, String, [Option<u16>; 2], Place, DifferenceKind);

/// What the cases so far have shown. Memory goes by the kinds of differences, not by the number of cases: kept are the
/// first thousand by class, operation, status and place, which no later arrival can bring back once they are out.
#[derive(Debug, Clone, Default)]
pub struct Differences {
    groups: BTreeMap<Key, Group>,
    /// By the position of their case in the plan, and the step.
    drawn: BTreeMap<(u64, usize), Drawn>,
    seen: u64,
}

#[derive(Debug, Clone)]
struct Group {
    /// As the first case of the plan shows it.
    shown: DifferenceGroup,
    breaks: BTreeMap<(Hand, String), (u64, String)>,
    witnesses: BTreeMap<u64, DifferenceWitness>,
}

/// What all cases have shown.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The worst first, then in the order of the plan.
    pub groups: Vec<DifferenceGroup>,
    /// The answers behind them, each once, in the order of the groups.
    pub answers: Vec<Drawn>,
    /// How many differences of single cases found no room.
    pub left_out: u64,
}

impl Differences {
    /// Adds what the case at this position of the plan shows.
    pub fn add(&mut self, order: u64, case: CaseDifferences) {
        let CaseDifferences { differences, answers, left_out } = case;
        self.seen += left_out;
        for group in differences {
            self.seen += 1;
            let key = (group.class, group.operation.clone(), group.status, group.place.clone(), group.kind);
            match self.groups.get_mut(&key) {
                Some(known) => known.add(order, group),
                None => {
                    self.groups.insert(key, Group::of(order, group));
                }
            }
        }
        while self.groups.len() > MOST_GROUPS {
            self.groups.pop_last();
        }
        self.drawn.extend(answers.into_iter().map(|drawn| ((order, drawn.step), drawn)));
        if self.drawn.len() > 2 * MOST_GROUPS {
            self.forget();
        }
    }

    /// Lets go of answers that no group begins with.
    fn forget(&mut self) {
        let first: BTreeSet<_> = self.groups.values().filter_map(Group::first).collect();
        self.drawn.retain(|place, _| first.contains(place));
    }

    /// What all cases have shown.
    #[must_use]
    pub fn finish(&self) -> Gathered {
        let mut groups: Vec<&Group> = self.groups.values().collect();
        groups.sort_by_key(|group| (group.shown.class, group.first()));
        let mut told = BTreeSet::new();
        let behind = groups.iter().filter(|group| !group.shown.says_all()).filter_map(|group| group.first());
        let answers = behind
            .filter(|place| told.insert(*place))
            .filter_map(|place| self.drawn.get(&place).cloned())
            .take(MOST_DRAWN)
            .collect();
        let kept: u64 = groups.iter().map(|group| group.shown.cases).sum();
        let groups = groups.into_iter().map(Group::whole).collect();
        Gathered { groups, answers, left_out: self.seen - kept }
    }
}

impl Group {
    fn of(order: u64, shown: DifferenceGroup) -> Self {
        let empty = DifferenceGroup { breaks: Vec::new(), witnesses: Vec::new(), cases: 0, ..shown.clone() };
        let mut group = Self { shown: empty, breaks: BTreeMap::new(), witnesses: BTreeMap::new() };
        group.add(order, shown);
        group
    }

    fn add(&mut self, order: u64, other: DifferenceGroup) {
        self.shown.cases += other.cases;
        if self.first().is_none_or(|(first, _)| order < first) {
            (self.shown.left, self.shown.right, self.shown.words) = (other.left, other.right, other.words);
        }
        for OneSided { side, clause, summary } in other.breaks {
            let known = self.breaks.entry((side, clause)).or_insert_with(|| (order, summary.clone()));
            if order < known.0 {
                *known = (order, summary);
            }
        }
        while self.breaks.len() > MOST_CLAUSES {
            self.breaks.pop_last();
        }
        self.witnesses.extend(other.witnesses.into_iter().map(|witness| (order, witness)));
        while self.witnesses.len() > MOST_WITNESSES {
            self.witnesses.pop_last();
        }
    }

    /// The first case of the plan that shows it, and the step.
    fn first(&self) -> Option<(u64, usize)> {
        self.witnesses.first_key_value().map(|(order, witness)| (*order, witness.step))
    }

    fn whole(&self) -> DifferenceGroup {
        let breaks = self.breaks.iter().map(|((side, clause), (_, summary))| OneSided {
            side: *side,
            clause: clause.clone(),
            summary: summary.clone(),
        });
        let witnesses = self.witnesses.values().cloned().collect();
        DifferenceGroup { breaks: breaks.collect(), witnesses, ..self.shown.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CaseId, Diff};

    fn case(order: u64, place: &str, class: DifferenceClass) -> CaseDifferences {
        let case = CaseId(format!("{order:016x}"));
        let witness = DifferenceWitness {
            case: case.clone(),
            why: String::new(),
            clause: String::new(),
            step: 0,
            sent: String::new(),
        };
        let broken = OneSided { side: Hand::Right, clause: "a/b".into(), summary: order.to_string() };
        let group = DifferenceGroup {
            class,
            kind: DifferenceKind::Changed,
            operation: "op".into(),
            status: [Some(200); 2],
            place: Place::Body(place.into()),
            left: Some(format!("left of {order}")),
            right: None,
            breaks: vec![broken],
            cases: 1,
            witnesses: vec![witness],
            words: Vec::new(),
        };
        let answers = vec![Drawn { case, step: 0, diff: Diff::default() }];
        CaseDifferences { differences: vec![group], answers, left_out: 0 }
    }

    fn gathered(orders: impl Iterator<Item = u64>) -> Gathered {
        let mut all = Differences::default();
        for order in orders {
            let class = if order % 3 == 0 { DifferenceClass::Breaking } else { DifferenceClass::Compatible };
            all.add(order, case(order, &format!("/{}", order % 1_700), class));
        }
        all.finish()
    }

    #[test]
    fn the_order_of_arrival_and_the_number_of_kinds_do_not_matter() {
        let (one, other) = (gathered(0..5_100), gathered((0..5_100).rev()));
        assert_eq!(one.groups, other.groups);
        assert_eq!(one.answers, other.answers);
        assert_eq!((one.groups.len(), one.answers.len()), (MOST_GROUPS, MOST_DRAWN));
        let told: u64 = one.groups.iter().map(|group| group.cases).sum();
        assert_eq!((told + one.left_out, one.left_out), (5_100, other.left_out));
        let first = &one.groups[0];
        assert_eq!(first.class, DifferenceClass::Breaking);
        let order = u64::from_str_radix(&first.witnesses[0].case.0, 16).unwrap();
        assert_eq!(first.left, Some(format!("left of {order}")));
        assert_eq!(first.breaks[0].summary, order.to_string());
    }
}
