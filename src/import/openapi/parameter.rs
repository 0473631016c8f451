//! Parameters of path, query, header and cookie.

use std::collections::BTreeSet;

use super::definitions::Way;
use super::made::{self, Made};
use super::media;
use super::operation::Site;
use super::promises::because;
use super::sources::Place;
use super::{Dialect, Reading, cite, extension, names};
use crate::model::path_names;
use crate::text::tree::{Kind, Node};
use crate::text::{Span, pointer};

/// What of a 2.0 parameter is its schema.
pub(super) const SCHEMA_OF_2: &[&str] = &[
    "type",
    "format",
    "items",
    "default",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "enum",
    "multipleOf",
];

/// How many compositions and references within each other may hide a list of values, and how many parts of each are
/// looked at.
const DEPTH: usize = 4;
const WIDTH: usize = 8;

/// A parameter of the document, behind all references.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared<'t> {
    pub(super) name: &'t str,
    pub(super) location: &'t str,
    pub(super) at: Span,
    pub(super) place: Place<'t>,
}

impl<'t> Reading<'t> {
    /// All parameters of an operation, those of its path included; its own ones win.
    pub(super) fn declared(&mut self, site: &Site<'t>) -> Vec<Declared<'t>> {
        let mut all: Vec<Declared<'t>> = Vec::new();
        for list in [site.operation.get("parameters"), site.item.get("parameters")].into_iter().flatten() {
            let own = all.len();
            if !matches!(list.node.kind, Kind::List(_)) {
                self.notes.odd(list.span(), "`parameters` has to be a list", "passed over");
                continue;
            }
            for element in list.elements() {
                let place = match self.resolver.follow(element) {
                    Ok(place) => place,
                    Err(why) => {
                        self.notes.odd(
                            element.span(),
                            format!("this parameter leads nowhere: {why}"),
                            "passed over",
                        );
                        continue;
                    }
                };
                let (Some(name), Some(location)) = (place.text("name"), place.text("in")) else {
                    self.notes.odd(element.span(), "a parameter needs `name` and `in`", "passed over");
                    continue;
                };
                let same = |other: &Declared<'t>| other.name == name && other.location == location;
                if all[..own].iter().any(same) {
                    continue;
                }
                if all[own..].iter().any(same) {
                    let message = format!("the {location} parameter `{name}` stands here twice");
                    self.notes.odd(place.span(), message, "only the first is read");
                    continue;
                }
                let at = place.node.entry("name").map_or(place.span(), |(_, node)| node.span);
                all.push(Declared { name, location, at, place });
            }
        }
        all
    }

    /// The parameters of the contract, by keys that are names.
    pub(super) fn parameters(&mut self, site: &Site<'t>) -> Made {
        let mut made = Made::new(site.operation.span());
        let mut keys = names::Names::default();
        let mut in_path = BTreeSet::new();
        let mut in_query = BTreeSet::new();
        for declared in self.declared(site) {
            let Some(location) = self.location(&declared, site) else { continue };
            if location == "path" {
                in_path.insert(declared.name);
            }
            if location == "query" {
                in_query.insert(declared.name);
            }
            let said = extension::key(declared.place).map(str::to_owned);
            let key = keys.free(&said.unwrap_or_else(|| key(declared.name)));
            let parameter = self.parameter(site, &declared, location, &key);
            made.put(&key, declared.at, parameter.node());
        }
        for name in path_names(&site.path.text) {
            // A name that stands twice in a path is one parameter.
            if !in_path.insert(name) {
                continue;
            }
            let message = format!("nothing says what `{{{name}}}` of the path is");
            self.notes.odd(site.at, message, "taken for any text");
            let key = keys.free(&key(name));
            let mut parameter = Made::new(site.at);
            parameter.say("in", site.at, "path");
            if key != name {
                parameter.say("name", site.at, name);
            }
            let mut schema = Made::new(site.at);
            schema.say("type", site.at, "string");
            schema.put("minLength", site.at, Node { kind: Kind::Number(1.into()), span: site.at });
            parameter.put("schema", site.at, schema.node());
            self.known(site, name, None, &mut parameter);
            made.put(&key, site.at, parameter.node());
        }
        for (name, value) in &site.path.fixed {
            // `?name={name}` in a path only repeats what is declared.
            if in_query.contains(name.as_str()) {
                continue;
            }
            let mut parameter = Made::new(site.at);
            parameter.say("in", site.at, "query");
            let mut schema = Made::new(site.at);
            schema.say("const", site.at, value.as_str());
            parameter.put("required", site.at, made::truth(true, site.at));
            parameter.put("schema", site.at, schema.node());
            let key = keys.free(&self::key(name));
            if key != *name {
                parameter.say("name", site.at, name.as_str());
            }
            made.put(&key, site.at, parameter.node());
        }
        made
    }

    /// Where a parameter of the contract stands; None for what is none, or is not read.
    pub(super) fn location(&mut self, declared: &Declared<'t>, site: &Site<'t>) -> Option<&'static str> {
        let Declared { name, location, at, .. } = *declared;
        if name.is_empty() {
            self.notes.odd(at, "a parameter has no name", "passed over");
            return None;
        }
        if !self.exact && self.is_api_key(site, location, name) {
            self.notes.left_out(
                at,
                format!("the {location} `{name}` is the operation's API key"),
                "the security scheme says it",
            );
            return None;
        }
        match location {
            "path" => {
                if path_names(&site.path.text).contains(&name) {
                    return Some("path");
                }
                self.notes.odd(at, format!("the path has no `{{{name}}}`"), "passed over");
                None
            }
            "query" => Some("query"),
            "header" => {
                // OpenAPI 3: these are for the media types and for the security schemes to say.
                let decided =
                    ["accept", "content-type", "authorization"].contains(&name.to_ascii_lowercase().as_str());
                if decided && (self.dialect != Dialect::V2 || !name.eq_ignore_ascii_case("authorization")) {
                    self.notes.left_out(
                        at,
                        format!("the header `{name}` is no parameter"),
                        "the media types and credentials say it",
                    );
                    return None;
                }
                if !name
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&byte))
                {
                    self.notes.odd(at, format!("`{name}` can't be a header's name"), "passed over");
                    return None;
                }
                Some("header")
            }
            "cookie" => Some("cookie"),
            "body" | "formData" if self.dialect == Dialect::V2 => None,
            "querystring" if self.dialect == Dialect::V32 => {
                self.notes.left_out(
                    at,
                    "the query as a whole has a schema",
                    "not tested: it has no single parameters",
                );
                None
            }
            other => {
                self.notes.odd(at, format!("no parameter stands in `{other}`"), "passed over");
                None
            }
        }
    }

    fn parameter(&mut self, site: &Site<'t>, declared: &Declared<'t>, location: &str, key: &str) -> Made {
        let Declared { name, at, place, .. } = *declared;
        let mut made = Made::new(place.span());
        made.say("in", at, location);
        if key != name {
            made.say("name", at, name);
        }
        if let Some(span) = self.needed(place).filter(|_| location != "path") {
            made.put("required", span, made::truth(true, span));
        }
        if let Some(says) = place.text("description") {
            made.say("says", at, self.said(says));
        }
        self.cite(&mut made, at, &cite::words(place, &cite::pairs(place, &["name", "in"])));
        let mut schema = self.parameter_schema(place, &mut made);
        let shown = self.shown(place);
        if let (Kind::Map(members), Some(shown)) = (&mut schema.kind, shown) {
            members.retain(|(key, _)| key.text != "examples");
            let span = shown.span;
            members.push((super::definitions::key("examples", span), made::list(vec![shown], span)));
        }
        let schema_at = place.node.entry("schema").map_or(at, |(key, _)| key.span);
        made.put("schema", schema_at, schema);
        self.style(place, location, &mut made);
        let content = || place.get("content").and_then(|content| content.members().next());
        let of_value = match self.dialect {
            Dialect::V2 => Some(place),
            _ => place.get("schema").or_else(|| content()?.1.get("schema")),
        };
        if location == "path" && !of_value.is_some_and(|schema| self.is_choice(schema, DEPTH)) {
            self.known(site, name, Some(*declared), &mut made);
        }
        made
    }

    /// Whether the schema lists its values, has several in one, or is a quantity or a short code: none of them is an
    /// identifier. Looked for also behind references and in compositions.
    fn is_choice(&self, schema: Place<'t>, depth: usize) -> bool {
        let number = |name: &str| schema.get(name).and_then(|bound| bound.node.json().as_f64());
        // What is limited on both sides is a quantity; that it fits into 32 bits is no limit.
        let few = number("minimum").zip(number("maximum")).is_some_and(|(least, most)| most - least < 1e6)
            || number("maxLength").is_some_and(|most| most <= 3.0);
        if few
            || ["enum", "const"].iter().any(|word| schema.get(word).is_some())
            || matches!(schema.text("type"), Some("boolean" | "array" | "object"))
        {
            return true;
        }
        if depth == 0 {
            return false;
        }
        let parts = |word: &str| schema.get(word).into_iter().flat_map(Place::elements).take(WIDTH);
        let alternatives = |word: &str| {
            let mut all = parts(word).peekable();
            all.peek().is_some() && all.all(|part| self.is_choice(part, depth - 1))
        };
        let referred = schema.get("$ref").and_then(|_| self.resolver.follow(schema).ok());
        referred.is_some_and(|target| self.is_choice(target, depth - 1))
            || parts("allOf").any(|part| self.is_choice(part, depth - 1))
            || alternatives("oneOf")
            || alternatives("anyOf")
    }

    /// The schema, and for `content` the media type in which the value is written.
    fn parameter_schema(&mut self, place: Place<'t>, made: &mut Made) -> Node {
        if self.dialect == Dialect::V2 {
            return self.schema_among(place, SCHEMA_OF_2);
        }
        if let Some(schema) = place.get("schema") {
            return self.schema(schema, Way::Sent);
        }
        if let Some(content) = place.get("content") {
            let all = self.media(content);
            if let Some(first) = all.first() {
                made.say("media_type", first.at, first.name.as_str());
                if media::kind(&first.name) == media::Kind::Json
                    && let Some(schema) = first.place.and_then(|place| place.get("schema"))
                {
                    return self.schema(schema, Way::Sent);
                }
                self.notes.left_out(
                    first.at,
                    format!("a parameter is written as {}", first.name),
                    "its schema is not tested",
                );
                let mut text = Made::new(first.at);
                text.say("type", first.at, "string");
                return text.node();
            }
        }
        self.notes.odd(place.span(), "a parameter needs `schema` or `content`", "taken for any text");
        let mut text = Made::new(place.span());
        text.say("type", place.span(), "string");
        text.node()
    }

    /// Where it is said that a parameter or a body has to be there.
    pub(super) fn needed(&mut self, place: Place<'t>) -> Option<Span> {
        let (key, node) = place.node.entry("required")?;
        let needed = match &node.kind {
            Kind::Bool(needed) => *needed,
            Kind::Text(text) if text == "true" || text == "false" => {
                let message = "`required` has to be true or false, not text";
                self.notes.odd(node.span, message, format!("read as {text}").as_str());
                text == "true"
            }
            _ => {
                self.notes.odd(node.span, "`required` has to be true or false", "passed over");
                false
            }
        };
        needed.then_some(key.span)
    }

    /// The documented example of a parameter.
    fn shown(&mut self, place: Place<'t>) -> Option<Node> {
        let word = if self.dialect == Dialect::V2 { "x-example" } else { "example" };
        if let Some(example) = place.get(word) {
            return Some(example.node.clone());
        }
        let (_, first) = place.get("examples").filter(|all| all.is_map())?.members().next()?;
        let first = self.resolver.follow(first).ok()?;
        first.get("value").or_else(|| first.get("dataValue")).map(|value| value.node.clone())
    }

    /// How arrays and objects are written, where it is not the contract's usual way.
    fn style(&mut self, place: Place<'t>, location: &str, made: &mut Made) {
        let at = place.node.entry("style").or_else(|| place.node.entry("collectionFormat"));
        let at = at.or_else(|| place.node.entry("explode")).map_or(place.span(), |(key, _)| key.span);
        let usual = if matches!(location, "query" | "cookie") { "form" } else { "simple" };
        let (style, explode) = if self.dialect == Dialect::V2 {
            if place.text("type") != Some("array") {
                return;
            }
            match place.text("collectionFormat") {
                None | Some("csv") => (usual, false),
                Some("ssv") => ("spaceDelimited", false),
                Some("tsv") => ("tabDelimited", false),
                Some("pipes") => ("pipeDelimited", false),
                Some("multi") => ("form", true),
                Some(other) => {
                    self.notes.odd(at, format!("there is no collection format `{other}`"), "read as csv");
                    (usual, false)
                }
            }
        } else {
            let allowed: &[&str] = match location {
                "path" => &["simple", "label", "matrix"],
                "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
                "header" => &["simple"],
                _ => &["form", "cookie"],
            };
            let style = match place.text("style") {
                None => usual,
                Some("cookie") => "form",
                Some(style) => allowed.iter().copied().find(|known| *known == style).unwrap_or_else(|| {
                    let message = format!("a {location} parameter has no style `{style}`");
                    self.notes.odd(at, message, "read as the usual one");
                    usual
                }),
            };
            let explode = match place.node.get("explode").map(|node| &node.kind) {
                Some(Kind::Bool(explode)) => *explode,
                _ => style == "form" || style == "deepObject",
            };
            (style, explode)
        };
        if style != usual {
            made.say("style", at, style);
        }
        let by_default = style == "form" || style == "deepObject";
        if explode != by_default {
            made.put("explode", at, made::truth(explode, at));
        }
        if place.is_true("allowReserved") {
            let at = place.node.entry("allowReserved").map_or(at, |(key, _)| key.span);
            let message = "reserved characters may stand unencoded";
            self.notes.left_out(at, message, "they are sent encoded, which means the same");
        }
    }

    /// The value of an identifier, and what another one gets.
    fn known(&mut self, site: &Site<'t>, name: &str, declared: Option<Declared<'t>>, made: &mut Made) {
        let Some((variable, path)) = self.identifier(site, name) else { return };
        let at = declared.map_or(site.at, |declared| declared.at);
        made.say("value", at, format!("{{{{{variable}}}}}"));
        let says = declared.and_then(|declared| declared.place.text("description")).map(names::line);
        let says = says.map_or_else(
            || format!("an existing `{name}` of {path}"),
            |says| format!("an existing `{name}` of {path}: {says}"),
        );
        self.variables.entry(variable).or_insert_with(|| {
            let mut needed = Made::new(at);
            needed.put("optional", at, made::truth(true, at));
            needed.say("says", at, says);
            needed.node()
        });
        let last = site.path.text.ends_with(&format!("{{{name}}}"));
        let unknown = site.answers.unknown(&site.method);
        if last && !unknown.is_empty() {
            let refusal = because(
                &unknown,
                "a documented 404 or 410 is what an identifier that names nothing gets",
                at,
            );
            made.put("unknown", at, refusal);
        }
    }
}

/// A name as a key of the contract.
fn key(name: &str) -> String {
    let fine = !name.is_empty() && !name.contains(char::is_whitespace);
    if fine {
        name.to_owned()
    } else {
        pointer::tokens(&format!("/{}", names::plain(name)))
            .next()
            .filter(|key| !key.is_empty())
            .unwrap_or_else(|| "parameter".to_owned())
    }
}
