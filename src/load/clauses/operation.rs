//! Clauses of an operation as a whole: other methods, rules, examples, cases.

use super::body::because;
use super::{ACCEPT, Clauses, OBSERVE, Promise, REFUSE, Site};
use crate::load::origin::{Reasons, Sourced};
use crate::model::{ClauseId, ClauseKind};
use crate::text::pointer;
use crate::text::tree::{Key, Node};

impl Clauses<'_> {
    pub(super) fn other_methods(&mut self, site: &Site<'_, '_>) {
        let operation = &site.draft.operation;
        let Some(refusal) = &operation.other_methods else { return };
        let span = site.draft.node.entry("other_methods").or_else(|| site.draft.node.entry("request"));
        let promise = Promise {
            address: format!("{}/request/method", operation.id),
            text: format!("a method that nobody documents here is answered {}", refusal.status),
            kind: ClauseKind::OtherMethods,
            sides: REFUSE,
            span: span.map_or(operation.span, |(key, _)| key.span),
            reasons: &because(refusal),
        };
        self.add(Some(site.id), promise);
    }

    pub(super) fn rules(&mut self, site: &Site<'_, '_>) -> Vec<ClauseId> {
        let add = |(index, (key, node)): (usize, (&Key, &Node))| {
            let text = said(key, node);
            self.named(site, "rule", key, node, text, ClauseKind::Rule { index }, OBSERVE)
        };
        entries(site, "rules").enumerate().map(add).collect()
    }

    pub(super) fn examples(&mut self, site: &Site<'_, '_>) -> Vec<ClauseId> {
        let add = |(index, (key, node)): (usize, (&Key, &Node))| {
            let expect = &site.draft.operation.examples[index].expect;
            let text = format!("the documented request `{}` is answered {expect}", key.text);
            self.named(site, "example", key, node, text, ClauseKind::Example { index }, ACCEPT)
        };
        entries(site, "examples").enumerate().map(add).collect()
    }

    pub(super) fn cases(&mut self, site: &Site<'_, '_>) -> Vec<ClauseId> {
        let add = |(index, (key, node)): (usize, (&Key, &Node))| {
            let sides = if site.draft.operation.cases[index].refuse { REFUSE } else { ACCEPT };
            let text = said(key, node);
            self.named(site, "case", key, node, text, ClauseKind::HandCase { index }, sides)
        };
        entries(site, "cases").enumerate().map(add).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "all of them are parts of one clause")]
    fn named(
        &mut self,
        site: &Site<'_, '_>,
        what: &str,
        key: &Key,
        node: &Node,
        text: String,
        kind: ClauseKind,
        sides: crate::model::Sides,
    ) -> ClauseId {
        let reasons: Reasons = Sourced::read(node).whole().unwrap_or_else(|| site.draft.reasons.clone());
        let address = format!("{}/{what}{}", site.draft.operation.id, pointer::join("", &key.text));
        self.add(Some(site.id), Promise { address, text, kind, sides, span: key.span, reasons: &reasons })
    }
}

fn entries<'n>(site: &Site<'_, 'n>, name: &str) -> impl Iterator<Item = (&'n Key, &'n Node)> + use<'n> {
    let members = site.draft.node.get(name).map(Node::members).unwrap_or_default();
    members.iter().map(|(key, node)| (key, node))
}

/// The author's sentence, else the name in words.
pub(super) fn said(key: &Key, node: &Node) -> String {
    node.get("says").and_then(Node::text).map_or_else(|| key.text.replace('-', " "), str::to_owned)
}
