//! The same cases as libtest-mimic trials, so that `cargo test` and `cargo nextest run` list and run them.
//!
//! The trials do not play cases themselves: the conductor plays the cases that the arguments select, in the order of
//! the plan, and each trial waits for its own verdict. So both front doors have one engine, and the same verdicts.

mod board;
mod words;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use tokio::sync::{mpsc, watch};

use crate::assemble::{self, Misused, Settings};
use crate::model::{Case, ClauseId, Contract, Gap, Planned, Side};
use crate::run::{conduct, new_run_id};
use crate::send::Redactor;
use board::Board;
pub use words::failure;

/// How the trials ended.
#[derive(Debug)]
pub struct Ended {
    /// That of the trials; a failure too where something that they changed was not put back.
    pub exit: ExitCode,
    /// What went wrong besides the verdicts.
    pub troubles: Vec<String>,
}

/// Runs the cases of `settings` as trials. `stopping` makes the future that turns its sender true when nothing further
/// is to be sent; what was changed is put back then as well. Must be called outside of any async runtime, as libtest-mimic runs trials
/// on the calling thread too.
///
/// # Errors
/// Everything that is wrong with the settings, the contracts or the environment.
pub fn run<F>(
    settings: &Settings,
    arguments: &Arguments,
    stopping: impl FnOnce(watch::Sender<bool>) -> F,
) -> Result<Ended, Misused>
where
    F: Future<Output = ()> + Send + 'static,
{
    if arguments.test_threads == Some(0) {
        return Err(Misused::message("--test-threads has to be at least 1", &[]));
    }
    let suite = assemble::suite(settings)?;
    let plan = assemble::plan(&Settings { repeat: 1, ..settings.clone() }, &suite)?.fresh(&new_run_id());
    let board = Arc::new(Board::default());
    let redactor = assemble::redactor(&suite);
    let mut trials =
        Trials { contract: &suite.contract, board: Arc::clone(&board), refused: [None, None], redactor };
    if arguments.list {
        let listed = plan.map(|planned| trials.trial(&planned).0).collect();
        return Ok(Ended { exit: played(arguments, listed), troubles: Vec::new() });
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Misused::message(format!("no async runtime: {error}"), &[]))?;
    let job = runtime.block_on(assemble::job(settings))?;
    let mut conduct_as = job.conduct.clone();
    conduct_as.jobs = arguments.test_threads.unwrap_or(conduct_as.jobs);
    trials.refused = [conduct_as.writes_refused.clone(), conduct_as.removals_refused.clone()];
    let mut cases = Vec::new();
    let mut listed = Vec::new();
    for planned in plan {
        let (trial, playable) = trials.trial(&planned);
        if let (Planned::Case(case), true) = (planned, playable && !filtered_out(arguments, &trial)) {
            cases.push(case);
        }
        listed.push(trial);
    }
    let (sender, mut receiver) = mpsc::channel(256);
    let (stopper, stop) = watch::channel(false);
    let signals = runtime.spawn(stopping(stopper));
    let plan = cases.into_iter().map(Planned::Case);
    let conducted = runtime.spawn(conduct(Arc::clone(&job.session), plan, conduct_as, sender, stop));
    let contract = Arc::clone(&suite.contract);
    let posting = Arc::clone(&board);
    let posted = runtime.spawn(async move {
        while let Some(event) = receiver.recv().await {
            posting.post(&contract, &job.started.settings, &event);
        }
        posting.close();
    });
    // A waiting trial only blocks its thread: the number of jobs is the conductor's.
    let waiting = Arguments { test_threads: Some(1), ..arguments.clone() };
    let exit = played(&waiting, listed);
    // The conductor may still put state back.
    runtime.block_on(async {
        let _ = tokio::join!(conducted, posted);
        signals.abort();
        if let Some(mock) = job.mock {
            mock.stop().await;
        }
    });
    let (troubles, left_changed) = board.troubles();
    Ok(Ended { exit: if left_changed { ExitCode::from(FAILED) } else { exit }, troubles })
}

/// The exit status of trials of which one failed, as libtest has it.
const FAILED: u8 = 101;

/// Makes trials of what the planner says.
struct Trials<'a> {
    contract: &'a Contract,
    board: Arc<Board>,
    /// Why writes are not sent, and why removals are not.
    refused: [Option<String>; 2],
    /// What a case says may name a variable's value.
    redactor: Redactor,
}

impl Trials<'_> {
    /// The trial, and whether it can be played. What can't is listed as ignored, so that nothing is silently missing.
    fn trial(&self, planned: &Planned) -> (Trial, bool) {
        match planned {
            Planned::Gap(gap) => (self.ignored(gap), false),
            Planned::Case(case) => {
                if let Some(because) = self.held_back(case) {
                    return (self.ignored(&Gap { clause: case.clause, side: case.side, because }), false);
                }
                let (board, id) = (Arc::clone(&self.board), case.id.clone());
                let name = self.name(case.clause, case.side, &case.why);
                let aim = (case.clause, case.side);
                (Trial::test(name, move || board.wait(&id, aim).map_err(Failed::from)), true)
            }
        }
    }

    fn held_back(&self, case: &Case) -> Option<String> {
        let [writes, removals] = &self.refused;
        writes.clone().filter(|_| case.writes).or_else(|| removals.clone().filter(|_| case.destroys))
    }

    fn ignored(&self, gap: &Gap) -> Trial {
        let because = self.redactor.text(&gap.because);
        let name = self.name(gap.clause, gap.side, "not exercised");
        Trial::test(name, move || Err(Failed::from(format!("not exercised: {because}"))))
            .with_ignored_flag(true)
    }

    /// The clause, the side, and what the case does.
    fn name(&self, clause: ClauseId, side: Side, why: &str) -> String {
        let address = &self.contract.clause(clause).address;
        let why = self.redactor.text(why);
        format!("{address} {}: {why}", side.word()).replace(['\n', '\r'], " ")
    }
}

/// Whether libtest-mimic will not run the trial: such a case must not be sent.
fn filtered_out(arguments: &Arguments, trial: &Trial) -> bool {
    arguments.ignored || arguments.is_filtered_out(trial)
}

/// Hands the trials to libtest-mimic, which panics when its output's reader goes away: for us that is a quiet end.
fn played(arguments: &Arguments, trials: Vec<Trial>) -> ExitCode {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_closed_pipe(panic.payload()) {
            before(panic);
        }
    }));
    let run = std::panic::AssertUnwindSafe(|| libtest_mimic::run(arguments, trials));
    let played = std::panic::catch_unwind(run);
    match played {
        Ok(conclusion) if conclusion.has_failed() => ExitCode::from(FAILED),
        Ok(_) => ExitCode::SUCCESS,
        Err(panic) if is_closed_pipe(panic.as_ref()) => ExitCode::SUCCESS,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn is_closed_pipe(panic: &(dyn std::any::Any + Send)) -> bool {
    panic.downcast_ref::<String>().is_some_and(|text| text.contains("Broken pipe"))
}
