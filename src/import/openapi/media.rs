//! Media types: which of several is used.

use super::sources::Place;
use super::{Dialect, Reading};
use crate::text::Span;

/// One media type of a body or an answer.
#[derive(Debug, Clone)]
pub(super) struct Media<'t> {
    pub(super) name: String,
    pub(super) at: Span,
    /// `schema`, `example`, `examples`, `encoding`.
    pub(super) place: Option<Place<'t>>,
}

/// What a media type is, as far as bodies go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Json,
    Form,
    Multipart,
    Text,
    Bytes,
    /// Has a syntax of its own.
    Other,
}

/// The kind of a media type.
pub(super) fn kind(name: &str) -> Kind {
    let essence = name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" | "text/json" | "*/*" | "application/*" => Kind::Json,
        "application/x-www-form-urlencoded" => Kind::Form,
        "multipart/form-data" => Kind::Multipart,
        "application/octet-stream" | "application/pdf" | "application/zip" => Kind::Bytes,
        other if other.ends_with("+json") => Kind::Json,
        other if other.ends_with("+xml") || other.ends_with("/xml") => Kind::Other,
        other
            if other.starts_with("image/") || other.starts_with("audio/") || other.starts_with("video/") =>
        {
            Kind::Bytes
        }
        "text/csv" | "text/html" | "text/event-stream" | "text/xml" => Kind::Other,
        other if other.starts_with("text/") => Kind::Text,
        _ => Kind::Other,
    }
}

impl<'t> Reading<'t> {
    /// The media types of `content`, the one to use first: JSON before forms before all others.
    pub(super) fn media(&mut self, content: Place<'t>) -> Vec<Media<'t>> {
        let mut all: Vec<Media<'t>> = Vec::new();
        for (key, place) in content.members() {
            if key.text.starts_with("x-") {
                continue;
            }
            if !key.text.contains('/') {
                self.notes.odd(key.span, format!("`{}` is no media type", key.text), "passed over");
                continue;
            }
            let place = match self.resolver.follow(place) {
                Ok(place) => Some(place),
                Err(why) => {
                    self.notes.odd(
                        place.span(),
                        format!("this leads nowhere: {why}"),
                        "read as if it were empty",
                    );
                    None
                }
            };
            all.push(Media { name: key.text.clone(), at: key.span, place });
        }
        in_order(all)
    }

    /// The media types of 2.0: `consumes` or `produces` of the operation, else of the document.
    pub(super) fn listed(&mut self, operation: Place<'t>, word: &str) -> Vec<(String, Span)> {
        debug_assert_eq!(self.dialect, Dialect::V2);
        let list = operation.get(word).or_else(|| self.root.get(word));
        let mut found = Vec::new();
        for one in list.into_iter().flat_map(Place::elements) {
            match one.node.text().filter(|text| text.contains('/')) {
                Some(text) => found.push((text.to_owned(), one.span())),
                None => self.notes.odd(one.span(), "this is no media type", "passed over"),
            }
        }
        found
    }
}

/// The one to use first.
pub(super) fn in_order(mut all: Vec<Media<'_>>) -> Vec<Media<'_>> {
    let plain = |name: &str| !matches!(name, "application/json");
    all.sort_by_key(|media| (kind(&media.name), plain(&media.name)));
    all
}
