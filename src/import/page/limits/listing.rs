//! Values that are listed: `Enumeration values: a b`, `0: common product 1: gateway product`, `取值范围:ALLOW、DENY`.

use std::ops::Range;

use serde_json::Value;

use super::lengths::pattern;
use super::{Found, Says, others};
use crate::import::page::kind::Kind;

pattern!(
    ENUMERATION,
    r"(?i)(?:\benum(?:eration|erated)(?: values?)?|\benum values?|^enum|\ballowed values?|\bpossible values?|枚举值?)\s*:"
);
pattern!(
    OPTIONS,
    r"(?im)(?:^range|\bvalue (?:range|options?)|\boptions?(?: are as follows)?|\bvalid values?|\bsupported values?|\bvalues?(?: are as follows)?|取值范围|取值如下|可选值|取值|选项)\s*(?::|为|包括|包含)\s*:?|\b(?:the )?(?:values?|options?) (?:can be|may be|must be|is one of|are|can only be)(?: either| one of)?(?: the following)?:?\s|(?:^|[.:,]\s|\b(?:must|can|may|should) be )(?:either )?one of(?: the following)?(?: values)?:?\s|取值(?:为|有)"
);
pattern!(
    FIXED,
    r#"(?i)(?:\bset this parameter to|\bfixed (?:to|at|as)|\bmust be set to|\bhas a fixed value of|固定(?:值)?为|取值固定为)\s*["'`]?([\w./;=-]+)["'`]?\s*(?:$|[.。,;])"#
);
pattern!(TOKEN, r#"^["'`*]*([A-Za-z0-9][A-Za-z0-9_./;=+-]*|-\d+)["'`*]*"#);

pattern!(THOUSANDS, r"^(\d{1,3}(?:,\d{3})+)(?:\b)");

/// The values that a description lists, if it lists all of them.
pub(super) fn read(prose: &super::Prose, kind: &Kind, found: &mut Found) {
    let kind = kind.innermost();
    if !matches!(kind, Kind::String | Kind::Integer | Kind::Number) {
        return silent(prose, kind, found);
    }
    let text = prose.plain();
    // What holds only sometimes lists no values.
    let sometimes = |at: usize| {
        prose.sentences().any(|(range, sentence)| range.contains(&at) && super::conditional(sentence))
    };
    if let Some(label) = ENUMERATION.as_ref().and_then(|pattern| pattern.find(text))
        && let Some((end, values)) = tokens(&text[label.end()..], kind, false)
    {
        return push(found, label.start()..label.end() + end, values);
    }
    if let Some(captures) = FIXED.as_ref().and_then(|pattern| pattern.captures(text))
        && let (Some(whole), Some(word)) = (captures.get(0), captures.get(1))
        && !sometimes(whole.start())
        && !advised(prose, whole.start())
        && let Some(value) = others::value(word.as_str().trim_end_matches('.'), kind)
    {
        return push(found, whole.range(), vec![value]);
    }
    let labels = OPTIONS.as_ref().into_iter().flat_map(|pattern| pattern.find_iter(text));
    for label in labels.filter(|label| !sometimes(label.start()) && !advised(prose, label.start())) {
        let rest = &text[label.end()..];
        if let Some((range, values)) =
            pairs(rest, kind, true, &|_| false).filter(|(range, _)| rest[..range.start].trim().is_empty())
        {
            return push(found, label.start()..label.end() + range.end, values);
        }
        if let Some((end, values)) = tokens(rest, kind, true) {
            return push(found, label.start()..label.end() + end, values);
        }
    }
    if let Some((range, values)) = pairs(text, kind, false, &sometimes) {
        push(found, range, values);
    }
}

/// Advice and usual values leave others open.
fn advised(prose: &super::Prose, at: usize) -> bool {
    let words =
        ["advised", "recommended", "common value", "typical value", "reference value", "建议", "推荐"];
    prose.sentences().filter(|(range, _)| range.contains(&at)).any(|(_, sentence)| {
        let lower = sentence.to_lowercase();
        words.iter().any(|word| lower.contains(word))
    })
}

/// That a truth value is true or false needs no clause of its own, but it is understood.
fn silent(prose: &super::Prose, kind: &Kind, found: &mut Found) {
    if *kind == Kind::Boolean {
        let at = OPTIONS.as_ref().and_then(|pattern| pattern.find(prose.plain()));
        found.extend(at.map(|at| (at.range(), Says::Keyword("type", "boolean".into()), true)));
    }
}

fn push(found: &mut Found, range: Range<usize>, values: Vec<Value>) {
    found.push((range, Says::Keyword("enum", Value::Array(values)), true));
}

/// A list of words from the beginning of `text`: the whole rest of its sentence, or (not `strict`) as far as there are
/// words that can be values.
fn tokens(text: &str, kind: &Kind, strict: bool) -> Option<(usize, Vec<Value>)> {
    let mut at = 0;
    let mut values: Vec<Value> = Vec::new();
    let mut bare = false;
    loop {
        let rest = &text[at..];
        let gap = separator(rest);
        let joined = !rest[..gap].trim().is_empty();
        let next = &rest[gap..];
        // `10,240` is one number.
        let thousands = THOUSANDS.as_ref()?.captures(next).filter(|_| text.contains(", "));
        let Some(captures) = thousands.or_else(|| TOKEN.as_ref()?.captures(next)) else { break };
        let whole = captures.get(0)?;
        let (word, behind) = (captures.get(1)?.as_str(), &next[whole.end()..]);
        let ended = word.ends_with('.');
        let word = word.trim_end_matches('.');
        // `Default: x` is another label.
        if behind.starts_with(':') || (!values.is_empty() && !joined && strict && !symbolic(word)) {
            break;
        }
        let Some(value) = others::value(word, kind).filter(|_| !range(word)) else { break };
        bare |= !values.is_empty() && !joined;
        if !values.contains(&value) {
            values.push(value);
        }
        at += gap + whole.end();
        if ended {
            break;
        }
        // A remark about a value stands before the next one.
        at += remark(&text[at..]);
    }
    if values.is_empty() || values.len() > 100 {
        return None;
    }
    let tail = text[at..].trim_start_matches(['"', '\'', '`', '*', ')']).trim_start_matches(' ');
    let over = tail.is_empty() || tail.starts_with(['.', '。', ';', '\n', '(']) || text[..at].ends_with('.');
    let plain_word = values.len() == 1 && !values[0].is_number();
    let fine = if strict {
        over && !plain_word && (!bare || values.iter().all(|value| value.as_str().is_none_or(symbolic)))
    } else {
        true
    };
    (fine && (values.len() > 1 || !strict)).then_some((at, values))
}

/// The bytes of a remark in parentheses, where a further element of the list comes behind it.
fn remark(text: &str) -> usize {
    let inner = text.trim_start_matches(['"', '\'', '`', '*', ' ']);
    if !inner.starts_with('(') {
        return 0;
    }
    let Some(close) = inner.find(')').filter(|close| *close < 100) else { return 0 };
    let end = text.len() - inner.len() + close + 1;
    let gap = separator(&text[end..]);
    if text[end..end + gap].trim().is_empty() { 0 } else { end }
}

/// `1-10,240` is a range, not a word of a list.
fn range(word: &str) -> bool {
    word.split_once('-').is_some_and(|(low, high)| {
        !low.is_empty() && !high.is_empty() && (low.to_owned() + high).bytes().all(|b| b.is_ascii_digit())
    })
}

/// Whether a word looks like a value rather than like a word of a sentence.
fn symbolic(word: &str) -> bool {
    word.chars().any(|c| !c.is_ascii_alphabetic()) || word.chars().all(|c| c.is_ascii_uppercase())
}

/// The bytes between two elements of a list.
fn separator(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let space = rest.len() - rest.trim_start().len();
        let after = &rest[space..];
        let word = ["and ", "or ", ",", "、", "和", "或", "及", "以及", "/", "|", "- ", "•"]
            .iter()
            .find(|word| after.starts_with(**word));
        match word {
            Some(word) => at += space + word.len(),
            None => return at + space,
        }
    }
}

/// `0: one 1: two`, `V1: one V2: two`, `0-one 1-two`, `0表示一`: each value with its meaning.
fn pairs(
    text: &str,
    kind: &Kind,
    labelled: bool,
    left_out: &dyn Fn(usize) -> bool,
) -> Option<(Range<usize>, Vec<Value>)> {
    let mut values: Vec<Value> = Vec::new();
    let mut span: Option<Range<usize>> = None;
    let mut at = 0;
    while at < text.len() {
        let boundary =
            at == 0 || text[..at].ends_with(|c: char| c.is_whitespace() || "(,;。、:*\"'`[".contains(c));
        let found = boundary.then(|| pair(&text[at..], kind, labelled)).flatten();
        let found = found.filter(|(word, _)| !numbered(word, &text[..at]));
        // A list of which a part holds only sometimes is none.
        if found.is_some() && left_out(at) {
            return None;
        }
        if let Some((word, end)) = found {
            let word = whole(word, &text[..at])?;
            if !values.contains(&word) {
                values.push(word);
            }
            span = Some(span.map_or(at, |span| span.start)..at + end);
            at += end;
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    let span = span?;
    let rest = text[span.end..].find(['.', '。', '\n']).map_or(text.len(), |stop| span.end + stop);
    (values.len() > 1).then_some((span.start..rest, values))
}

/// Whether a number behind this text only counts: `Method 1: …`.
fn numbered(value: &Value, before: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !value.is_number() && !value.as_str().is_some_and(digits) {
        return false;
    }
    let word = before.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    matches!(
        word.to_ascii_lowercase().as_str(),
        "method" | "step" | "scenario" | "case" | "example" | "table" | "note" | "solution" | "way" | "phase"
    )
}

/// `CREATE FAIL` is one value, where a sentence ends before it. None where it may be two.
fn whole(value: Value, before: &str) -> Option<Value> {
    let shouts = |word: &str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase());
    let Some(last) = value.as_str().filter(|last| shouts(last)) else { return Some(value) };
    let mut words = vec![last];
    let mut rest = before.strip_suffix(' ').unwrap_or_default();
    while let Some(word) = rest.rsplit(' ').next().filter(|word| shouts(word)) {
        words.insert(0, word);
        rest = rest[..rest.len() - word.len()].trim_end_matches(' ');
    }
    let alone = words.len() == 1;
    (alone || rest.ends_with(['.', ';', ',', '。'])).then(|| words.join(" ").into())
}

/// A value and its meaning at the beginning of `text`: the value, and where the meaning begins.
fn pair(text: &str, kind: &Kind, labelled: bool) -> Option<(Value, usize)> {
    const NO_VALUES: [&str; 22] = [
        "note",
        "notice",
        "default",
        "example",
        "examples",
        "minimum",
        "maximum",
        "important",
        "caution",
        "http",
        "https",
        "format",
        "value",
        "range",
        "options",
        "enumeration",
        "values",
        "length",
        "remarks",
        "description",
        "e.g",
        "constraints",
    ];
    let captures = TOKEN.as_ref()?.captures(text)?;
    let (whole, word) = (captures.get(0)?, captures.get(1)?.as_str());
    let (mut word, mut end) = (word, whole.end());
    // 0-JSON is one word for the pattern.
    if let Some((number, _)) = word.split_once('-').filter(|(number, meaning)| {
        number.parse::<u32>().is_ok() && meaning.starts_with(|c: char| c.is_alphabetic())
    }) {
        (word, end) = (number, text.find('-')?);
    }
    let rest = &text[end..];
    let mark = [":", " - ", "-", " indicates", " means", "表示", "代表", " represents", "="]
        .iter()
        .find(|mark| rest.trim_start_matches(['"', '`', '*']).starts_with(**mark))?;
    let after = &rest.trim_start_matches(['"', '`', '*'])[mark.len()..];
    let meaning = after.trim_start().chars().next()?;
    let digits = word.chars().all(|c| c.is_ascii_digit());
    // `HH:MM` is a time, `network:dhcp` a value.
    let close = *mark == ":" && !digits && after.starts_with(|c: char| c.is_ascii_alphanumeric());
    if close
        || meaning.is_ascii_digit()
        || meaning == '/'
        || (after.starts_with('\n') && !labelled)
        || NO_VALUES.contains(&word.to_lowercase().as_str())
    {
        return None;
    }
    let dotted = word.contains('.') && !digits;
    let shouts = word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let coded = word.chars().any(|c| c.is_ascii_digit() || c == '_') && !dotted;
    let fine = match kind {
        Kind::Integer | Kind::Number => digits && word.len() <= 9,
        _ => {
            digits && word.len() <= 9 || *mark == ":" && !word.ends_with('-') && (coded || shouts || labelled)
        }
    };
    let value = others::value(word, kind).filter(|_| fine)?;
    let quotes = rest.len() - rest.trim_start_matches(['"', '`', '*']).len();
    Some((value, end + quotes + mark.len()))
}
