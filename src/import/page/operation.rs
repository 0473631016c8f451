//! One operation of all its pages: parameters, credential, body, examples.

use serde_json::Value;

use super::build::{Map, json as node, list, text, texts, truth};
use super::contract::{Contract, Named};
use super::example::Body;
use super::join::{Joined, Sides, join};
use super::kind::Kind;
use super::ledger::{Conflict, Ledger};
use super::limits::Says;
use super::origin::{Origin, cites, shorten};
use super::prose::Quote;
use super::schema::{Seen, Writer};
use super::{against, uri};
use crate::conform::as_template;
use crate::import::literal::literal;
use crate::text::tree::Node;
use crate::text::{Diagnostic, Span};

/// One operation, of all its pages.
pub(super) struct Operation<'p, 'c> {
    pub(super) id: &'p str,
    pub(super) named: &'p [Named<'p>],
    pub(super) contract: &'c mut Contract,
}

impl Operation<'_, '_> {
    fn origin(&self, at: usize, quote: Quote) -> Origin {
        Origin { source: self.named[at].source.clone(), quote }
    }

    /// The operation in the contract format.
    pub(super) fn write(&mut self) -> Node {
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
        let sides = Sides { address: format!("{}/request", self.id), pages, located: true };
        let mut joined = join(&sides, &mut self.contract.ledger);
        let first = self.named[0].page;
        let names = uri::names(&first.request.path);
        for name in &names {
            if joined.iter().all(|field| field.name != *name || field.location != Some("path")) {
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
        for (index, field) in joined.iter().enumerate() {
            let word = credential(field);
            let earlier = joined[..index].iter().find(|other| word.is_some() && credential(other) == word);
            if let (Some(word), None) = (word, earlier) {
                security.put_at(word, self.credential(field, word), field.span);
            } else if earlier.is_none_or(|other| !other.name.eq_ignore_ascii_case(&field.name)) {
                // A key is a name: part of addresses.
                let plain = field.name.split_whitespace().collect::<Vec<_>>().join("-");
                let there = format!("{plain}-{}", field.location.unwrap_or("query"));
                let numbered = (2..).map(|number| format!("{there}-{number}"));
                let mut keys = [plain, there.clone()].into_iter().chain(numbered);
                let free = |key: &String| !key.is_empty() && !parameters.has(key);
                let key = keys.find(free).unwrap_or(there);
                parameters.put_at(&key, self.parameter(field, key != field.name), field.span);
            }
        }
        map.put_some("parameters", parameters.some());
        // What holds for every operation of the contract is said by each: pages that leave the token out mean something.
        map.put("security", security.node());
    }

    /// `renamed`: the key is not its name, which another parameter has.
    fn parameter(&mut self, field: &Joined, renamed: bool) -> Node {
        let span = field.span;
        let location = field.location.unwrap_or("query");
        let mut map = Map::new(span);
        map.put("in", text(location, span));
        map.put_some("name", renamed.then(|| text(&*field.name, span)));
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
            map.put_some("value", media_type(&field.says).map(|media| text(as_template(&media), span)));
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
        let sides = Sides { address: format!("{}/request/body", self.id), pages, located: false };
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
        // An example that is JSON is no form.
        let form = self.named.iter().find_map(|named| named.page.form).filter(|_| seen.values.is_empty());
        let media = media.or_else(|| form.map(str::to_owned));
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
        let inner = inside(&seen);
        let object = Writer { request: true, body: true, masks: &[] }.object(&fields, &inner, &from, span);
        body.put("schema", arrayed(object, &seen, span));
        self.only_shown(&fields, &seen, "the example request");
        against::examples(
            &fields,
            &seen,
            &format!("{}/request/body", self.id),
            Some(&format!("{}/example", self.id)),
            &mut self.contract.ledger,
        );
        inside_list(&seen, &format!("{}/request/body", self.id), &mut self.contract.ledger);
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
        let mut known: Vec<(Option<Value>, uri::Query)> = Vec::new();
        for named in self.named {
            for example in &named.page.examples {
                let body = example.body.as_ref().map(|body| body.value.clone());
                let query: uri::Query =
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
                        queries.put(&name, text(as_template(&value), place.span));
                    }
                }
                one.put_some("query", queries.some());
                one.put_some("body", body.map(|body| literal(&node(&body, place.span))));
                let last = example.body.as_ref().map_or(place.line, |body| body.last).max(example.last);
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
}

/// Where the table ends that does not name a member.
pub(super) fn last_words(fields: &[Joined]) -> Option<Origin> {
    fields.last().and_then(|field| field.kind_from.first().cloned())
}

/// The beginning of an example.
pub(super) fn short(origin: &Origin) -> Origin {
    let text = shorten(&origin.quote.text, 120);
    Origin { quote: Quote { text, ..origin.quote.clone() }, ..origin.clone() }
}

/// The words that show a body as a whole: an example, else the first row of its table.
pub(super) fn whole(fields: &[Joined], seen: &Seen) -> Vec<Origin> {
    match seen.values.first() {
        Some((_, origin)) => vec![short(origin)],
        None => fields.first().map(|field| field.kind_from.clone()).unwrap_or_default(),
    }
}

/// What the examples show of what a table describes: where every example is an array, its elements.
pub(super) fn inside(seen: &Seen) -> Seen {
    let arrays = !seen.values.is_empty() && seen.values.iter().all(|(value, _)| value.is_array());
    if arrays { seen.elements() } else { seen.clone() }
}

/// Where every example is an array, the table describes its elements.
/// Whether all examples of a body are lists, of objects or of something else.
fn listed(seen: &Seen) -> Option<bool> {
    let lists = !seen.values.is_empty() && seen.values.iter().all(|(value, _)| value.is_array());
    // Texts and numbers have no members.
    lists.then(|| seen.elements().values.iter().all(|(value, _)| value.is_object()))
}

/// The clauses of a body that is a list stand one step deeper.
pub(super) fn inside_list(seen: &Seen, body: &str, ledger: &mut Ledger) {
    if let Some(of_objects) = listed(seen) {
        let items = format!("{body}/items");
        ledger.relocate(body, of_objects.then_some(items.as_str()));
    }
}

pub(super) fn arrayed(object: Map, seen: &Seen, span: Span) -> Node {
    let Some(of_objects) = listed(seen) else { return object.node() };
    let mut map = Map::new(span);
    map.put("type", text("array", span));
    if of_objects {
        map.put("items", object.node());
    }
    map.node()
}

pub(super) fn quote(body: &Body) -> Quote {
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
