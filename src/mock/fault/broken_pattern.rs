//! `broken-pattern`: a member does not match.

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "broken-pattern",
        summary: "answers a value that does not match its pattern or format",
        explain: "A time without its zone, a generated password without the special character that \
                  the rule asks for.",
    },
    needs: "a `pattern` or a promised `format` in an answer",
    sites: |contract| site::answered(contract, &["pattern", "format"]),
    act: Act::Spoil(site::put),
};
