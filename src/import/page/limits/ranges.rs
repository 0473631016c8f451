//! Ranges of numbers: `Value range: 1 to 128`, `取值范围:1~100`, `cannot be a negative number`.

use serde_json::{Value, json};

use super::lengths::{numbers, pattern};
use super::{Found, Says};
use crate::import::page::kind::Kind;

const NUMBER: &str = r"(-?\d+(?:,\d{3})*(?:\.\d+)?)";

pattern!(
    BETWEEN,
    &format!(
        r"(?i)(?:\branges?|\bbetween|\bvalid values?|\bvalues? (?:can be|is|are)|\binteger|\bnumber|\bfrom|范围|取值|介于)[^.。;\d\[-]{{0,30}}?(?:\[?\s*{NUMBER}\s*(?:\(inclusive\))?\s*(?:to|-|~|and|through|到|至)\s*{NUMBER}\]?|\[\s*{NUMBER}\s*,\s*{NUMBER}\s*\])"
    )
);
pattern!(
    LEAST,
    &format!(
        r"(?i)(?:\bgreater than or equal to|\bno less than|\bnot less than|\bat least|\bminimum value(?: is|:)?|\bmin(?:imum)? is|>=|≥|大于等于|大于或等于|不小于|不能小于|最小值为|最小为)\s*{NUMBER}"
    )
);
pattern!(
    MOST,
    &format!(
        r"(?i)(?:\bless than or equal to|\bno more than|\bno greater than|\bnot exceed|\bcannot exceed|\bat most|\bmaximum value(?: is|:)?|\bmax(?:imum)? is|<=|≤|小于等于|小于或等于|不大于|不能大于|不超过|不能超过|最大值为|最大为)\s*{NUMBER}"
    )
);
pattern!(
    ABOVE,
    &format!(
        r"(?i)(?:\bmust be (?:greater|larger|more) than|\bis greater than|必须大于|需大于|大于)\s*{NUMBER}"
    )
);
pattern!(BELOW, &format!(r"(?i)(?:\bmust be (?:less|smaller) than|必须小于|需小于|小于)\s*{NUMBER}"));
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
    if let Some((range, limits)) = numbers(&BETWEEN, sentence)
        && let [low, high] = limits.as_slice()
        && low.as_f64() < high.as_f64()
    {
        found.push((range.clone(), Says::Keyword("minimum", low.clone()), false));
        found.push((range, Says::Keyword("maximum", high.clone()), false));
        return;
    }
    let mut one = |pattern, keyword: &'static str| {
        if let Some((range, limits)) = numbers(pattern, sentence)
            && let Some(limit) = limits.first()
        {
            found.push((range, Says::Keyword(keyword, limit.clone()), false));
        }
    };
    one(&LEAST, "minimum");
    one(&MOST, "maximum");
    // "… if it is greater than 5" says when.
    if ![" if ", " when "].iter().any(|word| sentence.contains(word)) {
        one(&ABOVE, "exclusiveMinimum");
        one(&BELOW, "exclusiveMaximum");
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
