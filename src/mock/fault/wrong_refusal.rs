//! `wrong-refusal`: refused with another documented status.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "wrong-refusal",
        summary: "refuses with another status than the documented one",
        explain: "The error is noticed by another layer than the page describes: 404 from the router \
                  for a wrong credential, 400 for an unknown identifier.",
    },
    needs: "what an unknown identifier, a wrong credential or another method gets",
    sites: |contract| {
        let mut sites = site::clauses(contract, |clause| {
            matches!(clause.kind, ClauseKind::Unknown { .. } | ClauseKind::Credential { .. })
        });
        sites.extend(site::other_methods(contract));
        sites
    },
    act: Act::Spoil(|spoiling| {
        // A status that no convention allows for any of these.
        spoiling.answer.status = 406;
    }),
};
