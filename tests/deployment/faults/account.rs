//! Faults in the reset of a database account's password.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Fault, Faults};
use crate::deployment::answer::{Answer, Delivery};
use crate::deployment::ddm;
use crate::deployment::request::{Op, Resource, Sort};
use crate::deployment::roma::Refusal;
use crate::deployment::state::{DDM_INSTANCE_ID, DDM_USERNAME};
use crate::deployment::text::Lax;
use crate::deployment::turn::Turn;

const OP: Op = Op::Password;

/// Clauses of this operation.
macro_rules! at {
    ($($clause:literal),+) => { &[$(concat!("reset-account-password/", $clause)),+] };
}

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("reset-account-password");
    requests(&mut of);
    unknown(&mut of);
    answers(&mut of);
    errors(&mut of);
    transport(&mut of);
    of.list
}

fn requests(of: &mut Faults) {
    of.rule(
        "account-password-optional",
        "password is mandatory.",
        at!["request/body/password/required"],
        |rules| {
            rules.account_password.required = false;
        },
    );
    of.rule("account-password-null", "password is a string.", at!["request/body/password/type"], |rules| {
        rules.account_password.lax = Lax::Null;
    });
    of.rule("account-password-number", "password is a string.", at!["request/body/password/type"], |rules| {
        rules.account_password.lax = Lax::Numbers;
    });
    of.turn("account-malformed-500", "A malformed body is answered 400.", at!["request/body/json"], |turn| {
        if turn.refuses(OP, Sort::Malformed) {
            *turn.answer = ddm::failure();
        }
    });
    of.turn("account-malformed-200", "A malformed body is answered 400.", at!["request/body/json"], |turn| {
        if turn.refuses(OP, Sort::Malformed) {
            turn.succeed();
        }
    });
    of.turn("account-no-body", "A missing body is answered 400.", at!["request/body/required"], |turn| {
        if turn.refuses(OP, Sort::Missing) {
            turn.succeed();
        }
    });
    of.turn("account-array", "A body is an object.", at!["request/body/type"], |turn| {
        if turn.refuses(OP, Sort::Array) {
            turn.succeed();
        }
    });
    of.rule("account-put", "The method PUT is not documented.", at!["request/method"], |rules| {
        rules.alias = Some(("PUT", Resource::Account, OP));
    });
    of.turn("account-get", "The method GET is not documented.", at!["request/method"], |turn| {
        let account = turn.route.is_some_and(|route| route.resource == Resource::Account);
        if account && turn.request.method == "GET" {
            *turn.answer = Answer::json(200, json!({ "success": true }));
        }
    });
}

fn unknown(of: &mut Faults) {
    /// An account that is not there, on an instance that is, or the reverse.
    fn missing(turn: &Turn<'_>, instance_known: bool) -> bool {
        turn.is(OP, 400)
            && turn.request.sort() == Sort::Object
            && turn.route.is_some_and(|route| {
                (route.instance == DDM_INSTANCE_ID) == instance_known
                    && (route.target == DDM_USERNAME) != instance_known
            })
    }
    let user = at!["request/path/username/unknown"];
    of.turn("account-unknown-user-200", "An unknown user is answered with an error.", user, |turn| {
        if missing(turn, true) {
            turn.succeed();
        }
    });
    of.turn(
        "account-unknown-user-404",
        "An unknown user is answered with a documented error.",
        user,
        |turn| {
            if missing(turn, true) {
                turn.status(404);
            }
        },
    );
    let instance = at!["request/path/instance_id/unknown"];
    of.turn(
        "account-unknown-instance-200",
        "An unknown instance is answered with an error.",
        instance,
        |turn| {
            if missing(turn, false) {
                turn.succeed();
            }
        },
    );
    of.turn(
        "account-unknown-instance-403",
        "An unknown instance is answered with a documented error.",
        instance,
        |turn| {
            if missing(turn, false) {
                turn.status(403);
            }
        },
    );
}

fn answers(of: &mut Faults) {
    of.turn("account-202", "A reset is answered 200.", at!["response/200", "response/status"], |turn| {
        if turn.is(OP, 200) {
            turn.status(202);
        }
    });
    of.turn("account-204", "A reset is answered 200.", at!["response/200", "response/status"], |turn| {
        if turn.is(OP, 200) {
            turn.empty(204);
        }
    });
    of.turn(
        "account-success-false",
        "A reset that is answered 200 was successful.",
        at!["response/200/body/success", "rule/"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("success", false);
            }
        },
    );
    of.turn("account-success-text", "success is a Boolean.", at!["response/200/body/success/type"], |turn| {
        if turn.is(OP, 200) {
            turn.answer.set("success", "true");
        }
    });
    of.turn(
        "account-no-success",
        "The answer has success.",
        at!["response/200/body/success/required"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.omit("success");
            }
        },
    );
    of.turn(
        "account-no-instance",
        "The answer has an instance_id.",
        at!["response/200/body/instance_id/required"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.omit("instance_id");
            }
        },
    );
    of.turn(
        "account-user-number",
        "user_name is a string.",
        at!["response/200/body/user_name/type"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("user_name", 17);
            }
        },
    );
    of.turn("account-null-user", "user_name is a string.", at!["response/200/body/user_name/type"], |turn| {
        if turn.is(OP, 200) {
            turn.answer.set("user_name", Value::Null);
        }
    });
    let echo = at!["rule/", "example/", "case/"];
    of.turn("account-swapped", "The answer echoes instance_id and user_name.", echo, |turn| {
        if turn.is(OP, 200) {
            turn.answer.set("instance_id", DDM_USERNAME);
            turn.answer.set("user_name", DDM_INSTANCE_ID);
        }
    });
    of.turn("account-other-instance", "The answer echoes the instance_id.", echo, |turn| {
        if turn.is(OP, 200) {
            turn.answer.set("instance_id", "00000000-0000-0000-0000-000000000000");
        }
    });
    of.turn("account-other-user", "The answer echoes the user_name.", echo, |turn| {
        if turn.is(OP, 200) {
            turn.answer.set("user_name", DDM_USERNAME.to_uppercase());
        }
    });
    of.turn(
        "account-password-shown",
        "The answer does not show the password.",
        at!["response/secrets"],
        |turn| {
            if turn.is(OP, 200) {
                let password = turn.request.json()["password"].clone();
                turn.answer.set("password", password);
            }
        },
    );
    of.turn(
        "account-media-type",
        "The answer is JSON and says so.",
        at!["response/200/media-type"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.header("content-type", "text/html");
            }
        },
    );
}

fn errors(of: &mut Faults) {
    of.turn(
        "account-roma-shape",
        "An error has errCode and externalMessage.",
        at!["response/400/body/errCode/required", "response/400/body/externalMessage/required"],
        |turn| {
            if turn.is(OP, 400) {
                turn.refuse(&Refusal::Parameter { name: "password", processor: "body" });
            }
        },
    );
    of.turn("account-code-number", "errCode is a string.", at!["response/400/body/errCode/type"], |turn| {
        if turn.is(OP, 400) {
            turn.answer.set("errCode", 280_001);
        }
    });
    of.turn(
        "account-no-message",
        "An error has an externalMessage.",
        at!["response/400/body/externalMessage/required"],
        |turn| {
            if turn.is(OP, 400) {
                turn.answer.omit("externalMessage");
            }
        },
    );
    of.turn(
        "account-400-text",
        "An error is a JSON object.",
        at!["response/400/json", "response/400/media-type", "response/400/body"],
        |turn| {
            if turn.is(OP, 400) {
                turn.answer.say("text/plain", "Parameter error.");
            }
        },
    );
    of.turn("account-password-in-error", "No error shows the password.", at!["response/secrets"], |turn| {
        let password = turn.request.json()["password"].clone();
        if turn.is(OP, 400) && password.is_string() {
            turn.answer.set("externalMessage", format!("Parameter error: {password}"));
        }
    });
    of.turn("account-token-in-error", "No error shows the token.", at!["response/secrets"], |turn| {
        if turn.is(OP, 400) {
            let token = turn.request.token.clone().unwrap_or_default();
            turn.answer.set("externalMessage", format!("Parameter error for {token}"));
        }
    });
}

fn transport(of: &mut Faults) {
    let within = at!["response/within"];
    of.turn("account-slow", "Every answer comes within 2 seconds.", within, |turn| {
        if turn.is(OP, 200) {
            turn.answer.delivery = Delivery::After(Duration::from_secs(3));
        }
    });
    of.turn("account-dropped", "Every request is answered.", within, |turn| {
        if turn.is(OP, 200) {
            turn.answer.delivery = Delivery::Dropped;
        }
    });
}
