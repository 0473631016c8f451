//! From a request to its answer, and the place where faults and variants step in.

use serde_json::Value;

use super::answer::{Answer, Content};
use super::ddm;
use super::request::{Op, Request, Resource, Route, Sort};
use super::roma::{self, Refusal};
use super::rules::Rules;
use super::state::{Product, State, TOKEN};

/// What a fault or a variant does differently.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Rules(fn(&mut Rules)),
    Turn(fn(&mut Turn<'_>)),
}

/// The backend, without a network.
#[derive(Debug)]
pub(crate) struct Deployment {
    state: State,
    rules: Rules,
    step_in: fn(&mut Turn<'_>),
}

/// A request that has just been answered, but not yet sent.
pub(crate) struct Turn<'a> {
    pub(crate) op: Option<Op>,
    pub(crate) request: &'a Request,
    pub(crate) route: Option<&'a Route>,
    /// The state as it was.
    pub(crate) before: &'a State,
    pub(crate) state: &'a mut State,
    pub(crate) answer: &'a mut Answer,
}

impl Deployment {
    /// Conforming, but for the change.
    pub(crate) fn new(change: Option<Change>) -> Self {
        let mut deployment = Self { state: State::new(), rules: Rules::new(), step_in: |_| () };
        match change {
            Some(Change::Rules(change)) => change(&mut deployment.rules),
            Some(Change::Turn(step_in)) => deployment.step_in = step_in,
            None => (),
        }
        deployment
    }

    pub(crate) fn answer(&mut self, request: &Request) -> Answer {
        self.state.requests += 1;
        let before = self.state.clone();
        let route = Route::of(&request.path);
        let op = route.as_ref().and_then(|route| self.op(route, &request.method));
        let mut answer = match self.attempt(op, route.as_ref(), request) {
            Ok(value) => Answer::json(200, value),
            Err(refusal) => self.refuse(op, route.as_ref(), &refusal),
        };
        (self.step_in)(&mut Turn {
            op,
            request,
            route: route.as_ref(),
            before: &before,
            state: &mut self.state,
            answer: &mut answer,
        });
        answer
    }

    fn op(&self, route: &Route, method: &str) -> Option<Op> {
        match self.rules.alias {
            Some((alias, resource, op)) if alias == method && resource == route.resource => Some(op),
            _ => route.op(method),
        }
    }

    fn attempt(
        &mut self,
        op: Option<Op>,
        route: Option<&Route>,
        request: &Request,
    ) -> Result<Value, Refusal> {
        let route = route.ok_or(Refusal::Unroutable)?;
        let op = op.ok_or(Refusal::Method)?;
        if !self.rules.credential[op as usize].admits(request.token.as_deref(), TOKEN) {
            return Err(Refusal::Credential);
        }
        match op {
            Op::Password => ddm::serve(&self.rules, &mut self.state, route, request),
            op => roma::serve(op, &self.rules, &mut self.state, route, request),
        }
    }

    fn refuse(&self, op: Option<Op>, route: Option<&Route>, refusal: &Refusal) -> Answer {
        if route.is_some_and(|route| route.resource == Resource::Account) {
            ddm::refuse(refusal)
        } else {
            roma::refuse(op, &self.state, route, refusal)
        }
    }
}

impl Turn<'_> {
    /// Whether this operation was answered with this status.
    pub(crate) fn is(&self, op: Op, status: u16) -> bool {
        self.op == Some(op) && self.answer.status == status
    }

    /// Whether this operation was refused for its body being of this sort.
    pub(crate) fn refuses(&self, op: Op, sort: Sort) -> bool {
        self.is(op, 400) && self.request.sort() == sort
    }

    /// Whether a text member of the request's body is there and not empty.
    pub(crate) fn gives(&self, member: &str) -> bool {
        self.request.json()[member].as_str().is_some_and(|text| !text.is_empty())
    }

    /// The product that the request is about, or the first.
    pub(crate) fn product(&mut self) -> &mut Product {
        let id = self.route.and_then(|route| route.target.parse().ok()).unwrap_or_default();
        let first = Product::clone(&self.before.products[&120_671]);
        let id = if self.state.products.contains_key(&id) { id } else { first.id };
        self.state.products.entry(id).or_insert(first)
    }

    /// The same product as it was before.
    pub(crate) fn old(&mut self) -> Product {
        let id = self.product().id;
        self.before.products[&id].clone()
    }

    /// A product that the request is not about.
    pub(crate) fn neighbour(&mut self) -> &mut Product {
        let id = if self.product().id == 120_671 { 120_672 } else { 120_671 };
        let any = Product::clone(&self.before.products[&id]);
        self.state.products.entry(id).or_insert(any)
    }

    /// Answers as if all had gone well.
    pub(crate) fn succeed(&mut self) {
        let value = match (self.op, self.route) {
            (Some(Op::Password), Some(route)) => ddm::shown(route),
            (Some(Op::Modify), _) => roma::shown(self.product()),
            _ => roma::login(&self.product().login),
        };
        *self.answer = Answer::json(200, value);
    }

    /// Answers with another status; the body stays.
    pub(crate) fn status(&mut self, status: u16) {
        self.answer.status = status;
    }

    /// Answers as another refusal would be.
    pub(crate) fn refuse(&mut self, refusal: &Refusal) {
        *self.answer = roma::refuse(self.op, self.state, self.route, refusal);
    }

    /// Answers nothing but a status.
    pub(crate) fn empty(&mut self, status: u16) {
        self.answer.status = status;
        self.answer.content = Content::Text(String::new());
    }
}
