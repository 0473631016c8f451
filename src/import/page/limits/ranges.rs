//! Ranges of numbers: `Value range: 1 to 128`, `取值范围:1~100`, `cannot be a negative number`.

use serde_json::{Value, json};

use super::lengths::{numbers, pattern};
use super::{Found, Says, elsewhere};
use crate::import::page::kind::Kind;

const NUMBER: &str = r"(-?\d+(?:,\d{3})*(?:\.\d+)?)";

pattern!(
    BETWEEN,
    &format!(
        r"(?i)(?:\branges?|\bbetween|\bvalid values?|\bvalues? (?:can be|is|are)|\binteger|\bnumber|\bfrom|范围|取值|介于)[^.。;\d\[-]{{0,30}}?(?:\[?\s*{NUMBER}\s*(?:\(inclusive\))?\s*(?:to|-|~|\.\.|and|through|到|至|和|与)\s*{NUMBER}\]?|\[\s*{NUMBER}\s*,\s*{NUMBER}\s*\])"
    )
);
// `(1-100)`, `1到100之间`, `1 <= limit <= 100`
pattern!(
    ALONE,
    &format!(
        r"(?i)\(\s*{NUMBER}\s*(?:to|-|~|\.\.)\s*{NUMBER}\s*[),;]|^\s*\[?{NUMBER}\s*(?:to|-|~|\.\.)\s*{NUMBER}\]?\s*\.?\s*$|{NUMBER}\s*(?:-|~|到|至|和|与)\s*{NUMBER}\s*之间|{NUMBER}\s*(?:<=|≤)\s*\w+\s*(?:<=|≤)\s*{NUMBER}"
    )
);
pattern!(
    LEAST,
    &format!(
        r"(?i)(?:\bgreater than or equal to|\b(?:no|not|not be) (?:less|lower|smaller) than|\bat least|\bmin(?:imum)?(?: value)?\.?(?: is| of|:)?|>=|≥|大于等于|大于或等于|不小于|不能小于|最小值?(?:为|是|:)?|下限(?:为|是|:))\s*{NUMBER}"
    )
);
pattern!(
    LEAST_BEHIND,
    &format!(
        r"(?i)\b(?:be|is|are)\s+{NUMBER}\s+or (?:greater|more|higher|above|larger)\b|{NUMBER}\s*(?:及|或)以上"
    )
);
pattern!(
    MOST,
    &format!(
        r"(?i)(?:\bless than or equal to|\bno more than|\b(?:no|not|not be) (?:greater|larger|higher) than|\bnot exceed(?:ing)?|\bcannot exceed|\bat most|\bmax(?:imum)?(?: value)?\.?(?: is| of|:)?|<=|≤|小于等于|小于或等于|不大于|不能大于|不超过|不能超过|最大值?(?:为|是|:)?|上限(?:为|是|:))\s*{NUMBER}"
    )
);
pattern!(
    MOST_BEHIND,
    &format!(
        r"(?i)\b(?:be|is|are)\s+{NUMBER}\s+or (?:less|fewer|lower|below|smaller)\b|^\s*up to\s+{NUMBER}\s*\.?\s*$|{NUMBER}\s*(?:及|或)以下"
    )
);
pattern!(
    ABOVE,
    &format!(
        r"(?i)(?:\b(?:must|should|has to|needs to) be (?:greater|larger|more) than|\bis greater than|^\s*(?:greater|larger) than|(?:^|[\s:(])>|必须大于|需大于|大于)\s*{NUMBER}"
    )
);
pattern!(
    BELOW,
    &format!(
        r"(?i)(?:\b(?:must|should|has to|needs to) be (?:less|smaller) than|(?:^\s*|\b(?:must|should|has to|needs to) be [^.;]{{0,50}}?\band )(?:less|smaller|lower) than|(?:^|[\s:(])<|必须小于|需小于|小于)\s*{NUMBER}"
    )
);
pattern!(
    NOT_NEGATIVE,
    r"(?i)(?:cannot|can't|must not|can not|may not) be (?:a )?negative|\bnon-?negative (?:integer|number)|不能为负|非负整?数"
);
pattern!(POSITIVE, r"(?i)\bpositive (?:integer|number)|正整数");
pattern!(
    MILLISECONDS,
    r"(?i)\btimestamp\s*\(?\s*(?:in |unit: ?)?(?:ms|milliseconds?)\b|\btimestamp,? in milliseconds|\bmilliseconds since|毫秒(?:级)?(?:的)?时间戳|时间戳[^。]{0,8}(?:毫秒|ms)"
);

/// A time in milliseconds of this age of the world has thirteen digits.
const AGES: (i64, i64) = (1_000_000_000_000, 9_999_999_999_999);

/// Whether the words around a range say that it is about something else than the value: `ports from 1 to 1023 are
/// reserved`, `at most 60 requests per minute`, `changed from 10 to 20`.
fn of_another(sentence: &str, range: &std::ops::Range<usize>) -> bool {
    let before = sentence[..range.start].to_lowercase();
    let here = sentence[range.clone()].to_lowercase();
    let behind = sentence[range.end..].to_lowercase();
    let near: String = before.chars().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect();
    let moved = [
        "version",
        "chang",
        "migrat",
        "upgrad",
        "increas",
        "rais",
        "moved",
        "convert",
        "chapter",
        "升级",
        "版本",
        "每分钟",
        "每秒",
        "每小时",
        "每天",
    ];
    let kept = ["reserved", "per minute", "per second", "per hour", "per day", "保留", "cached"];
    let near_behind: String = behind.chars().take(12).collect();
    // "Ports from 1 to 1023": of several things, some.
    let some = ["from", "between"].iter().any(|word| here.starts_with(word))
        && before.split_whitespace().count() == 1
        && before.trim_end().ends_with('s')
        && !["values"].contains(&before.trim());
    let time = here.starts_with("between") && before.trim_end().ends_with("time");
    let rest = &sentence[range.end..];
    // "Less than 10: slow" explains a value.
    let explains = rest.trim_start().starts_with([':', '='])
        && ["less", "greater", "larger", "smaller", "lower"]
            .iter()
            .any(|word| here.trim_start().starts_with(word));
    some || time
        || explains
        || elsewhere::sometimes(rest)
        || elsewhere::of_others(rest)
        || elsewhere::told_of(rest)
        || moved.iter().any(|word| near.contains(word) || here.contains(word))
        || kept.iter().any(|word| behind.contains(word))
        || ["requests", "calls"].iter().any(|word| near_behind.contains(word))
        // "A maximum of 30 days are supported."
        || here.contains(" of ") && behind.trim_start().starts_with(char::is_alphabetic)
}

/// Bounds of numbers in prose.
pub(super) fn read(sentence: &str, kind: &Kind, found: &mut Found) {
    if !matches!(kind, Kind::Integer | Kind::Number) || !found.iter().all(|(.., stated)| !stated) {
        return;
    }
    if let Some((range, _)) = numbers(&MILLISECONDS, sentence) {
        found.push((range.clone(), Says::Keyword("minimum", AGES.0.into()), false));
        found.push((range, Says::Keyword("maximum", AGES.1.into()), false));
        return;
    }
    for pattern in [&BETWEEN, &ALONE] {
        if let Some((range, limits)) = numbers(pattern, sentence)
            && let [low, high] = limits.as_slice()
            && low.as_f64() < high.as_f64()
            && !of_another(sentence, &range)
        {
            found.push((range.clone(), Says::Keyword("minimum", low.clone()), false));
            found.push((range, Says::Keyword("maximum", high.clone()), false));
            return;
        }
    }
    let one = |pattern, keyword: &'static str, found: &mut Found| {
        if let Some((range, limits)) = numbers(pattern, sentence)
            && let Some(limit) = limits.first()
            && !of_another(sentence, &range)
            && !sentence[..range.start].ends_with('不')
        {
            found.push((range, Says::Keyword(keyword, limit.clone()), false));
            return true;
        }
        false
    };
    let _ = one(&LEAST, "minimum", found) || one(&LEAST_BEHIND, "minimum", found);
    let _ = one(&MOST, "maximum", found) || one(&MOST_BEHIND, "maximum", found);
    // "… if it is greater than 5" says when.
    if ![" if ", " when "].iter().any(|word| sentence.contains(word)) {
        one(&ABOVE, "exclusiveMinimum", found);
        one(&BELOW, "exclusiveMaximum", found);
    }
    for (pattern, least) in [(&NOT_NEGATIVE, json!(0)), (&POSITIVE, json!(1))] {
        let said =
            |found: &Found| found.iter().any(|(_, says, _)| matches!(says, Says::Keyword("minimum", _)));
        if let Some((range, _)) = numbers(pattern, sentence).filter(|_| !said(found)) {
            let least: Value = if *kind == Kind::Number { json!(0) } else { least };
            found.push((range, Says::Keyword("minimum", least), false));
        }
    }
}
