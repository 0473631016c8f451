//! A page → the operation that it describes.

use serde_json::Value;

use super::block::{Block, Said};
use super::example::{self, Body, Example};
use super::kind::Kind;
use super::limits::{self, Fact, Says};
use super::nest;
use super::prose::Quote;
use super::section::{Holds, Parts, Piece, divide};
use super::table::{self, Field};
use super::uri::{self, Request};
use super::words::{self, Part};
use super::{html, markdown, plain};
use crate::text::{Diagnostic, FileId, SourceFile};

/// What one page says about its operation.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) file: FileId,
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

/// Reads a page. None where nothing in it is a request line: then it describes no operation.
pub(super) fn read(file: FileId, source: &SourceFile) -> Option<Page> {
    let parts = divide(blocks(file, source));
    let (request, line) = request(&parts)?;
    let chinese = source.text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    let mut page = Page {
        file,
        title: parts.title.clone().unwrap_or_else(|| line.clone()),
        updated: parts.updated.clone(),
        language: if chinese * 20 > source.text.chars().count() { "zh" } else { "en" },
        says: function(&parts),
        request,
        line,
        parameters: Vec::new(),
        body: Vec::new(),
        answers: Vec::new(),
        examples: Vec::new(),
        notes: Vec::new(),
    };
    let shown = examples(&mut page, &parts);
    requests(&mut page, &parts, &shown);
    answers(&mut page, &parts, &shown);
    statuses(&mut page, &parts);
    success_first(&mut page);
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
struct Shown {
    request: Vec<Value>,
    /// By status; None where none is said.
    answers: Vec<(Option<String>, Value)>,
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
        if lines.is_empty() || (first.success == Some(false) && first.status.is_none()) {
            continue;
        }
        let (found, broken) = example::read(&lines);
        for broken in broken {
            let message = format!("the example is no JSON and is left out: {}", broken.why);
            page.notes.push(Diagnostic::note("broken-example", message).at(broken.said.span, "this example"));
            match broken.guess {
                Some(guess) if answer => shown.answers.push((first.status.clone(), guess)),
                Some(guess) => shown.request.push(guess),
                None => {}
            }
        }
        // Under "Example", what has a request line or comes first is the request.
        for example in found {
            let asks = !answer
                && (first.part != Some(Part::Example)
                    || example.request.is_some()
                    || page.examples.is_empty());
            if asks {
                shown.request.extend(example.body.as_ref().map(|body| example::printed(&body.value)));
                page.examples.push(example);
            } else if let Some(body) = example.body {
                shown.answers.push((first.status.clone(), example::printed(&body.value)));
                answer_of(page, first.status.as_deref()).examples.push(body);
            }
        }
    }
    shown
}

/// The status of what stands under no status: the one that succeeds.
const SUCCESS: &str = "";

fn answer_of<'p>(page: &'p mut Page, status: Option<&str>) -> &'p mut Answer {
    let status = status.unwrap_or(SUCCESS);
    let at = page.answers.iter().position(|answer| answer.status == status).unwrap_or_else(|| {
        page.answers.push(Answer { status: status.to_owned(), ..Answer::default() });
        page.answers.len() - 1
    });
    &mut page.answers[at]
}

/// A table that describes parameters or members, or what it is instead.
fn described<'p>(piece: &'p Piece) -> Option<(&'p Piece, Vec<Field>)> {
    let Holds::Table(found) = &piece.holds else { return None };
    table::fields(found).map(|fields| (piece, fields))
}

fn place(piece: &Piece) -> Option<&'static str> {
    piece.caption.as_ref().and_then(|caption| words::location(&caption.text))
}

fn requests(page: &mut Page, parts: &Parts, shown: &Shown) {
    let names = uri::names(&page.request.path);
    let sends_body =
        matches!(page.request.method.as_str(), "POST" | "PUT" | "PATCH") || !shown.request.is_empty();
    let mut nested: Vec<nest::Part> = Vec::new();
    for (piece, fields) in parts
        .pieces
        .iter()
        .filter(|piece| matches!(piece.part, Some(Part::Uri | Part::Request)))
        .filter_map(described)
    {
        let stated = place(piece);
        let mut body = Vec::new();
        let mut others = Vec::new();
        for mut field in fields {
            let in_path = names.contains(&field.name);
            let here = field.location.or(stated);
            let location = match here {
                _ if in_path && here.is_none_or(|here| here == "path") => "path",
                // A caption such as "URI parameters" stands above those of the query too.
                Some("path") => "query",
                Some(here) => here,
                None if table::is_header(&field.name) => "header",
                None if piece.part == Some(Part::Uri) => "query",
                None if sends_body => "body",
                None => "query",
            };
            if location == "body" {
                body.push(field);
            } else {
                field.location = Some(location);
                others.push(field);
            }
        }
        // A table of one's own for an object has nothing that could stand elsewhere.
        let object =
            piece.caption.as_ref().is_some_and(|caption| stated.is_none() && !caption.text.is_empty());
        if object && !page.body.is_empty() && piece.part == Some(Part::Request) {
            body.append(&mut others);
        }
        for field in others {
            if page.parameters.iter().all(|other| other.name != field.name) {
                page.parameters.push(field);
            }
        }
        if body.is_empty() {
        } else if page.body.is_empty() || (stated == Some("body") && !object) {
            page.body.append(&mut body);
        } else {
            nested.push(nest::Part {
                caption: piece.caption.clone().filter(|_| stated.is_none()),
                fields: body,
            });
        }
    }
    let left = nest::nest(&mut page.body, nested, &shown.request);
    strangers(page, left);
}

/// Tables that describe nothing that the page names.
fn strangers(page: &mut Page, left: Vec<nest::Part>) {
    for part in left {
        let Some(first) = part.fields.first() else { continue };
        let message = "a table that nothing on the page refers to is left out";
        let span = part.caption.as_ref().map_or(first.head.span, |caption| caption.span);
        page.notes.push(Diagnostic::note("unused-table", message).at(span, "this table"));
    }
}

fn answers(page: &mut Page, parts: &Parts, shown: &Shown) {
    let mut nested: Vec<(Option<String>, nest::Part)> = Vec::new();
    for (piece, fields) in parts.of(Part::Response).filter_map(described) {
        if piece.success == Some(false) && piece.status.is_none() {
            let span = fields.first().map(|field| field.head.span).unwrap_or_default();
            page.notes.push(
                Diagnostic::note("unused-table", "a table for answers without a status is left out")
                    .at(span, "this table"),
            );
            continue;
        }
        let stated = place(piece);
        let object = piece.caption.is_some() && stated.is_none();
        let answer = answer_of(page, piece.status.as_deref());
        let (headers, body): (Vec<Field>, Vec<Field>) = match stated {
            Some("header") => (fields, Vec::new()),
            Some(_) => (Vec::new(), fields),
            None if object => (Vec::new(), fields),
            None => fields.into_iter().partition(|field| table::is_header(&field.name)),
        };
        answer.headers.extend(headers);
        if body.is_empty() {
        } else if answer.body.is_empty() && !(object && numbered(piece)) || stated == Some("body") {
            answer.body.extend(body);
        } else {
            let caption = piece.caption.clone().filter(|_| stated.is_none());
            nested.push((piece.status.clone(), nest::Part { caption, fields: body }));
        }
    }
    for index in 0..page.answers.len() {
        let status = Some(page.answers[index].status.clone()).filter(|status| status != SUCCESS);
        let (own, others): (Vec<_>, Vec<_>) = nested.into_iter().partition(|(of, _)| *of == status);
        nested = others;
        let examples: Vec<Value> = shown
            .answers
            .iter()
            .filter(|(of, _)| *of == status || status.is_none())
            .map(|(_, value)| value.clone())
            .collect();
        let left = nest::nest(
            &mut page.answers[index].body,
            own.into_iter().map(|(_, part)| part).collect(),
            &examples,
        );
        strangers(page, left);
    }
}

/// Whether the caption is that of a table with a number, such as `Table 4 ResourceTag`.
fn numbered(piece: &Piece) -> bool {
    piece.caption.as_ref().is_some_and(|caption| words::caption(&caption.text))
}

/// The statuses of the page's list of them.
fn statuses(page: &mut Page, parts: &Parts) {
    let mut found: Vec<(String, Option<String>, Quote)> = Vec::new();
    for piece in parts.of(Part::StatusCodes) {
        match &piece.holds {
            Holds::Table(table) => {
                for row in &table.rows {
                    let cells: Vec<String> = row.iter().map(|cell| super::block::joined(cell)).collect();
                    let Some((at, status)) =
                        cells.iter().enumerate().find_map(|(at, cell)| Some((at, status(cell)?)))
                    else {
                        continue;
                    };
                    let own = cells[at][3..].trim_matches([' ', ':', '-', '.']).to_owned();
                    let says: Vec<String> = std::iter::once(own)
                        .chain(cells[at + 1..].iter().cloned())
                        .filter(|says| !words::none(says))
                        .collect();
                    let said = || row.iter().flatten();
                    let lines = (
                        said().map(|said| said.line).min().unwrap_or(0),
                        said().map(|said| said.line).max().unwrap_or(0),
                    );
                    let quote = Quote {
                        lines,
                        text: cells.join(" | "),
                        span: said().next().map(|said| said.span).unwrap_or_default(),
                    };
                    found.push((status, Some(says.join(" ")).filter(|says| !says.is_empty()), quote));
                }
            }
            Holds::Text(said) | Holds::Code(said) => {
                let line = ["Normal", "Abnormal", "正常", "异常"]
                    .iter()
                    .fold(said.bare(), |line, word| line.strip_prefix(word).unwrap_or(line));
                let line = line.trim_start_matches([':', '\u{ff1a}', ' ']);
                let status =
                    words::status_line(&said.text).map(|status| status.to_string()).or_else(|| status(line));
                if let Some(status) = status {
                    let says = line
                        .get(3..)
                        .map(|rest| rest.trim_matches([' ', ':', '-', '.']).to_owned())
                        .filter(|says| !says.is_empty());
                    found.push((
                        status,
                        says,
                        Quote { lines: (said.line, said.line), text: said.text.clone(), span: said.span },
                    ));
                }
            }
        }
    }
    for (status, says, quote) in found {
        let answer = answer_of(page, Some(&status));
        if answer.from.is_none() {
            answer.says = says;
            answer.from = Some(quote);
        }
    }
}

/// The status at the beginning of a cell: `404`, `200 OK`, `4xx`.
fn status(cell: &str) -> Option<String> {
    let word = cell.trim().split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let mut characters = word.chars();
    let class = characters.next().filter(|c| ('1'..='5').contains(c))?;
    let rest: Vec<char> = characters.collect();
    match rest.as_slice() {
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => Some(word.to_owned()),
        ['x' | 'X', 'x' | 'X'] => Some(format!("{class}XX")),
        _ => None,
    }
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

/// What was read and is in no clause.
fn leftovers(page: &mut Page, parts: &Parts) {
    for said in &parts.strange {
        page.notes.push(
            Diagnostic::note("unused-section", "a section of this name is not read")
                .at(said.span, "this heading"),
        );
    }
    for piece in &parts.pieces {
        match (&piece.holds, piece.part) {
            (Holds::Text(said), Some(Part::Constraints))
                if !words::none(&said.text) && !refers(&said.text) =>
            {
                let message = "said of the operation as a whole; no clause comes of it";
                page.notes.push(Diagnostic::note("not-a-clause", message).at(said.span, "this sentence"));
            }
            (Holds::Text(said), Some(Part::Uri | Part::Request | Part::Response)) if remark(said, piece) => {
                page.notes.push(
                    Diagnostic::note("not-a-clause", "no clause comes of this sentence")
                        .at(said.span, "this sentence"),
                );
            }
            (Holds::Table(table), part) if !matches!(part, Some(Part::Aside)) => {
                let read = match part {
                    Some(Part::Uri | Part::Request | Part::Response) => table::fields(table).is_some(),
                    Some(Part::StatusCodes) => true,
                    _ => false,
                };
                if let Some(first) = table.head.first().filter(|_| !read) {
                    page.notes.push(
                        Diagnostic::note("unused-table", "a table of this kind is not read")
                            .at(first.span, "this table"),
                    );
                }
            }
            _ => {}
        }
    }
}

/// Whether a line between the tables says something by itself.
fn remark(said: &Said, piece: &Piece) -> bool {
    let long =
        said.text.split_whitespace().count() > 5 || (!said.text.is_ascii() && said.text.chars().count() > 14);
    piece.caption.is_none()
        && long
        && uri::request_line(&said.text).is_none()
        && !refers(&said.text)
        && !said.text.starts_with(['{', '['])
}

/// A sentence that only sends the reader elsewhere.
fn refers(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.chars().count() < 160
        && ["for details, see", "for details about", "see ", "refer to", "请参见", "参见", "请参考", "详情"]
            .iter()
            .any(|word| lower.contains(word))
}

/// What the descriptions promise.
fn limits(page: &mut Page) {
    let Page { parameters, body, answers, notes, .. } = page;
    for field in parameters.iter_mut().chain(body) {
        read_limits(field, notes, true);
    }
    for field in answers.iter_mut().flat_map(|answer| answer.headers.iter_mut().chain(&mut answer.body)) {
        read_limits(field, notes, false);
    }
}

fn read_limits(field: &mut Field, notes: &mut Vec<Diagnostic>, asked: bool) {
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
        read_limits(child, notes, asked);
    }
}
