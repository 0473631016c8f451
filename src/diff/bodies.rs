//! Whether a body has to be sent, and in which media types it may be: a clause tells at most that it is refused without it,
//! and a run sends one type.

use std::collections::BTreeMap;

use super::impact;
use super::{Change, Impact, Kind};
use crate::conform::{essence, media_type_matches};
use crate::model::{Body, BodyAlternative, Operation, Part};
use crate::text::pointer;

/// What has changed of it in an operation that both contracts have.
pub(super) fn changes(old: &Operation, new: &Operation) -> Vec<Change> {
    let (was, is) = match (&old.body, &new.body) {
        (Some(was), Some(is)) => (was, is),
        (None, Some(is)) => {
            let verdict = impact::new_in_request(is.required);
            return vec![Change::untold(format!("{}/request/body", new.id), Kind::Added, verdict)];
        }
        (Some(_), None) => {
            let verdict = impact::GONE_FROM_REQUEST;
            return vec![Change::untold(format!("{}/request/body", new.id), Kind::Removed, verdict)];
        }
        (None, None) => return Vec::new(),
    };
    let mut found = Vec::new();
    found.extend(required(new, was.required, is.required));
    found.extend(media_type(new, was, is));
    let (before, now) = (alternatives(was), alternatives(is));
    let told = |name: &str, kind: Kind, verdict: impact::Verdict| {
        let address = format!("{}/request/body/alternatives{}", new.id, pointer::join("", name));
        Change::untold(address, kind, verdict)
    };
    for (name, alternative) in &now {
        match before.get(name) {
            Some(known) => {
                let verdict = changed((was, known), (is, alternative));
                found.extend(verdict.map(|verdict| told(name, Kind::Changed, verdict)));
            }
            // What was sent so far may be sent on.
            None if essence(&was.media_type) == *name => {}
            None => {
                let verdict = (
                    Impact::Compatible,
                    Impact::Breaking,
                    "bodies of this media type are to be accepted too",
                );
                found.push(told(name, Kind::Added, verdict));
            }
        }
    }
    for name in before.keys().filter(|name| !now.contains_key(*name) && essence(&is.media_type) != **name) {
        let verdict =
            (Impact::Breaking, Impact::Compatible, "bodies of this media type need not be accepted any more");
        found.push(told(name, Kind::Removed, verdict));
    }
    found
}

fn required(new: &Operation, was: bool, is: bool) -> Option<Change> {
    let (kind, verdict) = match (was, is) {
        (false, true) => (Kind::Added, impact::new_in_request(true)),
        (true, false) => (Kind::Removed, impact::LEFT_OUT),
        _ => return None,
    };
    Some(Change::untold(format!("{}/request/body/required", new.id), kind, verdict))
}

/// That a body is sent in another media type, and which of the two are accepted by both.
fn media_type(new: &Operation, was: &Body, is: &Body) -> Option<Change> {
    if essence(&was.media_type) == essence(&is.media_type) {
        let other = was.encoding != is.encoding;
        let address = format!("{}/request/body/encoding", new.id);
        return other.then(|| Change::untold(address, Kind::Changed, ENCODED_OTHERWISE));
    }
    let (kept, known) = (accepts(is, &was.media_type), accepts(was, &is.media_type));
    let impact = |fine: bool| if fine { Impact::Compatible } else { Impact::Breaking };
    let still = if kept { "which is still accepted" } else { "which need not be accepted any more" };
    Some(Change {
        why: format!("the body is {} and was {}, {still}", is.media_type, was.media_type),
        ..Change::untold(
            format!("{}/request/body/media-type", new.id),
            Kind::Changed,
            (impact(kept), impact(known), ""),
        )
    })
}

/// Whether a body may be sent in this media type.
fn accepts(body: &Body, media_type: &str) -> bool {
    let others = body.alternatives.iter().map(|alternative| &alternative.media_type);
    others.chain([&body.media_type]).any(|known| {
        essence(known) == essence(media_type) || known.contains('*') && media_type_matches(known, media_type)
    })
}

const ENCODED_OTHERWISE: impact::Verdict =
    (Impact::Breaking, Impact::Breaking, "its members are written otherwise (`encoding`)");

fn alternatives(body: &Body) -> BTreeMap<String, &BodyAlternative> {
    body.alternatives.iter().map(|alternative| (essence(&alternative.media_type), alternative)).collect()
}

fn changed(old: (&Body, &BodyAlternative), new: (&Body, &BodyAlternative)) -> Option<impact::Verdict> {
    if old.1.encoding != new.1.encoding {
        return Some(ENCODED_OTHERWISE);
    }
    // Where neither has a schema of its own, clauses tell what has changed.
    if old.1.schema.is_none() && new.1.schema.is_none() {
        return None;
    }
    let schema = |(body, alternative): (&Body, &BodyAlternative)| {
        alternative.schema.as_ref().unwrap_or(&body.schema).whole()
    };
    impact::whole(&Part::RequestBody, &schema(old), &schema(new))
}
