//! `countersign plan` and `schema`: what can be done without sending anything.

use std::process::ExitCode;

use serde_json::json;

use super::arguments::{Format, PlanArgs};
use super::misused::misused;
use super::put;
use crate::assemble;
use crate::load;
use crate::model::{Contract, Planned, Role, Step};
use crate::send::Redactor;
use crate::text::count;

/// Prints what would be sent, clause by clause.
pub(super) fn plan(arguments: &PlanArgs) -> ExitCode {
    let settings = arguments.portion.apply(arguments.common.settings());
    let suite = match assemble::suite(&settings) {
        Ok(suite) => suite,
        Err(wrong) => return misused(&wrong),
    };
    let plan = match assemble::plan(&settings, &suite) {
        Ok(plan) => plan,
        Err(wrong) => return misused(&wrong),
    };
    let redactor = assemble::redactor(&suite);
    let of_shard = |planned: &Planned| match (planned, settings.shard) {
        (Planned::Case(case), Some(shard)) => shard.holds(&case.id),
        _ => true,
    };
    let planned: Vec<Planned> = plan.filter(of_shard).collect();
    if arguments.json {
        put(&planned
            .iter()
            .map(|planned| format!("{}\n", line(&suite.contract, planned, &redactor)))
            .collect::<String>())
    } else {
        put(&by_clause(&suite.contract, &planned, &redactor))
    }
}

/// One planned case, or the reason why there is none, as JSON.
fn line(contract: &Contract, planned: &Planned, redactor: &Redactor) -> serde_json::Value {
    match planned {
        Planned::Gap(gap) => json!({
            "clause": contract.clause(gap.clause).address,
            "side": gap.side,
            "not_exercised": redactor.text(&gap.because),
        }),
        Planned::Case(case) => json!({
            "case": case.id,
            "clause": contract.clause(case.clause).address,
            "side": case.side,
            "generator": case.generator,
            "why": redactor.text(&case.why),
            "writes": case.writes,
            "steps": case.steps.iter().map(|step| json!({
                "operation": contract.operation(step.operation).id,
                "method": step.request.method,
                "path": redactor.text(&step.request.path),
                "query": step.request.query.iter().map(|(name, value)| (name, redactor.text(value))).collect::<Vec<_>>(),
                "headers": step.request.headers.iter().map(|(name, value)| (name, redactor.text(value))).collect::<Vec<_>>(),
                "body": step.request.body.as_ref().map(|body| redactor.text(&String::from_utf8_lossy(&body.bytes()))),
                "expect": step.expect.status,
            })).collect::<Vec<_>>(),
        }),
    }
}

/// The plan as a page: each clause with its cases under it, in the order of the contract.
fn by_clause(contract: &Contract, planned: &[Planned], redactor: &Redactor) -> String {
    let mut page = String::new();
    let (mut cases, mut gaps, mut requests) = (0u64, 0u64, 0usize);
    let mut under: Vec<Vec<String>> = vec![Vec::new(); contract.clauses.len()];
    for planned in planned {
        match planned {
            Planned::Case(case) => {
                cases += 1;
                requests += case.steps.len();
                let tests = |step: &&Step| step.own.role == Role::Test;
                let expect = case
                    .steps
                    .iter()
                    .rev()
                    .find(tests)
                    .map(|step| step.expect.status.to_string())
                    .unwrap_or_default();
                let sent =
                    case.steps.iter().map(|step| request(step, redactor)).collect::<Vec<_>>().join(" → ");
                under[case.clause.0 as usize].push(format!(
                    "    {}  {:<7} {} → {expect}\n                      {sent}\n",
                    case.id,
                    case.side.word(),
                    redactor.text(&case.why)
                ));
            }
            Planned::Gap(gap) => {
                gaps += 1;
                under[gap.clause.0 as usize].push(format!(
                    "    {:<16}  {:<7} not exercised: {}\n",
                    "–",
                    gap.side.word(),
                    redactor.text(&gap.because)
                ));
            }
        }
    }
    for (clause, lines) in contract.clauses.iter().zip(under) {
        let observed = lines.is_empty() && clause.sides.observe;
        page += &format!("{}\n    {}\n", clause.address, clause.text);
        if observed {
            page += "    every answer is looked at\n";
        }
        page.extend(lines);
    }
    page += &format!(
        "\n{} · {} · {} · {} not exercised\n",
        count(contract.clauses.len() as u64, "clause", "clauses"),
        count(cases, "case", "cases"),
        count(requests as u64, "request", "requests"),
        count(gaps, "side", "sides"),
    );
    page
}

/// What a step sends, in one line: method, path with query, headers that are not the same everywhere, body.
fn request(step: &Step, redactor: &Redactor) -> String {
    let request = &step.request;
    let query: Vec<String> = request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    // What is shortened first may keep half a secret, which nothing recognises.
    let shown = |text: &str, most: usize| shorten(&redactor.text(text), most);
    let mut line = format!("{} {}", request.method, shown(&request.path, 160));
    if !query.is_empty() {
        line += &format!("?{}", shown(&query.join("&"), 90));
    }
    for (name, value) in request.headers.iter().filter(|(name, _)| !is_everywhere(name)) {
        line += &format!(" {name}: {}", shown(value, 40));
    }
    match &request.body {
        None => {}
        Some(body) => line += &format!(" {}", shown(&String::from_utf8_lossy(&body.bytes()), 90)),
    }
    line
}

fn is_everywhere(header: &str) -> bool {
    ["accept", "content-type"].iter().any(|known| header.eq_ignore_ascii_case(known))
}

fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.to_owned()
    } else {
        text.chars().take(most - 1).chain(['…']).collect()
    }
}

/// Prints the JSON Schema of a file format.
pub(super) fn schema(of: Format) -> ExitCode {
    let schema = match of {
        Format::Contract => load::editor_schema(),
        Format::Waivers => load::waiver_schema(),
        Format::Config => load::project_schema(),
    };
    put(&format!("{schema:#}\n"))
}
