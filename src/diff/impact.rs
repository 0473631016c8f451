//! For whom a change breaks something, and why.

use serde_json::{Value, json};

use super::Impact::{self, Breaking, Compatible, Cosmetic};
use super::digest::{self, plain_refusal};
use crate::conform::{Relation, relation};
use crate::model::{Clause, ClauseKind, Contract, Operation, Part, Refusal, Security, StatusSet, path_shape};

/// The impact on the consumer and the provider, and why.
pub(super) type Verdict = (Impact, Impact, &'static str);

/// How a set of requests that are accepted, or of answers that may come, has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shift {
    Narrower,
    Wider,
    Apart,
    Unknown,
}

pub(super) fn of_requests(shift: Shift) -> Verdict {
    match shift {
        Shift::Narrower => (Breaking, Breaking, "requests that were accepted are to be refused"),
        Shift::Wider => (Compatible, Breaking, "requests that were refused are to be accepted"),
        Shift::Apart => (Breaking, Breaking, "other requests than before are accepted"),
        Shift::Unknown => (Breaking, Breaking, "it can't be told which of the two accepts more requests"),
    }
}

pub(super) fn of_answers(shift: Shift) -> Verdict {
    match shift {
        Shift::Narrower => (Compatible, Breaking, "answers that were right are no longer"),
        Shift::Wider => (Breaking, Compatible, "answers may come that could not"),
        Shift::Apart => (Breaking, Breaking, "other answers than before are right"),
        Shift::Unknown => (Breaking, Breaking, "it can't be told which of the two allows more answers"),
    }
}

fn of_part(part: &Part, shift: Shift) -> Verdict {
    if part.is_request() { of_requests(shift) } else { of_answers(shift) }
}

pub(super) const PROMISED: Verdict = (Compatible, Breaking, "a new promise has to be kept");
const NO_LONGER: Verdict = (Breaking, Compatible, "a promise need not be kept any more");
pub(super) const OTHER: Verdict = (Breaking, Breaking, "another promise has to be kept");
/// A part of a request that nobody documents any more.
pub(super) const GONE_FROM_REQUEST: Verdict =
    (Breaking, Compatible, "nothing is promised to requests that have it");
/// A part of a request that had to be there.
pub(super) const LEFT_OUT: Verdict = (Compatible, Breaking, "requests without it are to be accepted");
/// A keyword that has a clause where it is a promise; which texts it allows is not compared.
pub(super) const FORMAT: &str = "format";
const RENAMED: Verdict = (Cosmetic, Cosmetic, "only a name is another");
/// The change shows at another clause.
const ELSEWHERE: Option<Verdict> = None;

/// Whether a status tells of success, as far as a consumer goes by it: another error is treated as its class (RFC 9110
/// section 15).
fn is_success(status: &str) -> bool {
    status.starts_with(['2', '3'])
}

/// What it means that a part of the contract is new: `tail` is its address without the operation, `head` its first
/// clause, `required` whether the part is.
pub(super) fn added(tail: &str, head: &Clause, required: bool) -> Option<Verdict> {
    Some(match (tail.split('/').collect::<Vec<_>>().as_slice(), &head.kind) {
        ([""], _) => (Compatible, Breaking, "a new operation has to be there"),
        (["request", "body"] | ["request", "path" | "query" | "header" | "cookie", _], _) => {
            new_in_request(required)
        }
        (["response", _], ClauseKind::Status { status }) if is_success(status) => {
            (Breaking, Compatible, "a success may be answered that consumers do not know")
        }
        (["response", _], ClauseKind::Status { status }) if status == "default" => {
            (Breaking, Compatible, "any status may be answered, a success that consumers do not know too")
        }
        (["response", _], ClauseKind::Status { .. }) => {
            (Compatible, Compatible, "an error may be answered that is treated as its class")
        }
        (_, ClauseKind::Optional { part, .. }) if part.is_request() => new_in_request(false),
        (_, ClauseKind::Constraint { part, keyword, limit, .. }) => {
            one_more(part, keyword, limit, Shift::Narrower)
        }
        (_, ClauseKind::Example { .. }) => (Cosmetic, Cosmetic, "an example more"),
        (
            _,
            ClauseKind::DocumentedStatuses
            | ClauseKind::WellFormed { .. }
            | ClauseKind::BodyRequired
            | ClauseKind::BodyWellFormed,
        ) => return ELSEWHERE,
        _ => PROMISED,
    })
}

pub(super) fn new_in_request(required: bool) -> Verdict {
    if required {
        (Breaking, Breaking, "requests without it are to be refused")
    } else {
        (Compatible, Breaking, "requests with it are to be accepted")
    }
}

/// What it means that a whole member of a body is new.
pub(super) fn member_added(part: &Part, required: bool) -> Verdict {
    match (part.is_request(), required) {
        (true, _) => new_in_request(required),
        (false, true) => (Compatible, Breaking, "answers have to have it"),
        (false, false) => (Compatible, Compatible, "answers may have it"),
    }
}

/// What it means that a whole member of a body is gone.
pub(super) fn member_removed(part: &Part, required: bool) -> Verdict {
    match (part.is_request(), required) {
        (true, _) => GONE_FROM_REQUEST,
        (false, true) => (Breaking, Breaking, "answers always had it, and now it is not documented"),
        (false, false) => {
            (Compatible, Breaking, "answers that have it have something that is not documented")
        }
    }
}

/// As [`added`], of what is gone.
pub(super) fn removed(tail: &str, head: &Clause) -> Option<Verdict> {
    Some(match (tail.split('/').collect::<Vec<_>>().as_slice(), &head.kind) {
        ([""], _) => (Breaking, Compatible, "the operation need not be there any more"),
        (["request", "body"] | ["request", "path" | "query" | "header" | "cookie", _], _) => {
            GONE_FROM_REQUEST
        }
        (["response", _], ClauseKind::Status { status }) if is_success(status) => {
            (Breaking, Breaking, "a success is no longer answered")
        }
        (["response", _], ClauseKind::Status { status }) if status == "default" => {
            (Compatible, Breaking, "only the statuses that are documented may be answered")
        }
        (["response", _], ClauseKind::Status { .. }) => {
            (Compatible, Breaking, "an error is no longer documented")
        }
        (_, ClauseKind::Constraint { part, keyword, limit, .. }) => {
            one_more(part, keyword, limit, Shift::Wider)
        }
        (_, ClauseKind::Example { .. }) => (Cosmetic, Cosmetic, "an example less"),
        (_, ClauseKind::UndocumentedFields { .. }) => {
            (Compatible, Compatible, "answers may have members that nobody documents, to be ignored")
        }
        (
            _,
            ClauseKind::Optional { .. }
            | ClauseKind::DocumentedStatuses
            | ClauseKind::WellFormed { .. }
            | ClauseKind::BodyRequired
            | ClauseKind::BodyWellFormed,
        ) => return ELSEWHERE,
        _ => NO_LONGER,
    })
}

/// What it means that a clause says something else.
pub(super) fn changed(
    (old_contract, old): (&Contract, &Clause),
    (new_contract, new): (&Contract, &Clause),
) -> Option<Verdict> {
    let operation =
        |contract: &'_ Contract, clause: &Clause| clause.operation.map(|op| contract.operation(op).clone());
    let (before, now) = (operation(old_contract, old), operation(new_contract, new));
    Some(match (&old.kind, &new.kind) {
        (
            ClauseKind::Constraint { part, keyword, limit: from, .. },
            ClauseKind::Constraint { limit: to, .. },
        ) => {
            // How it is refused is told of the operation, once for all its constraints.
            if same_limit(keyword, from, to) {
                let said = old.text == new.text && old.undecided == new.undecided;
                return (!said).then_some(RENAMED);
            }
            if keyword == FORMAT {
                return Some(of_part(part, Shift::Unknown));
            }
            return whole(part, &json!({ keyword: from }), &json!({ keyword: to }));
        }
        (ClauseKind::Within, ClauseKind::Within) => {
            let budget =
                |operation: &Option<Operation>| operation.as_ref().and_then(|operation| operation.within);
            of_answers(if budget(&now) > budget(&before) { Shift::Wider } else { Shift::Narrower })
        }
        (ClauseKind::MediaType { .. }, _) => (Cosmetic, Cosmetic, "it is the same media type"),
        (ClauseKind::Credential { index }, ClauseKind::Credential { index: other }) => {
            let security = |operation: &Option<Operation>, index: usize| {
                operation.as_ref().and_then(|operation| operation.security.get(index).cloned())
            };
            return credential(&security(&before, *index)?, &security(&now, *other)?);
        }
        (ClauseKind::Example { .. }, _) => (Cosmetic, Cosmetic, "another example"),
        (
            ClauseKind::Status { .. }
            | ClauseKind::DocumentedStatuses
            | ClauseKind::WellFormed { .. }
            | ClauseKind::BodyRequired
            | ClauseKind::BodyWellFormed
            | ClauseKind::UndocumentedFields { .. }
            | ClauseKind::Optional { .. },
            _,
        ) => return ELSEWHERE,
        (kind, other) => match (promised(before.as_ref(), kind), promised(now.as_ref(), other)) {
            (Some(from), Some(to)) => refusals(Some(&from), Some(&to)),
            _ => OTHER,
        },
    })
}

/// What it means that a credential is sent or refused otherwise. What is accepted in its place is told by itself.
fn credential(old: &Security, new: &Security) -> Option<Verdict> {
    // A variable's name is not sent.
    if path_shape(&old.value) != path_shape(&new.value) {
        return Some(OTHER);
    }
    let plain = |refusal: &Option<Refusal>| refusal.as_ref().map(plain_refusal);
    let other = |old: &Option<Refusal>, new: &Option<Refusal>| {
        (plain(old) != plain(new)).then(|| refusals(old.as_ref(), new.as_ref()))
    };
    other(&old.refused, &new.refused).or_else(|| other(&old.outside, &new.outside))
}

/// Whether a keyword asks for the same: of schemas, whatever they are called and where they stand.
pub(super) fn same_limit(keyword: &str, old: &Value, new: &Value) -> bool {
    old == new || digest::limit(keyword, old) == digest::limit(keyword, new)
}

/// The refusal that a clause promises.
fn promised(operation: Option<&Operation>, kind: &ClauseKind) -> Option<Refusal> {
    let operation = operation?;
    match kind {
        ClauseKind::Unknown { index } => {
            Some(operation.parameters.get(*index)?.unknown.as_ref()?.answer.clone())
        }
        ClauseKind::BodyMediaType => operation.body.as_ref()?.other_media_types.clone(),
        ClauseKind::OtherMethods => operation.other_methods.clone(),
        ClauseKind::HandCase { index } => Some(operation.cases.get(*index)?.expect.clone()),
        _ => None,
    }
}

/// How the answers to what is refused have changed: by their statuses, if by nothing else.
pub(super) fn refusals(from: Option<&Refusal>, to: Option<&Refusal>) -> Verdict {
    let (Some(from), Some(to)) = (from, to) else { return OTHER };
    let rest = |refusal: &Refusal| Refusal { status: StatusSet::default(), ..plain_refusal(refusal) };
    if rest(from) != rest(to) {
        return OTHER;
    }
    let within = |one: &Refusal, other: &Refusal| {
        one.status.0.iter().all(|word| {
            let exact = word.parse().is_ok_and(|status: u16| other.status.contains(status));
            exact || other.status.0.iter().any(|there| there.eq_ignore_ascii_case(word) || there == "any")
        })
    };
    match (within(from, to), within(to, from)) {
        (true, true) => OTHER,
        (true, false) => of_answers(Shift::Wider),
        (false, true) => of_answers(Shift::Narrower),
        (false, false) => of_answers(Shift::Apart),
    }
}

/// What it means that there is one keyword more, or one less: nothing, where it allows everything that may stand there.
fn one_more(part: &Part, keyword: &str, limit: &Value, shift: Shift) -> Verdict {
    if keyword == FORMAT {
        return of_part(part, shift);
    }
    let limit = if keyword == "required" { json!([limit]) } else { limit.clone() };
    // What stands in a query, a path or a header is text, and a credential is not empty.
    let anything = match (part, keyword) {
        (Part::Credential { .. }, _) => json!({ "type": "string", "minLength": 1 }),
        (Part::Parameter { .. }, "type") if limit == "string" => {
            json!({ "type": "string" })
        }
        _ => json!({}),
    };
    let mut more = anything.clone();
    more[keyword] = limit;
    match relation(&anything, &more) {
        Relation::Same => (Cosmetic, Cosmetic, "it allows everything"),
        _ => of_part(part, shift),
    }
}

/// What it means that a part has another schema, by all that it allows; None where that is the same.
pub(super) fn whole(part: &Part, old: &Value, new: &Value) -> Option<Verdict> {
    let shift = match relation(old, new) {
        Relation::Same => return ELSEWHERE,
        Relation::Narrower => Shift::Narrower,
        Relation::Wider => Shift::Wider,
        Relation::Apart => Shift::Apart,
        Relation::Unknown => Shift::Unknown,
    };
    Some(of_part(part, shift))
}
