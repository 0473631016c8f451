//! Faults in what a query of a product's authentication accepts.

use super::{Fault, Faults};
use crate::deployment::request::{Op, Resource};
use crate::deployment::roma::Refusal;
use crate::deployment::rules::{NO_PRODUCT, PRODUCT_MAX, product_id};

const OP: Op = Op::Query;

/// Clauses of this operation.
macro_rules! at {
    ($($clause:literal),+) => { &[$(concat!("query-product-authentication/", $clause)),+] };
}

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("query-product-authentication");
    paths(&mut of);
    unknown(&mut of);
    of.list
}

fn paths(of: &mut Faults) {
    of.rule(
        "query-product-id-as-double",
        "product_id reaches up to 99999999999999999.",
        at!["request/path/product_id/maximum"],
        |rules| rules.path[OP as usize].product = |text| product_id(text).filter(|id| *id < PRODUCT_MAX),
    );
    of.rule(
        "query-product-id-above",
        "product_id is 99999999999999999 at most.",
        at!["request/path/product_id/maximum"],
        |rules| rules.path[OP as usize].product = |text| text.parse().ok(),
    );
    of.rule(
        "query-product-id-negative",
        "product_id is 0 at least.",
        at!["request/path/product_id/minimum"],
        |rules| {
            rules.path[OP as usize].product = |text| product_id(text.strip_prefix('-').unwrap_or(text));
        },
    );
    of.rule(
        "query-product-id-zero",
        "product_id may be 0.",
        at!["request/path/product_id/minimum"],
        |rules| {
            rules.path[OP as usize].product = |text| product_id(text).filter(|id| *id > 0);
        },
    );
    of.rule(
        "query-product-id-text",
        "product_id is an integer.",
        at!["request/path/product_id/type"],
        |rules| {
            rules.path[OP as usize].product = |text| {
                let word = text.bytes().any(|byte| byte.is_ascii_alphabetic());
                if word { Some(NO_PRODUCT) } else { product_id(text) }
            };
        },
    );
    of.turn(
        "query-product-id-crash",
        "A product_id that is no integer is answered 400.",
        at!["request/path/product_id/type"],
        |turn| {
            if turn.is(OP, 400) && turn.route.is_some_and(|route| route.target.parse::<i64>().is_err()) {
                turn.refuse(&Refusal::UnknownInstance);
            }
        },
    );
    of.rule(
        "query-project-id-33",
        "project_id has 32 characters at most.",
        at!["request/path/project_id/maxLength"],
        |rules| rules.path[OP as usize].project.1 = 33,
    );
    of.rule(
        "query-instance-id-37",
        "instance_id has 36 characters at most.",
        at!["request/path/instance_id/maxLength"],
        |rules| rules.path[OP as usize].instance.1 = 37,
    );
    of.rule("query-post", "The method POST is not documented here.", at!["request/method"], |rules| {
        rules.alias = Some(("POST", Resource::Authentication, OP));
    });
    of.rule("query-delete", "The method DELETE is not documented here.", at!["request/method"], |rules| {
        rules.alias = Some(("DELETE", Resource::Authentication, OP));
    });
}

fn unknown(of: &mut Faults) {
    let product = at!["request/path/product_id/unknown"];
    of.turn("query-unknown-product-200", "An unknown product is answered 404.", product, |turn| {
        if turn.is(OP, 404) {
            turn.succeed();
        }
    });
    of.turn("query-unknown-product-400", "An unknown product is answered 404.", product, |turn| {
        if turn.is(OP, 404) {
            turn.refuse(&Refusal::Parameter { name: "product_id", processor: "path" });
        }
    });
    of.turn("query-unknown-product-500", "An unknown product is answered 404.", product, |turn| {
        if turn.is(OP, 404) {
            turn.refuse(&Refusal::UnknownInstance);
        }
    });
    of.turn(
        "query-unknown-product-code",
        "An unknown product has the error code ROMA.00110006.",
        at!["request/path/product_id/unknown", "response/404/body/error_code"],
        |turn| {
            if turn.is(OP, 404) {
                turn.answer.set("error_code", "ROMA.00110002");
            }
        },
    );
    of.turn(
        "query-unknown-instance-404",
        "An unknown instance is answered 500.",
        at!["request/path/instance_id/unknown", "request/path/project_id/unknown"],
        |turn| {
            if turn.is(OP, 500) {
                turn.refuse(&Refusal::UnknownProduct);
            }
        },
    );
    of.turn(
        "query-unknown-project-ignored",
        "An unknown project is answered 500.",
        at!["request/path/project_id/unknown"],
        |turn| {
            use crate::deployment::state::{INSTANCE_ID, PROJECT_ID};
            let route =
                turn.route.filter(|route| route.project != PROJECT_ID && route.instance == INSTANCE_ID);
            if turn.is(OP, 500) && route.is_some() {
                turn.succeed();
            }
        },
    );
}
