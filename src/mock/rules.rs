//! Keeping the contract's rules: equalities in them are solved for the answer, all others are only looked at.
//!
//! `body.name == request.body.name and body.model == request.body.model|trim` says what to answer. A rule is taken
//! apart at its outermost `and` and `or`; a part of the form `body.PLACE == EXPRESSION` (either way round) that does
//! not hold is made to hold by writing the expression's value there. Everything is evaluated by the one judge.

use serde_json::Value;

use crate::conform::{BadExpression, Expression, Prepared, Wanted};
use crate::model::Rule;
use crate::text::pointer;

/// The rules of an operation, ready to be kept.
#[derive(Debug, Default)]
pub(super) struct Laws {
    laws: Vec<Law>,
    /// What all of them look at.
    wanted: Option<Wanted>,
}

#[derive(Debug)]
struct Law {
    name: String,
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

impl Laws {
    /// # Errors
    /// With the name of the rule that can't be compiled.
    pub(super) fn new(rules: &[Rule]) -> Result<Self, (String, BadExpression)> {
        let laws = rules
            .iter()
            .map(|rule| Law::new(rule).map_err(|error| (rule.name.clone(), error)))
            .collect::<Result<Vec<_>, _>>()?;
        let mut wanted: Option<Wanted> = None;
        for expression in laws.iter().flat_map(Law::expressions) {
            let more = expression.wanted();
            wanted = Some(wanted.map_or_else(|| more.clone(), |before| before.and(more)));
        }
        Ok(Self { laws, wanted })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.laws.is_empty()
    }

    /// Whether they look at this dotted name, such as `request.header`.
    pub(super) fn reach(&self, name: &str) -> bool {
        self.wanted.as_ref().is_some_and(|wanted| wanted.reaches(name))
    }

    /// Changes `scope["body"]` until they hold in `scope`, and says which do not.
    pub(super) fn keep(&self, scope: &mut Value) -> Vec<String> {
        if self.broken(scope).is_empty() {
            return Vec::new();
        }
        for law in &self.laws {
            if law.when.as_ref().is_none_or(|when| when.holds(scope) == Ok(true)) {
                law.then.solve(scope);
            }
        }
        self.broken(scope)
    }

    fn broken(&self, scope: &Value) -> Vec<String> {
        let Some(wanted) = &self.wanted else { return Vec::new() };
        let seen = Prepared::of(scope, wanted);
        self.laws.iter().filter_map(|law| law.complaint(&seen)).collect()
    }
}

impl Law {
    fn new(rule: &Rule) -> Result<Self, BadExpression> {
        Ok(Self {
            name: rule.name.clone(),
            when: rule.when.as_deref().map(Expression::new).transpose()?,
            then: Node::new(&rule.then)?,
        })
    }

    fn expressions(&self) -> Vec<&Expression> {
        let mut found: Vec<&Expression> = self.when.iter().collect();
        self.then.expressions(&mut found);
        found
    }

    fn complaint(&self, seen: &Prepared) -> Option<String> {
        let applies = self.when.as_ref().map_or(Ok(true), |when| when.holds_in(seen));
        match applies {
            Ok(false) => None,
            Ok(true) if self.then.holds(&|test| test.holds_in(seen) == Ok(true)) => None,
            Ok(true) => Some(format!("the rule `{}` does not hold in this answer", self.name)),
            Err(error) => Some(format!("when the rule `{}` applies is not clear: {error}", self.name)),
        }
    }
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

    fn expressions<'n>(&'n self, found: &mut Vec<&'n Expression>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.expressions(found)),
            Self::Leaf { test, .. } => found.push(test),
        }
    }

    /// What can't be evaluated does not hold.
    fn holds(&self, test_holds: &dyn Fn(&Expression) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(test_holds)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(test_holds)),
            Self::Leaf { test, .. } => test_holds(test),
        }
    }

    fn holds_in(&self, scope: &Value) -> bool {
        self.holds(&|test| test.holds(scope) == Ok(true))
    }

    fn solve(&self, scope: &mut Value) -> bool {
        if self.holds_in(scope) {
            return true;
        }
        match self {
            Self::All(parts) => {
                for part in parts {
                    part.solve(scope);
                }
                self.holds_in(scope)
            }
            Self::Any(parts) => parts.iter().any(|part| {
                let before = scope["body"].clone();
                let solved = part.solve(scope);
                if !solved {
                    scope["body"] = before;
                }
                solved
            }),
            Self::Leaf { set, .. } => {
                set.as_ref().is_some_and(|set| set.apply(scope)) && self.holds_in(scope)
            }
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

/// The places in the body that the equalities of a rule speak of, as pointers.
pub(super) fn places(then: &str) -> impl Iterator<Item = String> {
    fn collect(node: &Node, found: &mut Vec<String>) {
        match node {
            Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| collect(part, found)),
            Node::Leaf { set, .. } => found.extend(set.iter().map(|set| set.place.clone())),
        }
    }
    let mut found = Vec::new();
    if let Ok(node) = Node::new(then) {
        collect(&node, &mut found);
    }
    found.into_iter()
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
        let rule = Rule {
            name: "rule".into(),
            when: None,
            then: then.into(),
            span: crate::text::Span::default(),
            clause: crate::model::ClauseId(0),
        };
        let mut scope = json!({"body": body, "status": 200});
        scope["request"] = request.clone();
        let broken = Laws::new(&[rule]).unwrap().keep(&mut scope).len();
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
