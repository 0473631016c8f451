//! The mock against clients that are odd, slow, many or hostile: every one is answered or cut off, and the next one is
//! served.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test measures time, and may panic")]

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use countersign::load;
use countersign::mock::{Limits, Mock, Running, SELF_MADE, Serving, Tls};

const TOKEN: &str = "mock-user-token-7f3a9c";
const PRODUCTS: &str =
    "/v2/0f1e2d3c4b5a69788796a5b4c3d2e1f0/link/instances/3a7c1e52-9b4d-4f60-8e21-6d5c4b3a2f10/products";

/// A mock with these limits, and how many requests it has answered.
fn served(limits: Limits) -> (tokio::runtime::Runtime, Running, Arc<AtomicUsize>) {
    served_as(Serving { limits, ..Serving::default() })
}

fn served_as(serving: Serving) -> (tokio::runtime::Runtime, Running, Arc<AtomicUsize>) {
    let contract = load::load(&[PathBuf::from("contracts")]).contract.unwrap();
    let environment = load::environment(&PathBuf::from("environments/mock.yaml"), &|_| None).unwrap();
    let variables = load::bind(&contract, &environment.variables, &[]).unwrap();
    let answered = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&answered);
    let mock = Mock::new(Arc::new(contract), Arc::new(variables)).unwrap().watched(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let running = runtime.block_on(mock.start_as(([127, 0, 0, 1], 0).into(), serving)).unwrap();
    (runtime, running, answered)
}

fn connect(running: &Running) -> TcpStream {
    let stream = TcpStream::connect(running.addr()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

/// Everything that comes until the server closes; a reset ends it as well.
fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => all.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&all)),
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// What one connection is answered to these bytes, whose last request asks to close.
fn exchange(running: &Running, bytes: &[u8]) -> String {
    let mut stream = connect(running);
    let _ = stream.write_all(bytes);
    rest(&mut stream)
}

fn statuses(text: &str) -> Vec<u16> {
    text.match_indices("HTTP/1.1 ").filter_map(|(at, _)| text[at + 9..at + 12].parse().ok()).collect()
}

fn query(more: &str) -> String {
    format!("GET {PRODUCTS}/120671/authentication HTTP/1.1\r\nHost: m\r\nX-Auth-Token: {TOKEN}\r\n{more}\r\n")
}

#[test]
fn odd_requests_are_answered_and_the_server_goes_on() {
    let (_runtime, running, _) = served(Limits::default());
    let close = "Connection: close\r\n";
    let line = |line: &str, more: &str| format!("{line} HTTP/1.1\r\nHost: m\r\n{close}{more}\r\n");
    let good = format!("X-Auth-Token: {TOKEN}\r\n");
    let at = |id: &str| format!("GET {PRODUCTS}/{id}/authentication");
    let put = format!("PUT {PRODUCTS}/120671/authentication");
    let chunked = format!("{good}Transfer-Encoding: chunked\r\n");
    let name = r#"{"user_name":"counter-sign-6"}"#;
    let table: Vec<(String, &[u16])> = vec![
        (line(&at("120671"), &good), &[200]),
        (line(&format!("GET http://elsewhere.example{PRODUCTS}/120671/authentication"), &good), &[200]),
        (line("OPTIONS *", ""), &[404]),
        (line("CONNECT elsewhere.example:443", ""), &[404, 405]),
        (line("GET /", ""), &[404]),
        (line(&at("%31%32%30671"), &good), &[200]),
        (line(&at("1%2F2"), &good), &[400]),
        (line(&at("%FF%FE"), &good), &[400]),
        (line(&at("%"), &good), &[400]),
        (line(&at("%00"), &good), &[400]),
        (line(&at("../120671"), &good), &[404]),
        (line(&(at("120671") + "?a=%FF&a=b&&=%zz"), &good), &[200]),
        (line(&at("120671"), &format!("{good}{good}")), &[401]),
        (line(&at("120671"), "X-Auth-Token: \u{e9}\u{4e2d}\r\n"), &[401]),
        (line("BREW /pot", ""), &[404]),
        (
            line(&put, &format!("{chunked}Trailer: x\r\n")) + &format!("1e\r\n{name}\r\n0\r\nx: y\r\n\r\n"),
            &[200],
        ),
        (line(&put, &chunked) + "zz\r\n", &[400]),
        (line(&put, &format!("{good}Content-Length: 1\r\nContent-Length: 2\r\n")) + "{}", &[400]),
        (line(&put, &format!("{good}Content-Length: -1\r\n")) + "{}", &[400]),
        (line(&put, &format!("{good}Content-Encoding: gzip\r\nContent-Length: 2\r\n")) + "{}", &[200]),
        ("nonsense\r\n\r\n".to_owned(), &[400]),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), &[400, 505]),
        (format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(70_000)), &[404, 414]),
        (line(&at("120671"), &format!("X-Large: {}\r\n", "a".repeat(2_000_000))), &[431]),
    ];
    for (sent, allowed) in table {
        let text = exchange(&running, sent.as_bytes());
        let first = sent.lines().next().unwrap().chars().take(200).collect::<String>();
        let got = statuses(&text);
        assert!(got.len() == 1 && allowed.contains(&got[0]), "{first}: {got:?}, not {allowed:?}: {text}");
    }
    assert_eq!(statuses(&exchange(&running, query(close).as_bytes())), [200]);
}

#[test]
fn head_has_no_body_and_pipelined_requests_are_answered_in_order() {
    let (_runtime, running, _) = served(Limits::default());
    let head = query("Connection: close\r\n").replace("GET ", "HEAD ");
    let text = exchange(&running, head.as_bytes());
    assert_eq!(statuses(&text), [405]);
    assert!(text.ends_with("\r\n\r\n"), "{text}");
    assert!(text.contains("content-length: ") && !text.contains("content-length: 0"), "{text}");

    let lost = query("").replace("120671", "5");
    let many = format!("{}{lost}{}", query(""), query("Connection: close\r\n"));
    assert_eq!(statuses(&exchange(&running, many.as_bytes())), [200, 404, 200]);
}

#[test]
fn an_answer_does_not_wait_for_the_request_after_it() {
    let (_runtime, running, _) = served(Limits::default());
    let mut stream = connect(&running);
    let (whole, half) = (query(""), query("Connection: close\r\n"));
    let (half, more) = half.split_at(half.len() / 2);
    stream.write_all(format!("{whole}{whole}{half}").as_bytes()).unwrap();
    let mut text = Vec::new();
    let mut some = [0; 4096];
    // Both answers, though the third request has only begun.
    while statuses(&String::from_utf8_lossy(&text)).len() < 2 {
        let count = stream.read(&mut some).unwrap();
        assert!(count > 0, "the connection was closed");
        text.extend(&some[..count]);
    }
    stream.write_all(more.as_bytes()).unwrap();
    text.extend(rest(&mut stream).bytes());
    assert_eq!(statuses(&String::from_utf8_lossy(&text)), [200, 200, 200]);
}

#[test]
fn a_page_of_another_origin_may_use_it_where_that_is_asked_for() {
    let preflight = format!(
        "OPTIONS {PRODUCTS}/120671/authentication HTTP/1.1\r\nHost: m\r\nOrigin: http://app.example\r\n\
         Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: x-auth-token\r\nConnection: close\r\n\r\n"
    );
    let get = query("Origin: http://app.example\r\nConnection: close\r\n");
    let (_runtime, running, _) = served_as(Serving { cors: true, ..Serving::default() });
    let text = exchange(&running, preflight.as_bytes());
    assert_eq!(statuses(&text), [204]);
    for field in [
        "access-control-allow-origin: http://app.example",
        "access-control-allow-methods: PUT",
        "access-control-allow-headers: x-auth-token",
        "vary: origin",
    ] {
        assert!(text.contains(field), "{field}: {text}");
    }
    let text = exchange(&running, get.as_bytes());
    assert_eq!(statuses(&text), [200]);
    assert!(text.contains("access-control-expose-headers: content-type"), "{text}");
    // Without an origin it is no request of a page.
    assert!(!exchange(&running, query("Connection: close\r\n").as_bytes()).contains("access-control"));

    let (_runtime, running, _) = served(Limits::default());
    assert_eq!(statuses(&exchange(&running, preflight.as_bytes())), [405]);
    assert!(!exchange(&running, get.as_bytes()).contains("access-control"));
}

#[test]
fn a_client_that_asks_first_is_told_to_go_on_or_not_to() {
    let (_runtime, running, _) = served(Limits { body: 1000, ..Limits::default() });
    let head = |length: usize| {
        query(&format!("Connection: close\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n"))
            .replace("GET ", "PUT ")
    };
    let mut stream = connect(&running);
    stream.write_all(head(2).as_bytes()).unwrap();
    let mut first = [0; 25];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").unwrap();
    assert_eq!(statuses(&rest(&mut stream)), [200]);

    let mut stream = connect(&running);
    stream.write_all(head(1001).as_bytes()).unwrap();
    assert_eq!(statuses(&rest(&mut stream)), [413]);
}

#[test]
fn a_body_over_the_limit_is_refused_and_the_client_gets_to_read_it() {
    let (_runtime, running, _) = served(Limits { body: 100_000, ..Limits::default() });
    let fits = |length: usize| {
        let head =
            query(&format!("Connection: close\r\nContent-Length: {length}\r\n")).replace("GET ", "PUT ");
        statuses(&exchange(&running, format!("{head}{}", " ".repeat(length)).as_bytes()))
    };
    assert_eq!(fits(100_000), [400]);
    assert_eq!(fits(100_001), [413]);
    assert_eq!(fits(700_000), [413]);
}

#[test]
fn slow_clients_are_cut_off() {
    let patience = Duration::from_millis(400);
    let (_runtime, running, _) = served(Limits { patience, ..Limits::default() });
    let put = query("Content-Length: 100\r\n").replace("GET ", "PUT ");
    for (sent, status) in [
        ("", None),
        ("P", None),
        ("PRI * HTTP/2.0\r\n", None),
        ("GET / HTTP/1.1\r\nHost: m\r\n", None),
        (&*put, Some(408)),
        // An answered request, and then nothing more.
        (&*query(""), Some(200)),
    ] {
        let start = Instant::now();
        let mut stream = connect(&running);
        stream.write_all(sent.as_bytes()).unwrap();
        let text = rest(&mut stream);
        assert_eq!(statuses(&text).first().copied(), status, "{sent:?}: {text}");
        assert!(start.elapsed() < patience * 10, "{sent:?}: {:?}", start.elapsed());
    }
}

#[test]
fn a_client_that_never_reads_is_cut_off() {
    let patience = Duration::from_millis(400);
    let (_runtime, running, answered) = served(Limits { patience, connections: 1, ..Limits::default() });
    let mut stream = connect(&running);
    stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    let many = query("").repeat(200);
    // Until the answers that nobody reads fill every buffer on the way, or the connection is gone.
    let start = Instant::now();
    while stream.write_all(many.as_bytes()).is_ok() && start.elapsed() < Duration::from_secs(60) {}
    // Its place is free again.
    assert_eq!(statuses(&exchange(&running, query("Connection: close\r\n").as_bytes())), [200]);
    assert!(answered.load(Ordering::SeqCst) > 200);
}

#[test]
fn connections_beyond_the_limit_wait_for_a_place() {
    let (runtime, running, _) = served(Limits { connections: 2, ..Limits::default() });
    let (first, second) = (connect(&running), connect(&running));
    let mut third = connect(&running);
    third.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    third.write_all(query("Connection: close\r\n").as_bytes()).unwrap();
    let waits = third.read(&mut [0]).unwrap_err();
    assert!(matches!(waits.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{waits}");
    drop(first);
    third.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    assert_eq!(statuses(&rest(&mut third)), [200]);
    // Nor do those that wait hold up the end.
    let _fourth = (connect(&running), connect(&running));
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(3), running.stop()).await }).unwrap();
    drop(second);
}

#[test]
fn many_connections_are_served_at_once() {
    let (_runtime, running, answered) = served(Limits::default());
    let mut streams: Vec<TcpStream> = (0..200).map(|_| connect(&running)).collect();
    for stream in &mut streams {
        stream.write_all(query("Connection: close\r\n").as_bytes()).unwrap();
    }
    for stream in &mut streams {
        assert_eq!(statuses(&rest(stream)), [200]);
    }
    assert_eq!(answered.load(Ordering::SeqCst), 200);
}

#[test]
fn a_tls_handshake_has_to_come_and_in_time() {
    let patience = Duration::from_millis(400);
    let limits = Limits { patience, connections: 1, ..Limits::default() };
    let (tls, authority) = Tls::self_made([127, 0, 0, 1].into()).unwrap();
    assert!(authority.starts_with(SELF_MADE) && authority.matches("BEGIN").count() == 1, "{authority}");
    let (runtime, running, answered) = served_as(Serving { tls: Some(tls), limits, ..Serving::default() });
    for (sent, expected) in
        [("", &[][..]), ("\x16\x03\x01", &[]), ("GET / HTTP/1.1\r\nHost: m\r\n\r\n", &[400])]
    {
        let start = Instant::now();
        let text = exchange(&running, sent.as_bytes());
        assert_eq!(statuses(&text), expected, "{sent:?}: {text}");
        assert!(start.elapsed() < patience * 10, "{sent:?}: {:?}", start.elapsed());
    }
    assert_eq!(answered.load(Ordering::SeqCst), 0);
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(3), running.stop()).await }).unwrap();
}
