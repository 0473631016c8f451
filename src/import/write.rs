//! A contract as the text of a contract file.

use super::Imported;
use crate::text::tree;

/// The contract as YAML for people to read and keep.
#[must_use]
pub fn write(imported: &Imported) -> String {
    tree::write(&imported.contract)
}
