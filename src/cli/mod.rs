//! The command line: arguments → modules → exit status. The only place that reads the process's environment and
//! prints.

mod arguments;
mod baseline;
mod certificate;
mod compare;
mod config;
mod contracts;
mod deliver;
mod diff;
mod explain;
mod export;
mod history;
mod import;
mod import_har;
mod init;
mod journal;
mod lint;
mod merge;
mod misused;
mod place;
mod project;
mod replay;
mod resume;
mod run;
mod serve;
mod share;
mod signals;
mod take_up;
mod testing;
mod waive;

use std::process::ExitCode;

use clap::CommandFactory;

use arguments::{Arguments, Command};
pub use testing::trials;

/// The exit status of a run, and of every other command (0 done, 1 found something, 2 misused).
const MISUSED: u8 = 2;

/// Runs the program with the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    // clap exits with 2 on wrong arguments, which is our "misused" too.
    let configured = match project::configured(std::env::args_os().collect()) {
        Ok(configured) => configured,
        Err(wrong) => return misused::misused(&wrong),
    };
    match &configured.arguments.command {
        Command::Run(run) => run::run(run),
        Command::Config(run) => config::config(run, &configured),
        Command::Test(test) => testing::test(test),
        Command::Plan(plan) => contracts::plan(plan),
        Command::Lint(lint) => lint::lint(lint),
        Command::Diff(diff) => diff::compare(diff),
        Command::Compare(compare) => compare::compare(compare),
        Command::Baseline(baseline) => baseline::baseline(baseline),
        Command::Import(import) => import::import(import),
        Command::Export(export) => export::export(export),
        Command::Schema { of } => contracts::schema(*of),
        Command::Mock(mock) => serve::mock(mock),
        Command::Replay(replay) => replay::replay(replay),
        Command::Init(init) => init::init(init),
        Command::Waive(waive) => waive::waive(waive),
        Command::Report(report) => run::report(report),
        Command::History(history) => history::history(history),
        Command::Explain { id } => explain::explain(id.as_deref()),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "countersign", &mut script);
            put(&String::from_utf8_lossy(&script))
        }
        Command::Man => {
            let mut page = Vec::new();
            match clap_mangen::Man::new(Arguments::command()).render(&mut page) {
                Ok(()) => put(&String::from_utf8_lossy(&page)),
                Err(error) => misused::fail(&format!("the manual page could not be made: {error}")),
            }
        }
    }
}

/// Writes to standard output; a reader that has gone away is no error.
fn put(text: &str) -> ExitCode {
    use std::io::Write as _;
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => misused::fail(&format!("standard output can't be written: {error}")),
    }
}

/// Writes a line to standard error.
fn say(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// The value of an environment variable of the process.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn process_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
