//! For whom a change breaks something, and why.

use serde_json::{Value, json};

use super::Impact::{self, Breaking, Compatible, Cosmetic};
use super::digest::plain_refusal;
use crate::conform::{Relation, relation};
use crate::model::{Clause, ClauseKind, Contract, Operation, Part, Refusal, StatusSet};

/// The impact on the consumer and the provider, and why.
pub(super) type Verdict = (Impact, Impact, &'static str);

/// How a set of requests that are accepted, or of answers that may come, has changed.
#[derive(Debug, Clone, Copy)]
enum Shift {
    Narrower,
    Wider,
    Apart,
    Unknown,
}

fn of_requests(shift: Shift) -> Verdict {
    match shift {
        Shift::Narrower => (Breaking, Breaking, "requests that were accepted are to be refused"),
        Shift::Wider => (Compatible, Breaking, "requests that were refused are to be accepted"),
        Shift::Apart => (Breaking, Breaking, "other requests than before are accepted"),
        Shift::Unknown => (Breaking, Breaking, "it can't be told which of the two accepts more requests"),
    }
}

fn of_answers(shift: Shift) -> Verdict {
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

const PROMISED: Verdict = (Compatible, Breaking, "a new promise has to be kept");
const NO_LONGER: Verdict = (Breaking, Compatible, "a promise need not be kept any more");
const OTHER: Verdict = (Breaking, Breaking, "another promise has to be kept");
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
        (["request", "credential", _], _) => (Breaking, Breaking, "requests without it are to be refused"),
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
        (_, ClauseKind::DocumentedStatuses | ClauseKind::WellFormed { .. }) => return ELSEWHERE,
        _ => PROMISED,
    })
}

fn new_in_request(required: bool) -> Verdict {
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
        (true, _) => (Breaking, Compatible, "nothing is promised to requests that have it"),
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
        (["request", "credential", _], _) => (Compatible, Breaking, "requests without it are to be accepted"),
        (["request", "body"] | ["request", "path" | "query" | "header" | "cookie", _], _) => {
            (Breaking, Compatible, "nothing is promised to requests that have it")
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
        (_, ClauseKind::Optional { .. } | ClauseKind::DocumentedStatuses | ClauseKind::WellFormed { .. }) => {
            return ELSEWHERE;
        }
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
            ClauseKind::Constraint { part, keyword, path, limit: from, .. },
            ClauseKind::Constraint { limit: to, path: other_path, .. },
        ) => {
            if from == to {
                let (was, is) = (refused(before.as_ref(), part), refused(now.as_ref(), part));
                let other =
                    path != other_path || was.as_ref().map(plain_refusal) != is.as_ref().map(plain_refusal);
                return Some(if other { refusals(was, is) } else { RENAMED });
            }
            return whole(part, &json!({ keyword: from }), &json!({ keyword: to }));
        }
        (ClauseKind::Within, ClauseKind::Within) => {
            let budget =
                |operation: &Option<Operation>| operation.as_ref().and_then(|operation| operation.within);
            of_answers(if budget(&now) > budget(&before) { Shift::Wider } else { Shift::Narrower })
        }
        (ClauseKind::MediaType { .. }, _) => of_answers(Shift::Apart),
        (ClauseKind::Example { .. }, _) => (Cosmetic, Cosmetic, "another example"),
        (
            ClauseKind::Status { .. }
            | ClauseKind::DocumentedStatuses
            | ClauseKind::WellFormed { .. }
            | ClauseKind::UndocumentedFields { .. }
            | ClauseKind::Optional { .. },
            _,
        ) => return ELSEWHERE,
        (kind, other) => match (promised(before.as_ref(), kind), promised(now.as_ref(), other)) {
            (Some(from), Some(to)) => refusals(Some(from), Some(to)),
            _ => OTHER,
        },
    })
}

/// What a request that breaks the part gets.
fn refused(operation: Option<&Operation>, part: &Part) -> Option<Refusal> {
    let operation = operation?;
    let own = match part {
        Part::Parameter { index } => operation.parameters.get(*index)?.refused.clone(),
        Part::Credential { index } => {
            let security = operation.security.get(*index)?;
            security.outside.clone().or_else(|| security.refused.clone())
        }
        _ => None,
    };
    own.or_else(|| operation.refused.clone())
}

/// The refusal that a clause promises.
fn promised(operation: Option<&Operation>, kind: &ClauseKind) -> Option<Refusal> {
    let operation = operation?;
    match kind {
        ClauseKind::Unknown { index } => {
            Some(operation.parameters.get(*index)?.unknown.as_ref()?.answer.clone())
        }
        ClauseKind::BodyRequired | ClauseKind::BodyWellFormed => operation.refused.clone(),
        ClauseKind::BodyMediaType => operation.body.as_ref()?.other_media_types.clone(),
        ClauseKind::Credential { index } => operation.security.get(*index)?.refused.clone(),
        ClauseKind::OtherMethods => operation.other_methods.clone(),
        ClauseKind::HandCase { index } => Some(operation.cases.get(*index)?.expect.clone()),
        _ => None,
    }
}

/// How the answers to what is refused have changed: by their statuses, if by nothing else.
fn refusals(from: Option<Refusal>, to: Option<Refusal>) -> Verdict {
    let (Some(from), Some(to)) = (from, to) else { return OTHER };
    let rest = |refusal: &Refusal| Refusal { status: StatusSet::default(), ..plain_refusal(refusal) };
    if rest(&from) != rest(&to) {
        return OTHER;
    }
    let within = |one: &Refusal, other: &Refusal| {
        one.status.0.iter().all(|word| {
            let exact = word.parse().is_ok_and(|status: u16| other.status.contains(status));
            exact || other.status.0.iter().any(|there| there.eq_ignore_ascii_case(word) || there == "any")
        })
    };
    match (within(&from, &to), within(&to, &from)) {
        (true, true) => OTHER,
        (true, false) => of_answers(Shift::Wider),
        (false, true) => of_answers(Shift::Narrower),
        (false, false) => of_answers(Shift::Apart),
    }
}

/// Whether the keyword at this evaluation path binds only in an alternative: then to add it may allow more.
pub(super) fn in_alternative(path: &str) -> bool {
    path.split('/').any(|step| {
        ["anyOf", "oneOf", "not", "if", "then", "else", "contains", "propertyNames"].contains(&step)
    })
}

/// What it means that there is one keyword more, or one less: nothing, where it allows everything.
fn one_more(part: &Part, keyword: &str, limit: &Value, shift: Shift) -> Verdict {
    let limit = if keyword == "required" { json!([limit]) } else { limit.clone() };
    match relation(&json!({}), &json!({ keyword: limit })) {
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
