//! Several contracts as one: a document has one title, one base path and one set of names.

use crate::text::tree::{Kind, Node};
use crate::text::{Diagnostic, Span};

/// One contract of all that are given.
pub(super) fn join(contracts: &[Node]) -> Result<Node, Vec<Diagnostic>> {
    let Some((first, others)) = contracts.split_first() else {
        return Err(vec![Diagnostic::error("no-contract", "there is no contract to export")]);
    };
    let mut whole = first.clone();
    let mut wrong = Vec::new();
    for other in others {
        for (key, node) in other.members().iter().filter(|(key, _)| !["title", "says"].contains(&&*key.text))
        {
            let Kind::Map(members) = &mut whole.kind else { continue };
            match members.iter_mut().find(|(known, _)| known.text == key.text) {
                None if ["defaults", "base"].contains(&key.text.as_str()) => {
                    wrong.push(differ(&key.text, key.span, first.span));
                }
                None => members.push((key.clone(), node.clone())),
                Some((_, there)) => section(&key.text, there, node, &mut wrong),
            }
        }
        // What only the first says would hold for the other too.
        for word in ["defaults", "base"] {
            if let Some((key, _)) = first.entry(word).filter(|_| other.get(word).is_none()) {
                wrong.push(differ(word, key.span, other.span));
            }
        }
        for (key, _) in first.get("security").map(Node::members).unwrap_or_default() {
            if other.get("security").and_then(|all| all.get(&key.text)).is_none() {
                wrong.push(differ(&format!("security.{}", key.text), key.span, other.span));
            }
        }
    }
    if wrong.is_empty() { Ok(whole) } else { Err(wrong) }
}

/// Adds the entries of a section; what two say differently can't stand in one document.
fn section(name: &str, there: &mut Node, node: &Node, wrong: &mut Vec<Diagnostic>) {
    let (Kind::Map(members), Kind::Map(more)) = (&mut there.kind, &node.kind) else {
        if there.json() != node.json() {
            wrong.push(differ(name, node.span, there.span));
        }
        return;
    };
    for (key, node) in more {
        match members.iter().find(|(known, _)| known.text == key.text) {
            Some((_, known)) if known.json() == node.json() => {}
            // Contracts share variables by their names, whatever each says of them.
            Some(_) if name == "variables" => {}
            Some((known, _)) => wrong.push(differ(&format!("{name}.{}", key.text), key.span, known.span)),
            None if ["security", "defaults"].contains(&name) => {
                wrong.push(differ(&format!("{name}.{}", key.text), key.span, there.span));
            }
            None => members.push((key.clone(), node.clone())),
        }
    }
}

fn differ(what: &str, here: Span, there: Span) -> Diagnostic {
    Diagnostic::error(
        "several-contracts",
        format!("these contracts differ in `{what}`, and a document has one"),
    )
    .at(here, "here")
    .at(there, "there")
    .help("export them one by one, or into a folder: `--out FOLDER/`")
}
