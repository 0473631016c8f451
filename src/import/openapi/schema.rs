//! Schemas of the document → schemas of the contract (JSON Schema 2020-12).

use std::collections::HashSet;

use serde_json::Value;

use super::definitions::{self, Wanted, Way};
use super::keyword::{self, Takes};
use super::made::{self, Made};
use super::sources::{Place, Target};
use super::{Dialect, Reading};
use crate::text::Span;
use crate::text::tree::{Key, Kind, Node};

const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "object", "array", "null"];

/// Keywords of 3.1 that hold schemas: one, a list, or a map of them.
const HOLDS_ONE: [&str; 9] = [
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contentSchema",
];
const HOLDS_MAP: [&str; 2] = ["patternProperties", "dependentSchemas"];

impl<'t> Reading<'t> {
    /// The contract's schema for values that go this way.
    pub(super) fn schema(&mut self, place: Place<'t>, way: Way) -> Node {
        self.converted(place, way, false)
    }

    /// The schema that stands among other things, in these keywords.
    pub(super) fn schema_among(&mut self, place: Place<'t>, keywords: &[&str]) -> Node {
        let mut made = Made::new(place.span());
        self.members(place, Way::Sent, Some(keywords), &mut made);
        self.consistent(&mut made);
        let mut made = if nullable(place) { with_null(made, place.span()).node() } else { made.node() };
        self.cite_schema(&mut made, place);
        made
    }

    /// Makes every schema that was referred to.
    pub(super) fn definitions(&mut self) -> Made {
        let mut number = 0;
        while let Some((wanted, place)) = self.definitions.open.pop() {
            let name = self.definitions.name(wanted.clone(), place);
            let node = if wanted.any_of_its_kind {
                self.one_of_its_kind(&wanted, place)
            } else {
                self.definition(&wanted, place)
            };
            let at = place.span();
            self.definitions.made.insert(number, (definitions::key(&name, at), node));
            number += 1;
        }
        let mut all: Vec<(Key, Node)> = std::mem::take(&mut self.definitions.made).into_values().collect();
        all.sort_by(|(a, _), (b, _)| (a.span, &a.text).cmp(&(b.span, &b.text)));
        let mut made = Made::new(self.root.span());
        for (key, node) in all {
            made.put(&key.text, key.span, node);
        }
        made
    }

    fn definition(&mut self, wanted: &Wanted, place: Place<'t>) -> Node {
        if self.exact {
            return self.taken(place);
        }
        // A reference to a reference to itself says nothing.
        let mut seen = HashSet::from([wanted.target.clone()]);
        let mut here = place;
        while let Some(reference) =
            here.text("$ref").filter(|_| !self.dialect.modern() || here.node.members().len() == 1)
        {
            let Ok((target, next)) = self.resolver.resolve(here.file, reference) else { break };
            if !seen.insert(target) {
                self.notes.odd(place.span(), "the references lead in a circle", "anything is allowed here");
                return Made::new(place.span()).node();
            }
            here = next;
        }
        let mut node = self.converted(place, wanted.way, false);
        if wanted.way == Way::Sent
            && let Kind::Map(members) = &mut node.kind
        {
            self.tell_apart(&wanted.target, place, members);
        }
        node
    }

    fn converted(&mut self, place: Place<'t>, way: Way, in_all_of: bool) -> Node {
        if self.exact {
            return self.taken(place);
        }
        let mut made = self.read(place, way, in_all_of);
        self.cite_schema(&mut made, place);
        self.amended(made, place)
    }

    fn read(&mut self, place: Place<'t>, way: Way, in_all_of: bool) -> Node {
        let span = place.span();
        match &place.node.kind {
            Kind::Map(_) => {}
            Kind::Bool(_) => return place.node.clone(),
            _ => {
                self.notes.odd(
                    span,
                    format!("{} stands where a schema should", place.node.what()),
                    "anything is allowed here",
                );
                return Made::new(span).node();
            }
        }
        let mut made = Made::new(span);
        if let Some((key, reference)) = place.entry("$ref") {
            self.reference(key.span, reference, way, in_all_of, &mut made);
            // Before 3.1 nothing beside a reference counts.
            if !self.dialect.modern() {
                if nullable(place) {
                    return or_null(made, span).node();
                }
                return made.node();
            }
        }
        let skipped = self.members(place, way, None, &mut made);
        trim_required(&mut made, &skipped);
        self.discriminated(place, way, &mut made);
        self.consistent(&mut made);
        if nullable(place) {
            return with_null(made, span).node();
        }
        made.node()
    }

    fn reference(&mut self, at: Span, reference: Place<'t>, way: Way, in_all_of: bool, made: &mut Made) {
        let Some(text) = reference.node.text() else {
            self.notes.odd(reference.span(), "`$ref` has to be text", "anything is allowed here");
            return;
        };
        match self.resolver.resolve(reference.file, text) {
            Ok((target, found)) => {
                let any_of_its_kind =
                    way == Way::Sent && !in_all_of && !self.kinds_of(&target, found).is_empty();
                let name = self.definitions.name(Wanted { target, way, any_of_its_kind }, found);
                made.put("$ref", at, made::text(name, reference.span()));
            }
            Err(why) => {
                let message = format!("`{text}` leads nowhere: {why}");
                self.notes.odd(reference.span(), message, "anything is allowed here");
            }
        }
    }

    /// Brings the keywords over; the names of the members that do not go this way.
    fn members(&mut self, place: Place<'t>, way: Way, only: Option<&[&str]>, made: &mut Made) -> Vec<String> {
        let mut skipped = Vec::new();
        let modern = self.dialect.modern();
        let mut seen = HashSet::new();
        for (key, member) in place.members() {
            let (name, at) = (key.text.as_str(), key.span);
            if only.is_some_and(|only| !only.contains(&name)) {
                continue;
            }
            if !seen.insert(name) {
                self.notes.odd(at, format!("`{name}` stands here twice"), "only the first is read");
                continue;
            }
            match name {
                "$ref" => {}
                "type" => self.kind(member, at, made),
                "properties" => skipped = self.properties(member, at, way, made),
                "items" => self.items(member, at, way, made),
                "prefixItems" if modern => self.branches("prefixItems", member, at, way, made),
                "additionalProperties" => self.more(member, at, way, made),
                "allOf" | "anyOf" | "oneOf" => self.branches(name, member, at, way, made),
                "exclusiveMinimum" | "exclusiveMaximum" => self.exclusive(place, name, member, at, made),
                "example" => {
                    if !place.node.members().iter().any(|(key, _)| key.text == "examples") || !modern {
                        made.put("examples", at, made::list(vec![member.node.clone()], member.span()));
                    }
                }
                "examples" if modern => match &member.node.kind {
                    Kind::List(_) => made.put("examples", at, member.node.clone()),
                    _ => keyword::odd(name, member.node, &mut self.notes),
                },
                "dependentRequired" if modern && member.is_map() => made.put(name, at, member.node.clone()),
                "not" => {
                    let inner = self.converted(member, way, false);
                    made.put(name, at, inner);
                }
                _ if modern && HOLDS_ONE.contains(&name) => {
                    let inner = self.converted(member, way, false);
                    made.put(name, at, inner);
                }
                _ if modern && HOLDS_MAP.contains(&name) => self.mapped(name, member, at, way, made),
                "writeOnly" if way == Way::Answered => {}
                _ if keyword::SILENT.contains(&name) || name.starts_with("x-") => {}
                _ => match keyword::takes(name, modern) {
                    // Drafts before 4 said of a member by itself that it is required.
                    Some(Takes::Texts) if matches!(member.node.kind, Kind::Bool(_)) => {
                        self.notes.odd(
                            at,
                            "`required` is a list of names",
                            "passed over: nothing is tested by it",
                        );
                    }
                    Some(takes) => {
                        if let Some(value) = keyword::value(name, member.node, takes, &mut self.notes) {
                            made.put(name, at, value);
                        }
                    }
                    None => {
                        let label = "passed over: nothing is tested by it";
                        self.notes.odd(
                            at,
                            format!("schemas of {} have no `{name}`", self.dialect.name()),
                            label,
                        );
                    }
                },
            }
        }
        skipped
    }

    fn kind(&mut self, member: Place<'t>, at: Span, made: &mut Made) {
        let known = |text: &str| TYPES.contains(&text);
        let told = |node: &Node, reading: &mut Self| {
            let what = node.scalar().unwrap_or_else(|| node.what().to_owned());
            reading.notes.odd(node.span, format!("`{what}` is no type"), "any type is allowed here");
        };
        match &member.node.kind {
            Kind::Text(text) if known(text) => made.put("type", at, member.node.clone()),
            // A body of any bytes.
            Kind::Text(text) if text == "file" && self.dialect == Dialect::V2 => {}
            Kind::Null if self.dialect.modern() => made.put("type", at, made::text("null", member.span())),
            Kind::List(elements) => {
                let mut seen = HashSet::new();
                let mut kept = Vec::new();
                for element in elements {
                    match &element.kind {
                        Kind::Text(text) if known(text) => {
                            if seen.insert(text.clone()) {
                                kept.push(element.clone());
                            }
                        }
                        Kind::Null => {
                            if seen.insert("null".to_owned()) {
                                kept.push(made::text("null", element.span));
                            }
                        }
                        _ => return told(element, self),
                    }
                }
                if !kept.is_empty() {
                    made.put("type", at, made::list(kept, member.span()));
                }
            }
            Kind::Text(text) if known(&text.to_ascii_lowercase()) => {
                self.notes.odd(member.span(), format!("types are written small: `{text}`"), "read so");
                made.put("type", at, made::text(text.to_ascii_lowercase(), member.span()));
            }
            Kind::Text(text) if alias(text).is_some() => {
                let kind = alias(text).unwrap_or_default();
                self.notes.odd(member.span(), format!("`{text}` is no type"), &format!("read as `{kind}`"));
                made.put("type", at, made::text(kind, member.span()));
            }
            _ => told(member.node, self),
        }
    }

    /// The members that go this way; the names of the others.
    fn properties(&mut self, properties: Place<'t>, at: Span, way: Way, made: &mut Made) -> Vec<String> {
        let mut skipped = Vec::new();
        if !properties.is_map() {
            keyword::odd("properties", properties.node, &mut self.notes);
            return skipped;
        }
        let flag = if way == Way::Sent { "readOnly" } else { "writeOnly" };
        let mut kept = Made::new(properties.span());
        let mut seen = HashSet::new();
        for (key, member) in properties.members() {
            if !seen.insert(key.text.as_str()) {
                self.notes.odd(
                    key.span,
                    format!("`{}` stands here twice", key.text),
                    "only the first is read",
                );
            } else if self.is_flagged(member, flag, 8) {
                skipped.push(key.text.clone());
            } else {
                let inner = self.converted(member, way, false);
                kept.put(&key.text, key.span, inner);
            }
        }
        made.fill("properties", at, kept);
        skipped
    }

    fn is_flagged(&self, place: Place<'t>, flag: &str, depth: usize) -> bool {
        if depth == 0 || place.is_true(flag) {
            return depth > 0;
        }
        let behind = |place: Place<'t>| {
            let reference = place.text("$ref")?;
            self.resolver.resolve(place.file, reference).ok().map(|(_, place)| place)
        };
        behind(place).is_some_and(|target| self.is_flagged(target, flag, depth - 1))
            || place
                .get("allOf")
                .is_some_and(|all| all.elements().any(|one| self.is_flagged(one, flag, depth - 1)))
    }

    fn items(&mut self, member: Place<'t>, at: Span, way: Way, made: &mut Made) {
        if let Kind::List(elements) = &member.node.kind {
            if elements.is_empty() {
                return;
            }
            // In drafts of JSON Schema up to 2019-09 a list is what the first elements are. Nothing in OpenAPI before 3.1
            // says so: it may as well be what any of them may be, which is true of the first elements too.
            if self.dialect.modern() {
                self.notes.odd(member.span(), "`items` is one schema", "read as `prefixItems`");
                self.branches("prefixItems", member, at, way, made);
            } else {
                self.notes.odd(member.span(), "`items` is one schema", "read as `anyOf` of these");
                let mut inner = Made::new(member.span());
                self.branches("anyOf", member, at, way, &mut inner);
                made.fill("items", at, inner);
            }
            return;
        }
        let inner = self.converted(member, way, false);
        made.put("items", at, inner);
    }

    fn more(&mut self, member: Place<'t>, at: Span, way: Way, made: &mut Made) {
        match &member.node.kind {
            Kind::Map(_) | Kind::Bool(_) => {
                let inner = self.converted(member, way, false);
                made.put("additionalProperties", at, inner);
            }
            _ => keyword::odd("additionalProperties", member.node, &mut self.notes),
        }
    }

    fn mapped(&mut self, name: &str, member: Place<'t>, at: Span, way: Way, made: &mut Made) {
        let mut inner = Made::new(member.span());
        for (key, schema) in member.members() {
            if name == "patternProperties" && crate::conform::pattern_fault(&key.text).is_some() {
                let message = format!("`{}` is no regular expression of ECMA-262", key.text);
                self.notes.odd(key.span, message, "passed over: nothing is tested by it");
                continue;
            }
            let schema = self.converted(schema, way, false);
            inner.put(&key.text, key.span, schema);
        }
        made.fill(name, at, inner);
    }

    fn branches(&mut self, name: &str, member: Place<'t>, at: Span, way: Way, made: &mut Made) {
        if member.node.elements().is_empty() {
            return keyword::odd(name, member.node, &mut self.notes);
        }
        let several = matches!(name, "anyOf" | "oneOf") && member.node.elements().len() > 1;
        let mut branches = Vec::new();
        let mut titles = super::names::Names::default();
        for (index, branch) in member.elements().enumerate() {
            let mut node = self.converted(branch, way, name == "allOf" && member.node.elements().len() > 1);
            if several && !is_null(&node) {
                title(&mut node, branch, index, &mut titles);
            } else if let Kind::Map(members) = &mut node.kind
                && name == "allOf"
            {
                // The names of parts are no names of rules.
                members.retain(|(key, _)| key.text != "title");
            }
            branches.push(node);
        }
        // `X or null`: no name is needed for X.
        let (nulls, others): (Vec<usize>, Vec<usize>) =
            (0..branches.len()).partition(|index| is_null(&branches[*index]));
        if several && !nulls.is_empty() && others.len() == 1 {
            if let Kind::Map(members) = &mut branches[others[0]].kind {
                members.retain(|(key, _)| key.text != "title");
            }
            for index in nulls {
                if let Kind::Map(members) = &mut branches[index].kind {
                    members.retain(|(key, _)| key.text != "title");
                    let span = branches[index].span;
                    if let Kind::Map(members) = &mut branches[index].kind {
                        members.insert(0, (definitions::key("title", span), made::text("null", span)));
                    }
                }
            }
        }
        // Documents say `oneOf` where several may fit, and no reader of an answer minds.
        let name = if name == "oneOf" && way == Way::Answered && !made.has("anyOf") { "anyOf" } else { name };
        made.put(name, at, made::list(branches, member.span()));
    }

    /// `exclusiveMinimum: true` makes `minimum` exclusive before 3.1; since then it is a number.
    fn exclusive(&mut self, place: Place<'t>, name: &str, member: Place<'t>, at: Span, made: &mut Made) {
        let inclusive = if name == "exclusiveMinimum" { "minimum" } else { "maximum" };
        match &member.node.kind {
            Kind::Bool(false) => {}
            Kind::Bool(true) => {
                if self.dialect.modern() {
                    self.notes.odd(
                        member.span(),
                        format!("`{name}` is a number since 3.1"),
                        "read as before 3.1",
                    );
                }
                if let Some(bound) = place.node.get(inclusive)
                    && let Some(bound) = keyword::value(inclusive, bound, Takes::Number, &mut self.notes)
                {
                    made.put(name, at, bound);
                }
            }
            _ => {
                if let Some(bound) = keyword::value(name, member.node, Takes::Number, &mut self.notes) {
                    made.put(name, at, bound);
                }
            }
        }
    }

    /// What is said about one value has to be possible: an enumeration of other types than `type` allows nothing.
    fn consistent(&mut self, made: &mut Made) {
        for (exclusive, inclusive) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            if made.get(exclusive).is_some()
                && made.get(exclusive).map(Node::json) == made.get(inclusive).map(Node::json)
            {
                made.take(inclusive);
            }
        }
        let Some(types) = made.get("type").map(Node::json) else { return };
        let fits = |value: &Value| {
            let is = |name: &str| match name {
                "string" => value.is_string(),
                "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                "object" => value.is_object(),
                "array" => value.is_array(),
                _ => value.is_null(),
            };
            match &types {
                Value::String(one) => is(one),
                Value::Array(many) => many.iter().filter_map(Value::as_str).any(is),
                _ => true,
            }
        };
        let of_other_types =
            made.get("enum").is_some_and(|values| !values.elements().iter().any(|value| fits(&value.json())));
        if of_other_types && let Some((key, _)) = made.take("enum") {
            self.notes.odd(key.span, "no value of `enum` has the `type` beside it", "`enum` is passed over");
        }
    }
}

/// What programming languages call the types.
fn alias(said: &str) -> Option<&'static str> {
    Some(match said.to_ascii_lowercase().as_str() {
        "int" | "int32" | "int64" | "long" => "integer",
        "float" | "double" | "decimal" => "number",
        "bool" => "boolean",
        "str" | "text" => "string",
        "list" => "array",
        "dict" | "map" | "json" => "object",
        _ => return None,
    })
}

/// Names a branch of an alternative: by its own title, by what it refers to, or by its number.
fn title(node: &mut Node, branch: Place<'_>, index: usize, titles: &mut super::names::Names) {
    let span = node.span;
    let Kind::Map(members) = &mut node.kind else { return };
    let own = members.iter().position(|(key, _)| key.text == "title");
    let said =
        own.and_then(|at| members[at].1.text()).filter(|title| title.chars().any(char::is_alphanumeric));
    let of_reference = || {
        branch.text("$ref").map(|reference| {
            definitions::said(&Target {
                file: branch.file,
                at: reference.split_once('#').map_or(reference, |(_, at)| at).to_owned(),
            })
        })
    };
    let name =
        said.map(str::to_owned).or_else(of_reference).unwrap_or_else(|| format!("variant {}", index + 1));
    // `masked` and `empty` mean something else in a contract.
    let name =
        if matches!(name.as_str(), "masked" | "empty") { format!("{name} {}", index + 1) } else { name };
    let name = titles.free(&super::names::plain(&name).to_lowercase());
    if let Some(at) = own {
        members.remove(at);
    }
    members.insert(0, (definitions::key("title", span), made::text(name, span)));
}

fn is_null(node: &Node) -> bool {
    node.get("type").and_then(Node::text) == Some("null")
}

/// Whether `null` is allowed by the word of 2.0's extension or of 3.0.
fn nullable(place: Place<'_>) -> bool {
    place.is_true("nullable") || place.is_true("x-nullable")
}

/// Takes the names of members that do not go this way out of `required`.
fn trim_required(made: &mut Made, skipped: &[String]) {
    let Some(Node { kind: Kind::List(names), .. }) = made.get_mut("required") else { return };
    names.retain(|name| name.text().is_none_or(|name| !skipped.iter().any(|other| other == name)));
    if names.is_empty() {
        made.take("required");
    }
}

/// The schema, or null: in its own words where it has a type.
fn with_null(mut made: Made, span: Span) -> Made {
    let Some(node) = made.get_mut("type") else {
        let composed = ["$ref", "allOf", "anyOf", "oneOf", "enum"].iter().any(|keyword| made.has(keyword));
        return if composed { or_null(made, span) } else { made };
    };
    let null = made::text("null", node.span);
    match &mut node.kind {
        Kind::List(types) => {
            if types.iter().all(|one| one.text() != Some("null")) {
                types.push(null);
            }
        }
        _ => *node = made::list(vec![node.clone(), null], node.span),
    }
    if let Some(Node { kind: Kind::List(values), span }) = made.get_mut("enum")
        && values.iter().all(|value| value.kind != Kind::Null)
    {
        values.push(Node { kind: Kind::Null, span: *span });
    }
    if ["$ref", "allOf", "anyOf", "oneOf"].iter().any(|keyword| made.has(keyword)) {
        return or_null(made, span);
    }
    made
}

fn or_null(made: Made, span: Span) -> Made {
    let mut null = Made::new(span);
    null.say("title", span, "null");
    null.say("type", span, "null");
    let mut either = Made::new(span);
    either.put("anyOf", span, made::list(vec![made.node(), null.node()], span));
    either
}
