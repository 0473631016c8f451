//! Which findings are the same finding.
//!
//! Two findings are one when clause, check, place and kind agree. The place is the site with array indices as `*`;
//! the kind is the summary without what varies from case to case: quoted texts become `"…"`, and numbers `#`, except
//! in findings about the status line, where 200 and 500 are different defects. The fingerprint is SHA-256, in hex,
//! over address, check, place and kind, each followed by a line feed: equal on every machine and in every run.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::model::{ClauseId, Finding, FindingSite};

/// The kind is cut here, so that a summary that quotes without quotation marks can't make endless kinds.
const LONGEST_KIND: usize = 160;

/// What makes findings equal. Orders by clause first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FindingKey {
    pub(super) clause: ClauseId,
    check: String,
    place: String,
    kind: String,
}

impl FindingKey {
    pub(super) fn of(finding: &Finding) -> Self {
        Self {
            clause: finding.clause,
            check: finding.check.clone(),
            place: place(&finding.site),
            kind: kind(&finding.summary, finding.site == FindingSite::Status),
        }
    }

    pub(super) fn fingerprint(&self, address: &str) -> String {
        let mut hash = Sha256::new();
        for part in [address, &self.check, &self.place, &self.kind] {
            hash.update(part.as_bytes());
            hash.update(b"\n");
        }
        hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

fn place(site: &FindingSite) -> String {
    match site {
        FindingSite::Status => "status".into(),
        FindingSite::Header(name) => format!("header {}", name.to_ascii_lowercase()),
        FindingSite::Body(pointer) => {
            let tokens: Vec<&str> =
                pointer
                    .split('/')
                    .map(|token| {
                        if !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit()) {
                            "*"
                        } else {
                            token
                        }
                    })
                    .collect();
            format!("body {}", tokens.join("/"))
        }
        FindingSite::Time => "time".into(),
        FindingSite::Connection => "connection".into(),
    }
}

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

fn kind(summary: &str, keep_numbers: bool) -> String {
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

    #[test]
    fn rows_of_an_array_are_one_place() {
        assert_eq!(place(&FindingSite::Body("/rows/12/name".into())), "body /rows/*/name");
        assert_eq!(place(&FindingSite::Body(String::new())), "body ");
        assert_eq!(place(&FindingSite::Body("/v2".into())), "body /v2");
    }
}
