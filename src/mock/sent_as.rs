//! The media type that a body is sent as, where that is why it can't be read: programs such as curl send a form unless they
//! are told otherwise.

use super::message::Received;
use super::served::ServedBody;
use super::wire::Syntax;
use crate::conform::{essence, read_json};

/// Media types that may be named in a log; any other text of the field is the client's own.
const KNOWN: [&str; 8] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/xml",
    "text/xml",
    "text/plain",
    "text/html",
    "application/octet-stream",
];
/// Of more documented media types only so many are named.
const MOST: usize = 3;

/// Why the media type of a body that does not keep its schema is what is wrong with it; None where it is not.
pub(super) fn another_type(body: &ServedBody, received: &Received) -> Option<String> {
    let sent = received.header("content-type")?;
    match body.content(Some(&sent)) {
        None => {
            let sent = essence(&sent);
            let sent = KNOWN.iter().find(|known| **known == sent).unwrap_or(&"another media type");
            Some(format!("the body is sent as {sent}; documented is {}", documented(body)))
        }
        Some(content) => {
            let is_json =
                || read_json(&received.body).is_ok_and(|value| value.is_object() || value.is_array());
            let form = Syntax::of(&content.media_type) == Syntax::Form;
            (form && is_json()).then(|| {
                format!(
                    "the body is JSON, but its content-type says that it is a form ({})",
                    content.media_type
                )
            })
        }
    }
}

/// The documented media types, in words.
fn documented(body: &ServedBody) -> String {
    let all: Vec<&str> =
        std::iter::once(&body.content).chain(&body.alternatives).map(|one| one.media_type.as_str()).collect();
    let named = all.iter().take(MOST).copied().collect::<Vec<_>>().join(" or ");
    if all.len() > MOST { format!("{named}, and {} more", all.len() - MOST) } else { named }
}
