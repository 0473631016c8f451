//! What a request that was let in does.

use std::sync::{Arc, PoisonError};

use serde_json::Value;

use super::admit::{Admitted, Turned, part};
use super::fault::Memory;
use super::message::{Answer, Received};
use super::naming::Subject;
use super::scene::Scene;
use super::served::{Hand, Outcome, Served, ServedBody};
use super::state::{Resource, State, key};
use super::{Mock, values};
use crate::conform::{matches_body, read_json};
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
        match &served.gone {
            Some(answer) if gone => self.refuse(served, received, answer, None, "it was deleted".to_owned()),
            _ => Ok(()),
        }
    }

    /// Refuses a request about what nobody has made, or what was removed.
    fn have(&self, served: &Served, admitted: &Admitted, received: &Received, state: &State) -> Turned<()> {
        for exists in &served.exists {
            let Some(answer) = &exists.answer else { continue };
            let values = admitted.path.iter().take(exists.values).map(|(_, text, _)| text.as_str());
            if !state.lives(&key(exists.family, values)) {
                let clause = self.clause(served, &format!("path/{}/unknown", exists.parameter));
                let sent = admitted.path.get(exists.values - 1).map_or("", |(_, text, _)| text.as_str());
                let says = nobody(&exists.parameter, sent);
                return self.refuse(served, received, answer, clause, says);
            }
        }
        Ok(())
    }

    /// Does what the request asks for. The state is locked from the first look to the last change, so that two
    /// requests on one resource come one after the other.
    pub(super) fn perform(&self, index: usize, admitted: &Admitted, received: &Received) -> Turned<Answer> {
        let served = &self.served[index];
        let hand = served.hand_cases.iter().find(|hand| is_case(hand, admitted, received));
        let mut state = self.state();
        self.have(served, admitted, received, &state)?;
        let Subject { family, key, made } = self.subject(served, admitted, received, &state)?;
        if let Some(body) = &served.body {
            self.judge_unique(served, body, (family, &key), admitted, received, &state)?;
        }
        let success = match hand.map(|hand| (hand, &hand.outcome)) {
            Some((hand, Outcome::Refuse(prepared))) => {
                let case = &self.contract.operation(served.id).cases[hand.index];
                let says = format!("it is the case `{}`", case.name);
                self.refuse(served, received, prepared, Some(case.clause), says)?;
                &served.successes[0]
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
        if let Some(bulk) = &served.bulk {
            if self.faults.memory(served.id) != Some(Memory::Nothing) {
                let hidden = served.body.as_ref().map_or(&[][..], |body| &body.hidden);
                scene.listed = self.make_all(bulk, hidden, admitted, &mut state, &mut scene.troubles);
            }
            drop(state);
            let body = scene.answer(&resource, &resource.members);
            return Ok(scene.finish(body));
        }
        let mut members = (*resource.members).clone();
        if served.makes.is_some() && !made {
            scene.troubles.push("no new identifier could be made".to_owned());
        }
        if served.changes.is_some() && family == served.family {
            scene
                .troubles
                .push("the body does not say which resource is meant: nothing was changed".to_owned());
        }
        if made || served.whole && self.families[family].is_collection() {
            self.families[family].reset(&mut members, &resource.first);
        }
        if made && served.makes.as_ref().is_some_and(|makes| makes.location) {
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
        match self.faults.memory(served.id) {
            Some(Memory::Nothing) => {
                drop(state);
                return Ok(scene.finish(body));
            }
            Some(Memory::OnlyWhatWasSent) => {
                self.families[family].forget_others(&mut members, &resource.members, &key);
            }
            Some(Memory::Neighbours) => state.spread(family, &key, &resource.members, &members),
            Some(Memory::Refused) | None => {}
        }
        resource.members = Arc::new(members);
        self.remember(served, (family, &key, made), admitted, resource, &mut state);
        drop(state);
        Ok(scene.finish(body))
    }

    /// Keeps what a request made of a resource.
    fn remember(
        &self,
        served: &Served,
        (family, key, made): (usize, &str, bool),
        admitted: &Admitted,
        mut resource: Resource,
        state: &mut State,
    ) {
        match served.effect {
            Effect::Delete if self.families[family].is_collection() => {
                state.remove(key, &self.below(family, admitted));
            }
            Effect::Delete => {
                resource = self.families[served.family].birth(&self.served, state, served.family, key);
                resource.gone = true;
                state.put(family, key, resource);
            }
            // What is made in a collection is another resource than the collection.
            Effect::Create if !served.creates_itself && !made => {}
            Effect::Create | Effect::Replace | Effect::Update | Effect::Read => {
                resource.gone = false;
                state.put(family, key, resource);
            }
        }
    }

    /// A member that must be unique has no value of another resource.
    fn judge_unique(
        &self,
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
            let says = || format!("another resource has this {}", unique.member);
            if let Some(taken) = unique.taken.iter().find(|taken| taken.value == *value) {
                self.refuse(served, received, &taken.conflict, Some(taken.clause), says())?;
            } else if state.has_other(family, key, &unique.member, value) {
                let clause = unique.taken.first().map(|taken| taken.clause);
                self.refuse(served, received, &unique.conflict, clause, says())?;
            }
        }
        Ok(())
    }

    /// Stores the members of a body that was refused: what a faulty mock does.
    pub(super) fn store_refused(&self, served: &Served, admitted: &Admitted, received: &Received) {
        let Ok(Value::Object(sent)) = read_json(&received.body) else { return };
        let key = Self::resource_key(served, admitted);
        let mut state = self.state();
        let mut resource = self.resource(served.family, &key, &state);
        let mut members = (*resource.members).clone();
        for (name, value) in sent {
            if self.families[served.family].members.contains_key(&name) {
                members.insert(name, value);
            }
        }
        resource.members = Arc::new(members);
        state.put(served.family, &key, resource);
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // No code under the lock leaves the state half changed, so a poisoned one is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn resource(&self, family: usize, key: &str, state: &State) -> Resource {
        let there = state.get(key).cloned();
        there.unwrap_or_else(|| self.families[family].birth(&self.served, state, family, key))
    }

    /// How the names begin of what stands below a resource of this family.
    fn below(&self, family: usize, admitted: &Admitted) -> Vec<String> {
        let above = format!("{}/", self.families[family].shape);
        let inside = self.families.iter().enumerate().filter(|(_, other)| other.shape.starts_with(&above));
        let values = || admitted.path.iter().map(|(_, text, _)| text.as_str());
        inside.map(|(index, _)| key(index, values())).collect()
    }
}

/// Why an identifier names nothing.
pub(super) fn nobody(parameter: &str, sent: &str) -> String {
    if sent.is_empty() {
        format!("the {parameter} is empty")
    } else {
        format!("nothing has this {parameter}")
    }
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
