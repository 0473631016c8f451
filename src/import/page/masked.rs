//! Values that stand for others: `**********`, `xxxxxx`, `e6b99563-xxxx-…`, `{project_id}`.

/// Whether a page hides a value here, wholly or in part, so that it is not to be sent or compared.
pub(super) fn masked(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() {
        return false;
    }
    let hides = |c: char| "*xX•●#…".contains(c);
    if text.chars().count() >= 2
        && text.chars().all(|c| hides(c) || "-_. ".contains(c))
        && text.chars().any(hides)
    {
        return text.chars().filter(|c| hides(*c)).count() >= 2;
    }
    let enclosed = |open: char, close: char| {
        text.starts_with(open) && text.ends_with(close) && !text.contains(' ') && text.chars().count() > 2
    };
    enclosed('{', '}')
        || (text.starts_with("{{") && text.ends_with("}}"))
        || (enclosed('<', '>') && !text.contains('/'))
        || text.contains("***")
        || text.ends_with("...")
        || text.ends_with('…')
        || (text.starts_with("${") && text.ends_with('}'))
        || text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
            word.len() >= 3 && (word.bytes().all(|b| b == b'x') || word.bytes().all(|b| b == b'X'))
        })
        || text.to_ascii_lowercase().ends_with("xxxx")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_told_from_values() {
        for text in [
            "**********",
            "xxxxxx",
            "XXXX",
            "e6b99563-xxxx-xxxx-xxxx-1820d4fd2a67",
            "{project_id}",
            "{{token}}",
            "{{ token }}",
            "<token>",
            "a.****.com",
            "MIIDkgYJXXXXX",
            "1331e5cff2a74d76...",
            "****-****",
        ] {
            assert!(masked(text), "{text}");
        }
        for text in [
            "",
            "x",
            "ddmtest",
            "*",
            "4MjxbCl4q461",
            "a.b",
            "user A",
            "-",
            "maxx",
            "<a/>",
            "2015-11-09T01:42:57.527363Z",
        ] {
            assert!(!masked(text), "{text}");
        }
    }
}
