//! A played case becomes an event: redacted, bounded, slim where nobody will look.

use super::session::{Played, Session};
use crate::model::{Case, CaseFinished, Diff, Event, Finding, OpId, ShownExchange, VerdictStatus};
use crate::send::{Redactor, learn, show};

/// The event for a played case. Exchanges are kept for the first round and for whatever is not kept: after that, a
/// kept case is one line.
pub(super) fn finished(session: &Session, case: &Case, order: u64, played: Played) -> CaseFinished {
    let Played { mut verdict, exchanges, passed_over, controls, .. } = played;
    let micros: u128 = exchanges.iter().map(|(_, exchange)| exchange.elapsed.as_micros()).sum();
    // The last step may be one that removes what the case has made.
    let own = session.contract().clause(case.clause).operation;
    let operation = own
        .or(exchanges.last().map(|(operation, _)| *operation))
        .unwrap_or_else(|| case.steps.first().map_or(OpId(0), |step| step.operation));
    let worth_showing =
        case.round == 0 || verdict.status != VerdictStatus::Kept || !verdict.findings.is_empty();
    let mut shown: Vec<ShownExchange> = Vec::new();
    if worth_showing {
        let mut redactor = session.settings.redactor.clone();
        for (at, control) in &controls {
            if let Some((operation, _)) = exchanges.get(*at) {
                learn(control, session.contract().operation(*operation), &mut redactor);
            }
        }
        shown = exchanges
            .iter()
            .map(|(operation, exchange)| {
                show(exchange, session.contract().operation(*operation), &mut redactor)
            })
            .collect();
        for (at, control) in &controls {
            let Some((operation, _)) = exchanges.get(*at) else { continue };
            let control = show(control, session.contract().operation(*operation), &mut redactor);
            shown[*at].control = Some(Box::new(control));
        }
        verdict.findings = verdict.findings.into_iter().map(|finding| clean(finding, &redactor)).collect();
        if let Some(trouble) = &mut verdict.trouble {
            trouble.says = redactor.text(&trouble.says);
        }
    }
    CaseFinished {
        case: verdict.case,
        order,
        round: case.round,
        clause: case.clause,
        side: case.side,
        operation,
        generator: case.generator.to_owned(),
        why: session.settings.redactor.text(&why(case, &passed_over)),
        status: verdict.status,
        findings: verdict.findings,
        trouble: verdict.trouble,
        observed: verdict.observed,
        micros: u64::try_from(micros).unwrap_or(u64::MAX),
        exchanges: shown,
        held: None,
    }
}

/// `event` without the secrets of variables. That of a case is clean already.
pub(super) fn cleaned(mut event: Event, redactor: &Redactor) -> Event {
    match &mut event {
        Event::NotExercised(gap) => gap.because = redactor.text(&gap.because),
        Event::Troubled(trouble) => trouble.says = redactor.text(&trouble.says),
        Event::Restored(report) => {
            report.because = report.because.take().map(|because| redactor.text(&because));
        }
        Event::RunFinished(run) => run.exit.because = redactor.text(&run.exit.because),
        Event::RunStarted(_)
        | Event::Recalled(_)
        | Event::CaseStarted(_)
        | Event::CaseFinished(_)
        | Event::PlanEnded(_)
        | Event::RunResumed(_) => {}
    }
    event
}

/// What the case does, and how much of it applied.
fn why(case: &Case, passed_over: &[usize]) -> String {
    // Those that put things back have nothing to do with what the case shows.
    let steps = case.steps.len() - case.finally.min(case.steps.len());
    match passed_over.iter().filter(|at| **at < steps).count() {
        0 => case.why.clone(),
        passed => format!("{}, {} of {steps} steps applied", case.why, steps - passed),
    }
}

fn clean(finding: Finding, redactor: &Redactor) -> Finding {
    Finding {
        summary: redactor.text(&finding.summary),
        expected: redactor.text(&finding.expected),
        actual: redactor.text(&finding.actual),
        diff: finding.diff.map(|diff| Diff {
            lines: diff
                .lines
                .into_iter()
                .map(|mut line| {
                    line.text = redactor.text(&line.text);
                    line
                })
                .collect(),
        }),
        ..finding
    }
}
