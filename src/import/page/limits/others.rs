//! Defaults, and whether a value may be empty or null or has to be unique.

use serde_json::{Value, json};

use super::lengths::pattern;
use super::{Found, Says, number};
use crate::import::page::kind::Kind;

pattern!(
    DEFAULT,
    r#"(?i)(?:\bdefault(?: value| setting)?(?: of this parameter)?(?: is|:|\s*=)|\bdefaults to|默认(?:值|取值)?(?:为|是|:)|缺省(?:值)?(?:为|是|:))\s*["'`]?([^\s"'`,。;]+)"#
);
pattern!(
    DEFAULT_BEFORE,
    r#"(?i)\bvalue is ["'`]?([^\s"'`,。;]+?)["'`]? by default|\bis ["'`]([^\s"'`,。;]+?)["'`] by default|\bis (-?\d+|true|false) by default|\bdefault value ["'`]?([^\s"'`,。;]+?)["'`]? is used|(?:^|[,;(])\s*["'`]?(-?\d+|true|false)["'`]? (?:is used )?by default|[(,;]\s*defaults?\s+["'`]?([^\s"'`,()]+)["'`]?\s*\)|(?:默认|缺省)(?:值)?\s*(-?\d+(?:\.\d+)?|true|false)|^\s*default\s+["'`]?(-?\d+(?:\.\d+)?|true|false)["'`]?\s*\.?\s*$"#
);
pattern!(
    MAY_BE_EMPTY,
    r"(?i)this (?:parameter|field) is (?:left )?(?:empty|blank)|(?:can|may) be (?:left )?(?:empty|blank|an empty string)|传参(?:为)?空|(?:可以|可|允许)(?:传|为)?空|传空"
);
pattern!(
    NOT_EMPTY,
    r"(?i)(?:cannot|can't|must not|can not|may not) be (?:left )?(?:empty|blank|an empty string)|must be (?:a )?non-empty|不能为空|不可为空|不允许为空|非空字符串"
);
pattern!(
    NULL,
    r"(?i)\b(?:value is|set to|is|be) null\b|\bnull is returned|\bnullable\b|为null|返回null|值为空值"
);
// What "cannot be null" is about.
pattern!(
    NOT_NULL,
    r"(?i)(?:not|n't|\bnever|\bnon)[\s-]+(?:be |is |set to )*null|不(?:能|可|可以|得|允许|应)?为null"
);
pattern!(
    UNIQUE,
    r"(?i)\b(?:must|should|has to) be unique|\b(?:which|that) is unique (?:in|within|among|under)|唯一|不能重复|不可重复|不允许重复"
);

/// What is promised beside bounds.
pub(super) fn read(sentence: &str, kind: &Kind, found: &mut Found) {
    // "If it is not set, the default value is …" holds always.
    let lower = sentence.to_lowercase();
    let unset = [
        "not set",
        "not specified",
        "not transferred",
        "left blank",
        "omitted",
        "empty",
        "不填",
        "不传",
        "为空",
        "未设置",
    ];
    if !super::conditional(sentence) || unset.iter().any(|word| lower.contains(word)) {
        default(sentence, kind, found);
    }
    let mut one = |pattern: &std::sync::LazyLock<Option<regex::Regex>>, says: Says| {
        if let Some(at) = pattern.as_ref().and_then(|pattern| pattern.find(sentence)) {
            found.push((at.range(), says, false));
            return true;
        }
        false
    };
    let text = *kind == Kind::String;
    if text && !one(&NOT_EMPTY, Says::Keyword("minLength", json!(1))) {
        one(&MAY_BE_EMPTY, Says::Empty);
    }
    if !NOT_NULL.as_ref().is_some_and(|pattern| pattern.is_match(sentence)) {
        one(&NULL, Says::Nullable);
    }
    if matches!(kind, Kind::String | Kind::Integer) {
        one(&UNIQUE, Says::Unique);
    }
}

fn default(sentence: &str, kind: &Kind, found: &mut Found) {
    let captures =
        [&DEFAULT, &DEFAULT_BEFORE].into_iter().find_map(|pattern| pattern.as_ref()?.captures(sentence));
    let Some(captures) = captures else { return };
    let (Some(whole), Some(said)) = (captures.get(0), captures.iter().skip(1).flatten().next()) else {
        return;
    };
    let said = said.as_str().trim_end_matches(['.', ')', '>']);
    if let Some(value) = value(said, kind) {
        found.push((whole.range(), Says::Keyword("default", value), false));
    }
}

/// A word of a page as a value of this kind.
pub(in crate::import::page) fn value(said: &str, kind: &Kind) -> Option<Value> {
    match kind {
        Kind::Boolean => match said.to_lowercase().as_str() {
            "true" => Some(json!(true)),
            "false" => Some(json!(false)),
            _ => None,
        },
        Kind::Integer => number(said).filter(Value::is_i64),
        Kind::Number => number(said),
        Kind::String => {
            let word = !said.is_empty() && said.chars().all(|c| c.is_ascii_graphic());
            let article = [
                "the", "a", "an", "no", "not", "null", "empty", "none", "blank", "left", "that", "this",
                "all", "used", "as", "value", "values", "setting", "n/a", "-", "--",
            ];
            // `NONE` is a value, `None` and `none` say that there is none.
            let shouts = said.len() > 1 && said.chars().all(|c| c.is_ascii_uppercase());
            (word && (shouts && said != "NULL" || !article.contains(&said.to_lowercase().as_str())))
                .then(|| said.into())
        }
        _ => None,
    }
}
