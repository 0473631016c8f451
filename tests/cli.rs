//! The real binary through its command line: exit codes, messages, safety.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test reads files, and may panic"
)]

mod support;

use std::fs;

use support::{broken, countersign, file, finish, ran, report, run_into, server};

#[test]
fn the_main_job_ends_with_every_clause_kept_and_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &[]);
    assert_eq!(run.code, 0, "{run}");
    let report = report(folder.path());
    assert_eq!(report["findings"].as_array().unwrap().len(), 0, "{:#}", report["findings"]);
    assert_eq!(report["exit"]["name"], "kept");
    for name in ["report.html", "report.json", "junit.xml", "run.ndjson"] {
        assert!(folder.path().join("latest").join(name).is_file(), "{name}");
    }
    // Every constraint of a request is witnessed from each side that it has, or says why not.
    let clauses = report["clauses"].as_array().unwrap();
    let silent: Vec<_> = clauses
        .iter()
        .filter(|clause| clause["standing"] != "kept" && clause["because"].as_array().unwrap().is_empty())
        .map(|clause| &clause["address"])
        .collect();
    assert!(silent.is_empty(), "not kept and no reason: {silent:?}");
    let unwitnessed: Vec<_> = clauses
        .iter()
        .filter(|clause| {
            clause["standing"] != "kept" && clause["address"].as_str().unwrap().contains("/request/")
        })
        .map(|clause| format!("{} {}", clause["address"], clause["because"]))
        .collect();
    assert!(unwitnessed.len() <= 1, "{unwitnessed:#?}");
}

#[test]
fn a_sequence_is_not_kept_for_steps_that_were_passed_over() {
    let address = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
    let (_keep, contract) = file(
        "things.yaml",
        "countersign: 1
title: Things
operations:
  query: { request: GET /thing, convention: usual, responses: { 200: { says: OK } } }
sequences:
  whole: { convention: usual, steps: [ { operation: query }, { operation: query, when: 1 == 1 } ] }
  part: { convention: usual, steps: [ { operation: query }, { operation: query, when: 1 == 2 }, { operation: query } ] }
  open: { convention: usual, steps: [ { operation: query }, { operation: query, when: 1 == 2 } ], finally: [ { operation: query } ] }
",
    );
    let folder = tempfile::tempdir().unwrap();
    let target = format!("http://{address}");
    let run = run_into(folder.path(), &[contract.to_str().unwrap(), "--target", &target, "--allow-writes"]);
    assert_eq!(run.code, 3, "{run}");
    let report = report(folder.path());
    for (name, standing, why, because) in [
        ("whole", "kept", "the sequence whole", ""),
        ("part", "kept", "the sequence part, 2 of 3 steps applied", ""),
        (
            "open",
            "inconclusive",
            "the sequence open, 1 of 2 steps applied",
            "step 2 was passed over, as `1 == 2`",
        ),
    ] {
        let address = format!("sequence/{name}");
        let clauses = report["clauses"].as_array().unwrap();
        let clause = clauses.iter().find(|clause| clause["address"] == address.as_str()).unwrap();
        assert_eq!(clause["standing"], standing, "{clause:#}");
        assert_eq!(clause["sides"][0]["witness"]["why"], why, "{clause:#}");
        assert!(clause["because"].to_string().contains(because), "{clause:#}");
    }
}

#[test]
fn the_mock_reads_arrays_as_they_are_written() {
    let (_keep, contract) = file(
        "things.yaml",
        "countersign: 1
title: Things
defaults: { refused: { status: 400, convention: usual } }
operations:
  list:
    request: GET /things/{shown}
    convention: usual
    parameters:
      shown: { in: path, schema: { type: array, items: { type: string, minLength: 2 }, minItems: 2 } }
      ids: { in: query, required: true, schema: { type: array, items: { type: integer }, minItems: 1, maxItems: 3 } }
      X-Tags: { in: header, schema: { type: array, items: { enum: [a, b] }, minItems: 2 } }
      seen: { in: cookie, schema: { type: array, items: { type: string }, maxItems: 2 } }
    responses: { 200: { says: OK }, 400: { says: Refused } }
",
    );
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &[contract.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(broken(&report(folder.path())), Vec::<String>::new());
}

#[test]
fn no_two_runs_send_the_same_value_for_a_member_that_must_be_unique() {
    let address = server("HTTP/1.1 201 Created\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
    let (_keep, contract) = file(
        "notes.yaml",
        "countersign: 1
title: Notes
operations:
  add:
    request: POST /notes
    convention: usual
    body: { unique: [/name], schema: { type: object, required: [name], properties: { name: { type: string } } } }
    responses: { 201: { says: Created } }
",
    );
    let sent = || {
        let folder = tempfile::tempdir().unwrap();
        let target = format!("http://{address}");
        let run = run_into(folder.path(), &[contract.to_str().unwrap(), "--target", &target]);
        assert_eq!(run.code, 0, "{run}");
        let text = report(folder.path()).to_string();
        let names = text
            .split("cs-")
            .skip(1)
            .map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect());
        names.filter(|name: &String| name.len() > 8).collect::<std::collections::BTreeSet<_>>()
    };
    let (first, second) = (sent(), sent());
    assert!(!first.is_empty() && first.is_disjoint(&second), "{first:?} {second:?}");
}

#[test]
fn the_verdicts_do_not_depend_on_jobs_or_seed() {
    let standing = |arguments: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let run = run_into(folder.path(), arguments);
        assert_eq!(run.code, 0, "{arguments:?}\n{run}");
        let report = report(folder.path());
        let clauses = report["clauses"].as_array().unwrap();
        clauses
            .iter()
            .map(|clause| format!("{} {}", clause["address"], clause["standing"]))
            .collect::<Vec<_>>()
    };
    let first = standing(&["--jobs", "1"]);
    for arguments in
        [["--jobs", "32", "--seed", "0"], ["--jobs", "4", "--seed", "7"], ["--jobs", "16", "--seed", "99"]]
    {
        assert_eq!(standing(&arguments), first, "{arguments:?}");
    }
}

#[test]
fn case_ids_are_the_same_whatever_the_seed() {
    let ids = |seed: &str| {
        let plan = ran(&["plan", "--json", "--seed", seed]);
        assert_eq!(plan.code, 0, "{plan}");
        let mut ids: Vec<String> = plan
            .stdout
            .lines()
            .filter_map(|line| {
                serde_json::from_str::<serde_json::Value>(line).unwrap()["case"].as_str().map(str::to_owned)
            })
            .collect();
        ids.sort();
        ids
    };
    let ids_of_none = ids("0");
    assert!(ids_of_none.len() > 200);
    assert_eq!(ids_of_none, ids("42"));
}

#[test]
fn a_wrong_contract_is_drawn_with_its_place() {
    let (_folder, path) = file(
        "wrong.yaml",
        "countersign: 1\ntitle: Wrong\noperations:\n  get:\n    request: GET /x\n    respones: { 200: {} }\n",
    );
    let run = ran(&["run", path.to_str().unwrap()]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("wrong.yaml:6:5"), "{run}");
    assert!(run.stderr.contains("responses"), "did you mean: {run}");
    assert!(run.stdout.is_empty(), "{run}");
}

#[test]
fn a_missing_variable_is_named_with_what_to_do() {
    let run =
        ran(&["run", "contracts/ddm-accounts.yaml", "--target", "http://127.0.0.1:9", "--var", "token=x"]);
    assert_eq!(run.code, 2, "{run}");
    for word in ["ddm_username", "project_id", "--var"] {
        assert!(run.stderr.contains(word), "{word}: {run}");
    }
}

#[test]
fn wrong_arguments_are_misuse() {
    for arguments in [
        &["run", "--jobs", "0"][..],
        &["run", "--target", "ftp://x", "--env", "mock"],
        &["run", "--env", "nowhere"],
        &["run", "--select", "colour:red"],
        &["run", "no/such/file.yaml"],
        &["run", "--var", "nonsense"],
        &["run", "--var", "tokn=x"],
        &["run", "--var", "product_id=abc"],
        &["run", "--var", "instance_id="],
        &["run", "--var", "token=two\nlines"],
        &["run", "--select", "modify-produkt/**"],
        &["run", "--select", "not side:refuse"],
        &["run", "--select", "(a | b)"],
        &["run", "--target", "127.0.0.1:80", "--env", "mock"],
        &["test", "--select", "nosuch/**"],
        &["replay", "zzzz"],
    ] {
        let run = ran(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run}");
        assert!(run.stderr.contains("error"), "{arguments:?}: {run}");
    }
}

#[test]
fn an_unreachable_target_is_inconclusive() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &["--target", "http://127.0.0.1:1", "--env", "mock"]);
    assert_eq!(run.code, 3, "{run}");
    assert!(run.stdout.contains("127.0.0.1:1") || run.stderr.contains("127.0.0.1:1"), "{run}");
    assert_eq!(report(folder.path())["totals"]["cases"], 0);
}

#[test]
fn a_target_that_refuses_the_credential_is_inconclusive() {
    let body = r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information","request_id":"1"}"#;
    let answer = format!(
        "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let address = server(Box::leak(answer.into_boxed_str()));
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &["--target", &format!("http://{address}"), "--env", "mock"]);
    assert_eq!(run.code, 3, "{run}");
    assert!(run.stdout.contains("token"), "{run}");
    assert_eq!(broken(&report(folder.path())), Vec::<String>::new());
}

#[test]
fn nothing_tested_is_never_green() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &["--select", "side:observe & generator:methods"]);
    assert_eq!(run.code, 3, "{run}");
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &["--max-cases", "5"]);
    assert_eq!(run.code, 3, "{run}");
}

#[test]
fn a_wrong_address_is_not_green_because_it_refuses_everything() {
    let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let address = server(answer);
    let folder = tempfile::tempdir().unwrap();
    let only = ["--select", "side:refuse & generator:methods"];
    let target = format!("http://0.0.0.0:{}", address.port());
    let run = run_into(folder.path(), &["contracts/ddm-accounts.yaml", "--target", &target, "--env", "mock"]);
    assert_eq!(run.code, 3, "{run}");
    // Unless refusals are all that was asked for.
    let folder = tempfile::tempdir().unwrap();
    let target = format!("http://{address}");
    let run = run_into(
        folder.path(),
        &["contracts/ddm-accounts.yaml", "--target", &target, "--env", "mock", only[0], only[1]],
    );
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn a_target_that_knows_nothing_is_told_apart_from_a_broken_one() {
    let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let address = server(answer);
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &["--target", &format!("http://{address}/base"), "--env", "mock"]);
    assert_eq!(run.code, 1, "{run}");
    let says = report(folder.path())["troubles"].to_string();
    assert!(says.contains("base path") && says.contains("product_id"), "{says}");
}

#[test]
fn without_leave_nothing_is_written_to_another_machine() {
    // 0.0.0.0 is not a loopback address, but reaches this machine.
    let mut mock = support::Served::mock();
    let target = format!("http://0.0.0.0:{}", mock.port());
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &["--target", &target, "--env", "mock"]);
    assert_eq!(run.code, 0, "{run}");
    let log = fs::read_to_string(folder.path().join("latest/run.ndjson")).unwrap();
    for method in ["\"line\":\"PUT ", "\"line\":\"POST ", "\"line\":\"DELETE ", "\"line\":\"PATCH "] {
        assert!(!log.contains(method), "{method} was sent");
    }
    assert!(log.contains("\"line\":\"GET "));
    assert!(log.contains("writes are not allowed"));
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &["--target", &target, "--env", "mock", "--allow-writes"]);
    assert_eq!(run.code, 0, "{run}");
    let log = fs::read_to_string(folder.path().join("latest/run.ndjson")).unwrap();
    assert!(log.contains("\"line\":\"PUT "));
    mock.stop();
}

#[test]
fn no_secret_is_in_any_output() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &[]);
    assert_eq!(run.code, 0, "{run}");
    for name in ["report.html", "report.json", "junit.xml", "run.ndjson"] {
        let text = fs::read_to_string(folder.path().join("latest").join(name)).unwrap();
        assert!(!text.contains("mock-user-token-7f3a9c"), "{name}");
        assert!(!text.contains("Counter-Sign-2024"), "{name}");
    }
    assert!(!run.stdout.contains("mock-user-token"));
}

#[test]
fn rebuilt_reports_equal_the_live_ones() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run_into(folder.path(), &[]).code, 0);
    let latest = folder.path().join("latest");
    let names = ["report.html", "report.json", "junit.xml"];
    let before = names.map(|name| fs::read_to_string(latest.join(name)).unwrap());
    let rebuilt = finish(&countersign().args(["report", "rebuild"]).arg(&latest).output().unwrap());
    assert_eq!(rebuilt.code, 0, "{rebuilt}");
    for (name, before) in names.into_iter().zip(before) {
        assert_eq!(fs::read_to_string(latest.join(name)).unwrap(), before, "{name}");
    }
}

#[test]
fn a_case_is_replayed_by_its_id() {
    let plan = ran(&["plan", "--json", "--select", "reset-*/request/body/user_name/maxLength"]);
    let line = plan.stdout.lines().next().unwrap();
    let case: serde_json::Value = serde_json::from_str(line).unwrap();
    let replay = ran(&["replay", case["case"].as_str().unwrap()]);
    assert_eq!(replay.code, 0, "{replay}");
    assert!(replay.stdout.contains("curl") && replay.stdout.contains("kept"), "{replay}");
    assert!(!replay.stdout.contains("mock-user-token"), "{replay}");
}

#[test]
fn both_front_doors_list_and_judge_the_same_cases() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &[]);
    assert_eq!(run.code, 0, "{run}");
    let cases = report(folder.path())["totals"]["cases"].as_u64().unwrap();
    let tests = ran(&["test", "--", "--format", "terse"]);
    assert_eq!(tests.code, 0, "{tests}");
    assert!(tests.stdout.contains(&format!("{cases} passed")), "{cases} cases: {tests}");
    let list = ran(&["test", "--", "--list"]);
    let listed = list.stdout.lines().filter(|line| line.ends_with(": test")).count() as u64;
    assert!(listed >= cases, "{listed} listed, {cases} played");
}

#[test]
fn both_front_doors_find_the_same_breaches() {
    // The mock of one contract as the target of a stricter one: the doors must agree on what is broken.
    let (_folder, stricter) = file(
        "stricter.yaml",
        &fs::read_to_string("contracts/roma-link-products.yaml")
            .unwrap()
            .replace("amends: ", concat!("amends: ", env!("CARGO_MANIFEST_DIR"), "/contracts/"))
            .replace(
                "          device_type: { examples: [Default] }\n",
                "          device_type: { examples: [Default] }\n          description: { maxLength: 150, convention: stricter }\n",
            ),
    );
    let mut mock = support::Served::mock();
    let target = format!("http://127.0.0.1:{}", mock.port());
    let folder = tempfile::tempdir().unwrap();
    let common = [stricter.to_str().unwrap(), "--target", &target, "--env", "mock"];
    let drop_ddm = file(
        "env.yaml",
        "variables:\n  token: mock-user-token-7f3a9c\n  project_id: 0f1e2d3c4b5a69788796a5b4c3d2e1f0\n  instance_id: 3a7c1e52-9b4d-4f60-8e21-6d5c4b3a2f10\n  product_id: \"120671\"\n",
    );
    let env = drop_ddm.1.to_str().unwrap().to_owned();
    let common = [common[0], common[1], common[2], common[3], env.as_str()];
    let run = run_into(folder.path(), &common);
    assert_eq!(run.code, 1, "{run}");
    let report = report(folder.path());
    assert_eq!(broken(&report), ["modify-product/request/body/description/maxLength"], "{run}");
    let mut arguments = vec!["test"];
    arguments.extend(common);
    arguments.extend(["--", "--format", "terse"]);
    let tests = ran(&arguments);
    assert_eq!(tests.code, 101, "{tests}");
    let failed = report["totals"]["cases_broken"].as_u64().unwrap();
    assert!(tests.stdout.contains(&format!("{failed} failed")), "{failed} broken: {tests}");
    mock.stop();
}

#[test]
fn ctrl_c_and_a_request_to_end_still_write_a_report() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        interrupted(signal);
    }
}

fn interrupted(signal: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = countersign();
    command.args(["run", "--rate", "20", "--report"]).arg(folder.path());
    let mut child =
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
    // On a busy machine it may take a while until the first case has come to the log.
    let begun = || {
        let mut runs = fs::read_dir(folder.path()).unwrap();
        runs.any(|run| {
            let log = fs::read_to_string(run.unwrap().path().join("run.ndjson"));
            log.is_ok_and(|log| log.contains("case-finished"))
        })
    };
    for _ in 0..200 {
        if begun() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let interrupted = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
    if !interrupted.is_ok_and(|status| status.success()) {
        child.kill().unwrap();
        child.wait().unwrap();
        println!("skipped: there is no `kill` here");
        return;
    }
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let report = report(folder.path());
    assert!(report["exit"]["because"].as_str().unwrap().contains("interrupted"), "{:#}", report["exit"]);
    assert!(report["totals"]["cases"].as_u64().unwrap() > 0);
}

#[test]
fn a_closed_pipe_is_a_quiet_exit() {
    for arguments in [&["plan"][..], &["lint"], &["test", "--", "--list"]] {
        closed_pipe(arguments);
    }
}

fn closed_pipe(arguments: &[&str]) {
    let mut child = countersign()
        .args(arguments)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = finish(&child.wait_with_output().unwrap());
    assert_eq!(ended.code, 0, "{ended}");
    assert!(!ended.stderr.contains("panicked"), "{ended}");
}

#[test]
fn a_late_answer_is_still_judged() {
    let text = "countersign: 1\ntitle: T\ndefaults: { within: 100ms }\noperations:\n  get:\n    request: GET /x\n    responses: { 200: { schema: { type: object, required: [name] } } }\n";
    let (_folder, contract) = file("slow.yaml", text);
    let (port, _) = support::deployed(|_| {
        std::thread::sleep(std::time::Duration::from_millis(300));
        (200, "{}")
    });
    let folder = tempfile::tempdir().unwrap();
    let target = format!("http://127.0.0.1:{port}");
    let run = run_into(folder.path(), &[contract.to_str().unwrap(), "--target", &target]);
    assert_eq!(run.code, 1, "{run}");
    let report = report(folder.path());
    let checks: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["finding"]["check"].as_str().unwrap())
        .collect();
    assert_eq!(checks, ["too-slow", "body-breaks-schema"], "{run}");
}

#[test]
fn the_printed_replay_command_sends_the_case_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("contracts")).unwrap();
    // A name that a shell would take apart, beside another contract that the run left out.
    let text = "countersign: 1\ntitle: T\nvariables: { id: {}, token: { secret: true } }\nsecurity: { t: { in: header, name: X-Token, value: \"{{token}}\" } }\noperations:\n  get:\n    request: GET /x/{id}\n    parameters: { id: { in: path, schema: { type: string }, value: \"{{id}}\" } }\n    responses: { 200: {} }\n";
    fs::write(folder.path().join("contracts/the thing.yaml"), text).unwrap();
    fs::write(
        folder.path().join("contracts/other.yaml"),
        text.replace("{ id:", "{ more: {}, id:").replace("get:", "other:"),
    )
    .unwrap();
    let (port, _) = support::deployed(|_| (500, "{}"));
    let target = format!("http://127.0.0.1:{port}");
    let run = countersign()
        .current_dir(folder.path())
        .args([
            "run",
            "contracts/the thing.yaml",
            "--target",
            &target,
            "--var",
            "id=a b",
            "--var",
            "token=s3cret-value",
        ])
        .output()
        .unwrap();
    let run = finish(&run);
    assert_eq!(run.code, 1, "{run}");
    let command =
        run.stdout.lines().map(str::trim).find(|line| line.starts_with("countersign replay ")).unwrap();
    assert!(
        command.ends_with(&format!(
            "'contracts/the thing.yaml' --target {target} --var 'id=a b' --var 'token=…'"
        )),
        "{command}"
    );
    let words =
        command.replace("countersign", env!("CARGO_BIN_EXE_countersign")).replace('…', "s3cret-value");
    let again = std::process::Command::new("sh").current_dir(folder.path()).args(["-c", &words]).output();
    let Ok(again) = again else { return println!("skipped: there is no shell here") };
    let again = finish(&again);
    assert_eq!(again.code, 1, "{again}");
    assert!(again.stdout.contains("answered 500"), "{again}");
}

#[test]
fn an_environment_is_found_beside_the_contracts_and_a_slip_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let contract = folder.path().join("t.yaml");
    let text = "countersign: 1\ntitle: T\noperations:\n  get: { request: GET /x, responses: { 200: {} } }\n";
    fs::write(&contract, text).unwrap();
    fs::create_dir(folder.path().join("environments")).unwrap();
    fs::write(folder.path().join("environments/staging.json"), r#"{"target": "http://127.0.0.1:1"}"#)
        .unwrap();
    let contract = contract.to_str().unwrap();
    let found = run_into(folder.path(), &[contract, "--env", "staging"]);
    assert_eq!(found.code, 3, "the target of the environment is asked: {found}");
    let slip = run_into(folder.path(), &[contract, "--env", "stagin"]);
    assert_eq!(slip.code, 2, "{slip}");
    assert!(slip.stderr.contains("did you mean `staging`?"), "{slip}");
}
