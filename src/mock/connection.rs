//! One connection: which protocol it speaks, and its requests.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Mock;
use super::gather::Gathered;
use super::patient::Patient;
use super::respond::answered;
use super::serve::{Limits, MOST_HEAD, Serving};
use super::tls::HTTP_2;

/// What an HTTP/2 client says first (RFC 9113 section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long to wait for the rest of something that begins like [`PREFACE`].
const REST: Duration = Duration::from_millis(5);

type Builder = auto::Builder<TokioExecutor>;

/// What all connections of a server share.
pub(super) struct Shared {
    pub(super) mock: Arc<Mock>,
    pub(super) serving: Serving,
    http1: Builder,
    http2: Builder,
}

impl Shared {
    pub(super) fn new(mock: Arc<Mock>, serving: Serving) -> Self {
        let patience = serving.limits.patience;
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(patience)
            .max_buf_size(MOST_HEAD)
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(patience)
            .keep_alive_timeout(patience)
            .max_header_list_size(u32::try_from(MOST_HEAD).unwrap_or(u32::MAX));
        // Which one it is, is found out here: hyper's own way to find out has no time-out.
        Self { http1: builder.clone().http1_only(), http2: builder.http2_only(), mock, serving }
    }
}

/// Serves `stream` until its client or the server ends it.
pub(super) async fn connection(
    shared: Arc<Shared>,
    stream: TcpStream,
    watcher: Watcher,
    mut stopping: watch::Receiver<()>,
) {
    let Limits { patience, .. } = shared.serving.limits;
    // Small answers must not wait for the client's acknowledgement. A socket that can't do it works all the same.
    let _ = stream.set_nodelay(true);
    // Before the first byte there is no request to wait for, neither for ever nor at the end.
    let first = first(&shared, stream);
    let (speaks_http2, stream) = tokio::select! {
        ready = timeout(patience, first) => match ready {
            Ok(Some(ready)) => ready,
            _ => return,
        },
        _ = stopping.changed() => return,
    };
    let serving = Arc::clone(&shared);
    let service = service_fn(move |request| {
        let shared = Arc::clone(&serving);
        async move { answered(&shared, request).await }
    });
    let builder = if speaks_http2 { &shared.http2 } else { &shared.http1 };
    let stream = Gathered::new(Patient::new(stream, patience));
    let connection = builder.serve_connection(TokioIo::new(stream.handle()), service).into_owned();
    if let Some(Err(error)) = stream.served_by(watcher.watch(connection)).await
        && let Some(error) = error.downcast_ref::<hyper::Error>()
        && error.is_parse()
    {
        // A connection that breaks in any other way is the client's affair.
        shared.mock.complain(&format!("a request can't be read: {error}"));
    }
}

/// Something that requests come from.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Whether the client speaks HTTP/2, and the stream to speak it on; None when it says nothing that could be served.
async fn first(shared: &Shared, mut stream: TcpStream) -> Option<(bool, Box<dyn Stream>)> {
    let speaks_http2 = match &shared.serving.tls {
        None => prior_knowledge(&stream).await?,
        Some(_) if is_plain(&stream).await? => {
            shared
                .mock
                .complain("plain HTTP was sent to this port, which speaks HTTPS: call it with https://");
            // Who can't be answered with TLS can be told so without it; whoever is gone by then need not be told.
            let mut sent = [0; 4096];
            let _ = stream.read(&mut sent).await;
            let _ = stream.write_all(IN_PLAIN).await;
            return None;
        }
        Some(tls) => {
            let stream = match tls.acceptor.accept(stream).await {
                Ok(stream) => stream,
                // Who only looks whether the port is open has no complaint.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return None,
                Err(error) => {
                    shared.mock.complain(&format!("a TLS handshake failed: {error}"));
                    return None;
                }
            };
            let speaks_http2 = stream.get_ref().1.alpn_protocol() == Some(HTTP_2);
            return Some((speaks_http2, Box::new(stream)));
        }
    };
    Some((speaks_http2, Box::new(stream)))
}

/// What plain HTTP is told on a port with TLS.
const IN_PLAIN: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain\r\n\
    content-length: 49\r\n\r\nthis port speaks HTTPS: call it with https://...\n";

/// Whether the client begins with the letters of a method, which no TLS record begins with (RFC 8446 section 5.1).
async fn is_plain(stream: &TcpStream) -> Option<bool> {
    let mut begins = [0];
    match stream.peek(&mut begins).await {
        Ok(1) => Some(begins[0].is_ascii_uppercase()),
        _ => None,
    }
}

/// Looks at the first bytes without taking them (RFC 9113 section 3.3).
async fn prior_knowledge(stream: &TcpStream) -> Option<bool> {
    let mut seen = [0; PREFACE.len()];
    loop {
        match stream.peek(&mut seen).await {
            Ok(0) | Err(_) => return None,
            Ok(count) if seen[..count] != PREFACE[..count] => return Some(false),
            Ok(count) if count == PREFACE.len() => return Some(true),
            Ok(_) => sleep(REST).await,
        }
    }
}
