//! The formats that other programs read, judged by those programs or by the schemas that they publish.
//!
//! `.ci/run` puts these npm packages into `target/formats`; where they are not, the tests say that they were skipped:
//! `ctrf`, `har-schema`, `@microsoft/jest-sarif` (the schemas), `@actions/core`, `marked` (the programs).

#![expect(clippy::disallowed_methods, reason = "a test reads files")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test's helpers fail the test, and say what they skip"
)]

#[path = "golden/report/fixture.rs"]
mod fixture;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use countersign::model::{Event, Gate, RepeatResult, Repeated, RunReport, Side, Waiver};
use countersign::report::{RENDERERS, renderer};
use countersign::text::Place;
use serde_json::{Value, json};
use support::{Ran, countersign, finish, run_into};

fn render(id: &str, report: &RunReport) -> String {
    let mut out = Vec::new();
    renderer(id).unwrap().render(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn parsed(id: &str, report: &RunReport) -> Value {
    serde_json::from_str(&render(id, report)).unwrap()
}

/// The broken run with waivers: one in use, one that has expired, one that matches nothing; and a flaky finding.
fn waived() -> Vec<Event> {
    let mut events = fixture::broken();
    let mut clauses = Vec::new();
    for event in &mut events {
        let Event::CaseFinished(case) = event else { continue };
        for finding in &mut case.findings {
            finding.answer = Some("500 unexpected-status 0123456789ab".into());
            finding.repeated = Some(Repeated { result: RepeatResult::Flaky, shown: 1, of: 3, because: None });
            clauses.push(finding.clause);
        }
    }
    clauses.dedup();
    let waiver = |clause: &str, until: &str| Waiver {
        clause: Some(clause.into()),
        case: None,
        seen: None,
        answer: "500 unexpected-status 0123456789ab".into(),
        reason: "fixed in [release 7](x) {0}\n<b>%0A::error".into(),
        owner: Some("team-roma".into()),
        ticket: Some("ROMA-4711".into()),
        until: until.into(),
        flaky: false,
        place: Place { file: "contracts/waivers.yaml".into(), line: 3, col: 5 },
    };
    let Event::RunStarted(started) = &mut events[0] else { panic!("a run starts") };
    let address = |at: usize| started.contract.clauses[clauses[at].0 as usize].address.clone();
    let gone = format!("{}/gone", started.contract.operations[0].id);
    let waivers = vec![
        waiver(&address(0), "2026-12-31"),
        waiver(&address(1), "2026-01-31"),
        waiver(&gone, "2026-12-31"),
    ];
    started.settings.gate = Gate { today: "2026-11-22".into(), waivers, ..Gate::default() };
    events
}

#[test]
fn the_run_with_waivers_has_each_kind() {
    let report = fixture::report(&waived());
    let standings: Vec<&str> = report.waivers.iter().map(|waiver| waiver.standing.word()).collect();
    assert_eq!(standings, ["used", "expired", "matches nothing"]);
    assert_eq!(report.totals.waived, 1);
    let sarif = parsed("sarif", &report);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let suppressed = results.iter().filter(|result| result["suppressions"] != json!([])).count();
    assert_eq!(suppressed, 1);
    // No word of a waiver is taken for a link, markup or another command.
    let annotations = render("github", &report);
    assert!(annotations.lines().all(|line| line.starts_with("::error ") || line.starts_with("::warning ")));
    let page = render("markdown", &report);
    assert!(page.contains("\\[release 7\\](x)") && !page.contains("<b>"), "{page}");
    assert!(!render("html", &report).contains("<b>%0A"));
    assert!(results.iter().all(|result| !result["message"].to_string().contains("](x)")));
}

/// The fixed runs, one of which everything failed for one cause, and a log without a start.
fn reports() -> Vec<(&'static str, RunReport)> {
    let mut reports: Vec<_> =
        fixture::runs().iter().map(|(name, events)| (*name, fixture::report(events))).collect();
    reports.push(("down", fixture::report(&down())));
    reports.push(("waived", fixture::report(&waived())));
    reports.push(("nothing", fixture::report(&[])));
    reports
}

/// Every request is lost.
fn down() -> Vec<Event> {
    let mut events = fixture::kept();
    for event in &mut events {
        if let Event::CaseFinished(case) = event {
            case.status = countersign::model::VerdictStatus::Inconclusive;
            case.observed.clear();
            for exchange in &mut case.exchanges {
                exchange.reply = countersign::model::ShownMessage {
                    line: "the connection was closed before the answer was complete: reset {0} [a](b)".into(),
                    ..Default::default()
                };
            }
        }
    }
    events
}

/// A file of a package in `target/formats/node_modules`.
fn package(path: &str) -> Option<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/formats/node_modules").join(path);
    if !file.exists() {
        println!("skipped: target/formats has no {path}; .ci/run installs it");
        return None;
    }
    Some(file)
}

fn schema(path: &str) -> Option<Value> {
    package(path).map(|file| serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap())
}

fn errors(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{} {error}", error.instance_path())).collect()
}

/// Runs a script of node in the folder of the packages, with `input` as its standard input.
fn node(script: &str, input: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/formats");
    let mut child = Command::new("node")
        .args(["--input-type=module", "-e", script])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn sarif_keeps_its_schema() {
    let Some(mut schema) = schema("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") else { return };
    // Patterns that only JavaScript takes for regular expressions, for members that are not written.
    for place in ["/definitions/run/properties/language", "/definitions/toolComponent/properties/language"] {
        schema
            .pointer_mut(place)
            .and_then(Value::as_object_mut)
            .and_then(|language| language.remove("pattern"));
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for (name, report) in reports() {
        assert_eq!(errors(&validator, &parsed("sarif", &report)), Vec::<String>::new(), "{name}");
    }
    assert!(!validator.is_valid(&json!({ "version": "2.1.0", "runs": [{}] })));
}

#[test]
fn a_viewer_of_sarif_finds_rule_and_place_of_every_result() {
    for (name, report) in reports() {
        let log = parsed("sarif", &report);
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        let own = report.clauses.len() + usize::from(report.baseline.is_some());
        assert_eq!((ids.len(), rules.len()), (own, own), "a rule per clause, and one for the baseline");
        let (changes, results): (Vec<&Value>, Vec<&Value>) =
            run["results"].as_array().unwrap().iter().partition(|result| result["ruleId"] == "baseline");
        assert_eq!(changes.len(), report.baseline.as_ref().map_or(0, |found| found.differences.len()));
        for change in changes {
            assert_eq!(
                rules[usize::try_from(change["ruleIndex"].as_u64().unwrap()).unwrap()]["id"],
                "baseline"
            );
            let place = &change["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            assert!(place.as_str().unwrap().starts_with("baseline/query-product-authentication/"), "{place}");
        }
        assert_eq!(results.len(), report.findings.len(), "{name}");
        let mut waived = 0;
        let mut prints = BTreeSet::new();
        let mut broken = BTreeSet::new();
        for result in &results {
            let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[at]["id"], result["ruleId"]);
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], "contracts/roma-link-products.yaml");
            assert_eq!(place["region"]["startLine"], report.contract.clauses[at].origin.place.line);
            prints.insert(result["partialFingerprints"]["countersignFinding/v1"].as_str().unwrap());
            waived += result["suppressions"].as_array().unwrap().len() as u64;
            if result["level"] == "error" {
                broken.insert(result["ruleId"].as_str().unwrap());
            }
        }
        assert_eq!(waived, report.totals.waived, "{name}");
        assert_eq!(prints.len(), results.len(), "fingerprints differ");
        assert_eq!(broken.len() as u64, report.totals.clauses_broken, "{name}: one group per broken clause");
        let done = &run["invocations"][0];
        assert_eq!(done["executionSuccessful"], report.exit.code <= 1, "{name}");
        let told = done["toolExecutionNotifications"].to_string();
        assert_eq!(told.contains("inconclusive: "), report.exit.code == 3, "{name}: {told}");
    }
}

#[test]
fn fingerprints_stay_when_the_contract_moves_and_the_run_is_another() {
    let prints = |report: &RunReport| {
        let log = parsed("sarif", report);
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["partialFingerprints"].clone()).collect::<Vec<_>>()
    };
    let events = fixture::broken();
    let mut moved = events.clone();
    let Event::RunStarted(started) = &mut moved[0] else { panic!("a start") };
    started.run = "another".into();
    for clause in &mut started.contract.clauses {
        clause.origin.place.line += 100;
    }
    assert_eq!(prints(&fixture::report(&events)), prints(&fixture::report(&moved)));
}

#[test]
fn ctrf_keeps_its_schema() {
    let Some(schema) = schema("ctrf/dist/ctrf-schema-0.0.json") else { return };
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for (name, report) in reports() {
        assert_eq!(errors(&validator, &parsed("ctrf", &report)), Vec::<String>::new(), "{name}");
    }
    assert!(!validator.is_valid(&json!({ "results": {} })));
}

#[test]
fn ctrf_counts_what_junit_counts() {
    for (name, report) in reports() {
        let ctrf = parsed("ctrf", &report);
        let summary = &ctrf["results"]["summary"];
        let xml = render("junit", &report);
        let many = |tag: &str| xml.matches(&format!("<{tag}")).count();
        assert_eq!(summary["tests"], many("testcase "), "{name}");
        assert_eq!(summary["skipped"], many("skipped"), "{name}");
        let open = summary["other"].as_u64().unwrap() + u64::from(report.exit.code >= 2);
        assert_eq!(open, many("error ") as u64, "{name}");
        assert_eq!(
            summary["failed"].as_u64().unwrap() - u64::from(report.exit.code >= 2),
            many("failure ") as u64
        );
        assert_eq!(summary["failed"] == 0, report.exit.code == 0, "{name}: never green by accident");
    }
    let summary = parsed("ctrf", &fixture::report(&fixture::kept()))["results"]["summary"].clone();
    assert_eq!(
        (&summary["start"], &summary["stop"]),
        (&json!(1_795_338_000_000_u64), &json!(1_795_338_001_000_u64))
    );
}

#[test]
fn har_keeps_its_schema() {
    let Some(folder) = package("har-schema/lib") else { return };
    let mut registry = jsonschema::Registry::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.extension().is_some_and(|ending| ending == "json") {
            let mut schema: Value = serde_json::from_str(&fs::read_to_string(&entry).unwrap()).unwrap();
            let name = entry.file_name().unwrap().to_string_lossy().into_owned();
            schema["$id"] = json!(format!("https://har.invalid/{name}"));
            registry = registry.add(format!("https://har.invalid/{name}"), schema).unwrap();
        }
    }
    let registry = registry.prepare().unwrap();
    let validator = jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&json!({ "$schema": "http://json-schema.org/draft-06/schema#", "$ref": "https://har.invalid/har.json" }))
        .unwrap();
    for (name, report) in reports() {
        assert_eq!(errors(&validator, &parsed("har", &report)), Vec::<String>::new(), "{name}");
    }
    assert!(!validator.is_valid(&json!({ "log": { "version": "1.2", "entries": [{}] } })));
}

#[test]
fn har_has_the_exchanges_of_the_findings_and_no_others() {
    let report = fixture::report(&fixture::broken());
    let har = parsed("har", &report);
    let entries = har["log"]["entries"].as_array().unwrap();
    assert_eq!(har["log"]["pages"].as_array().unwrap().len(), report.findings.len());
    assert_eq!(entries.len(), report.findings.len(), "each of these cases has one exchange");
    let first = &entries[0];
    assert_eq!(first["comment"], "answered 200, expected 400");
    assert_eq!(first["request"]["method"], "PUT");
    let url = first["request"]["url"].as_str().unwrap();
    assert!(url.starts_with("http://localhost:8080/v2/0a1b/link/"), "{url}");
    assert_eq!((&first["response"]["status"], &first["response"]["statusText"]), (&json!(200), &json!("OK")));
    assert_eq!(parsed("har", &fixture::report(&fixture::kept()))["log"]["entries"], json!([]));
}

#[test]
fn a_query_and_a_lost_answer_are_written_as_browsers_write_them() {
    let mut events = fixture::broken();
    for event in &mut events {
        if let Event::CaseFinished(case) = event
            && !case.findings.is_empty()
        {
            let exchange = &mut case.exchanges[0];
            exchange.request.line = "GET /a%2Fb/‹key›?q=a b&q=ü=1&empty".into();
            exchange.request.headers.push(("Cookie".into(), "a=1; b=‹token›".into()));
            exchange.reply.line = "no complete answer within 10000 ms".into();
            exchange.reply.headers = vec![("set-cookie".into(), "sid=7; Path=/; HttpOnly".into())];
        }
    }
    let har = parsed("har", &fixture::report(&events));
    let entry = &har["log"]["entries"][0];
    let request = &entry["request"];
    let url = "http://localhost:8080/a%2Fb/%E2%80%B9key%E2%80%BA?q=a%20b&q=%C3%BC%3D1&empty=";
    assert_eq!(request["url"], url);
    assert_eq!(request["queryString"][1], json!({ "name": "q", "value": "ü=1" }));
    assert_eq!(
        request["cookies"],
        json!([{ "name": "a", "value": "1" }, { "name": "b", "value": "‹token›" }])
    );
    assert_eq!(entry["response"]["status"], 0);
    assert_eq!(entry["response"]["_error"], "no complete answer within 10000 ms");
    assert_eq!(entry["response"]["cookies"], json!([{ "name": "sid", "value": "7" }]));
}

/// A line as GitHub's runner reads it: command, properties, message.
fn command(line: &str) -> (String, Vec<(String, String)>, String) {
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let value = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let property = |text: &str| value(&text.replace("%3A", ":").replace("%2C", ","));
    let pairs = properties.split(',').map(|pair| pair.split_once('=').unwrap());
    (name.into(), pairs.map(|(name, text)| (name.into(), property(text))).collect(), value(message))
}

#[test]
fn annotations_stand_at_the_line_of_the_clause() {
    let report = fixture::report(&fixture::broken());
    let text = render("github", &report);
    let commands: Vec<_> = text.lines().map(command).collect();
    let names: Vec<&str> = commands.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["error", "error", "error", "warning"]);
    let (_, properties, message) = &commands[0];
    let expected = [
        ("file", "contracts/roma-link-products.yaml"),
        ("line", "252"),
        ("col", "9"),
        ("title", "reset-product-authentication/request/body/user_name/minLength"),
    ];
    assert_eq!(properties.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>(), expected);
    assert!(message.starts_with("answered 200, expected 400 (1 case)\npromise: "), "{message}");
    assert!(message.ends_with("--target http://localhost:8080 --env mock"), "{message}");
    assert_eq!(render("github", &fixture::report(&fixture::kept())), "");
    let cut = render("github", &fixture::report(&fixture::interrupted()));
    assert_eq!(cut, "::error title=Countersign%3A inconclusive::the log ends before the run did\n");
}

#[test]
fn annotations_that_would_not_be_shown_are_counted() {
    let mut report = fixture::report(&fixture::broken());
    let template = report.findings[0].clone();
    report.findings = (0..15u32)
        .map(|clause| {
            let mut finding = template.clone();
            finding.finding.clause.0 = clause;
            finding.address.clone_from(&report.contract.clauses[clause as usize].address);
            finding
        })
        .collect();
    let text = render("github", &report);
    assert_eq!(text.lines().count(), 10);
    assert!(text.lines().last().unwrap().contains("6 more clauses broken"), "{text}");
}

#[test]
fn annotations_are_what_the_toolkit_of_github_writes() {
    if package("@actions/core").is_none() {
        return;
    }
    for (name, report) in reports() {
        let text = render("github", &report);
        let wanted: Vec<Value> = text
            .lines()
            .map(|line| {
                let (command, properties, message) = command(line);
                let properties: serde_json::Map<String, Value> =
                    properties.into_iter().map(|(name, text)| (name, Value::String(text))).collect();
                json!({ "command": command, "properties": properties, "message": message })
            })
            .collect();
        let script = "import * as core from '@actions/core';\n\
                      let text = ''; for await (const chunk of process.stdin) text += chunk;\n\
                      for (const { command, properties: { file, line, col, title }, message } of JSON.parse(text)) {\n\
                        core[command](message, { file, startLine: line, startColumn: col, title });\n\
                      }";
        // The toolkit has an order of its own.
        let sorted = |text: &str| {
            let lines = text.lines().map(|line| {
                let (name, mut properties, message) = command(line);
                properties.sort();
                (name, properties, message, line.len())
            });
            lines.collect::<Vec<_>>()
        };
        let written = node(script, &Value::Array(wanted).to_string());
        assert_eq!(sorted(&written), sorted(&text), "{name}");
    }
}

#[test]
fn markdown_is_drawn_as_it_is_meant() {
    if package("marked").is_none() {
        return;
    }
    let script = "import { marked } from 'marked';\n\
                  let text = ''; for await (const chunk of process.stdin) text += chunk;\n\
                  process.stdout.write(marked.parse(text, { gfm: true }));";
    for (name, report) in reports() {
        let html = node(script, &render("markdown", &report));
        assert!(
            !html.contains("<img") && !html.contains("<!--") && !html.contains("</script>"),
            "{name}: {html}"
        );
        let broken = html.matches("<li><strong>error</strong> <code>").count() as u64;
        assert_eq!(broken, report.totals.clauses_broken, "{name}: one line per broken clause\n{html}");
        assert_eq!(html.matches("<details>").count(), html.matches("</details>").count());
        let cells = html.matches("<td").count();
        assert_eq!(cells % 5, 0, "{name}: every row has five cells");
        assert!(html.contains(&format!("<h1>{}: ", report.exit.name)), "{name}");
    }
}

#[test]
fn a_summary_stays_below_what_a_job_may_have() {
    let mut report = fixture::report(&fixture::broken());
    let template = report.findings[0].clone();
    let long = "x`|<b>".repeat(4000);
    report.findings = (0..5000u32)
        .map(|at| {
            let mut finding = template.clone();
            finding.finding.clause.0 = at;
            finding.address = format!("operation/request/body/field_{at}/maxLength");
            finding.finding.summary.clone_from(&long);
            finding.finding.actual.clone_from(&long);
            for exchange in finding.witnesses.iter_mut().flat_map(|witness| &mut witness.exchanges) {
                exchange.curl.clone_from(&long);
            }
            finding
        })
        .collect();
    let page = render("markdown", &report);
    assert!(page.len() < 600_000, "{}", page.len());
    assert!(page.contains("- … and 4800 more, in report.json"));
}

#[test]
fn the_side_of_a_clause_has_the_same_name_everywhere() {
    let report = fixture::report(&fixture::broken());
    let xml = render("junit", &report);
    let ctrf = parsed("ctrf", &report);
    for test in ctrf["results"]["tests"].as_array().unwrap() {
        let name = test["name"].as_str().unwrap();
        assert!(xml.contains(&format!("name=\"{name}\"")), "{name}");
    }
    let word = Side::Refuse.word();
    assert!(ctrf.to_string().contains(&format!("user_name/maxLength [{word}]")));
}

/// A contract of one read, whose answer lacks a field.
const FAULTY: [&str; 5] = [
    "contracts/roma-link-products.yaml",
    "--fault",
    "missing-field@query-product-authentication/user_name",
    "--select",
    "query-product-authentication/**",
];

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("latest")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_command_line_chooses_what_is_written() {
    let usual = ["junit.xml", "report.html", "report.json", "run.ndjson"];
    for (formats, expected) in [
        ("", &usual[..]),
        ("sarif,markdown", &["report.md", "report.sarif", "run.ndjson"]),
        ("default,har", &["failing.har", "junit.xml", "report.html", "report.json", "run.ndjson"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut arguments = FAULTY.to_vec();
        if !formats.is_empty() {
            arguments.extend(["--format", formats]);
        }
        let run = run_into(folder.path(), &arguments);
        assert_eq!(run.code, 1, "{run}");
        assert_eq!(names(folder.path()), expected, "{formats}");
        assert!(!run.stdout.contains("::"), "nobody asked for annotations: {run}");
    }
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &["--format", "sarrif"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(
        run.stderr.contains("there is no report format `sarrif`")
            && run.stderr.contains("did you mean `sarif`?")
    );
    assert!(!folder.path().join("latest").exists());
}

fn on_github(folder: &Path, more: &[&str]) -> Ran {
    let mut command = countersign();
    command.arg("run").args(FAULTY).args(more).arg("--report").arg(folder.join("reports"));
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    finish(&command.output().unwrap())
}

#[test]
fn on_github_the_log_has_annotations_and_the_job_a_summary() {
    let folder = tempfile::tempdir().unwrap();
    let run = on_github(folder.path(), &[]);
    assert_eq!(run.code, 1, "{run}");
    let address = "query-product-authentication/response/200/body/user_name/required";
    let lines: Vec<&str> = run.stdout.lines().collect();
    // The runner takes no text of the target for a command.
    let token = lines[0].strip_prefix("::stop-commands::").unwrap();
    let end = lines.iter().position(|line| *line == format!("::{token}::")).unwrap();
    assert!(lines[1..end].iter().any(|line| line.contains(address)), "{run}");
    let commands: Vec<_> = lines[end + 1..].iter().map(|line| command(line)).collect();
    assert!(!commands.is_empty());
    let (_, properties, message) = commands
        .iter()
        .find(|(_, properties, _)| properties.iter().any(|(_, text)| text == address))
        .unwrap();
    assert_eq!(properties[0], ("file".into(), "contracts/imported/roma-link-products.yaml".into()));
    let line: usize = properties[1].1.parse().unwrap();
    let contract = fs::read_to_string("contracts/imported/roma-link-products.yaml").unwrap();
    assert!(contract.lines().count() >= line && line > 1, "{properties:?}");
    assert!(message.contains("countersign replay "), "{message}");
    let summary = fs::read_to_string(folder.path().join("summary.md")).unwrap();
    assert!(summary.contains(&format!("- **error** `{address}`: ")), "{summary}");
    assert!(names(&folder.path().join("reports")).contains(&"annotations.txt".to_owned()));
    // A second run of the same step is one more page; standard output is left to the JSON.
    let run = on_github(folder.path(), &["--json"]);
    assert!(serde_json::from_str::<Value>(&run.stdout).is_ok(), "{run}");
    assert!(run.stderr.lines().any(|line| line.starts_with("::error file=")), "{run}");
    let twice = fs::read_to_string(folder.path().join("summary.md")).unwrap();
    assert!(twice.starts_with(&summary) && twice.len() > summary.len());
    // Who names formats gets these.
    let run = on_github(folder.path(), &["--format", "json"]);
    assert!(!run.stdout.contains("::error"), "{run}");
    assert_eq!(fs::read_to_string(folder.path().join("summary.md")).unwrap(), twice);
}

#[test]
fn a_summary_that_cannot_be_written_is_told_and_a_full_one_is_left() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("summary.md")).unwrap();
    let run = on_github(folder.path(), &[]);
    assert_eq!(run.code, 1, "broken wins: {run}");
    assert!(run.stderr.contains("the job's summary can't be written"), "{run}");
    let folder = tempfile::tempdir().unwrap();
    let full = "x".repeat(1024 * 1024 - 200);
    fs::write(folder.path().join("summary.md"), &full).unwrap();
    let run = on_github(folder.path(), &[]);
    assert_eq!(run.code, 1, "{run}");
    let page = fs::read_to_string(folder.path().join("summary.md")).unwrap();
    assert!(page.len() <= 1024 * 1024 && page[full.len()..].contains("does not fit"), "{}", page.len());
}

#[test]
fn every_format_is_rebuilt_from_the_log_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = FAULTY.to_vec();
    arguments.extend(["--format", "all"]);
    let run = run_into(folder.path(), &arguments);
    assert_eq!(run.code, 1, "{run}");
    let latest = folder.path().join("latest");
    let read = || {
        RENDERERS.iter().map(|format| fs::read(latest.join(format.file_name())).unwrap()).collect::<Vec<_>>()
    };
    let live = read();
    for format in RENDERERS {
        fs::write(latest.join(format.file_name()), "").unwrap();
    }
    let again = support::ran(&["report", "rebuild", latest.to_str().unwrap()]);
    assert_eq!(again.code, 1, "{again}");
    assert!(read() == live, "what is there is made again");
    fs::remove_file(latest.join("report.sarif")).unwrap();
    let _ = support::ran(&["report", "rebuild", latest.to_str().unwrap()]);
    assert!(!latest.join("report.sarif").exists(), "what nobody asked for is not made");
    let _ = support::ran(&["report", "rebuild", latest.to_str().unwrap(), "--format", "sarif"]);
    assert!(latest.join("report.sarif").exists());
}
