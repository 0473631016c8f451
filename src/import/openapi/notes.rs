//! What a reader should know: what was left out, and what is odd about the document. Each once.

use std::collections::BTreeSet;

use crate::text::{Diagnostic, Span};

/// Messages in the making.
#[derive(Debug, Default)]
pub(super) struct Notes {
    told: BTreeSet<(Span, String)>,
    list: Vec<Diagnostic>,
}

impl Notes {
    /// Something that is right, and is not tested.
    pub(super) fn left_out(&mut self, span: Span, message: impl Into<String>, label: &str) {
        self.add(Diagnostic::note("not-imported", message).at(span, label));
    }

    /// Something that the specification does not allow: what was made of it is the label.
    pub(super) fn odd(&mut self, span: Span, message: impl Into<String>, label: &str) {
        self.add(Diagnostic::warning("odd-document", message).at(span, label));
    }

    /// Another message.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.add(diagnostic);
    }

    fn add(&mut self, diagnostic: Diagnostic) {
        let span = diagnostic.labels.first().map(|label| label.span).unwrap_or_default();
        if self.told.insert((span, diagnostic.message.clone())) {
            self.list.push(diagnostic);
        }
    }

    /// All of them.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        self.list
    }
}
