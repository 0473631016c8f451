//! Faults in the statuses and errors of a modification of a product.

use std::time::Duration;

use serde_json::json;

use super::{Fault, Faults};
use crate::deployment::answer::Delivery;
use crate::deployment::request::Op;

const OP: Op = Op::Modify;

/// Clauses of this operation.
macro_rules! at {
    ($($clause:literal),+) => { &[$(concat!("modify-product/", $clause)),+] };
}

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("modify-product");
    statuses(&mut of);
    errors(&mut of);
    of.list
}

fn statuses(of: &mut Faults) {
    of.turn(
        "modify-201",
        "A modification is answered 200.",
        at!["response/200", "response/status"],
        |turn| {
            if turn.is(OP, 200) {
                turn.status(201);
            }
        },
    );
    of.turn(
        "modify-418",
        "A request that is not valid is answered 400.",
        at!["response/400", "response/status", "request/"],
        |turn| {
            if turn.is(OP, 400) {
                turn.status(418);
            }
        },
    );
    of.turn("modify-media-type", "The answer is JSON and says so.", at!["response/200/media-type"], |turn| {
        if turn.is(OP, 200) {
            turn.answer.header("content-type", "application/octet-stream");
        }
    });
    of.turn("modify-truncated", "The answer is well-formed JSON.", at!["response/200/json"], |turn| {
        if turn.is(OP, 200) {
            let text = turn.answer.body();
            turn.answer.say("application/json", &text[..40]);
        }
    });
    of.turn("modify-slow", "Every answer comes within 2 seconds.", at!["response/within"], |turn| {
        let json = turn.request.json();
        if turn.is(OP, 200) && json["description"].as_str().is_some_and(|text| text.chars().count() > 150) {
            turn.answer.delivery = Delivery::After(Duration::from_secs(3));
        }
    });
}

fn errors(of: &mut Faults) {
    of.turn(
        "modify-400-no-request-id",
        "An error has a request_id.",
        at!["response/400/body/request_id/required"],
        |turn| {
            if turn.is(OP, 400) {
                turn.answer.omit("request_id");
            }
        },
    );
    of.turn(
        "modify-400-wrapped",
        "An error has an error_code.",
        at!["response/400/body/error_code/required"],
        |turn| {
            if turn.is(OP, 400) {
                let code = turn.answer.get("error_code");
                turn.answer.omit("error_code");
                turn.answer.set("error", json!({ "code": code }));
            }
        },
    );
    of.turn(
        "modify-500-code",
        "An unknown instance has the error code ROMA.00110002.",
        at!["response/500/body/error_code", "request/path/"],
        |turn| {
            if turn.is(OP, 500) {
                turn.answer.set("error_code", "ROMA.00110006");
            }
        },
    );
    of.turn("modify-token-in-message", "No error shows the token.", at!["response/secrets"], |turn| {
        if turn.is(OP, 404) {
            let token = turn.request.token.clone().unwrap_or_default();
            turn.answer.set("error_msg", format!("token={token}"));
        }
    });
}
