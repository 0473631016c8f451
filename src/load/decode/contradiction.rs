//! Contradictions, and the clauses they are about.

use super::super::origin;
use super::super::scope::Scope;
use super::{text, truth};
use crate::model::{Between, Clause, ClauseId, Contradiction};
use crate::text::tree::Node;
use crate::text::{Diagnostic, did_you_mean};

/// All contradictions of a contract file; `clauses` are those of the whole job.
pub(in crate::load) fn contradictions(
    scope: &Scope<'_>,
    clauses: &[Clause],
    out: &mut Vec<Diagnostic>,
) -> Vec<Contradiction> {
    let mut all = Vec::new();
    for (key, node) in &scope.contradictions {
        let concerns = node.get("concerns").map(Node::elements).unwrap_or_default();
        let sides = node.get("sides").map(origin::sentences).unwrap_or_default();
        let said = text(node, "between");
        let between = Between::ALL.into_iter().find(|one| said.as_deref() == Some(one.word()));
        all.push(Contradiction {
            name: key.text.clone(),
            document: scope.index,
            says: text(node, "says").unwrap_or_default(),
            between: between.unwrap_or_else(|| Between::of(&sides)),
            sides,
            concerns: concerns.iter().filter_map(|address| concerned(address, clauses, out)).collect(),
            taken: text(node, "taken").unwrap_or_default(),
            undecided: truth(node, "undecided"),
            span: key.span,
        });
    }
    all
}

fn concerned(node: &Node, clauses: &[Clause], out: &mut Vec<Diagnostic>) -> Option<ClauseId> {
    let address = node.text()?;
    if let Some(at) = clauses.iter().position(|clause| clause.address == address) {
        return u32::try_from(at).ok().map(ClauseId);
    }
    let mut diagnostic = Diagnostic::error("unknown-clause", format!("there is no clause `{address}`"))
        .at(node.span, "no promise has this address");
    if let Some(near) = did_you_mean(address, clauses.iter().map(|clause| clause.address.as_str())) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    }
    out.push(diagnostic.help("`countersign plan` lists the addresses of all clauses"));
    None
}
