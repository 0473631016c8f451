//! The mock on a socket: HTTP/1.1, and HTTP/2 by prior knowledge or over TLS.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::connection::{Shared, connection};
use super::{Mock, Tls};

/// A larger head is answered 431. A documented maximum of 100,000 characters for one field has to fit, and be exceeded.
pub(super) const MOST_HEAD: usize = 1024 * 1024;
/// How long requests under way may take at the end.
const GRACE: Duration = Duration::from_secs(5);
/// How long to wait when no connection can be accepted, such as for lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// What a server allows its clients.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once; further ones wait to be accepted.
    pub connections: usize,
    /// How long a client may take for a handshake, a head or a body, and stall in reading an answer.
    pub patience: Duration,
    /// The largest body, in bytes; a larger one is answered 413.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Below 1,024, the usual limit of open files.
            connections: 1000,
            patience: Duration::from_secs(30),
            body: 10 * 1024 * 1024,
        }
    }
}

/// How a mock is served. [`Default`]: without TLS, with the usual limits.
#[derive(Debug, Clone, Default)]
pub struct Serving {
    /// With TLS, and without anything else on this port.
    pub tls: Option<Tls>,
    /// What clients may do.
    pub limits: Limits,
    /// Pages of other origins may use it from a browser.
    pub cors: bool,
}

/// Serves `mock` on `listener` until `stop` is ready; then lets requests under way end.
pub async fn serve(mock: Arc<Mock>, listener: TcpListener, serving: Serving, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(serving.limits.connections));
    let shared = Arc::new(Shared::new(mock, serving));
    let graceful = GracefulShutdown::new();
    let (stopping, _) = watch::channel(());
    let (closing, _) = watch::channel(());
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, place)) = accepted else {
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let connection = connection(Arc::clone(&shared), stream, graceful.watcher(), stopping.subscribe());
        let mut closed = closing.subscribe();
        tokio::spawn(async move {
            tokio::select! {
                () = connection => {}
                _ = closed.changed() => {}
            }
            drop(place);
        });
    }
    drop(listener);
    drop(stopping);
    // What is still open after the grace goes with the channel.
    let _ = timeout(GRACE, graceful.shutdown()).await;
    drop(closing);
}

/// The next connection, when there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    let (stream, _) = listener.accept().await.ok()?;
    Some((stream, place))
}

impl Mock {
    /// Serves on `address` (port 0: any free one) from a task of the caller's tokio runtime.
    ///
    /// # Errors
    /// When the address can't be bound.
    pub async fn start(self, address: SocketAddr) -> io::Result<Running> {
        self.start_as(address, Serving::default()).await
    }

    /// As [`Mock::start`], served in this way.
    ///
    /// # Errors
    /// When the address can't be bound.
    pub async fn start_as(self, address: SocketAddr, serving: Serving) -> io::Result<Running> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let mock = Arc::new(self);
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(serve(Arc::clone(&mock), listener, serving, async {
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
