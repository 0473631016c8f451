//! Templates: strings with `{{ expression }}` in them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::expression::{BadExpression, Expression, Scope};

/// A template that can't be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unfilled {
    /// A lowercase fragment.
    pub message: String,
}

/// Replaces every `{{ expression }}` in the strings of `template`. A string that is nothing but one `{{ }}` takes the
/// expression's type; in a longer string a text result is written as it is, any other as JSON. Only `{{ }}` is
/// special: `{%`, `{#` and a lone brace are plain text. Names of members are not filled in.
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

/// The template that gives exactly `text`.
#[must_use]
pub fn as_template(text: &str) -> String {
    text.replace("{{", "{{ '{{' }}")
}

fn fill_text(text: &str, scope: &Scope) -> Result<Value, Unfilled> {
    let pieces = pieces(text).map_err(|_| Unfilled { message: format!("`{text}`: {UNCLOSED}") })?;
    if let [Piece::Hole(source)] = pieces.as_slice() {
        return evaluate(source, scope, text);
    }
    let mut filled = String::with_capacity(text.len());
    for piece in pieces {
        match piece {
            Piece::Text(plain) => filled.push_str(plain),
            Piece::Hole(source) => match evaluate(source, scope, text)? {
                Value::String(value) => filled.push_str(&value),
                other => filled.push_str(&other.to_string()),
            },
        }
    }
    Ok(Value::String(filled))
}

fn evaluate(source: &str, scope: &Scope, text: &str) -> Result<Value, Unfilled> {
    if let Some(value) = plain_path(source).and_then(|mut path| path.try_fold(scope, |at, name| at.get(name)))
    {
        return Ok(value.clone());
    }
    let unfilled = |why: &str| Unfilled { message: format!("`{text}`: {why}") };
    let expression = Expression::new(source).map_err(|bad| unfilled(&bad.message))?;
    expression.value(scope).map_err(|bad| unfilled(&bad.message))
}

/// The names of `a.b.c`, which most templates are: no engine is needed to look them up.
fn plain_path(source: &str) -> Option<std::str::Split<'_, char>> {
    let is_name = |name: &str| {
        name.bytes()
            .enumerate()
            .all(|(at, byte)| byte == b'_' || byte.is_ascii_alphabetic() || (at > 0 && byte.is_ascii_digit()))
            && !name.is_empty()
            && !matches!(name, "true" | "True" | "false" | "False" | "none" | "None" | "not")
    };
    source.split('.').all(is_name).then(|| source.split('.'))
}

/// Whether `text` can be compiled as a template; a string without `{{` always can.
///
/// # Errors
/// When a `{{` is not closed, or holds no expression; the range is that of the fault in `text`.
pub fn check_template(text: &str) -> Result<(), BadExpression> {
    let pieces = pieces(text)
        .map_err(|open| BadExpression { message: UNCLOSED.to_owned(), range: Some(open..text.len()) })?;
    for piece in pieces {
        if let Piece::Hole(source) = piece {
            let offset = source.as_ptr() as usize - text.as_ptr() as usize;
            Expression::new(source).map_err(|bad| BadExpression {
                range: bad.range.map(|range| offset + range.start..offset + range.end),
                ..bad
            })?;
        }
    }
    Ok(())
}

/// The names that the templates in `template` need from their scope, with dotted members: `token`, `captured.name`.
/// A template that is no expression needs nothing here; [`fill`] tells what is wrong with it.
#[must_use]
pub fn needs(template: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect_needs(template, &mut names);
    names
}

fn collect_needs(template: &Value, names: &mut BTreeSet<String>) {
    match template {
        Value::String(text) if text.contains("{{") => {
            for piece in pieces(text).unwrap_or_default() {
                if let Piece::Hole(source) = piece
                    && let Ok(expression) = Expression::new(source)
                {
                    names.extend(expression.names().iter().cloned());
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect_needs(element, names)),
        Value::Object(members) => members.values().for_each(|member| collect_needs(member, names)),
        _ => {}
    }
}

const UNCLOSED: &str = "`{{` without `}}`";

enum Piece<'t> {
    Text(&'t str),
    Hole(&'t str),
}

/// The pieces of a template, or where a `{{` is not closed.
fn pieces(text: &str) -> Result<Vec<Piece<'_>>, usize> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        if open > 0 {
            pieces.push(Piece::Text(&rest[..open]));
        }
        let inner = &rest[open + 2..];
        let Some(close) = hole_end(inner) else {
            return Err(text.len() - rest.len() + open);
        };
        pieces.push(Piece::Hole(inner[..close].trim()));
        rest = &inner[close + 2..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

/// Where `}}` closes the hole: not inside a string literal, and not the end of a map literal.
fn hole_end(inner: &str) -> Option<usize> {
    let bytes = inner.as_bytes();
    let (mut at, mut depth, mut quote) = (0, 0_usize, None);
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(_), b'\\') => at += 1,
            (Some(open), byte) if byte == open => quote = None,
            (None, byte @ (b'"' | b'\'')) => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') if depth > 0 => depth -= 1,
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn scope() -> Value {
        json!({"token": "t-1", "n": 7, "list": [1], "none": null, "captured": {"name": "x", "deep": {"id": 3}}})
    }

    #[test]
    fn a_lone_hole_keeps_its_type_and_a_longer_text_becomes_text() {
        for (template, filled) in [
            (json!("{{ n }}"), json!(7)),
            (json!("{{captured.deep}}"), json!({"id": 3})),
            (json!("{{list}}"), json!([1])),
            (json!("{{none}}"), json!(null)),
            (json!("{{ n + 1 }}"), json!(8)),
            (json!("  {{n}} "), json!("  7 ")),
            (json!("Bearer {{token}}"), json!("Bearer t-1")),
            (json!("{{token}}-{{captured.deep.id}}"), json!("t-1-3")),
            (json!("{{ '}}' }}{{ {'a': {'b': 2}}.a.b }}"), json!("}}2")),
            (json!("{{ captured.name|upper }}!"), json!("X!")),
            (json!("a{%b{#c}"), json!("a{%b{#c}")),
            (json!("{%{{n}}{#"), json!("{%7{#")),
            (json!({"a": ["{{n}}", {"b": "{{token}}"}], "c": 1}), json!({"a": [7, {"b": "t-1"}], "c": 1})),
        ] {
            assert_eq!(fill(&template, &scope()), Ok(filled), "{template}");
        }
    }

    #[test]
    fn what_has_no_value_is_an_error() {
        for template in [
            "{{absent}}",
            "{{captured.absent}}",
            "x{{captured.absent.y}}",
            "{{",
            "{{ n",
            "{{}}",
            "{{ ' }}",
            "{{a b}}",
        ] {
            assert!(fill(&json!(template), &scope()).is_err(), "{template}");
        }
        assert!(
            fill(&json!("{{captured.absent}}"), &scope()).unwrap_err().message.contains("captured.absent")
        );
    }

    #[test]
    fn a_template_is_checked_before_it_is_filled() {
        for (text, range) in
            [("plain", None), ("a{{b}}", None), ("a{{", Some(1..3)), ("中{{ b ] }}", Some(8..9))]
        {
            let checked = check_template(text);
            assert_eq!(checked.is_err(), range.is_some(), "{text}");
            assert_eq!(checked.err().and_then(|bad| bad.range), range, "{text}");
        }
    }

    #[test]
    fn needs_are_told_with_their_members() {
        let template =
            json!({"a": "{{token}}", "b": ["x{{captured.name}}{{n + 1}}", "plain", 7], "c": "{{ bad bad }}"});
        assert_eq!(needs(&template).into_iter().collect::<Vec<_>>(), ["captured.name", "n", "token"]);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "[{}'\"\\\\a|.( )中]{0,40}") {
            let _ = fill(&json!(text), &scope());
            let _ = needs(&json!(text));
        }
    }
}
