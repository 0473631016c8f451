//! `unknown-format`: a `format` that nobody checks.

use serde_json::Value;

use super::Lint;
use crate::model::{Contract, Meta};
use crate::text::{Diagnostic, did_you_mean};

pub(super) struct UnknownFormat;
pub(super) static THIS: UnknownFormat = UnknownFormat;

static META: Meta = Meta {
    id: "unknown-format",
    summary: "a `format` that nothing checks",
    explain: "JSON Schema ignores formats that it does not know, so a misspelt one (`date_time`) tests nothing. Known are \
              those of JSON Schema 2020-12, which are checked, and those of OpenAPI, which are descriptions. For anything \
              else write a `pattern`.",
};

/// Checked.
const CHECKED: &[&str] = &[
    "date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "iri", "iri-reference", "json-pointer",
    "regex", "relative-json-pointer", "time", "uri", "uri-reference", "uri-template", "uuid",
];

/// Understood, but not checked.
const DESCRIBED: &[&str] = &["password", "byte", "binary", "int32", "int64", "float", "double"];

impl Lint for UnknownFormat {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, contract: &Contract, out: &mut Vec<Diagnostic>) {
        for operation in &contract.operations {
            let mut formats = std::collections::BTreeSet::new();
            let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
            let bodies = operation.body.iter().map(|body| &body.schema);
            let responses = operation.responses.iter().filter_map(|response| response.schema.as_ref());
            let schemas = parameters.chain(bodies).chain(responses);
            // Where the contract says which formats it promises, all others are descriptions.
            let schemas = schemas.filter(|schema| schema.shared().formats.is_none());
            schemas.for_each(|schema| collect(schema, &mut formats));
            for format in formats {
                let message = format!("`{}` uses the format `{format}`, which nothing checks", operation.id);
                let mut diagnostic = Diagnostic::warning(META.id, message).at(operation.span, "this operation");
                if let Some(near) = did_you_mean(format, CHECKED.iter().copied()) {
                    diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                }
                out.push(diagnostic);
            }
        }
    }
}

fn collect<'s>(schema: &'s Value, formats: &mut std::collections::BTreeSet<&'s str>) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(format) if name == "format" => {
                        if !CHECKED.contains(&&**format) && !DESCRIBED.contains(&&**format) {
                            formats.insert(format);
                        }
                    }
                    _ if ["const", "enum", "default", "examples"].contains(&name.as_str()) => {}
                    _ => collect(value, formats),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, formats)),
        _ => {}
    }
}
