//! Clauses: the promises of a contract, one by one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::OpId;
use crate::text::Place;

/// Index of a clause in [`super::Contract::clauses`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClauseId(pub u32);

/// A promise: something that a deployment can keep or break.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// `reset-product-authentication/request/body/user_name/maxLength`: stable as long as the contract's names are.
    pub address: String,
    /// The promise in words, a sentence without a full stop.
    pub text: String,
    /// The operation it belongs to; None for a sequence's.
    pub operation: Option<OpId>,
    /// What kind of promise.
    pub kind: ClauseKind,
    /// From which sides it has to be put to the test.
    pub sides: Sides,
    /// Where it stands and where it was published.
    pub origin: Origin,
    /// The documentation contradicts itself here (the name of the contradiction): an answer against this clause is
    /// inconclusive, not broken.
    pub undecided: Option<String>,
}

/// From which sides a clause has to be put to the test. A clause whose sides are all false can't be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sides {
    /// A request that keeps it is accepted.
    pub accept: bool,
    /// A request that breaks it is refused.
    pub refuse: bool,
    /// Answers are seen to keep it.
    pub observe: bool,
}

/// Where a clause comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Origin {
    /// The place in the contract file.
    pub place: Place,
    /// The places of the documentation, with their sentences; empty for a convention.
    pub published: Vec<Published>,
    /// No page says so; this is why it is expected all the same.
    pub convention: Option<String>,
}

/// A sentence or table cell of a published page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Published {
    /// The short name of the source.
    pub source: String,
    /// The line of the page, from 1; 0 when not known.
    pub line: u32,
    /// The words, as printed there.
    pub quote: String,
}

/// A part of a request or of an answer that a schema constrains.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "part")]
pub enum Part {
    /// Index into [`super::Operation::parameters`].
    Parameter {
        /// Which.
        index: usize,
    },
    /// Index into [`super::Operation::security`].
    Credential {
        /// Which.
        index: usize,
    },
    /// The request's body.
    RequestBody,
    /// The body of an answer with this status (as in [`super::ResponseSpec::status`]).
    ResponseBody {
        /// Which.
        status: String,
    },
    /// A header field of an answer: index into [`super::ResponseSpec::headers`].
    ResponseHeader {
        /// The status of the response spec.
        status: String,
        /// Which.
        index: usize,
    },
}

impl Part {
    /// Whether the requester has to keep it.
    #[must_use]
    pub fn is_request(&self) -> bool {
        matches!(self, Self::Parameter { .. } | Self::Credential { .. } | Self::RequestBody)
    }
}

/// The kinds of promises.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ClauseKind {
    /// A JSON Schema keyword at one place of a schema.
    Constraint {
        /// What is constrained.
        part: Part,
        /// `maxLength`, `required`, `type` …
        keyword: String,
        /// The evaluation path from the part's schema root to the keyword (JSON Schema core 2020-12 section 12.4.2,
        /// `$ref` included): `/properties/user_name/maxLength`. For `required` the property's name follows.
        path: String,
        /// Where the constrained values lie in an instance, as a pointer with `*` for every element: `/user_name`.
        at: String,
        /// The keyword's value; for `required`, the property's name.
        limit: Value,
    },
    /// A property or parameter that may be left out.
    Optional {
        /// What it is part of.
        part: Part,
        /// Where the optional value lies: `/description`; empty for a parameter.
        at: String,
    },
    /// A parameter's value that is inside its schema but names nothing.
    Unknown {
        /// Index into [`super::Operation::parameters`].
        index: usize,
    },
    /// A request without a body is refused.
    BodyRequired,
    /// A request body that is not JSON is refused.
    BodyWellFormed,
    /// A request body of another media type is refused.
    BodyMediaType,
    /// A request without a valid credential is refused.
    Credential {
        /// Index into [`super::Operation::security`].
        index: usize,
    },
    /// Methods that nobody documents on the operation's path are refused.
    OtherMethods,
    /// The operation answers with this status when it should.
    Status {
        /// As in [`super::ResponseSpec::status`].
        status: String,
    },
    /// The operation answers with no status that is not documented.
    DocumentedStatuses,
    /// Answers with this status have the documented media type.
    MediaType {
        /// As in [`super::ResponseSpec::status`].
        status: String,
    },
    /// The bodies of answers with this status are well-formed JSON.
    WellFormed {
        /// As in [`super::ResponseSpec::status`].
        status: String,
    },
    /// Answers with this status have no fields that nobody documents (drift, a warning).
    UndocumentedFields {
        /// As in [`super::ResponseSpec::status`].
        status: String,
    },
    /// Every answer comes within the budget.
    Within,
    /// No secret comes back where none is documented.
    Secrets,
    /// Two reads with no write between answer the same.
    Steady,
    /// A documented request is answered as documented.
    Example {
        /// Index into [`super::Operation::examples`].
        index: usize,
    },
    /// An expression holds.
    Rule {
        /// Index into [`super::Operation::rules`].
        index: usize,
    },
    /// A case written by hand.
    HandCase {
        /// Index into [`super::Operation::cases`].
        index: usize,
    },
    /// The steps of a sequence are answered as expected.
    Sequence {
        /// Index into [`super::Contract::sequences`].
        index: usize,
    },
    /// A rule of a sequence's step.
    SequenceRule {
        /// Index into [`super::Contract::sequences`].
        index: usize,
        /// Index of the step; those of `finally` come after the others.
        step: usize,
        /// Index of the rule in the step.
        rule: usize,
    },
}

impl Clause {
    /// The last part of the address.
    #[must_use]
    pub fn leaf(&self) -> &str {
        self.address.rsplit('/').next().unwrap_or(&self.address)
    }
}
