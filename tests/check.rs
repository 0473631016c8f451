//! Checks: a kept and a broken case for each, and what no check may do.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes files, and clocks")]

#[path = "check_support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use countersign::check::{ALL, Checker, Seen, Sight, capture, remember};
use countersign::load::load;
use countersign::model::{Answers, Contract, Finding, Lost, Reply, Side, StatusSet};
use countersign::text::Severity;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{case, checker, contract, exchange, variables};

static CONTRACT: LazyLock<Contract> = LazyLock::new(contract);
static CHECKER: LazyLock<Checker> = LazyLock::new(checker);

fn look(story: &Value) -> Seen {
    let checker = &*CHECKER;
    let case = case(&CONTRACT, story);
    let exchange = exchange(&case, story);
    let step = case.steps.len() - 1;
    let scope = story.get("scope").cloned().unwrap_or_else(variables);
    checker.look(&Sight { case: &case, step, exchange: &exchange, control: None, scope: &scope })
}

fn told(findings: &[Finding]) -> Value {
    findings
        .iter()
        .map(|finding| {
            json!({
                "check": finding.check,
                "clause": CONTRACT.clause(finding.clause).address,
                "severity": finding.severity,
                "site": finding.site,
                "summary": finding.summary,
            })
        })
        .collect()
}

fn addresses(seen: &Seen) -> Vec<String> {
    seen.observed.iter().map(|clause| CONTRACT.clause(*clause).address.replace("set-name/", "")).collect()
}

fn golden(check: &str, which: &str) -> Value {
    let path: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "tests/golden/check", check, &format!("{which}.json")].iter().collect();
    let text = fs::read_to_string(&path)
        .unwrap_or_else(|_| panic!("{check} has no {which} case: {}", path.display()));
    serde_json::from_str(&text).expect("golden cases are JSON")
}

#[test]
fn every_check_has_a_kept_and_a_broken_case() {
    let mut wrong = Vec::new();
    for check in ALL {
        let id = check.meta().id;
        for which in ["kept", "broken"] {
            for (at, story) in golden(id, which).as_array().unwrap().iter().enumerate() {
                let seen = look(story);
                let own = seen.findings.iter().any(|finding| finding.check == id);
                assert_eq!(own, which == "broken", "{id} {which} {at}: {:#}", told(&seen.findings));
                let expected = story.get("findings").cloned().unwrap_or_else(|| json!([]));
                let actual = told(&seen.findings);
                if actual != expected {
                    wrong.push(format!("{id} {which} {at}: {actual:#}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn checks_are_named_and_explained() {
    let ids: BTreeSet<&str> = ALL.iter().map(|check| check.meta().id).collect();
    assert_eq!(ids.len(), ALL.len());
    for check in ALL {
        let meta = check.meta();
        assert!(meta.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", meta.id);
        assert!(!meta.explain.contains("  ") && meta.explain.len() > 80, "{}", meta.id);
    }
}

#[test]
fn a_conforming_answer_is_seen_to_keep_what_it_shows() {
    let seen = look(&json!({}));
    assert_eq!(told(&seen.findings), json!([]));
    assert!(seen.as_expected && seen.trouble.is_none());
    assert_eq!(
        addresses(&seen),
        [
            "response/status",
            "response/within",
            "response/secrets",
            "response/200",
            "response/200/media-type",
            "response/200/json",
            "response/200/undocumented-fields",
            "response/200/header/X-Request-Id/required",
            "response/200/header/X-Request-Id/type",
            "response/200/header/X-Request-Id/pattern",
            "response/200/body/type",
            "response/200/body/id/type",
            "response/200/body/name/required",
            "response/200/body/name/type",
            "response/200/body/name/maxLength",
            "response/200/body/password/type",
            "response/200/body/password/minLength",
            "response/200/body/password/digit/pattern",
            "rule/answers-the-name",
            "rule/answers-the-id",
        ]
    );
}

#[test]
fn what_is_broken_is_not_seen_to_be_kept() {
    let seen = look(&json!({"reply": {"body": {"id": 8, "name": 5}}}));
    let kept = addresses(&seen);
    for address in ["response/200/body/name/type", "rule/answers-the-id", "rule/answers-the-name"] {
        assert!(!kept.iter().any(|kept| kept == address), "{address}");
    }
    assert!(kept.iter().any(|kept| kept == "response/200/json"));
}

#[test]
fn what_the_documentation_leaves_undecided_is_only_a_note() {
    let story = json!({
        "aim": "set-name/request/path/id/maximum", "side": "refuse", "expect": {"status": [400]},
        "reply": {"status": 400, "body": {"error_code": "X", "request_id": "much too long"}},
    });
    let seen = look(&story);
    assert_eq!(seen.findings.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [Severity::Note]);
    assert!(!addresses(&seen).contains(&"response/400/body/request_id/maxLength".to_owned()));
    let short = json!({"aim": "set-name/request/path/id/maximum", "side": "refuse", "expect": {"status": [400]},
        "reply": {"status": 400, "body": {"error_code": "X", "request_id": "short"}}});
    assert!(addresses(&look(&short)).contains(&"response/400/body/request_id/maxLength".to_owned()));
}

#[test]
fn a_lost_connection_is_no_finding_and_a_refused_credential_a_trouble() {
    for (lost, code) in [
        (Lost::Connect("refused".to_owned()), Some("lost")),
        (Lost::Resolve("no such host".to_owned()), Some("lost")),
        (Lost::Tls("bad certificate".to_owned()), Some("lost")),
        (Lost::NotSent("stopped".to_owned()), Some("lost")),
        (Lost::TimeOut(2000), None),
    ] {
        let seen = look(&json!({"lost": lost}));
        assert_eq!(seen.trouble.map(|trouble| trouble.code).as_deref(), code, "{lost}");
        assert_eq!(seen.findings.is_empty(), code.is_some(), "{lost}");
        assert!(seen.observed.is_empty() && !seen.as_expected);
    }
    let seen = look(&json!({"reply": {"status": 401, "body": {}}}));
    assert_eq!(seen.trouble.unwrap().code, "credential-refused");
    let refused = json!({"aim": "set-name/request/credential/X-Auth-Token", "side": "refuse",
        "expect": {"status": [401, 403], "schema": {"type": "object", "required": ["error_code"]}},
        "reply": {"status": 401, "body": {"error_code": "X"}}});
    let seen = look(&refused);
    assert!(seen.trouble.is_none() && seen.findings.is_empty() && seen.as_expected);
}

#[test]
fn a_server_may_refuse_an_oversized_credential_in_its_own_way() {
    let story = |rest: Value| {
        let mut story = json!({"aim": "set-name/request/credential/X-Auth-Token/maxLength", "side": "refuse",
            "expect": {"status": [400, 401, 403, 413, 431], "may_close": true}});
        story.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        story
    };
    for rest in [
        json!({"lost": Lost::Closed("reset".to_owned())}),
        json!({"reply": {"status": 431, "text": ""}}),
        json!({"reply": {"status": 400, "text": "<html>Too Large</html>", "headers": {"content-type": "text/html"}}}),
    ] {
        let seen = look(&story(rest.clone()));
        assert_eq!(told(&seen.findings), json!([]), "{rest}");
        assert!(seen.as_expected, "{rest}");
    }
}

#[test]
fn the_answer_to_another_method_is_not_the_operations() {
    let story = json!({"aim": "set-name/request/method", "side": "refuse", "expect": {"status": [404, 405]},
        "request": {"method": "DELETE"},
        "reply": {"status": 404, "text": "not found", "headers": {"content-type": "text/plain"}}});
    let seen = look(&story);
    assert_eq!(told(&seen.findings), json!([]));
    assert_eq!(addresses(&seen), ["response/within", "response/secrets"]);
}

#[test]
fn values_are_captured_and_remembered() {
    let case = case(&CONTRACT, &json!({}));
    let exchange = exchange(&case, &json!({}));
    let body = json!({"name": "n", "rows": [{"id": 1}, {"id": 2}]});
    assert_eq!(capture(&case.steps[0], Some(&body)), Ok(vec![("name".to_owned(), json!("n"))]));
    let mut step = case.steps[0].clone();
    for (path, captured) in [("$.rows[*].id", Some(json!([1, 2]))), ("$.absent", None), ("name", None)] {
        step.capture = vec![("x".to_owned(), path.to_owned())];
        let found = capture(&step, Some(&body)).map(|mut pairs| pairs.remove(0).1);
        assert_eq!(found.as_ref().ok(), captured.as_ref(), "{path}");
        assert!(found.is_ok() || found.is_err_and(|trouble| trouble.code == "not-captured"));
    }
    assert!(capture(&step, None).is_err());
    let remembered = remember(&exchange, Some(&body));
    assert_eq!(remembered["request"]["path"]["id"], 7);
    assert_eq!(remembered["request"]["header"]["x-auth-token"], support::TOKEN);
    assert_eq!(remembered["status"], 200);
    assert_eq!(remembered["header"]["x-request-id"], "r-1");
    assert_eq!(remembered["body"]["name"], "n");
}

#[test]
fn rules_see_a_body_that_is_no_json_as_text() {
    let mut contract = contract();
    contract.operations[0].rules.truncate(1);
    let rule = &mut contract.operations[0].rules[0];
    rule.when = None;
    rule.then = "body == steps.first.body".to_owned();
    let clause = rule.clause;
    let checker = Checker::new(Arc::new(contract), Arc::new(variables())).unwrap();
    let broken = |first: &[u8], second: &[u8]| {
        let case = case(&CONTRACT, &json!({}));
        let mut exchange = exchange(&case, &json!({}));
        let mut answer = |body: &[u8]| exchange.reply.as_mut().unwrap().body = body.to_vec();
        answer(first);
        let first = remember(&exchange, None);
        exchange.reply.as_mut().unwrap().body = second.to_vec();
        let scope = json!({"steps": {"first": first}});
        let seen =
            checker.look(&Sight { case: &case, step: 0, exchange: &exchange, control: None, scope: &scope });
        seen.findings.iter().any(|finding| finding.clause == clause)
    };
    for (first, second, expected) in [
        (&b"id;name"[..], &b"id;name"[..], false),
        (b"id;name", b"id;nome", true),
        (b"\xff\x01", b"\xff\x01", false),
        (b"\xff\x01", b"\xfe\x01", true),
        (b"", b"", false),
        (b"", b"id", true),
    ] {
        assert_eq!(broken(first, second), expected, "{first:?} {second:?}");
    }
}

#[test]
fn a_bad_contract_is_told_before_anything_is_sent() {
    let mut contract = contract();
    contract.operations[0].rules[0].then = "body.name ==".to_owned();
    let bad = Checker::new(Arc::new(contract), Arc::new(json!({}))).unwrap_err();
    assert!(bad.to_string().starts_with("set-name, rule answers-the-name, then: "), "{bad}");
}

#[test]
fn texts_in_findings_are_bounded() {
    let long = "x".repeat(1_000_000);
    let rows: Vec<Value> = (0..5000).map(|n| json!({"id": format!("{n}"), "n": n})).collect();
    let seen = look(&json!({"reply": {"body": {"id": 7, "name": long, "rows": rows}}}));
    assert!(seen.findings.len() > 3 && seen.findings.len() < 20);
    for finding in &seen.findings {
        assert!(finding.expected.len() <= 2100 && finding.actual.len() <= 2100, "{}", finding.summary);
        assert!(finding.summary.len() < 300);
        assert!(finding.diff.iter().flat_map(|diff| &diff.lines).all(|line| line.text.len() < 2000));
        assert!(finding.diff.as_ref().is_none_or(|diff| diff.lines.len() < 200));
    }
}

/// Every documented answer of the two contracts of this repository, as the answer that is expected.
#[test]
fn what_the_pages_print_is_no_error() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/contracts"));
    let contract = load(&[folder]).contract.expect("good contracts");
    let checker = Checker::new(Arc::new(contract.clone()), Arc::new(variables())).expect("good contracts");
    let mut looked = 0;
    for (id, operation) in contract.operations() {
        for response in operation.responses.iter().filter(|response| response.status != "200") {
            for example in &response.examples {
                let status: u16 = response.status.parse().unwrap();
                let story =
                    json!({"reply": {"status": status, "body": example, "headers": {"x-request-id": null}}});
                let mut case = case(&CONTRACT, &story);
                case.clause = contract.clause_at(&format!("{}/response/status", operation.id)).unwrap();
                case.side = Side::Observe;
                std::sync::Arc::make_mut(&mut case.steps)[0].operation = id;
                std::sync::Arc::make_mut(&mut case.steps)[0].expect.status = StatusSet::one(status);
                std::sync::Arc::make_mut(&mut case.steps)[0].expect.answers = Answers::Refused;
                let mut exchange = exchange(&case, &story);
                exchange.request.method.clone_from(&operation.method);
                let seen = checker.look(&Sight {
                    case: &case,
                    step: 0,
                    exchange: &exchange,
                    control: None,
                    scope: &Value::Null,
                });
                let errors = seen.findings.iter().filter(|finding| finding.severity > Severity::Note);
                assert_eq!(errors.count(), 0, "{} {status}: {:?}", operation.id, seen.findings);
                assert!(seen.observed.len() > 6 && seen.as_expected);
                looked += 1;
            }
        }
    }
    assert!(looked >= 11);
}

/// `cargo test --release --test check -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn time_of_one_look() {
    let case = case(&CONTRACT, &json!({}));
    let exchange = exchange(&case, &json!({}));
    let scope = variables();
    let sight = Sight { case: &case, step: 0, exchange: &exchange, control: None, scope: &scope };
    let rounds = 20_000;
    let _ = CHECKER.look(&sight);
    let start = Instant::now();
    for _ in 0..rounds {
        std::hint::black_box(CHECKER.look(&sight));
    }
    println!("{:?} per answer", start.elapsed() / rounds);
}

const SIDES: [&str; 3] = ["accept", "refuse", "observe"];

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let words = "(\\{|\\}|\\[|\\]|,|:|\"name\"|\"password\"|\"rows\"|\"id\"|\"error_code\"|7|1\\.0|null|\"x中\"|\"\\\\u00e9\"){0,30}";
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64),
        words.prop_map(String::into_bytes),
        any::<i64>().prop_map(|n| json!({"id": n, "name": n, "rows": [n, {"id": n}], "password": n})
            .to_string()
            .into_bytes()),
    ]
}

proptest! {
    #[test]
    fn no_answer_makes_a_check_panic(
        status in 0_u16..1000,
        body in any_body(),
        header in "[ -~]{0,30}",
        value in "\\PC{0,30}",
        aim in 0_usize..60,
        side in 0_usize..3,
        millis in 0_u64..5000,
    ) {
        let (checker, contract) = (&*CHECKER, &*CONTRACT);
        let story = json!({"aim": contract.clauses[aim % contract.clauses.len()].address, "side": SIDES[side]});
        let case = case(contract, &story);
        let mut exchange = exchange(&case, &story);
        exchange.elapsed = Duration::from_millis(millis);
        let headers = vec![(header, value.clone()), ("content-type".to_owned(), value)];
        exchange.reply = Ok(Reply { status, headers, body });
        for step in 0..3 {
            let seen = checker.look(&Sight { case: &case, step, exchange: &exchange, control: None, scope: &Value::Null });
            prop_assert!(seen.observed.is_sorted());
            prop_assert!(seen.findings.iter().all(|finding| !seen.observed.contains(&finding.clause)));
        }
    }
}

#[test]
fn a_refusal_for_what_is_not_documented_counts_only_where_the_control_is_accepted() {
    let story = json!({"reply": {"status": 400, "json": {"error": "no"}}});
    let mut case = case(&CONTRACT, &story);
    let exchange = exchange(&case, &story);
    let mut steps = case.steps.to_vec();
    let step = steps.len() - 1;
    steps[step].expect.unstated = StatusSet(vec!["400".to_owned(), "422".to_owned()]);
    case.steps = steps.into();
    let scope = variables();
    let look =
        |control| CHECKER.look(&Sight { case: &case, step, exchange: &exchange, control, scope: &scope });
    let unexpected = |seen: &Seen| seen.findings.iter().any(|one| one.check == "unexpected-status");
    for control in [None, Some(false)] {
        let seen = look(control);
        assert!(!unexpected(&seen), "{control:?}: {seen:?}");
        assert_eq!(seen.trouble.unwrap().code, "unstated", "{control:?}");
    }
    let seen = look(Some(true));
    assert!(unexpected(&seen), "{seen:?}");
    assert!(seen.trouble.is_none());
}

#[test]
fn without_a_promised_time_a_time_out_shows_nothing() {
    let story = json!({});
    let case = case(&CONTRACT, &story);
    let mut exchange = exchange(&case, &story);
    exchange.reply = Err(Lost::TimeOut(5));
    let step = case.steps.len() - 1;
    let look = |promised: bool| {
        let mut contract = contract();
        if !promised {
            contract.operations.iter_mut().for_each(|operation| operation.within = None);
        }
        let checker = Checker::new(Arc::new(contract), Arc::new(variables())).unwrap();
        let sight = Sight { case: &case, step, exchange: &exchange, control: None, scope: &Value::Null };
        let seen = checker.look(&sight);
        (seen.findings.len(), seen.trouble.map(|trouble| trouble.code))
    };
    assert_eq!(look(false), (0, Some("late".to_owned())));
    assert_eq!(look(true), (1, None));
}
