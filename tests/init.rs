//! `countersign init`, the action, the template for GitLab, and the README's section about CI followed to the letter.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]
#![cfg(unix)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign::load;
use serde_json::Value;
use support::{Ran, countersign, finish, ran, report};

const FAULT: &str = "upper-bound-one-high@create-note/text";
const CLAUSE: &str = "create-note/request/body/text/maxLength";

fn in_folder(folder: &Path, arguments: &[&str]) -> Ran {
    finish(&countersign().current_dir(folder).args(arguments).output().unwrap())
}

fn yaml(path: impl AsRef<Path>) -> Value {
    load::to_json(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Every file below `folder` with its text, but for reports of runs.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            if path.is_symlink() || name == ".git" || name.starts_with("reports/2") {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_new_project_works_at_once_and_is_made_only_once() {
    let outer = tempfile::tempdir().unwrap();
    let made = in_folder(outer.path(), &["init", "my project"]);
    assert_eq!(made.code, 0, "{made}");
    let project = outer.path().join("my project");
    let before = files(&project);
    let names: Vec<&str> = before.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            ".github/workflows/contracts.yml",
            "contracts/notes.yaml",
            "countersign.yaml",
            "environments/mock.yaml",
            "environments/staging.yaml",
            "reports/.gitignore",
        ]
    );
    for name in &names {
        assert!(made.stdout.contains(&format!("made   {name} ")), "{made}");
    }
    assert!(made.stdout.contains("Next:\n  cd 'my project'\n  countersign run "), "{made}");

    for _ in 0..2 {
        let run = in_folder(&project, &["run"]);
        assert_eq!(run.code, 0, "{run}");
        assert!(project.join("reports/latest/report.html").is_file());
        let report = report(&project.join("reports"));
        assert!(report["totals"]["clauses_kept"].as_u64().unwrap() > 40, "{}", report["totals"]);
    }
    let lint = in_folder(&project, &["lint", "--fail-on", "note"]);
    assert_eq!(lint.code, 0, "{lint}");
    assert!(!lint.stderr.contains("warning"), "{lint}");
    let config = in_folder(&project, &["config"]);
    assert!(
        config.stdout.contains("environments") || config.stdout.contains("countersign.yaml:3"),
        "{config}"
    );
    let schema: Value = serde_json::from_str(&ran(&["schema", "config"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&yaml(project.join("countersign.yaml"))));

    // Whatever is there stays.
    fs::write(project.join("countersign.yaml"), "contracts: contracts\n").unwrap();
    let before = files(&project);
    let again = in_folder(&project, &["init", "--ci", "none"]);
    assert_eq!((again.code, files(&project)), (0, before), "{again}");
    assert!(!again.stdout.contains("made"), "{again}");
    assert!(again.stdout.contains("left   countersign.yaml           is there already"), "{again}");
}

#[test]
fn an_existing_project_gets_no_examples() {
    let project = tempfile::tempdir().unwrap();
    fs::create_dir_all(project.path().join("contracts")).unwrap();
    fs::write(project.path().join("contracts/things.yaml"), support::THINGS).unwrap();
    let made = in_folder(project.path(), &["init", "--ci", "gitlab"]);
    assert_eq!(made.code, 0, "{made}");
    assert!(made.stdout.contains("left   contracts/notes.yaml       not needed"), "{made}");
    assert!(!project.path().join("contracts/notes.yaml").exists());
    assert!(project.path().join(".gitlab-ci.yml").is_file() && !project.path().join(".github").exists());
    // Where nothing can be made, it says so.
    fs::write(project.path().join("file"), "").unwrap();
    let refused = in_folder(project.path(), &["init", "file"]);
    assert!(refused.code == 2 && refused.stderr.contains("can't be written"), "{refused}");
}

/// A section of the README.
fn section(title: &str) -> String {
    let readme = fs::read_to_string("README.md").unwrap();
    let start = readme.find(&format!("\n## {title}\n")).unwrap();
    let rest = &readme[start + 1..];
    rest[..rest[3..].find("\n## ").map_or(rest.len(), |at| at + 3)].to_owned()
}

/// The blocks of code of one language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let start = format!("```{language}\n");
    text.split(&start).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// A shell with the program on its path, and nothing of the caller's that would steer it.
fn shell(program: &str, script: &str, folder: &Path) -> Command {
    let own = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
    let path = format!("{}:{}", own.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new(program);
    if program == "bash" {
        shell.args(["--noprofile", "--norc", "-eo", "pipefail"]);
    }
    shell.args(["-c", script]).current_dir(folder).env("PATH", path).env("NO_COLOR", "1");
    for name in [
        "COUNTERSIGN_SHARD",
        "COUNTERSIGN_HISTORY",
        "COUNTERSIGN_ENV",
        "COUNTERSIGN_TARGET",
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
    ] {
        shell.env_remove(name);
    }
    for name in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"] {
        shell.env(name, "somebody");
    }
    for name in ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"] {
        shell.env(name, "somebody@example.com");
    }
    shell
}

/// A repository in which the section about CI was followed up to its commit.
fn scratch() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let git = finish(&shell("sh", "git init --quiet .", folder.path()).output().unwrap());
    assert_eq!(git.code, 0, "{git}");
    let setup = &blocks(&section("CI"), "sh")[0];
    for line in setup.lines() {
        let ran = finish(&shell("sh", line, folder.path()).output().unwrap());
        assert_eq!(ran.code, 0, "{line}: {ran}");
    }
    folder
}

#[test]
fn the_readme_followed_to_the_letter_makes_a_gate_that_fails_when_it_should() {
    let folder = scratch();
    // The reports of the run are not in the repository, all else is.
    let kept = finish(&shell("sh", "git ls-files; git status --short", folder.path()).output().unwrap());
    let names: Vec<String> = files(folder.path()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(kept.stdout.lines().collect::<Vec<_>>(), names, "{kept}");
    let ci = section("CI");
    let workflow = fs::read_to_string(folder.path().join(".github/workflows/contracts.yml")).unwrap();
    assert_eq!(blocks(&ci, "yaml"), [workflow]);

    let mut seen = Vec::new();
    for line in blocks(&ci, "sh")[1].lines() {
        let (command, wanted) = line.split_once('#').unwrap_or((line, " 0:"));
        let wanted: i32 = wanted.split_once(':').unwrap().0.trim().parse().unwrap();
        let ran = finish(&shell("sh", command, folder.path()).output().unwrap());
        assert_eq!(ran.code, wanted, "{line}: {ran}");
        seen.push(ran.stdout);
    }
    assert!(seen[0].contains(&format!("error {CLAUSE}")), "{}", seen[0]);
    assert!(seen[2].contains("kept: 1 finding is waived"), "{}", seen[2]);
    assert!(seen[3].contains("broken: 1 waiver matches nothing any more"), "{}", seen[3]);
    // And the day after.
    let expired = in_folder(folder.path(), &["run", "--fault", FAULT, "--today", "2100-01-01"]);
    assert_eq!(expired.code, 1, "{expired}");
    assert!(expired.stdout.contains("1 finding in 1 clause, 1 waiver has expired"), "{expired}");
}

/// A step of the action, as the runner would run it.
struct Runner {
    project: tempfile::TempDir,
    temp: tempfile::TempDir,
    inputs: Vec<(String, String)>,
}

impl Runner {
    fn new(project: tempfile::TempDir) -> Self {
        let action = yaml("action.yml");
        let inputs = action["inputs"].as_object().unwrap().iter();
        let inputs = inputs.map(|(name, input)| {
            assert!(input["description"].as_str().is_some_and(|text| text.ends_with('.')), "{name}");
            (name.clone(), input["default"].as_str().unwrap().to_owned())
        });
        let inputs = inputs.collect();
        let runner = Self { project, temp: tempfile::tempdir().unwrap(), inputs };
        // Instead of a compiler: what `cargo install` would leave behind, if it is asked as it has to be.
        let cargo = format!(
            "#!/bin/sh\n[ \"$1 $2 $3\" = 'install --locked --path' ] && [ -f \"$4/Cargo.lock\" ] && [ \"$5\" = --root ] || exit 9\nmkdir -p \"$6/bin\" && ln -s {} \"$6/bin/countersign\"\n",
            env!("CARGO_BIN_EXE_countersign")
        );
        runner.program("cargo", &cargo);
        runner
    }

    fn program(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.temp.path().join("stubs").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// What the runner puts in the place of an expression; others do not stand in scripts and their variables.
    fn filled(&self, text: &str) -> String {
        let mut text = text
            .replace("${{ runner.temp }}", &self.temp.path().to_string_lossy())
            .replace("${{ github.action_path }}", env!("CARGO_MANIFEST_DIR"));
        for (name, value) in &self.inputs {
            text = text.replace(&format!("${{{{ inputs.{name} }}}}"), value);
        }
        assert!(!text.contains("${{"), "{text}");
        text
    }

    fn step(&self, name: &str) -> Ran {
        let action = yaml("action.yml");
        let step =
            action["runs"]["steps"].as_array().unwrap().iter().find(|step| step["name"] == name).unwrap();
        assert_eq!(step["shell"], "bash");
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "a script takes what it is given from variables: {script}");
        let folder =
            step["working-directory"].as_str().map_or_else(|| ".".to_owned(), |folder| self.filled(folder));
        let mut shell = shell("bash", script, &self.project.path().join(folder));
        let path = format!("{}:{}", self.temp.path().join("stubs").display(), std::env::var("PATH").unwrap());
        shell.env("PATH", path).env("GITHUB_ACTIONS", "true");
        for (name, file) in [("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "summary")] {
            shell.env(name, self.temp.path().join(file));
        }
        for (name, value) in step["env"].as_object().unwrap() {
            shell.env(name, self.filled(value.as_str().unwrap()));
        }
        finish(&shell.output().unwrap())
    }

    fn run(&mut self, arguments: &str) -> Ran {
        let input = self.inputs.iter_mut().find(|(name, _)| name == "arguments").unwrap();
        arguments.clone_into(&mut input.1);
        for file in ["output", "summary"] {
            fs::write(self.temp.path().join(file), "").unwrap();
        }
        let ran = self.step("Run the contracts");
        let output = fs::read_to_string(self.temp.path().join("output")).unwrap();
        assert!(ran.code != 0 || output == "status=0\n", "{output}: {ran}");
        ran
    }

    fn summary(&self) -> String {
        fs::read_to_string(self.temp.path().join("summary")).unwrap()
    }
}

#[test]
fn the_action_makes_a_gate_with_annotations_summary_and_report() {
    let mut runner = Runner::new(scratch());
    // The workflow that `init` writes uses it, by its own name.
    let workflow = yaml(runner.project.path().join(".github/workflows/contracts.yml"));
    let steps = workflow["jobs"]["contracts"]["steps"].as_array().unwrap();
    assert_eq!(steps[1]["uses"], "OWNER/countersign@main");
    for _ in 0..2 {
        let seen = runner.step("Look at the sources");
        assert_eq!(seen.code, 0, "{seen}");
    }
    let output = fs::read_to_string(runner.temp.path().join("output")).unwrap();
    let digests: Vec<&str> = output.lines().map(|line| line.strip_prefix("digest=").unwrap()).collect();
    assert!(digests.len() == 2 && digests[0].len() == 64 && digests[0] == digests[1], "{output}");
    let installed = runner.step("Install Countersign");
    assert_eq!(installed.code, 0, "{installed}");

    let run = runner.run("");
    assert_eq!(run.code, 0, "{run}");
    assert!(!run.stdout.contains("::error"), "{run}");
    assert!(runner.summary().starts_with("# kept: Notes"), "{}", runner.summary());

    let run = runner.run(&format!("--fault {FAULT}\n--format 'default,sarif'"));
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stdout.contains("::error file=contracts/notes.yaml,line="), "{run}");
    assert!(runner.summary().starts_with("# broken: Notes"), "{}", runner.summary());
    let output = fs::read_to_string(runner.temp.path().join("output")).unwrap();
    assert_eq!(output, "status=1\n");
    let action = yaml("action.yml");
    let keep = action["runs"]["steps"].as_array().unwrap().last().unwrap().clone();
    assert!(keep["if"].as_str().unwrap().starts_with("always()"), "{keep}");
    let kept = runner.project.path().join(runner.filled(keep["with"]["path"].as_str().unwrap()));
    assert!(kept.join("report.html").is_file() && kept.join("report.sarif").is_file());

    // A waiver that has expired, and one that matches nothing any more.
    let waived =
        in_folder(runner.project.path(), &["waive", CLAUSE, "--until", "2099-12-31", "--because", "x"]);
    assert_eq!(waived.code, 0, "{waived}");
    assert_eq!(runner.run(&format!("--fault {FAULT}")).code, 0);
    let run = runner.run(&format!("--fault {FAULT} --today 2100-01-01"));
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stdout.contains("::error file=contracts/waivers.yaml,line=3,"), "{run}");
    assert!(runner.summary().contains("has expired on 2099-12-31"), "{}", runner.summary());
    let run = runner.run("");
    assert_eq!(run.code, 1, "{run}");
    assert!(runner.summary().contains("matches nothing any more"), "{}", runner.summary());

    // Nothing in an input becomes a command, and what can't be understood is no reason to go on without it.
    fs::remove_file(runner.project.path().join("contracts/waivers.yaml")).unwrap();
    let run = runner.run("--select 'create-note/**'");
    assert_eq!(run.code, 0, "{run}");
    for (wrong, code) in
        [("; touch pwned", 2), ("$(touch pwned)", 2), ("--select 'create", 1), ("--no-such-flag", 2)]
    {
        let run = runner.run(wrong);
        assert!(run.code == code || (code == 1 && run.code != 0), "{wrong}: {run}");
    }
    assert!(!runner.project.path().join("pwned").exists());
}

#[test]
fn what_the_action_and_the_template_name_is_there() {
    let action = yaml("action.yml");
    assert_eq!(action["runs"]["using"], "composite");
    for step in action["runs"]["steps"].as_array().unwrap() {
        let uses = step["uses"].as_str();
        assert!(step.get("run").is_some() != uses.is_some(), "{step}");
        assert!(uses.is_none_or(|uses| uses.starts_with("actions/") && uses.contains("@v")), "{step}");
        assert!(step.get("run").is_none() || step["shell"] == "bash", "{step}");
    }
    // Every input is used, and no other.
    let text = fs::read_to_string("action.yml").unwrap();
    let mut used: Vec<&str> =
        text.split("inputs.").skip(1).map(|rest| rest.split([' ', '}']).next().unwrap()).collect();
    used.sort_unstable();
    used.dedup();
    let mut declared: Vec<&str> = action["inputs"].as_object().unwrap().keys().map(String::as_str).collect();
    declared.sort_unstable();
    assert_eq!(used, declared);

    let folder = tempfile::tempdir().unwrap();
    assert_eq!(in_folder(folder.path(), &["init", "--ci", "gitlab"]).code, 0);
    let pipeline = yaml(folder.path().join(".gitlab-ci.yml"));
    let file = pipeline["include"][0]["file"].as_str().unwrap();
    let template = yaml(file.trim_start_matches('/'));
    let job = &template[pipeline["contracts"]["extends"].as_str().unwrap()];
    assert_eq!(job["artifacts"]["when"], "always");
    let lines = |key: &str| -> String {
        job[key].as_array().unwrap().iter().map(|line| format!("{}\n", line.as_str().unwrap())).collect()
    };
    let script = format!("{}{}", lines("before_script"), lines("script"));
    let follow = |arguments: &str| {
        let mut shell = shell("bash", &script, folder.path());
        for (name, value) in job["variables"].as_object().unwrap() {
            shell.env(name, value.as_str().unwrap());
        }
        shell.env("CI_PROJECT_DIR", folder.path()).env("COUNTERSIGN_ARGUMENTS", arguments);
        finish(&shell.output().unwrap())
    };
    let run = follow("");
    assert_eq!(run.code, 0, "{run}");
    let run = follow(&format!("--fault {FAULT} --quiet"));
    assert_eq!(run.code, 1, "{run}");
    let kept: PathBuf =
        folder.path().join(job["artifacts"]["reports"]["junit"].as_str().unwrap().replace('*', "latest"));
    assert!(kept.is_file());
}
