//! `variables:` of all contract files; files that share a name share the variable.

use std::collections::BTreeMap;

use super::super::scope::Scope;
use super::super::template::RESERVED;
use super::{text, truth};
use crate::model::Variable;
use crate::text::Diagnostic;
use crate::text::tree::Node;

/// Every variable of the job. A variable is secret if any file says so, and optional only if all do.
pub(in crate::load) fn variables(
    scopes: &[Scope<'_>],
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Variable> {
    let mut all: BTreeMap<String, Variable> = BTreeMap::new();
    for (key, node) in scopes.iter().flat_map(|scope| &scope.variables) {
        if RESERVED.contains(&key.text.as_str()) {
            out.push(
                Diagnostic::error("reserved-name", format!("a variable can't be called `{}`", key.text))
                    .at(key.span, "rules use this name for the exchange itself")
                    .help(format!("reserved names: {}", RESERVED.join(", "))),
            );
        }
        let here = Variable {
            secret: truth(node, "secret"),
            optional: truth(node, "optional"),
            says: text(node, "says").unwrap_or_default(),
            made_up: truth(node, "made_up"),
            default: node.get("default").and_then(Node::scalar),
            span: key.span,
        };
        match all.get_mut(&key.text) {
            None => drop(all.insert(key.text.clone(), here)),
            Some(there) => {
                there.secret |= here.secret;
                there.optional &= here.optional;
                there.made_up &= here.made_up;
                there.default = there.default.take().or(here.default);
                if there.says.is_empty() {
                    there.says = here.says;
                }
            }
        }
    }
    all
}
