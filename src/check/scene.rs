//! What a check sees: one answer, and all that is worked out about it once.

use serde_json::Value;

use super::checker::{Checker, Sight};
use super::compiled::{CompiledOperation, CompiledResponse};
use super::judged;
use super::rules::{Hearing, Ruling};
use super::secrets::{Needle, of_request};
use crate::conform::{BadJson, Breach, Judge, Oddity, matches_body, media_type_matches, read_json_strictly};
use crate::delta;
use crate::model::{
    Answers, Case, ClauseId, ClauseKind, Contract, Diff, Exchange, Finding, FindingSite, Meta, Operation,
    Reply, ResponseSpec, Step,
};
use crate::text::Severity;

/// The most bytes of [`Finding::expected`] and [`Finding::actual`].
const MOST_TEXT: usize = 2048;

/// One answer and its circumstances.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four things that are true of an answer, or not")]
pub struct Scene<'a> {
    /// What was promised.
    pub contract: &'a Contract,
    /// The case that the exchange is part of.
    pub case: &'a Case,
    /// The index of the step, from 0.
    pub at: usize,
    /// The step.
    pub step: &'a Step,
    /// The operation whose promises count.
    pub operation: &'a Operation,
    /// What went over the wire.
    pub exchange: &'a Exchange,
    /// The answer, if there is one.
    pub reply: Option<&'a Reply>,
    pub(super) checker: &'a Checker,
    pub(super) compiled: &'a CompiledOperation,
    /// Whether the status is one that the step expects.
    pub(super) expected: bool,
    /// Whether nothing is concluded from the status.
    pub(super) depends: bool,
    /// Whether the control was accepted, where it was sent.
    pub(super) control: Option<bool>,
    /// Whether the request was the operation's own: its method, so that its responses are promised.
    pub(super) own: bool,
    /// The promise for this status, if there is one for this answer.
    pub(super) promise: Option<Promise<'a>>,
    /// Whether the body has to be judged as JSON.
    pub(super) wants_json: bool,
    pub(super) body: Answered,
    /// Constraints of the body that are broken.
    pub(super) breaches: Vec<(ClauseId, Breach)>,
    pub(super) rulings: Vec<Ruling>,
    /// The secrets of this request.
    pub(super) needles: Vec<Needle>,
}

/// A documented answer, with what is worked out about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Promise<'a> {
    pub spec: &'a ResponseSpec,
    pub compiled: &'a CompiledResponse,
}

/// The body of an answer.
#[derive(Debug)]
pub(super) enum Answered {
    /// There is none, and by RFC 9110 there can be none.
    Impossible,
    /// It has no bytes.
    Empty,
    Json(Value, Vec<Oddity>),
    NotJson(BadJson),
}

impl Answered {
    fn of(exchange: &Exchange, reply: &Reply) -> Self {
        let bodyless =
            matches!(reply.status, 100..=199 | 204 | 205 | 304) || exchange.request.method == "HEAD";
        match reply.body.as_slice() {
            [] if bodyless => Self::Impossible,
            [] => Self::Empty,
            bytes => match read_json_strictly(bytes) {
                Ok((value, oddities)) => Self::Json(value, oddities),
                Err(bad) => Self::NotJson(bad),
            },
        }
    }

    pub(super) fn json(&self) -> Option<&Value> {
        match self {
            Self::Json(value, _) => Some(value),
            _ => None,
        }
    }
}

/// What a finding tells besides its summary.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub expected: String,
    pub actual: String,
    pub diff: Option<Diff>,
}

impl<'a> Scene<'a> {
    /// None where the case has no such step, or the contract no such operation.
    pub(super) fn new(checker: &'a Checker, sight: &Sight<'a>) -> Option<Self> {
        let contract: &'a Contract = &checker.contract;
        let step = sight.case.steps.get(sight.step)?;
        let operation = contract.operations.get(step.operation.0 as usize)?;
        let compiled = checker.operations.get(step.operation.0 as usize)?;
        let exchange = sight.exchange;
        let mut scene = Self {
            contract,
            case: sight.case,
            at: sight.step,
            step,
            operation,
            exchange,
            reply: exchange.reply.as_ref().ok(),
            checker,
            compiled,
            expected: false,
            depends: false,
            control: sight.control,
            own: exchange.request.method == operation.method,
            promise: None,
            wants_json: false,
            body: Answered::Empty,
            breaches: Vec::new(),
            rulings: Vec::new(),
            needles: Vec::new(),
        };
        if let Ok(reply) = &exchange.reply {
            scene.read(reply, sight.scope);
        }
        Some(scene)
    }

    fn read(&mut self, reply: &'a Reply, scope: &'a Value) {
        let expect = &self.step.expect;
        self.expected = expect.status.contains(reply.status);
        self.depends =
            !self.expected && (expect.depends.contains(reply.status) || self.is_unstated(reply.status));
        // An oversized credential may be refused by the server before it is the operation's turn; what such a refusal
        // looks like is nobody's promise.
        let by_the_server = expect.may_close && expect.answers == Answers::Refused;
        if self.own && !by_the_server {
            self.promise = self.operation.response_index(reply.status).and_then(|at| {
                Some(Promise {
                    spec: self.operation.responses.get(at)?,
                    compiled: self.compiled.responses.get(at)?,
                })
            });
        }
        self.body = Answered::of(self.exchange, reply);
        self.judge_body(reply);
        self.rulings = Hearing {
            checker: self.checker,
            compiled: self.compiled,
            step: self.step,
            exchange: self.exchange,
            reply,
            body: self.body.json(),
            scope,
            expected: self.expected,
            own: self.own,
        }
        .rulings();
        if self.compiled.secrets.is_some() {
            self.needles = of_request(&self.compiled.secret_places, self.exchange);
        }
    }

    /// Whether a refusal may be for what the contract does not state.
    pub(super) fn is_unstated(&self, status: u16) -> bool {
        self.control != Some(true) && self.step.expect.unstated.contains(status)
    }

    fn judge_body(&mut self, reply: &Reply) {
        let json_type = |actual: &str| media_type_matches("application/json", actual);
        let by_type = |promise: &Promise<'_>| promise.spec.media_type.as_deref().is_some_and(json_type);
        let by_schema = |promise: &Promise<'_>| promise.compiled.judge.is_some();
        let of_another_type = |promise: &Promise<'_>| {
            let actual = reply.header("content-type").unwrap_or_default();
            let is = |expected: &String| media_type_matches(expected, actual);
            let first = promise.spec.media_type.as_deref().unwrap_or_default();
            !media_type_matches(first, actual) && promise.spec.other_media_types.iter().any(is)
        };
        // `*/*` leaves the syntax to the deployment: only what is said to be JSON can be held against a schema.
        let of_any_type = |promise: &Promise<'_>| {
            promise.spec.media_type.as_deref().is_some_and(|documented| documented.contains('*'))
                && !reply.header("content-type").is_some_and(json_type)
        };
        if self.promise.as_ref().is_some_and(|promise| of_another_type(promise) || of_any_type(promise))
            || reply.coding().is_some()
        {
            return;
        }
        self.wants_json = self.promise.as_ref().is_some_and(|promise| by_schema(promise) || by_type(promise));
        let aimed = self.aimed();
        if let Some(promise) = self.promise
            && let Some(judge) = &promise.compiled.judge
        {
            if let Some(body) = self.body.json() {
                self.breaches = judged::of_body(judge.breaches_apart(body), promise.compiled, aimed);
            }
            return;
        }
        if let Some(schema) = self.step.expect.schema.as_ref().filter(|_| self.expected) {
            self.wants_json = true;
            if let Some(body) = self.body.json() {
                let breaches = Judge::later(schema).breaches(body);
                self.breaches = breaches.into_iter().map(|breach| (aimed, breach)).collect();
            }
        }
    }

    /// Whether the answer has an expected status, but lacks members that the step expects.
    pub(super) fn is_mismatched(&self) -> bool {
        let lacks = |wanted| self.body.json().is_none_or(|body| !matches_body(wanted, body));
        self.expected && self.step.expect.body.0.as_ref().is_some_and(lacks)
    }

    /// The clause that the case puts to the test; of a sequence, that of the sequence as a whole.
    pub(super) fn aimed(&self) -> ClauseId {
        let of_sequence =
            match self.contract.clauses.get(self.case.clause.0 as usize).map(|clause| &clause.kind) {
                Some(ClauseKind::SequenceRule { index, .. }) => self.contract.sequences.get(*index),
                _ => None,
            };
        of_sequence.map_or(self.case.clause, |sequence| sequence.clause)
    }

    /// The kind of [`Scene::aimed`].
    pub(super) fn aimed_kind(&self) -> Option<&'a ClauseKind> {
        self.contract.clauses.get(self.aimed().0 as usize).map(|clause| &clause.kind)
    }

    /// Whether the documentation contradicts itself about this clause.
    pub(super) fn is_undecided(&self, clause: ClauseId) -> bool {
        self.contract.clauses.get(clause.0 as usize).is_some_and(|clause| clause.undecided.is_some())
    }

    /// `summary`, with the step where a case has several.
    pub(super) fn in_step(&self, summary: &str) -> String {
        if self.case.steps.len() == 1 {
            return summary.to_owned();
        }
        format!("step {}, {}: {summary}", self.at + 1, self.operation.id)
    }

    /// The body as text, bounded.
    pub(super) fn body_text(&self) -> String {
        let Some(reply) = self.reply else { return String::new() };
        match &self.body {
            Answered::Json(value, _) => delta::excerpt(&delta::pretty(value), MOST_TEXT),
            // Not more than is shown is looked at; a line that is cut off by this is too long to be shown anyway.
            _ => delta::excerpt(
                &String::from_utf8_lossy(&reply.body[..reply.body.len().min(64 * 1024)]),
                MOST_TEXT,
            ),
        }
    }

    /// A finding of severity error, or a note where the documentation does not decide.
    pub(super) fn finding(
        &self,
        meta: &Meta,
        clause: ClauseId,
        site: FindingSite,
        summary: String,
        told: Told,
    ) -> Finding {
        Finding {
            clause,
            check: meta.id.to_owned(),
            severity: if self.is_undecided(clause) { Severity::Note } else { Severity::Error },
            summary,
            site,
            expected: delta::excerpt(&told.expected, MOST_TEXT),
            actual: delta::excerpt(&told.actual, MOST_TEXT),
            diff: told.diff.filter(|diff| !diff.lines.is_empty()),
            step: self.at,
            answer: None,
            repeated: None,
        }
    }
}
