//! From a method and a path to an operation.

use super::BadContract;
use super::message::decoded;
use crate::model::Operation;

/// One segment of a path template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    /// Sorted first: a literal segment is preferred to a parameter (OpenAPI 3.1 section 4.8.8.2).
    Literal(String),
    /// `before{name}after`; the name is each operation's own.
    Parameter { before: String, after: String },
}

/// A path with the operations on it.
#[derive(Debug)]
pub(super) struct Route {
    shape: Vec<Segment>,
    /// Method and index of the operation, in the order of the contract.
    pub(super) methods: Vec<(String, usize)>,
}

impl Route {
    /// The values of the path's parameters in order, if `segments` is such a path.
    fn captures(&self, segments: &[String]) -> Option<Vec<String>> {
        if segments.len() != self.shape.len() {
            return None;
        }
        let mut values = Vec::new();
        for (wanted, segment) in self.shape.iter().zip(segments) {
            match wanted {
                Segment::Literal(text) if text == segment => {}
                Segment::Literal(_) => return None,
                Segment::Parameter { before, after } => {
                    let value = segment.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?;
                    values.push(value.to_owned());
                }
            }
        }
        Some(values)
    }

    /// The methods for an `Allow` field (RFC 9110 section 10.2.1).
    pub(super) fn allow(&self) -> String {
        self.methods.iter().map(|(method, _)| method.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Where a request goes.
#[derive(Debug)]
pub(super) enum Found<'r> {
    /// To this operation, with the values of its path's parameters in the order of the template.
    Operation(usize, Vec<String>),
    /// The path is known, the method is not.
    OtherMethod(&'r Route),
    /// To the operation that shares the most segments with it, for the shape of its errors.
    Nowhere(Option<usize>),
}

/// All paths of a contract.
#[derive(Debug, Default)]
pub(super) struct Router {
    routes: Vec<Route>,
}

impl Router {
    pub(super) fn new(operations: &[Operation]) -> Result<Self, BadContract> {
        let mut routes: Vec<Route> = Vec::new();
        for (index, operation) in operations.iter().enumerate() {
            let shape = shape(operation)?;
            let at = routes.iter().position(|route| route.shape == shape).unwrap_or_else(|| {
                routes.push(Route { shape, methods: Vec::new() });
                routes.len() - 1
            });
            let methods = &mut routes[at].methods;
            if methods.iter().any(|(method, _)| *method == operation.method) {
                let why = format!("{} {} is already another operation's", operation.method, operation.path);
                return Err(BadContract::of(operation, why));
            }
            methods.push((operation.method.clone(), index));
        }
        routes.sort_by(|a, b| a.shape.cmp(&b.shape));
        Ok(Self { routes })
    }

    pub(super) fn find(&self, method: &str, path: &str) -> Found<'_> {
        let segments: Vec<String> = path.split('/').map(decoded).collect();
        let mut other = None;
        for route in &self.routes {
            let Some(values) = route.captures(&segments) else { continue };
            if let Some((_, operation)) = route.methods.iter().find(|(known, _)| known == method) {
                return Found::Operation(*operation, values);
            }
            other = other.or(Some(route));
        }
        other.map_or_else(|| Found::Nowhere(self.nearest(&segments)), Found::OtherMethod)
    }

    fn nearest(&self, segments: &[String]) -> Option<usize> {
        let common = |route: &Route| {
            let pairs = route.shape.iter().zip(segments);
            pairs
                .take_while(|(wanted, segment)| !matches!(wanted, Segment::Literal(text) if text != *segment))
                .count()
        };
        // The first of the longest: `max_by_key` would give the last.
        let nearest = self.routes.iter().rev().max_by_key(|route| common(route))?;
        nearest.methods.first().map(|(_, operation)| *operation)
    }
}

/// The names of the parameters in a path template, in order.
pub(super) fn parameter_names(template: &str) -> Vec<String> {
    template
        .split('/')
        .filter_map(|segment| {
            let (_, rest) = segment.split_once('{')?;
            rest.split_once('}').map(|(name, _)| name.to_owned())
        })
        .collect()
}

fn shape(operation: &Operation) -> Result<Vec<Segment>, BadContract> {
    if !operation.path.starts_with('/') {
        return Err(BadContract::of(operation, "the path does not start with `/`".to_owned()));
    }
    operation
        .path
        .split('/')
        .map(|segment| {
            let Some((before, rest)) = segment.split_once('{') else {
                return Ok(Segment::Literal(decoded(segment)));
            };
            match rest.split_once('}') {
                Some((_, after)) if !after.contains(['{', '}']) => {
                    Ok(Segment::Parameter { before: before.to_owned(), after: after.to_owned() })
                }
                _ => Err(BadContract::of(
                    operation,
                    format!("`{segment}` is not one parameter between literal text"),
                )),
            }
        })
        .collect()
}
