//! The mock of a contract that has nothing to do with the ones in `contracts/`, built by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Answer, Mock, Received};
use crate::model::{
    Body, ClauseId, Contract, Effect, Generates, HandCase, Location, Operation, Parameter, Refusal,
    RequestParts, ResponseSpec, Rule, Secrets, Security, StatusSet, Unknown,
};
use crate::text::Span;

fn refusal(statuses: &[u16], body: Option<Value>) -> Refusal {
    Refusal {
        status: StatusSet(statuses.iter().map(u16::to_string).collect()),
        schema: None,
        body,
        may_close: false,
        origin: crate::model::Origin::default(),
    }
}

fn response(status: u16, schema: Value, examples: Vec<Value>) -> ResponseSpec {
    ResponseSpec {
        status: status.to_string(),
        says: None,
        media_type: Some("application/json".into()),
        other_media_types: Vec::new(),
        schema: Some(schema.into()),
        headers: Vec::new(),
        example_names: vec!["example".into(); examples.len()],
        examples,
        closed: true,
    }
}

fn path_parameter(name: &str, schema: Value, status: u16) -> Parameter {
    Parameter {
        name: name.into(),
        location: Location::Path,
        required: true,
        schema: schema.into(),
        value: Some(json!(format!("{{{{ {name} }}}}"))),
        unknown: Some(Unknown { answer: refusal(&[status], None), value: None }),
        refused: None,
        writing: crate::model::Writing::default(),
        says: None,
    }
}

fn operation(id: &str, method: &str, effect: Effect, responses: Vec<ResponseSpec>) -> Operation {
    Operation {
        id: id.into(),
        document: 0,
        title: String::new(),
        says: None,
        method: method.into(),
        path: "/shelves/{shelf}/books/{book}".into(),
        effect,
        resource: "/shelves/{shelf}/books/{book}".into(),
        tags: Vec::new(),
        depends: crate::model::StatusSet::default(),
        unstated: crate::model::StatusSet::default(),
        unsent: None,
        parameters: vec![
            path_parameter("book", json!({"type": "integer", "minimum": 1}), 404),
            path_parameter("shelf", json!({"type": "string", "maxLength": 8}), 410),
        ],
        security: vec![Security {
            optional: false,
            alternatives: Vec::new(),
            id: "key".into(),
            location: Location::Header,
            name: "X-Key".into(),
            value: "Key {{ key }}".into(),
            schema: Some(json!({"maxLength": 20}).into()),
            refused: Some(refusal(&[403, 401], None)),
            outside: Some(refusal(&[431], None)),
        }],
        body: None,
        responses,
        examples: Vec::new(),
        rules: Vec::new(),
        cases: Vec::new(),
        creates: None,
        generates: Vec::new(),
        refused: Some(refusal(&[422], None)),
        other_methods: None,
        within: None,
        steady: true,
        secrets: Secrets::default(),
        span: Span::default(),
        clauses: 0..0,
    }
}

fn contract() -> Contract {
    let error = json!({
        "type": "object",
        "required": ["message", "requestId"],
        "properties": {"message": {"type": "string", "maxLength": 40}, "requestId": {"type": "string", "maxLength": 16}}
    });
    let unheard = json!({"message": "The body can not be read.", "requestId": "12345678901234567890"});
    let errors = || {
        vec![response(401, error.clone(), Vec::new()), response(422, error.clone(), vec![unheard.clone()])]
    };
    let book = json!({
        "type": "object",
        "required": ["title", "pin", "book"],
        "properties": {
            "book": {"type": "integer"},
            "title": {"type": "string", "maxLength": 12},
            "pin": {"type": "string", "minLength": 3},
            "note": {"type": ["string", "null"]}
        }
    });
    let example = json!({"book": 7, "title": "Emma", "pin": {"masked": "…"}, "undocumented": true});
    let success = || response(200, book.clone(), vec![example.clone()]);
    let with = |more: Vec<ResponseSpec>| errors().into_iter().chain(more).collect::<Vec<_>>();
    let mut put = operation("put-book", "PUT", Effect::Replace, with(vec![success()]));
    put.body = Some(Body {
        required: true,
        media_type: "application/json".into(),
        alternatives: Vec::new(),
        other_media_types: Some(refusal(&[415], None)),
        encoding: std::collections::BTreeMap::new(),
        schema: json!({
            "type": "object",
            "properties": {
                "title": {"anyOf": [{"title": "empty", "const": ""}, {"type": "string", "pattern": "^[ -~]*$"}]},
                "note": {"type": ["string", "null"]},
                "pin": {"type": "string"}
            }
        })
        .into(),
        value: None,
        unique: vec!["/title".into()],
    });
    put.rules.push(Rule {
        name: "trims".into(),
        when: Some("request.body.title is defined and request.body.title != \"\"".into()),
        then: "body.title == request.body.title|trim".into(),
        span: Span::default(),
        clause: ClauseId(0),
    });
    put.generates.push(Generates {
        member: "pin".into(),
        when: "request.body.pin is undefined and request.body.title is undefined".into(),
        span: Span::default(),
    });
    put.cases.push(HandCase {
        name: "banned".into(),
        request: RequestParts { body: Some(Some(json!({"title": "Banned"}))), ..RequestParts::default() },
        expect: refusal(&[451], Some(json!({"message": "no"}))),
        refuse: true,
        clause: ClauseId(0),
    });
    put.cases.push(HandCase {
        name: "other-book".into(),
        request: RequestParts {
            path: BTreeMap::from([("book".into(), json!("{{ other }}"))]),
            ..RequestParts::default()
        },
        expect: refusal(&[200], None),
        refuse: false,
        clause: ClauseId(0),
    });
    let get = operation("get-book", "GET", Effect::Read, with(vec![success()]));
    let delete = operation("delete-book", "DELETE", Effect::Delete, {
        let mut gone = response(204, json!({}), Vec::new());
        (gone.schema, gone.media_type) = (None, None);
        with(vec![gone])
    });
    Contract { operations: vec![get, put, delete], ..Contract::default() }
}

fn mock() -> Mock {
    let variables = json!({"key": "k", "shelf": "a/b", "book": "7", "other": "8"});
    Mock::new(Arc::new(contract()), Arc::new(variables)).unwrap()
}

fn send(mock: &Mock, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut headers: Vec<(&str, &str)> = headers.to_vec();
    if !headers.iter().any(|(name, _)| *name == "x-key") {
        headers.push(("x-key", "Key k"));
    }
    mock.answer(&Received {
        method: method.into(),
        path: path.into(),
        query: String::new(),
        headers: headers.iter().map(|(name, value)| ((*name).into(), value.as_bytes().to_vec())).collect(),
        body: body.as_bytes().to_vec(),
    })
}

fn body(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
}

const BOOK: &str = "/shelves/a%2Fb/books/7";
const OTHER: &str = "/shelves/a%2Fb/books/8";

#[test]
fn every_refusal_comes_in_its_order() {
    let mock = mock();
    for (method, path, headers, sent, status) in [
        ("GET", "/nowhere", &[][..], "", 404),
        ("PATCH", BOOK, &[][..], "", 405),
        ("GET", BOOK, &[("x-key", "")][..], "", 401),
        ("GET", BOOK, &[("x-key", "k")][..], "", 401),
        ("GET", BOOK, &[("x-key", "key that is much too long")][..], "", 431),
        ("GET", "/shelves/123456789/books/0", &[][..], "", 422),
        ("GET", "/shelves/x/books/0", &[][..], "", 422),
        ("GET", "/shelves/x/books/9", &[][..], "", 410),
        ("GET", "/shelves/a%2Fb/books/9", &[][..], "", 404),
        ("GET", "/shelves/a%2Fb/books/+7", &[][..], "", 422),
        ("PUT", BOOK, &[][..], "", 422),
        ("PUT", BOOK, &[("content-type", "text/plain")][..], "{", 415),
        ("PUT", BOOK, &[("content-type", "Application/JSON; charset=utf-8")][..], "{", 422),
        ("PUT", BOOK, &[][..], "[]", 422),
        ("PUT", BOOK, &[][..], r#"{"title": 3}"#, 422),
        ("PUT", BOOK, &[][..], r#"{"title": "Banned"}"#, 451),
        ("GET", BOOK, &[][..], "", 200),
    ] {
        let answer = send(&mock, method, path, headers, sent);
        assert_eq!(answer.status, status, "{method} {path} {headers:?} {sent}: {answer:?}");
        assert_eq!(answer.refused.is_some(), status != 200);
        if status != 200 {
            let shown = body(&answer);
            assert!(shown["message"].is_string(), "{status}: {shown}");
            assert!(shown["requestId"].as_str().unwrap().len() <= 16);
        }
    }
    let answer = send(&mock, "PATCH", BOOK, &[], "");
    assert!(answer.headers.contains(&("allow".into(), "GET, PUT, DELETE".into())));
}

#[test]
fn a_status_without_an_example_says_why_and_a_documented_example_stays() {
    let mock = mock();
    assert_eq!(
        body(&send(&mock, "GET", BOOK, &[("x-key", "k")], ""))["message"],
        "the credential X-Key is not valid"
    );
    assert_eq!(body(&send(&mock, "PUT", BOOK, &[], "[]"))["message"], "The body can not be read.");
    assert_eq!(body(&send(&mock, "PUT", BOOK, &[], r#"{"title": "Banned"}"#))["message"], "no");
}

#[test]
fn what_was_written_is_read_back_and_nothing_else_changes() {
    let mock = mock();
    let before = body(&send(&mock, "GET", BOOK, &[], ""));
    let other = body(&send(&mock, "GET", OTHER, &[], ""));
    assert_eq!((&before["book"], &other["book"]), (&json!(7), &json!(8)));
    assert_ne!(before["pin"], other["pin"]);
    assert_ne!(before["title"], other["title"], "titles are unique");
    assert!(before.get("undocumented").is_none());

    let put = send(&mock, "PUT", BOOK, &[], r#"{"title": "  Persuasion ", "note": null}"#);
    assert_eq!(put.troubles, Vec::<String>::new());
    let after = body(&send(&mock, "GET", BOOK, &[], ""));
    assert_eq!(after, body(&put));
    assert_eq!(
        (&after["title"], &after["note"], &after["pin"]),
        (&json!("Persuasion"), &Value::Null, &before["pin"])
    );
    assert_eq!(body(&send(&mock, "GET", OTHER, &[], "")), other);
    assert_eq!(send(&mock, "PUT", OTHER, &[], r#"{"title": "Persuasion"}"#).status, 422, "it is taken");

    let kept = body(&send(&mock, "PUT", BOOK, &[], r#"{"title": ""}"#));
    assert_eq!(kept, after);
    let generated = body(&send(&mock, "PUT", BOOK, &[], "{}"));
    assert_ne!(generated["pin"], after["pin"]);
    assert_ne!(body(&send(&mock, "PUT", BOOK, &[], "{}"))["pin"], generated["pin"]);
}

#[test]
fn what_cannot_be_answered_is_said_and_the_answer_still_keeps_its_schema() {
    let mock = mock();
    let answer = send(&mock, "PUT", BOOK, &[], r#"{"title": "longer than answers are"}"#);
    assert_eq!(answer.status, 200);
    assert!(!answer.troubles.is_empty());
    assert!(body(&answer)["title"].as_str().unwrap().len() <= 12);
}

#[test]
fn what_was_deleted_is_unknown() {
    let mock = mock();
    let deleted = send(&mock, "DELETE", BOOK, &[], "");
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    assert_eq!(send(&mock, "GET", BOOK, &[], "").status, 404);
    assert_eq!(send(&mock, "DELETE", BOOK, &[], "").status, 404);
    assert_eq!(send(&mock, "GET", OTHER, &[], "").status, 200);
}
