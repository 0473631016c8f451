//! The client against servers that end connections in their own ways.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use countersign::model::{Lost, Request};
use countersign::send::{Client, ClientSettings};

/// A server that answers one request on each connection and then closes it without having said so.
fn closes_silently(after: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            std::thread::spawn(move || {
                let mut seen = [0; 4096];
                let _ = stream.read(&mut seen);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
                std::thread::sleep(after);
            });
        }
    });
    address
}

fn client(address: SocketAddr, retries: u32) -> Client {
    let settings = ClientSettings {
        target: format!("http://{address}"),
        rate: None,
        retries,
        body_limit: 1 << 20,
        certificates: Vec::new(),
    };
    Client::new(&settings).unwrap()
}

fn request(method: &str) -> Request {
    Request { method: method.into(), path: "/a".into(), ..Request::default() }
}

#[test]
fn connections_that_a_server_closes_while_idle_lose_no_answer() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for after in [0, 1, 5] {
            let client = Arc::new(client(closes_silently(Duration::from_millis(after)), 2));
            for method in ["GET", "PUT", "POST"] {
                let tasks: Vec<_> = (0..16)
                    .map(|_| {
                        let client = Arc::clone(&client);
                        tokio::spawn(async move {
                            for _ in 0..20 {
                                let exchange = client.send(request(method), Duration::from_secs(5)).await;
                                assert!(exchange.reply.is_ok(), "{method} {after}: {:?}", exchange.reply);
                            }
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
            }
        }
    });
}

#[test]
fn a_path_that_a_url_would_change_is_not_sent() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let settings = ClientSettings {
        target: format!("http://{address}/base"),
        rate: None,
        retries: 0,
        body_limit: 1 << 20,
        certificates: Vec::new(),
    };
    let client = Client::new(&settings).unwrap();
    let send = |path: &str| {
        let request = Request { method: "DELETE".into(), path: path.into(), ..Request::default() };
        runtime.block_on(client.send(request, Duration::from_millis(100))).reply.unwrap_err()
    };
    for path in ["/a/..", "/a/../b", "/a/./b", "/a/%2e%2E/b", "/..", "/a\\b", "/a?b", "/a#b"] {
        assert!(matches!(send(path), Lost::NotSent(_)), "{path}: {:?}", send(path));
    }
    for path in ["/a/...", "/a/%2F..%2Fb", "/a//b", "/", "/中/ü|^`", "/a%20b/%E4%B8%AD"] {
        assert!(matches!(send(path), Lost::TimeOut(_)), "{path}: {:?}", send(path));
    }
}

#[test]
fn a_silence_where_nobody_listens_any_more_is_no_time_out() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let held = std::thread::spawn(move || {
        let held = listener.accept().unwrap();
        drop(listener);
        std::thread::sleep(Duration::from_millis(800));
        drop(held);
    });
    let exchange = runtime.block_on(client(address, 0).send(request("POST"), Duration::from_millis(300)));
    let lost = exchange.reply.unwrap_err();
    assert!(matches!(lost, Lost::Connect(_)), "{lost:?}");
    held.join().unwrap();
}

#[test]
fn what_is_lost_is_sorted() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let answers = |bytes: &'static [u8]| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let mut seen = [0; 4096];
                let _ = stream.read(&mut seen);
                let _ = stream.write_all(bytes);
            }
        });
        address
    };
    let lost = |address: SocketAddr| {
        let exchange = runtime.block_on(client(address, 0).send(request("GET"), Duration::from_millis(500)));
        exchange.reply.unwrap_err()
    };
    assert!(matches!(lost(nobody), Lost::Connect(_)), "{:?}", lost(nobody));
    for (bytes, closed) in [
        (&b""[..], true),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc", true),
        (b"this is not HTTP at all\r\n\r\n", false),
    ] {
        let found = lost(answers(bytes));
        assert_eq!(matches!(found, Lost::Closed(_)), closed, "{found:?}");
        assert_eq!(matches!(found, Lost::Malformed(_)), !closed, "{found:?}");
    }
}
