//! `other-method-accepted`: a method that nobody documents works.

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "other-method-accepted",
        summary: "answers a method that nobody documents as if it were the documented one",
        explain: "A handler that is registered for a path, whatever the method.",
    },
    needs: "what an undocumented method gets (`other_methods`)",
    sites: site::other_methods,
    act: Act::Spoil(|spoiling| {
        spoiling.answer.status = spoiling.operation().success().unwrap_or(200);
        spoiling.set_header("allow", None);
    }),
};
