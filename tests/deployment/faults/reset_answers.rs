//! Faults in how a reset of a product's authentication is answered.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Fault, Faults};
use crate::deployment::answer::{Content, Delivery};
use crate::deployment::request::Op;

const OP: Op = Op::Reset;

/// Clauses of this operation.
macro_rules! at {
    ($($clause:literal),+) => { &[$(concat!("reset-product-authentication/", $clause)),+] };
}

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("reset-product-authentication");
    answers(&mut of);
    errors(&mut of);
    of.list
}

fn answers(of: &mut Faults) {
    of.turn("reset-202", "A reset is answered 200.", at!["response/200", "response/status"], |turn| {
        if turn.is(OP, 200) {
            turn.status(202);
        }
    });
    of.turn("reset-204", "A reset is answered 200.", at!["response/200", "response/status"], |turn| {
        if turn.is(OP, 200) {
            turn.empty(204);
        }
    });
    of.turn(
        "reset-302",
        "A reset is answered 200.",
        at!["response/200", "response/status", "request/", "example/"],
        |turn| {
            if turn.is(OP, 200) {
                turn.empty(302);
                turn.answer.header("location", "/");
            }
        },
    );
    of.turn("reset-array-answer", "The answer to a reset is an object.", at!["response/200/body"], |turn| {
        if turn.is(OP, 200) {
            let one: Value = serde_json::from_str(&turn.answer.body()).unwrap_or_default();
            turn.answer.content = Content::Json(json!([one]));
        }
    });
    of.turn(
        "reset-no-user-name",
        "The answer has a user_name.",
        at!["response/200/body/user_name/required"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.omit("user_name");
            }
        },
    );
    of.turn("reset-null-password", "password is a string.", at!["response/200/body/password/type"], |turn| {
        if turn.is(OP, 200) {
            turn.answer.set("password", Value::Null);
        }
    });
    of.turn(
        "reset-html",
        "The answer is JSON.",
        at!["response/200/media-type", "response/200/json"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.say("text/html", "<p>OK</p>");
            }
        },
    );
    of.turn("reset-slow", "Every answer comes within 2 seconds.", at!["response/within"], |turn| {
        if turn.is(OP, 404) {
            turn.answer.delivery = Delivery::After(Duration::from_secs(3));
        }
    });
}

fn errors(of: &mut Faults) {
    of.turn(
        "reset-422",
        "A request that is not valid is answered 400.",
        at!["response/400", "response/status"],
        |turn| {
            if turn.is(OP, 400) {
                turn.status(422);
            }
        },
    );
    of.turn(
        "reset-400-code",
        "A request that is not valid has the error code SCB.00000000.",
        at!["response/400/body/error_code", "request/", "rule/"],
        |turn| {
            if turn.is(OP, 400) {
                turn.answer.set("error_code", "SCB.00000001");
            }
        },
    );
    of.turn(
        "reset-400-empty",
        "An error has a body.",
        at!["response/400/json", "response/400/body"],
        |turn| {
            if turn.is(OP, 400) {
                turn.empty(400);
            }
        },
    );
    of.turn(
        "reset-400-message-array",
        "error_msg is a string.",
        at!["response/400/body/error_msg/type"],
        |turn| {
            if turn.is(OP, 400) {
                turn.answer.set("error_msg", json!(["not valid"]));
            }
        },
    );
    of.turn(
        "reset-404-no-code",
        "An error has an error_code.",
        at!["response/404/body/error_code/required"],
        |turn| {
            if turn.is(OP, 404) {
                turn.answer.omit("error_code");
            }
        },
    );
    of.turn(
        "reset-500-media-type",
        "An error is JSON and says so.",
        at!["response/500/media-type"],
        |turn| {
            if turn.is(OP, 500) {
                turn.answer.header("content-type", "text/html");
            }
        },
    );
    of.turn(
        "reset-500-null-request-id",
        "request_id is a string.",
        at!["response/500/body/request_id/type"],
        |turn| {
            if turn.is(OP, 500) {
                turn.answer.set("request_id", Value::Null);
            }
        },
    );
    of.turn("reset-password-in-error", "No error shows the password.", at!["response/secrets"], |turn| {
        let password = turn.request.json()["password"].as_str().unwrap_or_default().to_owned();
        if turn.is(OP, 400) && !password.is_empty() {
            turn.answer.set("error_msg", format!("Parameter [password] is not valid: {password:.100}"));
        }
    });
    of.turn("reset-password-in-header", "No header shows the password.", at!["response/secrets"], |turn| {
        let login = &turn.product().login;
        let trace = format!("reset {}", login.password);
        if turn.is(OP, 200) {
            turn.answer.header("x-trace", trace);
        }
    });
}
