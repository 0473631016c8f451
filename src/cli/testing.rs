//! `countersign test`, and the entry of `tests/contracts.rs`.

use std::ffi::OsString;
use std::process::ExitCode;

use super::arguments::{Arguments, Command, Test};
use super::misused::{fail, misused};
use super::project::{self, Configured};
use super::{say, signals};
use crate::assemble::Settings;
use crate::text::tame;

/// Runs the cases as trials with the arguments after `--`.
pub(super) fn test(arguments: &Test) -> ExitCode {
    let settings = arguments.sending.apply(arguments.common.settings());
    let words = std::iter::once("countersign test --".to_owned()).chain(arguments.libtest.iter().cloned());
    run(&settings, &libtest_mimic::Arguments::from_iter(words))
}

/// Runs the cases of `contracts/` as trials: against the built-in mock or, with `COUNTERSIGN_TARGET`, a deployment,
/// whose variables then come from `COUNTERSIGN_ENV`; and as `countersign.yaml` says.
#[must_use]
pub fn trials(arguments: &libtest_mimic::Arguments) -> ExitCode {
    match project::configured(["countersign", "test"].map(OsString::from).to_vec()) {
        Ok(Configured { arguments: Arguments { command: Command::Test(test), .. }, .. }) => {
            run(&test.sending.apply(test.common.settings()), arguments)
        }
        Ok(_) => fail("these words are no tests; please report it"),
        Err(wrong) => misused(&wrong),
    }
}

fn run(settings: &Settings, arguments: &libtest_mimic::Arguments) -> ExitCode {
    match crate::trials::run(settings, arguments, signals::listen) {
        Ok(ended) => {
            ended.troubles.iter().for_each(|trouble| say(&format!("trouble: {}", tame(trouble))));
            ended.exit
        }
        Err(wrong) => misused(&wrong),
    }
}
