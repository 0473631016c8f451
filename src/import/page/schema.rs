//! Joined fields → schemas of the contract format, each keyword with its words.

use serde_json::{Map as Json, Value, json};

use super::build::{Map, json as node, list, text, texts, truth};
use super::join::{Joined, Limit};
use super::kind::Kind;
use super::limits::Says;
use super::origin::{Origin, cites};
use crate::conform::Judge;
use crate::text::Span;
use crate::text::tree::Node;

/// What the examples of a body show of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// Values, with the words that show them.
    pub(super) values: Vec<(Value, Origin)>,
}

impl Seen {
    /// What they show of a member.
    pub(super) fn of(&self, name: &str) -> Self {
        let member = |(value, origin): &(Value, Origin)| Some((value.get(name)?.clone(), origin.clone()));
        Self { values: self.values.iter().filter_map(member).collect() }
    }

    /// What they show of an array's elements.
    pub(super) fn elements(&self) -> Self {
        let elements = |(value, origin): &(Value, Origin)| {
            let all = value.as_array().cloned().unwrap_or_default();
            all.into_iter().map(|element| (element, origin.clone())).collect::<Vec<_>>()
        };
        Self { values: self.values.iter().flat_map(elements).collect() }
    }

    /// What a page hides, and the words that show it.
    fn masks(&self) -> impl Iterator<Item = (&str, &Origin)> {
        self.values.iter().filter_map(|(value, origin)| Some((hidden(value)?, origin)))
    }

    /// Values that are none that the page hides.
    pub(super) fn open(&self) -> impl Iterator<Item = &(Value, Origin)> {
        self.values.iter().filter(|(value, _)| hidden(value).is_none())
    }
}

/// The text that stands in for a value.
pub(super) fn hidden(value: &Value) -> Option<&str> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members.get("masked")?.as_str()
}

/// Writes schemas.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer<'m> {
    /// Of a request body; else of an answer, a parameter or a header.
    pub(super) request: bool,
    /// Of a body at all.
    pub(super) body: bool,
    /// Secrets that some answer of these pages hides, by the names of their members.
    pub(super) masks: &'m [(String, String, Origin)],
}

impl Writer<'_> {
    /// An object with these members, and `more`, which only examples show.
    pub(super) fn object(self, fields: &[Joined], seen: &Seen, from: &[Origin], span: Span) -> Map {
        let mut map = Map::new(span);
        map.put("type", text("object", span));
        let always = self.always(fields, seen);
        if !always.is_empty() {
            map.put(
                "required",
                list(always.iter().map(|field| text(&*field.name, field.span)).collect(), span),
            );
        }
        // What only an example shows comes behind its neighbour there.
        let mut extra = only_shown(fields, seen);
        let mut members = Map::new(span);
        let behind = |name: &str, extra: &mut Vec<(String, Seen)>, members: &mut Map| {
            let mut last = name.to_owned();
            while let Some(at) =
                extra.iter().position(|(name, _)| neighbour(name, seen) == Some(last.as_str()))
            {
                let (name, seen) = extra.remove(at);
                members.put(&name, shown(&name, &seen, span));
                last = name;
            }
        };
        for field in fields {
            members.put_at(&field.name, self.field(field, &seen.of(&field.name)), field.span);
            behind(&field.name, &mut extra, &mut members);
        }
        for (name, seen) in extra {
            members.put(&name, shown(&name, &seen, span));
        }
        if !from.is_empty() {
            map.put("from", texts(cites(from), span));
        }
        map.put_some("properties", members.some());
        map
    }

    /// The members that have to be there: what a request needs, and what every example of an answer shows.
    fn always<'f>(self, fields: &'f [Joined], seen: &Seen) -> Vec<&'f Joined> {
        let shown = |field: &&Joined| {
            !seen.values.is_empty() && seen.values.iter().all(|(value, _)| value.get(&field.name).is_some())
        };
        fields
            .iter()
            .filter(|field| {
                field.mandatory.unwrap_or(false)
                    || (!self.request && field.mandatory.is_none() && shown(field))
            })
            .collect()
    }

    /// The schema of one field.
    pub(super) fn field(self, field: &Joined, seen: &Seen) -> Node {
        let mut map = Map::new(field.span);
        let mut from: Vec<(String, Vec<Origin>)> = Vec::new();
        let mut why = |keyword: &str, origins: &[Origin]| from.push((keyword.to_owned(), origins.to_vec()));
        if self.body {
            match field.mandatory {
                Some(true) => why("required", &field.mandatory_from),
                Some(false) if self.request => why("optional", &field.mandatory_from),
                // What every example of an answer shows has the object's own words.
                _ => {}
            }
        }
        let secret = self.body && field.kind == Kind::String && secret(&field.name);
        if secret {
            map.put("format", text("password", field.span));
            if self.request {
                map.put("writeOnly", truth(field.span));
            }
        }
        let (inner, inner_from) = self.kind(&field.kind, field, seen);
        let branches = self.branches(field, &inner, &inner_from, seen);
        if branches.is_empty() {
            let mut whole = Map::new(field.span);
            for (name, value) in inner {
                whole.put(&name, value);
            }
            for (name, value) in map.node().members().to_vec() {
                whole.put(&name.text, value);
            }
            map = whole;
            from.extend(inner_from);
        } else {
            map.put("anyOf", list(branches, field.span));
        }
        if self.body && !field.says.is_empty() {
            map.put("description", text(&*field.says, field.span));
        }
        map.put_some("from", froms(&from, field.span));
        map.node()
    }

    /// Where an empty text, or what the page shows in place of a value, breaks what is promised of values: one branch for
    /// it, one for values.
    fn branches(
        self,
        field: &Joined,
        inner: &[(String, Node)],
        from: &[(String, Vec<Origin>)],
        seen: &Seen,
    ) -> Vec<Node> {
        let schema = inner
            .iter()
            .map(|(name, node)| (name.clone(), without_from(&node.json())))
            .collect::<Json<_, _>>();
        let Ok(judge) = Judge::new(Value::Object(schema)) else { return Vec::new() };
        let mut branches = Vec::new();
        let empty = field.limits.iter().find(|limit| limit.says == Says::Empty);
        if let Some(limit) = empty.filter(|_| self.request && self.body && !judge.accepts(&json!(""))) {
            let mut branch = Map::new(field.span);
            branch.put("title", text("empty", field.span));
            branch.put("const", text("", field.span));
            branch.put("from", texts(cites(&limit.from), field.span));
            branches.push(branch.node());
        }
        // A secret that one example hides may be hidden wherever it comes back.
        let elsewhere = self
            .masks
            .iter()
            .filter(|(name, ..)| *name == field.name && secret(name) && seen.values.is_empty())
            .map(|(_, mask, origin)| (mask.as_str(), origin));
        if !self.request
            && self.body
            && field.kind == Kind::String
            && let Some((mask, origin)) =
                seen.masks().chain(elsewhere).find(|(mask, _)| !judge.accepts(&json!(mask)))
        {
            let mut branch = Map::new(field.span);
            branch.put("title", text("masked", field.span));
            branch.put("type", text("string", field.span));
            let first = mask.chars().next().unwrap_or('*');
            if mask.chars().all(|c| c == first) && !first.is_whitespace() {
                let escape = if "*.•".contains(first) && first.is_ascii() { "\\" } else { "" };
                branch.put("pattern", text(format!("^{escape}{first}+$"), field.span));
            } else {
                branch.put("const", text(mask, field.span));
            }
            branch.put("from", texts(vec![origin.member(&field.name).cite()], field.span));
            branches.push(branch.node());
        }
        if !branches.is_empty() {
            let mut branch = Map::new(field.span);
            for (name, value) in inner {
                branch.put(name, value.clone());
            }
            branch.put_some("from", froms(from, field.span));
            branches.push(branch.node());
        }
        branches
    }

    /// Type and promises, and for each keyword its words.
    #[expect(clippy::type_complexity, reason = "keywords with their values, and keywords with their words")]
    fn kind(
        self,
        kind: &Kind,
        field: &Joined,
        seen: &Seen,
    ) -> (Vec<(String, Node)>, Vec<(String, Vec<Origin>)>) {
        let span = field.span;
        let mut all: Vec<(String, Node)> = Vec::new();
        let mut from: Vec<(String, Vec<Origin>)> = Vec::new();
        if let Some(word) = kind.word() {
            let null = field.limits.iter().find(|limit| limit.says == Says::Nullable && self.body);
            let (value, mut origins) = (text(word, span), field.kind_from.clone());
            let value = match null {
                Some(limit) => {
                    origins.extend(limit.from.clone());
                    list(vec![value, text("null", span)], span)
                }
                None => value,
            };
            all.push(("type".to_owned(), value));
            from.push(("type".to_owned(), origins));
        }
        match kind {
            Kind::Array(of) => {
                promises(&field.limits, |keyword| keyword.ends_with("Items"), span, &mut all, &mut from);
                let (inner, inner_from) = self.kind(of, field, &seen.elements());
                let null_free = inner.into_iter().map(|(name, node)| {
                    if name == "type" {
                        (name, text(of.word().unwrap_or_default(), span))
                    } else {
                        (name, node)
                    }
                });
                let mut items = Map::new(span);
                null_free.for_each(|(name, node)| items.put(&name, node));
                let own: Vec<_> = inner_from.into_iter().filter(|(keyword, _)| keyword != "type").collect();
                items.put_some("from", froms(&own, span));
                all.extend(items.some().map(|items| ("items".to_owned(), items)));
            }
            Kind::Object(_) if !field.children.is_empty() => {
                let object = self.object(&field.children, seen, &[], span).node();
                for (key, member) in object.members().iter().filter(|(key, _)| key.text != "type") {
                    all.push((key.text.clone(), member.clone()));
                }
            }
            Kind::Map(of) => {
                let value =
                    of.word().map_or_else(|| truth(span), |word| node(&json!({ "type": word }), span));
                all.push(("additionalProperties".to_owned(), value));
                promises(&field.limits, |keyword| keyword.ends_with("Properties"), span, &mut all, &mut from);
            }
            Kind::Object(_) => {}
            _ => promises(&field.limits, |keyword| !keyword.ends_with("Items"), span, &mut all, &mut from),
        }
        let null = field.limits.iter().any(|limit| limit.says == Says::Nullable) && self.body;
        if null && !matches!(kind, Kind::Array(_)) {
            let values = all.iter_mut().filter(|(name, _)| name == "enum").map(|(_, values)| values);
            for values in values {
                if let Value::Array(mut listed) = values.json() {
                    listed.push(Value::Null);
                    *values = node(&Value::Array(listed), span);
                }
            }
        }
        (all, from)
    }
}

/// The promises whose keyword `wanted` takes.
fn promises(
    limits: &[Limit],
    wanted: impl Fn(&str) -> bool,
    span: Span,
    all: &mut Vec<(String, Node)>,
    from: &mut Vec<(String, Vec<Origin>)>,
) {
    let mut named: Vec<Node> = Vec::new();
    // Patterns of one sentence share its words.
    let mut patterns =
        limits.iter().filter(|limit| matches!(limit.says, Says::Named(..))).map(|limit| cites(&limit.from));
    let shared = patterns.next().is_some_and(|first| patterns.all(|other| other == first));
    let mut plain = |keyword: &str, value: &Value, limit: &Limit, named: &mut Vec<Node>| {
        // A second pattern stands beside the first.
        if keyword == "pattern" && all.iter().any(|(name, _)| name == "pattern") {
            return branch("characters", value, Some(limit), span, named);
        }
        all.push((keyword.to_owned(), node(value, span)));
        from.push((keyword.to_owned(), limit.from.clone()));
    };
    for limit in limits {
        match &limit.says {
            Says::Keyword(keyword, value) if wanted(keyword) => plain(keyword, value, limit, &mut named),
            Says::Named(title, pattern) => {
                let pattern = plain_edge(pattern, limits);
                branch(title, &json!(pattern), Some(limit).filter(|_| !shared), span, &mut named);
            }
            _ => {}
        }
    }
    if !named.is_empty() {
        all.push(("allOf".to_owned(), list(named, span)));
        let words = limits.iter().find(|limit| shared && matches!(limit.says, Says::Named(..)));
        from.extend(words.map(|limit| ("allOf".to_owned(), limit.from.clone())));
    }
}

/// What may not stand at an end of a text that can't be empty needs no word for the empty one.
fn plain_edge(pattern: &str, limits: &[Limit]) -> String {
    let filled = limits.iter().any(|limit| {
        matches!(&limit.says, Says::Keyword("minLength", least) if least.as_u64().is_some_and(|least| least > 0))
    });
    let start =
        pattern.strip_prefix("^($|").and_then(|rest| rest.strip_suffix(')')).map(|class| format!("^{class}"));
    let end =
        pattern.strip_prefix("(^|").and_then(|rest| rest.strip_suffix(")$")).map(|class| format!("{class}$"));
    start.or(end).filter(|_| filled).unwrap_or_else(|| pattern.to_owned())
}

fn branch(title: &str, pattern: &Value, own: Option<&Limit>, span: Span, named: &mut Vec<Node>) {
    let mut branch = Map::new(span);
    branch.put("title", text(title, span));
    branch.put("pattern", node(pattern, span));
    branch.put_some("from", own.map(|limit| texts(cites(&limit.from), span)));
    named.push(branch.node());
}

/// Which words are for which keyword; what most keywords share, for all of them.
pub(super) fn froms(entries: &[(String, Vec<Origin>)], span: Span) -> Option<Node> {
    let mut groups: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for (keyword, origins) in entries.iter().filter(|(_, origins)| !origins.is_empty()) {
        let cited = cites(origins);
        match groups.iter_mut().find(|(other, _)| *other == cited) {
            Some((_, keywords)) => keywords.push(keyword),
            None => groups.push((cited, vec![keyword])),
        }
    }
    if groups.len() < 2 {
        return groups.pop().map(|(cited, _)| texts(cited, span));
    }
    let most = groups.iter().map(|(_, keywords)| keywords.len()).max().unwrap_or(0);
    // What the branches of `allOf` have from here can only be said of the whole.
    let branches = groups.iter().position(|(_, keywords)| keywords.contains(&"allOf"));
    let whole = branches
        .or_else(|| groups.iter().position(|(_, keywords)| keywords.len() == most).filter(|_| most > 1));
    let whole = whole.or_else(|| groups.iter().position(|(_, keywords)| keywords.contains(&"type")));
    let mut map = Map::new(span);
    for (index, (cited, keywords)) in groups.into_iter().enumerate() {
        if Some(index) == whole {
            map.put("", texts(cited, span));
        } else {
            for keyword in keywords {
                map.put(keyword, texts(cited.clone(), span));
            }
        }
    }
    map.some()
}

/// Members that an example shows and no table names.
pub(super) fn only_shown(fields: &[Joined], seen: &Seen) -> Vec<(String, Seen)> {
    let mut names: Vec<&String> = Vec::new();
    for (value, _) in seen.open() {
        for name in value.as_object().into_iter().flat_map(Json::keys) {
            if fields.iter().all(|field| field.name != *name) && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.into_iter().map(|name| (name.clone(), seen.of(name))).collect()
}

/// The member before this one in the first example that has it.
fn neighbour<'s>(name: &str, seen: &'s Seen) -> Option<&'s str> {
    let object =
        seen.open().filter_map(|(value, _)| value.as_object()).find(|object| object.contains_key(name))?;
    let at = object.keys().position(|key| key == name)?;
    object.keys().nth(at.checked_sub(1)?).map(String::as_str)
}

/// What the example shows is all that is known.
fn shown(name: &str, seen: &Seen, span: Span) -> Node {
    let mut map = Map::new(span);
    let word = |value: &Value| match value {
        Value::String(_) => Some("string"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        Value::Bool(_) => Some("boolean"),
        Value::Array(_) => Some("array"),
        Value::Object(_) => Some("object"),
        Value::Null => None,
    };
    let words: Vec<Option<&str>> = seen.open().map(|(value, _)| word(value)).collect();
    if let Some(Some(first)) = words.first().filter(|first| words.iter().all(|word| word == *first)) {
        map.put("type", text(*first, span));
    }
    if let Some((_, origin)) = seen.values.first() {
        map.put("from", texts(vec![origin.member(name).cite()], span));
    }
    map.node()
}

/// Whether the name says that values are secret.
fn secret(name: &str) -> bool {
    let lower = name.to_lowercase();
    let last = lower.rsplit(['.', '/']).next().unwrap_or_default();
    [
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "secret_key",
        "private_key",
        "api_key",
        "apikey",
        "access_key_secret",
        "client_secret",
        "credential_secret",
    ]
    .iter()
    .any(|word| last.ends_with(word))
}

/// The schema as JSON Schema has it.
pub(super) fn without_from(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(name, _)| *name != "from")
                .map(|(name, member)| (name.clone(), without_from(member)))
                .collect(),
        ),
        Value::Array(elements) => Value::Array(elements.iter().map(without_from).collect()),
        other => other.clone(),
    }
}

/// What the examples of answers hide, by the names of the members.
pub(super) fn masks(value: &Value, origin: &Origin, all: &mut Vec<(String, String, Origin)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match hidden(member) {
                    Some(mask) if all.iter().all(|(other, ..)| other != name) => {
                        all.push((name.clone(), mask.to_owned(), origin.clone()));
                    }
                    Some(_) => {}
                    None => masks(member, origin, all),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| masks(element, origin, all)),
        _ => {}
    }
}
