//! Every promise becomes one clause, in the order of a reference page.

mod body;
mod credential;
mod operation;
mod parameter;
mod response;
mod sequence;
mod sides;
mod walk;
mod words;

use super::decode::{OperationDraft, SequenceDraft};
use super::origin::Reasons;
use super::schema::Shared;
use super::scope::Places;
use crate::model::{Clause, ClauseId, ClauseKind, OpId, Sides};
use crate::text::{Diagnostic, Span};

/// Clauses in the making, with the places of their addresses for messages.
#[derive(Debug)]
pub(super) struct Clauses<'a> {
    places: &'a Places<'a>,
    list: Vec<Clause>,
    spans: Vec<Span>,
}

/// A promise before it has its operation and number.
struct Promise<'r> {
    address: String,
    text: String,
    kind: ClauseKind,
    sides: Sides,
    span: Span,
    reasons: &'r Reasons,
}

/// One operation's clauses are made by these in turn.
struct Site<'s, 'n> {
    draft: &'s OperationDraft<'n>,
    id: OpId,
    shared: &'s Shared<'n>,
}

const ACCEPT: Sides = Sides { accept: true, refuse: false, observe: false };
const REFUSE: Sides = Sides { accept: false, refuse: true, observe: false };
const OBSERVE: Sides = Sides { accept: false, refuse: false, observe: true };

impl<'a> Clauses<'a> {
    pub(super) fn new(places: &'a Places<'a>) -> Self {
        Self { places, list: Vec::new(), spans: Vec::new() }
    }

    /// Adds the clauses of one operation; gives it their range, and their numbers to its examples, rules and cases.
    pub(super) fn operation(&mut self, draft: &mut OperationDraft<'_>, id: OpId, shared: &Shared<'_>) {
        let start = self.number();
        let site = Site { draft, id, shared };
        self.parameters(&site);
        self.credentials(&site);
        self.request_body(&site);
        self.other_methods(&site);
        self.responses(&site);
        let rules = self.rules(&site);
        let examples = self.examples(&site);
        let cases = self.cases(&site);
        let operation = &mut draft.operation;
        operation.clauses = start.0..self.number().0;
        operation.rules.iter_mut().zip(rules).for_each(|(rule, clause)| rule.clause = clause);
        operation.examples.iter_mut().zip(examples).for_each(|(example, clause)| example.clause = clause);
        operation.cases.iter_mut().zip(cases).for_each(|(case, clause)| case.clause = clause);
    }

    /// Adds the clauses of one sequence and gives it and its rules their numbers.
    pub(super) fn sequence(&mut self, draft: &mut SequenceDraft<'_>, index: usize) {
        sequence::add(self, draft, index);
    }

    /// All of them; two with one address are an error.
    pub(super) fn finish(self, out: &mut Vec<Diagnostic>) -> Vec<Clause> {
        let mut seen = std::collections::BTreeMap::new();
        // A repeated key has been reported, and repeats its clauses.
        let reported = out.iter().any(|diagnostic| diagnostic.code == "repeated-key");
        for (clause, span) in self.list.iter().zip(&self.spans) {
            if let Some(earlier) = seen.insert(clause.address.as_str(), *span).filter(|_| !reported) {
                out.push(
                    Diagnostic::error(
                        "repeated-clause",
                        format!("two clauses have the address `{}`", clause.address),
                    )
                    .at(*span, "the second")
                    .at(earlier, "the first")
                    .help("give the branches or rules different titles or names"),
                );
            }
        }
        self.list
    }

    fn number(&self) -> ClauseId {
        ClauseId(u32::try_from(self.list.len()).unwrap_or(u32::MAX))
    }

    fn add(&mut self, operation: Option<OpId>, promise: Promise<'_>) -> ClauseId {
        let id = self.number();
        self.spans.push(promise.span);
        self.list.push(Clause {
            address: promise.address,
            text: promise.text,
            operation,
            kind: promise.kind,
            sides: promise.sides,
            origin: self.places.origin(promise.span, promise.reasons),
            undecided: None,
        });
        id
    }
}
