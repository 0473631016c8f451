//! `flaky`: now and then it fails.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "flaky",
        summary: "answers every third request with 503",
        explain: "One of three instances behind the load balancer is broken.",
    },
    needs: "a documented success, or a list of all statuses without 503",
    sites: |contract| {
        // Where 503 is documented, or all statuses are, it still is no success.
        let documents = |operation| contract.operation(operation).response_index(503).is_some();
        let mut sites = site::clauses(contract, |clause| {
            matches!(clause.kind, ClauseKind::DocumentedStatuses) && !clause.operation.is_some_and(documents)
        });
        let successes = site::succeeding(contract).into_iter().filter(|site| documents(site.operation));
        sites.extend(successes);
        sites.sort_by_key(|site| site.clause.map(|clause| clause.0));
        sites
    },
    act: Act::Spoil(|spoiling| {
        if spoiling.turn % 3 == 0 {
            spoiling.answer.status = 503;
            spoiling.answer.body.clear();
            spoiling.set_header("content-type", None);
        }
    }),
};
