//! A page → the operation that it describes.

use serde_json::Value;

use super::block::{Block, Said, Table};
use super::example::{self, Body, Example};
use super::kind::Kind;
use super::leftovers::leftovers;
use super::limits::{self, Fact, Says};
use super::prose::Quote;
use super::section::{Holds, Parts, Piece, divide};
use super::statuses::statuses;
use super::table::Field;
use super::tabled::{answers, requests};
use super::uri::{self, Request};
use super::words::{self, Part};
use super::{html, markdown, plain, split};
use crate::text::{Diagnostic, FileId, SourceFile};

/// What one page says about its operation.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) file: FileId,
    /// The title of a page that describes several operations.
    pub(super) whole: Option<Said>,
    pub(super) title: Said,
    pub(super) updated: Option<String>,
    /// `en` or `zh`.
    pub(super) language: &'static str,
    /// What it does.
    pub(super) says: Vec<Said>,
    pub(super) request: Request,
    /// The words that say it.
    pub(super) line: Said,
    /// Of path, query, headers and cookies; each has a location.
    pub(super) parameters: Vec<Field>,
    pub(super) body: Vec<Field>,
    /// The media type of the body, where the page says that it is a form.
    pub(super) form: Option<&'static str>,
    /// By status: `200`, `4XX`.
    pub(super) answers: Vec<Answer>,
    pub(super) examples: Vec<Example>,
    pub(super) notes: Vec<Diagnostic>,
}

/// What a page says about the answers of one status.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub(super) status: String,
    pub(super) says: Option<String>,
    pub(super) from: Option<Quote>,
    pub(super) headers: Vec<Field>,
    pub(super) body: Vec<Field>,
    pub(super) examples: Vec<Body>,
}

/// Reads a page: what it says about each of its operations. None where nothing in it is a request line.
pub(super) fn read(file: FileId, source: &SourceFile) -> Vec<Page> {
    let blocks = blocks(file, source);
    let title = blocks.iter().find_map(|block| match block {
        Block::Heading(said, _) => Some(said.clone()),
        _ => None,
    });
    let chinese = source.text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    let language = if chinese * 20 > source.text.chars().count() { "zh" } else { "en" };
    let (operations, others) = split::operations(blocks);
    let whole = title.filter(|_| operations.len() > 1);
    let mut pages: Vec<Page> = operations
        .into_iter()
        .filter_map(|blocks| operation(file, language, whole.as_ref(), blocks))
        .collect();
    if let Some(first) = pages.first_mut() {
        for block in &others {
            if let Block::Table(Table { head, .. }) = block
                && let Some(head) = head.first()
            {
                let message = "a table that stands with no operation is not read";
                first.notes.push(Diagnostic::note("unused-table", message).at(head.span, "this table"));
            }
        }
    }
    pages
}

/// One operation. None where nothing is a request line: then none is described.
fn operation(file: FileId, language: &'static str, whole: Option<&Said>, blocks: Vec<Block>) -> Option<Page> {
    let parts = divide(blocks);
    let (request, line) = request(&parts)?;
    let mut page = Page {
        file,
        whole: whole.cloned(),
        title: parts.title.clone().unwrap_or_else(|| line.clone()),
        updated: parts.updated.clone(),
        language,
        says: function(&parts),
        request,
        line,
        parameters: Vec::new(),
        body: Vec::new(),
        form: None,
        answers: Vec::new(),
        examples: Vec::new(),
        notes: Vec::new(),
    };
    let shown = examples(&mut page, &parts);
    requests(&mut page, &parts, &shown);
    answers(&mut page, &parts, &shown);
    statuses(&mut page, &parts);
    success_first(&mut page);
    strange_examples(&mut page);
    leftovers(&mut page, &parts);
    limits(&mut page);
    Some(page)
}

fn blocks(file: FileId, source: &SourceFile) -> Vec<Block> {
    if html::is_html(&source.text) {
        html::blocks(&source.text, file)
    } else if markdown::is_markdown(&source.path, &source.text) {
        markdown::blocks(&source.text, file)
    } else {
        plain::blocks(&source.text, file)
    }
}

/// The request line of the page: under its heading, else the first that stands anywhere but among the examples.
fn request(parts: &Parts) -> Option<(Request, Said)> {
    let in_part = parts.of(Part::Uri).collect::<Vec<_>>();
    let elsewhere = parts.pieces.iter().filter(|piece| {
        !matches!(
            piece.part,
            Some(
                Part::Uri
                    | Part::RequestExample
                    | Part::ResponseExample
                    | Part::Example
                    | Part::ErrorCodes
                    | Part::Aside
            )
        )
    });
    first_request(&in_part).or_else(|| first_request(&elsewhere.collect::<Vec<_>>())).or_else(|| {
        let title = parts.title.as_ref()?;
        uri::request_line(&title.text).map(|(request, _)| (request, title.clone()))
    })
}

fn first_request(pieces: &[&Piece]) -> Option<(Request, Said)> {
    let mut method: Option<&'static str> = None;
    for piece in pieces {
        let (Holds::Text(said) | Holds::Code(said)) = &piece.holds else { continue };
        for line in said.text.lines() {
            if let Some((request, _)) = uri::request_line(line) {
                return Some((request, Said { text: line.trim().to_owned(), ..said.clone() }));
            }
            if let Some(method) = method
                && let Some((path, query)) = uri::split(line.trim())
            {
                return Some((Request { method: method.to_owned(), path, query }, said.clone()));
            }
            method = uri::method(line).or(method);
        }
    }
    None
}

fn function(parts: &Parts) -> Vec<Said> {
    let text = |piece: &Piece| if let Holds::Text(said) = &piece.holds { Some(said.clone()) } else { None };
    let said: Vec<Said> =
        parts.of(Part::Function).filter_map(text).filter(|said| !words::none(&said.text)).collect();
    if !said.is_empty() {
        return said;
    }
    // Without a heading for it, it stands right below the title.
    let above = parts.pieces.iter().take_while(|piece| piece.part.is_none()).filter_map(text);
    let below = |said: &Said| parts.title.as_ref().is_some_and(|title| title.line < said.line);
    above
        .filter(|said| below(said) && uri::request_line(&said.text).is_none() && said.text.contains(' '))
        .collect()
}

/// Values that examples show, to see how objects are nested.
pub(super) struct Shown {
    pub(super) request: Vec<Value>,
    /// By status; None where none is said.
    pub(super) answers: Vec<(Option<String>, Value)>,
}

fn examples(page: &mut Page, parts: &Parts) -> Shown {
    let mut shown = Shown { request: Vec::new(), answers: Vec::new() };
    let mut at = 0;
    while at < parts.pieces.len() {
        let first = &parts.pieces[at];
        let same = |piece: &Piece| {
            piece.part == first.part && piece.status == first.status && piece.success == first.success
        };
        let end = parts.pieces[at..]
            .iter()
            .position(|piece| !same(piece))
            .map_or(parts.pieces.len(), |end| at + end);
        let lines: Vec<&Said> = parts.pieces[at..end]
            .iter()
            .filter_map(|piece| match (&piece.holds, piece.part) {
                (
                    Holds::Code(said),
                    Some(
                        Part::Request
                        | Part::Response
                        | Part::RequestExample
                        | Part::ResponseExample
                        | Part::Example,
                    ),
                )
                | (Holds::Text(said), Some(Part::RequestExample | Part::ResponseExample | Part::Example)) => {
                    Some(said)
                }
                _ => None,
            })
            .collect();
        at = end;
        let answer = matches!(first.part, Some(Part::Response | Part::ResponseExample));
        if lines.is_empty() {
            continue;
        }
        let method = (first.part == Some(Part::RequestExample)).then(|| page.request.method.clone());
        let (found, broken) = example::read(&lines, method.as_deref());
        if first.success == Some(false) && first.status.is_none() {
            for body in found.iter().filter_map(|example| example.body.as_ref()) {
                let message = "the example of a refusal says no status and is left out";
                page.notes
                    .push(Diagnostic::note("strange-example", message).at(body.said.span, "this example"));
            }
            continue;
        }
        for broken in broken {
            let message = format!("the example can't be used and is left out: {}", broken.why);
            page.notes.push(Diagnostic::note("broken-example", message).at(broken.said.span, "this example"));
            match broken.guess {
                Some(guess) if answer => shown.answers.push((first.status.clone(), guess)),
                Some(guess) => shown.request.push(guess),
                None => {}
            }
        }
        // Under "Example", what has a request line or comes first is the request.
        for example in found {
            let printed = example.body.as_ref().and_then(|body| body.status.clone());
            // A printed request that says nothing but the documented line is none.
            let template = example.request.as_ref().is_some_and(|(request, _)| *request == page.request);
            if template && example.body.is_none() && matches!(first.part, Some(Part::Request)) {
                continue;
            }
            let asks = !answer
                && printed.is_none()
                && (first.part != Some(Part::Example)
                    || example.request.is_some()
                    || page.examples.is_empty());
            if asks {
                shown.request.extend(example.body.as_ref().map(|body| example::printed(&body.value)));
                page.examples.push(example);
            } else if let Some(body) = example.body {
                let status =
                    printed.as_ref().map(|(status, _)| status.clone()).or_else(|| first.status.clone());
                shown.answers.push((status.clone(), example::printed(&body.value)));
                let answer = answer_of(page, status.as_deref());
                answer.examples.push(body);
                if let Some((_, said)) = printed.filter(|_| answer.from.is_none()) {
                    answer.from =
                        Some(Quote { lines: (said.line, said.line), text: said.text, span: said.span });
                }
            }
        }
    }
    shown
}

/// The status of what stands under no status: the one that succeeds.
pub(super) const SUCCESS: &str = "";

/// The answer of this status, made if it is not there.
pub(super) fn answer_of<'p>(page: &'p mut Page, status: Option<&str>) -> &'p mut Answer {
    let status = status.unwrap_or(SUCCESS);
    let at = page.answers.iter().position(|answer| answer.status == status).unwrap_or_else(|| {
        page.answers.push(Answer { status: status.to_owned(), ..Answer::default() });
        page.answers.len() - 1
    });
    &mut page.answers[at]
}

/// What stands under no status belongs to the first status that succeeds.
fn success_first(page: &mut Page) {
    let succeeds = |status: &str| status.starts_with('2') || status.starts_with('3');
    let Some(at) = page.answers.iter().position(|answer| answer.status == SUCCESS) else { return };
    let nameless = page.answers.remove(at);
    if let Some(answer) = page.answers.iter_mut().find(|answer| succeeds(&answer.status)) {
        answer.headers.extend(nameless.headers);
        answer.body.extend(nameless.body);
        answer.examples.extend(nameless.examples);
        return;
    }
    page.answers.insert(0, Answer { status: "2XX".to_owned(), ..nameless });
}

/// Beside an example that shows members of the table, one that shows none belongs to another answer.
fn strange_examples(page: &mut Page) {
    let Page { answers, notes, .. } = page;
    for answer in answers.iter_mut().filter(|answer| answer.examples.len() > 1) {
        let Answer { status, body, examples, .. } = answer;
        let shows = |example: &Body| body.iter().any(|field| example.value.get(&field.name).is_some());
        if !examples.iter().any(shows) {
            continue;
        }
        for strange in examples.iter().filter(|example| !shows(example)) {
            let message =
                format!("an example that shows no member of the table of status {status} is left out");
            notes.push(Diagnostic::note("strange-example", message).at(strange.said.span, "this example"));
        }
        examples.retain(shows);
    }
}

/// What the descriptions promise.
fn limits(page: &mut Page) {
    let Page { parameters, body, answers, notes, .. } = page;
    for field in parameters.iter_mut().chain(body) {
        read_limits(field, notes);
    }
    for field in answers.iter_mut().flat_map(|answer| answer.headers.iter_mut().chain(&mut answer.body)) {
        read_limits(field, notes);
    }
}

fn read_limits(field: &mut Field, notes: &mut Vec<Diagnostic>) {
    // What is in a URI or header is text where nothing else is said.
    let kind = if field.kind == Kind::Unknown && field.location.is_some() {
        Kind::String
    } else {
        field.kind.clone()
    };
    (field.facts, field.unread) = limits::read(&field.prose, &kind);
    if let Some(said) = &field.default
        && let Some(value) = limits::value(said.text.trim_matches(['`', '"', '\'']), &kind)
    {
        let quote = Quote { lines: (said.line, said.line), text: said.text.clone(), span: said.span };
        field.facts.push(Fact { says: Says::Keyword("default", value), stated: true, quote });
    }
    if let Some(said) = &field.null
        && field.facts.iter().all(|fact| fact.says != Says::Nullable)
    {
        let quote = Quote { lines: (said.line, said.line), text: said.text.clone(), span: said.span };
        field.facts.push(Fact { says: Says::Nullable, stated: true, quote });
    }
    for quote in &field.unread {
        let message = format!("no clause comes of a sentence about `{}`", field.name);
        notes.push(
            Diagnostic::note("not-understood", message)
                .at(quote.span, "in this description")
                .help(format!("line {}: “{}”", quote.lines.0, quote.text)),
        );
    }
    if let Some(odd) = &field.odd_kind {
        let message = format!("`{}` is no type that is known, so none is tested", odd.text);
        notes.push(Diagnostic::note("unknown-type", message).at(odd.span, "this type"));
    }
    for child in &mut field.children {
        read_limits(child, notes);
    }
}
