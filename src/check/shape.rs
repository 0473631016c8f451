//! Which members a schema names, so that members which nobody documents can be told from others.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use crate::model::Schema;
use crate::text::pointer;

/// A schema as seen by someone who asks only for names. Nodes refer to one another by index, so that recursive schemas
/// are finite.
#[derive(Debug)]
pub(super) struct Shape {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    /// Whether other members than the named ones are fine, or somebody else's business.
    open: bool,
    members: HashMap<String, usize>,
    /// What members that have no name of their own look like.
    rest: Option<usize>,
    first: Vec<usize>,
    items: Option<usize>,
}

impl Shape {
    pub(super) fn new(schema: &Schema) -> Self {
        let mut builder = Builder { root: schema, nodes: Vec::new(), known: HashMap::new() };
        builder.node(BTreeSet::from([String::new()]));
        Self { nodes: builder.nodes }
    }

    /// Calls `tell` with the pointer of every member of `body` that no schema names; of elements of one array, only the
    /// first such member of each name.
    pub(super) fn strangers(&self, body: &Value, tell: &mut dyn FnMut(String)) {
        let mut told = BTreeSet::new();
        self.walk(0, body, &mut Vec::new(), &mut |path| {
            let pattern = path.iter().map(Token::pattern).collect::<Vec<_>>();
            if told.insert(pattern.join("/")) {
                tell(path.iter().fold(String::new(), |at, token| pointer::join(&at, &token.literal())));
            }
        });
    }

    fn walk<'v>(
        &self,
        node: usize,
        value: &'v Value,
        path: &mut Vec<Token<'v>>,
        tell: &mut dyn FnMut(&[Token<'v>]),
    ) {
        let Some(node) = self.nodes.get(node) else { return };
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    path.push(Token::Name(name));
                    match (node.members.get(name).copied().or(node.rest), node.open) {
                        (Some(inner), _) => self.walk(inner, member, path, tell),
                        (None, true) => {}
                        (None, false) => tell(path),
                    }
                    path.pop();
                }
            }
            Value::Array(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    let Some(inner) = node.first.get(at).copied().or(node.items) else { break };
                    path.push(Token::Index(at));
                    self.walk(inner, element, path, tell);
                    path.pop();
                }
            }
            _ => {}
        }
    }
}

#[derive(Clone, Copy)]
enum Token<'v> {
    Name(&'v str),
    Index(usize),
}

impl Token<'_> {
    fn literal(&self) -> String {
        match self {
            Self::Name(name) => (*name).to_owned(),
            Self::Index(at) => at.to_string(),
        }
    }

    fn pattern(&self) -> String {
        match self {
            Self::Name(name) => format!("={name}"),
            Self::Index(_) => "*".to_owned(),
        }
    }
}

struct Builder<'s> {
    root: &'s Schema,
    nodes: Vec<Node>,
    known: HashMap<BTreeSet<String>, usize>,
}

impl Builder<'_> {
    /// The node for values that every schema at these pointers speaks of.
    fn node(&mut self, places: BTreeSet<String>) -> usize {
        let places = self.closure(places);
        if let Some(known) = self.known.get(&places) {
            return *known;
        }
        let index = self.nodes.len();
        self.known.insert(places.clone(), index);
        self.nodes.push(Node { open: true, ..Node::default() });

        let mut members: Vec<(String, BTreeSet<String>)> = Vec::new();
        let (mut rest, mut first, mut items) =
            (BTreeSet::new(), Vec::<BTreeSet<String>>::new(), BTreeSet::new());
        let (mut names_any, mut open) = (false, false);
        for place in &places {
            let Some(Value::Object(schema)) = self.root.resolve(&format!("#{place}")) else { continue };
            for name in schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys) {
                names_any = true;
                let at = pointer::join(&pointer::join(place, "properties"), name);
                match members.iter_mut().find(|(known, _)| known == name) {
                    Some((_, places)) => drop(places.insert(at)),
                    None => members.push((name.clone(), BTreeSet::from([at]))),
                }
            }
            open |= schema.contains_key("patternProperties");
            for keyword in ["additionalProperties", "unevaluatedProperties"] {
                match schema.get(keyword) {
                    None => {}
                    Some(Value::Object(_)) => {
                        open = true;
                        rest.insert(pointer::join(place, keyword));
                    }
                    // `true` leaves it open; `false` is a constraint with a clause of its own.
                    Some(_) => open = true,
                }
            }
            for at in 0..schema.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len) {
                first.resize_with(first.len().max(at + 1), BTreeSet::new);
                first[at].insert(format!("{place}/prefixItems/{at}"));
            }
            if schema.get("items").is_some_and(Value::is_object) {
                items.insert(pointer::join(place, "items"));
            }
        }
        let members = members.into_iter().map(|(name, places)| (name, self.node(places))).collect();
        let rest = (!rest.is_empty()).then(|| self.node(rest));
        let first = first.into_iter().map(|places| self.node(places)).collect();
        let items = (!items.is_empty()).then(|| self.node(items));
        // A schema that names no member at all documents none and excludes none.
        self.nodes[index] = Node { open: open || !names_any, members, rest, first, items };
        index
    }

    /// All schemas that may apply where these do: through references and every kind of branch.
    fn closure(&self, places: BTreeSet<String>) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut next: Vec<String> = places.into_iter().collect();
        while let Some(place) = next.pop() {
            if !all.insert(place.clone()) {
                continue;
            }
            let Some(Value::Object(schema)) = self.root.resolve(&format!("#{place}")) else { continue };
            for keyword in ["$ref", "$dynamicRef"] {
                if let Some(target) =
                    schema.get(keyword).and_then(Value::as_str).and_then(|r| r.strip_prefix('#'))
                {
                    next.push(target.to_owned());
                }
            }
            for keyword in ["allOf", "anyOf", "oneOf"] {
                let count = schema.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
                next.extend((0..count).map(|at| format!("{place}/{keyword}/{at}")));
            }
            for keyword in ["if", "then", "else"] {
                if schema.contains_key(keyword) {
                    next.push(pointer::join(&place, keyword));
                }
            }
            if let Some(Value::Object(dependent)) = schema.get("dependentSchemas") {
                let at = pointer::join(&place, "dependentSchemas");
                next.extend(dependent.keys().map(|name| pointer::join(&at, name)));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn strangers(schema: &Value, body: &Value) -> Vec<String> {
        let mut found = Vec::new();
        Shape::new(&schema.into()).strangers(body, &mut |at| found.push(at));
        found
    }

    #[test]
    fn members_are_known_through_references_and_branches() {
        let schema = json!({
            "$defs": {
                "User": {"type": "object", "properties": {"id": {}}},
                "Tree": {"properties": {"leaf": {}, "inner": {"$ref": "#/$defs/Tree"}}},
            },
            "properties": {
                "a": {},
                "user": {"$ref": "#/$defs/User"},
                "rows": {"items": {"$ref": "#/$defs/User"}},
                "either": {"anyOf": [{"properties": {"x": {}}}, {"properties": {"y": {}}}]},
                "all": {"allOf": [{"$ref": "#/$defs/User"}], "properties": {"more": {}}},
                "open": {"properties": {"x": {}}, "additionalProperties": true},
                "map": {"additionalProperties": {"$ref": "#/$defs/User"}},
                "closed": {"properties": {"x": {}}, "additionalProperties": false},
                "free": {"type": "object"},
                "tree": {"$ref": "#/$defs/Tree"},
                "pair": {"prefixItems": [{"properties": {"x": {}}}, {}]},
            },
        });
        for (body, found) in [
            (
                json!({"a": 1, "user": {"id": 1}, "either": {"x": 1, "y": 2}, "all": {"id": 1, "more": 2}}),
                vec![],
            ),
            (json!({"b": 1, "user": {"name": 1}}), vec!["/b", "/user/name"]),
            (json!({"rows": [{"id": 1}, {"n": 1}, {"n": 2, "m": 3}]}), vec!["/rows/1/n", "/rows/2/m"]),
            (json!({"either": {"z": 1}, "all": {"other": 1}}), vec!["/either/z", "/all/other"]),
            (json!({"open": {"z": 1}, "closed": {"z": 1}, "free": {"z": 1}}), vec![]),
            (json!({"map": {"k": {"id": 1, "z": 2}}}), vec!["/map/k/z"]),
            (json!({"tree": {"inner": {"inner": {"leaf": 1, "z": 1}}}}), vec!["/tree/inner/inner/z"]),
            (json!({"pair": [{"y": 1}, {"y": 1}, {"y": 1}]}), vec!["/pair/0/y"]),
            (json!({"a~/b": 1}), vec!["/a~0~1b"]),
            (json!([1]), vec![]),
        ] {
            assert_eq!(strangers(&schema, &body), found, "{body}");
        }
    }

    #[test]
    fn odd_schemas_are_survived() {
        for schema in
            [json!(true), json!({"$ref": "#"}), json!({"$ref": "#/nowhere", "properties": []}), json!(7)]
        {
            assert!(strangers(&schema, &json!({"a": {"b": 1}})).is_empty(), "{schema}");
        }
    }
}
