//! Structural differences as lines of pretty JSON.

use serde_json::Value;

use super::change::{Change, changes};
use super::lines::{collapsed, line, pretty, scalar};
use super::pair::{Pair, Work, align};
use crate::conform::same;
use crate::model::{Diff, DiffLine, DiffOp};
use crate::text::pointer;

/// Values with more parts than this are not rendered side by side.
const MOST_PARTS: usize = 200_000;

/// Of values with more parts so many changes are shown.
const MOST_CHANGES: usize = 40;

/// What makes `actual` differ from `expected`, as lines of pretty JSON with a few unchanged ones around; empty when they
/// are the same. Of values with more than 200,000 parts only the changes are shown, place by place.
#[must_use]
pub fn values(expected: &Value, actual: &Value) -> Diff {
    if parts(expected).saturating_add(parts(actual)) > MOST_PARTS {
        return by_place(&changes(expected, actual));
    }
    let mut out = Vec::new();
    let mut work = Work::default();
    both(expected, actual, &Place { depth: 0, name: None, last: true }, &mut work, &mut out);
    collapsed(out)
}

/// Changes one by one, each with its place.
fn by_place(changes: &[Change]) -> Diff {
    let told = |value: &Value| match value {
        Value::Array(elements) => format!("‹an array of {}›", elements.len()),
        Value::Object(members) => format!("‹an object of {}›", members.len()),
        other => scalar(other),
    };
    let mut lines = Vec::new();
    let mut add = |op: DiffOp, at: &str, says: String| lines.push(line(op, format!("{at}: {says}")));
    for change in changes.iter().take(MOST_CHANGES) {
        match change {
            Change::Added { at, value } => add(DiffOp::Actual, at, told(value)),
            Change::Removed { at, value } => add(DiffOp::Expected, at, told(value)),
            Change::Changed { at, from, to } | Change::Retyped { at, from, to } => {
                add(DiffOp::Expected, at, told(from));
                add(DiffOp::Actual, at, told(to));
            }
            Change::Moved { from, to } => {
                add(DiffOp::Expected, from, "‹moved away›".into());
                add(DiffOp::Actual, to, "‹moved here›".into());
            }
        }
    }
    if let Some(more) = changes.len().checked_sub(MOST_CHANGES + 1) {
        lines.push(line(DiffOp::Gap, format!("{} changes more", more + 1)));
    }
    Diff { lines }
}

fn parts(value: &Value) -> usize {
    match value {
        Value::Array(elements) => elements.iter().map(parts).sum::<usize>() + 1,
        Value::Object(members) => members.values().map(parts).sum::<usize>() + 1,
        _ => 1,
    }
}

/// Where a value stands in what is rendered.
struct Place<'n> {
    depth: usize,
    name: Option<&'n str>,
    last: bool,
}

impl Place<'_> {
    fn indent(&self) -> String {
        let mut text = "  ".repeat(self.depth);
        if let Some(name) = self.name {
            text.push_str(&scalar(&Value::String(name.to_owned())));
            text.push_str(": ");
        }
        text
    }

    fn comma(&self) -> &'static str {
        if self.last { "" } else { "," }
    }

    fn inside(&self, last: bool) -> Self {
        Place { depth: self.depth + 1, name: None, last }
    }

    fn open(&self, bracket: char) -> DiffLine {
        line(DiffOp::Same, format!("{}{bracket}", self.indent()))
    }

    fn close(&self, bracket: char) -> DiffLine {
        line(DiffOp::Same, format!("{}{bracket}{}", "  ".repeat(self.depth), self.comma()))
    }
}

fn whole(op: DiffOp, value: &Value, place: &Place<'_>, out: &mut Vec<DiffLine>) {
    let text = pretty(value);
    let count = text.lines().count();
    for (at, part) in text.lines().enumerate() {
        let start = if at == 0 { place.indent() } else { "  ".repeat(place.depth) };
        let end = if at + 1 == count { place.comma() } else { "" };
        out.push(line(op, format!("{start}{part}{end}")));
    }
}

fn both(left: &Value, right: &Value, place: &Place<'_>, work: &mut Work, out: &mut Vec<DiffLine>) {
    match (left, right) {
        (Value::Object(old), Value::Object(new)) if !old.is_empty() && !new.is_empty() => {
            out.push(place.open('{'));
            let added: Vec<_> = new.iter().filter(|(name, _)| !old.contains_key(*name)).collect();
            let total = old.len() + added.len();
            for (at, (name, value)) in old.iter().enumerate() {
                let inner = Place { name: Some(name), ..place.inside(at + 1 == total) };
                match new.get(name) {
                    Some(other) => both(value, other, &inner, work, out),
                    None => whole(DiffOp::Expected, value, &inner, out),
                }
            }
            for (at, (name, value)) in added.into_iter().enumerate() {
                let inner = Place { name: Some(name), ..place.inside(old.len() + at + 1 == total) };
                whole(DiffOp::Actual, value, &inner, out);
            }
            out.push(place.close('}'));
        }
        (Value::Array(old), Value::Array(new)) if !old.is_empty() && !new.is_empty() => {
            out.push(place.open('['));
            let pairs = align(old, new, work);
            let total = pairs.len();
            for (at, pair) in pairs.into_iter().enumerate() {
                let inner = place.inside(at + 1 == total);
                match pair {
                    Pair::Both(left, right) => both(&old[left], &new[right], &inner, work, out),
                    Pair::Left(left) => whole(DiffOp::Expected, &old[left], &inner, out),
                    Pair::Right(right) => whole(DiffOp::Actual, &new[right], &inner, out),
                }
            }
            out.push(place.close(']'));
        }
        _ if same(left, right) => whole(DiffOp::Same, left, place, out),
        _ => {
            whole(DiffOp::Expected, left, place, out);
            whole(DiffOp::Actual, right, place, out);
        }
    }
}

/// A place in a value, and what should be there.
#[derive(Debug)]
pub struct Mark<'m> {
    /// Where, as a JSON Pointer.
    pub at: &'m str,
    /// A member of the object there that is missing.
    pub missing: Option<&'m str>,
    /// What is allowed there, in words; None: nothing should be there.
    pub allowed: Option<&'m str>,
}

/// `value` with one place marked, and a few lines around it.
#[must_use]
pub fn marked(value: &Value, mark: &Mark<'_>) -> Diff {
    if parts(value) > MOST_PARTS {
        return Diff::default();
    }
    let tokens: Vec<String> = pointer::tokens(mark.at).collect();
    let mut out = Vec::new();
    mark_in(value, &tokens, mark, &Place { depth: 0, name: None, last: true }, &mut out);
    collapsed(out)
}

fn mark_in(value: &Value, tokens: &[String], mark: &Mark<'_>, place: &Place<'_>, out: &mut Vec<DiffLine>) {
    let Some((first, rest)) = tokens.split_first() else {
        return mark_here(value, mark, place, out);
    };
    match value {
        Value::Object(members) => {
            out.push(place.open('{'));
            for (at, (name, member)) in members.iter().enumerate() {
                let inner = Place { name: Some(name), ..place.inside(at + 1 == members.len()) };
                if name == first {
                    mark_in(member, rest, mark, &inner, out);
                } else {
                    whole(DiffOp::Same, member, &inner, out);
                }
            }
            out.push(place.close('}'));
        }
        Value::Array(elements) => {
            out.push(place.open('['));
            for (at, element) in elements.iter().enumerate() {
                let inner = place.inside(at + 1 == elements.len());
                if first.parse() == Ok(at) {
                    mark_in(element, rest, mark, &inner, out);
                } else {
                    whole(DiffOp::Same, element, &inner, out);
                }
            }
            out.push(place.close(']'));
        }
        other => whole(DiffOp::Same, other, place, out),
    }
}

fn mark_here(value: &Value, mark: &Mark<'_>, place: &Place<'_>, out: &mut Vec<DiffLine>) {
    let words = mark.allowed.map(|allowed| format!("‹{allowed}›"));
    if let (Some(name), Value::Object(members)) = (mark.missing, value) {
        out.push(place.open('{'));
        for (name, member) in members {
            whole(DiffOp::Same, member, &Place { name: Some(name), ..place.inside(false) }, out);
        }
        let inner = Place { name: Some(name), ..place.inside(true) };
        out.push(line(DiffOp::Expected, format!("{}‹required›", inner.indent())));
        out.push(place.close('}'));
        return;
    }
    if let Some(words) = words {
        out.push(line(DiffOp::Expected, format!("{}{words}{}", place.indent(), place.comma())));
    }
    whole(DiffOp::Actual, value, place, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn drawn(diff: &Diff) -> String {
        let lines = diff.lines.iter().map(|line| format!("{}{}", line.op.sign(), line.text));
        lines.chain([String::new()]).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_difference_reads_like_json() {
        let expected = json!({"user_name": "a", "rows": [1, 2, 3], "k": {"x": 1}});
        let actual = json!({"user_name": "b", "rows": [1, 3], "k": {"x": 1.0}, "new": []});
        assert_eq!(
            drawn(&values(&expected, &actual)),
            " {\n-  \"user_name\": \"a\",\n+  \"user_name\": \"b\",\n   \"rows\": [\n     1,\n-    2,\n     3\n   ],\n   \
             \"k\": {\n     \"x\": 1\n   },\n+  \"new\": []\n }\n"
        );
        assert!(values(&actual, &actual).lines.is_empty());
    }

    #[test]
    fn long_unchanged_stretches_are_left_out() {
        let rows: Vec<u32> = (0..100).collect();
        let mut other = rows.clone();
        other[50] = 1000;
        let drawn = drawn(&values(&json!(rows), &json!(other)));
        assert!(drawn.starts_with("…48 lines\n"), "{drawn}");
        assert!(drawn.contains("-  50,\n+  1000,\n"), "{drawn}");
        assert!(drawn.ends_with("…47 lines\n"), "{drawn}");
    }

    #[test]
    fn a_mark_shows_what_should_be_there() {
        let body = json!({"a": 1, "b": {"c": "long"}});
        let mark = Mark { at: "/b/c", missing: None, allowed: Some("at most 3 characters") };
        assert!(
            drawn(&marked(&body, &mark))
                .contains("-    \"c\": ‹at most 3 characters›\n+    \"c\": \"long\"\n")
        );
        let mark = Mark { at: "/b", missing: Some("d"), allowed: None };
        assert!(
            drawn(&marked(&body, &mark)).contains("     \"c\": \"long\",\n-    \"d\": ‹required›\n   }\n")
        );
    }

    #[test]
    fn huge_values_stay_bounded() {
        let huge: Vec<String> = (0..150_000).map(|n| format!("row {n}")).collect();
        let other: Vec<String> = (0..150_000).map(|n| format!("line {n}")).collect();
        assert!(values(&json!(huge), &json!(other)).lines.len() < 200);
        let mut other = huge.clone();
        other[70_000] = "another".into();
        other.push("one more".into());
        assert_eq!(
            drawn(&values(&json!({"a/b": huge}), &json!({"a/b": other}))),
            "+/a~1b/150000: \"one more\"\n-/a~1b/70000: \"row 70000\"\n+/a~1b/70000: \"another\"\n"
        );
        // Deep and wide at once: as text its indentation alone would be many times its size.
        let deep = |leaf: u32| (0..120).fold(json!(vec![leaf; 20_000]), |inner, _| json!([inner]));
        assert!(values(&deep(1), &deep(2)).lines.len() < 200);
        assert!(pretty(&deep(1)).len() < 2 * crate::delta::lines::MOST_PRETTY);
        let long = "x".repeat(1_000_000);
        let diff = values(&json!({"a": long}), &json!({"a": 1}));
        assert!(diff.lines.iter().all(|line| line.text.len() < 2000));
    }
}
