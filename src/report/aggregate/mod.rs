//! Folds the events of a run into its report.
//!
//! Memory goes by the contract (clauses, sides, kinds of findings), never by the number of cases, and the result does
//! not depend on the order in which cases arrive: where one case stands for many, it is the first of the plan, and for a
//! finding the one with the smallest request.

mod book;
mod cause;
mod exit;
mod fingerprint;
mod held;
mod ledger;
mod reception;
mod repeats;
mod standing;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    CaseFinished, CaseId, ClauseReport, ContractOutline, Event, FindingReport, Gate, Histogram,
    OperationTiming, PlanEnded, Recalled, RestoreReport, RunFinished, RunHistory, RunName, RunReport,
    RunStarted, Scope, Side, Standing, Totals, Trouble, VerdictStatus,
};
use crate::report::history::Compared;
use crate::report::words;
use crate::text::Severity;
use book::{Book, Group};
use fingerprint::FindingKey;
use held::Holding;
use reception::Reception;
use standing::Gaps;
use watch::Watch;

/// The trouble code of cases that the target refused for their credential.
const CREDENTIAL_REFUSED: &str = "credential-refused";
/// How many different reasons, troubles and restorations are kept.
const MOST: usize = 200;

/// A run while its events come in.
#[derive(Debug, Clone, Default)]
pub struct Aggregate {
    started: Option<Box<RunStarted>>,
    finished: Option<RunFinished>,
    gaps: Gaps,
    /// Every case but those answered 401 or 403 out of turn.
    ordinary: Book,
    /// The latter as they were judged …
    refused: Book,
    /// … and as inconclusive cases: one of the two counts, which one is known only at the end.
    turned: Book,
    /// Some case had the code [`CREDENTIAL_REFUSED`]; the variables of the first, by the order of the plan.
    credential: Option<(u64, String)>,
    /// Some request that keeps the contract was accepted, or an answer was a success.
    accepted: bool,
    /// The same of an operation that needs a credential: some request got past it.
    past: bool,
    restored: Vec<RestoreReport>,
    troubles: BTreeSet<(String, String)>,
    plan: Option<PlanEnded>,
    recalled: Option<Recalled>,
    resumed: Vec<String>,
    /// How long the parts of the run took that came to an end of their own before it was resumed, in milliseconds.
    millis: u64,
    timings: BTreeMap<String, Histogram>,
    failures: cause::Failures,
    reception: Reception,
    watch: Watch,
    holding: Holding,
}

impl Aggregate {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one event.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::RunStarted(started) => {
                self.watch = Watch::new(started);
                self.started = Some(started.clone());
            }
            Event::Recalled(recalled) => self.recalled = Some(recalled.clone()),
            Event::NotExercised(gap) => {
                let reasons = self.gaps.entry((gap.clause, gap.side)).or_default();
                reasons.insert(gap.because.clone());
                if reasons.len() > 3 {
                    reasons.pop_last();
                }
            }
            Event::CaseStarted(_) => {}
            Event::CaseFinished(case) => self.case(case),
            Event::Restored(restored) => {
                if self.restored.len() < MOST && !self.restored.contains(restored) {
                    self.restored.push(restored.clone());
                }
            }
            Event::Troubled(trouble) => {
                self.troubles.insert((trouble.code.clone(), trouble.says.clone()));
                if self.troubles.len() > MOST {
                    self.troubles.pop_last();
                }
            }
            Event::PlanEnded(plan) => self.plan = Some(plan.clone()),
            Event::RunResumed(resumed) => {
                self.millis += self.finished.take().map_or(0, |finished| finished.millis);
                self.plan = None;
                if self.resumed.len() < MOST {
                    self.resumed.push(resumed.resumed.clone());
                }
            }
            Event::RunFinished(finished) => self.finished = Some(finished.clone()),
        }
    }

    fn case(&mut self, case: &CaseFinished) {
        for exchange in &case.exchanges {
            self.timings.entry(exchange.operation.clone()).or_default().add(exchange.micros);
        }
        let kept = case.side == Side::Accept && case.status == VerdictStatus::Kept;
        self.accepted |= kept;
        self.past |= kept && self.is_secured(|at, _| at == case.operation.0 as usize);
        for exchange in case.exchanges.iter().filter(|exchange| exchange.reply.line.starts_with('2')) {
            self.accepted = true;
            self.past = self.past || self.is_secured(|_, id| id == exchange.operation);
        }

        self.failures.add(case);
        let operation =
            self.started.iter().find_map(|run| run.contract.operations.get(case.operation.0 as usize));
        let own = operation.map(|operation| operation.id.clone()).unwrap_or_default();
        self.reception.note(case, &own);
        self.holding.add(case, self.started.as_deref());

        let code = case.trouble.as_ref().is_some_and(|trouble| trouble.code == CREDENTIAL_REFUSED);
        if code && self.credential.as_ref().is_none_or(|(order, _)| case.order < *order) {
            self.credential = Some((case.order, variables(case)));
        }
        let denied = case
            .exchanges
            .last()
            .is_some_and(|last| last.reply.line.starts_with("401") || last.reply.line.starts_with("403"));
        let turned = code || (denied && case.status == VerdictStatus::Broken);
        if !turned {
            return self.ordinary.add(case, &own, &self.watch);
        }
        self.refused.add(case, &own, &self.watch);
        let turned = CaseFinished {
            status: VerdictStatus::Inconclusive,
            trouble: Some(standing::refused(case.trouble.as_ref())),
            findings: Vec::new(),
            observed: Vec::new(),
            ..case.clone()
        };
        self.turned.add(&turned, &own, &self.watch);
    }

    /// Whether the operation that `is` finds, by its index or its id, needs a credential.
    fn is_secured(&self, is: impl Fn(usize, &str) -> bool) -> bool {
        let operations = self.started.iter().flat_map(|started| &started.contract.operations);
        operations.enumerate().any(|(at, operation)| operation.secured && is(at, &operation.id))
    }

    /// The report of what has happened so far. A run without an end is inconclusive.
    #[must_use]
    pub fn report(&self) -> RunReport {
        let refused =
            self.credential.as_ref().filter(|_| !self.past).map(|(_, variables)| variables.as_str());
        let mut book = self.ordinary.clone();
        book.merge(if refused.is_some() { &self.turned } else { &self.refused });

        let nothing = RunStarted {
            run: String::new(),
            version: String::new(),
            started: String::new(),
            settings: crate::model::RunSettings::default(),
            contract: ContractOutline::default(),
            merged: Vec::new(),
            baseline: None,
        };
        let started = self.started.as_deref().unwrap_or(&nothing);
        let outline = &started.contract;
        let finished = self.finished.as_ref();
        // Where the documentation contradicts itself, nobody has broken anything: the clause says so, and there is no
        // finding.
        let (findings, contradicted): (Vec<_>, Vec<_>) =
            findings(outline, &started.settings.gate, &book.findings)
                .into_iter()
                .partition(|finding| words::decided(finding, outline));
        let shown = standing::Shown { book: &book, reception: &self.reception, gaps: &self.gaps };
        let mut clauses = standing::clauses(outline, shown, &findings, &contradicted, finished.is_some());
        let settings = &started.settings;
        let mut restored = self.restored.clone();
        restored.sort_by(|a, b| (&a.name, &a.says).cmp(&(&b.name, &b.says)));
        let whole = finished.is_some_and(|run| run.exit.code == 0);
        let waivers = self.watch.reports(settings, &book.sightings, &findings, whole);
        let circumstances = exit::Circumstances {
            settings,
            waivers: &waivers,
            finished,
            refused,
            accepted: self.accepted || settings.select.is_some(),
            restored: &restored,
            missing: self.plan.as_ref().map_or(0, |plan| missing(plan, &book)),
            changed: self.holding.changed(),
            unheld: self.holding.open(),
        };
        let exit = exit::exit(&findings, &book, circumstances);
        let totals = totals(&book, &clauses, &findings);
        let ledger = ledger::ledger(outline, &clauses, &self.reception, &findings, &contradicted);
        let history = self.history(started, &totals, &mut clauses);
        RunReport {
            format: 1,
            run: started.run.clone(),
            version: started.version.clone(),
            started: started.started.clone(),
            finished: finished.map(|finished| finished.finished.clone()),
            resumed: self.resumed.clone(),
            merged: started.merged.clone(),
            millis: finished.map_or(0, |finished| self.millis + finished.millis),
            settings: started.settings.clone(),
            contract: outline.clone(),
            totals,
            plan: self.plan.clone(),
            history,
            clauses,
            ledger,
            findings,
            waivers,
            baseline: self.holding.report(started, self.plan.as_ref()),
            restored,
            troubles: self
                .troubles
                .iter()
                .map(|(code, says)| Trouble { code: code.clone(), says: says.clone() })
                .collect(),
            timings: self.timings(outline),
            cause: refused.map(exit::refusal).or_else(|| self.failures.cause(self.accepted)),
            exit,
        }
    }

    /// Says of each clause what became of it since earlier runs.
    fn history(
        &self,
        started: &RunStarted,
        totals: &Totals,
        clauses: &mut [ClauseReport],
    ) -> Option<RunHistory> {
        let compared = Compared {
            recalled: self.recalled.as_ref()?,
            name: RunName { started: started.started.clone(), run: started.run.clone() },
            scope: Scope::of(&started.settings, &started.contract.fingerprint),
            plan: self.plan.as_ref(),
            finished: self.finished.is_some(),
        };
        Some(compared.tell(totals, clauses))
    }

    fn timings(&self, outline: &ContractOutline) -> Vec<OperationTiming> {
        let known =
            outline.operations.iter().filter_map(|operation| self.timings.get_key_value(&operation.id));
        known.map(|(operation, histogram)| histogram.timing(operation)).collect()
    }
}

/// The variables that the credential is made of, as the first refused request names them: `‹token›`. What a body holds
/// is marked with its length, `‹password: 12 characters›`, and is no variable.
fn variables(case: &CaseFinished) -> String {
    let curl = case.exchanges.last().map_or("", |exchange| exchange.curl.as_str());
    let marked = curl.split('‹').skip(1).filter_map(|rest| rest.split_once('›'));
    let names: BTreeSet<String> =
        marked.filter(|(name, _)| !name.contains(':')).map(|(name, _)| format!("`{name}`")).collect();
    if names.is_empty() { "`token`".into() } else { names.into_iter().collect::<Vec<_>>().join(", ") }
}

/// How many cases of the plan have no place in the log, though the run came to the end of its plan.
fn missing(plan: &PlanEnded, book: &Book) -> u64 {
    let cases = book.cases.kept + book.cases.broken + book.cases.inconclusive;
    plan.share.saturating_sub(cases + plan.held_back + plan.lost)
}

fn findings(
    outline: &ContractOutline,
    gate: &Gate,
    groups: &BTreeMap<(FindingKey, Option<usize>), Group>,
) -> Vec<FindingReport> {
    let mut findings: Vec<_> = groups
        .iter()
        .map(|((key, waived), group)| {
            let clause = outline.clauses.get(key.clause.0 as usize);
            let address =
                clause.map_or_else(|| format!("clause {}", key.clause.0), |clause| clause.address.clone());
            let mut witnesses = vec![(*group.first).clone()];
            witnesses.extend(group.others.values().cloned());
            let report = FindingReport {
                fingerprint: key.fingerprint(&address),
                address,
                finding: group.finding.clone(),
                operation: group.operation,
                count: group.count,
                witnesses,
                answers: answers(group),
                repeated: group.repeats.whole(),
                waived: waived.and_then(|at| gate.waivers.get(at)).cloned().map(Box::new),
            };
            (group.size, report)
        })
        .collect();
    findings.sort_by(|(small, a), (large, b)| {
        let (x, y) = (&a.finding, &b.finding);
        let waived = a.waived.is_some().cmp(&b.waived.is_some());
        waived.then(y.severity.cmp(&x.severity)).then(x.clause.cmp(&y.clause)).then(small.cmp(large))
    });
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// In the order of the plan.
fn answers(group: &Group) -> Vec<(String, CaseId)> {
    let mut answers: Vec<_> = group.answers.iter().collect();
    answers.sort_by_key(|(answer, first)| (*first, *answer));
    answers.into_iter().map(|(answer, (_, case))| (answer.clone(), case.clone())).collect()
}

fn totals(book: &Book, clauses: &[ClauseReport], findings: &[FindingReport]) -> Totals {
    let standing = |wanted| clauses.iter().filter(|clause| clause.standing == wanted).count() as u64;
    let open = || findings.iter().filter(|finding| finding.waived.is_none());
    let severity = |wanted| open().filter(|finding| finding.finding.severity == wanted).count() as u64;
    Totals {
        cases: book.cases.kept + book.cases.broken + book.cases.inconclusive,
        cases_kept: book.cases.kept,
        cases_broken: book.cases.broken,
        cases_inconclusive: book.cases.inconclusive,
        clauses: clauses.len() as u64,
        clauses_kept: standing(Standing::Kept),
        clauses_broken: standing(Standing::Broken),
        clauses_inconclusive: standing(Standing::Inconclusive),
        clauses_not_exercised: standing(Standing::NotExercised),
        errors: severity(Severity::Error),
        warnings: severity(Severity::Warning),
        waived: (findings.len() - open().count()) as u64,
    }
}
