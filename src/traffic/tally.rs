//! What became of each entry, counted.

use std::collections::BTreeMap;

/// Counts over all recordings, in the order in which things were first seen where that matters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// All entries.
    pub entries: usize,
    /// Those that are requests of an operation.
    pub matched: usize,
    /// By the origin that they were sent to, of those that are requests of an operation.
    pub origins: BTreeMap<String, usize>,
    /// Why entries are no operation's: how many, and the first of them.
    pub strangers: BTreeMap<String, (usize, String)>,
    /// Why entries of operations are no examples: how many.
    pub left: BTreeMap<&'static str, usize>,
    /// Query parameters that no operation documents, with the operation: how many entries have them.
    pub undocumented: BTreeMap<String, usize>,
    /// Entries that are like an example.
    pub alike: usize,
    /// Examples.
    pub examples: usize,
    /// Shapes of requests beyond the limit, by operation and status.
    pub beyond: BTreeMap<String, usize>,
}

impl Tally {
    pub(super) fn stranger(&mut self, why: String, entry: impl FnOnce() -> String) {
        self.strangers.entry(why).or_insert_with(|| (0, entry())).0 += 1;
    }

    pub(super) fn leave(&mut self, why: &'static str) {
        *self.left.entry(why).or_default() += 1;
    }

    /// In lines, for people.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let entries = |count: usize| if count == 1 { "entry" } else { "entries" };
        let mut lines = vec![format!(
            "{} {}: {} of an operation, {} of none",
            self.entries,
            entries(self.entries),
            self.matched,
            self.entries - self.matched
        )];
        for (why, (count, first)) in &self.strangers {
            lines.push(format!("  {count:>5}  {why} ({}{first})", if *count > 1 { "such as " } else { "" }));
        }
        let kinds = if self.examples == 1 { "example" } else { "examples" };
        let alike = match self.alike {
            0 => String::new(),
            more => format!(
                "; {more} more {} like one of them",
                if more == 1 { "entry is" } else { "entries are" }
            ),
        };
        lines.push(format!("{} {kinds}{alike}", self.examples));
        for (why, count) in &self.left {
            lines.push(format!("  {count:>5}  no example: {why}"));
        }
        for (what, count) in &self.beyond {
            lines.push(format!("  {count:>5}  beyond the limit: {what}"));
        }
        for (what, count) in &self.undocumented {
            lines.push(format!("  {count:>5}  left out, since nobody documents it: {what}"));
        }
        if self.origins.len() > 1 {
            let all: Vec<String> =
                self.origins.iter().map(|(origin, count)| format!("{origin} ({count})")).collect();
            lines.push(format!(
                "requests of an operation went to {}: --target says which is meant",
                all.join(", ")
            ));
        }
        lines
    }
}
