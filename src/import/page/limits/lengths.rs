//! Lengths: `contains 16 to 32 characters`, `长度限制10-50位`, and bounds that are stated by themselves.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{Found, Says, bounds, elsewhere, number};
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
// `at least 8 and at most 32 characters`
pattern!(
    PAIR,
    r"(?i)(?:\bat least|\b(?:a )?min(?:imum)?(?: of)?|最短|最少|至少)\s*(\d+)\s*(?:characters?|chars?|个?字符|位)?\s*(?:and|,|、)?\s*(?:at most|(?:a )?max(?:imum)?(?: of)?|no more than|up to|最长|最多)\s*(\d+)\s*(?:characters?\b|chars?\b|个?字符|位)"
);
pattern!(
    MOST,
    r"(?i)(?:\b(?:a )?max(?:imum)? of|\bmax\.?|\bup to|\bat most|\bno more than|\bnot more than|\bexceed|\b(?:no|not|not be) longer than|\blimit(?:ed)? (?:of|to)|\bwithin|最多|不超过|不能超过|不得超过|不可超过|不大于|小于等于|至多|最长|最大支持|最大|限制(?:为|在)?|(?:^|[,:、 ])限)[^.。;\d,]{0,12}?(\d[\d,]*)\s*(?:unicode\s+|utf-8\s+)?(?:characters?\b|chars?\b|位|个?(?:英文)?字符|个?字(?:[^节段母]|$))"
);
pattern!(
    MOST_LENGTH,
    r"(?i)(?:\bmax(?:imum)? length(?: is| of|:)?|\blength (?:cannot|must not|can't|may not|should not) exceed|\blength (?:is |must be )?(?:up to|at most|no more than)|最大长度(?:为|是)?|(?:长度|字符数)(?:应|必须|需)?(?:不超过|不能超过|不得超过|不可超过|小于等于|小于或等于|不大于|最大为|最多为?|至多为?|≤|<=))\s*(\d[\d,]*)"
);
pattern!(
    MOST_BEHIND,
    r"(?i)(\d[\d,]*)\s*(?:characters?\s+(?:or (?:less|fewer)|at most|maximum|max)\b|or (?:less|fewer) characters?\b|个?字符?(?:以内|之内|以下)|位(?:以内|以下))"
);
pattern!(
    LEAST,
    r"(?i)(?:\bat least|\b(?:a )?min(?:imum)?\.?(?: of)?|\bno fewer than|\bno less than|\bnot less than|\b(?:no|not|not be) shorter than|至少|不少于|不得少于|不能少于|最少|最短|不小于)[^.。;\d,]{0,12}?(\d[\d,]*)\s*(?:characters?\b|chars?\b|位|个?(?:英文)?字符)"
);
pattern!(
    LEAST_LENGTH,
    r"(?i)(?:\bmin(?:imum)? length(?: is| of)?|\blength (?:is |must be )?at least|最小长度(?:为|是)?|长度(?:应|必须|需)?(?:不小于|不少于|至少为?|大于等于|大于或等于|≥|>=))\s*(\d[\d,]*)"
);
pattern!(
    LEAST_BEHIND,
    r"(?i)(\d[\d,]*)\s*(?:characters?\s+or more\b|or more characters?\b|个?字符以上|位以上)"
);
// Which names are meant by `names with more than 64 characters` is said by more than this.
pattern!(
    BELOW,
    r"(?i)(?:^\s*|[,(]\s*|\b(?:must|should|can|has to|needs to) (?:be|have|contain) |\b(?:is|contains|has) )(?:less|fewer|shorter) than\s+(\d[\d,]*)\s*(?:characters?\b|chars?\b)|(?:^|[,、:])\s*(?:长度)?(?:小于|少于)\s*(\d+)\s*(?:个?字符|位)"
);
pattern!(
    ABOVE,
    r"(?i)(?:^\s*|[,(]\s*|\b(?:must|should|has to|needs to) (?:be|have|contain) )(?:more|longer) than\s+(\d[\d,]*)\s*(?:characters?\b|chars?\b)"
);
pattern!(
    EXACT,
    r"(?i)(?:\bexactly|\bmust be|\bconsists? of|\bfixed length of|\bfixed at|\ba length of|\bcontains exactly|\bcontains|\blength is|\bfixed length:|固定(?:为|长度(?:为|:)?)?|长度(?:固定)?为|必须为|由)\s*(\d[\d,]*)\s*(?:characters?\b|位|个?字符)"
);
pattern!(
    EXACT_BEHIND,
    r"(?i)\b(?:is|are|be|of|exactly)\s+(\d+)\s*characters?\s+(?:long|in length)\b|\blength (?:must|should) be\s+(\d+)\b|\b(\d+)-character\s+(?:[a-z-]+\s+){0,3}?(?:string|text|code|id|identifier|uuid|token|key|hash|value)\b"
);
pattern!(
    ITEMS,
    r"(?i)(?:\ba max(?:imum)? of|\bup to|\bat most|\bno more than|\bexceed|\bmax(?:imum)?\.?(?: number of(?: items| entries| elements)?)?(?: is| of|:)?|最多|不超过)[^.。;\d,]{0,16}?(\d[\d,]*)\s*(?:个|条|项|[a-z]+|[.,;)]|$)"
);
pattern!(
    ITEMS_LEAST,
    r"(?i)(?:\bat least|\bmin(?:imum)?(?: number)?(?: of)?|至少)\s*(\d[\d,]*)\s*(?:items?\b|entry\b|entries\b|elements?\b|个|条|项)"
);
pattern!(
    ITEMS_BETWEEN,
    r"(?i)(?:^\s*|\b(?:between|from|contains?|has|have)\s+)(\d[\d,]*)\s*(?:to|-|and)\s*(\d[\d,]*)"
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
        let behind = &sentence[whole.end()..];
        if elsewhere::of_others(behind) && *kind != Kind::String
            || behind.trim_start().starts_with(['f', 'w', 'i']) && elsewhere::sometimes(behind)
        {
            continue;
        }
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

/// Whether a sentence begins with a subject of several words that is no value: `The account ID contains …` may be about a
/// part of it.
fn of_a_part(before: &str) -> bool {
    let lower = before.trim().to_lowercase();
    let subject = lower.strip_prefix("the ").unwrap_or(&lower);
    subject.contains(' ')
        && !["value", "string", "name", "password"].iter().any(|word| subject.contains(word))
}

/// Lengths in prose. `first`: it is the sentence that a description begins with.
pub(super) fn read(sentence: &str, kind: &Kind, first: bool, found: &mut Found) {
    if let Kind::Array(of) = kind {
        items(sentence, of, found);
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
    let between = [&BETWEEN, &PAIR, &RANGE].into_iter().find_map(|pattern| numbers(pattern, sentence));
    if let Some((range, limits)) = between
        && let [low, high] = limits.as_slice()
        && low.as_u64() <= high.as_u64()
    {
        if !overlaps(found, &range) && !elsewhere::sometimes(&sentence[range.end..]) {
            found.push((range.clone(), Says::Keyword("minLength", low.clone()), false));
            found.push((range, Says::Keyword("maxLength", high.clone()), false));
        }
        return;
    }
    let open = |range: &std::ops::Range<usize>| {
        let behind = sentence[range.end..].trim_start().to_lowercase();
        let before = sentence[..range.start].trim_end().to_lowercase();
        ["or less", "or fewer", "or more", "at most", "max", "以内", "之内", "以上", "以下"]
            .iter()
            .any(|word| behind.starts_with(word))
            || ["maximum", "minimum", "default", "max.", "min.", "最大", "最小"]
                .iter()
                .any(|word| before.contains(word))
    };
    let exact = numbers(&EXACT, sentence).or_else(|| numbers(&EXACT_BEHIND, sentence));
    let part = |range: &std::ops::Range<usize>| {
        let contains = sentence[range.clone()].to_lowercase().starts_with("contains ");
        contains && !first && of_a_part(&sentence[..range.start])
    };
    if let Some((range, limits)) = exact.filter(|(range, _)| !open(range) && !part(range))
        && !elsewhere::sometimes(&sentence[range.end..])
        && let [exact] = limits.as_slice()
    {
        found.push((range.clone(), Says::Keyword("minLength", exact.clone()), false));
        found.push((range, Says::Keyword("maxLength", exact.clone()), false));
        return;
    }
    for (keyword, patterns, beyond, step) in [
        ("minLength", [&LEAST, &LEAST_LENGTH, &LEAST_BEHIND], &ABOVE, 1),
        ("maxLength", [&MOST, &MOST_LENGTH, &MOST_BEHIND], &BELOW, -1),
    ] {
        let next = |(range, limits): (std::ops::Range<usize>, Vec<Value>)| {
            let limits =
                limits.iter().filter_map(|limit| Some(Value::from(limit.as_i64()?.checked_add(step)?)));
            (range, limits.collect())
        };
        let first = patterns.iter().find_map(|pattern| numbers(pattern, sentence));
        let first = first.or_else(|| numbers(beyond, sentence).map(next));
        if let Some((range, limits)) = first
            && let [limit] = limits.as_slice()
            && limit.as_u64().is_some()
            && !in_bytes(&sentence[range.end..])
            && !elsewhere::sometimes(&sentence[range.end..])
            && !said(keyword, found)
            && !overlaps(found, &range)
        {
            found.push((range, Says::Keyword(keyword, limit.clone()), false));
        }
    }
}

/// How many elements an array may have.
fn items(sentence: &str, of: &Kind, found: &mut Found) {
    let lower = sentence.to_lowercase();
    if !found.is_empty()
        || ["character", "each ", "every ", "by default"].iter().any(|word| lower.contains(word))
    {
        return;
    }
    // Of numbers, a bound with no noun may be theirs.
    let numeric = matches!(of.innermost(), Kind::Integer | Kind::Number);
    if let Some((range, limits)) = numbers(&ITEMS_BETWEEN, sentence)
        && let [low, high] = limits.as_slice()
        && low.as_u64() <= high.as_u64()
        && let behind = &sentence[range.end..]
        && elsewhere::counts(behind)
        && !elsewhere::sometimes(behind)
        && !numeric
    {
        found.push((range.clone(), Says::Keyword("minItems", low.clone()), false));
        found.push((range, Says::Keyword("maxItems", high.clone()), false));
        return;
    }
    for (pattern, keyword) in [(&ITEMS_LEAST, "minItems"), (&ITEMS, "maxItems")] {
        if let Some((range, limits)) = numbers(pattern, sentence)
            && let Some(limit) = limits.first()
            && let behind = behind_number(sentence, &range)
            && !elsewhere::of_others(behind)
            && !elsewhere::sometimes(behind)
            && (!numeric || behind.trim_start().starts_with(char::is_alphabetic))
        {
            found.push((range, Says::Keyword(keyword, limit.clone()), false));
        }
    }
}

/// What stands behind the last number of these words.
fn behind_number<'s>(sentence: &'s str, range: &std::ops::Range<usize>) -> &'s str {
    let digit = sentence[range.clone()].rfind(|c: char| c.is_ascii_digit());
    &sentence[digit.map_or(range.end, |digit| range.start + digit + 1)..]
}

/// Whether a number is followed by a unit that counts no characters.
fn in_bytes(behind: &str) -> bool {
    let behind = behind.trim_start().to_lowercase();
    ["byte", "kb", "mb", "字节"].iter().any(|unit| behind.starts_with(unit))
}

/// Whether these words have been understood already.
fn overlaps(found: &Found, range: &std::ops::Range<usize>) -> bool {
    found.iter().any(|(at, ..)| at.start < range.end && range.start < at.end)
}
