//! What the deployment accepts.

use super::request::{Op, Resource};
use super::text::{Text, anything, plain, strong, trimmed, word, words};

/// Every limit of the pages that a fault or a variant may move.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// By operation.
    pub(crate) credential: [Credential; 4],
    /// By operation; the last has no limits.
    pub(crate) path: [Path; 3],
    pub(crate) user_name: Text,
    pub(crate) password: Text,
    pub(crate) name: Text,
    pub(crate) description: Text,
    pub(crate) manufacturer_id: Text,
    pub(crate) manufacturer_name: Text,
    pub(crate) model: Text,
    pub(crate) device_type: Text,
    pub(crate) version: Text,
    pub(crate) account_password: Text,
    pub(crate) unique_names: bool,
    /// Products are looked up before bodies are read.
    pub(crate) lookup_first: bool,
    /// A method that no page documents, and the operation that it does all the same.
    pub(crate) alias: Option<(&'static str, Resource, Op)>,
}

/// Which tokens pass besides the right one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Credential {
    pub(crate) none: bool,
    pub(crate) empty: bool,
    pub(crate) wrong: bool,
}

/// The limits of the path of a product.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Path {
    pub(crate) project: (usize, usize),
    pub(crate) instance: (usize, usize),
    pub(crate) product: fn(&str) -> Option<u64>,
}

pub(crate) const PRODUCT_MAX: u64 = 99_999_999_999_999_999;

/// A number that no product has.
pub(crate) const NO_PRODUCT: u64 = u64::MAX;

/// Digits only, in range.
pub(crate) fn product_id(text: &str) -> Option<u64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|id| *id <= PRODUCT_MAX)
}

impl Rules {
    pub(crate) fn new() -> Self {
        let path = Path { project: (0, 32), instance: (0, 36), product: product_id };
        let optional = |text: Text| Text { blank_is_none: true, ..text };
        Self {
            credential: [Credential::default(); 4],
            path: [path; 3],
            user_name: optional(Text::new("user_name", 10, 50, plain)),
            password: Text { also: strong, ..optional(Text::new("password", 16, 32, anything)) },
            name: Text::new("name", 1, 64, word).required(),
            description: Text::new("description", 0, 200, anything),
            manufacturer_id: Text::new("manufacturer_id", 2, 50, word).required(),
            manufacturer_name: Text::new("manufacturer_name", 2, 64, anything).required(),
            model: Text { clean: trimmed, ..Text::new("model", 2, 50, words).required() },
            device_type: Text::new("device_type", 1, usize::MAX, anything).required(),
            version: Text::new("version", 0, usize::MAX, anything),
            account_password: Text::new("password", 1, usize::MAX, anything).required(),
            unique_names: true,
            lookup_first: false,
            alias: None,
        }
    }
}

impl Credential {
    pub(crate) fn admits(self, token: Option<&str>, right: &str) -> bool {
        match token {
            None => self.none,
            Some("") => self.empty,
            Some(token) => self.wrong || token == right,
        }
    }
}
