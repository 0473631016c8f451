//! What the mock remembers: the members of resources that requests can change, and which resources there are.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::family::NamedBy;
use super::{shape, values, wire};

/// Resources that no contract names (made ones, and where any identifier is accepted) are remembered up to this number:
/// more than a client's tests make, and few enough for a list to show them all at once …
pub(super) const MOST_RESOURCES: usize = 1024;
/// … and this many bytes of their members, the oldest forgotten first. So a client that makes resources without end
/// costs no more than this; what the variables name is not counted and never forgotten.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// One resource.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// The members that requests can change.
    pub(super) members: Arc<Map<String, Value>>,
    /// The answers by operation and status before the members are put in.
    pub(super) bases: Arc<BTreeMap<(usize, u16), Value>>,
    /// How many values were generated for it.
    pub(super) generated: u64,
    /// Whether it was deleted.
    pub(super) gone: bool,
    /// The last value of its name.
    pub(super) id: String,
    /// Its members as they were at first.
    pub(super) first: Arc<Map<String, Value>>,
    /// Its place in the order of making.
    born: u64,
    /// It exists from the start: it is never forgotten, and not counted.
    lasting: bool,
    bytes: usize,
}

/// Everything that changes.
#[derive(Debug, Default)]
pub(super) struct State {
    resources: BTreeMap<String, Resource>,
    /// Those that may be forgotten, oldest first.
    passing: VecDeque<String>,
    bytes: usize,
    /// How many resources have come to be.
    births: u64,
    /// For each family the largest number that was an identifier: none is given twice.
    highest: BTreeMap<usize, u64>,
}

impl Resource {
    /// A resource that has just come to be.
    pub(super) fn new(key: &str, members: Map<String, Value>, bases: BTreeMap<(usize, u16), Value>) -> Self {
        let members = Arc::new(members);
        Self {
            first: Arc::clone(&members),
            members,
            bases: Arc::new(bases),
            generated: 0,
            gone: false,
            id: key.trim_end_matches('\u{1}').rsplit('\u{1}').next().unwrap_or_default().to_owned(),
            born: 0,
            lasting: false,
            bytes: 0,
        }
    }
}

impl State {
    /// Adds a resource that exists from the start and is never forgotten.
    pub(super) fn found(&mut self, family: usize, key: String, mut resource: Resource) {
        self.count(family, &resource.id);
        self.births += 1;
        resource.born = self.births;
        resource.lasting = true;
        self.resources.insert(key, resource);
    }

    fn count(&mut self, family: usize, id: &str) {
        if let Ok(number) = id.parse::<u64>() {
            let highest = self.highest.entry(family).or_default();
            *highest = (*highest).max(number);
        }
    }

    /// Whether this resource of a collection is there.
    pub(super) fn lives(&self, key: &str) -> bool {
        self.resources.get(key).is_some_and(|resource| !resource.gone)
    }

    /// The resources whose names begin with `prefix` that are there, newest last.
    pub(super) fn living(&self, prefix: &str) -> Vec<Resource> {
        let mut found: Vec<Resource> = self
            .resources
            .range(prefix.to_owned()..)
            .take_while(|(key, _)| key.starts_with(prefix))
            .filter(|(_, resource)| !resource.gone)
            .map(|(_, resource)| resource.clone())
            .collect();
        found.sort_by_key(|resource| resource.born);
        found
    }

    /// An identifier inside `schema` that no resource of the family has had: the next number, or a text that is made up.
    /// None when none can be found.
    pub(super) fn new_identifier(&self, family: usize, prefix: &str, named_by: &NamedBy) -> Option<String> {
        let schema = named_by.schemas.first()?;
        let free = |id: &String| {
            !id.is_empty() && !id.contains('/') && !self.resources.contains_key(&format!("{prefix}{id}\u{1}"))
        };
        let highest = self.highest.get(&family).copied().unwrap_or_default();
        let kinds = shape::branches(schema, schema);
        if wire::asks_for(schema, "integer") || wire::asks_for(schema, "number") {
            let least = kinds.iter().filter_map(|branch| branch["minimum"].as_u64()).max().unwrap_or(1);
            let next = highest.saturating_add(1).max(least);
            // Where the largest number allowed is taken, a smaller one has to do.
            let numbers =
                (next..=next.saturating_add(MOST_TRIES)).chain(least..=least.saturating_add(MOST_TRIES));
            return numbers.map(|number| number.to_string()).find(|id| named_by.lets_in(id) && free(id));
        }
        let text = |kind: u64, salt: &str| match kind {
            0 => Some(values::uuid(&values::digest(&[salt]))),
            1 => values::sample(schema, salt)?.as_str().map(str::to_owned),
            2 => Some(values::digest(&[salt])),
            _ => Some((self.births + 1).to_string()),
        };
        (0..MOST_TRIES)
            .flat_map(|attempt| (0..4).map(move |kind| (attempt, kind)))
            .filter_map(|(attempt, kind)| text(kind, &format!("{prefix}{}/{attempt}", self.births)))
            .find(|id| free(id) && named_by.lets_in(id))
    }

    /// Takes a resource of a collection away, with all that stands below it in other families. What exists from the
    /// start is only marked.
    pub(super) fn remove(&mut self, key: &str, below: &[String]) {
        let keys: Vec<String> = std::iter::once(key)
            .chain(below.iter().map(String::as_str))
            .flat_map(|prefix| {
                let keys = self.resources.range(prefix.to_owned()..).map(|(key, _)| key);
                keys.take_while(move |key| key.starts_with(prefix)).cloned()
            })
            .collect();
        for key in keys {
            let passing = self.passing.iter().position(|other| *other == key);
            if let Some(at) = passing {
                self.passing.remove(at);
                if let Some(removed) = self.resources.remove(&key) {
                    self.bytes -= removed.bytes.min(self.bytes);
                }
            } else if let Some(resource) = self.resources.get_mut(&key) {
                resource.gone = true;
            }
        }
    }

    /// Writes what changed between `before` and `after` to every other resource of the family: what a faulty mock does.
    pub(super) fn spread(
        &mut self,
        family: usize,
        key: &str,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) {
        let prefix = prefix(family);
        let others =
            self.resources.range_mut(prefix.clone()..).take_while(|(other, _)| other.starts_with(&prefix));
        for (_, resource) in others.filter(|(other, _)| *other != key) {
            let mut members = (*resource.members).clone();
            for (name, value) in after.iter().filter(|(name, value)| before.get(*name) != Some(*value)) {
                members.insert(name.clone(), value.clone());
            }
            resource.members = Arc::new(members);
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Resource> {
        self.resources.get(key)
    }

    /// Whether another resource of the family has this value of this member.
    pub(super) fn has_other(&self, family: usize, key: &str, member: &str, value: &Value) -> bool {
        let prefix = prefix(family);
        self.resources.range(prefix.clone()..).take_while(|(other, _)| other.starts_with(&prefix)).any(
            |(other, resource)| other != key && !resource.gone && resource.members.get(member) == Some(value),
        )
    }

    /// Remembers `resource`.
    pub(super) fn put(&mut self, family: usize, key: &str, mut resource: Resource) {
        if let Some(before) = self.resources.get(key) {
            self.bytes -= before.bytes.min(self.bytes);
            resource.born = before.born;
            resource.lasting = before.lasting;
        } else {
            self.passing.push_back(key.to_owned());
            self.count(family, &resource.id);
            self.births += 1;
            resource.born = self.births;
        }
        resource.bytes = if resource.lasting { 0 } else { weight(&resource.members) };
        self.bytes += resource.bytes;
        self.resources.insert(key.to_owned(), resource);
        while self.passing.len() > MOST_RESOURCES || (self.bytes > MOST_BYTES && self.passing.len() > 1) {
            let Some(oldest) = self.passing.pop_front() else { break };
            if let Some(forgotten) = self.resources.remove(&oldest) {
                self.bytes -= forgotten.bytes.min(self.bytes);
            }
        }
    }
}

/// How many identifiers are tried before giving up.
const MOST_TRIES: u64 = 64;

/// About as many bytes as the members take.
fn weight(members: &Map<String, Value>) -> usize {
    fn of(value: &Value) -> usize {
        match value {
            Value::String(text) => text.len(),
            Value::Array(elements) => elements.iter().map(of).sum(),
            Value::Object(members) => weight(members),
            _ => 0,
        }
    }
    members.iter().map(|(name, value)| 64 + name.len() + of(value)).sum()
}

fn prefix(family: usize) -> String {
    format!("{family}\u{1}")
}

/// The name of a resource in the state.
pub(super) fn key<'v>(family: usize, values: impl IntoIterator<Item = &'v str>) -> String {
    let mut key = prefix(family);
    for value in values {
        key.push_str(value);
        key.push('\u{1}');
    }
    key
}
