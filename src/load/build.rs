//! From gathered files to a contract.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Loaded;
use super::clauses::Clauses;
use super::decode::{self, Decoder, OperationDraft, SequenceDraft};
use super::files::Gathered;
use super::scope::{Entries, Places, Scope};
use super::{creates, fingerprint, shape, tables, unused};
use crate::model::{Clause, Contract, Document, OpId, Operation, Restore, Source, Variable};
use crate::text::tree::Node;
use crate::text::{Diagnostic, Severity, SourceFile};

/// Everything of all contract files, and what is wrong with them.
pub(super) fn build(gathered: Gathered) -> Loaded {
    let Gathered { files, trees, documents, mut diagnostics } = gathered;
    let contract = read(&files, &trees, &documents, &mut diagnostics);
    let diagnostics = in_order(diagnostics);
    let broken = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let diagnostics = at_most(diagnostics);
    let contract = (!broken && !documents.is_empty()).then(|| Contract { files: files.clone(), ..contract });
    Loaded { contract, diagnostics, files }
}

/// More than anybody reads.
const MOST: usize = 200;

/// Errors come before all else when there are too many.
fn at_most(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let total = diagnostics.len();
    if total <= MOST {
        return diagnostics;
    }
    let (mut shown, other): (Vec<_>, Vec<_>) =
        diagnostics.into_iter().partition(|diagnostic| diagnostic.severity == Severity::Error);
    shown.extend(other);
    shown.truncate(MOST);
    shown.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
    let message = format!("{} more messages are not shown", total - MOST);
    shown.push(Diagnostic::note("too-many", message).help("correct some of these first"));
    shown
}

/// Once each, by place; what has no place comes first.
fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
    let mut unique: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    for diagnostic in diagnostics {
        let same_place = |earlier: &&Diagnostic| {
            earlier.labels.first().map(|label| label.span)
                == diagnostic.labels.first().map(|label| label.span)
        };
        if !unique.iter().rev().take_while(same_place).any(|earlier| *earlier == diagnostic) {
            unique.push(diagnostic);
        }
    }
    unique
}

fn read(
    files: &[SourceFile],
    trees: &[Option<Arc<Node>>],
    documents: &[Vec<usize>],
    out: &mut Vec<Diagnostic>,
) -> Contract {
    let scopes = scopes(files, trees, documents, out);
    repeated_operations(&scopes, out);
    let places = Places::new(files);
    let variables = decode::variables(&scopes, out);
    let (operations, sequences, restores) = drafts(&scopes, files, &places, &variables, out);
    let (mut operations, mut sequences) = (operations, sequences);
    creates::resolve(&mut operations, out);
    let mut clauses = Clauses::new(&places);
    for (index, draft) in (0u32..).zip(&mut operations) {
        let shared = &scopes[draft.operation.document].shared;
        clauses.operation(draft, OpId(index), shared);
    }
    for (index, draft) in sequences.iter_mut().enumerate() {
        clauses.sequence(draft, index);
    }
    let mut clauses = clauses.finish(out);
    let mut contradictions = Vec::new();
    for scope in &scopes {
        contradictions.extend(decode::contradictions(scope, &clauses, out));
    }
    for contradiction in contradictions.iter().filter(|contradiction| contradiction.undecided) {
        for clause in &contradiction.concerns {
            clauses[clause.0 as usize].undecided = Some(contradiction.name.clone());
        }
    }
    // With errors, what uses a name may be what could not be read.
    if out.iter().all(|diagnostic| diagnostic.severity != Severity::Error) {
        unused::report(&scopes, trees, &variables, out);
    }
    let volatile = decode::volatile(&scopes, &operations, out);
    Contract {
        volatile,
        files: Vec::new(),
        documents: scopes.iter().map(document).collect(),
        fingerprint: fingerprint::of(&scopes, &clauses),
        variables,
        operations: operations.into_iter().map(|draft| draft.operation).collect(),
        sequences: sequences.into_iter().map(|draft| draft.sequence).collect(),
        restores,
        contradictions,
        clauses: clauses as Vec<Clause>,
    }
}

/// One scope for each contract file that could be read; shapes are checked on the way.
fn scopes<'n>(
    files: &'n [SourceFile],
    trees: &'n [Option<Arc<Node>>],
    documents: &[Vec<usize>],
    out: &mut Vec<Diagnostic>,
) -> Vec<Scope<'n>> {
    let mut scopes = Vec::new();
    for parts in documents {
        let Some((&last, included)) = parts.split_last() else { continue };
        let Some(main) = trees[last].as_ref() else { continue };
        let nodes: Vec<&Node> = parts.iter().filter_map(|file| trees[*file].as_deref()).collect();
        let scope = Scope::new(scopes.len(), main, &files[last].path, &nodes, out);
        let mut known = scope.known();
        // A part that can't be read may hold any name.
        if included.iter().any(|file| trees[*file].is_none()) {
            known = shape::Known::default();
        }
        for part in included.iter().filter_map(|file| trees[*file].as_ref()) {
            shape::check_part(part, &tables::DOCUMENT, &known, out);
        }
        shape::check(main, &shape::Shape::Object(&tables::DOCUMENT), "a contract", &known, out);
        scopes.push(scope);
    }
    scopes
}

fn repeated_operations(scopes: &[Scope<'_>], out: &mut Vec<Diagnostic>) {
    let operations = scopes.iter().map(|scope| &scope.operations).collect();
    let sequences = scopes.iter().map(|scope| &scope.sequences).collect();
    for section in [operations, sequences] as [Vec<&Entries<'_>>; 2] {
        let mut seen = std::collections::BTreeMap::new();
        for (key, _) in section.into_iter().flatten() {
            if let Some(earlier) = seen.insert(&key.text, key.span).filter(|span| *span != key.span) {
                out.push(
                    Diagnostic::error("repeated-key", format!("two contracts have `{}`", key.text))
                        .at(key.span, "again here")
                        .at(earlier, "first here")
                        .help("names of operations and sequences are unique in a run"),
                );
            }
        }
    }
}

type Drafts<'n> = (Vec<OperationDraft<'n>>, Vec<SequenceDraft<'n>>, Vec<Restore>);

fn drafts<'n>(
    scopes: &[Scope<'n>],
    files: &[SourceFile],
    places: &Places<'_>,
    variables: &std::collections::BTreeMap<String, Variable>,
    out: &mut Vec<Diagnostic>,
) -> Drafts<'n> {
    let mut operations = Vec::new();
    for scope in scopes {
        let mut decoder = Decoder { scope, files, places, variables, out, patterns: BTreeMap::new() };
        decoder.shared_schemas();
        operations.extend(decoder.operations());
    }
    let mut sequences = Vec::new();
    let mut restores = Vec::new();
    {
        let table: Vec<(String, &Operation)> =
            operations.iter().map(|draft| (draft.operation.id.clone(), &draft.operation)).collect();
        for scope in scopes {
            let mut decoder = Decoder { scope, files, places, variables, out, patterns: BTreeMap::new() };
            sequences.extend(decoder.sequences(&table));
            restores.extend(decoder.restores(&table));
        }
    }
    (operations, sequences, restores)
}

fn document(scope: &Scope<'_>) -> Document {
    let text = |node: &Node, name: &str| node.get(name).and_then(Node::scalar);
    let source = |node: &Node| Source {
        title: text(node, "title").unwrap_or_default(),
        document: text(node, "document").unwrap_or_default(),
        url: text(node, "url"),
        language: text(node, "language"),
        updated: text(node, "updated"),
    };
    Document {
        title: text(scope.main, "title").unwrap_or_default(),
        path: scope.path.to_owned(),
        base: text(scope.main, "base")
            .map(|base| base.trim_end_matches('/').to_owned())
            .filter(|base| !base.is_empty()),
        sources: scope.sources.iter().map(|(key, node)| (key.text.clone(), source(node))).collect(),
    }
}
