//! What several integration tests need: the binary, a folder for reports, a server that answers one thing.
#![allow(clippy::allow_attributes, reason = "each test uses a part of this module")]
#![allow(dead_code, clippy::unwrap_used, clippy::disallowed_methods)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::Value;

/// The program, in the project's folder, with nothing of the caller's environment that it would listen to.
pub(crate) fn countersign() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("COUNTERSIGN_TARGET")
        .env_remove("COUNTERSIGN_ENV")
        .env_remove("GITHUB_ACTIONS")
        .env_remove("GITHUB_STEP_SUMMARY")
        .env_remove("COUNTERSIGN_SHARD")
        .env_remove("COUNTERSIGN_HISTORY")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100");
    command
}

/// The outcome of a command.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {}\n-- stdout\n{}\n-- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// Runs the program with these arguments.
pub(crate) fn ran(arguments: &[&str]) -> Ran {
    finish(&countersign().args(arguments).output().unwrap())
}

/// `countersign run` with its reports in `folder`.
pub(crate) fn run_into(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = countersign();
    command.arg("run").args(arguments).arg("--report").arg(folder);
    finish(&command.output().unwrap())
}

pub(crate) fn finish(output: &Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The newest report.json in `folder`.
pub(crate) fn report(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("latest/report.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The addresses of the findings of a report, errors only.
pub(crate) fn broken(report: &Value) -> Vec<String> {
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["finding"]["severity"] == "error")
        .map(|finding| finding["address"].as_str().unwrap().to_owned())
        .collect()
}

/// A file with this text in a folder of its own.
pub(crate) fn file(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

/// A server that answers every request the same, for as long as the test process lives.
pub(crate) fn server(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            std::thread::spawn(move || {
                read_request(&mut stream);
                let _ = stream.write_all(answer.as_bytes());
            });
        }
    });
    address
}

/// What a deployment of [`deployed`] was asked, request by request as it came.
pub(crate) type Asked = std::sync::Arc<std::sync::Mutex<Vec<String>>>;

/// A deployment on all interfaces, so that it can be addressed as another machine (`0.0.0.0`), that answers a request
/// with the status and the JSON body that `answer` gives for its first line.
pub(crate) fn deployed(answer: fn(&str) -> (u16, &'static str)) -> (u16, Asked) {
    deployed_whole(move |request| answer(request.lines().next().unwrap_or_default()))
}

/// The same, with an answer that goes by the whole request.
pub(crate) fn deployed_whole(
    answer: impl Fn(&str) -> (u16, &'static str) + Send + Sync + 'static,
) -> (u16, Asked) {
    let answer = Arc::new(answer);
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Asked::default();
    let seen = Asked::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let (seen, answer) = (Asked::clone(&seen), Arc::clone(&answer));
            std::thread::spawn(move || {
                let request = read_request(&mut stream);
                if request.is_empty() {
                    return;
                }
                let (status, body) = answer(&request);
                seen.lock().unwrap().push(request);
                let answer = format!(
                    "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.write_all(answer.as_bytes());
            });
        }
    });
    (port, asked)
}

/// Reads one request, so that closing the connection does not reset it.
fn read_request(stream: &mut impl Read) -> String {
    let mut seen = Vec::new();
    let mut chunk = vec![0; 65536];
    loop {
        let Ok(count) = stream.read(&mut chunk) else { return String::new() };
        if count == 0 {
            return String::new();
        }
        seen.extend_from_slice(&chunk[..count]);
        let Some(end) = seen.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&seen[..end]).to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .and_then(|value| value.trim().parse::<usize>().ok())
            .unwrap_or(0);
        if seen.len() >= end + 4 + length {
            return String::from_utf8_lossy(&seen).into_owned();
        }
    }
}

/// `countersign mock` as a process of its own.
pub(crate) struct Served {
    child: std::process::Child,
    port: u16,
}

impl Served {
    /// Serves both contracts on a free port.
    pub(crate) fn mock() -> Self {
        Self::with(&["--listen", "0.0.0.0:0"])
    }

    /// Serves both contracts with these arguments, of which one says where.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        use std::io::BufRead as _;
        let mut child = countersign()
            .args(["mock", "contracts"])
            .args(arguments)
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = std::io::BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned)).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        let port = address.rsplit(':').next().unwrap().parse().unwrap();
        Self { child, port }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What a report says, without ids, times and what depends on them: equal for equal runs.
pub(crate) fn essence(report: &Value) -> Value {
    let witness = |witness: &Value| {
        let exchanges = witness["exchanges"].as_array().map_or(0, Vec::len);
        serde_json::json!([witness["case"], witness["order"], witness["status"], witness["why"], exchanges])
    };
    let side = |side: &Value| {
        serde_json::json!({
            "counts": [side["kept"], side["broken"], side["inconclusive"]],
            "because": side["because"],
            "witness": witness(&side["witness"]),
        })
    };
    let clause = |clause: &Value| {
        let sides: Vec<Value> = clause["sides"].as_array().unwrap().iter().map(side).collect();
        serde_json::json!([
            clause["address"],
            clause["standing"],
            clause["because"],
            sides,
            clause["findings"]
        ])
    };
    let finding = |finding: &Value| {
        let witnesses: Vec<Value> = finding["witnesses"].as_array().unwrap().iter().map(witness).collect();
        serde_json::json!([
            finding["fingerprint"],
            finding["count"],
            finding["finding"]["summary"],
            finding["answers"],
            finding["repeated"],
            finding["waived"],
            witnesses
        ])
    };
    let each = |name: &str, show: &dyn Fn(&Value) -> Value| {
        report[name].as_array().unwrap().iter().map(show).collect::<Vec<Value>>()
    };
    serde_json::json!({
        "settings": report["settings"],
        "contract": report["contract"],
        "totals": report["totals"],
        "clauses": each("clauses", &clause),
        "findings": each("findings", &finding),
        "waivers": report["waivers"],
        "restored": report["restored"],
        "troubles": report["troubles"],
        "exit": report["exit"],
    })
}

/// The only run's folder in a folder of reports, if there is one.
pub(crate) fn only_run(reports: &Path) -> Option<PathBuf> {
    let mut runs: Vec<PathBuf> = std::fs::read_dir(reports)
        .ok()?
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !path.is_symlink())
        .collect();
    assert!(runs.len() <= 1, "{runs:?}");
    runs.pop()
}

/// A small contract that has a bit of everything that a plan can hold.
pub(crate) const THINGS: &str = r#"countersign: 1
title: Things
variables:
  token: { secret: true, says: a credential, default: some-token-of-the-mock }
security:
  token: { in: header, name: Authorization, value: "Bearer {{token}}", refused: { status: 401 }, convention: usual }
defaults:
  within: 5s
  refused: { status: 400 }
operations:
  make:
    request: POST /things
    convention: usual
    body:
      required: true
      unique: [/name]
      schema:
        type: object
        required: [name]
        properties:
          name: { type: string, minLength: 1, maxLength: 60 }
          size: { type: integer, minimum: 1, maximum: 9 }
    examples:
      small: { body: { name: small, size: 1 }, replace: { name: { generate: small } }, expect: 201 }
    responses:
      201:
        schema:
          type: object
          required: [id, name]
          properties: { id: { type: integer, minimum: 1 }, name: { type: string, maxLength: 60 } }
      400: {}
      401: {}
  get:
    request: GET /things/{id}
    convention: usual
    steady: true
    parameters:
      id: { in: path, schema: { type: integer, minimum: 1, maximum: 9007199254740991 }, unknown: { status: 404 } }
    responses:
      200:
        schema:
          type: object
          required: [id, name]
          properties: { id: { type: integer, minimum: 1 }, name: { type: string, maxLength: 60 } }
      400: {}
      401: {}
      404: {}
  remove:
    request: DELETE /things/{id}
    convention: usual
    parameters:
      id: { in: path, schema: { type: integer, minimum: 1, maximum: 9007199254740991 }, unknown: { status: 404 } }
    responses: { 204: {}, 400: {}, 401: {}, 404: {} }
sequences:
  a-thing-lives:
    convention: usual
    steps:
      - { operation: make, body: { size: 2 }, capture: { id: $.id } }
      - { operation: get, path: { id: "{{captured.id}}" } }
      - { operation: remove, path: { id: "{{captured.id}}" } }
      - { operation: get, path: { id: "{{captured.id}}" }, expect: 404 }
"#;
