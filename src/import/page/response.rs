//! The answers of an operation, of all its pages.

use serde_json::Value;

use super::against;
use super::build::{Map, json as node, text, texts, truth};
use super::document::Answer;
use super::join::{Joined, Sides, join};
use super::kind::Kind;
use super::ledger::Conflict;
use super::operation::{Operation, arrayed, inside, inside_list, last_words, quote, short, whole};
use super::origin::{Origin, cites};
use super::schema::{Seen, Writer, only_shown};
use crate::text::Diagnostic;
use crate::text::tree::Node;

impl Operation<'_, '_> {
    /// All answers, by status.
    pub(super) fn responses(&mut self, map: &mut Map) {
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
        let part = |name: &str, fields: fn(&Answer) -> &[super::table::Field]| {
            let pages =
                sources.iter().zip(&answers).map(|(source, (_, answer))| (*source, fields(answer))).collect();
            Sides { address: format!("{address}/{name}"), pages, located: false }
        };
        let body = join(&part("body", |answer| &answer.body), &mut self.contract.ledger);
        let headers = join(&part("header", |answer| &answer.headers), &mut self.contract.ledger);
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
                &inside(&seen),
                &whole(&body, &seen),
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
        inside_list(&seen, &format!("{address}/body"), &mut self.contract.ledger);
        map.node()
    }

    /// An example has members that no table names.
    pub(super) fn only_shown(&mut self, fields: &[Joined], seen: &Seen, whose: &str) {
        if fields.is_empty() {
            return;
        }
        for (name, shown) in only_shown(fields, seen) {
            let Some((_, origin)) = shown.values.first() else { continue };
            let sides = std::iter::once(origin.member(&name)).chain(last_words(fields)).collect();
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
            .filter_map(|field| field.kind_from.first().cloned())
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
