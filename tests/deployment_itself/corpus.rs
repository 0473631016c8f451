//! Sequences of requests that touch everything a fault could break.

use serde_json::{Value, json};

use crate::deployment::request::Request;
use crate::deployment::state::{DDM_INSTANCE_ID, DDM_USERNAME, INSTANCE_ID, PROJECT_ID, TAKEN_NAME, TOKEN};

/// Requests that are made one after the other to a fresh deployment.
#[derive(Debug)]
pub(crate) struct Sequence {
    pub(crate) name: String,
    pub(crate) requests: Vec<Request>,
}

pub(crate) const PASSWORD: &str = "Aa1!aaaaaaaaaaaa";

pub(crate) fn request(method: &str, path: String, body: &str) -> Request {
    Request {
        method: method.to_owned(),
        path,
        token: Some(TOKEN.to_owned()),
        media_type: Some("application/json".to_owned()),
        body: body.as_bytes().to_vec(),
    }
}

pub(crate) fn product_path(id: &str) -> String {
    format!("/v2/{PROJECT_ID}/link/instances/{INSTANCE_ID}/products/{id}")
}

pub(crate) fn login_path(id: &str) -> String {
    product_path(id) + "/authentication"
}

pub(crate) fn account_path(user: &str) -> String {
    format!("/v2/{PROJECT_ID}/instances/{DDM_INSTANCE_ID}/users/{user}/password")
}

pub(crate) fn query(id: &str) -> Request {
    request("GET", login_path(id), "")
}

pub(crate) fn reset(body: &Value) -> Request {
    request("PUT", login_path("120671"), &body.to_string())
}

pub(crate) fn modify(body: &Value) -> Request {
    request("PUT", product_path("120671"), &body.to_string())
}

pub(crate) fn account(body: &Value) -> Request {
    request("POST", account_path(DDM_USERNAME), &body.to_string())
}

/// A body that modifies nothing but one member.
pub(crate) fn with(member: &str, value: impl Into<Value>) -> Value {
    let mut body = json!({
        "name": "product", "manufacturer_id": "p3", "manufacturer_name": "p3", "model": "p3",
        "device_type": "Default",
    });
    body[member] = value.into();
    body
}

pub(crate) fn without(member: &str) -> Value {
    let mut body = with(member, "");
    body.as_object_mut().unwrap().remove(member);
    body
}

pub(crate) fn corpus() -> Vec<Sequence> {
    let mut corpus = Vec::new();
    let valid = valid();
    for request in &valid {
        push(&mut corpus, request.clone());
        for token in [None, Some(String::new()), Some("wrong".to_owned()), Some("x".repeat(100_001))] {
            push(&mut corpus, Request { token, ..request.clone() });
        }
        for media_type in [None, Some("text/plain".to_owned())] {
            push(&mut corpus, Request { media_type, ..request.clone() });
        }
        for method in ["GET", "PUT", "POST", "PATCH", "DELETE"] {
            push(&mut corpus, Request { method: method.to_owned(), ..request.clone() });
        }
        for body in ["", "{", "not JSON", "[]", "[{}]", "null", "17", "\"text\"", "{}"] {
            push(&mut corpus, Request { body: body.as_bytes().to_vec(), ..request.clone() });
        }
        for (from, to) in paths() {
            if request.path.contains(&from) {
                push(&mut corpus, Request { path: request.path.replace(&from, &to), ..request.clone() });
            }
        }
    }
    push(&mut corpus, request("PUT", login_path("999999"), "{\"user_name\":\"short\"}"));
    for body in resets() {
        push(&mut corpus, reset(&body));
    }
    for body in modifications() {
        push(&mut corpus, modify(&body));
    }
    for password in [json!(""), json!(null), json!(17), json!("secret"), json!(["secret"])] {
        push(&mut corpus, account(&json!({ "password": password })));
    }
    corpus.push(Sequence { name: "many queries".to_owned(), requests: vec![query("120671"); 50] });
    corpus
}

fn valid() -> [Request; 4] {
    [
        query("120671"),
        reset(&json!({ "user_name": "4F49B62DD19D46F296AD497C7E81B52E", "password": PASSWORD })),
        modify(&with("name", "product")),
        account(&json!({ "password": "another-Password-2" })),
    ]
}

/// The request, and then a look at everything it could have touched.
fn push(corpus: &mut Vec<Sequence>, request: Request) {
    let name = format!("{} {} {}", request.method, request.path, String::from_utf8_lossy(&request.body));
    let look = [query("120671"), query("120672"), query("120671"), modify(&with("name", "look"))];
    corpus.push(Sequence { name, requests: [vec![request], look.to_vec()].concat() });
}

/// Parts of paths and what to put in their place.
fn paths() -> Vec<(String, String)> {
    let ids = [
        "0",
        "-1",
        "1",
        "abc",
        "1.5",
        "+7",
        "120672",
        "999999",
        "3000000000",
        "99999999999999998",
        "99999999999999999",
        "100000000000000000",
        "99999999999999999999",
    ];
    let lengths = |from: &str, lengths: [usize; 4]| {
        lengths.map(|length| (format!("/{from}"), format!("/{}", "x".repeat(length))))
    };
    let ids = ids.map(|id| ("/120671".to_owned(), format!("/{id}")));
    let projects = lengths(PROJECT_ID, [1, 31, 32, 33]);
    let instances = lengths(INSTANCE_ID, [1, 35, 36, 37]);
    let databases = lengths(DDM_INSTANCE_ID, [1, 35, 36, 37]);
    let users = lengths(DDM_USERNAME, [1, 2, 3, 4]);
    [&ids[..], &projects, &instances, &databases, &users].concat()
}

fn resets() -> Vec<Value> {
    let mut bodies = vec![json!({}), json!({ "user_name": "", "password": "" })];
    for length in [9, 10, 11, 49, 50, 51] {
        bodies.push(json!({ "user_name": "x".repeat(length) }));
    }
    for name in ["with_underscore", "with-hyphen-1", "with a blank", "with.a.dot.1", "中文中文中文中文中文"]
    {
        bodies.push(json!({ "user_name": name }));
    }
    for length in [8, 15, 16, 17, 31, 32, 33] {
        bodies.push(json!({ "password": format!("{:a<length$}", "Aa1!") }));
    }
    for password in [
        "Aa!!aaaaaaaaaaaa",
        "aa1!aaaaaaaaaaaa",
        "AA1!AAAAAAAAAAAA",
        "Aa11aaaaaaaaaaaa",
        "Aa1 aaaaaaaaaaaa",
        "Aa1!中aaaaaaaaaaa",
    ] {
        bodies.push(json!({ "password": password }));
    }
    for value in [json!(null), json!(1_234_567_890_123_456_u64), json!(true), json!([]), json!("")] {
        bodies.push(json!({ "user_name": value }));
        bodies.push(json!({ "password": value }));
        bodies.push(json!({ "user_name": value, "password": PASSWORD }));
        bodies.push(json!({ "user_name": "new-user-name", "password": value }));
    }
    bodies.push(json!({ "user_name": "new-user-name", "password": "short" }));
    bodies
}

fn modifications() -> Vec<Value> {
    let bounds = [
        ("name", [1, 2, 63, 64, 65]),
        ("description", [0, 1, 199, 200, 201]),
        ("manufacturer_id", [1, 2, 49, 50, 51]),
        ("manufacturer_name", [1, 2, 63, 64, 65]),
        ("model", [1, 2, 49, 50, 51]),
        ("device_type", [1, 2, 63, 64, 65]),
        ("version", [0, 1, 63, 64, 65]),
    ];
    let mut bodies = vec![with("name", TAKEN_NAME), with("unknown", "member"), with("name", "pro-opcua")];
    for (member, lengths) in bounds {
        for letter in ["x", "中", "😀"] {
            bodies.extend(lengths.map(|length| with(member, letter.repeat(length))));
        }
        for text in ["with_underscore", "with-hyphen", "with blank", "with.dot", " trimmed ", "", "trimmed  "]
        {
            bodies.push(with(member, text));
        }
        for value in [json!(null), json!(1234), json!(false), json!({}), json!(["text"])] {
            bodies.push(with(member, value));
        }
        bodies.push(without(member));
    }
    bodies.push(with("model", format!("  {}  ", "x".repeat(50))));
    bodies
}
