//! Kinds of characters in words: `uppercase letters, digits, and hyphens (-)`, `英文大小写、数字及下划线`.

/// A kind of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Class {
    /// Its name, for addresses.
    pub(super) title: &'static str,
    pub(super) set: Set,
}

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Set {
    /// Each of [`RANGES`], in their order.
    ranges: Vec<&'static str>,
    /// In the order of the page.
    symbols: Vec<char>,
}

impl Set {
    fn symbols(text: &str) -> Self {
        let mut set = Self::default();
        set.extend(text);
        set
    }

    fn extend(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            if !self.symbols.contains(&c) {
                self.symbols.push(c);
            }
        }
    }

    /// Whether it has one symbol and nothing else.
    pub(super) fn one(&self) -> bool {
        self.ranges.is_empty() && self.symbols.len() == 1
    }

    /// With all of `other` too.
    pub(super) fn join(&mut self, other: &Self) {
        self.ranges = RANGES
            .iter()
            .copied()
            .filter(|range| self.ranges.contains(range) || other.ranges.contains(range))
            .collect();
        for c in &other.symbols {
            if !self.symbols.contains(c) {
                self.symbols.push(*c);
            }
        }
    }

    /// What stands between the brackets of a pattern.
    pub(super) fn bracket(&self) -> String {
        let mut out = self.ranges.concat();
        // A hyphen is itself only at an end, and `^` only where it is not first.
        let hyphen = self.symbols.contains(&'-');
        let first = hyphen && out.is_empty();
        out += if first { "-" } else { "" };
        for c in self.symbols.iter().filter(|c| **c != '-') {
            if "[]\\".contains(*c) || (*c == '^' && out.is_empty()) {
                out.push('\\');
            }
            out.push(*c);
        }
        out + if hyphen && !first { "-" } else { "" }
    }
}

/// Upper case, lower case, digits, Chinese characters, control characters.
const RANGES: [&str; 5] = [UPPER[0], LOWER[0], DIGITS[0], CHINESE[0], CONTROL[0]];

const UPPER: &[&str] = &["A-Z"];
const LOWER: &[&str] = &["a-z"];
const LETTERS: &[&str] = &["A-Z", "a-z"];
const DIGITS: &[&str] = &["0-9"];
const CHINESE: &[&str] = &["一-龥"];
const CONTROL: &[&str] = &[r"\x00-\x1f"];

/// Words for one kind or for several; longer ones before those that they begin with.
#[expect(
    clippy::type_complexity,
    reason = "a table: words, and the kinds that they name, each with its ranges"
)]
const NAMES: &[(&str, &[(&str, &[&str])])] = &[
    ("uppercase and lowercase letters", &[("uppercase", UPPER), ("lowercase", LOWER)]),
    ("lowercase and uppercase letters", &[("lowercase", LOWER), ("uppercase", UPPER)]),
    ("uppercase or lowercase letters", &[("letter", LETTERS)]),
    ("upper- and lowercase letters", &[("uppercase", UPPER), ("lowercase", LOWER)]),
    ("uppercase english letters", &[("uppercase", UPPER)]),
    ("lowercase english letters", &[("lowercase", LOWER)]),
    ("uppercase letters", &[("uppercase", UPPER)]),
    ("uppercase letter", &[("uppercase", UPPER)]),
    ("upper-case letters", &[("uppercase", UPPER)]),
    ("capital letters", &[("uppercase", UPPER)]),
    ("capital letter", &[("uppercase", UPPER)]),
    ("uppercase", &[("uppercase", UPPER)]),
    ("lowercase letters", &[("lowercase", LOWER)]),
    ("lowercase letter", &[("lowercase", LOWER)]),
    ("lower-case letters", &[("lowercase", LOWER)]),
    ("lowercase", &[("lowercase", LOWER)]),
    ("english letters", &[("letter", LETTERS)]),
    ("english characters", &[("letter", LETTERS)]),
    ("letters", &[("letter", LETTERS)]),
    ("letter", &[("letter", LETTERS)]),
    ("digits", &[("digit", DIGITS)]),
    ("digit", &[("digit", DIGITS)]),
    ("numbers", &[("digit", DIGITS)]),
    ("number", &[("digit", DIGITS)]),
    ("chinese characters", &[("chinese", CHINESE)]),
    ("chinese character", &[("chinese", CHINESE)]),
    ("chinese letters", &[("chinese", CHINESE)]),
    ("non-printable ascii characters", &[("control", CONTROL)]),
    ("英文大小写字母", &[("uppercase", UPPER), ("lowercase", LOWER)]),
    ("大小写英文字母", &[("uppercase", UPPER), ("lowercase", LOWER)]),
    ("英文字母大小写", &[("uppercase", UPPER), ("lowercase", LOWER)]),
    ("字母大小写", &[("uppercase", UPPER), ("lowercase", LOWER)]),
    ("大小写字母", &[("uppercase", UPPER), ("lowercase", LOWER)]),
    ("英文大小写", &[("uppercase", UPPER), ("lowercase", LOWER)]),
    ("英文大写字母", &[("uppercase", UPPER)]),
    ("大写英文字母", &[("uppercase", UPPER)]),
    ("大写字母", &[("uppercase", UPPER)]),
    ("英文小写字母", &[("lowercase", LOWER)]),
    ("小写英文字母", &[("lowercase", LOWER)]),
    ("小写字母", &[("lowercase", LOWER)]),
    ("英文字母", &[("letter", LETTERS)]),
    ("字母", &[("letter", LETTERS)]),
    ("阿拉伯数字", &[("digit", DIGITS)]),
    ("数字", &[("digit", DIGITS)]),
    ("中文字符", &[("chinese", CHINESE)]),
    ("中文汉字", &[("chinese", CHINESE)]),
    ("汉字", &[("chinese", CHINESE)]),
    ("中文", &[("chinese", CHINESE)]),
];

/// Words for one character.
const SINGLE: &[(&str, char)] = &[
    ("underscore", '_'),
    ("underline", '_'),
    ("hyphen", '-'),
    ("dash", '-'),
    ("period", '.'),
    ("dot", '.'),
    ("full stop", '.'),
    ("comma", ','),
    ("semicolon", ';'),
    ("colon", ':'),
    ("forward slash", '/'),
    ("backslash", '\\'),
    ("slash", '/'),
    ("at sign", '@'),
    ("plus sign", '+'),
    ("equal sign", '='),
    ("equals sign", '='),
    ("asterisk", '*'),
    ("exclamation mark", '!'),
    ("number sign", '#'),
    ("pound sign", '#'),
    ("dollar sign", '$'),
    ("percent sign", '%'),
    ("ampersand", '&'),
    ("question mark", '?'),
    ("vertical bar", '|'),
    ("tilde", '~'),
    ("space", ' '),
    ("下划线", '_'),
    ("中划线", '-'),
    ("中横线", '-'),
    ("短横线", '-'),
    ("连字符", '-'),
    ("横线", '-'),
    ("英文句号", '.'),
    ("句点", '.'),
    ("小数点", '.'),
    ("点号", '.'),
    ("点", '.'),
    ("逗号", ','),
    ("冒号", ':'),
    ("斜杠", '/'),
    ("空格", ' '),
];

/// Words for a set that is listed behind them.
const LISTED: &[&str] = &[
    "following special characters",
    "special characters",
    "special character",
    "special symbols",
    "following characters",
    "symbols",
    "英文特殊字符",
    "特殊字符",
    "特殊符号",
    "英文符号",
    "符号",
    "以下字符",
];

/// What may stand before a kind and says nothing about it.
const BEFORE: &[&str] = &[
    "at least one ",
    "at least 1 ",
    "one or more ",
    "one ",
    "a ",
    "an ",
    "any ",
    "the following ",
    "following ",
    "the ",
    "other ",
    "1 ",
    "至少1个",
    "至少一个",
    "1个",
    "一个",
    "以下",
    "英文半角",
    "半角",
];

/// A list of kinds at the beginning of `text`, and how many bytes it takes.
pub(super) fn list(text: &str) -> Option<(Vec<Class>, usize)> {
    let mut classes: Vec<Class> = Vec::new();
    let mut at = 0;
    let mut end = 0;
    while let Some((found, used)) = one(&text[at..]) {
        classes.extend(found.into_iter().filter(|class| !classes.contains(class)).collect::<Vec<_>>());
        end = at + used;
        at = end + gap(&text[end..]);
        if at == end {
            break;
        }
    }
    (!classes.is_empty()).then_some((classes, end))
}

/// Whether a list that ends here is complete: what follows is no further element.
pub(super) fn complete(behind: &str) -> bool {
    let gap = gap(behind);
    let rest = behind.trim_start();
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
    let lower = rest.to_ascii_lowercase();
    if LISTED.iter().any(|word| lower.starts_with(word)) {
        return false;
    }
    let over = rest.is_empty()
        || rest.starts_with(['.', '。', ')', '\n', ';'])
        || [
            "are",
            "is",
            "only",
            "can",
            "must",
            "that",
            "with",
            "in",
            "characters",
            "allowed",
            "and cannot",
            "and must",
            "and can",
            "and start",
            "and end",
            "but",
        ]
        .iter()
        .any(|word| rest.starts_with(word))
        || [
            "中", "组成", "构成", "的", "且", "开头", "结尾", "等", "四种", "三种", "两种", "之一", "字符",
            "只能",
        ]
        .iter()
        .any(|word| rest.starts_with(word));
    // Flattened lists have no stops between their elements.
    let fresh = word.starts_with(|c: char| c.is_ascii_uppercase()) && behind.starts_with([' ', '\n']);
    let clause = behind[..gap].contains(',') && {
        let next = behind[gap..].to_lowercase();
        [
            "and must",
            "must",
            "and cannot",
            "cannot",
            "with",
            "which",
            "and start",
            "starting",
            "start",
            "length",
            "but",
            "can",
            "and can",
            "it",
            "长度",
            "以",
            "不",
            "且",
            "必须",
            "最",
            "区分",
            "传",
            "只",
            "输",
            "首",
        ]
        .iter()
        .any(|word| next.starts_with(word))
    };
    over || fresh || clause
}

/// The bytes between two elements.
pub(super) fn gap(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let space = rest.len() - rest.trim_start().len();
        let after = &rest[space..];
        let words = [
            ", and ",
            ", or ",
            ",",
            "and ",
            "or ",
            "as well as ",
            "、",
            "和",
            "及",
            "以及",
            "与",
            "或",
            "/",
            ";",
            "- ",
        ];
        match words.iter().find(|word| after.starts_with(**word)) {
            Some(word) => at += space + word.len(),
            None => return at + space,
        }
    }
}

fn one(text: &str) -> Option<(Vec<Class>, usize)> {
    let lower = text.to_ascii_lowercase();
    let mut start = 0;
    while let Some(word) = BEFORE.iter().find(|word| lower[start..].starts_with(**word)) {
        start += word.len();
    }
    let rest = &lower[start..];
    if let Some((word, classes)) = NAMES.iter().find(|(word, _)| rest.starts_with(word)) {
        let end = start + word.len();
        if rest[word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let found = classes
            .iter()
            .map(|(title, ranges)| Class { title, set: Set { ranges: ranges.to_vec(), symbols: Vec::new() } })
            .collect();
        return Some((found, end + comment(&text[end..])));
    }
    if let Some(word) = LISTED.iter().find(|word| rest.starts_with(**word)) {
        let end = start + word.len();
        let Some((symbols, used)) = symbols(&text[end..]) else {
            // `special characters: hyphens (-) and colons (:)`
            let rest = text[end..].strip_prefix(':')?;
            let skipped = rest.len() - rest.trim_start().len();
            let (classes, used) = list(&rest[skipped..])?;
            return Some((classes, end + 1 + skipped + used));
        };
        let class = Class { title: "special", set: Set::symbols(&symbols) };
        return Some((vec![class], end + used));
    }
    if let Some((word, symbol)) = SINGLE.iter().find(|(word, _)| rest.starts_with(word)) {
        let mut end = start + word.len();
        for plural in ["s", "es"] {
            if rest[word.len()..].starts_with(plural)
                && !rest[word.len() + plural.len()..].starts_with(|c: char| c.is_ascii_alphabetic())
            {
                end = start + word.len() + plural.len();
            }
        }
        let (symbol, used) = in_parentheses(&text[end..]).unwrap_or((*symbol, 0));
        let mut set = Set::default();
        set.symbols.push(symbol);
        return Some((
            vec![Class { title: if symbol == ' ' { "space" } else { "special" }, set }],
            end + used,
        ));
    }
    quoted(text, start).or_else(|| noun(text, start))
}

/// `"*"`.
fn quoted(text: &str, start: usize) -> Option<(Vec<Class>, usize)> {
    let mut characters = text[start..].chars();
    let (open, symbol, close) = (characters.next()?, characters.next()?, characters.next()?);
    let fine = open == close && "\"'`".contains(open) && !symbol.is_alphanumeric();
    let mut set = Set::default();
    set.symbols.push(symbol);
    fine.then(|| (vec![Class { title: "special", set }], start + 2 * open.len_utf8() + symbol.len_utf8()))
}

/// Any word with one symbol behind it: `carets (^)`.
fn noun(text: &str, start: usize) -> Option<(Vec<Class>, usize)> {
    let open = text[start..].find('(')?;
    let word = &text[start..start + open];
    let fine = !word.trim().is_empty()
        && word.len() <= 40
        && word.chars().all(|c| c.is_ascii_alphabetic() || c == ' ' || c == '-' || !c.is_ascii());
    let few = word.split_whitespace().count() <= 3;
    let (symbol, used) = in_parentheses(&text[start + open..]).filter(|_| fine && few)?;
    let mut set = Set::default();
    set.symbols.push(symbol);
    Some((vec![Class { title: "special", set }], start + open + used))
}

/// One symbol in parentheses, and how many bytes that takes.
fn in_parentheses(text: &str) -> Option<(char, usize)> {
    let inner = text.trim_start();
    let skipped = text.len() - inner.len();
    let inner = inner.strip_prefix('(')?;
    let symbol = inner.chars().next().filter(|c| !c.is_alphanumeric())?;
    inner[symbol.len_utf8()..].starts_with(')').then(|| (symbol, skipped + symbol.len_utf8() + 2))
}

/// The symbols behind `special characters`: in parentheses, or after a colon.
fn symbols(text: &str) -> Option<(String, usize)> {
    let trimmed = text.trim_start_matches([' ', ':']);
    let skipped = text.len() - trimmed.len();
    let symbol = |c: char| !c.is_alphanumeric() && c != '\n' && !"。、".contains(c);
    if let Some(inner) = trimmed.strip_prefix('(') {
        let inner =
            inner.strip_prefix("such as ").or_else(|| inner.strip_prefix("e.g. ")).map_or(inner, |_| "");
        let run: usize = inner.chars().take_while(|c| symbol(*c) || *c == '、').map(char::len_utf8).sum();
        let close = inner[..run].rfind(')')?;
        let marks = unquoted(&inner[..close]);
        return (!marks.is_empty()).then(|| (marks, skipped + 1 + close + 1));
    }
    let run: usize = trimmed.chars().take_while(|c| symbol(*c) && *c != ' ').map(char::len_utf8).sum();
    let marks = trimmed[..run].trim_end_matches(['.', ',', ';']);
    // A stop that ends the sentence is none of them.
    let marks = if trimmed[run..].trim().is_empty() { marks } else { &trimmed[..run] };
    (marks.chars().count() > 1).then(|| (unquoted(marks), skipped + marks.len()))
}

/// Without marks of code on both sides.
fn unquoted(text: &str) -> String {
    let mut text = text.trim();
    while text.len() > 2 && text.starts_with('`') && text.ends_with('`') {
        text = &text[1..text.len() - 1];
    }
    text.replace('、', "")
}

/// A remark behind a kind: `(case-sensitive)`, `(a-z, A-Z)`.
fn comment(text: &str) -> usize {
    let inner = text.trim_start_matches(' ');
    let skipped = text.len() - inner.len();
    let Some(rest) = inner.strip_prefix('(') else { return 0 };
    let remark = rest.starts_with(|c: char| c.is_alphanumeric());
    rest.find(')').filter(|end| remark && *end < 40).map_or(0, |end| skipped + end + 2)
}
