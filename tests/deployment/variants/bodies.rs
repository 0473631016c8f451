//! Other answers that conform.

use serde_json::json;

use super::{Variant, turn};
use crate::deployment::request::Op;
use crate::deployment::roma;

pub(super) fn variants() -> Vec<Variant> {
    vec![
        turn("masked-query", "The query shows a password as asterisks.", |turn| {
            if turn.is(Op::Query, 200) {
                turn.answer.set("password", "*".repeat(13));
            }
        }),
        turn("masked", "Every answer shows a password as asterisks.", |turn| {
            if turn.is(Op::Query, 200) {
                turn.answer.set("password", "*".repeat(13));
            } else if turn.is(Op::Reset, 200) {
                turn.answer.set("password", "*".repeat(10));
            }
        }),
        turn("every-member", "The answer to a modification has all that the page documents.", |turn| {
            if turn.is(Op::Modify, 200) {
                let login = roma::login(&turn.product().login);
                turn.answer.set("authentication", login);
                turn.answer.set("template_id", 1001);
                turn.answer.set("template_name", "template");
                turn.answer.set("sync_template_date", 1_607_481_372_416_u64);
            }
        }),
        turn("masked-authentication", "A modification shows the authentication with asterisks.", |turn| {
            if turn.is(Op::Modify, 200) {
                let user_name = turn.product().login.user_name.clone();
                turn.answer
                    .set("authentication", json!({ "user_name": user_name, "password": "**********" }));
            }
        }),
        turn("no-update-time", "last_updated_datetime is left out.", |turn| {
            if turn.is(Op::Modify, 200) {
                turn.answer.omit("last_updated_datetime");
            }
        }),
        turn("short-request-ids", "A request_id has no more characters than the table allows.", |turn| {
            let id = turn.answer.get("request_id").as_str().map(|id| id.chars().take(36).collect::<String>());
            if let Some(id) = id {
                turn.answer.set("request_id", id);
            }
        }),
        turn("lower-case-device-type", "device_type is shown in lower case.", |turn| {
            if turn.is(Op::Modify, 200) {
                let device_type = turn.product().device_type.to_lowercase();
                turn.answer.set("device_type", device_type);
            }
        }),
        turn(
            "gateway",
            "The product is a gateway with the extended protocol and its own data format.",
            |turn| {
                if turn.is(Op::Modify, 200) {
                    turn.answer.set("product_type", 1);
                    turn.answer.set("protocol_type", 5);
                    turn.answer.set("data_format", 1);
                }
            },
        ),
        turn("other-error-code", "A token is refused with another error code.", |turn| {
            if turn.answer.status == 401 && turn.answer.get("error_code").is_string() {
                turn.answer.set("error_code", "ROMA.00000401");
            }
        }),
        turn("longer-passwords", "A generated password has 32 characters.", |turn| {
            if turn.is(Op::Reset, 200) && !turn.gives("user_name") && !turn.gives("password") {
                let twice = turn.state.generate() + &turn.state.generate();
                turn.product().login.password = twice;
                turn.succeed();
            }
        }),
        turn("shorter-passwords", "A generated password has 8 characters.", |turn| {
            if turn.is(Op::Reset, 200) && !turn.gives("user_name") && !turn.gives("password") {
                let half = turn.state.generate()[..8].to_owned();
                turn.product().login.password = half;
                turn.succeed();
            }
        }),
    ]
}
