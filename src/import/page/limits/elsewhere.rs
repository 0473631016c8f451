//! Numbers that count something else than the value, and bounds that hold only sometimes: `at most 3 retries are made`,
//! `the maximum is 100 for premium accounts`.

/// What nobody measures a value in.
const OTHERS: [&str; 24] = [
    "decimal",
    "decimals",
    "fraction",
    "fractional",
    "significant",
    "place",
    "places",
    "digit",
    "digits",
    "character",
    "characters",
    "letter",
    "letters",
    "word",
    "words",
    "level",
    "levels",
    "retry",
    "retries",
    "attempt",
    "attempts",
    "tries",
    "times",
    "bits",
];
const OTHERS_ZH: [&str; 9] = ["位", "次", "小数", "字符", "个字符", "字节", "个字节", "层", "倍"];
/// Words that may stand right behind a bound without counting anything.
const NEXT: [&str; 22] = [
    "and",
    "or",
    "to",
    "by",
    "in",
    "inclusive",
    "inclusively",
    "is",
    "are",
    "can",
    "may",
    "will",
    "allowed",
    "default",
    "defaults",
    "minimum",
    "maximum",
    "with",
    "if",
    "when",
    "for",
    "unless",
];

/// Whether the words behind a number say that a bound holds only sometimes.
pub(super) fn sometimes(behind: &str) -> bool {
    let conditions = ["for ", "when ", "whenever ", "if ", "unless ", "in case ", "as long as ", "only on "];
    // "For example" and "if specified" restrict nothing.
    let nothing = [
        "for example",
        "for instance",
        "for details",
        "for more",
        "for this parameter",
        "for this field",
        "for the value",
        "if specified",
        "if set",
        "if given",
        "if provided",
        "if present",
        "when specified",
        "when set",
        "when given",
        "when provided",
    ];
    let restricts = |text: &str| {
        conditions.iter().any(|word| text.starts_with(word))
            && !nothing.iter().any(|word| text.starts_with(word))
    };
    let mut clauses = behind.split([',', ';', '(', ')', ':']).map(str::trim_start);
    let first = clauses.next().unwrap_or_default();
    restricts(first)
        || first.match_indices(' ').any(|(at, _)| restricts(&first[at + 1..]))
        // "…, when it is given by itself": the second clause is still about the bound.
        || clauses.next().is_some_and(restricts)
}

/// Whether the words behind a number say that it counts something that a value is never measured in.
pub(super) fn of_others(behind: &str) -> bool {
    let behind = behind.trim_start();
    let word = first_word(behind).to_ascii_lowercase();
    OTHERS.contains(&word.as_str()) || OTHERS_ZH.iter().any(|unit| behind.starts_with(unit))
}

/// Whether the noun behind a number has a sentence of its own: `3 retries are attempted`, `10 things can be added`. A unit
/// ends the clause: `60 seconds`, `100 rows per page`.
pub(super) fn told_of(behind: &str) -> bool {
    let behind = behind.trim_start();
    let noun = first_word(behind);
    if noun.is_empty() || NEXT.contains(&noun.to_ascii_lowercase().as_str()) {
        return false;
    }
    let rest = behind[noun.len()..].trim_start();
    let next = first_word(rest);
    !(next.is_empty() || ["and", "or", "to", "inclusive"].contains(&next) || rest.starts_with("per page"))
}

/// Whether a noun behind a number is what it counts: `50 order lines`.
pub(super) fn counts(behind: &str) -> bool {
    let noun = first_word(behind.trim_start()).to_ascii_lowercase();
    noun.len() > 1 && !NEXT.contains(&noun.as_str()) && !OTHERS.contains(&noun.as_str())
}

fn first_word(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len())]
}
