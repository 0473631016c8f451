//! Other statuses that conform.

use super::{Variant, turn};
use crate::deployment::ddm;
use crate::deployment::request::{Op, Resource, Sort};
use crate::deployment::roma::Refusal;
use crate::deployment::state::TAKEN_NAME;
use crate::deployment::text::characters;
use crate::deployment::turn::Change;

pub(super) fn variants() -> Vec<Variant> {
    vec![
        turn("forbidden", "A token is refused with 403.", |turn| {
            if turn.answer.status == 401 {
                turn.status(403);
            }
        }),
        turn("no-such-method", "A method that is not documented is answered 404.", |turn| {
            if turn.answer.status == 405 {
                turn.status(404);
            }
        }),
        turn("allowed-methods", "405 comes with Allow, and 401 with WWW-Authenticate.", |turn| {
            match turn.answer.status {
                401 => turn.answer.header("www-authenticate", "Token realm=\"api\""),
                405 => turn.answer.header("allow", "GET, PUT"),
                _ => (),
            }
        }),
        turn("ddm-500", "An unknown database instance or user is answered 500.", |turn| {
            if turn.is(Op::Password, 400) && turn.request.sort() == Sort::Object && turn.gives("password") {
                *turn.answer = ddm::failure();
            }
        }),
        turn("duplicate-409", "A name that is taken is answered 409 in the error shape.", |turn| {
            if turn.is(Op::Modify, 400) && turn.request.json()["name"] == TAKEN_NAME {
                turn.status(409);
                turn.answer.set("error_code", "ROMA.00110009");
            }
        }),
        turn("long-token-400", "A token of more than 100000 characters is answered 400.", |turn| {
            let long = turn.request.token.as_deref().is_some_and(|token| characters(token) > 100_000);
            let roma = turn.route.is_some_and(|route| route.resource != Resource::Account);
            if turn.answer.status == 401 && long && roma {
                turn.refuse(&Refusal::Parameter { name: "X-Auth-Token", processor: "header" });
            }
        }),
        Variant {
            name: "lookup-first",
            says: "Products are looked up before bodies are read.",
            change: Change::Rules(|rules| rules.lookup_first = true),
        },
    ]
}
