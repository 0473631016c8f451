//! A fingerprint of what the contracts say.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::scope::{Entries, Scope};
use crate::model::Clause;

/// SHA-256 in hex over the addresses of the clauses and all sections, with sorted keys: comments, spelling, order of
/// keys and file names do not count.
pub(super) fn of(scopes: &[Scope<'_>], clauses: &[Clause]) -> String {
    let mut text = String::new();
    for clause in clauses {
        text.push_str(&clause.address);
        text.push('\n');
    }
    for scope in scopes {
        let sections: [(&str, &Entries<'_>); 9] = [
            ("sources", &scope.sources),
            ("variables", &scope.variables),
            ("security", &scope.security),
            ("defaults", &scope.defaults),
            ("schemas", &scope.schemas),
            ("operations", &scope.operations),
            ("sequences", &scope.sequences),
            ("restore", &scope.restore),
            ("contradictions", &scope.contradictions),
        ];
        for (name, entries) in sections {
            let value = entries.iter().map(|(key, node)| (key.text.clone(), node.json())).collect();
            text.push_str(name);
            canonical(&Value::Object(value), &mut text);
            text.push('\n');
        }
    }
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| name.as_str());
            out.push('{');
            for (name, member) in sorted {
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                canonical(member, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(elements) => {
            out.push('[');
            for element in elements {
                canonical(element, out);
                out.push(',');
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}
