//! The logs of all shards become the log of one run.
//!
//! The logs are read twice: once to see that nothing is missing, doubled or foreign, once to hand the events on. Memory
//! goes by the ids of one shard's cases.

mod whole;

use std::collections::BTreeSet;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

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
        whole::alike(&seen, &mut refused);
    }
    if refused.messages.is_empty() {
        whole::once(&seen, &mut refused);
    }
    if refused.messages.is_empty() {
        whole::missing(&seen, &mut refused);
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
        Event::Recalled(_)
        | Event::NotExercised(_)
        | Event::CaseStarted(_)
        | Event::Restored(_)
        | Event::Troubled(_) => {}
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

impl Part {
    fn open(&self) -> Result<BufReader<std::fs::File>, LogError> {
        Ok(BufReader::new(folder::open(&self.folder.join(folder::LOG))?))
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
        let mut shards: Vec<&RunStarted> = self.seen.iter().map(|one| &one.started).collect();
        shards.sort_by_key(|one| one.settings.shard.map(|shard| shard.number));
        started.merged = shards.iter().map(|one| one.run.clone()).collect();
        for other in &self.seen {
            started.started = started.started.min(other.started.started.clone());
            // Waivers expire by the day on which the last shard began.
            let today = &mut started.settings.gate.today;
            *today = other.started.settings.gate.today.clone().max(std::mem::take(today));
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
                    // A shard was held against earlier runs as a part; so is the whole, by the caller.
                    Event::RunStarted(_)
                    | Event::Recalled(_)
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

    /// The folders of the shards' runs.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().map(|part| part.folder.as_path())
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
