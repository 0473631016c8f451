//! `countersign plan`, `lint` and `schema`: what can be done without sending anything.

use std::process::ExitCode;

use serde_json::json;

use super::arguments::{Lint, PlanArgs};
use super::misused::{diagnostics, misused};
use super::put;
use crate::assemble;
use crate::model::{Contract, Planned, RequestBody, Side};
use crate::text::Severity;
use crate::{lint, load};

/// Prints what would be sent, clause by clause.
pub(super) fn plan(arguments: &PlanArgs) -> ExitCode {
    let settings = arguments.common.settings();
    let suite = match assemble::suite(&settings) {
        Ok(suite) => suite,
        Err(wrong) => return misused(&wrong),
    };
    let plan = match assemble::plan(&settings, &suite) {
        Ok(plan) => plan,
        Err(wrong) => return misused(&wrong),
    };
    let planned: Vec<Planned> = plan.collect();
    if arguments.json {
        put(&planned.iter().map(|planned| format!("{}\n", line(&suite.contract, planned))).collect::<String>())
    } else {
        put(&by_clause(&suite.contract, &planned))
    }
}

/// One planned case, or the reason why there is none, as JSON.
fn line(contract: &Contract, planned: &Planned) -> serde_json::Value {
    match planned {
        Planned::Gap(gap) => json!({
            "clause": contract.clause(gap.clause).address,
            "side": gap.side,
            "not_exercised": gap.because,
        }),
        Planned::Case(case) => json!({
            "case": case.id,
            "clause": contract.clause(case.clause).address,
            "side": case.side,
            "generator": case.generator,
            "why": case.why,
            "writes": case.writes,
            "steps": case.steps.iter().map(|step| json!({
                "operation": contract.operation(step.operation).id,
                "method": step.request.method,
                "path": step.request.path,
                "expect": step.expect.status,
            })).collect::<Vec<_>>(),
        }),
    }
}

/// The plan as a page: each clause with its cases under it, in the order of the contract.
fn by_clause(contract: &Contract, planned: &[Planned]) -> String {
    let mut page = String::new();
    let (mut cases, mut gaps, mut requests) = (0, 0, 0);
    let mut under: Vec<Vec<String>> = vec![Vec::new(); contract.clauses.len()];
    for planned in planned {
        match planned {
            Planned::Case(case) => {
                cases += 1;
                requests += case.steps.len();
                let expect = case.steps.last().map(|step| step.expect.status.to_string()).unwrap_or_default();
                let sent = case.steps.iter().map(|step| request(contract, step)).collect::<Vec<_>>().join(" → ");
                under[case.clause.0 as usize].push(format!(
                    "    {}  {:<7} {} → {expect}\n                      {sent}\n",
                    case.id,
                    side(case.side),
                    case.why
                ));
            }
            Planned::Gap(gap) => {
                gaps += 1;
                under[gap.clause.0 as usize]
                    .push(format!("    {:<16}  {:<7} not exercised: {}\n", "–", side(gap.side), gap.because));
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
        "\n{} clauses · {cases} cases · {requests} requests · {gaps} sides not exercised\n",
        contract.clauses.len()
    );
    page
}

fn side(side: Side) -> &'static str {
    side.word()
}

fn request(contract: &Contract, step: &crate::model::Step) -> String {
    let operation = contract.operation(step.operation);
    let body = match &step.request.body {
        None => String::new(),
        Some(RequestBody::Json(value)) => format!(" {}", shorten(&value.to_string())),
        Some(RequestBody::Raw(bytes)) => format!(" {}", shorten(&String::from_utf8_lossy(bytes))),
    };
    let path = if step.request.path.len() > 60 { operation.path.as_str() } else { step.request.path.as_str() };
    format!("{} {path}{body}", step.request.method)
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 90 { text.to_owned() } else { text.chars().take(89).chain(['…']).collect() }
}

/// Checks contracts on their own.
pub(super) fn lint(arguments: &Lint) -> ExitCode {
    let loaded = load::load(&arguments.contracts);
    let mut found = loaded.diagnostics;
    if let Some(contract) = &loaded.contract {
        found.extend(lint::lint(contract));
    }
    diagnostics(&found, &loaded.files);
    if loaded.contract.is_none() || found.is_empty() && loaded.files.is_empty() {
        return ExitCode::from(super::MISUSED);
    }
    let worst: Severity = arguments.fail_on.into();
    if found.iter().any(|diagnostic| diagnostic.severity >= worst) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Prints the JSON Schema of the contract format.
pub(super) fn schema() -> ExitCode {
    put(&format!("{:#}\n", load::editor_schema()))
}
