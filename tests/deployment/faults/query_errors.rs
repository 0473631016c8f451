//! Faults in how a query of a product's authentication is refused, or not answered at all.

use std::time::Duration;

use super::{Fault, Faults};
use crate::deployment::answer::Delivery;
use crate::deployment::request::Op;

const OP: Op = Op::Query;

/// Clauses of this operation.
macro_rules! at {
    ($($clause:literal),+) => { &[$(concat!("query-product-authentication/", $clause)),+] };
}

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("query-product-authentication");
    errors(&mut of);
    transport(&mut of);
    of.list
}

fn errors(of: &mut Faults) {
    of.turn(
        "query-404-no-request-id",
        "An error has a request_id.",
        at!["response/404/body/request_id/required"],
        |turn| {
            if turn.is(OP, 404) {
                turn.answer.omit("request_id");
            }
        },
    );
    of.turn(
        "query-404-code-number",
        "error_code is a string.",
        at!["response/404/body/error_code/type"],
        |turn| {
            if turn.is(OP, 404) {
                turn.answer.set("error_code", 110_006);
            }
        },
    );
    of.turn(
        "query-404-plain",
        "An error is a JSON object.",
        at!["response/404/media-type", "response/404/json", "response/404/body"],
        |turn| {
            if turn.is(OP, 404) {
                turn.answer.say("text/plain", "no such product");
            }
        },
    );
    of.turn(
        "query-400-html",
        "An error is a JSON object.",
        at!["response/400/media-type", "response/400/json", "response/400/body"],
        |turn| {
            if turn.is(OP, 400) {
                turn.answer.say("text/html", "<html><body><h1>400 Bad Request</h1></body></html>");
            }
        },
    );
    of.turn(
        "query-404-no-body",
        "An error has a body.",
        at!["response/404/json", "response/404/body"],
        |turn| {
            if turn.is(OP, 404) {
                turn.empty(404);
            }
        },
    );
    of.turn(
        "query-500-long-message",
        "error_msg has 200 characters at most.",
        at!["response/500/body/error_msg/maxLength"],
        |turn| {
            if turn.is(OP, 500) {
                turn.answer.set("error_msg", "x".repeat(201));
            }
        },
    );
    of.turn(
        "query-400-long-code",
        "error_code has 64 characters at most.",
        at!["response/400/body/error_code/"],
        |turn| {
            if turn.is(OP, 400) {
                turn.answer.set("error_code", format!("SCB.{}", "0".repeat(61)));
            }
        },
    );
    of.turn("query-token-in-message", "No answer shows the token.", at!["response/secrets"], |turn| {
        if turn.is(OP, 404) {
            let token = turn.request.token.clone().unwrap_or_default();
            turn.answer.set("error_msg", format!("The resource does not exist for {token}."));
        }
    });
    of.turn("query-token-in-header", "No answer shows the token.", at!["response/secrets"], |turn| {
        if turn.is(OP, 200) {
            turn.answer.header("x-subject-token", turn.request.token.clone().unwrap_or_default());
        }
    });
}

fn transport(of: &mut Faults) {
    let within = at!["response/within"];
    of.turn("query-slow-error", "Every answer comes within 2 seconds.", within, |turn| {
        if turn.is(OP, 500) {
            turn.answer.delivery = Delivery::After(Duration::from_secs(3));
        }
    });
    of.turn("query-never", "Every request is answered.", within, |turn| {
        if turn.is(OP, 500) {
            turn.answer.delivery = Delivery::Never;
        }
    });
    of.turn("query-dropped", "Every request is answered.", within, |turn| {
        if turn.is(OP, 404) {
            turn.answer.delivery = Delivery::Dropped;
        }
    });
    of.turn("query-broken-off", "Every answer comes to its end.", within, |turn| {
        if turn.is(OP, 200) {
            turn.answer.delivery = Delivery::BrokenOff;
        }
    });
}
