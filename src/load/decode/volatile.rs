//! What of the answers differs from one to the next though nothing has changed.

use super::super::scope::Scope;
use super::OperationDraft;
use crate::model::{Noise, Place, Volatile};
use crate::text::{Diagnostic, did_you_mean};

/// The rules of all contract files.
pub(in crate::load) fn volatile(
    scopes: &[Scope<'_>],
    operations: &[OperationDraft<'_>],
    out: &mut Vec<Diagnostic>,
) -> Vec<Volatile> {
    let mut all = Vec::new();
    for (key, statuses) in scopes.iter().flat_map(|scope| &scope.volatile) {
        let names = || operations.iter().map(|draft| draft.operation.id.as_str());
        if !names().any(|name| name == key.text) {
            let says = format!("no operation is called `{}`", key.text);
            let mut diagnostic =
                Diagnostic::error("unknown-operation", says).at(key.span, "not declared under `operations`");
            if let Some(near) = did_you_mean(&key.text, names()) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            out.push(diagnostic);
        }
        for (status, places) in statuses.members() {
            for (place, rule) in places.members() {
                let at = Place::from(place.text.clone());
                let is_place = match &at {
                    Place::Header(name) => !name.is_empty(),
                    Place::Body(at) => at.is_empty() || at.starts_with('/'),
                    Place::Status | Place::Answer => false,
                };
                if !is_place {
                    out.push(
                        Diagnostic::error("bad-place", format!("`{}` is no place of an answer", place.text))
                            .at(place.span, "neither a JSON Pointer nor a header field")
                            .help("write `/member/*/inner`, `body` for the whole, or `header/NAME`"),
                    );
                }
                match Noise::try_from(rule.json()) {
                    Ok(noise) => all.push(Volatile {
                        operation: key.text.clone(),
                        status: status.text.to_ascii_uppercase().replace("DEFAULT", "default"),
                        place: at,
                        rule: noise,
                    }),
                    Err(bad) => out.push(Diagnostic::error("bad-rule", bad.says).at(rule.span, "no rule")),
                }
            }
        }
    }
    all
}
