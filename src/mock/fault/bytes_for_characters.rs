//! `bytes-for-characters`: lengths are counted in bytes.

use super::{Act, Fault, site};
use crate::conform::{MAX_BYTES, MIN_BYTES};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "bytes-for-characters",
        summary: "counts bytes where characters are documented",
        explain: "Length limits that a database column, or a language whose strings are bytes, \
                  counts in UTF-8: a name of 64 Chinese characters has 192 bytes and is refused; a \
                  name that is too short passes.",
    },
    needs: "a `maxLength` or `minLength` of a request's text that may hold more than ASCII",
    sites: |contract| {
        // Where only ASCII can be sent, bytes and characters are the same.
        site::clauses(contract, |clause| {
            site::requested(clause).is_some_and(|(keyword, _)| matches!(keyword, "maxLength" | "minLength"))
                && site::takes_chinese(contract, clause)
        })
    },
    act: Act::Misread(|schema, keyword, limit| {
        let bytes = if keyword == "maxLength" { MAX_BYTES } else { MIN_BYTES };
        schema.remove(keyword);
        schema.insert(bytes.to_owned(), limit.clone());
    }),
};
