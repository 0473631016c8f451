//! A verdict as the text of a failed trial.

use crate::model::{CaseFinished, Contract, RunSettings};
use crate::text::tame;

/// What broke, where it was promised, and how to see it again.
#[must_use]
pub fn failure(contract: &Contract, settings: &RunSettings, done: &CaseFinished) -> String {
    let mut text = String::new();
    for finding in &done.findings {
        let clause = contract.clause(finding.clause);
        text += &format!("{}\n  {}\n", clause.address, finding.summary);
        for published in &clause.origin.published {
            text += &format!("  {}:{} “{}”\n", published.source, published.line, published.quote);
        }
        if let Some(convention) = &clause.origin.convention {
            text += &format!("  convention: {convention}\n");
        }
        text += &format!("  stated at {}\n", clause.origin.place);
        match &finding.diff {
            Some(diff) => {
                for line in &diff.lines {
                    text += &format!("  {} {}\n", line.op.sign(), line.text);
                }
            }
            None => text += &format!("  - {}\n  + {}\n", finding.expected, finding.actual),
        }
    }
    if let Some(trouble) = &done.trouble {
        text += &format!("inconclusive: {}\n", trouble.says);
    }
    for exchange in &done.exchanges {
        text += &format!("  {}\n", exchange.curl);
    }
    text += &format!("  {}\n", settings.replay(&done.case));
    // Summaries, differences and troubles quote the target.
    tame(&text).into_owned()
}
