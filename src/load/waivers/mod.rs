//! Waiver files: findings that are known and do not break a run for a while.

mod add;

use std::path::Path;

use super::day::is_day;
use super::shape::{self, Form, Known, Shape, Table, may, must};
use crate::model::{CaseId, Waiver};
use crate::text::library::{Disk, Shelf};
use crate::text::tree::{self, Kind, Node};
use crate::text::{Diagnostic, FileId, SourceFile};

pub use add::{CannotAdd, add_waiver};

const ADDRESS: &str = "the address of the clause, as reports show it; without it, whatever the case breaks";
const ANSWER: Form = Form {
    is: is_answer,
    what: "the signature of an answer such as `500 unexpected-status 3f9a0c1d2e4b`",
    pattern: "^([1-9][0-9]{2}|none) [a-z][a-z-]* [0-9a-f]{12}$",
};
const CASE: Form = Form { is: is_case, what: "the id of a case: 16 hex digits", pattern: "^[0-9a-f]{16}$" };
const DAY: Form = Form {
    is: is_day,
    what: "a day such as 2026-12-31",
    pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
};

pub(super) static WAIVERS: Table = Table {
    what: "a waiver file",
    name: "waivers",
    fields: &[may(
        "waivers",
        Shape::List(&Shape::Object(&WAIVER)),
        "findings that do not break a run for a while",
    )],
};

static WAIVER: Table = Table {
    what: "a waiver",
    name: "waiver",
    fields: &[
        may("clause", Shape::Text, ADDRESS),
        may("case", Shape::Like(&CASE), "the only case that is waived; without it, every case that shows it"),
        may("seen", Shape::Like(&CASE), "a case that showed it when it was waived"),
        must("answer", Shape::Like(&ANSWER), "the signature of the answer that is waived"),
        must("reason", Shape::Text, "why it may stay for a while"),
        may("owner", Shape::Scalar, "who sees to it"),
        may("ticket", Shape::Scalar, "where it is followed up"),
        may(
            "flaky",
            Shape::Bool,
            "whether it is there now and then only, so that it may be missing from a run",
        ),
        must("until", Shape::Like(&DAY), "the last day in UTC on which the waiver holds"),
    ],
};

fn is_case(text: &str) -> bool {
    text.len() == 16 && is_hex(text)
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_answer(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    let &[status, check, digest] = words.as_slice() else { return false };
    let is_status = status == "none"
        || status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit()) && !status.starts_with('0');
    let is_check = check.starts_with(|c: char| c.is_ascii_lowercase())
        && check.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    is_status && is_check && digest.len() == 12 && is_hex(digest)
}

/// A waiver file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadWaivers {
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// What the diagnostics point into.
    pub files: Vec<SourceFile>,
}

/// Reads a waiver file.
///
/// # Errors
/// With everything that is wrong with it.
pub fn waivers(path: &Path) -> Result<Vec<Waiver>, BadWaivers> {
    let shown = path.to_string_lossy().replace('\\', "/");
    match Disk.text(&shown) {
        Ok(text) => waivers_text(&shown, &text),
        Err(why) => {
            let message = format!("the waivers `{shown}` can't be read: {why}");
            let diagnostics = vec![Diagnostic::error("unreadable-file", message)];
            Err(BadWaivers { diagnostics, files: Vec::new() })
        }
    }
}

/// The same for a text that is in memory. A text without anything but comments has no waivers.
///
/// # Errors
/// With everything that is wrong with it.
pub fn waivers_text(path: &str, text: &str) -> Result<Vec<Waiver>, BadWaivers> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if tree::is_bare(text) {
        return Ok(Vec::new());
    }
    let files = vec![SourceFile { path: path.to_owned(), text: text.to_owned() }];
    let mut out = Vec::new();
    let mut node = match tree::read(text, FileId(0)) {
        Ok(node) => node,
        Err(diagnostic) => return Err(BadWaivers { diagnostics: vec![*diagnostic], files }),
    };
    // The key of a list that has become empty may stay.
    if let Kind::Map(members) = &mut node.kind {
        members.retain(|(key, value)| key.text != "waivers" || value.kind != Kind::Null);
    }
    shape::check(&node, &Shape::Object(&WAIVERS), "a waiver file", &Known::default(), &mut out);
    let elements = node.get("waivers").map(Node::elements).unwrap_or_default();
    let waivers: Vec<Waiver> = elements.iter().map(|node| waiver(node, &files)).collect();
    for (at, node) in elements.iter().enumerate().filter(|(_, node)| matches!(node.kind, Kind::Map(_))) {
        whole(at, node, elements, &mut out);
    }
    if out.is_empty() { Ok(waivers) } else { Err(BadWaivers { diagnostics: out, files }) }
}

/// What the table can't say of a waiver.
fn whole(at: usize, node: &Node, all: &[Node], out: &mut Vec<Diagnostic>) {
    if node.get("clause").is_none() && node.get("case").is_none() {
        out.push(
            Diagnostic::error("missing-key", "a waiver needs `clause` or `case`")
                .at(node.span, "neither is here")
                .help(format!("`clause`: {ADDRESS}")),
        );
    }
    if let Some(reason) =
        node.get("reason").filter(|reason| reason.text().is_some_and(|text| text.trim().is_empty()))
    {
        out.push(
            Diagnostic::error("no-reason", "`reason` is empty")
                .at(reason.span, "say why this may stay for a while"),
        );
    }
    let what = |node: &Node| ["clause", "case", "answer"].map(|name| node.get(name).and_then(Node::scalar));
    if let Some(earlier) = all[..at].iter().find(|earlier| what(earlier) == what(node)) {
        out.push(
            Diagnostic::error("repeated-waiver", "the same answer is waived twice")
                .at(node.span, "again")
                .at(earlier.span, "first here"),
        );
    }
}

fn waiver(node: &Node, files: &[SourceFile]) -> Waiver {
    let text = |name: &str| node.get(name).and_then(Node::scalar);
    Waiver {
        clause: text("clause"),
        case: text("case").map(CaseId),
        seen: text("seen").map(CaseId),
        answer: text("answer").unwrap_or_default(),
        reason: text("reason").unwrap_or_default().trim().to_owned(),
        owner: text("owner"),
        ticket: text("ticket"),
        until: text("until").unwrap_or_default(),
        flaky: super::decode::truth(node, "flaky"),
        place: node.span.place(files),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::draw_plain;

    const GOOD: &str = "# known\nwaivers:\n  - clause: reset/request/body/password/minLength\n    answer: 200 unexpected-status 0123456789ab\n    reason: Fixed with release 7.\n    ticket: 4711\n    until: 2026-12-31\n  - { case: 00112233445566ff, answer: none no-answer 0123456789ab, reason: slow, owner: Platform, until: \"2027-01-31\" }\n";

    #[test]
    fn waivers_know_their_place() {
        let waivers = waivers_text("contracts/waivers.yaml", GOOD).unwrap();
        assert_eq!(waivers.len(), 2);
        assert_eq!(waivers[0].place.to_string(), "contracts/waivers.yaml:3:5");
        assert_eq!(waivers[0].ticket.as_deref(), Some("4711"));
        assert_eq!(waivers[0].until, "2026-12-31");
        assert_eq!(waivers[0].target(), "reset/request/body/password/minLength");
        assert_eq!(waivers[1].target(), "case 00112233445566ff");
        assert_eq!(waivers[1].words(), "waived until 2027-01-31: slow (Platform)");
        assert!(waivers[0].holds_on("2026-12-31") && !waivers[0].holds_on("2027-01-01"));
        for empty in ["", "# only this\n\n", "waivers:\n", "waivers: []\n", "\u{feff}# x\n"] {
            assert_eq!(waivers_text("w.yaml", empty).unwrap(), [], "{empty:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_shown_with_its_place_and_what_to_do() {
        let one = |entry: &str| format!("waivers:\n  - {{ {entry} }}\n");
        let rest = "answer: 200 unexpected-status 0123456789ab, reason: r, until: 2026-12-31";
        let same = format!("{}  - {{ clause: a/b, {rest} }}\n", one(&format!("clause: a/b, {rest}")));
        for (text, code, says) in [
            ("waiver: []\n".to_owned(), "unknown-key", "did you mean `waivers`?"),
            (one(&format!("clause: a/b, becuase: x, {rest}")), "unknown-key", "w.yaml:2:20"),
            (one(&format!("clause: a/b, untill: x, {rest}")), "unknown-key", "did you mean `until`?"),
            (one(rest), "missing-key", "needs `clause` or `case`"),
            (
                one("clause: a/b, answer: 200 unexpected-status 0123456789ab, until: 2026-12-31"),
                "missing-key",
                "`reason`: why it may stay",
            ),
            (
                one("clause: a/b, answer: 200, reason: r, until: 2026-12-31"),
                "wrong-form",
                "`answer` has to be the signature",
            ),
            (
                one("clause: a/b, answer: 200 unexpected-status 0123456789ab, reason: r, until: 2026-02-30"),
                "wrong-form",
                "`until` has to be a day such as 2026-12-31",
            ),
            (
                one(
                    "clause: a/b, answer: 200 unexpected-status 0123456789ab, reason: \" \", until: 2026-12-31",
                ),
                "no-reason",
                "say why",
            ),
            (one(&format!("case: 12, {rest}")), "wrong-form", "16 hex digits"),
            (same, "repeated-waiver", "first here"),
            ("waivers: 1\n".into(), "wrong-type", "has to be a list"),
            ("waivers: [\n".into(), "yaml-syntax", "w.yaml"),
        ] {
            let bad = waivers_text("w.yaml", &text).unwrap_err();
            let picture = draw_plain(&bad.diagnostics[0], &bad.files);
            assert!(picture.contains(code) && picture.contains(says), "{text}\n{picture}");
            assert!(picture.contains("w.yaml:"), "{picture}");
        }
    }
}
