//! How pages say lengths, ranges and defaults, and what sounds like it and promises nothing.

use super::super::block::Said;
use super::super::kind::Kind;
use super::super::prose::Prose;
use super::{Says, read};

/// What a description promises, without what is only told.
fn promised(kind: &Kind, text: &str) -> String {
    let prose = Prose::new(&[Said { text: text.to_owned(), line: 1, ..Said::default() }]);
    let (facts, _) = read(&prose, kind);
    let show = |says: &Says| match says {
        Says::Keyword(keyword, value) => format!("{keyword} {value}"),
        Says::Named(title, pattern) => format!("{title} {pattern}"),
        other => format!("{other:?}"),
    };
    facts.iter().map(|fact| show(&fact.says)).collect::<Vec<_>>().join(", ")
}

fn holds(kind: &Kind, found: &str, texts: &[&str]) -> Vec<String> {
    let wrong = texts.iter().filter_map(|text| {
        let promised = promised(kind, text);
        (promised != found).then(|| format!("{text}\n    {promised}\n    expected: {found}"))
    });
    wrong.collect()
}

/// Of texts: what is promised, and how it is said.
const LENGTHS: [(&str, &[&str]); 7] = [
    (
        "minLength 32, maxLength 32",
        &[
            "The value contains 32 characters.",
            "The ID consists of 32 characters.",
            "It must be exactly 32 characters.",
            "A 32-character string.",
            "The token is a 32-character hexadecimal string.",
            "The ID is 32 characters long.",
            "Must be 32 characters in length.",
            "The length is 32 characters.",
            "The length must be 32.",
            "Fixed length: 32 characters",
            "The value has a fixed length of 32 characters.",
            "长度为32位",
            "长度为32个字符。",
            "固定32位字符",
            "固定长度32位",
            "必须为32位",
            "长度固定为32个字符",
            "由32个字符组成",
        ],
    ),
    (
        "minLength 8, maxLength 32",
        &[
            "must be 8-32 characters long",
            "Must be 8\u{2013}32 characters long.",
            "must be between 8 and 32 characters",
            "Between 8 and 32 characters in length.",
            "The value contains 8 to 32 characters.",
            "Password (8-32 characters)",
            "The length ranges from 8 to 32 characters.",
            "Its length must be between 8 and 32.",
            "A string with a length of 8 to 32.",
            "Length: 8-32",
            "Character length: 8~32",
            "8 - 32 chars",
            "from 8 to 32 characters",
            "at least 8 and at most 32 characters",
            "a minimum of 8 and a maximum of 32 characters",
            "minimum 8 characters, maximum 32 characters",
            "Enter 8 to 32 characters.",
            "长度为8-32个字符",
            "8到32个字符",
            "8-32位",
            "8~32个字符",
            "长度在8到32之间",
            "长度必须在8至32个字符之间",
            "长度范围为8-32",
            "字符长度8-32",
            "长度限制:8~32",
            "长度:8-32位字符",
            "最短8个字符,最长32个字符",
            "取值范围:8-32个字符",
            "输入长度为8到32位的字符串",
        ],
    ),
    (
        "maxLength 64",
        &[
            "cannot exceed 64 characters",
            "It must not exceed 64 characters.",
            "The length cannot exceed 64.",
            "The length must not exceed 64 characters.",
            "64 characters max.",
            "Max 64 characters",
            "Max. 64 chars",
            "The name (max 64 characters).",
            "max length 64",
            "Max length: 64",
            "Maximum length is 64 characters.",
            "The maximum length is 64.",
            "Maximum 64 characters.",
            "maximum of 64 characters",
            "A maximum of 64 characters is allowed.",
            "no longer than 64 characters",
            "must not be longer than 64 characters",
            "up to 64 characters",
            "limited to 64 characters",
            "Limit of 64 characters.",
            "less than 65 characters",
            "Must be fewer than 65 characters.",
            "64 characters or less",
            "64 characters or fewer.",
            "64 or fewer characters",
            "can be at most 64 characters long",
            "not more than 64 characters",
            "within 64 characters",
            "Must be shorter than 65 characters.",
            "不超过64个字符",
            "长度不超过64",
            "长度不能超过64个字符",
            "名称长度不得超过64字符",
            "最长64个字符",
            "最多64个字符",
            "最大长度64",
            "最大长度为64",
            "最大长度:64",
            "限64个字符",
            "64个字符以内",
            "64字以内",
            "不能超过64个字",
            "最长支持64位",
            "长度小于等于64",
            "长度限制为64个字符以内",
            "小于65个字符",
            "字符数不超过64",
        ],
    ),
    (
        "minLength 8",
        &[
            "Must be at least 8 characters.",
            "at least 8 characters long",
            "minimum 8 characters",
            "Min. 8 characters",
            "a minimum of 8 characters",
            "no shorter than 8 characters",
            "not less than 8 characters",
            "8 or more characters",
            "8 characters or more",
            "more than 7 characters",
            "Minimum length is 8.",
            "至少8个字符",
            "不少于8个字符",
            "最少8位",
            "最小长度为8",
            "长度不小于8",
            "长度至少为8",
            "不得少于8个字符",
        ],
    ),
    ("minLength 1", &["Cannot be empty.", "Must not be blank.", "不能为空", "不允许为空。"]),
    (
        "default \"asc\"",
        &[
            "Defaults to `asc`.",
            "Default: asc",
            "The default value is asc.",
            "默认值为asc",
            "默认为asc。",
            "缺省值:asc",
        ],
    ),
    (
        "",
        &[
            "If the name is longer than 64 characters, it is cut off.",
            "Names with more than 64 characters are cut off.",
            "The first 32 characters of the hash.",
            "Only the last 4 characters are shown.",
            "A token that expires within 60 minutes.",
            "Up to 10 tags can be added.",
            "It cannot exceed the quota of 10 instances.",
            "The hash of a text of any length. See chapter 8 to 32.",
            "A note about character sets 1 to 3.",
            "The size of the file is at most 64 MB.",
            "A 64-bit number as text.",
            "The 32-bit hash.",
            "A line of the log. 80 characters are shown on a screen.",
            "The default password length is 6 characters.",
            "Whom it is shared with, as user::ID. The account ID contains 32 characters.",
            "The key of a note, made of the first 8 characters of its title.",
            "A string that is cut to 64 characters.",
            "Characters beyond 64 are ignored.",
            "Of the 32 characters, the first 8 are the date.",
            "It must be in the format of a UUID.",
            "超过64个字符将被截断",
            "前32个字符",
            "密钥的后4位",
            "默认情况下不返回",
            "默认按时间排序",
            "最多可创建10个实例",
            "最多添加20个标签",
            "64位操作系统",
            "在60分钟内有效",
            "超过8位的部分会被忽略",
        ],
    ),
];

#[test]
fn lengths_are_said_in_many_ways() {
    let wrong: Vec<String> =
        LENGTHS.iter().flat_map(|(found, texts)| holds(&Kind::String, found, texts)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same of whole numbers.
const RANGES: [(&str, &[&str]); 8] = [
    (
        "minimum 1, maximum 100",
        &[
            "between 1 and 100",
            "Must be between 1 and 100.",
            "A number between 1 and 100 (inclusive).",
            "Rows to return (1-100)",
            "from 1 to 100",
            "Range: 1-100",
            "The value range is 1-100.",
            "The value ranges from 1 to 100.",
            "An integer from 1 to 100.",
            "The value is in the range [1, 100].",
            "Value range: 1\u{2013}100",
            "Valid values: 1 to 100",
            "Allowed range: 1..100",
            "1 <= limit <= 100",
            "minimum 1, maximum 100",
            "Min 1, max 100.",
            "min: 1, max: 100",
            "Minimum value is 1. Maximum value is 100.",
            "at least 1 and at most 100",
            "The value must be greater than or equal to 1 and less than or equal to 100.",
            "取值范围:1~100",
            "取值范围为1-100",
            "取值范围是[1,100]",
            "取值范围:[1, 100]",
            "取值为1到100",
            "取值1-100",
            "1-100之间的整数",
            "范围1-100",
            "介于1和100之间",
            "大于等于1,小于等于100",
            "最小值为1,最大值为100",
            "最小为1,最大为100",
            "最小值:1,最大值:100",
            "最小1,最大100",
            "有效范围:1~100",
            "必须在1到100之间",
        ],
    ),
    (
        "maximum 80",
        &[
            "Max 80 accounts.",
            "Maximum: 80",
            "Maximum 80.",
            "The maximum value is 80.",
            "(max 80)",
            "The maximum is 80.",
            "at most 80",
            "no more than 80",
            "cannot exceed 80",
            "must not exceed 80",
            "Must be 80 or less.",
            "Up to 80.",
            "<= 80",
            "不超过80",
            "不能超过80",
            "最大80",
            "最大值80",
            "最大为80",
            "最大值是80",
            "小于等于80",
            "上限为80",
        ],
    ),
    (
        "minimum 0",
        &[
            "Must be greater than or equal to 0.",
            "minimum 0",
            "It cannot be negative.",
            "A non-negative integer.",
            "Must not be less than 0.",
            "The minimum is 0.",
            ">= 0",
            "Must be 0 or greater.",
            "大于等于0",
            "不小于0",
            "最小值0",
            "取值范围:大于等于0",
            "非负整数",
            "取值范围:≥0",
            "0及以上的整数",
        ],
    ),
    ("minimum 1", &["A positive integer.", "Must be at least 1.", "正整数"]),
    (
        "exclusiveMinimum 0",
        &[
            "Must be greater than 0.",
            "Should be larger than 0.",
            "> 0",
            "必须大于0",
            "大于0",
            "取值范围:大于0",
        ],
    ),
    (
        "default 20",
        &[
            "Defaults to 20.",
            "Default: 20",
            "Default is 20.",
            "The default value is 20.",
            "The default is 20.",
            "(default 20)",
            "(default: 20)",
            "(optional, default = 20)",
            "20 by default.",
            "Default value: 20",
            "If it is not specified, 20 is used by default.",
            "默认值为20",
            "默认为20",
            "默认20",
            "默认值:20",
            "默认值20",
            "默认取值为20。",
            "不传默认为20",
            "缺省值为20",
            "缺省为20",
        ],
    ),
    (
        "minimum 1, maximum 100, default 20",
        &[
            "Rows per page (1-100), 20 by default.",
            "Rows per page. Range: 1-100. Default: 20.",
            "Number of rows, between 1 and 100 (default: 20).",
            "每页条数,取值范围:1~100,默认值为20。",
            "每页条数。默认20,取值1-100",
        ],
    ),
    (
        "",
        &[
            "It was changed from 10 to 20.",
            "Supported from version 1 to 3.",
            "Versions between 2.0 and 3.0 had another name.",
            "Ports from 1 to 1023 are reserved.",
            "Values between 10 and 20 are reserved.",
            "The API allows at most 60 requests per minute.",
            "At most one of both can be set.",
            "A number of 1 to 3 digits is shown in red.",
            "The time between 8 and 10 in the morning is busy.",
            "It takes up to 5 seconds.",
            "Must be greater than the minimum value.",
            "The width in pixels (see chapter 2-3).",
            "The ratio is 1-2.",
            "HTTP status codes 200-299 mean success.",
            "Pages 1-100 are cached.",
            "If there are more than 100, the rest is left out.",
            "1 to 2 minutes later it is gone.",
            "In the years 2019-2021.",
            "The start. A maximum of 30 days are supported.",
            "Level. The higher, the better.",
            "The default order is by time.",
            "每分钟不超过60次",
            "从1.0升级到2.0",
            "第1到3页",
            "10到20之间的值保留",
            "默认不返回",
            "默认情况下,1分钟后失效",
            "最多可以创建100个",
            "超过100时分页返回",
        ],
    ),
];

#[test]
fn ranges_are_said_in_many_ways() {
    let order = |found: &str| {
        let mut parts: Vec<&str> = found.split(", ").collect();
        parts.sort_unstable();
        parts.join(", ")
    };
    let mut wrong = Vec::new();
    for (found, texts) in RANGES {
        for text in texts {
            let promised = promised(&Kind::Integer, text);
            if order(&promised) != order(found) {
                wrong.push(format!("{text}\n    {promised}\n    expected: {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
