//! Answers changed on their way out.

use serde_json::Value;

use super::site::Site;
use crate::mock::message::{Answer, Received};
use crate::model::{ClauseKind, Contract, Operation, Part};

/// An answer that is about to be spoiled.
pub(in crate::mock) struct Spoiling<'a> {
    pub(in crate::mock) contract: &'a Contract,
    pub(in crate::mock) site: &'a Site,
    pub(in crate::mock) received: &'a Received,
    pub(in crate::mock) answer: &'a mut Answer,
    /// How many requests came before.
    pub(in crate::mock) turn: u64,
}

impl Spoiling<'_> {
    pub(super) fn operation(&self) -> &Operation {
        self.contract.operation(self.site.operation)
    }

    pub(super) fn kind(&self) -> Option<&ClauseKind> {
        self.site.clause.map(|clause| &self.contract.clause(clause).kind)
    }

    /// The body, if it is JSON.
    pub(super) fn body(&self) -> Option<Value> {
        serde_json::from_slice(&self.answer.body).ok()
    }

    /// Changes the body, if it is JSON.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Value)) {
        if let Some(mut body) = self.body() {
            change(&mut body);
            self.answer.body = body.to_string().into_bytes();
        }
    }

    pub(super) fn set_header(&mut self, name: &str, value: Option<&str>) {
        self.answer.headers.retain(|(other, _)| other != name);
        self.answer.headers.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    /// The first of `statuses` that the operation does not document.
    pub(super) fn undocumented(&self, statuses: &[u16]) -> Option<u16> {
        statuses.iter().copied().find(|status| self.operation().response_index(*status).is_none())
    }

    /// Adds to the first string in the body that is meant for people, else to the first string; where there is none, an answer
    /// talks in a header field of its own, as gateways do.
    pub(super) fn say(&mut self, more: &str) {
        let mut said = false;
        self.change(|body| {
            let text = match body {
                Value::Object(members) => {
                    let prose = |value: &Value| value.as_str().is_some_and(|text| text.contains(' '));
                    let name = members.iter().find(|(_, value)| prose(value));
                    let name = name.or_else(|| members.iter().find(|(_, value)| value.is_string()));
                    name.map(|(name, _)| name.clone()).and_then(|name| members.get_mut(&name))
                }
                body => Some(body),
            };
            if let Some(Value::String(text)) = text {
                text.push(' ');
                text.push_str(more);
                said = true;
            }
        });
        if !said {
            self.set_header("x-error-detail", Some(more));
        }
    }
}

/// Whether an answer is one that the clause at the site speaks of: for a promise about requests, the refusal that it
/// leads to.
pub(super) fn concerns(contract: &Contract, site: &Site, answer: &Answer) -> bool {
    let Some(clause) = site.clause else { return true };
    let of = contract.operation(site.operation);
    let has_status = |status: &str| {
        of.response_index(answer.status).is_some_and(|index| of.responses[index].status == status)
    };
    match &contract.clause(clause).kind {
        ClauseKind::Constraint { part, .. } if part.is_request() => refused_for(answer, site),
        ClauseKind::Constraint {
            part: Part::ResponseBody { status } | Part::ResponseHeader { status, .. },
            ..
        }
        | ClauseKind::Status { status }
        | ClauseKind::MediaType { status }
        | ClauseKind::WellFormed { status }
        | ClauseKind::UndocumentedFields { status } => has_status(status),
        ClauseKind::Within | ClauseKind::Secrets | ClauseKind::Steady | ClauseKind::DocumentedStatuses => {
            true
        }
        ClauseKind::Rule { .. } => answer.refused.is_none(),
        _ => refused_for(answer, site),
    }
}

fn refused_for(answer: &Answer, site: &Site) -> bool {
    answer.refused.as_ref().is_some_and(|refused| refused.clause == site.clause)
}
