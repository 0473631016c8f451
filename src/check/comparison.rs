//! Why a rule does not hold: the comparison in it that fails, with the values of its two sides.

use serde_json::Value;

use crate::conform::{Expression, Prepared, same, short, subject};
use crate::delta;
use crate::model::{Diff, FindingSite};
use crate::text::pointer;

/// A comparison that is false.
#[derive(Debug, Clone)]
pub(super) struct Comparison {
    operator: &'static str,
    /// The side that comes from the answer.
    source: String,
    actual: Value,
    expected: Value,
}

/// Longer operators first: `>=` begins with `>`.
const OPERATORS: [&str; 6] = ["==", "!=", ">=", "<=", ">", "<"];

impl Comparison {
    /// The comparison that makes `source` false in `scope`, if it can be told: of a conjunction the first part that is
    /// false, of alternatives the last that is a comparison.
    pub(super) fn failing(source: &str, scope: &Prepared) -> Option<Self> {
        Self::search(source, scope, 0)
    }

    fn search(source: &str, scope: &Prepared, depth: usize) -> Option<Self> {
        let source = unwrapped(source);
        if depth > 16 || source.starts_with("not ") || split(source, "if").len() > 1 {
            return None;
        }
        let alternatives = split(source, "or");
        if alternatives.len() > 1 {
            return alternatives.iter().rev().find_map(|part| Self::search(part, scope, depth + 1));
        }
        let parts = split(source, "and");
        if parts.len() > 1 {
            let is_false =
                |part: &&&str| Expression::new(part).and_then(|part| part.holds_in(scope)) == Ok(false);
            return parts.iter().find(is_false).and_then(|part| Self::search(part, scope, depth + 1));
        }
        let (left, operator, right) = sides(source)?;
        let value = |side: &str| Expression::new(side).and_then(|side| side.value_in(scope)).ok();
        let (left_value, right_value) = (value(left)?, value(right)?);
        if !is_answer(left) && is_answer(right) {
            let mirrored = match operator {
                ">=" => "<=",
                "<=" => ">=",
                ">" => "<",
                "<" => ">",
                same => same,
            };
            let (actual, expected) = (right_value, left_value);
            return Some(Self { operator: mirrored, source: right.to_owned(), actual, expected });
        }
        Some(Self { operator, source: left.to_owned(), actual: left_value, expected: right_value })
    }

    /// One line: `` `user_name` is "b", expected "a" ``.
    pub(super) fn summary(&self) -> String {
        let name = match self.place() {
            Some(at) => subject(&at),
            None => format!("`{}`", self.source),
        };
        if self.operator != "==" {
            return format!(
                "{name} is {}, expected {} {}",
                short(&self.actual),
                self.operator,
                short(&self.expected)
            );
        }
        let whole = matches!(self.actual, Value::Object(_) | Value::Array(_));
        let changes = if whole { delta::changes(&self.expected, &self.actual) } else { Vec::new() };
        let Some(first) = changes.first().filter(|_| same_kind(&self.actual, &self.expected)) else {
            return format!("{name} is {}, expected {}", short(&self.actual), short(&self.expected));
        };
        let (at, says) = match first {
            delta::Change::Added { at, value } => (at, format!("is {}, expected nothing", short(value))),
            delta::Change::Removed { at, value } => (at, format!("is missing, expected {}", short(value))),
            delta::Change::Changed { at, from, to } | delta::Change::Retyped { at, from, to } => {
                (at, format!("is {}, expected {}", short(to), short(from)))
            }
            delta::Change::Moved { from, to } => (to, format!("was expected at {from}")),
        };
        let more =
            if changes.len() > 1 { format!("; {} differences in all", changes.len()) } else { String::new() };
        format!("{} {says}{more}", subject(&format!("{}{at}", self.place().unwrap_or_default())))
    }

    /// What should be there, and what is.
    pub(super) fn texts(&self) -> (String, String) {
        let sign = if self.operator == "==" { String::new() } else { format!("{} ", self.operator) };
        (format!("{sign}{}", delta::pretty(&self.expected)), delta::pretty(&self.actual))
    }

    /// Line by line, where both sides were to be the same.
    pub(super) fn diff(&self) -> Option<Diff> {
        let unequal = self.operator == "==" && !same(&self.expected, &self.actual);
        unequal.then(|| delta::values(&self.expected, &self.actual))
    }

    /// Where in the answer.
    pub(super) fn site(&self) -> FindingSite {
        if let Some(at) = self.place() {
            return FindingSite::Body(at);
        }
        if self.source == "status" {
            return FindingSite::Status;
        }
        match self.source.strip_prefix("header.") {
            Some(name) if is_plain(name) => FindingSite::Header(name.to_owned()),
            _ => FindingSite::Body(String::new()),
        }
    }

    /// The JSON Pointer that the answer's side names, if it is a plain path into the body.
    fn place(&self) -> Option<String> {
        let rest = self.source.strip_prefix("body").filter(|rest| is_plain(rest))?;
        let names = rest.split('.').skip(1);
        (rest.is_empty() || rest.starts_with('.'))
            .then(|| names.fold(String::new(), |at, name| pointer::join(&at, name)))
    }
}

fn same_kind(left: &Value, right: &Value) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

fn is_plain(path: &str) -> bool {
    path.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
}

fn is_answer(source: &str) -> bool {
    let root = source.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
    matches!(root, "body" | "status" | "header")
}

/// Without the parentheses around the whole.
fn unwrapped(source: &str) -> &str {
    let mut source = source.trim();
    while let Some(inner) = source.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        let mut lowest = 0_i32;
        let mut depth = 0_i32;
        outside(inner, &mut |_, byte, _| {
            depth += match byte {
                b'(' => 1,
                b')' => -1,
                _ => 0,
            };
            lowest = lowest.min(depth);
            false
        });
        if lowest < 0 {
            break;
        }
        source = inner.trim();
    }
    source
}

/// Calls `see` with each byte outside string literals, its place and the depth of brackets, until it returns true.
fn outside(source: &str, see: &mut dyn FnMut(usize, u8, i32) -> bool) {
    let (mut depth, mut quote, mut escaped) = (0, None, false);
    for (at, byte) in source.bytes().enumerate() {
        if let Some(open) = quote {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                _ if byte == open => quote = None,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' | b'\'' => quote = Some(byte),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if see(at, byte, depth) {
            return;
        }
    }
}

/// The parts between the word `word` where it stands outside brackets and texts.
fn split<'s>(source: &'s str, word: &str) -> Vec<&'s str> {
    let bytes = source.as_bytes();
    let is_letter =
        |at: usize| bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
    let mut parts = Vec::new();
    let mut start = 0;
    outside(source, &mut |at, _, depth| {
        let here = depth == 0 && at >= start && bytes[at..].starts_with(word.as_bytes());
        if here && !is_letter(at + word.len()) && (at == 0 || !is_letter(at - 1)) {
            parts.push(source[start..at].trim());
            start = at + word.len();
        }
        false
    });
    parts.push(source[start..].trim());
    parts
}

/// The two sides of a comparison.
fn sides(source: &str) -> Option<(&str, &'static str, &str)> {
    let mut found = None;
    outside(source, &mut |at, _, depth| {
        if depth == 0 {
            found = OPERATORS
                .iter()
                .find(|sign| source.as_bytes()[at..].starts_with(sign.as_bytes()))
                .map(|sign| (at, *sign));
        }
        found.is_some()
    });
    let (at, sign) = found?;
    let (left, right) = (source[..at].trim(), source[at + sign.len()..].trim());
    (!left.is_empty() && !right.is_empty()).then_some((left, sign, right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn scope() -> Prepared {
        let scope = json!({
            "status": 200,
            "body": {"name": "b", "n": 5, "user": {"id": 1, "name": "x"}},
            "request": {"body": {"name": "a", "model": " m "}},
            "steps": {"first": {"body": {"name": "b", "n": 4, "user": {"id": 1, "name": "y"}}}},
        });
        let all = ["status", "body", "request", "steps"]
            .map(|name| Expression::new(name).unwrap().wanted().clone());
        Prepared::of(&scope, &all.iter().skip(1).fold(all[0].clone(), |both, one| both.and(one)))
    }

    #[test]
    fn the_failing_part_is_found() {
        for (source, summary) in [
            ("body.name == request.body.name", Some("`name` is \"b\", expected \"a\"")),
            ("request.body.name == body.name", Some("`name` is \"b\", expected \"a\"")),
            ("status == 200 and (body.name == \"b\" and body.n == 7)", Some("`n` is 5, expected 7")),
            (
                "body.name is masked or body.name == request.body.name",
                Some("`name` is \"b\", expected \"a\""),
            ),
            ("(body.absent is undefined and body.n > 9)", Some("`n` is 5, expected > 9")),
            ("9 < body.n", Some("`n` is 5, expected > 9")),
            ("body.name == request.body.model|trim", Some("`name` is \"b\", expected \"m\"")),
            ("body.name|length == 3", Some("`body.name|length` is 1, expected 3")),
            ("body == steps.first.body", Some("`n` is 5, expected 4; 2 differences in all")),
            ("body.user == steps.first.body.user", Some("`user.name` is \"x\", expected \"y\"")),
            ("status == 201", Some("`status` is 200, expected 201")),
            ("body.name == 'x and y == z'", Some("`name` is \"b\", expected \"x and y == z\"")),
            ("not body.name == 'b'", None),
            ("body.name is masked", None),
        ] {
            let found = Comparison::failing(source, &scope());
            assert_eq!(found.as_ref().map(Comparison::summary).as_deref(), summary, "{source}");
        }
        let site = |source: &str| Comparison::failing(source, &scope()).unwrap().site();
        assert_eq!(site("body.user.name == 1"), FindingSite::Body("/user/name".to_owned()));
        assert_eq!(site("status == 1"), FindingSite::Status);
    }

    proptest! {
        #[test]
        fn any_source_is_survived(source in "[a-z() =<>'\"\\\\.中|]{0,40}") {
            let _ = Comparison::failing(&source, &scope());
        }
    }
}
