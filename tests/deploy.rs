//! The manifests in `deploy/`: they are YAML, what they run exists, and followed to the letter they make a gate.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

mod support;

use std::fs;
use std::path::Path;

use countersign::load;
use serde_json::Value;
use support::{Ran, THINGS, countersign, finish, ran};

const FILES: [&str; 4] = ["github.yml", "gitlab.yml", "kubernetes-merge.yaml", "kubernetes.yaml"];

fn yaml(name: &str) -> Value {
    load::to_json(&fs::read_to_string(format!("deploy/{name}")).unwrap()).unwrap()
}

/// Every text in a document.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(elements) => elements.iter().for_each(|element| texts(element, found)),
        Value::Object(members) => members.values().for_each(|member| texts(member, found)),
        _ => {}
    }
}

/// The commands of `countersign` in a script, without what a CI server or a shell fills in.
fn commands(script: &str) -> Vec<Vec<String>> {
    let filled = script
        .replace("${{ matrix.shard }}", "1")
        .replace("${{ strategy.job-total }}", "4")
        .replace("--shard auto", "--shard 1/4");
    let lines = filled.lines().map(str::trim).filter(|line| line.starts_with("countersign "));
    lines
        .map(|line| {
            let words = line.split_whitespace().skip(1).take_while(|word| *word != "||");
            words.map(|word| word.trim_matches('"').to_owned()).collect()
        })
        .collect()
}

#[test]
fn every_file_is_yaml_and_every_flag_exists() {
    let mut there: Vec<String> = fs::read_dir("deploy")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    there.sort();
    assert_eq!(there, FILES);
    for name in FILES {
        let mut found = Vec::new();
        texts(&yaml(name), &mut found);
        let commands: Vec<Vec<String>> = found.iter().flat_map(|text| commands(text)).collect();
        assert!(!commands.is_empty(), "{name}");
        for command in commands {
            // Help comes last, so that everything before it has been understood.
            let words: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
            let run = ran(&words);
            assert_eq!(run.code, 0, "{name}: {command:?}: {run}");
        }
    }
    // And a flag that does not exist would be seen.
    assert_eq!(ran(&["run", "--no-such-flag", "--help"]).code, 2);
}

#[test]
fn the_numbers_of_shards_agree() {
    let job = yaml("kubernetes.yaml");
    let spec = &job["spec"];
    assert_eq!((&job["kind"], &spec["completionMode"]), (&"Job".into(), &"Indexed".into()));
    let completions = spec["completions"].as_u64().unwrap();
    assert!(spec["parallelism"].as_u64().unwrap() <= completions);
    assert!(spec["maxFailedIndexes"].as_u64().unwrap() <= completions);
    assert_eq!(spec["template"]["spec"]["restartPolicy"], "Never");
    let container = &spec["template"]["spec"]["containers"][0];
    let shards = container["env"].as_array().unwrap().iter().find(|env| env["name"] == "COUNTERSIGN_SHARDS");
    assert_eq!(shards.unwrap()["value"], completions.to_string());
    let volumes = |job: &Value| -> Vec<String> {
        let names = job["spec"]["template"]["spec"]["volumes"].as_array().unwrap().iter();
        names.map(|volume| volume["name"].as_str().unwrap().to_owned()).collect()
    };
    for job in [&job, &yaml("kubernetes-merge.yaml")] {
        let mounts = job["spec"]["template"]["spec"]["containers"][0]["volumeMounts"].as_array().unwrap();
        for mount in mounts {
            assert!(volumes(job).iter().any(|name| mount["name"] == name.as_str()), "{mount}");
        }
    }

    let workflow = yaml("github.yml");
    let shards = &workflow["jobs"]["shards"];
    let matrix = shards["strategy"]["matrix"]["shard"].as_array().unwrap();
    let numbers: Vec<u64> = matrix.iter().map(|number| number.as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!(shards["strategy"]["fail-fast"], false);
    let gate = &workflow["jobs"]["gate"];
    assert_eq!((&gate["needs"], &gate["if"]), (&"shards".into(), &"always()".into()));

    let pipeline = yaml("gitlab.yml");
    assert!(pipeline["shards"]["parallel"].as_u64().unwrap() > 1);
    assert_eq!(pipeline["gate"]["when"], "always");
    for job in ["shards", "gate"] {
        assert!(pipeline["stages"].as_array().unwrap().contains(&pipeline[job]["stage"]));
        assert_eq!(pipeline[job]["artifacts"]["when"], "always");
    }
}

/// A folder as a job finds it: contracts, environments, and room for reports.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("contracts/things.yaml", THINGS),
        (
            "environments/staging.yaml",
            "target: mock\nvariables:\n  token: { value: \"${THINGS_TOKEN}\", secret: true }\n",
        ),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A script of a manifest in `folder`, with what the server would set. Folders at the root are those of the project.
fn follow(script: &str, folder: &Path, variables: &[(&str, &str)]) -> Ran {
    let mut script = script.to_owned();
    for name in ["/reports", "/contracts", "/environments"] {
        for before in [" ", "="] {
            let own = format!("{before}{}{name}", folder.display());
            script = script.replace(&format!("{before}{name}"), &own);
        }
    }
    let program = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &script]).current_dir(folder).env("PATH", path).env("NO_COLOR", "1");
    shell.env("THINGS_TOKEN", "some-token-of-the-mock").env_remove("COUNTERSIGN_SHARD");
    finish(&shell.envs(variables.iter().copied()).output().unwrap())
}

#[test]
#[cfg(unix)]
fn the_indexed_job_makes_a_gate_and_a_pod_that_was_killed_goes_on() {
    let job = yaml("kubernetes.yaml");
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let script = container["args"][0].as_str().unwrap();
    let name = job["metadata"]["name"].as_str().unwrap();
    let merge = yaml("kubernetes-merge.yaml");
    let merge = merge["spec"]["template"]["spec"]["containers"][0]["args"][0].as_str().unwrap().to_owned();
    let project = project();
    let completions = job["spec"]["completions"].as_u64().unwrap();
    let pod = |index: u64| {
        let (index, shards) = (index.to_string(), completions.to_string());
        let variables =
            [("JOB_COMPLETION_INDEX", index.as_str()), ("COUNTERSIGN_SHARDS", &shards), ("JOB", name)];
        follow(script, project.path(), &variables)
    };
    for index in 0..completions {
        let early = follow(&merge, project.path(), &[]);
        assert!(early.code != 0, "{early}");
        let run = pod(index);
        assert_eq!(run.code, 0, "{run}");
    }
    // One pod was killed in the middle of a line.
    let shard = project.path().join(format!("reports/{name}/shards/2"));
    let log = support::only_run(&shard).unwrap().join("run.ndjson");
    let written = fs::read(&log).unwrap();
    fs::write(&log, &written[..written.len() - 2000]).unwrap();
    let early = follow(&merge, project.path(), &[]);
    assert_eq!(early.code, 3, "{early}");
    let again = pod(2);
    assert_eq!(again.code, 0, "{again}");
    assert!(again.stderr.contains("resuming"), "{again}");
    let gate = follow(&merge, project.path(), &[]);
    assert_eq!(gate.code, 0, "{gate}");
    assert!(project.path().join(format!("reports/{name}/merged/latest/report.html")).is_file());
}

#[test]
#[cfg(unix)]
fn the_gitlab_pipeline_makes_a_gate() {
    let pipeline = yaml("gitlab.yml");
    let script = |job: &str| pipeline[job]["script"][0].as_str().unwrap().to_owned();
    let project = project();
    let total = pipeline["shards"]["parallel"].to_string();
    for number in 1..=pipeline["shards"]["parallel"].as_u64().unwrap() {
        let number = number.to_string();
        let variables =
            [("GITLAB_CI", "true"), ("CI_NODE_INDEX", number.as_str()), ("CI_NODE_TOTAL", total.as_str())];
        let run = follow(&script("shards"), project.path(), &variables);
        assert!([0, 1, 3].contains(&run.code), "{run}");
    }
    let gate = follow(&script("gate"), project.path(), &[]);
    assert_eq!(gate.code, 0, "{gate}");
    assert!(project.path().join("reports/latest/junit.xml").is_file());
}

#[test]
#[cfg(unix)]
fn the_github_workflow_makes_a_gate_that_fails_when_it_should() {
    let workflow = yaml("github.yml");
    let step = |job: &str| {
        let steps = workflow["jobs"][job]["steps"].as_array().unwrap();
        steps.iter().find_map(|step| step["run"].as_str()).unwrap().to_owned()
    };
    let total = workflow["jobs"]["shards"]["strategy"]["matrix"]["shard"].as_array().unwrap().len();
    for (fault, code) in [("", 0), (" --fault upper-bound-one-low", 1)] {
        let project = project();
        for number in 1..=total {
            let script = step("shards")
                .replace("${{ matrix.shard }}", &number.to_string())
                .replace("${{ strategy.job-total }}", &total.to_string())
                .replace(" || true", &format!("{fault} || true"));
            let run = follow(&script, project.path(), &[]);
            assert_eq!(run.code, 0, "{run}");
            // The artifact holds what `latest` points to as well.
            let (from, to) =
                (project.path().join("shard"), project.path().join(format!("shards/shard-{number}")));
            fs::create_dir_all(to.join("latest")).unwrap();
            fs::copy(from.join("latest/run.ndjson"), to.join("latest/run.ndjson")).unwrap();
            let own = support::only_run(&from).unwrap();
            fs::rename(&own, to.join(own.file_name().unwrap())).unwrap();
            fs::remove_dir_all(&from).unwrap();
        }
        let gate = follow(&step("gate"), project.path(), &[]);
        assert_eq!(gate.code, code, "{gate}");
    }
    let _ = countersign();
}
