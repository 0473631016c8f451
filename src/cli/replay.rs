//! `countersign replay`: one case again.

use std::process::ExitCode;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::arguments::Replay;
use super::misused::{fail, misused};
use super::{put, say, signals};
use crate::assemble::{self, Job, Misused, Settings};
use crate::model::{Case, CaseFinished, Event, Planned, VerdictStatus};
use crate::run::{Conduct, Session, conduct};
use crate::text::tame;
use crate::trials::failure;

/// The exit status where nothing could be concluded.
const INCONCLUSIVE: u8 = 3;

/// Plays the case whose id begins as asked, and prints the exchange and the verdict.
pub(super) fn replay(arguments: &Replay) -> ExitCode {
    let settings = arguments.faulty.apply(arguments.sending.apply(arguments.deployment.settings()));
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no async runtime: {error}")),
    };
    match runtime.block_on(play(&settings, &arguments.case)) {
        Ok(exit) => exit,
        Err(wrong) => misused(&wrong),
    }
}

async fn play(settings: &Settings, id: &str) -> Result<ExitCode, Misused> {
    let job: Job = assemble::job(settings).await?;
    let mut found = Vec::new();
    for planned in job.plan {
        if let Planned::Case(case) = planned
            && case.id.0.starts_with(id)
            && !id.is_empty()
        {
            found.push(case);
        }
    }
    let case = match found.len() {
        1 => found.remove(0),
        0 => {
            return Err(Misused::message(
                format!("no case's id begins with `{id}`"),
                &[
                    "`countersign plan` lists the cases; variables that a case needs have to be given here too",
                ],
            ));
        }
        _ => {
            let ids: Vec<&str> = found.iter().map(|case| case.id.0.as_str()).collect();
            return Err(Misused::message(format!("`{id}` begins more than one id: {}", ids.join(", ")), &[]));
        }
    };
    let as_run = &job.started.settings;
    say(&format!("target: {}", as_run.target));
    let clause = job.session.contract().clause(case.clause);
    say(&format!(
        "{}\n  {} · {} · {}",
        clause.address,
        clause.text,
        case.side.word(),
        job.redactor.text(&case.why)
    ));
    let conduct_as = Conduct { jobs: 1, ..job.conduct };
    let again = conducted(Arc::clone(&job.session), case, conduct_as).await;
    again.troubles.iter().for_each(|trouble| say(&format!("trouble: {}", tame(trouble))));
    if let Some(because) = again.held_back {
        return Err(Misused::message(format!("case {id}: {because}"), &[]));
    }
    let Some(done) = again.done else { return Ok(ExitCode::from(INCONCLUSIVE)) };
    put(&tame(&shown(&done)));
    let contract = job.session.contract();
    let (word, code) = match done.status {
        VerdictStatus::Kept if again.left_changed => ("kept, but not put back", INCONCLUSIVE),
        VerdictStatus::Kept => ("kept", 0),
        VerdictStatus::Broken => ("broken", 1),
        VerdictStatus::Inconclusive => ("inconclusive", INCONCLUSIVE),
    };
    put(&format!("\n{word}\n"));
    if done.status != VerdictStatus::Kept {
        put(&failure(contract, as_run, &done));
    }
    Ok(ExitCode::from(code))
}

/// What became of the one case.
#[derive(Default)]
struct Again {
    done: Option<Box<CaseFinished>>,
    /// Why it was not sent.
    held_back: Option<String>,
    /// Something that it changed was not put back.
    left_changed: bool,
    troubles: Vec<String>,
}

/// Conducts the one case as a run would: with the same leave to write, and with state put back.
async fn conducted(session: Arc<Session>, case: Box<Case>, settings: Conduct) -> Again {
    let (sender, mut receiver) = mpsc::channel(16);
    let (stopper, stop) = watch::channel(false);
    let signals = tokio::spawn(signals::listen(stopper));
    let plan = std::iter::once(Planned::Case(case));
    let run = tokio::spawn(conduct(session, plan, settings, sender, stop));
    let mut again = Again::default();
    while let Some(event) = receiver.recv().await {
        match event {
            Event::CaseFinished(done) => again.done = Some(done),
            Event::NotExercised(gap) => again.held_back = Some(gap.because),
            Event::Restored(restored) if !restored.done => {
                again.left_changed |= restored.failed;
                again.troubles.push(restored.failure());
            }
            Event::Troubled(trouble) => again.troubles.push(trouble.says),
            Event::RunStarted(_)
            | Event::Recalled(_)
            | Event::CaseStarted(_)
            | Event::Restored(_)
            | Event::PlanEnded(_)
            | Event::RunResumed(_)
            | Event::RunFinished(_) => {}
        }
    }
    if let Err(error) = run.await {
        again.troubles.push(format!("the case was lost: {error}"));
    }
    signals.abort();
    again
}

/// The exchanges as text.
fn shown(done: &CaseFinished) -> String {
    let mut text = String::new();
    for exchange in &done.exchanges {
        text += &format!("\n{}\n", exchange.curl);
        for (sign, message) in [('>', &exchange.request), ('<', &exchange.reply)] {
            text += &format!("{sign} {}\n", message.line);
            for (name, value) in &message.headers {
                text += &format!("{sign} {name}: {value}\n");
            }
            for line in message.body.lines() {
                text += &format!("{sign} {line}\n");
            }
        }
    }
    text
}
