//! A request as a curl command line that a person can paste.

use super::redact::Redactor;
use crate::model::Request;
use crate::text::shell_word;

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
    line += &format!(" \"$TARGET\"{}", shell_word(&redactor.text(&format!("{}{query}", request.path))));
    for (name, value) in &request.headers {
        if value.is_empty() {
            line += &format!(" -H {}", shell_word(&format!("{name};")));
            continue;
        }
        line += &format!(
            " -H {}",
            shell_word(&super::show::cut(&redactor.text(&format!("{name}: {value}")), 300))
        );
    }
    match body {
        Some(body) if body.len() <= BODY_LIMIT => line += &format!(" --data-raw {}", shell_word(body)),
        Some(body) => line += &format!(" --data-raw '…' # {} bytes", body.len()),
        None if request.method == "GET" || request.method == "HEAD" => {}
        None => line += " -H 'Content-Length: 0'",
    }
    line
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
