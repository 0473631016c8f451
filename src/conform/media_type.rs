//! Media types (RFC 9110 section 8.3, RFC 6838 section 4.2.8).

/// Whether an answer of the media type `actual` is what `expected` promises: parameters and case are ignored, `*`
/// stands for any type or subtype, and a structured syntax suffix counts as its syntax, so that
/// `application/problem+json` is `application/json`.
#[must_use]
pub fn media_type_matches(expected: &str, actual: &str) -> bool {
    let (Some((type_, subtype)), Some((other_type, other_subtype))) = (parts(expected), parts(actual)) else {
        return false;
    };
    let eq = |wanted: &str, there: &str| wanted == "*" || wanted.eq_ignore_ascii_case(there);
    let suffixed = || {
        other_subtype
            .rsplit_once('+')
            .is_some_and(|(name, suffix)| !name.is_empty() && suffix.eq_ignore_ascii_case(subtype))
    };
    eq(type_, other_type) && (eq(subtype, other_subtype) || suffixed())
}

/// A media type without its parameters, in lower case.
#[must_use]
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn parts(text: &str) -> Option<(&str, &str)> {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let (type_, subtype) = essence.split_once('/')?;
    let is_token =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '/' || c == ',');
    (is_token(type_) && is_token(subtype)).then_some((type_, subtype))
}

#[cfg(test)]
mod tests {
    use super::media_type_matches;

    #[test]
    fn only_type_and_subtype_count() {
        for (expected, actual, matches) in [
            ("application/json", "application/json", true),
            ("application/json", "Application/JSON; charset=utf-8", true),
            ("application/json;charset=utf-8", "application/json", true),
            ("application/json", "application/problem+json", true),
            ("application/problem+json", "application/json", false),
            ("application/json", "application/+json", false),
            ("application/json", "text/json", false),
            ("application/json", "application/jsonp", false),
            ("application/json", "text/html", false),
            ("application/json", "", false),
            ("application/json", "json", false),
            ("application/json", "application/json, text/html", false),
            ("text/*", "text/plain", true),
            ("*/*", "image/png", true),
        ] {
            assert_eq!(media_type_matches(expected, actual), matches, "{expected} {actual}");
        }
    }
}
