//! The variable parts of a request, in examples, cases and steps.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::status;
use super::super::template::Names;
use super::{Decoder, matchers, text, truth};
use crate::model::{Location, Parameter, RequestParts, StatusSet};
use crate::text::tree::{Kind, Node};
use crate::text::{Diagnostic, did_you_mean};

impl Decoder<'_, '_> {
    /// `path`, `query`, `header`, `cookie`, `body`, `without_body`, `raw_body` and `method` of `node`.
    pub(super) fn request_parts(
        &mut self,
        node: &Node,
        parameters: &[Parameter],
        names: &Names<'_>,
    ) -> RequestParts {
        let mut values = |part: &str, location: Location| -> BTreeMap<String, Value> {
            let Some(map) = node.get(part) else { return BTreeMap::new() };
            names.check_value(map, self.out);
            self.known_parameters(map, parameters, location);
            map.members().iter().map(|(key, value)| (key.text.clone(), value.json())).collect()
        };
        let path = values("path", Location::Path);
        let query = values("query", Location::Query);
        let header = values("header", Location::Header);
        let cookie = values("cookie", Location::Cookie);
        for key in ["body", "raw_body"] {
            if let Some(body) = node.get(key) {
                names.check_value(body, self.out);
            }
        }
        let body = if truth(node, "without_body") {
            Some(None)
        } else {
            node.get("body").map(|body| Some(body.json()))
        };
        RequestParts {
            path,
            query,
            header,
            cookie,
            body,
            raw_body: text(node, "raw_body"),
            method: text(node, "method").map(|method| method.to_ascii_uppercase()),
        }
    }

    /// A path has no place for a parameter that it does not name; elsewhere an unknown one is at least suspicious.
    fn known_parameters(&mut self, map: &Node, parameters: &[Parameter], location: Location) {
        if location == Location::Header {
            return;
        }
        let known = || parameters.iter().filter(|parameter| parameter.location == location);
        for (key, _) in map.members() {
            if known().any(|parameter| parameter.name == key.text) {
                continue;
            }
            let message = format!("the operation has no {} parameter `{}`", location.word(), key.text);
            let code = "unknown-parameter";
            let mut diagnostic = if location == Location::Path {
                Diagnostic::error(code, message)
            } else {
                Diagnostic::warning(code, message)
            };
            diagnostic = diagnostic.at(key.span, "not declared under `parameters`");
            if let Some(near) = did_you_mean(&key.text, known().map(|parameter| parameter.name.as_str())) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            self.out.push(diagnostic);
        }
    }

    /// `expect:` of an example or a step: the statuses and what the body must have. `else_` where it is not given.
    pub(super) fn expect(
        &mut self,
        node: &Node,
        else_: StatusSet,
        names: &Names<'_>,
    ) -> (StatusSet, Option<Value>) {
        match node.get("expect") {
            None => (else_, None),
            Some(expect) if matches!(expect.kind, Kind::Map(_)) => {
                let body = expect.get("body").inspect(|body| {
                    names.check_value(body, self.out);
                    matchers(body, self.out);
                });
                (expect.get("status").map(status::read).unwrap_or_default(), body.map(Node::json))
            }
            Some(expect) => (status::read(expect), None),
        }
    }
}
