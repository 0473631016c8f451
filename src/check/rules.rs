//! Rules: expressions over a request and its answer.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

use serde_json::Value;

use super::capture;
use super::checker::Checker;
use super::comparison::Comparison;
use super::compiled::{CompiledOperation, CompiledRule};
use crate::conform::{Prepared, Wanted};
use crate::model::{Answers, ClauseId, Exchange, Reply, Rule, Step};

/// Rules made by the planner are kept up to this number.
const MOST_KEPT: usize = 256;

/// What became of a rule. One that does not apply is left out.
#[derive(Debug)]
pub(super) struct Ruling {
    pub clause: ClauseId,
    /// The rule's name.
    pub name: String,
    /// What must hold, as written.
    pub then: String,
    pub outcome: Outcome,
}

/// The outcomes of a rule.
#[derive(Debug)]
pub(super) enum Outcome {
    Held,
    Broken(Option<Box<Comparison>>),
    /// It can't be evaluated because of what the answer is.
    Unanswered(String),
    /// It can't be evaluated, and that is not the answer's fault.
    Undecided(String),
}

/// The rules of steps that no contract file has, such as that a read is steady: compiled when they are first seen.
#[derive(Debug, Default)]
pub(super) struct LateRules(RwLock<Vec<CompiledRule>>);

impl LateRules {
    fn get(&self, rule: &Rule) -> Result<CompiledRule, String> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.iter().find(|known| known.is(rule)) {
            return Ok(known.clone());
        }
        drop(known);
        let compiled = CompiledRule::new(rule).map_err(|bad| bad.message)?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_KEPT {
            known.push(compiled.clone());
        }
        Ok(compiled)
    }
}

/// What rules are evaluated against.
pub(super) struct Hearing<'a> {
    pub checker: &'a Checker,
    pub compiled: &'a CompiledOperation,
    pub step: &'a Step,
    pub exchange: &'a Exchange,
    pub reply: &'a Reply,
    pub body: Option<&'a Value>,
    pub scope: &'a Value,
    /// Whether the status is one that the step expects.
    pub expected: bool,
    /// Whether the request was the operation's own.
    pub own: bool,
}

impl Hearing<'_> {
    /// The operation's rules, where the request keeps the contract, and the step's, where it was answered as expected.
    pub(super) fn rulings(&self) -> Vec<Ruling> {
        let mut out = Vec::new();
        if self.own && self.step.expect.answers == Answers::Accepted {
            out.extend(self.compiled.rules.iter().filter_map(|rule| self.ruling(rule)));
        }
        for rule in self.step.rules.iter().filter(|_| self.expected) {
            match self.of_step(rule) {
                Ok(compiled) => out.extend(self.ruling(&compiled)),
                Err(message) => {
                    let outcome = Outcome::Undecided(message);
                    out.push(Ruling {
                        clause: rule.clause,
                        name: rule.name.clone(),
                        then: rule.then.clone(),
                        outcome,
                    });
                }
            }
        }
        out
    }

    fn of_step(&self, rule: &Rule) -> Result<Cow<'_, CompiledRule>, String> {
        let of_sequence = self.checker.sequence_rules.get(&rule.clause);
        if let Some(known) = of_sequence.and_then(|rules| rules.iter().find(|known| known.is(rule))) {
            return Ok(Cow::Borrowed(known));
        }
        self.checker.late_rules.get(rule).map(Cow::Owned)
    }

    fn scope(&self, wanted: &Wanted) -> Prepared {
        let request = &self.exchange.request;
        let made =
            |name: &str, make: &dyn Fn() -> Value| if wanted.reaches(name) { make() } else { Value::Null };
        let method = made("request.method", &|| Value::from(request.method.as_str()));
        let path = made("request.path", &|| capture::path(request));
        let query = made("request.query", &|| capture::query(request));
        let sent_header = made("request.header", &|| capture::headers(&request.headers));
        let sent =
            if wanted.reaches("request.body") { capture::body(request) } else { Cow::Owned(Value::Null) };
        let header = made("header", &|| capture::headers(&self.reply.headers));
        let body = if wanted.reaches("body") {
            capture::answered(self.reply, self.body)
        } else {
            Cow::Owned(Value::Null)
        };
        let layer = [
            ("request.method", &method),
            ("request.path", &path),
            ("request.query", &query),
            ("request.header", &sent_header),
            ("request.body", &*sent),
            ("status", &Value::from(self.reply.status)),
            ("header", &header),
            ("body", &*body),
        ];
        Prepared::layered(&layer, self.scope, wanted)
    }

    fn ruling(&self, rule: &CompiledRule) -> Option<Ruling> {
        // Without a condition, a rule speaks of the answers that are expected.
        if rule.when.is_none() && !self.expected {
            return None;
        }
        let scope = self.scope(&rule.wanted);
        let outcome = match rule.when.as_ref().map(|when| when.holds_in(&scope)) {
            Some(Ok(false)) => return None,
            Some(Err(bad)) => undecided(bad.message),
            None | Some(Ok(true)) => match rule.then.holds_in(&scope) {
                Ok(true) => Outcome::Held,
                Ok(false) => Outcome::Broken(Comparison::failing(rule.then.source(), &scope).map(Box::new)),
                Err(bad) => undecided(bad.message),
            },
        };
        let of_fault =
            |text: &str| if matches!(outcome, Outcome::Held) { String::new() } else { text.to_owned() };
        let (name, then) = (of_fault(&rule.name), of_fault(rule.then.source()));
        Some(Ruling { clause: rule.clause, name, then, outcome })
    }
}

/// Whose fault it is: that of the answer, unless what is missing is a name that has nothing to do with it.
fn undecided(message: String) -> Outcome {
    let missing = message.contains("undefined") || message.contains("has no value");
    let name = message.split('`').nth(1).unwrap_or_default();
    let of_answer = ["body", "header", "status"].iter().any(|root| {
        name.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    });
    if missing && !of_answer { Outcome::Undecided(message) } else { Outcome::Unanswered(message) }
}
