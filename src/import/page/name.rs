//! Names of operations, from titles such as `Querying Parameters of a Specified Instance`.

use super::uri::{self, Request};

/// A short name for an operation: `query-instance-parameters`.
pub(super) fn operation(title: &str, request: &Request) -> String {
    // A title that is a request line names nothing.
    let named = uri::request_line(title).map_or(title, |(_, behind)| behind.trim_matches(['-', ':', ' ']));
    of_title(named).unwrap_or_else(|| of_request(request))
}

/// A few words of a title, as a name for its page.
pub(super) fn slug(title: &str) -> Option<String> {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(str::to_ascii_lowercase)
        .filter(|word| !["api", "apis", "the", "a", "of"].contains(&word.as_str()))
        .take(3)
        .collect();
    (!words.is_empty()).then(|| words.join("-"))
}

/// None where the title is in another language or no title of an operation.
fn of_title(title: &str) -> Option<String> {
    let title: String = title
        .chars()
        .scan(0i32, |depth, c| {
            // Remarks in parentheses name no operation.
            *depth += match c {
                '(' | '\u{ff08}' => 1,
                ')' | '\u{ff09}' => -1,
                _ => 0,
            };
            Some(if *depth > 0 || c == ')' { ' ' } else { c })
        })
        .collect();
    if !title.is_ascii() {
        return None;
    }
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(str::to_ascii_lowercase)
        .collect();
    let (first, rest) = words.split_first()?;
    let end = rest.iter().position(|word| {
        ["through", "by", "using", "via", "with", "based", "from", "under", "on", "in"]
            .contains(&word.as_str())
    });
    let rest = &rest[..end.unwrap_or(rest.len())];
    let split = rest.iter().position(|word| word == "of" || word == "for");
    let (of, object) = match split {
        Some(at) => (&rest[at + 1..], &rest[..at]),
        None => (&[][..], rest),
    };
    let drop = ["a", "an", "the", "specified", "specific", "of", "for", "to", "its", "all"];
    let mut name: Vec<&str> =
        of.iter().chain(object).map(String::as_str).filter(|word| !drop.contains(word)).collect();
    if name.len() > 1 && name.last() == Some(&"information") {
        name.pop();
    }
    if name.is_empty() || name.len() > 7 {
        return None;
    }
    Some(format!("{}-{}", base(first), name.join("-")))
}

/// `querying` as `query`.
fn base(verb: &str) -> String {
    let Some(stem) = verb.strip_suffix("ing").filter(|stem| stem.len() > 1) else { return verb.to_owned() };
    let bytes = stem.as_bytes();
    let last = bytes[bytes.len() - 1];
    if bytes.len() > 2 && last == bytes[bytes.len() - 2] && !b"lsz".contains(&last) && stem != "add" {
        return stem[..stem.len() - 1].to_owned();
    }
    let with_e = [
        "at", "let", "ut", "nag", "ang", "v", "c", "bl", "ur", "id", "us", "os", "eas", "iz", "rg", "ir",
        "gn-", "uch", "ploy-",
    ];
    let without = ["bind", "repeat", "treat"];
    if with_e.iter().any(|end| stem.ends_with(end)) && !without.contains(&stem) {
        format!("{stem}e")
    } else {
        stem.to_owned()
    }
}

fn of_request(request: &Request) -> String {
    let verb = match request.method.as_str() {
        "GET" => "get",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "modify",
        "DELETE" => "delete",
        other => return format!("{}-operation", other.to_lowercase()),
    };
    let segments = request.path.split('/').filter(|segment| !segment.contains('{') && !segment.is_empty());
    let version = |segment: &&str| {
        !(segment.starts_with('v') && segment[1..].chars().all(|c| c.is_ascii_digit() || c == '.'))
    };
    let segments: Vec<String> = segments
        .filter(version)
        .map(|segment| {
            segment
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
                .collect()
        })
        .collect();
    let last: Vec<&str> = segments.iter().rev().take(2).rev().map(String::as_str).collect();
    if last.is_empty() { format!("{verb}-root") } else { format!("{verb}-{}", last.join("-")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_short_names() {
        let request = Request {
            method: "POST".into(),
            path: "/v2/{a}/instances/{b}/tags/create".into(),
            query: Vec::new(),
        };
        for (title, name) in [
            ("Querying Product Authentication Information", "query-product-authentication"),
            ("Modifying Product Information", "modify-product"),
            ("Resetting the Password of a DDM Account", "reset-ddm-account-password"),
            ("Adding Tags for an Instance (a V3 API)", "add-instance-tags"),
            ("Querying Parameters of a Specified DDM Instance (a V3 API)", "query-ddm-instance-parameters"),
            ("Creating an API Group", "create-api-group"),
            ("Obtaining a User Token Through Password Authentication", "obtain-user-token"),
            ("Deleting Tags", "delete-tags"),
            ("Managing Quotas", "manage-quotas"),
            ("Listing Things", "list-things"),
            ("Setting a Flag", "set-flag"),
            ("Changing the Size", "change-size"),
            ("重置密码", "create-tags-create"),
            ("", "create-tags-create"),
        ] {
            assert_eq!(operation(title, &request), name, "{title}");
        }
    }
}
