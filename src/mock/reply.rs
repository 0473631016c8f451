//! The body of an answer on its way to the wire: whole, or broken off in the middle by a fault.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// A body whose length is announced.
#[derive(Debug, Default)]
pub(super) struct Reply {
    rest: Bytes,
    announced: u64,
    /// How much of it is sent before the connection breaks.
    breaks_after: Option<usize>,
    /// Until when what was sent has time to leave.
    pause: Option<Pin<Box<Sleep>>>,
}

/// Long enough for the first half to be on the wire.
const PAUSE: Duration = Duration::from_millis(50);

impl Reply {
    pub(super) fn new(body: Vec<u8>, cut_off: bool) -> Self {
        let half = cut_off.then_some(body.len() / 2);
        Self { announced: body.len() as u64, rest: Bytes::from(body), breaks_after: half, pause: None }
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Dropped>>> {
        let part = match self.breaks_after {
            // Nothing left to send, and more announced: that is the break.
            Some(0) => {
                let pause = self.pause.get_or_insert_with(|| Box::pin(sleep(PAUSE)));
                return pause.as_mut().poll(context).map(|()| Some(Err(Dropped)));
            }
            Some(some) => {
                self.breaks_after = Some(0);
                self.rest.split_to(some)
            }
            None => std::mem::take(&mut self.rest),
        };
        Poll::Ready((!part.is_empty()).then(|| Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.breaks_after.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}

/// The connection is given up on purpose.
#[derive(Debug)]
pub(super) struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault of the mock dropped the connection")
    }
}

impl std::error::Error for Dropped {}
