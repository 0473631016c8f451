//! JSON Schema 2020-12, through the `jsonschema` crate.

use serde_json::Value;

use crate::text::pointer;

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

/// One keyword that a value does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The evaluation path to the keyword, as in [`crate::model::ClauseKind::Constraint::path`]: for `required`, the
    /// property's name follows.
    pub path: String,
    /// Where in the value, as a JSON Pointer.
    pub at: String,
    /// What is wrong, a lowercase fragment.
    pub message: String,
}

/// A compiled schema. Cheap to share between threads by reference.
#[derive(Debug)]
pub struct Judge {
    validator: jsonschema::Validator,
}

impl Judge {
    /// Compiles a self-contained schema. Formats are assertions. Nothing is fetched from anywhere.
    ///
    /// # Errors
    /// When it is not a JSON Schema, or refers to what is not in it.
    pub fn new(schema: &Value) -> Result<Self, BadSchema> {
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(schema)
            .map_err(|error| BadSchema {
                at: error.instance_path().to_string(),
                message: error.to_string(),
            })?;
        Ok(Self { validator })
    }

    /// Whether `value` keeps the schema.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }

    /// Every keyword that `value` does not keep; of `anyOf` and `oneOf`, the breaches of the branch that was meant
    /// (the one that fails latest), so that a clause can be named.
    #[must_use]
    pub fn breaches(&self, value: &Value) -> Vec<Breach> {
        if self.validator.is_valid(value) {
            return Vec::new();
        }
        let mut breaches = Vec::new();
        for error in self.validator.iter_errors(value) {
            collect(&error, &mut breaches);
        }
        breaches
    }
}

fn collect(error: &jsonschema::ValidationError<'_>, out: &mut Vec<Breach>) {
    use jsonschema::error::ValidationErrorKind as Kind;
    match error.kind() {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } if !context.is_empty() => {
            // The branch that was meant: one whose type fits and that is more than a constant; of no use is a constant
            // of another type.
            let meant = context.iter().min_by_key(|errors| {
                errors
                    .iter()
                    .map(|error| match error.kind() {
                        Kind::Constant { expected_value } if !same_type(expected_value, error.instance()) => 1000,
                        Kind::Type { .. } => 100,
                        Kind::Constant { .. } | Kind::Enum { .. } => 10,
                        _ => 1,
                    })
                    .sum::<usize>()
            });
            for inner in meant.into_iter().flatten() {
                collect(inner, out);
            }
        }
        kind => {
            let mut path = error.evaluation_path().to_string();
            if let Kind::Required { property } = kind {
                path = pointer::join(&path, property.as_str().unwrap_or_default());
            }
            out.push(Breach { path, at: error.instance_path().to_string(), message: error.to_string() });
        }
    }
}

fn same_type(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// Whether `actual` has every member of `expected`, by value; objects may have more members, everything else is equal.
#[must_use]
pub fn matches_body(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Object(wanted), Value::Object(there)) => {
            wanted.iter().all(|(name, value)| there.get(name).is_some_and(|other| matches_body(value, other)))
        }
        _ => expected == actual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_breaches_of_an_alternative_are_those_of_the_branch_that_was_meant() {
        let judge = Judge::new(&json!({"anyOf": [{"const": ""}, {"type": "string", "minLength": 3}]})).unwrap();
        for (value, path) in [(json!("ab"), "/anyOf/1/minLength"), (json!(5), "/anyOf/1/type")] {
            let paths: Vec<_> = judge.breaches(&value).into_iter().map(|breach| breach.path).collect();
            assert_eq!(paths, [path], "{value}");
        }
    }
}
