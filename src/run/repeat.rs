//! A case with findings is played again, with the identical requests, to tell what is broken from what happens now and
//! then, and from a transport that failed for the moment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::watch;

use super::session::{Played, Session};
use crate::model::{
    Case, ClauseId, Effect, Finding, FindingSite, Lost, OpId, RepeatResult, Repeated, Role, Step,
};

/// Of each clause, only so many cases are repeated if they have findings: the first ones of the plan, so that which ones
/// these are does not depend on the order of the answers.
const MOST_CASES: u32 = 64;

/// How often cases are repeated, and how many of them came by.
#[derive(Debug)]
pub(super) struct Repetition {
    times: u32,
    passed: BTreeMap<ClauseId, u32>,
    /// The operations whose writes are put back at the end of the run.
    undone: Arc<BTreeSet<OpId>>,
    stop: watch::Receiver<bool>,
}

impl Repetition {
    pub(super) fn new(times: u32, undone: BTreeSet<OpId>, stop: watch::Receiver<bool>) -> Self {
        Self { times, passed: BTreeMap::new(), undone: Arc::new(undone), stop }
    }

    /// How a case is repeated, if it is one of those that are. To be asked of every case, in the order of the plan.
    pub(super) fn of(&mut self, case: &Case) -> Option<Again> {
        if self.times == 0 {
            return None;
        }
        let passed = self.passed.entry(case.clause).or_default();
        *passed = passed.saturating_add(1);
        (*passed <= MOST_CASES).then(|| Again {
            times: self.times,
            undone: Arc::clone(&self.undone),
            stop: self.stop.clone(),
        })
    }
}

/// How one case is repeated.
#[derive(Debug)]
pub(super) struct Again {
    times: u32,
    undone: Arc<BTreeSet<OpId>>,
    stop: watch::Receiver<bool>,
}

impl Again {
    /// Repeats `case` if it has findings, and notes on each what came of it.
    pub(super) async fn play(&self, session: &Session, case: &Case, first: &mut Played) {
        if first.verdict.findings.is_empty() {
            return;
        }
        let mut seen = Seen::new(&first.verdict.findings);
        let mut because = changes(session, case, first, &self.undone);
        for _ in 0..self.times {
            if because.is_some() || *self.stop.borrow() {
                break;
            }
            let again = session.play(case).await;
            seen.take(&again);
            // What waited in vain once more would only wait again.
            let waited = |lost: &Lost| matches!(lost, Lost::TimeOut(_));
            if again.exchanges.iter().any(|(_, exchange)| exchange.reply.as_ref().is_err_and(waited)) {
                break;
            }
            because = changes(session, case, &again, &self.undone);
        }
        for (finding, tally) in first.verdict.findings.iter_mut().zip(seen.tallies) {
            finding.repeated = tally.result(finding, seen.lost, because.as_deref());
        }
    }
}

/// What repetitions showed.
struct Seen {
    /// Parallel to the findings of the first time.
    tallies: Vec<Tally>,
    /// Repetitions without a connection.
    lost: u64,
}

struct Tally {
    key: (ClauseId, String, String, String),
    shown: u64,
    of: u64,
}

/// What makes findings of two plays of one case equal.
fn key(finding: &Finding) -> (ClauseId, String, String, String) {
    // Why a connection was closed is told in different words.
    let kind = if finding.site == FindingSite::Connection { String::new() } else { finding.kind() };
    (finding.clause, finding.check.clone(), finding.place(), kind)
}

impl Seen {
    fn new(findings: &[Finding]) -> Self {
        let tallies = findings.iter().map(|finding| Tally { key: key(finding), shown: 1, of: 1 }).collect();
        Self { tallies, lost: 0 }
    }

    fn take(&mut self, again: &Played) {
        let keys: BTreeSet<_> = again.verdict.findings.iter().map(key).collect();
        if again.is_cut_off() {
            self.lost += 1;
            return;
        }
        // Neither there nor not there.
        if keys.is_empty() && again.verdict.trouble.is_some() {
            return;
        }
        for tally in &mut self.tallies {
            tally.of += 1;
            tally.shown += u64::from(keys.contains(&tally.key));
        }
    }
}

impl Tally {
    fn result(&self, finding: &Finding, lost: u64, because: Option<&str>) -> Option<Repeated> {
        let (shown, of) = (self.shown, self.of);
        let transport = finding.site == FindingSite::Connection;
        let result = match (of, shown == of) {
            (1, _) if lost > 0 && transport => RepeatResult::Environment,
            (1, _) => {
                let because = match because {
                    // An answer was seen; that there is none any more does not take it back.
                    None if lost > 0 => "there was no connection to repeat it".to_owned(),
                    because => because?.to_owned(),
                };
                return Some(Repeated {
                    result: RepeatResult::NotRepeated,
                    shown,
                    of,
                    because: Some(because),
                });
            }
            (_, true) => RepeatResult::Deterministic,
            (_, false) if transport => RepeatResult::Environment,
            (_, false) => RepeatResult::Flaky,
        };
        Some(Repeated { result, shown, of, because: None })
    }
}

/// Why playing the case again might change something that nobody puts back.
fn changes(session: &Session, case: &Case, played: &Played, undone: &BTreeSet<OpId>) -> Option<String> {
    let contract = session.contract();
    if case.destroys {
        return Some("it might remove what cannot be made again".into());
    }
    let status = |at: usize| played.exchanges[at].1.reply.as_ref().map_or(0, |reply| reply.status);
    // What the case has made is gone when each step that removes it was accepted.
    let removing = case.steps.iter().filter(|step| step.own.role == Role::CleanUp).count();
    let removed = played.sent.iter().enumerate().filter(|(at, step)| {
        case.steps.get(**step).is_some_and(|step| step.own.role == Role::CleanUp)
            && matches!(status(*at) / 100, 2)
    });
    let gone = removing > 0 && removed.count() == removing;
    let harmless = |at: usize, step: &Step| {
        let controlled = played.controlled && step.control.is_some();
        let operation = contract.operation(step.operation);
        // Another method than the operation's may do anything.
        let own_method = played.exchanges[at].1.request.method == operation.method;
        (own_method && operation.effect == Effect::Read)
            || (matches!(status(at) / 100, 4) && !controlled)
            || undone.contains(&step.operation)
            || (gone && (step.own.role != Role::Test || !step.own.path.is_empty()))
    };
    let worse = played
        .sent
        .iter()
        .enumerate()
        .find_map(|(at, step)| case.steps.get(*step).filter(|step| !harmless(at, step)))?;
    let operation = &contract.operation(worse.operation).id;
    Some(format!("`{operation}` may have changed something, and nothing puts it back"))
}
