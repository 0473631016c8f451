//! Faults in the check of the token.

use super::{Fault, Faults};
use crate::deployment::request::Op::{Modify, Password, Query, Reset};
use crate::deployment::rules::Credential;

const NONE: Credential = Credential { none: true, empty: false, wrong: false };
const EMPTY: Credential = Credential { none: false, empty: true, wrong: false };
const WRONG: Credential = Credential { none: false, empty: false, wrong: true };

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("query-product-authentication");
    let refused = &["query-product-authentication/request/credential/X-Auth-Token"];
    of.rule("query-no-token", "A request without a token is refused.", refused, |rules| {
        rules.credential[Query as usize] = NONE;
    });
    of.rule("query-empty-token", "An empty token is refused.", refused, |rules| {
        rules.credential[Query as usize] = EMPTY;
    });
    of.rule("query-any-token", "A wrong token is refused.", refused, |rules| {
        rules.credential[Query as usize] = WRONG;
    });
    of.turn(
        "query-token-shape",
        "A token is refused in the API's error shape.",
        &["query-product-authentication/request/credential/", "query-product-authentication/response/401"],
        |turn| {
            if turn.is(Query, 401) {
                turn.answer.say("text/plain", "Unauthorized");
            }
        },
    );

    of.operation = "reset-product-authentication";
    let refused = &["reset-product-authentication/request/credential/X-Auth-Token"];
    of.rule("reset-no-token", "A request without a token is refused.", refused, |rules| {
        rules.credential[Reset as usize] = NONE;
    });
    of.rule("reset-empty-token", "An empty token is refused.", refused, |rules| {
        rules.credential[Reset as usize] = EMPTY;
    });
    of.rule("reset-any-token", "A wrong token is refused.", refused, |rules| {
        rules.credential[Reset as usize] = WRONG;
    });
    of.turn("reset-token-redirect", "A wrong token is refused with 401 or 403.", refused, |turn| {
        if turn.is(Reset, 401) {
            turn.empty(302);
            turn.answer.header("location", "/login");
        }
    });

    of.operation = "modify-product";
    let refused = &["modify-product/request/credential/X-Auth-Token"];
    of.rule("modify-no-token", "A request without a token is refused.", refused, |rules| {
        rules.credential[Modify as usize] = NONE;
    });
    of.rule("modify-empty-token", "An empty token is refused.", refused, |rules| {
        rules.credential[Modify as usize] = EMPTY;
    });
    of.rule("modify-any-token", "A wrong token is refused.", refused, |rules| {
        rules.credential[Modify as usize] = WRONG;
    });
    of.turn("modify-token-500", "A wrong token is refused with 401 or 403.", refused, |turn| {
        if turn.is(Modify, 401) {
            turn.status(500);
        }
    });

    of.operation = "reset-account-password";
    let refused = &["reset-account-password/request/credential/X-Auth-Token"];
    of.rule("account-no-token", "A request without a token is refused.", refused, |rules| {
        rules.credential[Password as usize] = NONE;
    });
    of.rule("account-empty-token", "An empty token is refused.", refused, |rules| {
        rules.credential[Password as usize] = EMPTY;
    });
    of.rule("account-any-token", "A wrong token is refused.", refused, |rules| {
        rules.credential[Password as usize] = WRONG;
    });
    of.turn("account-token-200", "A wrong token is refused with 401 or 403.", refused, |turn| {
        if turn.is(Password, 401) {
            turn.succeed();
            turn.answer.set("success", false);
        }
    });
    of.list
}
