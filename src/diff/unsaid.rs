//! What of a schema no clause of its own tells: keywords that only mean something together, what they refer to, and what
//! is told as a whole. Compared place by place, so that nothing of it changes unseen.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Change, Impact, Kind};
use super::{alternatives, impact};
use crate::conform::{Relation, relation};
use crate::model::{ClauseKind, Contract, MAPS, Operation, Part, Schema};
use crate::text::pointer;

/// Keywords that are one thing, by the name that their clause has, or would have.
const TOGETHER: [(&str, &[&str]); 13] = [
    ("if", &["if", "then", "else"]),
    ("contains", &["contains", "minContains", "maxContains"]),
    ("not", &["not"]),
    ("propertyNames", &["propertyNames"]),
    ("patternProperties", &["patternProperties"]),
    ("dependentSchemas", &["dependentSchemas"]),
    ("dependencies", &["dependencies"]),
    ("unevaluatedProperties", &["unevaluatedProperties"]),
    ("unevaluatedItems", &["unevaluatedItems"]),
    ("$dynamicRef", &["$dynamicRef"]),
    ("content", &["contentEncoding", "contentMediaType", "contentSchema"]),
    ("default", &["default"]),
    (WHOLE, &[WHOLE]),
];
/// Of a schema that is told as a whole.
const WHOLE: &str = "$ref";
/// An alternative that is called by its title.
const ALTERNATIVE: &str = "alternative";
/// A `default` that another one around it stands over.
const SHADOWED: &str = "shadowed-default";
/// What promises nothing.
const ANNOTATIONS: [&str; 7] =
    ["title", "description", "$comment", "examples", "example", "deprecated", "from"];
/// Deeper than the clauses go.
const DEEPEST: usize = 64;
/// References that are followed: many more than a document has whose schemas don't all lead to each other.
const FOLLOWED: usize = 5_000;

/// Whether the change of a clause with this keyword is told here.
pub(super) fn tells(keyword: &str) -> bool {
    TOGETHER.iter().any(|(name, _)| *name == keyword)
}

/// One thing that no clause tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsaid {
    name: &'static str,
    /// The keywords with all that they refer to.
    what: Value,
    /// The schema around them, with all that it refers to, where they speak of it.
    around: Value,
}

/// All of it in a schema of an operation, by its place: the way to it through the schema's keywords.
#[must_use]
pub fn unsaid(
    contract: &Contract,
    operation: &Operation,
    part: &Part,
    schema: &Schema,
) -> BTreeMap<String, Unsaid> {
    let own = operation.clauses.start as usize..operation.clauses.end as usize;
    let clauses = contract.clauses.get(own).unwrap_or_default();
    let wholes = clauses.iter().filter_map(|clause| match &clause.kind {
        ClauseKind::Constraint { part: of, keyword, path, .. } if of == part && keyword == WHOLE => {
            Some(path.as_str())
        }
        _ => None,
    });
    let mut walk = Walk {
        schema,
        wholes: wholes.collect(),
        request: part.is_request(),
        open: Vec::new(),
        left: FOLLOWED,
        found: BTreeMap::new(),
    };
    walk.look(schema, "", 0, false);
    walk.found.into_iter().map(|(place, met)| (place, met.unsaid(schema))).collect()
}

struct Walk<'s> {
    schema: &'s Schema,
    /// The references that one clause tells as a whole, by their evaluation path.
    wholes: BTreeSet<&'s str>,
    request: bool,
    /// The references that are being followed.
    open: Vec<String>,
    /// How many more are.
    left: usize,
    found: BTreeMap<String, Met>,
}

/// What was met at one place: more than one thing where a keyword stands beside a reference and in its target too.
struct Met {
    name: &'static str,
    whats: Vec<Value>,
    around: Value,
}

impl Met {
    fn unsaid(mut self, schema: &Schema) -> Unsaid {
        let whole = |value: &Value| bare(&schema.part(value).whole(), false);
        let one = if self.whats.len() == 1 { self.whats.pop() } else { None };
        // All of them bind; what is around one of them says nothing of the others.
        let (what, alone) = one.map_or_else(|| (json!({ "allOf": self.whats }), false), |what| (what, true));
        let speaks = alone && self.name.starts_with("unevaluated");
        let around = if speaks { whole(&self.around) } else { Value::Null };
        Unsaid { name: self.name, what: whole(&what), around }
    }
}

impl Walk<'_> {
    /// `shadowed`: a `default` around this schema stands for the same value.
    fn look(&mut self, here: &Value, path: &str, depth: usize, shadowed: bool) {
        let (Some(members), true) = (here.as_object(), depth < DEEPEST) else { return };
        for (name, keywords) in TOGETHER {
            if name == WHOLE || name == "default" && !self.request {
                continue;
            }
            let what: Map<String, Value> = keywords
                .iter()
                .filter_map(|keyword| Some(((*keyword).to_owned(), members.get(*keyword)?.clone())))
                .collect();
            if !what.is_empty() {
                let name = if name == "default" && shadowed { SHADOWED } else { name };
                self.keep(path, name, name, &Value::Object(what), here);
            }
        }
        let shadows = shadowed || members.contains_key("default");
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            self.follow(reference, here, &format!("{path}/$ref"), depth, shadows);
        }
        let mut deeper = |at: &[&str], inner: &Value| {
            let path = at.iter().fold(path.to_owned(), |path, step| pointer::join(&path, step));
            let same = ["allOf", "anyOf", "oneOf"].contains(at.first().unwrap_or(&""));
            self.look(inner, &path, depth + 1, shadows && same);
        };
        for keyword in ["items", "additionalProperties"] {
            members.get(keyword).into_iter().for_each(|inner| deeper(&[keyword], inner));
        }
        for (name, inner) in members.get("properties").and_then(Value::as_object).into_iter().flatten() {
            deeper(&["properties", name], inner);
        }
        let branches = |keyword: &str| members.get(keyword).and_then(Value::as_array).into_iter().flatten();
        for keyword in ["allOf", "anyOf", "oneOf", "prefixItems"] {
            let inner = branches(keyword).enumerate();
            inner.for_each(|(index, inner)| deeper(&[keyword, &index.to_string()], inner));
        }
        // Of the alternatives of an answer those that have a name make no clause, where only one has none.
        if !self.request && branches("anyOf").filter(|branch| title(branch).is_none()).count() == 1 {
            for (name, branch) in branches("anyOf").filter_map(|branch| Some((title(branch)?, branch))) {
                self.keep(path, ALTERNATIVE, name, branch, here);
            }
        }
    }

    fn follow(&mut self, reference: &str, here: &Value, path: &str, depth: usize, shadowed: bool) {
        // What comes back to itself was told where it was first met.
        if self.open.iter().any(|open| open == reference) {
            return;
        }
        if self.wholes.contains(path) {
            let parent = path.strip_suffix("/$ref").unwrap_or(path);
            return self.keep(parent, WHOLE, WHOLE, &json!({ "$ref": reference }), here);
        }
        if self.left == 0 {
            // Too many ways lead on: it is compared as a whole, once for all of them.
            let name = reference.rsplit('/').next().unwrap_or(reference);
            return self.keep("/$defs", WHOLE, name, &json!({ "$ref": reference }), here);
        }
        self.left -= 1;
        let schema = self.schema;
        if let Some(target) = schema.resolve(reference) {
            self.open.push(reference.to_owned());
            self.look(target, path, depth + 1, shadowed);
            self.open.pop();
        }
    }

    fn keep(&mut self, path: &str, name: &'static str, segment: &str, what: &Value, here: &Value) {
        // A schema that is referred to stands where it is used.
        let place = path.split('/').filter(|step| *step != "$ref").collect::<Vec<_>>().join("/");
        let around = || if name.starts_with("unevaluated") { here.clone() } else { Value::Null };
        let new = || Met { name, whats: Vec::new(), around: around() };
        let met = self.found.entry(pointer::join(&place, segment)).or_insert_with(new);
        if !met.whats.contains(what) {
            met.whats.push(what.clone());
        }
    }
}

fn title(branch: &Value) -> Option<&str> {
    branch.get("title").and_then(Value::as_str)
}

/// A schema without what promises nothing. `names`: it is a map from names to schemas.
pub(super) fn bare(schema: &Value, names: bool) -> Value {
    match schema {
        Value::Object(members) => {
            let own = members.iter().filter(|(name, _)| names || !ANNOTATIONS.contains(&name.as_str()));
            let inner = own.map(|(name, inner)| {
                let value = !names && ["const", "enum", "default"].contains(&name.as_str());
                let map = !names && MAPS.contains(&name.as_str());
                (name.clone(), if value { inner.clone() } else { bare(inner, map) })
            });
            Value::Object(inner.collect())
        }
        Value::Array(elements) => Value::Array(elements.iter().map(|element| bare(element, false)).collect()),
        other => other.clone(),
    }
}

/// The parts that both contracts have.
pub(super) struct Both<'b> {
    /// The beginning of the addresses of its clauses in the newer contract, with a `/` at the end.
    pub(super) prefix: &'b str,
    pub(super) part: &'b Part,
    pub(super) old: &'b Schema,
    pub(super) new: &'b Schema,
}

/// What has changed of it in one part. `told` are members that are new or gone as a whole.
pub(super) fn changes(
    both: &Both<'_>,
    old: &BTreeMap<String, Unsaid>,
    new: &BTreeMap<String, Unsaid>,
    told: &BTreeSet<String>,
) -> Vec<Change> {
    let places: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut found = Vec::new();
    // One schema that is referred to from many places is compared once.
    let mut known: Vec<(_, Option<impact::Verdict>)> = Vec::new();
    for place in places {
        let (was, is) = (old.get(place), new.get(place));
        if was.map(|was| &was.what) == is.map(|is| &is.what) {
            continue;
        }
        let address = address(both.prefix, place);
        let inside =
            |unit: &String| address.strip_prefix(unit.as_str()).is_some_and(|rest| rest.starts_with('/'));
        if told.iter().any(inside) {
            continue;
        }
        let same = (in_alternative(place), was, is);
        let verdict = if let Some((_, verdict)) = known.iter().find(|(one, _)| *one == same) {
            *verdict
        } else {
            let verdict = verdict(both, place, was, is);
            known.push((same, verdict));
            verdict
        };
        let Some((consumer, provider, why)) = verdict else { continue };
        found.push(Change {
            address,
            change: match (was, is) {
                (None, _) => Kind::Added,
                (_, None) => Kind::Removed,
                _ => Kind::Changed,
            },
            consumer,
            provider,
            why: why.to_owned(),
            old: None,
            new: None,
            clauses: 0,
        });
    }
    found
}

fn in_alternative(place: &str) -> bool {
    alternatives::in_alternative(place.rsplit_once('/').map_or("", |(parent, _)| parent))
}

/// As the addresses of clauses: the names of members, without the keyword before them.
fn address(prefix: &str, place: &str) -> String {
    let mut address = prefix.trim_end_matches('/').to_owned();
    let mut steps = place.split('/').skip(1);
    while let Some(step) = steps.next() {
        let step = if step == "properties" { steps.next().unwrap_or(step) } else { step };
        address = format!("{address}/{step}");
    }
    address
}

fn verdict(
    both: &Both<'_>,
    place: &str,
    was: Option<&Unsaid>,
    is: Option<&Unsaid>,
) -> Option<impact::Verdict> {
    let name = was.or(is)?.name;
    match name {
        "default" => {
            let why = "what is left out means something else (`default`)";
            return Some((Impact::Breaking, Impact::Breaking, why));
        }
        SHADOWED => return Some((Impact::Cosmetic, Impact::Cosmetic, "another `default` stands over it")),
        "content" => {
            let why = "it can't be told whether texts are still read as they were (`contentEncoding`)";
            return Some((Impact::Breaking, Impact::Breaking, why));
        }
        _ => {}
    }
    if name == ALTERNATIVE || in_alternative(place) {
        let same = (Impact::Cosmetic, Impact::Cosmetic, "it allows the same");
        return Some(impact::whole(both.part, &both.old.whole(), &both.new.whole()).unwrap_or(same));
    }
    let nothing = json!({});
    let alone = |unsaid: &Unsaid| unsaid.what.get(name).is_some();
    let (from, to) = if name.starts_with("unevaluated") && was.into_iter().chain(is).all(alone) {
        // It speaks of what its siblings leave; where they change too, that is told of them.
        let around = was.or(is)?.around.clone();
        (with(&around, name, was), with(&around, name, is))
    } else {
        (was.map_or(&nothing, |was| &was.what).clone(), is.map_or(&nothing, |is| &is.what).clone())
    };
    Some(match relation(&from, &to) {
        Relation::Same => (Impact::Cosmetic, Impact::Cosmetic, "it allows the same"),
        _ => impact::whole(both.part, &from, &to)?,
    })
}

/// `around` with the keyword as one of the contracts has it.
fn with(around: &Value, keyword: &str, unsaid: Option<&Unsaid>) -> Value {
    let mut around = around.clone();
    if let Value::Object(members) = &mut around {
        members.remove(keyword);
        if let Some(value) = unsaid.and_then(|unsaid| unsaid.what.get(keyword)) {
            members.insert(keyword.to_owned(), value.clone());
        }
    }
    around
}
