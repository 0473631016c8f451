//! The deployment on a port.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::mem;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::answer::{Answer, Delivery};
use super::request::Request;
use super::turn::{Change, Deployment};

/// A running deployment; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    /// Starts a deployment of its own, on a thread of its own.
    pub(crate) fn start(listen: SocketAddr, change: Option<Change>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind(listen))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, Deployment::new(change)) => (),
                    _ = stopped => (),
                }
            });
        });
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: TcpListener, deployment: Deployment) {
    let deployment = Arc::new(Mutex::new(deployment));
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let deployment = Arc::clone(&deployment);
        tokio::spawn(async move {
            let service = service_fn(move |request| exchange(Arc::clone(&deployment), request));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            let _ = connection.await;
        });
    }
}

async fn exchange(
    deployment: Arc<Mutex<Deployment>>,
    request: hyper::Request<Incoming>,
) -> Result<Response<Pieces>, io::Error> {
    let (head, body) = request.into_parts();
    let field = |name: &str| {
        let value = head.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let request = Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        token: field("x-auth-token"),
        media_type: field("content-type"),
        body: body.collect().await.map_err(io::Error::other)?.to_bytes().to_vec(),
    };
    let answer = deployment.lock().unwrap_or_else(PoisonError::into_inner).answer(&request);
    match answer.delivery {
        Delivery::AtOnce | Delivery::BrokenOff => (),
        Delivery::After(time) => tokio::time::sleep(time).await,
        Delivery::Never => tokio::time::sleep(Duration::from_secs(600)).await,
        Delivery::Dropped => return Err(io::Error::other("dropped")),
    }
    response(&answer).map_err(io::Error::other)
}

fn response(answer: &Answer) -> Result<Response<Pieces>, hyper::http::Error> {
    let mut response = Response::builder().status(answer.status);
    if answer.layout.old_protocol {
        response = response.version(Version::HTTP_10);
    }
    for (name, value) in &answer.headers {
        response = response.header(*name, value);
    }
    response.body(Pieces::of(answer))
}

/// A body in one piece or in several, or one that breaks off.
struct Pieces {
    rest: VecDeque<Result<Bytes, io::Error>>,
    size: SizeHint,
    flushed: bool,
}

impl Pieces {
    fn of(answer: &Answer) -> Self {
        let body = Bytes::from(answer.body());
        let whole = SizeHint::with_exact(body.len() as u64);
        let half = body.len() / 2;
        if answer.delivery == Delivery::BrokenOff {
            let broken = Err(io::Error::other("broken off"));
            return Self {
                rest: VecDeque::from([Ok(body.slice(..half)), broken]),
                size: whole,
                flushed: false,
            };
        }
        if answer.layout.chunked || answer.layout.old_protocol {
            let halves = [Ok(body.slice(..half)), Ok(body.slice(half..))];
            return Self { rest: VecDeque::from(halves), size: SizeHint::default(), flushed: false };
        }
        Self { rest: VecDeque::from([Ok(body)]), size: whole, flushed: false }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        // What was said before the end is sent first.
        if matches!(self.rest.front(), Some(Err(_))) && !mem::replace(&mut self.flushed, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.rest.pop_front().map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.size
    }
}
