//! Times such as `2s`, `500ms`, `1.5s` or `1m`.

use std::time::Duration;

use crate::text::Diagnostic;
use crate::text::tree::Node;

/// Reports what is not a time.
pub(super) fn check(node: &Node, what: &str, out: &mut Vec<Diagnostic>) {
    if node.text().and_then(read).is_none() {
        let diagnostic = Diagnostic::error("bad-duration", format!("{what} has to be a time"))
            .at(node.span, "a number with its unit is needed");
        out.push(diagnostic.help("write `500ms`, `2s` or `1m`"));
    }
}

/// The time that `text` says; None for anything else, and for zero and more than a day.
pub(super) fn read(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit_at);
    let number: f64 = number.trim().parse().ok()?;
    let factor = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let seconds = number * factor;
    (seconds > 0.0 && seconds <= 86_400.0).then(|| Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_unit() {
        for (text, millis) in
            [("2s", 2000), ("500ms", 500), ("1m", 60_000), ("1.5s", 1500), ("1 h", 3_600_000)]
        {
            assert_eq!(read(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["2", "s", "", "-1s", "0s", "1e9h", "two s", "2 weeks", "nan s"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
