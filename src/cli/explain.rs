//! `countersign explain`.

use std::process::ExitCode;

use super::misused::misused;
use super::put;
use crate::assemble::Misused;
use crate::mock::FAULTS;
use crate::model::Meta;
use crate::text::did_you_mean;
use crate::{check, lint, plan, report};

static SELECT: Meta = Meta {
    id: "select",
    summary: "which cases a run plays: the terms of --select",
    explain: "Terms separated by commas or spaces mean \"or\"; `&` means \"and\"; a leading `!` means \"not\". A term is a \
              glob over the clause's address (`*` within a segment, `**` across segments), or one of `case:ID`, \
              `operation:NAME`, `tag:NAME`, `generator:NAME`, `side:accept`, `side:refuse`, `side:observe`. For \
              example: 'reset-*/request/body/**' or 'side:refuse & generator:bounds'.",
};

static EXIT: Meta = Meta {
    id: "exit-status",
    summary: "what the exit status of a run says",
    explain: "0 kept: every planned case ran and kept the contract. 1 broken: at least one finding at or above \
              --fail-on that is not waived, or a waiver that has expired, matches nothing any more or knows another answer. 2 misused: arguments, settings or a contract are wrong; nothing was sent. 3 inconclusive: no \
              finding, but the target was lost or refused the credential, the run was interrupted or ended early, \
              nothing was tested, what the run changed could not be put back, or a report could not be written. Broken \
              wins over inconclusive.",
};

static HISTORY: Meta = Meta {
    id: "history",
    summary: "what became of a clause from run to run: new, still failing, flapping, fixed",
    explain: "By the last ten verdicts about the clause that count. New: the last is broken, and none before it. Still \
              failing: the last two or more are broken, and none before them. Flapping: between two that are broken, one \
              is kept. Fixed: the last is kept, and it was broken once before. Broken always counts; kept counts where \
              the run came to its end, concluded each of the clause's cases, and was asked for at least as much as the \
              run of the verdict before: a shard or a selection fixes nothing that the whole contract broke. `countersign \
              history DIR` shows a folder of runs; `countersign run --history DIR` holds a run against them.",
};

/// Everything that can be explained, by kind.
fn all() -> Vec<(&'static str, Vec<&'static Meta>)> {
    vec![
        ("checks", check::ALL.iter().map(|check| check.meta()).collect()),
        ("generators", plan::GENERATORS.iter().map(|generator| generator.meta()).collect()),
        ("lints", lint::ALL.iter().map(|lint| lint.meta()).collect()),
        ("faults of the mock", FAULTS.iter().map(|fault| &fault.meta).collect()),
        ("report formats", report::RENDERERS.iter().map(|format| format.meta()).collect()),
        ("the command line", vec![&SELECT, &EXIT, &HISTORY]),
    ]
}

/// Explains one thing, or lists everything.
pub(super) fn explain(id: Option<&str>) -> ExitCode {
    let all = all();
    let Some(id) = id else {
        let mut page = String::new();
        for (kind, metas) in &all {
            page += &format!("{kind}\n");
            for meta in metas {
                page += &format!("  {:<28} {}\n", meta.id, meta.summary);
            }
        }
        return put(&page);
    };
    let metas = || all.iter().flat_map(|(_, metas)| metas);
    let id = if matches!(id, "exit" | "0" | "1" | "2" | "3" | "kept" | "broken" | "misused" | "inconclusive")
    {
        EXIT.id
    } else {
        id
    };
    if let Some(meta) = metas().find(|meta| meta.id == id) {
        let mut page = format!("{}: {}\n\n{}\n", meta.id, meta.summary, wrapped(meta.explain));
        if let Some(fault) = FAULTS.iter().find(|fault| fault.meta.id == id) {
            page +=
                &format!("\n{}\n", wrapped(&format!("It applies where the contract has {}.", fault.needs)));
        }
        return put(&page);
    }
    let near = did_you_mean(id, metas().map(|meta| meta.id));
    let help = near.map_or_else(
        || "`countersign explain` lists everything that can be explained".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    misused(&Misused::message(format!("there is nothing called `{id}`"), &[&help]))
}

/// `text` in lines of at most 96 characters.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let full = lines.last().is_some_and(|line| !line.is_empty() && line.len() + word.len() + 1 > 96);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}
