//! What came of the recordings: for each contract one that amends it, and what was seen to break it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::example::{Members, Names};
use super::judge::Kind;
use super::tally::Tally;
use crate::import::MARK;
use crate::model::{Clause, ClauseId, Contract, OpId};
use crate::send::Redactor;
use crate::text::tree::{self, Node};
use crate::text::{Diagnostic, Span, tame};

/// An example in the making.
#[derive(Debug)]
pub(super) struct Grown {
    pub(super) digest: String,
    pub(super) members: Members,
    pub(super) first: String,
    pub(super) times: usize,
}

/// A promise that entries break.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) says: String,
    pub(super) first: String,
    pub(super) status: u16,
    pub(super) times: usize,
}

/// All that was seen.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) grown: BTreeMap<(OpId, u16), Vec<Grown>>,
    pub(super) told: BTreeMap<(OpId, Kind, ClauseId, String), Told>,
    pub(super) names: Names,
    pub(super) secrets: BTreeSet<(String, String)>,
    pub(super) tally: Tally,
}

/// What came of the recordings.
#[derive(Debug)]
pub struct Harvest {
    /// One for each contract that has examples, in the order of the contracts.
    pub overlays: Vec<Overlay>,
    /// What the recordings show against the contract, in the order of its operations.
    pub findings: Vec<Diagnostic>,
    /// What became of the entries.
    pub tally: Tally,
    /// Knows every secret that was recorded.
    pub redactor: Redactor,
}

/// The examples of one contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    /// The contract that it amends: index into [`Contract::documents`].
    pub document: usize,
    /// How many examples.
    pub examples: usize,
    title: String,
    variables: Map<String, Value>,
    operations: Map<String, Value>,
    remarks: Vec<String>,
}

impl Overlay {
    /// The text of the contract file, where the contract that it amends is at `amends`, as seen from the file.
    #[must_use]
    pub fn text(&self, amends: &str) -> String {
        let mut contract = json!({ "countersign": 1, "amends": amends, "title": self.title });
        if let Value::Object(members) = &mut contract {
            if !self.variables.is_empty() {
                members.insert("variables".to_owned(), Value::Object(self.variables.clone()));
            }
            members.insert("operations".to_owned(), Value::Object(self.operations.clone()));
        }
        let mut text = format!("{MARK}\n");
        if !self.remarks.is_empty() {
            text += "# Seen in the recording, against the contract:\n";
        }
        self.remarks.iter().for_each(|remark| text += &format!("#   {remark}\n"));
        text + &tree::write(&Node::of(&contract, Span::default()))
    }
}

impl Harvest {
    pub(super) fn of(contract: &Contract, seen: Shown) -> Self {
        let secrets = seen.secrets.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let redactor = Redactor::new(secrets);
        let (findings, remarks) = findings(contract, &seen.told, &redactor);
        let variables = seen.names.all();
        let mut overlays: Vec<Overlay> = Vec::new();
        for (id, operation) in contract.operations() {
            let mut examples = Map::new();
            for ((_, _), grown) in seen.grown.range((id, 0)..=(id, u16::MAX)) {
                for one in grown {
                    let example = clean(&one.members, &redactor);
                    examples.insert(format!("recorded-{}", one.digest), told(one, example));
                }
            }
            if examples.is_empty() {
                continue;
            }
            let document = operation.document;
            let at = overlays.iter().position(|one| one.document == document).unwrap_or_else(|| {
                overlays.push(Overlay {
                    document,
                    examples: 0,
                    title: contract.documents.get(document).map(|one| one.title.clone()).unwrap_or_default(),
                    variables: Map::new(),
                    operations: Map::new(),
                    remarks: remarks.get(&document).cloned().unwrap_or_default(),
                });
                overlays.len() - 1
            });
            let overlay = &mut overlays[at];
            overlay.examples += examples.len();
            for name in crate::conform::needs(&Value::Object(examples.clone())) {
                if let Some(value) = variables.get(name.as_str()) {
                    let known =
                        json!({ "says": "an identifier of the recording", "default": redactor.text(value) });
                    overlay.variables.insert(name, known);
                }
            }
            overlay.operations.insert(operation.id.clone(), json!({ "examples": examples }));
        }
        overlays.sort_by_key(|overlay| overlay.document);
        for overlay in &mut overlays {
            overlay.variables.sort_keys();
        }
        Self { overlays, findings, tally: seen.tally, redactor }
    }
}

/// The example with where it comes from.
fn told(grown: &Grown, mut example: Members) -> Value {
    let others = match grown.times {
        1 => String::new(),
        2 => ", and one like it".to_owned(),
        times => format!(", and {} like it", times - 1),
    };
    example.insert("convention".to_owned(), json!(format!("recorded: {}{others}", grown.first)));
    Value::Object(example)
}

/// The example without secrets: in a body a mask stands for what has one in it, elsewhere nothing does.
fn clean(members: &Members, redactor: &Redactor) -> Members {
    let dirty = |value: &Value| value.as_str().is_some_and(|text| redactor.text(text) != text);
    let mut out = members.clone();
    for (part, value) in &mut out {
        match value {
            Value::Object(values) if ["path", "query", "header"].contains(&part.as_str()) => {
                values.retain(|name, value| redactor.text(name) == *name && !redactor_finds(value, redactor));
            }
            value if part == "body" => mask(value, &|value| dirty(value), &json!({ "masked": "***" })),
            value if part == "expect" => mask(value, &|value| dirty(value), &json!({ "match": "any" })),
            _ => {}
        }
    }
    out.retain(|part, value| part == "body" || value.as_object().is_none_or(|members| !members.is_empty()));
    out
}

fn redactor_finds(value: &Value, redactor: &Redactor) -> bool {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    redactor.text(&text) != text
}

fn mask(value: &mut Value, dirty: &dyn Fn(&Value) -> bool, instead: &Value) {
    match value {
        value if dirty(value) => *value = instead.clone(),
        Value::Object(members) => members.values_mut().for_each(|member| mask(member, dirty, instead)),
        Value::Array(elements) => elements.iter_mut().for_each(|element| mask(element, dirty, instead)),
        _ => {}
    }
}

/// As diagnostics, and as lines for the file, by contract.
fn findings(
    contract: &Contract,
    told: &BTreeMap<(OpId, Kind, ClauseId, String), Told>,
    redactor: &Redactor,
) -> (Vec<Diagnostic>, BTreeMap<usize, Vec<String>>) {
    let mut diagnostics = Vec::new();
    let mut remarks: BTreeMap<usize, Vec<Remark>> = BTreeMap::new();
    for ((id, kind, clause, _), told) in told {
        let operation = contract.operation(*id);
        let clause = contract.clause(*clause);
        let says = redactor.text(&told.says);
        let request = format!("{} {}", operation.method, operation.path);
        let first = &told.first;
        let message = match kind {
            Kind::Answer => {
                format!(
                    "the recorded answer {} to {request} breaks {}: {says} ({first})",
                    told.status, clause.address
                )
            }
            Kind::Accepted | Kind::Refused => {
                format!("the recorded request {request} breaks {}: {says} ({first})", clause.address)
            }
            Kind::Conforming => format!("the recorded request {request}: {says} ({first})"),
            Kind::Drift => format!("the recorded answer {} to {request}: {says} ({first})", told.status),
        };
        let mut diagnostic = match kind {
            Kind::Answer => Diagnostic::warning("recorded-answer", &message),
            Kind::Accepted | Kind::Refused => Diagnostic::warning("recorded-request", &message),
            Kind::Conforming => Diagnostic::note("recorded-refusal", &message),
            Kind::Drift => Diagnostic::note("recorded-drift", &message),
        };
        if told.times > 1 {
            diagnostic = diagnostic.help(format!("in {} entries", told.times));
        }
        diagnostic = diagnostic.help(format!("{}: {}", clause.origin.place, clause.text));
        for published in &clause.origin.published {
            let line = if published.line > 0 { format!(":{}", published.line) } else { String::new() };
            diagnostic = diagnostic.help(format!("{}{line} “{}”", published.source, published.quote));
        }
        diagnostics.push(diagnostic);
        let says = remark(*kind, &request, told.status, clause);
        let lines = remarks.entry(operation.document).or_default();
        match lines.iter_mut().find(|line| line.says == says) {
            Some(line) => line.times += told.times,
            None => lines.push(Remark { says, first: first.clone(), times: told.times }),
        }
    }
    let line = |remark: &Remark| {
        let times = if remark.times > 1 { format!(", {} times", remark.times) } else { String::new() };
        let line = redactor.text(&format!("{} ({}{times})", remark.says, remark.first));
        tame(&line).replace(['\n', '\r'], " ")
    };
    let lines = |(document, remarks): (usize, Vec<Remark>)| (document, remarks.iter().map(line).collect());
    (diagnostics, remarks.into_iter().map(lines).collect())
}

/// A finding as the file tells it.
struct Remark {
    says: String,
    first: String,
    times: usize,
}

/// What the file says of a finding: the contract's own words. What a check says has values of the answer in it, or
/// names that may be values.
fn remark(kind: Kind, request: &str, status: u16, clause: &Clause) -> String {
    let (address, text) = (&clause.address, &clause.text);
    match kind {
        Kind::Answer => format!("the recorded answer {status} to {request} breaks {address}: {text}"),
        Kind::Accepted => {
            format!("the recorded request {request} breaks {address}, and was accepted ({status}): {text}")
        }
        Kind::Refused => {
            format!("the recorded request {request} breaks {address}, and was refused by {status}: {text}")
        }
        Kind::Conforming => format!(
            "the recorded request {request} keeps all that is promised about requests, and was answered {status}: {address}"
        ),
        Kind::Drift => format!(
            "the recorded answer {status} to {request} has something that is not documented: {address}"
        ),
    }
}
