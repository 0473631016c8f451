//! What a request that was let in does, and how it is answered: the success that the contract documents, with what
//! the mock remembers put in, and with the rules kept.

use std::sync::{Arc, PoisonError};

use serde_json::{Map, Value};

use super::admit::{Admitted, Turned, part, refuse};
use super::listing::{Listing, laid};
use super::message::{Answer, Received, written};
use super::served::{Hand, Outcome, Served, ServedBody, Success};
use super::state::{Resource, State, key};
use super::{Mock, repair, values};
use crate::conform::matches_body;
use crate::model::{Effect, Location};

impl Mock {
    /// The name of the resource that the request is about.
    pub(super) fn resource_key(served: &Served, admitted: &Admitted) -> String {
        let values = served.resource_names.iter().map(|name| {
            let found = admitted.path.iter().find(|(other, _, _)| other == name);
            found.map_or("", |(_, text, _)| text.as_str())
        });
        key(served.family, values)
    }

    /// Refuses a request about what was deleted.
    pub(super) fn look_for(&self, served: &Served, admitted: &Admitted, received: &Received) -> Turned<()> {
        let family = &self.families[served.family];
        if family.is_collection() || !served.exists.is_empty() {
            self.have(served, admitted, received, &self.state())?;
        }
        if family.is_collection() || !family.deletable || served.effect == Effect::Create {
            return Ok(());
        }
        let key = Self::resource_key(served, admitted);
        let gone = self.state().get(&key).is_some_and(|resource| resource.gone);
        if gone {
            return refuse(served, received, &served.gone, None, "it was deleted".to_owned());
        }
        Ok(())
    }

    /// Refuses a request about what nobody has made, or what was removed.
    fn have(&self, served: &Served, admitted: &Admitted, received: &Received, state: &State) -> Turned<()> {
        for exists in &served.exists {
            let values = admitted.path.iter().take(exists.values).map(|(_, text, _)| text.as_str());
            if !state.lives(&key(exists.family, values)) {
                let clause = self.clause(served, &format!("path/{}/unknown", exists.parameter));
                let says = format!("nothing has this {}", exists.parameter);
                return refuse(served, received, &exists.answer, clause, says);
            }
        }
        Ok(())
    }

    /// Does what the request asks for. The state is locked from the first look to the last change, so that two
    /// requests on one resource come one after the other.
    pub(super) fn perform(&self, index: usize, admitted: &Admitted, received: &Received) -> Turned<Answer> {
        let served = &self.served[index];
        let own_key = Self::resource_key(served, admitted);
        let hand = served.hand_cases.iter().find(|hand| is_case(hand, admitted, received));
        let mut state = self.state();
        self.have(served, admitted, received, &state)?;
        let made = self.named(served, admitted, &state);
        let (family, key) = made.unwrap_or((served.family, own_key));
        if let Some(body) = &served.body {
            judge_unique(served, body, (family, &key), admitted, received, &state)?;
        }
        let success = match hand.map(|hand| (hand, &hand.outcome)) {
            Some((hand, Outcome::Refuse(prepared))) => {
                drop(state);
                let case = &self.contract.operation(served.id).cases[hand.index];
                let says = format!("it is the case `{}`", case.name);
                return refuse(served, received, prepared, Some(case.clause), says);
            }
            Some((_, Outcome::Succeed(at))) => &served.successes[*at],
            None => &served.successes[0],
        };
        let mut resource = self.resource(family, &key, &state);
        let mut scene = Scene {
            mock: self,
            index,
            served,
            family,
            success,
            admitted,
            received,
            location: None,
            listed: Vec::new(),
            troubles: Vec::new(),
        };
        if !served.effect.writes() {
            if let Some(listing) = &served.lists {
                let path = admitted.path.iter().map(|(_, text, _)| text.as_str());
                scene.listed = state.living(&super::state::key(listing.family, path));
            }
            drop(state);
            let body = scene.answer(&resource, &resource.members);
            return Ok(scene.finish(body));
        }
        let mut members = (*resource.members).clone();
        let makes = served.makes.as_ref().is_some_and(|makes| makes.family == family);
        if served.makes.is_some() && !makes {
            scene.troubles.push("no new identifier could be made".to_owned());
        }
        if makes || served.whole {
            let born = self.families[family].birth(&self.served, &state, family, &key);
            self.families[family].reset(&mut members, &born.members, served.whole);
        }
        if makes && served.makes.as_ref().is_some_and(|makes| makes.location) {
            let path = received.path.trim_end_matches('/');
            scene.location = Some(format!("{path}/{}", values::segment(&resource.id)));
        }
        let changed = scene.write(&mut members, &mut resource, &key);
        let body = scene.answer(&resource, &members);
        // What a rule says about a member that was sent is what is remembered: a text without spaces around it.
        for name in changed {
            if let Some(value) = body.as_ref().and_then(|body| body.get(&name)) {
                members.insert(name, value.clone());
            }
        }
        match served.effect {
            Effect::Delete if self.families[family].is_collection() => {
                state.remove(&key, &self.below(family, admitted));
            }
            Effect::Delete => {
                resource = self.families[served.family].birth(&self.served, &state, served.family, &key);
                resource.gone = true;
                state.put(family, &key, resource, 0);
            }
            // What is made in a collection is another resource than the collection.
            Effect::Create if !served.creates_itself && !makes => {}
            Effect::Create | Effect::Replace | Effect::Update | Effect::Read => {
                resource.members = Arc::new(members);
                resource.gone = false;
                state.put(family, &key, resource, received.body.len());
            }
        }
        drop(state);
        Ok(scene.finish(body))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // No code under the lock leaves the state half changed, so a poisoned one is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn resource(&self, family: usize, key: &str, state: &State) -> Resource {
        let there = state.get(key).cloned();
        there.unwrap_or_else(|| self.families[family].birth(&self.served, state, family, key))
    }

    /// The family and the name of what the request is going to make.
    fn named(&self, served: &Served, admitted: &Admitted, state: &State) -> Option<(usize, String)> {
        let makes = served.makes.as_ref()?;
        let family = &self.families[makes.family];
        let parents: Vec<&str> = admitted.path.iter().map(|(_, text, _)| text.as_str()).collect();
        let prefix = key(makes.family, parents.iter().copied());
        let id = state.new_identifier(makes.family, &prefix, &family.named_by)?;
        Some((makes.family, key(makes.family, parents.into_iter().chain([id.as_str()]))))
    }

    /// How the names begin of what stands below a resource of this family.
    fn below(&self, family: usize, admitted: &Admitted) -> Vec<String> {
        let above = format!("{}/", self.families[family].shape);
        let inside = self.families.iter().enumerate().filter(|(_, other)| other.shape.starts_with(&above));
        let values = || admitted.path.iter().map(|(_, text, _)| text.as_str());
        inside.map(|(index, _)| key(index, values())).collect()
    }
}

/// A member that must be unique has no value of another resource.
fn judge_unique(
    served: &Served,
    body: &ServedBody,
    (family, key): (usize, &str),
    admitted: &Admitted,
    received: &Received,
    state: &State,
) -> Turned<()> {
    for unique in &body.unique {
        let Some(value) = admitted.body.as_ref().and_then(|body| body.get(&unique.member)) else {
            continue;
        };
        if unique.taken.contains(value) || state.has_other(family, key, &unique.member, value) {
            let says = format!("another resource has this {}", unique.member);
            return refuse(served, received, &unique.conflict, unique.clause, says);
        }
    }
    Ok(())
}

/// Whether the request is the one of a case written by hand.
fn is_case(hand: &Hand, admitted: &Admitted, received: &Received) -> bool {
    let has = |(location, name, wanted): &(Location, String, String)| match location {
        Location::Path => admitted.path.iter().any(|(other, text, _)| other == name && text == wanted),
        location => part(received, *location, name).is_some_and(|given| given == wanted.as_str()),
    };
    hand.parts.iter().all(has)
        && hand.raw_body.as_ref().is_none_or(|raw| *raw == received.body)
        && hand
            .body
            .as_ref()
            .is_none_or(|wanted| admitted.body.as_ref().is_some_and(|given| matches_body(wanted, given)))
}

/// One request on its way to its answer.
struct Scene<'m> {
    mock: &'m Mock,
    index: usize,
    served: &'m Served,
    /// Of the resource that it is about, or makes.
    family: usize,
    success: &'m Success,
    admitted: &'m Admitted,
    received: &'m Received,
    /// Where to find what was made.
    location: Option<String>,
    /// What a list shows.
    listed: Vec<Resource>,
    troubles: Vec<String>,
}

impl Scene<'_> {
    /// Puts what was sent into `members`, and what the deployment makes up; gives the names of what was sent.
    fn write(&mut self, members: &mut Map<String, Value>, resource: &mut Resource, key: &str) -> Vec<String> {
        let family = &self.mock.families[self.family];
        let mut changed = Vec::new();
        if let (Some(Value::Object(sent)), Some(body)) = (&self.admitted.body, &self.served.body) {
            for (name, value) in sent {
                let unchanged = body.empties.contains(name) && value.as_str() == Some("");
                if !unchanged && family.members.contains_key(name) {
                    members.insert(name.clone(), value.clone());
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
    fn answer(&mut self, resource: &Resource, members: &Map<String, Value>) -> Option<Value> {
        if matches!(self.success.status, 204 | 205 | 304) {
            return None;
        }
        let base = resource.bases.get(&(self.index, self.success.status))?;
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
                let value = match family.is_collection() {
                    true => laid(base.get(name), value),
                    false => value.clone(),
                };
                there.insert(name.clone(), value);
            }
            for (name, schema) in &success.echoes {
                if let Some((_, text, _)) = self.admitted.path.iter().find(|(other, _, _)| other == name) {
                    there.insert(name.clone(), values::typed(text, schema));
                }
            }
        }
        for (at, schema) in &success.identity {
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
        let all = listed.len();
        // Without a creating operation any identifier may be known: then there is nothing to tell of.
        if all == 0 && !self.mock.families[listing.family].is_collection() {
            return;
        }
        let window = listing.window(all, self.received);
        let mut elements = Vec::with_capacity(window.len());
        for resource in listed.get(window).unwrap_or_default() {
            let Some(base) = resource.bases.get(&(self.index, listing.element.status)) else { continue };
            let mut element =
                self.shown(&listing.element, base, &resource.members, &resource.id, listing.family);
            self.keep_schema(&listing.element, listing.family, &mut element, base);
            elements.push(element);
        }
        listing.fill(body, elements, all, self.received);
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
        if !repair::repair(body, schema, judge, "answer") {
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

    fn finish(self, body: Option<Value>) -> Answer {
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
        }
    }
}
