//! Faults in what a modification of a product answers and keeps.

use serde_json::{Value, json};

use super::{Fault, Faults};
use crate::deployment::request::Op;
use crate::deployment::state::CREATED;

const OP: Op = Op::Modify;

/// Clauses of this operation.
macro_rules! at {
    ($($clause:literal),+) => { &[$(concat!("modify-product/", $clause)),+] };
}

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("modify-product");
    members(&mut of);
    values(&mut of);
    echoes(&mut of);
    of.list
}

fn members(of: &mut Faults) {
    of.turn("modify-id-text", "id is an integer.", at!["response/200/body/id/type"], |turn| {
        if turn.is(OP, 200) {
            let id = turn.product().id.to_string();
            turn.answer.set("id", id);
        }
    });
    of.turn("modify-no-id", "The answer has an id.", at!["response/200/body/id/required"], |turn| {
        if turn.is(OP, 200) {
            turn.answer.omit("id");
        }
    });
    of.turn("modify-no-name", "The answer has a name.", at!["response/200/body/name/required"], |turn| {
        if turn.is(OP, 200) {
            turn.answer.omit("name");
        }
    });
    of.turn(
        "modify-null-serial",
        "product_serial is a string.",
        at!["response/200/body/product_serial/type"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("product_serial", Value::Null);
            }
        },
    );
    let permissions = at!["response/200/body/permissions/type"];
    of.turn("modify-permissions-text", "permissions is an array.", permissions, |turn| {
        if turn.is(OP, 200) {
            turn.answer.set("permissions", "read,access,delete,modify");
        }
    });
    of.turn(
        "modify-permissions-numbers",
        "permissions is an array of strings.",
        at!["response/200/body/permissions/"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("permissions", json!([1, 2, 4, 8]));
            }
        },
    );
    of.turn(
        "modify-user-text",
        "created_user is an object.",
        at!["response/200/body/created_user/type"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("created_user", "user1");
            }
        },
    );
    of.turn(
        "modify-user-number",
        "The name of last_updated_user is a string.",
        at!["response/200/body/last_updated_user/user_name"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("last_updated_user", json!({ "user_id": "6546435432432", "user_name": 1 }));
            }
        },
    );
    of.turn(
        "modify-authentication-text",
        "authentication is an object.",
        at!["response/200/body/authentication/type"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("authentication", "secret");
            }
        },
    );
}

fn values(of: &mut Faults) {
    of.turn(
        "modify-product-type-2",
        "product_type is 0 or 1.",
        at!["response/200/body/product_type"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("product_type", 2);
            }
        },
    );
    of.turn(
        "modify-protocol-type-3",
        "protocol_type is one of 0, 1, 2, 4 and 5.",
        at!["response/200/body/protocol_type"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("protocol_type", 3);
            }
        },
    );
    of.turn(
        "modify-protocol-type-name",
        "protocol_type is an integer.",
        at!["response/200/body/protocol_type"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("protocol_type", "opcua");
            }
        },
    );
    of.turn("modify-data-format-2", "data_format is 0 or 1.", at!["response/200/body/data_format"], |turn| {
        if turn.is(OP, 200) {
            turn.answer.set("data_format", 2);
        }
    });
    let created = at!["response/200/body/created_datetime", "rule/"];
    of.turn("modify-created-seconds", "created_datetime is in milliseconds.", created, |turn| {
        if turn.is(OP, 200) {
            turn.answer.set("created_datetime", CREATED / 1000);
        }
    });
    of.turn("modify-created-text", "created_datetime is a number.", created, |turn| {
        if turn.is(OP, 200) {
            turn.answer.set("created_datetime", "2020-12-09T13:36:12.416Z");
        }
    });
    of.turn(
        "modify-long-name",
        "name has 64 characters at most.",
        at!["response/200/body/name/maxLength"],
        |turn| {
            if turn.is(OP, 200) {
                let name = turn.product().name.clone();
                turn.answer.set("name", format!("{name}-{}", "x".repeat(64)));
            }
        },
    );
    of.turn(
        "modify-long-description",
        "description has 200 characters at most.",
        at!["response/200/body/description/maxLength"],
        |turn| {
            if turn.is(OP, 200) {
                turn.answer.set("description", "x".repeat(201));
            }
        },
    );
    of.turn("modify-odd-name", "name has no blanks.", at!["response/200/body/name/pattern"], |turn| {
        if turn.is(OP, 200) {
            turn.answer.set("name", "pro opcua");
        }
    });
}

fn echoes(of: &mut Faults) {
    let echo = at!["rule/", "case/", "example/"];
    of.turn("modify-other-id", "The answer has the id that was asked for.", echo, |turn| {
        if turn.is(OP, 200) {
            let id = turn.neighbour().id;
            turn.answer.set("id", id);
        }
    });
    let echo = &["modify-product/rule/", "modify-product/case/", "modify-product/example/", "sequence/"];
    of.turn("modify-old-name", "The answer shows the new name.", echo, |turn| {
        if turn.is(OP, 200) {
            let old = turn.old();
            turn.answer.set("name", old.name);
        }
    });
    of.turn(
        "modify-swapped-manufacturer",
        "The answer shows the manufacturer as it was given.",
        echo,
        |turn| {
            if turn.is(OP, 200) {
                let product = turn.product().clone();
                turn.answer.set("manufacturer_id", product.manufacturer_name);
                turn.answer.set("manufacturer_name", product.manufacturer_id);
            }
        },
    );
    let login = &["sequence/"];
    of.turn("modify-resets-password", "A modification leaves the authentication.", login, |turn| {
        if turn.is(OP, 200) {
            turn.product().login.password = turn.state.generate();
        }
    });
    of.turn("modify-renames-user", "A modification leaves the authentication.", login, |turn| {
        if turn.is(OP, 200) {
            let number = turn.state.requests;
            turn.product().login.user_name = format!("user-{number:08}");
        }
    });
}
