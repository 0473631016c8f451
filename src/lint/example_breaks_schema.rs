//! `example-breaks-schema`: a documented example is not what the documented rules ask for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Lint, places};
use crate::conform::{Breach, Judge};
use crate::model::{Clause, ClauseId, Contract, Meta, OpId, Operation, Part, Schema};
use crate::text::{Diagnostic, Span, pointer};

pub(super) struct ExampleBreaksSchema;
pub(super) static THIS: ExampleBreaksSchema = ExampleBreaksSchema;

static META: Meta = Meta {
    id: "example-breaks-schema",
    summary: "a documented example breaks a documented rule",
    explain: "The body of a documented request or answer does not keep the schema beside it. Either the page or the \
              contract is wrong. If the page contradicts itself, record it under `contradictions:` with the clause in \
              `concerns:`, and this becomes a note; if a value is only masked, write `{ masked: \"***\" }`.",
};

impl Lint for ExampleBreaksSchema {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, contract: &Contract, out: &mut Vec<Diagnostic>) {
        let mut known: BTreeMap<&str, (Span, Vec<String>)> = BTreeMap::new();
        for (id, operation) in contract.operations() {
            for example in examples(contract, operation) {
                for (breach, clause) in example.breaches(contract, id) {
                    let recorded = clause.and_then(|clause| places::recorded(contract, clause));
                    if let Some(contradiction) = recorded {
                        let entry = known.entry(&contradiction.name).or_insert((contradiction.span, Vec::new()));
                        entry.1.push(format!("{} in {}", breach.at, example.name));
                    } else if !example.hidden(&breach.at) {
                        out.push(unrecorded(contract, &example, &breach, clause));
                    }
                }
            }
        }
        for (name, (span, places)) in known {
            let message = format!("documented examples show the recorded contradiction `{name}`");
            out.push(Diagnostic::note(META.id, message).at(span, "recorded here").help(places.join("; ")));
        }
    }
}

fn unrecorded(contract: &Contract, example: &Example<'_>, breach: &Breach, clause: Option<ClauseId>) -> Diagnostic {
    let message = format!("{} breaks its schema: {}", example.name, breach.says());
    let mut diagnostic = Diagnostic::warning(META.id, message).at(example.span(contract), "this example");
    diagnostic = diagnostic.help("verdict: the documentation contradicts itself");
    if let Some(clause) = clause.map(|clause| contract.clause(clause)) {
        diagnostic = diagnostic
            .at(places::of_clause(contract, clause), &clause.text)
            .help(format!("correct one of them, or record a contradiction that concerns `{}`", clause.address));
    }
    diagnostic
}

struct Example<'e> {
    name: String,
    /// Its clause, if it has one of its own.
    place: Option<&'e Clause>,
    /// Where its operation is.
    otherwise: Span,
    schema: &'e Schema,
    part: Part,
    body: Value,
    /// Where the example itself says that it shows no value.
    masked: Vec<String>,
}

impl Example<'_> {
    fn breaches(&self, contract: &Contract, id: OpId) -> Vec<(Breach, Option<ClauseId>)> {
        let Ok(judge) = Judge::new(self.schema) else { return Vec::new() };
        places::named(contract, id, &self.part, judge.breaches_apart(&self.body))
    }

    fn span(&self, contract: &Contract) -> Span {
        self.place.map_or(self.otherwise, |clause| places::of_clause(contract, clause))
    }

    fn hidden(&self, at: &str) -> bool {
        let looks_masked = |text: &str| !text.is_empty() && text.chars().all(|c| "*xX•-".contains(c));
        self.masked.iter().any(|masked| at == masked || at.starts_with(&format!("{masked}/")))
            || self.body.pointer(at).and_then(Value::as_str).is_some_and(looks_masked)
    }
}

fn examples<'e>(contract: &'e Contract, operation: &'e Operation) -> Vec<Example<'e>> {
    let mut all = Vec::new();
    if let Some(body) = &operation.body {
        for example in &operation.examples {
            let Some(Some(printed)) = &example.request.body else { continue };
            let mut masked = Vec::new();
            all.push(Example {
                name: format!("the request of `{}/example/{}`", operation.id, example.name),
                place: Some(contract.clause(example.clause)),
                otherwise: operation.span,
                schema: &body.schema,
                part: Part::RequestBody,
                body: shown(printed, "", &mut masked),
                masked,
            });
        }
    }
    for response in &operation.responses {
        let Some(schema) = &response.schema else { continue };
        let address = format!("{}/response/{}", operation.id, response.status);
        let place = places::own(contract, operation, &address);
        for body in &response.examples {
            all.push(Example {
                name: format!("the example answer of `{address}`"),
                place,
                otherwise: operation.span,
                schema,
                part: Part::ResponseBody { status: response.status.clone() },
                body: body.clone(),
                masked: Vec::new(),
            });
        }
    }
    all
}

/// The body as printed, and where it shows no value of its own.
fn shown(value: &Value, at: &str, masked: &mut Vec<String>) -> Value {
    match value {
        Value::Object(members) if members.len() == 1 => {
            for stands_in in ["masked", "generate"] {
                if let Some(inner) = members.get(stands_in) {
                    masked.push(at.to_owned());
                    return inner.clone();
                }
            }
            all_members(members, at, masked)
        }
        Value::Object(members) => all_members(members, at, masked),
        Value::Array(elements) => {
            let element = |(index, element)| shown(element, &format!("{at}/{index}"), masked);
            Value::Array(elements.iter().enumerate().map(element).collect())
        }
        Value::String(text) if text.contains("{{") => {
            masked.push(at.to_owned());
            value.clone()
        }
        other => other.clone(),
    }
}

fn all_members(members: &serde_json::Map<String, Value>, at: &str, masked: &mut Vec<String>) -> Value {
    let member = |(name, value): (&String, &Value)| (name.clone(), shown(value, &pointer::join(at, name), masked));
    Value::Object(members.iter().map(member).collect())
}
