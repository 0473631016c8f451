//! Drafts: what generators make, and the cases that become of them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::aim::Aim;
use super::expect;
use crate::model::{
    Answers, Case, CaseId, ClauseKind, Effect, Expectation, Footprint, Mode, OpId, Own, Part, Request, Role,
    Salt, Side, Step, path_shape,
};
use crate::synth::digest;

/// What a generator has for an aim.
#[derive(Debug)]
pub enum Outcome {
    /// The aim belongs to another generator.
    NotMine,
    /// These cases.
    Drafts(Vec<Draft>),
    /// It belongs here, but no case can be made: why, as a fragment that fits after "not exercised: ".
    Cannot(String),
}

impl Outcome {
    /// What `drafts` gives. A fault in a generator costs one side of one clause, not the run, which may have state to
    /// put back.
    pub(super) fn of(generator: &str, drafts: impl FnOnce() -> Self) -> Self {
        catch_unwind(AssertUnwindSafe(drafts)).unwrap_or_else(|_| {
            Self::Cannot(format!("the generator `{generator}` panicked here; please report it"))
        })
    }
}

/// A case before it has its name, its order and its footprint.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What the case does, in words, unique within clause and generator.
    pub why: String,
    /// In order; never empty.
    pub steps: Vec<Step>,
    /// How many of `steps`, counted from the end, run whatever happened before them.
    pub finally: usize,
    /// See [`Case::destroys`].
    pub destroys: bool,
}

impl Draft {
    /// A draft of one request.
    #[must_use]
    pub fn one(why: impl Into<String>, op: OpId, request: Request, expect: Expectation) -> Self {
        Self { why: why.into(), steps: vec![step(op, request, expect)], finally: 0, destroys: false }
    }

    /// The same, with a request that has to be accepted before a refusal tells of what is tested.
    #[must_use]
    pub(super) fn with_control(mut self, control: Option<Request>) -> Self {
        if let Some(step) = self.steps.first_mut() {
            step.control = control.filter(|control| *control != step.request);
        }
        self
    }

    /// The case of this draft.
    #[must_use]
    pub(super) fn case(self, aim: &Aim<'_>, generator: &'static str, round: u32) -> Case {
        let id = CaseId(digest(&[&aim.clause.address, generator, &self.why], 16));
        let mode = self.mode(aim);
        let mut footprint: Vec<Footprint> =
            self.steps.iter().map(|step| Footprint { resource: resource(aim, step), mode }).collect();
        if mode == Mode::Exclusive {
            // A list must not be read while what it shows is changed.
            let around = self.steps.iter().filter_map(|step| collection(aim, step));
            footprint.extend(around.map(|resource| Footprint { resource, mode }));
        }
        footprint.sort();
        footprint.dedup();
        let writes = self.steps.iter().any(|step| changes(aim, step));
        Case {
            id,
            clause: aim.id,
            side: aim.side,
            generator,
            why: self.why,
            steps: self.steps.into(),
            finally: self.finally,
            footprint,
            writes,
            destroys: self.destroys,
            round,
        }
    }

    fn mode(&self, aim: &Aim<'_>) -> Mode {
        if aim.clause.operation.is_none() || self.destroys {
            return Mode::Exclusive;
        }
        // What is removed afterwards was not refused.
        let mut acts = self.steps.iter().filter(|step| step.own.role != Role::CleanUp);
        let refused = acts.all(|step| step.expect.answers == Answers::Refused);
        if refused && may_be_refused(aim) {
            return Mode::Refused;
        }
        let reads = |step: &Step| aim.contract.operation(step.operation).effect == Effect::Read;
        if self.steps.iter().all(reads) { Mode::Read } else { Mode::Exclusive }
    }
}

/// Whether cases of this aim belong among the refusals if all their requests must be refused: those from the refusing
/// side, and identifiers inside the schema that name nothing.
pub(super) fn may_be_refused(aim: &Aim<'_>) -> bool {
    aim.side == Side::Refuse
        || matches!(&aim.clause.kind, ClauseKind::Constraint { part: Part::Parameter { .. }, .. })
}

/// The step that sends `request`.
pub(super) fn step(op: OpId, request: Request, expect: Expectation) -> Step {
    Step {
        name: None,
        operation: op,
        request,
        control: None,
        late: None,
        salt: Salt::default(),
        expect,
        when: None,
        capture: Vec::new(),
        own: Own::default(),
        rules: Vec::new(),
    }
}

/// Whether sending `step` may change a deployment. Of an operation's own method the contract says so; another one in its
/// place does not if it is safe (RFC 9110 section 9.2.1), whatever the operation would do.
fn changes(aim: &Aim<'_>, step: &Step) -> bool {
    let operation = aim.contract.operation(step.operation);
    if step.request.method == operation.method {
        operation.effect.writes()
    } else {
        !matches!(step.request.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }
}

fn resource(aim: &Aim<'_>, step: &Step) -> String {
    let mut resource = aim.contract.operation(step.operation).resource.clone();
    for (name, value) in &step.request.path_values {
        resource = resource.replace(&format!("{{{name}}}"), &expect::written(value));
    }
    // What is captured only later may be any part of what lies above it.
    resource.split('{').next().unwrap_or_default().to_owned()
}

/// The resource that the operations of the collection around the step's resource are about.
fn collection(aim: &Aim<'_>, step: &Step) -> Option<String> {
    let operation = aim.contract.operation(step.operation);
    let (maker, _) = aim.contract.maker(&path_shape(&operation.resource))?;
    let segments = aim.contract.operation(maker).resource.split('/').count();
    let resource = resource(aim, step);
    Some(resource.split('/').take(segments).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generator_that_panics_leaves_a_gap() {
        let outcome = Outcome::of("bounds", || panic!("on purpose"));
        assert!(matches!(outcome, Outcome::Cannot(because) if because.contains("`bounds` panicked")));
    }
}
