//! What went over the wire.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::case::Request;

/// A request and what came back.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// The answer, or why there is none.
    pub reply: Result<Reply, Lost>,
    /// From the first byte sent to the last byte received; of the last attempt.
    pub elapsed: Duration,
    /// 1 unless transport errors were retried.
    pub attempts: u32,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// The status code (RFC 9110 section 15).
    pub status: u16,
    /// Lower-case names, values as text (bytes outside UTF-8 replaced), in order.
    pub headers: Vec<(String, String)>,
    /// The body, without its content codings where these are known.
    pub body: Vec<u8>,
}

impl Reply {
    /// The content coding of the body, where it is one that is not decoded here.
    #[must_use]
    pub fn coding(&self) -> Option<&str> {
        let known = ["", "identity", "gzip", "x-gzip", "deflate", "br"];
        let fields = self.headers.iter().filter(|(name, _)| name == "content-encoding");
        let mut codings = fields.flat_map(|(_, value)| value.split(',')).map(str::trim);
        codings.find(|coding| !known.iter().any(|one| coding.eq_ignore_ascii_case(one)))
    }

    /// The first value of the header field `name` (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "lost", content = "why")]
pub enum Lost {
    /// The host's name has no address.
    Resolve(String),
    /// No connection could be made.
    Connect(String),
    /// The connection could not be secured.
    Tls(String),
    /// No complete answer within the time limit, in milliseconds.
    TimeOut(u64),
    /// The connection was closed or reset before the answer was complete.
    Closed(String),
    /// What came back is not HTTP.
    Malformed(String),
    /// The body is larger than the limit, in bytes.
    TooLarge(u64),
    /// The request could not be built or the run was stopped before an answer came.
    NotSent(String),
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Resolve(why) => write!(f, "the host's name could not be resolved: {why}"),
            Self::Connect(why) => write!(f, "no connection: {why}"),
            Self::Tls(why) => write!(f, "no secure connection: {why}"),
            Self::TimeOut(ms) => write!(f, "no complete answer within {ms} ms"),
            Self::Closed(why) => write!(f, "the connection was closed before the answer was complete: {why}"),
            Self::Malformed(why) => write!(f, "the answer is not HTTP: {why}"),
            Self::TooLarge(limit) => write!(f, "the answer's body is larger than {limit} bytes"),
            Self::NotSent(why) => write!(f, "not sent: {why}"),
        }
    }
}
