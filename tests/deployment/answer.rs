//! What the deployment answers, before it becomes bytes.

use std::time::Duration;

use serde_json::{Map, Value};

/// An answer and the way it is sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content: Content,
    pub(crate) delivery: Delivery,
    pub(crate) layout: Layout,
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Json(Value),
    Text(String),
}

/// When, and whether, an answer arrives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Delivery {
    AtOnce,
    After(Duration),
    /// The connection stays open and silent.
    Never,
    /// The connection is closed without an answer.
    Dropped,
    /// The connection is closed in the middle of the body.
    BrokenOff,
}

/// How the body is written down and framed; no reader may care.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Layout {
    pub(crate) spaced: bool,
    pub(crate) chunked: bool,
    pub(crate) old_protocol: bool,
}

impl Answer {
    pub(crate) fn json(status: u16, value: Value) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            content: Content::Json(value),
            delivery: Delivery::AtOnce,
            layout: Layout::default(),
        }
    }

    /// The body as it is sent.
    pub(crate) fn body(&self) -> String {
        match &self.content {
            Content::Text(text) => text.clone(),
            Content::Json(value) if self.layout.spaced => format!("\n{value:#}\n\n"),
            Content::Json(value) => value.to_string(),
        }
    }

    /// The members of the body, while it is a JSON object.
    pub(crate) fn members(&mut self) -> Option<&mut Map<String, Value>> {
        match &mut self.content {
            Content::Json(value) => value.as_object_mut(),
            Content::Text(_) => None,
        }
    }

    /// Sets a member of the body.
    pub(crate) fn set(&mut self, member: &str, value: impl Into<Value>) {
        if let Some(members) = self.members() {
            members.insert(member.to_owned(), value.into());
        }
    }

    /// Takes a member out of the body.
    pub(crate) fn omit(&mut self, member: &str) {
        if let Some(members) = self.members() {
            members.shift_remove(member);
        }
    }

    /// The value of a member; null where there is none.
    pub(crate) fn get(&self, member: &str) -> Value {
        match &self.content {
            Content::Json(value) => value[member].clone(),
            Content::Text(_) => Value::Null,
        }
    }

    /// Replaces a header field, or adds it.
    pub(crate) fn header(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
    }

    /// Becomes text of another media type.
    pub(crate) fn say(&mut self, media_type: &str, text: impl Into<String>) {
        self.header("content-type", media_type);
        self.content = Content::Text(text.into());
    }
}
