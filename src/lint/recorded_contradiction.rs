//! `recorded-contradiction`: the documentation says two things, and the contract has written it down.

use super::ledger::{Side, ledger};
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
        for (contradiction, entry) in contract.contradictions.iter().zip(ledger(contract)) {
            let mut diagnostic = Diagnostic::warning(META.id, format!("{}: {}", entry.name, entry.says))
                .at(contradiction.span, "recorded here")
                .help(entry.between());
            for side in &entry.sides {
                diagnostic = diagnostic.help(sentence(side));
            }
            diagnostic = diagnostic.help(format!("taken: {}", entry.taken));
            let so = if contradiction.undecided {
                ": answers against these clauses are inconclusive, not broken"
            } else {
                ""
            };
            out.push(diagnostic.help(format!("verdict: {}{so}", entry.verdict.words())));
        }
    }
}

fn sentence(side: &Side) -> String {
    let Published { source, line, quote } = &side.published;
    format!("{source} ({}) line {line}: “{quote}”", side.title)
}
