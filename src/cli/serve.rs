//! `countersign mock`.

use std::process::ExitCode;
use std::sync::Arc;

use super::arguments::Mock;
use super::certificate::{Certificate, certificate};
use super::journal::Journal;
use super::misused::{diagnostics, fail, misused};
use super::say;
use super::signals::asked_to_stop;
use crate::assemble::{self, MADE_UP, Misused, Settings, Suite, suite};
use crate::mock::{Running, Serving};
use crate::text::{Severity, count, tame};

/// Serves the contracts until ctrl-c.
pub(super) fn mock(arguments: &Mock) -> ExitCode {
    let settings = arguments.settings();
    let suite = match suite(&settings) {
        Ok(suite) => suite,
        Err(wrong) => return misused(&wrong),
    };
    // What a run would not test of a foreign document is no concern of who builds a client against it.
    let (untested, told): (Vec<_>, Vec<_>) =
        suite.diagnostics.iter().cloned().partition(|one| one.severity == Severity::Note);
    diagnostics(&told, &suite.files);
    let untested = untested.iter().filter(|note| note.code != MADE_UP).count();
    if untested > 0 {
        let notes = count(untested as u64, "note", "notes");
        say(&format!("{notes} about what a run does not test: `countersign lint` shows them"));
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no async runtime: {error}")),
    };
    let journal = Arc::new(Journal::new(!arguments.log.quiet, arguments.log.json));
    let outcome = runtime.block_on(served(arguments, &settings, &suite, &journal));
    // What a reader that has stopped reading still has to get is not worth waiting for.
    runtime.shutdown_background();
    journal.close();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => misused(&wrong),
    }
}

async fn served(
    arguments: &Mock,
    settings: &Settings,
    suite: &Suite,
    journal: &Arc<Journal>,
) -> Result<(), Misused> {
    let certificate = certificate(arguments)?;
    let serving = Serving {
        tls: certificate.as_ref().map(|certificate| certificate.tls.clone()),
        cors: arguments.cors,
        ..Serving::default()
    };
    let running = start(arguments, settings, suite, journal, serving).await?;
    let mut asked = std::pin::pin!(asked_to_stop());
    // Looked at before the address is told, so that a signal is heard from then on.
    tokio::select! {
        biased;
        _ = &mut asked => {}
        () = std::future::ready(()) => {
            announce(suite, &running, certificate.as_ref());
            for fault in &arguments.faulty.faults {
                say(&format!("  fault  {fault}"));
            }
            asked.await;
        }
    }
    say("stopping: requests under way are answered; ctrl-c again stops at once");
    tokio::select! {
        () = running.stop() => {}
        _ = asked_to_stop() => {}
    }
    Ok(())
}

async fn start(
    arguments: &Mock,
    settings: &Settings,
    suite: &Suite,
    journal: &Arc<Journal>,
    serving: Serving,
) -> Result<Running, Misused> {
    let mock = assemble::mock(settings, suite)?;
    let mock = if arguments.log.json || !arguments.log.quiet {
        let (contract, watching) = (Arc::clone(&suite.contract), Arc::clone(journal));
        let complaining = Arc::clone(journal);
        mock.watched(move |turn| watching.tell(&contract, turn))
            .complaining(move |why| complaining.complain(why))
    } else {
        mock
    };
    mock.start_as(arguments.listen, serving).await.map_err(|error| {
        let help = match error.kind() {
            std::io::ErrorKind::AddrNotAvailable => {
                "it is no address of this machine; `--listen 127.0.0.1:8080` serves programs here, `--listen 0.0.0.0:8080` others too"
            }
            std::io::ErrorKind::PermissionDenied => "ports below 1024 are kept for administrators: take a higher one",
            _ => "`--listen 0` takes a free port of this machine",
        };
        Misused::message(format!("the mock can't listen on {}: {error}", arguments.listen), &[help])
    })
}

fn announce(suite: &Suite, running: &Running, certificate: Option<&Certificate>) {
    let scheme = if certificate.is_some() { "https" } else { "http" };
    say(&format!("listening on {scheme}://{}", running.addr()));
    if let Some(path) = certificate.and_then(|certificate| certificate.trust.as_ref()) {
        let path = path.display();
        say(&format!("  trust {path}: `curl --cacert {path}`, `countersign run --cacert {path}`"));
    }
    // Nobody else knows them; without them no request is let in, and no identifier known.
    for name in &suite.invented {
        let value = suite.variables.get(name).and_then(|value| value.as_str()).unwrap_or_default();
        say(&tame(&format!("  made up  {name} = {value}")));
    }
    for operation in &suite.contract.operations {
        say(&format!("  {:<7}{}", operation.method, operation.path));
    }
}
