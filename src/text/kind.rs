//! What kind of thing a sentence says: the sentence without what varies from case to case.

/// The kind is cut here, so that a sentence that quotes without quotation marks can't make endless kinds.
const LONGEST_KIND: usize = 160;

/// The closing mark of a quotation that starts with `mark`.
fn closing(mark: char) -> Option<char> {
    match mark {
        '"' | '`' | '\'' => Some(mark),
        '“' => Some('”'),
        '‘' => Some('’'),
        '「' => Some('」'),
        _ => None,
    }
}

/// `summary` with quoted texts as `"…"` and, unless `keep_numbers`, numbers as `#`.
#[must_use]
pub fn kind(summary: &str, keep_numbers: bool) -> String {
    let mut kind = String::new();
    let mut rest = summary.chars().peekable();
    let mut before = ' ';
    while let Some(c) = rest.next() {
        let end = closing(c).filter(|_| c != '\'' || !before.is_alphanumeric());
        if let Some(end) = end
            && rest.clone().any(|c| c == end)
        {
            for inner in rest.by_ref() {
                if inner == end {
                    break;
                }
            }
            kind.push_str("\"…\"");
        } else if c.is_numeric() && !keep_numbers {
            while rest.peek().is_some_and(|c| c.is_numeric() || matches!(c, '.' | ',')) {
                rest.next();
            }
            kind.push('#');
        } else {
            kind.push(c);
        }
        before = c;
    }
    kind.chars().take(LONGEST_KIND).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_from_case_to_case_is_left_out_of_the_kind() {
        for (summary, keep, expected) in [
            ("answered 200, expected 400", true, "answered 200, expected 400"),
            ("51 characters, at most 50", false, "# characters, at most #"),
            ("took 2.31 s", false, "took # s"),
            ("\"abc\" is not a string", false, "\"…\" is not a string"),
            ("isn't what the page's table says", false, "isn't what the page's table says"),
            ("“中文 12” 不是", false, "\"…\" 不是"),
            ("an open \" mark", false, "an open \" mark"),
        ] {
            assert_eq!(kind(summary, keep), expected);
        }
    }
}
