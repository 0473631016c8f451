//! The one judge: is this value within the contract?

mod expression;
mod json;
mod schema;

pub use expression::{BadExpression, Expression, Scope, Unfilled, check_template, fill, needs};
pub use json::{BadJson, read_json};
pub use schema::{BadSchema, Breach, Judge, matches_body, schema_faults};
