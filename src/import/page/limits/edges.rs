//! How a text begins and ends: `must start with a letter`, `不能以空格开头`.

use super::characters::union;
use super::classes::{complete, list};
use super::lengths::pattern;
use super::{Found, Says};

pattern!(
    EDGE,
    r"(?i)\b(cannot|can't|must not|may not|can not|should not|do not|not)?\s*(start and end|start or end|begin and end|begin or end|starts?|starting|begins?|beginning|ends?|ending) with\s+(?:either )?"
);
pattern!(EDGE_ZH, r"(不能|不可|不得|不允许|禁止)?(?:只能|必须)?以");
pattern!(BEHIND_ZH, r"^\s*(开头或结尾|开头和结尾|开头、结尾|开头结尾|开头|结尾)");

/// Patterns for the ends of a text.
pub(super) fn read(sentence: &str, found: &mut Found) {
    for captures in EDGE.as_ref().into_iter().flat_map(|pattern| pattern.captures_iter(sentence)) {
        let (Some(whole), Some(which)) = (captures.get(0), captures.get(2)) else { continue };
        let whole_list =
            list(&sentence[whole.end()..]).filter(|(_, used)| complete(&sentence[whole.end() + used..]));
        let Some((classes, used)) = whole_list else {
            found.push((whole.range(), Says::Unread, false));
            continue;
        };
        let before = sentence[..whole.start()].trim_end().to_lowercase();
        // "cannot start with a digit or end with a space": the same word holds for both.
        let not = captures.get(1).is_some()
            || before.ends_with("cannot")
            || (before.ends_with(" or") && before.contains("cannot"));
        let which = which.as_str().to_lowercase();
        let range = whole.start()..whole.end() + used;
        push(
            found,
            &range,
            which.contains("start") || which.contains("begin"),
            which.contains("end"),
            not,
            &union(&classes).bracket(),
        );
    }
    for captures in EDGE_ZH.as_ref().into_iter().flat_map(|pattern| pattern.captures_iter(sentence)) {
        let Some(whole) = captures.get(0) else { continue };
        let Some((classes, used)) = list(&sentence[whole.end()..]) else { continue };
        let behind = &sentence[whole.end() + used..];
        let Some(which) = BEHIND_ZH.as_ref().and_then(|pattern| pattern.find(behind)) else { continue };
        let range = whole.start()..whole.end() + used + which.end();
        let which = which.as_str();
        push(
            found,
            &range,
            which.contains("开头"),
            which.contains("结尾"),
            captures.get(1).is_some(),
            &union(&classes).bracket(),
        );
    }
}

fn push(found: &mut Found, range: &std::ops::Range<usize>, start: bool, end: bool, not: bool, bracket: &str) {
    // What may not stand at an end may be missing altogether.
    let sides = [
        (start, "start", format!("^[{bracket}]"), format!("^($|[^{bracket}])")),
        (end, "end", format!("[{bracket}]$"), format!("(^|[^{bracket}])$")),
    ];
    for (_, title, is, is_not) in sides.into_iter().filter(|(there, ..)| *there) {
        let (title, text) = if not { (format!("not-{title}"), is_not) } else { (title.to_owned(), is) };
        found.push((range.clone(), Says::Named(title, text), false));
    }
}
