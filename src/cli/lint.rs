//! `countersign lint`: what is suspicious about contracts, and the ledger of what their documentation contradicts.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use super::arguments::Lint;
use super::misused::drawn;
use super::put;
use crate::lint::{Entry, ledger};
use crate::model::{Contract, LedgerVerdict};
use crate::text::{Diagnostic, Severity, SourceFile, count, tame};
use crate::{lint, load};

const STRONG: Style = Style::new().bold();
const QUIET: Style = AnsiColor::BrightBlack.on_default();
/// Told in the ledger, with both sides.
const IN_THE_LEDGER: &str = "recorded-contradiction";

/// Checks contracts on their own.
pub(super) fn lint(arguments: &Lint) -> ExitCode {
    let loaded = load::load(&arguments.contracts);
    let mut found = loaded.diagnostics;
    if let Some(contract) = &loaded.contract {
        found.extend(lint::lint(contract));
    }
    let worst: Severity = arguments.fail_on.into();
    let fails = |one: &&Diagnostic| one.severity >= worst;
    let page = if arguments.json {
        json(&found, &loaded.files, loaded.contract.as_ref())
    } else {
        let others: Vec<Diagnostic> = found.iter().filter(|one| one.code != IN_THE_LEDGER).cloned().collect();
        let mut page = drawn(&others, &loaded.files);
        page.extend(
            loaded.contract.as_ref().map(|contract| contradictions(&ledger(contract)) + &about(contract)),
        );
        // They are not counted above, so somebody may look for what failed.
        if found.iter().any(|one| fails(&one))
            && found.iter().filter(fails).all(|one| one.code == IN_THE_LEDGER)
        {
            page +=
                "failed: a contradiction that is recorded is a warning, and warnings fail here (--fail-on)\n";
        }
        page
    };
    let written = put(&page);
    if loaded.contract.is_none() {
        return ExitCode::from(super::MISUSED);
    }
    if found.iter().any(|one| fails(&one)) { ExitCode::FAILURE } else { written }
}

/// The ledger: each contradiction with both sides and a verdict, then how many there are of each kind.
fn contradictions(ledger: &[Entry]) -> String {
    if ledger.is_empty() {
        return String::new();
    }
    let mut page = format!("\n{STRONG}contradictions of the documentation{STRONG:#}\n\n");
    let (mut kinds, mut verdicts) = (BTreeMap::new(), BTreeMap::<LedgerVerdict, u64>::new());
    for entry in ledger {
        *kinds.entry(entry.between).or_insert(0u64) += 1;
        *verdicts.entry(entry.verdict).or_default() += 1;
        page += &format!(
            "{STRONG}{}{STRONG:#} · {} · {}\n    {}\n",
            tame(&entry.name),
            tame(&entry.between()),
            entry.verdict.words(),
            tame(&entry.says)
        );
        for side in &entry.sides {
            let published = &side.published;
            let place = match published.line {
                0 => published.source.clone(),
                line => format!("{}:{line}", published.source),
            };
            page += &format!(
                "    {}  “{}” {QUIET}({}){QUIET:#}\n",
                tame(&place),
                tame(&published.quote),
                tame(&side.title)
            );
        }
        page += &format!("    taken: {}\n    {QUIET}{}{QUIET:#}\n\n", tame(&entry.taken), entry.place);
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} {}", kind.words())).collect();
    let verdicts: Vec<String> =
        verdicts.iter().map(|(verdict, n)| format!("{n} {}", verdict.words())).collect();
    page += &format!(
        "{}: {}; verdicts: {}\n",
        count(ledger.len() as u64, "contradiction", "contradictions"),
        kinds.join(", "),
        verdicts.join(", ")
    );
    page
}

/// What the contracts have, and which variables they need.
fn about(contract: &Contract) -> String {
    let counted = |n: usize, one: &str, many: &str| count(n as u64, one, many);
    let mut page = format!(
        "{} · {} · {} · {}\n",
        counted(contract.documents.len(), "contract", "contracts"),
        counted(contract.operations.len(), "operation", "operations"),
        counted(contract.sequences.len(), "sequence", "sequences"),
        counted(contract.clauses.len(), "clause", "clauses")
    );
    if !contract.variables.is_empty() {
        page += "variables\n";
    }
    for (name, variable) in &contract.variables {
        let kind = match (variable.secret, variable.optional) {
            (true, true) => " (secret, optional)",
            (true, false) => " (secret)",
            (false, true) => " (optional)",
            (false, false) => "",
        };
        page += &format!("  {:<34} {}\n", format!("{name}{kind}"), variable.says);
    }
    page
}

/// Everything for programs: docs/lint.schema.json.
fn json(found: &[Diagnostic], files: &[SourceFile], contract: Option<&Contract>) -> String {
    let diagnostic = |one: &Diagnostic| {
        let places: Vec<Value> = one
            .labels
            .iter()
            .map(|label| json!({ "place": label.span.place(files), "says": label.text }))
            .collect();
        json!({ "code": one.code, "severity": one.severity, "message": one.message, "places": places, "help": one.help })
    };
    let about = contract.map(|contract| {
        let documents: Vec<&str> = contract.documents.iter().map(|document| document.path.as_str()).collect();
        json!({
            "files": documents,
            "fingerprint": contract.fingerprint,
            "operations": contract.operations.len(),
            "sequences": contract.sequences.len(),
            "clauses": contract.clauses.len(),
        })
    });
    let page = json!({
        "contracts": about,
        "diagnostics": found.iter().map(diagnostic).collect::<Vec<_>>(),
        "ledger": contract.map(ledger).unwrap_or_default(),
    });
    format!("{page:#}\n")
}
