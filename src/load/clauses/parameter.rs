//! Clauses of parameters: path, query, header, cookie.

use super::sides::Stands;
use super::walk::{Spot, Walk};
use super::{ACCEPT, Clauses, Promise, REFUSE, Site};
use crate::load::origin::{Reasons, Sourced};
use crate::model::{ClauseKind, Location, Part, Sides};

impl Clauses<'_> {
    pub(super) fn parameters(&mut self, site: &Site<'_, '_>) {
        for location in [Location::Path, Location::Query, Location::Header, Location::Cookie] {
            for (index, parameter) in site.draft.operation.parameters.iter().enumerate() {
                if parameter.location == location {
                    self.parameter(site, index);
                }
            }
        }
    }

    fn parameter(&mut self, site: &Site<'_, '_>, index: usize) {
        let operation = &site.draft.operation;
        let parameter = &operation.parameters[index];
        let (span, node) = site.draft.parameters[index];
        let sourced = Sourced::read(node);
        let reasons = sourced.whole().unwrap_or_else(|| site.draft.reasons.clone());
        let part = Part::Parameter { index };
        let place = parameter.location.word();
        let name = crate::text::pointer::join("", &parameter.name);
        let address = format!("{}/request/{place}{name}", operation.id);
        let whole = if parameter.location == Location::Path {
            format!("`{}` in the path", parameter.name)
        } else {
            format!("{place} `{}`", parameter.name)
        };
        let refused = parameter.refused.is_some() || operation.refused.is_some();
        if parameter.location != Location::Path {
            let (leaf, verb, sides) = if parameter.required {
                ("required", "has to be given", Sides { refuse: refused, ..ACCEPT })
            } else {
                ("optional", "may be left out", ACCEPT)
            };
            let kind = if parameter.required {
                ClauseKind::Constraint {
                    part: part.clone(),
                    keyword: "required".to_owned(),
                    path: String::new(),
                    at: String::new(),
                    limit: parameter.name.clone().into(),
                }
            } else {
                ClauseKind::Optional { part: part.clone(), at: String::new() }
            };
            let said = node.get("required").map(|said| crate::load::origin::reasons(said, &reasons));
            let why = sourced.of(leaf).or(said).unwrap_or_else(|| reasons.clone());
            let (address, text) = (format!("{address}/{leaf}"), format!("{whole} {verb}"));
            self.add(Some(site.id), Promise { address, text, kind, sides, span, reasons: &why });
        }
        if let Some(schema) = node.get("schema") {
            let mut walk = Walk {
                clauses: self,
                shared: site.shared,
                operation: site.id,
                part,
                stands: Stands::Parameter { location: parameter.location, refused },
                whole: whole.clone(),
                before: String::new(),
                open: Vec::new(),
                taken: std::collections::HashSet::new(),
            };
            walk.all(schema, &Spot::start(&address, &reasons));
        }
        if let (Some(unknown), Some((key, _))) = (&parameter.unknown, node.entry("unknown")) {
            let why = Reasons {
                published: unknown.answer.origin.published.clone(),
                convention: unknown.answer.origin.convention.clone(),
            };
            let promise = Promise {
                address: format!("{address}/unknown"),
                text: format!("an unknown `{}` is answered {}", parameter.name, unknown.answer.status),
                kind: ClauseKind::Unknown { index },
                sides: REFUSE,
                span: key.span,
                reasons: &why,
            };
            self.add(Some(site.id), promise);
        }
    }
}

impl Spot {
    /// The root of a schema.
    pub(super) fn start(address: &str, reasons: &Reasons) -> Self {
        Self {
            address: address.to_owned(),
            path: String::new(),
            at: String::new(),
            reasons: reasons.clone(),
            alternative: false,
            title: String::new(),
            branch: String::new(),
            repeated: false,
            demanded: Vec::new(),
            share: None,
        }
    }
}
