//! Both sides are played, calibrated and compared.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::judged::exit;
use crate::assemble::Job;
use crate::model::{
    ComparedSide, Comparison, DifferenceClass, Event, Gathered, Hand, Place, PlanEnded, Unsteady, Volatile,
    VolatileFound,
};
use crate::record::{Gather, Rules, Spool, Timings, calibrate};
use crate::run::conduct;

/// Records that may wait to be written; then the conductor waits.
const BACKLOG: usize = 16;
/// The most unsteady cases that are told.
const MOST_UNSTEADY: usize = 200;

/// How a comparison is judged.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The least class of a difference that makes the exit status 1; None: none does.
    pub fail_on: Option<DifferenceClass>,
    /// What is known to be noise.
    pub rules: Rules,
}

/// What playing a side has left.
struct Played {
    spool: Spool,
    plan: Option<PlanEnded>,
    /// Why the run ended before its plan did.
    ended: Option<String>,
    troubles: Vec<String>,
}

/// Plays both jobs side by side and compares their answers. Gives the comparison, and the rules for the noise that was
/// found.
///
/// # Errors
/// When records can't be written or read back.
pub async fn compare(
    mut left: Job,
    mut right: Job,
    options: &Options,
    stop: watch::Receiver<bool>,
) -> io::Result<(Comparison, Rules)> {
    // What one side may not be sent is sent to neither, so that both see the same requests.
    let refused = left.conduct.writes_refused.clone().or_else(|| right.conduct.writes_refused.clone());
    let removals = left.conduct.removals_refused.clone().or_else(|| right.conduct.removals_refused.clone());
    for job in [&mut left, &mut right] {
        job.conduct.writes_refused.clone_from(&refused);
        job.conduct.removals_refused.clone_from(&removals);
    }
    let about = |job: &Job| ComparedSide {
        target: job.started.settings.target.clone(),
        environment: job.suite.environment.clone(),
        writes: refused.is_none(),
    };
    let (left_side, right_side) = (about(&left), about(&right));
    // What people have decided, in the contract and then on the command line.
    let mut decided = Rules::default();
    left.suite.contract.volatile.iter().cloned().for_each(|rule| decided.decide(rule));
    options.rules.each().for_each(|rule| decided.decide(rule));
    let (settings, titles) = (left.started.settings.clone(), left.started.contract.titles.clone());
    let (one, other) = tokio::join!(played(left, stop.clone()), played(right, stop));
    let (mut one, mut other) = (one?, other?);
    let noise = calibrated(&mut one.spool, &mut other.spool, &decided)?;
    let mut gather = Gather::default();
    let mut timings = Timings::default();
    for case in one.spool.cases() {
        let (left, right) = (one.spool.get(case)?, other.spool.get(case)?);
        for (side, records) in [(Hand::Left, &left), (Hand::Right, &right)] {
            for record in records {
                timings.add(side, record);
            }
        }
        if right.is_empty() {
            gather.only(Hand::Left);
        } else {
            gather.case(&noise.rules, &left, &right, noise.unsteady_left.contains(&case));
        }
    }
    for case in other.spool.cases() {
        if one.spool.get(case)?.is_empty() {
            gather.only(Hand::Right);
        }
    }
    let (Gathered { groups, answers, left_out }, totals) = gather.finish();
    let mut troubles: BTreeSet<String> = BTreeSet::new();
    for (side, played) in [(Hand::Left, &one), (Hand::Right, &other)] {
        troubles.extend(played.troubles.iter().map(|says| format!("{}: {says}", side.word())));
        troubles.extend(played.ended.iter().map(|says| format!("{}: {says}", side.word())));
    }
    if let (Some(a), Some(b)) = (&one.plan, &other.plan)
        && a.digest != b.digest
    {
        troubles
            .insert("the two sides have not the same plan: a variable is given for one of them only".into());
    }
    if let Some(because) = &refused {
        troubles.insert(format!("only reads were sent: {because}"));
    }
    let ended = one.ended.or(other.ended);
    let comparison = Comparison {
        version: env!("CARGO_PKG_VERSION").into(),
        contracts: settings.contracts,
        titles,
        left: left_side,
        right: right_side,
        select: settings.select,
        seed: settings.seed,
        fail_on: options.fail_on,
        exit: exit(&totals, options.fail_on, ended.as_deref()),
        totals,
        differences: groups,
        answers,
        left_out,
        volatile: noise.found,
        unsteady: noise.unsteady,
        timing: timings.compared(),
        troubles: troubles.into_iter().collect(),
    };
    Ok((comparison, noise.rules))
}

/// Conducts the job; its records go to disk.
async fn played(job: Job, stop: watch::Receiver<bool>) -> io::Result<Played> {
    let (records, mut recorded) = mpsc::channel(BACKLOG);
    let (sender, mut events) = mpsc::channel(BACKLOG);
    let Job { session, plan, conduct: mut settings, mock, .. } = job;
    settings.records = Some(records);
    let conducted = tokio::spawn(conduct(Arc::clone(&session), plan, settings, sender, stop));
    let mut played = Played { spool: Spool::new()?, plan: None, ended: None, troubles: Vec::new() };
    let mut open = true;
    loop {
        tokio::select! {
            record = recorded.recv(), if open => match record {
                Some(record) => played.spool.put(&record)?,
                None => open = false,
            },
            event = events.recv() => match event {
                Some(Event::PlanEnded(plan)) => played.plan = Some(plan),
                Some(Event::Troubled(trouble)) => played.troubles.push(trouble.says),
                Some(Event::Restored(restored)) if !restored.done && restored.failed => {
                    played.troubles.push(restored.failure());
                }
                Some(Event::RunFinished(run)) => played.ended = Some(run.exit.because),
                Some(_) => {}
                None => break,
            },
        }
    }
    while let Some(record) = recorded.recv().await {
        played.spool.put(&record)?;
    }
    if let Err(error) = conducted.await {
        played.troubles.push(format!("the run failed: {error}"));
    }
    if played.plan.is_some() {
        // What the engine says of single cases shows in the comparison.
        played.ended = None;
    }
    if let Some(mock) = mock {
        mock.stop().await;
    }
    Ok(played)
}

/// What both sides show about themselves.
struct Known {
    rules: Rules,
    found: Vec<VolatileFound>,
    unsteady: Vec<Unsteady>,
    /// The numbers of cases whose status is not the same each time on the left.
    unsteady_left: BTreeSet<u64>,
}

/// Finds what differs between the rounds of each side; `decided` goes over it.
fn calibrated(left: &mut Spool, right: &mut Spool, decided: &Rules) -> io::Result<Known> {
    let mut found = Rules::default();
    let mut counts: BTreeMap<(String, String, Place), [u64; 2]> = BTreeMap::new();
    let mut unsteady = Vec::new();
    let mut unsteady_left = BTreeSet::new();
    for (side, spool) in [(Hand::Left, left), (Hand::Right, right)] {
        for case in spool.cases() {
            let records = spool.get(case)?;
            for (one, other) in records.iter().zip(records.iter().skip(1)) {
                let calibration = calibrate(one, other);
                for rule in calibration.rules {
                    let place = (rule.operation.clone(), rule.status.clone(), rule.place.clone());
                    counts.entry(place).or_default()[usize::from(side == Hand::Right)] += 1;
                    found.add(rule);
                }
                if let Some((operation, says)) = calibration.unsteady {
                    if side == Hand::Left {
                        unsteady_left.insert(case);
                    }
                    if unsteady.len() < MOST_UNSTEADY {
                        unsteady.push(Unsteady { case: one.case.clone(), operation, side, says });
                    }
                }
            }
        }
    }
    let told = found.each().map(|rule| {
        let place = (rule.operation.clone(), rule.status.clone(), rule.place.clone());
        let [left, right] = counts.get(&place).copied().unwrap_or_default();
        VolatileFound { rule, left, right }
    });
    let told = told.collect();
    let mut rules = found;
    decided.each().for_each(|rule: Volatile| rules.decide(rule));
    Ok(Known { rules, found: told, unsteady, unsteady_left })
}
