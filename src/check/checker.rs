//! The judge of exchanges: compiled once, shared by all threads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::compiled::{self, CompiledOperation, CompiledRule};
use super::rules::{LateRules, Outcome};
use super::scene::{Answered, Scene};
use super::secrets::{self, Needle};
use super::{ALL, observed};
use crate::model::{Answers, Case, ClauseId, Contract, Exchange, Finding, Lost, Reply, Side, Trouble};
use crate::text::Span;

/// A contract whose schemas or rules can't be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {message}")]
pub struct BadContract {
    /// Which part of the contract, in words.
    pub at: String,
    /// A lowercase fragment.
    pub message: String,
    /// Where it stands, if known.
    pub span: Option<Span>,
}

/// Judges exchanges against a contract.
#[derive(Debug)]
pub struct Checker {
    pub(super) contract: Arc<Contract>,
    /// Parallel to [`Contract::operations`].
    pub(super) operations: Vec<CompiledOperation>,
    pub(super) sequence_rules: BTreeMap<ClauseId, Vec<CompiledRule>>,
    pub(super) late_rules: LateRules,
    /// The secret variables' values.
    pub(super) needles: Vec<Needle>,
    /// Texts that the contract documents in answers.
    pub(super) documented: BTreeSet<String>,
}

/// An exchange to look at.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// The case that it is part of.
    pub case: &'a Case,
    /// The index of the step, from 0.
    pub step: usize,
    /// What went over the wire.
    pub exchange: &'a Exchange,
    /// Whether the step's control was accepted, where it was sent.
    pub control: Option<bool>,
    /// What templates of this step saw: variables at top level, `captured` and `steps`.
    pub scope: &'a Value,
}

/// What was found out about an exchange.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// What breaks the contract, worst first.
    pub findings: Vec<Finding>,
    /// The clauses that the answer was seen to keep: sorted, without repetition, without those of `findings`.
    pub observed: Vec<ClauseId>,
    /// The answer's body, if it is JSON.
    pub body: Option<Value>,
    /// Whether the answer has a status and the members that the step expects: a sequence goes on only then.
    pub as_expected: bool,
    /// Why nothing could be concluded.
    pub trouble: Option<Trouble>,
}

impl Checker {
    /// Compiles all schemas and rules of `contract`. `variables` are the deployment's values by name.
    ///
    /// # Errors
    /// When a schema or a rule can't be compiled.
    #[expect(clippy::needless_pass_by_value, reason = "the caller hands over its share of both")]
    pub fn new(contract: Arc<Contract>, variables: Arc<Value>) -> Result<Self, BadContract> {
        Ok(Self {
            operations: compiled::compile(&contract)?,
            sequence_rules: compiled::sequence_rules(&contract)?,
            late_rules: LateRules::default(),
            needles: secrets::of_variables(&contract, &variables),
            documented: secrets::documented(&contract),
            contract,
        })
    }

    /// Judges one exchange.
    #[must_use]
    pub fn look(&self, sight: &Sight<'_>) -> Seen {
        let Some(scene) = Scene::new(self, sight) else {
            let says = format!("the case has no step {} that this contract knows", sight.step + 1);
            return Seen { trouble: Some(trouble("no-such-step", says)), ..Seen::default() };
        };
        let mut findings = Vec::new();
        for check in ALL {
            check.run(&scene, &mut findings);
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let observed = observed::observed(&scene, &findings);
        let closed = scene.step.expect.may_close && may_be_closing(sight.exchange);
        Seen {
            observed,
            as_expected: closed || scene.reply.is_some() && scene.expected && !scene.is_mismatched(),
            trouble: troubled(&scene),
            body: match scene.body {
                Answered::Json(value, _) => Some(value),
                _ => None,
            },
            findings,
        }
    }
}

fn trouble(code: &str, says: String) -> Trouble {
    Trouble { code: code.to_owned(), says }
}

/// Whether the exchange ended as when a server hangs up.
pub(super) fn may_be_closing(exchange: &Exchange) -> bool {
    matches!(exchange.reply, Err(Lost::Closed(_) | Lost::Malformed(_)))
}

fn troubled(scene: &Scene<'_>) -> Option<Trouble> {
    match &scene.exchange.reply {
        Err(lost @ (Lost::Connect(_) | Lost::Resolve(_) | Lost::Tls(_) | Lost::NotSent(_))) => {
            return Some(trouble("lost", lost.to_string()));
        }
        Err(lost @ Lost::TimeOut(_)) if scene.operation.within.is_none() => {
            let says =
                format!("{lost}, and nothing says how long an answer may take: `--timeout` waits longer");
            return Some(trouble("late", says));
        }
        Err(_) => return None,
        Ok(reply) => {
            let conforming =
                scene.step.expect.answers == Answers::Accepted || scene.case.side == Side::Accept;
            let credentials = !scene.operation.security.is_empty();
            if matches!(reply.status, 401 | 403) && !scene.expected && conforming && credentials {
                return Some(trouble(
                    "credential-refused",
                    format!("the target answered {} to a valid request", reply.status),
                ));
            }
        }
    }
    if let Some(coding) = scene.reply.and_then(Reply::coding) {
        return Some(trouble(
            "coded",
            format!("the content coding `{coding}` is not decoded: the body was not looked at"),
        ));
    }
    if scene.depends {
        let status = scene.reply.map_or(0, |reply| reply.status);
        if scene.is_unstated(status) && !scene.step.expect.depends.contains(status) {
            let says = if scene.control.is_some() {
                format!(
                    "answered {status}, and the same request with a plain value in the tested place is not accepted either: what more is asked of it is not documented"
                )
            } else {
                format!(
                    "answered {status} to a request that keeps all that is documented: what more is asked of it is not"
                )
            };
            return Some(trouble("unstated", says));
        }
        let says = format!("answered {status}, which depends on what the deployment has");
        return Some(trouble("depends", says));
    }
    scene.rulings.iter().find_map(|ruling| match &ruling.outcome {
        Outcome::Undecided(why) => Some(trouble("rule-undecided", format!("rule {}: {why}", ruling.name))),
        _ => None,
    })
}
