//! Operations.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::origin::{Reasons, reasons};
use super::super::{duration, schema, status};
use super::parameter::writing;
use super::{Decoder, LATER, OperationDraft, text, truth};
use crate::model::{
    Body, BodyAlternative, Effect, Example, HandCase, Location, Operation, Parameter, Refusal, ResponseSpec,
    Secrets, StatusSet, Writing,
};
use crate::text::tree::{Key, Kind, Node};
use crate::text::{Diagnostic, Span, did_you_mean};

impl<'n> Decoder<'_, 'n> {
    /// One operation.
    pub(super) fn operation(&mut self, key: &'n Key, node: &'n Node) -> OperationDraft<'n> {
        let own = reasons(node, &Reasons::default());
        let (method, path) = self.request_line(node);
        let parameters: Vec<(Parameter, (Span, &Node))> = members(node, "parameters")
            .map(|(key, node)| (self.parameter(key, node, &own), (key.span, node)))
            .collect();
        let (parameters, parameter_nodes): (Vec<_>, Vec<_>) = parameters.into_iter().unzip();
        self.path_parameters(node, &path, &parameters, &parameter_nodes);
        let (security, security_nodes) = self.securities(node).into_iter().unzip();
        let body = node.get("body").map(|body| self.body(body, &own));
        let (responses, response_nodes): (Vec<_>, Vec<_>) = members(node, "responses")
            .map(|(key, node)| (self.response(key, node), (key.span, node)))
            .unzip();
        let (limit, within) =
            self.within(node, &own).map_or((None, None), |(limit, why)| (Some(limit), Some(why)));
        let steady = self.said(node, "steady", &own);
        let body_required = node.get("body").and_then(|body| self.said(body, "required", &own));
        let secrets = secrets(body.as_ref(), &responses);
        let mut operation = Operation {
            id: key.text.clone(),
            document: self.scope.index,
            title: text(node, "title").unwrap_or_else(|| key.text.clone()),
            says: text(node, "says"),
            effect: effect(node, &method, &path),
            resource: text(node, "resource").unwrap_or_else(|| resource(&path)),
            method,
            path,
            creates: None,
            tags: elements(node, "tags").filter_map(|tag| tag.text().map(str::to_owned)).collect(),
            parameters,
            security,
            body,
            responses,
            examples: Vec::new(),
            rules: Vec::new(),
            cases: Vec::new(),
            generates: Vec::new(),
            refused: self.or_default(node, "refused", &own),
            depends: node.get("depends").map(status::read).unwrap_or_default(),
            unstated: node.get("unstated").map(status::read).unwrap_or_default(),
            unsent: text(node, "unsent"),
            other_methods: self.or_default(node, "other_methods", &own),
            within: limit,
            steady: steady.is_some(),
            secrets,
            span: key.span,
            clauses: 0..0,
        };
        operation.examples =
            members(node, "examples").map(|(key, node)| self.example(key, node, &operation)).collect();
        operation.rules =
            members(node, "rules").map(|(key, node)| self.rule(key, node, &self.names())).collect();
        operation.cases =
            members(node, "cases").map(|(key, node)| self.case(key, node, &operation, &own)).collect();
        operation.generates =
            members(node, "generates").map(|(key, node)| self.generated(key, node)).collect();
        OperationDraft {
            operation,
            node,
            parameters: parameter_nodes,
            security: security_nodes,
            responses: response_nodes,
            within,
            secrets: self
                .scope
                .default("secrets")
                .map(|(key, node)| (key.span, reasons(node, &Reasons::default()))),
            steady,
            body_required,
            reasons: own,
        }
    }

    /// `METHOD /path`.
    fn request_line(&mut self, node: &Node) -> (String, String) {
        let Some(line) = node.get("request") else { return (String::new(), String::new()) };
        let said = line.text().unwrap_or_default();
        let (method, path) = said.split_once(' ').unwrap_or((said, ""));
        let path = path.trim();
        let token = !method.is_empty() && method.chars().all(|c| c.is_ascii_uppercase() || c == '-');
        let braces = path
            .split('{')
            .skip(1)
            .all(|rest| rest.split_once('}').is_some_and(|(name, _)| !name.is_empty()));
        if line.text().is_some()
            && (!token || !path.starts_with('/') || !braces || path.contains(['?', '#', ' ']))
        {
            let label = if token { "the path is missing or wrong" } else { "no method in capital letters" };
            self.out.push(
                Diagnostic::error("bad-request-line", "`request` has to be a method and a path")
                    .at(line.span, label)
                    .help("such as `GET /things/{id}`; query parameters stand under `parameters`"),
            );
        }
        (method.to_owned(), path.to_owned())
    }

    /// Every `{name}` of the path has a parameter, and the other way round.
    fn path_parameters(
        &mut self,
        node: &Node,
        path: &str,
        parameters: &[Parameter],
        nodes: &[(Span, &Node)],
    ) {
        let Some(line) = node.get("request") else { return };
        let in_path: Vec<&str> = template_names(path).collect();
        let declared = || parameters.iter().filter(|parameter| parameter.location == Location::Path);
        for name in &in_path {
            if declared().any(|parameter| parameter.name == *name) {
                continue;
            }
            let mut diagnostic =
                Diagnostic::error("undeclared-path-parameter", format!("nothing says what `{{{name}}}` is"))
                    .at(line.span, "in this path");
            if let Some(near) = did_you_mean(name, declared().map(|parameter| parameter.name.as_str())) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            self.out
                .push(diagnostic.help(format!("add `{name}: {{ in: path, schema: … }}` under `parameters`")));
        }
        for (parameter, (span, node)) in parameters.iter().zip(nodes) {
            if text(node, "in").as_deref() == Some("path") && !in_path.contains(&parameter.name.as_str()) {
                self.out.push(
                    Diagnostic::error(
                        "unused-path-parameter",
                        format!("the path has no `{{{}}}`", parameter.name),
                    )
                    .at(*span, "declared as a path parameter")
                    .at(line.span, "the path"),
                );
            }
        }
    }

    fn body(&mut self, node: &Node, inherited: &Reasons) -> Body {
        let own = reasons(node, inherited);
        let value = node.get("value").inspect(|value| self.names().check_value(value, self.out));
        Body {
            required: node.get("required").is_some_and(|required| required.kind != Kind::Bool(false)),
            media_type: text(node, "media_type").unwrap_or_else(|| self.scope.media_type()),
            encoding: encoding(node),
            alternatives: members(node, "alternatives")
                .map(|(key, node)| BodyAlternative {
                    media_type: key.text.clone(),
                    schema: node.get("schema").map(|schema| self.schema(schema)),
                    encoding: encoding(node),
                })
                .collect(),
            other_media_types: node.get("other_media_types").and_then(|other| self.refusal(other, &own)),
            schema: node
                .get("schema")
                .map_or_else(|| serde_json::Value::Bool(true).into(), |schema| self.schema(schema)),
            value: value.map(Node::json),
            unique: elements(node, "unique")
                .filter_map(Node::text)
                .map(|name| {
                    if name.starts_with('/') { name.to_owned() } else { crate::text::pointer::join("", name) }
                })
                .collect(),
        }
    }

    fn example(&mut self, key: &Key, node: &Node, operation: &Operation) -> Example {
        let names = self.names();
        if let Some(replace) = node.get("replace") {
            names.check_value(replace, self.out);
        }
        let (expect, expect_body) = self.expect(node, success(operation), &names);
        Example {
            name: key.text.clone(),
            says: text(node, "says"),
            request: self.request_parts(node, &operation.parameters, &names),
            replace: node.get("replace").map(Node::json),
            expect,
            expect_body,
            clause: LATER,
        }
    }

    fn case(&mut self, key: &Key, node: &Node, operation: &Operation, inherited: &Reasons) -> HandCase {
        let own = reasons(node, inherited);
        let names = self.names();
        let expect = node.get("expect").and_then(|expect| self.refusal(expect, &own));
        HandCase {
            name: key.text.clone(),
            request: self.request_parts(node, &operation.parameters, &names),
            expect: expect.unwrap_or_else(|| Refusal {
                status: success(operation),
                schema: None,
                body: None,
                may_close: false,
                origin: self.places.origin(key.span, &own),
            }),
            refuse: truth(node, "refuse"),
            clause: LATER,
        }
    }

    /// The operation's own refusal, else the contract's default; `false` takes the default back.
    fn or_default(&mut self, node: &Node, name: &str, own: &Reasons) -> Option<Refusal> {
        match node.get(name) {
            Some(refusal) if refusal.kind == Kind::Bool(false) => None,
            Some(refusal) => self.refusal(refusal, own),
            None => {
                let (_, refusal) = self.scope.default(name)?;
                self.refusal(refusal, &Reasons::default())
            }
        }
    }

    fn within(&self, node: &Node, own: &Reasons) -> Option<(Duration, (Span, Reasons))> {
        let unsaid = Reasons::default();
        let here = node.entry("within").map(|entry| (entry, own));
        let ((key, said), inherited) = here.or_else(|| Some((self.scope.default("within")?, &unsaid)))?;
        let limit = said.get("limit").unwrap_or(said).text().and_then(duration::read)?;
        Some((limit, (key.span, reasons(said, inherited))))
    }

    /// Where and why something holds that can be said as `true` or as a map of reasons.
    #[expect(clippy::unused_self, reason = "reads like the other parts of an operation")]
    fn said(&self, node: &Node, name: &str, inherited: &Reasons) -> Option<(Span, Reasons)> {
        let (key, said) = node.entry(name)?;
        (said.kind != Kind::Bool(false)).then(|| (key.span, reasons(said, inherited)))
    }
}

fn members<'n>(node: &'n Node, name: &str) -> impl Iterator<Item = (&'n Key, &'n Node)> + use<'n> {
    node.get(name).map(Node::members).unwrap_or_default().iter().map(|(key, node)| (key, node))
}

fn elements<'n>(node: &'n Node, name: &str) -> impl Iterator<Item = &'n Node> + use<'n> {
    node.get(name).map(Node::elements).unwrap_or_default().iter()
}

fn encoding(node: &Node) -> BTreeMap<String, Writing> {
    members(node, "encoding").map(|(key, node)| (key.text.clone(), writing(node))).collect()
}

/// The names in the braces of a path template.
pub(in crate::load) fn template_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// What is expected where an example or a step does not say it.
pub(super) fn success(operation: &Operation) -> StatusSet {
    operation.success().map_or_else(|| StatusSet(vec!["2XX".to_owned()]), StatusSet::one)
}

fn effect(node: &Node, method: &str, path: &str) -> Effect {
    // `DELETE /lists/{id}/members` takes something away from the list.
    let part = path.rsplit_once('}').is_some_and(|(_, behind)| behind.starts_with('/') && behind.len() > 1);
    match (text(node, "effect").as_deref(), method) {
        (Some("read"), _) | (None, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY") => Effect::Read,
        (Some("create"), _) | (None, "POST") => Effect::Create,
        (Some("delete"), _) => Effect::Delete,
        (None, "DELETE") if !part => Effect::Delete,
        (Some("update"), _) | (None, "PATCH" | "DELETE") => Effect::Update,
        _ => Effect::Replace,
    }
}

/// The path up to and with its last parameter.
fn resource(path: &str) -> String {
    path.rfind('}').map_or(path, |end| &path[..=end]).to_owned()
}

fn secrets(body: Option<&Body>, responses: &[ResponseSpec]) -> Secrets {
    let of = |response: &ResponseSpec| {
        let found = schema::secrets(response.schema.as_ref()?);
        (!found.is_empty()).then(|| (response.status.clone(), found))
    };
    Secrets {
        request: body.map(|body| schema::secrets(&body.schema)).unwrap_or_default(),
        responses: responses.iter().filter_map(of).collect(),
    }
}
