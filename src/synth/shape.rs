//! What a schema says about one value: references and conjunctions folded in, one alternative chosen.

use serde_json::{Map, Value};

use super::Cannot;
use super::number::Number;
use super::pattern::{Demand, Patterns};
use crate::model::Schema;

/// The keywords that apply to one value, from all the schemas that apply to it.
#[derive(Debug, Clone)]
pub(crate) struct Shape<'s> {
    root: &'s Schema,
    patterns: &'s Patterns,
    /// An evaluation path: where it leads through an alternative, that one is chosen.
    steer: &'s str,
    parts: Vec<(String, &'s Map<String, Value>)>,
    /// A `false` schema applies: nothing is allowed.
    pub(crate) impossible: bool,
}

/// How deep references may be nested before a schema is taken for one without end.
const DEEPEST: usize = 32;

impl<'s> Shape<'s> {
    /// What `root` says about the whole value.
    pub(crate) fn new(root: &'s Schema, patterns: &'s Patterns, steer: &'s str) -> Self {
        let mut shape = Self { root, patterns, steer, parts: Vec::new(), impossible: false };
        shape.fold(root, String::new(), 0);
        shape
    }

    fn fold(&mut self, node: &'s Value, path: String, depth: usize) {
        let map = match node {
            Value::Bool(false) => {
                self.impossible = true;
                return;
            }
            Value::Object(map) if depth < DEEPEST => map,
            _ => return,
        };
        if let Some(target) = map.get("$ref").and_then(Value::as_str).and_then(|name| self.resolve(name)) {
            self.fold(target, format!("{path}/$ref"), depth + 1);
        }
        if let Some(all) = map.get("allOf").and_then(Value::as_array) {
            for (index, branch) in all.iter().enumerate() {
                self.fold(branch, format!("{path}/allOf/{index}"), depth + 1);
            }
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(branches) = map.get(keyword).and_then(Value::as_array) {
                let prefix = format!("{path}/{keyword}/");
                let chosen = self.choose(branches, &prefix);
                if let Some(branch) = branches.get(chosen) {
                    self.fold(branch, format!("{prefix}{chosen}"), depth + 1);
                }
            }
        }
        self.parts.push((path, map));
    }

    fn resolve(&self, reference: &str) -> Option<&'s Value> {
        self.root.resolve(reference)
    }

    fn choose(&self, branches: &[Value], prefix: &str) -> usize {
        let steered = self.steer.strip_prefix(prefix).and_then(|rest| rest.split('/').next()?.parse().ok());
        steered.unwrap_or_else(|| branches.iter().position(|branch| !is_escape(branch)).unwrap_or(0))
    }

    fn below(&self, subschemas: Vec<(&'s Value, String)>) -> Self {
        let (root, patterns, steer) = (self.root, self.patterns, self.steer);
        let mut shape = Self { root, patterns, steer, parts: Vec::new(), impossible: false };
        for (node, path) in subschemas {
            shape.fold(node, path, 0);
        }
        shape
    }

    /// What applies to the member `name`.
    pub(crate) fn member(&self, name: &str) -> Self {
        let mut found = Vec::new();
        for (path, map) in &self.parts {
            if let Some(schema) = map.get("properties").and_then(|properties| properties.get(name)) {
                found.push((schema, crate::text::pointer::join(&format!("{path}/properties"), name)));
            } else if let Some(schema) = map.get("additionalProperties")
                && !map.contains_key("patternProperties")
            {
                found.push((schema, format!("{path}/additionalProperties")));
            }
        }
        self.below(found)
    }

    /// What applies to the element at `index`.
    pub(crate) fn element(&self, index: usize) -> Self {
        let mut found = Vec::new();
        for (path, map) in &self.parts {
            let prefix = map.get("prefixItems").and_then(Value::as_array);
            if let Some(schema) = prefix.and_then(|items| items.get(index)) {
                found.push((schema, format!("{path}/prefixItems/{index}")));
            } else if let Some(schema) = map.get("items") {
                found.push((schema, format!("{path}/items")));
            }
        }
        self.below(found)
    }

    /// What applies at `tokens` below; `*` is any element or member.
    pub(crate) fn descend(&self, tokens: &[String]) -> Self {
        let mut shape = self.clone();
        for token in tokens {
            let array = shape.kinds().contains(&"array");
            shape = match token.parse::<usize>() {
                Ok(index) if array => shape.element(index),
                _ if array => shape.element(0),
                _ => shape.member(token),
            };
        }
        shape
    }

    /// What the pattern `text` asks.
    pub(crate) fn demand(&self, text: &str) -> Result<&'s Demand, Cannot> {
        self.patterns.demand(text)
    }

    /// Every value of `keyword`.
    pub(crate) fn all(&self, keyword: &str) -> impl Iterator<Item = &'s Value> {
        self.parts.iter().filter_map(move |(_, map)| map.get(keyword)).collect::<Vec<_>>().into_iter()
    }

    /// Every schema that has `keyword` with `value`: for its title.
    pub(crate) fn title_of(&self, keyword: &str, value: &Value) -> Option<&'s str> {
        let (_, map) = self.parts.iter().find(|(_, map)| map.get(keyword) == Some(value))?;
        map.get("title").and_then(Value::as_str)
    }

    /// The strictest value of a lower limit (`largest`) or an upper limit of a size.
    pub(crate) fn size(&self, keyword: &str, largest: bool) -> Option<usize> {
        let sizes = self.all(keyword).filter_map(|value| {
            let whole = value.as_u64().or_else(|| Number::of(value)?.whole().and_then(|n| n.try_into().ok()));
            usize::try_from(whole?).ok()
        });
        if largest { sizes.max() } else { sizes.min() }
    }

    /// The JSON types that are allowed, as far as `type` says so or the other keywords hint; empty: any.
    pub(crate) fn kinds(&self) -> Vec<&'s str> {
        let mut allowed: Option<Vec<&str>> = None;
        for said in self.all("type") {
            let these: Vec<&str> = match said {
                Value::String(one) => vec![one],
                Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
                _ => continue,
            };
            allowed = Some(match allowed {
                None => these,
                Some(before) => before
                    .into_iter()
                    .filter_map(|kind| match kind {
                        "number" if these.contains(&"integer") && !these.contains(&"number") => {
                            Some("integer")
                        }
                        "integer" if these.contains(&"number") => Some("integer"),
                        _ => these.contains(&kind).then_some(kind),
                    })
                    .collect(),
            });
        }
        allowed.unwrap_or_else(|| self.hinted())
    }

    fn hinted(&self) -> Vec<&'s str> {
        const HINTS: [(&str, &[&str]); 4] = [
            ("object", &["properties", "required", "additionalProperties", "minProperties", "maxProperties"]),
            ("array", &["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]),
            ("string", &["minLength", "maxLength", "pattern", "format"]),
            ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
        ];
        HINTS
            .iter()
            .filter(|(_, keywords)| {
                keywords.iter().any(|keyword| self.parts.iter().any(|(_, map)| map.contains_key(*keyword)))
            })
            .map(|(kind, _)| *kind)
            .take(1)
            .collect()
    }

    /// The names of `properties`, in the order of the schema.
    pub(crate) fn properties(&self) -> Vec<&'s str> {
        let mut names: Vec<&str> = Vec::new();
        for properties in self.all("properties").filter_map(Value::as_object) {
            for name in properties.keys() {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// The names of `required`.
    pub(crate) fn required(&self) -> Vec<&'s str> {
        self.all("required").filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect()
    }
}

/// Whether a branch of an alternative is a way out rather than the meaning: a mask, or the empty value.
fn is_escape(branch: &Value) -> bool {
    match branch.get("title").and_then(Value::as_str) {
        Some("masked") => true,
        Some("empty") => branch.get("const").is_some(),
        _ => branch.get("type").and_then(Value::as_str) == Some("null"),
    }
}
