//! Cases: what is sent, why, and which answers keep the contract.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clause::ClauseId;
use super::contract::{OpId, RequestParts, Rule, Shown, StatusSet};
use super::schema::Schema;

/// The stable name of a case: sixteen hex digits of SHA-256 over the clause's address, the generator and the case's
/// own label. It does not depend on order, machine, seed or the deployment's variables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub String);

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// From which side a case puts its clause to the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The request keeps the contract and has to be accepted.
    Accept,
    /// The request breaks exactly this clause and has to be refused.
    Refuse,
    /// The answer is looked at.
    Observe,
}

impl Side {
    /// The word for reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Refuse => "refuse",
            Self::Observe => "observe",
        }
    }
}

/// What the planner says: a case, or the reason why there is none.
#[derive(Debug, Clone)]
pub enum Planned {
    /// Something to send.
    Case(Box<Case>),
    /// Nothing to send.
    Gap(Gap),
}

/// A side of a clause that can't be put to the test, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Which clause.
    pub clause: ClauseId,
    /// Which side.
    pub side: Side,
    /// Why, as a fragment that fits after "not exercised: ".
    pub because: String,
}

/// One test: one request, or several in order.
#[derive(Debug, Clone)]
pub struct Case {
    /// The stable name.
    pub id: CaseId,
    /// The clause that it puts to the test.
    pub clause: ClauseId,
    /// From which side.
    pub side: Side,
    /// The generator's id, such as `bounds`.
    pub generator: &'static str,
    /// What this case does, in words: `user_name of 51 characters`. Unique within clause and generator.
    pub why: String,
    /// In order. Never empty.
    pub steps: Arc<[Step]>,
    /// How many of `steps`, counted from the end, run whatever happened before them.
    pub finally: usize,
    /// The resources it touches.
    pub footprint: Vec<Footprint>,
    /// Whether a deployment may be changed by it: needs leave to write.
    pub writes: bool,
    /// Whether a deployment that does not refuse it might remove or overwrite what the variables name: only sent to a
    /// target on this machine, after everything else.
    pub destroys: bool,
    /// Which repetition of the plan this is, from 0 (`--repeat`).
    pub round: u32,
}

/// A resource that a case touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Footprint {
    /// The operation's resource path with the values filled in.
    pub resource: String,
    /// How.
    pub mode: Mode,
}

/// How a case touches a resource. Cases of the same shared mode may run side by side; everything else waits, so that
/// no verdict depends on the number of jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Reads it: shared with other reads.
    Read,
    /// Sends what must be refused, so that nothing may change: shared with other refusals.
    Refused,
    /// Writes it, or reads and writes it in several steps: alone.
    Exclusive,
}

/// One request of a case.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name (`as:`), by which later steps and rules see it.
    pub name: Option<String>,
    /// The operation whose promises the answer is held against.
    pub operation: OpId,
    /// What is sent. In a sequence, templates that need captures are still in `late`.
    pub request: Request,
    /// The same request with a plain value in the tested place: what is refused although this one is accepted was
    /// refused for the tested value.
    pub control: Option<Request>,
    /// Parts that need what earlier steps captured: filled in just before sending, then rendered into `request`.
    pub late: Option<RequestParts>,
    /// What generated values of `late` are made from, so that they are the same on every machine.
    pub salt: Salt,
    /// Which answers keep the contract.
    pub expect: Expectation,
    /// The step is passed over where this expression is false.
    pub when: Option<String>,
    /// Name → `JSONPath` (RFC 9535) into the answer's body.
    pub capture: Vec<(String, String)>,
    /// What a step has to do with a resource of the case's own.
    pub own: Own,
    /// The sequence's rules after this step (the operation's own rules are always applied to conforming requests).
    pub rules: Vec<Rule>,
}

/// How a step takes part in a case that has resources of its own: one step makes them, others reach them by the
/// identifiers that were made up by the deployment, and a last one removes them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Own {
    /// What the step is for.
    pub role: Role,
    /// The name under which the identifier of what the step made is captured, and where the answer shows it.
    pub made: Option<(String, Shown)>,
    /// Parameters of the path that are still in braces in the request's path: name of the parameter, name under which
    /// an earlier step captured its value.
    pub path: Vec<(String, String)>,
}

/// What a step is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// It puts the case's clause to the test.
    #[default]
    Test,
    /// It makes what the case needs: when it fails, the case is inconclusive, since its clause was not put to the test.
    Prepare,
    /// It removes what the case made: nothing is concluded when it fails.
    CleanUp,
}

/// What the generated values of a step are made from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Salt {
    /// Shared by all steps of the case: what has the same name in two steps has the same value.
    pub case: String,
    /// The step's own.
    pub step: String,
    /// Goes into nothing but the members that must be unique: another text in each run and each of its rounds.
    pub fresh: String,
}

impl From<&str> for Salt {
    /// The same for the case and its only step.
    fn from(salt: &str) -> Self {
        Self { case: salt.to_owned(), step: salt.to_owned(), fresh: String::new() }
    }
}

/// A request, ready for the wire but for the target's address.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Request {
    /// Upper case.
    pub method: String,
    /// The path template's values by name, before percent-encoding: what rules see as `request.path`.
    pub path_values: Vec<(String, Value)>,
    /// Path, percent-encoded, starting with `/`.
    pub path: String,
    /// Name and value pairs before encoding, in order.
    pub query: Vec<(String, String)>,
    /// Name and value pairs in order; `Content-Type` and credentials included.
    pub headers: Vec<(String, String)>,
    /// None: no body at all.
    pub body: Option<RequestBody>,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum RequestBody {
    /// Sent as compact JSON.
    Json(Value),
    /// A value that is written in another syntax, such as a form.
    Written {
        /// What it means.
        value: Value,
        /// What is sent.
        bytes: Vec<u8>,
    },
    /// Sent as it is.
    Raw(Vec<u8>),
}

impl RequestBody {
    /// The bytes on the wire.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Json(value) => value.to_string().into_bytes(),
            Self::Raw(bytes) | Self::Written { bytes, .. } => bytes.clone(),
        }
    }

    /// The value, if it was given as one.
    #[must_use]
    pub fn json(&self) -> Option<&Value> {
        match self {
            Self::Json(value) | Self::Written { value, .. } => Some(value),
            Self::Raw(_) => None,
        }
    }
}

/// Which answers keep the contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// The statuses.
    pub status: StatusSet,
    /// Whether the request keeps the contract (`Accepted`) or breaks it (`Refused`): decides which clause a wrong
    /// status breaks.
    pub answers: Answers,
    /// A schema for the body where the operation's response spec has none for the status.
    pub schema: Option<Schema>,
    /// Members that the body must have.
    pub body: BodyMatch,
    /// Whether closing the connection without an answer keeps the promise too.
    pub may_close: bool,
    /// From these statuses nothing is concluded.
    pub depends: StatusSet,
    /// From these something is concluded only if the step's control is accepted: they may be about what the contract
    /// does not state.
    pub unstated: StatusSet,
}

/// What kind of answer is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// The request keeps the contract.
    Accepted,
    /// The request breaks the contract, or asks for what is not there.
    Refused,
}

/// Members that a body must have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BodyMatch(pub Option<Value>);
