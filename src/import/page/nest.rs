//! Which table describes which object: by its caption, by the order of the page, and by what the examples show.

use serde_json::Value;

use super::block::Said;
use super::kind::Kind;
use super::table::Field;

/// A table that describes an object.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) caption: Option<Said>,
    /// Which table of the page it is, from 1.
    pub(super) place: u32,
    pub(super) fields: Vec<Field>,
}

/// How deep objects are followed; deeper ones stay as they are.
const DEEPEST: usize = 12;

/// Puts the tables where they belong; what belongs nowhere comes back.
pub(super) fn nest(fields: &mut [Field], parts: Vec<Part>, examples: &[Value]) -> Vec<Part> {
    let mut open: Vec<Part> = Vec::new();
    let mut named: Vec<(String, Vec<Field>)> = Vec::new();
    // In several rounds: a table may describe a member of another one that comes later.
    let mut waiting = parts;
    loop {
        let before = waiting.len();
        let mut left = Vec::new();
        for part in waiting {
            match part
                .caption
                .as_ref()
                .map(|caption| (tokens(&caption.text), number(&caption.text)))
                .filter(|(tokens, number)| by_caption(fields, tokens, *number, &part.fields, &mut named))
            {
                Some(_) => {}
                None => left.push(part),
            }
        }
        waiting = left;
        if waiting.is_empty() || waiting.len() == before {
            break;
        }
    }
    for part in waiting {
        let numbered = part.caption.as_ref().is_some_and(|caption| super::words::caption(&caption.text));
        // A caption that names nothing is only overruled by what an example shows.
        let target = next(fields, &part, examples, numbered);
        match target {
            Some(path) => fill(fields, &path, &part.fields, &mut named),
            None => open.push(part),
        }
    }
    share(fields, &named, 0);
    open
}

/// The words of a caption that can be names.
fn tokens(caption: &str) -> Vec<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    caption
        .split(|c: char| !word(c))
        .map(|token| token.trim_matches(['.', '-']).to_owned())
        .filter(|token| token.chars().any(|c| c.is_ascii_alphabetic()))
        .collect()
}

/// The number of a caption: `Table 3 …`, `表3 …`.
fn number(caption: &str) -> Option<u32> {
    let rest = super::block::bare(caption);
    let rest = rest.strip_prefix("Table").or_else(|| rest.strip_prefix('表'))?.trim_start();
    rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse().ok()
}

/// Whether a description sends the reader to the table with this number.
fn sent_to(field: &Field, number: u32) -> bool {
    let plain = field.prose.plain();
    plain.match_indices("Table").chain(plain.match_indices('表')).any(|(at, word)| {
        let rest = plain[at + word.len()..].trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse() == Ok(number)
    })
}

/// Fills every object that a word of a caption names: by its type, its dotted path or its name.
fn by_caption(
    fields: &mut [Field],
    tokens: &[String],
    number: Option<u32>,
    found: &[Field],
    named: &mut Vec<(String, Vec<Field>)>,
) -> bool {
    let mut paths = Vec::new();
    walk(fields, &mut Vec::new(), &mut |path, field, _| {
        let dotted: Vec<&str> = path.iter().map(String::as_str).collect();
        let dotted = dotted.join(".");
        let typed = matches!(field.kind.innermost(), Kind::Object(Some(name)) if tokens.contains(name))
            || field.odd_kind.as_ref().is_some_and(|odd| tokens.contains(&odd.text));
        let holds = object(field) || untold(field);
        let sent = holds && number.is_some_and(|number| sent_to(field, number));
        let exact = typed || sent || (tokens.contains(&dotted) && holds);
        if exact || (tokens.contains(&field.name) && holds) {
            paths.push((path.to_vec(), exact));
        }
    });
    // A name alone may be that of several: the first one without a table is meant.
    let exact: Vec<Vec<String>> =
        paths.iter().filter(|(_, exact)| *exact).map(|(path, _)| path.clone()).collect();
    let chosen =
        if exact.is_empty() { paths.into_iter().take(1).map(|(path, _)| path).collect() } else { exact };
    for path in &chosen {
        fill(fields, path, found, named);
    }
    !chosen.is_empty()
}

/// An object without a table.
fn object(field: &Field) -> bool {
    !field.described && matches!(field.kind.innermost(), Kind::Object(_))
}

/// Something without a table that may be an object: `Array`, or a type that nobody knows.
fn untold(field: &Field) -> bool {
    !field.described
        && matches!(field.kind.innermost(), Kind::Unknown)
        && (field.kind != Kind::Unknown || field.odd_kind.is_some())
}

/// The first object without a table that the examples do not show to be something else. Of what may be no object at all,
/// only what an example shows to have such members, or what the reader is sent to this table for.
fn next(fields: &[Field], part: &Part, examples: &[Value], shown_only: bool) -> Option<Vec<String>> {
    let found = part.fields.as_slice();
    let mut candidates: Vec<(Vec<String>, bool)> = Vec::new();
    let mut vague: Vec<(Vec<String>, bool)> = Vec::new();
    walk(fields, &mut Vec::new(), &mut |path, field, depth| {
        if object(field) && depth < DEEPEST {
            candidates.push((path.to_vec(), matches!(field.kind.innermost(), Kind::Object(Some(_)))));
        } else if untold(field) && depth < DEEPEST {
            vague.push((path.to_vec(), sent_to(field, part.place)));
        }
    });
    // Named types are described level by level, others where they stand.
    if candidates.iter().all(|(_, named)| *named) {
        candidates.sort_by_key(|(path, _)| path.len());
    }
    let judged = candidates.into_iter().map(|(path, _)| {
        let shown: Vec<&str> = examples.iter().flat_map(|example| members(example, &path)).collect();
        let fits = shown.iter().any(|name| found.iter().any(|field| field.name == *name));
        (path, shown.is_empty(), fits)
    });
    let judged: Vec<(Vec<String>, bool, bool)> = judged.collect();
    let fitting = judged.iter().find(|(_, unseen, fits)| (*unseen && !shown_only) || *fits);
    fitting.map(|(path, ..)| path.clone()).or_else(|| {
        let has = |path: &[String]| {
            let shown: Vec<&str> = examples.iter().flat_map(|example| members(example, path)).collect();
            shown.iter().any(|name| found.iter().any(|field| field.name == *name))
        };
        let alone = vague.len() == 1 && judged.is_empty() && !shown_only;
        vague
            .iter()
            .find(|(path, sent)| has(path) || *sent || (alone && part.caption.is_none()))
            .map(|(path, _)| path.clone())
    })
}

/// The names of the members that an example shows at a path.
fn members<'e>(example: &'e Value, path: &[String]) -> Vec<&'e str> {
    let mut here = vec![example];
    for name in path {
        here = here.into_iter().flat_map(elements).filter_map(|value| value.get(name)).collect();
    }
    here.into_iter()
        .flat_map(elements)
        .filter_map(Value::as_object)
        .flat_map(|object| object.keys().map(String::as_str))
        .collect()
}

fn elements(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(elements) => elements.iter().flat_map(elements_of).collect(),
        other => vec![other],
    }
}

fn elements_of(value: &Value) -> Vec<&Value> {
    elements(value)
}

fn walk(fields: &[Field], path: &mut Vec<String>, see: &mut dyn FnMut(&[String], &Field, usize)) {
    if path.len() >= DEEPEST {
        return;
    }
    for field in fields {
        path.push(field.name.clone());
        see(path, field, path.len());
        walk(&field.children, path, see);
        path.pop();
    }
}

fn fill(fields: &mut [Field], path: &[String], found: &[Field], named: &mut Vec<(String, Vec<Field>)>) {
    let Some((first, rest)) = path.split_first() else { return };
    let Some(field) = fields.iter_mut().find(|field| field.name == *first) else { return };
    if !rest.is_empty() {
        return fill(&mut field.children, rest, found, named);
    }
    if field.described {
        return;
    }
    field.described = true;
    field.children = found.to_vec();
    let odd = field.odd_kind.take().map(|odd| odd.text).filter(|_| field.kind == Kind::Unknown);
    field.kind.hold(odd);
    if let Kind::Object(Some(name)) = field.kind.innermost()
        && named.iter().all(|(other, _)| other != name)
    {
        named.push((name.clone(), found.to_vec()));
    }
}

/// Objects of a type that was described elsewhere have the same members. A type within itself ends there.
fn share(fields: &mut [Field], named: &[(String, Vec<Field>)], depth: usize) {
    share_within(fields, named, depth, &mut Vec::new());
}

fn share_within(fields: &mut [Field], named: &[(String, Vec<Field>)], depth: usize, open: &mut Vec<String>) {
    if depth > DEEPEST {
        return;
    }
    for field in fields {
        let name =
            if let Kind::Object(Some(name)) = field.kind.innermost() { Some(name.clone()) } else { None };
        if let Some(name) = &name {
            if open.contains(name) {
                field.children.clear();
                continue;
            }
            if !field.described
                && let Some((_, members)) = named.iter().find(|(other, _)| other == name)
            {
                field.described = true;
                field.children.clone_from(members);
            }
        }
        let pushed = name.is_some();
        open.extend(name);
        share_within(&mut field.children, named, depth + 1, open);
        if pushed {
            open.pop();
        }
    }
}
