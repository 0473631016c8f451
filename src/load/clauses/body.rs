//! Clauses of the request body.

use super::sides::Stands;
use super::walk::{Spot, Walk};
use super::{Clauses, Promise, REFUSE, Site};
use crate::load::origin::{Reasons, Sourced};
use crate::model::{ClauseKind, Part, Refusal};
use crate::text::Span;

impl Clauses<'_> {
    pub(super) fn request_body(&mut self, site: &Site<'_, '_>) {
        let operation = &site.draft.operation;
        let (Some(body), Some((key, node))) = (&operation.body, site.draft.node.entry("body")) else {
            return;
        };
        let address = format!("{}/request/body", operation.id);
        let reasons = Sourced::read(node).whole().unwrap_or_else(|| site.draft.reasons.clone());
        let mut add = |leaf: &str, text: String, kind: ClauseKind, span: Span, why: &Reasons| {
            let address = format!("{address}/{leaf}");
            self.add(Some(site.id), Promise { address, text, kind, sides: REFUSE, span, reasons: why });
        };
        if let Some(refused) = &operation.refused {
            if let Some((span, why)) = &site.draft.body_required {
                let text = format!("a request without a body is answered {}", refused.status);
                add("required", text, ClauseKind::BodyRequired, *span, why);
            }
            if is_json(&body.media_type) {
                let text = format!("a body that is not JSON is answered {}", refused.status);
                add("json", text, ClauseKind::BodyWellFormed, key.span, &because(refused));
            }
        }
        if let Some(other) = &body.other_media_types {
            let text =
                format!("a body of another type than {} is answered {}", body.media_type, other.status);
            let span = node.entry("other_media_types").map_or(key.span, |(key, _)| key.span);
            add("media-type", text, ClauseKind::BodyMediaType, span, &because(other));
        }
        let Some(schema) = node.get("schema") else { return };
        let mut walk = Walk {
            clauses: self,
            shared: site.shared,
            operation: site.id,
            part: Part::RequestBody,
            stands: if is_json(&body.media_type) {
                Stands::Body { refused: operation.refused.is_some() }
            } else {
                Stands::Form { refused: operation.refused.is_some() }
            },
            whole: "the body".to_owned(),
            before: String::new(),
            open: Vec::new(),
            taken: std::collections::HashSet::new(),
        };
        walk.all(schema, &Spot::start(&address, &reasons));
    }
}

/// Why a refusal is expected.
pub(super) fn because(refusal: &Refusal) -> Reasons {
    Reasons { published: refusal.origin.published.clone(), convention: refusal.origin.convention.clone() }
}

/// `application/json`, or anything with the suffix `+json` (RFC 6839 section 3.1).
pub(super) fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json") || essence == "text/json"
}
