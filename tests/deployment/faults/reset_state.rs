//! Faults in what a reset of a product's authentication keeps.

use super::{Fault, Faults};
use crate::deployment::answer::Answer;
use crate::deployment::request::Op;
use crate::deployment::roma;
use crate::deployment::text::plain;

const OP: Op = Op::Reset;
const KEPT: &[&str] = &["sequence/", "reset-product-authentication/rule/"];
const GENERATED: &[&str] = &[
    "sequence/",
    "reset-product-authentication/rule/",
    "reset-product-authentication/response/200/body/password/",
];

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("reset-product-authentication");
    storing(&mut of);
    elsewhere(&mut of);
    generating(&mut of);
    of.list
}

fn storing(of: &mut Faults) {
    of.turn("reset-not-stored", "A reset is stored.", KEPT, |turn| {
        if turn.is(OP, 200) {
            let old = turn.old();
            turn.product().login = old.login;
        }
    });
    of.turn("reset-name-not-stored", "A new user_name is stored.", KEPT, |turn| {
        if turn.is(OP, 200) {
            turn.product().login.user_name = turn.old().login.user_name;
        }
    });
    of.turn("reset-password-not-stored", "A new password is stored.", KEPT, |turn| {
        if turn.is(OP, 200) {
            turn.product().login.password = turn.old().login.password;
        }
    });
    of.turn("reset-name-changes-password", "A new user_name leaves the password.", KEPT, |turn| {
        if turn.is(OP, 200) && turn.gives("user_name") && !turn.gives("password") {
            turn.product().login.password = turn.state.generate();
            turn.succeed();
        }
    });
    of.turn("reset-password-changes-name", "A new password leaves the user_name.", KEPT, |turn| {
        if turn.is(OP, 200) && turn.gives("password") && !turn.gives("user_name") {
            let number = turn.state.requests;
            turn.product().login.user_name = format!("user-{number:08}");
            turn.succeed();
        }
    });
    of.turn(
        "reset-blank-name-stored",
        "An empty user_name leaves the old one.",
        &[
            "sequence/",
            "reset-product-authentication/rule/",
            "reset-product-authentication/request/body/user_name/empty",
        ],
        |turn| {
            if turn.is(OP, 200) && turn.request.json()["user_name"] == "" {
                turn.product().login.user_name.clear();
                turn.succeed();
            }
        },
    );
    of.turn(
        "reset-blank-password-stored",
        "An empty password leaves the old one.",
        &[
            "sequence/",
            "reset-product-authentication/rule/",
            "reset-product-authentication/response/200/body/password/",
        ],
        |turn| {
            if turn.is(OP, 200) && turn.request.json()["password"] == "" {
                turn.product().login.password.clear();
                turn.succeed();
            }
        },
    );
}

fn elsewhere(of: &mut Faults) {
    of.turn("reset-neighbour-too", "A reset touches no other product.", &["sequence/"], |turn| {
        if turn.is(OP, 200) {
            let login = turn.product().login.clone();
            turn.neighbour().login = login;
        }
    });
    of.turn("reset-neighbour-renamed", "A reset touches no other product.", &["sequence/"], |turn| {
        if turn.is(OP, 200) {
            let number = turn.state.requests;
            turn.neighbour().login.user_name = format!("user-{number:08}");
        }
    });
    of.turn("reset-name-case", "The user_name is stored as it was given.", KEPT, |turn| {
        if turn.is(OP, 200) && turn.gives("user_name") {
            let flip = |letter: char| {
                if letter.is_ascii_lowercase() {
                    letter.to_ascii_uppercase()
                } else {
                    letter.to_ascii_lowercase()
                }
            };
            let product = turn.product();
            product.login.user_name = product.login.user_name.chars().map(flip).collect();
            turn.succeed();
        }
    });
    of.turn("reset-refused-applied", "A refused reset changes nothing.", &["sequence/"], |turn| {
        let user_name = turn.request.json()["user_name"].as_str().unwrap_or_default().to_owned();
        let valid = (10..=50).contains(&user_name.len()) && user_name.chars().all(plain);
        if turn.is(OP, 400) && valid && turn.gives("password") {
            turn.product().login.user_name = user_name;
        }
    });
    of.turn("reset-answers-old", "The answer to a reset shows the new values.", KEPT, |turn| {
        if turn.is(OP, 200) {
            let old = turn.old();
            *turn.answer = Answer::json(200, roma::login(&old.login));
        }
    });
    of.turn("reset-answers-old-name", "The answer to a reset shows the new user_name.", KEPT, |turn| {
        if turn.is(OP, 200) {
            let old = turn.old();
            turn.answer.set("user_name", old.login.user_name);
        }
    });
}

fn generating(of: &mut Faults) {
    of.turn("reset-empty-renames", "An empty reset keeps the user_name.", KEPT, |turn| {
        if turn.is(OP, 200) && !turn.gives("user_name") && !turn.gives("password") {
            let number = turn.state.requests;
            turn.product().login.user_name = format!("user-{number:08}");
            turn.succeed();
        }
    });
    of.turn("reset-empty-keeps", "An empty reset makes a new password.", KEPT, |turn| {
        if turn.is(OP, 200) && !turn.gives("user_name") && !turn.gives("password") {
            turn.product().login.password = turn.old().login.password;
            turn.succeed();
        }
    });
    of.turn("reset-empty-not-stored", "A generated password is stored.", KEPT, |turn| {
        if turn.is(OP, 200) && !turn.gives("user_name") && !turn.gives("password") {
            turn.product().login.password = turn.old().login.password;
        }
    });
    of.turn("reset-empty-weak", "A generated password has a special character.", GENERATED, |turn| {
        if turn.is(OP, 200) && !turn.gives("user_name") && !turn.gives("password") {
            let number = turn.state.generated;
            turn.product().login.password = format!("Abcdefgh{number:08}");
            turn.succeed();
        }
    });
    of.turn("reset-empty-no-upper", "A generated password has an uppercase letter.", GENERATED, |turn| {
        if turn.is(OP, 200) && !turn.gives("user_name") && !turn.gives("password") {
            let number = turn.state.generated;
            turn.product().login.password = format!("!bcdefgh{number:08}");
            turn.succeed();
        }
    });
    of.turn("reset-empty-short", "A generated password has 8 characters at least.", GENERATED, |turn| {
        if turn.is(OP, 200) && !turn.gives("user_name") && !turn.gives("password") {
            let number = turn.state.generated;
            turn.product().login.password = format!("aB!{number:04}");
            turn.succeed();
        }
    });
    of.turn("reset-empty-long", "A generated password has 32 characters at most.", GENERATED, |turn| {
        if turn.is(OP, 200) && !turn.gives("user_name") && !turn.gives("password") {
            let number = turn.state.generated;
            turn.product().login.password = format!("aB!{number:030}");
            turn.succeed();
        }
    });
}
