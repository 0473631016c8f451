//! `report.sarif`: SARIF 2.1.0, for code scanning and editors. The rules are the clauses, so that a viewer shows one
//! group per broken clause; the places are those of the contract file.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::causes::causes;
use super::alike::{DAYS, Told};
use super::{Renderer, baseline, words};
use crate::model::{BaselineReport, Clause, ContractOutline, FindingReport, Meta, RunReport, Waiver};
use crate::text::{Place, tame};

pub(super) struct Sarif;
pub(super) static THIS: Sarif = Sarif;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The rule behind what differs from a baseline.
const BASELINE: &str = "baseline";
/// The root that the paths of contracts are relative to.
const ROOT: &str = "%SRCROOT%";

impl Renderer for Sarif {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn file_name(&self) -> &'static str {
        "report.sarif"
    }

    fn render(&self, report: &RunReport, out: &mut dyn Write) -> io::Result<()> {
        let log = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run(report)] });
        serde_json::to_writer_pretty(&mut *out, &log)?;
        out.write_all(b"\n")
    }
}

static META: Meta = Meta {
    id: "sarif",
    summary: "SARIF 2.1.0 for code scanning: findings at their line of the contract file",
    explain: "A rule per clause, and one for the baseline, a result per finding with the place in the contract file, a fingerprint that stays as \
              long as the finding does, and how many cases show it. A run that is inconclusive says so as a \
              notification of the tool. Paths are as the contracts were given: run in the root of the repository.",
};

fn run(report: &RunReport) -> Value {
    let rules: BTreeMap<_, _> = (0usize..).zip(&report.contract.clauses).map(|(at, clause)| (&clause.address, at)).collect();
    let results: Vec<Value> = causes(report)
        .iter()
        .flat_map(|cause| &cause.findings)
        .map(|finding| result(report, finding, rules.get(&finding.address).copied()))
        .chain(report.baseline.iter().flat_map(|found| {
            let changes = baseline::changes(found);
            changes.iter().map(|told| changed(told, found, report.contract.clauses.len())).collect::<Vec<_>>()
        }))
        .collect();
    json!({
        "tool": { "driver": {
            "name": "Countersign",
            "semanticVersion": report.version,
            "rules": report.contract.clauses.iter().map(|clause| rule(clause, &report.contract))
                .chain(report.baseline.iter().map(|_| baseline_rule())).collect::<Vec<_>>(),
        }},
        "automationDetails": { "id": format!("countersign/{}", report.run) },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": { ROOT: { "description": { "text": "The folder in which Countersign was started." } } },
        "invocations": [invocation(report)],
        "results": results,
    })
}

fn invocation(report: &RunReport) -> Value {
    let exit = &report.exit;
    let mut notes: Vec<Value> = Vec::new();
    if let Some(cause) = report.cause.as_ref().filter(|cause| **cause != exit.because) {
        notes.push(json!({ "level": "error", "message": { "text": message(cause) } }));
    }
    if exit.code >= 2 {
        let says = format!("{}: {}", exit.name, exit.because);
        notes.push(json!({ "level": "error", "message": { "text": message(&says) } }));
    }
    for waiver in report.waivers.iter().filter(|waiver| waiver.standing.fails()) {
        let place = json!([{ "physicalLocation": physical(&waiver.waiver.place) }]);
        notes.push(json!({ "level": "error", "message": { "text": message(&waiver.says) }, "locations": place }));
    }
    let troubles = report.troubles.iter();
    notes.extend(troubles.map(|trouble| {
        let says = format!("{}: {}", trouble.code, trouble.says);
        json!({ "level": "warning", "message": { "text": message(&says) } })
    }));
    let mut invocation = Map::new();
    if !report.started.is_empty() {
        invocation.insert("startTimeUtc".into(), json!(report.started));
    }
    if let Some(finished) = &report.finished {
        invocation.insert("endTimeUtc".into(), json!(finished));
    }
    invocation.insert("exitCode".into(), json!(exit.code));
    invocation.insert("exitCodeDescription".into(), json!(exit.name));
    // A run that found something did its work.
    invocation.insert("executionSuccessful".into(), json!(exit.code <= 1));
    invocation.insert("toolExecutionNotifications".into(), json!(notes));
    Value::Object(invocation)
}

fn rule(clause: &Clause, outline: &ContractOutline) -> Value {
    let origin = words::origin(clause, outline);
    let text = message(&sentence(&clause.text));
    let whole = std::iter::once(text.clone()).chain(origin.iter().map(|line| message(line))).collect::<Vec<_>>().join("\n");
    let mut rule = json!({
        "id": clause.address,
        "shortDescription": { "text": text },
        "fullDescription": { "text": whole },
        "help": { "text": whole },
    });
    let sources = &outline.sources;
    let published = clause.origin.published.iter();
    let mut urls = published.filter_map(|published| {
        let source = sources.iter().find(|(name, _)| *name == published.source)?;
        source.1.url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"))
    });
    if let Some(url) = urls.next() {
        rule["helpUri"] = json!(encoded(url, URL));
    }
    if let Some(operation) = clause.operation.and_then(|id| outline.operations.get(id.0 as usize)) {
        rule["properties"] = json!({ "tags": [operation.id] });
    }
    rule
}

fn result(report: &RunReport, finding: &FindingReport, rule: Option<usize>) -> Value {
    let clause = words::clause_of(finding, report);
    let found = &finding.finding;
    let mut says = vec![format!("{} ({})", found.summary, words::count(finding.count, "case", "cases"))];
    says.extend(words::remarks(finding, &report.settings));
    says.extend(clause.map(|clause| format!("Promise: {}", sentence(&clause.text))));
    says.push(format!("Expected: {}", words::short(&found.expected)));
    says.push(format!("Actual: {}", words::short(&found.actual)));
    says.extend(finding.witnesses.first().map(|witness| format!("Case: {}", witness.why)));
    says.extend(words::replay(finding, report).map(|command| format!("Replay: {command}")));
    let says: Vec<String> = says.iter().map(|line| message(&words::one_line(line))).collect();
    let mut result = json!({ "ruleId": finding.address });
    if let Some(rule) = rule {
        result["ruleIndex"] = json!(rule);
    }
    // What is waived keeps its level: it is the suppression that takes it out of the count.
    result["level"] = json!(words::level_word(words::level(finding, &report.settings).or(Some(found.severity))));
    result["message"] = json!({ "text": says.join("\n") });
    result["locations"] = json!([location(finding, clause)]);
    // The second is the one that code scanning on GitHub goes by.
    result["partialFingerprints"] = json!({
        "countersignFinding/v1": finding.fingerprint,
        "primaryLocationLineHash": format!("{}:1", finding.fingerprint.get(..16).unwrap_or(&finding.fingerprint)),
    });
    result["occurrenceCount"] = json!(finding.count.max(1));
    result["suppressions"] = json!(suppressions(finding));
    let witnesses: Vec<&str> = finding.witnesses.iter().map(|witness| witness.case.0.as_str()).collect();
    result["properties"] = json!({ "check": found.check, "site": words::site(&found.site), "cases": witnesses });
    result
}

/// The rule behind what differs from the baseline; it comes after the clauses.
fn baseline_rule() -> Value {
    let text = "An answer is as the baseline says.";
    json!({ "id": BASELINE, "shortDescription": { "text": text }, "fullDescription": { "text": text }, "help": { "text": text } })
}

/// What differs from the baseline, at the file of its first case.
fn changed(told: &Told<'_>, found: &BaselineReport, rule: usize) -> Value {
    let title = words::one_line(&told.title(&DAYS));
    let text = format!("{title}: {}", baseline::message(told));
    let mut location = json!({ "logicalLocations": [{ "fullyQualifiedName": title }] });
    if let Some(file) = baseline::file(told, found) {
        location["physicalLocation"] = physical(&Place { file, line: 1, col: 1 });
    }
    let cases: Vec<&str> = told.group.witnesses.iter().map(|witness| witness.case.0.as_str()).collect();
    json!({
        "ruleId": BASELINE,
        "ruleIndex": rule,
        "level": "error",
        "message": { "text": message(&text) },
        "locations": [location],
        "partialFingerprints": { "countersignChange/v1": title },
        "occurrenceCount": told.group.cases.max(1),
        "suppressions": [],
        "properties": { "class": told.group.class.word(), "cases": cases },
    })
}

/// Why a finding does not count: an empty list says that nothing suppresses it (section 3.27.23).
fn suppressions(finding: &FindingReport) -> Vec<Value> {
    let suppression = |waiver: &Waiver| {
        // No message string: braces and brackets have no meaning here.
        let words = words::one_line(&waiver.words());
        let mut suppression = json!({ "kind": "external", "status": "accepted", "justification": words });
        if !waiver.place.file.is_empty() {
            suppression["location"] = json!({ "physicalLocation": physical(&waiver.place) });
        }
        suppression
    };
    finding.waived.iter().map(|waiver| suppression(waiver)).collect()
}

fn location(finding: &FindingReport, clause: Option<&Clause>) -> Value {
    let mut location = Map::new();
    if let Some(place) = clause.map(|clause| &clause.origin.place).filter(|place| !place.file.is_empty()) {
        location.insert("physicalLocation".into(), physical(place));
    }
    location.insert("logicalLocations".into(), json!([{ "fullyQualifiedName": finding.address }]));
    Value::Object(location)
}

fn physical(place: &Place) -> Value {
    let path = place.file.replace('\\', "/");
    let path = path.trim_start_matches("./");
    let drive = path.get(1..3) == Some(":/");
    let artifact = if path.starts_with('/') || drive {
        let slash = if drive { "/" } else { "" };
        json!({ "uri": format!("file://{slash}{}", encoded(path, PATH)) })
    } else {
        json!({ "uri": encoded(path, PATH), "uriBaseId": ROOT })
    };
    let mut physical = json!({ "artifactLocation": artifact });
    if place.line > 0 {
        physical["region"] = json!({ "startLine": place.line, "startColumn": place.col.max(1) });
    }
    physical
}

/// What may stand in a path besides letters and digits.
const PATH: &str = "/-._~";
/// What may stand in a URL besides letters and digits.
const URL: &str = "/-._~:?#[]@!$&'()*+,;=%";

fn encoded(text: &str, kept: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

/// A text as a message string: braces are doubled (section 3.11.5), and nothing is a link (section 3.11.6).
fn message(text: &str) -> String {
    tame(text).replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?', '。']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        let uri = |file: &str| {
            let place = Place { file: file.into(), line: 3, col: 1 };
            let found = physical(&place)["artifactLocation"].clone();
            (found["uri"].as_str().unwrap_or_default().to_owned(), found["uriBaseId"].is_string())
        };
        assert_eq!(uri("contracts/a.yaml"), ("contracts/a.yaml".into(), true));
        assert_eq!(uri("./a b/ä.yaml"), ("a%20b/%C3%A4.yaml".into(), true));
        assert_eq!(uri("/etc/a.yaml"), ("file:///etc/a.yaml".into(), false));
        assert_eq!(uri("C:\\x\\a.yaml"), ("file:///C%3A/x/a.yaml".into(), false));
    }

    #[test]
    fn a_text_of_the_target_is_neither_link_nor_placeholder() {
        assert_eq!(message("see [here](http://x) {0}"), "see [here] (http://x) {{0}}");
    }
}
