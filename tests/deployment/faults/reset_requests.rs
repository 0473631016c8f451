//! Faults in what a reset of a product's authentication accepts.

use super::{Fault, Faults};
use crate::deployment::request::{Op, Resource, Sort};
use crate::deployment::roma::Refusal;
use crate::deployment::rules::product_id;
use crate::deployment::text::{Lax, digit, lower, plain, special, upper, word};

const OP: Op = Op::Reset;

/// Clauses of this operation.
macro_rules! at {
    ($($clause:literal),+) => { &[$(concat!("reset-product-authentication/", $clause)),+] };
}

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("reset-product-authentication");
    paths(&mut of);
    user_names(&mut of);
    passwords(&mut of);
    bodies(&mut of);
    of.list
}

fn paths(of: &mut Faults) {
    of.rule(
        "reset-product-id-above",
        "product_id is 99999999999999999 at most.",
        at!["request/path/product_id/maximum"],
        |rules| rules.path[OP as usize].product = |text| text.parse().ok(),
    );
    of.rule(
        "reset-product-id-negative",
        "product_id is 0 at least.",
        at!["request/path/product_id/minimum"],
        |rules| {
            rules.path[OP as usize].product = |text| product_id(text.trim_start_matches('-'));
        },
    );
    of.rule(
        "reset-project-id-33",
        "project_id has 32 characters at most.",
        at!["request/path/project_id/maxLength"],
        |rules| rules.path[OP as usize].project.1 = 33,
    );
    of.rule(
        "reset-instance-id-unlimited",
        "instance_id has 36 characters at most.",
        at!["request/path/instance_id/maxLength"],
        |rules| rules.path[OP as usize].instance.1 = usize::MAX,
    );
    of.rule("reset-patch", "The method PATCH is not documented.", at!["request/method"], |rules| {
        rules.alias = Some(("PATCH", Resource::Authentication, OP));
    });
    of.turn(
        "reset-unknown-product-created",
        "An unknown product is answered 404.",
        at!["request/path/product_id/unknown"],
        |turn| {
            if turn.is(OP, 404) {
                turn.succeed();
            }
        },
    );
    of.turn(
        "reset-unknown-instance-400",
        "An unknown instance is answered 500.",
        at!["request/path/instance_id/unknown", "request/path/project_id/unknown"],
        |turn| {
            if turn.is(OP, 500) {
                turn.refuse(&Refusal::Parameter { name: "instance_id", processor: "path" });
            }
        },
    );
    of.turn(
        "reset-unknown-project-code",
        "An unknown project has the error code ROMA.00110002.",
        at![
            "request/path/project_id/unknown",
            "request/path/instance_id/unknown",
            "response/500/body/error_code"
        ],
        |turn| {
            if turn.is(OP, 500) {
                turn.answer.set("error_code", "ROMA.00110001");
            }
        },
    );
}

fn user_names(of: &mut Faults) {
    of.rule(
        "reset-user-name-9",
        "user_name has 10 characters at least.",
        at!["request/body/user_name/minLength"],
        |rules| rules.user_name.min = 9,
    );
    of.rule(
        "reset-user-name-11",
        "user_name may have 10 characters.",
        at!["request/body/user_name/minLength"],
        |rules| rules.user_name.min = 11,
    );
    of.rule(
        "reset-user-name-51",
        "user_name has 50 characters at most.",
        at!["request/body/user_name/maxLength"],
        |rules| rules.user_name.max = 51,
    );
    of.rule(
        "reset-user-name-49",
        "user_name may have 50 characters.",
        at!["request/body/user_name/maxLength"],
        |rules| rules.user_name.max = 49,
    );
    of.rule(
        "reset-user-name-underscore",
        "user_name has letters, hyphens and digits only.",
        at!["request/body/user_name/pattern"],
        |rules| rules.user_name.allows = word,
    );
    of.rule(
        "reset-user-name-any",
        "user_name has letters, hyphens and digits only.",
        at!["request/body/user_name/pattern"],
        |rules| rules.user_name.allows = |_| true,
    );
    of.rule(
        "reset-user-name-no-letters",
        "user_name may have letters.",
        at!["request/body/user_name/"],
        |rules| rules.user_name.allows = |letter| plain(letter) && !letter.is_alphabetic(),
    );
    of.rule("reset-user-name-null", "user_name is a string.", at!["request/body/user_name/type"], |rules| {
        rules.user_name.lax = Lax::Null;
    });
    of.rule(
        "reset-user-name-number",
        "user_name is a string.",
        at!["request/body/user_name/type"],
        |rules| {
            rules.user_name.lax = Lax::Numbers;
        },
    );
    of.rule(
        "reset-user-name-not-empty",
        "An empty user_name is as good as none.",
        at!["request/body/user_name/empty"],
        |rules| rules.user_name.blank_is_none = false,
    );
    of.rule(
        "reset-user-name-required",
        "user_name may be left out.",
        at!["request/body/user_name/optional"],
        |rules| {
            rules.user_name.required = true;
        },
    );
}

fn passwords(of: &mut Faults) {
    of.rule(
        "reset-password-15",
        "password has 16 characters at least.",
        at!["request/body/password/minLength"],
        |rules| rules.password.min = 15,
    );
    of.rule(
        "reset-password-17",
        "password may have 16 characters.",
        at!["request/body/password/minLength"],
        |rules| rules.password.min = 17,
    );
    of.rule(
        "reset-password-33",
        "password has 32 characters at most.",
        at!["request/body/password/maxLength"],
        |rules| rules.password.max = 33,
    );
    of.rule(
        "reset-password-31",
        "password may have 32 characters.",
        at!["request/body/password/maxLength"],
        |rules| rules.password.max = 31,
    );
    of.rule(
        "reset-password-8",
        "password has 16 characters at least, not the 8 of the answer.",
        at!["request/body/password/minLength"],
        |rules| rules.password.min = 8,
    );
    of.rule(
        "reset-password-no-digit",
        "password has a digit.",
        at!["request/body/password/digit"],
        |rules| rules.password.also = |text| [upper, lower, special].iter().all(|sort| text.contains(*sort)),
    );
    of.rule(
        "reset-password-no-upper",
        "password has an uppercase letter.",
        at!["request/body/password/upper"],
        |rules| rules.password.also = |text| [digit, lower, special].iter().all(|sort| text.contains(*sort)),
    );
    of.rule(
        "reset-password-no-lower",
        "password has a lowercase letter.",
        at!["request/body/password/lower"],
        |rules| rules.password.also = |text| [digit, upper, special].iter().all(|sort| text.contains(*sort)),
    );
    of.rule(
        "reset-password-no-special",
        "password has a special character.",
        at!["request/body/password/special"],
        |rules| rules.password.also = |text| [digit, upper, lower].iter().all(|sort| text.contains(*sort)),
    );
    of.rule("reset-password-null", "password is a string.", at!["request/body/password/type"], |rules| {
        rules.password.lax = Lax::Null;
    });
    of.rule("reset-password-number", "password is a string.", at!["request/body/password/type"], |rules| {
        rules.password.lax = Lax::Numbers;
    });
    of.rule(
        "reset-password-not-empty",
        "An empty password is as good as none.",
        at!["request/body/password/empty"],
        |rules| rules.password.blank_is_none = false,
    );
    of.rule(
        "reset-password-required",
        "password may be left out.",
        at!["request/body/password/optional"],
        |rules| {
            rules.password.required = true;
        },
    );
}

fn bodies(of: &mut Faults) {
    of.turn("reset-malformed-500", "A malformed body is answered 400.", at!["request/body/json"], |turn| {
        if turn.refuses(OP, Sort::Malformed) {
            turn.refuse(&Refusal::UnknownInstance);
        }
    });
    of.turn("reset-malformed-200", "A malformed body is answered 400.", at!["request/body/json"], |turn| {
        if turn.refuses(OP, Sort::Malformed) {
            turn.succeed();
        }
    });
    of.turn("reset-no-body", "A missing body is answered 400.", at!["request/body/required"], |turn| {
        if turn.refuses(OP, Sort::Missing) {
            turn.succeed();
        }
    });
    of.turn("reset-array", "A body is an object.", at!["request/body/type"], |turn| {
        if turn.refuses(OP, Sort::Array) {
            turn.succeed();
        }
    });
    of.turn(
        "reset-array-500",
        "A body that is an array is answered 400.",
        at!["request/body/type"],
        |turn| {
            if turn.refuses(OP, Sort::Array) {
                turn.refuse(&Refusal::UnknownInstance);
            }
        },
    );
}
