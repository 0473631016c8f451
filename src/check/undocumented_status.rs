//! `undocumented-status`: the operation does not document this status.

use super::scene::Told;
use super::{Check, Scene};
use crate::model::{Finding, FindingSite, Meta};

pub(super) struct UndocumentedStatus;
pub(super) static THIS: UndocumentedStatus = UndocumentedStatus;

static META: Meta = Meta {
    id: "undocumented-status",
    summary: "The answer's status is not one that the operation documents",
    explain: "Clients are written against the documented statuses. Either the deployment is wrong, or the page and the contract lack \
              this status: then add it under `responses`.",
};

impl Check for UndocumentedStatus {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let Some(reply) = scene.reply.filter(|_| !scene.expected && scene.own) else { return };
        let Some(clause) = scene.compiled.documented else { return };
        if scene.operation.response_index(reply.status).is_some() {
            return;
        }
        let documented: Vec<&str> = scene.operation.responses.iter().map(|spec| spec.status.as_str()).collect();
        let told = Told {
            expected: format!("one of {}", documented.join(", ")),
            actual: format!("status {}\n{}", reply.status, scene.body_text()).trim_end().to_owned(),
            diff: None,
        };
        let summary = format!("answered {}, which is not documented", reply.status);
        out.push(scene.finding(&META, clause, FindingSite::Status, summary, told));
    }
}
