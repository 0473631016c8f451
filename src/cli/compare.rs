//! `countersign compare`: the same cases to two deployments.

use std::path::Path;
use std::process::ExitCode;

use tokio::sync::watch;

use super::arguments::{Compare, Matters};
use super::misused::{diagnostics, fail, misused};
use super::{put, say, signals, take_up};
use crate::assemble::{self, Job, Misused};
use crate::compare::{self, Options};
use crate::model::{Comparison, DifferenceClass};
use crate::record::Rules;
use crate::report::terminal::{Style, comparison};
use crate::report::write_comparison;
use crate::send::Redactor;

/// What to do about a secret that is found last.
const BUG: &str = "this is a bug, please report it";

/// Compares the two sides, prints the differences and writes the reports.
pub(super) fn compare(arguments: &Compare) -> ExitCode {
    if let Some(says) =
        arguments.write_volatile.then(|| take_up::single(&arguments.contracts).err()).flatten()
    {
        return fail(&says);
    }
    let rules = match arguments.rules.as_deref().map(read_rules).transpose() {
        Ok(rules) => rules.unwrap_or_default(),
        Err(says) => return fail(&says),
    };
    // The sides must not wait for each other: while one judges a large answer, the other's would come too late.
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no async runtime: {error}")),
    };
    let [left, right] = arguments.settings();
    let jobs: Result<[Job; 2], Misused> = runtime.block_on(async {
        let [one, other] = assemble::suites(&left, &right);
        let (one, other) =
            (one.map_err(|wrong| on("left", wrong))?, other.map_err(|wrong| on("right", wrong))?);
        let left = assemble::job_of(one, &left).await.map_err(|wrong| on("left", wrong))?;
        Ok([left, assemble::job_of(other, &right).await.map_err(|wrong| on("right", wrong))?])
    });
    let [left, right] = match jobs {
        Ok(jobs) => jobs,
        Err(wrong) => return misused(&wrong),
    };
    diagnostics(&left.suite.diagnostics, &left.suite.files);
    let fail_on = match arguments.fail_on {
        Matters::Breaking => Some(DifferenceClass::Breaking),
        Matters::Compatible => Some(DifferenceClass::Compatible),
        Matters::Cosmetic => Some(DifferenceClass::Cosmetic),
        Matters::Nothing => None,
    };
    let redactors = [left.redactor.clone(), right.redactor.clone()];
    let compared = runtime.block_on(async {
        let (stopper, stop) = watch::channel(false);
        let signals = tokio::spawn(signals::listen(stopper));
        let compared = compare::compare(left, right, &Options { fail_on, rules }, stop).await;
        signals.abort();
        compared
    });
    let (compared, found) = match compared {
        Ok(compared) => compared,
        Err(error) => {
            say(&format!("error: the answers could not be kept: {error}"));
            return ExitCode::from(3);
        }
    };
    finish(arguments, &compared, &found, &redactors)
}

/// Writes and prints.
fn finish(arguments: &Compare, compared: &Comparison, found: &Rules, redactors: &[Redactor]) -> ExitCode {
    let mut code = compared.exit.code;
    let mut wrong = |says: String| {
        say(&format!("error: {says}"));
        if code == 0 {
            code = 3;
        }
    };
    let leaks = |bytes: &[u8]| redactors.iter().any(|redactor| redactor.stands_in(bytes).unwrap_or(true));
    let written = write_comparison(&arguments.report, compared, &leaks);
    let text = if arguments.json {
        serde_json::to_string_pretty(compared)
            .map(|text| format!("{text}\n"))
            .map_err(|error| error.to_string())
    } else {
        Ok(comparison(compared, &Style { colour: true, ..Style::default() }))
    };
    match text {
        Ok(text) if leaks(text.as_bytes()) => {
            wrong(format!("a secret stands in what would be printed; {BUG}"));
        }
        Ok(text) => drop(put(&text)),
        Err(error) => wrong(format!("the comparison can't be written as JSON: {error}")),
    }
    match written {
        Ok(paths) => paths.iter().for_each(|path| say(&format!("{}", path.display()))),
        Err(error) => wrong(format!("the reports can't be written: {error}")),
    }
    if compared.totals.cases == 0 {
        // What is known already is not to be lost.
    } else if !leaks(found.to_yaml().as_bytes()) {
        keep_rules(arguments, found).unwrap_or_else(wrong);
    } else if arguments.write_volatile || arguments.write_rules.is_some() {
        wrong(format!("a secret stands in the rules; {BUG}"));
    }
    ExitCode::from(code)
}

/// Writes the rules to where they are asked for.
fn keep_rules(arguments: &Compare, found: &Rules) -> Result<(), String> {
    let count = found.each().count();
    if let Some(path) = &arguments.write_rules {
        write_rules(path, found).map_err(|error| format!("{} can't be written: {error}", path.display()))?;
        say(&format!(
            "{}: {count} rules; `include: {}` in a contract takes them up",
            path.display(),
            path.file_name().unwrap_or_default().to_string_lossy()
        ));
    }
    if arguments.write_volatile {
        let contract = take_up::single(&arguments.contracts)?;
        let path = take_up::take_up(contract, found)?;
        say(&format!("{}: {count} rules; {} includes it", path.display(), contract.display()));
    }
    Ok(())
}

/// Says on which side something is wrong.
fn on(side: &str, mut wrong: Misused) -> Misused {
    if let Some((says, _)) = wrong.messages.first_mut() {
        *says = format!("--{side}: {says}");
    }
    wrong
}

#[expect(clippy::disallowed_methods, reason = "a file of rules is no contract")]
fn read_rules(path: &Path) -> Result<Rules, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Rules::from_yaml(&text).map_err(|error| format!("{}: {error}", path.display()))
}

#[expect(clippy::disallowed_methods, reason = "what is asked for by name")]
fn write_rules(path: &Path, rules: &Rules) -> std::io::Result<()> {
    std::fs::write(path, rules.to_yaml())
}
