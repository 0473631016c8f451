//! Lines that fit, with wide characters counted as two columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that `text` takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// `text` with spaces behind it, up to `width` columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// `text` on lines of at most `width` columns: broken at spaces and beside wide characters, inside a word only where
/// the word alone is too long. Line feeds stay.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(10);
    text.split('\n').flat_map(|line| wrap_line(line, width)).collect()
}

fn wrap_line(text: &str, width: usize) -> Vec<String> {
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    for word in pieces(text) {
        let wide = columns(word.trim_end());
        if used + wide > width && used > 0 {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0;
        }
        if wide <= width {
            line.push_str(word);
            used += columns(word);
            continue;
        }
        for c in word.chars() {
            let step = c.width().unwrap_or(0);
            if used + step > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += step;
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// Words with the spaces behind them; every wide character is a word of its own.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut before) = (0, 'x');
    for (at, c) in text.char_indices() {
        let after_space = before == ' ' && c != ' ' && !text[..at].trim_end().is_empty();
        let wide = c.width() == Some(2) || (before.width() == Some(2) && c.width() != Some(0));
        if at > start && c != ' ' && (after_space || wide) && !is_closing(c) {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = c;
    }
    pieces.push(&text[start..]);
    pieces
}

/// No line starts with one of these.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '）'
            | '：'
            | '；'
            | '！'
            | '？'
            | '」'
            | '”'
            | ','
            | '.'
            | ')'
            | '\u{200d}'
            | '\u{fe0f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_nothing_is_lost() {
        let texts = [
            "",
            "one two  three",
            "一型一密/一机一密的用户名，最小长度:0 最大长度:64",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b",
            "👩‍👩‍👧 中文 x",
        ];
        for text in texts {
            for width in 10..30 {
                let lines = wrap(text, width);
                assert!(lines.iter().all(|line| columns(line) <= width + 2), "{lines:?}");
                let bare = |text: &str| text.replace(' ', "");
                assert_eq!(bare(&lines.concat()), bare(text));
            }
        }
    }

    #[test]
    fn chinese_is_padded_by_columns() {
        assert_eq!(pad("产品", 6), "产品  ");
        assert_eq!(wrap("用户名不能超过五十个字符", 10), ["用户名不能", "超过五十个", "字符"]);
    }
}
