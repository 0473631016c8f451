//! The run as a whole: cases admitted in the order of the plan, a bounded number at once, events out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use tokio::task::{self, JoinSet};

use super::finish::{cleaned, finished};
use super::occupancy::Occupancy;
use super::repeat::Repetition;
use super::restore::Restoring;
use super::session::Session;
use crate::conform::needs;
use crate::model::{
    Case, CaseFinished, CaseStarted, Event, Exit, Footprint, Gap, OpId, Planned, RunFinished, Side, Step,
    Trouble, VerdictStatus,
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
    /// How often a case with findings is played again, where that changes nothing.
    pub repeat_findings: u32,
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
        order: 0,
        cut_off: 0,
        last_lost: None,
        accepted: BTreeMap::new(),
        silent: BTreeMap::new(),
        ended: None,
        inconclusive: false,
    };
    let because = run.whole(plan).await;
    let exit = match because {
        Some(because) => Exit { code: 3, name: "inconclusive".into(), because },
        None => Exit { code: 0, name: "kept".into(), because: String::new() },
    };
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
    order: u64,
    cut_off: u32,
    /// Why the last case without a connection had none.
    last_lost: Option<String>,
    /// For each operation, how many requests were to be accepted, and how many of these were answered 404.
    accepted: BTreeMap<OpId, (u32, u32)>,
    /// For each operation, how many cases in a row got no answer in time.
    silent: BTreeMap<OpId, u32>,
    /// Why no further case is begun.
    ended: Option<String>,
    inconclusive: bool,
}

/// A case that has ended.
struct Done {
    event: CaseFinished,
    cut_off: bool,
    /// For each step sent: the operation, and whether its answer came in time.
    answered: Vec<(OpId, bool)>,
}

impl Run {
    /// Why the run is inconclusive, if it is.
    async fn whole(&mut self, plan: impl Iterator<Item = Planned> + Send) -> Option<String> {
        if let Err(lost) = self.session.client().reach().await {
            let (host, port) = self.session.client().address();
            let says = format!("the target {host}:{port} can't be reached: {lost}; nothing was sent");
            self.send(Event::Troubled(Trouble { code: "target-unreachable".into(), says: says.clone() }))
                .await;
            return Some(says);
        }
        let mut restoring = Restoring::begin(&self.session, self.settings.writes_refused.is_none()).await;
        let undone = restoring.undone();
        self.repetition = Repetition::new(self.settings.repeat_findings, undone, self.stop.clone());
        self.cases(plan, &mut restoring).await;
        for report in restoring.end(&self.session).await {
            self.send(Event::Restored(report)).await;
        }
        self.hint().await;
        if let Some(because) = &self.ended {
            return Some(because.clone());
        }
        if self.order == 0 {
            return Some("nothing was tested: the plan has no case that may be sent".into());
        }
        self.inconclusive.then(|| "at least one case is inconclusive".into())
    }

    /// Where an operation answered 404 to everything that it should accept, a wrong variable is likelier than a broken
    /// deployment.
    async fn hint(&mut self) {
        let contract = Arc::clone(self.session.contract());
        for (op, (all, missing)) in std::mem::take(&mut self.accepted) {
            if all < 3 || missing * 10 < all * 8 {
                continue;
            }
            let operation = contract.operation(op);
            let templates = operation.parameters.iter().filter_map(|parameter| parameter.value.as_ref());
            let names: Vec<String> = templates.flat_map(needs).map(|name| format!("`{name}`")).collect();
            let says = format!(
                "`{}` answered 404 to {missing} of {all} requests that it should accept: check the target's base path \
                 and the variables {}",
                operation.id,
                names.join(", ")
            );
            self.send(Event::Troubled(Trouble { code: "all-not-found".into(), says })).await;
        }
    }

    async fn cases(&mut self, plan: impl Iterator<Item = Planned> + Send, restoring: &mut Restoring) {
        let mut plan = plan.fuse();
        let mut waiting: Option<Box<Case>> = None;
        loop {
            while self.ended.is_none() && self.tasks.len() < self.settings.jobs.max(1) {
                self.ended = self.end_of_run();
                if self.ended.is_some() {
                    break;
                }
                let case = match waiting.take() {
                    Some(case) => case,
                    None => match plan.next() {
                        None => break,
                        Some(Planned::Gap(gap)) => {
                            self.send(Event::NotExercised(gap)).await;
                            continue;
                        }
                        Some(Planned::Case(case)) => case,
                    },
                };
                if self.settings.max_cases.is_some_and(|most| self.order >= most) {
                    self.ended = Some("the run ended before the plan did (--max-cases)".into());
                    break;
                }
                if let Some(because) = self.held_back(&case, restoring) {
                    if case.round == 0 {
                        let gap = Gap { clause: case.clause, side: case.side, because };
                        self.send(Event::NotExercised(gap)).await;
                    }
                    continue;
                }
                if !self.occupancy.admits(&case.footprint) {
                    waiting = Some(case);
                    break;
                }
                if case.writes {
                    restoring.wrote(&case);
                }
                self.begin(case).await;
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

    async fn begin(&mut self, mut case: Box<Case>) {
        let order = self.order;
        self.order += 1;
        self.occupancy.enter(&case.footprint);
        if case.round == 0 {
            self.send(Event::CaseStarted(CaseStarted { case: case.id.clone() })).await;
        }
        let again = self.repetition.of(&case);
        let session = Arc::clone(&self.session);
        let footprint = std::mem::take(&mut case.footprint);
        let task = self.tasks.spawn(async move {
            let mut played = session.play(&case).await;
            if let Some(again) = again {
                again.play(&session, &case, &mut played).await;
            }
            let cut_off = played.is_cut_off();
            let answered = played.answered();
            let event = finished(&session, &case, order, played);
            Done { event, cut_off, answered }
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
        if done.event.side == Side::Accept {
            let (all, missing) = self.accepted.entry(done.event.operation).or_default();
            *all += 1;
            let answer = done.event.exchanges.last().map_or("", |exchange| exchange.reply.line.as_str());
            *missing += u32::from(answer.starts_with("404"));
        }
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
