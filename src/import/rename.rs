//! Another name for an operation.

use crate::text::tree::{Kind, Node};

/// Gives the one operation of a contract another name; false where there are several.
pub fn rename(contract: &mut Node, name: &str) -> bool {
    let Kind::Map(sections) = &mut contract.kind else { return false };
    let mut old = String::new();
    for (key, node) in sections.iter_mut().filter(|(key, _)| key.text == "operations") {
        let Kind::Map(operations) = &mut node.kind else { return false };
        let [(only, _)] = operations.as_mut_slice() else { return false };
        old = std::mem::replace(&mut only.text, name.to_owned());
        let _ = key;
    }
    for (_, node) in sections.iter_mut().filter(|(key, _)| key.text == "contradictions") {
        addresses(node, &format!("{old}/"), name);
    }
    !old.is_empty()
}

/// In the addresses of clauses.
fn addresses(node: &mut Node, old: &str, name: &str) {
    match &mut node.kind {
        Kind::Text(text) => {
            if let Some(rest) = text.strip_prefix(old) {
                *text = format!("{name}/{rest}");
            }
        }
        Kind::List(elements) => elements.iter_mut().for_each(|element| addresses(element, old, name)),
        Kind::Map(members) => members.iter_mut().for_each(|(_, member)| addresses(member, old, name)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;
    use crate::text::tree::read;

    #[test]
    fn one_operation_gets_another_name_everywhere() {
        let mut one =
            read("{ operations: { a: {} }, contradictions: { x: { concerns: [a/b, ab/c] } } }", FileId(0))
                .unwrap();
        assert!(rename(&mut one, "z"));
        assert_eq!(
            one.json(),
            serde_json::json!({ "operations": { "z": {} }, "contradictions": { "x": { "concerns": ["z/b", "ab/c"] } } })
        );
        let mut two = read("{ operations: { a: {}, b: {} } }", FileId(0)).unwrap();
        assert!(!rename(&mut two, "z"));
    }
}
