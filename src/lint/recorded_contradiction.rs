//! `recorded-contradiction`: the documentation says two things, and the contract has written it down.

use super::Lint;
use crate::model::{Contract, Meta, Published};
use crate::text::Diagnostic;

pub(super) struct RecordedContradiction;
pub(super) static THIS: RecordedContradiction = RecordedContradiction;

static META: Meta = Meta {
    id: "recorded-contradiction",
    summary: "the documentation contradicts itself here",
    explain: "A contract records under `contradictions:` where its pages can't both be right, which sentence it \
              took, and which clauses it is about. Each one is shown as a warning with its sentences, so that it is not \
              forgotten. Ask whoever wrote the pages which of them is meant; then correct the contract.",
};

impl Lint for RecordedContradiction {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, contract: &Contract, out: &mut Vec<Diagnostic>) {
        for contradiction in &contract.contradictions {
            let says = contradiction.says.trim_end_matches('.');
            let mut diagnostic = Diagnostic::warning(META.id, format!("{}: {says}", contradiction.name))
                .at(contradiction.span, "recorded here");
            for side in &contradiction.sides {
                diagnostic = diagnostic.help(sentence(contract, contradiction.document, side));
            }
            diagnostic = diagnostic.help(format!("taken: {}", contradiction.taken));
            diagnostic = diagnostic.help(if contradiction.undecided {
                "verdict: undecided: answers against these clauses are inconclusive, not broken"
            } else {
                "verdict: the documentation contradicts itself"
            });
            out.push(diagnostic);
        }
    }
}

fn sentence(contract: &Contract, document: usize, side: &Published) -> String {
    let source = contract.documents.get(document).and_then(|document| document.sources.get(&side.source));
    let page = source.map_or(side.source.as_str(), |source| source.title.as_str());
    format!("{} ({page}) line {}: “{}”", side.source, side.line, side.quote)
}
