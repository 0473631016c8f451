//! From the checked trees to the model. Shapes are right here, or have been reported: what is not there is passed over.

mod contradiction;
mod operation;
mod parameter;
mod refusal;
mod request;
mod response;
mod rule;
mod sequence;
mod variable;
mod volatile;

use std::collections::BTreeMap;

use super::origin::Reasons;
use super::schema;
use super::scope::{Places, Scope};
use super::template::Names;
use crate::model::{ClauseId, OpId, Operation, Restore, Sequence, Variable};
use crate::text::tree::Node;
use crate::text::{Diagnostic, SourceFile, Span};

pub(super) use contradiction::contradictions;
pub(super) use variable::variables;
pub(super) use volatile::volatile;

/// What decoding one contract file needs to know and fills in.
#[derive(Debug)]
pub(super) struct Decoder<'a, 'n> {
    pub(super) scope: &'a Scope<'n>,
    pub(super) files: &'a [SourceFile],
    pub(super) places: &'a Places<'a>,
    pub(super) variables: &'a BTreeMap<String, Variable>,
    pub(super) out: &'a mut Vec<Diagnostic>,
    /// Regular expressions that were looked at already: whether each is one.
    pub(super) patterns: BTreeMap<String, bool>,
}

/// An operation, with the nodes that its clauses are read from.
#[derive(Debug)]
pub(super) struct OperationDraft<'n> {
    pub(super) operation: Operation,
    pub(super) node: &'n Node,
    pub(super) reasons: Reasons,
    /// By [`Operation::parameters`].
    pub(super) parameters: Vec<(Span, &'n Node)>,
    /// By [`Operation::security`]: the declaration, and the operation's own words about it.
    pub(super) security: Vec<(Span, &'n Node, Option<&'n Node>)>,
    /// By [`Operation::responses`].
    pub(super) responses: Vec<(Span, &'n Node)>,
    /// Where `within`, `secrets` and `steady` are said, and why.
    pub(super) within: Option<(Span, Reasons)>,
    pub(super) secrets: Option<(Span, Reasons)>,
    pub(super) steady: Option<(Span, Reasons)>,
    pub(super) body_required: Option<(Span, Reasons)>,
}

/// A sequence, with what its clauses are read from.
#[derive(Debug)]
pub(super) struct SequenceDraft<'n> {
    pub(super) sequence: Sequence,
    pub(super) node: &'n Node,
    pub(super) span: Span,
}

/// Operations of all documents by name.
pub(super) type OperationTable<'t> = [(String, &'t Operation)];

/// The clause of something whose clauses are not made yet.
const LATER: ClauseId = ClauseId(0);

impl<'a, 'n> Decoder<'a, 'n> {
    /// Looks at the shared schemas, the unused ones too.
    pub(super) fn shared_schemas(&mut self) {
        let scope = self.scope;
        for (key, node) in &scope.schemas {
            if let Some(definition) = scope.shared.definition(&key.text) {
                schema::faults(node, definition, &mut self.patterns, self.out);
            }
        }
    }

    /// All operations of this contract file.
    pub(super) fn operations(&mut self) -> Vec<OperationDraft<'n>> {
        let scope = self.scope;
        scope.operations.iter().map(|(key, node)| self.operation(key, node)).collect()
    }

    /// All sequences of this contract file.
    pub(super) fn sequences(&mut self, table: &OperationTable<'_>) -> Vec<SequenceDraft<'n>> {
        let scope = self.scope;
        scope.sequences.iter().map(|(key, node)| self.sequence(key, node, table)).collect()
    }

    /// All restores of this contract file.
    pub(super) fn restores(&mut self, table: &OperationTable<'_>) -> Vec<Restore> {
        let scope = self.scope;
        scope.restore.iter().map(|(key, node)| self.restore(key, node, table)).collect()
    }

    /// The names that a template of a single request can use.
    fn names(&self) -> Names<'a> {
        Names {
            files: self.files,
            variables: self.variables,
            steps: Vec::new(),
            captured: Vec::new(),
            answered: false,
            requested: false,
        }
    }

    /// The operation with this name, or an error at `node`.
    fn operation_named(&mut self, node: &Node, table: &OperationTable<'_>) -> Option<OpId> {
        let name = node.text()?;
        if let Some(at) = table.iter().position(|(id, _)| id == name) {
            return u32::try_from(at).ok().map(OpId);
        }
        let mut diagnostic =
            Diagnostic::error("unknown-operation", format!("no operation is called `{name}`"))
                .at(node.span, "not declared under `operations`");
        let known = || table.iter().map(|(id, _)| id.as_str());
        if let Some(near) = crate::text::did_you_mean(name, known()) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        } else {
            diagnostic = diagnostic.help(format!("operations: {}", known().collect::<Vec<_>>().join(", ")));
        }
        self.out.push(diagnostic);
        None
    }
}

/// Reports what looks like a matcher of an expected body and is none.
fn matchers(node: &Node, out: &mut Vec<Diagnostic>) {
    for (_, member) in node.members() {
        matchers(member, out);
    }
    for element in node.elements() {
        matchers(element, out);
    }
    if let Some((says, help)) = node.get("match").and_then(|_| crate::conform::bad_matcher(&node.json())) {
        out.push(Diagnostic::error("bad-matcher", says).at(node.span, "no matcher").help(help));
    }
}

/// A member that is text.
fn text(node: &Node, name: &str) -> Option<String> {
    node.get(name).and_then(Node::text).map(str::to_owned)
}

/// Whether a member is there and true.
pub(super) fn truth(node: &Node, name: &str) -> bool {
    node.get(name).is_some_and(|node| node.kind == crate::text::tree::Kind::Bool(true))
}
