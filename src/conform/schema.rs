//! JSON Schema 2020-12, through the `jsonschema` crate.

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Draft, Keyword, PatternOptions, ValidationError, ValidationOptions};
use serde_json::Value;

use super::breach::{OF_ANOTHER_TYPE, subject, wording};
use crate::model::Schema;
use crate::text::pointer;

/// The longest a string may be in UTF-8 bytes: no keyword of JSON Schema, but what some deployments take `maxLength` for.
pub const MAX_BYTES: &str = "x-maxBytes";
/// The shortest, likewise.
pub const MIN_BYTES: &str = "x-minBytes";

/// A schema that can't be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadSchema {
    /// Where in the schema, as a JSON Pointer.
    pub at: String,
    /// A lowercase fragment.
    pub message: String,
}

/// Everything that the 2020-12 meta-schema does not allow in `schema`, where [`Judge::new`] stops at the first.
#[must_use]
pub fn schema_faults(schema: &Value) -> Vec<BadSchema> {
    jsonschema::draft202012::meta::validator()
        .iter_errors(schema)
        .map(|error| BadSchema { at: error.instance_path().to_string(), message: error.to_string() })
        .collect()
}

/// What is wrong with a regular expression, if anything is.
#[must_use]
pub fn pattern_fault(pattern: &str) -> Option<BadSchema> {
    Judge::new(Value::from_iter([("pattern", pattern)])).err()
}

/// One keyword that a value does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The evaluation path to the keyword, as in [`crate::model::ClauseKind::Constraint::path`]: for `required`, the
    /// property's name follows.
    pub path: String,
    /// Where in the value, as a JSON Pointer.
    pub at: String,
    /// What is wrong, a predicate that fits after the value's name: `has 51 characters, at most 50 are allowed`. For
    /// `required` it names the property: ``has no `request_id` ``.
    pub message: String,
    /// What the keyword allows, a fragment: `at most 50 characters`.
    pub allowed: String,
    /// The keyword itself: `maxLength`, `required` …
    pub keyword: String,
    /// For `required`, the property that is missing.
    pub missing: Option<String>,
    /// Of `anyOf` and `oneOf` in [`Judge::breaches_apart`]: the breaches of each branch, in the schema's order.
    pub branches: Vec<Vec<Breach>>,
}

impl Breach {
    /// The whole sentence: `` `user_name` has 51 characters, at most 50 are allowed ``.
    #[must_use]
    pub fn says(&self) -> String {
        match &self.missing {
            Some(property) => format!("{} is missing", subject(&pointer::join(&self.at, property))),
            None => format!("{} {}", subject(&self.at), self.message),
        }
    }
}

/// A judge of values by a schema, which is compiled when it is first needed, and once for all judges of it. Cheap to
/// clone and to share between threads.
#[derive(Debug, Clone)]
pub struct Judge {
    schema: Schema,
    compile: fn(&Schema) -> Compiled,
}

type Compiled = Result<jsonschema::Validator, BadSchema>;

impl Judge {
    /// Whether an object without members is inside, and no text, number or truth: then a parameter that is left out of a
    /// query or a header may be that object, for which nothing is written.
    #[must_use]
    pub fn takes_the_empty_object_alone(&self) -> bool {
        let others = ["", "abc", "a text of several words"].map(Value::from).into_iter();
        self.accepts(&Value::Object(serde_json::Map::new()))
            && !others.chain([1.into(), true.into()]).any(|other| self.accepts(&other))
    }

    /// Compiles a schema. Known formats are assertions, unless the schema's definitions say otherwise; others are
    /// ignored (`int64`, `password`). Nothing is fetched from anywhere.
    ///
    /// # Errors
    /// When it is not a JSON Schema, or refers to what is not in it.
    pub fn new(schema: impl Into<Schema>) -> Result<Self, BadSchema> {
        Self::later(schema).sound()
    }

    /// The same, for a schema that may have [`MAX_BYTES`] and [`MIN_BYTES`]. In a contract they would mean nothing.
    ///
    /// # Errors
    /// As [`Judge::new`].
    pub fn counting_bytes(schema: impl Into<Schema>) -> Result<Self, BadSchema> {
        let compile = |schema: &Schema| {
            let options = options(schema)
                .with_keyword(MAX_BYTES, |_, limit, _| Ok(Box::new(Bytes { least: 0, most: whole(limit) })))
                .with_keyword(MIN_BYTES, |_, limit, _| {
                    Ok(Box::new(Bytes { least: whole(limit), most: u64::MAX }))
                });
            built(&options, schema)
        };
        Self { schema: schema.into(), compile }.sound()
    }

    fn sound(self) -> Result<Self, BadSchema> {
        let wrong = self.compiled().err();
        wrong.map_or(Ok(self), Err)
    }

    /// The same for a schema that is known to be one: it is compiled when something is judged. One that can't be
    /// compiled after all accepts nothing, and says why.
    pub fn later(schema: impl Into<Schema>) -> Self {
        let compile = |schema: &Schema| built(&options(schema), schema);
        Self { schema: schema.into(), compile }
    }

    fn compiled(&self) -> Result<&jsonschema::Validator, BadSchema> {
        match self.schema.made::<Compiled>(self.compile) {
            Some(Ok(validator)) => Ok(validator),
            Some(Err(bad)) => Err(bad.clone()),
            None => {
                Err(BadSchema { at: String::new(), message: "it is in use for something else".to_owned() })
            }
        }
    }

    /// Whether `value` keeps the schema.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        self.compiled().is_ok_and(|validator| validator.is_valid(value))
    }

    /// Every keyword that `value` does not keep; of `anyOf` and `oneOf`, the breaches of the branch that was meant
    /// (the one that fails latest), so that a clause can be named.
    #[must_use]
    pub fn breaches(&self, value: &Value) -> Vec<Breach> {
        let mut flat = Vec::new();
        for breach in self.breaches_apart(value) {
            flatten(breach, &mut flat);
        }
        flat
    }

    /// Every keyword that `value` does not keep; `anyOf` and `oneOf` are one breach each, whose `branches` tell why
    /// each alternative fails.
    #[must_use]
    pub fn breaches_apart(&self, value: &Value) -> Vec<Breach> {
        match self.compiled() {
            Ok(validator) if validator.is_valid(value) => Vec::new(),
            Ok(validator) => validator.iter_errors(value).map(|error| breach(&error)).collect(),
            Err(bad) => vec![Breach {
                path: bad.at,
                at: String::new(),
                message: format!("can't be judged: {}", bad.message),
                allowed: String::new(),
                keyword: String::new(),
                missing: None,
                branches: Vec::new(),
            }],
        }
    }
}

/// Formats that the `jsonschema` crate knows (JSON Schema 2020-12 section 7.3).
pub const FORMATS: &[&str] = &[
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

fn options(schema: &Schema) -> ValidationOptions<'static> {
    let mut options = jsonschema::options()
        .offline()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(100_000));
    if let Some(promised) = &schema.shared().formats {
        for format in FORMATS.iter().filter(|format| !promised.iter().any(|one| one == *format)) {
            options = options.with_format(*format, |_: &str| true);
        }
    }
    options
}

fn built(options: &ValidationOptions<'_>, schema: &Schema) -> Compiled {
    options
        .build(&schema.whole())
        .map_err(|error| BadSchema { at: error.instance_path().to_string(), message: error.to_string() })
}

struct Bytes {
    least: u64,
    most: u64,
}

impl<'i> Keyword<'i> for Bytes {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            return Ok(());
        }
        Err(ValidationError::custom("has not the right number of bytes"))
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        instance.as_str().is_none_or(|text| (self.least..=self.most).contains(&(text.len() as u64)))
    }
}

fn whole(limit: &Value) -> u64 {
    limit.as_u64().unwrap_or_default()
}

fn breach(error: &ValidationError<'_>) -> Breach {
    let mut path = error.evaluation_path().to_string();
    let missing = match error.kind() {
        Kind::Required { property } => Some(property.as_str().unwrap_or_default().to_owned()),
        _ => None,
    };
    if let Some(property) = &missing {
        path = pointer::join(&path, property);
    }
    let keyword = error.kind().keyword().to_owned();
    let branches = match error.kind() {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            context.iter().map(|errors| errors.iter().map(breach).collect()).collect()
        }
        _ => Vec::new(),
    };
    let (message, allowed) = wording(error);
    Breach { path, at: error.instance_path().to_string(), message, allowed, keyword, missing, branches }
}

fn flatten(breach: Breach, out: &mut Vec<Breach>) {
    let Some(meant) = meant(&breach.at, &breach.branches) else {
        out.push(breach);
        return;
    };
    for inner in breach.branches.into_iter().nth(meant).unwrap_or_default() {
        flatten(inner, out);
    }
}

/// The branch of alternatives for the value at `at` that was meant: one that is for a value of its type, is more than a
/// constant, and has the constants of its members (the `kind` by which alternatives are told apart); of several, the one
/// with the fewest breaches. None where there is no branch with a breach to show.
#[must_use]
pub fn meant(at: &str, branches: &[Vec<Breach>]) -> Option<usize> {
    (0..branches.len())
        .filter(|index| !branches[*index].is_empty())
        .min_by_key(|index| off(at, &branches[*index]))
}

fn off(at: &str, branch: &[Breach]) -> usize {
    branch.iter().map(|breach| distance(at, breach)).sum()
}

/// How far off a breach is for a branch of alternatives at `at`. Of the value itself, a wrong type is farther than a wrong
/// constant, that farther than a bound; what is wrong inside it tells less, but for the constants of its members.
fn distance(at: &str, breach: &Breach) -> usize {
    let itself = breach.at == at;
    match &*breach.keyword {
        "type" if itself => 1000,
        "const" | "enum" if itself && breach.message.starts_with(OF_ANOTHER_TYPE) => 1100,
        "const" | "enum" if itself => 100,
        "const" => 50,
        "type" | "enum" | "additionalProperties" | "unevaluatedProperties" => 3,
        _ => {
            match meant(&breach.at, &breach.branches).map(|inner| off(&breach.at, &breach.branches[inner])) {
                Some(inner) if itself => inner,
                Some(inner) => inner.min(3),
                None => 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(schema: &Value, value: &Value) -> Vec<(String, String)> {
        let breaches = Judge::new(schema).unwrap().breaches(value);
        breaches.iter().map(|breach| (breach.path.clone(), breach.says())).collect()
    }

    #[test]
    fn breaches_name_the_keyword_through_references() {
        let schema = json!({
            "$ref": "#/$defs/Row",
            "$defs": { "Row": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": { "type": "integer" },
                    "name": { "$ref": "#/$defs/Name" },
                    "inner": { "type": "object", "required": ["a/b"] },
                },
            }, "Name": { "type": "string", "maxLength": 3 } },
        });
        for (value, path, says) in [
            (json!([]), "/$ref/type", "the body is an array, not an object"),
            (json!({}), "/$ref/required/id", "`id` is missing"),
            (json!({"id": "7"}), "/$ref/properties/id/type", "`id` is a string, not an integer"),
            (
                json!({"id": 7, "name": "中文字符"}),
                "/$ref/properties/name/$ref/maxLength",
                "`name` has 4 characters, at most 3 are allowed",
            ),
            (json!({"id": 7, "inner": {}}), "/$ref/properties/inner/required/a~1b", "`inner.a/b` is missing"),
        ] {
            assert_eq!(said(&schema, &value), [(path.to_owned(), says.to_owned())], "{value}");
        }
        assert!(Judge::new(&schema).unwrap().accepts(&json!({"id": 1.0, "name": "中文字"})));
    }

    #[test]
    fn the_branch_that_was_meant_is_told() {
        let schema = json!({ "anyOf": [
            { "const": "" },
            { "type": "string", "minLength": 3, "maxLength": 5, "allOf": [{ "pattern": "[0-9]" }] },
        ] });
        for (value, paths) in [
            (json!("ab1cdef"), vec!["/anyOf/1/maxLength"]),
            (json!("ab"), vec!["/anyOf/1/allOf/0/pattern", "/anyOf/1/minLength"]),
            (json!(5), vec!["/anyOf/1/type"]),
            (json!(null), vec!["/anyOf/1/type"]),
        ] {
            let mut found: Vec<String> = said(&schema, &value).into_iter().map(|(path, _)| path).collect();
            found.sort();
            assert_eq!(found, paths, "{value}");
        }
        let apart = Judge::new(&schema).unwrap().breaches_apart(&json!("ab"));
        assert_eq!(apart.len(), 1);
        assert_eq!(apart[0].path, "/anyOf");
        assert_eq!(apart[0].branches.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn alternatives_are_told_apart_by_their_constants_not_by_how_little_is_wrong_inside() {
        let of = |kind: &str, more: &str| {
            json!({
                "type": "object",
                "required": ["kind", more],
                "properties": { "kind": { "const": kind }, more: { "type": "string" } },
            })
        };
        let schema = json!({ "properties": { "source": { "oneOf": [
            of("card", "number"), of("bank", "iban"), { "type": "array", "items": { "type": "string" } },
        ] } } });
        for (source, expected) in [
            (json!({"kind": "card", "number": 5}), "`source.number` is an integer, not a string"),
            (json!({"kind": "bank", "number": 5}), "`source.iban` is missing"),
            (json!([5]), "`source[0]` is an integer, not a string"),
            (json!({"number": "5"}), "`source.kind` is missing"),
        ] {
            let told: Vec<String> =
                said(&schema, &json!({ "source": source })).into_iter().map(|(_, says)| says).collect();
            assert_eq!(told, [expected.to_owned()], "{source}");
        }
    }

    #[test]
    fn formats_are_asserted_where_known_and_ignored_where_not() {
        for (format, value, kept) in [
            ("int64", json!("x"), true),
            ("password", json!("x"), true),
            ("uuid", json!("x"), false),
            ("date-time", json!("2024-01-01T00:00:00Z"), true),
            ("date-time", json!("yesterday"), false),
        ] {
            assert_eq!(Judge::new(json!({"format": format})).unwrap().accepts(&value), kept, "{format}");
        }
    }

    #[test]
    fn a_schema_that_is_none_says_so() {
        assert!(Judge::new(json!({"type": "strin"})).is_err());
        assert!(Judge::new(json!({"$ref": "https://example.com/x"})).is_err());
        assert!(Judge::new(json!({"$ref": "#/$defs/Absent"})).is_err());
        assert!(Judge::new(json!({"pattern": "("})).is_err());
    }

    #[test]
    fn an_exponential_pattern_ends() {
        let judge = Judge::new(json!({"pattern": "^(?=(a+)+$)(a|aa)+$"})).unwrap();
        assert!(!judge.accepts(&json!(format!("{}b", "a".repeat(60)))));
    }
}
