//! Documented answers.

use super::definitions::Way;
use super::made::{self, Made};
use super::media::{self, Kind, Media};
use super::operation::Site;
use super::sources::Place;
use super::{Dialect, Reading, cite, names, promises};
use crate::text::Span;
use crate::text::tree::Node;

impl<'t> Reading<'t> {
    /// The answers of an operation, by status.
    pub(super) fn responses(&mut self, site: &Site<'t>) -> Made {
        let responses = site.operation.get("responses");
        let mut made = Made::new(responses.map_or(site.at, Place::span));
        if responses.is_none_or(|responses| !responses.is_map()) {
            let span = responses.map_or(site.at, Place::span);
            self.notes.odd(
                span,
                format!("`{}` documents no answer", site.name),
                "no request of it can be judged",
            );
        }
        for (key, place) in responses.into_iter().flat_map(Place::members) {
            if key.text.starts_with("x-") {
                continue;
            }
            let Some(status) = promises::status(&key.text) else {
                self.notes.odd(key.span, format!("`{}` is no status", key.text), "passed over");
                continue;
            };
            if made.has(&status) {
                self.notes.odd(
                    key.span,
                    format!("`{}` stands here twice", key.text),
                    "only the first is read",
                );
                continue;
            }
            let response = match self.resolver.follow(place) {
                Ok(response) => self.response(site, response, key.span, &status),
                Err(why) => {
                    self.notes.odd(
                        place.span(),
                        format!("this answer leads nowhere: {why}"),
                        "only its status is tested",
                    );
                    Made::new(place.span())
                }
            };
            made.put(&status, key.span, response.node());
        }
        made
    }

    fn response(&mut self, site: &Site<'t>, place: Place<'t>, at: Span, status: &str) -> Made {
        let mut made = Made::new(place.span());
        let says = place.text("description").map(|says| self.said(says)).filter(|says| !says.is_empty());
        if let Some(says) = says.or_else(|| place.text("summary")) {
            made.say("says", at, says);
        }
        let words = cite::words(place, &format!("responses: {status}"));
        self.cite(&mut made, at, &words);
        let all = if self.dialect == Dialect::V2 {
            self.media_of_2(site, place)
        } else {
            if let (Some((key, _)), None) = (place.node.entry("schema"), place.get("content")) {
                let message = "answers have their schemas under `content`, by media type, since OpenAPI 3.0";
                self.notes.odd(key.span, message, "passed over");
            }
            place.get("content").map(|content| self.media(content)).unwrap_or_default()
        };
        let without =
            site.method == "HEAD" || status.starts_with('1') || matches!(status, "204" | "205" | "304");
        let schema = all.first().and_then(|media| media.place).and_then(|place| place.entry("schema"));
        // In 2.0 an answer without a schema has no content, unless its operation produces what has no schema: an image.
        let produced = site.operation.get("produces").is_some()
            && status.starts_with('2')
            && !all.iter().any(|media| media::kind(&media.name) == Kind::Json);
        let examples = place.get("examples").is_some();
        let empty = schema.is_none() && self.dialect == Dialect::V2 && !produced && !examples;
        if without && site.method != "HEAD" && schema.is_some() {
            self.notes.odd(all[0].at, format!("an answer {status} has no body"), "its schema is passed over");
        }
        if !without && !empty && !all.is_empty() {
            let names: Vec<Node> = all.iter().map(|media| made::text(name(&media.name), media.at)).collect();
            let mut seen = std::collections::BTreeSet::new();
            let mut names: Vec<Node> = names
                .into_iter()
                .filter(|name| seen.insert(name.text().unwrap_or_default().to_owned()))
                .collect();
            if names.len() == 1
                && let Some(only) = names.pop()
            {
                // A contract need not say what is usual.
                if !self.exact || schema.is_none() || only.text() != Some(&self.usual) {
                    made.put("media_type", only.span, only);
                }
            } else {
                made.put("media_type", all[0].at, made::list(names, all[0].at));
            }
            self.answer(&all, &mut made);
        }
        let headers = self.headers(place);
        made.fill("headers", place.node.entry("headers").map_or(at, |(key, _)| key.span), headers);
        made
    }

    /// Schema and examples of the first media type.
    fn answer(&mut self, all: &[Media<'t>], made: &mut Made) {
        let first = &all[0];
        let kind = media::kind(&first.name);
        let Some(place) = first.place else { return };
        if let Some((key, schema)) = place.entry("schema") {
            if kind == Kind::Json {
                let schema = self.schema(schema, Way::Answered);
                made.put("schema", key.span, schema);
            } else if kind == Kind::Other {
                self.notes.left_out(
                    key.span,
                    format!("an answer of {} is no JSON", first.name),
                    "its schema is not tested",
                );
            }
        }
        for other in all.iter().skip(1) {
            let other_schema =
                other.place.and_then(|place| place.get("schema")).map(|schema| schema.node.json());
            if other_schema.is_some() && other_schema != place.get("schema").map(|schema| schema.node.json())
            {
                let message = format!("the schema of {} differs from that of {}", other.name, first.name);
                self.notes.left_out(other.at, message, "answers of this type are not judged by a schema");
            }
        }
        let mut examples = Made::new(first.at);
        let mut taken = names::Names::default();
        if let Some((key, example)) = place.entry("example") {
            made.put("example", key.span, example.node.clone());
            taken.free("example");
        }
        for ((name, at), example) in self.shown_by_name(place) {
            if let Some(value) = example.get("value").or_else(|| example.get("dataValue")) {
                let name = if self.exact { name } else { names::plain(&name) };
                let name = taken.free(if name.is_empty() { "example" } else { &name });
                examples.put(&name, at, value.node.clone());
            }
        }
        made.fill("examples", first.at, examples);
        // 2.0: examples by media type, beside the schema.
        if self.dialect == Dialect::V2
            && let Some((key, example)) = place
                .get("examples")
                .into_iter()
                .flat_map(Place::members)
                .find(|(key, _)| media::kind(&key.text) == Kind::Json)
            && kind == Kind::Json
            && !made.has("example")
        {
            made.take("examples");
            made.put("example", key.span, example.node.clone());
        }
    }

    /// In 2.0 an answer has a schema, and the operation the media types.
    fn media_of_2(&mut self, site: &Site<'t>, place: Place<'t>) -> Vec<Media<'t>> {
        let mut list: Vec<Media<'t>> = self
            .listed(site.operation, "produces")
            .into_iter()
            .map(|(name, at)| Media { name, at, place: Some(place) })
            .collect();
        if list.is_empty() {
            list.push(Media { name: "application/json".to_owned(), at: place.span(), place: Some(place) });
        }
        if place.get("schema").is_some_and(|schema| schema.text("type") == Some("file")) {
            return Vec::new();
        }
        media::in_order(list)
    }

    fn headers(&mut self, place: Place<'t>) -> Made {
        let mut made = Made::new(place.get("headers").map_or(place.span(), Place::span));
        for (key, header) in place.get("headers").into_iter().flat_map(Place::members) {
            let header = match self.resolver.follow(header) {
                Ok(header) => header,
                Err(why) => {
                    self.notes.odd(header.span(), format!("this header leads nowhere: {why}"), "passed over");
                    continue;
                }
            };
            if key.text.eq_ignore_ascii_case("content-type") {
                continue;
            }
            let token =
                !key.text.is_empty() && key.text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
            if !token {
                self.notes.odd(key.span, format!("`{}` can't be a header's name", key.text), "passed over");
                continue;
            }
            let mut one = Made::new(header.span());
            if header.is_true("required") {
                let span = header.node.entry("required").map_or(key.span, |(key, _)| key.span);
                one.put("required", span, made::truth(true, span));
            }
            if let Some(says) = header.text("description") {
                one.say("says", key.span, self.said(says));
            }
            if self.dialect == Dialect::V2 {
                let schema = self.schema_among(header, super::parameter::SCHEMA_OF_2);
                one.put("schema", key.span, schema);
            } else if let Some((key, schema)) = header.entry("schema") {
                let schema = self.schema(schema, Way::Answered);
                one.put("schema", key.span, schema);
            } else if let Some((key, _)) = header.entry("content") {
                self.notes.left_out(
                    key.span,
                    "a header is written in a media type",
                    "its schema is not tested",
                );
            }
            made.put(&key.text, key.span, one.node());
        }
        made
    }
}

/// What answers of any type are is not said.
fn name(name: &str) -> &str {
    name.split(';').next().unwrap_or(name).trim()
}
