//! The logs of all shards become the log of one run.
//!
//! The logs are read twice: once to see that nothing is missing, doubled or foreign, once to hand the events on. Memory
//! goes by the ids of one shard's cases.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use super::words::count;
use super::{LogError, folder, log};
use crate::model::{
    ALL_NOT_FOUND, Accepting, ClauseId, ContractOutline, Event, Exit, OpId, PlanEnded, RunFinished,
    RunStarted, Shard, Side, VerdictStatus,
};

/// The folder of one shard's run.
#[derive(Debug, Clone)]
pub struct Part {
    folder: PathBuf,
}

/// The runs in `folders`: each the folder of a run, or a folder with such folders at any depth.
///
/// # Errors
/// When a folder can't be read.
pub fn parts_in(folders: &[PathBuf]) -> io::Result<Vec<Part>> {
    let mut parts = Vec::new();
    for given in folders {
        parts.extend(folder::runs_in(given)?.into_iter().map(|folder| Part { folder }));
    }
    Ok(parts)
}

/// Why runs can't be merged.
#[derive(Debug, Clone, Default)]
pub struct Refused {
    /// Each is what is wrong, and lines of help.
    pub messages: Vec<(String, Vec<String>)>,
    /// Something is missing, and nothing is worse than that.
    pub missing: bool,
}

impl Refused {
    fn add(&mut self, says: String, help: &str) {
        self.messages.push((says, vec![help.to_owned()]));
    }
}

/// What was seen of one shard.
#[derive(Debug)]
struct Seen {
    name: String,
    shard: Shard,
    started: RunStarted,
    plan: Option<PlanEnded>,
    finished: Option<RunFinished>,
    cases: u64,
    doubled: u64,
    foreign: u64,
    inconclusive: bool,
}

/// All shards of one run, whole and alike.
#[derive(Debug)]
pub struct Survey {
    parts: Vec<Part>,
    seen: Vec<Seen>,
}

/// Reads the parts and holds them against one another.
///
/// # Errors
/// Everything that keeps them from being one run.
pub fn survey(parts: Vec<Part>) -> Result<Survey, Refused> {
    let mut refused = Refused::default();
    let mut seen = Vec::new();
    for part in &parts {
        match look(part) {
            Ok(of_part) => seen.push(of_part),
            Err(error) => refused.add(
                format!("{}: {error}", part.folder.display()),
                "a shard is merged from the run.ndjson in its folder",
            ),
        }
    }
    if parts.is_empty() {
        refused.add("there is no run to merge".into(), "give the folders of the shards' runs");
    }
    if refused.messages.is_empty() {
        alike(&seen, &mut refused);
    }
    if refused.messages.is_empty() {
        once(&seen, &mut refused);
    }
    if refused.messages.is_empty() {
        missing(&seen, &mut refused);
        refused.missing = !refused.messages.is_empty();
    }
    if refused.messages.is_empty() { Ok(Survey { parts, seen }) } else { Err(refused) }
}

fn look(part: &Part) -> Result<Seen, LogError> {
    let (mut started, mut plan, mut finished) = (None, None, None);
    let (mut cases, mut doubled, mut foreign) = (BTreeSet::new(), 0, 0);
    let mut inconclusive = false;
    let mut shard = Shard { number: 1, of: 1 };
    log::events(part.open()?, |event| match event {
        Event::RunStarted(first) => {
            shard = first.settings.shard.unwrap_or(shard);
            started = Some(*first);
        }
        Event::CaseFinished(case) => {
            foreign += u64::from(!shard.holds(&case.case));
            doubled += u64::from(!cases.insert((case.round, case.case.number())));
            inconclusive |= case.status == VerdictStatus::Inconclusive;
        }
        Event::RunResumed(_) => (plan, finished) = (None, None),
        Event::PlanEnded(ended) => plan = Some(ended),
        Event::RunFinished(ended) => finished = Some(ended),
        Event::NotExercised(_) | Event::CaseStarted(_) | Event::Restored(_) | Event::Troubled(_) => {}
    })?;
    let started: RunStarted = started.ok_or(LogError::Empty)?;
    Ok(Seen {
        name: format!("shard {shard} ({})", part.folder.display()),
        shard,
        started,
        plan,
        finished,
        cases: cases.len() as u64,
        doubled,
        foreign,
        inconclusive,
    })
}

/// The shards are of one contract, and were asked for the same.
fn alike(seen: &[Seen], refused: &mut Refused) {
    let Some((first, others)) = seen.split_first() else { return };
    for other in others {
        let names = format!("{} and {}", first.name, other.name);
        let (mine, theirs) = (&first.started, &other.started);
        if mine.contract.fingerprint != theirs.contract.fingerprint {
            refused.add(
                format!(
                    "the contracts differ: {names} have the fingerprints {} and {}",
                    short(&mine.contract.fingerprint),
                    short(&theirs.contract.fingerprint)
                ),
                "run all shards with the same contract files",
            );
        }
        if mine.version != theirs.version {
            refused.add(
                format!("the versions differ: {names} were run by {} and {}", mine.version, theirs.version),
                "run all shards with the same countersign",
            );
        }
        if first.shard.of != other.shard.of {
            refused.add(
                format!("the numbers of shards differ: {names}"),
                "give the shards of one run: all of them are K/N with the same N",
            );
        }
        let differences = mine.settings.differences(&theirs.settings);
        if !differences.is_empty() {
            refused.add(
                format!("the settings differ: {names}: {}", differences.join("; ")),
                "run all shards with the same arguments, but for --shard",
            );
        }
        let planned = |seen: &Seen| seen.plan.as_ref().map(|plan| (plan.digest.clone(), plan.cases));
        if let (Some(mine), Some(theirs)) = (planned(first), planned(other))
            && mine != theirs
            && refused.messages.is_empty()
        {
            refused.add(
                format!("the plans differ: {names} saw {} and {} cases", mine.1, theirs.1),
                "give each shard the same variables: which are set decides about the plan",
            );
        }
    }
}

/// No shard and no case is there twice, and each case is in its own shard.
fn once(seen: &[Seen], refused: &mut Refused) {
    let mut by_number: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for one in seen {
        by_number.entry(one.shard.number).or_default().push(&one.name);
        if one.doubled > 0 {
            refused.add(format!("{}: {} there twice", one.name, are(one.doubled)), "run this shard again");
        }
        if one.foreign > 0 {
            refused.add(
                format!("{}: {} of another shard", one.name, are(one.foreign)),
                "the log was not written by this shard; run it again",
            );
        }
    }
    for names in by_number.values().filter(|names| names.len() > 1) {
        refused.add(
            format!("a shard is there {} times: {}", names.len(), names.join(" and ")),
            "give one run of each shard; --resume goes on with a run that was cut off",
        );
    }
}

fn are(cases: u64) -> String {
    format!("{} {}", count(cases, "case", "cases"), if cases == 1 { "is" } else { "are" })
}

/// No shard and no case is missing.
fn missing(seen: &[Seen], refused: &mut Refused) {
    let of = seen.first().map_or(1, |one| one.shard.of);
    let there: BTreeSet<u32> = seen.iter().map(|one| one.shard.number).collect();
    // There may be many of them where somebody mistook a number.
    let not_there: Vec<String> = (1..=of)
        .filter(|number| !there.contains(number))
        .take(17)
        .map(|number| format!("{number}/{of}"))
        .collect();
    if !not_there.is_empty() {
        let more = if not_there.len() > 16 { " …" } else { "" };
        let names = not_there.iter().take(16).cloned().collect::<Vec<_>>().join(", ");
        let says = if not_there.len() == 1 {
            format!("shard {names} is missing")
        } else {
            format!("shards {names}{more} are missing")
        };
        refused.add(says, "merge when all shards have ended");
    }
    for one in seen {
        let help = format!(
            "`countersign run --resume DIR`, with the shard's own arguments, plays the rest: {}",
            one.name
        );
        let Some((plan, _)) = one.plan.as_ref().zip(one.finished.as_ref()) else {
            let because =
                one.finished.as_ref().map_or("its log ends before the run did", |end| &end.exit.because);
            refused.add(format!("{} ended before its plan did: {because}", one.name), &help);
            continue;
        };
        let told = one.cases + plan.held_back + plan.lost;
        if told < plan.share {
            let (lost, verb) = (plan.share - told, if plan.share - told == 1 { "is" } else { "are" });
            let says =
                format!("{}: {lost} of its {} {verb} missing", one.name, count(plan.share, "case", "cases"));
            refused.add(says, &help);
        }
    }
    if refused.messages.is_empty() {
        let plans = || seen.iter().filter_map(|one| one.plan.as_ref());
        let (shares, cases) =
            (plans().map(|plan| plan.share).sum::<u64>(), plans().map(|plan| plan.cases).max());
        if Some(shares) != cases {
            let says = format!("the shards have {shares} cases, the plan has {}", cases.unwrap_or_default());
            refused.add(says, "run all shards again");
        }
    }
}

fn short(fingerprint: &str) -> &str {
    fingerprint.get(..12).unwrap_or(fingerprint)
}

impl Part {
    fn open(&self) -> Result<BufReader<std::fs::File>, LogError> {
        Ok(BufReader::new(folder::open(&self.folder.join(folder::LOG))?))
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Survey {
    /// Hands the events of one run that is called `run` to `each`: those of all shards, without what each said of itself
    /// as a part.
    ///
    /// # Errors
    /// When a log that could be read before can't be read any more.
    pub fn pour(&self, run: &str, mut each: impl FnMut(&Event)) -> Result<(), LogError> {
        let Some(first) = self.seen.iter().min_by_key(|one| one.shard.number) else { return Ok(()) };
        let mut started = first.started.clone();
        run.clone_into(&mut started.run);
        started.settings.shard = None;
        for other in &self.seen {
            started.started = started.started.min(other.started.started.clone());
        }
        let outline = started.contract.clone();
        each(&Event::RunStarted(Box::new(started)));
        let mut gaps: BTreeSet<(ClauseId, Side, String)> = BTreeSet::new();
        let mut accepting = Accepting::default();
        for part in &self.parts {
            log::events(part.open()?, |event| {
                let wanted = match &event {
                    Event::NotExercised(gap) => gaps.insert((gap.clause, gap.side, gap.because.clone())),
                    Event::CaseFinished(case) => {
                        accepting.note(case);
                        true
                    }
                    // Each shard saw only a part of what this goes by.
                    Event::Troubled(trouble) => trouble.code != ALL_NOT_FOUND,
                    Event::Restored(_) | Event::RunResumed(_) => true,
                    Event::RunStarted(_)
                    | Event::CaseStarted(_)
                    | Event::PlanEnded(_)
                    | Event::RunFinished(_) => false,
                };
                if wanted {
                    each(&event);
                }
            })?;
        }
        for trouble in accepting.troubles(|op| named(&outline, op)) {
            each(&Event::Troubled(trouble));
        }
        let plan = self.plan();
        let played: u64 = self.seen.iter().map(|one| one.cases).sum();
        let inconclusive = plan.lost > 0 || self.seen.iter().any(|one| one.inconclusive);
        let ends = || self.seen.iter().filter_map(|one| one.finished.as_ref());
        let finished = RunFinished {
            finished: ends().map(|end| end.finished.clone()).max().unwrap_or_default(),
            millis: ends().map(|end| end.millis).max().unwrap_or_default(),
            exit: Exit::of_engine(None, None, played + plan.lost, inconclusive),
        };
        each(&Event::PlanEnded(plan));
        each(&Event::RunFinished(finished));
        Ok(())
    }

    fn plan(&self) -> PlanEnded {
        let mut whole = PlanEnded::default();
        for plan in self.seen.iter().filter_map(|one| one.plan.as_ref()) {
            whole.cases = plan.cases;
            whole.share += plan.share;
            whole.held_back += plan.held_back;
            whole.lost += plan.lost;
            whole.digest.clone_from(&plan.digest);
        }
        whole
    }
}

fn named(outline: &ContractOutline, op: OpId) -> (String, Vec<String>) {
    let operation = outline.operations.get(op.0 as usize);
    operation.map_or_else(Default::default, |operation| (operation.id.clone(), operation.variables.clone()))
}
