//! Faults in how a query of a product's authentication is answered.

use serde_json::Value;

use super::{Fault, Faults};
use crate::deployment::answer::Answer;
use crate::deployment::request::Op;
use crate::deployment::roma::{self};

const OP: Op = Op::Query;

/// Clauses of this operation.
macro_rules! at {
    ($($clause:literal),+) => { &[$(concat!("query-product-authentication/", $clause)),+] };
}

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("query-product-authentication");
    answers(&mut of);
    members(&mut of);
    reads(&mut of);
    of.list
}

fn answers(of: &mut Faults) {
    of.turn("query-201", "A query is answered 200.", at!["response/200", "response/status"], |turn| {
        if turn.is(OP, 200) {
            turn.status(201);
        }
    });
    of.turn("query-204", "A query is answered 200.", at!["response/200", "response/status"], |turn| {
        if turn.is(OP, 200) {
            turn.empty(204);
        }
    });
    of.turn("query-media-type", "The answer is JSON and says so.", at!["response/200/media-type"], |turn| {
        if turn.is(OP, 200) {
            turn.answer.header("content-type", "text/plain");
        }
    });
    of.turn("query-truncated", "The answer is well-formed JSON.", at!["response/200/json"], |turn| {
        if turn.is(OP, 200) {
            let mut text = turn.answer.body();
            text.pop();
            turn.answer.say("application/json", text);
        }
    });
    of.turn(
        "query-no-body",
        "The answer has a body.",
        at!["response/200/json", "response/200/body"],
        |turn| {
            if turn.is(OP, 200) {
                turn.empty(200);
            }
        },
    );
}

fn members(of: &mut Faults) {
    of.turn(
        "query-no-user-name",
        "The answer has a user_name.",
        at!["response/200/body/user_name/required"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.omit("user_name");
            }
        },
    );
    of.turn(
        "query-no-password",
        "The answer has a password.",
        at!["response/200/body/password/required"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.omit("password");
            }
        },
    );
    of.turn(
        "query-null-user-name",
        "user_name is a string.",
        at!["response/200/body/user_name/type"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("user_name", Value::Null);
            }
        },
    );
    of.turn(
        "query-number-password",
        "password is a string.",
        at!["response/200/body/password/type"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("password", 1_234_567_890_u64);
            }
        },
    );
    of.turn(
        "query-long-user-name",
        "user_name has 64 characters at most.",
        at!["response/200/body/user_name/maxLength"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("user_name", "x".repeat(65));
            }
        },
    );
    of.turn("query-weak-password", "A password has a digit.", at!["response/200/body/password/"], |turn| {
        if turn.is(OP, 200) {
            let mut password = turn.answer.get("password").as_str().unwrap_or_default().to_owned();
            password.retain(|letter| !letter.is_ascii_digit());
            turn.answer.set("password", password);
        }
    });
    of.turn(
        "query-wrapped",
        "user_name and password are members of the answer itself.",
        at!["response/200/body/"],
        |turn| {
            if turn.is(OP, 200) {
                let inner: Value = serde_json::from_str(&turn.answer.body()).unwrap_or_default();
                *turn.answer = Answer::json(200, serde_json::json!({ "authentication": inner }));
            }
        },
    );
}

fn reads(of: &mut Faults) {
    of.turn("query-unsteady", "Two reads in a row agree.", at!["response/steady"], |turn| {
        if turn.is(OP, 200) {
            let reads = turn.state.requests;
            let user_name = &turn.product().login.user_name;
            let wavering = format!("{user_name:.40}-{reads}");
            turn.answer.set("user_name", wavering);
        }
    });
    of.turn("query-stale", "A query shows the last reset.", &["sequence/"], |turn| {
        if turn.is(OP, 200) {
            let id = turn.product().id;
            if let Some((_, login)) = turn.state.history.iter().rev().find(|(known, _)| *known == id) {
                *turn.answer = Answer::json(200, roma::login(login));
            }
        }
    });
    of.turn("query-neighbour", "A query shows the product that it is about.", &["sequence/"], |turn| {
        if turn.is(OP, 200) {
            let login = roma::login(&turn.neighbour().login);
            *turn.answer = Answer::json(200, login);
        }
    });
    of.turn("query-shared", "Products have logins of their own.", &["sequence/"], |turn| {
        if turn.is(OP, 200)
            && let Some((_, product)) = turn.state.products.first_key_value()
        {
            *turn.answer = Answer::json(200, roma::login(&product.login));
        }
    });
}
