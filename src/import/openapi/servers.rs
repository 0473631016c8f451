//! Servers: the path under which the operations are. Which deployment is tested is not for a document to say.

use super::operation::Path;
use super::sources::Place;
use super::{Dialect, Reading};
use crate::text::Span;

impl<'t> Reading<'t> {
    /// The path before all paths, without a slash at its end.
    pub(super) fn base(&mut self) -> String {
        if self.dialect == Dialect::V2 {
            let said = self.root.text("basePath").unwrap_or_default();
            return clean(said);
        }
        let servers = self.root.get("servers");
        let base =
            servers.and_then(|servers| self.base_of(servers)).map(|(_, base)| base).unwrap_or_default();
        for other in servers.into_iter().flat_map(Place::elements).skip(1) {
            if self.parts(other).is_some_and(|(_, path)| path != base) {
                let message = "this server has another base path than the first";
                self.notes.left_out(
                    other.span(),
                    message,
                    "the paths of the contract are those of the first",
                );
            }
        }
        base
    }

    /// Host and base path of the first server.
    fn base_of(&mut self, servers: Place<'t>) -> Option<(String, String)> {
        let first = servers.elements().next()?;
        self.parts(first)
    }

    /// Host and path of a server, with the defaults of its variables.
    fn parts(&mut self, server: Place<'t>) -> Option<(String, String)> {
        let mut url = server.text("url")?.to_owned();
        for (key, variable) in server.get("variables").into_iter().flat_map(Place::members) {
            let default = variable.get("default").and_then(|node| node.node.scalar());
            match default {
                Some(default) => url = url.replace(&format!("{{{}}}", key.text), &default),
                None => self.notes.odd(key.span, "a server variable needs a `default`", "left as it is"),
            }
        }
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let (host, path) = match rest.find('/') {
            Some(at) if url.contains("://") => rest.split_at(at),
            _ if url.contains("://") => (rest, ""),
            _ => ("", rest),
        };
        let path = path.split(['?', '#']).next().unwrap_or_default();
        if path.contains(['{', '}']) {
            self.notes.odd(
                server.span(),
                "a variable of this server has no value",
                "its base path is not used",
            );
            return Some((host.to_owned(), String::new()));
        }
        Some((host.to_owned(), clean(path)))
    }

    /// A path of the document as a path of the contract.
    pub(super) fn path(&mut self, said: &str, at: Span, base: &str, servers: Option<Place<'t>>) -> Path {
        let (path, fragment) = said.split_once('#').map_or((said, None), |(path, rest)| (path, Some(rest)));
        let (path, query) = path.split_once('?').map_or((path, ""), |(path, query)| (path, query));
        if fragment.is_some_and(|fragment| !fragment.is_empty()) {
            self.notes.odd(at, "a path has no fragment", "read without it: no request carries one");
        }
        let mut path = sendable(path);
        if !path.starts_with('/') {
            self.notes.odd(at, format!("`{said}` does not begin with a slash"), "read with one");
            path.insert(0, '/');
        }
        let mut number = 0;
        while let Some(empty) = path.find("{}") {
            number += 1;
            self.notes.odd(at, "a parameter of the path has no name", "it gets one");
            path.replace_range(empty..empty + 2, &format!("{{parameter{number}}}"));
        }
        // A brace that is not closed is no parameter.
        let opened = path.matches('{').count();
        let named = path
            .split('{')
            .skip(1)
            .filter(|rest| rest.find('}').is_some_and(|end| end > 0 && !rest[..end].contains('{')))
            .count();
        if opened != named {
            self.notes.odd(at, format!("the braces of `{said}` do not match"), "read as text");
            path = path.replace('{', "%7B").replace('}', "%7D");
        }
        let servers = servers.and_then(|servers| self.base_of(servers));
        let base = servers.map_or_else(|| base.to_owned(), |(_, base)| base);
        let fixed = query
            .split('&')
            .filter_map(|pair| pair.split_once('=').or((!pair.is_empty()).then_some((pair, ""))))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Path { text: format!("{base}{path}"), fixed }
    }

    /// Another address than the contract's, where an operation says that it has one.
    pub(super) fn elsewhere(&mut self, servers: Place<'t>) -> Option<String> {
        let (host, _) = self.base_of(servers)?;
        let main = self.root.get("servers").and_then(|servers| self.base_of(servers)).unwrap_or_default();
        let url = servers.elements().next().and_then(|one| one.text("url")).unwrap_or_default();
        (!host.is_empty() && host != main.0).then(|| url.to_owned())
    }
}

/// A path without a slash at its end; nothing for `/`.
fn clean(path: &str) -> String {
    let path = path.trim().trim_end_matches('/');
    match path {
        "" => String::new(),
        path if path.starts_with('/') => sendable(path),
        path => format!("/{}", sendable(path)),
    }
}

/// With what no path can have in it percent-encoded (RFC 3986 section 3.3); braces are parameters.
fn sendable(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if c.is_whitespace() || c.is_control() || c == '"' {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| {
                let _ = std::fmt::Write::write_fmt(&mut out, format_args!("%{byte:02X}"));
            });
        } else {
            out.push(c);
        }
    }
    out
}
