//! Many resources by one request: an array is sent, and each of its elements is made, as `POST /users/batch` does where
//! `POST /users` makes one.

use serde_json::Value;

use super::admit::Admitted;
use super::family::Family;
use super::naming::identifier;
use super::state::{MOST_RESOURCES, Resource, State, key};
use super::{Mock, shape};
use crate::model::{Contract, Effect, Operation, path_shape};
use crate::text::pointer;

/// What an operation makes many of.
#[derive(Debug)]
pub(super) struct Bulk {
    pub(super) family: usize,
    /// Pointer to the identifier in an element, where the client may choose it.
    chosen: Option<String>,
}

/// The family of which `operation` makes as many as it is sent: it creates, its path is one segment beside the collection's,
/// and the elements of its body have nothing but what a resource there has.
pub(super) fn made(operation: &Operation, families: &[Family]) -> Option<usize> {
    if operation.effect != Effect::Create || operation.creates.is_some() {
        return None;
    }
    let schema = &operation.body.as_ref()?.schema;
    let items = shape::branches(schema, schema).into_iter().find_map(|branch| branch.get("items"))?;
    let path = path_shape(operation.path.trim_end_matches('/'));
    let (collection, own) = path.rsplit_once('/')?;
    let child = format!("{collection}/{{}}");
    let at = families.iter().position(|family| family.is_collection() && family.shape == child)?;
    let family = &families[at];
    let sent = shape::members(schema, items);
    let alike =
        |(name, _): &(&str, &Value)| family.members.contains_key(*name) || family.identity.contains(*name);
    (!own.contains('{') && !sent.is_empty() && sent.iter().all(alike)).then_some(at)
}

impl Bulk {
    pub(super) fn of(contract: &Contract, operation: &Operation, families: &[Family]) -> Option<Self> {
        let family = made(operation, families)?;
        let mut makers = families[family].makers.iter().filter_map(|index| contract.operations.get(*index));
        let chosen = makers.find_map(|maker| maker.creates.as_ref()?.chosen.clone());
        Some(Self { family, chosen })
    }
}

impl Mock {
    /// Makes every element that was sent, without what is `hidden` in them, and gives what was made, in this order. As many as
    /// are remembered anyway: while they are made, nobody else is answered. What was not made is told in `troubles`.
    pub(super) fn make_all(
        &self,
        bulk: &Bulk,
        hidden: &[Vec<String>],
        admitted: &Admitted,
        state: &mut State,
        troubles: &mut Vec<String>,
    ) -> Vec<Resource> {
        let family = &self.families[bulk.family];
        let mut all = Vec::new();
        let mut body = admitted.body.clone().unwrap_or_default();
        for place in hidden {
            pointer::take_all(&mut body, place);
        }
        let elements = body.as_array().map_or(&[][..], Vec::as_slice);
        if elements.len() > MOST_RESOURCES {
            troubles
                .push(format!("only the first {MOST_RESOURCES} of {} elements were made", elements.len()));
        }
        for sent in elements.iter().take(MOST_RESOURCES) {
            let Some(sent) = sent.as_object() else { continue };
            let chosen = bulk.chosen.as_ref().and_then(|at| identifier(pick(sent, at)?, family));
            let named = match &chosen {
                Some(id) => {
                    let values = admitted.path.iter().map(|(_, text, _)| text.as_str());
                    Some(key(bulk.family, values.chain([id.as_str()])))
                }
                None => self.named(bulk.family, admitted, state),
            };
            let Some(key) = named else {
                troubles.push("no new identifier could be made".to_owned());
                continue;
            };
            if chosen.is_some() && state.lives(&key) {
                troubles.push(
                    "an element has the identifier of another resource, and was made in its place".to_owned(),
                );
            }
            let mut resource = self.resource(bulk.family, &key, state);
            let mut members = (*resource.members).clone();
            family.reset(&mut members, &resource.first);
            let known = sent.iter().filter(|(name, _)| family.members.contains_key(*name));
            members.extend(known.map(|(name, value)| (name.clone(), value.clone())));
            resource.members = std::sync::Arc::new(members);
            resource.gone = false;
            all.push(resource.clone());
            state.put(bulk.family, &key, resource);
        }
        all
    }
}

/// The member of an element at a pointer of one token.
fn pick<'v>(sent: &'v serde_json::Map<String, Value>, at: &str) -> Option<&'v Value> {
    let mut tokens = pointer::tokens(at);
    let name = tokens.next()?;
    tokens.next().is_none().then(|| sent.get(&name)).flatten()
}
