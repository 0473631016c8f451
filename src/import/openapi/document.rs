//! The document as a whole.

use std::collections::BTreeSet;

use super::made::{self, Made};
use super::operation::Site;
use super::promises::Answers;
use super::sources::Place;
use super::{Dialect, Reading, names};
use crate::model::path_shape;
use crate::text::Span;
use crate::text::tree::{Kind, Node};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

impl<'t> Reading<'t> {
    /// The contract.
    pub(super) fn document(&mut self) -> Node {
        let root = self.root;
        let span =
            root.entry("openapi").or_else(|| root.entry("swagger")).map_or(root.span(), |(key, _)| key.span);
        let mut contract = Made::new(root.span());
        contract.put("countersign", span, Node { kind: Kind::Number(1.into()), span });
        let info = root.get("info");
        let title = info.and_then(|info| info.text("title")).map(str::trim).filter(|title| !title.is_empty());
        if title.is_none() {
            self.notes.odd(info.map_or(span, Place::span), "the document has no title", "it gets one");
        }
        let title = title.unwrap_or("An API without a title").to_owned();
        contract.say("title", span, title.as_str());
        if let Some(says) = info.and_then(|info| info.text("description")) {
            contract.say("says", span, self.said(says));
        }
        let base = self.base();
        if !base.is_empty() {
            contract.say("base", span, base.as_str());
        }
        let sites = self.sites(&base);
        if !self.exact {
            self.find_identifiers(&sites);
        }
        self.credentials_of_all();
        let mut operations = Made::new(root.get("paths").map_or(span, Place::span));
        for site in &sites {
            let operation = self.operation(site);
            operations.put(&site.name, site.at, operation);
        }
        let sequences = self.sequences();
        self.not_operations();
        let security = self.used_credentials();
        let definitions = self.definitions();
        if !self.exact {
            if !sites.is_empty() {
                contract.put("sources", span, self.sources(&title, span).node());
            }
            contract.put("defaults", span, self.defaults(span));
        }
        contract.fill("security", span, security);
        let mut variables = Made::new(span);
        for (name, node) in std::mem::take(&mut self.variables) {
            variables.put(&name, node.span, node);
        }
        if !self.exact {
            contract.fill("variables", span, variables);
        }
        contract.put("operations", operations_span(root, span), operations.node());
        contract.fill("sequences", span, sequences);
        contract.fill("schemas", span, definitions);
        self.amended(contract.node(), root)
    }

    /// A text of the document.
    pub(super) fn said<'s>(&self, text: &'s str) -> &'s str {
        if self.exact { text } else { text.trim() }
    }

    /// Members that a schema does not name are no promise of OpenAPI, and of the formats only those that it defines
    /// itself, before 3.1 left them to be descriptions.
    fn defaults(&self, span: Span) -> Node {
        let mut defaults = Made::new(span);
        defaults.say("other_members", span, "allowed");
        let promised: &[&str] = if self.dialect.modern() { &[] } else { &["date", "date-time"] };
        let promised = promised.iter().map(|format| made::text(*format, span)).collect();
        defaults.put("formats", span, made::list(promised, span));
        let mut secrets = Made::new(span);
        secrets.say("convention", span, "what is writeOnly is never part of an answer");
        defaults.put("secrets", span, secrets.node());
        defaults.node()
    }

    /// The path, when the keys are told that none has.
    fn known_of_path(&mut self, item: Place<'t>) -> Place<'t> {
        let others =
            ["$ref", "summary", "description", "servers", "parameters", "query", "additionalOperations"];
        for (key, _) in item.members() {
            let name = key.text.as_str();
            if !METHODS.contains(&name) && !others.contains(&name) && !name.starts_with("x-") {
                self.notes.odd(key.span, format!("a path has no `{name}`"), "passed over");
            }
        }
        item
    }

    /// Every method on every path, with its name.
    fn sites(&mut self, base: &str) -> Vec<Site<'t>> {
        let mut sites: Vec<Site<'t>> = Vec::new();
        let mut seen = BTreeSet::new();
        let Some(paths) = self.root.get("paths") else {
            if self.root.get("webhooks").is_none() && self.root.get("components").is_none() {
                self.notes.odd(self.root.span(), "the document has no `paths`", "no operation");
            }
            return sites;
        };
        if !paths.is_map() {
            self.notes.odd(paths.span(), "`paths` has to be a map", "no operation");
            return sites;
        }
        for (key, item) in paths.members() {
            if key.text.starts_with("x-") {
                continue;
            }
            let item = match self.resolver.follow(item) {
                Ok(item) if item.is_map() => self.known_of_path(item),
                Ok(_) => {
                    self.notes.odd(key.span, format!("`{}` has no operations", key.text), "passed over");
                    continue;
                }
                Err(why) => {
                    let message = format!("`{}` leads nowhere: {why}", key.text);
                    self.notes.odd(item.span(), message, "no operation");
                    continue;
                }
            };
            let newest = self.dialect == Dialect::V32;
            let additional = item.get("additionalOperations").filter(|_| newest);
            let own = item
                .members()
                .filter(|(key, _)| METHODS.contains(&key.text.as_str()) || (key.text == "query" && newest));
            for (method, operation) in own.chain(additional.into_iter().flat_map(Place::members)) {
                if !operation.is_map() {
                    self.notes.odd(
                        operation.span(),
                        format!("`{}` is no operation", method.text),
                        "passed over",
                    );
                    continue;
                }
                let method_word = method.text.to_ascii_uppercase();
                if !method_word.chars().all(|c| c.is_ascii_uppercase() || c == '-') || method_word.is_empty()
                {
                    self.notes.odd(method.span, format!("`{}` is no method", method.text), "passed over");
                    continue;
                }
                let servers = operation.get("servers").or_else(|| item.get("servers"));
                let servers = servers.filter(|_| self.dialect != Dialect::V2);
                let path = self.path(&key.text, key.span, base, servers);
                let mut unsent =
                    servers.and_then(|servers| self.elsewhere(servers)).map(|url| format!("it is at {url}"));
                if !seen.insert((method_word.clone(), path_shape(&path.text))) {
                    let message =
                        format!("{method_word} {} is the same request as another operation's", path.text);
                    self.notes.odd(
                        method.span,
                        message,
                        "not sent: its answers can't be told from the other's",
                    );
                    unsent = Some("another operation has the same request".to_owned());
                }
                let said = self.name_of(operation);
                let name = said.unwrap_or_else(|| names::of_request(&method_word, &key.text));
                sites.push(Site {
                    name,
                    at: method.span,
                    method: method_word,
                    unsent,
                    path,
                    item,
                    operation,
                    documented: key.text.clone(),
                    answers: Answers::default(),
                });
            }
        }
        // A name that two have is neither's alone: which of them comes first must not matter.
        let mut count = std::collections::BTreeMap::new();
        for site in &sites {
            *count.entry(site.name.clone()).or_insert(0) += 1;
        }
        for site in &mut sites {
            if count.get(&site.name).is_some_and(|count| *count > 1) {
                if site.operation.get("operationId").is_some() {
                    let span = site.operation.get("operationId").map_or(site.at, Place::span);
                    self.notes.odd(
                        span,
                        format!("several operations are called `{}`", site.name),
                        "named after its request",
                    );
                }
                site.name = names::of_request(&site.method, &site.documented);
            }
        }
        for site in &mut sites {
            site.name = self.names.free(&site.name);
            site.answers = Answers::of(site.operation);
        }
        sites
    }

    /// What the document calls an operation.
    fn name_of(&self, operation: Place<'t>) -> Option<String> {
        let said = operation.text("operationId")?;
        let name = if self.exact { said.to_owned() } else { names::plain(said) };
        Some(name).filter(|name| !name.is_empty())
    }

    /// What the document has besides operations.
    fn not_operations(&mut self) {
        for word in ["webhooks", "x-webhooks"] {
            for (key, _) in self.root.get(word).into_iter().flat_map(Place::members) {
                let message = format!("the webhook `{}` is sent by the deployment", key.text);
                self.notes.left_out(key.span, message, "not tested: nothing here listens for it");
            }
        }
    }
}

fn operations_span(root: Place<'_>, otherwise: Span) -> Span {
    root.entry("paths").map_or(otherwise, |(key, _)| key.span)
}
