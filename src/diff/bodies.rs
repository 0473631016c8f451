//! In which other media types a body may be sent: no clause tells, since a run sends one.

use std::collections::BTreeMap;

use super::impact;
use super::{Change, Impact, Kind};
use crate::conform::essence;
use crate::model::{Body, BodyAlternative, Operation, Part};
use crate::text::pointer;

/// What has changed of it in an operation that both contracts have.
pub(super) fn changes(old: &Operation, new: &Operation) -> Vec<Change> {
    let (Some(was), Some(is)) = (&old.body, &new.body) else { return Vec::new() };
    let (before, now) = (alternatives(was), alternatives(is));
    let told = |name: &str, kind: Kind, verdict: impact::Verdict| Change {
        address: format!("{}/request/body/alternatives{}", new.id, pointer::join("", name)),
        change: kind,
        consumer: verdict.0,
        provider: verdict.1,
        why: verdict.2.to_owned(),
        old: None,
        new: None,
        clauses: 0,
    };
    let mut found = Vec::new();
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

fn alternatives(body: &Body) -> BTreeMap<String, &BodyAlternative> {
    body.alternatives.iter().map(|alternative| (essence(&alternative.media_type), alternative)).collect()
}

fn changed(old: (&Body, &BodyAlternative), new: (&Body, &BodyAlternative)) -> Option<impact::Verdict> {
    if old.1.encoding != new.1.encoding {
        return Some((Impact::Breaking, Impact::Breaking, "its members are written otherwise (`encoding`)"));
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
