//! The plan of the two contracts, and of small ones for what those two do not have.
//!
//! `UPDATE_GOLDEN=1 cargo test --test plan` writes the golden files anew.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]
#![expect(clippy::disallowed_methods, reason = "golden files are read and written here")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::conform::Judge;
use countersign::load;
use countersign::model::{
    Answers, Case, ClauseKind, Contract, Gap, Location, Mode, Part, Planned, Request, RequestBody, Side,
};
use countersign::plan::{Options, Plan, Select, cases_for, explain, render};
use serde_json::{Value, json};

fn contract(name: &str) -> Arc<Contract> {
    let loaded = load::load(&[PathBuf::from(format!("contracts/{name}.yaml"))]);
    Arc::new(loaded.contract.unwrap_or_else(|| panic!("{name}: {:?}", loaded.diagnostics)))
}

fn small(text: &str) -> Arc<Contract> {
    let loaded = load::load_texts(vec![("small.yaml".to_owned(), format!("countersign: 1\n{text}"))]);
    Arc::new(loaded.contract.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)))
}

fn variables() -> Arc<Value> {
    let environment = load::environment(Path::new("environments/mock.yaml"), &|_| None).unwrap();
    Arc::new(json!(environment.variables))
}

fn plan(contract: &Arc<Contract>, variables: &Arc<Value>, options: Options) -> (Vec<Case>, Vec<Gap>) {
    let (mut cases, mut gaps) = (Vec::new(), Vec::new());
    for planned in Plan::new(Arc::clone(contract), Arc::clone(variables), options) {
        match planned {
            Planned::Case(case) => cases.push(*case),
            Planned::Gap(gap) => gaps.push(gap),
        }
    }
    (cases, gaps)
}

fn whole(name: &str) -> (Arc<Contract>, Vec<Case>, Vec<Gap>) {
    let contract = contract(name);
    let (cases, gaps) = plan(&contract, &variables(), Options::default());
    (contract, cases, gaps)
}

const BOTH: [&str; 2] = ["roma-link-products", "ddm-accounts"];

#[test]
fn no_side_of_a_clause_is_silently_missing() {
    for name in BOTH {
        let (contract, cases, gaps) = whole(name);
        let mut served: BTreeSet<_> = cases.iter().map(|case| (case.clause, case.side)).collect();
        served.extend(gaps.iter().map(|gap| (gap.clause, gap.side)));
        for (id, clause) in contract.clauses() {
            for (side, there) in [(Side::Accept, clause.sides.accept), (Side::Refuse, clause.sides.refuse)] {
                assert!(!there || served.contains(&(id, side)), "{} {}", clause.address, side.word());
            }
        }
        assert_eq!(gaps, [], "with every variable given nothing is left out");
    }
}

#[test]
fn without_a_variable_what_needs_it_is_a_gap_that_names_it() {
    let contract = contract("roma-link-products");
    let mut known = variables().as_object().unwrap().clone();
    known.remove("other_product_id");
    known.remove("taken_product_name");
    let (_, gaps) = plan(&contract, &Arc::new(Value::Object(known)), Options::default());
    let gaps: BTreeMap<&str, &str> =
        gaps.iter().map(|gap| (contract.clause(gap.clause).address.as_str(), gap.because.as_str())).collect();
    let expected = BTreeMap::from([
        ("modify-product/case/name-of-another-product", "needs the variable `taken_product_name`"),
        ("sequence/a-reset-touches-no-other-product", "needs the variable `other_product_id`"),
        ("sequence/a-reset-touches-no-other-product/unchanged", "needs the variable `other_product_id`"),
    ]);
    assert_eq!(gaps, expected);

    let (cases, gaps) = plan(&contract, &Arc::new(json!({})), Options::default());
    assert_eq!(cases.len(), 0);
    assert!(gaps.iter().all(|gap| gap.because.starts_with("needs the variable")), "{gaps:?}");
}

#[test]
fn ids_are_unique_and_depend_on_neither_seed_nor_variables() {
    for name in BOTH {
        let (contract, cases, _) = whole(name);
        let ids: BTreeSet<_> = cases.iter().map(|case| case.id.clone()).collect();
        assert_eq!(ids.len(), cases.len(), "{name}");
        let mut other = variables().as_object().unwrap().clone();
        other.insert("product_id".to_owned(), json!("77"));
        other.insert("token".to_owned(), json!("another"));
        let options = Options { seed: 7, ..Options::default() };
        let (shuffled, _) = plan(&contract, &Arc::new(Value::Object(other)), options);
        assert_eq!(ids, shuffled.iter().map(|case| case.id.clone()).collect::<BTreeSet<_>>(), "{name}");
    }
}

/// Where a case stands in the order of passes.
fn rank(case: &Case) -> u8 {
    match case.footprint[0].mode {
        Mode::Read => 0,
        Mode::Refused => 1,
        Mode::Exclusive if case.destroys => 4,
        Mode::Exclusive if case.generator == "sequences" => 3,
        Mode::Exclusive => 2,
    }
}

#[test]
fn reads_come_first_then_refusals_writes_sequences_removals() {
    for (name, seed) in BOTH.into_iter().flat_map(|name| [(name, 0), (name, 1), (name, 2)]) {
        let contract = contract(name);
        let (cases, _) = plan(&contract, &variables(), Options { seed, ..Options::default() });
        assert!(cases.is_sorted_by_key(rank), "{name}, seed {seed}");
        for case in &cases {
            let refused = case.steps.iter().all(|step| step.expect.answers == Answers::Refused);
            let reads = case.steps.iter().all(|step| step.request.method == "GET");
            match rank(case) {
                0 => assert!(reads && !case.writes, "{}", case.why),
                1 => assert!(refused, "{}", case.why),
                _ => {}
            }
            assert_eq!(case.writes, !reads, "{}", case.why);
        }
    }
}

#[test]
fn a_seed_shuffles_and_is_deterministic() {
    let contract = contract("roma-link-products");
    let order = |seed| {
        let (cases, _) = plan(&contract, &variables(), Options { seed, ..Options::default() });
        cases.into_iter().map(|case| case.id).collect::<Vec<_>>()
    };
    assert_eq!(order(3), order(3));
    assert_ne!(order(3), order(4));
    assert_ne!(order(3), order(0));
}

#[test]
fn repeated_rounds_are_the_same_and_gaps_are_told_once() {
    let contract = contract("ddm-accounts");
    let (once, _) = plan(&contract, &variables(), Options::default());
    let (thrice, gaps) = plan(&contract, &variables(), Options { repeat: 3, ..Options::default() });
    assert_eq!(thrice.len(), 3 * once.len());
    assert_eq!(gaps.len(), 0);
    for (at, case) in thrice.iter().enumerate() {
        let first = &once[at % once.len()];
        assert_eq!((&case.id, case.round as usize), (&first.id, at / once.len()));
        assert_eq!(case.steps[0].request, first.steps[0].request);
    }
}

#[test]
fn a_selection_selects_and_an_empty_one_ends() {
    let contract = contract("roma-link-products");
    let select = |text: &str| {
        let select = Some(Select::parse(text).unwrap());
        plan(&contract, &variables(), Options { select, repeat: 2, ..Options::default() }).0
    };
    assert_eq!(select("nothing/**").len(), 0);
    let all = select("**");
    let one = select(&format!("case:{}", &all[10].id.0[..10]));
    assert_eq!(one.iter().map(|case| &case.id).collect::<Vec<_>>(), [&all[10].id, &all[10].id]);
    let bounds = select("reset-*/request/body/** & generator:bounds & side:refuse");
    assert!(
        !bounds.is_empty()
            && bounds.iter().all(|case| case.generator == "bounds" && case.side == Side::Refuse)
    );
}

#[test]
fn the_cases_of_one_clause_are_those_of_the_plan() {
    let (contract, cases, _) = whole("roma-link-products");
    for (id, clause) in contract.clauses() {
        let alone: BTreeSet<String> = cases_for(&contract, &variables(), id)
            .into_iter()
            .map(|planned| match planned {
                Planned::Case(case) => case.id.0,
                Planned::Gap(gap) => panic!("{}: {}", clause.address, gap.because),
            })
            .collect();
        let planned = cases.iter().filter(|case| case.clause == id).map(|case| case.id.0.clone()).collect();
        assert_eq!(alone, planned, "{}", clause.address);
    }
}

/// The breaches of all parts of a request, as evaluation paths with the part they belong to.
fn breaches(contract: &Contract, case: &Case, request: &Request) -> Vec<(Part, String)> {
    let operation = contract.operation(case.steps[0].operation);
    let mut found = Vec::new();
    for (index, parameter) in operation.parameters.iter().enumerate() {
        if parameter.location == Location::Path {
            let (_, value) = request.path_values.iter().find(|(name, _)| *name == parameter.name).unwrap();
            let judge = Judge::new(&parameter.schema).unwrap();
            found.extend(
                judge.breaches(value).into_iter().map(|breach| (Part::Parameter { index }, breach.path)),
            );
        }
    }
    for (index, security) in operation.security.iter().enumerate() {
        let value = request.headers.iter().find(|(name, _)| *name == security.name);
        if let (Some(schema), Some((_, value))) = (&security.schema, value) {
            let judge = Judge::new(schema).unwrap();
            let breaches = judge.breaches(&json!(value));
            found.extend(breaches.into_iter().map(|breach| (Part::Credential { index }, breach.path)));
        }
    }
    if let (Some(body), Some(RequestBody::Json(value))) = (&operation.body, &request.body) {
        let judge = Judge::new(&body.schema).unwrap();
        found.extend(judge.breaches(value).into_iter().map(|breach| (Part::RequestBody, breach.path)));
    }
    found
}

#[test]
fn a_case_breaks_exactly_its_clause_or_nothing() {
    for name in BOTH {
        let (contract, cases, _) = whole(name);
        for case in cases.iter().filter(|case| contract.clause(case.clause).operation.is_some()) {
            let clause = contract.clause(case.clause);
            let found = breaches(&contract, case, &case.steps[0].request);
            match &clause.kind {
                ClauseKind::Constraint { part, path, .. } if case.side == Side::Refuse => {
                    assert!(!found.is_empty(), "{}: {} breaks nothing", clause.address, case.why);
                    for breach in found {
                        assert_eq!(breach, (part.clone(), path.clone()), "{}: {}", clause.address, case.why);
                    }
                }
                // An empty credential is its own clause, though the shortest length forbids it too.
                ClauseKind::Credential { .. } if case.why.contains("empty") => {}
                // -1 is outside on one page and not on the other.
                _ => assert_eq!(found, [], "{}: {}", clause.address, case.why),
            }
        }
    }
}

#[test]
fn passwords_have_nothing_but_what_the_page_names() {
    let (_, cases, _) = whole("roma-link-products");
    let mut seen = 0;
    for step in cases.iter().flat_map(|case| case.steps.iter()) {
        let Some(RequestBody::Json(body)) = &step.request.body else { continue };
        if let Some(password) = body["password"].as_str() {
            seen += 1;
            let named = |c: char| c.is_ascii_alphanumeric() || "-~!@#$%^&*()_=+|[{}];:<>/?".contains(c);
            assert!(password.chars().all(named) || password == "too short", "{password}");
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn a_name_that_must_be_unique_is_another_in_each_case() {
    let (contract, cases, _) = whole("roma-link-products");
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.side != Side::Refuse && case.generator != "sequences") {
        if let Some(RequestBody::Json(body)) = &case.steps[0].request.body
            && let Some(name) = body["name"].as_str()
        {
            names.entry(name.to_owned()).or_default().push(format!(
                "{} {}",
                contract.clause(case.clause).address,
                case.why
            ));
        }
    }
    assert!(names.len() > 20);
    for (name, whys) in names {
        assert_eq!(whys.len(), 1, "{name}: {whys:?}");
        assert!(name.starts_with("cs-") || name.len() > 12, "{name}: {whys:?}");
    }
}

#[test]
fn a_success_is_what_the_contract_documents_as_one() {
    let contract = small(
        r"
title: Places
operations:
  moved: { request: GET /moved, convention: usual, responses: { 302: { says: Elsewhere }, 404: { says: Nothing } } }
  any: { request: GET /any, convention: usual, responses: { default: { says: Something } } }
  never: { request: GET /never, convention: usual, parameters: { n: { in: query, schema: { maxLength: 3 } } }, responses: { 404: { says: Nothing } } }
  steady: { request: GET /steady, convention: usual, steady: true, responses: { 4XX: { says: Nothing } } }
",
    );
    let (cases, gaps) = plan(&contract, &Arc::new(json!({})), Options::default());
    let mut expected: Vec<String> = cases
        .iter()
        .map(|case| format!("{} {}", case.steps[0].request.path, case.steps[0].expect.status))
        .collect();
    expected.dedup();
    assert_eq!(expected, ["/moved 302"], "an operation without parameters has no other case");
    let gaps: Vec<String> =
        gaps.iter().map(|gap| format!("{}: {}", contract.clause(gap.clause).address, gap.because)).collect();
    assert!(gaps.contains(&"never/request/query/n/maxLength: the contract documents no success".to_owned()));
    assert!(
        gaps.iter().any(|gap| gap.starts_with("steady/") && gap.ends_with("documents no success")),
        "{gaps:?}"
    );
}

#[test]
fn the_contract_says_whether_a_request_writes_and_a_declared_header_is_sent_once() {
    let contract = small(
        r"
title: Search
defaults: { other_methods: { status: 405, convention: usual } }
operations:
  search:
    request: POST /search
    effect: read
    convention: usual
    parameters:
      Accept: { in: header, required: true, schema: { const: application/xml } }
    body: { required: true, schema: { type: object, properties: { word: { type: string } } } }
    responses: { 200: { says: Found } }
",
    );
    let (cases, _) = plan(&contract, &Arc::new(json!({})), Options::default());
    for case in &cases {
        let request = &case.steps[0].request;
        assert_eq!(
            case.writes,
            !matches!(request.method.as_str(), "POST" | "GET" | "HEAD" | "OPTIONS"),
            "{}",
            case.why
        );
        let accepts: Vec<&str> = request
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("accept"))
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(accepts.len(), usize::from(case.why != "without Accept"), "{}: {accepts:?}", case.why);
    }
    assert!(cases.iter().any(|case| case.writes) && cases.iter().any(|case| !case.writes));
}

const NOTES: &str = r"
title: Notes
defaults: { refused: { status: 400, convention: usual } }
operations:
  add:
    request: POST /notes
    convention: usual
    body:
      unique: [/name]
      schema: { type: object, required: [name, kind], properties: { name: { type: string, maxLength: 40 }, kind: { type: string }, key: { type: string, format: uuid } } }
    responses: { 201: { says: Created, schema: { type: object, properties: { id: { type: string } } } } }
sequences:
  two-notes:
    convention: usual
    steps:
      - { operation: add, as: first, capture: { id: $.id } }
      - { operation: add }
      - { operation: add, body: { kind: '{{ captured.id }}' } }
      - { operation: add, body: { name: { generate: kept } } }
      - { operation: add, body: { name: { generate: kept } }, expect: 409 }
";

/// For each case the names and the kinds that its steps send.
fn notes(contract: &Contract, cases: &[Case]) -> Vec<(Vec<String>, Vec<String>)> {
    let mut scope = variables().as_object().unwrap().clone();
    scope.insert("captured".to_owned(), json!({"id": "7"}));
    let scope = Value::Object(scope);
    let of = |case: &Case| {
        let bodies = case.steps.iter().filter_map(|step| {
            let late = step.late.as_ref();
            let request = late.map_or_else(
                || step.request.clone(),
                |parts| render(contract, step.operation, parts, &scope, &step.salt).unwrap(),
            );
            request.body?.json().cloned()
        });
        let text = |body: &Value, name: &str| body[name].as_str().unwrap_or_default().to_owned();
        bodies.map(|body| (text(&body, "name"), text(&body, "kind"))).unzip()
    };
    cases.iter().map(of).collect()
}

#[test]
fn unique_values_are_new_in_each_step_run_and_round_and_nothing_else_is() {
    let contract = small(NOTES);
    let made = |fresh: &str| {
        let options = Options { repeat: 2, ..Options::default() };
        let plan = Plan::new(Arc::clone(&contract), variables(), options).fresh(fresh);
        let cases = plan.filter_map(|planned| match planned {
            Planned::Case(case) => Some(*case),
            Planned::Gap(_) => None,
        });
        cases.collect::<Vec<_>>()
    };
    let (one, other) = (made("one"), made("other"));
    let ids = |cases: &[Case]| cases.iter().map(|case| case.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&one), ids(&other));
    assert_eq!(ids(&one[..one.len() / 2]), ids(&one[one.len() / 2..]), "both rounds have the same cases");
    let (one, other) = (notes(&contract, &one), notes(&contract, &other));
    let of_sequence = |cases: &[(Vec<String>, Vec<String>)]| {
        cases.iter().find(|(names, _)| names.len() > 1).cloned().unwrap().0
    };
    let names = of_sequence(&one);
    assert_eq!(names[3], names[4], "what has the same name has the same value");
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 4, "{names:?}");
    let unique = |cases: &[(Vec<String>, Vec<String>)]| {
        let names = cases.iter().flat_map(|(names, _)| names).filter(|name| name.starts_with("cs-"));
        names.cloned().collect::<BTreeSet<_>>()
    };
    assert!(unique(&one).is_disjoint(&unique(&other)));
    let half = one.len() / 2;
    assert!(unique(&one[..half]).is_disjoint(&unique(&one[half..])), "rounds share a name");
    assert!(unique(&one[..half]).len() > 5);
    let kinds = |cases: &[(Vec<String>, Vec<String>)]| {
        cases.iter().map(|(_, kinds)| kinds.clone()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&one), kinds(&other));
    assert_eq!(kinds(&one[..half]), kinds(&one[half..]));
}

#[test]
fn late_steps_are_rendered_with_what_was_captured() {
    let contract = contract("roma-link-products");
    let restore = &contract.restores[0].after[0];
    let mut scope = variables().as_object().unwrap().clone();
    let error =
        render(&contract, restore.operation, &restore.request, &Value::Object(scope.clone()), &"x".into());
    assert_eq!(error.unwrap_err().because, "needs the variable `captured`");
    scope.insert(
        "captured".to_owned(),
        json!({"user_name": "old-user-name", "password": "Old-Password-2024"}),
    );
    let request =
        render(&contract, restore.operation, &restore.request, &Value::Object(scope), &"x".into()).unwrap();
    let body = json!({"user_name": "old-user-name", "password": "Old-Password-2024"});
    assert_eq!(request.body, Some(RequestBody::Json(body)));
    assert_eq!(request.method, "PUT");
    assert!(request.path.ends_with("/products/120671/authentication"), "{}", request.path);
}

#[test]
fn the_parts_of_a_request_are_written_as_their_places_ask() {
    let contract = small(
        r"
title: Things
variables: { token: { secret: true }, thing: {} }
security: { token: { in: header, name: Authorization, value: 'Bearer {{token}}', refused: { status: 401, convention: usual }, convention: usual } }
defaults: { refused: { status: 400, convention: usual } }
operations:
  list:
    request: GET /things/{thing}
    effect: read
    convention: usual
    parameters:
      thing: { in: path, schema: { type: string, minLength: 3 }, value: '{{thing}}', unknown: { status: 404, convention: usual } }
      limit: { in: query, required: false, schema: { type: integer, minimum: 1, maximum: 100 } }
      mode: { in: query, required: true, schema: { enum: [slow, fast] } }
      X-Trace: { in: header, required: false, schema: { type: string, format: uuid } }
      session: { in: cookie, required: false, schema: { type: string, pattern: '^[a-f]+$' } }
    responses: { 200: { says: OK } }
",
    );
    let variables = Arc::new(json!({"token": "abc-123", "thing": "ä b/c"}));
    let (cases, gaps) = plan(&contract, &variables, Options::default());
    assert_eq!(gaps, []);
    let find = |address: &str, why: &str| {
        let id = contract.clause_at(address).unwrap_or_else(|| panic!("no {address}"));
        let found = cases.iter().find(|case| case.clause == id && case.why == why);
        let known: Vec<_> = cases.iter().filter(|case| case.clause == id).map(|case| &case.why).collect();
        found.unwrap_or_else(|| panic!("{address}: {known:?}"))
    };
    let least = &find("list/response/200", "with nothing that may be left out").steps[0].request;
    assert_eq!(least.path, "/things/%C3%A4%20b%2Fc");
    assert_eq!(least.query, [("mode".to_owned(), "slow".to_owned())]);
    assert_eq!(least.headers[1..], [("Authorization".to_owned(), "Bearer abc-123".to_owned())]);
    let most = &find("list/response/200", "with everything that the contract names").steps[0].request;
    assert_eq!(most.query.len(), 2);
    assert_eq!(most.headers.len(), 4);
    let wrong = &find("list/request/credential/Authorization", "with a wrong Authorization").steps[0]
        .request
        .headers[1]
        .1;
    assert!(wrong.starts_with("Bearer ") && wrong != "Bearer abc-123", "{wrong}");
    assert!(!wrong.contains("abc-123"));
    let short = find("list/request/path/thing/minLength", "thing of 2 characters");
    assert_eq!(short.steps[0].expect.status.to_string(), "400");
    let on = find("list/request/path/thing/minLength", "thing of 3 characters");
    assert_eq!((on.side, on.steps[0].expect.status.to_string().as_str()), (Side::Accept, "404"));
    let over = find("list/request/query/limit/maximum", "limit = 101");
    assert_eq!(over.steps[0].request.query[0], ("limit".to_owned(), "101".to_owned()));
    let outside = find("list/request/query/mode/enum", "mode = \"slowx\"");
    assert_eq!(outside.side, Side::Refuse);
    let left_out = find("list/request/query/mode/required", "without mode");
    assert_eq!(left_out.steps[0].request.query, []);
    find("list/request/query/limit/type", "limit as letters");
    let cookie = find("list/request/cookie/session/pattern", "session that matches");
    assert!(cookie.steps[0].request.headers.last().unwrap().1.starts_with("session="));
}

#[test]
fn array_parameters_are_written_element_by_element_and_never_empty() {
    let contract = small(
        r"
title: Things
defaults: { refused: { status: 400, convention: usual } }
operations:
  list:
    request: GET /things/{shown}
    convention: usual
    parameters:
      shown: { in: path, schema: { type: array, items: { enum: [a b] }, minItems: 2 } }
      ids: { in: query, required: true, schema: { type: array, items: { const: x }, minItems: 1, maxItems: 2 } }
      X-Tags: { in: header, required: true, schema: { type: array, items: { const: y }, minItems: 2 } }
      seen: { in: cookie, required: true, schema: { type: array, items: { const: z }, minItems: 2 } }
    responses: { 200: { says: OK } }
",
    );
    let (cases, _) = plan(&contract, &Arc::new(json!({})), Options::default());
    let about = |address: &str| {
        let id = contract.clause_at(address).unwrap_or_else(|| panic!("no {address}"));
        cases.iter().filter(|case| case.clause == id).collect::<Vec<_>>()
    };
    let plain = &about("list/response/200")[0].steps[0].request;
    assert_eq!(plain.path, "/things/a%20b,a%20b");
    assert_eq!(plain.query, [("ids".to_owned(), "x".to_owned())]);
    let header = |name: &str| {
        let (_, value) = plain.headers.iter().find(|(known, _)| known == name).unwrap();
        value.clone()
    };
    assert_eq!(header("X-Tags"), "y,y");
    assert_eq!(header("cookie"), "seen=z,z");
    for (address, whys) in [
        // Any text is an array of one.
        ("list/request/query/ids/type", &["ids of its own type"][..]),
        // No element is no parameter at all.
        ("list/request/query/ids/minItems", &["ids of 1 elements"]),
        ("list/request/query/ids/maxItems", &["ids of 2 elements", "ids of 3 elements"]),
        ("list/request/header/X-Tags/minItems", &["X-Tags of 2 elements", "X-Tags of 1 elements"]),
    ] {
        let mut found: Vec<&str> = about(address).into_iter().map(|case| case.why.as_str()).collect();
        found.sort_unstable_by_key(|why| !whys.starts_with(&[why]));
        assert_eq!(found, whys, "{address}");
    }
}

#[test]
fn nested_and_repeated_places_are_reached() {
    let contract = small(
        r"
title: Orders
defaults: { refused: { status: 422, convention: usual } }
operations:
  order:
    request: POST /orders
    effect: create
    convention: usual
    body:
      schema:
        type: object
        additionalProperties: false
        required: [rows]
        properties:
          rows:
            type: array
            minItems: 1
            maxItems: 3
            items:
              type: object
              required: [sku]
              properties:
                sku: { type: string, minLength: 2, maxLength: 4 }
                price: { type: number, exclusiveMinimum: 0, multipleOf: 0.01 }
                tags: { type: array, uniqueItems: true, items: { enum: [red, blue] } }
          due: { type: string, format: date }
          note: { oneOf: [ { type: 'null' }, { type: string, maxLength: 5 } ] }
    responses: { 201: { says: Created } }
",
    );
    let (cases, gaps) = plan(&contract, &Arc::new(json!({})), Options::default());
    let shown: Vec<String> = gaps
        .iter()
        .map(|gap| format!("{} {}: {}", contract.clause(gap.clause).address, gap.side.word(), gap.because))
        .collect();
    // Two different tags that are unique need what an enumeration of two has, but elements are made one by one.
    assert_eq!(
        shown,
        [
            "order/request/body/rows/items/tags/uniqueItems accept: no value keeps uniqueItems and nothing else"
        ]
    );
    let body = |address: &str, why: &str| {
        let id = contract.clause_at(address).unwrap_or_else(|| panic!("no {address}"));
        let known: Vec<_> =
            cases.iter().filter(|case| case.clause == id).map(|case| case.why.clone()).collect();
        let found = cases.iter().find(|case| case.clause == id && case.why == why);
        let request = &found.unwrap_or_else(|| panic!("{address}: {known:?}")).steps[0].request;
        request.body.as_ref().unwrap().json().unwrap().clone()
    };
    let rows = |address: &str, why: &str| body(address, why)["rows"].clone();
    let sku = "order/request/body/rows/items/sku";
    assert_eq!(
        rows(&format!("{sku}/maxLength"), "rows[].sku of 5 characters")[0]["sku"].as_str().unwrap().len(),
        5
    );
    assert_eq!(rows(&format!("{sku}/required"), "without rows[].sku"), json!([{}]));
    assert_eq!(rows("order/request/body/rows/maxItems", "rows of 4 elements").as_array().unwrap().len(), 4);
    assert_eq!(rows("order/request/body/rows/minItems", "rows of 0 elements"), json!([]));
    assert_eq!(rows("order/request/body/rows/items/type", "rows[] as null"), json!([null]));
    assert_eq!(
        rows("order/request/body/rows/items/price/exclusiveMinimum", "rows[].price = 0")[0]["price"],
        json!(0)
    );
    assert!(
        body("order/request/body/additionalProperties", "with a member not_documented")["not_documented"]
            .is_string()
    );
    assert_eq!(
        body("order/request/body/due/format", "due that is not in the calendar")["due"],
        json!("2023-02-29")
    );
}

#[test]
fn every_generator_explains_itself() {
    for generator in countersign::plan::GENERATORS {
        let meta = generator.meta();
        assert_eq!(explain(meta.id).unwrap(), meta);
        assert!(meta.explain.len() > meta.summary.len() && !meta.summary.ends_with('.'), "{}", meta.id);
    }
    assert!(explain("nothing").is_none());
}

fn shown_body(body: &RequestBody) -> String {
    fn short(value: &Value) -> Value {
        match value {
            Value::String(text) if text.chars().count() > 90 => {
                json!(format!(
                    "{}… ({} characters)",
                    text.chars().take(12).collect::<String>(),
                    text.chars().count()
                ))
            }
            Value::Array(elements) => elements.iter().map(short).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, member)| (name.clone(), short(member))).collect()
            }
            other => other.clone(),
        }
    }
    match body {
        RequestBody::Json(value) | RequestBody::Written { value, .. } => short(value).to_string(),
        RequestBody::Raw(bytes) => format!("bytes {:?}", String::from_utf8_lossy(bytes)),
    }
}

fn golden(name: &str) -> String {
    let (contract, cases, gaps) = whole(name);
    let mut text = String::new();
    for (id, clause) in contract.clauses() {
        let mine: Vec<_> = cases.iter().filter(|case| case.clause == id).collect();
        if mine.is_empty() {
            continue;
        }
        writeln!(text, "{}", clause.address).unwrap();
        for case in mine {
            let mode = format!("{:?}", case.footprint[0].mode).to_lowercase();
            writeln!(text, "  {} {} {} {mode}: {}", case.id, case.side.word(), case.generator, case.why)
                .unwrap();
            for step in case.steps.iter() {
                let closes = if step.expect.may_close { " or closed" } else { "" };
                let body = step.expect.body.0.as_ref().map(|body| format!(" {body}")).unwrap_or_default();
                let schema = if step.expect.schema.is_some() { " with its own schema" } else { "" };
                let path = step.request.path.split('/').skip(2).collect::<Vec<_>>().join("/");
                write!(
                    text,
                    "    {} …/{path} → {}{closes}{body}{schema}",
                    step.request.method, step.expect.status
                )
                .unwrap();
                text.push('\n');
                let headers = step.request.headers.iter().filter(|(name, value)| {
                    name == "X-Auth-Token" && value != "mock-user-token-7f3a9c"
                        || name == "content-type" && value != "application/json"
                });
                for (name, value) in headers {
                    let value: String = value.chars().take(60).collect();
                    writeln!(text, "      {name}: {value:?}").unwrap();
                }
                if step.request.headers.iter().all(|(name, _)| name != "X-Auth-Token") {
                    writeln!(text, "      no X-Auth-Token").unwrap();
                }
                if let Some(body) = &step.request.body {
                    writeln!(text, "      {}", shown_body(body)).unwrap();
                }
            }
        }
    }
    for gap in gaps {
        writeln!(text, "gap {} {}: {}", contract.clause(gap.clause).address, gap.side.word(), gap.because)
            .unwrap();
    }
    text
}

#[test]
fn the_plans_of_the_two_contracts_are_as_they_were_read() {
    for (name, file) in [("roma-link-products", "roma"), ("ddm-accounts", "ddm")] {
        let path = format!("tests/golden/plan/{file}.txt");
        let now = golden(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &now).unwrap();
        }
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        for (line, (now, before)) in now.lines().zip(before.lines()).enumerate() {
            assert_eq!(now, before, "{path}:{}", line + 1);
        }
        assert_eq!(now.lines().count(), before.lines().count(), "{path}");
    }
}
