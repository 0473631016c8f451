//! `invalid-header`: a header field breaks its documented constraint.

use serde_json::Value;

use super::judged;
use super::scene::Told;
use super::{Check, Scene};
use crate::model::{Finding, FindingSite, Meta};

pub(super) struct InvalidHeader;
pub(super) static THIS: InvalidHeader = InvalidHeader;

static META: Meta = Meta {
    id: "invalid-header",
    summary: "A header field breaks its documented type, bound or pattern",
    explain: "The field's value is held against its schema; where the schema asks for a number or a boolean, the text is read as one.",
};

impl Check for InvalidHeader {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let (Some(reply), Some(promise)) = (scene.reply, scene.promise) else { return };
        for (spec, compiled) in promise.spec.headers.iter().zip(&promise.compiled.headers) {
            let (Some(text), Some(judge)) = (reply.header(&compiled.name), &compiled.judge) else { continue };
            for breach in judge.breaches(&typed(text, &spec.schema)) {
                let clause = judged::of_header(
                    &breach,
                    compiled,
                    promise.compiled.status.unwrap_or(scene.aimed()),
                );
                let told = Told { expected: breach.allowed.clone(), actual: text.to_owned(), diff: None };
                let summary = format!("the header field {} {}", spec.name, breach.message);
                out.push(scene.finding(&META, clause, FindingSite::Header(compiled.name.clone()), summary, told));
            }
        }
    }
}

/// The field's text as the JSON type that its schema asks for, if it can be read as one.
fn typed(text: &str, schema: &Value) -> Value {
    let text = text.trim();
    let read = match schema.get("type").and_then(Value::as_str) {
        Some("integer" | "number") => serde_json::from_str(text).ok().filter(Value::is_number),
        Some("boolean") => serde_json::from_str(text).ok().filter(Value::is_boolean),
        _ => None,
    };
    read.unwrap_or_else(|| Value::from(text))
}
