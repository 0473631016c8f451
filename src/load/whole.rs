//! Contracts as trees: each as one, with what it includes and what it amends.

use super::files::Gathered;
use crate::text::tree::{Kind, Node};

/// The sections that the files of a contract share.
const SECTIONS: [&str; 10] = [
    "sources",
    "variables",
    "security",
    "defaults",
    "schemas",
    "operations",
    "sequences",
    "restore",
    "contradictions",
    "volatile",
];

/// One tree for each contract that could be read.
pub(super) fn whole(gathered: &Gathered) -> Vec<Node> {
    let tree = |file: &usize| gathered.trees.get(*file).and_then(Option::as_deref);
    let of = |files: &Vec<usize>| {
        let main = files.last().and_then(tree)?;
        Some(joined(main, &files.iter().filter_map(tree).collect::<Vec<_>>()))
    };
    gathered.documents.iter().filter_map(of).collect()
}

/// `main`, which is the last of the parts, with the sections of all of them.
fn joined(main: &Node, parts: &[&Node]) -> Node {
    let plain = |name: &str| !SECTIONS.contains(&name) && !["include", "amends"].contains(&name);
    let mut members: Vec<_> = main.members().iter().filter(|(key, _)| plain(&key.text)).cloned().collect();
    for section in SECTIONS {
        let said: Vec<_> = parts.iter().filter_map(|part| part.entry(section)).collect();
        let Some((key, first)) = said.first() else { continue };
        let mut entries: Vec<(crate::text::tree::Key, Node)> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for (key, node) in said.iter().flat_map(|(_, node)| node.members()) {
            if seen.insert(key.text.as_str()) {
                entries.push((key.clone(), node.clone()));
            }
        }
        members.push(((*key).clone(), Node { kind: Kind::Map(entries), span: first.span }));
    }
    Node { kind: Kind::Map(members), span: main.span }
}
