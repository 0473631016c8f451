//! Pages of operations → a contract.

use serde_json::{Value, json};

use super::build::{Map, json as node, list, text, texts, truth};
use super::example::Body;
use super::join::{Joined, Sides, join};
use super::kind::Kind;
use super::ledger::{Conflict, Ledger};
use super::limits::Says;
use super::origin::{Origin, cites, shorten};
use super::page::{Answer, Page};
use super::prose::Quote;
use super::schema::{Seen, Writer, masks, only_shown};
use super::{against, name, uri};
use crate::text::tree::Node;
use crate::text::{Diagnostic, SourceFile, Span};

/// A page with its short name in the contract.
pub(super) struct Named<'p> {
    pub(super) source: String,
    pub(super) page: &'p Page,
}

/// What grows while the operations are written.
#[derive(Default)]
pub(super) struct Contract {
    variables: Vec<(String, Node)>,
    security: Vec<(String, Node)>,
    pub(super) ledger: Ledger,
    pub(super) notes: Vec<Diagnostic>,
    /// Secrets that answers hide.
    masks: Vec<(String, String, Origin)>,
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
    match groups {
        [] => String::new(),
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
    let mut sources: Vec<String> = Vec::new();
    for group in all {
        let english = group.iter().find(|page| page.title.text.is_ascii()).unwrap_or(&group[0]);
        let base = name::operation(&english.title.text, &english.request);
        let id = unused(&base, |id| named.iter().any(|(other, _)| other == id));
        let verb = id.split('-').next().unwrap_or(&id).to_owned();
        let pages = group.into_iter().map(|page| {
            let short = format!("{verb}-{}", page.language);
            let taken = |name: &str| sources.iter().any(|other| other == name);
            let source =
                if taken(&short) { unused(&format!("{id}-{}", page.language), taken) } else { short };
            sources.push(source.clone());
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
        let at = page.title.span;
        let path = files.get(page.file.0 as usize).map_or("", |file| file.path.as_str());
        let mut source = Map::new(at);
        source.put("title", text(&*page.title.text, at));
        source.put("document", text(path.rsplit('/').next().unwrap_or(path), at));
        source.put("language", text(page.language, at));
        source.put_some("updated", page.updated.as_ref().map(|date| text(&**date, at)));
        map.put_at(&named.source, source.node(), at);
    }
    map.node()
}

/// One operation, of all its pages.
struct Operation<'p, 'c> {
    id: &'p str,
    named: &'p [Named<'p>],
    contract: &'c mut Contract,
}

impl Operation<'_, '_> {
    fn origin(&self, at: usize, quote: Quote) -> Origin {
        Origin { source: self.named[at].source.clone(), quote }
    }

    fn write(&mut self) -> Node {
        let first = self.named[0].page;
        let span = first.line.span;
        let mut map = Map::new(span);
        map.put("title", text(&*first.title.text, first.title.span));
        if let Some(says) = first.says.first().filter(|says| says.text != first.title.text) {
            map.put("says", text(&*says.text, says.span));
        }
        map.put("request", text(format!("{} {}", first.request.method, first.request.path), span));
        let lines: Vec<Origin> = self
            .named
            .iter()
            .map(|named| {
                let line = &named.page.line;
                let quote = Quote {
                    lines: (line.line, line.line),
                    text: super::block::bare(&line.text).to_owned(),
                    span: line.span,
                };
                Origin { source: named.source.clone(), quote }
            })
            .collect();
        map.put("from", texts(cites(&lines), span));
        let joined = self.joined_parameters();
        self.declared(&joined, &mut map);
        self.body(&joined, &mut map);
        self.examples(&joined, &mut map);
        self.responses(&mut map);
        map.node()
    }

    /// The parameters of all pages, those of the path in its order and each of them there.
    fn joined_parameters(&mut self) -> Vec<Joined> {
        let pages = self
            .named
            .iter()
            .map(|named| (named.source.as_str(), named.page.parameters.as_slice()))
            .collect();
        let sides = Sides { address: format!("{}/request", self.id), pages };
        let mut joined = join(&sides, &mut self.contract.ledger);
        let first = self.named[0].page;
        let names = uri::names(&first.request.path);
        for name in &names {
            if joined.iter().all(|field| field.name != *name) {
                let said = Quote {
                    lines: (first.line.line, first.line.line),
                    text: super::block::bare(&first.line.text).to_owned(),
                    span: first.line.span,
                };
                joined.push(nameless(name, "path", self.origin(0, said)));
                let message = format!("no table describes `{name}` of the path");
                self.contract.notes.push(
                    Diagnostic::note("undescribed-parameter", message).at(first.line.span, "in this path"),
                );
            }
        }
        for (name, _) in &first.request.query {
            if joined.iter().all(|field| field.name != *name) {
                let said = Quote {
                    lines: (first.line.line, first.line.line),
                    text: super::block::bare(&first.line.text).to_owned(),
                    span: first.line.span,
                };
                joined.push(nameless(name, "query", self.origin(0, said)));
            }
        }
        joined.sort_by_key(|field| {
            let place = names.iter().position(|name| *name == field.name && field.location == Some("path"));
            let order = ["path", "query", "header", "cookie"];
            (order.iter().position(|place| Some(*place) == field.location), place)
        });
        joined
    }

    fn declared(&mut self, joined: &[Joined], map: &mut Map) {
        let mut parameters = Map::new(map_span(joined));
        let mut security = Map::new(map_span(joined));
        for field in joined {
            if let Some(word) = credential(field) {
                security.put_at(word, self.credential(field, word), field.span);
            } else {
                parameters.put_at(&field.name, self.parameter(field), field.span);
            }
        }
        map.put_some("parameters", parameters.some());
        // What holds for every operation of the contract is said by each: pages that leave the token out mean something.
        map.put("security", security.node());
    }

    fn parameter(&mut self, field: &Joined) -> Node {
        let span = field.span;
        let location = field.location.unwrap_or("query");
        let mut map = Map::new(span);
        map.put("in", text(location, span));
        if location != "path" {
            if field.mandatory == Some(true) {
                let mut why = Map::new(span);
                why.put("from", texts(cites(&field.mandatory_from), span));
                map.put("required", why.node());
            }
            let why = if field.mandatory_from.is_empty() { &field.kind_from } else { &field.mandatory_from };
            map.put("from", texts(cites(why), span));
        }
        if !field.says.is_empty() {
            map.put("says", text(&*field.says, span));
        }
        let schema = Writer { request: true, body: false, masks: &[] }.field(field, &Seen::default());
        if !schema.members().is_empty() {
            map.put("schema", schema);
        }
        if location == "path" {
            let variable = variable(&field.name);
            self.declare(&variable, field, false);
            map.put("value", text(format!("{{{{{variable}}}}}"), span));
        } else if field.name.eq_ignore_ascii_case("content-type") {
            map.put_some("value", media_type(&field.says).map(|media| text(media, span)));
        }
        map.node()
    }

    fn declare(&mut self, name: &str, field: &Joined, secret: bool) {
        if self.contract.variables.iter().any(|(other, _)| other == name) {
            return;
        }
        let mut map = Map::new(field.span);
        if secret {
            map.put("secret", truth(field.span));
        }
        let says =
            if field.says.is_empty() { format!("`{}` of the path", field.name) } else { field.says.clone() };
        map.put("says", text(shorten(&says, 200), field.span));
        self.contract.variables.push((name.to_owned(), map.node()));
    }

    /// The operation's own words about its credential; the first operation that has one declares it.
    fn credential(&mut self, field: &Joined, word: &str) -> Node {
        let span = field.span;
        self.declare(word, field, true);
        let bearer =
            field.name.eq_ignore_ascii_case("authorization") && field.says.to_lowercase().contains("bearer");
        if self.contract.security.iter().all(|(other, _)| other != word) {
            let mut map = Map::new(span);
            map.put("in", text("header", span));
            map.put("name", text(&*field.name, span));
            map.put("value", text(format!("{}{{{{{word}}}}}", if bearer { "Bearer " } else { "" }), span));
            map.put("from", texts(cites(&field.mandatory_from), span));
            self.contract.security.push((word.to_owned(), map.node()));
        }
        let mut map = Map::new(span);
        map.put(
            "from",
            texts(
                cites(if field.mandatory_from.is_empty() { &field.kind_from } else { &field.mandatory_from }),
                span,
            ),
        );
        // That it is text is no promise about a token.
        if field
            .limits
            .iter()
            .any(|limit| matches!(&limit.says, Says::Keyword(keyword, _) if *keyword != "default"))
        {
            map.put(
                "schema",
                Writer { request: true, body: false, masks: &[] }.field(field, &Seen::default()),
            );
        }
        map.node()
    }

    fn body(&mut self, joined: &[Joined], map: &mut Map) {
        let pages =
            self.named.iter().map(|named| (named.source.as_str(), named.page.body.as_slice())).collect();
        let sides = Sides { address: format!("{}/request/body", self.id), pages };
        let fields = join(&sides, &mut self.contract.ledger);
        let seen = self.request_examples();
        if fields.is_empty() && seen.values.is_empty() {
            return;
        }
        let span = fields.first().map_or_else(|| map_span(joined), |field| field.span);
        let mut body = Map::new(span);
        let needed: Vec<Origin> = fields
            .iter()
            .filter(|field| field.mandatory == Some(true))
            .flat_map(|field| field.mandatory_from.clone())
            .collect();
        if !needed.is_empty() {
            let mut why = Map::new(span);
            why.put("from", texts(cites(&needed), span));
            body.put("required", why.node());
        }
        let media = joined
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case("content-type"))
            .and_then(|field| media_type(&field.says));
        body.put_some(
            "media_type",
            media.filter(|media| media != "application/json").map(|media| text(media, span)),
        );
        let unique =
            fields.iter().filter(|field| field.limits.iter().any(|limit| limit.says == Says::Unique));
        let unique: Vec<Node> = unique.map(|field| text(&*field.name, field.span)).collect();
        if !unique.is_empty() {
            body.put("unique", list(unique, span));
        }
        let from = whole(&fields, &seen);
        let object = Writer { request: true, body: true, masks: &[] }.object(&fields, &seen, from, span);
        body.put("schema", arrayed(object, &seen, span));
        self.only_shown(&fields, &seen, "the example request");
        against::examples(
            &fields,
            &seen,
            &format!("{}/request/body", self.id),
            Some(&format!("{}/example", self.id)),
            &mut self.contract.ledger,
        );
        map.put("body", body.node());
    }

    /// Bodies that the pages show, with the words.
    fn request_examples(&self) -> Seen {
        let shown = |named: &Named<'_>, body: &Body| {
            (body.value.clone(), Origin { source: named.source.clone(), quote: quote(body) })
        };
        let all = self.named.iter().flat_map(|named| {
            named
                .page
                .examples
                .iter()
                .filter_map(move |example| example.body.as_ref().map(|body| shown(named, body)))
        });
        Seen { values: all.collect() }
    }

    fn examples(&mut self, joined: &[Joined], map: &mut Map) {
        let mut all = Map::new(map_span(joined));
        let mut known: Vec<(Option<Value>, Vec<(String, Option<String>)>)> = Vec::new();
        for named in self.named {
            for example in &named.page.examples {
                let body = example.body.as_ref().map(|body| body.value.clone());
                let query: Vec<(String, Option<String>)> =
                    example.request.as_ref().map(|(request, _)| request.query.clone()).unwrap_or_default();
                if let Some((request, said)) = &example.request {
                    self.another_path(named, request, said);
                }
                if known.contains(&(body.clone(), query.clone())) {
                    continue;
                }
                known.push((body.clone(), query.clone()));
                let said =
                    example.says.clone().or_else(|| example.request.as_ref().map(|(_, said)| said.clone()));
                let place = example
                    .body
                    .as_ref()
                    .map(|body| body.said.clone())
                    .or_else(|| example.request.as_ref().map(|(_, said)| said.clone()));
                let (Some(said), Some(place)) = (said.or_else(|| place.clone()), place) else { continue };
                let mut one = Map::new(place.span);
                let says = if said.text.starts_with('{') {
                    "as documented".to_owned()
                } else {
                    shorten(&said.text, 200)
                };
                one.put("says", text(says, said.span));
                let mut queries = Map::new(place.span);
                for (name, value) in query {
                    let declared =
                        joined.iter().any(|field| field.name == name && field.location == Some("query"));
                    if let Some(value) = value.filter(|_| declared && !queries.has(&name)) {
                        queries.put(&name, text(value, place.span));
                    }
                }
                one.put_some("query", queries.some());
                one.put_some("body", body.map(|body| node(&body, place.span)));
                let last = example.body.as_ref().map_or(place.line, |body| body.last);
                let lines = (said.line.min(place.line), last.max(place.line));
                let from = Origin {
                    source: named.source.clone(),
                    quote: Quote { lines, text: shorten(&said.text, 160), span: said.span },
                };
                one.put("from", text(from.cite(), place.span));
                let name = if known.len() == 1 {
                    "documented".to_owned()
                } else {
                    format!("documented-{}", known.len())
                };
                all.put_at(&name, one.node(), place.span);
            }
        }
        map.put_some("examples", all.some());
    }

    /// An example that asks another path than the page documents.
    fn another_path(&mut self, named: &Named<'_>, request: &uri::Request, said: &super::block::Said) {
        let page = named.page;
        if uri::fits(&page.request.path, &request.path) && page.request.method == request.method {
            return;
        }
        let side = |said: &super::block::Said| Origin {
            source: named.source.clone(),
            quote: Quote {
                lines: (said.line, said.line),
                text: shorten(super::block::bare(&said.text), 160),
                span: said.span,
            },
        };
        let sides = vec![side(said), side(&page.line)];
        self.contract.ledger.add(
            Conflict::new(
                "request",
                "path-of-the-example",
                "the example asks for another path than the page documents",
                sides,
                Vec::new(),
            )
            .taken("The documented path."),
        );
    }

    fn responses(&mut self, map: &mut Map) {
        let mut statuses: Vec<&str> = Vec::new();
        for answer in self.named.iter().flat_map(|named| &named.page.answers) {
            if !statuses.contains(&answer.status.as_str()) {
                statuses.push(&answer.status);
            }
        }
        statuses.sort_unstable();
        let span = self.named[0].page.line.span;
        let mut all = Map::new(span);
        let statuses: Vec<String> = statuses.into_iter().map(str::to_owned).collect();
        for status in &statuses {
            let response = self.response(status);
            all.put_at(status, response.clone(), response.span);
        }
        if !statuses.iter().any(|status| status.starts_with(['2', '3'])) {
            all.put("2XX", Map::new(span).node());
            let message =
                format!("no page says with which status `{}` succeeds; any of class 2 is taken", self.id);
            self.contract
                .notes
                .push(Diagnostic::note("no-success-status", message).at(span, "this operation"));
        } else if statuses.iter().any(|status| status == "2XX") {
            let message = format!(
                "the status with which `{}` succeeds is not stated; any of class 2 is taken",
                self.id
            );
            self.contract
                .notes
                .push(Diagnostic::note("no-success-status", message).at(span, "this operation"));
        }
        map.put("responses", all.node());
    }

    fn response(&mut self, status: &str) -> Node {
        let answers: Vec<(usize, &Answer)> = self
            .named
            .iter()
            .enumerate()
            .filter_map(|(at, named)| {
                Some((at, named.page.answers.iter().find(|answer| answer.status == status)?))
            })
            .collect();
        let sources: Vec<&str> = answers.iter().map(|(at, _)| self.named[*at].source.as_str()).collect();
        let address = format!("{}/response/{status}", self.id);
        let part = |fields: fn(&Answer) -> &[super::table::Field]| {
            sources.iter().zip(&answers).map(|(source, (_, answer))| (*source, fields(answer))).collect()
        };
        let body = join(
            &Sides { address: format!("{address}/body"), pages: part(|answer| &answer.body) },
            &mut self.contract.ledger,
        );
        let headers = join(
            &Sides { address: format!("{address}/header"), pages: part(|answer| &answer.headers) },
            &mut self.contract.ledger,
        );
        let mut shown: Vec<(Value, Origin)> = Vec::new();
        for (source, (_, answer)) in sources.iter().zip(&answers) {
            shown.extend(answer.examples.iter().map(|body| {
                (body.value.clone(), Origin { source: (*source).to_owned(), quote: quote(body) })
            }));
        }
        let seen = Seen { values: shown };
        let from: Vec<Origin> = sources
            .iter()
            .zip(&answers)
            .filter_map(|(source, (_, answer))| {
                Some(Origin { source: (*source).to_owned(), quote: answer.from.clone()? })
            })
            .collect();
        let line = self.named[0].page.line.span;
        let span = from
            .first()
            .map(|origin| origin.quote.span)
            .or_else(|| body.first().map(|field| field.span))
            .unwrap_or(line);
        let mut map = Map::new(span);
        let says = answers.iter().find_map(|(_, answer)| answer.says.clone());
        map.put_some("says", says.map(|says| text(says, span)));
        if !from.is_empty() {
            map.put("from", texts(cites(&from), span));
        }
        if !body.is_empty() || !seen.values.is_empty() {
            let at = body.first().map_or(span, |field| field.span);
            let object = Writer { request: false, body: true, masks: &self.contract.masks }.object(
                &body,
                &seen,
                whole(&body, &seen),
                at,
            );
            map.put("schema", arrayed(object, &seen, at));
        }
        let mut fields = Map::new(span);
        for field in &headers {
            let mut header = Map::new(field.span);
            if field.mandatory == Some(true) {
                header.put("required", truth(field.span));
            }
            header.put(
                "schema",
                Writer { request: false, body: false, masks: &[] }.field(field, &Seen::default()),
            );
            if !field.says.is_empty() {
                header.put("says", text(&*field.says, field.span));
            }
            let why = if field.mandatory_from.is_empty() { &field.kind_from } else { &field.mandatory_from };
            header.put("from", texts(cites(why), field.span));
            fields.put_at(&field.name, header.node(), field.span);
        }
        map.put_some("headers", fields.some());
        let mut examples: Vec<&(Value, Origin)> = Vec::new();
        for one in &seen.values {
            if examples.iter().all(|(other, _)| *other != one.0) {
                examples.push(one);
            }
        }
        if let [(value, origin)] = examples.as_slice() {
            map.put("example", node(value, origin.quote.span));
        } else if !examples.is_empty() {
            let mut all = Map::new(span);
            for (index, (value, origin)) in examples.iter().enumerate() {
                all.put(&format!("documented-{}", index + 1), node(value, origin.quote.span));
            }
            map.put("examples", all.node());
        }
        self.only_shown(&body, &seen, &format!("the example answer of status {status}"));
        if status.starts_with('2') {
            self.never_shown(&body, &seen, status);
        }
        against::examples(&body, &seen, &format!("{address}/body"), None, &mut self.contract.ledger);
        map.node()
    }

    /// An example has members that no table names.
    fn only_shown(&mut self, fields: &[Joined], seen: &Seen, whose: &str) {
        if fields.is_empty() {
            return;
        }
        for (name, shown) in only_shown(fields, seen) {
            let Some((_, origin)) = shown.values.first() else { continue };
            let sides = std::iter::once(origin.from_member(&name)).chain(last_words(fields)).collect();
            let says = format!("{whose} has it; no table names it");
            let conflict = Conflict::new(&name, "member-only-in-the-example", &says, sides, Vec::new());
            self.contract.ledger.add(conflict.taken("It may be there or not."));
        }
        for field in fields {
            let mut inner = seen.of(&field.name);
            let mut kind = &field.kind;
            while let Kind::Array(of) = kind {
                inner = inner.elements();
                kind = of;
            }
            self.only_shown(&field.children, &inner, whose);
        }
    }

    /// A table names members that the example leaves out.
    fn never_shown(&mut self, fields: &[Joined], seen: &Seen, status: &str) {
        let Some((_, origin)) = seen.values.first() else { return };
        let missing: Vec<&Joined> =
            fields.iter().filter(|field| seen.of(&field.name).values.is_empty()).collect();
        if missing.is_empty() || seen.values.iter().any(|(value, _)| !value.is_object()) {
            return;
        }
        let names: Vec<&str> = missing.iter().map(|field| field.name.as_str()).collect();
        let sides = missing
            .iter()
            .flat_map(|field| field.kind_from.first().cloned())
            .chain(std::iter::once(short(origin)))
            .collect();
        let says = format!(
            "the table names {}; the example answer of status {status} has none of them",
            names.join(", ")
        );
        self.contract.ledger.add(
            Conflict::new(self.id, "members-missing-from-the-example-of", &says, sides, Vec::new())
                .taken("They may be left out."),
        );
    }
}

/// Where the table ends that does not name a member.
fn last_words(fields: &[Joined]) -> Option<Origin> {
    fields.last().and_then(|field| field.kind_from.first().cloned())
}

/// The beginning of an example.
fn short(origin: &Origin) -> Origin {
    let text = shorten(&origin.quote.text, 120);
    Origin { quote: Quote { text, ..origin.quote.clone() }, ..origin.clone() }
}

/// The words that show a body as a whole: an example, else the first row of its table.
fn whole(fields: &[Joined], seen: &Seen) -> Vec<Origin> {
    match seen.values.first() {
        Some((_, origin)) => vec![short(origin)],
        None => fields.first().map(|field| field.kind_from.clone()).unwrap_or_default(),
    }
}

/// Where every example is an array, the table describes its elements.
fn arrayed(object: Map, seen: &Seen, span: Span) -> Node {
    if seen.values.is_empty() || !seen.values.iter().all(|(value, _)| value.is_array()) {
        return object.node();
    }
    let mut map = Map::new(span);
    map.put("type", text("array", span));
    map.put("items", object.node());
    map.node()
}

fn quote(body: &Body) -> Quote {
    Quote { lines: (body.said.line, body.last), text: body.said.text.clone(), span: body.said.span }
}

fn map_span(joined: &[Joined]) -> Span {
    joined.first().map(|field| field.span).unwrap_or_default()
}

/// A parameter of which only the name is known.
fn nameless(name: &str, location: &'static str, origin: Origin) -> Joined {
    Joined {
        name: name.to_owned(),
        location: Some(location),
        kind: Kind::Unknown,
        kind_from: vec![origin],
        mandatory: None,
        mandatory_from: Vec::new(),
        limits: Vec::new(),
        says: String::new(),
        span: Span::default(),
        children: Vec::new(),
    }
}

/// The name of the variable for a header that carries a credential which every request needs.
fn credential(field: &Joined) -> Option<&'static str> {
    if field.location != Some("header") || field.mandatory == Some(false) {
        return None;
    }
    super::table::credential(&field.name)
}

/// A name that templates can use.
fn variable(name: &str) -> String {
    let mut word: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if word.starts_with(|c: char| c.is_ascii_digit()) || word.is_empty() {
        word.insert(0, '_');
    }
    if ["request", "status", "header", "body", "steps", "captured"].contains(&word.as_str()) {
        format!("{word}_value")
    } else {
        word
    }
}

/// The first media type in a text.
fn media_type(says: &str) -> Option<String> {
    let word = says.split(|c: char| c.is_whitespace() || "\"'`,。".contains(c)).find(|word| {
        ["application/", "text/", "multipart/"].iter().any(|start| word.starts_with(start)) && word.len() > 12
    })?;
    Some(word.trim_end_matches(['.', ';']).to_owned())
}
