//! Schemas: each has what it says itself, and shares with all others what they refer to.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock, OnceLock};

use serde_json::{Map, Value};

use crate::text::pointer;

/// What the schemas of one contract file refer to, and how all of them are read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definitions {
    /// The shared schemas by name.
    pub schemas: Map<String, Value>,
    /// The formats that are promises; None: all that JSON Schema defines. The others are descriptions.
    pub formats: Option<Vec<String>>,
}

static NONE: LazyLock<Arc<Definitions>> = LazyLock::new(Arc::default);

/// A JSON Schema 2020-12. It dereferences to what it says itself; `$ref: "#/$defs/NAME"` in it is a definition of its
/// own or a shared one. Cheap to clone.
#[derive(Clone)]
pub struct Schema {
    own: Arc<Own>,
    shared: Arc<Definitions>,
}

struct Own {
    value: Value,
    /// What somebody worked out of the schema, so that it is worked out once.
    made: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Schema {
    /// A schema that refers to `shared`.
    #[must_use]
    pub fn new(value: Value, shared: &Arc<Definitions>) -> Self {
        Self { own: Arc::new(Own { value, made: OnceLock::new() }), shared: Arc::clone(shared) }
    }

    /// What `$ref` means, if it is in reach: `#/$defs/NAME`, or any pointer into the schema itself.
    #[must_use]
    pub fn resolve(&self, reference: &str) -> Option<&Value> {
        let at = reference.strip_prefix('#')?;
        self.own.value.pointer(at).or_else(|| {
            let mut tokens = pointer::tokens(at);
            let of = tokens.next().filter(|word| word == "$defs").and_then(|_| tokens.next())?;
            tokens.try_fold(self.shared.schemas.get(&of)?, |value, token| match value {
                Value::Object(members) => members.get(&token),
                Value::Array(elements) => elements.get(token.parse::<usize>().ok()?),
                _ => None,
            })
        })
    }

    /// `part`, a schema inside this one or inside what it refers to, as a schema.
    #[must_use]
    pub fn part(&self, part: &Value) -> Self {
        let mut part = part.clone();
        if let (Some(members), Some(own)) = (part.as_object_mut(), self.own.value.get("$defs")) {
            members.entry("$defs").or_insert_with(|| own.clone());
        }
        Self::new(part, &self.shared)
    }

    /// The same with other words, which refer to the same definitions.
    #[must_use]
    pub fn with(&self, value: Value) -> Self {
        Self::new(value, &self.shared)
    }

    /// What it refers to.
    #[must_use]
    pub fn shared(&self) -> &Arc<Definitions> {
        &self.shared
    }

    /// The names of the shared schemas that it needs, directly or through others.
    #[must_use]
    pub fn needed(&self) -> BTreeSet<String> {
        let mut open = Vec::new();
        references(&self.own.value, &mut open);
        let mut needed = BTreeSet::new();
        while let Some(name) = open.pop() {
            if self.own.value.get("$defs").is_none_or(|own| own.get(&name).is_none())
                && let Some(definition) = self.shared.schemas.get(&name)
                && needed.insert(name)
            {
                references(definition, &mut open);
            }
        }
        needed
    }

    /// Calls `see` with each shared schema that it needs.
    pub fn each_definition(&self, see: &mut dyn FnMut(&Value)) {
        self.needed().iter().filter_map(|name| self.shared.schemas.get(name)).for_each(see);
    }

    /// One value with all that it needs under `$defs`.
    #[must_use]
    pub fn whole(&self) -> Value {
        let mut whole = self.own.value.clone();
        let needed = self.needed();
        if let (Some(members), false) = (whole.as_object_mut(), needed.is_empty()) {
            let defs = members.entry("$defs").or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(defs) = defs {
                defs.extend(needed.into_iter().map(|name| {
                    let definition = self.shared.schemas.get(&name).cloned().unwrap_or_default();
                    (name, definition)
                }));
            }
        }
        whole
    }

    /// What `make` works out of the schema: of equal schemas that were made once, only once.
    pub fn made<T: Any + Send + Sync>(&self, make: impl FnOnce(&Self) -> T) -> Option<&T> {
        self.own.made.get_or_init(|| Box::new(make(self))).downcast_ref()
    }
}

/// Keywords whose members have names of the author's, which may be those of keywords.
pub const MAPS: [&str; 4] = ["properties", "patternProperties", "dependentSchemas", "$defs"];

/// Adds the names of all definitions that `schema` refers to.
fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("$ref" | "$dynamicRef", Value::String(reference)) => {
                        found.extend(
                            reference
                                .strip_prefix("#/$defs/")
                                .and_then(|rest| pointer::tokens(&format!("/{rest}")).next()),
                        );
                    }
                    (name, Value::Object(map)) if MAPS.contains(&name) => {
                        map.values().for_each(|member| references(member, found));
                    }
                    ("const" | "enum" | "default" | "examples", _) => {}
                    _ => references(member, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| references(element, found)),
        _ => {}
    }
}

impl Deref for Schema {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.own.value
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.whole())
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.own, &other.own) && Arc::ptr_eq(&self.shared, &other.shared)
            || self.own.value == other.own.value
                && (Arc::ptr_eq(&self.shared, &other.shared) || self.whole() == other.whole())
    }
}

impl From<Value> for Schema {
    fn from(value: Value) -> Self {
        Self::new(value, &NONE)
    }
}

impl From<&Value> for Schema {
    fn from(value: &Value) -> Self {
        Self::from(value.clone())
    }
}

impl From<&Schema> for Schema {
    fn from(schema: &Schema) -> Self {
        schema.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_schema_reaches_its_own_definitions_and_the_shared_ones() {
        let schemas =
            json!({"A": {"items": {"$ref": "#/$defs/B~1C"}}, "B/C": {"$ref": "#/$defs/A"}, "D": {}});
        let Value::Object(schemas) = schemas else { unreachable!() };
        let shared = Arc::new(Definitions { schemas, formats: None });
        let schema = Schema::new(json!({"$ref": "#/$defs/A", "$defs": {"Own": {"type": "null"}}}), &shared);
        assert_eq!(schema.resolve("#/$defs/Own"), Some(&json!({"type": "null"})));
        assert_eq!(schema.resolve("#/$defs/A/items"), Some(&json!({"$ref": "#/$defs/B~1C"})));
        assert_eq!(schema.resolve("#/$defs/E"), None);
        let whole = schema.whole();
        let names: Vec<_> = whole["$defs"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["Own", "A", "B/C"]);
        assert_eq!(
            schema.part(&json!({"$ref": "#/$defs/B~1C"})).whole()["$defs"].as_object().unwrap().len(),
            3
        );
    }
}
