//! Clauses of credentials.

use super::sides::Stands;
use super::walk::{Spot, Walk};
use super::{Clauses, Promise, REFUSE, Site};
use crate::load::origin::{Reasons, Sourced};
use crate::model::{ClauseKind, Part};
use crate::text::pointer;

impl Clauses<'_> {
    pub(super) fn credentials(&mut self, site: &Site<'_, '_>) {
        let operation = &site.draft.operation;
        for (index, security) in operation.security.iter().enumerate() {
            let (span, node, own) = site.draft.security[index];
            let address = format!("{}/request/credential{}", operation.id, pointer::join("", &security.name));
            let whole = format!("{} `{}`", security.location.word(), security.name);
            let of_use = own.and_then(|own| Sourced::read(own).whole());
            let reasons =
                of_use.or_else(|| Sourced::read(node).whole()).unwrap_or_else(|| site.draft.reasons.clone());
            if let Some(refused) = &security.refused {
                let why = Reasons {
                    published: reasons.published.clone(),
                    convention: refused.origin.convention.clone().or_else(|| reasons.convention.clone()),
                };
                let place = own.and_then(|own| own.entry("refused")).or_else(|| node.entry("refused"));
                let promise = Promise {
                    address: address.clone(),
                    text: format!(
                        "a request with no, an empty or a wrong {whole} is answered {}",
                        refused.status
                    ),
                    kind: ClauseKind::Credential { index },
                    sides: REFUSE,
                    span: place.map_or(span, |(key, _)| key.span),
                    reasons: &why,
                };
                self.add(Some(site.id), promise);
            }
            let schema = own.and_then(|own| own.get("schema")).or_else(|| node.get("schema"));
            if let Some(schema) = schema {
                let refused = security.outside.is_some() || security.refused.is_some();
                let mut walk = Walk {
                    clauses: self,
                    shared: site.shared,
                    operation: site.id,
                    part: Part::Credential { index },
                    stands: Stands::Credential { refused },
                    whole,
                    before: String::new(),
                    open: Vec::new(),
                    taken: std::collections::HashSet::new(),
                };
                walk.all(schema, &Spot::start(&address, &reasons));
            }
        }
    }
}
