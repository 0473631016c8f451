//! What the pages say, as tables.

use serde_json::{Value, json};

use crate::corpus::{
    PASSWORD, account, account_path, login_path, modify, product_path, query, request, reset, with, without,
};
use crate::deployment::VARIABLES;
use crate::deployment::answer::Answer;
use crate::deployment::request::Request;
use crate::deployment::turn::Deployment;

const PARAMETER: &str = "SCB.00000000";

fn ask(request: &Request) -> Answer {
    Deployment::new(None).answer(request)
}

fn error(request: &Request, status: u16, code: &str) {
    let answer = ask(request);
    assert_eq!(answer.status, status, "{request:?} {answer:?}");
    let member = if answer.get("errCode").is_string() { "errCode" } else { "error_code" };
    assert_eq!(answer.get(member), code, "{request:?} {answer:?}");
    if member == "error_code" {
        let id = answer.get("request_id");
        assert_eq!(id.as_str().unwrap().len(), 81, "{answer:?}");
        assert!(answer.get("error_msg").as_str().unwrap().chars().count() <= 200);
    }
}

fn fine(request: &Request) -> Value {
    let answer = ask(request);
    assert_eq!(answer.status, 200, "{request:?} {answer:?}");
    serde_json::from_str(&answer.body()).unwrap()
}

/// What the contracts are given leads to what the deployment has.
#[test]
fn variables() {
    let value = |wanted| VARIABLES.iter().find(|(name, _)| *name == wanted).unwrap().1;
    for id in ["product_id", "other_product_id"] {
        fine(&query(value(id)));
    }
    fine(&request("POST", account_path(value("ddm_username")), "{\"password\":\"new\"}"));
    error(&modify(&with("name", value("taken_product_name"))), 400, PARAMETER);
}

#[test]
fn paths() {
    for (id, status, code) in [
        ("99999999999999999", 404, "ROMA.00110006"),
        ("0", 404, "ROMA.00110006"),
        ("100000000000000000", 400, PARAMETER),
        ("-1", 400, PARAMETER),
        ("1.5", 400, PARAMETER),
        ("abc", 400, PARAMETER),
    ] {
        error(&query(id), status, code);
        error(&request("PUT", login_path(id), "{}"), status, code);
        error(&request("PUT", product_path(id), &with("name", "n").to_string()), status, code);
    }
    for (project, instance, status, code) in [
        (32, 36, 500, "ROMA.00110002"),
        (33, 36, 400, PARAMETER),
        (32, 37, 400, PARAMETER),
        (0, 0, 500, "ROMA.00110002"),
    ] {
        let (project, instance) = ("p".repeat(project), "i".repeat(instance));
        let path = format!("/v2/{project}/link/instances/{instance}/products/120671/authentication");
        error(&request("GET", path, ""), status, code);
    }
}

#[test]
fn credentials_and_methods() {
    for token in [None, Some(String::new()), Some("other".to_owned())] {
        let ask = |request: Request| Request { token: token.clone(), ..request };
        error(&ask(query("120671")), 401, "APIG.0301");
        error(&ask(reset(&json!({}))), 401, "APIG.0301");
        error(&ask(modify(&with("name", "n"))), 401, "APIG.0301");
        error(&ask(account(&json!({ "password": "new" }))), 401, "DBS.280056");
    }
    for method in ["POST", "PATCH", "DELETE", "OPTIONS"] {
        error(&request(method, login_path("120671"), "{}"), 405, "APIG.0106");
        error(&request(method, product_path("120671"), "{}"), 405, "APIG.0106");
    }
    error(&request("GET", account_path("ddmtest"), ""), 405, "DBS.280405");
}

#[test]
fn resets() {
    for (body, good) in [
        (json!({ "user_name": "x".repeat(10) }), true),
        (json!({ "user_name": "x".repeat(9) }), false),
        (json!({ "user_name": "x".repeat(50) }), true),
        (json!({ "user_name": "x".repeat(51) }), false),
        (json!({ "user_name": "under_score_1" }), false),
        (json!({ "user_name": null }), false),
        (json!({ "user_name": 1_234_567_890 }), false),
        (json!({ "password": PASSWORD }), true),
        (json!({ "password": &PASSWORD[..15] }), false),
        (json!({ "password": PASSWORD.to_owned() + PASSWORD }), true),
        (json!({ "password": PASSWORD.to_owned() + PASSWORD + "x" }), false),
        (json!({ "password": "aa1!aaaaaaaaaaaa" }), false),
        (json!({ "password": "AA1!AAAAAAAAAAAA" }), false),
        (json!({ "password": "Aa!!aaaaaaaaaaaa" }), false),
        (json!({ "password": "Aa1,aaaaaaaaaaaa" }), false),
        (json!([]), false),
        (json!(null), false),
    ] {
        if good {
            fine(&reset(&body));
        } else {
            error(&reset(&body), 400, PARAMETER);
        }
    }
    error(&request("PUT", login_path("120671"), ""), 400, PARAMETER);
    error(&request("PUT", login_path("120671"), "{\"user_name\":"), 400, PARAMETER);
}

/// A reset changes what it is given, of the product that it is about, and the query shows it.
#[test]
fn resets_are_kept() {
    let mut deployment = Deployment::new(None);
    let neighbour = deployment.answer(&query("120672"));
    let mut last = deployment.answer(&query("120671"));
    for (body, name_stays, password_stays) in [
        (json!({ "user_name": "first-name" }), false, true),
        (json!({ "password": PASSWORD }), true, false),
        (json!({ "user_name": "", "password": "Bb2?bbbbbbbbbbbb" }), true, false),
        (json!({ "user_name": "second-name", "password": "" }), false, true),
        (json!({}), true, false),
        (json!({ "user_name": "", "password": "" }), true, false),
        (json!({ "user_name": "third-name", "password": "short" }), true, true),
    ] {
        let answer = deployment.answer(&reset(&body));
        let now = deployment.answer(&query("120671"));
        if answer.status == 200 {
            assert_eq!(answer.content, now.content);
        }
        assert_eq!(last.get("user_name") == now.get("user_name"), name_stays, "{body}");
        assert_eq!(last.get("password") == now.get("password"), password_stays, "{body}");
        last = now;
    }
    deployment.answer(&modify(&with("name", "renamed")));
    assert_eq!(deployment.answer(&query("120671")).content, last.content);
    assert_eq!(deployment.answer(&query("120672")).content, neighbour.content);
}

#[test]
fn generated_passwords_are_strong_and_new() {
    let mut deployment = Deployment::new(None);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2000 {
        let password = deployment.answer(&reset(&json!({}))).get("password");
        let password = password.as_str().unwrap().to_owned();
        assert!((8..=32).contains(&password.chars().count()));
        for sort in [char::is_uppercase, char::is_lowercase, char::is_numeric] {
            assert!(password.contains(sort), "{password}");
        }
        assert!(password.contains(|letter| crate::deployment::state::SPECIAL.contains(letter)), "{password}");
        assert!(seen.insert(password.clone()), "{password} came twice");
    }
}

#[test]
fn modifications() {
    let bounds = [
        ("name", 1, 64),
        ("description", 0, 200),
        ("manufacturer_id", 2, 50),
        ("manufacturer_name", 2, 64),
        ("model", 2, 50),
    ];
    for (member, min, max) in bounds {
        for length in [min, max] {
            assert_eq!(fine(&modify(&with(member, "x".repeat(length))))[member], "x".repeat(length));
        }
        error(&modify(&with(member, "x".repeat(max + 1))), 400, PARAMETER);
        error(&modify(&with(member, json!(null))), 400, PARAMETER);
        error(&modify(&with(member, 1234)), 400, PARAMETER);
        if min > 0 {
            error(&modify(&with(member, "x".repeat(min - 1))), 400, PARAMETER);
            error(&modify(&without(member)), 400, PARAMETER);
        }
    }
    for (member, text, good) in [
        ("name", "a_b-C9", true),
        ("name", "a b", false),
        ("name", "pro-modbus", false),
        ("name", "pro-opcua", true),
        ("manufacturer_id", "a_b-C9", true),
        ("manufacturer_id", "a b", false),
        ("manufacturer_id", "a.b", false),
        ("model", "a b_c-D9", true),
        ("model", "a.b", false),
        ("model", " a ", false),
        ("device_type", "Default", true),
        ("device_type", "", false),
    ] {
        if good {
            assert_eq!(fine(&modify(&with(member, text)))[member], text);
        } else {
            error(&modify(&with(member, text)), 400, PARAMETER);
        }
    }
    let long = "中".repeat(200);
    assert_eq!(fine(&modify(&with("description", &*long)))["description"], long);
    assert_eq!(fine(&modify(&with("model", "  a b ")))["model"], "a b");
    assert_eq!(fine(&modify(&with("version", "v1")))["id"], 120_671);
}

#[test]
fn accounts() {
    let good = fine(&account(&json!({ "password": "new" })));
    let expected = json!({
        "success": true, "instance_id": "e6b99563-1f2e-4d3c-8b4a-1820d4fd2a67", "user_name": "ddmtest",
    });
    assert_eq!(good, expected);
    for body in [json!({}), json!({ "password": null }), json!({ "password": 17 }), json!([]), json!(null)] {
        error(&account(&body), 400, "DBS.280001");
    }
    let body = json!({ "password": "new" }).to_string();
    error(&request("POST", account_path("nobody"), &body), 400, "DBS.280001");
    let elsewhere = account_path("ddmtest").replace("e6b99563", "00000000");
    error(&request("POST", elsewhere, &body), 400, "DBS.280001");
}
