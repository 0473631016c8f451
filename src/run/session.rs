//! One case: its steps sent and judged in order.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::left::Left;
use crate::check::{Checker, Seen, Sight, answer, capture, remember};
use crate::conform::Expression;
use crate::model::{
    Answers, Case, Contract, Exchange, Finding, Lost, OpId, Request, RequestBody, Role, Step, Trouble,
    Verdict, VerdictStatus,
};
use crate::plan::{identifier, reach, render};
use crate::send::{Client, Redactor};
use crate::text::Severity;

/// What a session is made of.
#[derive(Debug)]
pub struct SessionSettings {
    /// The contract.
    pub contract: Arc<Contract>,
    /// The variables' values, by name.
    pub variables: Arc<Value>,
    /// Judges answers.
    pub checker: Checker,
    /// Sends requests.
    pub client: Client,
    /// Knows the secrets.
    pub redactor: Redactor,
    /// How long to wait for an answer; a longer budget of the contract is waited for as well.
    pub patience: Duration,
}

/// All that is needed to play cases against one target.
#[derive(Debug)]
pub struct Session {
    pub(super) settings: SessionSettings,
    /// The variables with empty `captured` and `steps`: what a first step's expressions see.
    scope: Value,
}

/// A case that was played.
#[derive(Debug)]
pub struct Played {
    /// The judgement.
    pub verdict: Verdict,
    /// What went over the wire, with the operation of each step.
    pub exchanges: Vec<(OpId, Exchange)>,
    /// The indices of the steps that were passed over, since their `when` did not hold.
    pub passed_over: Vec<usize>,
    /// The index of the step of each exchange.
    pub sent: Vec<usize>,
    /// What its steps captured, by name.
    pub captured: Value,
    /// Whether a control was sent and accepted: it may have changed something.
    pub controlled: bool,
    /// The controls that were sent, each with the index of the exchange that it stands beside.
    pub controls: Vec<(usize, Exchange)>,
    /// What the case made and did not remove: the operation that made it, and why it is still there.
    pub left: Vec<(OpId, Left)>,
}

impl Session {
    /// A session with these settings.
    #[must_use]
    pub fn new(settings: SessionSettings) -> Self {
        let mut scope = settings.variables.as_ref().clone();
        if let Value::Object(names) = &mut scope {
            names.insert("captured".into(), json!({}));
            names.insert("steps".into(), json!({}));
        }
        Self { settings, scope }
    }

    /// The contract.
    #[must_use]
    pub fn contract(&self) -> &Arc<Contract> {
        &self.settings.contract
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.settings.client
    }

    /// Sends the steps of `case` in order and judges each answer. Ends at the first step whose answer is not as
    /// expected; the case's final steps are sent all the same.
    pub async fn play(&self, case: &Case) -> Played {
        let mut played = Play::new(case, Cow::Borrowed(&self.scope));
        let first_final = case.steps.len() - case.finally.min(case.steps.len());
        for (at, step) in case.steps.iter().enumerate() {
            if played.ended && at < first_final {
                continue;
            }
            played.ended |= !self.step(&mut played, at, step).await;
        }
        played.left_behind();
        if let Some(last) = first_final.checked_sub(1).filter(|last| played.passed_over.contains(last)) {
            let when = case.steps[last].when.as_deref().unwrap_or_default();
            let says =
                format!("step {} was passed over, as `{when}` does not hold: its end was not seen", last + 1);
            played.stop("passed-over", says);
        }
        played.into_played()
    }

    /// Plays steps that belong to no case; returns what they captured, or why they did not go as expected.
    pub(super) async fn walk(&self, case: &Case, captured: Value) -> (Played, Value) {
        let mut scope = self.scope.clone();
        if let Value::Object(names) = &mut scope {
            names.insert("captured".into(), captured);
        }
        let mut played = Play::new(case, Cow::Owned(scope));
        for (at, step) in case.steps.iter().enumerate() {
            if !self.step(&mut played, at, step).await {
                break;
            }
        }
        let played = played.into_played();
        let captured = played.captured.clone();
        (played, captured)
    }

    /// Whether the case may go on.
    async fn step(&self, play: &mut Play<'_>, at: usize, step: &Step) -> bool {
        if let Some(when) = &step.when {
            match Expression::new(when).and_then(|expression| expression.holds(&play.scope)) {
                Ok(true) => {}
                Ok(false) => {
                    play.passed_over.push(at);
                    return true;
                }
                Err(error) => return play.stop("not-decided", format!("step {}: `{when}` {error}", at + 1)),
            }
        }
        let request = match self.request(step, &play.scope) {
            Ok(request) => request,
            Err(why) => return play.stop("not-captured", format!("step {}: {why}", at + 1)),
        };
        // An answer after the budget is late, and still an answer to be judged.
        let budget = self.contract().operation(step.operation).within.unwrap_or_default();
        let limit = budget.max(self.settings.patience);
        let exchange = self.settings.client.send(request, limit).await;
        let control = self.control(play, at, step, &exchange, limit).await;
        let sight = Sight {
            case: play.case,
            step: at,
            exchange: &exchange,
            control: control.as_ref().map(|(seen, _)| seen.as_expected),
            scope: &play.scope,
        };
        // A fault in a check must cost one verdict, not the run.
        let looked = catch_unwind(AssertUnwindSafe(|| self.settings.checker.look(&sight)));
        play.sent.push(at);
        let Ok(mut seen) = looked else {
            play.exchanges.push((step.operation, exchange));
            return play.stop("check-panicked", "a check panicked on this answer; please report it".into());
        };
        let hidden = |text: &str| self.settings.redactor.text(text);
        for finding in &mut seen.findings {
            finding.answer = Some(answer(finding, &exchange, &hidden));
        }
        let go_on = play.take(self.contract(), step, &exchange, seen);
        if let Some((seen, control)) = control {
            // What the control made is removed in place of what the case itself would have made.
            play.made(step, &control, &seen);
            play.controlled |= seen.as_expected;
            play.judge_control(seen, &control, &hidden);
            play.controls.push((play.exchanges.len(), control));
        }
        play.exchanges.push((step.operation, exchange));
        go_on
    }

    /// What the step's control is answered, where the answer leaves open what was refused.
    async fn control(
        &self,
        play: &Play<'_>,
        at: usize,
        step: &Step,
        exchange: &Exchange,
        limit: Duration,
    ) -> Option<(Seen, Exchange)> {
        let status = exchange.reply.as_ref().ok()?.status;
        let open = step.expect.unstated.contains(status) && !step.expect.status.contains(status);
        let request = step.control.clone().filter(|_| open)?;
        let request = self.request(&Step { request, ..step.clone() }, &play.scope).ok()?;
        let exchange = self.settings.client.send(request, limit).await;
        let sight =
            Sight { case: play.case, step: at, exchange: &exchange, control: None, scope: &play.scope };
        let seen = catch_unwind(AssertUnwindSafe(|| self.settings.checker.look(&sight))).ok()?;
        Some((seen, exchange))
    }

    fn request(&self, step: &Step, scope: &Value) -> Result<Request, String> {
        match &step.late {
            None if step.own.path.is_empty() => Ok(step.request.clone()),
            None => reach(self.contract(), step, scope).map_err(|error| error.to_string()),
            Some(parts) => render(self.contract(), step.operation, parts, scope, &step.salt)
                .map_err(|error| error.to_string()),
        }
    }
}

/// A case while it is played.
struct Play<'a> {
    case: &'a Case,
    scope: Cow<'a, Value>,
    verdict: Verdict,
    exchanges: Vec<(OpId, Exchange)>,
    passed_over: Vec<usize>,
    sent: Vec<usize>,
    ended: bool,
    controlled: bool,
    controls: Vec<(usize, Exchange)>,
    /// What answers show to have been made: by which operation, and the name under which its identifier is captured.
    made: Vec<(OpId, Option<String>)>,
    left: Vec<(OpId, Left)>,
}

impl<'a> Play<'a> {
    fn new(case: &'a Case, scope: Cow<'a, Value>) -> Self {
        let verdict = Verdict {
            case: case.id.clone(),
            status: VerdictStatus::Kept,
            findings: Vec::new(),
            trouble: None,
            observed: Vec::new(),
        };
        let exchanges = Vec::with_capacity(case.steps.len());
        Self {
            case,
            scope,
            verdict,
            exchanges,
            passed_over: Vec::new(),
            sent: Vec::new(),
            ended: false,
            controlled: false,
            controls: Vec::new(),
            made: Vec::new(),
            left: Vec::new(),
        }
    }

    fn stop(&mut self, code: &str, says: String) -> bool {
        self.verdict.trouble.get_or_insert(Trouble { code: code.into(), says });
        false
    }

    /// Takes over what was seen; whether the case may go on.
    fn take(&mut self, contract: &Contract, step: &Step, exchange: &Exchange, mut seen: Seen) -> bool {
        let identifier = self.made(step, exchange, &seen);
        if step.own.role != Role::Test {
            // What the case is about has not been put to the test by this step; what its answer shows about its own
            // operation counts all the same.
            seen.findings.retain(|finding| contract.clause(finding.clause).operation == Some(step.operation));
        }
        if step.own.role == Role::Prepare && !(seen.as_expected && identifier) {
            let id = &contract.operation(step.operation).id;
            let mut says = format!("`{id}` did not make the resource that this case needs");
            let mut code = "not-prepared".to_owned();
            if let Some(why) = seen.trouble.take() {
                says.push_str(": ");
                says.push_str(&why.says);
                code = why.code;
            }
            seen.trouble = Some(Trouble { code, says });
            seen.as_expected = false;
        }
        self.verdict.findings.extend(seen.findings);
        self.verdict.observed.extend(seen.observed);
        if let Some(trouble) = seen.trouble {
            self.verdict.trouble.get_or_insert(trouble);
        }
        if !seen.as_expected {
            return false;
        }
        if step.capture.is_empty() && step.name.is_none() {
            return true;
        }
        match capture(step, seen.body.as_ref()) {
            Ok(captured) => {
                for (name, value) in captured {
                    self.set("captured", &name, value);
                }
            }
            Err(trouble) => return self.stop(&trouble.code, trouble.says),
        }
        if let Some(name) = &step.name {
            let memory = remember(exchange, seen.body.as_ref());
            self.set("steps", name, memory);
        }
        true
    }

    /// Captures the identifier of what the step made; whether there is one.
    fn made(&mut self, step: &Step, exchange: &Exchange, seen: &Seen) -> bool {
        let Some((name, shown)) = &step.own.made else { return false };
        let Ok(reply) = &exchange.reply else { return false };
        if reply.status / 100 != 2 {
            return false;
        }
        let Some(made) = identifier(shown, &reply.headers, seen.body.as_ref()) else {
            self.made.push((step.operation, None));
            return false;
        };
        // What had to be refused and was accepted may have written over what was there before: that is not removed.
        if step.expect.answers == Answers::Refused && is_known(&made, &exchange.request, &self.scope) {
            return false;
        }
        self.set("captured", name, Value::from(made));
        self.made.push((step.operation, Some(name.clone())));
        true
    }

    /// Takes over what the control showed about its operation. The tested clause is not put to the test by a plain value.
    fn judge_control(&mut self, seen: Seen, exchange: &Exchange, hidden: &dyn Fn(&str) -> String) {
        let tested = self.case.clause;
        for mut finding in seen.findings.into_iter().filter(|finding| finding.clause != tested) {
            finding.answer = Some(answer(&finding, exchange, hidden));
            let same = |known: &Finding| known.clause == finding.clause && known.check == finding.check;
            if !self.verdict.findings.iter().any(same) {
                finding.actual =
                    format!("the control, with a plain value in the tested place:\n{}", finding.actual);
                self.verdict.findings.push(finding);
            }
        }
        self.verdict.observed.extend(seen.observed.into_iter().filter(|clause| *clause != tested));
    }

    /// Finds out what the case made and did not remove.
    fn left_behind(&mut self) {
        for (operation, name) in std::mem::take(&mut self.made) {
            let Some(name) = name else {
                self.left.push((operation, Left::Unnamed));
                continue;
            };
            let clean = |step: &Step| step.own.role == Role::CleanUp;
            let removes = |step: &&Step| {
                clean(step) && step.own.path.last().is_some_and(|(_, captured)| *captured == name)
            };
            match self.case.steps.iter().position(|step| removes(&step)) {
                // What lies in something that is removed goes with it.
                None if self.case.steps.iter().any(clean) => {}
                None => self.left.push((operation, Left::NoRemoval)),
                Some(at) => {
                    let sent = self.sent.iter().position(|step| *step == at);
                    let status = sent
                        .and_then(|sent| self.exchanges.get(sent))
                        .map(|(_, exchange)| exchange.reply.as_ref().map_or(0, |reply| reply.status));
                    // One that was passed over had nothing to remove any more.
                    if status.is_some_and(|status| status / 100 != 2 && !matches!(status, 404 | 410)) {
                        self.left.push((operation, Left::NotRemoved));
                    }
                }
            }
        }
        self.left.sort_unstable();
        self.left.dedup();
    }

    fn set(&mut self, table: &str, name: &str, value: Value) {
        if let Some(Value::Object(names)) = self.scope.to_mut().get_mut(table) {
            names.insert(name.to_owned(), value);
        }
    }

    fn into_played(mut self) -> Played {
        let verdict = &mut self.verdict;
        verdict.observed.sort_unstable();
        verdict.observed.dedup();
        let named: Vec<_> = verdict.findings.iter().map(|finding| finding.clause).collect();
        verdict.observed.retain(|clause| !named.contains(clause));
        verdict.findings.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.step.cmp(&b.step)));
        verdict.status = if verdict.findings.iter().any(|finding| finding.severity == Severity::Error) {
            VerdictStatus::Broken
        } else if verdict.trouble.is_some() || self.exchanges.is_empty() {
            VerdictStatus::Inconclusive
        } else {
            VerdictStatus::Kept
        };
        let captured = match self.scope {
            Cow::Owned(mut scope) => scope.get_mut("captured").map(Value::take),
            Cow::Borrowed(scope) => scope.get("captured").cloned(),
        };
        Played {
            verdict: self.verdict,
            exchanges: self.exchanges,
            passed_over: self.passed_over,
            sent: self.sent,
            captured: captured.unwrap_or_default(),
            controlled: self.controlled,
            controls: self.controls,
            left: self.left,
        }
    }
}

impl Played {
    /// For each step sent: the operation, and whether its answer came in time.
    #[must_use]
    pub fn answered(&self) -> Vec<(OpId, bool)> {
        let in_time = |exchange: &Exchange| !matches!(exchange.reply, Err(Lost::TimeOut(_)));
        self.exchanges.iter().map(|(operation, exchange)| (*operation, in_time(exchange))).collect()
    }

    /// Whether no connection could be made at all.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        self.exchanges.last().is_some_and(|(_, exchange)| {
            matches!(exchange.reply, Err(Lost::Connect(_) | Lost::Resolve(_) | Lost::Tls(_)))
        })
    }
}

/// Whether the request or a variable names this identifier already.
fn is_known(identifier: &str, request: &Request, scope: &Value) -> bool {
    fn has(value: &Value, identifier: &str) -> bool {
        match value {
            Value::String(text) => text == identifier,
            Value::Number(number) => number.to_string() == identifier,
            Value::Array(elements) => elements.iter().any(|element| has(element, identifier)),
            Value::Object(members) => members.values().any(|member| has(member, identifier)),
            Value::Bool(_) | Value::Null => false,
        }
    }
    let body = match &request.body {
        Some(RequestBody::Json(value) | RequestBody::Written { value, .. }) => has(value, identifier),
        Some(_) => true,
        None => false,
    };
    // What earlier steps captured names what they made.
    let variables = scope
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !matches!(name.as_str(), "captured" | "steps"));
    body || variables.into_iter().any(|(_, value)| has(value, identifier))
        || request.query.iter().any(|(_, value)| value == identifier)
        || request.path_values.iter().any(|(_, value)| has(value, identifier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_request_or_a_variable_names_was_there_before() {
        let scope = json!({"known_user": "alice", "captured": {"made": "b-1"}, "steps": {}});
        let request = Request {
            path_values: vec![("board".to_owned(), json!("b-7"))],
            query: vec![("like".to_owned(), "q-1".to_owned())],
            body: Some(RequestBody::Json(json!({"user": {"id": 12}, "tags": ["t"]}))),
            ..Request::default()
        };
        for known in ["alice", "12", "t", "b-7", "q-1"] {
            assert!(is_known(known, &request, &scope), "{known}");
        }
        for new in ["b-1", "1", "user", "ali"] {
            assert!(!is_known(new, &request, &scope), "{new}");
        }
        let raw = Request { body: Some(RequestBody::Raw(b"?".to_vec())), ..Request::default() };
        assert!(is_known("new", &raw, &scope), "nobody knows what it says");
    }
}
