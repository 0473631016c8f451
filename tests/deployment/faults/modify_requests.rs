//! Faults in which modifications of a product are accepted.

use super::{Fault, Faults};
use crate::deployment::request::{Op, Resource, Sort};
use crate::deployment::roma::Refusal;
use crate::deployment::rules::{NO_PRODUCT, product_id};
use crate::deployment::text::{Lax, word, words};

const OP: Op = Op::Modify;

/// Clauses of this operation.
macro_rules! at {
    ($($clause:literal),+) => { &[$(concat!("modify-product/", $clause)),+] };
}

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("modify-product");
    paths(&mut of);
    names(&mut of);
    bodies(&mut of);
    of.list
}

fn paths(of: &mut Faults) {
    of.rule(
        "modify-product-id-32-bit",
        "product_id reaches up to 99999999999999999.",
        at!["request/path/product_id/"],
        |rules| rules.path[OP as usize].product = |text| product_id(text).filter(|id| *id <= 2_147_483_647),
    );
    of.rule(
        "modify-product-id-text",
        "product_id is an integer.",
        at!["request/path/product_id/type"],
        |rules| {
            rules.path[OP as usize].product = |text| {
                let whole = text.split('.').next().unwrap_or_default();
                let word = whole.bytes().any(|byte| byte.is_ascii_alphabetic());
                if word { Some(NO_PRODUCT) } else { product_id(whole) }
            };
        },
    );
    of.rule(
        "modify-project-id-31",
        "project_id may have 32 characters.",
        at!["request/path/project_id/"],
        |rules| rules.path[OP as usize].project.1 = 31,
    );
    of.rule("modify-post", "The method POST is not documented.", at!["request/method"], |rules| {
        rules.alias = Some(("POST", Resource::Product, OP));
    });
    of.rule("modify-patch", "The method PATCH is not documented.", at!["request/method"], |rules| {
        rules.alias = Some(("PATCH", Resource::Product, OP));
    });
    of.turn(
        "modify-unknown-product-201",
        "An unknown product is answered 404.",
        at!["request/path/product_id/unknown"],
        |turn| {
            if turn.is(OP, 404) {
                turn.succeed();
                turn.status(201);
            }
        },
    );
    of.turn(
        "modify-unknown-product-500",
        "An unknown product is answered 404.",
        at!["request/path/product_id/unknown"],
        |turn| {
            if turn.is(OP, 404) {
                turn.status(500);
            }
        },
    );
    of.turn(
        "modify-unknown-instance-200",
        "An unknown instance is answered 500.",
        at!["request/path/instance_id/unknown", "request/path/project_id/unknown"],
        |turn| {
            if turn.is(OP, 500) {
                turn.succeed();
            }
        },
    );
}

fn names(of: &mut Faults) {
    of.rule(
        "modify-name-65",
        "name has 64 characters at most.",
        at!["request/body/name/maxLength"],
        |rules| {
            rules.name.max = 65;
        },
    );
    of.rule("modify-name-63", "name may have 64 characters.", at!["request/body/name/maxLength"], |rules| {
        rules.name.max = 63;
    });
    of.rule("modify-name-blank", "name has no blanks.", at!["request/body/name/pattern"], |rules| {
        rules.name.allows = words;
    });
    of.rule(
        "modify-name-any",
        "name has letters, digits, underscores and hyphens only.",
        at!["request/body/name/pattern"],
        |rules| rules.name.allows = |_| true,
    );
    of.rule("modify-name-hyphen", "name may have hyphens.", at!["request/body/name/"], |rules| {
        rules.name.allows = |letter| word(letter) && letter != '-';
    });
    of.rule("modify-name-null", "name is a string.", at!["request/body/name/type"], |rules| {
        rules.name.lax = Lax::Null;
    });
    of.rule("modify-name-number", "name is a string.", at!["request/body/name/type"], |rules| {
        rules.name.lax = Lax::Numbers;
    });
    of.rule("modify-name-optional", "name is mandatory.", at!["request/body/name/required"], |rules| {
        rules.name.required = false;
    });
    let unique =
        &["modify-product/case/", "modify-product/rule/", "modify-product/request/body/name/", "sequence/"];
    of.rule("modify-name-not-unique", "A name is unique in the tenant.", unique, |rules| {
        rules.unique_names = false;
    });
    of.turn("modify-name-taken-500", "A name that is taken is refused with a 4xx.", unique, |turn| {
        let taken = turn.request.json()["name"] == "pro-modbus";
        if turn.is(OP, 400) && taken {
            turn.refuse(&Refusal::UnknownInstance);
        }
    });
}

fn bodies(of: &mut Faults) {
    of.turn("modify-malformed-500", "A malformed body is answered 400.", at!["request/body/json"], |turn| {
        if turn.refuses(OP, Sort::Malformed) {
            turn.refuse(&Refusal::UnknownInstance);
        }
    });
    of.turn("modify-no-body", "A missing body is answered 400.", at!["request/body/required"], |turn| {
        if turn.refuses(OP, Sort::Missing) {
            turn.succeed();
        }
    });
    of.turn("modify-array", "A body is an object.", at!["request/body/type"], |turn| {
        if turn.refuses(OP, Sort::Array) {
            turn.succeed();
        }
    });
    of.turn("modify-no-body-500", "A missing body is answered 400.", at!["request/body/required"], |turn| {
        if turn.refuses(OP, Sort::Missing) {
            turn.refuse(&Refusal::UnknownInstance);
        }
    });
}
