//! The base path: the contract's, or that of the target.

use crate::model::{Contract, Operation};

/// Takes the contract's base path out of all paths, where the target says itself what they begin with: it has a path,
/// be it only `/`.
pub(super) fn settle(contract: &mut Contract, target: &str) {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    if !rest.contains('/') {
        return;
    }
    let bases: Vec<Option<String>> =
        contract.documents.iter().map(|document| document.base.clone()).collect();
    for operation in &mut contract.operations {
        if let Some(base) = bases.get(operation.document).and_then(Option::as_deref) {
            without(operation, base);
        }
    }
}

fn without(operation: &mut Operation, base: &str) {
    let strip = |path: &mut String| {
        if let Some(rest) = path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
            *path = if rest.is_empty() { "/".to_owned() } else { rest.to_owned() };
        }
    };
    strip(&mut operation.path);
    strip(&mut operation.resource);
    if let Some(creates) = &mut operation.creates {
        strip(&mut creates.resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::load_texts;

    #[test]
    fn a_target_with_a_path_of_its_own_stands_for_the_base() {
        let text = "countersign: 1\ntitle: T\nbase: /v1\noperations:\n  get:\n    request: GET /v1/notes\n    \
                    responses: { 200: {} }\n  other:\n    request: GET /v10\n    responses: { 200: {} }\n";
        for (target, paths) in [
            ("http://localhost:8080", ["/v1/notes", "/v10"]),
            ("http://localhost:8080/", ["/notes", "/v10"]),
            ("https://example.com/api/v1", ["/notes", "/v10"]),
        ] {
            let mut contract = load_texts(vec![("t.yaml".to_owned(), text.to_owned())]).contract.unwrap();
            settle(&mut contract, target);
            let found: Vec<&str> = contract.operations.iter().map(|one| one.path.as_str()).collect();
            assert_eq!(found, paths, "{target}");
        }
    }
}
