//! One request over the wire: read, decided, answered.

use std::time::{Duration, Instant};

use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HeaderName, HeaderValue, ORIGIN};
use hyper::{Method, Request, Response, StatusCode, Version};
use tokio::time::{sleep, timeout};

use super::connection::Shared;
use super::cors;
use super::reply::{Dropped, Reply};
use super::serve::Limits;
use super::{Answer, Delivery, Mock, Received, Refused, Turn};

/// How many times the limit of a body is read of one that is too large.
const READ_ON: usize = 8;
/// A client that pauses so long in one that is too large may be waiting for its answer.
const PAUSE: Duration = Duration::from_millis(200);

/// Answers one request, as what serves it allows.
pub(super) async fn answered(
    shared: &Shared,
    request: Request<Incoming>,
) -> Result<Response<Reply>, Dropped> {
    let limits = shared.serving.limits;
    if !shared.serving.cors {
        return respond(&shared.mock, limits, request).await;
    }
    let origin = request.headers().get(ORIGIN).cloned();
    let mut response = match cors::preflight(request.method(), request.headers()) {
        Some(response) => response,
        None => respond(&shared.mock, limits, request).await?,
    };
    cors::allow(origin.as_ref(), &mut response);
    Ok(response)
}

/// Decides and answers one request.
async fn respond(
    mock: &Mock,
    limits: Limits,
    request: Request<Incoming>,
) -> Result<Response<Reply>, Dropped> {
    let (parts, body) = request.into_parts();
    let body = read(body, limits, parts.headers.contains_key(EXPECT)).await;
    let mut received = Received {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect(),
        body: Vec::new(),
    };
    let start = mock.watcher.as_ref().map(|_| now());
    let answer = match body {
        Ok(body) => {
            received.body = body;
            mock.answer(&received)
        }
        Err((status, says)) => {
            let operation = mock.operation_of(&received.method, &received.path);
            Answer { operation, ..cut_off(status, says, parts.version) }
        }
    };
    if let (Some(watcher), Some(start)) = (&mock.watcher, start) {
        let elapsed = start.elapsed();
        let notices = mock.notices(&received, &answer);
        watcher(&Turn { received: &received, answer: &answer, elapsed, notices: &notices });
    }
    match answer.delivery {
        Delivery::Whole | Delivery::CutOff => {}
        Delivery::After(late) => sleep(late).await,
        Delivery::Never => std::future::pending().await,
        Delivery::Closed => return Err(Dropped),
    }
    let mut response = response(answer);
    if parts.method == Method::HEAD {
        // The length of the body that there would be, and none (RFC 9110 section 9.3.2): over HTTP/2 hyper would send it.
        let body = std::mem::take(response.body_mut());
        let length = body.size_hint().exact().unwrap_or_default();
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    Ok(response)
}

#[expect(clippy::disallowed_methods, reason = "the shell tells its watcher how long an answer took")]
fn now() -> Instant {
    Instant::now()
}

/// The whole body, or the status and the reason why there is none.
async fn read(body: Incoming, limits: Limits, waits: bool) -> Result<Vec<u8>, (StatusCode, String)> {
    if body.is_end_stream() {
        return Ok(Vec::new());
    }
    let too_large = || {
        let says = format!("the body is larger than {} bytes", limits.body);
        Err((StatusCode::PAYLOAD_TOO_LARGE, says))
    };
    // A client that asks first (RFC 9110 section 10.1.1) need not send what is announced as too large.
    if waits && body.size_hint().lower() > limits.body as u64 {
        return too_large();
    }
    match timeout(limits.patience, collected(body, limits.body)).await {
        Ok(Ok(Some(whole))) => Ok(whole),
        Ok(Ok(None)) => too_large(),
        Ok(Err(_)) => {
            Err((StatusCode::BAD_REQUEST, "the body ended early, or is not framed as HTTP asks".to_owned()))
        }
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, slow(limits.patience))),
    }
}

/// All of it; None when it has more than `most` bytes. Then what still comes is read too, for a while: most clients look
/// for the answer only when they have sent everything, and closing the connection earlier would cost them the answer.
async fn collected(mut body: Incoming, most: usize) -> Result<Option<Vec<u8>>, hyper::Error> {
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(bytes) = frame?.into_data() else { continue };
        if whole.len() + bytes.len() > most {
            drop(whole);
            let mut left = most.saturating_mul(READ_ON);
            while let Ok(Some(Ok(frame))) = timeout(PAUSE, body.frame()).await
                && left > 0
            {
                left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            }
            return Ok(None);
        }
        whole.extend_from_slice(&bytes);
    }
    Ok(Some(whole))
}

fn slow(patience: Duration) -> String {
    format!("the body took longer than {} ms", patience.as_millis())
}

/// An answer after which the rest of the request is of no interest.
fn cut_off(status: StatusCode, says: String, version: Version) -> Answer {
    // HTTP/2 has no such field (RFC 9113 section 8.2.2): there, only the stream ends.
    let close = (CONNECTION.as_str().to_owned(), "close".to_owned());
    Answer {
        status: status.as_u16(),
        headers: Some(close).filter(|_| version < Version::HTTP_2).into_iter().collect(),
        refused: Some(Refused { clause: None, says }),
        ..Answer::default()
    }
}

fn response(answer: Answer) -> Response<Reply> {
    let mut response = Response::new(Reply::new(answer.body, answer.delivery == Delivery::CutOff));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
