//! Keeping the contract's rules: equalities in them are solved for the answer, all others are only looked at.
//!
//! `body.name == request.body.name and body.model == request.body.model|trim` says what to answer. A rule is taken
//! apart at its outermost `and` and `or`; a part of the form `body.PLACE == EXPRESSION` (either way round) that does
//! not hold is made to hold by writing the expression's value there. Everything is evaluated by the one judge.

use serde_json::Value;

use crate::conform::{BadExpression, Expression, Prepared};
use crate::model::Rule;
use crate::text::pointer;

/// The names that rules see besides variables.
const ROOTS: [&str; 4] = ["request", "status", "header", "body"];

/// A rule, ready to be kept.
#[derive(Debug)]
pub(super) struct Law {
    pub(super) name: String,
    when: Option<Expression>,
    then: Node,
}

#[derive(Debug)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Leaf { test: Expression, set: Option<Equation> },
}

/// The place in the body, and what has to stand there.
#[derive(Debug)]
struct Equation {
    place: String,
    value: Expression,
}

impl Law {
    pub(super) fn new(rule: &Rule) -> Result<Self, BadExpression> {
        Ok(Self {
            name: rule.name.clone(),
            when: rule.when.as_deref().map(Expression::new).transpose()?,
            then: Node::new(&rule.then)?,
        })
    }

    fn applies(&self, scope: &Prepared) -> Result<bool, BadExpression> {
        self.when.as_ref().map_or(Ok(true), |when| when.holds_in(scope))
    }

    /// Whether it looks at this name (`request.header`), at something in it or at something around it.
    pub(super) fn reads(&self, name: &str) -> bool {
        self.when.as_ref().is_some_and(|when| reads(when, name)) || self.then.reads(name)
    }
}

/// [`Law::reads`] for one expression.
pub(super) fn reads(expression: &Expression, name: &str) -> bool {
    let inside = |part: &str, whole: &str| {
        part.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    expression.names().iter().any(|read| inside(read, name) || inside(name, read))
}

/// Changes `scope["body"]` until the laws hold in `scope`, and says which do not.
pub(super) fn keep(laws: &[Law], scope: &mut Value) -> Vec<String> {
    let names: Vec<&str> = ROOTS.into_iter().filter(|root| laws.iter().any(|law| law.reads(root))).collect();
    let prepare = |scope: &Value| Prepared::of(scope, |name| !ROOTS.contains(&name) || names.contains(&name));
    if broken(laws, &prepare(scope)).is_empty() {
        return Vec::new();
    }
    for law in laws {
        if law.applies(&prepare(scope)) == Ok(true) {
            law.then.solve(scope);
        }
    }
    broken(laws, &prepare(scope))
}

fn broken(laws: &[Law], scope: &Prepared) -> Vec<String> {
    laws.iter()
        .filter_map(|law| match law.applies(scope) {
            Ok(false) => None,
            Ok(true) if law.then.holds_in(scope) => None,
            Ok(true) => Some(format!("the rule `{}` does not hold in this answer", law.name)),
            Err(error) => {
                Some(format!("the condition of the rule `{}` can't be evaluated: {error}", law.name))
            }
        })
        .collect()
}

impl Node {
    fn new(text: &str) -> Result<Self, BadExpression> {
        let text = unwrapped(text);
        for (word, joined) in [("or", Self::Any as fn(Vec<Self>) -> Self), ("and", Self::All)] {
            let parts = split(text, word);
            // What can't be compiled in parts is one whole: a conditional expression, a string with `and` in it.
            if parts.len() > 1
                && let Ok(parts) = parts.into_iter().map(Self::new).collect::<Result<Vec<_>, _>>()
            {
                return Ok(joined(parts));
            }
        }
        Ok(Self::Leaf { test: Expression::new(text)?, set: Equation::of(text) })
    }

    /// What can't be evaluated does not hold.
    fn holds_in(&self, scope: &Prepared) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds_in(scope)),
            Self::Any(parts) => parts.iter().any(|part| part.holds_in(scope)),
            Self::Leaf { test, .. } => test.holds_in(scope) == Ok(true),
        }
    }

    fn holds(&self, scope: &Value) -> bool {
        self.holds_in(&Prepared::of(scope, |_| true))
    }

    fn reads(&self, name: &str) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.reads(name)),
            Self::Leaf { test, .. } => reads(test, name),
        }
    }

    fn solve(&self, scope: &mut Value) -> bool {
        if self.holds(scope) {
            return true;
        }
        match self {
            Self::All(parts) => {
                for part in parts {
                    part.solve(scope);
                }
                self.holds(scope)
            }
            Self::Any(parts) => parts.iter().any(|part| {
                let before = scope["body"].clone();
                let solved = part.solve(scope);
                if !solved {
                    scope["body"] = before;
                }
                solved
            }),
            Self::Leaf { set, .. } => set.as_ref().is_some_and(|set| set.apply(scope)) && self.holds(scope),
        }
    }
}

impl Equation {
    fn of(text: &str) -> Option<Self> {
        let (left, right) = outermost(text, "==").first().map(|at| (&text[..*at], &text[at + 2..]))?;
        let (place, value) = match (place(left), place(right)) {
            (Some(place), _) => (place, right),
            (None, Some(place)) => (place, left),
            (None, None) => return None,
        };
        Some(Self { place, value: Expression::new(value.trim()).ok()? })
    }

    /// Writes the value into the body, where its place already has a parent; whether it did.
    fn apply(&self, scope: &mut Value) -> bool {
        let Ok(value) = self.value.value(scope) else { return false };
        let Some((parent, name)) = self.place.rsplit_once('/') else { return false };
        let name = name.replace("~1", "/").replace("~0", "~");
        match scope["body"].pointer_mut(parent) {
            Some(Value::Object(members)) => {
                members.insert(name, value);
                true
            }
            _ => false,
        }
    }
}

/// `body.a.b` as the pointer `/a/b`.
fn place(text: &str) -> Option<String> {
    let path = text.trim().strip_prefix("body.")?;
    path.split('.').try_fold(String::new(), |at, name| {
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        plain.then(|| pointer::join(&at, name))
    })
}

/// Without the parentheses around the whole.
fn unwrapped(text: &str) -> &str {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let mut depth = 0i32;
    let closed_early = walk(inner).any(|(_, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth < 0
    });
    if closed_early { text } else { unwrapped(inner) }
}

/// The parts between the outermost `word`s.
fn split<'t>(text: &'t str, word: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    for at in outermost(text, word) {
        let alone = !text[..at].ends_with(is_name) && !text[at + word.len()..].starts_with(is_name);
        if alone && at >= start {
            parts.push(&text[start..at]);
            start = at + word.len();
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Where `token` stands outside of quotes and brackets.
fn outermost(text: &str, token: &str) -> Vec<usize> {
    let mut depth = 0i32;
    walk(text)
        .filter_map(|(at, c)| {
            depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
            (depth == 0 && text[at..].starts_with(token)).then_some(at)
        })
        .collect()
}

/// The characters outside of quotes.
fn walk(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut quote = None;
    let mut escaped = false;
    text.char_indices().filter(move |(_, c)| match quote {
        Some(open) => {
            if *c == open && !escaped {
                quote = None;
            }
            escaped = *c == '\\' && !escaped;
            false
        }
        None if matches!(c, '"' | '\'') => {
            quote = Some(*c);
            false
        }
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kept(then: &str, body: &Value, request: &Value) -> (Value, usize) {
        let law = Law { name: "rule".into(), when: None, then: Node::new(then).unwrap() };
        let mut scope = json!({"body": body, "status": 200});
        scope["request"] = request.clone();
        let broken = keep(&[law], &mut scope).len();
        (scope["body"].take(), broken)
    }

    #[test]
    fn equalities_are_solved_wherever_they_stand() {
        for (then, body, solved) in [
            ("body.a == request.x", json!({}), json!({"a": "  v "})),
            ("request.x|trim == body.a", json!({}), json!({"a": "v"})),
            (r#"body.a == "x and (y" and body.b == 2"#, json!({}), json!({"a": "x and (y", "b": 2})),
            (r"(body.a is masked or body.a == request.x)", json!({"a": "***"}), json!({"a": "***"})),
            (r"body.a is masked or body.a == request.x", json!({"a": "old"}), json!({"a": "  v "})),
            ("request.none is undefined or body.a == request.none", json!({"a": 1}), json!({"a": 1})),
            ("body.a.b == true", json!({"a": {"c": 1}}), json!({"a": {"c": 1, "b": true}})),
            ("(body.a == 1) and (body.b == 2 or body.c == 3)", json!({}), json!({"a": 1, "b": 2})),
        ] {
            assert_eq!(kept(then, &body, &json!({"x": "  v "})), (solved, 0), "{then}");
        }
    }

    #[test]
    fn what_cannot_be_solved_is_said() {
        assert_eq!(kept("body.a > 3", &json!({"a": 1}), &json!({})), (json!({"a": 1}), 1));
        assert_eq!(kept("body.a == 1 and body.a == 2", &json!({}), &json!({})).1, 1);
        assert_eq!(kept("body.a.b == 1", &json!({}), &json!({})), (json!({}), 1));
    }
}
