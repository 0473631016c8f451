//! The part of a contract that reports need.

use crate::conform::needs;
use crate::model::{
    Contract, ContractOutline, ContradictionOutline, Operation, OperationOutline, SequenceOutline,
};

/// The variables that the operation's parameters need, in their order.
fn needed(operation: &Operation) -> Vec<String> {
    let templates = operation.parameters.iter().filter_map(|parameter| parameter.value.as_ref());
    templates.flat_map(needs).collect()
}

/// The outline of `contract`.
#[must_use]
pub fn outline(contract: &Contract) -> ContractOutline {
    ContractOutline {
        fingerprint: contract.fingerprint.clone(),
        titles: contract.documents.iter().map(|document| document.title.clone()).collect(),
        sources: contract
            .documents
            .iter()
            .flat_map(|document| document.sources.iter().map(|(name, source)| (name.clone(), source.clone())))
            .collect(),
        operations: contract
            .operations
            .iter()
            .map(|operation| OperationOutline {
                id: operation.id.clone(),
                document: operation.document,
                title: operation.title.clone(),
                says: operation.says.clone(),
                method: operation.method.clone(),
                path: operation.path.clone(),
                effect: operation.effect,
                secured: !operation.security.is_empty(),
                variables: needed(operation),
            })
            .collect(),
        sequences: contract
            .sequences
            .iter()
            .map(|sequence| SequenceOutline {
                name: sequence.name.clone(),
                document: sequence.document,
                says: sequence.says.clone(),
                steps: sequence
                    .steps
                    .iter()
                    .map(|step| contract.operation(step.operation).id.clone())
                    .collect(),
            })
            .collect(),
        clauses: contract.clauses.clone(),
        contradictions: contract
            .contradictions
            .iter()
            .map(|contradiction| ContradictionOutline {
                name: contradiction.name.clone(),
                says: contradiction.says.clone(),
                between: contradiction.between,
                sides: contradiction.sides.clone(),
                concerns: contradiction.concerns.clone(),
                taken: contradiction.taken.clone(),
                undecided: contradiction.undecided,
            })
            .collect(),
    }
}
