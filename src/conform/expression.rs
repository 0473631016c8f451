//! Expressions: minijinja, strict, with fuel.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, LazyLock};

use minijinja::value::ValueKind;
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde_json::Value;

use super::breach::clip;
use super::json::whole;
use super::wanted::{ALL, Wanted};

/// The names that an expression sees: `request`, `status`, `header`, `body`, `captured`, variables …
pub type Scope = Value;

/// The longest expression, in bytes; none of a contract comes near it.
const LONGEST: usize = 64 * 1024;

/// An expression that can't be compiled or evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadExpression {
    /// A lowercase fragment.
    pub message: String,
    /// The range of bytes in the expression, if known.
    pub range: Option<std::ops::Range<usize>>,
}

/// A compiled expression. Cheap to clone and to share between threads.
#[derive(Clone)]
pub struct Expression {
    source: Arc<str>,
    compiled: Arc<minijinja::Expression<'static, 'static>>,
    names: Arc<BTreeSet<String>>,
    wanted: Arc<Wanted>,
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.source).finish()
    }
}

/// One environment for all: it holds no templates, only the dialect.
static DIALECT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(50_000));
    // Only on errors does this cost anything: their place in the expression.
    environment.set_debug(true);
    environment.add_test("masked", |value: &minijinja::Value| {
        value.as_str().is_some_and(|text| !text.is_empty() && text.chars().all(|c| c == '*'))
    });
    environment
});

impl Expression {
    /// Compiles `source`.
    ///
    /// # Errors
    /// When it is not a minijinja expression.
    pub fn new(source: &str) -> Result<Self, BadExpression> {
        if source.len() > LONGEST {
            return Err(BadExpression { message: format!("longer than {LONGEST} bytes"), range: None });
        }
        let compiled = DIALECT.compile_expression_owned(source.to_owned()).map_err(|error| bad(&error))?;
        let names: BTreeSet<String> = compiled.undeclared_variables(true).into_iter().collect();
        let wanted = Arc::new(Wanted::of(&names));
        Ok(Self { source: source.into(), compiled: Arc::new(compiled), names: Arc::new(names), wanted })
    }

    /// The expression as it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The names that it needs from its scope, with dotted members: `status`, `request.body.name`.
    #[must_use]
    pub fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Whether it holds in `scope`. A missing name or a result that is not a boolean is an error, not false.
    ///
    /// # Errors
    /// When it can't be evaluated.
    pub fn holds(&self, scope: &Scope) -> Result<bool, BadExpression> {
        self.holds_in(&Prepared::of(scope, &self.wanted))
    }

    /// [`Expression::holds`] in a scope that several expressions share.
    ///
    /// # Errors
    /// When it can't be evaluated.
    pub fn holds_in(&self, scope: &Prepared) -> Result<bool, BadExpression> {
        let result = self.evaluated(scope)?;
        match result.kind() {
            ValueKind::Bool => Ok(result.is_true()),
            other => Err(BadExpression { message: format!("gives {other}, not true or false"), range: None }),
        }
    }

    /// What it gives in `scope`.
    ///
    /// # Errors
    /// When it can't be evaluated, or gives nothing.
    pub fn value(&self, scope: &Scope) -> Result<Value, BadExpression> {
        self.value_in(&Prepared::of(scope, &self.wanted))
    }

    /// [`Expression::value`] in a scope that several expressions share.
    ///
    /// # Errors
    /// When it can't be evaluated, or gives nothing.
    pub fn value_in(&self, scope: &Prepared) -> Result<Value, BadExpression> {
        serde_json::to_value(self.evaluated(scope)?)
            .map_err(|error| BadExpression { message: error.to_string(), range: None })
    }

    fn evaluated(&self, scope: &Prepared) -> Result<minijinja::Value, BadExpression> {
        let result = self.compiled.eval(scope.0.clone()).map_err(|error| {
            let bad = bad(&error);
            let range = bad.range.clone().or_else(|| self.named_in(&bad.message));
            BadExpression { range, ..bad }
        })?;
        if result.is_undefined() {
            let message = format!("`{}` has no value", clip(&self.source, 80));
            return Err(BadExpression { message, range: None });
        }
        Ok(result)
    }

    /// Where the name stands that a message puts in backquotes; the engine does not always say.
    fn named_in(&self, message: &str) -> Option<std::ops::Range<usize>> {
        let name = message.split('`').nth(1).filter(|name| !name.is_empty())?;
        self.source.find(name).map(|start| start..start + name.len())
    }

    /// What it looks at.
    #[must_use]
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }
}

/// A scope in the form that expressions work on; worth making once where several look at the same answer.
#[derive(Debug, Clone)]
pub struct Prepared(minijinja::Value);

impl Prepared {
    /// As much of `scope` as is `wanted`.
    #[must_use]
    pub fn of(scope: &Scope, wanted: &Wanted) -> Self {
        Self::layered(&[], scope, wanted)
    }

    /// `layer` over `scope`: its names hide those of the scope. A name with a dot, such as `request.body`, stands for a
    /// member. Nothing is converted that is not `wanted`.
    #[must_use]
    pub fn layered(layer: &[(&str, &Value)], scope: &Scope, wanted: &Wanted) -> Self {
        let mut names = Members::new();
        for (name, value) in scope.as_object().into_iter().flatten() {
            if let Some(part) = wanted.part(name) {
                names.insert(name.clone(), to_jinja(value, part));
            }
        }
        let mut groups: BTreeMap<&str, Members> = BTreeMap::new();
        for (name, value) in layer {
            let (root, member) = name.split_once('.').unwrap_or((name, ""));
            names.remove(root);
            let Some(part) = wanted.part(root) else { continue };
            if member.is_empty() {
                names.insert(root.to_owned(), to_jinja(value, part));
            } else if let Some(part) = part.part(member) {
                groups.entry(root).or_default().insert(member.to_owned(), to_jinja(value, part));
            }
        }
        for (root, members) in groups {
            names.insert(root.to_owned(), minijinja::Value::from_object(members));
        }
        Self(minijinja::Value::from_object(names))
    }
}

/// The kind of error and what it is about, without the engine's own place names.
pub(super) fn bad(error: &minijinja::Error) -> BadExpression {
    let message = match (error.kind(), error.detail()) {
        (ErrorKind::UndefinedError | ErrorKind::InvalidOperation, Some(detail)) => detail.to_owned(),
        (ErrorKind::OutOfFuel, _) => "takes too many steps".to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    BadExpression { message, range: error.range() }
}

/// JSON to minijinja, by hand: a serde bridge would turn some numbers into maps. A float that is a whole number becomes
/// an integer, as JSON knows no difference and integers are compared exactly.
fn to_jinja(value: &Value, wanted: &Wanted) -> minijinja::Value {
    match value {
        Value::Null => minijinja::Value::from(()),
        Value::Bool(truth) => minijinja::Value::from(*truth),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), whole(number)) {
            (Some(signed), _, _) => minijinja::Value::from(signed),
            (None, Some(unsigned), _) => minijinja::Value::from(unsigned),
            (None, None, Some(integer)) if i64::try_from(integer).is_ok() => {
                minijinja::Value::from(i64::try_from(integer).unwrap_or_default())
            }
            _ => minijinja::Value::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => minijinja::Value::from(text.as_str()),
        Value::Array(elements) => elements.iter().map(|element| to_jinja(element, &ALL)).collect(),
        Value::Object(members) => minijinja::Value::from_object(match wanted.parts() {
            None => members.iter().map(|(name, member)| (name.clone(), to_jinja(member, &ALL))).collect(),
            Some(parts) => parts
                .iter()
                .filter_map(|(name, part)| Some((name.clone(), to_jinja(members.get(name)?, part))))
                .collect::<Members>(),
        }),
    }
}

/// Collected into a value directly, pairs would become a list of pairs.
type Members = BTreeMap<String, minijinja::Value>;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn scope() -> Value {
        json!({
            "status": 200,
            "body": {"user_name": "abc", "n": 7.0, "big": 9_007_199_254_740_993_u64, "none": null, "word": "中文",
                     "password": "*****", "list": [1, 2.0]},
            "request": {"body": {"user_name": "abc", "n": 7, "model": "  x "}},
            "steps": {"first": {"body": {"list": [1.0, 2]}}},
        })
    }

    #[test]
    fn expressions_hold_or_not() {
        for (source, holds) in [
            ("status == 200 and request.body.user_name is defined and request.body.user_name != \"\"", true),
            ("body.user_name == request.body.user_name", true),
            ("body.n == request.body.n", true),
            ("body.n == '7'", false),
            ("body.big == 9007199254740992", false),
            ("body.list == steps.first.body.list", true),
            ("body.none is none", true),
            ("body.password is masked", true),
            ("body.user_name is masked", false),
            ("body.n is masked", false),
            ("body.password is not masked", false),
            ("body.word|length == 2", true),
            ("request.body.model|trim == 'x'", true),
            ("'ABC'|lower == body.user_name", true),
            ("request.body.absent is undefined or body.absent == 1", true),
            ("body.none.deeper is undefined", true),
            ("body['user_name'] == 'abc' and body.n == 7", true),
            ("body|length == 7 and body.word == '中文'", true),
            ("'user_name' in body and body.n in request.body.values|default([7])", true),
            ("request.body == {'user_name': 'abc', 'n': 7, 'model': '  x '}", true),
        ] {
            let expression = Expression::new(source).unwrap();
            assert_eq!(expression.holds(&scope()), Ok(holds), "{source}");
        }
    }

    #[test]
    fn what_cannot_be_decided_is_an_error_that_says_why() {
        for (source, says) in [
            ("body.absent == 1", "`body.absent` is undefined"),
            ("not body.absent", "`body.absent` is undefined"),
            ("absent", "`absent`"),
            ("body.user_name", "gives string, not true or false"),
            ("1", "gives number, not true or false"),
        ] {
            let bad = Expression::new(source).unwrap().holds(&scope()).unwrap_err();
            assert!(bad.message.contains(says), "{source}: {}", bad.message);
            assert!(!bad.message.contains('\n') && !bad.message.contains("<expression>"), "{}", bad.message);
        }
        let bad = Expression::new("body.user_name == body.absent").unwrap().holds(&scope()).unwrap_err();
        assert!(bad.range.is_some());
    }

    #[test]
    fn what_is_no_expression_says_where() {
        for source in ["", "a ==", "a b", "a | nofilter(", "{{ a }}", "'open", "a = 1"] {
            assert!(Expression::new(source).is_err(), "{source}");
        }
        assert!(Expression::new("status == ]").unwrap_err().range.is_some());
        assert!(Expression::new(&"(".repeat(50_000)).is_err());
        assert!(Expression::new(&"a + ".repeat(50_000)).is_err());
    }

    #[test]
    fn names_are_told() {
        let expression = Expression::new("body.a == steps.first.body.b and status == 200").unwrap();
        assert!(expression.names().contains("steps.first.body.b"), "{:?}", expression.names());
        let wanted = expression.wanted();
        assert!(wanted.reaches("body.a") && wanted.reaches("status") && !wanted.reaches("header"));
    }
}
