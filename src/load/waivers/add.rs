//! One more waiver in a file, whose comments and order stay as they are.

use super::{BadWaivers, waivers_text};
use crate::model::Waiver;
use crate::text::FileId;
use crate::text::tree::{self, Node};

/// A waiver that could not be added to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CannotAdd {
    /// The file has errors already.
    Bad(BadWaivers),
    /// The file is written in a way that this program can't add to: the lines to add by hand.
    ByHand(String),
}

/// `text`, the waiver file at `path`, with one more waiver at the end of its list. All else stays as it is.
///
/// # Errors
/// When the file has errors, or writes its list in a way that can't be added to, such as on one line.
pub fn add_waiver(path: &str, text: &str, waiver: &Waiver) -> Result<String, CannotAdd> {
    let before = waivers_text(path, text).map_err(CannotAdd::Bad)?;
    let by_hand = || CannotAdd::ByHand(lines(waiver, "  ").join("\n"));
    let added = placed(text, waiver).ok_or_else(by_hand)?;
    // Whatever the file looks like, it must say afterwards what it said before, and the new waiver.
    let after = waivers_text(path, &added).map_err(|_| by_hand())?;
    let same = |one: &Waiver, other: &Waiver| *one == Waiver { place: one.place.clone(), ..other.clone() };
    let kept = after.len() == before.len() + 1
        && before.iter().zip(&after).all(|(old, new)| same(old, new))
        && after.last().is_some_and(|last| same(last, waiver));
    if kept { Ok(added) } else { Err(by_hand()) }
}

fn placed(text: &str, waiver: &Waiver) -> Option<String> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let entry = |indent: &str| lines(waiver, indent).join(end) + end;
    let whole = |text: &str| {
        if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}{end}") }
    };
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    if tree::is_bare(bare) {
        return Some(format!("{}waivers:{end}{}", whole(text), entry("  ")));
    }
    let mark = text.len() - bare.len();
    let root = tree::read(bare, FileId(0)).ok()?;
    let Some((key, list)) = root.entry("waivers") else {
        return Some(format!("{}waivers:{end}{}", whole(text), entry("  ")));
    };
    let Some(first) = list.elements().first() else {
        // `waivers:` or `waivers: []`, with or without a comment behind.
        let line_end = bare[key.span.end..].find('\n').map_or(bare.len(), |at| key.span.end + at + 1);
        let line = &bare[key.span.end..line_end];
        let (value, comment) = line.split_at(line.find('#').unwrap_or(line.len()));
        let value = value.replacen(" []", "", 1).replacen("[]", "", 1);
        let line = whole(&format!("{value}{comment}"));
        let (head, tail) = (&text[..mark + key.span.end], &bare[line_end..]);
        return Some(format!("{head}{line}{}{tail}", entry("  ")));
    };
    let indent = dash(bare, first)?;
    let next =
        root.members().iter().map(|(key, _)| key.span.start).filter(|start| *start > key.span.start).min();
    let at = end_of_list(bare, next);
    let head = whole(&text[..mark + at]);
    Some(format!("{head}{}{}", entry(indent), &bare[at..]))
}

/// What stands before the dash of an element of a block.
fn dash<'t>(text: &'t str, element: &Node) -> Option<&'t str> {
    let start = text[..element.span.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[start..element.span.start];
    let (indent, after) = before.split_once('-')?;
    (indent.trim().is_empty() && after.trim().is_empty()).then_some(indent)
}

/// Where the list ends: before the blank lines at the end, and before what leads to the next key.
fn end_of_list(text: &str, next: Option<usize>) -> usize {
    let mut end = next.unwrap_or(text.len());
    loop {
        let trimmed = text[..end].trim_end();
        let line = trimmed.rfind('\n').map_or(0, |at| at + 1);
        if next.is_some() && trimmed[line..].starts_with('#') {
            end = line;
            continue;
        }
        let rest = &text[trimmed.len()..];
        return rest.find('\n').map_or(text.len(), |at| trimmed.len() + at + 1);
    }
}

/// The waiver as the element of a block.
fn lines(waiver: &Waiver, indent: &str) -> Vec<String> {
    let case = |id: &Option<crate::model::CaseId>| id.as_ref().map(|id| id.0.clone());
    let members = [
        ("clause", waiver.clause.clone()),
        ("case", case(&waiver.case)),
        ("seen", case(&waiver.seen)),
        ("answer", Some(waiver.answer.clone())),
        ("reason", Some(waiver.reason.clone())),
        ("owner", waiver.owner.clone()),
        ("ticket", waiver.ticket.clone()),
        ("flaky", waiver.flaky.then(|| "true".to_owned())),
        ("until", Some(waiver.until.clone())),
    ];
    let said = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
    said.enumerate()
        .map(|(at, (name, value))| {
            let lead = if at == 0 { "- " } else { "  " };
            let value = if name == "flaky" { value } else { scalar(&value) };
            format!("{indent}{lead}{name}: {value}")
        })
        .collect()
}

/// A text as YAML: as it is where nothing in it has a meaning, else in quotes.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || " /_.*-".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    let is_day = super::is_day(text);
    let is_answer = super::is_answer(text);
    if plain || is_day || is_answer { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CaseId;

    fn waiver(clause: &str) -> Waiver {
        Waiver {
            clause: Some(clause.into()),
            case: None,
            seen: Some(CaseId("0123456789012345".into())),
            answer: "500 unexpected-status 123456789012".into(),
            reason: "it's \"known\": #1, 中文\nsecond line".into(),
            owner: Some("Platform".into()),
            ticket: Some("4711".into()),
            until: "2026-12-31".into(),
            flaky: true,
            place: crate::text::Place::default(),
        }
    }

    const OLD: &str = "- clause: a/b\n    answer: 200 unexpected-status 0123456789ab\n    reason: |\n      first\n      # no comment\n    until: 2026-01-01 # soon\n";

    #[test]
    fn comments_and_order_stay() {
        for text in [
            String::new(),
            "# nothing yet\n".into(),
            "waivers:\n".into(),
            "waivers: []  # none\n".into(),
            "waivers: [] # none\nx-more: 1\n".into(),
            format!("# head\nwaivers:\n  # one\n  {OLD}"),
            format!("waivers:\n  {OLD}\n\n# about x\nx-more: 1\n"),
            format!("x-first: 1\nwaivers:\n  {OLD}  # the end\n"),
            format!("waivers:\n{}", OLD.replace("\n  ", "\n")),
            format!("waivers:\n  {}", OLD.trim_end()),
            format!("\u{feff}waivers:\n  {OLD}").replace('\n', "\r\n"),
            "x-only: 1".into(),
        ] {
            let added = add_waiver("w.yaml", &text, &waiver("x/y"))
                .unwrap_or_else(|error| panic!("{text}\n{error:?}"));
            let waivers = waivers_text("w.yaml", &added).unwrap();
            assert_eq!(waivers.last().unwrap().clause.as_deref(), Some("x/y"), "{added}");
            // Nothing is gone, and what is new stands in one piece.
            let mut new = added.lines();
            for line in text.lines() {
                let wanted = line.replace(" []", "");
                assert!(new.any(|line| line.trim_end() == wanted.trim_end()), "{line} is gone from\n{added}");
            }
            let twice = add_waiver("w.yaml", &added, &waiver("x/z")).unwrap();
            assert_eq!(waivers_text("w.yaml", &twice).unwrap().len(), waivers.len() + 1);
            assert_eq!(text.contains("\r\n"), added.contains("\r\n"));
        }
    }

    #[test]
    fn half_a_file_is_no_reason_to_panic() {
        let text = format!("# 中文\nwaivers:\n  {OLD}  - {{ case: 00112233445566ff }}\nx-more: [ 1 ]\n");
        for (at, _) in text.char_indices() {
            if let Ok(added) = add_waiver("w.yaml", &text[..at], &waiver("x/y")) {
                assert!(added.contains("- clause: x/y"), "{added}");
            }
        }
    }

    #[test]
    fn what_can_not_be_added_to_is_left_alone() {
        let one_line = "waivers: [ { clause: a/b, answer: 200 unexpected-status 0123456789ab, reason: r, until: 2026-01-01 } ]\n";
        let Err(CannotAdd::ByHand(lines)) = add_waiver("w.yaml", one_line, &waiver("x/y")) else { panic!() };
        assert!(lines.starts_with("  - clause: x/y\n    seen: "), "{lines}");
        assert!(lines.contains("ticket: \"4711\"") && lines.ends_with("until: 2026-12-31"), "{lines}");
        assert!(matches!(add_waiver("w.yaml", "waivers: 1\n", &waiver("x/y")), Err(CannotAdd::Bad(_))));
        // The same answer twice.
        let added = add_waiver("w.yaml", "", &waiver("x/y")).unwrap();
        assert!(matches!(add_waiver("w.yaml", &added, &waiver("x/y")), Err(CannotAdd::ByHand(_))));
    }
}
