//! Secrets planted wherever one can turn up, and looked for in everything that a run writes or says: every format, the
//! log, both streams, the summary of a job.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

mod support;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use countersign::text::forms;
use support::{countersign, file, finish};

/// Where a secret is planted, and its value: each with characters that every encoding writes in a way of its own.
const PLANTED: [(&str, &str); 20] = [
    ("credential", "hdr/9f\"numbatwombat-39"),
    ("query", "qry+quokkaquoll&3c=5f"),
    ("path", "pth-7%66 potoroopossum/3"),
    ("sent", "bdy\\01\"platypuskoala/45"),
    ("cookie", "ckie-wallabywallaroo"),
    ("plain", "pln-echidnapuggle-56"),
    ("base64", "b64-bettongbilby-cd"),
    ("encoded", "url/bandicoot pademelon+78"),
    ("escaped", "esc\"dunnart\\antechinus/90"),
    ("answered", "rhd-kookaburra-9753"),
    ("location", "loc-cassowaryemu-73"),
    ("text", "err-galahcockatoo-03"),
    ("environment", "env-lorikeetrosella-58"),
    ("process", "prc-budgerigarfinch-45"),
    ("fallback", "dft-goannagecko-8874"),
    ("given", "var-taipanpython-6237"),
    ("base", "bse-currawongmagpie-19"),
    ("reason", "rsn\"bandybandyskink/28"),
    ("ticket", "tkt-thornydevil-4455"),
    ("owner", "own-perentiemonitor-66"),
];

fn secret(place: &str) -> &'static str {
    PLANTED.iter().find(|(name, _)| *name == place).unwrap().1
}

/// Every variable is secret; what the deployment knows of them it says where and how it can.
const CONTRACT: &str = r#"
countersign: 1
title: Secrets everywhere
variables:
  credential: { secret: true }
  query: { secret: true }
  path: { secret: true }
  sent: { secret: true }
  cookie: { secret: true }
  plain: { secret: true }
  base64: { secret: true }
  encoded: { secret: true }
  escaped: { secret: true }
  answered: { secret: true }
  location: { secret: true }
  text: { secret: true }
  environment: { secret: true }
  process: { secret: true }
  fallback: { secret: true, default: "dft-goannagecko-8874" }
  given: { secret: true }
  base: { secret: true }
  reason: { secret: true }
  ticket: { secret: true }
  owner: { secret: true }
defaults: { secrets: { convention: Answers end up in logs. } }
security:
  token: { in: header, name: X-Auth-Token, value: "{{credential}}" }
operations:
  call:
    request: POST /hooks/{hook}
    parameters:
      hook: { in: path, schema: { type: string }, value: "{{path}}" }
      again: { in: query, required: true, schema: { type: string }, value: "{{query}}" }
      extra: { in: query, required: true, schema: { type: string }, value: "{{fallback}}{{environment}}" }
      sid: { in: cookie, required: true, schema: { type: string }, value: "{{cookie}}" }
      X-Process: { in: header, required: true, schema: { type: string }, value: "{{process}}" }
    body:
      required: true
      schema:
        type: object
        required: [note]
        properties: { note: { type: string } }
    cases:
      with-secrets:
        body: { note: "{{sent}} and {{given}}" }
        expect: 200
    responses:
      200:
        schema:
          type: object
          properties:
            code: { type: string, enum: [fine] }
            when: { type: string, maxLength: 3 }
    rules:
      said: { then: body.message == "all is well" }
  broken:
    request: GET /broken
    responses: { 200: {} }
"#;

/// A deployment that tells everything it knows, and one answer that is no HTTP.
fn talkative() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let in_base64 = forms(secret("base64")).into_iter().find(|form| form.starts_with("YjY0")).unwrap();
    let encoded = forms(secret("encoded")).into_iter().find(|form| form.contains("%2F")).unwrap();
    let escaped = serde_json::Value::from(secret("escaped")).to_string();
    let known: String = PLANTED.iter().map(|(name, value)| format!("{name}={value}; ")).collect();
    let body = format!(
        r#"{{"code":"{}","when":"{}","message":{},"basic":"{in_base64}","next":"/x?u={encoded}","raw":{escaped},"all":{}}}"#,
        secret("plain"),
        secret("environment"),
        serde_json::Value::from(format!("failed: {} {}", secret("text"), secret("given"))),
        serde_json::Value::from(known),
    );
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-debug: {}\r\nlocation: /there/{}\r\nset-cookie: sid={}; Path=/\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        secret("answered"),
        secret("location"),
        secret("cookie"),
        body.len(),
    );
    let garbage = format!("HTTP/9.9 {} {}\r\n\r\n", secret("text"), secret("plain"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let (answer, garbage) = (answer.clone(), garbage.clone());
            std::thread::spawn(move || {
                let mut seen = vec![0; 65536];
                let count = stream.read(&mut seen).unwrap_or(0);
                let broken = String::from_utf8_lossy(&seen[..count])
                    .lines()
                    .next()
                    .is_some_and(|line| line.contains("/broken"));
                let _ = stream.write_all(if broken { garbage.as_bytes() } else { answer.as_bytes() });
            });
        }
    });
    port
}

/// Every file below `folder`, with its text.
fn written(folder: &std::path::Path) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned())
        })
        .collect();
    files.sort();
    files
}

/// A run with the planted values; `words` come first.
fn with_values(words: &[&str], contract: &Path, environment: &Path) -> Command {
    let mut command = countersign();
    command.args(words).arg(contract).arg("--env").arg(environment);
    command.args(["--var", &format!("given={}", secret("given"))]).env("PLANTED_PROCESS", secret("process"));
    command
}

/// Two clauses that a run finds broken, each with the signature of its answer.
fn known(contract: &Path, environment: &Path, folder: &Path) -> Vec<(String, String)> {
    let reports = folder.join("known");
    let ran =
        finish(&with_values(&["run"], contract, environment).arg("--report").arg(&reports).output().unwrap());
    assert_eq!(ran.code, 1, "{ran}");
    let report = support::report(&reports);
    let findings = report["findings"].as_array().unwrap().iter();
    let mut known: Vec<(String, String)> = findings
        .map(|finding| {
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            (text(&finding["address"]), text(&finding["answers"][0][0]))
        })
        .collect();
    known.dedup_by(|a, b| a.0 == b.0);
    assert!(known.len() > 1, "{known:?}");
    known
}

/// What the other commands print and write about such a run.
fn told(contract: &Path, environment: &Path, folder: &Path) -> Vec<(String, String)> {
    let mut said = Vec::new();
    let mut hear = |name: &str, mut command: Command| {
        let ran = finish(&command.output().unwrap());
        assert!(ran.code < 2, "{name}: {ran}");
        said.extend([(format!("{name}: stdout"), ran.stdout), (format!("{name}: stderr"), ran.stderr)]);
    };
    for words in [&["plan"][..], &["plan", "--json"]] {
        hear("plan", with_values(words, contract, environment));
    }
    for words in [&["config"][..], &["config", "--json"]] {
        hear("config", with_values(words, contract, environment));
    }
    let case = support::report(&folder.join("known"))["findings"][0]["witnesses"][0]["case"].clone();
    hear("replay", with_values(&["replay", case.as_str().unwrap()], contract, environment));
    let mut test = with_values(&["test"], contract, environment);
    test.args(["--", "--list"]);
    hear("test", test);
    let mut rebuild = countersign();
    rebuild.args(["report", "rebuild", "--format", "all"]).arg(folder.join("third/latest"));
    hear("rebuild", rebuild);
    for shard in ["1/2", "2/2"] {
        let mut part = with_values(&["run", "--shard", shard], contract, environment);
        part.arg("--report").arg(folder.join("parts").join(&shard[..1]));
        let _ = part.output().unwrap();
    }
    let mut merge = countersign();
    merge.args(["report", "merge"]).arg(folder.join("parts")).arg("--out").arg(folder.join("merged"));
    hear("merge", merge);
    let page = folder.join("history.html");
    let mut history = countersign();
    history.args(["history", "--json", "--all-targets"]).arg(folder).arg("--html").arg(&page);
    hear("history", history);
    let kept = folder.join("kept.yaml");
    for finding in support::report(&folder.join("known"))["findings"].as_array().unwrap().iter().take(3) {
        let mut waive = countersign();
        let id = &finding["fingerprint"].as_str().unwrap()[..12];
        waive.args(["waive", id, "--until", "2099-12-31", "--because", "x", "--waivers"]).arg(&kept);
        waive.arg("--report").arg(folder.join("known"));
        hear("waive", waive);
    }
    said.push(("history.html".into(), fs::read_to_string(&page).unwrap()));
    said.push(("waivers.yaml".into(), fs::read_to_string(&kept).unwrap()));
    for reports in ["third/latest", "merged/latest"] {
        said.extend(
            written(&folder.join(reports))
                .into_iter()
                .map(|(name, text)| (format!("{reports}/{name}"), text)),
        );
    }
    said
}

#[test]
fn secrets_planted_everywhere_are_in_none_of_the_outputs() {
    let (_contract, contract) = file("secrets.yaml", CONTRACT);
    let port = talkative();
    let mut environment = format!("target: http://127.0.0.1:{port}/{}\nvariables:\n", secret("base"));
    for (name, value) in PLANTED {
        let value = if name == "process" { "${PLANTED_PROCESS}" } else { value };
        if name != "given" && name != "fallback" {
            environment +=
                &format!("  {name}: {{ value: {}, secret: true }}\n", serde_json::Value::from(value));
        }
    }
    let (_environment, environment) = file("there.yaml", &environment);
    let folder = tempfile::tempdir().unwrap();
    let summary = folder.path().join("summary.md");
    // What is waived, with words that nobody should have written; one waiver has expired, so that it is told about.
    let waivers = folder.path().join("waivers.yaml");
    let known = known(&contract, &environment, folder.path());
    let waiver = |clause: &str, answer: &str, until: &str| {
        let words = ["reason", "ticket", "owner"]
            .map(|name| format!("{name}: {}", serde_json::Value::from(secret(name))));
        format!("  - {{ clause: {clause}, answer: {answer}, until: {until}, {} }}\n", words.join(", "))
    };
    let listed = format!(
        "waivers:\n{}{}",
        waiver(&known[0].0, &known[0].1, "2099-12-31"),
        waiver(&known[1].0, &known[1].1, "2020-12-31")
    );
    fs::write(&waivers, listed).unwrap();
    let mut said = Vec::new();
    for (more, name) in [(&[][..], "reports"), (&["--json"], "again"), (&["--format", "github"], "third")] {
        let mut command = countersign();
        command
            .args(["run", contract.to_str().unwrap(), "--env", environment.to_str().unwrap()])
            .args(["--var", &format!("given={}", secret("given")), "--report"])
            .arg(folder.path().join(name))
            .args(["--format", "all", "--waivers"])
            .arg(&waivers)
            .args(more)
            .env("PLANTED_PROCESS", secret("process"))
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", &summary);
        let ran = finish(&command.output().unwrap());
        assert_eq!(ran.code, 1, "{ran}");
        assert!(!ran.stderr.contains("is a bug"), "{ran}");
        said.extend([(format!("{name}: stdout"), ran.stdout), (format!("{name}: stderr"), ran.stderr)]);
    }
    said.extend(told(&contract, &environment, folder.path()));
    let mut outputs = written(&folder.path().join("reports/latest"));
    assert_eq!(outputs.len(), countersign::report::RENDERERS.len() + 1);
    outputs.extend(written(&folder.path().join("again/latest")));
    outputs.push(("the summary".into(), fs::read_to_string(&summary).unwrap()));
    outputs.extend(said);
    let mut leaks = Vec::new();
    for (name, text) in &outputs {
        for (place, value) in PLANTED {
            // However a format escapes a text, it leaves the letters.
            let letters =
                value.split(|c: char| !c.is_ascii_alphabetic()).max_by_key(|word| word.len()).unwrap();
            for form in forms(value).into_iter().chain([letters.to_owned()]) {
                if let Some(at) = text.find(&form) {
                    let from = text[..at].char_indices().rev().nth(80).map_or(0, |(at, _)| at);
                    leaks.push(format!("{place} in {name}: …{}", &text[from..at + form.len()]));
                    break;
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks\n{}", leaks.len(), leaks.join("\n"));
    // They were there to be found: the marks stand in their places.
    let report = &outputs.iter().find(|(name, _)| name == "report.json").unwrap().1;
    for (place, _) in PLANTED {
        assert!(report.contains(&format!("‹{place}›")), "{place} came nowhere\n{report}");
    }
    let har = &outputs.iter().find(|(name, _)| name == "failing.har").unwrap().1;
    for place in ["credential", "query", "cookie", "answered", "plain", "base64", "encoded", "escaped"] {
        assert!(har.contains(&format!("‹{place}›")), "{place} came nowhere\n{har}");
    }
    assert!(outputs.iter().any(|(name, text)| name == "reports: stdout" && text.contains("::error file=")));
}
