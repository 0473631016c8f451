//! `countersign test`, and the entry of `tests/contracts.rs`.

use std::process::ExitCode;

use super::arguments::Test;
use super::misused::misused;
use super::{say, signals};
use crate::assemble::{Settings, Target};
use crate::text::tame;

/// Runs the cases as trials with the arguments after `--`.
pub(super) fn test(arguments: &Test) -> ExitCode {
    let settings = arguments.sending.apply(arguments.common.settings());
    let words = std::iter::once("countersign test --".to_owned()).chain(arguments.libtest.iter().cloned());
    run(&settings, &libtest_mimic::Arguments::from_iter(words))
}

/// Runs the cases of `contracts/` as trials: against the built-in mock or, with `COUNTERSIGN_TARGET`, a deployment,
/// whose variables then come from `COUNTERSIGN_ENV`.
#[must_use]
pub fn trials(arguments: &libtest_mimic::Arguments) -> ExitCode {
    let settings = Settings {
        target: super::process_environment("COUNTERSIGN_TARGET").map(|word| Target::from_word(&word)),
        environment: super::process_environment("COUNTERSIGN_ENV"),
        process_environment: super::process_environment,
        ..Settings::default()
    };
    run(&settings, arguments)
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
