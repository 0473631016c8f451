//! What is declared and never used: often a name that was misspelt where it should have been used.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;
use super::{origin, schema};
use crate::conform::needs;
use crate::model::Variable;
use crate::text::Diagnostic;
use crate::text::tree::{Kind, Node};

/// Warns of variables, sources, schemas and credentials that nothing uses.
pub(super) fn report(
    scopes: &[Scope<'_>],
    trees: &[Option<std::sync::Arc<Node>>],
    variables: &BTreeMap<String, Variable>,
    out: &mut Vec<Diagnostic>,
) {
    let mut names = BTreeSet::new();
    trees.iter().flatten().for_each(|tree| templates(tree, None, &mut names));
    for (name, variable) in variables.iter().filter(|(name, _)| !names.contains(name.as_str())) {
        let message = format!("nothing uses the variable `{name}`");
        out.push(Diagnostic::warning("unused-variable", message).at(variable.span, "declared here"));
    }
    for scope in scopes {
        let used = Used::of(scope);
        let sections = [
            ("unused-source", "source", &scope.sources, &used.sources),
            ("unused-schema", "schema", &scope.schemas, &used.schemas),
        ];
        for (code, what, entries, used) in sections {
            for (key, _) in entries.iter().filter(|(key, _)| !used.contains(&key.text)) {
                let message = format!("nothing uses the {what} `{}`", key.text);
                out.push(Diagnostic::warning(code, message).at(key.span, "declared here"));
            }
        }
    }
}

/// The first names of all templates and expressions in a tree.
fn templates(node: &Node, key: Option<&str>, names: &mut BTreeSet<String>) {
    match &node.kind {
        Kind::Text(text) => {
            let text =
                if matches!(key, Some("when" | "then")) { format!("{{{{ {text} }}}}") } else { text.clone() };
            let found = needs(&serde_json::Value::String(text));
            names.extend(found.iter().filter_map(|name| name.split('.').next()).map(str::to_owned));
        }
        Kind::List(elements) => elements.iter().for_each(|element| templates(element, None, names)),
        Kind::Map(members) => {
            for (key, node) in members {
                templates(node, Some(&key.text), names);
            }
        }
        _ => {}
    }
}

#[derive(Default)]
struct Used {
    sources: BTreeSet<String>,
    schemas: BTreeSet<String>,
}

impl Used {
    fn of(scope: &Scope<'_>) -> Self {
        let mut used = Self::default();
        let sections =
            [&scope.security, &scope.defaults, &scope.operations, &scope.sequences, &scope.contradictions];
        for (_, node) in sections.into_iter().flatten() {
            used.visit(node, None, scope);
        }
        // Sources that only shared schemas name count too.
        for (_, node) in &scope.schemas {
            used.sources_of(node);
        }
        used
    }

    fn visit(&mut self, node: &Node, key: Option<&str>, scope: &Scope<'_>) {
        match key {
            Some("from" | "sides") => self.cite(node),
            Some("schema") => {
                self.schemas.extend(schema::referred(node, &scope.shared));
                self.sources_of(node);
            }
            _ => {
                node.elements().iter().for_each(|element| self.visit(element, None, scope));
                node.members().iter().for_each(|(key, node)| self.visit(node, Some(&key.text), scope));
            }
        }
    }

    fn sources_of(&mut self, node: &Node) {
        node.elements().iter().for_each(|element| self.sources_of(element));
        for (key, node) in node.members() {
            if key.text == "from" {
                self.cite(node);
            }
            self.sources_of(node);
        }
    }

    fn cite(&mut self, node: &Node) {
        let of = |node: &Node| origin::sentences(node).into_iter().map(|published| published.source);
        self.sources.extend(of(node));
        node.members().iter().for_each(|(_, node)| self.sources.extend(of(node)));
    }
}
