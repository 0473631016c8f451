//! The reports: the fixed runs through every format, and what must hold for all runs.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes files, and clocks")]
#![expect(clippy::unwrap_used, reason = "a test's helpers fail the test")]

#[path = "golden/report/fixture.rs"]
mod fixture;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use countersign::model::{
    Event, RestoreReport, RunReport, ShownExchange, Side, Standing, Trouble, VerdictStatus,
};
use countersign::report::terminal::{Style, Talk, Terminal};
use countersign::report::{Desk, Ending, RENDERERS, Sink, read_log, renderer, terminal};
use fixture::{case, finished, report, runs, started};

fn render(id: &str, report: &RunReport) -> String {
    let mut out = Vec::new();
    renderer(id).unwrap().render(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares with `tests/golden/report/NAME`; `UPDATE_GOLDEN=1` writes it instead.
fn golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/report").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(expected == actual, "{name} is not as it was; UPDATE_GOLDEN=1 refreshes it\n{actual}");
}

/// The page without its style and script, which are read in their own files.
fn bare(html: &str) -> String {
    let cut = |html: &str, from: &str, to: &str| {
        let (before, rest) = html.split_once(from).unwrap();
        let (_, after) = rest.split_once(to).unwrap();
        format!("{before}{from}…{to}{after}")
    };
    let html = cut(html, "<style>", "</style>");
    let html = cut(&html, "<script>", "</script>");
    cut(&html, "script-src 'sha256-", "'")
}

#[test]
fn every_format_renders_the_fixed_runs_as_before() {
    for (name, events) in runs() {
        let report = report(&events);
        golden(&format!("{name}.txt"), &terminal::text(&report, Style::default()));
        golden(&format!("{name}.ansi"), &terminal::text(&report, Style { colour: true, width: 72 }));
        golden(&format!("{name}.json"), &render("json", &report));
        golden(&format!("{name}.xml"), &render("junit", &report));
        golden(&format!("{name}.html"), &bare(&render("html", &report)));
        golden(&format!("{name}.sarif"), &render("sarif", &report));
        golden(&format!("{name}.md"), &render("markdown", &report));
        golden(&format!("{name}.har"), &render("har", &report));
        golden(&format!("{name}.ctrf.json"), &render("ctrf", &report));
        golden(&format!("{name}.annotations.txt"), &render("github", &report));
    }
}

#[test]
fn the_json_keeps_its_schema() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../docs/report.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, events) in runs() {
        let value: serde_json::Value = serde_json::from_str(&render("json", &report(&events))).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{} {error}", error.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_member_in_the_schemas_is_described() {
    fn walk(schema: &serde_json::Value, at: &str) {
        if let Some(properties) = schema.get("properties").and_then(|properties| properties.as_object()) {
            for (name, property) in properties {
                let described = property.get("description").or_else(|| property.get("const"));
                assert!(described.is_some(), "{at}/{name} has no description");
            }
        }
        match schema {
            serde_json::Value::Object(members) => {
                members.iter().for_each(|(name, member)| walk(member, &format!("{at}/{name}")));
            }
            serde_json::Value::Array(elements) => elements.iter().for_each(|element| walk(element, at)),
            _ => {}
        }
    }
    for schema in [include_str!("../docs/report.schema.json"), include_str!("../docs/history.schema.json")] {
        walk(&serde_json::from_str(schema).unwrap(), "");
    }
}

/// The attributes of every element with this name, and the totals of the root.
fn elements(xml: &str, wanted: &str) -> Vec<Vec<(String, String)>> {
    use quick_xml::events::Event as Xml;
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Xml::Start(element) | Xml::Empty(element) if element.name().as_ref() == wanted => {
                let attributes = element.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    (attribute.key.as_ref().to_owned(), attribute.value.into_owned())
                });
                found.push(attributes.collect());
            }
            Xml::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn a_ci_server_counts_what_the_report_counts() {
    for (name, events) in runs() {
        let report = report(&events);
        let xml = render("junit", &report);
        let root = elements(&xml, "testsuites").remove(0);
        let said = |attribute: &str| -> usize {
            root.iter().find(|(name, _)| name == attribute).unwrap().1.parse().unwrap()
        };
        let cases = elements(&xml, "testcase");
        assert_eq!(said("tests"), cases.len(), "{name}");
        assert_eq!(said("failures"), elements(&xml, "failure").len(), "{name}");
        assert_eq!(said("errors"), elements(&xml, "error").len(), "{name}");
        assert_eq!(said("skipped"), elements(&xml, "skipped").len(), "{name}");
        let sides: usize = report.clauses.iter().map(|clause| clause.sides.len()).sum();
        let changes = report.baseline.as_ref().map_or(0, |found| found.differences.len());
        assert_eq!(cases.len(), sides + usize::from(report.exit.code >= 2) + changes, "{name}");
        let broken = usize::try_from(report.totals.clauses_broken).unwrap();
        assert_eq!(said("failures"), broken + changes, "one broken side each: {name}");
        assert_eq!(said("failures") + said("errors") == 0, report.exit.code == 0, "{name}");
        let mut names: Vec<&String> = cases.iter().map(|case| &case[0].1).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), cases.len(), "names are unique: {name}");
        assert!(xml.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{fffe}' && c != '\u{ffff}'));
    }
}

#[test]
fn no_text_of_the_target_becomes_markup() {
    let html = render("html", &report(&fixture::broken()));
    assert!(!html.contains("<img"));
    assert_eq!(html.matches("</script>").count(), 2);
    let from = html.find("id=\"report\">").unwrap() + "id=\"report\">".len();
    let json = &html[from..from + html[from..].find("</script>").unwrap()];
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    assert!(value["findings"].to_string().contains("</script><img"), "the text itself is whole");
    assert!(!html.contains("http-equiv=\"refresh\"") && !html.contains(" src=\"") && !html.contains("url("));
    let changed = render("html", &report(&fixture::changed()));
    assert!(!changed.contains("<img") && changed.matches("</script>").count() == 2);
    assert!(changed.contains("<ins>為 &lt;/script&gt;&lt;img"), "{changed}");
    let text = terminal::text(&report(&fixture::broken()), Style::default())
        + &terminal::text(&report(&fixture::changed()), Style::default());
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
}

#[test]
fn the_report_does_not_depend_on_the_order_of_arrival() {
    let events = fixture::broken();
    let expected = report(&events);
    let mut seed = 7u64;
    for _ in 0..50 {
        let mut shuffled = events.clone();
        let last = shuffled.len() - 1;
        for at in (2..last).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let other = 1 + usize::try_from(seed >> 33).unwrap() % at;
            shuffled.swap(at, other);
        }
        assert_eq!(report(&shuffled), expected);
    }
}

#[test]
fn findings_keep_the_five_smallest_cases_and_one_exchange() {
    let pattern = fixture::broken();
    let Some(Event::CaseFinished(broken)) = pattern
        .iter()
        .find(|event| matches!(event, Event::CaseFinished(case) if case.status == VerdictStatus::Broken))
    else {
        panic!("the fixture has a broken case")
    };
    let mut events = vec![started("mock")];
    for order in (0..1000).rev() {
        let mut again = broken.clone();
        again.order = order;
        again.case.0 = format!("{order:016x}");
        // One of them needs less than the others.
        if order == 700 {
            again.exchanges[0].request.bytes -= 1;
        }
        events.push(Event::CaseFinished(again));
    }
    events.push(finished(0, "kept", ""));
    let report = report(&events);
    let [found] = report.findings.as_slice() else { panic!("{:?}", report.findings.len()) };
    assert_eq!(found.count, 1000);
    let orders: Vec<u64> = found.witnesses.iter().map(|witness| witness.order).collect();
    assert_eq!(orders, [700, 0, 1, 2, 3]);
    let exchanges: Vec<usize> = found.witnesses.iter().map(|witness| witness.exchanges.len()).collect();
    assert_eq!(exchanges, [1, 0, 0, 0, 0]);
}

/// A case of the plan that expected to be accepted and was answered `line`.
fn answered(order: u64, line: &str) -> Event {
    let Event::CaseFinished(mut case) = denied(order, 12, Side::Accept, false) else { panic!("a case") };
    case.exchanges[0].reply.line = line.into();
    case.findings[0].summary = format!("answered {line}");
    Event::CaseFinished(case)
}

#[test]
fn one_cause_of_everything_is_one_line() {
    let run = |lines: &[&str]| {
        let mut events = vec![started("http://localhost:1")];
        events.extend((0u64..).zip(lines).map(|(order, line)| answered(order, line)));
        events.push(finished(0, "kept", ""));
        report(&events)
    };
    let down = run(&["500 Internal Server Error"; 3]);
    let line = "3 of 3 cases were answered 500 Internal Server Error; the deployment fails before it looks at the request";
    assert_eq!(down.cause.as_deref(), Some(line));
    let text = terminal::text(&down, Style { width: 200, ..Style::default() });
    assert!(text.contains(&format!("one cause: {line}\n")), "{text}");
    let pages = ["html", "markdown", "github", "sarif"];
    for id in pages {
        assert!(render(id, &down).contains(line), "{id}");
    }
    // Ports and seconds differ from case to case, the cause does not.
    let gone = run(&["no connection: port 81 is closed", "no connection: port 82 is closed"]);
    assert!(gone.cause.unwrap().starts_with("2 of 2 cases got no answer: no connection: port 81 is closed;"));
    assert_eq!(run(&["500 Internal Server Error", "404 Not Found"]).cause, None);
    assert_eq!(run(&["500 Internal Server Error"]).cause, None, "one case is no pattern");
    let mut some = vec![started("http://localhost:1"), answered(0, "500 x"), answered(1, "500 x")];
    some.push(Event::CaseFinished(Box::new(case(7, 13, Side::Accept, "on the bound"))));
    some.push(finished(0, "kept", ""));
    assert_eq!(report(&some).cause, None, "some request was accepted");
    let refused = report(&[started("x"), denied(0, 12, Side::Accept, true), finished(0, "kept", "")]);
    assert_eq!(refused.cause.as_ref(), Some(&refused.exit.because));
    assert_eq!(
        terminal::text(&refused, Style { width: 300, ..Style::default() }).matches("401 or 403").count(),
        1
    );
}

#[test]
fn a_broken_clause_is_one_line_with_its_cases_counted() {
    let mut events = vec![started("http://localhost:1")];
    // Two kinds of findings against one clause, in five cases.
    events.extend((0..3).map(|order| answered(order, "500 Internal Server Error")));
    events.extend((3..5).map(|order| answered(order, "404 Not Found")));
    events.push(finished(0, "kept", ""));
    let report = report(&events);
    assert_eq!(report.findings.len(), 2);
    let address = &report.findings[0].address;
    let lines = |text: &str, word: &str| {
        text.lines()
            .filter(|line| line.contains(word) && line.contains(address.as_str()))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let page = render("markdown", &report);
    let expected =
        format!("- **error** `{address}`: `answered 500 Internal Server Error (and 1 more)` (5 cases)");
    assert_eq!(lines(&page, "**error**"), [expected]);
    assert_eq!(render("github", &report).lines().count(), 1);
    let text = terminal::text(&report, Style::default());
    assert_eq!(lines(&text, "error ").len(), 1);
    assert!(text.contains("also      answered 404 Not Found (2 cases)"), "{text}");
}

/// The report inside a page.
fn embedded(html: &str) -> serde_json::Value {
    let from = html.find("id=\"report\">").unwrap() + "id=\"report\">".len();
    serde_json::from_str(&html[from..from + html[from..].find("</script>").unwrap()]).unwrap()
}

#[test]
fn a_page_stays_small_and_keeps_the_exchanges_of_findings_first() {
    let mut large = report(&fixture::broken());
    let template = large.findings[0].clone();
    let kept = large.clauses[0].sides[0].witness.as_ref().unwrap().order;
    let long = "<p>".repeat(1000);
    large.findings = (0..1500u64)
        .map(|at| {
            let mut finding = template.clone();
            finding.witnesses[0].order = 10_000 + at;
            finding.witnesses[0].exchanges[0].reply.body.clone_from(&long);
            finding
        })
        .collect();
    large.clauses[13].findings = (0..1500).collect();
    let html = render("html", &large);
    assert!(html.len() < 5_000_000, "{}", html.len());
    let page = embedded(&html);
    assert_eq!(page["findings"].as_array().unwrap().len(), 1000);
    assert_eq!(
        page["clauses"][13]["findings"].as_array().unwrap().len(),
        1000,
        "no index leads past the end"
    );
    let exchanges = page["exchanges"].as_object().unwrap();
    assert!(
        exchanges.contains_key("10000") && !exchanges.contains_key("10999"),
        "the first findings come first"
    );
    assert!(page["left_out"].as_u64().unwrap() > 100);
    let small = embedded(&render("html", &report(&fixture::broken())));
    assert_eq!(small["left_out"], 0);
    assert!(small["exchanges"].as_object().unwrap().contains_key(&kept.to_string()));
}

fn denied(order: u64, clause: u32, side: Side, code: bool) -> Event {
    let Some(Event::CaseFinished(mut case)) = fixture::broken()
        .into_iter()
        .find(|event| matches!(event, Event::CaseFinished(case) if case.status == VerdictStatus::Broken))
    else {
        panic!("the fixture has a broken case")
    };
    let mut exchange: ShownExchange = case.exchanges[0].clone();
    exchange.reply.line = "401 Unauthorized".into();
    case.exchanges = vec![exchange];
    case.order = order;
    case.side = side;
    case.clause.0 = clause;
    case.findings[0].clause.0 = if side == Side::Accept { clause } else { 17 };
    case.findings[0].summary = "answered 401".into();
    case.trouble = code.then(|| Trouble { code: "credential-refused".into(), says: "answered 401".into() });
    Event::CaseFinished(case)
}

#[test]
fn a_refused_credential_is_inconclusive_until_some_request_gets_past_it() {
    let all = vec![
        started("http://localhost:1"),
        denied(0, 12, Side::Accept, true),
        denied(1, 12, Side::Refuse, false),
        finished(0, "kept", ""),
    ];
    let refused = report(&all);
    assert_eq!((refused.exit.code, refused.findings.len()), (3, 0));
    assert!(
        refused.exit.because.contains("every request was answered 401 or 403"),
        "{}",
        refused.exit.because
    );
    assert!(refused.exit.because.contains("`token`"), "{}", refused.exit.because);
    assert_eq!(refused.clauses[12].standing, Standing::Inconclusive);
    assert_eq!(refused.totals.cases_inconclusive, 2);

    let mut some = all;
    some.insert(1, Event::CaseFinished(Box::new(case(7, 13, Side::Accept, "on the bound"))));
    let broken = report(&some);
    assert_eq!((broken.exit.code, broken.findings.len()), (1, 2));
    assert_eq!(broken.clauses[12].standing, Standing::Broken);
}

#[test]
fn a_public_operation_says_nothing_of_the_credential() {
    let mut start = started("http://localhost:1");
    let Event::RunStarted(started) = &mut start else { panic!("a start") };
    started.contract.operations[0].secured = false;
    let public = &started.contract.operations[0];
    let (id, line) = (public.id.clone(), "200 OK".to_owned());
    let mut read = case(7, 13, Side::Accept, "public");
    read.operation.0 = 0;
    for exchange in &mut read.exchanges {
        exchange.operation.clone_from(&id);
        exchange.reply.line.clone_from(&line);
    }
    let events = [
        start,
        denied(0, 12, Side::Accept, true),
        Event::CaseFinished(Box::new(read)),
        denied(1, 12, Side::Refuse, false),
        finished(0, "kept", ""),
    ];
    let report = report(&events);
    assert_eq!((report.exit.code, report.findings.len()), (3, 0), "{:?}", report.exit);
    assert!(report.exit.because.contains("refuses the credential"), "{}", report.exit.because);
}

#[test]
fn the_variables_of_a_refused_credential_are_not_the_members_of_the_body() {
    let Event::CaseFinished(mut case) = denied(0, 12, Side::Accept, true) else { panic!("a case") };
    case.exchanges[0].curl =
        "curl \"$TARGET\"/x -H 'X-Auth: ‹api_key›' --data-raw '{\"password\":\"‹password: 12 characters›\"}'"
            .into();
    let report = report(&[started("mock"), Event::CaseFinished(case), finished(0, "kept", "")]);
    assert!(report.exit.because.ends_with("the variable `api_key`"), "{}", report.exit.because);
}

#[test]
fn what_was_not_put_back_is_never_green() {
    let mut events = fixture::kept();
    let last = events.len() - 1;
    let undone = RestoreReport {
        name: "the-name".into(),
        says: "the user name".into(),
        done: false,
        failed: true,
        because: Some("answered 503, expected 200".into()),
    };
    events.insert(last, Event::Restored(undone.clone()));
    let kept = report(&events);
    assert_eq!(kept.exit.code, 3);
    assert_eq!(kept.exit.because, "not put back: the-name (the user name): answered 503, expected 200");
    // Where the contract's conditions do not hold, nothing was to be put back.
    let mut events = fixture::kept();
    events.insert(last, Event::Restored(RestoreReport { failed: false, ..undone.clone() }));
    assert_eq!(report(&events).exit.code, 0);
    let mut events = fixture::broken();
    events.insert(events.len() - 1, Event::Restored(undone));
    assert_eq!(report(&events).exit.code, 1, "broken wins");
}

#[test]
fn nothing_tested_is_never_green() {
    let code = |events: &[Event]| (report(events).exit.code, report(events).exit.because);
    assert_eq!(code(&[]).0, 3);
    assert_eq!(code(&[started("mock"), finished(0, "kept", "")]).1, "no case was run, so nothing was tested");
    assert_eq!(code(&fixture::interrupted()).1, "the log ends before the run did");
    assert_eq!(code(&[started("mock"), finished(2, "misused", "x")]).0, 2);
    let mut open = fixture::kept();
    let Some(Event::CaseFinished(last)) = open.get_mut(2) else { panic!("a case") };
    last.status = VerdictStatus::Inconclusive;
    last.trouble = Some(Trouble { code: "lost".into(), says: "the connection was reset".into() });
    let (exit, because) = code(&open);
    assert_eq!(exit, 3);
    assert!(because.contains("the connection was reset"), "{because}");
    assert_eq!(code(&fixture::kept()), (0, String::new()));
}

#[test]
fn a_contradiction_of_the_documentation_leaves_the_exit_status_alone() {
    let mut events = fixture::kept();
    let noted = fixture::broken().into_iter().find_map(|event| match event {
        Event::CaseFinished(case) => case.findings.into_iter().find(|finding| finding.check == "body"),
        _ => None,
    });
    let Some(Event::CaseFinished(first)) = events.get_mut(4) else { panic!("a case") };
    first.findings.push(noted.unwrap());
    let report = report(&events);
    assert_eq!(report.exit.code, 0);
    assert_eq!(report.clauses[9].standing, Standing::Inconclusive);
    assert!(report.clauses[9].because[0].starts_with("the documentation contradicts itself: the example's"));
    let Some(Event::RunStarted(start)) = events.first_mut() else { panic!("a start") };
    start.settings.fail_on = countersign::text::Severity::Note;
    assert_eq!(fixture::report(&events).exit.code, 0);
}

struct Nowhere;
impl Sink for Nowhere {
    fn event(&mut self, _: &Event) -> io::Result<()> {
        Ok(())
    }
    fn finish(&mut self, _: &Ending<'_>) -> io::Result<()> {
        Ok(())
    }
}

/// Fails at its third event.
struct Full(u32);
impl Sink for Full {
    fn event(&mut self, _: &Event) -> io::Result<()> {
        self.0 += 1;
        if self.0 < 3 { Ok(()) } else { Err(io::Error::new(io::ErrorKind::StorageFull, "the disk is full")) }
    }
    fn finish(&mut self, _: &Ending<'_>) -> io::Result<()> {
        panic!("detached sinks do not finish")
    }
}

fn tell(desk: &mut Desk, events: &[Event]) {
    for event in events {
        desk.event(event);
    }
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_desk_writes_every_file_and_the_log_rebuilds_the_report() {
    for (name, events) in runs() {
        let reports = tempfile::tempdir().unwrap();
        for run in ["run-1", "run-2"] {
            let mut desk = Desk::open(reports.path(), run, Box::new(Nowhere), RENDERERS).unwrap();
            tell(&mut desk, &events);
            let (live, troubles) = desk.finish();
            assert_eq!(troubles, []);
            let folder = reports.path().join(run);
            let mut all: Vec<&str> = RENDERERS.iter().map(|format| format.file_name()).collect();
            all.push("run.ndjson");
            all.sort_unstable();
            assert_eq!(files(&folder), all, "{name}");
            let log = fs::read(folder.join("run.ndjson")).unwrap();
            assert_eq!(read_log(log.as_slice()).unwrap(), live, "{name}");
            let json: RunReport =
                serde_json::from_slice(&fs::read(folder.join("report.json")).unwrap()).unwrap();
            assert_eq!(json, live, "{name}");
        }
        let latest = reports.path().join("latest");
        if cfg!(unix) {
            assert_eq!(fs::read_link(&latest).unwrap(), PathBuf::from("run-2"));
        } else {
            assert_eq!(fs::read_to_string(&latest).unwrap().trim(), "run-2");
        }
        assert_eq!(files(reports.path()), ["latest", "run-1", "run-2"]);
        let again = Desk::open(reports.path(), "run-1", Box::new(Nowhere), RENDERERS);
        assert_eq!(again.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }
}

#[test]
fn a_log_that_was_cut_off_anywhere_loads() {
    let reports = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(reports.path(), "run", Box::new(Nowhere), &[]).unwrap();
    tell(&mut desk, &fixture::broken());
    let _ = desk.finish();
    let log = fs::read(reports.path().join("run/run.ndjson")).unwrap();
    let first = log.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for end in (first..log.len()).step_by(97) {
        let report = read_log(&log[..end]).unwrap();
        assert_ne!(report.exit.code, 0);
    }
    assert!(read_log(&log[..first - 2]).is_err());
    assert!(read_log(&b""[..]).is_err());
    let mut torn = log.clone();
    torn[first + 1] = b'!';
    assert!(read_log(torn.as_slice()).unwrap_err().to_string().contains("line 2"));
    assert!(!String::from_utf8(log).unwrap().contains("case-started"));
}

#[test]
fn a_log_reaches_the_disk_while_the_run_goes_on() {
    let reports = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(reports.path(), "run", Box::new(Nowhere), &[]).unwrap();
    desk.event(&started("mock"));
    let path = reports.path().join("run/run.ndjson");
    let there = || fs::metadata(&path).unwrap().len() > 0;
    for _ in 0..100 {
        if there() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(there());
    drop(desk);
}

#[test]
fn a_sink_that_fails_is_detached_and_the_others_go_on() {
    let reports = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(reports.path(), "run", Box::new(Full(0)), RENDERERS).unwrap();
    tell(&mut desk, &fixture::kept());
    let (report, troubles) = desk.finish();
    assert_eq!(troubles.len(), 1);
    assert!(troubles[0].says.contains("the disk is full"));
    assert_eq!((report.exit.code, report.totals.cases_kept), (3, report.totals.cases));
    assert!(fs::read_to_string(reports.path().join("run/run.ndjson")).unwrap().contains("the disk is full"));
    assert_eq!(files(&reports.path().join("run")).len(), RENDERERS.len() + 1);
}

#[test]
fn a_folder_that_cannot_be_made_is_known_before_the_run() {
    let reports = tempfile::tempdir().unwrap();
    let file = reports.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Desk::open(&file, "run", Box::new(Nowhere), RENDERERS).unwrap_err();
    assert!(error.to_string().contains("file"), "{error}");
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);
impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_terminal_says_where_the_report_is_and_can_be_quiet() {
    for quiet in [false, true] {
        let reports = tempfile::tempdir().unwrap();
        let out = Shared::default();
        let sink = Terminal::to(Box::new(out.clone()), Talk { quiet, ..Talk::default() });
        let mut desk = Desk::open(reports.path(), "run", Box::new(sink), RENDERERS).unwrap();
        tell(&mut desk, &fixture::broken());
        let _ = desk.finish();
        let text = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.contains("report.html"), !quiet);
        assert_eq!(text.lines().count() <= 3, quiet, "{text}");
        assert!(text.contains("broken: "));
    }
}
