//! The HTTP client: one request, one answer, no surprises.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;
use reqwest::header::{CONNECTION, CONTENT_LENGTH, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use tokio::sync::Semaphore;

use super::coding;
use super::lost::lost;
use super::pace::Pace;
use crate::model::{Exchange, Lost, Reply, Request};

/// How requests are sent.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// The deployment's base URL, such as `https://romalink.example.com`; a path in it is put before every path.
    pub target: String,
    /// Requests per second; None: as fast as answers come.
    pub rate: Option<f64>,
    /// How often a request that may be repeated is tried again after a transport error.
    pub retries: u32,
    /// The largest body that is read, in bytes.
    pub body_limit: u64,
    /// PEM files with certificates to trust besides the system's.
    pub certificates: Vec<Vec<u8>>,
}

/// A target that nothing can be sent to.
#[derive(Debug, thiserror::Error)]
pub enum BadTarget {
    /// Not a URL, or not one of HTTP.
    #[error("`{0}` is not a base URL: {1}")]
    Url(String, String),
    /// The client could not be built.
    #[error("the HTTP client could not be set up: {0}")]
    Client(String),
}

/// Sends requests to one target. Redirects are not followed, no cookie is kept: an answer is judged as it came. Only a
/// body's content coding is taken off.
#[derive(Debug)]
pub struct Client {
    base: Url,
    /// For methods that may be repeated: connections are kept.
    kept: reqwest::Client,
    /// For methods that may not (RFC 9110 section 9.2.2): a new connection each, so that a connection which the
    /// deployment closes while idle is never mistaken for an answer that did not come.
    fresh: reqwest::Client,
    /// Places for requests that need a connection of their own: a server's queue of new connections may be short, and
    /// what waits there is not the deployment's time.
    few: Semaphore,
    /// Whether the last answer left its connection open.
    keeps_open: AtomicBool,
    pace: Pace,
    retries: u32,
    body_limit: u64,
}

/// How many requests that need a new connection are under way at once.
const FEW: usize = 4;

impl Client {
    /// Sets the client up. Nothing is sent.
    ///
    /// # Errors
    /// When the target is not an `http` or `https` URL, or a certificate can't be read.
    pub fn new(settings: &ClientSettings) -> Result<Self, BadTarget> {
        let bad = |why: &str| BadTarget::Url(settings.target.clone(), why.to_owned());
        if !settings.target.starts_with("http://") && !settings.target.starts_with("https://") {
            return Err(bad("it has to start with http:// or https://"));
        }
        let base =
            Url::parse(settings.target.trim_end_matches('/')).map_err(|error| bad(&error.to_string()))?;
        if base.host_str().is_none_or(str::is_empty) {
            return Err(bad("it has no host"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(bad("a base URL has no `?` and no `#`"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(bad("credentials belong into variables, not into the URL"));
        }
        let build = |idle: usize| {
            let mut builder = reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .no_proxy()
                .tcp_nodelay(true)
                .pool_max_idle_per_host(idle)
                .pool_idle_timeout(Duration::from_secs(4))
                .connect_timeout(Duration::from_secs(5))
                .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")));
            for pem in &settings.certificates {
                let bundle = reqwest::Certificate::from_pem_bundle(pem)
                    .map_err(|error| BadTarget::Client(error.to_string()))?;
                builder = builder.tls_certs_merge(bundle);
            }
            builder.build().map_err(|error| BadTarget::Client(error.to_string()))
        };
        Ok(Self {
            base,
            kept: build(1024)?,
            fresh: build(0)?,
            few: Semaphore::new(FEW),
            keeps_open: AtomicBool::new(false),
            pace: Pace::new(settings.rate),
            retries: settings.retries,
            body_limit: settings.body_limit,
        })
    }

    /// The host and port that requests go to.
    #[must_use]
    pub fn address(&self) -> (String, u16) {
        let host = self.base.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        (host, self.base.port_or_known_default().unwrap_or(80))
    }

    /// Whether the target is this machine: a loopback address (RFC 1122 section 3.2.1.3) or `localhost` (RFC 6761).
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let (host, _) = self.address();
        host == "localhost"
            || host.ends_with(".localhost")
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Tries to open a connection and closes it again: whether anything listens there.
    ///
    /// # Errors
    /// Why no connection could be made.
    pub async fn reach(&self) -> Result<(), Lost> {
        let (host, port) = self.address();
        let connect = tokio::net::TcpStream::connect((host.as_str(), port));
        match tokio::time::timeout(Duration::from_secs(5), connect).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.to_string().contains("lookup") => Err(Lost::Resolve(error.to_string())),
            Ok(Err(error)) => Err(Lost::Connect(error.to_string())),
            Err(_) => Err(Lost::TimeOut(5000)),
        }
    }

    /// Sends `request` and waits for the whole answer, at most `limit`.
    #[expect(clippy::disallowed_methods, reason = "this is where answers are timed")]
    pub async fn send(&self, request: Request, limit: Duration) -> Exchange {
        let repeatable = matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE");
        let mut attempts = 0;
        loop {
            attempts += 1;
            self.pace.wait().await;
            let place = if repeatable && attempts == 1 && self.keeps_open.load(Ordering::Relaxed) {
                None
            } else {
                self.few.acquire().await.ok()
            };
            let start = Instant::now();
            let reply = match tokio::time::timeout(limit, self.attempt(&request, repeatable && attempts == 1))
                .await
            {
                Ok(reply) => reply,
                Err(_) => Err(Lost::TimeOut(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX))),
            };
            let elapsed = start.elapsed();
            drop(place);
            // A connection that was never made has carried nothing, so anything may be sent again.
            let again = match &reply {
                Err(Lost::Connect(_)) => true,
                Err(Lost::Closed(_)) => repeatable,
                _ => false,
            };
            if !again || attempts > self.retries {
                let reply = self.sorted(reply).await;
                return Exchange { request, reply, elapsed, attempts };
            }
            tokio::time::sleep(Duration::from_millis(50 << attempts.min(6))).await;
        }
    }

    /// Where nobody listens any more, a silence tells of the connection and not of the operation.
    async fn sorted(&self, reply: Result<Reply, Lost>) -> Result<Reply, Lost> {
        let Err(silence @ Lost::TimeOut(_)) = &reply else { return reply };
        match self.reach().await {
            Ok(()) => reply,
            Err(why) => Err(Lost::Connect(format!("{silence}, and after that {why}"))),
        }
    }

    async fn attempt(&self, request: &Request, kept: bool) -> Result<Reply, Lost> {
        let not_sent = |why: String| Lost::NotSent(why);
        let method =
            Method::from_bytes(request.method.as_bytes()).map_err(|error| not_sent(error.to_string()))?;
        // A deployment that closes idle connections closes many at once: a second attempt must not meet the next one.
        let client = if kept { &self.kept } else { &self.fresh };
        let mut builder = client.request(method, self.url(request)?);
        for (name, value) in &request.headers {
            let name =
                HeaderName::from_bytes(name.as_bytes()).map_err(|error| not_sent(error.to_string()))?;
            let value = HeaderValue::from_str(value).map_err(|_| {
                not_sent(format!("the value of `{name}` is not one a header field can carry"))
            })?;
            builder = builder.header(name, value);
        }
        builder = match &request.body {
            Some(body) => builder.body(body.bytes()),
            None if matches!(request.method.as_str(), "GET" | "HEAD") => builder,
            // Without it, some servers answer 411 to a method that could have a body (RFC 9110 section 8.6).
            None => builder.header(CONTENT_LENGTH, HeaderValue::from_static("0")),
        };
        let mut response = builder.send().await.map_err(|error| lost(&error))?;
        let status = response.status().as_u16();
        let says_close = response.headers().get(CONNECTION).is_some_and(|value| value.as_bytes() == b"close");
        let keeps_open = response.version() >= reqwest::Version::HTTP_11 && !says_close;
        self.keeps_open.store(keeps_open, Ordering::Relaxed);
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
            if body.len() as u64 + chunk.len() as u64 > self.body_limit {
                return Err(Lost::TooLarge(self.body_limit));
            }
            body.extend_from_slice(&chunk);
        }
        let codings = headers.iter().filter(|(name, _)| name == "content-encoding");
        let codings = codings.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(",");
        let body =
            coding::decoded(&codings, body, self.body_limit).map_err(|_| Lost::TooLarge(self.body_limit))?;
        Ok(Reply { status, headers, body })
    }

    fn url(&self, request: &Request) -> Result<Url, Lost> {
        let mut text = String::with_capacity(128);
        text.push_str(self.base.as_str().trim_end_matches('/'));
        text.push_str(&request.path);
        let mut url = Url::parse(&text).map_err(|error| Lost::NotSent(error.to_string()))?;
        // A URL takes `.` and `..` away (RFC 3986 section 5.2.4), also when they are percent-encoded: that would be a
        // request of something else. Encoding alone changes nothing.
        let asked = format!("{}{}", self.base.path().trim_end_matches('/'), request.path);
        if !percent_decode_str(url.path()).eq(percent_decode_str(&asked)) || url.query().is_some() {
            let why = format!("no URL leads to {}: it would become {}", request.path, url.path());
            return Err(Lost::NotSent(why));
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        Ok(url)
    }
}
