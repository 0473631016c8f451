//! Lengths: `contains 16 to 32 characters`, `长度限制10-50位`, and bounds that are stated by themselves.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{Found, Says, bounds, number};
use crate::import::page::kind::Kind;

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: std::sync::LazyLock<Option<regex::Regex>> =
            std::sync::LazyLock::new(|| regex::Regex::new($text).ok());
    };
}
pub(super) use pattern;

pattern!(
    STATED,
    r"(?i)(\bmin(?:imum)?|\bmax(?:imum)?|最小|最大)\s*(length|value|items|长度|值|个数)?\s*[:=]\s*(-?\d[\d,]*(?:\.\d+)?)"
);
pattern!(STATED_LENGTH, r"(?i)(?:\b(array )?length|(数组)?长度)\s*:\s*(\d+)\s*(?:-|~|to|至|到)\s*(\d+)");
pattern!(
    BETWEEN,
    r"(?i)(\d[\d,]*)\s*(?:to|-|~|and|through|到|至)\s*(\d[\d,]*)(?:\s+|-)?(?:(?:valid|english|ascii|visible|utf-8|unicode|long)\s+)*(?:characters?\b|chars?\b|letters\b|位|个?(?:英文)?字符)"
);
pattern!(RANGE, r"(?i)(?:\blength|长度)[^.。;\d]{0,40}?(\d+)\s*(?:to|-|~|and|,|到|至)\s*(\d+)");
pattern!(
    MOST,
    r"(?i)(?:\b(?:a )?max(?:imum)? of|\bmax\.?|\bup to|\bat most|\bno more than|\bnot more than|\bexceed|\bno longer than|\bnot longer than|\bwithin|最多|不超过|不能超过|不得超过|不可超过|不大于|小于等于|至多|最长|最大支持|最大)[^.。;\d,]{0,12}?(\d[\d,]*)\s*(?:unicode\s+|utf-8\s+)?(?:characters?\b|chars?\b|位|个?(?:英文)?字符)"
);
pattern!(MOST_LENGTH, r"(?i)(?:\bmax(?:imum)? length(?: is| of|:)?|最大长度(?:为|是)?)\s*(\d[\d,]*)");
pattern!(
    MOST_BEHIND,
    r"(?i)(\d[\d,]*)\s*(?:characters?\s+(?:or (?:less|fewer)|at most|maximum|max)\b|个?字符(?:以内|之内))"
);
pattern!(
    LEAST,
    r"(?i)(?:\bat least|\ba min(?:imum)? of|\bno fewer than|\bno less than|\bnot less than|至少|不少于|最少|不小于)[^.。;\d,]{0,12}?(\d[\d,]*)\s*(?:characters?\b|chars?\b|位|个?(?:英文)?字符)"
);
pattern!(LEAST_LENGTH, r"(?i)(?:\bmin(?:imum)? length(?: is| of)?|最小长度(?:为|是)?)\s*(\d[\d,]*)");
pattern!(
    EXACT,
    r"(?i)(?:\bexactly|\bmust be|\bconsists? of|\bfixed length of|\bfixed at|\ba length of|\bcontains exactly|固定为|长度为|必须为)\s*(\d[\d,]*)\s*(?:characters?\b|位|个?字符)"
);
pattern!(
    ITEMS,
    r"(?i)(?:\ba max(?:imum)? of|\bup to|\bat most|\bno more than|\bexceed|最多|不超过)[^.。;\d,]{0,16}?(\d[\d,]*)\s*(?:个|条|项|[a-z]+)"
);

/// The first match of a pattern: its range, and its groups as numbers.
pub(super) fn numbers(
    pattern: &LazyLock<Option<Regex>>,
    text: &str,
) -> Option<(std::ops::Range<usize>, Vec<Value>)> {
    let captures = pattern.as_ref()?.captures(text)?;
    let groups = captures.iter().skip(1).flatten().filter_map(|group| number(group.as_str())).collect();
    Some((captures.get(0)?.range(), groups))
}

/// `Minimum: 0 Maximum: 32`, `最小长度:1`: a length for text, a value for numbers, a count for arrays.
pub(super) fn stated(sentence: &str, kind: &Kind, found: &mut Found) {
    let Some((least, most)) = bounds(kind) else { return };
    let pattern = STATED.as_ref();
    for captures in pattern.into_iter().flat_map(|pattern| pattern.captures_iter(sentence)) {
        let (Some(whole), Some(which), Some(limit)) = (captures.get(0), captures.get(1), captures.get(3))
        else {
            continue;
        };
        let low = which.as_str().to_lowercase().starts_with("min") || which.as_str() == "最小";
        if let Some(limit) = number(limit.as_str()).filter(|limit| fits(kind, limit)) {
            found.push((whole.range(), Says::Keyword(if low { least } else { most }, limit), true));
        }
    }
    if matches!(kind, Kind::String | Kind::Array(_))
        && let Some((range, limits)) = numbers(&STATED_LENGTH, sentence)
        && let [low, high] = limits.as_slice()
    {
        found.push((range.clone(), Says::Keyword(least, low.clone()), true));
        found.push((range, Says::Keyword(most, high.clone()), true));
    }
}

/// A length is a whole number that is not negative.
fn fits(kind: &Kind, limit: &Value) -> bool {
    matches!(kind, Kind::Integer | Kind::Number) || limit.is_u64()
}

/// Lengths in prose.
pub(super) fn read(sentence: &str, kind: &Kind, found: &mut Found) {
    if let Kind::Array(_) = kind
        && found.is_empty()
        && !["character", "each ", "every ", "by default"]
            .iter()
            .any(|word| sentence.to_lowercase().contains(word))
        && let Some((range, limits)) = numbers(&ITEMS, sentence)
    {
        found.push((range, Says::Keyword("maxItems", limits[0].clone()), false));
    }
    if *kind.innermost() != Kind::String {
        return;
    }
    // The bounds of an array's elements are theirs.
    let said = |word: &str, found: &Found| {
        found.iter().any(|(.., says, stated)| {
            *stated && matches!(says, Says::Keyword(keyword, _) if *keyword == word)
        })
    };
    if let Some((range, limits)) = numbers(&BETWEEN, sentence).or_else(|| numbers(&RANGE, sentence))
        && let [low, high] = limits.as_slice()
        && low.as_u64() <= high.as_u64()
    {
        if !overlaps(found, &range) {
            found.push((range.clone(), Says::Keyword("minLength", low.clone()), false));
            found.push((range, Says::Keyword("maxLength", high.clone()), false));
        }
        return;
    }
    if let Some((range, limits)) = numbers(&EXACT, sentence)
        && let [exact] = limits.as_slice()
    {
        found.push((range.clone(), Says::Keyword("minLength", exact.clone()), false));
        found.push((range, Says::Keyword("maxLength", exact.clone()), false));
        return;
    }
    for (keyword, patterns) in [
        ("minLength", [&LEAST, &LEAST_LENGTH].as_slice()),
        ("maxLength", &[&MOST, &MOST_LENGTH, &MOST_BEHIND]),
    ] {
        let first = patterns.iter().find_map(|pattern| numbers(pattern, sentence));
        if let Some((range, limits)) = first
            && let [limit] = limits.as_slice()
            && !said(keyword, found)
            && !overlaps(found, &range)
        {
            found.push((range, Says::Keyword(keyword, limit.clone()), false));
        }
    }
}

/// Whether these words have been understood already.
fn overlaps(found: &Found, range: &std::ops::Range<usize>) -> bool {
    found.iter().any(|(at, ..)| at.start < range.end && range.start < at.end)
}
