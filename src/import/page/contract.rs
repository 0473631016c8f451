//! Pages of operations → a contract.

use serde_json::json;

use super::block::Said;
use super::build::{Map, json as node, list, text, truth};
use super::document::Page;
use super::ledger::{Conflict, Ledger};
use super::name;
use super::operation::{Operation, quote};
use super::origin::{Origin, cites};
use super::schema::masks;
use crate::text::tree::Node;
use crate::text::{Diagnostic, FileId, SourceFile, Span};

/// A page with its short name in the contract.
pub(super) struct Named<'p> {
    pub(super) source: String,
    pub(super) page: &'p Page,
}

/// What grows while the operations are written.
#[derive(Default)]
pub(super) struct Contract {
    pub(super) variables: Vec<(String, Node)>,
    pub(super) security: Vec<(String, Node)>,
    pub(super) ledger: Ledger,
    pub(super) notes: Vec<Diagnostic>,
    /// Secrets that answers hide.
    pub(super) masks: Vec<(String, String, Origin)>,
}

/// Pages of one operation.
type Group<'p> = (String, Vec<Named<'p>>);

/// The contract of all pages.
pub(super) fn contract(pages: &[Page], files: &[SourceFile]) -> (Node, Vec<Diagnostic>) {
    let groups = groups(pages);
    let start = pages.first().map(|page| page.title.span).unwrap_or_default();
    let mut contract = Contract::default();
    for named in groups.iter().flat_map(|(_, pages)| pages) {
        for body in named.page.answers.iter().flat_map(|answer| &answer.examples) {
            let origin = Origin { source: named.source.clone(), quote: quote(body) };
            masks(&body.value, &origin, &mut contract.masks);
        }
    }
    let mut operations = Map::new(start);
    for (id, named) in &groups {
        let span = named[0].page.line.span;
        let operation = Operation { id, named, contract: &mut contract }.write();
        operations.put_at(id, operation, span);
    }
    let mut whole = Map::new(start);
    whole.put("countersign", node(&json!(1), start));
    whole.put("title", text(title(&groups), start));
    whole.put("sources", sources(&groups, files, start));
    let mut variables = Map::new(start);
    contract
        .variables
        .iter()
        .for_each(|(name, declared)| variables.put_at(name, declared.clone(), declared.span));
    whole.put_some("variables", variables.some());
    let mut security = Map::new(start);
    contract
        .security
        .iter()
        .for_each(|(name, declared)| security.put_at(name, declared.clone(), declared.span));
    whole.put_some("security", security.some());
    whole.put("operations", operations.node());
    let mut contradictions = Map::new(start);
    for (name, conflict) in &contract.ledger.all {
        contradictions.put(name, contradiction(conflict));
    }
    whole.put_some("contradictions", contradictions.some());
    (whole.node(), contract.notes)
}

fn contradiction(conflict: &Conflict) -> Node {
    let span = conflict.sides.first().map(|side| side.quote.span).unwrap_or_default();
    let mut map = Map::new(span);
    map.put("says", text(conflict.sentence(), span));
    if let Some(between) = conflict.between() {
        map.put("between", text(between.word(), span));
    }
    map.put("sides", list(cites(&conflict.sides).into_iter().map(|side| text(side, span)).collect(), span));
    if !conflict.concerns.is_empty() {
        map.put(
            "concerns",
            list(conflict.concerns.iter().map(|address| text(&**address, span)).collect(), span),
        );
    }
    map.put("taken", text(&*conflict.taken, span));
    if conflict.undecided {
        map.put("undecided", truth(span));
    }
    map.node()
}

fn title(groups: &[Group<'_>]) -> String {
    let title = |group: &Group<'_>| group.1[0].page.title.text.clone();
    let whole = groups.first().and_then(|group| group.1[0].page.whole.clone());
    let all = |whole: &Said| {
        groups.iter().flat_map(|(_, named)| named).all(|named| named.page.whole.as_ref() == Some(whole))
    };
    match groups {
        [] => String::new(),
        _ if whole.as_ref().is_some_and(all) => whole.map(|said| said.text).unwrap_or_default(),
        [one] => title(one),
        [first, rest @ ..] => format!("{} and {} more", title(first), rest.len()),
    }
}

/// The pages of each operation, with names for operations and pages.
fn groups(pages: &[Page]) -> Vec<Group<'_>> {
    let mut all: Vec<Vec<&Page>> = Vec::new();
    for page in pages {
        let same = |other: &Page| {
            other.request.method == page.request.method
                && shape(&other.request.path) == shape(&page.request.path)
        };
        match all.iter_mut().find(|group| same(group[0])) {
            Some(group) => group.push(page),
            None => all.push(vec![page]),
        }
    }
    let mut named: Vec<Group<'_>> = Vec::new();
    let mut sources: Vec<(FileId, String)> = Vec::new();
    for group in all {
        let english = group.iter().find(|page| page.title.text.is_ascii()).unwrap_or(&group[0]);
        let base = name::operation(&english.title.text, &english.request);
        let id = unused(&base, |id| named.iter().any(|(other, _)| other == id));
        let verb = id.split('-').next().unwrap_or(&id).to_owned();
        let pages = group.into_iter().map(|page| {
            // A page with several operations is one source.
            if let Some((_, source)) = sources.iter().find(|(file, _)| *file == page.file) {
                return Named { source: source.clone(), page };
            }
            let short = page.whole.as_ref().and_then(|title| name::slug(&title.text));
            let short = format!("{}-{}", short.as_ref().unwrap_or(&verb), page.language);
            let taken = |name: &str| sources.iter().any(|(_, other)| other == name);
            let source =
                if taken(&short) { unused(&format!("{id}-{}", page.language), taken) } else { short };
            sources.push((page.file, source.clone()));
            Named { source, page }
        });
        let pages = pages.collect();
        named.push((id, pages));
    }
    named
}

/// The name, with a number behind it where it is taken.
fn unused(base: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut name = base.to_owned();
    let mut number = 2;
    while taken(&name) {
        name = format!("{base}-{number}");
        number += 1;
    }
    name
}

/// A path without the names of its parameters.
fn shape(path: &str) -> String {
    path.split('/')
        .map(|segment| if segment.contains('{') { "{}" } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}

fn sources(groups: &[Group<'_>], files: &[SourceFile], span: Span) -> Node {
    let mut map = Map::new(span);
    for named in groups.iter().flat_map(|(_, pages)| pages) {
        let page = named.page;
        if map.has(&named.source) {
            continue;
        }
        let title = page.whole.as_ref().unwrap_or(&page.title);
        let at = title.span;
        let path = files.get(page.file.0 as usize).map_or("", |file| file.path.as_str());
        let mut source = Map::new(at);
        source.put("title", text(&*title.text, at));
        source.put("document", text(path.rsplit('/').next().unwrap_or(path), at));
        source.put("language", text(page.language, at));
        source.put_some("updated", page.updated.as_ref().map(|date| text(&**date, at)));
        map.put_at(&named.source, source.node(), at);
    }
    map.node()
}
