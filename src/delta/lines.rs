//! Lines of a difference: bounded in number and length, unchanged stretches left out.

use serde_json::Value;

use crate::model::{Diff, DiffLine, DiffOp};

/// Unchanged lines shown on either side of a change.
const AROUND: usize = 3;
/// The most lines of a difference.
const MOST_LINES: usize = 160;
/// The longest text of a line, in characters. A longer one is described, never cut: half a secret would pass whatever
/// looks for the whole.
const LONGEST: usize = 400;

pub(super) fn line(op: DiffOp, text: String) -> DiffLine {
    DiffLine { op, text: bounded(text) }
}

pub(super) fn bounded(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    match text.chars().count() {
        short if short <= LONGEST => text,
        long => format!("‹a line of {long} characters›"),
    }
}

/// The lines that matter: changed ones with a few around them.
pub(super) fn collapsed(lines: Vec<DiffLine>) -> Diff {
    let mut keep = vec![false; lines.len()];
    for (at, line) in lines.iter().enumerate() {
        if line.op != DiffOp::Same {
            let from = at.saturating_sub(AROUND);
            let to = (at + AROUND + 1).min(lines.len());
            keep[from..to].fill(true);
        }
    }
    let mut out = Vec::new();
    let mut left_out = 0;
    for (line, keep) in lines.into_iter().zip(keep) {
        if !keep || out.len() >= MOST_LINES {
            left_out += 1;
            continue;
        }
        close_gap(&mut out, &mut left_out);
        out.push(line);
    }
    if !out.is_empty() {
        close_gap(&mut out, &mut left_out);
    }
    Diff { lines: out }
}

fn close_gap(out: &mut Vec<DiffLine>, left_out: &mut usize) {
    if *left_out > 0 {
        let text = if *left_out == 1 { "1 line".to_owned() } else { format!("{left_out} lines") };
        out.push(DiffLine { op: DiffOp::Gap, text });
        *left_out = 0;
    }
}

/// A value whose text is longer is written up to here, in bytes: its indentation alone may be many times its size.
pub(super) const MOST_PRETTY: usize = 4 * 1024 * 1024;

/// The value as pretty JSON; long texts are described instead, and what comes after the first 4 MiB is left out.
#[must_use]
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    if write(value, 0, &mut out).is_none() {
        out.push_str("\n…");
    }
    out
}

/// None where there was no more room.
fn write(value: &Value, depth: usize, out: &mut String) -> Option<()> {
    if out.len() > MOST_PRETTY {
        return None;
    }
    let indent = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    match value {
        Value::Array(elements) if !elements.is_empty() => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                indent(out, depth + 1);
                write(element, depth + 1, out)?;
            }
            indent(out, depth);
            out.push(']');
        }
        Value::Object(members) if !members.is_empty() => {
            out.push('{');
            for (at, (name, member)) in members.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                indent(out, depth + 1);
                out.push_str(&scalar(&Value::String(name.clone())));
                out.push_str(": ");
                write(member, depth + 1, out)?;
            }
            indent(out, depth);
            out.push('}');
        }
        other => out.push_str(&scalar(other)),
    }
    Some(())
}

/// A value without inner lines.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if text.len() > LONGEST && text.chars().count() > LONGEST => {
            format!("‹a text of {} characters›", text.chars().count())
        }
        other => other.to_string(),
    }
}

/// At most `most` bytes of `text`, cut between lines.
#[must_use]
pub fn excerpt(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    for line in text.lines() {
        let line = bounded(line.to_owned());
        if out.len() + line.len() + 8 > most {
            break;
        }
        out.push_str(&line);
        out.push('\n');
    }
    out.push('…');
    out
}
