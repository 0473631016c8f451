//! The mock on a socket: HTTP/1.1, and HTTP/2 by prior knowledge.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{CONNECTION, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::{Answer, Mock, Received};

/// A larger body is answered 413.
const MOST_BODY: usize = 10 * 1024 * 1024;
/// A larger head is answered 431. A documented maximum of 100,000 characters for one field has to fit, and be exceeded.
const MOST_HEAD: usize = 1024 * 1024;
/// How long a client may take for a head, and for a body.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long requests under way may take at the end.
const GRACE: Duration = Duration::from_secs(5);
/// How long to wait when no connection can be accepted, such as for lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Serves `mock` on `listener` until `stop` is ready; then lets requests under way end.
pub async fn serve(mock: Arc<Mock>, listener: TcpListener, stop: impl Future<Output = ()>) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(MOST_HEAD)
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(MOST_HEAD).unwrap_or(u32::MAX));
    let builder = Arc::new(builder);
    let graceful = GracefulShutdown::new();
    let (stopping, _) = watch::channel(());
    let (closing, _) = watch::channel(());
    let mut stop = std::pin::pin!(stop);
    loop {
        let stream = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match stream {
            Ok((stream, _)) => {
                let connection = connection(
                    Arc::clone(&mock),
                    Arc::clone(&builder),
                    stream,
                    graceful.watcher(),
                    stopping.subscribe(),
                );
                let mut closed = closing.subscribe();
                tokio::spawn(async move {
                    tokio::select! {
                        () = connection => {}
                        _ = closed.changed() => {}
                    }
                });
            }
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }
    drop(listener);
    drop(stopping);
    // What is still open after the grace goes with the channel.
    let _ = timeout(GRACE, graceful.shutdown()).await;
    drop(closing);
}

async fn connection(
    mock: Arc<Mock>,
    builder: Arc<auto::Builder<TokioExecutor>>,
    stream: TcpStream,
    watcher: hyper_util::server::graceful::Watcher,
    mut stopping: watch::Receiver<()>,
) {
    // Before the first byte there is no request to wait for, neither for ever nor at the end.
    let mut first = [0];
    let spoken = tokio::select! {
        spoken = timeout(PATIENCE, stream.peek(&mut first)) => matches!(spoken, Ok(Ok(1))),
        _ = stopping.changed() => false,
    };
    if !spoken {
        return;
    }
    // Small answers must not wait for the client's acknowledgement. A socket that can't do it works all the same.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let mock = Arc::clone(&mock);
        async move { Ok::<_, Infallible>(respond(&mock, request).await) }
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    // A connection that breaks is the client's affair.
    let _ = watcher.watch(connection).await;
}

async fn respond(mock: &Mock, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(status) => return closing(status),
    };
    let received = Received {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect(),
        body,
    };
    let answer = mock.answer(&received);
    if let Some(watcher) = &mock.watcher {
        watcher(&received, &answer);
    }
    response(answer)
}

/// The whole body, or the status that says why there is none.
async fn read(body: Incoming) -> Result<Vec<u8>, StatusCode> {
    if body.is_end_stream() {
        return Ok(Vec::new());
    }
    match timeout(PATIENCE, Limited::new(body, MOST_BODY).collect()).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// An answer after which the rest of the request is of no interest.
fn closing(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

impl Mock {
    /// Serves on `address` (port 0: any free one) from a task of the caller's tokio runtime.
    ///
    /// # Errors
    /// When the address can't be bound.
    pub async fn start(self, address: SocketAddr) -> io::Result<Running> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let mock = Arc::new(self);
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(serve(Arc::clone(&mock), listener, async {
            // Dropping the sender stops the server as well as sending does.
            let _ = stopped.await;
        }));
        Ok(Running { mock, address, stop: Some(stop), task })
    }
}

/// A mock that is being served. Dropping it stops the server without waiting.
#[derive(Debug)]
pub struct Running {
    mock: Arc<Mock>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// What is served.
    #[must_use]
    pub fn mock(&self) -> &Arc<Mock> {
        &self.mock
    }

    /// Stops accepting, lets requests under way end, closes what is idle.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        // A panic of the server's task has been printed by its hook; there is nothing left to stop.
        let _ = (&mut self.task).await;
    }
}
