//! A deployment that keeps a contract, made from the contract alone.
//!
//! [`Mock::answer`] decides and is pure but for the mock's memory: no sockets, no clock, no chance. [`serve`] is the
//! shell that brings it to the wire.
//!
//! # Order of judgement
//!
//! The first of these that applies decides the answer:
//!
//! 1. **Path and method.** An unknown path is answered 404; an unknown method on a known path as `other_methods` says,
//!    by 405 with `Allow` where that is promised. Both in the shape of the API's errors.
//! 2. **Credentials.** Missing, empty or not exactly the one that the variables give: `refused`. Outside its schema:
//!    `outside`, where that is promised.
//! 3. **Parameters** outside their schemas: those of the path first, in its order.
//! 4. **Identifiers** that nobody has: a parameter with `unknown` is known when the contract sends this value for it
//!    and expects a success. A deleted resource is unknown too.
//! 5. **The body**: there, of a documented media type, well-formed, within its schema.
//! 6. **What the client prefers** (`Prefer: code=404`): then 4, 7, 8 and 9 do not apply, and nothing changes.
//! 7. **Uniqueness** of the members that must be unique.
//! 8. **Cases written by hand** that the request is an instance of.
//! 9. **Success**, with its effect on the resource.
//!
//! # State
//!
//! A resource is what the operation's `resource` path names. What a writing operation was sent is shown by every
//! operation on the same resource whose answer documents a member of that name; what was not sent stays.
//!
//! Where an operation makes resources, they are a collection: what was made gets an identifier, is found by it, is shown
//! by the operation that lists the collection, and is unknown before it was made and after it was removed. A body may
//! name it too: the client chooses the identifier of what it makes, or says what it changes (`naming`). There,
//! `replace` sets what was not sent back to its default, and `update` leaves it. What the contract names by a value for
//! a parameter of the path exists from the start.
//!
//! An empty
//! string that the contract allows as the alternative `empty` leaves the member as it is; `generates` says when the
//! deployment makes up a value. Everything else of an answer is the documented example, repaired where it breaks its
//! own schema, and with made-up values for what it masks. The equalities in the contract's rules are solved.

mod admit;
mod alternative;
mod bulk;
mod connection;
mod cors;
mod family;
mod fault;
mod filter;
mod gather;
mod invent;
mod keep;
mod known;
mod listing;
mod message;
mod naming;
mod notice;
mod patient;
mod prefer;
mod recognise;
mod refusal;
mod repair;
mod reply;
mod respond;
mod route;
mod rules;
mod scene;
mod sent_as;
mod serve;
mod served;
mod shape;
mod state;
mod status;
mod success;
mod tls;
mod values;
mod wire;
mod workshop;
mod xml;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

pub use fault::{Armed, BadFault, Delivery, FAULTS, Fault, Site, choose};
pub use invent::invent;
pub use message::{Answer, Received, Refused, Turn};
pub use recognise::Recognised;
pub use serve::{Limits, Running, Serving, serve};
pub use tls::{SELF_MADE, Tls};

use crate::model::{Contract, OpId, Operation};
use family::Family;
use fault::{Faults, Memory};
use prefer::Preference;
use route::{Found, Router};
use served::Served;
use state::State;
use workshop::Workshop;

/// Known combinations of identifiers that are prepared before the first request, for each family that is no collection.
const MOST_PREPARED: usize = 256;

/// Parts of the requests, for a share that is not all of them.
const SHARES: u32 = 10_000;

/// Why a contract can't be served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mock can't serve `{operation}`: {why}")]
pub struct BadContract {
    /// The operation's id.
    pub operation: String,
    /// A lowercase fragment.
    pub why: String,
}

impl BadContract {
    fn of(operation: &Operation, why: String) -> Self {
        Self { operation: operation.id.clone(), why }
    }
}

type Watcher = Box<dyn Fn(&Turn<'_>) + Send + Sync>;
type Complaints = Box<dyn Fn(&str) + Send + Sync>;

/// A deployment that keeps a contract.
pub struct Mock {
    contract: Arc<Contract>,
    variables: Arc<Value>,
    router: Router,
    served: Vec<Served>,
    families: Vec<Family>,
    state: Arc<Mutex<State>>,
    watcher: Option<Watcher>,
    complaints: Option<Complaints>,
    faults: Faults,
    /// The same deployment with faults, and how many of [`SHARES`] requests go to it.
    faulty: Option<(Box<Mock>, u32)>,
    /// How many requests each operation has had, and at the end those of none: the share of faulty ones is each one's own.
    turns: Vec<AtomicU64>,
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock").field("operations", &self.served.len()).finish_non_exhaustive()
    }
}

impl Mock {
    /// A mock of `contract`, where `variables` is an object of the variables' values by name.
    ///
    /// # Errors
    /// When a schema or expression of the contract can't be compiled, a path can't be routed, or a credential's
    /// variable has no value.
    pub fn new(contract: Arc<Contract>, variables: Arc<Value>) -> Result<Self, BadContract> {
        Self::made(contract, variables, Vec::new(), None)
    }

    /// A mock that breaks what `faults` break, for this share of the requests: 1.0 is all of them, 0.1 every tenth.
    ///
    /// # Errors
    /// As [`Mock::new`].
    pub fn with_faults(
        contract: Arc<Contract>,
        variables: Arc<Value>,
        faults: Vec<Armed>,
        rate: f64,
    ) -> Result<Self, BadContract> {
        let mut mock = Self::new(Arc::clone(&contract), Arc::clone(&variables))?;
        if !faults.is_empty() {
            let broken = Self::made(contract, variables, faults, Some(Arc::clone(&mock.state)))?;
            // A share outside of 0 to 1 is none, or all.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            let share = (rate.clamp(0.0, 1.0) * f64::from(SHARES)).round() as u32;
            mock.faulty = Some((Box::new(broken), share));
        }
        Ok(mock)
    }

    /// With a `state` of its own, or another mock's.
    fn made(
        contract: Arc<Contract>,
        variables: Arc<Value>,
        faults: Vec<Armed>,
        state: Option<Arc<Mutex<State>>>,
    ) -> Result<Self, BadContract> {
        let router = Router::new(&contract.operations)?;
        let (mut families, family_of) = family::families(&contract);
        listing::find(&contract, &mut families);
        let workshop =
            Workshop { contract: &contract, variables: &variables, families: &families, faults: &faults };
        let served = contract
            .operations()
            .zip(&family_of)
            .map(|((id, _), family)| workshop.serve(id, *family))
            .collect::<Result<Vec<_>, _>>()?;
        for one in &served {
            let family = one.makes.as_ref().map_or(one.family, |makes| makes.family);
            for unique in one.body.iter().flat_map(|body| &body.unique) {
                if let Some(member) = families[family].members.get_mut(&unique.member) {
                    let values = unique.taken.iter().map(|taken| taken.value.clone());
                    member.taken.get_or_insert_default().extend(values);
                }
            }
        }
        let state = state
            .unwrap_or_else(|| Arc::new(Mutex::new(prepared(&contract, &variables, &families, &served))));
        let turns = (0..=served.len()).map(|_| AtomicU64::new(0)).collect();
        Ok(Self {
            router,
            served,
            families,
            state,
            contract,
            variables,
            watcher: None,
            complaints: None,
            faults: Faults(faults),
            faulty: None,
            turns,
        })
    }

    /// Calls `watcher` with every answer that is served, from the connections' tasks: it must not wait.
    #[must_use]
    pub fn watched(mut self, watcher: impl Fn(&Turn<'_>) + Send + Sync + 'static) -> Self {
        self.watcher = Some(Box::new(watcher));
        self
    }

    /// Calls `told` with why a connection brought no request that could be answered: a TLS handshake that failed, bytes
    /// that are not HTTP. It must not wait, and is told no value that was sent.
    #[must_use]
    pub fn complaining(mut self, told: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.complaints = Some(Box::new(told));
        self
    }

    fn complain(&self, why: &str) {
        if let Some(told) = &self.complaints {
            told(why);
        }
    }

    /// The contract that is kept.
    #[must_use]
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Decides what `received` is answered, and remembers what it changes.
    #[must_use]
    pub fn answer(&self, received: &Received) -> Answer {
        let Some((broken, share)) = &self.faulty else { return self.decide(received) };
        let found = self.router.find(&received.method, &received.path);
        let of = if let Found::Operation(index, _) = found { index } else { self.served.len() };
        let turn = self.turns[of].fetch_add(1, Ordering::Relaxed);
        // Spread evenly: of so many requests in a row, exactly `share` go to the faulty one.
        let (share, shares) = (u64::from(*share), u64::from(SHARES));
        if turn.wrapping_mul(share) % shares + share < shares {
            return self.decide(received);
        }
        let mut answer = broken.decide(received);
        broken.faults.spoil(&broken.contract, received, &mut answer, turn);
        answer
    }

    /// The operation that a request is for, if any.
    fn operation_of(&self, method: &str, path: &str) -> Option<OpId> {
        match self.router.find(method, path) {
            Found::Operation(index, _) => Some(self.served[index].id),
            Found::OtherMethod(_) | Found::Nowhere(_) => None,
        }
    }

    fn decide(&self, received: &Received) -> Answer {
        match self.router.find(&received.method, &received.path) {
            Found::Operation(index, values) => {
                self.answer_operation(index, values, received).unwrap_or_else(|refusal| *refusal)
            }
            Found::OtherMethod(route) => {
                let says_how = |index: &usize| self.contract.operations[*index].other_methods.is_some();
                let mut operations = route.methods.iter().map(|(_, index)| index);
                let first = operations.clone().next();
                let Some(index) = operations.find(|index| says_how(index)).or(first) else {
                    return Answer::not_found();
                };
                let served = &self.served[*index];
                let refused = Refused {
                    clause: self.clause(served, "method"),
                    says: format!("the path is documented with {} only", route.allow()),
                };
                let id = admit::request_id(received);
                let mut answer = served.other_method.answer(Some(served.id), &id, refused);
                if answer.status == 405 {
                    answer.headers.push(("allow".to_owned(), route.allow()));
                }
                answer
            }
            Found::Nowhere(None) => Answer::not_found(),
            Found::Nowhere(Some(index)) => {
                let nearest = self.contract.operation(self.served[index].id);
                let says = route::near_miss(nearest, &received.method, &received.path);
                let refused = Refused { clause: None, says };
                self.served[index].nowhere.answer(None, &admit::request_id(received), refused)
            }
        }
    }

    fn answer_operation(
        &self,
        index: usize,
        values: Vec<String>,
        received: &Received,
    ) -> admit::Turned<Answer> {
        let served = &self.served[index];
        let mut admitted = self.admit(served, values, received)?;
        let preference = Preference::of(received);
        if preference.is_none() {
            self.look_up(served, &admitted, received)?;
            self.look_for(served, &admitted, received)?;
        }
        if let Some(body) = &served.body {
            let judged = self.judge_body(served, body, received);
            if judged.is_err() && self.faults.memory(served.id) == Some(Memory::Refused) {
                self.store_refused(served, &admitted, received);
            }
            admitted.body = judged?;
        }
        match preference {
            Some(preference) => Ok(self.preferred(served, &preference, received)),
            None => self.perform(index, &admitted, received),
        }
    }
}

impl Answer {
    fn not_found() -> Self {
        Self { status: 404, ..Self::default() }
    }
}

/// The resources that the contract names, so that the first request to each is as fast as the second.
fn prepared(contract: &Contract, variables: &Value, families: &[Family], served: &[Served]) -> State {
    let mut state = State::default();
    for (index, family) in families.iter().enumerate() {
        let mut combinations: Vec<Vec<String>> = vec![Vec::new()];
        for place in 0..family.shape.matches('{').count() {
            let known = family::names_from_the_start(contract, family, place, variables);
            combinations = combinations
                .iter()
                .flat_map(|before| {
                    let with = |value: &String| before.iter().chain([value]).cloned().collect();
                    known.iter().map(with).collect::<Vec<_>>()
                })
                // In a collection, what is prepared is what there is; elsewhere it only saves time.
                .take(if family.is_collection() { usize::MAX } else { MOST_PREPARED })
                .collect();
        }
        for values in combinations {
            let key = state::key(index, values.iter().map(String::as_str));
            let resource = family.birth(served, &state, index, &key);
            state.found(index, key, resource);
        }
    }
    state
}
