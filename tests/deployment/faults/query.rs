//! Faults in the query of a product's authentication.

use std::time::Duration;

use serde_json::Value;

use super::{Fault, Faults};
use crate::deployment::answer::{Answer, Delivery};
use crate::deployment::request::{Op, Resource};
use crate::deployment::roma::{self, Refusal};
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
    answers(&mut of);
    members(&mut of);
    errors(&mut of);
    transport(&mut of);
    reads(&mut of);
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
