//! What several pages say of the same fields, as one: agreements once, disagreements in the ledger.

use serde_json::Value;

use super::kind::Kind;
use super::ledger::{Conflict, Ledger};
use super::limits::Says;
use super::origin::Origin;
use super::table::{Field, credential};
use crate::text::{Span, pointer};

/// A field as all pages together describe it.
#[derive(Debug, Clone)]
pub(super) struct Joined {
    pub(super) name: String,
    pub(super) location: Option<&'static str>,
    pub(super) kind: Kind,
    pub(super) kind_from: Vec<Origin>,
    pub(super) mandatory: Option<bool>,
    pub(super) mandatory_from: Vec<Origin>,
    pub(super) limits: Vec<Limit>,
    /// What it is, in the words of the first page that says it.
    pub(super) says: String,
    pub(super) span: Span,
    pub(super) children: Vec<Joined>,
}

/// A promise, with the words of every page that makes it.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    pub(super) says: Says,
    pub(super) from: Vec<Origin>,
}

/// The fields of one part of an operation, from each page that has the part.
pub(super) struct Sides<'f> {
    /// The address of the part: `reset/request/body`.
    pub(super) address: String,
    pub(super) pages: Vec<(&'f str, &'f [Field])>,
    /// Whether they are parameters, which stand in a path, a query or a header. Members stand where their object does.
    pub(super) located: bool,
}

/// Joins the fields of a part.
pub(super) fn join(sides: &Sides<'_>, ledger: &mut Ledger) -> Vec<Joined> {
    // A page may have parameters of one name in two places.
    let twice = |name: &str| {
        sides.pages.iter().any(|(_, fields)| fields.iter().filter(|field| field.name == name).count() > 1)
    };
    let mut names: Vec<(&str, Option<&str>)> = Vec::new();
    for field in sides.pages.iter().flat_map(|(_, fields)| fields.iter()) {
        let one = (field.name.as_str(), field.location.filter(|_| sides.located && twice(&field.name)));
        if !names.contains(&one) {
            names.push(one);
        }
    }
    let mut all = Vec::new();
    for (name, place) in names {
        let same = |field: &&Field| field.name == name && (place.is_none() || field.location == place);
        let found: Vec<(&str, &Field)> = sides
            .pages
            .iter()
            .filter_map(|(source, fields)| Some((*source, fields.iter().find(same)?)))
            .collect();
        all.push(one(name, &found, sides, ledger));
    }
    all
}

fn origin(source: &str, quote: &super::prose::Quote) -> Origin {
    Origin { source: source.to_owned(), quote: quote.clone() }
}

fn one(name: &str, found: &[(&str, &Field)], sides: &Sides<'_>, ledger: &mut Ledger) -> Joined {
    let first = found[0].1;
    let part = &sides.address;
    let location = found.iter().filter(|_| sides.located).find_map(|(_, field)| field.location);
    let needed = found.iter().find_map(|(_, field)| field.mandatory) != Some(false);
    let address = match location {
        Some("header") if needed && credential(name).is_some() => {
            format!("{part}/credential{}", pointer::join("", name))
        }
        Some(location) if location != "body" => format!("{part}/{location}{}", pointer::join("", name)),
        _ => format!("{part}{}", pointer::join("", name)),
    };
    let heads = |wanted: &dyn Fn(&Field) -> bool| -> Vec<Origin> {
        found
            .iter()
            .filter(|(_, field)| wanted(field))
            .map(|(source, field)| origin(source, &field.head))
            .collect()
    };
    let kinds = |kind: &Kind| heads(&|field: &Field| field.kind.word() == kind.word());
    let kind = found
        .iter()
        .map(|(_, field)| &field.kind)
        .find(|kind| **kind != Kind::Unknown)
        .unwrap_or(&first.kind)
        .clone();
    let others: Vec<Origin> =
        heads(&|field: &Field| field.kind != Kind::Unknown && field.kind.word() != kind.word());
    if !others.is_empty() {
        let sides = kinds(&kind).into_iter().chain(others).collect();
        ledger.add(
            Conflict::new(
                name,
                "types-of",
                "the pages give different types",
                sides,
                vec![format!("{address}/type")],
            )
            .undecided(),
        );
    }
    let mandatory = found.iter().find_map(|(_, field)| field.mandatory);
    let against = heads(&|field: &Field| field.mandatory.is_some_and(|other| Some(other) != mandatory));
    let mandatory = if against.is_empty() { mandatory } else { Some(true) };
    if !against.is_empty() {
        let sides = heads(&|field: &Field| field.mandatory.is_some());
        ledger.add(
            Conflict::new(
                name,
                "need-of",
                "one page asks for it, another one does not",
                sides,
                vec![format!("{address}/required")],
            )
            .undecided(),
        );
    }
    // Text by nature, where no type is said.
    let text = kind == Kind::Unknown && location.is_some();
    let limits = limits(name, found, &address, if text { &Kind::String } else { &kind }, ledger);
    let children = Sides {
        address: inner(&address, &kind),
        pages: found.iter().map(|(source, field)| (*source, field.children.as_slice())).collect(),
        located: false,
    };
    Joined {
        name: name.to_owned(),
        location,
        kind_from: kinds(&kind),
        kind,
        mandatory,
        mandatory_from: heads(&|field: &Field| field.mandatory == mandatory && mandatory.is_some()),
        limits,
        says: found
            .iter()
            .map(|(_, field)| field.prose.printed())
            .find(|says| !says.is_empty())
            .unwrap_or_default(),
        span: first.head.span,
        children: join(&children, ledger),
    }
}

/// Where the promises about what an array holds are addressed.
fn inner(address: &str, kind: &Kind) -> String {
    match kind {
        Kind::Array(of) => inner(&format!("{address}/items"), of),
        _ => address.to_owned(),
    }
}

/// A promise of one page.
struct Said {
    source: String,
    says: Says,
    stated: bool,
    from: Origin,
}

fn limits(
    name: &str,
    found: &[(&str, &Field)],
    address: &str,
    kind: &Kind,
    ledger: &mut Ledger,
) -> Vec<Limit> {
    let said: Vec<Said> = found
        .iter()
        .flat_map(|(source, field)| {
            field.facts.iter().filter(|fact| !matches!(&fact.says, Says::Keyword("type", _))).map(|fact| {
                Said {
                    source: (*source).to_owned(),
                    says: fact.says.clone(),
                    stated: fact.stated,
                    from: origin(source, &fact.quote),
                }
            })
        })
        .collect();
    let mut limits: Vec<Limit> = Vec::new();
    let mut bounds: Vec<&Said> = Vec::new();
    let mut conflicts: Vec<Conflict> = Vec::new();
    for (at, one) in said.iter().enumerate() {
        let topic = topic(&one.says);
        if said[..at].iter().any(|earlier| self::topic(&earlier.says) == topic) {
            continue;
        }
        let all: Vec<&Said> = said[at..].iter().filter(|other| self::topic(&other.says) == topic).collect();
        let taken = taken(&all);
        let from =
            all.iter().filter(|other| other.says == taken.says).map(|other| other.from.clone()).collect();
        limits.push(Limit { says: taken.says.clone(), from });
        if all.iter().all(|other| other.says == taken.says) {
            continue;
        }
        if let Says::Keyword(keyword, _) = &taken.says {
            if stricter(keyword).is_some() {
                bounds.extend(all);
            } else {
                let says = format!("the pages give different values for `{keyword}`");
                let sides = all.iter().map(|other| other.from.clone()).collect();
                // A default is no clause.
                let concerns = if *keyword == "default" { Vec::new() } else { vec![(*keyword).to_owned()] };
                conflicts
                    .push(Conflict::new(name, &format!("{keyword}-of"), &says, sides, concerns).undecided());
            }
        }
    }
    // In the order in which schemas are usually written, whatever the order of the page.
    limits.sort_by_key(|limit| order(&limit.says));
    conflicts.extend(contradicted(name, &bounds));
    conflicts.extend(one_page_only(name, found, &said));
    let limits = consistent(kind, limits);
    // A contradiction concerns the clauses that there are.
    for mut conflict in conflicts {
        let there = |leaf: &String| limits.iter().any(|limit| concern(&limit.says).as_ref() == Some(leaf));
        let told = !conflict.concerns.is_empty();
        conflict.concerns.retain(there);
        let undecided = told && conflict.concerns.is_empty();
        for leaf in &mut conflict.concerns {
            let outer = leaf.ends_with("Items") && matches!(kind, Kind::Array(_));
            *leaf =
                if outer { format!("{address}/{leaf}") } else { format!("{}/{leaf}", inner(address, kind)) };
        }
        ledger.add(if undecided { conflict.unjudged() } else { conflict });
    }
    limits
}

fn order(says: &Says) -> usize {
    const ORDER: [&str; 8] =
        ["enum", "minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "maxItems"];
    match says {
        Says::Keyword(keyword, _) => ORDER.iter().position(|other| other == keyword).unwrap_or(ORDER.len()),
        _ => ORDER.len() + 1,
    }
}

/// Bounds that differ: within a page prose stands against a table, else page against page.
fn contradicted(name: &str, bounds: &[&Said]) -> Option<Conflict> {
    if bounds.is_empty() {
        return None;
    }
    let sources: Vec<&str> = bounds.iter().map(|said| said.source.as_str()).collect();
    let within = sources.iter().any(|source| {
        let own = |stated: bool| bounds.iter().any(|said| said.source == *source && said.stated == stated);
        own(true) && own(false)
    });
    let mut concerns: Vec<String> = Vec::new();
    for said in bounds {
        if let Says::Keyword(keyword, _) = &said.says {
            let concern = (*keyword).to_owned();
            if !concerns.contains(&concern) {
                concerns.push(concern);
            }
        }
    }
    let values = bounds.iter().filter_map(|said| {
        if let Says::Keyword(keyword, value) = &said.says { Some(format!("{keyword} {value}")) } else { None }
    });
    let mut values: Vec<String> = values.collect();
    values.dedup();
    let (what, says) = if within {
        ("prose-and-bounds-of", format!("the prose and the stated bounds differ: {}", values.join(", ")))
    } else {
        ("bounds-of", format!("the pages state different bounds: {}", values.join(", ")))
    };
    let sides = bounds.iter().map(|said| said.from.clone()).collect();
    Some(Conflict::new(name, what, &says, sides, concerns).taken("The stricter one of each."))
}

/// What one page promises of a field and another one, which describes the field too, does not.
fn one_page_only(name: &str, found: &[(&str, &Field)], said: &[Said]) -> Option<Conflict> {
    if found.len() < 2 {
        return None;
    }
    let speaks = |source: &str, topic: &str| {
        said.iter().any(|said| said.source == source && self::topic(&said.says) == topic)
    };
    let lonely: Vec<&Said> = said
        .iter()
        .filter(|said| {
            let topic = topic(&said.says);
            concern(&said.says).is_some() && found.iter().any(|(source, _)| !speaks(source, &topic))
        })
        .collect();
    if lonely.is_empty() {
        return None;
    }
    let silent =
        found.iter().filter(|(source, _)| lonely.iter().any(|said| !speaks(source, &topic(&said.says))));
    let sides = lonely.iter().map(|said| said.from.clone()).chain(silent.map(|(source, field)| {
        let quote = field
            .prose
            .sentences()
            .next()
            .map_or_else(|| field.head.clone(), |(range, _)| field.prose.quote(&range));
        origin(source, &quote)
    }));
    let sides = sides.collect();
    let mut concerns: Vec<String> = lonely.iter().filter_map(|said| concern(&said.says)).collect();
    concerns.dedup();
    let says = "one page limits it, another one does not";
    let conflict = Conflict::new(name, "limits-on-one-page-of", says, sides, concerns);
    Some(conflict.taken("The page that says more."))
}

/// The end of the address of the clause that a promise makes.
fn concern(says: &Says) -> Option<String> {
    match says {
        Says::Keyword("default" | "type", _) | Says::Nullable | Says::Unique | Says::Empty | Says::Unread => {
            None
        }
        Says::Keyword(keyword, _) => Some((*keyword).to_owned()),
        Says::Named(title, _) => Some(format!("{title}/pattern")),
    }
}

/// What a promise is about; two promises about the same can agree or not.
fn topic(says: &Says) -> String {
    match says {
        Says::Keyword(keyword, _) => (*keyword).to_owned(),
        Says::Named(title, _) => format!("={title}"),
        other => format!("{other:?}"),
    }
}

/// Whether the larger (true) or the smaller value of a keyword is the stricter one.
fn stricter(keyword: &str) -> Option<bool> {
    match keyword {
        "minLength" | "minimum" | "minItems" | "exclusiveMinimum" | "minProperties" => Some(true),
        "maxLength" | "maximum" | "maxItems" | "exclusiveMaximum" | "maxProperties" => Some(false),
        _ => None,
    }
}

/// The strictest bound; of all else what is said first.
fn taken<'s>(all: &[&'s Said]) -> &'s Said {
    let mut best = all[0];
    for said in all {
        if let (Says::Keyword(keyword, value), Says::Keyword(_, other)) = (&said.says, &best.says)
            && let Some(larger) = stricter(keyword)
            && let (Some(value), Some(other)) = (value.as_f64(), other.as_f64())
            && (if larger { value > other } else { value < other })
        {
            best = said;
        }
    }
    best
}

/// Without a lower bound that is above the upper one: the prose was misread, or the page is wrong; either way no value
/// would be left.
fn consistent(kind: &Kind, limits: Vec<Limit>) -> Vec<Limit> {
    let value = |keyword: &str| {
        limits.iter().find_map(|limit| match &limit.says {
            Says::Keyword(word, value) if *word == keyword => value.as_f64(),
            _ => None,
        })
    };
    let crossed = [("minLength", "maxLength"), ("minimum", "maximum"), ("minItems", "maxItems")]
        .into_iter()
        .filter(|(low, high)| value(low).zip(value(high)).is_some_and(|(low, high)| low > high));
    let out: Vec<&str> = crossed.flat_map(|(low, high)| [low, high]).collect();
    let fits = |limit: &Limit| match &limit.says {
        Says::Keyword(keyword, value) => {
            !out.contains(keyword) && (*keyword != "enum" || fits_kind(kind, value))
        }
        _ => true,
    };
    limits.into_iter().filter(fits).collect()
}

fn fits_kind(kind: &Kind, values: &Value) -> bool {
    let values = values.as_array().map(Vec::as_slice).unwrap_or_default();
    match kind.innermost() {
        Kind::Integer | Kind::Number => values.iter().all(Value::is_number),
        Kind::String => values.iter().all(Value::is_string),
        _ => false,
    }
}
