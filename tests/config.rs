//! `countersign.yaml`: what goes over what, the same for every command, and what is wrong with a file.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{Ran, THINGS, countersign, finish, ran, report};

/// A project in a folder of its own, which is a repository if it is asked to be one.
struct Project(tempfile::TempDir);

impl Project {
    fn new(configuration: &str) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        for (name, text) in [
            ("api/things.yaml", THINGS),
            ("environments/local.yaml", "target: mock\nvariables: { token: some-token-of-the-mock }\n"),
            ("countersign.yaml", configuration),
            ("deep/er/.keep", ""),
        ] {
            fs::create_dir_all(project.path(name).parent().unwrap()).unwrap();
            fs::write(project.path(name), text).unwrap();
        }
        project
    }

    fn repository(self) -> Self {
        fs::create_dir(self.path(".git")).unwrap();
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn ran_in(&self, folder: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = countersign();
        command.current_dir(self.path(folder)).args(arguments).envs(variables.iter().copied());
        finish(&command.output().unwrap())
    }

    fn ran(&self, arguments: &[&str]) -> Ran {
        self.ran_in("", arguments, &[])
    }
}

/// One setting as `countersign config --json` prints it.
fn setting(printed: &str, name: &str) -> (Vec<String>, String, u64) {
    let all: Value = serde_json::from_str(printed).unwrap();
    let one = all["settings"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
    let values = one["values"].as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned());
    let source = one["source"].as_str().unwrap().to_owned();
    (values.collect(), source, one["place"]["line"].as_u64().unwrap_or(0))
}

const WHOLE: &str = "contracts: [api]
environment: local
target: mock
reports:
  folder: out
  history: out
  formats: [json, sarif]
policy:
  fail-on: warning
  on-deterministic: inconclusive
  on-flaky: warn
  on-environment: fail
  repeat-findings: 1
  waivers: known.yaml
sending:
  jobs: 3
  rate: 500
  timeout: 5s
  retries: 0
  cacert: []
cases:
  seed: 7
  repeat: 2
  time: 10m
";

#[test]
fn flags_go_over_variables_over_the_file_over_what_is_built_in() {
    let project = Project::new("environment: local\nsending: { jobs: 3 }\n");
    let config = |arguments: &[&str], variables: &[(&str, &str)]| {
        let run = project.ran_in("", &[&["config", "--json"], arguments].concat(), variables);
        assert_eq!(run.code, 0, "{run}");
        run.stdout
    };
    let one = |value: &str, source: &str, line| (vec![value.to_owned()], source.to_owned(), line);
    let plain = config(&[], &[]);
    assert_eq!(setting(&plain, "environment"), one("local", "file", 1));
    assert_eq!(setting(&plain, "sending.jobs"), one("3", "file", 2));
    assert_eq!(setting(&plain, "sending.retries"), one("2", "built-in", 0));
    assert_eq!(setting(&plain, "cases.time"), (Vec::new(), "built-in".into(), 0));
    let variable = [("COUNTERSIGN_ENV", "other")];
    assert_eq!(setting(&config(&[], &variable), "environment"), one("other", "variable", 0));
    assert_eq!(setting(&config(&["--env", "mine"], &variable), "environment"), one("mine", "flag", 0));
    assert_eq!(setting(&config(&["-j", "9"], &[]), "sending.jobs"), one("9", "flag", 0));
    assert_eq!(setting(&config(&["--no-config"], &[]), "sending.jobs"), one("8", "built-in", 0));
    // The same for people.
    let run = project.ran(&["config", "--seed", "4"]);
    assert!(run.stdout.contains("countersign.yaml:2\n") && run.stdout.contains("flag\n"), "{run}");
    assert!(run.stderr.contains("countersign.yaml, under flags"), "{run}");
    // What the environment decides is the environment's.
    let text = "target: https://h/base-s3cret-value\nwrites: allowed\nvariables: { token: { value: s3cret-value, secret: true } }\n";
    fs::write(project.path("environments/there.yaml"), text).unwrap();
    let there = config(&["--env", "there"], &[]);
    assert_eq!(setting(&there, "target"), one("https://h/base-‹token›", "environment", 0));
    assert_eq!(setting(&there, "--allow-writes"), one("true", "environment", 0));
    assert_eq!(
        setting(&config(&["--env", "there", "--target", "mock"], &[]), "target"),
        one("mock", "flag", 0)
    );
    let run = project.ran(&["config", "--env", "there"]);
    assert!(run.stdout.contains("environments/there.yaml\n"), "{run}");
    // Without it, everything else is told, and why.
    let run = project.ran(&["config", "--env", "nowhere"]);
    assert!(run.code == 0 && run.stderr.contains("there is no environment `nowhere`"), "{run}");
    // A value on the command line is nobody else's business, nor is a password in an address.
    let run = project.ran(&["config", "--var", "token=s3cret", "--target", "https://me:s3cret@host/a@b"]);
    assert!(!run.stdout.contains("s3cret") && run.stdout.contains("https://…@host/a@b"), "{run}");
    assert!(run.stdout.contains("token=…"), "{run}");
}

#[test]
fn every_setting_is_in_force_in_a_run() {
    let project = Project::new(&WHOLE.replace("  cacert: []\n", ""));
    fs::write(project.path("known.yaml"), "waivers: []\n").unwrap();
    let run = project.ran(&["run"]);
    assert_eq!(run.code, 0, "{run}");
    let report = report(&project.path("out"));
    let settings = &report["settings"];
    for (pointer, value) in [
        ("/contracts/0", "api/things.yaml".into()),
        ("/environment", "local".into()),
        ("/jobs", 3.into()),
        ("/rate", 500.0.into()),
        ("/seed", 7.into()),
        ("/repeat", 2.into()),
        ("/fail_on", "warning".into()),
        ("/gate/on_deterministic", "inconclusive".into()),
        ("/gate/on_flaky", "warn".into()),
        ("/gate/on_environment", "fail".into()),
        ("/gate/repeat_findings", Value::from(1)),
    ] {
        assert_eq!(settings.pointer(pointer), Some(&value), "{pointer} {settings:#}");
    }
    let latest = project.path("out/latest");
    assert!(latest.join("report.sarif").is_file() && !latest.join("junit.xml").exists());
    // Each of them is printed as the file's, and the table of the documentation has each.
    let printed = project.ran(&["config", "--json"]).stdout;
    let documented = fs::read_to_string("docs/configuration.md").unwrap();
    for (name, _) in countersign::load::project_settings() {
        if name != "sending.cacert" {
            assert_eq!(setting(&printed, &name).1, "file", "{name}");
        }
        let row = documented.lines().find(|line| line.starts_with(&format!("| `{name}` | ")));
        let row = row.unwrap_or_else(|| panic!("{name} is not documented"));
        let (bare, _, _) =
            setting(&project.ran_in("deep/er", &["config", "--json", "--no-config"], &[]).stdout, &name);
        let last = row.rsplit(" | ").next().unwrap();
        assert!(bare.iter().all(|value| last.contains(&format!("`{value}`"))), "{row}: {bare:?}");
    }
}

#[test]
fn every_command_goes_by_it_and_in_every_folder_of_the_repository() {
    let configuration =
        "contracts: api\nenvironment: local\nreports: { folder: out }\npolicy: { waivers: known.yaml }\n";
    let project = Project::new(configuration).repository();
    fs::write(project.path("known.yaml"), "# none\n").unwrap();
    for folder in ["", "api", "deep/er"] {
        let run = project.ran_in(folder, &["run", "--quiet", "--fault", "server-error@get/id"], &[]);
        assert_eq!(run.code, 1, "{folder}: {run}");
        let up = "../".repeat(folder.split('/').filter(|part| !part.is_empty()).count());
        let found = report(&project.path("out"));
        assert_eq!(found["settings"]["contracts"][0], format!("{up}api/things.yaml"));
        let case = found["findings"][0]["witnesses"][0]["case"].as_str().unwrap().to_owned();
        let fingerprint = found["findings"][0]["fingerprint"].as_str().unwrap();
        let replayed = project.ran_in(folder, &["replay", &case], &[]);
        assert!(replayed.code == 0 && replayed.stdout.contains("kept"), "{replayed}");
        for (words, says) in [
            (&["plan"][..], "make/"),
            (&["lint"], "0 errors"),
            (&["test", "--", "--list"], "make"),
            (&["history"], "run"),
            (&["report", "rebuild"], ""),
        ] {
            let ran = project.ran_in(folder, words, &[]);
            let all = format!("{}{}", ran.stdout, ran.stderr);
            let is_rebuild = words[0] == "report";
            assert_eq!(ran.code, i32::from(is_rebuild), "{words:?} {ran}");
            assert!(words[0] == "lint" || all.contains(says), "{words:?} {ran}");
            assert!(!is_rebuild || all.contains(&format!("{up}out/latest/report.html")), "{ran}");
        }
        let day = ["--until", "2026-12-31", "--today", "2026-11-22", "--because", "known"];
        let waived = project.ran_in(folder, &[&["waive", &fingerprint[..12]], &day[..]].concat(), &[]);
        assert_eq!(waived.code, 0, "{waived}");
        assert!(waived.stderr.contains(&format!("{up}known.yaml: ")), "{waived}");
        fs::write(project.path("known.yaml"), "# none\n").unwrap();
    }
    // Shards, merged into the folder of the file.
    for shard in ["1/2", "2/2"] {
        let part = project.ran(&["run", "--shard", shard, "--report", &format!("parts/{}", &shard[..1])]);
        assert_eq!(part.code, 0, "{part}");
    }
    fs::remove_dir_all(project.path("out")).unwrap();
    let merged = project.ran_in("deep", &["report", "merge", "../parts"], &[]);
    assert!(merged.code == 0 && project.path("out/latest/report.json").exists(), "{merged}");
}

#[test]
fn what_lies_outside_of_the_repository_is_not_the_projects() {
    let project = Project::new("contracts: api\n");
    let reads = |folder: &str| {
        let run = project.ran_in(folder, &["config", "--json"], &[]);
        let all: Value = serde_json::from_str(&run.stdout).unwrap();
        all["file"].as_str().map(str::to_owned)
    };
    assert_eq!(reads("").as_deref(), Some("countersign.yaml"));
    assert_eq!(reads("deep/er"), None, "without a repository");
    fs::create_dir(project.path("deep/.git")).unwrap();
    assert_eq!(reads("deep/er"), None, "above the repository");
    fs::create_dir(project.path(".git")).unwrap();
    fs::remove_dir(project.path("deep/.git")).unwrap();
    assert_eq!(reads("deep/er").as_deref(), Some("../../countersign.yaml"));
    let other = project.ran_in("deep", &["config", "--json", "--config", "../countersign.yaml"], &[]);
    assert_eq!(setting(&other.stdout, "contracts").0, ["../api"]);
}

#[test]
fn a_file_with_errors_stops_every_command_before_it_does_anything() {
    for (text, says) in [
        ("contract: api\n", &["countersign.yaml:1:1", "unknown-key", "did you mean `contracts`?"][..]),
        ("policy:\n  on-flakey: warn\n", &["countersign.yaml:2:3", "did you mean `on-flaky`?"]),
        ("policy:\n  on-flaky: wrn\n", &["countersign.yaml:2:13", "did you mean `warn`?"]),
        ("sending: { rate: fast }\n", &["countersign.yaml:1:18", "a rate is a number"]),
        ("policy: { repeat-findings: 900 }\n", &["countersign.yaml:1:28", "900 is not in 0..=100"]),
        ("reports:\n  formats: [json, sarf]\n", &["countersign.yaml:2:19", "did you mean `sarif`?"]),
        ("cases: { time: 1w }\n", &["countersign.yaml:1:16", "write `500ms`"]),
        ("a: [\n", &["countersign.yaml:", "yaml-syntax"]),
    ] {
        let project = Project::new(text);
        for command in ["run", "plan", "lint", "mock", "config", "test"] {
            let run = project.ran(&[command]);
            assert_eq!(run.code, 2, "{command}: {text}\n{run}");
            for says in says {
                assert!(run.stderr.contains(says), "{command}: {says}\n{run}");
            }
        }
        assert!(!project.path("reports").exists());
        // What needs no project still helps.
        assert_eq!(project.ran(&["schema", "config"]).code, 0);
        assert_eq!(project.ran(&["config", "--no-config"]).code, 0);
    }
    let run = ran(&["config", "--config", "no/such.yaml"]);
    assert!(run.code == 2 && run.stderr.contains("no/such.yaml"), "{run}");
    let run = ran(&["config", "--config", "x", "--no-config"]);
    assert!(run.code == 2 && run.stderr.contains("cannot be used with"), "{run}");
}

#[test]
fn the_mock_serves_and_does_not_test() {
    // An environment that needs what is not here.
    let project = Project::new("contracts: api\nenvironment: staging\n");
    let staging = "target: https://staging.example.com\nvariables: { token: \"${NO_SUCH_VARIABLE}\" }\n";
    fs::write(project.path("environments/staging.yaml"), staging).unwrap();
    let run = project.ran(&["run"]);
    assert!(run.code == 2 && run.stderr.contains("NO_SUCH_VARIABLE"), "{run}");
    let run = project.ran(&["mock", "--listen", "203.0.113.1:0", "--env", "local"]);
    assert!(!run.stderr.contains("NO_SUCH_VARIABLE"), "{run}");
    let run = project.ran(&["mock", "--listen", "203.0.113.1:0"]);
    assert!(!run.stderr.contains("NO_SUCH_VARIABLE"), "{run}");
    let run = project.ran_in("", &["mock", "--listen", "203.0.113.1:0"], &[("COUNTERSIGN_ENV", "staging")]);
    assert!(!run.stderr.contains("NO_SUCH_VARIABLE"), "{run}");
    // What a run goes by, and the mock does not act on, is no argument of it.
    for flag in ["--target=mock", "--select=operation:x", "--seed=7"] {
        let run = project.ran(&["mock", flag]);
        assert!(run.code == 2 && run.stderr.contains("unexpected argument"), "{flag}: {run}");
    }
}

#[test]
fn an_editor_accepts_what_the_program_accepts() {
    let schema: Value = serde_json::from_str(&ran(&["schema", "config"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let whole = countersign::load::to_json(WHOLE).unwrap();
    let errors: Vec<String> = validator.iter_errors(&whole).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    for wrong in
        ["contract: x", "sending: { jobs: 0 }", "policy: { on-flaky: wrn }", "reports: { formats: 1 }"]
    {
        assert!(!validator.is_valid(&countersign::load::to_json(wrong).unwrap()), "{wrong}");
    }
    let documented = fs::read_to_string("docs/configuration.md").unwrap();
    let example = documented.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(validator.is_valid(&countersign::load::to_json(example).unwrap()));
    let path = Path::new("countersign.yaml");
    assert!(!path.exists(), "these tests run in the project's own folder");
}
