//! Schemas inside contracts: JSON Schema 2020-12 with `from` and `convention`, and `$ref: Name` for shared ones.

mod check;
mod convert;
pub(super) mod keywords;
mod secrets;
mod weight;

pub(super) use check::{check, faults};
pub(super) use convert::{Shared, referred};
pub(super) use secrets::pointers as secrets;
pub(super) use weight::Weight;

/// The name of the shared schema that a `$ref` means: `Name`, `#/schemas/Name` or `#/$defs/Name`.
fn shared_name(reference: &str) -> &str {
    reference.strip_prefix("#/schemas/").or_else(|| reference.strip_prefix("#/$defs/")).unwrap_or(reference)
}
