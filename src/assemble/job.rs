//! A job that is ready to run.

use std::sync::Arc;

use super::outline::outline;
use super::settings::{Misused, Settings, Target};
use super::suite::{Suite, suite};
use super::waivers::waivers;
use crate::check::Checker;
use crate::load::is_day;
use crate::mock::{Mock, Running, choose};
use crate::model::{Gate, RunSettings, RunStarted, Waiver};
use crate::plan::{Only, Options, Plan, Select};
use crate::run::{Conduct, Earlier, Session, SessionSettings, new_run_id, now};
use crate::send::{Client, ClientSettings, Redactor};
use crate::text::shell_word;

/// The largest answer that is read, in bytes.
const BODY_LIMIT: u64 = 16 * 1024 * 1024;

/// Everything that a run needs.
#[derive(Debug)]
pub struct Job {
    /// Plays cases.
    pub session: Arc<Session>,
    /// The cases.
    pub plan: Plan,
    /// How to conduct them.
    pub conduct: Conduct,
    /// The first event.
    pub started: RunStarted,
    /// Knows the secrets: for the last look at what was written.
    pub redactor: Redactor,
    /// The built-in mock, if it is the target; it stops when this is dropped.
    pub mock: Option<Running>,
    /// The contract, its variables and diagnostics.
    pub suite: Suite,
}

/// The plan that `settings` ask for.
///
/// # Errors
/// When the selection can't be read.
pub fn plan(settings: &Settings, suite: &Suite) -> Result<Plan, Misused> {
    let select = settings.select.as_deref().map(Select::parse).transpose().map_err(|error| {
        Misused::message(format!("--select: {error}"), &["`countersign explain select` shows the terms"])
    })?;
    if let Some(says) = select.as_ref().and_then(|select| select.misses(&suite.contract)) {
        return Err(Misused::message(
            format!("--select: {says}"),
            &["`countersign plan` shows every address"],
        ));
    }
    let only = suite.changed.as_ref().map(|changed| Only {
        clauses: changed.played.clone(),
        because: format!("unchanged since {}", changed.since),
    });
    let options = Options { seed: settings.seed, repeat: settings.repeat, select, only };
    Ok(Plan::new(Arc::clone(&suite.contract), Arc::clone(&suite.variables), options))
}

/// Makes a job. Must be called inside a tokio runtime: the mock listens on it.
///
/// # Errors
/// Everything that is wrong with the settings, the contracts, the environment or the target's URL.
pub async fn job(settings: &Settings) -> Result<Job, Misused> {
    job_of(suite(settings)?, settings).await
}

/// Makes a job of contracts that are loaded: several jobs may share them, with what they have compiled.
///
/// # Errors
/// As [`job`], but for what is wrong with the files.
pub async fn job_of(mut suite: Suite, settings: &Settings) -> Result<Job, Misused> {
    let plan = plan(settings, &suite)?;
    let gate = gate(settings, &mut suite)?;
    let checker = Checker::new(Arc::clone(&suite.contract), Arc::clone(&suite.variables))
        .map_err(|error| Misused::message(error.to_string(), &["`countersign lint` tells more"]))?;
    let (url, mock) = match &suite.target {
        Target::Url(_) if !settings.faults.is_empty() => {
            let help = "leave out --fault, or take `mock` for this side; `countersign mock --fault …` serves a deployment with it";
            return Err(Misused::message(
                "--fault is for the built-in mock, and the target is a deployment",
                &[help],
            ));
        }
        Target::Url(url) => (url.clone(), None),
        Target::Mock => {
            let mock = start_mock(settings, &suite).await?;
            (format!("http://{}", mock.addr()), Some(mock))
        }
    };
    let client = client(settings, &url)?;
    let writes = client.is_loopback() || settings.allow_writes || suite.writes_allowed;
    let redactor = redactor(&suite);
    let session = Session::new(SessionSettings {
        contract: Arc::clone(&suite.contract),
        variables: Arc::clone(&suite.variables),
        checker,
        client,
        redactor: redactor.clone(),
        patience: settings.patience,
    });
    let run = new_run_id();
    let plan = plan.fresh(&run);
    let started = RunStarted {
        run,
        version: env!("CARGO_PKG_VERSION").into(),
        started: now(),
        settings: RunSettings { gate, ..run_settings(settings, &suite, writes, &redactor) },
        contract: outline(&suite.contract),
        merged: Vec::new(),
        baseline: None,
    };
    let conduct = Conduct {
        jobs: settings.jobs,
        writes_refused: (!writes).then(|| {
            "writes are not allowed on this target (--allow-writes, or `writes: allowed` in the environment file)"
                .to_owned()
        }),
        removals_refused: (!session.client().is_loopback())
            .then(|| "it might remove what a real identifier names; only sent to a target on this machine".into()),
        max_cases: settings.max_cases,
        time: settings.time,
        shard: settings.shard,
        earlier: Earlier::default(),
        ephemeral: mock.is_some(),
        repeat_findings: settings.gating.repeat_findings,
        records: None,
    };
    Ok(Job { session: Arc::new(session), plan, conduct, started, redactor, mock, suite })
}

/// The built-in mock, with the faults that `settings` ask for.
///
/// # Errors
/// When the mock can't serve the contract, or there is no such fault or no place for it.
pub fn mock(settings: &Settings, suite: &Suite) -> Result<Mock, Misused> {
    let faults = choose(&suite.contract, settings.faults.iter().map(String::as_str))
        .map_err(|bad| Misused::message(format!("--fault: {bad}"), &[&bad.help]))?;
    let (contract, variables) = (Arc::clone(&suite.contract), Arc::clone(&suite.variables));
    Mock::with_faults(contract, variables, faults, settings.fault_rate)
        .map_err(|error| Misused::message(error.to_string(), &[]))
}

async fn start_mock(settings: &Settings, suite: &Suite) -> Result<Running, Misused> {
    let mock = mock(settings, suite)?;
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    mock.start(address)
        .await
        .map_err(|error| Misused::message(format!("the mock can't listen on {address}: {error}"), &[]))
}

fn client(settings: &Settings, url: &str) -> Result<Client, Misused> {
    let mut certificates = Vec::new();
    for path in &settings.certificates {
        let bytes = read(path).map_err(|error| {
            Misused::message(format!("the certificate {} can't be read: {error}", path.display()), &[])
        })?;
        certificates.push(bytes);
    }
    let settings = ClientSettings {
        target: url.to_owned(),
        rate: settings.rate,
        retries: settings.retries,
        body_limit: BODY_LIMIT,
        certificates,
    };
    Client::new(&settings).map_err(|error| {
        Misused::message(error.to_string(), &["a target is a base URL such as https://api.example.com"])
    })
}

#[expect(clippy::disallowed_methods, reason = "a certificate is no contract, so `load` has no part in it")]
fn read(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}

/// Knows the secret values of the suite's variables.
#[must_use]
pub fn redactor(suite: &Suite) -> Redactor {
    let declared = suite.contract.variables.iter().filter(|(_, variable)| variable.secret);
    let secrets = declared.filter_map(|(name, _)| {
        suite.variables.get(name).and_then(|value| value.as_str()).map(|value| (name.as_str(), value))
    });
    Redactor::new(secrets)
}

/// The arguments of this run that a replay needs too. Leave to write is not among them: it is given anew each time.
fn replay_with(settings: &Settings, suite: &Suite) -> String {
    let mut words = String::new();
    let mut add = |option: &str, value: &str| words += &format!(" {option}{}", shell_word(value));
    if settings.contracts != Settings::default().contracts {
        settings.contracts.iter().for_each(|path| add("", &path.display().to_string()));
    }
    match &settings.target {
        None => {}
        Some(Target::Mock) => add("--target ", "mock"),
        Some(Target::Url(url)) => add("--target ", url),
    }
    if let Some(environment) = &settings.environment {
        add("--env ", environment);
    }
    settings.certificates.iter().for_each(|path| add("--cacert ", &path.display().to_string()));
    settings.faults.iter().for_each(|fault| add("--fault ", fault));
    for (name, variable) in &suite.contract.variables {
        let given = settings.variables.iter().rev().find(|(given, _)| given == name);
        if let Some((_, value)) = given {
            add("--var ", &format!("{name}={}", if variable.secret { "…" } else { value }));
        }
    }
    words
}

fn run_settings(settings: &Settings, suite: &Suite, writes: bool, redactor: &Redactor) -> RunSettings {
    RunSettings {
        target: match &suite.target {
            Target::Mock => "mock".into(),
            Target::Url(url) => redactor.text(url),
        },
        contracts: suite.contract.documents.iter().map(|document| document.path.clone()).collect(),
        environment: suite.environment.as_deref().map(|name| redactor.text(name)),
        replay_with: redactor.text(&replay_with(settings, suite)),
        seed: settings.seed,
        jobs: settings.jobs,
        rate: settings.rate,
        repeat: settings.repeat,
        select: settings.select.as_deref().map(|words| redactor.text(words)),
        changed_since: suite.changed.as_ref().map(|changed| changed.since.clone()),
        shard: settings.shard,
        writes,
        fail_on: settings.fail_on,
        gate: Gate::default(),
    }
}

/// How findings are weighed, with the waivers.
fn gate(settings: &Settings, suite: &mut Suite) -> Result<Gate, Misused> {
    let (waivers, strange) = waivers(settings, &suite.contract)?;
    suite.diagnostics.extend(strange);
    // Nobody should write a secret there, and reports are shown to more people than waivers are.
    let redactor = redactor(suite);
    let hidden = |waiver: Waiver| Waiver {
        reason: redactor.text(&waiver.reason),
        owner: waiver.owner.map(|owner| redactor.text(&owner)),
        ticket: waiver.ticket.map(|ticket| redactor.text(&ticket)),
        ..waiver
    };
    let waivers = waivers.into_iter().map(hidden).collect();
    let gating = &settings.gating;
    let today = gating.today.clone().unwrap_or_else(|| now().chars().take(10).collect());
    if !is_day(&today) {
        return Err(Misused::message(format!("`{today}` is not a day such as 2026-12-31"), &[]));
    }
    Ok(Gate {
        today,
        repeat_findings: gating.repeat_findings,
        on_deterministic: gating.on_deterministic,
        on_flaky: gating.on_flaky,
        on_environment: gating.on_environment,
        waivers,
    })
}
