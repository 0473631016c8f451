//! One request on its way to its answer: the success that the contract documents, with what the mock remembers put in,
//! and with the rules kept.

use serde_json::{Map, Value};

use super::admit::Admitted;
use super::listing::{Listing, laid};
use super::message::{Answer, Received, written};
use super::served::{Served, Success};
use super::state::Resource;
use super::{Mock, repair, values};
use crate::model::Schema;
use crate::text::pointer;

/// One request on its way to its answer.
pub(super) struct Scene<'m> {
    pub(super) mock: &'m Mock,
    pub(super) index: usize,
    pub(super) served: &'m Served,
    /// Of the resource that it is about, or makes.
    pub(super) family: usize,
    pub(super) success: &'m Success,
    pub(super) admitted: &'m Admitted,
    pub(super) received: &'m Received,
    /// Where to find what was made.
    pub(super) location: Option<String>,
    /// What a list shows.
    pub(super) listed: Vec<Resource>,
    pub(super) troubles: Vec<String>,
}

impl Scene<'_> {
    /// Puts what was sent into `members`, and what the deployment makes up; gives the names of what was sent.
    pub(super) fn write(
        &mut self,
        members: &mut Map<String, Value>,
        resource: &mut Resource,
        key: &str,
    ) -> Vec<String> {
        let family = &self.mock.families[self.family];
        let mut changed = Vec::new();
        if let (Some(Value::Object(sent)), Some(body)) = (&self.admitted.body, &self.served.body) {
            for (name, value) in sent {
                let unchanged = body.empties.contains(name) && value.as_str() == Some("");
                let secret =
                    body.hidden.iter().any(|place| matches!(place.as_slice(), [only] if only == name));
                if !unchanged && !secret && family.members.contains_key(name) {
                    let mut value = value.clone();
                    for place in body.hidden.iter().filter(|place| place.first() == Some(name)) {
                        pointer::take_all(&mut value, &place[1..]);
                    }
                    members.insert(name.clone(), value);
                    changed.push(name.clone());
                }
            }
        }
        if self.served.generates.is_empty() {
            return changed;
        }
        let scope = self.scope(None);
        for (member, when) in &self.served.generates {
            match when.holds(&scope) {
                Ok(false) => {}
                Ok(true) => {
                    resource.generated += 1;
                    let salt = format!("{key}/{member}/{}", resource.generated);
                    match family.fresh(member, members.get(member), &salt) {
                        Some(value) => {
                            members.insert(member.clone(), value);
                        }
                        None => self.troubles.push(format!("no new value of `{member}` could be generated")),
                    }
                }
                Err(error) => {
                    self.troubles.push(format!("when `{member}` is generated is not clear: {error}"));
                }
            }
        }
        changed
    }

    /// The body of the answer; None when it has none.
    pub(super) fn answer(&mut self, resource: &Resource, members: &Map<String, Value>) -> Option<Value> {
        if matches!(self.success.status, 204 | 205 | 304) {
            return None;
        }
        let Some(base) = resource.bases.get(&(self.index, self.success.status)) else {
            if self.success.schema.is_some() {
                self.troubles
                    .push(format!("no answer {} within its schema could be made", self.success.status));
            }
            return None;
        };
        let mut body = self.shown(self.success, base, members, &resource.id, self.family);
        if let Some(listing) = &self.served.lists {
            self.list(listing, &mut body);
        }
        if !self.served.laws.is_empty() {
            let mut scope = self.scope(Some(body));
            self.troubles.extend(self.served.laws.keep(&mut scope));
            body = scope["body"].take();
        }
        self.keep_schema(self.success, self.family, &mut body, base);
        Some(body)
    }

    /// What an answer shows of a resource, before the rules.
    fn shown(
        &self,
        success: &Success,
        base: &Value,
        members: &Map<String, Value>,
        id: &str,
        family: usize,
    ) -> Value {
        let mut body = base.clone();
        let family = &self.mock.families[family];
        if let Value::Object(there) = &mut body {
            if family.is_collection() {
                there.retain(|name, _| members.contains_key(name) || !family.members.contains_key(name));
            }
            for (name, value) in members.iter().filter(|(name, _)| success.members.contains(*name)) {
                // Where an answer has the resource in a member, the identifier beside what was sent stays.
                let around = |(at, _): &(String, Schema)| {
                    pointer::tokens(at).next().as_ref() == Some(name) && pointer::tokens(at).count() > 1
                };
                let wrapped = success.identity.iter().any(around);
                let value = if wrapped { laid(base.get(name), value) } else { value.clone() };
                there.insert(name.clone(), value);
            }
            for (name, schema) in &success.echoes {
                if let Some((_, text, _)) = self.admitted.path.iter().find(|(other, _, _)| other == name) {
                    there.insert(name.clone(), values::typed(text, schema));
                }
            }
        }
        // A request that names no resource of the collection is about none of them.
        for (at, schema) in success.identity.iter().filter(|_| family.is_collection()) {
            let (outer, name) = at.rsplit_once('/').unwrap_or_default();
            let name = name.replace("~1", "/").replace("~0", "~");
            if let Some(Value::Object(there)) = body.pointer_mut(outer) {
                there.insert(name, values::typed(id, schema));
            }
        }
        body
    }

    /// Puts the resources of the collection into a list.
    fn list(&mut self, listing: &Listing, body: &mut Value) {
        let listed = std::mem::take(&mut self.listed);
        // Without a creating operation any identifier may be known: then there is nothing to tell of.
        if listed.is_empty() && !self.mock.families[listing.family].is_collection() {
            return;
        }
        let wanted = listing.wanted(&self.served.parameters, self.received);
        let (elements, all) = if wanted.is_empty() {
            let window = listing.window(listed.len(), self.received);
            let shown = listed.get(window).unwrap_or_default();
            (shown.iter().filter_map(|resource| self.element(listing, resource)).collect(), listed.len())
        } else {
            // What a filter looks at is what the list would show.
            let mut found: Vec<Value> =
                listed.iter().filter_map(|resource| self.element(listing, resource)).collect();
            found.retain(|element| wanted.iter().all(|filter| filter.lets_through(element)));
            let all = found.len();
            (found.drain(listing.window(all, self.received)).collect(), all)
        };
        listing.fill(body, elements, all, self.received);
    }

    /// A resource as a list shows it.
    fn element(&mut self, listing: &Listing, resource: &Resource) -> Option<Value> {
        let base = resource.bases.get(&(self.index, listing.element.status))?;
        let mut element = self.shown(&listing.element, base, &resource.members, &resource.id, listing.family);
        self.keep_schema(&listing.element, listing.family, &mut element, base);
        Some(element)
    }

    /// A value that was sent may be none that the answer documents: then the documented one stands in its place.
    fn keep_schema(&mut self, success: &Success, family: usize, body: &mut Value, base: &Value) {
        let (Some(schema), Some(judge)) = (&success.schema, &success.judge) else { return };
        if judge.accepts(body) {
            return;
        }
        let members = &self.mock.families[family].members;
        for breach in judge.breaches(body) {
            let name = crate::text::pointer::tokens(&breach.at).next().unwrap_or_default();
            if let (true, Value::Object(there)) = (members.contains_key(&name), &mut *body) {
                match base.get(&name) {
                    Some(documented) => there.insert(name.clone(), documented.clone()),
                    None => there.shift_remove(&name),
                };
            }
            self.troubles
                .push(format!("what was sent as `{name}` can't be answered: it breaks {}", breach.path));
        }
        if repair::repair(body, schema, judge, "answer") {
            return;
        }
        // Of alternatives, what was sent may fit none together with the rest: the documented answer does.
        if judge.accepts(base) {
            body.clone_from(base);
        } else {
            self.troubles.push(format!("no answer {} within its schema could be made", success.status));
        }
    }

    /// The names that expressions see.
    fn scope(&self, body: Option<Value>) -> Value {
        let mut scope = match &*self.mock.variables {
            Value::Object(variables) => variables.clone(),
            _ => Map::new(),
        };
        let text = |(name, value): (&String, &String)| (name.clone(), Value::from(value.as_str()));
        let path = self.admitted.path.iter().map(|(name, _, value)| (name.clone(), value.clone()));
        let query = self.received.queries().map(|(name, value)| (name, Value::from(value)));
        // A head can be large; few contracts look at it.
        let header =
            self.received.headers.iter().filter(|_| self.served.reads_headers).map(|(name, value)| {
                (name.to_ascii_lowercase(), Value::from(String::from_utf8_lossy(value).into_owned()))
            });
        let mut request = Map::new();
        request.insert("method".to_owned(), Value::from(self.received.method.as_str()));
        request.insert("path".to_owned(), Value::Object(path.collect()));
        request.insert("query".to_owned(), Value::Object(query.collect()));
        request.insert("header".to_owned(), Value::Object(header.collect()));
        request.insert("body".to_owned(), self.admitted.body.clone().unwrap_or(Value::Null));
        let fields = self.success.headers.iter().map(|(name, value)| text((name, value)));
        let mut fields: Map<String, Value> = fields.collect();
        if let Some(location) = &self.location {
            fields.insert("location".to_owned(), Value::from(location.as_str()));
        }
        scope.insert("header".to_owned(), Value::Object(fields));
        scope.insert("request".to_owned(), Value::Object(request));
        scope.insert("status".to_owned(), Value::from(self.success.status));
        scope.insert("body".to_owned(), body.unwrap_or(Value::Null));
        Value::Object(scope)
    }

    pub(super) fn finish(self, body: Option<Value>) -> Answer {
        let mut headers: Vec<(String, String)> = match &body {
            Some(_) => self.success.headers.clone(),
            None => self.success.headers.iter().filter(|(name, _)| name != "content-type").cloned().collect(),
        };
        if let Some(location) = self.location {
            headers.retain(|(name, _)| name != "location");
            headers.push(("location".to_owned(), location));
        }
        Answer {
            status: self.success.status,
            body: body.map(|body| written(&body, &headers)).unwrap_or_default(),
            headers,
            operation: Some(self.served.id),
            refused: None,
            troubles: self.troubles,
            ..Answer::default()
        }
    }
}
