//! The run as a whole: cases admitted in the order of the plan, a bounded number at once, events out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, watch};
use tokio::task::{self, JoinSet};

use super::finish::{cleaned, finished};
use super::left::{Left, LeftBehind};
use super::occupancy::Occupancy;
use super::record::recorded;
use super::repeat::{Again, Repetition};
use super::restore::Restoring;
use super::session::Session;
use crate::conform::needs;
use crate::model::{
    Accepting, Case, CaseFinished, CaseRecord, CaseStarted, Event, Exit, Footprint, Gap, OpId, PlanEnded,
    Planned, RunFinished, Shard, Step, Trouble, VerdictStatus,
};

/// After so many cases in a row without a connection the target counts as lost.
const LOST_AFTER: u32 = 20;

/// After so many cases in a row that got no answer in time, an operation gets no further ones: the clause about time is
/// broken by then, and waiting for each of the rest would only take long.
const SILENT_AFTER: u32 = 8;

/// How a run is conducted.
#[derive(Debug, Clone)]
pub struct Conduct {
    /// How many cases at once; at least 1.
    pub jobs: usize,
    /// None: writes are allowed. Otherwise why they are not, as a fragment after "not exercised: ".
    pub writes_refused: Option<String>,
    /// None: cases that might remove or overwrite what the variables name are sent. Otherwise why they are not.
    pub removals_refused: Option<String>,
    /// End after so many cases.
    pub max_cases: Option<u64>,
    /// End after so long.
    pub time: Option<Duration>,
    /// What is made is gone after the run, so that nobody has to clean up: the target is the built-in mock.
    pub ephemeral: bool,
    /// How often a case with findings is played again, where that changes nothing.
    pub repeat_findings: u32,
    /// The share of the plan that is played; None: all of it.
    pub shard: Option<Shard>,
    /// What was played before, where a run goes on.
    pub earlier: Earlier,
    /// Takes the answers of every case as they are kept to be compared, before its event.
    pub records: Option<mpsc::Sender<CaseRecord>>,
}

/// The part of a run that its log holds already.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    /// The cases that are not played again: round and [`crate::model::CaseId::number`].
    pub played: BTreeSet<(u32, u64)>,
    /// Requests that were to be accepted, and how many were answered 404.
    pub accepting: Accepting,
    /// Some case could not be concluded.
    pub inconclusive: bool,
    /// The run was cut off without putting anything back: cases of the plan before this position may have been sent.
    pub reach: u64,
}

/// Plays every case of `plan` and sends what happens to `events`: not `RunStarted`, which the caller sends first, but
/// `RunFinished` as the last event, also when `stop` turns true (ctrl-c) or the target is lost.
#[expect(clippy::disallowed_methods, reason = "this is where a run is timed")]
pub async fn conduct(
    session: Arc<Session>,
    plan: impl Iterator<Item = Planned> + Send,
    settings: Conduct,
    events: mpsc::Sender<Event>,
    stop: watch::Receiver<bool>,
) {
    let started = Instant::now();
    let (accepting, inconclusive) = (settings.earlier.accepting.clone(), settings.earlier.inconclusive);
    let repetition = Repetition::new(settings.repeat_findings, BTreeSet::new(), stop.clone());
    let mut run = Run {
        repetition,
        session,
        settings,
        events,
        stop,
        started,
        occupancy: Occupancy::default(),
        tasks: JoinSet::new(),
        under_way: HashMap::new(),
        seen: PlanEnded::default(),
        digest: Sha256::new(),
        begun: 0,
        cut_off: 0,
        last_lost: None,
        accepting,
        left: LeftBehind::default(),
        silent: BTreeMap::new(),
        ended: None,
        inconclusive,
    };
    run.whole(plan).await;
    let played = run.begun + run.settings.earlier.played.len() as u64;
    let exit = Exit::of_engine(run.ended.as_deref(), run.settings.shard, played, run.inconclusive);
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    run.send(Event::RunFinished(RunFinished { finished: super::now(), millis, exit })).await;
}

struct Run {
    repetition: Repetition,
    session: Arc<Session>,
    settings: Conduct,
    events: mpsc::Sender<Event>,
    stop: watch::Receiver<bool>,
    started: Instant,
    occupancy: Occupancy,
    tasks: JoinSet<Done>,
    /// What the tasks hold: kept here, so that a task that panics gives it back too.
    under_way: HashMap<task::Id, Vec<Footprint>>,
    /// What was taken from the plan so far.
    seen: PlanEnded,
    /// Over the ids and rounds of what was taken from the plan.
    digest: Sha256,
    /// How many cases were sent.
    begun: u64,
    cut_off: u32,
    /// Why the last case without a connection had none.
    last_lost: Option<String>,
    accepting: Accepting,
    left: LeftBehind,
    /// For each operation, how many cases in a row got no answer in time.
    silent: BTreeMap<OpId, u32>,
    /// Why no further case is begun.
    ended: Option<String>,
    inconclusive: bool,
}

/// A case that is to be played.
struct Turn {
    /// Its position in the plan.
    order: u64,
    /// How it is repeated, if it has findings.
    again: Option<Again>,
    case: Box<Case>,
}

/// A case that has ended.
struct Done {
    event: CaseFinished,
    cut_off: bool,
    /// For each step sent: the operation, and whether its answer came in time.
    answered: Vec<(OpId, bool)>,
    /// What it made and did not remove.
    left: Vec<(OpId, Left)>,
}

impl Run {
    async fn whole(&mut self, plan: impl Iterator<Item = Planned> + Send) {
        if let Err(lost) = self.session.client().reach().await {
            let (host, port) = self.session.client().address();
            let says = format!("the target {host}:{port} can't be reached: {lost}; nothing was sent");
            self.ended = Some(says.clone());
            self.send(Event::Troubled(Trouble { code: "target-unreachable".into(), says })).await;
            return;
        }
        let mut restoring = Restoring::begin(&self.session, self.settings.writes_refused.is_none()).await;
        let undone = restoring.undone();
        self.repetition = Repetition::new(self.settings.repeat_findings, undone, self.stop.clone());
        self.cases(plan, &mut restoring).await;
        for report in restoring.end(&self.session).await {
            self.send(Event::Restored(report)).await;
        }
        let contract = Arc::clone(self.session.contract());
        let named = |op: OpId| {
            let operation = contract.operation(op);
            let templates = operation.parameters.iter().filter_map(|parameter| parameter.value.as_ref());
            (operation.id.clone(), templates.flat_map(needs).collect())
        };
        for trouble in self.accepting.troubles(named) {
            self.send(Event::Troubled(trouble)).await;
        }
        if !self.settings.ephemeral {
            for trouble in self.left.troubles(&contract) {
                self.send(Event::Troubled(trouble)).await;
            }
        }
        if self.ended.is_none() {
            let digest = self.digest.finalize_reset().iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            });
            self.send(Event::PlanEnded(PlanEnded { digest, ..self.seen.clone() })).await;
        }
    }

    async fn cases(&mut self, plan: impl Iterator<Item = Planned> + Send, restoring: &mut Restoring) {
        let mut plan = plan.fuse();
        let mut waiting: Option<Turn> = None;
        loop {
            while self.ended.is_none() && self.tasks.len() < self.settings.jobs.max(1) {
                self.ended = self.end_of_run();
                if self.ended.is_some() {
                    break;
                }
                let turn = match waiting.take() {
                    Some(waiting) => waiting,
                    None => match plan.next() {
                        None => break,
                        Some(Planned::Gap(gap)) => {
                            self.send(Event::NotExercised(gap)).await;
                            continue;
                        }
                        Some(Planned::Case(case)) => match self.taken(case, restoring) {
                            Some(turn) => turn,
                            None => continue,
                        },
                    },
                };
                let case = &turn.case;
                if self.settings.max_cases.is_some_and(|most| self.begun >= most) {
                    self.ended = Some("the run ended before the plan did (--max-cases)".into());
                    break;
                }
                if let Some(because) = self.held_back(case, restoring) {
                    self.seen.held_back += 1;
                    if case.round == 0 {
                        let gap = Gap { clause: case.clause, side: case.side, because };
                        self.send(Event::NotExercised(gap)).await;
                    }
                    continue;
                }
                if !self.occupancy.admits(&case.footprint) {
                    waiting = Some(turn);
                    break;
                }
                if case.writes {
                    restoring.wrote(case);
                }
                self.begin(turn).await;
            }
            let mut stop = self.stop.clone();
            tokio::select! {
                done = self.tasks.join_next_with_id() => match done {
                    Some(Ok((id, done))) => {
                        self.leave(id);
                        self.take(done).await;
                    }
                    Some(Err(error)) => {
                        self.leave(error.id());
                        let says = format!("a case was lost: {error}");
                        self.inconclusive = true;
                        self.seen.lost += 1;
                        self.send(Event::Troubled(Trouble { code: "case-lost".into(), says })).await;
                    }
                    None => {
                        if waiting.is_some() && self.ended.is_none() {
                            self.ended = Some("a case waited for one that never ended; please report it".into());
                        }
                        return;
                    }
                },
                () = stopped(&mut stop), if self.ended.is_none() => {
                    self.ended = Some("the run was interrupted".into());
                }
            }
        }
    }

    /// Counts a case of the plan; gives it back unless it is for another shard or was played before.
    fn taken(&mut self, case: Box<Case>, restoring: &mut Restoring) -> Option<Turn> {
        let order = self.seen.cases;
        self.seen.cases += 1;
        self.digest.update(case.id.0.as_bytes());
        self.digest.update(case.round.to_be_bytes());
        // Also of cases that are not played here, so that all shards repeat what the single run does.
        let again = self.repetition.of(&case);
        if self.settings.shard.is_some_and(|shard| !shard.holds(&case.id)) {
            return None;
        }
        self.seen.share += 1;
        if order < self.settings.earlier.reach && case.writes {
            restoring.was_cut_off(&case);
        }
        let is_played = self.settings.earlier.played.contains(&(case.round, case.id.number()));
        (!is_played).then_some(Turn { order, again, case })
    }

    /// Why this case is not sent.
    fn held_back(&self, case: &Case, restoring: &Restoring) -> Option<String> {
        if let Some(because) = self.settings.writes_refused.as_ref().filter(|_| case.writes) {
            return Some(because.clone());
        }
        if let Some(because) = self.settings.removals_refused.as_ref().filter(|_| case.destroys) {
            return Some(because.clone());
        }
        if self.settings.removals_refused.is_some()
            && let Some(because) = restoring.cannot_undo(case)
        {
            return Some(because);
        }
        let silent =
            |step: &Step| self.silent.get(&step.operation).is_some_and(|count| *count >= SILENT_AFTER);
        case.steps.iter().find(|step| silent(step)).map(|step| {
            let operation = &self.session.contract().operation(step.operation).id;
            format!("`{operation}` gave no answer in time for {SILENT_AFTER} cases in a row")
        })
    }

    /// Why no further case may begin.
    #[expect(clippy::disallowed_methods, reason = "this is where a run is timed")]
    fn end_of_run(&self) -> Option<String> {
        if *self.stop.borrow() {
            return Some("the run was interrupted".into());
        }
        if self.cut_off >= LOST_AFTER {
            let why = self.last_lost.as_deref().unwrap_or("no connection");
            return Some(format!("the target is lost, {LOST_AFTER} cases in a row: {why}"));
        }
        let spent = Instant::now().duration_since(self.started);
        self.settings
            .time
            .filter(|most| spent >= *most)
            .map(|most| format!("the run ended after {} s (--time)", most.as_secs_f32()))
    }

    async fn begin(&mut self, turn: Turn) {
        let Turn { order, again, mut case } = turn;
        self.begun += 1;
        self.occupancy.enter(&case.footprint);
        if case.round == 0 {
            self.send(Event::CaseStarted(CaseStarted { case: case.id.clone() })).await;
        }
        let session = Arc::clone(&self.session);
        let footprint = std::mem::take(&mut case.footprint);
        let records = self.settings.records.clone();
        let task = self.tasks.spawn(async move {
            let mut played = session.play(&case).await;
            if let Some(again) = again {
                again.play(&session, &case, &mut played).await;
            }
            let cut_off = played.is_cut_off();
            let answered = played.answered();
            if let Some(records) = records {
                // Who does not want it any more has gone away; the run goes on.
                let _ = records.send(recorded(&session, &case, order, &played)).await;
            }
            let left = std::mem::take(&mut played.left);
            let event = finished(&session, &case, order, played);
            Done { event, cut_off, answered, left }
        });
        self.under_way.insert(task.id(), footprint);
    }

    fn leave(&mut self, task: task::Id) {
        if let Some(footprint) = self.under_way.remove(&task) {
            self.occupancy.leave(&footprint);
        }
    }

    async fn take(&mut self, done: Done) {
        self.cut_off = if done.cut_off { self.cut_off + 1 } else { 0 };
        if done.cut_off {
            self.last_lost = done.event.exchanges.last().map(|exchange| exchange.reply.line.clone());
        }
        self.accepting.note(&done.event);
        self.left.note(&done.left);
        for (operation, in_time) in done.answered {
            let count = self.silent.entry(operation).or_default();
            *count = if in_time { 0 } else { *count + 1 };
        }
        self.inconclusive |= done.event.status == VerdictStatus::Inconclusive;
        self.send(Event::CaseFinished(Box::new(done.event))).await;
    }

    async fn send(&mut self, event: Event) {
        let event = cleaned(event, &self.session.settings.redactor);
        if self.events.send(event).await.is_err() && self.ended.is_none() {
            self.ended = Some("the report could not be written".into());
        }
    }
}

/// Returns when the run is to stop; never, when nobody can say so any more.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
