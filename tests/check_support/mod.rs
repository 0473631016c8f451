//! A small contract with one of everything, made by hand, and exchanges to judge by it.

use std::sync::Arc;
use std::time::Duration;

use countersign::check::Checker;
use countersign::model::{
    Answers, BodyMatch, Case, CaseId, Clause, ClauseId, ClauseKind, Contract, Effect, Exchange, Expectation,
    Location, Lost, OpId, Operation, Origin, Parameter, Part, Reply, Request, RequestBody, ResponseSpec,
    Rule, Secrets, Security, Sequence, SequenceStep, Side, Sides, StatusSet, Step, Variable,
};
use countersign::text::Span;
use serde_json::{Value, json};

pub(crate) const TOKEN: &str = "mock/user+token 7f3a9c";

fn constraint(part: Part, path: &str, at: &str) -> ClauseKind {
    let mut tokens = path.rsplit('/');
    let last = tokens.next().unwrap_or_default();
    let keyword = if tokens.next() == Some("required") { "required" } else { last };
    ClauseKind::Constraint {
        part,
        keyword: keyword.to_owned(),
        path: path.to_owned(),
        at: at.to_owned(),
        limit: Value::Null,
    }
}

fn of_body(status: &str, path: &str, at: &str) -> ClauseKind {
    constraint(Part::ResponseBody { status: status.to_owned() }, path, at)
}

fn of_header(path: &str) -> ClauseKind {
    constraint(Part::ResponseHeader { status: "200".to_owned(), index: 0 }, path, "")
}

fn kinds() -> Vec<(&'static str, ClauseKind)> {
    let status = |s: &str| ClauseKind::Status { status: s.to_owned() };
    let json = |s: &str| ClauseKind::WellFormed { status: s.to_owned() };
    let media_type = |s: &str| ClauseKind::MediaType { status: s.to_owned() };
    let fields = |s: &str| ClauseKind::UndocumentedFields { status: s.to_owned() };
    vec![
        ("request/path/id/maximum", constraint(Part::Parameter { index: 0 }, "/maximum", "")),
        ("request/path/id/unknown", ClauseKind::Unknown { index: 0 }),
        ("request/credential/token", ClauseKind::Credential { index: 0 }),
        ("request/credential/token/maxLength", constraint(Part::Credential { index: 0 }, "/maxLength", "")),
        ("request/body/name/maxLength", constraint(Part::RequestBody, "/properties/name/maxLength", "/name")),
        ("request/method", ClauseKind::OtherMethods),
        ("response/status", ClauseKind::DocumentedStatuses),
        ("response/200", status("200")),
        ("response/200/media-type", media_type("200")),
        ("response/200/json", json("200")),
        ("response/200/undocumented-fields", fields("200")),
        ("response/200/body/type", of_body("200", "/$ref/type", "")),
        ("response/200/body/name/required", of_body("200", "/$ref/required/name", "")),
        ("response/200/body/name/type", of_body("200", "/$ref/properties/name/type", "/name")),
        ("response/200/body/name/maxLength", of_body("200", "/$ref/properties/name/maxLength", "/name")),
        (
            "response/200/body/password/type",
            of_body("200", "/$ref/properties/password/anyOf/1/type", "/password"),
        ),
        (
            "response/200/body/password/minLength",
            of_body("200", "/$ref/properties/password/anyOf/1/minLength", "/password"),
        ),
        (
            "response/200/body/password/digit/pattern",
            of_body("200", "/$ref/properties/password/anyOf/1/allOf/0/pattern", "/password"),
        ),
        (
            "response/200/body/rows/items/id/type",
            of_body("200", "/$ref/properties/rows/items/properties/id/type", "/rows/*/id"),
        ),
        ("response/200/header/X-Request-Id/required", of_header("/required/X-Request-Id")),
        ("response/200/header/X-Request-Id/pattern", of_header("/pattern")),
        ("response/400", status("400")),
        ("response/400/media-type", media_type("400")),
        ("response/400/json", json("400")),
        ("response/400/undocumented-fields", fields("400")),
        ("response/400/body/error_code/required", of_body("400", "/required/error_code", "")),
        ("response/400/body/error_code/type", of_body("400", "/properties/error_code/type", "/error_code")),
        (
            "response/400/body/request_id/maxLength",
            of_body("400", "/properties/request_id/maxLength", "/request_id"),
        ),
        ("response/404", status("404")),
        ("response/404/json", json("404")),
        ("response/within", ClauseKind::Within),
        ("response/secrets", ClauseKind::Secrets),
        ("response/steady", ClauseKind::Steady),
        ("rule/answers-the-name", ClauseKind::Rule { index: 0 }),
        ("rule/answers-the-id", ClauseKind::Rule { index: 1 }),
    ]
}

pub(crate) fn contract() -> Contract {
    let clause = |address: String, operation, kind: ClauseKind| Clause {
        undecided: address.ends_with("request_id/maxLength").then(|| "length-of-a-request-id".to_owned()),
        text: address.clone(),
        address,
        operation,
        kind,
        sides: Sides::default(),
        origin: Origin::default(),
    };
    let op = Some(OpId(0));
    let mut clauses: Vec<Clause> =
        kinds().into_iter().map(|(address, kind)| clause(format!("set-name/{address}"), op, kind)).collect();
    clauses.push(clause("sequence/kept".to_owned(), None, ClauseKind::Sequence { index: 0 }));
    clauses.push(clause(
        "sequence/kept/same-name".to_owned(),
        None,
        ClauseKind::SequenceRule { index: 0, step: 1, rule: 0 },
    ));
    let at = |address: &str| {
        let place = clauses.iter().position(|clause| clause.address == address).expect("a known clause");
        ClauseId(u32::try_from(place).expect("few clauses"))
    };
    let rule = |name: &str, when: Option<&str>, then: &str, address: &str| Rule {
        name: name.to_owned(),
        when: when.map(str::to_owned),
        then: then.to_owned(),
        span: Span::default(),
        clause: at(address),
    };
    let operation = operation(vec![
        rule(
            "answers-the-name",
            Some("status == 200 and request.body.name is defined"),
            "body.name == request.body.name",
            "set-name/rule/answers-the-name",
        ),
        rule(
            "answers-the-id",
            Some("status == 200"),
            "body.id == request.path.id",
            "set-name/rule/answers-the-id",
        ),
    ]);
    let step = |name: &str, rules| SequenceStep {
        name: Some(name.to_owned()),
        operation: OpId(0),
        request: countersign::model::RequestParts::default(),
        expect: StatusSet::one(200),
        expect_body: None,
        refuse: false,
        when: None,
        capture: vec![],
        rules,
    };
    let same = rule("same-name", None, "body.name == steps.first.body.name", "sequence/kept/same-name");
    let sequence = Sequence {
        name: "kept".to_owned(),
        document: 0,
        says: String::new(),
        steps: vec![step("first", vec![]), step("second", vec![same])],
        finally: vec![],
        clause: at("sequence/kept"),
    };
    let variable = |secret| Variable { secret, ..Variable::default() };
    Contract {
        variables: [("id", variable(false)), ("token", variable(true))]
            .map(|(name, variable)| (name.to_owned(), variable))
            .into(),
        operations: vec![operation],
        sequences: vec![sequence],
        clauses,
        ..Contract::default()
    }
}

fn operation(rules: Vec<Rule>) -> Operation {
    let error = json!({
        "type": "object",
        "required": ["error_code"],
        "properties": {
            "error_code": {"type": "string"},
            "error_msg": {"type": "string"},
            "request_id": {"type": "string", "maxLength": 8},
        },
    });
    let thing = json!({
        "$ref": "#/$defs/Thing",
        "$defs": { "Thing": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "id": {"type": "integer"},
                "name": {"type": "string", "maxLength": 16},
                "password": {"anyOf": [
                    {"title": "masked", "type": "string", "pattern": "^\\*+$"},
                    {"type": "string", "minLength": 8, "allOf": [{"title": "digit", "pattern": "[0-9]"}]},
                ]},
                "rows": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}}}},
                "extra": {"type": "object", "additionalProperties": false},
            },
        } },
    });
    let parameter = |name: &str, location, schema| Parameter {
        name: name.to_owned(),
        location,
        required: true,
        schema,
        value: None,
        unknown: None,
        refused: None,
        says: None,
    };
    let response = |status: &str, schema: &Value, headers| ResponseSpec {
        status: status.to_owned(),
        says: None,
        media_type: Some("application/json".to_owned()),
        schema: Some(schema.clone()),
        headers,
        examples: vec![json!({"error_msg": "documented text"})],
        closed: true,
    };
    Operation {
        id: "set-name".to_owned(),
        document: 0,
        title: String::new(),
        says: None,
        method: "PUT".to_owned(),
        path: "/things/{id}".to_owned(),
        effect: Effect::Replace,
        resource: "/things/{id}".to_owned(),
        tags: vec![],
        parameters: vec![parameter("id", Location::Path, json!({"type": "integer", "maximum": 99}))],
        security: vec![Security {
            id: "token".to_owned(),
            location: Location::Header,
            name: "X-Auth-Token".to_owned(),
            value: "{{token}}".to_owned(),
            schema: None,
            refused: None,
            outside: None,
        }],
        body: None,
        responses: vec![
            response(
                "200",
                &thing,
                vec![parameter(
                    "X-Request-Id",
                    Location::Header,
                    json!({"type": "string", "pattern": "^r-"}),
                )],
            ),
            response("400", &error, vec![]),
            response("404", &error, vec![]),
        ],
        examples: vec![],
        rules,
        cases: vec![],
        generates: vec![],
        refused: None,
        other_methods: None,
        within: Some(Duration::from_secs(2)),
        steady: false,
        secrets: Secrets {
            request: vec!["/password".to_owned()],
            responses: [("200".to_owned(), vec!["/password".to_owned()])].into(),
        },
        span: Span::default(),
        clauses: 0..0,
    }
}

pub(crate) fn variables() -> Value {
    json!({"token": TOKEN, "id": "7"})
}

pub(crate) fn checker() -> Checker {
    Checker::new(Arc::new(contract()), &Arc::new(variables())).expect("a good contract")
}

pub(crate) fn clause(contract: &Contract, address: &str) -> ClauseId {
    contract.clause_at(address).unwrap_or_else(|| panic!("no clause {address}"))
}

/// A case from its description in a golden file; what is left out is as in a request that keeps the contract.
pub(crate) fn case(contract: &Contract, story: &Value) -> Case {
    let aim = story["aim"].as_str().unwrap_or("set-name/response/200");
    let text = |value: &Value, otherwise: &str| value.as_str().unwrap_or(otherwise).to_owned();
    let side = match story["side"].as_str() {
        Some("refuse") => Side::Refuse,
        Some("observe") => Side::Observe,
        _ => Side::Accept,
    };
    let request = request(&story["request"]);
    let expect = &story["expect"];
    let mut statuses: Vec<String> =
        expect["status"].as_array().into_iter().flatten().map(|status| status.to_string()).collect();
    if statuses.is_empty() {
        statuses.push("200".to_owned());
    }
    let step = Step {
        name: None,
        operation: OpId(0),
        request,
        late: None,
        salt: String::new(),
        expect: Expectation {
            status: StatusSet(statuses),
            answers: if side == Side::Refuse { Answers::Refused } else { Answers::Accepted },
            schema: expect.get("schema").cloned(),
            body: BodyMatch(expect.get("body").cloned()),
            may_close: expect["may_close"].as_bool().unwrap_or_default(),
        },
        when: None,
        capture: vec![("name".to_owned(), "$.name".to_owned())],
        rules: vec![],
    };
    let mut steps = vec![step.clone(), step];
    if aim.starts_with("sequence/") {
        steps[1].rules = contract.sequences[0].steps[1].rules.clone();
    } else {
        steps.truncate(1);
    }
    Case {
        id: CaseId("0".repeat(16)),
        clause: clause(contract, aim),
        side,
        generator: "golden",
        why: text(&story["why"], ""),
        steps,
        finally: 0,
        footprint: vec![],
        writes: true,
        round: 0,
    }
}

fn request(story: &Value) -> Request {
    let body = story
        .get("body")
        .cloned()
        .unwrap_or_else(|| json!({"name": "new-name", "password": "Secret-Word-1"}));
    Request {
        method: story["method"].as_str().unwrap_or("PUT").to_owned(),
        path_values: vec![("id".to_owned(), json!(7))],
        path: "/things/7".to_owned(),
        query: vec![],
        headers: vec![("X-Auth-Token".to_owned(), TOKEN.to_owned())],
        body: Some(RequestBody::Json(body)),
    }
}

pub(crate) fn exchange(case: &Case, story: &Value) -> Exchange {
    let reply = match story.get("lost") {
        Some(lost) => Err(serde_json::from_value::<Lost>(lost.clone()).expect("a way to be lost")),
        None => Ok(reply(&story["reply"])),
    };
    Exchange {
        request: case.steps[0].request.clone(),
        reply,
        elapsed: Duration::from_millis(story["millis"].as_u64().unwrap_or(20)),
        attempts: 1,
    }
}

fn reply(story: &Value) -> Reply {
    let mut headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("x-request-id".to_owned(), "r-1".to_owned()),
    ];
    for (name, value) in story["headers"].as_object().into_iter().flatten() {
        headers.retain(|(known, _)| known != name);
        headers.extend(value.as_str().map(|value| (name.clone(), value.to_owned())));
    }
    let body = match (story.get("text"), story.get("body")) {
        (Some(text), _) => text.as_str().unwrap_or_default().as_bytes().to_vec(),
        (None, Some(body)) => body.to_string().into_bytes(),
        (None, None) => json!({"id": 7, "name": "new-name", "password": "********"}).to_string().into_bytes(),
    };
    let status = story["status"].as_u64().unwrap_or(200);
    Reply { status: u16::try_from(status).expect("a status"), headers, body }
}
