//! `body-cut-off`: the body ends too early.

use super::{Act, Delivery, Fault, Site, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "body-cut-off",
        summary: "ends the body before its announced length",
        explain: "A worker that dies while it writes, a proxy that gives up.",
    },
    needs: "an answer with a documented body",
    sites: |contract| {
        let has_body = |site: &Site| {
            let operation = contract.operation(site.operation);
            operation.responses.iter().any(|spec| spec.schema.is_some() || !spec.examples.is_empty())
        };
        site::answering(contract).into_iter().filter(has_body).collect()
    },
    act: Act::Deliver(|_| Delivery::CutOff),
};
