//! Examples: the request lines and the JSON among the lines of a section.

use serde_json::{Map, Value};

use super::block::Said;
use super::curl;
use super::masked::masked;
use super::uri::{self, Request};
use super::words;

/// An example of a request or an answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Example {
    /// The words above it.
    pub(super) says: Option<Said>,
    /// The request line, if it has one.
    pub(super) request: Option<(Request, Said)>,
    pub(super) body: Option<Body>,
    /// The last line of a request that takes several; else 0.
    pub(super) last: u32,
}

/// JSON that a page shows.
#[derive(Debug, Clone)]
pub(super) struct Body {
    pub(super) value: Value,
    /// Where it begins, with its text on one line.
    pub(super) said: Said,
    /// The last line.
    pub(super) last: u32,
    /// The status that is printed above it, with its line: `HTTP/1.1 201 Created`.
    pub(super) status: Option<(String, Said)>,
}

/// JSON that is none.
#[derive(Debug, Clone)]
pub(super) struct Broken {
    pub(super) said: Said,
    pub(super) why: String,
    /// What it would be without the mistakes that are easily forgiven: only to see how objects are nested.
    pub(super) guess: Option<Value>,
}

/// The lines of a section, joined, with the line of each byte.
struct Lines<'s> {
    text: String,
    said: Vec<(usize, &'s Said)>,
}

impl Lines<'_> {
    /// What stands at this byte, as far as its line goes.
    fn said(&self, at: usize) -> Said {
        let index = self.said.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        let Some((start, said)) = self.said.get(index) else { return Said::default() };
        // A block of code has several lines.
        let breaks = self.text.get(*start..at).unwrap_or_default().matches('\n').count();
        let mut found = (*said).clone();
        found.line = found.line.saturating_add(u32::try_from(breaks).unwrap_or(0));
        if breaks == 0 {
            let skipped = at - start;
            found.span.start = (found.span.start + skipped).min(found.span.end);
        }
        found
    }
}

/// The examples of a section, and the JSON in it that can't be read.
/// `method`: that of a request of which only the address is shown; none among answers.
pub(super) fn read(said: &[&Said], method: Option<&str>) -> (Vec<Example>, Vec<Broken>) {
    let mut lines = Lines { text: String::new(), said: Vec::new() };
    for one in said {
        lines.said.push((lines.text.len(), one));
        lines.text += &one.text;
        lines.text.push('\n');
    }
    let (mut examples, mut broken) = (Vec::new(), Vec::new());
    let mut status: Option<(String, Said)> = None;
    let mut current = Example::default();
    let mut at = 0;
    while at < lines.text.len() {
        let end = lines.text[at..].find('\n').map_or(lines.text.len(), |end| at + end);
        let line = &lines.text[at..end];
        let indent = line.len() - line.trim_start().len();
        if let Some(found) = status_line(line) {
            status = Some((found, Said { text: line.trim().to_owned(), ..lines.said(at + indent) }));
            at = end + 1;
            continue;
        }
        let address = || method.and_then(|method| address(method, line));
        if let Some((request, behind)) = uri::request_line(line).or_else(address) {
            if current.request.is_some() {
                examples.push(std::mem::take(&mut current));
            }
            let mut said = lines.said(at);
            line[..line.len() - behind.len()].trim().clone_into(&mut said.text);
            current.request = Some((request, said));
            at = if behind.is_empty() { end + 1 } else { end - behind.len() };
            continue;
        }
        if let Some((call, length)) = curl::begins(line).and_then(|start| {
            curl::read(&lines.text[at + start..]).map(|(call, length)| (call, start + length))
        }) && let Some((path, query)) = uri::split(&call.url)
        {
            if current.request.is_some() {
                examples.push(std::mem::take(&mut current));
            }
            let (from, end) = (at + indent, at + length);
            let mut said = lines.said(from);
            said.text = flat(&lines.text[from..end]);
            let last = lines.said(end - 1).line;
            at = end;
            match body(&call, &said, last) {
                Ok(body) => {
                    current.request = Some((Request { method: call.method, path, query }, said));
                    current.body = body;
                    current.last = last;
                    examples.push(std::mem::take(&mut current));
                }
                Err(why) => {
                    broken.push(Broken { said, why, guess: None });
                    current = Example::default();
                }
            }
            continue;
        }
        let Some(start) = opening(line).map(|start| at + start) else {
            if !line.trim().is_empty() && !words::none(line) && !line.contains("curl ") && !header(line) {
                current.says = Some(lines.said(at + indent));
            }
            at = end + 1;
            continue;
        };
        if line[..start - at].trim().len() > 1 {
            current.says.get_or_insert_with(|| lines.said(at + indent));
        }
        let mut place = lines.said(start);
        match json(&lines.text[start..]) {
            Ok((value, length)) => {
                place.text = flat(&lines.text[start..start + length]);
                let last = lines.said(start + length - 1).line;
                current.body = Some(Body { value: hide(&value), said: place, last, status: status.take() });
                examples.push(std::mem::take(&mut current));
                at = start + length;
            }
            Err((why, length)) => {
                let text = &lines.text[start..start + length];
                place.text = flat(text);
                broken.push(Broken { said: place, why, guess: forgive(text) });
                current = Example::default();
                at = start + length.max(1);
            }
        }
    }
    if current.request.is_some() {
        examples.push(current);
    }
    (examples, broken)
}

/// The body that a command sends; or why it is none that could be sent again.
fn body(call: &curl::Call, said: &Said, last: u32) -> Result<Option<Body>, String> {
    if call.form {
        return Err("it sends a form or a file".to_owned());
    }
    let Some(data) = &call.data else { return Ok(None) };
    let value = serde_json::from_str(data).map_err(|error| why(&error))?;
    let shown = Said { text: flat(data), ..said.clone() };
    Ok(Some(Body { value: hide(&value), said: shown, last, status: None }))
}

/// The status of a line such as `HTTP/1.1 201 Created`.
fn status_line(line: &str) -> Option<String> {
    let rest = line.trim().strip_prefix("HTTP/")?;
    let (_, rest) = rest.split_once(' ')?;
    let status = rest.trim_start().get(..3)?;
    let fine = status.bytes().all(|b| b.is_ascii_digit()) && status.starts_with(['1', '2', '3', '4', '5']);
    fine.then(|| status.to_owned())
}

/// A line that is only an address.
fn address<'l>(method: &str, line: &'l str) -> Option<(Request, &'l str)> {
    let line = line.trim();
    let whole = line.starts_with("https://") || line.starts_with("http://") || line.starts_with('/');
    if !whole || line.contains(char::is_whitespace) || line.len() < 2 {
        return None;
    }
    let (path, query) = uri::split(line)?;
    Some((Request { method: method.to_owned(), path, query }, ""))
}

/// A header field of a printed request.
fn header(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| super::table::is_header(name.trim()))
}

/// Where JSON begins in a line: a brace or bracket with something like JSON behind it.
fn opening(line: &str) -> Option<usize> {
    line.char_indices().filter(|(_, c)| matches!(c, '{' | '[')).find_map(|(at, c)| {
        let next = line[at + 1..].trim_start().chars().next();
        let fits = match (c, next) {
            ('{', None) => {
                line[at + 1..].trim().is_empty()
                    && (line[..at].trim().is_empty() || line[..at].trim().ends_with(':'))
            }
            ('{', Some('"' | '}')) | ('[', Some('{' | '"' | ']')) => true,
            ('[', None) => line.trim() == "[",
            _ => false,
        };
        // Between words, `[]` and `{}` are no examples.
        (fits && !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '/')).then_some(at)
    })
}

/// The JSON at the beginning of a text and its length; or why there is none, and how far it seems to go.
fn json(text: &str) -> Result<(Value, usize), (String, usize)> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match stream.next() {
        Some(Ok(value)) => Ok((value, stream.byte_offset())),
        Some(Err(error)) => Err((why(&error), balanced(text))),
        None => Err(("nothing is there".to_owned(), text.len())),
    }
}

/// Without the line and column, which are those of the fragment.
fn why(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let cut = said.rfind(" at line ").unwrap_or(said.len());
    let place = said[cut..].trim_start_matches(" at ").to_owned();
    format!("{} ({place} of the example)", &said[..cut])
}

/// How far braces go until they are closed; else to the end of the section.
fn balanced(text: &str) -> usize {
    let (mut depth, mut inside, mut escaped) = (0i32, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            '{' | '[' if !inside => depth += 1,
            '}' | ']' if !inside => {
                depth -= 1;
                if depth <= 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.trim_end().len().max(1)
}

/// The value without commas that are too many and with those that are missing.
fn forgive(text: &str) -> Option<Value> {
    let mut out = String::new();
    let (mut inside, mut escaped) = (false, false);
    let mut last = ' ';
    for c in text.chars() {
        if !inside && matches!(c, '}' | ']') && last == ',' {
            out.truncate(out.trim_end().len() - 1);
        }
        if !inside && c == '"' && last == '"' {
            out.push(',');
        }
        out.push(c);
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            _ => {}
        }
        if !c.is_whitespace() {
            last = if inside { ' ' } else { c };
        }
    }
    json(&out).ok().map(|(value, _)| value)
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `{ masked: … }` for what the page hides.
fn hide(value: &Value) -> Value {
    match value {
        Value::String(text) if masked(text) => {
            Value::Object(Map::from_iter([("masked".to_owned(), value.clone())]))
        }
        Value::Array(elements) => Value::Array(elements.iter().map(hide).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, member)| (name.clone(), hide(member))).collect())
        }
        other => other.clone(),
    }
}

/// What the page prints: without the marks of [`hide`].
pub(super) fn printed(value: &Value) -> Value {
    match value {
        Value::Object(members) if members.len() == 1 && members.contains_key("masked") => {
            members["masked"].clone()
        }
        Value::Array(elements) => Value::Array(elements.iter().map(printed).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, member)| (name.clone(), printed(member))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(lines: &[&str]) -> (Vec<Example>, Vec<Broken>) {
        let said: Vec<Said> = (1u32..)
            .zip(lines)
            .map(|(line, text)| Said { text: (*text).to_owned(), line, ..Said::default() })
            .collect();
        read(&said.iter().collect::<Vec<_>>(), Some("GET"))
    }

    #[test]
    fn json_is_found_wherever_it_stands() {
        let (examples, broken) = of(&[
            "Makes a thing.",
            "POST https://{endpoint}/v1/things { \"name\" : \"a\", \"id\": \"****\" }",
            "Another one:",
            "{",
            "  \"name\": \"b {\",",
            "  \"size\": [1, 2]",
            "}",
            "GET /v1/things?limit=3",
            "/v1/things?limit=4",
        ]);
        assert!(broken.is_empty());
        assert_eq!(examples.len(), 4);
        assert_eq!(
            examples[0].body.as_ref().unwrap().value,
            json!({ "name": "a", "id": { "masked": "****" } })
        );
        assert_eq!(examples[0].says.as_ref().unwrap().text, "Makes a thing.");
        assert_eq!(examples[0].request.as_ref().unwrap().0.path, "/v1/things");
        let second = examples[1].body.as_ref().unwrap();
        assert_eq!((second.said.line, second.last), (4, 7));
        assert_eq!(second.said.text, "{ \"name\": \"b {\", \"size\": [1, 2] }");
        assert_eq!(
            examples[2].request.as_ref().unwrap().0.query,
            [("limit".to_owned(), Some("3".to_owned()))]
        );
    }

    #[test]
    fn broken_json_is_told_and_never_sent() {
        let (examples, broken) = of(&["{ \"a\" : \"5\" \"b\" : 1, }", "OK", "{ \"c\": 1 }", "{ \"d\": "]);
        assert_eq!(examples.len(), 1);
        assert_eq!(broken.len(), 2);
        assert_eq!(broken[0].guess, Some(json!({ "a": "5", "b": 1 })));
        assert!(broken[0].why.starts_with("expected `,` or `}`"), "{}", broken[0].why);
        for odd in ["{", "[", "{}", "}{", "{\"", "[[[[", "中{\"é\": \"", "\"a\":{\"b\""] {
            let _ = of(&[odd]);
        }
    }
}
