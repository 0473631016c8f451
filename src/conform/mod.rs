//! The one judge: is this value within the contract?

mod breach;
mod contain;
mod expression;
mod json;
mod keywords;
mod matcher;
mod media_type;
mod prepared;
mod scan;
mod schema;
mod template;
mod wanted;

pub use breach::{clip, kind_of, short, subject};
pub use contain::{Relation, relation};
pub use expression::{BadExpression, Expression, Scope};
pub use json::{BadJson, matches_body, read_json, read_json_strictly, same};
pub use keywords::{Holds, KEYWORDS, holds};
pub use matcher::{Mismatch, bad_matcher, expected_schema, holds_matcher, literal, mismatches};
pub use media_type::{essence, media_type_matches};
pub use prepared::Prepared;
pub use scan::{Oddity, OddityKind};
pub use schema::{
    BadSchema, Breach, FORMATS, Judge, MAX_BYTES, MIN_BYTES, meant, pattern_fault, schema_faults,
};
pub use template::{Unfilled, as_template, check_template, fill, needs};
pub use wanted::Wanted;
