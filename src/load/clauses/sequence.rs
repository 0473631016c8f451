//! Clauses of sequences: the steps as a whole, and each rule.

use super::operation::said;
use super::{Clauses, OBSERVE, Promise};
use crate::load::decode::SequenceDraft;
use crate::load::origin::{Reasons, Sourced};
use crate::model::ClauseKind;
use crate::text::pointer;
use crate::text::tree::Node;

pub(super) fn add(clauses: &mut Clauses<'_>, draft: &mut SequenceDraft<'_>, index: usize) {
    let reasons = Sourced::read(draft.node).whole().unwrap_or_default();
    let base = format!("sequence{}", pointer::join("", &draft.sequence.name));
    draft.sequence.clause = clauses.add(
        None,
        Promise {
            address: base.clone(),
            text: draft.sequence.says.clone(),
            kind: ClauseKind::Sequence { index },
            sides: OBSERVE,
            span: draft.span,
            reasons: &reasons,
        },
    );
    let nodes = |part: &str| draft.node.get(part).map(Node::elements).unwrap_or_default();
    let steps = draft.sequence.steps.iter_mut().zip(nodes("steps"));
    let all = steps.chain(draft.sequence.finally.iter_mut().zip(nodes("finally")));
    for (step, (made, node)) in all.enumerate() {
        let rules = node.get("rules").map(Node::members).unwrap_or_default();
        for (rule, (made, (key, node))) in made.rules.iter_mut().zip(rules).enumerate() {
            let why: Reasons = Sourced::read(node).whole().unwrap_or_else(|| reasons.clone());
            let promise = Promise {
                address: format!("{base}{}", pointer::join("", &key.text)),
                text: said(key, node),
                kind: ClauseKind::SequenceRule { index, step, rule },
                sides: OBSERVE,
                span: key.span,
                reasons: &why,
            };
            made.clause = clauses.add(None, promise);
        }
    }
}
