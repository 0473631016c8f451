//! Putting back what a run changes, where the contract says how.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::finish::finished;
use super::session::Session;
use crate::model::{
    Answers, BodyMatch, Case, CaseId, ClauseId, Expectation, OpId, Own, Request, Restore, RestoreReport,
    SequenceStep, Side, Step, VerdictStatus,
};

/// The restores of a contract while a run goes on.
#[derive(Debug, Default)]
pub(super) struct Restoring {
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    restore: Restore,
    /// What the steps before the run captured, or why they could not.
    captured: Result<Value, Undone>,
    wrote: bool,
    /// An earlier part of this run, which was cut off, may have written.
    was_cut_off: bool,
}

/// Why steps did not do their work.
#[derive(Debug)]
struct Undone {
    says: String,
    /// Some step went wrong; otherwise none applied.
    failed: bool,
}

impl Undone {
    /// What a run that was cut off had read before it wrote is gone with it.
    fn before() -> Self {
        let says = "the run was cut off before it could, and what was there before it is not known any more";
        Self { says: says.into(), failed: true }
    }
}

impl Restoring {
    /// Sends the steps that capture the state before the run. Without leave to write there is nothing to put back.
    pub(super) async fn begin(session: &Session, writes: bool) -> Self {
        let mut open = Vec::new();
        for restore in session.contract().restores.iter().filter(|_| writes) {
            let captured = walk(session, &restore.before, &json!({})).await;
            open.push(Open { restore: restore.clone(), captured, wrote: false, was_cut_off: false });
        }
        Self { open }
    }

    /// Why what `case` would change could not be put back, where the contract says how to.
    pub(super) fn cannot_undo(&self, case: &Case) -> Option<String> {
        let open = self.open.iter().find(|open| {
            open.captured.is_err()
                && case.writes
                && case.steps.iter().any(|step| open.restore.undoes.contains(&step.operation))
        })?;
        let why = &open.captured.as_ref().err()?.says;
        Some(format!(
            "{} could not be read before the run, so it could not be put back: {why}",
            open.restore.says
        ))
    }

    /// The operations whose writes will be put back.
    pub(super) fn undone(&self) -> BTreeSet<OpId> {
        let read = self.open.iter().filter(|open| open.captured.is_ok());
        read.flat_map(|open| open.restore.undoes.iter().copied()).collect()
    }

    /// A case that writes is about to be sent.
    pub(super) fn wrote(&mut self, case: &Case) {
        for open in &mut self.open {
            open.wrote |= case.steps.iter().any(|step| open.restore.undoes.contains(&step.operation));
        }
    }

    /// A part of this run that was cut off may have sent a case that writes.
    pub(super) fn was_cut_off(&mut self, case: &Case) {
        for open in &mut self.open {
            open.was_cut_off |= case.steps.iter().any(|step| open.restore.undoes.contains(&step.operation));
        }
    }

    /// Puts back what was written.
    pub(super) async fn end(self, session: &Session) -> Vec<RestoreReport> {
        let mut reports = Vec::new();
        for open in self.open.into_iter().filter(|open| open.wrote || open.was_cut_off) {
            let undone = match open.captured {
                Err(Undone { says, failed }) => {
                    let says = format!("its state before the run could not be read: {says}");
                    Some(Undone { says, failed })
                }
                Ok(captured) => walk(session, &open.restore.after, &captured).await.err(),
            };
            let undone = if open.was_cut_off { Some(Undone::before()) } else { undone };
            reports.push(RestoreReport {
                name: open.restore.name,
                says: open.restore.says,
                done: undone.is_none(),
                failed: undone.as_ref().is_some_and(|undone| undone.failed),
                because: undone.map(|undone| undone.says),
            });
        }
        reports
    }
}

/// Sends steps that belong to no case; gives what they captured.
async fn walk(session: &Session, sequence: &[SequenceStep], captured: &Value) -> Result<Value, Undone> {
    let steps: Vec<Step> = sequence.iter().map(step).collect();
    if steps.is_empty() {
        return Ok(captured.clone());
    }
    let case = case(steps);
    let (played, captured) = session.walk(&case, captured.clone()).await;
    if played.exchanges.is_empty() && played.verdict.trouble.is_none() {
        let says = "none of its steps applies to the state before the run".into();
        return Err(Undone { says, failed: false });
    }
    // As an event, so that the reason is clean of the secrets that the answers had.
    let done = finished(session, &case, 0, played);
    if done.status == VerdictStatus::Kept {
        return Ok(captured);
    }
    let of_finding = done.findings.into_iter().next().map(|finding| finding.summary);
    let says = of_finding.or_else(|| done.trouble.map(|trouble| trouble.says));
    Err(Undone { says: says.unwrap_or_else(|| "nothing was answered".into()), failed: true })
}

/// The step of a case, made from the step of the contract just before it is sent.
fn step(step: &SequenceStep) -> Step {
    Step {
        name: step.name.clone(),
        operation: step.operation,
        request: Request::default(),
        control: None,
        late: Some(step.request.clone()),
        salt: "restore".into(),
        expect: Expectation {
            status: step.expect.clone(),
            answers: Answers::Accepted,
            schema: None,
            body: BodyMatch(step.expect_body.clone()),
            depends: crate::model::StatusSet::default(),
            unstated: crate::model::StatusSet::default(),
            may_close: false,
        },
        when: step.when.clone(),
        capture: step.capture.clone(),
        own: Own::default(),
        rules: Vec::new(),
    }
}

fn case(steps: Vec<Step>) -> Case {
    Case {
        id: CaseId("restore".into()),
        clause: ClauseId(0),
        side: Side::Observe,
        generator: "restore",
        why: "put state back".into(),
        steps: steps.into(),
        finally: 0,
        footprint: Vec::new(),
        writes: true,
        destroys: false,
        round: 0,
    }
}
