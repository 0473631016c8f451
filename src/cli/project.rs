//! `countersign.yaml` under the command line.
//!
//! What the file says becomes the default of the argument of the same meaning, so that there is one order of
//! precedence, clap's own, for every command: flag, environment variable, file, built-in.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use super::arguments::Arguments;
use crate::assemble::Misused;
use crate::load::{self, Project, ProjectSetting};
use crate::text::{Diagnostic, Place};

/// The name of a project's configuration.
pub(super) const NAME: &str = "countersign.yaml";

/// A setting of the file and the arguments whose default it is.
pub(super) struct Key {
    pub(super) name: &'static str,
    /// The argument of `countersign run`.
    pub(super) id: &'static str,
    /// Arguments of other commands that mean the same, and what stands behind the value there.
    also: &'static [(&'static str, &'static str)],
    /// Its values are paths, which begin at the file's folder.
    is_path: bool,
}

const fn key(name: &'static str, id: &'static str) -> Key {
    Key { name, id, also: &[], is_path: false }
}

const fn path(name: &'static str, id: &'static str, also: &'static [(&'static str, &'static str)]) -> Key {
    Key { name, id, also, is_path: true }
}

/// In the order of the documentation.
pub(super) static KEYS: [Key; 20] = [
    path("contracts", "contracts", &[]),
    key("environment", "env"),
    key("target", "target"),
    path("reports.folder", "report", &[("merged", ""), ("rebuilt", "/latest"), ("told", "")]),
    path("reports.history", "history", &[]),
    key("reports.formats", "formats"),
    key("policy.fail-on", "fail_on"),
    key("policy.on-deterministic", "on_deterministic"),
    key("policy.on-flaky", "on_flaky"),
    key("policy.on-environment", "on_environment"),
    key("policy.repeat-findings", "repeat_findings"),
    path("policy.waivers", "waivers", &[]),
    key("sending.jobs", "jobs"),
    key("sending.rate", "rate"),
    key("sending.timeout", "timeout"),
    key("sending.retries", "retries"),
    path("sending.cacert", "cacert", &[]),
    key("cases.seed", "seed"),
    key("cases.repeat", "repeat"),
    key("cases.time", "time"),
];

/// The folder of the project, as a default that nobody types.
const ROOT: &str = "root";

/// The arguments, and where their values come from.
pub(super) struct Configured {
    pub(super) arguments: Arguments,
    /// Of the innermost command.
    pub(super) matches: ArgMatches,
    /// The file that was read.
    pub(super) file: Option<String>,
    /// Where each setting of the file stands, by the argument of `countersign run`.
    pub(super) places: BTreeMap<&'static str, Place>,
}

/// Reads `words`, with what the project's file says where they say nothing. Wrong words, `--help` and `--version` end
/// the program as clap does it.
///
/// # Errors
/// When the file can't be used.
pub(super) fn configured(words: Vec<OsString>) -> Result<Configured, Misused> {
    let plain = Arguments::command();
    let first = plain.clone().get_matches_from(words.clone());
    let asked = Arguments::from_arg_matches(&first).unwrap_or_else(|error| error.exit());
    let inner = innermost(&first);
    let takes = |key: &Key| inner.try_contains_id(key.id).is_ok();
    let also = |key: &Key| key.also.iter().any(|(id, _)| inner.try_contains_id(id).is_ok());
    let path = if asked.no_config || !KEYS.iter().any(|key| takes(key) || also(key)) {
        None
    } else {
        asked.config.clone().or_else(found)
    };
    let Some(path) = path else {
        let matches = inner.clone();
        return Ok(Configured { arguments: asked, matches, file: None, places: BTreeMap::new() });
    };
    let project = load::project(&path).map_err(|bad| Misused {
        diagnostics: bad.diagnostics,
        files: bad.files,
        messages: Vec::new(),
    })?;
    let wrong: Vec<Diagnostic> =
        project.settings.iter().flat_map(|setting| refused(&plain, setting)).collect();
    if !wrong.is_empty() {
        return Err(Misused { diagnostics: wrong, files: vec![project.file], messages: Vec::new() });
    }
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let matches = with_defaults(plain, &project, &folder).get_matches_from(words);
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let files = [project.file.clone()];
    let place = |setting: &ProjectSetting| {
        let key = KEYS.iter().find(|key| key.name == setting.key)?;
        Some((key.id, setting.span.place(&files)))
    };
    Ok(Configured {
        arguments,
        matches: innermost(&matches).clone(),
        places: project.settings.iter().filter_map(place).collect(),
        file: Some(project.file.path),
    })
}

/// The command that was asked for, such as `merge` of `report merge`.
fn innermost(matches: &ArgMatches) -> &ArgMatches {
    let mut inner = matches;
    while let Some((_, within)) = inner.subcommand() {
        inner = within;
    }
    inner
}

/// The file in the working folder or in a folder above it, as far as the repository reaches: what lies beyond is not
/// the project's, and may be somebody else's.
fn found() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let above: Vec<&Path> = here.ancestors().collect();
    let reach = above.iter().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    let depth = above.iter().take(reach + 1).position(|folder| folder.join(NAME).is_file())?;
    Some(PathBuf::from("../".repeat(depth) + NAME))
}

/// What clap has against the values of a setting, with their places.
fn refused(command: &clap::Command, setting: &ProjectSetting) -> Vec<Diagnostic> {
    let Some(key) = KEYS.iter().find(|key| key.name == setting.key) else { return Vec::new() };
    let run = command.find_subcommand("run");
    let argument = run.and_then(|run| run.get_arguments().find(|one| one.get_id() == key.id));
    // What has no flag is a list of paths.
    let Some(flag) = argument.and_then(|argument| argument.get_long()) else { return Vec::new() };
    let wrong = setting.values.iter().filter_map(|(value, span)| {
        let words = ["countersign", "run", &format!("--{flag}={value}")].map(OsString::from);
        let error = command.clone().try_get_matches_from(words).err()?;
        let why =
            std::error::Error::source(&error).map_or_else(|| "not understood".into(), ToString::to_string);
        let says = format!("`{}` can't be `{value}`", setting.key);
        Some(Diagnostic::error("wrong-value", says).at(*span, why))
    });
    wrong.collect()
}

/// The command line whose defaults are those of the project in `folder`. Built-in paths begin there as well.
fn with_defaults(command: clap::Command, project: &Project, folder: &Path) -> clap::Command {
    let mut command = command;
    if folder != Path::new("") {
        command = default(command, ROOT, &[folder.to_string_lossy().into_owned()]);
    }
    for key in &KEYS {
        let said = project.settings.iter().find(|setting| setting.key == key.name);
        let values: Vec<String> = match said {
            Some(setting) => setting.values.iter().map(|(value, _)| value.clone()).collect(),
            None if key.is_path => built_in(&command, key.id),
            None => Vec::new(),
        };
        if values.is_empty() {
            continue;
        }
        let begin = |value: &String| {
            if key.is_path { folder.join(value).to_string_lossy().replace('\\', "/") } else { value.clone() }
        };
        let values: Vec<String> = values.iter().map(begin).collect();
        command = default(command, key.id, &values);
        for (id, behind) in key.also {
            let values: Vec<String> = values.iter().map(|value| format!("{value}{behind}")).collect();
            command = default(command, id, &values);
        }
    }
    command
}

/// The defaults of an argument of `countersign run`.
fn built_in(command: &clap::Command, id: &str) -> Vec<String> {
    let run = command.find_subcommand("run");
    let argument = run.and_then(|run| run.get_arguments().find(|one| one.get_id() == id));
    let values = argument.map(clap::Arg::get_default_values).unwrap_or_default();
    values.iter().map(|value| value.to_string_lossy().into_owned()).collect()
}

/// Gives the argument these defaults, in every command that has it.
fn default(mut command: clap::Command, id: &str, values: &[String]) -> clap::Command {
    let within: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    for name in within {
        command = command.mut_subcommand(name, |one| default(one, id, values));
    }
    // Unlike `mut_arg`, this leaves the arguments in their order, which matters to those without a flag.
    command.mut_args(|argument| {
        if argument.get_id() == id { argument.default_values(values.to_vec()) } else { argument }
    })
}

/// A name of a report format, for clap.
pub(super) fn format_name(text: &str) -> Result<String, String> {
    crate::report::choose(&[text.to_owned()], false)
        .map(|_| text.to_owned())
        .map_err(|unknown| format!("{unknown}: {}", unknown.help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_of_the_file_is_an_argument_of_a_run() {
        let known: Vec<String> = load::project_settings().into_iter().map(|(name, _)| name).collect();
        assert_eq!(known, KEYS.iter().map(|key| key.name).collect::<Vec<_>>());
        let command = Arguments::command();
        let run = command.find_subcommand("run").unwrap();
        for key in &KEYS {
            let there = run.get_arguments().find(|argument| argument.get_id() == key.id);
            assert!(there.is_some(), "{}", key.name);
            // The last word of a key is the flag, where there is one.
            // Whatever has this name elsewhere means the same.
            let kind = |argument: &clap::Arg| {
                (argument.get_long().map(str::to_owned), argument.get_value_parser().type_id())
            };
            let others = command.get_subcommands().flat_map(clap::Command::get_arguments);
            for other in others.filter(|other| other.get_id() == key.id) {
                assert_eq!(kind(other), kind(there.unwrap()), "{}", key.name);
            }
            let flag = there.and_then(clap::Arg::get_long).unwrap_or(key.id);
            let last = key.name.rsplit('.').next().unwrap();
            let renamed = [("environment", "env"), ("folder", "report"), ("formats", "format")];
            assert!(flag == last || renamed.contains(&(last, flag)), "{} {flag}", key.name);
        }
        let anywhere = |id: &str| {
            let all = command.get_subcommands().flat_map(|one| one.get_subcommands().chain([one]));
            all.flat_map(clap::Command::get_arguments).filter(|argument| argument.get_id() == id).count()
        };
        assert!(KEYS.iter().flat_map(|key| key.also).all(|(id, _)| anywhere(id) == 1));
        assert!(anywhere(ROOT) > 1);
    }
}
