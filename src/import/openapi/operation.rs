//! One operation.

use std::collections::BTreeSet;

use super::made::{self, Made};
use super::promises::Answers;
use super::sources::Place;
use super::{Dialect, Reading, cite, names};
use crate::model::{path_names, path_shape};
use crate::text::Span;
use crate::text::tree::{Kind, Node};

/// A path of the contract.
#[derive(Debug, Clone, Default)]
pub(super) struct Path {
    /// With the base path before it.
    pub(super) text: String,
    /// Query parameters that the document writes into its paths.
    pub(super) fixed: Vec<(String, String)>,
}

/// A method on a path.
#[derive(Debug, Clone)]
pub(super) struct Site<'t> {
    pub(super) name: String,
    pub(super) at: Span,
    pub(super) method: String,
    pub(super) path: Path,
    /// The path as the document has it.
    pub(super) documented: String,
    pub(super) item: Place<'t>,
    pub(super) operation: Place<'t>,
    /// Why it is not sent: it has an address of its own, or is the same request as another one.
    pub(super) unsent: Option<String>,
    pub(super) answers: Answers,
}

impl<'t> Reading<'t> {
    /// Gives a variable to every identifier: a parameter that ends a path on which some operation may find nothing.
    pub(super) fn find_identifiers(&mut self, sites: &[Site<'t>]) {
        let missing: Vec<&Site<'t>> = sites.iter().filter(|site| site.answers.may_miss()).collect();
        let mut taken = BTreeSet::new();
        for site in missing {
            let path = &site.path.text;
            for name in path_names(path) {
                let Some((shape, before)) = until(path, name) else { continue };
                if self.identifiers.contains_key(&shape) {
                    continue;
                }
                let segment = before
                    .rsplit('/')
                    .find(|part| !part.is_empty() && !part.contains('{'))
                    .unwrap_or_default();
                let plain = names::variable(name);
                let of_segment = names::variable(&format!("{segment}_{name}"));
                let general = matches!(
                    plain.as_str(),
                    "id" | "name" | "uuid" | "guid" | "key" | "slug" | "code" | "identifier"
                );
                let mut variable = if general { of_segment.clone() } else { plain };
                if taken.contains(&variable) {
                    variable = of_segment;
                }
                let mut number = 2;
                let wanted = variable.clone();
                while !taken.insert(variable.clone()) {
                    variable = format!("{wanted}_{number}");
                    number += 1;
                }
                self.identifiers.insert(shape, variable);
            }
        }
    }

    /// The variable of a parameter of the path, where it is an identifier.
    pub(super) fn identifier(&self, site: &Site<'t>, name: &str) -> Option<(String, String)> {
        let (shape, _) = until(&site.path.text, name)?;
        let end = site.path.text.find(&format!("{{{name}}}"))? + name.len() + 2;
        Some((self.identifiers.get(&shape)?.clone(), site.path.text[..end].to_owned()))
    }

    /// The operation of the contract.
    pub(super) fn operation(&mut self, site: &Site<'t>) -> Node {
        let operation = site.operation;
        let at = site.at;
        let mut made = Made::new(operation.span());
        made.say("request", at, format!("{} {}", site.method, site.path.text));
        if let Some(why) = &site.unsent {
            made.say("unsent", at, why.as_str());
        }
        let said =
            |name: &str| operation.text(name).or_else(|| site.item.text(name)).map(|said| self.said(said));
        if let Some(title) = said("summary").filter(|title| !title.is_empty()) {
            made.say("title", at, title);
        }
        if let Some(says) = said("description").filter(|says| !says.is_empty()) {
            made.say("says", at, says);
        }
        let request = format!("{} {}", site.method, site.documented);
        self.cite(&mut made, at, &cite::words(operation, &request));
        let mut tags = Vec::new();
        for tag in operation.get("tags").into_iter().flat_map(Place::elements) {
            match &tag.node.kind {
                Kind::Text(text) if !text.is_empty() => tags.push(tag.node.clone()),
                _ => self.notes.odd(tag.span(), "a tag has to be text", "passed over"),
            }
        }
        if !tags.is_empty() {
            made.put("tags", at, made::list(tags, at));
        }
        let parameters = self.parameters(site);
        made.fill("parameters", at, parameters);
        self.security(site, &mut made);
        let body = self.body(site, &mut made);
        let secured = made.get("security").is_some_and(|security| !security.members().is_empty());
        if !self.exact {
            site.answers.promises(secured, at, &mut made);
        }
        let responses = self.responses(site);
        let responses_at = operation.entry("responses").map_or(at, |(key, _)| key.span);
        made.put("responses", responses_at, responses.node());
        if !body.is_empty() {
            let examples = body.node();
            made.put("examples", examples.span, examples);
        }
        self.callbacks(operation);
        self.remember(site);
        self.amended(made.node(), operation)
    }

    fn callbacks(&mut self, operation: Place<'t>) {
        for (key, _) in operation.get("callbacks").into_iter().flat_map(Place::members) {
            if !key.text.starts_with("x-") {
                let message = format!("the callback `{}` is sent by the deployment", key.text);
                self.notes.left_out(key.span, message, "not tested: nothing here listens for it");
            }
        }
        if let Some((key, _)) = operation.entry("schemes").filter(|_| self.dialect == Dialect::V2) {
            self.notes.left_out(key.span, "`schemes` is for the target to say", "the address decides");
        }
    }
}

/// The shape of a path to the end of its parameter `name`, and the path before it.
fn until<'p>(path: &'p str, name: &str) -> Option<(String, &'p str)> {
    let start = path.find(&format!("{{{name}}}"))?;
    Some((path_shape(&path[..start + name.len() + 2]), &path[..start]))
}
