//! What can be asked for.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::assemble::{Gating, Settings, Target};
use crate::import::IMPORTERS;
use crate::model::{Policy, Shard};
use crate::text::Severity;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Contract testing for HTTP APIs: every promise of a contract, with its origin and a verdict.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, styles = STYLES, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit status: 0 every clause that was tested is kept · 1 a clause is broken · 2 arguments, \
settings or a contract are wrong, nothing was sent · 3 inconclusive: target lost, credential refused, interrupted, \
nothing tested, state not put back"
)]
pub(super) struct Arguments {
    /// The project's configuration [default: countersign.yaml here or above, within the repository]
    #[arg(long, value_name = "FILE", global = true, conflicts_with = "no_config", help_heading = "Project")]
    pub(super) config: Option<PathBuf>,
    /// Read no countersign.yaml
    #[arg(long, global = true, help_heading = "Project")]
    pub(super) no_config: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Test a deployment, or the built-in mock, against contracts
    Run(Box<Run>),
    /// The same cases as tests that a test runner lists, filters and runs
    Test(Test),
    /// Show what would be sent, clause by clause, without sending
    Plan(PlanArgs),
    /// Check contracts on their own: errors, contradictions, examples that break them
    Lint(Lint),
    /// Make a project: a contract that runs at once, environments, settings, a workflow; nothing is overwritten
    Init(Init),
    /// Show what `run` with these arguments would go by, and where each value comes from
    #[command(after_help = "Flags go over environment variables, these over countersign.yaml, and that over what is built in.", mut_arg("json", |json| json.help("Print one JSON object")))]
    Config(Box<Run>),
    /// Show what changed between two contracts, and for whom it breaks something
    Diff(Diff),
    /// Send the same cases to two deployments and show what differs between their answers
    Compare(Compare),
    /// Take what a run found against its baseline over into it
    Baseline(Baseline),
    /// Make a contract from a foreign document
    Import(Import),
    /// Make a foreign document from contracts
    Export(super::export::Export),
    /// Print the JSON Schema of contracts, waivers or countersign.yaml, for editors
    Schema {
        /// Of which files
        #[arg(value_enum, default_value_t = Format::Contract)]
        of: Format,
    },
    /// Serve the contracts as a deployment that keeps them
    Mock(Mock),
    /// Send one case again, by its id
    Replay(Replay),
    /// Let a finding of the newest report not break a run until a day
    Waive(Waive),
    /// Make the reports of a run again, from its run.ndjson, or one report of several shards
    Report(Report),
    /// Show what became of each clause from run to run: new, still failing, flapping, fixed
    History(History),
    /// Explain a check, a generator, a lint, a report format, an exit status
    Explain {
        /// What to explain; without it, everything is listed
        id: Option<String>,
    },
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (troff)
    Man,
}

/// Which contracts, and which deployment.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Contract files, or folders of them
    #[arg(default_value = "contracts")]
    pub(super) contracts: Vec<PathBuf>,
    /// Base URL of the deployment, or `mock` [default: the environment's, else the built-in mock]
    #[arg(long, value_name = "URL", help_heading = "Target", env = "COUNTERSIGN_TARGET")]
    pub(super) target: Option<String>,
    /// Environment: a name in environments/, or a file [default: `mock` with the built-in mock]
    #[arg(long, value_name = "NAME|FILE", help_heading = "Target", env = "COUNTERSIGN_ENV")]
    pub(super) env: Option<String>,
    /// Give a variable its value; goes over the environment file
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable, help_heading = "Target")]
    pub(super) variables: Vec<(String, String)>,
    /// Only these cases, such as 'reset-*/request/body/**' or 'side:refuse & generator:bounds'
    #[arg(long, value_name = "EXPR", help_heading = "Cases")]
    pub(super) select: Option<String>,
    /// The folder of the project
    #[arg(long, hide = true, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// Shuffle cases that may be shuffled; 0 is the contract's order
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Cases")]
    pub(super) seed: u64,
}

/// How requests are sent.
#[derive(Debug, Args)]
pub(super) struct Sending {
    /// How many cases at once
    #[arg(long, short, value_name = "N", default_value_t = 8, value_parser = at_least_one, help_heading = "Sending")]
    pub(super) jobs: usize,
    /// At most so many requests per second
    #[arg(long, value_name = "N", value_parser = rate, help_heading = "Sending")]
    pub(super) rate: Option<f64>,
    /// The longest wait for an answer, unless the contract's budget is longer
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration, help_heading = "Sending")]
    pub(super) timeout: Duration,
    /// Retry so often after a transport error, where a request may be repeated
    #[arg(long, value_name = "N", default_value_t = 2, help_heading = "Sending")]
    pub(super) retries: u32,
    /// Trust the certificates of this PEM file too
    #[arg(long, value_name = "FILE", help_heading = "Sending")]
    pub(super) cacert: Vec<PathBuf>,
    /// Allow writes on a target that is not this machine
    #[arg(long, help_heading = "Target")]
    pub(super) allow_writes: bool,
}

/// Which part of the plan.
#[derive(Debug, Args)]
pub(super) struct Portion {
    /// Only shard K of N, by the ids of cases; `auto`: as the CI server or the Kubernetes Indexed Job says
    #[arg(long, value_name = "K/N|auto", value_parser = super::share::shard, help_heading = "Cases", env = "COUNTERSIGN_SHARD")]
    pub(super) shard: Option<Shard>,
    /// Only clauses that were added or changed since this older contract, file or folder, and the examples
    #[arg(long, value_name = "OLD", help_heading = "Cases")]
    pub(super) changed_since: Option<PathBuf>,
}

impl Portion {
    /// `settings` with these arguments.
    pub(super) fn apply(&self, settings: Settings) -> Settings {
        Settings { shard: self.shard, changed_since: self.changed_since.clone(), ..settings }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 kept · 1 broken · 2 misused, nothing was sent · 3 inconclusive\n\n\
Examples:\n  countersign run\n  countersign run contracts/ddm-accounts.yaml --env staging --allow-writes\n  \
countersign run --target http://127.0.0.1:8080 --env mock --select 'reset-*/request/body/**'")]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) sending: Sending,
    #[command(flatten)]
    pub(super) faulty: Faulty,
    #[command(flatten)]
    pub(super) portion: Portion,
    /// Go on with the run in this folder, or with the newest run in it: only what its log lacks is played
    #[arg(long, value_name = "DIR", conflicts_with = "report", help_heading = "Report")]
    pub(super) resume: Option<PathBuf>,
    /// Repeat the plan so many times
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Cases")]
    pub(super) repeat: u32,
    /// Stop after so many cases; the run is then inconclusive
    #[arg(long, value_name = "N", help_heading = "Cases")]
    pub(super) max_cases: Option<u64>,
    /// Stop after so long; the run is then inconclusive
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Cases")]
    pub(super) time: Option<Duration>,
    /// The least severity of a finding that makes the run broken
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY", help_heading = "Report")]
    pub(super) fail_on: FailOn,
    #[command(flatten)]
    pub(super) gating: GatingArgs,
    /// Folder of reports; each run gets a folder in it, and `latest` points to the newest
    #[arg(long, value_name = "DIR", default_value = "reports", help_heading = "Report")]
    pub(super) report: PathBuf,
    /// Write these formats, separated by commas; `default` and `all` stand for several [default: json, junit and html,
    /// on GitHub's runners its annotations too]
    #[arg(long = "format", value_name = "NAME", value_delimiter = ',', value_parser = super::project::format_name, help_heading = "Report")]
    pub(super) formats: Vec<String>,
    #[command(flatten)]
    pub(super) past: Earlier,
    #[command(flatten)]
    pub(super) recording: Recording,
    /// Print report.json to standard output instead of the findings
    #[arg(long, help_heading = "Report")]
    pub(super) json: bool,
    /// Print no progress and no findings, only the summary
    #[arg(long, short, help_heading = "Report")]
    pub(super) quiet: bool,
}

/// The runs that a run is held against.
#[derive(Debug, Args)]
pub(super) struct Earlier {
    /// Folder of earlier runs, at any depth: the reports say what is new, still failing, flapping, fixed
    /// [default: the folder of reports]
    #[arg(long, value_name = "DIR", help_heading = "Report", env = "COUNTERSIGN_HISTORY")]
    pub(super) history: Option<PathBuf>,
    /// Hold the run against no earlier ones
    #[arg(long, help_heading = "Report")]
    pub(super) no_history: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 shown · 2 there is no run, or the page can't be written\n\n\
Examples:\n  countersign history\n  countersign history artifacts/ --html history.html\n  countersign history --json --limit 30")]
pub(super) struct History {
    /// Folders of runs, at any depth
    #[arg(id = "told", value_name = "DIR", default_value = "reports")]
    pub(super) runs: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Write the history as a page too
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    /// Only so many of the newest runs
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(super) limit: Option<usize>,
    /// Only runs against this target, as they name it [default: the target of the newest run]
    #[arg(id = "history_target", long = "target", value_name = "URL")]
    pub(super) target: Option<String>,
    /// Take runs against different targets for one history
    #[arg(long, conflicts_with = "history_target")]
    pub(super) all_targets: bool,
}

/// What decides whether findings break the run.
#[derive(Debug, Args)]
pub(super) struct GatingArgs {
    /// Waivers [default: waivers.yaml beside the contracts or in the working folder, if there]
    #[arg(long, value_name = "FILE", help_heading = "Gate")]
    pub(super) waivers: Option<PathBuf>,
    /// Repeat the request of a finding so often, where that changes nothing, to tell whether it is flaky
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(..=100), help_heading = "Gate")]
    pub(super) repeat_findings: u32,
    /// What a finding does that is there every time, or that was not repeated
    #[arg(long, value_enum, default_value_t = On::Fail, value_name = "POLICY", help_heading = "Gate")]
    pub(super) on_deterministic: On,
    /// What a finding does that is there now and then
    #[arg(long, value_enum, default_value_t = On::Fail, value_name = "POLICY", help_heading = "Gate")]
    pub(super) on_flaky: On,
    /// What a finding does that comes from a transport that failed for the moment
    #[arg(long, value_enum, default_value_t = On::Inconclusive, value_name = "POLICY", help_heading = "Gate")]
    pub(super) on_environment: On,
    /// The day by which waivers expire
    #[arg(long, value_name = "DAY", hide = true)]
    pub(super) today: Option<String>,
}

impl GatingArgs {
    fn gating(&self) -> Gating {
        Gating {
            waivers: self.waivers.clone(),
            today: self.today.clone(),
            repeat_findings: self.repeat_findings,
            on_deterministic: self.on_deterministic.into(),
            on_flaky: self.on_flaky.into(),
            on_environment: self.on_environment.into(),
        }
    }
}

/// A policy on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum On {
    /// The run is broken
    Fail,
    /// The run is inconclusive
    Inconclusive,
    /// It is shown, and does nothing
    Warn,
}

impl From<On> for Policy {
    fn from(word: On) -> Self {
        match word {
            On::Fail => Self::Fail,
            On::Inconclusive => Self::Inconclusive,
            On::Warn => Self::Warn,
        }
    }
}

/// Answers of another day.
#[derive(Debug, Args)]
pub(super) struct Recording {
    /// Keep the answers in this folder, as a baseline; each case is played twice, to find what differs anyway
    #[arg(long, value_name = "DIR", conflicts_with_all = ["baseline", "resume"], help_heading = "Baseline")]
    pub(super) record: Option<PathBuf>,
    /// Play each case only once for --record: what differs from one answer to the next is then not found
    #[arg(long, requires = "record", help_heading = "Baseline")]
    pub(super) once: bool,
    /// Show what differs from the baseline in this folder; changed answers make the exit status 1
    #[arg(long, value_name = "DIR", conflicts_with = "resume", help_heading = "Baseline")]
    pub(super) baseline: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  countersign waive 3f9a0c1d2e4b --until 2027-01-31 --because 'fixed in release 7'\n  \
countersign waive create-note/request/body/text/maxLength --until 2027-01-31 --because 'release 7'"
)]
pub(super) struct Waive {
    /// The finding: its clause, the beginning of its fingerprint, or the id of the only case to waive
    pub(super) finding: String,
    /// The last day in UTC on which the waiver holds, such as 2026-12-31
    #[arg(long, value_name = "DATE")]
    pub(super) until: String,
    /// Why it may stay for a while
    #[arg(long, value_name = "TEXT")]
    pub(super) because: String,
    /// Who sees to it
    #[arg(long, value_name = "NAME")]
    pub(super) owner: Option<String>,
    /// Where it is followed up
    #[arg(long, value_name = "ID")]
    pub(super) ticket: Option<String>,
    /// The file to write to [default: the one that the run has read, else waivers.yaml beside its contracts]
    #[arg(long, value_name = "FILE")]
    pub(super) waivers: Option<PathBuf>,
    /// Folder of reports, of which the newest counts, or of one run
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub(super) report: PathBuf,
    /// The present day
    #[arg(long, value_name = "DAY", hide = true)]
    pub(super) today: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder of the project
    #[arg(default_value = ".", value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// For which CI server to make a workflow
    #[arg(long, value_enum, default_value_t = Ci::Github, value_name = "SERVER")]
    pub(super) ci: Ci,
}

/// A CI server.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Ci {
    /// A workflow for GitHub's runners
    Github,
    /// A pipeline for GitLab
    Gitlab,
    /// No workflow
    None,
}

/// A file format.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// Contract files
    Contract,
    /// Waiver files
    Waivers,
    /// countersign.yaml
    Config,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 same · 1 different in something that matters · 2 misused, nothing was sent · \
3 inconclusive\n\nExamples:\n  countersign compare --left https://old.example.com --right https://new.example.com \
--env staging\n  countersign compare --left mock --right https://api.example.com --right-env staging"
)]
pub(super) struct Compare {
    /// Contract files, or folders of them
    #[arg(default_value = "contracts")]
    pub(super) contracts: Vec<PathBuf>,
    /// What is known: base URL of a deployment, or `mock`
    #[arg(long, value_name = "URL|mock", help_heading = "Targets")]
    pub(super) left: String,
    /// What is new
    #[arg(long, value_name = "URL|mock", help_heading = "Targets")]
    pub(super) right: String,
    /// Environment of both sides: a name in environments/, or a file
    #[arg(long, value_name = "NAME|FILE", help_heading = "Targets")]
    pub(super) env: Option<String>,
    /// Environment of the left side
    #[arg(long, value_name = "NAME|FILE", help_heading = "Targets")]
    pub(super) left_env: Option<String>,
    /// Environment of the right side
    #[arg(long, value_name = "NAME|FILE", help_heading = "Targets")]
    pub(super) right_env: Option<String>,
    /// Give a variable its value on both sides
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable, help_heading = "Targets")]
    pub(super) variables: Vec<(String, String)>,
    /// Give a variable its value on the left side
    #[arg(long = "left-var", value_name = "NAME=VALUE", value_parser = variable, help_heading = "Targets")]
    pub(super) left_variables: Vec<(String, String)>,
    /// Give a variable its value on the right side
    #[arg(long = "right-var", value_name = "NAME=VALUE", value_parser = variable, help_heading = "Targets")]
    pub(super) right_variables: Vec<(String, String)>,
    /// Only these cases, such as 'operation:query-*' or 'side:accept'
    #[arg(long, value_name = "EXPR", help_heading = "Cases")]
    pub(super) select: Option<String>,
    /// Shuffle cases that may be shuffled; 0 is the contract's order
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Cases")]
    pub(super) seed: u64,
    /// How many cases at once on each side; with more than one, counters of a deployment count in another order
    #[arg(long, short, value_name = "N", default_value_t = 1, value_parser = at_least_one, help_heading = "Sending")]
    pub(super) jobs: usize,
    /// At most so many requests per second to each side
    #[arg(long, value_name = "N", value_parser = rate, help_heading = "Sending")]
    pub(super) rate: Option<f64>,
    /// The longest wait for an answer, unless the contract's budget is longer
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration, help_heading = "Sending")]
    pub(super) timeout: Duration,
    /// Trust the certificates of this PEM file too
    #[arg(long, value_name = "FILE", help_heading = "Sending")]
    pub(super) cacert: Vec<PathBuf>,
    /// Allow writes on targets that are not this machine
    #[arg(long, help_heading = "Targets")]
    pub(super) allow_writes: bool,
    /// Let the mock on the right break a promise: NAME, NAME@OPERATION or NAME@OPERATION/FIELD
    #[arg(long = "fault", value_name = "FAULT", help_heading = "Targets")]
    pub(super) faults: Vec<String>,
    /// The least class of a difference that makes the exit status 1
    #[arg(id = "matters", long = "fail-on", value_enum, default_value_t = Matters::Compatible, value_name = "CLASS", help_heading = "Report")]
    pub(super) fail_on: Matters,
    /// Rules for what is noise anyway, such as the volatile.yaml of a baseline
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(super) rules: Option<PathBuf>,
    /// Write the rules that were found beside the contract, and let it include them
    #[arg(long, help_heading = "Report")]
    pub(super) write_volatile: bool,
    /// Write the rules that were found to this file; a contract can `include` it
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(super) write_rules: Option<PathBuf>,
    /// Folder for compare.json and compare.html
    #[arg(long, value_name = "DIR", default_value = "reports/compare", help_heading = "Report")]
    pub(super) report: PathBuf,
    /// Print compare.json to standard output instead of the differences
    #[arg(long, help_heading = "Report")]
    pub(super) json: bool,
}

/// Which differences matter.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Matters {
    /// One side breaks the contract
    Breaking,
    /// That, or both sides keep it and answer otherwise
    Compatible,
    /// That, or the same is written otherwise
    Cosmetic,
    /// None
    Nothing,
}

impl Compare {
    /// The settings of one side.
    fn side(&self, target: &str, env: Option<&String>, variables: &[(String, String)]) -> Settings {
        Settings {
            contracts: self.contracts.clone(),
            target: Some(Target::from_word(target)),
            environment: env.or(self.env.as_ref()).cloned(),
            variables: self.variables.iter().chain(variables).cloned().collect(),
            select: self.select.clone(),
            seed: self.seed,
            jobs: self.jobs,
            rate: self.rate,
            repeat: 2,
            patience: self.timeout,
            certificates: self.cacert.clone(),
            allow_writes: self.allow_writes,
            process_environment: super::process_environment,
            ..Settings::default()
        }
    }

    /// The settings of both sides.
    pub(super) fn settings(&self) -> [Settings; 2] {
        let left = self.side(&self.left, self.left_env.as_ref(), &self.left_variables);
        let right = self.side(&self.right, self.right_env.as_ref(), &self.right_variables);
        [left, Settings { faults: self.faults.clone(), ..right }]
    }
}

#[derive(Debug, Args)]
pub(super) struct Baseline {
    #[command(subcommand)]
    pub(super) command: BaselineCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum BaselineCommand {
    /// Take changed, new and gone cases over
    Accept {
        /// Ids of cases, or enough of their beginning, and names of operations
        #[arg(required_unless_present = "all", value_name = "CASE|OPERATION")]
        names: Vec<String>,
        /// All of them
        #[arg(long)]
        all: bool,
        /// The folder of the run that was held against the baseline
        #[arg(long, value_name = "RUN", default_value = "reports/latest")]
        from: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct Test {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) sending: Sending,
    /// Arguments for the test harness, such as a filter or --list
    #[arg(last = true, value_name = "LIBTEST")]
    pub(super) libtest: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) portion: Portion,
    /// Print one JSON object per case
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Lint {
    /// Contract files, or folders of them
    #[arg(default_value = "contracts")]
    pub(super) contracts: Vec<PathBuf>,
    /// The least severity that makes the exit status 1
    #[arg(id = "lint_fail_on", long = "fail-on", value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(super) fail_on: FailOn,
    /// Print JSON: diagnostics, and the ledger of contradictions
    #[arg(id = "lint_json", long = "json")]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 nothing is breaking for --fail-on · 1 something is · 2 a contract is wrong"
)]
pub(super) struct Diff {
    /// The older contract: a file or a folder
    pub(super) old: PathBuf,
    /// The newer one
    pub(super) new: PathBuf,
    /// For whom a breaking change makes the exit status 1
    #[arg(id = "diff_fail_on", long = "fail-on", value_enum, default_value_t = Party::Consumer, value_name = "SIDE")]
    pub(super) fail_on: Party,
    /// Show cosmetic changes too
    #[arg(long)]
    pub(super) all: bool,
    /// Print the changes as JSON: docs/diff.schema.json
    #[arg(long)]
    pub(super) json: bool,
}

/// The sides that a contract binds.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Party {
    /// Who sends requests
    Consumer,
    /// Who answers them
    Provider,
    /// One or the other
    Either,
    /// Always 0
    Nobody,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// What the files are
    #[arg(value_parser = kind())]
    pub(super) kind: String,
    /// The documents
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Where to write the contract; of files that are there, only one that was imported is replaced [default: standard
    /// output]
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Leave out the words that only explain; the evidence of the promises stays
    #[arg(long)]
    pub(super) brief: bool,
    /// What the operation is called, where the documents describe one; its name begins the addresses of its clauses
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    #[command(flatten)]
    pub(super) recorded: super::import_har::Recorded,
}

/// The kinds of documents, with their explanations.
fn kind() -> clap::builder::PossibleValuesParser {
    let recorded = (super::import_har::KIND, "recorded traffic (HAR 1.2), as examples for a contract");
    let known = IMPORTERS.iter().map(|importer| (importer.id(), importer.explain())).chain([recorded]);
    let known = known.map(|(id, explain)| clap::builder::PossibleValue::new(id).help(explain));
    known.collect::<Vec<_>>().into()
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("secured").args(["tls", "tls_key"]).multiple(true))]
pub(super) struct Mock {
    #[command(flatten)]
    pub(super) common: Common,
    /// Where to listen: HOST:PORT, or a port of this machine; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = address)]
    pub(super) listen: std::net::SocketAddr,
    /// Let pages of other origins use it from a browser (CORS)
    #[arg(long)]
    pub(super) cors: bool,
    /// Serve HTTPS, with a certificate made for this machine and for --listen
    #[arg(long, help_heading = "TLS")]
    pub(super) tls: bool,
    /// Where to write what clients have to trust; with --tls-key, the certificate to serve
    #[arg(long, value_name = "FILE", help_heading = "TLS", requires = "secured")]
    pub(super) tls_certificate: Option<PathBuf>,
    /// The key of the certificate
    #[arg(long, value_name = "FILE", help_heading = "TLS", requires = "tls_certificate")]
    pub(super) tls_key: Option<PathBuf>,
    #[command(flatten)]
    pub(super) log: Log,
    #[command(flatten)]
    pub(super) faulty: Faulty,
}

/// What the mock tells about requests.
#[derive(Debug, Args)]
pub(super) struct Log {
    /// Print one JSON event per answered request to standard output
    #[arg(long, help_heading = "Log")]
    pub(super) json: bool,
    /// Print no line for a request that is refused
    #[arg(long, short, help_heading = "Log")]
    pub(super) quiet: bool,
}

/// What the mock breaks.
#[derive(Debug, Args)]
pub(super) struct Faulty {
    /// Let the mock break a promise: NAME, NAME@OPERATION or NAME@OPERATION/FIELD; `countersign explain` lists them
    #[arg(long = "fault", value_name = "FAULT", help_heading = "Faults of the mock")]
    pub(super) faults: Vec<String>,
    /// Only for this share of the requests, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 1.0, value_parser = share, help_heading = "Faults of the mock")]
    pub(super) fault_rate: f64,
}

impl Faulty {
    /// `settings` with these arguments.
    pub(super) fn apply(&self, settings: Settings) -> Settings {
        Settings { faults: self.faults.clone(), fault_rate: self.fault_rate, ..settings }
    }
}

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The case's id, or enough of its beginning
    pub(super) case: String,
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) sending: Sending,
    #[command(flatten)]
    pub(super) faulty: Faulty,
}

#[derive(Debug, Args)]
pub(super) struct Report {
    #[command(subcommand)]
    pub(super) command: ReportCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ReportCommand {
    /// Write the reports of a run again
    Rebuild {
        /// The run's folder
        #[arg(id = "rebuilt", default_value = "reports/latest", value_name = "RUN")]
        run: PathBuf,
        /// These formats, separated by commas [default: json, junit, html, and what is there]
        #[arg(id = "rebuilt_formats", long = "format", value_name = "NAME", value_delimiter = ',', value_parser = super::project::format_name)]
        formats: Vec<String>,
    },
    /// Make one report of the runs of all shards, unless one of them or a case is missing or there twice
    Merge {
        /// Folders of the shards' runs, or folders with such folders
        #[arg(required = true, value_name = "DIR")]
        runs: Vec<PathBuf>,
        /// Folder of reports; the merged run gets a folder in it, and `latest` points to it
        #[arg(id = "merged", long = "out", value_name = "DIR", default_value = "reports")]
        out: PathBuf,
        /// Write these formats, as `run` does
        #[arg(id = "formats", long = "format", value_name = "NAME", value_delimiter = ',', value_parser = super::project::format_name)]
        formats: Vec<String>,
        #[command(flatten)]
        past: Earlier,
        /// Print no findings, only the summary
        #[arg(long, short)]
        quiet: bool,
    },
}

/// A severity on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FailOn {
    /// Errors only
    Error,
    /// Errors and warnings
    Warning,
    /// Everything
    Note,
}

impl From<FailOn> for Severity {
    fn from(word: FailOn) -> Self {
        match word {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Note => Self::Note,
        }
    }
}

impl Common {
    /// The settings that these arguments ask for.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            root: self.root.clone().unwrap_or_default(),
            contracts: self.contracts.clone(),
            target: self.target.as_deref().map(Target::from_word),
            environment: self.env.clone(),
            variables: self.variables.clone(),
            select: self.select.clone(),
            seed: self.seed,
            process_environment: super::process_environment,
            ..Settings::default()
        }
    }
}

impl Sending {
    /// `settings` with these arguments.
    pub(super) fn apply(&self, settings: Settings) -> Settings {
        Settings {
            jobs: self.jobs,
            rate: self.rate,
            patience: self.timeout,
            retries: self.retries,
            certificates: self.cacert.clone(),
            allow_writes: self.allow_writes,
            ..settings
        }
    }
}

impl Run {
    /// The settings that these arguments ask for.
    pub(super) fn settings(&self) -> Settings {
        let calibrates = self.recording.record.is_some() && !self.recording.once;
        Settings {
            repeat: if calibrates { self.repeat.max(2) } else { self.repeat },
            max_cases: self.max_cases,
            time: self.time,
            fail_on: self.fail_on.into(),
            gating: self.gating.gating(),
            ..self.portion.apply(self.faulty.apply(self.sending.apply(self.common.settings())))
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to 1, such as 0.1 for every tenth request".into()),
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a variable is given as NAME=VALUE".into()),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("has to be at least 1".into()),
        Ok(number) => Ok(number),
        Err(_) => Err("not a whole number".into()),
    }
}

fn address(text: &str) -> Result<std::net::SocketAddr, String> {
    use std::net::ToSocketAddrs as _;
    let whole = if text.parse::<u16>().is_ok() { format!("127.0.0.1:{text}") } else { text.to_owned() };
    let found = whole
        .to_socket_addrs()
        .map_err(|error| format!("give HOST:PORT, such as 127.0.0.1:8080 ({error})"))?;
    found.into_iter().next().ok_or_else(|| "the host has no address".to_owned())
}

fn rate(text: &str) -> Result<f64, String> {
    match text.trim_end_matches("/s").parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("a rate is a number of requests per second above 0, such as 20 or 0.5".into()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|_| "a time is given as 500ms, 10s, 5m or 1h30m".to_owned())?;
    Duration::try_from(span).map_err(|_| "a time can't be negative".to_owned())
}
