//! From a method and a path to an operation.

use std::cmp::Reverse;

use regex::Regex;

use super::BadContract;
use super::message::decoded;
use crate::model::{Location, Operation};
use crate::text::count;

/// One segment of a path template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    /// `before{name}after`; the name is each operation's own.
    Parameter {
        before: String,
        after: String,
    },
    /// The literal text around several parameters: one piece more than there are parameters.
    Parameters(Vec<String>),
}

/// How a segment with several parameters is taken apart: `{id}.{format}`.
#[derive(Debug)]
struct Apart {
    /// Each value looks as its schema says: one of an `enum`, a number.
    fitting: Regex,
    /// Each value is anything.
    any: Regex,
}

impl Apart {
    fn values(&self, segment: &str) -> Option<Vec<String>> {
        let found = self.fitting.captures(segment).or_else(|| self.any.captures(segment))?;
        Some(found.iter().skip(1).flatten().map(|value| value.as_str().to_owned()).collect())
    }
}

/// What it costs to take another method for the one that is meant: less than a misspelt segment as a rule.
const OTHER_METHOD: f64 = 0.25;
/// As many segments of an unknown path are compared with the known ones.
const MOST_SEGMENTS: usize = 32;
/// A longer segment is not compared letter by letter.
const LONG_SEGMENT: usize = 128;

impl Segment {
    /// Smaller is more specific: literal text before parameters (OpenAPI 3.1 section 4.8.8.2), and of those the ones with more
    /// literal text around them, so that `{id}.json` is not taken for `{id}`.
    fn rank(&self) -> (bool, Reverse<usize>, String) {
        match self {
            Self::Literal(text) => (false, Reverse(0), text.clone()),
            Self::Parameter { before, after } => {
                (true, Reverse(before.len() + after.len()), format!("{before}{after}"))
            }
            Self::Parameters(literals) => {
                (true, Reverse(literals.iter().map(String::len).sum()), literals.concat())
            }
        }
    }

    /// What it costs to take `segment` for this one, from 0 to 1.
    fn cost(&self, segment: &str) -> f64 {
        match self {
            Self::Literal(text) if text == segment => 0.0,
            Self::Literal(text) if segment.len() <= LONG_SEGMENT => {
                1.0 - strsim::normalized_levenshtein(text, segment)
            }
            // A literal that fits is better than anything that fits a parameter.
            Self::Parameter { .. } | Self::Parameters(_) if !segment.is_empty() => 0.1,
            _ => 1.0,
        }
    }
}

/// A path with the operations on it.
#[derive(Debug)]
pub(super) struct Route {
    shape: Vec<Segment>,
    /// For each of [`Segment::Parameters`], in order.
    apart: Vec<Apart>,
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
        let mut apart = self.apart.iter();
        for (wanted, segment) in self.shape.iter().zip(segments) {
            match wanted {
                Segment::Literal(text) if text == segment => {}
                Segment::Literal(_) => return None,
                Segment::Parameter { before, after } => {
                    let value = segment.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?;
                    values.push(value.to_owned());
                }
                Segment::Parameters(_) => values.extend(apart.next()?.values(segment)?),
            }
        }
        Some(values)
    }

    /// The operation with this method.
    fn operation(&self, method: &str) -> Option<usize> {
        self.methods.iter().find(|(known, _)| known == method).map(|(_, operation)| *operation)
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
    /// To the operation whose path is nearest, for the shape of its errors.
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
            let known = routes.iter().position(|route| route.shape == shape);
            let at = if let Some(at) = known {
                at
            } else {
                routes.push(Route { apart: apart(operation)?, shape, methods: Vec::new() });
                routes.len() - 1
            };
            let methods = &mut routes[at].methods;
            if methods.iter().any(|(method, _)| *method == operation.method) {
                if operation.unsent.is_some() {
                    continue;
                }
                let why = format!("{} {} is already another operation's", operation.method, operation.path);
                return Err(BadContract::of(operation, why));
            }
            methods.push((operation.method.clone(), index));
        }
        routes.sort_by_cached_key(|route| route.shape.iter().map(Segment::rank).collect::<Vec<_>>());
        Ok(Self { routes })
    }

    pub(super) fn find(&self, method: &str, path: &str) -> Found<'_> {
        let segments: Vec<String> = path.split('/').map(decoded).collect();
        let mut other = None;
        for route in &self.routes {
            let Some(values) = route.captures(&segments) else { continue };
            if let Some(operation) = route.operation(method) {
                return Found::Operation(operation, values);
            }
            // With nothing where an identifier belongs, a `/` at the end is more likely than another method.
            other = other.or(Some(route).filter(|_| !values.iter().any(String::is_empty)));
        }
        other.map_or_else(|| Found::Nowhere(self.nearest(method, &segments)), Found::OtherMethod)
    }

    /// The operation on the nearest path: of several with this method, where there is one.
    fn nearest(&self, method: &str, segments: &[String]) -> Option<usize> {
        let off = |route: &Route| {
            let other_method = if route.operation(method).is_some() { 0.0 } else { OTHER_METHOD };
            distance(&route.shape, segments) + other_method
        };
        let nearest = self.routes.iter().min_by(|a, b| off(a).total_cmp(&off(b)))?;
        nearest.operation(method).or_else(|| nearest.methods.first().map(|(_, operation)| *operation))
    }
}

/// Why a request is no operation's, from the one whose path is nearest: what differs, and never a part of `path`.
pub(super) fn near_miss(nearest: &Operation, method: &str, path: &str) -> String {
    let differs = differs(&nearest.path, path).map(|how| format!(" ({how})")).unwrap_or_default();
    let unlike = if nearest.method == method { "" } else { ", by another method" };
    format!("no operation has this path; the nearest is {} {}{unlike}{differs}", nearest.method, nearest.path)
}

/// How `path` differs from the template that is nearest to it.
fn differs(template: &str, path: &str) -> Option<String> {
    let segments = |path: &str| path.split('/').skip(1).map(decoded).collect::<Vec<String>>();
    let (wanted, sent) = (segments(template), segments(path));
    let fits = |wanted: &[String], sent: &[String]| {
        let same =
            |(wanted, sent): (&String, &String)| wanted.contains('{') && !sent.is_empty() || wanted == sent;
        wanted.len() == sent.len() && wanted.iter().zip(sent).all(same)
    };
    let filled: Vec<String> = sent.iter().filter(|segment| !segment.is_empty()).cloned().collect();
    if sent.len() > wanted.len() && fits(&wanted, &filled) {
        let at_the_end = sent.ends_with(&[String::new()]);
        return Some(
            if at_the_end { "this one ends with `/`" } else { "this one has a `/` too many" }.to_owned(),
        );
    }
    let (more, less) = (sent.len().saturating_sub(wanted.len()), wanted.len().saturating_sub(sent.len()));
    if more > 0 && fits(&wanted, &sent[more..]) {
        return Some(format!("this one has {} before it", count(more as u64, "segment", "segments")));
    }
    if less > 0 && fits(&wanted[less..], &sent) {
        return Some(format!("this one lacks `/{}` at its beginning", wanted[..less].join("/")));
    }
    if more + less > 0 {
        let of = count(wanted.len() as u64, "segment", "segments");
        return Some(format!("of {of}; this one has {}", sent.len()));
    }
    let other = |(_, (wanted, sent)): &(usize, (&String, &String))| !wanted.contains('{') && wanted != sent;
    let (at, (wanted, sent)) = wanted.iter().zip(&sent).enumerate().find(other)?;
    let how = if wanted.eq_ignore_ascii_case(sent) { "is not in the case of" } else { "is another than" };
    Some(format!("segment {} {how} `{wanted}`", at + 1))
}

/// How far a path is from a template: the edit distance of their segments (Levenshtein), where a misspelt segment
/// costs as much as it is misspelt.
fn distance(shape: &[Segment], segments: &[String]) -> f64 {
    let segments = &segments[..segments.len().min(MOST_SEGMENTS)];
    let mut above: Vec<f64> =
        std::iter::successors(Some(0.0), |before| Some(before + 1.0)).take(segments.len() + 1).collect();
    for wanted in shape {
        let mut row = vec![above[0] + 1.0];
        for (at, segment) in segments.iter().enumerate() {
            let changed = above[at] + wanted.cost(segment);
            row.push(changed.min(above[at + 1] + 1.0).min(row[at] + 1.0));
        }
        above = row;
    }
    above.last().copied().unwrap_or_default()
}

fn shape(operation: &Operation) -> Result<Vec<Segment>, BadContract> {
    if !operation.path.starts_with('/') {
        return Err(BadContract::of(operation, "the path does not start with `/`".to_owned()));
    }
    let shape = |segment| {
        let mut literals: Vec<String> = pieces(segment).map(|(literal, _)| literal.to_owned()).collect();
        match literals.len() {
            1 => Segment::Literal(decoded(segment)),
            2 => {
                let after = literals.pop().unwrap_or_default();
                Segment::Parameter { before: literals.pop().unwrap_or_default(), after }
            }
            _ => Segment::Parameters(literals),
        }
    };
    Ok(operation.path.split('/').map(shape).collect())
}

/// The literal texts of a segment, each with the name of the parameter that follows it.
fn pieces(segment: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(segment);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let Some((literal, (name, after))) =
            text.split_once('{').and_then(|(literal, after)| Some((literal, after.split_once('}')?)))
        else {
            return Some((text, None));
        };
        rest = Some(after);
        Some((literal, Some(name)))
    })
}

fn apart(operation: &Operation) -> Result<Vec<Apart>, BadContract> {
    let several = operation.path.split('/').filter(|segment| pieces(segment).count() > 2);
    let compile = |segment: &str, value: &dyn Fn(&str) -> String| {
        let pattern: String = pieces(segment)
            .map(|(literal, name)| {
                let value = name.map(|name| format!("({})", value(name)));
                regex::escape(literal) + &value.unwrap_or_default()
            })
            .collect();
        // Dots stand for line breaks too: a value may be any text.
        Regex::new(&format!("(?s)^{pattern}$"))
            .map_err(|error| BadContract::of(operation, format!("the segment `{segment}`: {error}")))
    };
    let made = several.map(|segment| {
        Ok(Apart {
            fitting: compile(segment, &|name| looks(operation, name))?,
            any: compile(segment, &|_| ".*".to_owned())?,
        })
    });
    made.collect()
}

/// A pattern for the values of a path parameter, of what its schema says of their form.
fn looks(operation: &Operation, name: &str) -> String {
    let parameter = operation
        .parameters
        .iter()
        .find(|parameter| parameter.location == Location::Path && parameter.name == name);
    let says = |word| parameter.and_then(|parameter| parameter.schema.get(word));
    let texts: Vec<&str> = says("enum")
        .and_then(|all| all.as_array())
        .into_iter()
        .flatten()
        .filter_map(|one| one.as_str())
        .collect();
    if !texts.is_empty() {
        return texts.into_iter().map(regex::escape).collect::<Vec<_>>().join("|");
    }
    match says("type").and_then(|word| word.as_str()) {
        Some("integer") => r"-?\d+",
        Some("number") => r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?",
        _ => ".+",
    }
    .to_owned()
}
