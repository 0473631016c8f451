//! Names for what the document gives none, or none that a contract can use.

use std::collections::BTreeSet;

/// Names that are taken.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// `wanted`, or with the first number behind it that makes it another name.
    pub(super) fn free(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            name = format!("{wanted}-{number}");
            number += 1;
        }
        name
    }
}

/// `text` as a name in addresses: letters, digits, `.`, `_`, and `-` for everything else.
pub(super) fn plain(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, '.' | '_') {
            name.push(c);
        } else if !name.ends_with('-') && !name.is_empty() {
            name.push('-');
        }
    }
    name.trim_end_matches('-').to_owned()
}

/// The first sentence of a text, on one line.
pub(super) fn line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.split_once(". ").map_or(line.clone(), |(first, _)| format!("{first}."))
}

/// The name of an operation that has none: `get-pets-petId`.
pub(super) fn of_request(method: &str, path: &str) -> String {
    plain(&format!("{} {path}", method.to_ascii_lowercase()))
}

/// Names that no variable can have.
const TAKEN: [&str; 7] = ["", "request", "status", "header", "body", "steps", "captured"];

/// `text` as the name of a variable: `petId` is `pet_id`.
pub(super) fn variable(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut small = false;
    for c in text.chars() {
        if c.is_ascii_uppercase() && small {
            name.push('_');
        }
        small = c.is_ascii_lowercase() || c.is_ascii_digit();
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_').to_owned();
    if TAKEN.contains(&name.as_str()) || name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("the_{name}").trim_end_matches('_').to_owned();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_what_there_is() {
        for (method, path, name) in [
            ("GET", "/pets/{petId}", "get-pets-petId"),
            ("POST", "/", "post"),
            ("GET", "/a~b/{c d}", "get-a-b-c-d"),
        ] {
            assert_eq!(of_request(method, path), name);
        }
        for (text, name) in [
            ("petId", "pet_id"),
            ("X-API-Key", "x_api_key"),
            ("", "the"),
            ("status", "the_status"),
            ("2fa", "the_2fa"),
            ("名", "the"),
        ] {
            assert_eq!(variable(text), name, "{text}");
        }
        let mut names = Names::default();
        assert_eq!([names.free("a"), names.free("a"), names.free("a")], ["a", "a-2", "a-3"]);
    }
}
