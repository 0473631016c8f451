//! What a description promises: bounds that are stated as such, and bounds in prose.

mod characters;
mod classes;
mod edges;
mod elsewhere;
mod lengths;
mod listing;
mod others;
#[cfg(test)]
mod phrases;
mod ranges;

use std::ops::Range;

use serde_json::Value;

use super::kind::Kind;
use super::prose::{Prose, Quote};

pub(in crate::import::page) use others::value;

/// One promise about a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact {
    pub(super) says: Says,
    /// Said as a bound by itself (`Minimum: 0`), not within a sentence.
    pub(super) stated: bool,
    pub(super) quote: Quote,
}

/// What is promised.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Says {
    /// A keyword of JSON Schema with its value.
    Keyword(&'static str, Value),
    /// A pattern with a name of its own, beside others.
    Named(String, String),
    /// An empty text stands for none, whatever else is promised.
    Empty,
    /// `null` may stand here.
    Nullable,
    /// No two resources have the same.
    Unique,
    /// Something that is not understood, in a sentence of which other words are.
    Unread,
}

/// What a reader of promises finds, with the range of the words that say it.
type Found = Vec<(Range<usize>, Says, bool)>;

/// Everything that a description promises of a value of this kind; and the sentences that seem to promise something that
/// is not understood.
pub(super) fn read(prose: &Prose, kind: &Kind) -> (Vec<Fact>, Vec<Quote>) {
    let mut found = Found::new();
    listing::read(prose, kind, &mut found);
    for (range, sentence) in prose.sentences() {
        let mut here = Found::new();
        others::read(sentence, kind, &mut here);
        lengths::stated(sentence, kind, &mut here);
        if !conditional(sentence) {
            let about = found.is_empty() && range.start == 0;
            lengths::read(sentence, kind, about, &mut here);
            ranges::read(sentence, kind, &mut here);
            if text(kind) {
                characters::read(sentence, &mut here);
                edges::read(sentence, &mut here);
            }
        }
        // Half a sentence is understood where one asks for characters that nothing was found about.
        let asks = sentence.to_lowercase();
        if text(kind)
            && asks.contains("at least one ")
            && !here.is_empty()
            && !here.iter().any(|(_, says, _)| matches!(says, Says::Named(..) | Says::Unread))
        {
            here.push((0..sentence.len(), Says::Unread, false));
        }
        let shift = |(at, says, stated): (Range<usize>, Says, bool)| {
            (at.start + range.start..at.end + range.start, says, stated)
        };
        found.extend(here.into_iter().map(shift));
    }
    undecided(&mut found, prose);
    let partly = found
        .iter()
        .filter(|(_, says, _)| *says == Says::Unread)
        .map(|(at, ..)| prose.quote(at))
        .collect::<Vec<_>>();
    found.retain(|(_, says, _)| *says != Says::Unread);
    let mut unread: Vec<Quote> = prose
        .sentences()
        .filter(|(range, sentence)| {
            promising(sentence) && found.iter().all(|(at, ..)| at.end <= range.start || range.end <= at.start)
        })
        .map(|(range, _)| prose.quote(&range))
        .collect();
    unread.extend(partly.into_iter().filter(|quote| !unread.contains(quote)).collect::<Vec<_>>());
    let mut facts: Vec<Fact> = Vec::new();
    for (range, says, stated) in found {
        if facts.iter().all(|fact| fact.says != says) {
            facts.push(Fact { says, stated, quote: prose.quote(&range) });
        }
    }
    (facts, unread)
}

/// Whether text is what the value is made of in the end.
fn text(kind: &Kind) -> bool {
    matches!(kind.innermost(), Kind::String)
}

/// A sentence that holds only sometimes is no promise by itself.
fn conditional(sentence: &str) -> bool {
    let lower = sentence.trim_start().to_lowercase();
    let starts = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    // "When it was made" is no condition; "when it is empty, …" is one.
    starts(&["for example", "如果", "若", "当", "例如", "只有当", "对于"])
        || (starts(&["if ", "when ", "unless ", "for ", "in the case of "]) && lower.contains(','))
        || keyed(sentence)
        // What is mended is accepted.
        || has(&["automatically converted", "automatically changed", "automatically set", "will be converted", "自动转换", "自动修改"])
}

/// `aes: The value contains 16 characters` holds for one kind of value.
fn keyed(sentence: &str) -> bool {
    let Some((word, rest)) = sentence.trim_start().split_once(": ") else { return false };
    let code = word.len() < 30
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    code && ["The value ", "Its value ", "the value "].iter().any(|start| rest.starts_with(start))
}

/// Leaves out ranges of prose that different sentences state differently: each holds for something else.
fn undecided(found: &mut Found, prose: &Prose) {
    let sentence = |at: usize| prose.sentences().position(|(range, _)| range.contains(&at));
    let prose_bound = |one: &(Range<usize>, Says, bool)| {
        !one.2
            && matches!(&one.1, Says::Keyword(keyword, _) if keyword.starts_with("min") || keyword.starts_with("max"))
    };
    // Both ends of a range are said by the same words.
    let range = |one: &(Range<usize>, Says, bool)| {
        prose_bound(one)
            && found.iter().any(|other| prose_bound(other) && other.0 == one.0 && other.1 != one.1)
    };
    let differ =
        |one: &(Range<usize>, Says, bool), other: &(Range<usize>, Says, bool)| match (&one.1, &other.1) {
            (Says::Keyword(keyword, value), Says::Keyword(word, limit)) => {
                keyword == word
                    && value != limit
                    && range(one)
                    && range(other)
                    && sentence(one.0.start) != sentence(other.0.start)
            }
            _ => false,
        };
    let out: Vec<bool> = found.iter().map(|one| found.iter().any(|other| differ(one, other))).collect();
    for (one, out) in found.iter_mut().zip(out) {
        if out {
            one.1 = Says::Unread;
        }
    }
}

// `Either a or b.`, `Can be a or b.`, `a, b or c.`: values, or words about them.
lengths::pattern!(
    CHOICE,
    r"(?i)^\s*(?:(?:it )?can be |may be |either )?[\w.-]+(?:, [\w.-]+)*,? or [\w.-]+\s*\.?\s*$|^\s*(?:either|can be) [\w.-]+,? or "
);
lengths::pattern!(MATCHES, r"(?i)\b(?:must|should|has to|needs to) match\b|必须匹配");

/// Whether a sentence seems to say what values are allowed.
fn promising(sentence: &str) -> bool {
    let mut lower = sentence.to_lowercase();
    // Labels with nothing behind them.
    for label in ["约束限制", "取值范围", "默认取值", "range", "constraints"] {
        for nothing in ["不涉及", "n/a", "无"] {
            lower =
                lower.replace(&format!("{label}:{nothing}"), "").replace(&format!("{label}: {nothing}"), "");
        }
    }
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let numbers = lower.chars().any(|c| c.is_ascii_digit());
    let bounds = has(&[
        "character",
        "length",
        "digits",
        "value range",
        "ranges from",
        "cannot exceed",
        "a maximum of",
        "a minimum of",
        "at least",
        "at most",
        "greater than",
        "less than",
        "up to",
        "maximum",
        "minimum",
        "max ",
        "max. ",
        "min ",
        "min. ",
        "no more than",
        "no less than",
        "exceed",
        "between",
        "multiple of",
        "limited to",
        "more than",
        "枚举",
        "长度",
        "字符",
        "范围",
        "不超过",
        "至少",
        "最多",
        "最大",
        "最小",
        "大于",
        "小于",
    ]);
    let about = has(&[
        "value range:",
        "value must",
        "value can be",
        "values can be",
        "must be",
        "must contain",
        "must start",
        "must end",
        "must consist",
        "cannot contain",
        "cannot start",
        "cannot be empty",
        "can only ",
        "only contain",
        "only letters",
        "only digits",
        "only support",
        "only the following",
        "are allowed",
        "unique",
        "in the format",
        "regular expression",
        "enumeration",
        "options:",
        "取值范围:",
        "必须",
        "不能",
        "唯一",
        "仅支持",
        "只能",
        "开头",
        "结尾",
        "枚举",
        "正则",
        "由字母",
        "由数字",
        "letters",
        "characters",
    ]) || (bounds && numbers);
    let lists = [&CHOICE, &MATCHES]
        .iter()
        .any(|pattern| pattern.as_ref().is_some_and(|pattern| pattern.is_match(sentence)));
    (about || lists) && !has(&["see ", "refer to", "参见", "请参考"])
}

/// A number as it is written, with `,` between thousands or not.
fn number(text: &str) -> Option<Value> {
    let digits: String = text.chars().filter(|c| *c != ',').collect();
    if let Ok(whole) = digits.parse::<i64>() {
        return Some(whole.into());
    }
    let number: serde_json::Number = digits.parse().ok()?;
    Some(Value::Number(number))
}

/// Keywords for the least and the most of a value of this kind.
fn bounds(kind: &Kind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        Kind::String => ("minLength", "maxLength"),
        Kind::Integer | Kind::Number => ("minimum", "maximum"),
        Kind::Array(_) => ("minItems", "maxItems"),
        Kind::Map(_) => ("minProperties", "maxProperties"),
        Kind::Object(_) | Kind::Boolean | Kind::Unknown => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::block::Said;
    use super::*;

    fn facts(kind: &Kind, text: &str) -> Vec<String> {
        let prose = Prose::new(&[Said { text: text.to_owned(), line: 1, ..Said::default() }]);
        let (facts, unread) = read(&prose, kind);
        let show = |fact: &Fact| match &fact.says {
            Says::Keyword(keyword, value) => format!("{keyword} {value}"),
            Says::Named(title, pattern) => format!("{title} {pattern}"),
            other => format!("{other:?}"),
        };
        let mut all: Vec<String> = facts.iter().map(show).collect();
        all.extend(unread.iter().map(|quote| format!("? {}", quote.text)));
        all
    }

    #[test]
    fn prose_in_both_languages_promises_bounds() {
        for (kind, text, found) in [
            (
                Kind::String,
                "The name, which contains 2 to 64 characters.",
                vec!["minLength 2", "maxLength 64"],
            ),
            (Kind::String, "It can have up to 1,000 characters.", vec!["maxLength 1000"]),
            (Kind::String, "X. Minimum: 0 Maximum: 32", vec!["minLength 0", "maxLength 32"]),
            (
                Kind::Integer,
                "X. Minimum: 0 Maximum: 99999999999999999",
                vec!["minimum 0", "maximum 99999999999999999"],
            ),
            (Kind::Array(Box::new(Kind::String)), "数组长度:1-10", vec!["minItems 1", "maxItems 10"]),
            (Kind::String, "长度限制10-50位", vec!["minLength 10", "maxLength 50"]),
            (Kind::String, "最小长度:1", vec!["minLength 1"]),
            (Kind::String, "名称,不超过64个字符。", vec!["maxLength 64"]),
            (Kind::Integer, "Value range: 1 to 128.", vec!["minimum 1", "maximum 128"]),
            (
                Kind::Integer,
                "Must be a positive integer not exceeding 999.",
                vec!["maximum 999", "minimum 1"],
            ),
            (Kind::Integer, "Greater than 0, max 1,000.", vec!["maximum 1000", "exclusiveMinimum 0"]),
            (
                Kind::Integer,
                "Timeout in seconds (1 to 300, default 60).",
                vec!["default 60", "minimum 1", "maximum 300"],
            ),
            (
                Kind::Integer,
                "It must be 10 or more and less than 20.",
                vec!["minimum 10", "exclusiveMaximum 20"],
            ),
            (
                Kind::String,
                "8 to 32 characters and contain at least one uppercase letter and one digit.",
                vec!["minLength 8", "maxLength 32", "uppercase [A-Z]", "digit [0-9]"],
            ),
            (
                Kind::String,
                "8 to 32 characters with at least one smiley.",
                vec!["minLength 8", "maxLength 32", "? 8 to 32 characters with at least one smiley."],
            ),
            (Kind::Integer, "取值范围:1~100", vec!["minimum 1", "maximum 100"]),
            (Kind::Integer, "It cannot be a negative number.", vec!["minimum 0"]),
            (
                Kind::Integer,
                "If the value is greater than 5, it is slow.",
                vec!["? If the value is greater than 5, it is slow."],
            ),
            (
                Kind::String,
                "Must be a palindrome of at least ten letters.",
                vec!["? Must be a palindrome of at least ten letters."],
            ),
            (Kind::String, "The ID of a thing.", vec![]),
            (
                Kind::Integer,
                "A value less than or equal to 0 will be automatically converted to 5. Minimum: 1 Maximum: 50",
                vec![
                    "minimum 1",
                    "maximum 50",
                    "? A value less than or equal to 0 will be automatically converted to 5.",
                ],
            ),
            (
                Kind::Integer,
                "The port of one kind ranges from 1 to 5. The port of another kind ranges from 3 to 9.",
                vec![
                    "? The port of one kind ranges from 1 to 5.",
                    "? The port of another kind ranges from 3 to 9.",
                ],
            ),
            (
                Kind::Integer,
                "The format is timestamp (ms).",
                vec!["minimum 1000000000000", "maximum 9999999999999"],
            ),
        ] {
            assert_eq!(facts(&kind, text), found, "{text}");
        }
    }

    #[test]
    fn arrays_have_so_many_elements() {
        let texts = Kind::Array(Box::new(Kind::String));
        let objects = Kind::Array(Box::new(Kind::Object(None)));
        let numbers = Kind::Array(Box::new(Kind::Integer));
        for (kind, text, found) in [
            (&objects, "Additional headers, no more than 5.", vec!["maxItems 5"]),
            (&texts, "Between 1 and 50 order lines.", vec!["minItems 1", "maxItems 50"]),
            (&texts, "Maximum number of items: 10.", vec!["maxItems 10"]),
            (&texts, "Max 10 entries.", vec!["maxItems 10"]),
            (&texts, "At least 1 item.", vec!["minItems 1"]),
            (&texts, "Volumes, at most 4.", vec!["maxItems 4"]),
            (&numbers, "Up to 10 ports.", vec!["maxItems 10"]),
            (&numbers, "IDs, maximum 20.", vec!["? IDs, maximum 20."]),
            (&numbers, "Between 1 and 50 seconds.", vec!["? Between 1 and 50 seconds."]),
            (&objects, "At most 3 retries.", vec!["? At most 3 retries."]),
            (
                &objects,
                "Up to 10 rules for premium accounts.",
                vec!["? Up to 10 rules for premium accounts."],
            ),
            (&texts, "Between 8 and 10 in the morning.", vec!["? Between 8 and 10 in the morning."]),
        ] {
            assert_eq!(facts(kind, text), found, "{text}");
        }
    }

    #[test]
    fn prose_in_both_languages_promises_values() {
        for (kind, text, found) in [
            (Kind::Integer, "Type. 0: common (no children) 1: gateway", vec!["enum [0,1]"]),
            (Kind::Integer, "format 0-JSON 1-USER_DEFINED", vec!["enum [0,1]"]),
            (Kind::Integer, "类型。0:普通,1:网关", vec!["enum [0,1]"]),
            (
                Kind::String,
                "Version. V1: global V2: of an app The default value is V1.",
                vec!["enum [\"V1\",\"V2\"]", "default \"V1\""],
            ),
            (
                Kind::String,
                "Least version. Default: TLSv1.1 Enumeration values: TLSv1.1 TLSv1.2",
                vec!["enum [\"TLSv1.1\",\"TLSv1.2\"]", "default \"TLSv1.1\""],
            ),
            (Kind::String, "The value can be on, off, or auto.", vec!["enum [\"on\",\"off\",\"auto\"]"]),
            (Kind::String, "Must be one of: red, blue, or grey.", vec!["enum [\"red\",\"blue\",\"grey\"]"]),
            (Kind::String, "The order, one of `asc` and `desc`.", vec!["enum [\"asc\",\"desc\"]"]),
            (Kind::String, "It belongs to one of the boards.", vec![]),
            (Kind::String, "取值范围:ALLOW、DENY。", vec!["enum [\"ALLOW\",\"DENY\"]"]),
            (
                Kind::Boolean,
                "Whether. Options: true and false. Default: true",
                vec!["type \"boolean\"", "default true"],
            ),
            (Kind::Integer, "The time 10:30 of 2019-01-19.", vec![]),
            (Kind::String, "Note: this is long. Example: abc", vec![]),
            (
                Kind::String,
                "The value can be ON, OFF (not yet), AUTO, or NONE.",
                vec!["enum [\"ON\",\"OFF\",\"AUTO\",\"NONE\"]"],
            ),
            (Kind::String, "Range: UP: it runs. GOING DOWN: it stops.", vec!["enum [\"UP\",\"GOING DOWN\"]"]),
            (Kind::Integer, "Options: 9,216, 10,240, or 11,264.", vec!["enum [9216,10240,11264]"]),
            (Kind::String, "TIMER GATEWAY: a door LIFT: a lift", vec![]),
            (
                Kind::String,
                "The value can be: net:dhcp: addresses net:dns: names",
                vec!["? The value can be: net:dhcp: addresses net:dns: names"],
            ),
            (
                Kind::Integer,
                "You are advised to set this parameter to 100. Common values: 10, 20, and 50",
                vec![],
            ),
            (
                Kind::Integer,
                "The step is 500 if the width is greater than 1000.",
                vec!["? The step is 500 if the width is greater than 1000."],
            ),
            (
                Kind::Array(Box::new(Kind::String)),
                "Each tag contains a maximum of 10 values.",
                vec!["? Each tag contains a maximum of 10 values."],
            ),
            (Kind::String, "The format is YYYY-MM-DD HH:MM:SS.", vec![]),
            (Kind::String, "1.0: old role. 1.1: new role. Method 1: ask. Method 2: look.", vec![]),
            (Kind::String, "exact: the same word enum: a list pattern: an expression", vec![]),
            (Kind::String, "It is shown by default. It is displayed by default.", vec![]),
            (
                Kind::Integer,
                "For a small one, the value can be 1, 2, or 4.",
                vec!["? For a small one, the value can be 1, 2, or 4."],
            ),
            (Kind::String, "For the first kind, the address is fixed to /.", vec![]),
            (Kind::String, "The value is null when the reset is successful.", vec!["Nullable"]),
            (Kind::Boolean, "Default `false`.", vec!["default false"]),
            (Kind::Integer, "Default 20.", vec!["default 20"]),
            (Kind::String, "Either json or form.", vec!["? Either json or form."]),
            (Kind::String, "open, paid or shipped.", vec!["? open, paid or shipped."]),
            (Kind::String, "Can be comments or created.", vec!["? Can be comments or created."]),
            (Kind::String, "Must match ^[A-Z]{3}$.", vec!["? Must match ^[A-Z]{3}$."]),
            (Kind::String, "Nullable.", vec!["Nullable"]),
            (Kind::Integer, "Due date, nullable.", vec!["Nullable"]),
            (Kind::String, "It can be null.", vec!["Nullable"]),
            (Kind::String, "May be null for drafts.", vec!["Nullable"]),
            (Kind::String, "可为null。", vec!["Nullable"]),
            (Kind::String, "It is not nullable.", vec![]),
            (Kind::String, "A non-null text.", vec![]),
            (Kind::String, "It is never null.", vec![]),
            (Kind::String, "It cannot be null.", vec![]),
            (Kind::String, "The value is not null.", vec![]),
            (Kind::String, "传参空,用户名不被重置", vec!["Empty"]),
            (Kind::String, "If this parameter is left empty, nothing happens.", vec!["Empty"]),
            (Kind::String, "It cannot be left empty.", vec!["minLength 1"]),
        ] {
            assert_eq!(facts(&kind, text), found, "{text}");
        }
    }

    #[test]
    fn prose_in_both_languages_promises_characters() {
        for (text, found) in [
            (
                "Only letters, digits, underscores (_), and hyphens (-) are allowed.",
                vec!["pattern \"^[A-Za-z0-9_-]*$\""],
            ),
            (
                "A string of 2 to 50 characters containing letters, digits, hyphens (-), and spaces.",
                vec!["minLength 2", "maxLength 50", "pattern \"^[A-Za-z0-9 -]*$\""],
            ),
            (
                "名称,支持英文大小写、英文符号(-)及数字,长度限制10-50位",
                vec!["minLength 10", "maxLength 50", "pattern \"^[A-Za-z0-9-]*$\""],
            ),
            (
                "Contains 8 to 32 characters, including digits, uppercase letters, and special characters (~!@).",
                vec!["minLength 8", "maxLength 32", "digit [0-9]", "uppercase [A-Z]", "special [~!@]"],
            ),
            (
                "including at least one digit, one lowercase letter, and one special character (-~[]).",
                vec!["digit [0-9]", "lowercase [a-z]", "special [-~\\[\\]]"],
            ),
            (
                "至少1个数字,1个大写字母,1个特殊字符(~!),长度8-32个字符",
                vec!["minLength 8", "maxLength 32", "digit [0-9]", "uppercase [A-Z]", "special [~!]"],
            ),
            (
                "The value can contain 3 to 255 characters, including letters, digits, and special characters (-_./():).",
                vec!["minLength 3", "maxLength 255", "pattern \"^[A-Za-z0-9_./():-]*$\""],
            ),
            (
                "The value can contain: Letters Digits Special characters: underscores (_), colons (:), and stars (*)",
                vec!["pattern \"^[A-Za-z0-9_:*]*$\""],
            ),
            (
                "Special characters, including hyphens (-), underscores (_), and at signs (@)",
                vec!["? Special characters, including hyphens (-), underscores (_), and at signs (@)"],
            ),
            ("Do not use only digits.", vec!["? Do not use only digits."]),
            (
                "Stars are allowed. Asterisks are allowed.",
                vec!["? Stars are allowed.", "? Asterisks are allowed."],
            ),
            (
                "It contains 8 to 32 characters, including letters, digits, underscores (_), and hyphens (-).",
                vec!["minLength 8", "maxLength 32", "pattern \"^[A-Za-z0-9_-]*$\""],
            ),
            ("It can have digits, starting with a letter.", vec!["start ^[A-Za-z]"]),
            ("It must start with a letter or digit.", vec!["start ^[A-Za-z0-9]"]),
            (
                "Must contain at least two types of uppercase letters, lowercase letters, and digits.",
                vec![
                    "lowercase-or-uppercase [A-Za-z]",
                    "digit-or-uppercase [A-Z0-9]",
                    "digit-or-lowercase [a-z0-9]",
                ],
            ),
            (
                "只能由字母、数字和下划线组成,以字母开头。",
                vec!["pattern \"^[A-Za-z0-9_]*$\"", "start ^[A-Za-z]"],
            ),
            (
                "Only letters, digits, and smileys are allowed.",
                vec!["? Only letters, digits, and smileys are allowed."],
            ),
            ("It cannot contain spaces or commas (,).", vec!["pattern \"^[^ ,]*$\""]),
            (
                "It cannot start with _sys_, and cannot end with a space.",
                vec!["not-end (^|[^ ])$", "? It cannot start with _sys_, and cannot end with a space."],
            ),
        ] {
            assert_eq!(facts(&Kind::String, text), found, "{text}");
        }
    }

    #[test]
    fn numbers_are_read_with_and_without_commas() {
        assert_eq!(number("1,000"), Some(json!(1000)));
        assert_eq!(number("-5"), Some(json!(-5)));
        assert_eq!(number("x"), None);
    }
}
