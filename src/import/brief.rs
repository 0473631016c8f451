//! A contract without the words that only explain.

use crate::text::tree::{Key, Kind, Node};

/// Leaves out what members, parameters and variables are, as far as no promise is made by it: a page is somebody's text,
/// and the evidence of the promises stays.
pub fn brief(contract: &mut Node) {
    within(contract, "", "");
}

/// `of` and `above` are the names of the map and of the map around it.
fn within(node: &mut Node, of: &str, above: &str) {
    match &mut node.kind {
        Kind::List(elements) => elements.iter_mut().for_each(|element| within(element, of, above)),
        Kind::Map(members) => {
            let explained = ["parameters", "headers", "variables"].contains(&above);
            let schema = members.iter().any(|(key, _)| {
                ["type", "from", "properties", "items", "anyOf"].contains(&key.text.as_str())
            });
            let explains = |key: &Key, node: &Node| {
                node.text().is_some()
                    && ((explained && key.text == "says")
                        || (schema && of != "properties" && key.text == "description"))
            };
            members.retain(|(key, node)| !explains(key, node));
            for (key, node) in members {
                if !["example", "examples", "from", "contradictions"].contains(&key.text.as_str()) {
                    within(node, &key.text, of);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;
    use crate::text::tree::read;

    #[test]
    fn only_what_explains_goes() {
        let text = "{ title: T, operations: { a: { says: stays, parameters: { id: { in: path, says: goes, schema: { type: string, description: goes } } }, \
            body: { schema: { type: object, properties: { description: { type: string, description: goes }, says: { type: string } } } }, \
            responses: { 200: { says: OK, example: { type: x, description: stays } } } } } }";
        let mut node = read(text, FileId(0)).unwrap();
        brief(&mut node);
        let json = node.json().to_string();
        assert!(!json.contains("goes"), "{json}");
        assert_eq!(json.matches("stays").count(), 2, "{json}");
        assert!(
            json.contains("\"description\":{\"type\":\"string\"}")
                && json.contains("\"says\":{\"type\":\"string\"}"),
            "{json}"
        );
    }
}
