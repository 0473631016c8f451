//! `countersign replay`: one case again.

use std::process::ExitCode;

use super::arguments::Replay;
use super::misused::{fail, misused};
use super::{put, say};
use crate::assemble::{self, Job, Misused, Settings};
use crate::model::{CaseFinished, Planned, VerdictStatus};
use crate::run::finished;
use crate::trials::failure;

/// Plays the case whose id begins as asked, and prints the exchange and the verdict.
pub(super) fn replay(arguments: &Replay) -> ExitCode {
    let settings = arguments.sending.apply(arguments.common.settings());
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
    let case = match found.as_slice() {
        [one] => one,
        [] => {
            return Err(Misused::message(
                format!("no case's id begins with `{id}`"),
                &[
                    "`countersign plan` lists the cases; variables that a case needs have to be given here too",
                ],
            ));
        }
        many => {
            let ids: Vec<&str> = many.iter().map(|case| case.id.0.as_str()).collect();
            return Err(Misused::message(format!("`{id}` begins more than one id: {}", ids.join(", ")), &[]));
        }
    };
    if let Some(because) = job.conduct.writes_refused.filter(|_| case.writes) {
        return Err(Misused::message(format!("case {}: {because}", case.id), &[]));
    }
    say(&format!("target: {}", job.started.settings.target));
    let played = job.session.play(case).await;
    let done = finished(&job.session, case, 0, played);
    let clause = job.session.contract().clause(case.clause);
    say(&format!("{}\n  {} · {} · {}", clause.address, clause.text, case.side.word(), case.why));
    let text = shown(&done);
    put(&text);
    Ok(match done.status {
        VerdictStatus::Kept => {
            put("\nkept\n");
            ExitCode::SUCCESS
        }
        VerdictStatus::Broken => {
            put(&format!("\nbroken\n{}", failure(job.session.contract(), &done)));
            ExitCode::FAILURE
        }
        VerdictStatus::Inconclusive => {
            put(&format!("\ninconclusive\n{}", failure(job.session.contract(), &done)));
            ExitCode::from(3)
        }
    })
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
