//! Texts of a target on a terminal.

use std::borrow::Cow;

/// A text of the target without what could steer a terminal: control characters become their pictures (U+2400 …),
/// bidirectional overrides and the like become U+FFFD. Line feeds and tabs stay.
#[must_use]
pub fn tame(text: &str) -> Cow<'_, str> {
    let wild = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
    };
    if !text.contains(wild) {
        return Cow::Borrowed(text);
    }
    let picture = |c: char| match c {
        '\n' | '\t' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if wild(c) => '\u{fffd}',
        c => c,
    };
    Cow::Owned(text.chars().map(picture).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_cannot_steer_the_terminal() {
        assert_eq!(tame("a\u{1b}[31mb"), "a␛[31mb");
        assert_eq!(tame("a\u{202e}b\u{9b}"), "a\u{fffd}b\u{fffd}");
        assert!(matches!(tame("ordinary 中文\n"), Cow::Borrowed(_)));
    }
}
