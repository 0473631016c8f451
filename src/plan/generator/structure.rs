//! `structure`: the keywords about which members an object may have, and all others that no generator aims at.

use serde_json::Value;

use super::Generator;
use crate::model::{Meta, Part, RequestParts};
use crate::plan::aim::{Aim, Constraint};
use crate::plan::bench::Bench;
use crate::plan::draft::{Draft, Outcome};
use crate::plan::expect;
use crate::plan::probe;
use crate::plan::render::Unready;
use crate::synth::{self, Style};
use crate::text::pointer;

pub(super) struct Structure;
pub(super) static THIS: Structure = Structure;

static META: Meta = Meta {
    id: "structure",
    summary: "members that are not allowed, or that another member asks for",
    explain: "Adds a member that the schema forbids (`additionalProperties: false`), or leaves out one that another \
              member asks for (`dependentRequired`). For keywords that no generator can break, a conforming request \
              shows that they can be kept.",
};

/// Keywords that other generators aim at.
const OTHERS: [&str; 17] = [
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "enum",
    "const",
    "required",
    "type",
    "pattern",
];

impl Generator for Structure {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let (Some(constraint), Some(bench)) = (aim.constraint(), aim.bench()) else { return Outcome::NotMine };
        if OTHERS.contains(&constraint.keyword)
            || constraint.keyword == "format"
            || matches!(constraint.part, Part::Credential { .. })
        {
            return Outcome::NotMine;
        }
        if aim.keeps() {
            let why = format!("{} within {}", constraint.name(&bench), constraint.keyword);
            return probe::witness(aim, &bench, &constraint, &why);
        }
        broken(aim, &bench, &constraint).into()
    }
}

fn broken(aim: &Aim<'_>, bench: &Bench<'_>, constraint: &Constraint<'_>) -> Result<Vec<Draft>, Unready> {
    let nothing = || Unready::new(format!("no value breaks {} and nothing else", constraint.keyword));
    if *constraint.part != Part::RequestBody {
        return Err(nothing());
    }
    let judge = bench.body()?.judge();
    let salt = aim.salt("structure");
    let body = |at: &str| {
        let body = bench.plain_body(Style::Smallest, at, constraint.path, &salt)?;
        body.ok_or_else(|| Unready::new("the operation has no body"))
    };
    let mut tries: Vec<(Value, String)> = Vec::new();
    match constraint.keyword {
        "additionalProperties" | "unevaluatedProperties" | "propertyNames" => {
            let mut value = body(constraint.at)?;
            let extra = "not_documented";
            if synth::place(&mut value, &pointer::join(constraint.at, extra), "extra".into()) {
                tries.push((value, format!("with a member {extra}")));
            }
        }
        "dependentRequired" => {
            for (name, others) in constraint.limit.as_object().into_iter().flatten() {
                for other in others.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    let mut value = body(&pointer::join(constraint.at, name))?;
                    synth::take(&mut value, &pointer::join(constraint.at, other));
                    tries.push((value, format!("with {name} and without {other}")));
                }
            }
        }
        _ => {}
    }
    let refusal = probe::refusal(bench, constraint.part)?;
    let mut drafts = Vec::new();
    for (value, why) in tries {
        let breaches = judge.breaches(&value);
        if breaches.is_empty() || breaches.iter().any(|breach| !breach.path.starts_with(constraint.path)) {
            continue;
        }
        let parts = RequestParts { body: Some(Some(value)), ..RequestParts::default() };
        let expect = expect::refused(bench.operation, refusal);
        drafts.push(Draft::one(why, bench.op, bench.request(&parts, &salt)?, expect));
    }
    if drafts.is_empty() { Err(nothing()) } else { Ok(drafts) }
}
