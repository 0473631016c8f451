//! Request bodies and their examples.

use super::definitions::Way;
use super::made::{self, Made};
use super::media::{self, Kind, Media};
use super::operation::Site;
use super::parameter::{Declared, SCHEMA_OF_2};
use super::sources::Place;
use super::{Dialect, Reading, cite, names};
use crate::import::literal::literal;
use crate::text::Span;
use crate::text::tree::{self, Node};

impl<'t> Reading<'t> {
    /// Adds the body of an operation; its documented requests.
    pub(super) fn body(&mut self, site: &Site<'t>, operation: &mut Made) -> Made {
        if self.dialect == Dialect::V2 {
            self.body_of_2(site, operation);
            return Made::new(site.at);
        }
        let none = Made::new(site.at);
        let Some((key, body)) = site.operation.entry("requestBody") else { return none };
        let body = match self.resolver.follow(body) {
            Ok(body) => body,
            Err(why) => {
                self.notes.odd(body.span(), format!("this body leads nowhere: {why}"), "no body is sent");
                return none;
            }
        };
        if matches!(site.method.as_str(), "GET" | "HEAD" | "TRACE") {
            let message = format!("a {} request has no body", site.method);
            self.notes.left_out(key.span, message, "it is not sent: RFC 9110 gives it no meaning");
            return none;
        }
        let Some(content) = body.get("content") else {
            self.notes.odd(body.span(), "a request body needs `content`", "no body is sent");
            return none;
        };
        let all = self.media(content);
        let Some(first) = all.first().cloned() else {
            self.notes.odd(content.span(), "the body has no media type", "no body is sent");
            return none;
        };
        let mut made = Made::new(body.span());
        if let Some(span) = self.needed(body) {
            made.put("required", span, made::truth(true, span));
        }
        if let Some(says) = body.text("description") {
            made.say("says", key.span, self.said(says));
        }
        self.cite(&mut made, key.span, &cite::words(body, "requestBody"));
        let schema = first.place.and_then(|place| place.entry("schema"));
        self.content(&first, schema.map(|(key, schema)| (key.span, schema)), &mut made);
        self.others(&all, key.span, &mut made);
        operation.put("body", key.span, made.node());
        self.examples(&first)
    }

    /// Media type, schema and encoding.
    fn content(&mut self, media: &Media<'t>, schema: Option<(Span, Place<'t>)>, made: &mut Made) {
        let name = match media.name.as_str() {
            "*/*" | "application/*" => "application/json",
            name => name,
        };
        if name != self.usual {
            made.say("media_type", media.at, name);
        }
        let kind = media::kind(name);
        match schema {
            Some((at, schema)) if matches!(kind, Kind::Json | Kind::Form | Kind::Multipart | Kind::Text) => {
                let schema = self.schema(schema, Way::Sent);
                made.put("schema", at, schema);
            }
            Some((at, schema)) => {
                if kind == Kind::Other {
                    self.notes.left_out(
                        at,
                        format!("a body of {name} is no JSON"),
                        "its schema is not tested; an example is sent",
                    );
                }
                let mut any = Made::new(schema.span());
                any.say("type", at, "string");
                made.put("schema", at, any.node());
            }
            None => {
                let mut any = Made::new(media.at);
                if kind != Kind::Json {
                    any.say(
                        "type",
                        media.at,
                        if matches!(kind, Kind::Form | Kind::Multipart) { "object" } else { "string" },
                    );
                }
                made.put("schema", media.at, any.node());
            }
        }
        if matches!(kind, Kind::Form | Kind::Multipart)
            && let Some((key, encoding)) = media.place.and_then(|place| place.entry("encoding"))
        {
            let encoding = self.encoding(encoding, kind);
            made.fill("encoding", key.span, encoding);
        }
    }

    /// How single members are written.
    fn encoding(&mut self, encoding: Place<'t>, kind: Kind) -> Made {
        let mut made = Made::new(encoding.span());
        for (key, member) in encoding.members() {
            let mut one = Made::new(member.span());
            for (keyword, node) in member.members() {
                let at = keyword.span;
                match (keyword.text.as_str(), &node.node.kind) {
                    ("contentType", tree::Kind::Text(text)) => {
                        let first = text.split(',').next().unwrap_or_default().trim();
                        one.say("media_type", at, first);
                    }
                    ("style", tree::Kind::Text(style)) if kind == Kind::Form => {
                        if ["spaceDelimited", "pipeDelimited", "deepObject"].contains(&style.as_str()) {
                            one.say("style", at, style.as_str());
                        }
                    }
                    ("explode", tree::Kind::Bool(explode)) if kind == Kind::Form => {
                        one.put("explode", at, made::truth(*explode, at));
                    }
                    ("headers", _) => {
                        self.notes.left_out(at, "parts have headers of their own", "they are not sent");
                    }
                    ("style" | "explode" | "allowReserved", _) => {}
                    (word, _) if word.starts_with("x-") => {}
                    (word, _) => {
                        self.notes.odd(
                            at,
                            format!("an encoding has no `{word}` of this kind"),
                            "passed over",
                        );
                    }
                }
            }
            made.fill(&key.text, key.span, one);
        }
        made
    }

    /// The media types besides the first: what a run sends is the first, and the mock takes all of them.
    fn others(&mut self, all: &[Media<'t>], at: Span, made: &mut Made) {
        let Some(first) = all.first() else { return };
        let essence = |name: &str| name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let mut alternatives = Made::new(at);
        for other in all.iter().skip(1) {
            let message = format!("the body may be sent as {} too", other.name);
            self.notes.left_out(other.at, message, &format!("it is sent as {}", first.name));
            let name = essence(&other.name);
            if name == essence(&first.name) || name.contains(char::is_whitespace) || alternatives.has(&name) {
                continue;
            }
            let mut one = Made::new(other.at);
            let kind = media::kind(&name);
            let has_members =
                matches!(kind, Kind::Json | Kind::Form | Kind::Multipart) || name.ends_with("xml");
            if let Some((key, schema)) =
                other.place.filter(|_| has_members).and_then(|place| place.entry("schema"))
            {
                let schema = self.schema(schema, Way::Sent);
                // What all of them share is said once.
                if made.get("schema").is_none_or(|own| own.json() != schema.json()) {
                    one.put("schema", key.span, schema);
                }
            }
            if matches!(kind, Kind::Form | Kind::Multipart)
                && let Some((key, encoding)) = other.place.and_then(|place| place.entry("encoding"))
            {
                let encoding = self.encoding(encoding, kind);
                one.fill("encoding", key.span, encoding);
            }
            alternatives.put(&name, other.at, one.node());
        }
        made.fill("alternatives", at, alternatives);
    }

    /// The documented requests of a media type.
    fn examples(&mut self, media: &Media<'t>) -> Made {
        let mut made = Made::new(media.at);
        let Some(place) = media.place else { return made };
        let mut taken = names::Names::default();
        let exact = self.exact;
        let mut add = |name: &str, at: Span, body: &Node, says: Option<&str>| {
            let mut example = Made::new(at);
            if let Some(says) = says {
                example.say("says", at, if exact { says } else { says.trim() });
            }
            example.put("body", body.span, if exact { body.clone() } else { literal(body) });
            let name = if exact { name.to_owned() } else { names::plain(name) };
            let name = taken.free(if name.is_empty() { "example" } else { &name });
            made.put(&name, at, example.node());
        };
        if let Some((key, example)) = place.entry("example") {
            add("example", key.span, example.node, None);
        }
        for (key, example) in self.shown_by_name(place) {
            if let Some(value) = example.get("value").or_else(|| example.get("dataValue")) {
                add(&key.0, key.1, value.node, example.text("summary"));
            }
        }
        made
    }

    /// `examples`, behind references; what has its value elsewhere is told.
    pub(super) fn shown_by_name(&mut self, place: Place<'t>) -> Vec<((String, Span), Place<'t>)> {
        let mut found = Vec::new();
        // 2.0 has them by media type.
        let Some(all) = place.get("examples").filter(|_| self.dialect != Dialect::V2) else { return found };
        if !all.is_map() {
            self.notes.odd(all.span(), "`examples` has to be a map of names", "passed over");
            return found;
        }
        for (key, example) in all.members() {
            match self.resolver.follow(example) {
                Ok(example) if example.get("value").is_some() || example.get("dataValue").is_some() => {
                    found.push(((key.text.clone(), key.span), example));
                }
                Ok(example)
                    if example.get("externalValue").is_some() || example.get("serializedValue").is_some() =>
                {
                    self.notes.left_out(
                        key.span,
                        format!("the example `{}` has its value elsewhere", key.text),
                        "not read",
                    );
                }
                Ok(_) => self.notes.odd(
                    key.span,
                    format!("the example `{}` has no `value`", key.text),
                    "passed over",
                ),
                Err(why) => self.notes.odd(
                    example.span(),
                    format!("this example leads nowhere: {why}"),
                    "passed over",
                ),
            }
        }
        found
    }

    /// 2.0 has parameters for the body, or for its members.
    fn body_of_2(&mut self, site: &Site<'t>, operation: &mut Made) {
        let declared = self.declared(site);
        let (bodies, fields): (Vec<_>, Vec<_>) = declared
            .into_iter()
            .filter(|one| matches!(one.location, "body" | "formData"))
            .partition(|one| one.location == "body");
        let consumes = self.listed(site.operation, "consumes");
        let mut list: Vec<Media<'t>> =
            consumes.into_iter().map(|(name, at)| Media { name, at, place: None }).collect();
        if let Some(body) = bodies.first() {
            if list.is_empty() {
                list.push(Media { name: "application/json".to_owned(), at: body.at, place: None });
            }
            // A form has no schema in 2.0.
            list.retain(|media| !matches!(media::kind(&media.name), Kind::Form | Kind::Multipart));
            if list.is_empty() {
                list.push(Media { name: "application/json".to_owned(), at: body.at, place: None });
            }
            let list = media::in_order(list);
            let mut made = Made::new(body.place.span());
            self.introduced(body, &mut made);
            let schema = body.place.entry("schema").map(|(key, schema)| (key.span, schema));
            self.content(&list[0], schema, &mut made);
            self.others(&list, body.at, &mut made);
            operation.put("body", body.at, made.node());
            for field in fields {
                self.notes.odd(
                    field.at,
                    "an operation has either a body or form fields",
                    "the field is passed over",
                );
            }
            return;
        }
        let Some(first) = fields.first() else { return };
        let has_file = fields.iter().any(|field| field.place.text("type") == Some("file"));
        let wanted = if has_file { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
        let listed = |name: &str| list.iter().any(|media| media.name == name);
        let name = if !has_file && !listed(wanted) && listed("multipart/form-data") {
            "multipart/form-data"
        } else {
            wanted
        };
        let mut made = Made::new(first.place.span());
        made.say("media_type", first.at, name);
        self.cite(&mut made, first.at, &cite::words(first.place, &cite::pairs(first.place, &["name", "in"])));
        let (mut properties, mut required, mut encoding) =
            (Made::new(first.place.span()), Vec::new(), Made::new(first.place.span()));
        for field in &fields {
            if let Some(span) = self.needed(field.place) {
                required.push(made::text(field.name, span));
            }
            let mut schema = if field.place.text("type") == Some("file") {
                let mut file = Made::new(field.place.span());
                file.say("type", field.at, "string");
                file.say("format", field.at, "binary");
                file.node()
            } else {
                self.schema_among(field.place, SCHEMA_OF_2)
            };
            if let (tree::Kind::Map(members), Some(says)) =
                (&mut schema.kind, field.place.text("description"))
            {
                members.push((
                    super::definitions::key("description", field.at),
                    made::text(says.trim(), field.at),
                ));
            }
            properties.put(field.name, field.at, schema);
            if field.place.text("type") == Some("array") && name == "application/x-www-form-urlencoded" {
                let mut one = Made::new(field.at);
                match field.place.text("collectionFormat") {
                    Some("multi") => {}
                    Some("ssv") => one.say("style", field.at, "spaceDelimited"),
                    Some("pipes") => one.say("style", field.at, "pipeDelimited"),
                    _ => one.put("explode", field.at, made::truth(false, field.at)),
                }
                encoding.fill(field.name, field.at, one);
            }
        }
        let mut schema = Made::new(first.place.span());
        schema.say("type", first.at, "object");
        if !required.is_empty() {
            let span = required[0].span;
            made.put("required", span, made::truth(true, span));
            schema.put("required", span, made::list(required, span));
        }
        schema.put("properties", first.at, properties.node());
        made.put("schema", first.at, schema.node());
        made.fill("encoding", first.at, encoding);
        let other = if name == "multipart/form-data" {
            "application/x-www-form-urlencoded"
        } else {
            "multipart/form-data"
        };
        if !has_file && listed(other) {
            let mut alternatives = Made::new(first.at);
            alternatives.put(other, first.at, Made::new(first.at).node());
            made.fill("alternatives", first.at, alternatives);
        }
        operation.put("body", first.at, made.node());
    }

    fn introduced(&mut self, body: &Declared<'t>, made: &mut Made) {
        if let Some(span) = self.needed(body.place) {
            made.put("required", span, made::truth(true, span));
        }
        if let Some(says) = body.place.text("description") {
            made.say("says", body.at, says.trim());
        }
        self.cite(made, body.at, &cite::words(body.place, &cite::pairs(body.place, &["name", "in"])));
    }
}
