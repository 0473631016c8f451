//! What the deployment is asked, and which operation that is.

use serde_json::Value;

/// A request as it came in.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) token: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// The four operations; the number is the index into tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Query = 0,
    Reset = 1,
    Modify = 2,
    Password = 3,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resource {
    Authentication,
    Product,
    Account,
}

/// A path, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Route {
    pub(crate) resource: Resource,
    pub(crate) project: String,
    pub(crate) instance: String,
    /// The product's number or the account's name.
    pub(crate) target: String,
}

/// What sort of body a request has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Missing,
    Malformed,
    Object,
    Array,
    Scalar,
}

impl Route {
    pub(crate) fn of(path: &str) -> Option<Self> {
        let path = path.split('?').next().unwrap_or_default();
        let segments: Vec<String> = path.split('/').map(decoded).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (resource, project, instance, target) = match segments[..] {
            ["", "v2", project, "link", "instances", instance, "products", id, "authentication"] => {
                (Resource::Authentication, project, instance, id)
            }
            ["", "v2", project, "link", "instances", instance, "products", id] => {
                (Resource::Product, project, instance, id)
            }
            ["", "v2", project, "instances", instance, "users", user, "password"] => {
                (Resource::Account, project, instance, user)
            }
            _ => return None,
        };
        Some(Self {
            resource,
            project: project.to_owned(),
            instance: instance.to_owned(),
            target: target.to_owned(),
        })
    }

    /// The documented operation of this method.
    pub(crate) fn op(&self, method: &str) -> Option<Op> {
        match (self.resource, method) {
            (Resource::Authentication, "GET") => Some(Op::Query),
            (Resource::Authentication, "PUT") => Some(Op::Reset),
            (Resource::Product, "PUT") => Some(Op::Modify),
            (Resource::Account, "POST") => Some(Op::Password),
            _ => None,
        }
    }
}

impl Request {
    pub(crate) fn sort(&self) -> Sort {
        if self.body.is_empty() {
            return Sort::Missing;
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(_)) => Sort::Object,
            Ok(Value::Array(_)) => Sort::Array,
            Ok(_) => Sort::Scalar,
            Err(_) => Sort::Malformed,
        }
    }

    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A path segment without its percent signs.
fn decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let escape = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
