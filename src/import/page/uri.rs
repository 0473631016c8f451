//! Request lines: `PUT https://{endpoint}/v2/things/{thing_id}?limit={limit}`.

const METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"];

/// Names, and values where they are no placeholders.
pub(super) type Query = Vec<(String, Option<String>)>;

/// Method, path and query of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Request {
    pub(super) method: String,
    /// With `{name}` for each parameter.
    pub(super) path: String,
    pub(super) query: Query,
}

/// The request in a line that begins with a method, and what stands behind it.
pub(super) fn request_line(line: &str) -> Option<(Request, &str)> {
    let line = super::block::bare(line).trim_start_matches(['`', '"', '“', '\'']).trim_start();
    let said =
        |method: &&&str| line.get(..method.len()).is_some_and(|word| word.eq_ignore_ascii_case(method));
    let method = METHODS.iter().find(said)?;
    let rest = line.get(method.len()..)?;
    // In small letters, only before a whole address.
    if !line.starts_with(method) && !rest.trim_start().starts_with("http") {
        return None;
    }
    let target = rest.trim_start_matches(|c: char| c.is_whitespace() || "`:\u{ff1a}".contains(c));
    if rest.len() == target.len() {
        return None;
    }
    let (target, behind) = target.split_at(end(target));
    let (path, query) = split(target)?;
    Some((Request { method: (*method).to_owned(), path, query }, behind.trim_start()))
}

/// Where the address ends that a text begins with: at white space, but for that in `/(id or name)/`.
fn end(text: &str) -> usize {
    let mut inside = false;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        inside = if inside { c != ')' } else { c == '(' && before == '/' && text[at..].contains(')') };
        if c.is_whitespace() && !inside {
            return at;
        }
        before = c;
    }
    text.len()
}

/// Only a method.
pub(super) fn method(line: &str) -> Option<&'static str> {
    METHODS.iter().copied().find(|method| super::block::bare(line).trim_matches('`') == *method)
}

/// Path and query of a URI or of a path alone; None where it is neither.
pub(super) fn split(target: &str) -> Option<(String, Query)> {
    let target = target.trim_matches(|c: char| "`\"'“”,;\u{ff0c}。".contains(c)).trim_end_matches('.');
    let path = match target.split_once("://") {
        Some((scheme, rest)) if scheme.chars().all(|c| c.is_ascii_alphabetic() || "{}".contains(c)) => {
            rest.find('/').map_or("/", |at| &rest[at..])
        }
        // {endpoint}/v2/things
        None if target.starts_with('{') && target.contains("}/") => &target[target.find("}/")? + 1..],
        _ => target,
    };
    if !path.starts_with('/') {
        return None;
    }
    let path = path.split('#').next().unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = path.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(path);
    let segments: Vec<String> = path.split('/').map(segment).collect();
    let query = query.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = Some(decoded(value)).filter(|value| !value.is_empty() && !placeholder(value));
        (decoded(name).trim_matches(['{', '}', '[', ']']).to_owned(), value)
    });
    let query = query.filter(|(name, _)| !name.trim().is_empty());
    Some((segments.join("/"), query.collect()))
}

/// A part of a query as it is meant; as it stands where that is no text.
fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8();
    decoded.map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

/// `:id`, `<id>` and `(id or name)` as `{id}`. A brace that is not closed is left out: no template has one.
fn segment(segment: &str) -> String {
    let name = segment
        .strip_prefix(':')
        .or_else(|| segment.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')));
    let name = name.or_else(|| segment.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')));
    let words = segment.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let words = words.map(|words| words.split(" or ").next().unwrap_or(words).trim().replace(' ', "_"));
    let name = name.or(words.as_deref());
    // What is behind white space is no part of it.
    let segment = segment.split_whitespace().next().unwrap_or_default();
    match name {
        Some(name) if !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || "{}".contains(c)) => {
            format!("{{{name}}}")
        }
        _ if is_template(segment) => segment.to_owned(),
        _ => segment.replace(['{', '}'], ""),
    }
}

/// Whether each brace is opened and closed in turn, around a name.
fn is_template(segment: &str) -> bool {
    let mut pieces = segment.split('{');
    let fixed = |text: &str| !text.contains('}');
    pieces.next().is_some_and(fixed)
        && pieces
            .all(|piece| piece.split_once('}').is_some_and(|(name, rest)| !name.is_empty() && fixed(rest)))
}

/// Whether a value only stands for one: `{limit}`, `<limit>`, `xxx`.
pub(super) fn placeholder(value: &str) -> bool {
    (value.starts_with(['{', '<', '$']) && value.ends_with(['}', '>'])) || super::masked::masked(value)
}

/// The names of the parameters in a path.
pub(super) fn names(path: &str) -> Vec<String> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

/// Whether `path` may be an example of `template`: the same segments, but for those that have a parameter.
pub(super) fn fits(template: &str, path: &str) -> bool {
    let (wanted, given): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    wanted.len() == given.len()
        && wanted
            .iter()
            .zip(&given)
            .all(|(wanted, given)| wanted.contains('{') || given.contains('{') || wanted == given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_lines_are_found_with_hosts_and_queries() {
        for (line, method, path, query, behind) in [
            ("GET /v1/things/{id}", "GET", "/v1/things/{id}", vec![], ""),
            (
                "- POST https://{Endpoint}/v3/{project_id}/a { \"b\": 1 }",
                "POST",
                "/v3/{project_id}/a",
                vec![],
                "{ \"b\": 1 }",
            ),
            ("PUT https://a.example.com/v3/x/", "PUT", "/v3/x", vec![], ""),
            (
                "GET /a?offset={offset}&limit=10",
                "GET",
                "/a",
                vec![("offset", None), ("limit", Some("10"))],
                "",
            ),
            ("`DELETE /a/:id/<b>`", "DELETE", "/a/{id}/{b}", vec![], ""),
            ("GET {endpoint}/a/{b}", "GET", "/a/{b}", vec![], ""),
            ("GET /a/(id or name)/b of it", "GET", "/a/{id}/b", vec![], "of it"),
            ("GET /a/(plugin name)", "GET", "/a/{plugin_name}", vec![], ""),
        ] {
            let (request, rest) = request_line(line).unwrap();
            let found: Vec<_> =
                request.query.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
            assert_eq!(
                (&*request.method, &*request.path, found, rest),
                (method, path, query, behind),
                "{line}"
            );
        }
        assert_eq!(request_line("post https://{endpoint}/a").unwrap().0.method, "POST");
        for line in ["GET", "GETTING /a", "Get /a", "PUT the thing away", "POST", "", "GET 中文", "GET {"] {
            assert_eq!(request_line(line), None, "{line}");
        }
        assert_eq!(request_line("GET /a/{b/c}x{}").unwrap().0.path, "/a/b/cx");
        assert_eq!(request_line("PUT /a/:b{c/<d}>").unwrap().0.path, "/a/:bc/<d>");
        assert_eq!(request_line("PUT /a/}b{/{c{d}}/{e}.{f}").unwrap().0.path, "/a/b/cd/{e}.{f}");
        assert_eq!(request_line("PUT /a/(b or c?d e (f").unwrap().0.path, "/a/(b");
        assert_eq!(request_line("PUT /a/(b or c?d e (f)").unwrap().0.path, "/a/(b");
    }

    #[test]
    fn an_example_path_fits_its_template() {
        assert!(fits("/v2/{a}/b/{c}", "/v2/12/b/x-y"));
        assert!(!fits("/v2/{a}/b", "/{a}/b"));
        assert!(!fits("/v2/{a}/b", "/v2/1/c"));
    }
}
