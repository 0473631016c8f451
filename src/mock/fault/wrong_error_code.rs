//! `wrong-error-code`: the error code is another one.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "wrong-error-code",
        summary: "answers an unknown identifier with another error code than the documented one",
        explain: "Clients tell errors apart by their code; this one leads them to the wrong branch.",
    },
    needs: "an error with members of an exact value, such as `unknown: { status: 404, body: { code: … } }`",
    sites: |contract| {
        site::clauses(contract, |clause| match (&clause.kind, clause.operation) {
            (ClauseKind::Unknown { index }, Some(operation)) => {
                let parameter = &contract.operation(operation).parameters[*index];
                parameter.unknown.as_ref().is_some_and(|unknown| code(unknown.answer.body.as_ref()).is_some())
            }
            _ => false,
        })
    },
    act: Act::Spoil(|spoiling| {
        let Some(ClauseKind::Unknown { index }) = spoiling.kind() else { return };
        let unknown = spoiling.operation().parameters[*index].unknown.as_ref();
        let Some(name) = unknown.and_then(|unknown| code(unknown.answer.body.as_ref())) else { return };
        spoiling.change(|body| {
            if let Some(Value::String(code)) = body.get_mut(&name) {
                let last = if code.ends_with('9') { '8' } else { '9' };
                code.pop();
                code.push(last);
            }
        });
    }),
};

/// The name of the promised member that is a code: a string without a space.
fn code(body: Option<&Value>) -> Option<String> {
    let members = body?.as_object()?;
    let code = members.iter().find(|(_, value)| value.as_str().is_some_and(|text| !text.contains(' ')));
    code.map(|(name, _)| name.clone())
}
