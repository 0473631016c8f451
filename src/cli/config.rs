//! `countersign config`: what is in force, and where each value comes from.

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap::parser::ValueSource;
use serde_json::{Value, json};

use super::arguments::{Arguments, Run};
use super::misused::misused;
use super::project::{Configured, KEYS, NAME};
use super::{put, say};
use crate::assemble;
use crate::load;
use crate::send::Redactor;
use crate::text::tame;

/// One argument of a run.
struct InForce {
    /// Its key in the file, or else its flag.
    name: String,
    flag: Option<String>,
    values: Vec<String>,
    source: Source,
}

enum Source {
    Flag,
    Variable(String),
    File(crate::text::Place),
    /// The environment's file.
    Environment(String),
    BuiltIn,
}

/// Prints every setting of a run with these arguments.
pub(super) fn config(arguments: &Run, configured: &Configured) -> ExitCode {
    let mut all = in_force(configured);
    match assemble::environment(&arguments.settings()) {
        Ok(Some((_, environment))) => said_by(&environment, &mut all),
        Ok(None) => {}
        // A run would not begin; what goes into it can be seen all the same.
        Err(wrong) => drop(misused(&wrong)),
    }
    if arguments.json {
        let settings: Vec<Value> = all.iter().map(InForce::json).collect();
        let whole = json!({ "file": configured.file, "settings": settings });
        return put(&format!("{whole:#}\n"));
    }
    match &configured.file {
        Some(file) => say(&format!("{file}, under flags and environment variables")),
        None => say(&format!("there is no {NAME}: all that is not given is built in")),
    }
    let name = all.iter().map(|one| one.name.chars().count()).max().unwrap_or(0);
    let value = all.iter().map(|one| one.words().chars().count()).max().unwrap_or(0).min(40);
    let line =
        |one: &InForce| format!("{:name$}  {:value$}  {}\n", one.name, one.words(), one.source.words());
    put(&tame(&all.iter().map(line).collect::<String>()))
}

/// The settings of the file first, in its order, then what only the command line can say.
fn in_force(configured: &Configured) -> Vec<InForce> {
    let mut command = Arguments::command();
    command.build();
    let Some(config) = command.find_subcommand("config") else { return Vec::new() };
    let of = |argument: &clap::Arg| {
        let id = argument.get_id().as_str();
        let key = KEYS.iter().find(|key| key.id == id);
        let flag = argument.get_long().map(|long| format!("--{long}"));
        let raw = configured.matches.try_get_raw(id).ok().flatten();
        let values = raw.into_iter().flatten().map(|value| shown(id, &value.to_string_lossy())).collect();
        let source = match configured.matches.value_source(id) {
            Some(ValueSource::CommandLine) => Source::Flag,
            Some(ValueSource::EnvVariable) => {
                Source::Variable(argument.get_env().unwrap_or_default().to_string_lossy().into_owned())
            }
            _ => configured.places.get(id).cloned().map_or(Source::BuiltIn, Source::File),
        };
        let name = key.map(|key| key.name.to_owned()).or(flag.clone()).unwrap_or_else(|| id.to_owned());
        InForce { name, flag, values, source }
    };
    let place = |argument: &&clap::Arg| KEYS.iter().position(|key| key.id == argument.get_id());
    let mut arguments: Vec<&clap::Arg> = config.get_arguments().filter(|one| is_a_setting(one)).collect();
    arguments.sort_by_key(|argument| place(argument).unwrap_or(KEYS.len()));
    arguments.into_iter().map(of).collect()
}

/// What the environment decides where neither a flag nor the project does.
fn said_by(environment: &load::Environment, all: &mut [InForce]) {
    let secrets = environment.secret.iter().filter_map(|name| environment.variables.get_key_value(name));
    let redactor = Redactor::new(secrets.map(|(name, value)| (name.as_str(), value.as_str())));
    let mut say = |name: &str, value: String| {
        let open = |one: &&mut InForce| one.name == name && matches!(one.source, Source::BuiltIn);
        if let Some(one) = all.iter_mut().find(open) {
            one.values = vec![value];
            one.source = Source::Environment(environment.path.clone());
        }
    };
    if let Some(target) = &environment.target {
        say("target", shown("target", &redactor.text(target)));
    }
    if environment.writes == Some(true) {
        say("--allow-writes", "true".into());
    }
}

/// Help and the arguments that say how this is printed are no settings of a run.
fn is_a_setting(argument: &clap::Arg) -> bool {
    !argument.is_hide_set()
        && !["help", "version", "json", "quiet", "config", "no_config"].contains(&argument.get_id().as_str())
}

/// A value as it may be shown: which of the variables are secret is known to contracts only.
fn shown(id: &str, value: &str) -> String {
    let hidden = || {
        let (scheme, rest) = value.split_once("://")?;
        let (_, host) = rest.split_once('/').map_or(rest, |(host, _)| host).rsplit_once('@')?;
        Some(format!("{scheme}://…@{host}{}", &rest[rest.find('/').unwrap_or(rest.len())..]))
    };
    match id {
        "variables" => value.split_once('=').map_or_else(|| "…".to_owned(), |(name, _)| format!("{name}=…")),
        "target" => hidden().unwrap_or_else(|| value.to_owned()),
        _ => value.to_owned(),
    }
}

impl InForce {
    fn words(&self) -> String {
        if self.values.is_empty() { "–".to_owned() } else { self.values.join(", ") }
    }

    fn json(&self) -> Value {
        let mut one = json!({ "name": self.name, "flag": self.flag, "values": self.values });
        match &self.source {
            Source::Flag => one["source"] = json!("flag"),
            Source::Variable(name) => {
                one["source"] = json!("variable");
                one["variable"] = json!(name);
            }
            Source::File(place) => {
                one["source"] = json!("file");
                one["place"] = json!(place);
            }
            Source::Environment(path) => {
                one["source"] = json!("environment");
                one["file"] = json!(path);
            }
            Source::BuiltIn => one["source"] = json!("built-in"),
        }
        one
    }
}

impl Source {
    fn words(&self) -> String {
        match self {
            Self::Flag => "flag".into(),
            Self::Variable(name) => format!("${name}"),
            Self::File(place) => format!("{}:{}", place.file, place.line),
            Self::Environment(path) => path.clone(),
            Self::BuiltIn => "built-in".into(),
        }
    }
}
