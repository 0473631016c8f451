//! Keywords that bind only in an alternative, such as a branch of `anyOf`: what a change of them means is told by the schema
//! around the alternatives.

use serde_json::Value;

use super::Impact::Compatible;
use super::impact::{Shift, Verdict, of_requests};
use crate::conform::{Relation, relation};
use crate::model::{MAPS, Part, Schema};
use crate::text::pointer;

/// Whether the keyword at this evaluation path binds only in an alternative: then to add it may allow more.
pub(super) fn in_alternative(path: &str) -> bool {
    path.split('/').any(|step| ALTERNATIVES.contains(&step))
}

const ALTERNATIVES: [&str; 8] = ["anyOf", "oneOf", "not", "if", "then", "else", "contains", "propertyNames"];

/// The schema around the first alternative on the way to a keyword, with all that it refers to.
pub(super) fn around(schema: &Schema, path: &str) -> Option<Value> {
    let tokens: Vec<String> = pointer::tokens(path).collect();
    let first = first_alternative(&tokens)?;
    Some(schema.part(walked(schema, &tokens[..first])?).whole())
}

/// What it means that an alternative with a name is new in what is sent: `segment` is its name in addresses. What the
/// change takes away shows at the other alternatives, or at the keyword.
pub(super) fn added(part: &Part, path: &str, segment: &str, old: &Value, new: &Schema) -> Option<Verdict> {
    let tokens: Vec<String> = pointer::tokens(path).collect();
    let first = first_alternative(&tokens).filter(|first| part.is_request() && tokens[*first] == "anyOf")?;
    let branch = walked(new, tokens.get(..first + 2)?)?;
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
    };
    let title = branch.get("title").and_then(Value::as_str)?;
    (letters(title) == letters(segment)).then(|| match relation(old, &new.part(branch).whole()) {
        Relation::Same | Relation::Narrower => (Compatible, Compatible, "what it allows was accepted before"),
        _ => of_requests(Shift::Wider),
    })
}

/// Where the first keyword stands that binds only in an alternative.
fn first_alternative(tokens: &[String]) -> Option<usize> {
    let named = |at: usize| at > 0 && MAPS.contains(&tokens[at - 1].as_str());
    (0..tokens.len()).find(|at| ALTERNATIVES.contains(&tokens[*at].as_str()) && !named(*at))
}

/// The schema at an evaluation path, also where a reference stands on the way that the path does not know, or the other
/// way round.
fn walked<'s>(schema: &'s Schema, tokens: &[String]) -> Option<&'s Value> {
    let mut here: &Value = schema;
    for token in tokens {
        let target = here.get("$ref").and_then(Value::as_str).and_then(|reference| schema.resolve(reference));
        here = match here {
            Value::Array(elements) => elements.get(token.parse::<usize>().ok()?)?,
            _ if token == "$ref" => target.unwrap_or(here),
            _ => here.get(token).or_else(|| target?.get(token))?,
        };
    }
    Some(here)
}
