//! `countersign mock` as a process: what it tells, how it stops.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign::conform::Judge;
use serde_json::Value;
use support::{countersign, ran};

const QUERY: &str = "/v2/0f1e2d3c4b5a69788796a5b4c3d2e1f0/link/instances/3a7c1e52-9b4d-4f60-8e21-6d5c4b3a2f10/products/120671/authentication";
const TOKEN: &str = "mock-user-token-7f3a9c";

/// The mock with these arguments, its port, and what comes on standard error after its first lines.
fn start(arguments: &[&str]) -> (Child, u16, BufReader<std::process::ChildStderr>) {
    let mut child = countersign()
        .args(["mock", "contracts/roma-link-products.yaml", "--listen", "127.0.0.1:0"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut port = None;
    for _ in 0..4 {
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        port = port.or_else(|| line.trim().rsplit(':').next().and_then(|port| port.parse().ok()));
    }
    (child, port.unwrap(), said)
}

fn send(port: u16, method: &str, path: &str, token: &str, body: &str) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nHost: m\r\nConnection: close\r\nX-Auth-Token: {token}\r\n");
    stream.write_all(format!("{head}Content-Length: {length}\r\n\r\n{body}").as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text[9..12].parse().unwrap()
}

fn signal(child: &Child, name: &str) {
    assert!(
        Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status().unwrap().success()
    );
}

#[test]
fn near_misses_are_told_to_the_person_and_every_request_to_the_program() {
    let (mut child, port, mut said) = start(&["--json"]);
    let secret = "Sekret-123";
    let password = format!(r#"{{"password":"{secret}"}}"#);
    let wrong = QUERY.replace("authentication", "authentikation");
    for (method, path, token, body, status) in [
        ("GET", QUERY, TOKEN, "", 200),
        ("PUT", QUERY, TOKEN, &*password, 400),
        ("GET", &*wrong, TOKEN, "", 404),
        ("GET", QUERY, "somebody-else", "", 401),
        ("DELETE", QUERY, TOKEN, "", 405),
        ("PUT", QUERY, TOKEN, r#"{"passwort":"Sekret-123","password":"Abcdef-12345678901"}"#, 200),
        ("GET", &*format!("{QUERY}?verbose=Sekret-123"), TOKEN, "", 200),
        ("PUT", QUERY.trim_end_matches("/authentication"), TOKEN, "{}", 400),
    ] {
        assert_eq!(send(port, method, path, token, body), status, "{method} {path}");
    }
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let (mut lines, mut events) = (String::new(), String::new());
    said.read_to_string(&mut lines).unwrap();
    child.stdout.take().unwrap().read_to_string(&mut events).unwrap();
    for text in [&lines, &events] {
        for value in [secret, "somebody-else", TOKEN, "authentikation", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"] {
            assert!(!text.contains(value), "{value}: {text}");
        }
        for word in [
            "reset-product-authentication/request/body/password/minLength",
            "at least 16 characters",
            "no operation has this path; the nearest is GET /v2/{project_id}/link/",
            "query-product-authentication/request/credential/X-Auth-Token",
            "the path is documented with GET, PUT only",
            "the member `passwort` is not documented",
            "the query parameter `verbose` is not documented",
            "modify-product/request/body/name/required",
            "has no `name`",
        ] {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
    assert_eq!(lines.lines().filter(|line| line.contains("/request/")).count(), 4, "{lines}");

    let schema = std::fs::read_to_string("docs/mock-event.schema.json").unwrap();
    let judge = Judge::new(serde_json::from_str::<serde_json::Value>(&schema).unwrap()).unwrap();
    let events: Vec<Value> = events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let breaches: Vec<_> = events.iter().flat_map(|event| judge.breaches(event)).collect();
    assert!(breaches.is_empty(), "{breaches:?}");
    let statuses: Vec<_> = events.iter().map(|event| event["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 400, 404, 401, 405, 200, 200, 400]);
    assert_eq!(events[0]["operation"], "query-product-authentication");
    assert_eq!((&events[2]["operation"], &events[2]["path"]), (&Value::Null, &Value::Null));
}

#[test]
fn connections_without_a_request_are_told_too() {
    let told = |arguments: &[&str], sent: &[u8]| {
        let (mut child, port, mut said) = start(arguments);
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(sent).unwrap();
        // A server that closes with bytes unread may reset the connection.
        let _ = stream.read_to_end(&mut Vec::new());
        signal(&child, "TERM");
        assert_eq!(child.wait().unwrap().code(), Some(0));
        let mut lines = String::new();
        said.read_to_string(&mut lines).unwrap();
        assert!(!lines.contains("Sekret"), "{lines}");
        lines
    };
    let lines = told(&[], b"Sekret\r\n\r\n");
    assert!(lines.contains("a request can't be read"), "{lines}");
    let lines = told(&["--tls"], b"GET /Sekret HTTP/1.1\r\n\r\n");
    assert!(lines.contains("plain HTTP was sent to this port, which speaks HTTPS"), "{lines}");
    let lines = told(&["--tls"], b"\x16\x03Sekret, which is no handshake");
    assert!(lines.contains("a TLS handshake failed"), "{lines}");
}

#[test]
fn plain_http_on_a_port_with_tls_is_told_what_to_do() {
    let (mut child, port, _said) = start(&["--tls"]);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: m\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    signal(&child, "TERM");
    child.wait().unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 400 ") && body.contains("https://"), "{answer}");
    assert!(head.contains(&format!("content-length: {}", body.len())), "{answer}");
}

#[test]
fn an_answer_that_never_came_is_not_told_as_one() {
    let (mut child, port, mut said) = start(&["--fault", "connection-reset@query-product-authentication"]);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!("GET {QUERY} HTTP/1.1\r\nHost: m\r\nX-Auth-Token: {TOKEN}\r\n");
    stream.write_all(format!("{head}Prefer: dynamic=Sekret\r\n\r\n").as_bytes()).unwrap();
    let _ = stream.read_to_end(&mut Vec::new());
    signal(&child, "TERM");
    child.wait().unwrap();
    let mut lines = String::new();
    said.read_to_string(&mut lines).unwrap();
    assert!(lines.contains("authentication no answer query-product-authentication: "), "{lines}");
    assert!(lines.contains("faults: connection-reset") && !lines.contains(" 200 "), "{lines}");
    assert!(lines.contains("the preference `dynamic` is neither true nor false"), "{lines}");
    assert!(!lines.contains("Sekret"), "{lines}");
}

#[test]
fn notes_about_what_a_run_does_not_test_are_only_counted() {
    let mut child = countersign()
        .args(["mock", "tests/openapi/pets.yaml", "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut lines = String::new();
    while !lines.contains("listening on") {
        assert!(said.read_line(&mut lines).unwrap() > 0, "it does not listen: {lines}");
    }
    signal(&child, "TERM");
    child.wait().unwrap();
    assert!(!lines.contains("note["), "{lines}");
    assert!(lines.contains("about what a run does not test: `countersign lint` shows them"), "{lines}");
}

#[test]
fn what_was_let_in_without_a_check_is_told() {
    let mut child = countersign()
        .args(["mock", "tests/openapi/pets.yaml", "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("listening on") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "it does not listen");
    }
    let port: u16 = line.trim().rsplit(':').next().unwrap().parse().unwrap();
    for (media_type, body) in [
        ("application/xml", "<pet><name>Sekret</name><photos/></pet>"),
        ("application/xml", "<pet><id>Sekret</id></pet>"),
        ("text/csv", "Sekret"),
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let head = "POST /pets HTTP/1.1\r\nHost: m\r\nConnection: close\r\n";
        let length = body.len();
        let whole = format!("{head}Content-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n{body}");
        stream.write_all(whole.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut lines = String::new();
    said.read_to_string(&mut lines).unwrap();
    for expected in [
        "addPet: the XML was read by the names of its elements",
        "addPet: the XML is well-formed, and was not checked further",
        "addPet: a body of text/csv was not checked",
    ] {
        assert!(lines.contains(expected), "{expected}: {lines}");
    }
    assert!(!lines.contains("Sekret"), "{lines}");
}

#[test]
fn quiet_is_quiet() {
    let (mut child, port, mut said) = start(&["--quiet"]);
    assert_eq!(send(port, "GET", QUERY, "somebody-else", ""), 401);
    signal(&child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut lines = String::new();
    said.read_to_string(&mut lines).unwrap();
    assert!(!lines.contains("401"), "{lines}");
}

#[test]
fn readers_that_go_away_or_stop_reading_do_not_stop_the_server() {
    let (mut child, port, said) = start(&["--json"]);
    drop(child.stdout.take());
    drop(said);
    for _ in 0..20 {
        assert_eq!(send(port, "GET", QUERY, "somebody-else", ""), 401);
    }
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));

    // Far more events than the pipe and the queue hold, and nobody reads them.
    let (mut child, port, _said) = start(&["--json", "--quiet"]);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let count = 6000;
    let one = format!("DELETE {QUERY} HTTP/1.1\r\nHost: m\r\nX-Auth-Token: {TOKEN}\r\n\r\n");
    let writing =
        std::thread::spawn(move || (0..count).for_each(|_| writer.write_all(one.as_bytes()).unwrap()));
    let mut answers = 0;
    let mut lines = BufReader::new(&mut stream).lines();
    while answers < count {
        answers += usize::from(lines.next().unwrap().unwrap().contains("HTTP/1.1 405"));
    }
    writing.join().unwrap();
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0), "a reader that does not read does not hold up the end");
}

#[test]
fn an_address_in_use_is_misuse() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = ran(&["mock", "--listen", &address]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains(&format!("can't listen on {address}")), "{run}");
    assert!(run.stderr.contains("--listen 0"), "{run}");
}

#[test]
fn a_second_signal_stops_at_once() {
    let (mut child, port, mut said) = start(&[]);
    // A request that never ends.
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!("PUT {QUERY} HTTP/1.1\r\nHost: m\r\nContent-Length: 100\r\n\r\n{{");
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    signal(&child, "INT");
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert!(line.contains("stopping"), "{line}");
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "the request is under way");
    signal(&child, "INT");
    let start = std::time::Instant::now();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[test]
fn a_fault_is_at_work_where_it_was_asked_for_and_is_told() {
    let (mut child, port, _said) =
        start(&["--json", "--fault", "wrong-status@query-product-authentication", "--fault-rate", "0.5"]);
    let statuses: Vec<u16> = (0..6).map(|_| send(port, "GET", QUERY, TOKEN, "")).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 3, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 202).count(), 3, "{statuses:?}");
    signal(&child, "TERM");
    child.wait().unwrap();
    let mut events = String::new();
    child.stdout.take().unwrap().read_to_string(&mut events).unwrap();
    assert_eq!(events.matches(r#""faults":["wrong-status"]"#).count(), 3, "{events}");
    assert_eq!(events.matches(r#""faults":[]"#).count(), 3, "{events}");
}

#[test]
fn a_fault_that_cannot_be_had_says_why() {
    for (arguments, says, help) in [
        (&["--fault", "slwo"][..], "there is no fault `slwo`", "did you mean `slow`?"),
        (&["--fault", "slow@nothing"], "`slow` has nothing to break at `nothing`", "it applies at"),
        (
            &["--fault", "out-of-enum@query-product-authentication"],
            "has nothing to break at",
            "it applies at",
        ),
        (
            &["--fault", "null-field@modify-product/nothing"],
            "`null-field` has nothing to break at `modify-product/nothing`",
            "it applies at modify-product/",
        ),
        (&["--fault", "slow", "--fault-rate", "2"], "a share is a number from 0 to 1", ""),
    ] {
        let ran = ran(&[&["mock", "--listen", "127.0.0.1:0"], arguments].concat());
        assert!(ran.code == 2 && ran.stderr.contains(says) && ran.stderr.contains(help), "{ran}");
    }
    let ran = ran(&["run", "--target", "http://127.0.0.1:1", "--env", "mock", "--fault", "slow"]);
    assert!(ran.code == 2 && ran.stderr.contains("--fault is for the built-in mock"), "{ran}");
}

#[test]
fn a_run_against_a_faulty_mock_names_the_broken_promise() {
    let reports = tempfile::tempdir().unwrap();
    let fault = "bytes-for-characters@modify-product/manufacturer_name";
    let run = ["run", "--fault", fault, "--report", reports.path().to_str().unwrap()];
    let ran = ran(&run);
    assert!(
        ran.code == 1 && ran.stdout.contains("modify-product/request/body/manufacturer_name/maxLength"),
        "{ran}"
    );
    let explained = support::ran(&["explain", "bytes-for-characters"]);
    assert!(explained.code == 0 && explained.stdout.contains("64 Chinese characters"), "{explained}");
}

#[test]
fn each_operation_has_its_own_share_of_faults() {
    let arguments = ["--fault", "wrong-status@query-product-authentication", "--fault-rate", "0.5"];
    let (mut child, port, _said) = start(&arguments);
    let other = QUERY.trim_end_matches("/authentication");
    let mut broken = 0;
    // Requests of another operation in between do not take the turns of this one.
    for _ in 0..8 {
        broken += u32::from(send(port, "GET", QUERY, TOKEN, "") != 200);
        send(port, "PUT", other, TOKEN, "{}");
    }
    signal(&child, "TERM");
    child.wait().unwrap();
    assert_eq!(broken, 4);
}
