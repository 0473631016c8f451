//! `NAME`, `NAME@OPERATION` and `NAME@OPERATION/FIELD`: which faults a mock has, and where.

use std::time::Duration;

use super::act::{Act, Memory, Overlooked};
use super::site::Site;
use super::spoil::{Spoiling, concerns};
use super::{FAULTS, Fault};
use crate::mock::message::{Answer, Received};
use crate::model::{ClauseId, Contract, OpId};
use crate::text::did_you_mean;

/// What a late answer exceeds where the contract gives no budget.
const BUDGET: Duration = Duration::from_secs(2);

/// A fault at work.
#[derive(Debug, Clone)]
pub struct Armed {
    /// Which.
    pub fault: &'static Fault,
    /// Where.
    pub site: Site,
}

/// A fault that a mock can't have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{says}")]
pub struct BadFault {
    /// What is wrong, a fragment.
    pub says: String,
    /// What to do, a fragment.
    pub help: String,
}

/// The faults that these words ask for: `NAME` at every place of the contract where it applies, `NAME@OPERATION` at
/// those of one operation, `NAME@OPERATION/FIELD` at those of a clause, a field or a part of the operation's address
/// (`@reset/user_name`, `@reset/request/body/user_name/maxLength`).
///
/// # Errors
/// When there is no such fault, or no place for it.
pub fn choose<'w>(
    contract: &Contract,
    words: impl IntoIterator<Item = &'w str>,
) -> Result<Vec<Armed>, BadFault> {
    let mut armed = Vec::new();
    for word in words {
        let (name, place) = match word.split_once('@') {
            Some((name, place)) => (name, Some(place)),
            None => (word, None),
        };
        let fault = FAULTS.iter().find(|fault| fault.meta.id == name).ok_or_else(|| no_fault(name))?;
        let all = fault.sites(contract);
        let sites: Vec<Site> = match place {
            None => all.clone(),
            Some(place) => all.iter().filter(|site| is_at(contract, site, place)).cloned().collect(),
        };
        if sites.is_empty() {
            return Err(no_place(fault, place, &all));
        }
        armed.extend(sites.into_iter().map(|site| Armed { fault, site }));
    }
    for (at, one) in armed.iter().enumerate() {
        let excludes = |other: &&Armed| {
            other.site.operation == one.site.operation
                && other.fault.meta.id != one.fault.meta.id
                && matches!(
                    (other.fault.act, one.fault.act),
                    (Act::Remember(_), Act::Remember(_)) | (Act::Deliver(_), Act::Deliver(_))
                )
        };
        if let Some(other) = armed[..at].iter().find(excludes) {
            let operation = &contract.operation(one.site.operation).id;
            return Err(BadFault {
                says: format!(
                    "`{operation}` can't have both `{}` and `{}`",
                    other.fault.meta.id, one.fault.meta.id
                ),
                help: "give one of them to another operation, or to another mock".into(),
            });
        }
    }
    Ok(armed)
}

fn is_at(contract: &Contract, site: &Site, place: &str) -> bool {
    let operation = &contract.operation(site.operation).id;
    let Some(rest) = place.strip_prefix(operation.as_str()) else { return false };
    let field = rest.strip_prefix('/').unwrap_or(rest);
    if field.is_empty() {
        return rest.is_empty();
    }
    let within = format!("{}/", site.label);
    rest.starts_with('/') && within.contains(&format!("/{field}/"))
}

fn no_fault(name: &str) -> BadFault {
    let near = did_you_mean(name, FAULTS.iter().map(|fault| fault.meta.id));
    BadFault {
        says: format!("there is no fault `{name}`"),
        help: near.map_or_else(
            || "`countersign explain` lists the faults".to_owned(),
            |near| format!("did you mean `{near}`?"),
        ),
    }
}

fn no_place(fault: &Fault, place: Option<&str>, all: &[Site]) -> BadFault {
    let name = fault.meta.id;
    let says = match place {
        None => format!("nothing in the contract could be broken by `{name}`"),
        Some(place) => format!("`{name}` has nothing to break at `{place}`"),
    };
    // Places of the operation that was named are nearer than others.
    let operation = place.map(|place| format!("{}/", place.split('/').next().unwrap_or_default()));
    let near = |site: &&Site| operation.as_ref().is_some_and(|operation| site.label.starts_with(operation));
    let nearest: Vec<&Site> = all.iter().filter(near).collect();
    let there = if nearest.is_empty() { all.iter().collect() } else { nearest };
    let some: Vec<&str> = there.iter().take(3).map(|site| site.label.as_str()).collect();
    let help = if some.is_empty() {
        format!("it needs {}", fault.needs)
    } else {
        let more = there.len() - some.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("it applies at {}{more}", some.join(", "))
    };
    BadFault { says, help }
}

/// What the faults of one mock say, asked at the places where it decides.
#[derive(Debug, Default)]
pub(in crate::mock) struct Faults(pub(in crate::mock) Vec<Armed>);

impl Faults {
    fn of(&self, operation: OpId) -> impl Iterator<Item = &Armed> {
        self.0.iter().filter(move |armed| armed.site.operation == operation)
    }

    /// The fault by which a request is not refused for `clause`.
    pub(in crate::mock) fn overlooks(
        &self,
        operation: OpId,
        clause: Option<ClauseId>,
        request: Overlooked,
    ) -> bool {
        clause.is_some()
            && self.of(operation).any(|armed| {
                armed.site.clause == clause
                    && matches!(armed.fault.act, Act::Overlook(overlooks) if overlooks(request))
            })
    }

    /// How an operation remembers.
    pub(in crate::mock) fn memory(&self, operation: OpId) -> Option<Memory> {
        self.of(operation).find_map(|armed| match armed.fault.act {
            Act::Remember(memory) => Some(memory),
            _ => None,
        })
    }

    /// Lets every fault that concerns it change an answer, or how it is brought to the wire. `turn` is the number of
    /// requests before.
    pub(in crate::mock) fn spoil(
        &self,
        contract: &Contract,
        received: &Received,
        answer: &mut Answer,
        turn: u64,
    ) {
        let Some(operation) = answer.operation else { return };
        for armed in self.of(operation) {
            // What a fault of judging or remembering did to an answer can't be told: it may always have done something.
            let mut acted = true;
            match armed.fault.act {
                Act::Spoil(change) => {
                    let before = answer.clone();
                    if concerns(contract, &armed.site, answer) {
                        change(&mut Spoiling { contract, site: &armed.site, received, answer, turn });
                    }
                    acted = *answer != before;
                }
                Act::Deliver(deliver) => {
                    answer.delivery = deliver(contract.operation(operation).within.unwrap_or(BUDGET));
                }
                Act::Misread(_) | Act::Overlook(_) | Act::Remember(_) => {}
            }
            if acted && !answer.faults.contains(&armed.fault.meta.id) {
                answer.faults.push(armed.fault.meta.id);
            }
        }
    }
}
