//! The plan itself: which case comes when.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::aim::Aim;
use super::bench::Desks;
use super::draft::{Draft, Outcome, may_be_refused};
use super::generator;
use super::render::Unready;
use super::select::{Select, Subject};
use super::supply;
use crate::model::{
    Answers, Case, ClauseId, ClauseKind, Contract, Gap, Mode, OpId, Operation, Planned, Side, Sides,
};
use crate::synth::digest;

/// How to plan.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// 0: the order of the contract. Another one shuffles inside the passes.
    pub seed: u64,
    /// How many times the whole plan is run through; 0 counts as 1.
    pub repeat: u32,
    /// Which cases are wanted; None: all.
    pub select: Option<Select>,
    /// Which clauses are put to the test; None: all.
    pub only: Option<Only>,
}

/// Some of a contract's clauses.
#[derive(Debug, Clone)]
pub struct Only {
    /// Their cases are in the plan.
    pub clauses: BTreeSet<ClauseId>,
    /// Why those of the others are not, as a fragment after "not exercised: ".
    pub because: String,
}

/// The passes, in order. See the module's documentation for why.
const PASSES: [Pass; 5] = [Pass::Reads, Pass::Refusals, Pass::Writes, Pass::Sequences, Pass::Removals];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Reads,
    Refusals,
    Writes,
    Sequences,
    Removals,
}

/// The lazy sequence of cases and gaps.
#[derive(Debug)]
pub struct Plan {
    contract: Arc<Contract>,
    variables: Arc<Value>,
    fresh: String,
    desks: Desks,
    options: Options,
    operations: Vec<OpId>,
    sequences: Vec<ClauseId>,
    round: u32,
    pass: usize,
    group: usize,
    /// Whether this round has given a case.
    fruitful: bool,
    ready: VecDeque<Planned>,
    /// The cases of the first round, where there are to be more: making them anew would cost more than sending them,
    /// so only those with values that must be unique are. Bounded by the contract.
    first: Vec<Case>,
}

impl Plan {
    /// The plan of `contract`. `variables` holds their values by name, as one object of strings.
    #[must_use]
    pub fn new(contract: Arc<Contract>, variables: Arc<Value>, options: Options) -> Self {
        let desks = Desks::new(&contract, Arc::clone(&variables), String::new());
        let mut operations: Vec<OpId> = contract.operations().map(|(op, _)| op).collect();
        let mut sequences: Vec<ClauseId> = contract
            .clauses()
            .filter(|(_, clause)| matches!(clause.kind, ClauseKind::Sequence { .. }))
            .map(|(id, _)| id)
            .collect();
        if options.seed != 0 {
            operations.sort_by_cached_key(|op| shuffled(options.seed, &contract.operation(*op).id));
            sequences.sort_by_cached_key(|id| shuffled(options.seed, &contract.clause(*id).address));
        }
        let mut plan = Self {
            contract,
            variables,
            fresh: String::new(),
            desks,
            options,
            operations,
            sequences,
            round: 0,
            pass: 0,
            group: 0,
            fruitful: false,
            ready: VecDeque::new(),
            first: Vec::new(),
        };
        plan.ready = plan.left_out().map(Planned::Gap).collect();
        plan
    }

    /// The gaps of the clauses that are not put to the test.
    fn left_out(&self) -> impl Iterator<Item = Gap> + '_ {
        self.options.only.iter().flat_map(move |only| {
            let others = self.contract.clauses().filter(|(id, _)| !only.clauses.contains(id));
            others.flat_map(move |(clause, words)| {
                sides(words.sides)
                    .filter(move |side| self.is_selected(&self.aim(clause, *side), None))
                    .map(move |side| Gap { clause, side, because: only.because.clone() })
            })
        })
    }

    /// The same plan for a run that is called `fresh`: members that must be unique get values that no other run sends.
    /// Nothing else depends on it.
    #[must_use]
    pub fn fresh(mut self, fresh: &str) -> Self {
        fresh.clone_into(&mut self.fresh);
        self.desks = Desks::new(&self.contract, Arc::clone(&self.variables), self.fresh.clone());
        self
    }

    /// A case of a later round, with unique values of its own.
    fn renewed(&self, case: Case) -> Case {
        if !case.steps.iter().any(|step| has_unique(self.contract.operation(step.operation))) {
            return case;
        }
        let anew = cases(&self.aim(case.clause, case.side), self.round).unwrap_or_default();
        anew.into_iter().find(|anew| anew.id == case.id).unwrap_or(case)
    }

    /// Makes the next group; false at the end.
    fn refill(&mut self) -> bool {
        let Some(pass) = PASSES.get(self.pass).copied() else {
            let more = self.fruitful && self.round + 1 < self.options.repeat.max(1);
            if more {
                self.round += 1;
                if self.contract.operations.iter().any(has_unique) {
                    self.desks = self.desks.renewed(format!("{}|{}", self.fresh, self.round));
                }
                let last = self.round + 1 == self.options.repeat;
                let wanted = |case: &&Case| last || !ends_the_known(case);
                let again = self.first.iter().filter(wanted).map(|case| {
                    let mut case = case.clone();
                    case.round = self.round;
                    Planned::Case(Box::new(case))
                });
                self.ready.extend(again);
            }
            return more;
        };
        let planned = match pass {
            Pass::Sequences => self.sequences.get(self.group).map(|id| self.sequence(*id)),
            _ => self.operations.get(self.group).map(|op| self.operation(pass, *op)),
        };
        let Some(mut planned) = planned else {
            self.pass += 1;
            self.group = 0;
            return true;
        };
        self.group += 1;
        if self.options.seed != 0 {
            planned.sort_by_cached_key(|planned| match planned {
                Planned::Gap(_) => String::new(),
                Planned::Case(case) => shuffled(self.options.seed, &case.id.0),
            });
        }
        let more = self.options.repeat > 1;
        for planned in &planned {
            if let Planned::Case(case) = planned {
                self.fruitful = true;
                if more {
                    self.first.push(Case::clone(case));
                }
            }
        }
        let now = |planned: &Planned| match planned {
            Planned::Case(case) => !more || !ends_the_known(case),
            Planned::Gap(_) => true,
        };
        self.ready.extend(planned.into_iter().filter(now));
        true
    }

    fn aim(&self, id: ClauseId, side: Side) -> Aim<'_> {
        Aim { contract: &self.contract, id, clause: self.contract.clause(id), side, desks: &self.desks }
    }

    fn operation(&self, pass: Pass, op: OpId) -> Vec<Planned> {
        let operation = self.contract.operation(op);
        let bench = self.desks.bench(&self.contract, op);
        let (furnished, removal) = (!bench.supplies.is_empty(), supply::removes_the_known(&bench));
        let mut planned = Vec::new();
        for id in operation.clauses.clone().map(ClauseId) {
            for side in sides(self.contract.clause(id).sides) {
                let aim = self.aim(id, side);
                let home = match (side, operation.effect.writes()) {
                    (Side::Refuse, _) => Pass::Refusals,
                    (_, false) => Pass::Reads,
                    (_, true) => Pass::Writes,
                };
                let strays = match pass {
                    Pass::Refusals => may_be_refused(&aim),
                    // A case that makes its own resource first is a write, whatever it is about.
                    Pass::Writes => furnished,
                    Pass::Removals => {
                        furnished || removal || matches!(aim.clause.kind, ClauseKind::OtherMethods)
                    }
                    _ => false,
                };
                if pass != home && !strays {
                    continue;
                }
                let gaps_too = pass == home && self.round == 0;
                self.collect(&aim, &mut planned, gaps_too, |case| pass_of(case) == pass);
            }
        }
        planned
    }

    fn sequence(&self, id: ClauseId) -> Vec<Planned> {
        let mut planned = Vec::new();
        let aim = self.aim(id, Side::Observe);
        self.collect(&aim, &mut planned, self.round == 0, |_| true);
        planned
    }

    /// Adds the cases of one aim, or the reasons why there are none.
    fn collect(&self, aim: &Aim<'_>, out: &mut Vec<Planned>, gaps_too: bool, fits: impl Fn(&Case) -> bool) {
        match cases(aim, self.round) {
            Ok(cases) => out.extend(
                cases
                    .into_iter()
                    .filter(|case| fits(case) && self.selects(aim, Some(case)))
                    .map(|case| Planned::Case(Box::new(case))),
            ),
            Err(because) if gaps_too => {
                out.extend(
                    gaps(aim, &because)
                        .into_iter()
                        .filter(|gap| self.selects(&self.aim(gap.clause, gap.side), None))
                        .map(Planned::Gap),
                );
            }
            Err(_) => {}
        }
    }

    fn selects(&self, aim: &Aim<'_>, case: Option<&Case>) -> bool {
        let put_to_the_test = self.options.only.as_ref().is_none_or(|only| only.clauses.contains(&aim.id));
        put_to_the_test && self.is_selected(aim, case)
    }

    fn is_selected(&self, aim: &Aim<'_>, case: Option<&Case>) -> bool {
        let Some(select) = &self.options.select else { return true };
        let operation = aim.clause.operation.map(|op| self.contract.operation(op));
        select.matches(&Subject {
            address: &aim.clause.address,
            operation: operation.map(|operation| operation.id.as_str()),
            tags: operation.map_or(&[], |operation| operation.tags.as_slice()),
            side: aim.side,
            case: case.map(|case| case.id.0.as_str()),
            generator: case.map(|case| case.generator),
        })
    }
}

impl Iterator for Plan {
    type Item = Planned;

    fn next(&mut self) -> Option<Planned> {
        loop {
            match self.ready.pop_front() {
                Some(Planned::Case(case)) if case.round > 0 => {
                    return Some(Planned::Case(Box::new(self.renewed(*case))));
                }
                Some(planned) => return Some(planned),
                None => {}
            }
            if !self.refill() {
                return None;
            }
        }
    }
}

/// The cases and gaps of one clause, from all its sides, in no particular order of running.
#[must_use]
pub fn cases_for(contract: &Contract, variables: &Arc<Value>, clause: ClauseId) -> Vec<Planned> {
    let desks = Desks::new(contract, Arc::clone(variables), String::new());
    let mut planned = Vec::new();
    for side in sides(contract.clause(clause).sides) {
        let aim = Aim { contract, id: clause, clause: contract.clause(clause), side, desks: &desks };
        match cases(&aim, 0) {
            Ok(cases) => planned.extend(cases.into_iter().map(|case| Planned::Case(Box::new(case)))),
            Err(because) => planned.extend(gaps(&aim, &because).into_iter().map(Planned::Gap)),
        }
    }
    planned
}

/// Whether a request of the operation has a value that no other may have.
fn has_unique(operation: &Operation) -> bool {
    operation.body.as_ref().is_some_and(|body| !body.unique.is_empty())
}

fn sides(sides: Sides) -> impl Iterator<Item = Side> {
    [(Side::Accept, sides.accept), (Side::Refuse, sides.refuse), (Side::Observe, sides.observe)]
        .into_iter()
        .filter_map(|(side, there)| there.then_some(side))
}

/// The pass that a case of an operation belongs to.
fn pass_of(case: &Case) -> Pass {
    if case.destroys {
        return Pass::Removals;
    }
    match case.footprint.first().map(|footprint| footprint.mode) {
        Some(Mode::Read) => Pass::Reads,
        Some(Mode::Refused) => Pass::Refusals,
        _ => Pass::Writes,
    }
}

/// All generators' cases for an aim, or why there is none.
fn cases(aim: &Aim<'_>, round: u32) -> Result<Vec<Case>, String> {
    let own = aim.clause.operation.map(|op| aim.contract.operation(op));
    if let Some(why) = own.and_then(|operation| operation.unsent.as_ref()) {
        return Err(why.clone());
    }
    let mut cases: Vec<Case> = Vec::new();
    let mut because = None;
    for generator in generator::ALL {
        let id = generator.meta().id;
        match Outcome::of(id, || generator.drafts(aim)) {
            Outcome::NotMine => {}
            Outcome::Drafts(drafts) => {
                for draft in removals(aim, id, drafts) {
                    match draft.and_then(|draft| supply::furnish(aim, draft)) {
                        Ok(draft) => cases.push(draft.case(aim, id, round)),
                        Err(unready) => because = because.or(Some(unready.because)),
                    }
                }
            }
            Outcome::Cannot(reason) => because = because.or(Some(reason)),
        }
    }
    if cases.is_empty() {
        return Err(because.unwrap_or_else(|| "no generator aims at it".to_owned()));
    }
    Ok(cases)
}

/// Whether the case removes what the variables name, so that no round can come after it.
fn ends_the_known(case: &Case) -> bool {
    case.destroys && case.steps.iter().any(|step| step.expect.answers == Answers::Accepted)
}

/// Of a resource that the variables name there is only one: one accepting case removes it, after everything else.
fn removals(aim: &Aim<'_>, generator: &str, drafts: Vec<Draft>) -> Vec<Result<Draft, Unready>> {
    let named = match &aim.clause.kind {
        ClauseKind::Example { index } => aim.bench().map(|bench| &bench.operation.examples[*index].request),
        ClauseKind::HandCase { index } => aim.bench().map(|bench| &bench.operation.cases[*index].request),
        _ => None,
    };
    let one_only = aim.bench().is_some_and(|bench| supply::removes_the_known(&bench))
        && named.is_none_or(|request| request.path.is_empty());
    let mut first = generator == "valid";
    let one = |draft: Draft| {
        if !one_only || draft.steps.iter().any(|step| step.expect.answers == Answers::Refused) {
            return Ok(draft);
        }
        if std::mem::take(&mut first) {
            return Ok(Draft { destroys: true, ..draft });
        }
        Err(Unready::new(
            "what the variables name can be removed only once, and no operation of the contract makes another",
        ))
    };
    drafts.into_iter().map(one).collect()
}

/// The gaps of an aim that has no case. What is only observed in answers has none: another clause's case may show it.
/// A sequence that can't be sent leaves its rules untested too.
fn gaps(aim: &Aim<'_>, because: &str) -> Vec<Gap> {
    let gap = |clause| Gap { clause, side: aim.side, because: because.to_owned() };
    match &aim.clause.kind {
        ClauseKind::Sequence { index } => {
            let rules = aim.contract.clauses().filter(|(_, clause)| {
                matches!(&clause.kind, ClauseKind::SequenceRule { index: of, .. } if of == index)
            });
            std::iter::once(gap(aim.id)).chain(rules.map(|(id, _)| gap(id))).collect()
        }
        ClauseKind::Steady => vec![gap(aim.id)],
        _ if aim.side == Side::Observe => Vec::new(),
        _ => vec![gap(aim.id)],
    }
}

fn shuffled(seed: u64, name: &str) -> String {
    digest(&[&seed.to_string(), name], 16)
}
