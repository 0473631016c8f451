//! Four runs that every report format is tried on, as event streams: everything kept; broken in several ways, with
//! texts that want to break the page; cut off; kept, but otherwise than its baseline says.

use std::collections::BTreeMap;

use countersign::model::{
    Baseline, CaseDifferences, CaseFinished, CaseId, CaseStarted, Clause, ClauseId, ClauseKind,
    ContractOutline, ContradictionOutline, Diff, DiffLine, DiffOp, DifferenceClass, DifferenceGroup,
    DifferenceKind, DifferenceWitness, Drawn, Effect, Event, Exit, Finding, FindingSite, Gap, Hand, Held,
    OneSided, OpId, OperationOutline, Origin, Part, PlanEnded, Published, RestoreReport, RunFinished,
    RunSettings, RunStarted, SequenceOutline, ShownExchange, ShownMessage, Side, Sides, Source, Trouble,
    VerdictStatus,
};
use countersign::report::Aggregate;
use countersign::text::{Place, Severity};
use serde_json::{Value, json};

pub(crate) const BOTH: Sides = Sides { accept: true, refuse: true, observe: false };
pub(crate) const ACCEPT: Sides = Sides { accept: true, refuse: false, observe: false };
pub(crate) const REFUSE: Sides = Sides { accept: false, refuse: true, observe: false };
pub(crate) const OBSERVE: Sides = Sides { accept: false, refuse: false, observe: true };

/// The runs, by name.
pub(crate) fn runs() -> Vec<(&'static str, Vec<Event>)> {
    vec![("kept", kept()), ("broken", broken()), ("interrupted", interrupted()), ("changed", changed())]
}

pub(crate) fn report(events: &[Event]) -> countersign::model::RunReport {
    let mut aggregate = Aggregate::new();
    for event in events {
        aggregate.event(event);
    }
    aggregate.report()
}

struct Outline(ContractOutline);

impl Outline {
    fn operation(&mut self, id: &str, title: &str, says: &str, method: &str, path: &str, effect: Effect) {
        self.0.operations.push(OperationOutline {
            id: id.into(),
            document: 0,
            title: title.into(),
            says: Some(says.into()),
            method: method.into(),
            path: path.into(),
            effect,
            secured: true,
            variables: Vec::new(),
        });
    }

    fn clause(&mut self, rest: &str, text: &str, kind: ClauseKind, sides: Sides, from: (&str, u32, &str)) {
        let operation = u32::try_from(self.0.operations.len()).unwrap() - 1;
        let address = format!("{}/{rest}", self.0.operations[operation as usize].id);
        self.push(address, text, Some(OpId(operation)), kind, sides, from);
    }

    fn push(
        &mut self,
        address: String,
        text: &str,
        operation: Option<OpId>,
        kind: ClauseKind,
        sides: Sides,
        (source, line, quote): (&str, u32, &str),
    ) {
        let place = Place {
            file: "contracts/roma-link-products.yaml".into(),
            line: 200 + 4 * u32::try_from(self.0.clauses.len()).unwrap(),
            col: 9,
        };
        let origin = if source == "convention" {
            Origin { place, published: Vec::new(), convention: Some(quote.into()) }
        } else {
            let published = Published { source: source.into(), line, quote: quote.into() };
            Origin { place, published: vec![published], convention: None }
        };
        let clause = Clause { address, text: text.into(), operation, kind, sides, origin, undecided: None };
        self.0.clauses.push(clause);
    }
}

fn limit(part: Part, at: &str, keyword: &str, limit: Value) -> ClauseKind {
    ClauseKind::Constraint {
        part,
        keyword: keyword.into(),
        path: format!("/{keyword}"),
        at: at.into(),
        limit,
    }
}

fn source(title: &str, document: &str, language: &str, updated: Option<&str>) -> Source {
    Source {
        title: title.into(),
        document: document.into(),
        url: None,
        language: Some(language.into()),
        updated: updated.map(Into::into),
    }
}

pub(crate) fn outline() -> ContractOutline {
    let mut made = Outline(ContractOutline {
        fingerprint: "5d1f0c5b0a9f3f1c2f6f8b8f3f0d4f7f3a1f6f2b9e8c7d6a5b4c3d2e1f0a9b8c".into(),
        titles: vec!["ROMA Connect LINK, products".into()],
        sources: vec![
            ("reset-zh".into(), source("重置产品鉴权信息", "001.txt", "zh", Some("2024-01-19"))),
            ("query-en".into(), source("Querying Product Authentication Information", "002.txt", "en", None)),
        ],
        ..ContractOutline::default()
    });
    query(&mut made);
    reset(&mut made);
    made.push(
        "sequence/a-reset-is-kept".into(),
        "A reset is stored and seen by the query",
        None,
        ClauseKind::Sequence { index: 0 },
        OBSERVE,
        ("reset-zh", 10, "重置产品的鉴权信息。"),
    );
    made.push(
        "sequence/a-reset-is-kept/the-new-name".into(),
        "The query answers the user name of the reset",
        None,
        ClauseKind::SequenceRule { index: 0, step: 1, rule: 0 },
        OBSERVE,
        ("convention", 0, "What was stored is what is read."),
    );
    made.0.sequences.push(SequenceOutline {
        name: "a-reset-is-kept".into(),
        document: 0,
        says: "A reset, and the query that sees it.".into(),
        steps: vec!["reset-product-authentication".into(), "query-product-authentication".into()],
    });
    made.0.contradictions.push(ContradictionOutline {
        between: countersign::model::Between::PagePage,
        name: "long-request-id".into(),
        says: "the example's request_id has 81 characters, the table allows 64".into(),
        sides: vec![
            Published {
                source: "query-en".into(),
                line: 56,
                quote: "Message ID. Minimum: 0 Maximum: 64".into(),
            },
            Published {
                source: "query-en".into(),
                line: 95,
                quote: "\"request_id\" : \"8536da93-1fa2-4dfc-a12c-14f9f7e0ddc7-1587384620443-…\"".into(),
            },
        ],
        concerns: vec![ClauseId(9)],
        taken: "An answer with a longer one is noted, not counted.".into(),
        undecided: true,
    });
    made.0.clauses[9].undecided = Some("long-request-id".into());
    made.0
}

fn query(made: &mut Outline) {
    made.operation(
        "query-product-authentication",
        "Query product authentication",
        "The user name and password with which the devices of a product sign in.",
        "GET",
        "/v2/{project_id}/link/instances/{instance_id}/products/{product_id}/authentication",
        Effect::Read,
    );
    let id = || Part::Parameter { index: 2 };
    let page =
        ("query-en", 28, "product_id | Yes | Integer | Product ID. Minimum: 0 Maximum: 99999999999999999");
    made.clause(
        "request/path/product_id/type",
        "product_id is an integer",
        limit(id(), "", "type", json!("integer")),
        BOTH,
        page,
    );
    made.clause(
        "request/path/product_id/minimum",
        "product_id is at least 0",
        limit(id(), "", "minimum", json!(0)),
        BOTH,
        page,
    );
    made.clause(
        "request/path/product_id/maximum",
        "product_id is at most 99999999999999999",
        limit(id(), "", "maximum", json!(99_999_999_999_999_999_u64)),
        BOTH,
        page,
    );
    made.clause(
        "request/path/product_id/unknown",
        "A product_id that nobody has is answered 404",
        ClauseKind::Unknown { index: 2 },
        REFUSE,
        ("query-en", 101, "ROMA.00110006 | 404 | Product not found."),
    );
    made.clause(
        "request/credential/token",
        "A request without a valid X-Auth-Token is answered 401 or 403",
        ClauseKind::Credential { index: 0 },
        REFUSE,
        ("convention", 0, "No page says how a request without a valid token is answered."),
    );
    let ok = || Part::ResponseBody { status: "200".into() };
    made.clause(
        "response/200",
        "A conforming request is answered 200",
        ClauseKind::Status { status: "200".into() },
        OBSERVE,
        ("query-en", 90, "Status code: 200 OK"),
    );
    made.clause(
        "response/200/body/user_name/required",
        "user_name is there",
        limit(ok(), "", "required", json!("user_name")),
        OBSERVE,
        ("query-en", 92, "{ \"user_name\" : \"4MjxbCl4q461\", \"password\" : \"*************\" }"),
    );
    made.clause(
        "response/200/body/user_name/maxLength",
        "user_name has at most 64 characters",
        limit(ok(), "/user_name", "maxLength", json!(64)),
        OBSERVE,
        ("query-en", 41, "Minimum: 0 Maximum: 64"),
    );
    made.clause(
        "response/200/undocumented-fields",
        "Answers with 200 have only documented fields",
        ClauseKind::UndocumentedFields { status: "200".into() },
        OBSERVE,
        ("convention", 0, "A field that no page names is worth knowing."),
    );
    made.clause(
        "response/404/body/request_id/maxLength",
        "request_id has at most 64 characters",
        limit(Part::ResponseBody { status: "404".into() }, "/request_id", "maxLength", json!(64)),
        OBSERVE,
        ("query-en", 56, "Message ID. Minimum: 0 Maximum: 64"),
    );
    made.clause(
        "response/within",
        "Every answer comes within 2 s",
        ClauseKind::Within,
        OBSERVE,
        ("convention", 0, "No page promises a time."),
    );
}

fn reset(made: &mut Outline) {
    made.operation(
        "reset-product-authentication",
        "Reset product authentication",
        "Sets a new user name and password, or makes them.",
        "PUT",
        "/v2/{project_id}/link/instances/{instance_id}/products/{product_id}/authentication",
        Effect::Replace,
    );
    let name = ("reset-zh", 96, "一型一密/一机一密的用户名，支持大小写字母、数字和中划线，长度10-50个字符。");
    made.clause(
        "request/body/json",
        "A body that is not JSON is refused",
        ClauseKind::BodyWellFormed,
        REFUSE,
        ("convention", 0, "A malformed body breaks every table of the page."),
    );
    made.clause(
        "request/body/user_name/type",
        "user_name is a string",
        limit(Part::RequestBody, "/user_name", "type", json!("string")),
        BOTH,
        name,
    );
    made.clause(
        "request/body/user_name/minLength",
        "user_name has at least 10 characters",
        limit(Part::RequestBody, "/user_name", "minLength", json!(10)),
        BOTH,
        name,
    );
    made.clause(
        "request/body/user_name/maxLength",
        "user_name has at most 50 characters",
        limit(Part::RequestBody, "/user_name", "maxLength", json!(50)),
        BOTH,
        name,
    );
    made.clause(
        "request/body/user_name/optional",
        "user_name may be left out",
        ClauseKind::Optional { part: Part::RequestBody, at: "/user_name".into() },
        ACCEPT,
        name,
    );
    made.clause(
        "request/body/password/digit/pattern",
        "password has at least one digit",
        limit(Part::RequestBody, "/password", "pattern", json!("[0-9]")),
        BOTH,
        ("reset-zh", 110, "至少1个数字,1个大写字母,1个小写字母,1个特殊字符"),
    );
    made.clause(
        "response/400",
        "A request that breaks a constraint is answered 400",
        ClauseKind::Status { status: "400".into() },
        OBSERVE,
        ("reset-zh", 190, "状态码： 400 Bad Request"),
    );
    made.clause(
        "response/400/body/error_code/maxLength",
        "error_code has at most 64 characters",
        limit(Part::ResponseBody { status: "400".into() }, "/error_code", "maxLength", json!(64)),
        OBSERVE,
        ("reset-zh", 160, "最大长度:64"),
    );
    made.clause(
        "response/secrets",
        "No password or token comes back where no page documents it",
        ClauseKind::Secrets,
        OBSERVE,
        ("convention", 0, "A password or token comes back only where a page documents it."),
    );
    made.clause(
        "example/documented",
        "The documented request is answered as documented",
        ClauseKind::Example { index: 0 },
        ACCEPT,
        (
            "reset-zh",
            200,
            "{ \"user_name\" : \"4F49B62DD19D46F296AD497C7E81B52E\", \"password\" : \"**********\" }",
        ),
    );
    made.clause(
        "rule/answers-the-new-name",
        "body.user_name == request.body.user_name",
        ClauseKind::Rule { index: 0 },
        OBSERVE,
        name,
    );
}

pub(crate) fn started(target: &str) -> Event {
    Event::RunStarted(Box::new(RunStarted {
        run: "20261122T090000Z-4f1c".into(),
        version: "0.1.0".into(),
        started: "2026-11-22T09:00:00Z".into(),
        settings: RunSettings {
            target: target.into(),
            contracts: vec!["contracts/roma-link-products.yaml".into()],
            environment: Some("mock".into()),
            replay_with: format!(" contracts/roma-link-products.yaml --target {target} --env mock"),
            seed: 0,
            jobs: 8,
            rate: None,
            repeat: 1,
            select: None,
            writes: true,
            fail_on: Severity::Error,
            ..RunSettings::default()
        },
        contract: outline(),
        merged: Vec::new(),
        baseline: None,
    }))
}

pub(crate) fn finished(code: u8, name: &str, because: &str) -> Event {
    Event::RunFinished(RunFinished {
        finished: "2026-11-22T09:00:01Z".into(),
        millis: 1234,
        exit: Exit { code, name: name.into(), because: because.into() },
    })
}

pub(crate) fn exchange(status: &str, sent: &str, body: &str, micros: u64) -> ShownExchange {
    let path = "/v2/0a1b/link/instances/f00d/products/1000018/authentication";
    let payload = if sent.is_empty() { String::new() } else { format!(" --data-raw '{sent}'") };
    let (operation, method) = if sent.is_empty() { ("query", "GET") } else { ("reset", "PUT") };
    ShownExchange {
        operation: format!("{operation}-product-authentication"),
        request: ShownMessage {
            line: format!("{method} {path}"),
            headers: vec![
                ("x-auth-token".into(), "‹token›".into()),
                ("content-type".into(), "application/json".into()),
            ],
            body: sent.into(),
            bytes: sent.len() as u64,
        },
        reply: ShownMessage {
            line: status.into(),
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.into(),
            bytes: body.len() as u64,
        },
        curl: format!("curl -sS -i -X {method} \"$TARGET\"{path} -H 'X-Auth-Token: ‹token›'{payload}"),
        micros,
        attempts: 1,
        control: None,
    }
}

/// A case that keeps everything.
pub(crate) fn case(order: u64, clause: u32, side: Side, why: &str) -> CaseFinished {
    let operation = OpId(u32::from(clause > 10));
    let body = "{\n  \"user_name\": \"4MjxbCl4q461\",\n  \"password\": \"*************\"\n}";
    let sent = if clause > 10 { "{\"user_name\":\"cs-0000000001\"}" } else { "" };
    let exchange = match side {
        Side::Refuse => {
            exchange("400 Bad Request", sent, "{\n  \"error_code\": \"SCB.00000000\"\n}", 900 + order * 40)
        }
        _ => exchange("200 OK", sent, body, 700 + order * 40),
    };
    CaseFinished {
        case: CaseId(format!("{:016x}", 0x51ab_3f00_0000_0000_u64 + order * 0x0101_0101)),
        order,
        round: 0,
        clause: ClauseId(clause),
        side,
        operation,
        generator: "bounds".into(),
        why: why.into(),
        status: VerdictStatus::Kept,
        findings: Vec::new(),
        trouble: None,
        observed: match (side, clause > 10) {
            (Side::Refuse, true) => [17, 18, 19].map(ClauseId).to_vec(),
            (Side::Refuse, false) => [9, 10].map(ClauseId).to_vec(),
            (_, true) => vec![ClauseId(19), ClauseId(21)],
            (_, false) => [5, 6, 7, 8, 10].map(ClauseId).to_vec(),
        },
        micros: exchange.micros,
        exchanges: vec![exchange],
        held: None,
    }
}

pub(crate) fn finding(
    clause: u32,
    check: &str,
    summary: &str,
    site: FindingSite,
    expected: &str,
    actual: &str,
) -> Finding {
    Finding {
        clause: ClauseId(clause),
        check: check.into(),
        severity: Severity::Error,
        summary: summary.into(),
        site,
        expected: expected.into(),
        actual: actual.into(),
        diff: None,
        step: 0,
        answer: None,
        repeated: None,
    }
}

/// One case for every side of every clause.
fn cases() -> Vec<CaseFinished> {
    let mut cases = Vec::new();
    for (index, clause) in (0u32..).zip(&outline().clauses) {
        let order = |cases: &Vec<_>| cases.len() as u64;
        let text = clause.text.clone();
        if clause.sides.accept {
            cases.push(case(order(&cases), index, Side::Accept, &format!("on the bound: {text}")));
        }
        if clause.sides.refuse {
            cases.push(case(order(&cases), index, Side::Refuse, &format!("one past it: {text}")));
        }
        if clause.sides.observe && matches!(clause.kind, ClauseKind::Sequence { .. }) {
            let mut sequence = case(order(&cases), index, Side::Observe, "the steps in order");
            sequence.observed.push(ClauseId(index + 1));
            sequence.exchanges.push(exchange("200 OK", "", "{\n  \"user_name\": \"cs-0000000001\"\n}", 650));
            cases.push(sequence);
        }
    }
    cases
}

fn stream(target: &str, cases: Vec<CaseFinished>) -> Vec<Event> {
    let mut events = vec![started(target)];
    for case in cases {
        events.push(Event::CaseStarted(CaseStarted { case: case.case.clone() }));
        events.push(Event::CaseFinished(Box::new(case)));
    }
    events
}

pub(crate) fn kept() -> Vec<Event> {
    let mut events = stream("mock", cases());
    events.push(Event::Restored(RestoreReport {
        name: "authentication".into(),
        says: "the product's user name and password".into(),
        done: true,
        failed: false,
        because: None,
    }));
    events.push(finished(0, "kept", ""));
    events
}

/// A text that wants out of wherever it is put.
pub(crate) const INJECTION: &str =
    "</script><img src=x onerror=\"document.title='owned'\"><!--{{script}} ]]> & \u{2028} \u{1b}[2J \u{202e}";

#[expect(clippy::too_many_lines, reason = "one defect after the other")]
pub(crate) fn broken() -> Vec<Event> {
    let mut cases = cases();
    let at = |cases: &Vec<CaseFinished>, clause: u32, side: Side| {
        cases.iter().position(|case| case.clause == ClauseId(clause) && case.side == side).unwrap()
    };
    let worse = |case: &mut CaseFinished, found: Finding, reply: ShownExchange| {
        case.status =
            if found.severity == Severity::Error { VerdictStatus::Broken } else { VerdictStatus::Kept };
        case.observed.retain(|clause| *clause != found.clause);
        case.findings.push(found);
        case.exchanges = vec![reply];
    };
    let long = "用户名".repeat(17);
    let body = format!("{{\n  \"user_name\": \"{long}\",\n  \"password\": \"*************\"\n}}");
    let here = at(&cases, 14, Side::Refuse);
    worse(
        &mut cases[here],
        finding(14, "expected-status", "answered 200, expected 400", FindingSite::Status, "400", "200"),
        exchange("200 OK", &format!("{{\"user_name\":\"{long}\"}}"), &body, 1_900),
    );
    let here = at(&cases, 13, Side::Refuse);
    worse(
        &mut cases[here],
        finding(13, "expected-status", "answered 200, expected 400", FindingSite::Status, "400", "200"),
        exchange("200 OK", "{\"user_name\":\"cs-000000\"}", &body, 1_400),
    );
    let here = at(&cases, 15, Side::Accept);
    let mut name = finding(
        21,
        "rule",
        "👩‍👩‍👧 body.user_name is \"别的名字\", expected \"cs-0000000001\"",
        FindingSite::Body("/user_name".into()),
        "cs-0000000001",
        &format!("别的名字 {INJECTION}"),
    );
    let line = |op, text: &str| DiffLine { op, text: text.into() };
    name.diff = Some(Diff {
        lines: vec![
            line(DiffOp::Same, "{"),
            line(DiffOp::Expected, "  \"user_name\": \"cs-0000000001\","),
            line(DiffOp::Actual, &format!("  \"user_name\": \"别的名字 {INJECTION}\",")),
            line(DiffOp::Gap, "12 lines"),
            line(DiffOp::Same, "}"),
        ],
    });
    worse(
        &mut cases[here],
        name,
        exchange("200 OK", "{}", &format!("{{\"user_name\": \"{INJECTION}\"}}"), 2_000),
    );
    let here = at(&cases, 0, Side::Accept);
    let mut drift = finding(
        8,
        "undocumented-field",
        "last_updated is in no table",
        FindingSite::Body("/last_updated".into()),
        "no such field",
        "\"2026-11-22\"",
    );
    drift.severity = Severity::Warning;
    let huge = format!("{{\n  \"rows\": \"{}…\"\n}}\n… 1 MiB more", "x".repeat(6_000));
    let mut reply = exchange("200 OK", "", &huge, 1_950_000);
    reply.reply.bytes = 1_054_720;
    worse(&mut cases[here], drift, reply);
    for order in [3usize, 5] {
        let mut noted = finding(
            9,
            "body",
            "request_id has 81 characters, at most 64",
            FindingSite::Body("/request_id".into()),
            "at most 64 characters",
            "81 characters",
        );
        noted.severity = Severity::Note;
        cases[order].findings.push(noted);
        cases[order].observed.retain(|clause| *clause != ClauseId(9));
    }
    let here = at(&cases, 16, Side::Accept);
    cases[here].status = VerdictStatus::Inconclusive;
    cases[here].trouble =
        Some(Trouble { code: "lost".into(), says: "the connection was reset before an answer came".into() });
    cases[here].observed.clear();
    cases[here].exchanges = vec![exchange("connection reset by peer", "{}", "", 30_000)];
    cases.retain(|case| case.clause != ClauseId(22) && case.clause != ClauseId(11));
    cases.retain(|case| case.clause != ClauseId(16) || case.side == Side::Accept);

    let mut events = stream("http://localhost:8080", cases);
    let gap = |clause, side, because: &str| {
        Event::NotExercised(Gap { clause: ClauseId(clause), side, because: because.into() })
    };
    events.insert(1, gap(16, Side::Refuse, "writes are not allowed"));
    events.insert(1, gap(11, Side::Refuse, "writes are not allowed"));
    events.insert(1, gap(22, Side::Observe, "the variable `other_product_id` is not given"));
    events.push(Event::Restored(RestoreReport {
        name: "authentication".into(),
        says: "the product's user name and password".into(),
        done: false,
        failed: true,
        because: Some("the target answered 500".into()),
    }));
    events
        .push(Event::Troubled(Trouble { code: "retried".into(), says: "3 requests were sent twice".into() }));
    events.push(finished(0, "kept", ""));
    events
}

/// Every clause is kept, and answers are others than in the baseline: changed in two ways, new, gone.
pub(crate) fn changed() -> Vec<Event> {
    let mut cases = cases();
    let name =
        |case: &CaseFinished| (case.case.clone(), outline().operations[case.operation.0 as usize].id.clone());
    let mut known: BTreeMap<CaseId, String> = cases.iter().skip(1).map(name).collect();
    known.insert(CaseId("00000000000000a0".into()), "query".into());
    for case in &mut cases {
        case.held = Some(Held::Same);
    }
    cases[0].held = Some(Held::New);
    for order in [2, 3, 5] {
        let case = &mut cases[order];
        let witness = DifferenceWitness {
            case: case.case.clone(),
            why: case.why.clone(),
            clause: "a/b".into(),
            step: 0,
            sent: "GET /v2/{id}".into(),
        };
        let value = |text: &str| Some(format!("\"{text}\""));
        let group = |class, kind, place: &str| DifferenceGroup {
            class,
            kind,
            operation: "query".into(),
            status: [Some(200), Some(200)],
            place: place.to_owned().into(),
            left: value("行政 😀"),
            right: value(&format!("行為 {INJECTION}")),
            breaks: Vec::new(),
            cases: 1,
            witnesses: vec![witness.clone()],
            words: vec![
                (DiffOp::Same, "行".into()),
                (DiffOp::Expected, "政 😀".into()),
                (DiffOp::Actual, format!("為 {INJECTION}")),
            ],
        };
        let mut gone = group(DifferenceClass::Breaking, DifferenceKind::Removed, "/user_name");
        (gone.right, gone.words) = (None, Vec::new());
        gone.breaks = vec![
            OneSided { side: Hand::Left, clause: "a/b".into(), summary: String::new() },
            OneSided {
                side: Hand::Right,
                clause: "a/c".into(),
                summary: format!("`user_name` is missing {INJECTION}"),
            },
        ];
        let other = group(DifferenceClass::Compatible, DifferenceKind::Changed, "/name");
        let line = |op, text: &str| DiffLine { op, text: text.into() };
        let diff = Diff {
            lines: vec![
                line(DiffOp::Same, "{"),
                line(DiffOp::Expected, "  \"name\": \"行政 😀\","),
                line(DiffOp::Actual, &format!("  \"name\": \"行為 {INJECTION}\",")),
                line(DiffOp::Same, "}"),
            ],
        };
        let answers = vec![Drawn { case: case.case.clone(), step: 0, diff }];
        let differences = if order == 2 { vec![gone, other] } else { vec![other] };
        case.held = Some(Held::Changed(CaseDifferences { differences, answers, left_out: 0 }));
    }
    let plan = PlanEnded { cases: cases.len() as u64, share: cases.len() as u64, ..PlanEnded::default() };
    let mut events = stream("mock", cases);
    if let Some(Event::RunStarted(started)) = events.first_mut() {
        started.baseline = Some(Baseline { folder: "baseline".into(), cases: known });
    }
    events.push(Event::PlanEnded(plan));
    events.push(finished(0, "kept", ""));
    events
}

pub(crate) fn interrupted() -> Vec<Event> {
    let mut events = stream("http://localhost:8080", cases());
    events.truncate(20);
    events
}
