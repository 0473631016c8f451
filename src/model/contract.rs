//! The contract: what was promised, as the contract files say it, with every name resolved.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clause::{Clause, ClauseId, Origin};
use super::schema::Schema;
use super::volatile::Volatile;
use crate::text::{SourceFile, Span};

/// Index of an operation in [`Contract::operations`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OpId(pub u32);

/// Everything that the contract files of one job say. Indices point into the tables of this struct.
#[derive(Debug, Clone, Default)]
pub struct Contract {
    /// Every file that was read, in the order of reading; spans point into it.
    pub files: Vec<SourceFile>,
    /// One per contract file given (its includes belong to it).
    pub documents: Vec<Document>,
    /// What a deployment must supply, by name; documents that share a name share the variable.
    pub variables: BTreeMap<String, Variable>,
    /// In the order of the files.
    pub operations: Vec<Operation>,
    /// Cases of several steps.
    pub sequences: Vec<Sequence>,
    /// How to put back what a run changes.
    pub restores: Vec<Restore>,
    /// What the documentation says against itself, as recorded in the contract.
    pub contradictions: Vec<Contradiction>,
    /// What of the answers differs from one to the next though nothing has changed: not compared.
    pub volatile: Vec<Volatile>,
    /// Every promise, in the order of the report. [`ClauseId`] is the index.
    pub clauses: Vec<Clause>,
    /// SHA-256 over the clauses' addresses and the contract's content, in hex: equal on every machine.
    pub fingerprint: String,
}

impl Contract {
    /// The operation with this index.
    ///
    /// # Panics
    /// When the index is of another contract.
    #[must_use]
    pub fn operation(&self, id: OpId) -> &Operation {
        &self.operations[id.0 as usize]
    }

    /// The clause with this index.
    ///
    /// # Panics
    /// When the index is of another contract.
    #[must_use]
    pub fn clause(&self, id: ClauseId) -> &Clause {
        &self.clauses[id.0 as usize]
    }

    /// All operations with their indices.
    pub fn operations(&self) -> impl Iterator<Item = (OpId, &Operation)> {
        (0u32..).map(OpId).zip(&self.operations)
    }

    /// All clauses with their indices.
    pub fn clauses(&self) -> impl Iterator<Item = (ClauseId, &Clause)> {
        (0u32..).map(ClauseId).zip(&self.clauses)
    }

    /// The index of the clause with this address.
    #[must_use]
    pub fn clause_at(&self, address: &str) -> Option<ClauseId> {
        self.clauses().find(|(_, clause)| clause.address == address).map(|(id, _)| id)
    }
}

/// One contract file.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// `title:` of the file.
    pub title: String,
    /// The file's path.
    pub path: String,
    /// The path that all paths of the operations begin with, if the contract names one. A target with a path of its own
    /// stands for it.
    pub base: Option<String>,
    /// Where the promises were published, by the short name that `from:` uses.
    pub sources: BTreeMap<String, Source>,
}

/// A published page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {
    /// The page's title.
    pub title: String,
    /// The file name of the page as it was read.
    pub document: String,
    /// Its address on the web, if known.
    pub url: Option<String>,
    /// BCP 47 language tag, if known.
    pub language: Option<String>,
    /// The date the page gives for itself, if any.
    pub updated: Option<String>,
}

/// A value that differs between deployments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variable {
    /// Never written to any output.
    pub secret: bool,
    /// What needs it is "not exercised" without it; a missing variable that is not optional stops the run.
    pub optional: bool,
    /// What it is and where to get it.
    pub says: String,
    /// The value where nobody gives one.
    pub default: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// What an operation does to its resource: what safe mode, ordering and steadiness go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Makes a new resource.
    Create,
    /// Changes the resource that the path names; in a collection with a creating operation, as a whole: optional
    /// members that are not sent go back to what they are by default.
    Replace,
    /// Changes the members that are sent, and no others.
    Update,
    /// Removes the resource that the path names.
    Delete,
}

impl Effect {
    /// Whether a deployment is changed by it.
    #[must_use]
    pub fn writes(self) -> bool {
        self != Self::Read
    }
}

/// A method on a path, with all that was promised about it.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The short name, first part of its clauses' addresses; unique in a job.
    pub id: String,
    /// Index into [`Contract::documents`].
    pub document: usize,
    /// A title for people.
    pub title: String,
    /// What it is for.
    pub says: Option<String>,
    /// Upper case (RFC 9110 section 9).
    pub method: String,
    /// With `{name}` for each path parameter.
    pub path: String,
    /// What it does to its resource.
    pub effect: Effect,
    /// The path template (up to and with its last parameter, unless declared) whose filled-in form names the
    /// resource that the operation reads or writes.
    pub resource: String,
    /// What it makes, where it makes a resource that other operations can reach.
    pub creates: Option<Creates>,
    /// Names to select by.
    pub tags: Vec<String>,
    /// In the order of the file.
    pub parameters: Vec<Parameter>,
    /// The credentials it needs; empty when it needs none.
    pub security: Vec<Security>,
    /// The request body, if it has one.
    pub body: Option<Body>,
    /// By status, in the order of the file.
    pub responses: Vec<ResponseSpec>,
    /// Documented requests.
    pub examples: Vec<Example>,
    /// What a schema cannot say.
    pub rules: Vec<Rule>,
    /// Cases written by hand.
    pub cases: Vec<HandCase>,
    /// The members that the deployment makes up by itself, and when.
    pub generates: Vec<Generates>,
    /// What a request that breaks a constraint gets.
    pub refused: Option<Refusal>,
    /// What a request that keeps the contract may get as well, since it depends on what the deployment has: nothing is
    /// concluded from it.
    pub depends: StatusSet,
    /// What a request that keeps the contract may get as well, since the contract does not state all that a request has
    /// to keep: something is concluded only where the same request with a plain value in the tested place is accepted.
    pub unstated: StatusSet,
    /// Why no request of it is sent, such as another address than the target's.
    pub unsent: Option<String>,
    /// What a method that no operation documents on this path gets.
    pub other_methods: Option<Refusal>,
    /// The longest that an answer may take.
    pub within: Option<Duration>,
    /// Two reads with no write between must answer the same.
    pub steady: bool,
    /// What a secret-leak check looks for and where.
    pub secrets: Secrets,
    /// Where the operation is declared.
    pub span: Span,
    /// Its own clauses: a range of indices, in the order of the report.
    pub clauses: std::ops::Range<u32>,
}

impl Operation {
    /// The response spec for `status`: exactly, or by its class (`4XX`), or `default`.
    #[must_use]
    pub fn response(&self, status: u16) -> Option<&ResponseSpec> {
        self.response_index(status).map(|at| &self.responses[at])
    }

    /// The index of [`Operation::response`].
    #[must_use]
    pub fn response_index(&self, status: u16) -> Option<usize> {
        let find = |wanted: &str| self.responses.iter().position(|response| response.status == wanted);
        find(&status.to_string()).or_else(|| find(&format!("{}XX", status / 100))).or_else(|| find("default"))
    }

    /// The first documented status of class 2, or of class 3 where there is none.
    #[must_use]
    pub fn success(&self) -> Option<u16> {
        let statuses = || self.responses.iter().filter_map(|response| response.status.parse::<u16>().ok());
        statuses().find(|status| status / 100 == 2).or_else(|| statuses().find(|status| status / 100 == 3))
    }

    /// The same; 200 where no success is documented by its own number, which may be one of `2XX`, or the `default`.
    #[must_use]
    pub fn usual_success(&self) -> u16 {
        self.success().unwrap_or(200)
    }
}

/// What an operation makes: a resource that its answer names, and that other operations reach by this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creates {
    /// The path template of what is made, as one of the other operations writes it: `/boards/{board_id}/notes/{id}`.
    /// Its last parameter stands for the new identifier.
    pub resource: String,
    /// The name of that parameter.
    pub parameter: String,
    /// Where the answer shows the new identifier.
    pub shown: Shown,
    /// The member of the request's body (a JSON Pointer) with which the client chooses the identifier. None: the
    /// deployment makes it up.
    pub chosen: Option<String>,
}

/// A place in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The member of the body at this JSON Pointer.
    Body(String),
    /// The last segment of the path in `Location` (RFC 9110 section 10.2.2).
    Location,
}

/// A path template without the names of its parameters: `/a/{x}/b` as `/a/{}/b`. Two templates of one shape are the
/// same path.
#[must_use]
pub fn path_shape(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut inside = false;
    for c in template.chars() {
        inside = (inside || c == '{') && c != '}';
        if !inside || c == '{' {
            out.push(c);
        }
    }
    out
}

/// The names of the parameters in a path template, in order.
#[must_use]
pub fn path_names(template: &str) -> Vec<&str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}

impl Contract {
    /// The first operation that makes resources with paths of this shape (see [`path_shape`]).
    #[must_use]
    pub fn maker(&self, shape: &str) -> Option<(OpId, &Creates)> {
        self.operations().find_map(|(id, operation)| {
            let creates = operation.creates.as_ref()?;
            (path_shape(&creates.resource) == shape).then_some((id, creates))
        })
    }
}

/// The extra knowledge that the secrets check needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Secrets {
    /// Pointers (with `*`) into the request body whose values must not come back undocumented: `writeOnly` or
    /// `format: password` (OpenAPI 3.1 section 4.4.1.2, JSON Schema validation 2020-12 section 9.4).
    pub request: Vec<String>,
    /// For each status, pointers into the answer's body where a secret is documented.
    pub responses: BTreeMap<String, Vec<String>>,
}

/// Where a parameter stands (OpenAPI 3.1 section 4.8.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A header field.
    Header,
    /// A cookie.
    Cookie,
}

impl Location {
    /// The word of the contract file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// A parameter of the path, the query, a header or a cookie.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: String,
    /// Where it stands.
    pub location: Location,
    /// Whether a request without it breaks the contract. Always true in a path.
    pub required: bool,
    /// Its JSON Schema 2020-12.
    pub schema: Schema,
    /// What a conforming request sends: a template such as `{{product_id}}`. None: generated from the schema.
    pub value: Option<Value>,
    /// What a value inside the schema that names nothing gets.
    pub unknown: Option<Unknown>,
    /// What a value outside the schema gets, where it differs from the operation's.
    pub refused: Option<Refusal>,
    /// How arrays and objects are written.
    pub writing: Writing,
    /// What it means.
    pub says: Option<String>,
}

/// How a value that is no text stands in a path, a query, a header, a cookie or a form (OpenAPI 3.1 section 4.8.12.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Writing {
    /// None: `form` in a query or a form, `simple` elsewhere.
    pub style: Option<Style>,
    /// Whether each element or member stands by itself; None: with the styles `form` and `deepObject`.
    pub explode: Option<bool>,
    /// The value is written in this media type.
    pub media_type: Option<String>,
}

/// How the parts of a value are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `a,b`
    Simple,
    /// `.a.b`
    Label,
    /// `;name=a;name=b`
    Matrix,
    /// `name=a&name=b`
    Form,
    /// `name=a b`
    SpaceDelimited,
    /// `name=a|b`
    PipeDelimited,
    /// `name=a`, a tab, `b`
    TabDelimited,
    /// `name[member]=a`
    DeepObject,
}

impl Style {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Simple,
        Self::Label,
        Self::Matrix,
        Self::Form,
        Self::SpaceDelimited,
        Self::PipeDelimited,
        Self::TabDelimited,
        Self::DeepObject,
    ];

    /// The word of the contract file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Label => "label",
            Self::Matrix => "matrix",
            Self::Form => "form",
            Self::SpaceDelimited => "spaceDelimited",
            Self::PipeDelimited => "pipeDelimited",
            Self::TabDelimited => "tabDelimited",
            Self::DeepObject => "deepObject",
        }
    }
}

/// What an identifier that nobody has gets.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// The promised answer.
    pub answer: Refusal,
    /// The identifier to send. None: made from the known one and the schema.
    pub value: Option<Value>,
}

/// A credential that an operation needs.
#[derive(Debug, Clone)]
pub struct Security {
    /// Its name in the contract file.
    pub id: String,
    /// Header, query or cookie.
    pub location: Location,
    /// The header's, parameter's or cookie's name.
    pub name: String,
    /// A template such as `{{token}}` or `Bearer {{token}}`.
    pub value: String,
    /// A JSON Schema for the credential, if one is documented.
    pub schema: Option<Schema>,
    /// Whether a request without it is fine too.
    pub optional: bool,
    /// What a request with a missing, empty or wrong credential gets.
    pub refused: Option<Refusal>,
    /// What a credential outside its schema gets, where that differs.
    pub outside: Option<Refusal>,
    /// Credentials that are accepted in its place. Requests of a run never carry them.
    pub alternatives: Vec<Alternative>,
}

/// A credential that is accepted in place of another one, such as a signature in place of a token.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// Its name in the contract file.
    pub id: String,
    /// What a request with it carries; all of it.
    pub carries: Vec<Carried>,
}

/// A part of a request that belongs to an [`Alternative`].
#[derive(Debug, Clone)]
pub struct Carried {
    /// Header, query or cookie.
    pub location: Location,
    /// The header's, parameter's or cookie's name.
    pub name: String,
    /// A JSON Schema for its value, if one is known.
    pub schema: Option<Schema>,
    /// A template such as `Access={{access_key}},` for text that its value has in it; without a value for the
    /// template's variables nothing is asked for.
    pub contains: Option<String>,
}

/// The request body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Whether a request without it breaks the contract.
    pub required: bool,
    /// The media type a conforming request sends.
    pub media_type: String,
    /// Whether a request with another media type must be refused, and how. None: the contract does not say.
    pub other_media_types: Option<Refusal>,
    /// Its JSON Schema 2020-12.
    pub schema: Schema,
    /// How single members of a form are written, by name.
    pub encoding: BTreeMap<String, Writing>,
    /// Other media types that a request may be sent in.
    pub alternatives: Vec<BodyAlternative>,
    /// What a conforming request sends where the schema alone is not enough: templates by member, merged over
    /// generated values.
    pub value: Option<Value>,
    /// Pointers of members whose value must be unique among all resources: generated long and distinct per case.
    pub unique: Vec<String>,
}

/// A media type in which a body may be sent besides [`Body::media_type`].
#[derive(Debug, Clone)]
pub struct BodyAlternative {
    /// A media type, or a range of them such as `image/*`.
    pub media_type: String,
    /// Its JSON Schema 2020-12; None: that of the body.
    pub schema: Option<Schema>,
    /// How single members of a form are written, by name.
    pub encoding: BTreeMap<String, Writing>,
}

/// A set of statuses: exact ones and classes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StatusSet(pub Vec<String>);

impl StatusSet {
    /// One exact status.
    #[must_use]
    pub fn one(status: u16) -> Self {
        Self(vec![status.to_string()])
    }

    /// Whether `status` is in the set: `404`, `4XX` or `any`.
    #[must_use]
    pub fn contains(&self, status: u16) -> bool {
        self.0.iter().any(|word| match word.as_bytes() {
            b"any" => true,
            [class, b'X' | b'x', b'X' | b'x'] => u16::from(class.wrapping_sub(b'0')) == status / 100,
            _ => word.parse() == Ok(status),
        })
    }

    /// The first exact status, or the first status of the first class.
    #[must_use]
    pub fn first(&self) -> Option<u16> {
        self.0.iter().find_map(|word| word.to_ascii_uppercase().replace("XX", "00").parse().ok())
    }
}

impl std::fmt::Display for StatusSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.as_slice() {
            [] => f.write_str("nothing"),
            [one] => f.write_str(one),
            [most @ .., last] => write!(f, "{} or {last}", most.join(", ")),
        }
    }
}

/// A promised refusal.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The statuses that keep the promise.
    pub status: StatusSet,
    /// A JSON Schema for the body; None: the response spec of the status decides, or nothing does.
    pub schema: Option<Schema>,
    /// Members that the body must have, by exact value.
    pub body: Option<Value>,
    /// Whether closing the connection without an answer keeps the promise too.
    pub may_close: bool,
    /// Where the promise comes from.
    pub origin: Origin,
}

/// A documented answer.
#[derive(Debug, Clone)]
pub struct ResponseSpec {
    /// `200`, `4XX` or `default`.
    pub status: String,
    /// What it means.
    pub says: Option<String>,
    /// None: the body is not documented.
    pub media_type: Option<String>,
    /// Other media types that the body may have; then no schema is known for it.
    pub other_media_types: Vec<String>,
    /// Its JSON Schema 2020-12. None: the body is not documented.
    pub schema: Option<Schema>,
    /// Header fields: name, whether required, schema.
    pub headers: Vec<Parameter>,
    /// Documented bodies, as printed on the page.
    pub examples: Vec<Value>,
    /// The names of [`Self::examples`], in their order; the one without a name is called `example`.
    pub example_names: Vec<String>,
    /// Whether members that the schema does not name are drift. False for schemas that leave it open
    /// (`additionalProperties: true`).
    pub closed: bool,
}

/// The variable parts of a request, as written in a contract: templates are not filled in yet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RequestParts {
    /// By parameter name.
    pub path: BTreeMap<String, Value>,
    /// By parameter name.
    pub query: BTreeMap<String, Value>,
    /// By header name.
    pub header: BTreeMap<String, Value>,
    /// By cookie name.
    pub cookie: BTreeMap<String, Value>,
    /// The body; inside, `{masked: "****"}` and `{generate: SALT}` stand for a value made from the schema.
    /// `Some(None)` says that there is none; None says that the operation's own is sent.
    pub body: Option<Option<Value>>,
    /// The body exactly as bytes, instead of `body`.
    pub raw_body: Option<String>,
    /// The method, where it is not the operation's.
    pub method: Option<String>,
}

/// A documented request.
#[derive(Debug, Clone)]
pub struct Example {
    /// Its name in the contract.
    pub name: String,
    /// The page's words for it.
    pub says: Option<String>,
    /// What it sends, as printed on the page.
    pub request: RequestParts,
    /// Merged over the body before it is sent: parts of the printed body that a test must not send as they are.
    pub replace: Option<Value>,
    /// The statuses that keep it.
    pub expect: StatusSet,
    /// Members that the answer's body must have.
    pub expect_body: Option<Value>,
    /// Its clause.
    pub clause: ClauseId,
}

/// A case written by hand.
#[derive(Debug, Clone)]
pub struct HandCase {
    /// Its name in the contract.
    pub name: String,
    /// What it sends.
    pub request: RequestParts,
    /// The promised answer.
    pub expect: Refusal,
    /// Whether the request breaks the contract, or asks for what is not there: it must be refused.
    pub refuse: bool,
    /// Its clause.
    pub clause: ClauseId,
}

/// An expression over a request and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name in the contract.
    pub name: String,
    /// The rule applies where this holds; None: always.
    pub when: Option<String>,
    /// What must hold.
    pub then: String,
    /// Where the expressions stand.
    pub span: Span,
    /// Its clause.
    pub clause: ClauseId,
}

/// A member that the deployment makes up by itself: neither sent nor left as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generates {
    /// The member of the resource, by the name that requests and answers give it.
    pub member: String,
    /// A request for which this expression over `request` holds makes the deployment generate a new value.
    pub when: String,
    /// Where it is declared.
    pub span: Span,
}

/// Several steps, with captures from one to the next.
#[derive(Debug, Clone)]
pub struct Sequence {
    /// Its name in the contract.
    pub name: String,
    /// Index into [`Contract::documents`].
    pub document: usize,
    /// What it shows.
    pub says: String,
    /// In order; the sequence ends at the first step whose answer is not as expected.
    pub steps: Vec<SequenceStep>,
    /// Steps that run afterwards whatever happened.
    pub finally: Vec<SequenceStep>,
    /// The clause of the sequence as a whole: its steps are answered as expected.
    pub clause: ClauseId,
}

/// One step of a sequence.
#[derive(Debug, Clone)]
pub struct SequenceStep {
    /// Its name (`as:`): later steps and rules see it as `steps.NAME.request`, `.status`, `.header`, `.body`.
    pub name: Option<String>,
    /// Which operation.
    pub operation: OpId,
    /// What it sends.
    pub request: RequestParts,
    /// The statuses that keep it.
    pub expect: StatusSet,
    /// Members that the answer's body must have.
    pub expect_body: Option<Value>,
    /// Whether the request breaks the contract and must be refused.
    pub refuse: bool,
    /// The step is passed over where this expression is false.
    pub when: Option<String>,
    /// Name → `JSONPath` (RFC 9535) into the answer's body.
    pub capture: Vec<(String, String)>,
    /// What must hold after this step.
    pub rules: Vec<Rule>,
}

/// How to put back what a run changes.
#[derive(Debug, Clone)]
pub struct Restore {
    /// Its name in the contract.
    pub name: String,
    /// Index into [`Contract::documents`].
    pub document: usize,
    /// What it puts back.
    pub says: String,
    /// Sent before the first write, to capture.
    pub before: Vec<SequenceStep>,
    /// Sent at the end, if a write was sent to one of these operations.
    pub after: Vec<SequenceStep>,
    /// The operations whose writes it undoes.
    pub undoes: Vec<OpId>,
}

/// Two places of the documentation that cannot both be right.
#[derive(Debug, Clone)]
pub struct Contradiction {
    /// Its name in the contract.
    pub name: String,
    /// Index into [`Contract::documents`].
    pub document: usize,
    /// What is against what.
    pub says: String,
    /// What kinds of places are against each other.
    pub between: Between,
    /// The places, each with its sentence.
    pub sides: Vec<super::clause::Published>,
    /// The clauses it is about.
    pub concerns: Vec<ClauseId>,
    /// What the contract does about it.
    pub taken: String,
    /// Nothing is judged by the clauses concerned: the documentation does not decide.
    pub undecided: bool,
    /// Where it is recorded.
    pub span: Span,
}

/// What kinds of places contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Between {
    /// Sentences, and what is stated in tables, of one page.
    #[default]
    ProseTable,
    /// What is promised, and what an example shows.
    TableExample,
    /// Two pages, such as two languages or two releases of one.
    PagePage,
    /// What is documented, and what a deployment answers.
    DocumentationLive,
}

impl Between {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::ProseTable, Self::TableExample, Self::PagePage, Self::DocumentationLive];

    /// The word of the contract file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ProseTable => "prose-table",
            Self::TableExample => "table-example",
            Self::PagePage => "page-page",
            Self::DocumentationLive => "documentation-live",
        }
    }

    /// The words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ProseTable => "prose against table",
            Self::TableExample => "table against example",
            Self::PagePage => "page against page",
            Self::DocumentationLive => "documentation against live answer",
        }
    }

    /// Where nobody says it: an example is a piece of JSON, and else the pages that are cited tell.
    #[must_use]
    pub fn of(sides: &[super::clause::Published]) -> Self {
        let example = |side: &&super::clause::Published| {
            let quote = side.quote.trim_start();
            quote.starts_with(['{', '[']) || quote.starts_with('"') && quote.contains(':')
        };
        let examples = sides.iter().filter(example).count();
        let several = sides.iter().any(|side| side.source != sides[0].source);
        match (examples, several) {
            (0, true) => Self::PagePage,
            (0, false) => Self::ProseTable,
            (some, true) if some == sides.len() => Self::PagePage,
            _ => Self::TableExample,
        }
    }
}
