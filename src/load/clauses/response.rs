//! Clauses of documented answers.

use super::body::is_json;
use super::sides::Stands;
use super::walk::{Spot, Walk};
use super::{Clauses, OBSERVE, Promise, Site};
use crate::load::origin::{Reasons, Sourced};
use crate::model::{ClauseKind, Part};
use crate::text::{Span, pointer};

impl Clauses<'_> {
    pub(super) fn responses(&mut self, site: &Site<'_, '_>) {
        let draft = site.draft;
        let operation = &draft.operation;
        let mut add = |leaf: &str, text: String, kind: ClauseKind, span: Span, reasons: &Reasons| {
            let address = format!("{}/response/{leaf}", operation.id);
            self.add(Some(site.id), Promise { address, text, kind, sides: OBSERVE, span, reasons });
        };
        let place = draft.node.entry("responses").map_or(operation.span, |(key, _)| key.span);
        let statuses: Vec<&str> =
            operation.responses.iter().map(|response| response.status.as_str()).collect();
        if !statuses.contains(&"default") && !statuses.is_empty() {
            let text = format!("every answer has a documented status: {}", statuses.join(", "));
            add("status", text, ClauseKind::DocumentedStatuses, place, &draft.reasons);
        }
        if let (Some((span, why)), Some(limit)) = (&draft.within, operation.within) {
            add("within", format!("every answer comes within {limit:?}"), ClauseKind::Within, *span, why);
        }
        if let Some((span, why)) = &draft.secrets {
            let text = "no answer has a secret where none is documented".to_owned();
            add("secrets", text, ClauseKind::Secrets, *span, why);
        }
        if let Some((span, why)) = &draft.steady {
            let text = "two reads with no write between answer the same".to_owned();
            add("steady", text, ClauseKind::Steady, *span, why);
        }
        for index in 0..operation.responses.len() {
            self.response(site, index);
        }
    }

    fn response(&mut self, site: &Site<'_, '_>, index: usize) {
        let response = &site.draft.operation.responses[index];
        let (span, node) = site.draft.responses[index];
        let reasons = Sourced::read(node).whole().unwrap_or_else(|| site.draft.reasons.clone());
        let status = response.status.clone();
        let base = format!("{}/response/{status}", site.draft.operation.id);
        let mut add = |leaf: &str, text: String, kind: ClauseKind, span: Span| {
            let address = format!("{base}{leaf}");
            self.add(Some(site.id), Promise { address, text, kind, sides: OBSERVE, span, reasons: &reasons });
        };
        let says = response.says.as_deref().map(|says| format!(" ({says})")).unwrap_or_default();
        let text = format!("the operation answers {}{says} when it should", name(&status));
        add("", text, ClauseKind::Status { status: status.clone() }, span);
        let schema = node.entry("schema");
        if let Some(media_type) = &response.media_type {
            let span = node.entry("media_type").or(schema).map_or(span, |(key, _)| key.span);
            let text = format!("{} is {media_type}", whose(&status));
            add("/media-type", text, ClauseKind::MediaType { status: status.clone() }, span);
            if is_json(media_type) {
                let text = format!("{} is well-formed JSON", whose(&status));
                add("/json", text, ClauseKind::WellFormed { status: status.clone() }, span);
            }
        }
        if let (Some((key, _)), true) = (schema, response.closed) {
            let text = format!("{} has no members that nobody documents", whose(&status));
            let kind = ClauseKind::UndocumentedFields { status: status.clone() };
            add("/undocumented-fields", text, kind, key.span);
        }
        self.headers(site, index, &base, &reasons);
        let Some((_, schema)) = schema else { return };
        let mut walk = Walk {
            clauses: self,
            shared: site.shared,
            operation: site.id,
            part: Part::ResponseBody { status: status.clone() },
            stands: Stands::Answer,
            whole: "the body".to_owned(),
            before: format!("in answers of status {}, ", name(&status)),
            open: Vec::new(),
            taken: std::collections::HashSet::new(),
        };
        walk.all(schema, &Spot::start(&format!("{base}/body"), &reasons));
    }

    fn headers(&mut self, site: &Site<'_, '_>, response: usize, base: &str, inherited: &Reasons) {
        let spec = &site.draft.operation.responses[response];
        let nodes = site.draft.responses[response].1.get("headers");
        let nodes = nodes.map(crate::text::tree::Node::members).unwrap_or_default();
        for (index, (header, (key, node))) in spec.headers.iter().zip(nodes).enumerate() {
            let sourced = Sourced::read(node);
            let reasons = sourced.whole().unwrap_or_else(|| inherited.clone());
            let address = format!("{base}/header{}", pointer::join("", &header.name));
            let part = Part::ResponseHeader { status: spec.status.clone(), index };
            let whole = format!("header `{}`", header.name);
            let before = format!("in answers of status {}, ", name(&spec.status));
            if header.required {
                let why = sourced.of("required").unwrap_or_else(|| reasons.clone());
                let promise = Promise {
                    address: format!("{address}/required"),
                    text: format!("{before}{whole} is always there"),
                    kind: ClauseKind::Constraint {
                        part: part.clone(),
                        keyword: "required".to_owned(),
                        path: String::new(),
                        at: String::new(),
                        limit: header.name.clone().into(),
                    },
                    sides: OBSERVE,
                    span: key.span,
                    reasons: &why,
                };
                self.add(Some(site.id), promise);
            }
            let Some(schema) = node.get("schema") else { continue };
            let mut walk = Walk {
                clauses: self,
                shared: site.shared,
                operation: site.id,
                part,
                stands: Stands::Answer,
                whole,
                before,
                open: Vec::new(),
                taken: std::collections::HashSet::new(),
            };
            walk.all(schema, &Spot::start(&address, &reasons));
        }
    }
}

fn name(status: &str) -> &str {
    if status == "default" { "of no other response" } else { status }
}

fn whose(status: &str) -> String {
    format!("the body of a {} answer", if status == "default" { "default" } else { status })
}
