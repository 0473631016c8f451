//! What arrives at the other end of a connection.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes files, and clocks")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::corpus::login_path;
use crate::deployment::faults::table;
use crate::deployment::serve::Server;
use crate::deployment::state::TOKEN;
use crate::deployment::turn::Change;
use crate::deployment::variants::variants;

fn fault(name: &str) -> Option<Change> {
    table().iter().find(|fault| fault.name == name).map(|fault| fault.change)
}

fn variant(name: &str) -> Option<Change> {
    variants().iter().find(|variant| variant.name == name).map(|variant| variant.change)
}

/// One query on a connection of its own, read to the end.
fn get(change: Option<Change>, path: &str) -> String {
    let server = Server::start(([127, 0, 0, 1], 0).into(), change).unwrap();
    let mut stream = TcpStream::connect(server.address).unwrap();
    let head =
        format!("GET {path} HTTP/1.1\r\nhost: test\r\nx-auth-token: {TOKEN}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

#[test]
fn conforming() {
    let answer = get(None, &login_path("120671"));
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-type: application/json\r\n"), "{answer}");
    assert!(answer.contains("content-length: 58\r\n"), "{answer}");
    let body = answer.split("\r\n\r\n").nth(1).unwrap();
    assert_eq!(body, r#"{"user_name":"4MjxbCl4q461","password":"h7!Kd93mZq#x2Lw8"}"#);
}

#[test]
fn percent_signs_are_understood() {
    let path = login_path("120671").replace("120671", "12%30671");
    assert!(get(None, &path).starts_with("HTTP/1.1 200 OK\r\n"));
}

#[test]
fn framing() {
    let path = login_path("120671");
    let chunked = get(variant("chunked"), &path);
    assert!(
        chunked.contains("transfer-encoding: chunked\r\n") && chunked.ends_with("\r\n0\r\n\r\n"),
        "{chunked}"
    );
    let old = get(variant("old-protocol"), &path);
    assert!(old.starts_with("HTTP/1.0 200 OK\r\n") && old.ends_with("Lw8\"}"), "{old}");
    assert!(!old.contains("transfer-encoding") && !old.contains("content-length"), "{old}");
}

/// A token as long as the page allows arrives, and is a wrong one all the same.
#[test]
fn long_tokens() {
    let server = Server::start(([127, 0, 0, 1], 0).into(), None).unwrap();
    let mut stream = TcpStream::connect(server.address).unwrap();
    let token = "x".repeat(100_000);
    let path = login_path("120671");
    let head =
        format!("GET {path} HTTP/1.1\r\nhost: test\r\nx-auth-token: {token}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{answer}");
}

#[test]
fn lost_answers() {
    let known = login_path("120671");
    let unknown = login_path("1");
    assert_eq!(get(fault("query-dropped"), &unknown), "");
    let broken = get(fault("query-broken-off"), &known);
    assert!(broken.contains("content-length: 58\r\n") && !broken.contains('}'), "{broken}");
}

#[test]
fn slow_answers() {
    let started = Instant::now();
    assert!(get(variant("delayed"), &login_path("120671")).starts_with("HTTP/1.1 200"));
    assert!(started.elapsed() >= Duration::from_millis(50));
    let path = login_path("120671").replace("/v2/", "/v2/x");
    let path = path.replacen("x397c", "x", 1);
    let started = Instant::now();
    assert!(get(fault("query-slow-error"), &path).starts_with("HTTP/1.1 500"));
    assert!(started.elapsed() >= Duration::from_secs(3));
}
