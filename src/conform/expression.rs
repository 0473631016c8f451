//! Expressions and templates: minijinja, strict, with fuel.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use minijinja::{Environment, UndefinedBehavior};
use serde_json::Value;

/// The names that an expression sees: `request`, `status`, `header`, `body`, `captured`, variables …
pub type Scope = Value;

/// An expression that can't be compiled or evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadExpression {
    /// A lowercase fragment.
    pub message: String,
    /// The range of bytes in the expression, if known.
    pub range: Option<std::ops::Range<usize>>,
}

/// A template that can't be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unfilled {
    /// A lowercase fragment.
    pub message: String,
}

/// A compiled expression. Cheap to clone.
#[derive(Clone)]
pub struct Expression {
    source: Arc<str>,
    compiled: Arc<minijinja::Expression<'static, 'static>>,
}

impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Expression").field(&self.source).finish()
    }
}

/// One environment for all expressions: making one costs more than most evaluations.
static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(make_environment);

fn environment() -> &'static Environment<'static> {
    &ENVIRONMENT
}

fn make_environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(50_000));
    environment.add_test("masked", |value: &str| !value.is_empty() && value.chars().all(|c| c == '*'));
    environment
}

impl Expression {
    /// Compiles `source`.
    ///
    /// # Errors
    /// When it is not a minijinja expression.
    pub fn new(source: &str) -> Result<Self, BadExpression> {
        let compiled = environment()
            .compile_expression_owned(source.to_owned())
            .map_err(|error| BadExpression { range: error.range(), message: error.to_string() })?;
        Ok(Self { source: source.into(), compiled: Arc::new(compiled) })
    }

    /// Whether it holds in `scope`. A missing name or a result that is not a boolean is an error, not false.
    ///
    /// # Errors
    /// When it can't be evaluated.
    pub fn holds(&self, scope: &Scope) -> Result<bool, BadExpression> {
        let bad =
            |error: minijinja::Error| BadExpression { range: error.range(), message: error.to_string() };
        let result = self.compiled.eval(to_jinja(scope)).map_err(bad)?;
        match result.kind() {
            minijinja::value::ValueKind::Bool => Ok(result.is_true()),
            other => Err(BadExpression { message: format!("gives {other}, not true or false"), range: None }),
        }
    }
}

/// Replaces every `{{ expression }}` in the strings of `template`. A string that is nothing but one `{{ }}` takes the
/// expression's type; in a longer string the result is written as text.
///
/// # Errors
/// When an expression can't be evaluated, such as a variable that has no value.
pub fn fill(template: &Value, scope: &Scope) -> Result<Value, Unfilled> {
    Ok(match template {
        Value::String(text) if text.contains("{{") => fill_text(text, scope)?,
        Value::Array(elements) => {
            Value::Array(elements.iter().map(|element| fill(element, scope)).collect::<Result<_, _>>()?)
        }
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, member)| Ok((name.clone(), fill(member, scope)?)))
                .collect::<Result<_, Unfilled>>()?,
        ),
        other => other.clone(),
    })
}

fn fill_text(text: &str, scope: &Scope) -> Result<Value, Unfilled> {
    let unfilled = |error: minijinja::Error| Unfilled { message: format!("`{text}`: {error}") };
    let environment = environment();
    let trimmed = text.trim();
    if let Some(inner) = trimmed.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"))
        && !inner.contains("{{")
        && !inner.contains("}}")
    {
        let expression = environment.compile_expression(inner.trim()).map_err(unfilled)?;
        let value = expression.eval(to_jinja(scope)).map_err(unfilled)?;
        if value.is_undefined() {
            return Err(Unfilled { message: format!("`{text}` has no value") });
        }
        return serde_json::to_value(&value)
            .map_err(|error| Unfilled { message: format!("`{text}`: {error}") });
    }
    environment.render_str(text, to_jinja(scope)).map(Value::String).map_err(unfilled)
}

/// Whether `text` can be compiled as a template; a string without `{{` always can.
///
/// # Errors
/// When an expression in it is not one of minijinja's.
pub fn check_template(text: &str) -> Result<(), BadExpression> {
    environment()
        .template_from_str(text)
        .map(|_| ())
        .map_err(|error| BadExpression { range: error.range(), message: error.to_string() })
}

/// The names that the templates in `template` need from their scope, with dotted members: `token`, `captured.name`.
#[must_use]
pub fn needs(template: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect_needs(template, &mut names);
    names
}

fn collect_needs(template: &Value, names: &mut BTreeSet<String>) {
    match template {
        Value::String(text) if text.contains("{{") => {
            let environment = environment();
            if let Ok(parsed) = environment.template_from_str(text) {
                names.extend(parsed.undeclared_variables(true));
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect_needs(element, names)),
        Value::Object(members) => members.values().for_each(|member| collect_needs(member, names)),
        _ => {}
    }
}

/// JSON to minijinja, by hand: a serde bridge would turn some numbers into maps.
fn to_jinja(value: &Value) -> minijinja::Value {
    match value {
        Value::Null => minijinja::Value::from(()),
        Value::Bool(truth) => minijinja::Value::from(*truth),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(signed), _) => minijinja::Value::from(signed),
            (None, Some(unsigned)) => minijinja::Value::from(unsigned),
            (None, None) => minijinja::Value::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => minijinja::Value::from(text.as_str()),
        Value::Array(elements) => elements.iter().map(to_jinja).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), to_jinja(member))).collect()
        }
    }
}
