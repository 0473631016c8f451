//! Parameters and credentials.

use serde_json::Value;

use super::super::origin::{Reasons, reasons};
use super::{Decoder, text, truth};
use crate::model::{Alternative, Carried, Location, Parameter, Security, Style, Unknown, Writing};
use crate::text::tree::{Key, Kind, Node};
use crate::text::{Diagnostic, Span, did_you_mean};

impl<'n> Decoder<'_, 'n> {
    /// One parameter.
    pub(super) fn parameter(&mut self, key: &Key, node: &Node, inherited: &Reasons) -> Parameter {
        let location = location(text(node, "in").as_deref());
        let own = reasons(node, inherited);
        let value = node.get("value").inspect(|value| self.names().check_value(value, self.out));
        let required = node.get("required").is_some_and(|required| required.kind != Kind::Bool(false));
        let unknown = node.get("unknown").and_then(|unknown| {
            let answer = self.refusal(unknown, &own)?;
            let value = unknown.get("value").inspect(|value| self.names().check_value(value, self.out));
            Some(Unknown { answer, value: value.map(Node::json) })
        });
        Parameter {
            name: text(node, "name").unwrap_or_else(|| key.text.clone()),
            location,
            required: required || location == Location::Path,
            schema: node.get("schema").map_or_else(|| Value::Bool(true).into(), |schema| self.schema(schema)),
            value: value.map(Node::json),
            unknown,
            refused: node.get("refused").and_then(|refused| self.refusal(refused, &own)),
            writing: writing(node),
            says: text(node, "says"),
        }
    }

    /// The credentials of an operation: those of the contract, unless the operation says which.
    #[expect(clippy::type_complexity, reason = "a credential, where it stands, and the nodes that say it")]
    pub(super) fn securities(
        &mut self,
        operation: &'n Node,
    ) -> Vec<(Security, (Span, &'n Node, Option<&'n Node>))> {
        let scope = self.scope;
        let all = || scope.security.iter().copied();
        let Some(own) = operation.get("security") else {
            return all().map(|(key, node)| self.security(key, node, None)).collect();
        };
        let named: Vec<(&str, Span, Option<&'n Node>)> = match &own.kind {
            Kind::List(names) => {
                names.iter().filter_map(|name| Some((name.text()?, name.span, None))).collect()
            }
            _ => own.members().iter().map(|(key, node)| (key.text.as_str(), key.span, Some(node))).collect(),
        };
        let mut securities = Vec::new();
        for (name, span, node) in named {
            if let Some((key, declared)) = all().find(|(key, _)| key.text == name) {
                securities.push(self.security(key, declared, node));
                continue;
            }
            let message = format!("no credential is called `{name}`");
            let mut diagnostic = Diagnostic::error("unknown-credential", message)
                .at(span, "not declared under the contract's `security`");
            if let Some(near) = did_you_mean(name, all().map(|(key, _)| key.text.as_str())) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            self.out.push(diagnostic);
        }
        securities
    }

    fn security(
        &mut self,
        key: &'n Key,
        node: &'n Node,
        own: Option<&'n Node>,
    ) -> (Security, (Span, &'n Node, Option<&'n Node>)) {
        if let Some(value) = node.get("value") {
            self.names().check_value(value, self.out);
        }
        let base = reasons(node, &Reasons::default());
        let either = |name: &str| own.and_then(|own| own.get(name)).or_else(|| node.get(name));
        let security = Security {
            id: key.text.clone(),
            location: location(text(node, "in").as_deref()),
            name: text(node, "name").unwrap_or_default(),
            value: text(node, "value").unwrap_or_default(),
            schema: either("schema").map(|schema| self.schema(schema)),
            refused: either("refused").and_then(|refused| self.refusal(refused, &base)),
            outside: either("outside").and_then(|outside| self.refusal(outside, &base)),
            optional: own.is_some_and(|own| truth(own, "optional")),
            alternatives: [Some(node), own]
                .into_iter()
                .flatten()
                .filter_map(|node| node.get("alternatives"))
                .flat_map(Node::members)
                .map(|(key, node)| self.alternative(key, node))
                .collect(),
        };
        (security, (key.span, node, own))
    }

    fn alternative(&mut self, key: &Key, node: &Node) -> Alternative {
        let carries = node.get("carries").map(Node::elements).unwrap_or_default();
        // One that is not there has been reported.
        if node.get("carries").is_some() && carries.is_empty() {
            self.out.push(
                Diagnostic::error("empty-alternative", format!("`{}` carries nothing", key.text))
                    .at(key.span, "every request would be let in")
                    .help(
                        "say what a request with this credential has: `carries: [{ in: header, name: … }]`",
                    ),
            );
        }
        Alternative { id: key.text.clone(), carries: carries.iter().map(|node| self.carried(node)).collect() }
    }

    fn carried(&mut self, node: &Node) -> Carried {
        if let Some(template) = node.get("contains") {
            self.names().check_value(template, self.out);
        }
        Carried {
            location: location(text(node, "in").as_deref()),
            name: text(node, "name").unwrap_or_default(),
            schema: node.get("schema").map(|schema| self.schema(schema)),
            contains: text(node, "contains"),
        }
    }
}

/// How a value is written.
pub(super) fn writing(node: &Node) -> Writing {
    let style = text(node, "style");
    let truth_of = |name: &str| match node.get(name).map(|node| &node.kind) {
        Some(Kind::Bool(truth)) => Some(*truth),
        _ => None,
    };
    Writing {
        style: Style::ALL.into_iter().find(|known| style.as_deref() == Some(known.word())),
        explode: truth_of("explode"),
        media_type: text(node, "media_type"),
    }
}

fn location(word: Option<&str>) -> Location {
    match word {
        Some("query") => Location::Query,
        Some("header") => Location::Header,
        Some("cookie") => Location::Cookie,
        _ => Location::Path,
    }
}
