//! What a request that was let in does, and how it is answered: the success that the contract documents, with what
//! the mock remembers put in, and with the rules kept.

use std::sync::{Arc, PoisonError};

use serde_json::{Map, Value};

use super::admit::{Admitted, Turned, part, refuse};
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
        if !self.families[served.family].deletable || served.effect == Effect::Create {
            return Ok(());
        }
        let key = Self::resource_key(served, admitted);
        let gone = self.state().get(&key).is_some_and(|resource| resource.gone);
        if gone {
            return refuse(served, received, &served.gone, None, "it was deleted".to_owned());
        }
        Ok(())
    }

    /// Does what the request asks for. The state is locked from the first look to the last change, so that two
    /// requests on one resource come one after the other.
    pub(super) fn perform(&self, index: usize, admitted: &Admitted, received: &Received) -> Turned<Answer> {
        let served = &self.served[index];
        let key = Self::resource_key(served, admitted);
        let hand = served.hand_cases.iter().find(|hand| is_case(hand, admitted, received));
        let mut state = self.state();
        if let Some(body) = &served.body {
            judge_unique(served, body, &key, admitted, received, &state)?;
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
        let mut resource = self.resource(served, &key, &state);
        let mut scene =
            Scene { mock: self, index, served, success, admitted, received, troubles: Vec::new() };
        if !served.effect.writes() {
            drop(state);
            let body = scene.answer(&resource, &resource.members);
            return Ok(scene.finish(body));
        }
        let mut members = (*resource.members).clone();
        let changed = scene.write(&mut members, &mut resource, &key);
        let body = scene.answer(&resource, &members);
        // What a rule says about a member that was sent is what is remembered: a text without spaces around it.
        for name in changed {
            if let Some(value) = body.as_ref().and_then(|body| body.get(&name)) {
                members.insert(name, value.clone());
            }
        }
        match served.effect {
            Effect::Delete => {
                resource = self.families[served.family].birth(&self.served, &state, served.family, &key);
                resource.gone = true;
                state.put(&key, resource, 0);
            }
            // What is made in a collection is another resource than the collection.
            Effect::Create if !served.creates_itself => {}
            Effect::Create | Effect::Replace | Effect::Read => {
                resource.members = Arc::new(members);
                resource.gone = false;
                state.put(&key, resource, received.body.len());
            }
        }
        drop(state);
        Ok(scene.finish(body))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // No code under the lock leaves the state half changed, so a poisoned one is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn resource(&self, served: &Served, key: &str, state: &State) -> Resource {
        state
            .get(key)
            .cloned()
            .unwrap_or_else(|| self.families[served.family].birth(&self.served, state, served.family, key))
    }
}

/// A member that must be unique has no value of another resource.
fn judge_unique(
    served: &Served,
    body: &ServedBody,
    key: &str,
    admitted: &Admitted,
    received: &Received,
    state: &State,
) -> Turned<()> {
    for unique in &body.unique {
        let Some(value) = admitted.body.as_ref().and_then(|body| body.get(&unique.member)) else {
            continue;
        };
        if unique.taken.contains(value) || state.has_other(served.family, key, &unique.member, value) {
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
    success: &'m Success,
    admitted: &'m Admitted,
    received: &'m Received,
    troubles: Vec<String>,
}

impl Scene<'_> {
    /// Puts what was sent into `members`, and what the deployment makes up; gives the names of what was sent.
    fn write(&mut self, members: &mut Map<String, Value>, resource: &mut Resource, key: &str) -> Vec<String> {
        let family = &self.mock.families[self.served.family];
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
        let mut body = base.clone();
        if let Value::Object(there) = &mut body {
            for (name, value) in members {
                if self.success.members.contains(name) {
                    there.insert(name.clone(), value.clone());
                }
            }
            for (name, schema) in &self.success.echoes {
                if let Some((_, text, _)) = self.admitted.path.iter().find(|(other, _, _)| other == name) {
                    there.insert(name.clone(), values::typed(text, schema));
                }
            }
        }
        if !self.served.laws.is_empty() {
            let mut scope = self.scope(Some(body));
            self.troubles.extend(self.served.laws.keep(&mut scope));
            body = scope["body"].take();
        }
        self.keep_schema(&mut body, base);
        Some(body)
    }

    /// A value that was sent may be none that the answer documents: then the documented one stands in its place.
    fn keep_schema(&mut self, body: &mut Value, base: &Value) {
        let (Some(schema), Some(judge)) = (&self.success.schema, &self.success.judge) else { return };
        if judge.accepts(body) {
            return;
        }
        let members = &self.mock.families[self.served.family].members;
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
            self.troubles.push(format!("no answer {} within its schema could be made", self.success.status));
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
        scope.insert("header".to_owned(), Value::Object(fields.collect()));
        scope.insert("request".to_owned(), Value::Object(request));
        scope.insert("status".to_owned(), Value::from(self.success.status));
        scope.insert("body".to_owned(), body.unwrap_or(Value::Null));
        Value::Object(scope)
    }

    fn finish(self, body: Option<Value>) -> Answer {
        let headers = match &body {
            Some(_) => self.success.headers.clone(),
            None => self.success.headers.iter().filter(|(name, _)| name != "content-type").cloned().collect(),
        };
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
