//! JSON Pointers (RFC 6901) as strings.

use serde_json::Value;

/// Appends one reference token to `pointer`, escaped (RFC 6901 section 3).
#[must_use]
pub fn join(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}

/// The unescaped reference tokens of `pointer`.
pub fn tokens(pointer: &str) -> impl Iterator<Item = String> + '_ {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"))
}

/// Whether anything in `value` lies at `pattern`, a pointer in which the token `*` stands for every element of an
/// array or member of an object.
#[must_use]
pub fn reaches(value: &Value, pattern: &str) -> bool {
    let tokens: Vec<String> = tokens(pattern).collect();
    any_at(value, &tokens, &mut |_| true)
}

/// Calls `see` on every value at `pattern` (see [`reaches`]) until it returns true; whether it did.
pub fn any_at(value: &Value, pattern: &[String], see: &mut dyn FnMut(&Value) -> bool) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return see(value);
    };
    match value {
        Value::Object(members) if first == "*" => members.values().any(|member| any_at(member, rest, see)),
        Value::Object(members) => members.get(first).is_some_and(|member| any_at(member, rest, see)),
        Value::Array(elements) if first == "*" => elements.iter().any(|element| any_at(element, rest, see)),
        Value::Array(elements) => first
            .parse::<usize>()
            .ok()
            .and_then(|at| elements.get(at))
            .is_some_and(|element| any_at(element, rest, see)),
        _ => false,
    }
}

/// Takes everything at `pattern` (see [`reaches`]) out of `value`, but for `value` itself.
pub fn take_all(value: &mut Value, pattern: &[String]) {
    let Some((first, rest)) = pattern.split_first() else { return };
    match value {
        Value::Object(members) if rest.is_empty() => {
            members.retain(|name, _| first != "*" && name != first);
        }
        Value::Array(elements) if rest.is_empty() => {
            let at = first.parse::<usize>().ok();
            let mut index = 0..;
            elements.retain(|_| first != "*" && index.next() != at);
        }
        Value::Object(members) => {
            let inside = members.iter_mut().filter(|(name, _)| first == "*" || *name == first);
            inside.for_each(|(_, member)| take_all(member, rest));
        }
        Value::Array(elements) => {
            let at = first.parse::<usize>().ok();
            let inside =
                elements.iter_mut().enumerate().filter(|(index, _)| first == "*" || Some(*index) == at);
            inside.for_each(|(_, element)| take_all(element, rest));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tokens_are_unescaped_and_joined_escaped() {
        assert_eq!(join("/a", "b/c~d"), "/a/b~1c~0d");
        assert_eq!(tokens("/a/b~1c~0d").collect::<Vec<_>>(), ["a", "b/c~d"]);
        assert_eq!(tokens("").count(), 0);
    }

    #[test]
    fn what_is_taken_out_is_gone_wherever_the_pattern_reaches() {
        let value = json!({"rows": [{"id": 1, "key": "a"}, {"key": "b"}, 3], "key": "c"});
        for (pattern, left) in [
            ("/rows/*/key", json!({"rows": [{"id": 1}, {}, 3], "key": "c"})),
            ("/rows/1", json!({"rows": [{"id": 1, "key": "a"}, 3], "key": "c"})),
            ("/rows/*", json!({"rows": [], "key": "c"})),
            ("/*", json!({})),
            ("/other/*", value.clone()),
            ("", value.clone()),
        ] {
            let mut here = value.clone();
            take_all(&mut here, &tokens(pattern).collect::<Vec<_>>());
            assert_eq!(here, left, "{pattern}");
        }
    }

    #[test]
    fn a_star_reaches_every_element() {
        let value = json!({"rows": [{"id": 1}, {"name": "x"}]});
        for (pattern, there) in [
            ("", true),
            ("/rows/*/name", true),
            ("/rows/0/name", false),
            ("/rows/*/age", false),
            ("/rows/7", false),
        ] {
            assert_eq!(reaches(&value, pattern), there, "{pattern}");
        }
    }
}
