//! Operations as the mock serves them: every judge, expression and refusal is made once, before the first request.

use std::collections::BTreeSet;

use serde_json::Value;

use super::alternative::Alternative;
use super::bulk::Bulk;
use super::listing::Listing;
use super::refusal::Prepared;
use super::rules::Laws;
use super::wire::Encoding;
use crate::conform::{Expression, Judge, essence};
use crate::model::{ClauseId, Effect, Location, OpId, Part, Schema, Writing};
use crate::synth::{Forge, Style};

/// An operation, ready to be served.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) id: OpId,
    /// On the resource: to remove something that belongs to it is to update it.
    pub(super) effect: Effect,
    /// The names of the path's parameters, in order.
    pub(super) path_names: Vec<String>,
    pub(super) credentials: Vec<Credential>,
    pub(super) parameters: Vec<ServedParameter>,
    pub(super) body: Option<ServedBody>,
    pub(super) hand_cases: Vec<Hand>,
    /// The first one is the usual one.
    pub(super) successes: Vec<Success>,
    /// What it creates is at its own path, not in a collection there.
    pub(super) creates_itself: bool,
    /// Index of its family of resources.
    pub(super) family: usize,
    /// The path parameters that name its resource, in order.
    pub(super) resource_names: Vec<String>,
    /// The resources that have to be there, outermost first: of collections whose resources come and go.
    pub(super) exists: Vec<Exists>,
    /// What it makes in a collection.
    pub(super) makes: Option<Makes>,
    /// What it changes in a collection, where the body names it.
    pub(super) changes: Option<Changes>,
    /// What it makes many of in a collection.
    pub(super) bulk: Option<Bulk>,
    /// The collection that its answer lists.
    pub(super) lists: Option<Listing>,
    /// What is not sent goes back to what it is by default.
    pub(super) whole: bool,
    pub(super) laws: Laws,
    pub(super) generates: Vec<(String, Expression)>,
    /// Whether an expression looks at the request's header fields.
    pub(super) reads_headers: bool,
    /// For a path that no operation has, but is nearest to this one's.
    pub(super) nowhere: Prepared,
    /// For a method that no operation has on this path.
    pub(super) other_method: Prepared,
    /// For a resource that was deleted; None where nothing is documented for it and the operation writes.
    pub(super) gone: Option<Prepared>,
}

/// A resource on a path that has to be there.
#[derive(Debug)]
pub(super) struct Exists {
    pub(super) family: usize,
    /// How many values of the path name it.
    pub(super) values: usize,
    /// The last parameter of its name.
    pub(super) parameter: String,
    /// For one that is not there; None where nothing is documented for it and the operation writes.
    pub(super) answer: Option<Prepared>,
}

/// What a creating operation makes.
#[derive(Debug)]
pub(super) struct Makes {
    pub(super) family: usize,
    /// Whether the answer has to say where it is.
    pub(super) location: bool,
    /// Where the client may choose its identifier.
    pub(super) chosen: Option<Chosen>,
}

/// Where a body has the identifier that the client chooses.
#[derive(Debug)]
pub(super) struct Chosen {
    /// Pointer into the body.
    pub(super) at: String,
    /// For one that another resource has; None: that one is replaced.
    pub(super) taken: Option<Prepared>,
}

/// What an operation changes that has no identifier in its path.
#[derive(Debug)]
pub(super) struct Changes {
    pub(super) family: usize,
    /// Pointer to the identifier in the body.
    pub(super) at: String,
    /// For an identifier that nothing has, unless it is one of these, which the contract sends itself; None: it is made.
    pub(super) unknown: Option<(BTreeSet<String>, Prepared)>,
}

/// A credential, ready to be compared.
#[derive(Debug)]
pub(super) struct Credential {
    pub(super) location: Location,
    pub(super) name: String,
    pub(super) expected: String,
    pub(super) judge: Option<Judge>,
    /// Whether a request without it is fine too.
    pub(super) optional: bool,
    pub(super) refused: Prepared,
    pub(super) outside: Prepared,
    pub(super) alternatives: Vec<Alternative>,
}

/// A parameter, ready to be judged.
#[derive(Debug)]
pub(super) struct ServedParameter {
    pub(super) name: String,
    pub(super) location: Location,
    pub(super) required: bool,
    pub(super) part: Part,
    pub(super) schema: Schema,
    pub(super) writing: Writing,
    pub(super) judge: Judge,
    pub(super) refused: Prepared,
    /// The known identifiers, and the answer to all others.
    pub(super) unknown: Option<(BTreeSet<String>, Prepared)>,
}

/// A request body, ready to be judged.
#[derive(Debug)]
pub(super) struct ServedBody {
    pub(super) required: bool,
    /// What a conforming request of a run sends.
    pub(super) content: Content,
    /// What it may be sent as too.
    pub(super) alternatives: Vec<Content>,
    pub(super) refused: Prepared,
    pub(super) other_media_types: Option<Prepared>,
    /// Members that an empty string leaves as they are.
    pub(super) empties: BTreeSet<String>,
    /// The places of secrets that answers do not show, in members that they may.
    pub(super) hidden: Vec<Vec<String>>,
    pub(super) unique: Vec<Unique>,
}

/// A body of one media type.
#[derive(Debug)]
pub(super) struct Content {
    /// A media type, or a range of them.
    pub(super) media_type: String,
    pub(super) encoding: Encoding,
    pub(super) schema: Schema,
    pub(super) judge: Judge,
    /// Whether the clauses of the operation's body speak of this schema.
    pub(super) promised: bool,
}

impl ServedBody {
    /// What a request with this `content-type` has; None where that is documented nowhere.
    pub(super) fn content(&self, sent: Option<&str>) -> Option<&Content> {
        let sent = essence(sent?);
        let covers = |content: &&Content| {
            let own = essence(&content.media_type);
            own == sent || own.strip_suffix('*').is_some_and(|range| sent.starts_with(range)) || own == "*/*"
        };
        std::iter::once(&self.content).chain(&self.alternatives).find(covers)
    }
}

/// A member that must be unique among the resources of a family.
#[derive(Debug)]
pub(super) struct Unique {
    pub(super) member: String,
    /// Values that somebody else has, as the contract's cases say.
    pub(super) taken: Vec<Taken>,
    /// For values that other resources of the mock have.
    pub(super) conflict: Prepared,
}

/// A value that somebody else has.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) value: Value,
    /// Of the case that says so.
    pub(super) clause: ClauseId,
    pub(super) conflict: Prepared,
}

/// A case written by hand: what a request must have to be this case, and its answer.
#[derive(Debug)]
pub(super) struct Hand {
    pub(super) index: usize,
    pub(super) parts: Vec<(Location, String, String)>,
    pub(super) body: Option<Value>,
    pub(super) raw_body: Option<Vec<u8>>,
    pub(super) outcome: Outcome,
}

/// How a case written by hand is answered.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Refused.
    Refuse(Prepared),
    /// With this success: index into [`Served::successes`].
    Succeed(usize),
}

/// A success, ready to be filled in.
#[derive(Debug)]
pub(super) struct Success {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) schema: Option<Schema>,
    pub(super) judge: Option<Judge>,
    /// Makes real values of the schema.
    pub(super) forge: Option<Forge>,
    /// The documented example without undocumented members; masks still in it.
    pub(super) example: Option<Value>,
    pub(super) masks: Vec<String>,
    /// The members that the answer may have.
    pub(super) members: BTreeSet<String>,
    /// Members that show a path parameter: both names are the same.
    pub(super) echoes: Vec<(String, Schema)>,
    /// Pointers to what shows the resource's own identifier, with their schemas.
    pub(super) identity: Vec<(String, Schema)>,
}

impl Success {
    /// A body with every documented member, or only those that have to be there; None when none can be made.
    pub(super) fn sample(&self, salt: &str) -> Option<Value> {
        let forge = self.forge.as_ref()?;
        // What the document says about an optional member may be impossible.
        [Style::Full, Style::Smallest].into_iter().find_map(|style| forge.grow(style, salt).ok())
    }
}
