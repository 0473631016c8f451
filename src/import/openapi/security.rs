//! Security schemes and what operations require of them.

use std::collections::{BTreeMap, BTreeSet};

use super::made::{self, Made};
use super::operation::Site;
use super::promises::because;
use super::sources::Place;
use super::{Dialect, Reading, cite, extension, names};
use crate::text::Span;
use crate::text::tree::Key;

/// A credential of the contract.
#[derive(Debug, Clone)]
pub(super) struct Scheme<'t> {
    name: String,
    location: &'static str,
    on_the_wire: String,
    /// Before the variable: `Bearer `.
    before: &'static str,
    variable: String,
    at: Span,
    place: Place<'t>,
    says: String,
    /// How many were asked for before it.
    number: usize,
}

impl<'t> Reading<'t> {
    /// The scheme with this name, ready to be used; None for one that no request can carry.
    fn scheme(&mut self, said: &str, at: Span) -> Option<Scheme<'t>> {
        if let Some(known) = self.credentials.get(said) {
            return Some(known.clone());
        }
        let Some((key, declared)) = self.scheme_in_document(said) else {
            self.notes.odd(at, format!("no security scheme is called `{said}`"), "passed over");
            return None;
        };
        let place = self.resolver.follow(declared).unwrap_or(declared);
        let variable = names::variable(said);
        let bearer = ("header", "Authorization".to_owned(), "Bearer ", "the token");
        let (location, on_the_wire, before, what) = match place.text("type").unwrap_or_default() {
            "apiKey" => {
                let location = match place.text("in") {
                    Some("header") => "header",
                    Some("query") => "query",
                    Some("cookie") => "cookie",
                    _ => {
                        self.notes.odd(
                            place.span(),
                            "an API key is in a header, the query or a cookie",
                            "passed over",
                        );
                        return None;
                    }
                };
                let Some(name) = place.text("name").filter(|name| !name.is_empty()) else {
                    self.notes.odd(place.span(), "an API key needs a `name`", "passed over");
                    return None;
                };
                (location, name.to_owned(), "", "the key")
            }
            "basic" => ("header", "Authorization".to_owned(), "Basic ", "`user:password` in Base64"),
            "http" => match place.text("scheme").unwrap_or_default().to_ascii_lowercase().as_str() {
                "basic" => ("header", "Authorization".to_owned(), "Basic ", "`user:password` in Base64"),
                "bearer" => bearer,
                other => {
                    let message = format!("the authentication scheme `{other}` takes more than a value");
                    self.notes.left_out(place.span(), message, "the variable is the whole header");
                    ("header", "Authorization".to_owned(), "", "the whole header")
                }
            },
            "oauth2" | "openIdConnect" => bearer,
            "mutualTLS" => {
                self.notes.left_out(
                    place.span(),
                    "a client certificate is no part of a request",
                    "not tested",
                );
                return None;
            }
            other => {
                self.notes.odd(
                    place.span(),
                    format!("there is no security scheme of type `{other}`"),
                    "passed over",
                );
                return None;
            }
        };
        let scheme = Scheme {
            name: match extension::key(place) {
                Some(key) => key.to_owned(),
                None if self.exact => said.to_owned(),
                None => names::plain(said),
            },
            location,
            on_the_wire,
            before,
            variable,
            at: key.span,
            place,
            says: what.to_owned(),
            number: self.credentials.len(),
        };
        self.credentials.insert(said.to_owned(), scheme.clone());
        Some(scheme)
    }

    /// Whether an API key of the operation stands there, so that a parameter of that name would be the same thing twice.
    pub(super) fn is_api_key(&self, site: &Site<'t>, location: &str, name: &str) -> bool {
        let required = site.operation.get("security").or_else(|| self.root.get("security"));
        // Of several ways the first is the one that is taken.
        let taken = required.into_iter().flat_map(Place::elements).find(|way| way.members().next().is_some());
        let names = taken.into_iter().flat_map(Place::members);
        names.filter_map(|(key, _)| self.scheme_in_document(&key.text)).any(|(_, declared)| {
            let place = self.resolver.follow(declared).unwrap_or(declared);
            let is = |word: &str, text: &str| place.text(word) == Some(text);
            let called = place
                .text("name")
                .is_some_and(|own| own == name || location == "header" && own.eq_ignore_ascii_case(name));
            is("type", "apiKey") && is("in", location) && called
        })
    }

    /// The security scheme with this name, as the document declares it.
    fn scheme_in_document(&self, name: &str) -> Option<(&'t Key, Place<'t>)> {
        let list = if self.dialect == Dialect::V2 {
            self.root.get("securityDefinitions")
        } else {
            self.root.get("components").and_then(|components| components.get("securitySchemes"))
        };
        list.and_then(|list| list.entry(name))
    }

    /// What an operation requires.
    pub(super) fn security(&mut self, site: &Site<'t>, operation: &mut Made) {
        if self.exact {
            return self.exactly(site, operation);
        }
        let said = site.operation.entry("security").or_else(|| self.root.entry("security"));
        let none = |operation: &mut Made, at: Span| operation.put("security", at, Made::new(at).node());
        let Some((key, said)) = said else { return none(operation, site.at) };
        let at = key.span;
        let mut optional = false;
        let mut ways: Vec<Vec<Scheme<'t>>> = Vec::new();
        for requirement in said.elements() {
            if requirement.node.members().is_empty() {
                optional = true;
                continue;
            }
            let names: Vec<(&str, Span)> =
                requirement.members().map(|(key, _)| (key.text.as_str(), key.span)).collect();
            let schemes: Vec<Option<Scheme<'t>>> =
                names.into_iter().map(|(name, at)| self.scheme(name, at)).collect();
            if let Some(schemes) = schemes.into_iter().collect::<Option<Vec<_>>>() {
                ways.push(schemes);
            }
        }
        let Some(first) = ways.first().cloned() else { return none(operation, at) };
        let mut places = BTreeSet::new();
        for scheme in &first {
            if !places.insert((scheme.location, scheme.on_the_wire.to_ascii_lowercase())) {
                let message =
                    format!("two credentials stand in the {} `{}`", scheme.location, scheme.on_the_wire);
                self.notes.odd(at, message, "only the first is sent");
            }
        }
        let refused = site.answers.unauthorised();
        let convention = "a request without its credential gets a documented client error";
        let mut made = Made::new(said.span());
        let mut seen = BTreeSet::new();
        for (index, scheme) in first.iter().enumerate() {
            if !seen.insert((scheme.location, scheme.on_the_wire.to_ascii_lowercase())) {
                continue;
            }
            let mut one = Made::new(at);
            // What is left of the first way may be another way.
            let left: BTreeSet<&str> = first
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index)
                .map(|(_, one)| one.name.as_str())
                .collect();
            let enough =
                ways.iter().skip(1).any(|way| way.iter().all(|scheme| left.contains(scheme.name.as_str())));
            if optional || enough {
                one.put("optional", at, made::truth(true, at));
            } else if !refused.is_empty() {
                one.put("refused", at, because(&refused, convention, at));
            }
            let others = alternatives(&ways[1..], scheme, at);
            one.fill("alternatives", at, others);
            made.put(&scheme.name, at, one.node());
        }
        for scheme in ways.iter().flatten() {
            self.needs(scheme);
        }
        operation.put("security", at, made.node());
    }

    /// Where the document is a contract in OpenAPI's words: the credentials that every operation needs.
    pub(super) fn credentials_of_all(&mut self) {
        let first = self.root.get("security").filter(|_| self.exact).and_then(|all| all.elements().next());
        for (key, _) in first.into_iter().flat_map(Place::members) {
            self.scheme(&key.text, key.span);
        }
    }

    /// The same for an operation: which credentials, and whether none will do.
    fn exactly(&mut self, site: &Site<'t>, operation: &mut Made) {
        let Some((key, said)) = site.operation.entry("security") else { return };
        let optional = said.elements().any(|one| one.node.members().is_empty());
        let mut made = Made::new(said.span());
        let first = said.elements().find(|one| !one.node.members().is_empty());
        for (name, _) in first.into_iter().flat_map(Place::members) {
            let Some(scheme) = self.scheme(&name.text, name.span) else { continue };
            let mut one = Made::new(name.span);
            if optional {
                one.put("optional", name.span, made::truth(true, name.span));
            }
            made.put(&scheme.name, name.span, one.node());
        }
        operation.put("security", key.span, made.node());
    }

    fn needs(&mut self, scheme: &Scheme<'t>) {
        let says = scheme.place.text("description").map(names::line);
        let says = says.map_or_else(
            || format!("{} of `{}`", scheme.says, scheme.name),
            |says| format!("{} of `{}`: {says}", scheme.says, scheme.name),
        );
        self.variables.entry(scheme.variable.clone()).or_insert_with(|| {
            let mut needed = Made::new(scheme.at);
            needed.put("secret", scheme.at, made::truth(true, scheme.at));
            needed.put("optional", scheme.at, made::truth(true, scheme.at));
            needed.say("says", scheme.at, says);
            needed.node()
        });
    }

    /// The credentials that operations use.
    pub(super) fn used_credentials(&mut self) -> Made {
        let mut made = Made::new(self.root.span());
        let mut all: BTreeMap<String, Scheme<'t>> = BTreeMap::new();
        for scheme in self.credentials.values() {
            all.insert(scheme.name.clone(), scheme.clone());
        }
        let mut all: Vec<Scheme<'t>> = all.into_values().collect();
        all.sort_by_key(|scheme| if self.exact { (scheme.number, scheme.at) } else { (0, scheme.at) });
        for scheme in all {
            let mut one = Made::new(scheme.place.span());
            one.say("in", scheme.at, scheme.location);
            one.say("name", scheme.at, scheme.on_the_wire.as_str());
            one.say("value", scheme.at, scheme.template());
            let own = cite::pairs(scheme.place, &["type", "scheme", "in", "name"]);
            self.cite(&mut one, scheme.at, &cite::words(scheme.place, &own));
            made.put(&scheme.name, scheme.at, one.node());
        }
        made
    }
}

impl Scheme<'_> {
    fn template(&self) -> String {
        format!("{}{{{{{}}}}}", self.before, self.variable)
    }
}

/// The other ways, as what is accepted in the place of `of`.
fn alternatives(others: &[Vec<Scheme<'_>>], of: &Scheme<'_>, at: Span) -> Made {
    let mut made = Made::new(at);
    let mut taken = names::Names::default();
    for way in others {
        // The same credential is no alternative to itself.
        if way.iter().any(|scheme| scheme.name == of.name) && way.len() == 1 {
            continue;
        }
        let carries = way
            .iter()
            .map(|scheme| {
                let mut carried = Made::new(at);
                carried.say("in", at, scheme.location);
                carried.say("name", at, scheme.on_the_wire.as_str());
                carried.say("contains", at, scheme.template());
                carried.node()
            })
            .collect();
        let mut one = Made::new(at);
        one.put("carries", at, made::list(carries, at));
        let name = way.iter().map(|scheme| scheme.name.as_str()).collect::<Vec<_>>().join("-and-");
        let name = taken.free(&name);
        made.put(&name, at, one.node());
    }
    made
}
