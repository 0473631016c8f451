//! The mock keeps the two contracts: decided without a network, and over a socket.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use countersign::conform::{Expression, Judge, matches_body};
use countersign::load;
use countersign::mock::{Answer, Mock, Received};
use countersign::model::{Answers, Case, Contract, Planned, Request, RequestBody, Rule};
use countersign::plan::{Options, Plan, render};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const PROJECT: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const INSTANCE: &str = "3a7c1e52-9b4d-4f60-8e21-6d5c4b3a2f10";
const DDM_INSTANCE: &str = "5d8e2b14-07c9-4a3f-b6e1-92f0c7d4a8b3";
const TOKEN: &str = "mock-user-token-7f3a9c";

static CONTRACT: LazyLock<Arc<Contract>> = LazyLock::new(|| {
    let loaded = load::load(&[PathBuf::from("contracts")]);
    Arc::new(loaded.contract.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics)))
});

fn variables() -> Value {
    let environment = load::environment(&PathBuf::from("environments/mock.yaml"), &|_| None).unwrap();
    load::bind(&CONTRACT, &environment.variables, &[]).unwrap()
}

fn mock() -> Mock {
    Mock::new(Arc::clone(&CONTRACT), Arc::new(variables())).unwrap()
}

fn product(id: &str) -> String {
    format!("/v2/{PROJECT}/link/instances/{INSTANCE}/products/{id}")
}

fn authentication(id: &str) -> String {
    product(id) + "/authentication"
}

fn account(user: &str) -> String {
    format!("/v2/{PROJECT}/instances/{DDM_INSTANCE}/users/{user}/password")
}

/// A body of `modify-product` with some members changed; null takes one out.
fn modified(change: &Value) -> String {
    let mut body = json!({
        "name": "cs-lathe-1", "manufacturer_id": "m-1", "manufacturer_name": "旋床", "model": "  L 1 ",
        "device_type": "Default",
    });
    let members = body.as_object_mut().unwrap();
    members.extend(change.as_object().unwrap().clone());
    members.retain(|_, member| !member.is_null());
    body.to_string()
}

fn request(method: &str, path: &str, token: Option<&str>, body: &str) -> Received {
    let mut headers = vec![("host".to_owned(), b"mock".to_vec())];
    headers.extend(token.map(|token| ("x-auth-token".to_owned(), token.as_bytes().to_vec())));
    if !body.is_empty() {
        headers.push(("content-type".to_owned(), b"application/json".to_vec()));
    }
    Received { method: method.into(), path: path.into(), query: String::new(), headers, body: body.into() }
}

/// Sends, and holds the answer against what the contract says about every answer.
fn send(mock: &Mock, method: &str, path: &str, body: &str) -> (u16, Value) {
    let answer = mock.answer(&request(method, path, Some(TOKEN), body));
    assert_keeps(&answer);
    assert_eq!(answer.troubles, Vec::<String>::new(), "{method} {path} {body}");
    (answer.status, shown(&answer))
}

fn shown(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
}

/// The two APIs name it differently.
fn code(body: &Value) -> &str {
    body.get("error_code").or_else(|| body.get("errCode")).and_then(Value::as_str).unwrap_or_default()
}

fn assert_keeps(answer: &Answer) {
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert!(!text.contains(TOKEN), "{text}");
    let json = ("content-type".to_owned(), "application/json".to_owned());
    assert!(answer.headers.contains(&json), "{answer:?}");
    let Some(operation) = answer.operation.map(|id| CONTRACT.operation(id)) else { return };
    let Some(spec) = operation.response(answer.status) else {
        assert!(answer.status < 500 && answer.refused.is_some(), "{answer:?}");
        return;
    };
    let schema = spec.schema.as_ref().unwrap();
    let breaches = Judge::new(schema).unwrap().breaches(&shown(answer));
    assert!(breaches.is_empty(), "{} {}: {text} {breaches:?}", operation.id, answer.status);
}

#[test]
fn each_refusal_has_its_status_its_code_and_its_clause() {
    let mock = mock();
    let query = authentication("120671");
    let project = |value: &str| query.replace(PROJECT, value);
    let instance = |value: &str| query.replace(INSTANCE, value);
    let chars = |count: usize| "a".repeat(count);
    let reset = |member: &str, value: Value| json!({ member: value }).to_string();
    let modify = product("120671");
    let (bad, lost, nobody) = ("SCB.00000000", "ROMA.00110002", "ROMA.00110006");
    #[rustfmt::skip]
    let table = [
        ("GET query-product-authentication/request", vec![
            (authentication("abc"), String::new(), 400, bad, "path/product_id/type"),
            (authentication(""), String::new(), 400, bad, "path/product_id/type"),
            (authentication("1.5"), String::new(), 400, bad, "path/product_id/type"),
            (authentication("-1"), String::new(), 400, bad, "path/product_id/minimum"),
            (authentication("100000000000000000"), String::new(), 400, bad, "path/product_id/maximum"),
            (authentication("99999999999999999"), String::new(), 404, nobody, "path/product_id/unknown"),
            (project(&chars(33)), String::new(), 400, bad, "path/project_id/maxLength"),
            (project(&chars(32)), String::new(), 500, lost, "path/project_id/unknown"),
            (project(""), String::new(), 500, lost, "path/project_id/unknown"),
            (instance(&chars(37)), String::new(), 400, bad, "path/instance_id/maxLength"),
            (instance(&chars(36)), String::new(), 500, lost, "path/instance_id/unknown"),
        ]),
        ("PUT reset-product-authentication/request", vec![
            (authentication("5"), "{}".into(), 404, nobody, "path/product_id/unknown"),
            (query.clone(), String::new(), 400, bad, "body/required"),
            (query.clone(), "{\"user_name\":".into(), 400, bad, "body/json"),
            (query.clone(), "[]".into(), 400, bad, "body/type"),
            (query.clone(), reset("user_name", json!("123456789")), 400, bad, "body/user_name/minLength"),
            (query.clone(), reset("user_name", json!(chars(51))), 400, bad, "body/user_name/maxLength"),
            (query.clone(), reset("user_name", json!("under_scores")), 400, bad, "body/user_name/pattern"),
            (query.clone(), reset("user_name", Value::Null), 400, bad, "body/user_name/type"),
            (query.clone(), reset("password", json!("Aa1-567890abcde")), 400, bad, "body/password/minLength"),
            (query.clone(), reset("password", json!("aa1-567890abcdef")), 400, bad, "body/password/uppercase/pattern"),
        ]),
        ("PUT modify-product/request", vec![
            (product("x"), modified(&json!({})), 400, bad, "path/product_id/type"),
            (product("-1"), modified(&json!({})), 404, nobody, "path/product_id/unknown"),
            (modify.clone(), modified(&json!({"name": null})), 400, bad, "body/name/required"),
            (modify.clone(), modified(&json!({"name": "中文"})), 400, bad, "body/name/pattern"),
            (modify.clone(), modified(&json!({"description": "中".repeat(201)})), 400, bad, "body/description/maxLength"),
        ]),
        ("POST reset-account-password/request", vec![
            (account("nobody"), "{}".into(), 400, "DBS.280001", "path/username/unknown"),
            (account("ddmtest"), "{}".into(), 400, "DBS.280001", "body/password/required"),
            (account("ddmtest"), r#"{"password": 1}"#.into(), 400, "DBS.280001", "body/password/type"),
        ]),
    ];
    for (operation, rows) in table {
        let (method, operation) = operation.split_once(' ').unwrap();
        for (path, body, status, wanted, clause) in rows {
            let answer = mock.answer(&request(method, &path, Some(TOKEN), &body));
            assert_keeps(&answer);
            assert_eq!((answer.status, code(&shown(&answer))), (status, wanted), "{method} {path} {body}");
            let named = answer.refused.unwrap().clause.map(|id| CONTRACT.clause(id).address.clone());
            assert_eq!(named, Some(format!("{operation}/{clause}")), "{method} {path} {body}");
        }
    }
}

#[test]
fn bounds_are_in_characters_and_inclusive() {
    let mock = mock();
    for body in [json!({"user_name": "a".repeat(50)}), json!({"user_name": "a".repeat(10)})] {
        assert_eq!(send(&mock, "PUT", &authentication("120671"), &body.to_string()).0, 200);
    }
    let body = modified(&json!({"description": "中".repeat(200), "manufacturer_name": "中".repeat(64)}));
    assert_eq!(send(&mock, "PUT", &product("120671"), &body).0, 200);
}

#[test]
fn a_credential_is_missing_empty_wrong_or_too_long() {
    let mock = mock();
    let long = "x".repeat(100_001);
    let operations = [
        ("GET", authentication("120671")),
        ("PUT", authentication("120671")),
        ("PUT", product("120671")),
        ("POST", account("ddmtest")),
    ];
    for (method, path) in operations {
        for token in [None, Some(""), Some("wrong"), Some("mock-user-token-7f3a9c "), Some(&*long)] {
            let answer = mock.answer(&request(method, &path, token, "{}"));
            assert_keeps(&answer);
            let expected: &[u16] = if token == Some(&long) { &[400, 401] } else { &[401] };
            assert!(expected.contains(&answer.status), "{method} {path}: {answer:?}");
            let body = shown(&answer);
            assert!(!code(&body).is_empty() && !body.to_string().contains("wrong"), "{body}");
        }
    }
}

#[test]
fn a_signed_request_is_as_good_as_a_token_when_it_has_the_form_of_one() {
    let mut variables = variables();
    variables["access_key"] = json!("KEY1");
    let mock = Mock::new(Arc::clone(&CONTRACT), Arc::new(variables)).unwrap();
    let signed = |key: &str| {
        let signature = "0a".repeat(32);
        format!("SDK-HMAC-SHA256 Access={key}, SignedHeaders=host;x-sdk-date, Signature={signature}")
    };
    let date = "20240229T235959Z";
    for (authorization, sent, status, says) in [
        (signed("KEY1"), Some(date), 200, ""),
        (signed("KEY2"), Some(date), 401, "the header Authorization is not valid"),
        (signed("KEY1") + "0", Some(date), 401, "the header Authorization is outside its schema"),
        ("Bearer x".into(), Some(date), 401, "the header Authorization is outside its schema"),
        (signed("KEY1"), None, 401, "the header X-Sdk-Date is missing"),
        (signed("KEY1"), Some("20240229T245959Z"), 401, "the header X-Sdk-Date is outside its schema"),
    ] {
        let mut received = request("GET", &authentication("120671"), None, "");
        received.headers.push(("authorization".into(), authorization.clone().into_bytes()));
        received.headers.extend(sent.map(|sent| ("x-sdk-date".into(), sent.as_bytes().to_vec())));
        let answer = mock.answer(&received);
        assert_keeps(&answer);
        assert_eq!(answer.status, status, "{authorization} {sent:?}");
        let Some(refused) = answer.refused else { continue };
        assert!(refused.says.starts_with("the credential X-Auth-Token is missing, and of `signature`"));
        assert!(refused.says.ends_with(says), "{}", refused.says);
        let clause = &CONTRACT.clause(refused.clause.unwrap()).address;
        assert_eq!(clause, "query-product-authentication/request/credential/X-Auth-Token");
    }
}

#[test]
fn other_methods_and_paths_are_refused_in_the_shape_of_the_api() {
    let mock = mock();
    for (method, path, status, allow) in [
        ("DELETE", authentication("120671"), 405, Some("GET, PUT")),
        ("get", authentication("120671"), 405, Some("GET, PUT")),
        ("GET", product("120671"), 405, Some("PUT")),
        ("OPTIONS", account("ddmtest"), 405, Some("POST")),
        ("GET", product("120671") + "/", 404, None),
        ("GET", "/".into(), 404, None),
        ("GET", String::new(), 404, None),
    ] {
        let answer = mock.answer(&request(method, &path, Some(TOKEN), ""));
        assert_keeps(&answer);
        let allowed = answer.headers.iter().find(|(name, _)| name == "allow").map(|(_, value)| &**value);
        assert_eq!((answer.status, allowed), (status, allow), "{method} {path}");
        assert!(!code(&shown(&answer)).is_empty(), "{method} {path}");
    }
}

#[test]
fn the_client_may_choose_an_answer_and_changes_nothing_by_it() {
    let mock = mock();
    let asks = |method: &str, path: &str, body: &str, prefers: &str| {
        let mut received = request(method, path, Some(TOKEN), body);
        received.headers.push(("prefer".into(), prefers.into()));
        mock.answer(&received)
    };
    let applied = |answer: &Answer| {
        let found = answer.headers.iter().find(|(name, _)| name == "preference-applied");
        found.map(|(_, value)| value.clone())
    };
    let path = authentication("120671");
    let before = send(&mock, "GET", &path, "");
    let reset = r#"{"user_name":"counter-sign-9"}"#;
    for (prefers, status, says) in [
        ("code=404", 404, "code=404"),
        ("Code=\"500\"", 500, "code=500"),
        ("code=404;example=example", 404, "code=404, example=example"),
        ("respond-async, example=example , code=400", 400, "code=400, example=example"),
        ("code=404, code=500", 404, "code=404"),
        ("example=example", 200, "example=example"),
        ("dynamic=true", 200, "dynamic=true"),
        ("dynamic=true; code=400", 400, "code=400, dynamic=true"),
    ] {
        for (method, body) in [("GET", ""), ("PUT", reset)] {
            let answer = asks(method, &path, body, prefers);
            assert_keeps(&answer);
            assert_eq!((answer.status, applied(&answer).as_deref()), (status, Some(says)), "{prefers}");
            assert!(answer.refused.is_none() && answer.troubles.is_empty(), "{answer:?}");
        }
    }
    assert_eq!(send(&mock, "GET", &path, ""), before, "a chosen answer changes nothing");
    assert_eq!(code(&shown(&asks("GET", &path, "", "code=404"))), "ROMA.00110006");
    let made = |prefers: &str| shown(&asks("GET", &path, "", prefers));
    assert_ne!(made("dynamic=true"), made("code=200"));
    assert_eq!(made("dynamic=true"), made("dynamic=true"));
    assert_eq!(asks("GET", &authentication("5"), "", "code=200").status, 200, "no identifier has to exist");

    for (prefers, says) in [
        ("code=418", "the status is none of 200, 400, 404, 500"),
        ("code=abc", "the status is none of 200, 400, 404, 500"),
        ("code=", "the status is none of 200, 400, 404, 500"),
        ("example=nobody", "no answer has an example of this name; known: example"),
    ] {
        let answer = asks("GET", &path, "", prefers);
        let problem = ("content-type".to_owned(), "application/problem+json".to_owned());
        assert!(answer.status == 404 && answer.headers.contains(&problem), "{prefers}: {answer:?}");
        assert_eq!((shown(&answer)["detail"].as_str(), applied(&answer)), (Some(says), None), "{prefers}");
        assert!(answer.refused.unwrap().says.ends_with(says));
    }
    // A request that breaks the contract is refused as ever, and other preferences are nobody's business here.
    assert_eq!(asks("PUT", &path, r#"{"password":"short"}"#, "code=200").status, 400);
    assert_eq!(mock.answer(&request("GET", &path, None, "")).status, 401);
    let answer = asks("GET", &path, "", "return=minimal, wait=10");
    assert_eq!((answer.status, applied(&answer), shown(&answer)), (200, None, before.1));
}

#[test]
fn a_path_that_nobody_has_is_told_the_nearest_one() {
    let mock = mock();
    let (own, whole) = (PROJECT, authentication("120671"));
    let (query, put) = ("products/{product_id}/authentication", "products/{product_id}, by another method");
    let reset = "users/{username}/password, by another method";
    for (path, nearest) in [
        (format!("{whole}/"), format!("{query} (this one ends with `/`)")),
        (
            whole.replace("authentication", "authentikation"),
            format!("{query} (segment 8 is another than `authentication`)"),
        ),
        (whole.replace("/link/", "/lnk/"), format!("{query} (segment 3 is another than `link`)")),
        (whole.replace("/v2/", "/v1/"), format!("{query} (segment 1 is another than `v2`)")),
        (
            product("120671").replace("products", "product"),
            format!("{put} (segment 6 is another than `products`)"),
        ),
        (account("ddmtest").replace("users", "user"), format!("{reset} (segment 5 is another than `users`)")),
        (format!("/v2/{own}/instances"), format!("{reset} (of 7 segments; this one has 3)")),
        ("/".repeat(100_000), "this one has 100000)".to_owned()),
    ] {
        let says = mock.answer(&request("GET", &path, Some(TOKEN), "")).refused.unwrap().says;
        assert!(says.starts_with("no operation has this path; the nearest is "), "{says}");
        assert!(says.ends_with(&nearest) && !says.contains(own), "{nearest}: {says}");
    }
}

#[test]
fn a_reset_is_seen_by_the_query_and_by_no_other_product() {
    let mock = mock();
    let (path, other_path) = (authentication("120671"), authentication("120672"));
    let (status, other) = send(&mock, "GET", &other_path, "");
    assert_eq!(status, 200);
    let (_, before) = send(&mock, "GET", &path, "");
    assert_ne!(before["password"], other["password"]);
    assert_eq!(send(&mock, "GET", &path, "").1, before, "reads are steady");

    let set = json!({"user_name": "counter-sign-1", "password": "Counter-Sign-2024"});
    assert_eq!(send(&mock, "PUT", &path, &set.to_string()), (200, set.clone()));
    assert_eq!(send(&mock, "GET", &path, "").1, set);

    for (sent, user_name, password) in [
        (json!({"user_name": "counter-sign-2"}), "counter-sign-2", "Counter-Sign-2024"),
        (json!({"password": "Counter-Sign-2025"}), "counter-sign-2", "Counter-Sign-2025"),
        (json!({"user_name": "", "password": "Counter-Sign-2026"}), "counter-sign-2", "Counter-Sign-2026"),
        (json!({"user_name": "counter-sign-3", "password": ""}), "counter-sign-3", "Counter-Sign-2026"),
    ] {
        let expected = json!({"user_name": user_name, "password": password});
        assert_eq!(send(&mock, "PUT", &path, &sent.to_string()).1, expected, "{sent}");
        assert_eq!(send(&mock, "GET", &path, "").1, expected, "{sent}");
    }
    assert_eq!(send(&mock, "GET", &other_path, "").1, other);
}

#[test]
fn an_empty_reset_generates_a_new_password_that_may_be_sent_back() {
    let mock = mock();
    let path = authentication("120671");
    let mut seen = vec![send(&mock, "GET", &path, "").1];
    for sent in ["{}", r#"{"user_name": "", "password": ""}"#, r#"{"user_name": ""}"#, "{}"] {
        let (status, answered) = send(&mock, "PUT", &path, sent);
        assert_eq!(status, 200);
        assert_eq!(answered["user_name"], seen[0]["user_name"], "{sent}");
        assert!(!seen.contains(&answered), "{sent}: {answered}");
        assert_eq!(send(&mock, "GET", &path, "").1, answered);
        let restored = json!({"password": answered["password"]}).to_string();
        assert_eq!(send(&mock, "PUT", &path, &restored), (200, answered.clone()));
        seen.push(answered);
    }
}

#[test]
fn a_refused_reset_changes_nothing() {
    let mock = mock();
    let path = authentication("120671");
    let before = send(&mock, "GET", &path, "");
    for sent in [
        r#"{"user_name": "counter-sign-4", "password": "short"}"#,
        r#"{"user_name": "short", "password": "Counter-Sign-2024"}"#,
    ] {
        assert_eq!(send(&mock, "PUT", &path, sent).0, 400);
    }
    assert_eq!(send(&mock, "GET", &path, ""), before);
}

#[test]
fn a_modified_product_shows_what_was_sent_and_keeps_what_it_is() {
    let mock = mock();
    let path = product("120671");
    let before = send(&mock, "GET", &authentication("120671"), "");
    let (status, first) = send(&mock, "PUT", &path, &modified(&json!({"description": "first"})));
    assert_eq!(status, 200);
    let (_, second) = send(&mock, "PUT", &path, &modified(&json!({"description": "second", "version": "2"})));
    for (name, value) in [
        ("id", json!(120_671)),
        ("name", json!("cs-lathe-1")),
        ("manufacturer_name", json!("旋床")),
        ("model", json!("L 1")),
        ("description", json!("second")),
        ("version", json!("2")),
        ("product_serial", first["product_serial"].clone()),
        ("created_datetime", first["created_datetime"].clone()),
    ] {
        assert_eq!(second[name], value, "{name}");
    }
    let third = send(&mock, "PUT", &path, &modified(&json!({}))).1;
    assert_eq!(third["description"], "second", "what is not sent stays");
    assert_eq!(send(&mock, "GET", &authentication("120671"), ""), before);

    let (status, other) = send(&mock, "PUT", &product("120672"), &modified(&json!({"name": "cs-lathe-2"})));
    assert_eq!((status, &other["id"]), (200, &json!(120_672)));
    for taken in ["pro-opcua", "cs-lathe-1"] {
        let (status, error) = send(&mock, "PUT", &product("120672"), &modified(&json!({"name": taken})));
        assert!([400, 404, 409, 500].contains(&status), "{taken}: {status}");
        assert!(!code(&error).is_empty());
    }
}

#[test]
fn an_accounts_password_is_reset_and_never_shown() {
    let mock = mock();
    let answered = send(&mock, "POST", &account("ddmtest"), r#"{"password": "Counter-Sign-2024"}"#);
    let expected = json!({"success": true, "instance_id": DDM_INSTANCE, "user_name": "ddmtest"});
    assert_eq!(answered, (200, expected));
}

/// What an expression sees of one exchange.
fn exchange(sent: &Request, answer: &Answer) -> Value {
    let path: Map<String, Value> = sent.path_values.iter().cloned().collect();
    let body = sent.body.as_ref().and_then(RequestBody::json);
    json!({
        "request": {"method": sent.method, "path": path, "query": {}, "header": {}, "body": body},
        "status": answer.status,
        "header": {},
        "body": shown(answer),
    })
}

fn broken(rules: &[Rule], scope: &Value) -> Vec<String> {
    let holds = |text: &String| Expression::new(text).unwrap().holds(scope);
    rules
        .iter()
        .filter(|rule| {
            rule.when.as_ref().is_none_or(|when| holds(when).unwrap()) && holds(&rule.then) != Ok(true)
        })
        .map(|rule| rule.name.clone())
        .collect()
}

/// Plays one case against the mock, and says what is wrong with the answers.
fn play(mock: &Mock, variables: &Value, case: &Case) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut scope = variables.clone();
    (scope["steps"], scope["captured"]) = (json!({}), json!({}));
    for step in case.steps.iter() {
        let sent = match &step.late {
            None => step.request.clone(),
            Some(parts) => render(&CONTRACT, step.operation, parts, &scope, &step.salt).unwrap(),
        };
        let lower = |(name, value): &(String, String)| (name.to_lowercase(), value.clone().into_bytes());
        let answer = mock.answer(&Received {
            method: sent.method.clone(),
            path: sent.path.clone(),
            query: String::new(),
            headers: sent.headers.iter().map(lower).collect(),
            body: sent.body.as_ref().map(RequestBody::bytes).unwrap_or_default(),
        });
        assert_keeps(&answer);
        wrong.extend(answer.troubles.iter().cloned());
        if !step.expect.status.contains(answer.status) {
            wrong.push(format!("{}, not {}: {:?}", answer.status, step.expect.status, answer.refused));
        }
        if step.expect.body.0.as_ref().is_some_and(|wanted| !matches_body(wanted, &shown(&answer))) {
            wrong.push(format!("{}", shown(&answer)));
        }
        let exchange = exchange(&sent, &answer);
        let mut seen = scope.clone();
        seen.as_object_mut().unwrap().extend(exchange.as_object().unwrap().clone());
        let sound: &[Rule] = match step.expect.answers {
            Answers::Accepted => &CONTRACT.operation(step.operation).rules,
            Answers::Refused => &[],
        };
        wrong.extend(broken(sound, &seen).into_iter().chain(broken(&step.rules, &seen)));
        if let Some(name) = &step.name {
            scope["steps"][name] = exchange;
        }
        for (name, path) in &step.capture {
            scope["captured"][name] = shown(&answer)[path.trim_start_matches("$.")].clone();
        }
    }
    wrong
}

#[test]
fn the_whole_plan_is_answered_as_the_contract_says() {
    for seed in [0, 7] {
        let (mock, variables) = (mock(), Arc::new(variables()));
        let options = Options { seed, repeat: 2, ..Options::default() };
        let mut cases = 0;
        for planned in Plan::new(Arc::clone(&CONTRACT), Arc::clone(&variables), options) {
            let Planned::Case(case) = planned else { continue };
            cases += 1;
            let wrong = play(&mock, &variables, &case);
            let address = &CONTRACT.clause(case.clause).address;
            assert_eq!(wrong, Vec::<String>::new(), "{address} {:?} {}", case.side, case.why);
        }
        assert!(cases > 200, "{cases}");
    }
}

fn words(some: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![proptest::sample::select(some).prop_map(str::to_owned), ".{0,12}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sent_is_answered_as_documented(
        method in words(&["GET", "PUT", "POST", "DELETE"]),
        path in prop_oneof![
            words(&["120671", "120672", "1", "%FF"]).prop_map(|id| product(&id)),
            words(&["ddmtest", "%2F"]).prop_map(|user| account(&user)),
            words(&["/", "/v2", "*"]),
        ],
        tail in words(&["", "/authentication", "/"]),
        token in proptest::option::of(words(&[TOKEN])),
        body in prop_oneof![
            words(&["", "{}", "null", "[]", r#"{"password":"Counter-Sign-2024"}"#, r#"{"name":{}}"#])
                .prop_map(String::into_bytes),
            proptest::collection::vec(any::<u8>(), 0..40),
        ],
    ) {
        static MOCK: LazyLock<Mock> = LazyLock::new(mock);
        let mut received = request(&method, &format!("{path}{tail}"), token.as_deref(), "");
        received.body = body;
        let answer = MOCK.answer(&received);
        assert_keeps(&answer);
        prop_assert_eq!(answer.troubles, Vec::<String>::new());
    }
}

/// Reads one answer: its head, and its body by its length.
fn read_answer(stream: &mut TcpStream) -> (u16, String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
    let mut body = vec![0; length.trim().parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    (head[9..12].parse().unwrap(), String::from_utf8(body).unwrap())
}

fn write_request(stream: &mut TcpStream, method: &str, token: &str, body: &str) {
    let path = authentication("120671");
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: mock\r\nX-Auth-Token: {token}\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
}

#[test]
fn one_connection_carries_many_requests_small_and_large() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let watching = Arc::clone(&seen);
    let mock = mock().watched(move |turn| {
        watching.lock().unwrap().push((turn.received.method.clone(), turn.answer.status));
    });
    let running = runtime.block_on(mock.start(([127, 0, 0, 1], 0).into())).unwrap();
    let mut silent = TcpStream::connect(running.addr()).unwrap();
    let mut stream = TcpStream::connect(running.addr()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let reset = r#"{"user_name":"counter-sign-5"}"#;
    let large = "x".repeat(100_001);
    let name = format!(r#"{{"user_name":"{}"}}"#, "中".repeat(40_000));
    let table = [
        ("GET", TOKEN, "", 200),
        ("PUT", TOKEN, reset, 200),
        ("GET", &large, "", 400),
        ("PUT", TOKEN, &name, 400),
        ("DELETE", TOKEN, "", 405),
        ("GET", TOKEN, "", 200),
    ];
    for (method, token, body, status) in table {
        write_request(&mut stream, method, token, body);
        let (answered, text) = read_answer(&mut stream);
        assert_eq!(answered, status, "{method} {text}");
        assert_eq!(text.contains("counter-sign-5"), status == 200 && seen.lock().unwrap().len() > 1);
    }
    let statuses: Vec<u16> = seen.lock().unwrap().iter().map(|(_, status)| *status).collect();
    assert_eq!(statuses, table.map(|(_, _, _, status)| status));

    let head = format!("PUT {} HTTP/1.1\r\nHost: mock\r\nContent-Length: 20000000\r\n\r\n", product("1"));
    stream.write_all(head.as_bytes()).unwrap();
    let _ = stream.write_all(&vec![b' '; 11 * 1024 * 1024]);
    assert_eq!(read_answer(&mut stream).0, 413);

    // Idle connections don't hold up the end.
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(3), running.stop()).await }).unwrap();
    assert_eq!(silent.read(&mut [0]).unwrap(), 0);
}
