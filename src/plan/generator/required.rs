//! `required`: each required part left out is refused, each optional one left out is accepted.

use super::Generator;
use crate::model::{ClauseKind, Meta, Part};
use crate::plan::aim::{Aim, dotted};
use crate::plan::bench::Bench;
use crate::plan::draft::Outcome;
use crate::plan::probe;
use crate::text::pointer;

pub(super) struct Required;
pub(super) static THIS: Required = Required;

static META: Meta = Meta {
    id: "required",
    summary: "each required part left out is refused, each optional one left out is accepted",
    explain: "Leaves out one member or parameter at a time. Everything else in the request keeps the contract.",
};

impl Generator for Required {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let Some(bench) = aim.bench() else { return Outcome::NotMine };
        if let ClauseKind::Optional { part, at } = &aim.clause.kind {
            let why = format!("without {}", name(&bench, part, at));
            return probe::without(aim, &bench, part, at, &why).map(|draft| vec![draft]).into();
        }
        let Some(constraint) = aim.constraint().filter(|constraint| constraint.keyword == "required") else {
            return Outcome::NotMine;
        };
        let member = constraint.limit.as_str().unwrap_or_default();
        let at = match constraint.part {
            Part::Parameter { .. } if constraint.path.is_empty() => String::new(),
            _ => pointer::join(constraint.at, member),
        };
        let name = name(&bench, constraint.part, &at);
        if aim.keeps() {
            let there = crate::plan::aim::Constraint { at: &at, ..constraint };
            return probe::witness(aim, &bench, &there, &format!("with {name}"));
        }
        let why = format!("without {name}");
        probe::without(aim, &bench, constraint.part, &at, &why).map(|draft| vec![draft]).into()
    }
}

fn name(bench: &Bench<'_>, part: &Part, at: &str) -> String {
    match part {
        Part::Parameter { index } => {
            let name = bench.operation.parameters.get(*index).map(|parameter| parameter.name.clone());
            name.unwrap_or_default() + &dotted(at, true)
        }
        _ => dotted(at, false),
    }
}
