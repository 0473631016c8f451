//! `unexpected-status`: the status is not one that the request should get.

use super::scene::{Answered, Told};
use super::{Check, Scene};
use crate::delta;
use crate::model::{
    Answers, ClauseId, ClauseKind, Diff, DiffLine, DiffOp, Finding, FindingSite, Meta, Part, Side,
};

pub(super) struct UnexpectedStatus;
pub(super) static THIS: UnexpectedStatus = UnexpectedStatus;

static META: Meta = Meta {
    id: "unexpected-status",
    summary: "The answer's status is not one that this request should get",
    explain: "A request that keeps the contract has to be accepted, one that breaks it refused, with a documented status. The finding \
              names the promise that the request puts to the test; where a request was refused, but with another status than \
              documented, it names that status.",
};

impl Check for UnexpectedStatus {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let Some(reply) = scene.reply.filter(|_| !scene.expected && !scene.depends) else { return };
        let expected = &scene.step.expect.status;
        let summary = scene.in_step(&format!("answered {}, expected {expected}", reply.status));
        let told = Told {
            expected: format!("status {expected}"),
            actual: format!("status {}\n{}", reply.status, scene.body_text()).trim_end().to_owned(),
            diff: Some(drawn(scene, reply.status)),
        };
        out.push(scene.finding(&META, broken(scene, reply.status), FindingSite::Status, summary, told));
    }
}

/// Which promise a wrong status breaks.
fn broken(scene: &Scene<'_>, status: u16) -> ClauseId {
    let aimed = scene.aimed();
    let expected = &scene.step.expect;
    let kind = scene.aimed_kind();
    if matches!(kind, Some(ClauseKind::Sequence { .. })) {
        return aimed;
    }
    let accepts = match scene.case.side {
        Side::Accept => true,
        Side::Refuse => false,
        Side::Observe => expected.answers == Answers::Accepted,
    };
    let class = status / 100;
    if accepts {
        // Accepted, but not as documented.
        let wants_success = expected.status.first().is_some_and(|first| first / 100 == 2);
        return if class == 2 && wants_success { documented(scene).unwrap_or(aimed) } else { aimed };
    }
    let of_the_request = match kind {
        Some(ClauseKind::Constraint { part, .. }) => {
            matches!(part, Part::Parameter { .. } | Part::RequestBody | Part::Credential { .. })
        }
        Some(ClauseKind::BodyRequired | ClauseKind::BodyWellFormed | ClauseKind::BodyMediaType) => true,
        _ => false,
    };
    // A value outside its schema that is looked up as if it were inside it was not refused for what it is.
    if let Some(ClauseKind::Constraint { part: Part::Parameter { index }, .. }) = kind
        && let Some(unknown) = scene.operation.parameters.get(*index).and_then(|known| known.unknown.as_ref())
        && unknown.answer.status.contains(status)
    {
        return aimed;
    }
    // Refused, but not as documented.
    if class == 4 && of_the_request { documented(scene).unwrap_or(aimed) } else { aimed }
}

/// The clause of the first expected status that the operation documents; of the documented success where an accepted
/// request is answered with another status of class 2.
fn documented(scene: &Scene<'_>) -> Option<ClauseId> {
    scene
        .operation
        .responses
        .iter()
        .zip(&scene.compiled.responses)
        .filter(|(spec, _)| spec.status.parse().is_ok_and(|status| scene.step.expect.status.contains(status)))
        .find_map(|(_, compiled)| compiled.status)
}

/// The two statuses, and the beginning of the body.
fn drawn(scene: &Scene<'_>, status: u16) -> Diff {
    const MOST: usize = 12;
    let line = |op, text: String| DiffLine { op, text };
    let mut lines = vec![
        line(DiffOp::Expected, format!("status {}", scene.step.expect.status)),
        line(DiffOp::Actual, format!("status {status}")),
    ];
    if matches!(scene.body, Answered::Json(..)) {
        let body = scene.body_text();
        lines.extend(body.lines().take(MOST).map(|text| line(DiffOp::Same, delta::excerpt(text, 1000))));
        if body.lines().count() > MOST {
            lines.push(line(DiffOp::Gap, format!("{} lines", body.lines().count() - MOST)));
        }
    }
    Diff { lines }
}
