//! Lists: reads (and what makes many at once) whose answer shows the resources of a collection.
//!
//! `GET /notes` lists the notes where another operation has the path `/notes/{id}`, and its answer is an array, or an
//! object with one array member, whose elements are objects that show what a note shows. So does
//! `GET /notes/find`, where its elements are whole notes: they show the identifier, and nothing that a note does not show.

use serde_json::{Map, Value};

use super::family::Family;
use super::filter::{Filter, Wanted};
use super::message::{Received, bare};
use super::served::{ServedParameter, Success};
use super::{bulk, shape};
use crate::model::{Contract, Effect, Location, Operation, Schema, path_shape};
use crate::text::pointer;

/// Members that count all that could be listed, without case and separators.
const TOTALS: [&str; 6] = ["total", "totalcount", "totalitems", "totalelements", "totalsize", "totalresults"];
/// Members that count what is shown, or all of it where nothing else does.
const COUNTS: [&str; 3] = ["count", "size", "length"];
/// Query parameters that say how many to show.
const LIMITS: [&str; 5] = ["limit", "pagesize", "perpage", "maxresults", "maxitems"];

/// A list, ready to be filled.
#[derive(Debug)]
pub(super) struct Listing {
    /// What is listed.
    pub(super) family: usize,
    /// Pointer to the array.
    at: String,
    /// How one resource is shown.
    pub(super) element: Success,
    /// The array's `minItems` and `maxItems`.
    least: usize,
    most: usize,
    /// Members that count, and whether they count everything.
    counts: Vec<(String, bool)>,
    /// How many to show: the parameter, and what it is by default.
    limit: Option<(String, Option<usize>)>,
    /// How many to pass over.
    offset: Option<String>,
    /// Which page to show, and the number of the first.
    page: Option<(String, usize)>,
    /// Members that repeat a parameter.
    repeated: Vec<String>,
    /// Parameters that say what to show.
    filters: Vec<Filter>,
}

/// Enters the operations that list into the families whose resources they list.
pub(super) fn find(contract: &Contract, families: &mut [Family]) {
    for (id, operation) in contract.operations() {
        if let Some((at, _, _)) = listed(contract, operation, families) {
            families[at].listers.push(id.0 as usize);
        }
    }
}

/// The family that the operation lists, the pointer to the array, and the schema of an element.
fn listed<'c>(
    contract: &Contract,
    operation: &'c Operation,
    families: &[Family],
) -> Option<(usize, String, &'c Value)> {
    if operation.effect != Effect::Read && bulk::made(operation, families).is_none() {
        return None;
    }
    let path = path_shape(operation.path.trim_end_matches('/'));
    let below = |path: &str| {
        let child = format!("{path}/{{}}");
        families.iter().position(|family| family.shape == child)
    };
    let own = below(&path);
    let beside = || {
        let (parent, last) = path.rsplit_once('/')?;
        below(parent).filter(|at| !last.contains('{') && families[*at].is_collection())
    };
    let at = own.or_else(beside)?;
    let schema = operation.response(operation.usual_success())?.schema.as_ref()?;
    let (place, arrays) = arrays(schema)?;
    let alike =
        |name: &&str| families[at].identity.contains(*name) || families[at].members.contains_key(*name);
    // Of an envelope that many lists have, one schema says that there is an array, and another one what is in it.
    let all = arrays.into_iter().flat_map(|array| shape::branches(schema, array));
    let mut items = all.filter_map(|branch| branch.get("items"));
    let items = items.find(|items| shape::members(schema, items).iter().any(|(name, _)| alike(name)))?;
    let shown = shape::members(schema, items);
    let found = own.is_some() || {
        let whole = whole(contract, &families[at]);
        let has_identity = shown.iter().any(|(name, _)| families[at].identity.contains(*name));
        has_identity && shown.iter().all(|(name, _)| alike(name) || whole.contains(name))
    };
    found.then_some((at, place, items))
}

/// The members that reading one resource of the family shows.
fn whole<'c>(contract: &'c Contract, family: &Family) -> Vec<&'c str> {
    let own = family.operations.iter().filter_map(|index| contract.operations.get(*index));
    own.filter(|operation| operation.effect == Effect::Read && path_shape(&operation.path) == family.shape)
        .filter_map(|operation| operation.response(operation.usual_success())?.schema.as_ref())
        .flat_map(|schema| shape::members(schema, schema))
        .map(|(name, _)| name)
        .collect()
}

/// Where the one array in an answer is, and all schemas for it.
fn arrays(schema: &Schema) -> Option<(String, Vec<&Value>)> {
    let is_array = |part: &Value| {
        shape::branches(schema, part)
            .iter()
            .any(|branch| branch["type"] == "array" || branch.get("items").is_some())
    };
    if is_array(schema) {
        return Some((String::new(), vec![schema]));
    }
    let mut arrays = shape::members(schema, schema).into_iter().filter(|(_, part)| is_array(part));
    let (name, _) = arrays.next()?;
    let all =
        shape::branches(schema, schema).into_iter().filter_map(|branch| branch.get("properties")?.get(name));
    arrays.next().is_none().then(|| (pointer::join("", name), all.collect()))
}

impl Listing {
    /// The list that `operation` answers; `element` makes the success that shows one resource, from its schema and an
    /// example.
    pub(super) fn of<E>(
        contract: &Contract,
        operation: &Operation,
        families: &[Family],
        element: impl FnOnce(&Schema, Option<Value>) -> Result<Success, E>,
    ) -> Result<Option<Self>, E> {
        let Some((family, at, items)) = listed(contract, operation, families) else { return Ok(None) };
        let Some(spec) = operation.response(operation.usual_success()) else {
            return Ok(None);
        };
        let Some(schema) = &spec.schema else { return Ok(None) };
        let example = spec.examples.first().and_then(|example| example.pointer(&at)?.get(0)).cloned();
        let of_array = |keyword: &str| {
            let part = shape::at(schema, &at)?;
            let mut bounds =
                shape::branches(schema, part).into_iter().filter_map(|branch| branch[keyword].as_u64());
            usize::try_from(bounds.next()?).ok()
        };
        let query: Vec<_> =
            operation.parameters.iter().filter(|parameter| parameter.location == Location::Query).collect();
        let named = |names: &[&str]| {
            query.iter().find(|parameter| names.contains(&bare(&parameter.name).as_str())).copied()
        };
        let number = |schema: &Value, keyword: &str| usize::try_from(schema[keyword].as_u64()?).ok();
        let limit = named(&LIMITS);
        let offset = named(&["offset", "skip"]);
        // Both at once would leave open where to begin.
        let page = named(&["page"]).filter(|_| offset.is_none());
        let members = shape::members(schema, schema);
        let integers = || {
            members.iter().filter(|(_, part)| {
                shape::branches(schema, part).iter().any(|branch| branch["type"] == "integer")
            })
        };
        let total = integers().any(|(name, _)| TOTALS.contains(&bare(name).as_str()));
        let counts = integers()
            .filter_map(|(name, _)| match bare(name).as_str() {
                word if TOTALS.contains(&word) => Some(((*name).to_owned(), true)),
                word if COUNTS.contains(&word) => Some(((*name).to_owned(), !total)),
                _ => None,
            })
            .collect();
        let parameters = [limit, offset, page];
        let repeated = integers()
            .filter(|(name, _)| parameters.iter().flatten().any(|parameter| parameter.name == *name))
            .map(|(name, _)| (*name).to_owned())
            .collect();
        let shown: Vec<&str> = shape::members(schema, items).into_iter().map(|(name, _)| name).collect();
        let turns = |name: &str| parameters.iter().flatten().any(|parameter| parameter.name == name);
        let filters = query
            .iter()
            .filter(|parameter| !turns(&parameter.name))
            .filter_map(|parameter| Filter::of(parameter, &shown))
            .collect();
        let detached = schema.part(items);
        Ok(Some(Self {
            family,
            element: element(&detached, example)?,
            least: of_array("minItems").unwrap_or(0),
            most: of_array("maxItems").unwrap_or(usize::MAX),
            counts,
            limit: limit.map(|parameter| (parameter.name.clone(), number(&parameter.schema, "default"))),
            offset: offset.map(|parameter| parameter.name.clone()),
            page: page.map(|parameter| {
                let first = usize::from(number(&parameter.schema, "minimum") != Some(0));
                (parameter.name.clone(), first)
            }),
            repeated,
            filters,
            at,
        }))
    }

    /// What the request wants to see of the resources.
    pub(super) fn wanted(&self, parameters: &[ServedParameter], received: &Received) -> Vec<Wanted<'_>> {
        self.filters.iter().filter_map(|filter| filter.wanted(parameters, received)).collect()
    }

    /// Which of `all` the request asks for, as a range of places.
    pub(super) fn window(&self, all: usize, received: &Received) -> std::ops::Range<usize> {
        let asked = |name: &str| received.query(name).and_then(|text| text.parse::<usize>().ok());
        let size = self.limit.as_ref().and_then(|(name, default)| asked(name).or(*default));
        let first = match (&self.offset, &self.page, size) {
            (Some(name), _, _) => asked(name).unwrap_or(0),
            (None, Some((name, first)), Some(size)) => {
                asked(name).unwrap_or(*first).saturating_sub(*first).saturating_mul(size)
            }
            _ => 0,
        };
        let first = first.min(all);
        let count = size.unwrap_or(usize::MAX).min(self.most);
        first..first.saturating_add(count).min(all)
    }

    /// Puts the elements into the answer, of `all` that there are; leaves it as documented where they are too few for it.
    pub(super) fn fill(&self, body: &mut Value, elements: Vec<Value>, all: usize, received: &Received) {
        if elements.len() < self.least {
            return;
        }
        let shown = elements.len();
        match body.pointer_mut(&self.at) {
            Some(place) => *place = Value::Array(elements),
            None => return,
        }
        let Value::Object(members) = body else { return };
        for (name, whole) in &self.counts {
            members.insert(name.clone(), Value::from(if *whole { all } else { shown }));
        }
        for name in &self.repeated {
            if let Some(asked) = received.query(name).and_then(|text| text.parse::<u64>().ok()) {
                members.insert(name.clone(), Value::from(asked));
            }
        }
    }
}

/// The members of `outer` with those of `inner` put in, objects member by member.
pub(super) fn laid(outer: Option<&Value>, inner: &Value) -> Value {
    match (outer, inner) {
        (Some(Value::Object(outer)), Value::Object(inner)) => {
            let mut both: Map<String, Value> = outer.clone();
            for (name, value) in inner {
                let value = laid(both.get(name), value);
                both.insert(name.clone(), value);
            }
            Value::Object(both)
        }
        _ => inner.clone(),
    }
}
