//! Answers that are ready together go out together.
//!
//! A client may send requests ahead (RFC 9112 section 9.3.2), or several streams over one connection (RFC 9113). Most of an
//! answer's time is then the system's: one write, and one wake of the reader, for each. So what is written is gathered, and goes
//! out as soon as the connection has nothing more to do at the moment: never later than it would have waited anyway.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// So many bytes are gathered at most; more go out at once.
const MOST: usize = 64 * 1024;
/// So much room is kept by a connection that waits.
const KEPT: usize = 16 * 1024;

/// A stream that only its [`Gathering`] writes to.
#[derive(Debug)]
pub(super) struct Gathered<S>(Arc<Mutex<Gather<S>>>);

#[derive(Debug)]
struct Gather<S> {
    stream: S,
    waiting: Vec<u8>,
    /// Whether the stream has bytes that it was given and not flushed: TLS keeps some of its own.
    unflushed: bool,
    /// How many of [`Self::waiting`] are out already.
    out: usize,
}

impl<S: AsyncWrite + Unpin> Gather<S> {
    /// Writes all that waits.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.waiting.is_empty() && !self.unflushed {
            return Poll::Ready(Ok(()));
        }
        self.unflushed = true;
        while self.out < self.waiting.len() {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, &self.waiting[self.out..]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.out += count,
            }
        }
        self.waiting.clear();
        self.waiting.shrink_to(KEPT);
        self.out = 0;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.unflushed = false;
        Poll::Ready(Ok(()))
    }
}

impl<S> Gathered<S> {
    pub(super) fn new(stream: S) -> Self {
        Self(Arc::new(Mutex::new(Gather { stream, waiting: Vec::new(), out: 0, unflushed: false })))
    }

    /// `connection`, which writes to this stream: until it ends and everything is out.
    pub(super) fn served_by<T>(
        self,
        connection: impl Future<Output = T> + Send + 'static,
    ) -> Gathering<S, T> {
        Gathering { connection: Box::pin(connection), stream: self, ended: None }
    }

    /// The same stream, for the connection to use.
    pub(super) fn handle(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    fn lock(&self) -> MutexGuard<'_, Gather<S>> {
        // Nothing panics under the lock and leaves the bytes half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gathered<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.lock().stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gathered<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut gather = self.lock();
        let length: usize = bytes.iter().map(|part| part.len()).sum();
        if gather.waiting.len() + length > MOST {
            ready!(gather.poll_drain(cx))?;
            if length > MOST {
                gather.unflushed = true;
                return Pin::new(&mut gather.stream).poll_write_vectored(cx, bytes);
            }
        }
        for part in bytes {
            gather.waiting.extend_from_slice(part);
        }
        Poll::Ready(Ok(length))
    }

    /// Nothing: what waits goes out when the connection pauses.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut gather = self.lock();
        ready!(gather.poll_drain(cx))?;
        Pin::new(&mut gather.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}

/// A connection, and what it has written.
pub(super) struct Gathering<S, T> {
    connection: Pin<Box<dyn Future<Output = T> + Send>>,
    stream: Gathered<S>,
    ended: Option<T>,
}

impl<S: AsyncWrite + Unpin, T: Unpin> Future for Gathering<S, T> {
    /// None where the stream can't be written to any more.
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.ended.is_none()
            && let Poll::Ready(ended) = self.connection.as_mut().poll(cx)
        {
            self.ended = Some(ended);
        }
        let drained = self.stream.lock().poll_drain(cx);
        match drained {
            Poll::Ready(Ok(())) if self.ended.is_none() => Poll::Pending,
            // What ended keeps its reason, whether or not its last bytes came through.
            Poll::Ready(_) => Poll::Ready(self.ended.take()),
            Poll::Pending => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    /// Like TLS: takes what it is given, and sends it when it is flushed and there is room.
    struct Keeping {
        kept: Vec<u8>,
        sent: Arc<Mutex<Vec<u8>>>,
        /// So many flushes have to wait first.
        full: usize,
    }

    impl AsyncWrite for Keeping {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.kept.extend_from_slice(bytes);
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            if self.full > 0 {
                self.full -= 1;
                return Poll::Pending;
            }
            let kept = std::mem::take(&mut self.kept);
            self.sent.lock().unwrap_or_else(PoisonError::into_inner).extend(kept);
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn what_the_stream_keeps_is_flushed_until_it_is_out() {
        // Gathered, and more than is gathered.
        for length in [100, MOST + 1] {
            let sent = Arc::new(Mutex::new(Vec::new()));
            let stream = Keeping { kept: Vec::new(), sent: Arc::clone(&sent), full: 2 };
            let gathered = Gathered::new(stream);
            let mut cx = Context::from_waker(Waker::noop());
            let written = Pin::new(&mut gathered.handle()).poll_write(&mut cx, &vec![7; length]);
            assert!(matches!(written, Poll::Ready(Ok(count)) if count == length));
            let mut serving = gathered.served_by(std::future::pending::<()>());
            let out = || sent.lock().unwrap_or_else(PoisonError::into_inner).len();
            for expected in [0, 0, length] {
                assert!(Pin::new(&mut serving).poll(&mut cx).is_pending());
                assert_eq!(out(), expected);
            }
        }
    }
}
