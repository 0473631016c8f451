//! A request as a curl command line that a person can paste.

use super::redact::Redactor;
use crate::model::Request;

/// The longest body that is written into the command line, in bytes.
const BODY_LIMIT: usize = 16 * 1024;

/// `request` as a command line for a POSIX shell; `$TARGET` stands for the base URL, `‹name›` for secrets.
pub(super) fn curl(request: &Request, body: Option<&str>, redactor: &Redactor) -> String {
    let mut line = String::from("curl -sS -i");
    if request.method != "GET" {
        line += &format!(" -X {}", request.method);
    }
    let query: String = request
        .query
        .iter()
        .enumerate()
        .map(|(at, (name, value))| {
            format!("{}{}={}", if at == 0 { '?' } else { '&' }, encode(name), encode(value))
        })
        .collect();
    line += &format!(" \"$TARGET\"{}", quote(&redactor.text(&format!("{}{query}", request.path))));
    for (name, value) in &request.headers {
        if value.is_empty() {
            line += &format!(" -H {}", quote(&format!("{name};")));
            continue;
        }
        line +=
            &format!(" -H {}", quote(&super::show::cut(&redactor.text(&format!("{name}: {value}")), 300)));
    }
    match body {
        Some(body) if body.len() <= BODY_LIMIT => line += &format!(" --data-raw {}", quote(body)),
        Some(body) => line += &format!(" --data-raw '…' # {} bytes", body.len()),
        None if request.method == "GET" || request.method == "HEAD" => {}
        None => line += " -H 'Content-Length: 0'",
    }
    line
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// `text` as one word of a POSIX shell.
fn quote(text: &str) -> String {
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-:=@%,+?".contains(c)) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quote("/v2/a-b"), "/v2/a-b");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote(""), "''");
    }
}
