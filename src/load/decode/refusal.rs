//! Promised refusals: `refused`, `unknown`, `outside`, `other_methods`, `expect` of cases.

use super::super::origin::{self, Reasons};
use super::super::schema;
use super::super::status;
use super::{Decoder, matchers, truth};
use crate::model::{Refusal, Schema};
use crate::text::tree::{Kind, Node};

impl Decoder<'_, '_> {
    /// A refusal written as a status, a list of statuses or a map; its reasons are its own, else `inherited`.
    pub(super) fn refusal(&mut self, node: &Node, inherited: &Reasons) -> Option<Refusal> {
        let place = |reasons: &Reasons, decoder: &Self| decoder.places.origin(node.span, reasons);
        if !matches!(node.kind, Kind::Map(_)) {
            let origin = place(inherited, self);
            return matches!(node.kind, Kind::Text(_) | Kind::Number(_) | Kind::List(_)).then(|| Refusal {
                status: status::read(node),
                schema: None,
                body: None,
                may_close: false,
                origin,
            });
        }
        let reasons = origin::reasons(node, inherited);
        let body = node.get("body").inspect(|body| {
            self.names().check_value(body, self.out);
            matchers(body, self.out);
        });
        Some(Refusal {
            status: node.get("status").map(status::read).unwrap_or_default(),
            schema: node.get("schema").map(|schema| self.schema(schema)),
            body: body.map(Node::json),
            may_close: truth(node, "may_close"),
            origin: place(&reasons, self),
        })
    }

    /// A schema; what JSON Schema does not allow in it is reported.
    pub(super) fn schema(&mut self, node: &Node) -> Schema {
        let schema = self.scope.shared.schema(node);
        schema::faults(node, &schema, &mut self.patterns, self.out);
        schema
    }
}
