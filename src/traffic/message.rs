//! An entry as the request and the answer that it tells of, decoded.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::har::{Came, Entry, Pair, PostData, Sent};
use super::secret::cut;
use crate::mock::Received;
use crate::model::Reply;
use crate::send::decoded;

/// A compressed body is read up to this length, in bytes.
const LONGEST: u64 = 64 << 20;
/// Between the parts of a form that was recorded as its parts.
const BOUNDARY: &str = "countersign-recorded-form";

/// A request and its answer.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// `https://example.com`, in lower case and without a port that goes without saying.
    pub(super) origin: String,
    pub(super) received: Received,
    /// Whether all of the request's body is there.
    pub(super) sent_whole: bool,
    /// None where there was none.
    pub(super) reply: Option<Reply>,
    /// Whether all of the answer's body is there.
    pub(super) came_whole: bool,
    /// Whether the answer's header fields are there.
    pub(super) has_headers: bool,
}

/// None where the address is none of HTTP.
pub(super) fn message(entry: Entry) -> Option<Message> {
    let (origin, path, query) = address(&entry.request.url)?;
    let (received, sent_whole) = received(entry.request, path, query);
    let has_headers = !entry.response.headers.is_empty();
    let status = u16::try_from(entry.response.status).ok().filter(|status| (100..600).contains(status));
    let (reply, came_whole) = match status {
        None => (None, false),
        Some(status) => {
            let (reply, whole) = reply(entry.response, status);
            (Some(reply), whole)
        }
    };
    Some(Message { origin, received, sent_whole, reply, came_whole, has_headers })
}

/// Origin, path and query of an address.
pub(super) fn address(url: &str) -> Option<(String, String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let port = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let host = host.strip_suffix(port).unwrap_or(&host);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = if path.is_empty() { "/" } else { path };
    Some((format!("{scheme}://{host}"), path.to_owned(), query.to_owned()))
}

/// Names in lower case; those of HTTP/2 that begin with a colon are no fields, and neither are those without a name.
fn fields(pairs: Vec<Pair>) -> Vec<(String, String)> {
    let own = pairs.into_iter().filter(|pair| !pair.name.is_empty() && !pair.name.starts_with(':'));
    own.map(|pair| (pair.name.to_ascii_lowercase(), pair.value)).collect()
}

fn received(sent: Sent, path: String, query: String) -> (Received, bool) {
    let mut headers = fields(sent.headers);
    let (body, whole) = body_of(sent.post_data, &mut headers);
    let (body, decoded) = plain(body, &mut headers);
    let headers = headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
    (Received { method: sent.method, path, query, headers, body }, whole && decoded)
}

/// The bytes of a request's body, and whether they are all of it.
fn body_of(data: PostData, headers: &mut Vec<(String, String)>) -> (Vec<u8>, bool) {
    let at = headers.iter().position(|(name, _)| name == "content-type");
    let media_type = at.map_or(data.mime_type.clone(), |at| headers[at].1.clone());
    let of_form = data.text.as_deref().is_none_or(str::is_empty) && !data.params.is_empty();
    let (body, media_type, whole) = if of_form {
        form(&data, media_type)
    } else {
        let (body, whole) = bytes(data.text, &data.encoding);
        (body, media_type, whole)
    };
    if !body.is_empty() && !media_type.is_empty() {
        match at {
            Some(at) => headers[at].1 = media_type,
            None => headers.push(("content-type".to_owned(), media_type)),
        }
    }
    (body, whole)
}

/// A form that was recorded as its parts, written again.
fn form(data: &PostData, media_type: String) -> (Vec<u8>, String, bool) {
    // What a file holds is not recorded.
    let whole = data.params.iter().all(|param| param.file_name.as_deref().is_none_or(str::is_empty));
    let value = |value: &Option<String>| value.clone().unwrap_or_default();
    if media_type.trim_start().to_ascii_lowercase().starts_with("multipart/") {
        let part = |name: &str, value: &str| {
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let parts = data.params.iter().map(|param| part(&param.name, &value(&param.value)));
        let body = parts.collect::<String>() + &format!("--{BOUNDARY}--\r\n");
        return (body.into_bytes(), format!("multipart/form-data; boundary={BOUNDARY}"), whole);
    }
    // Some write the names and values as they were sent, some decoded; what is decoded already has no `%41` to decode.
    let encoded = |text: &str| {
        let plain = text.replace('+', " ");
        let plain = percent_encoding::percent_decode_str(&plain).decode_utf8_lossy().into_owned();
        utf8_percent_encode(&plain, NON_ALPHANUMERIC).to_string()
    };
    let pairs: Vec<String> = data
        .params
        .iter()
        .map(|param| format!("{}={}", encoded(&param.name), encoded(&value(&param.value))))
        .collect();
    let media_type =
        if media_type.is_empty() { "application/x-www-form-urlencoded".to_owned() } else { media_type };
    (pairs.join("&").into_bytes(), media_type, whole)
}

fn reply(came: Came, status: u16) -> (Reply, bool) {
    let mut headers = fields(came.headers);
    let content = came.content;
    if !headers.iter().any(|(name, _)| name == "content-type")
        && !content.mime_type.is_empty()
        && content.mime_type != "x-unknown"
        && content.size != 0
    {
        headers.push(("content-type".to_owned(), content.mime_type));
    }
    let none = matches!(status, 100..=199 | 204 | 205 | 304);
    // Browsers leave out what they did not keep, and say how long it was.
    let left_out = content.text.as_deref().is_none_or(str::is_empty) && content.size != 0 && !none;
    let (body, whole) = bytes(content.text, &content.encoding);
    let (body, decoded) = plain(body, &mut headers);
    (Reply { status, headers, body }, whole && decoded && !left_out)
}

fn bytes(text: Option<String>, encoding: &str) -> (Vec<u8>, bool) {
    let text = text.unwrap_or_default();
    if encoding.eq_ignore_ascii_case("base64") {
        let bare: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        return STANDARD.decode(bare).map_or((Vec::new(), false), |bytes| (bytes, true));
    }
    let whole = !cut(&text);
    (text.into_bytes(), whole)
}

/// The body without its compression, where it was recorded with it; false where it can't be read. Most writers record it
/// without, and leave the field that speaks of it.
fn plain(body: Vec<u8>, headers: &mut Vec<(String, String)>) -> (Vec<u8>, bool) {
    let coding = headers.iter().find(|(name, _)| name == "content-encoding").map(|(_, value)| value.clone());
    let Some(coding) = coding else { return (body, true) };
    headers.retain(|(name, _)| name != "content-encoding" && name != "content-length");
    // Most recorders have taken the coding off; no coded body is UTF-8 by its first bytes.
    if std::str::from_utf8(&body).is_ok() || taken_off(&coding, &body) {
        return (body, true);
    }
    match decoded(&coding, body.clone(), LONGEST) {
        Ok(plain) if plain != body => (plain, true),
        _ => (Vec::new(), false),
    }
}

/// Whether a body can't have the coding that was applied to it last: there was none, or it does not begin as it would.
fn taken_off(codings: &str, body: &[u8]) -> bool {
    let mut codings = codings.rsplit(',').map(|coding| coding.trim().to_ascii_lowercase());
    match codings.find(|coding| !coding.is_empty() && coding != "identity").as_deref() {
        None => true,
        Some("gzip" | "x-gzip") => !body.starts_with(&[0x1f, 0x8b]),
        Some("zstd") => !body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(entry: Value) -> Message {
        message(serde_json::from_value(entry).unwrap()).unwrap()
    }

    #[test]
    fn addresses_are_taken_apart() {
        for (url, origin, path, query) in [
            ("https://A.example:443/b/c?d=e#f", "https://a.example", "/b/c", "d=e"),
            ("http://u:p@a:8080?x", "http://a:8080", "/", "x"),
            ("http://a", "http://a", "/", ""),
        ] {
            let expected = (origin.to_owned(), path.to_owned(), query.to_owned());
            assert_eq!(address(url), Some(expected), "{url}");
        }
        for url in ["data:text/plain,x", "ws://a/b", "chrome-extension://x/y", ""] {
            assert_eq!(address(url), None, "{url}");
        }
    }

    #[test]
    fn bodies_are_decoded_however_they_were_recorded() {
        let packed = "H4sIAAAAAAACA6tWSlSyMqwFAK+sG1YHAAAA";
        let zipped = json!([{ "name": "Content-Encoding", "value": "gzip" }]);
        let brotli = json!([{ "name": "Content-Encoding", "value": "br" }]);
        for (headers, content, body, whole) in [
            (json!([]), json!({ "size": 7, "text": "{\"a\":1}" }), "{\"a\":1}", true),
            (
                json!([]),
                json!({ "size": 7, "text": STANDARD.encode("{\"a\":1}"), "encoding": "base64" }),
                "{\"a\":1}",
                true,
            ),
            (zipped.clone(), json!({ "size": 7, "text": packed, "encoding": "base64" }), "{\"a\":1}", true),
            // As browsers do it.
            (zipped, json!({ "size": 7, "text": "{\"a\":1}" }), "{\"a\":1}", true),
            (brotli.clone(), json!({ "size": 7, "text": "{\"a\":1}" }), "{\"a\":1}", true),
            (
                brotli,
                json!({ "size": 3, "text": STANDARD.encode([0xff, 0xfe, 0x01]), "encoding": "base64" }),
                "",
                false,
            ),
            (json!([]), json!({ "size": 900 }), "", false),
            (json!([]), json!({ "size": -1, "text": "" }), "", false),
            (json!([]), json!({ "size": 0 }), "", true),
            (
                json!([]),
                json!({ "size": 9, "text": "[1, 2… (9000 characters in all)" }),
                "[1, 2… (9000 characters in all)",
                false,
            ),
            (json!([]), json!({ "size": 9, "text": "%%%", "encoding": "base64" }), "", false),
        ] {
            let request = json!({ "method": "GET", "url": "http://a/" });
            let found = of(
                json!({ "request": request, "response": { "status": 200, "headers": headers, "content": content } }),
            );
            let reply = found.reply.unwrap();
            assert_eq!(
                (String::from_utf8_lossy(&reply.body).as_ref(), found.came_whole),
                (body, whole),
                "{content}"
            );
        }
    }

    #[test]
    fn binary_bodies_without_the_coding_that_is_named_are_taken_as_they_are() {
        let cut = [0x1f, 0x8b, 0x08, 0xff];
        for (coding, body, whole) in [
            ("identity", &[0xff, 0xd8, 0x00][..], true),
            ("Identity, ", &cut, true),
            ("gzip", &[0xff, 0xd8, 0x00], true),
            ("br, x-gzip, identity", &[0xff, 0xd8, 0x00], true),
            ("zstd", &[0xff, 0xd8, 0x00], true),
            ("gzip", &cut, false),
            ("zstd", &[0x28, 0xb5, 0x2f, 0xfd], false),
            ("br", &[0xff, 0xfe, 0x01], false),
        ] {
            let mut headers = vec![("content-encoding".to_owned(), coding.to_owned())];
            let kept = if whole { body.to_vec() } else { Vec::new() };
            assert_eq!(plain(body.to_vec(), &mut headers), (kept, whole), "{coding} {body:?}");
            assert!(headers.is_empty());
        }
    }

    #[test]
    fn forms_are_put_together_again() {
        let params = json!([{ "name": "a b", "value": "1&2" }, { "name": "c", "value": "d%20e" }]);
        let sent = |mime: &str, params: &Value| {
            let data = json!({ "mimeType": mime, "params": params });
            of(json!({ "request": { "method": "POST", "url": "http://a/", "postData": data } }))
        };
        let form = sent("application/x-www-form-urlencoded", &params);
        assert_eq!(String::from_utf8_lossy(&form.received.body), "a%20b=1%262&c=d%20e");
        assert!(form.sent_whole && form.reply.is_none());
        let parts = sent("multipart/form-data; boundary=lost", &params);
        let kind = parts.received.header("content-type").unwrap().into_owned();
        assert!(
            kind.ends_with(BOUNDARY)
                && String::from_utf8_lossy(&parts.received.body).contains("name=\"a b\"\r\n\r\n1&2\r\n")
        );
        assert!(!sent("multipart/form-data", &json!([{ "name": "f", "fileName": "x.bin" }])).sent_whole);
    }
}
