//! From a schema to the clauses of its keywords.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::sides::{self, Stands};
use super::{Clauses, Promise, words};
use crate::load::origin::{Reasons, Sourced};
use crate::load::schema::{Shared, Weight};
use crate::model::{ClauseKind, OpId, Part};
use crate::text::tree::{Key, Node};
use crate::text::{Span, pointer};

/// What all clauses of one schema have in common.
pub(super) struct Walk<'w, 'a, 'n> {
    pub(super) clauses: &'w mut Clauses<'a>,
    pub(super) shared: &'w Shared<'n>,
    pub(super) operation: OpId,
    pub(super) part: Part,
    pub(super) stands: Stands,
    /// How the whole is called: `the body`, `product_id` in the path.
    pub(super) whole: String,
    /// Written before every sentence: `in answers of status 200, `.
    pub(super) before: String,
    /// The names of the shared schemas that are being walked, against endless ones.
    pub(super) open: Vec<String>,
    /// The addresses that this schema has used.
    pub(super) taken: HashSet<String>,
}

/// Schemas that make more promises than this are not told to their end: one promise stands for each part that is left.
const MOST: usize = 500;
/// Members in members, at most.
const DEEPEST: usize = 16;

/// Where the walk stands.
#[derive(Clone)]
pub(super) struct Spot {
    pub(super) address: String,
    pub(super) path: String,
    pub(super) at: String,
    pub(super) reasons: Reasons,
    pub(super) alternative: bool,
    /// What an author calls this branch of `allOf`, as a part of the sentence.
    pub(super) title: String,
    /// The innermost branch without a name, which makes an address different from another one: `allOf/1`.
    pub(super) branch: String,
    /// Two branches here have one title: their author has to give them others.
    pub(super) repeated: bool,
    /// Members that another branch of the same `allOf` asks for.
    pub(super) demanded: Vec<String>,
    /// As many promises what this place refers to may make; None: all.
    pub(super) share: Option<usize>,
}

/// Keywords that each make one clause by themselves.
const CONSTRAINTS: &[&str] = &[
    "type",
    "enum",
    "const",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "not",
    "if",
    "contains",
    "patternProperties",
    "propertyNames",
    "dependentSchemas",
    "dependentRequired",
    "unevaluatedProperties",
    "unevaluatedItems",
];

impl<'n> Walk<'_, '_, 'n> {
    /// All clauses of a whole schema.
    pub(super) fn all(&mut self, node: &'n Node, here: &Spot) {
        let weight = self.shared.weigh(node);
        let share = (weight.whole > MOST).then(|| share(MOST, &weight));
        self.schema(node, &Spot { share, ..here.clone() });
    }

    /// All clauses of `node`, in the order in which it says them.
    fn schema(&mut self, node: &'n Node, here: &Spot) {
        if let Some(name) = node.text() {
            return self.reference(name, node.span, here);
        }
        let sourced = Sourced::read(node);
        let mut inner =
            Spot { reasons: sourced.whole().unwrap_or_else(|| here.reasons.clone()), ..here.clone() };
        if node.get("allOf").is_some() || node.get("$ref").is_some() {
            self.demands(node, 4, &mut inner.demanded);
        }
        for (key, value) in node.members() {
            let keyword = key.text.as_str();
            let why = sourced.of(keyword).unwrap_or_else(|| inner.reasons.clone());
            match keyword {
                "$ref" => self.reference(value.text().unwrap_or_default(), key.span, &inner),
                "properties" => self.properties(node, value, &inner, &sourced),
                "items" => self.schema(value, &inner.down(&["items"], "items", Some("*"))),
                "prefixItems" => self.prefix_items(value, &inner),
                "allOf" | "anyOf" | "oneOf" => self.branches(key, value, &inner, &why),
                "additionalProperties" if value.json() == false => self.keyword(key, value, &inner, &why),
                "additionalProperties" => {
                    self.schema(value, &inner.down(&[keyword], keyword, Some("*")));
                }
                "uniqueItems" if value.json() == true => self.keyword(key, value, &inner, &why),
                "format" if value.text().is_some_and(|format| self.shared.promises(format)) => {
                    self.keyword(key, value, &inner, &why);
                }
                _ if CONSTRAINTS.contains(&keyword) => self.keyword(key, value, &inner, &why),
                _ => {}
            }
        }
        self.required_beyond(node, &inner, &sourced);
    }

    /// What is referred to is walked too, unless it is being walked already or weighs too much: then one promise stands
    /// for it.
    fn reference(&mut self, name: &str, at: Span, here: &Spot) {
        let Some(target) = self.shared.get(name) else { return };
        let weight = self.shared.weight(name);
        let deep = pointer::tokens(&here.at).count() > DEEPEST;
        if deep || self.open.iter().any(|open| open == name) {
            return self.as_a_whole(name, at, here);
        }
        let share = match here.share {
            None => None,
            Some(most) if weight.whole <= most => None,
            Some(most) if weight.own < most => Some(share(most, &weight)),
            Some(_) => return self.as_a_whole(name, at, here),
        };
        self.open.push(name.to_owned());
        let path = format!("{}/$ref", here.path);
        self.schema(target, &Spot { path, share, ..here.clone() });
        self.open.pop();
    }

    /// One promise for all that a schema says.
    fn as_a_whole(&mut self, name: &str, at: Span, here: &Spot) {
        let text = self.sentence(&here.at, |subject| format!("{subject} conforms to {name}, as a whole"));
        let kind = ClauseKind::Constraint {
            part: self.part.clone(),
            keyword: "$ref".to_owned(),
            path: format!("{}/$ref", here.path),
            at: here.at.clone(),
            limit: json!(name),
        };
        let sides = sides::of(self.stands, "$ref", &Value::Null, here.alternative);
        let address = self.address(here, "$ref");
        self.clauses.add(
            Some(self.operation),
            Promise { address, text, kind, sides, span: at, reasons: &here.reasons },
        );
    }

    /// The address of a promise: two branches may promise the same of one value.
    fn address(&mut self, here: &Spot, leaf: &str) -> String {
        let plain = pointer::join(&here.address, leaf);
        if here.repeated || self.taken.insert(plain.clone()) {
            return plain;
        }
        let base = if here.branch.is_empty() {
            here.address.clone()
        } else {
            format!("{}/{}", here.address, here.branch)
        };
        let branch = pointer::join(&base, leaf);
        if self.taken.insert(branch.clone()) {
            return branch;
        }
        let mut number = 2;
        loop {
            let numbered = format!("{branch}/{number}");
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
            number += 1;
        }
    }

    /// The members that `node` and the branches of its `allOf` ask for.
    fn demands(&self, node: &Node, depth: usize, found: &mut Vec<String>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let names = node.get("required").map(Node::elements).unwrap_or_default();
        found.extend(names.iter().filter_map(Node::text).map(str::to_owned));
        let name = node.text().or_else(|| node.get("$ref").and_then(Node::text));
        if let Some(target) = name.and_then(|name| self.shared.get(name)) {
            self.demands(target, depth, found);
        }
        for branch in node.get("allOf").map(Node::elements).unwrap_or_default() {
            self.demands(branch, depth, found);
        }
    }

    fn keyword(&mut self, key: &Key, value: &Node, here: &Spot, why: &Reasons) {
        let limit = value.json();
        let text =
            self.sentence(&here.at, |subject| words::promise(subject, &key.text, &limit)) + &here.title;
        let kind = ClauseKind::Constraint {
            part: self.part.clone(),
            keyword: key.text.clone(),
            path: pointer::join(&here.path, &key.text),
            at: here.at.clone(),
            limit: limit.clone(),
        };
        let sides = sides::of(self.stands, &key.text, &limit, here.alternative);
        let address = self.address(here, &key.text);
        self.clauses
            .add(Some(self.operation), Promise { address, text, kind, sides, span: key.span, reasons: why });
    }

    fn sentence(&self, at: &str, say: impl Fn(&str) -> String) -> String {
        let subject = match (words::shown(at), self.stands) {
            (Some(name), Stands::Body { .. } | Stands::Form { .. } | Stands::Answer) => name,
            (Some(name), _) => format!("{} {name}", self.whole),
            (None, _) => self.whole.clone(),
        };
        format!("{}{}", self.before, say(&subject))
    }

    /// Each property: whether it has to be there, and its own schema.
    fn properties(&mut self, object: &'n Node, properties: &'n Node, here: &Spot, sourced: &Sourced) {
        for (key, node) in properties.members() {
            let down = here.down(&["properties", &key.text], &key.text, Some(&key.text));
            let own = Sourced::read(node);
            let places = object.get("required").map(Node::elements).unwrap_or_default();
            if let Some(place) = places.iter().find(|place| place.text() == Some(&key.text)) {
                let why = own.of("required").or_else(|| sourced.of("required")).or_else(|| sourced.whole());
                let why = why.or_else(|| own.whole()).unwrap_or_else(|| here.reasons.clone());
                self.required(place.span, &key.text, here, &down, &why);
            } else if self.part.is_request() && !here.demanded.contains(&key.text) {
                let why = own.of("optional").or_else(|| own.whole()).unwrap_or_else(|| here.reasons.clone());
                let kind = ClauseKind::Optional { part: self.part.clone(), at: down.at.clone() };
                let text = self.sentence(&down.at, |subject| format!("{subject} may be left out"));
                let address = self.address(&down, "optional");
                let promise =
                    Promise { address, text, kind, sides: super::ACCEPT, span: key.span, reasons: &why };
                self.clauses.add(Some(self.operation), promise);
            }
            self.schema(node, &down);
        }
    }

    fn required(&mut self, span: Span, name: &str, object: &Spot, member: &Spot, why: &Reasons) {
        let kind = ClauseKind::Constraint {
            part: self.part.clone(),
            keyword: "required".to_owned(),
            path: pointer::join(&format!("{}/required", object.path), name),
            at: object.at.clone(),
            limit: json!(name),
        };
        let verb = if self.part.is_request() { "has to be given" } else { "is always there" };
        let address = self.address(member, "required");
        let promise = Promise {
            address,
            text: self.sentence(&member.at, |subject| format!("{subject} {verb}")),
            kind,
            sides: sides::of(self.stands, "required", &Value::Null, object.alternative),
            span,
            reasons: why,
        };
        self.clauses.add(Some(self.operation), promise);
    }

    /// Required members that no `properties` names.
    fn required_beyond(&mut self, node: &Node, here: &Spot, sourced: &Sourced) {
        let properties = node.get("properties").map(Node::members).unwrap_or_default();
        for place in node.get("required").map(Node::elements).unwrap_or_default() {
            let Some(name) = place.text() else { continue };
            if properties.iter().all(|(key, _)| key.text != name) {
                let why = sourced.of("required").unwrap_or_else(|| here.reasons.clone());
                let member = here.down(&["properties", name], name, Some(name));
                let member = Spot { branch: here.branch.clone(), ..member };
                self.required(place.span, name, here, &member, &why);
            }
        }
    }

    fn prefix_items(&mut self, value: &'n Node, here: &Spot) {
        for (index, element) in value.elements().iter().enumerate() {
            let index = index.to_string();
            let mut down = here.down(&["prefixItems", &index], "prefixItems", Some(&index));
            down.address = pointer::join(&down.address, &index);
            self.schema(element, &down);
        }
    }

    /// Branches with a title are addressed by it; a branch that is the only one without needs no name of its own.
    fn branches(&mut self, key: &Key, value: &'n Node, here: &Spot, why: &Reasons) {
        let all_of = key.text == "allOf";
        let untitled = value.elements().iter().filter(|branch| title(branch).is_none()).count();
        let titles: Vec<String> = value.elements().iter().filter_map(title).map(slug).collect();
        for (index, branch) in value.elements().iter().enumerate() {
            let title = title(branch);
            if title.is_some() && !all_of && !self.part.is_request() {
                continue;
            }
            let mut down = here.down(&[&key.text, &index.to_string()], "", None);
            match title {
                Some(title) => {
                    down.repeated |= titles.iter().filter(|other| **other == slug(title)).count() > 1;
                    down.address = pointer::join(&down.address, &slug(title));
                    down.title = if all_of { format!(" ({title})") } else { String::new() };
                }
                None if all_of || untitled == 1 => {}
                None => down.address = format!("{}/{}/{index}", down.address, key.text),
            }
            down.branch = format!("{}/{index}", key.text);
            down.alternative |= !all_of && (title.is_some() || untitled != 1);
            self.schema(branch, &down);
        }
        // What breaks every branch is blamed on the one that was meant; where all have names, on the whole.
        if key.text == "oneOf" || (key.text == "anyOf" && untitled != 1) {
            self.keyword(key, value, here, why);
        }
    }
}

impl Spot {
    /// One step further: into `keywords`, with a segment of the address (none if empty) and of the instance.
    fn down(&self, keywords: &[&str], segment: &str, token: Option<&str>) -> Self {
        let path = keywords.iter().fold(self.path.clone(), |path, keyword| pointer::join(&path, keyword));
        let address = if segment.is_empty() && token.is_none() {
            self.address.clone()
        } else {
            pointer::join(&self.address, segment)
        };
        let at = token.map_or_else(|| self.at.clone(), |token| pointer::join(&self.at, token));
        let title = if token.is_none() { self.title.clone() } else { String::new() };
        let demanded = if token.is_none() { self.demanded.clone() } else { Vec::new() };
        Self { address, path, at, title, demanded, ..self.clone() }
    }
}

/// How much each of the references of a schema may weigh, where the schema may weigh so much.
fn share(most: usize, weight: &Weight) -> usize {
    most.saturating_sub(weight.own) / weight.references.max(1)
}

fn title(branch: &Node) -> Option<&str> {
    branch.get("title").and_then(Node::text).filter(|title| !slug(title).is_empty())
}

/// A title as part of an address.
fn slug(title: &str) -> String {
    let words: String =
        title.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    words.split_whitespace().collect::<Vec<_>>().join("-")
}
