//! Cross-origin requests: what a browser asks before it lets a page of another origin see an answer (the Fetch standard,
//! "CORS protocol").

use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
};
use hyper::{Method, Response, StatusCode};

use super::reply::Reply;

/// The answer to a preflight request; None where it is none.
pub(super) fn preflight(method: &Method, headers: &HeaderMap) -> Option<Response<Reply>> {
    let asked = headers.get(ACCESS_CONTROL_REQUEST_METHOD).filter(|_| method == Method::OPTIONS)?;
    headers.get(ORIGIN)?;
    let mut response = Response::new(Reply::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let given = response.headers_mut();
    given.insert(ACCESS_CONTROL_ALLOW_METHODS, asked.clone());
    if let Some(names) = headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        given.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    Some(response)
}

/// Lets the page of the request's origin see the answer, with all its header fields.
pub(super) fn allow(origin: Option<&HeaderValue>, response: &mut Response<Reply>) {
    let Some(origin) = origin else { return };
    let headers = response.headers_mut();
    // `*` stands for nothing where the request has credentials, so the fields are named.
    let names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
    let shown = HeaderValue::try_from(names.join(", "));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Ok(shown) = shown {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, shown);
    }
}
