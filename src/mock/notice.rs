//! What the mock lets in without a word in its answer, and a client's author wants to know: parts of a request that the
//! contract does not document.

use serde_json::Value;

use super::message::{Answer, Received};
use super::sent_as::another_type;
use super::served::Served;
use super::wire::{Read, Syntax};
use super::{Mock, prefer, shape, wire};
use crate::model::{Location, OpId, Operation, Schema};
use crate::text::pointer;

/// A longer name is cut here.
const LONGEST_NAME: usize = 60;
/// Of more undocumented parts only so many are named.
const MOST: usize = 5;

impl Mock {
    /// What of a request that was let in is not documented, or was not understood. Names only, never a value.
    pub(super) fn notices(&self, received: &Received, answer: &Answer) -> Vec<String> {
        let Some(OpId(index)) = answer.operation.filter(|_| answer.refused.is_none()) else {
            return Vec::new();
        };
        let operation = self.contract.operation(OpId(index));
        let mut said = prefer::misunderstood(received);
        said.extend(queries(operation, received));
        let served = &self.served[index as usize];
        match &served.body {
            None if !received.body.is_empty() => said.push("no body is documented".to_owned()),
            None => {}
            Some(_) => said.extend(body(served, received)),
        }
        let more = said.len().saturating_sub(MOST);
        said.truncate(MOST);
        said.extend((more > 0).then(|| format!("{more} more parts are not documented")));
        said
    }
}

/// Query parameters that are neither the operation's nor part of a credential.
fn queries(operation: &Operation, received: &Received) -> Vec<String> {
    let own = operation.parameters.iter().map(|parameter| (parameter.location, &parameter.name));
    let credentials = operation.security.iter().flat_map(|security| {
        let others = security.alternatives.iter().flat_map(|other| &other.carries);
        std::iter::once((security.location, &security.name))
            .chain(others.map(|carried| (carried.location, &carried.name)))
    });
    let known: Vec<&String> = own
        .chain(credentials)
        .filter(|(location, _)| *location == Location::Query)
        .map(|(_, name)| name)
        .collect();
    let mut unknown: Vec<String> = received.queries().map(|(name, _)| name).collect();
    unknown.retain(|name| !known.contains(&name));
    unknown.sort();
    unknown.dedup();
    unknown.iter().map(|name| format!("the query parameter `{}` is not documented", short(name))).collect()
}

/// Members of the body that its schema does not name, a media type that is none of the documented ones, and what could
/// not be checked.
fn body(served: &Served, received: &Received) -> Vec<String> {
    let mut said = Vec::new();
    let Some(body) = served.body.as_ref().filter(|_| !received.body.is_empty()) else { return said };
    let sent_type = received.header("content-type");
    let content = body.content(sent_type.as_deref());
    if content.is_none() {
        said.push(format!("the body is not sent as {}", body.content.media_type));
    }
    if let (Some(_), Some(why)) = (content, another_type(body, received)) {
        said.push(why);
        return said;
    }
    let content = content.unwrap_or(&body.content);
    let xml = Syntax::of(&content.media_type) == Syntax::Xml;
    match wire::body(content, received) {
        Read::Unchecked(why) => said.push(why),
        Read::Malformed(_) => {}
        Read::Value(sent) => {
            if xml && !sent.is_string() {
                said.push("the XML was read by the names of its elements".to_owned());
            }
            said.extend(undocumented(&content.schema, &sent));
        }
    }
    said
}

/// The members that the schema does not name.
fn undocumented(schema: &Schema, sent: &Value) -> Vec<String> {
    let mut documented = sent.clone();
    shape::prune(schema, schema, &mut documented);
    let mut places = Vec::new();
    lost(sent, &documented, "", &mut places);
    let names = places.iter().map(|place| short(place.trim_start_matches('/')).replace('/', "."));
    names.map(|name| format!("the member `{name}` is not documented")).collect()
}

/// The places of what `less` has lost.
fn lost(whole: &Value, less: &Value, at: &str, out: &mut Vec<String>) {
    match (whole, less) {
        (Value::Object(whole), Value::Object(less)) => {
            for (name, member) in whole {
                let place = pointer::join(at, name);
                match less.get(name) {
                    Some(other) => lost(member, other, &place, out),
                    None => out.push(place),
                }
            }
        }
        (Value::Array(whole), Value::Array(less)) => {
            for (index, (element, other)) in whole.iter().zip(less).enumerate() {
                lost(element, other, &format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
}

fn short(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}
