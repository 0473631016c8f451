//! A small contract with one of everything, and exchanges to judge by it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use countersign::check::Checker;
use countersign::load::load;
use countersign::model::{
    Answers, BodyMatch, Case, CaseId, ClauseId, Contract, Exchange, Expectation, Lost, OpId, Reply, Request,
    RequestBody, Salt, Side, StatusSet, Step,
};
use countersign::text::draw_plain;
use serde_json::{Value, json};

pub(crate) const TOKEN: &str = "mock/user+token 7f3a9c";

/// The contract of `tests/golden/check/contract.yaml`.
pub(crate) fn contract() -> Contract {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/check/contract.yaml"));
    let loaded = load(&[path]);
    let errors: Vec<String> = loaded.diagnostics.iter().map(|told| draw_plain(told, &loaded.files)).collect();
    loaded.contract.unwrap_or_else(|| panic!("{}", errors.join("\n")))
}

pub(crate) fn variables() -> Value {
    json!({"token": TOKEN, "id": "7"})
}

pub(crate) fn checker() -> Checker {
    Checker::new(Arc::new(contract()), Arc::new(variables())).expect("a good contract")
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
        expect["status"].as_array().into_iter().flatten().map(ToString::to_string).collect();
    if statuses.is_empty() {
        statuses.push("200".to_owned());
    }
    let step = Step {
        name: None,
        operation: OpId(0),
        request,
        control: None,
        late: None,
        salt: Salt::default(),
        expect: Expectation {
            depends: StatusSet::default(),
            unstated: StatusSet::default(),
            status: StatusSet(statuses),
            answers: if side == Side::Refuse { Answers::Refused } else { Answers::Accepted },
            schema: expect.get("schema").map(Into::into),
            body: BodyMatch(expect.get("body").cloned()),
            may_close: expect["may_close"].as_bool().unwrap_or_default(),
        },
        when: None,
        capture: vec![("name".to_owned(), "$.name".to_owned())],
        own: countersign::model::Own::default(),
        rules: vec![],
    };
    let mut steps = vec![step.clone(), step];
    if aim.starts_with("sequence/") {
        steps[1].rules.clone_from(&contract.sequences[0].steps[1].rules);
    } else {
        steps.truncate(1);
    }
    Case {
        id: CaseId("0".repeat(16)),
        clause: clause(contract, aim),
        side,
        generator: "golden",
        why: text(&story["why"], ""),
        steps: steps.into(),
        finally: 0,
        footprint: vec![],
        writes: true,
        destroys: false,
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
