//! Contract files → [`Contract`], with all errors at once.
//!
//! Reading goes in steps: [`files`] finds what belongs together, [`amend`] lays one contract over another, as trees with places; what is no contract but can be read as one, such as an
//! OpenAPI document, is [imported](crate::import) on the way; [`shape`]
//! checks it against the tables of the format, [`decode`] makes the model, [`clauses`] enumerates the promises.

mod amend;
mod bind;
mod build;
mod clauses;
mod creates;
mod day;
mod decode;
mod duration;
mod editor_schema;
mod environment;
mod files;
mod fingerprint;
mod origin;
mod project;
mod schema;
mod scope;
mod shape;
mod status;
mod tables;
mod template;
mod unused;
mod waivers;
mod whole;

use std::path::PathBuf;

use serde_json::Value;

use crate::model::Contract;
use crate::text::tree::Node;
use crate::text::{Diagnostic, FileId, SourceFile};

pub use bind::{bind, unknown};
pub use day::is_day;
pub use editor_schema::{editor_schema, project_schema, waiver_schema};
pub use environment::{BadEnvironment, Environment, Lookup, environment, environment_text, find_environment};
pub use project::{BadProject, Project, ProjectSetting, project, project_settings, project_text};
pub use waivers::{BadWaivers, CannotAdd, add_waiver, waivers, waivers_text};

/// What came of reading contract files.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// None if there was any error.
    pub contract: Option<Contract>,
    /// Errors, warnings and notes, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// What the diagnostics point into.
    pub files: Vec<SourceFile>,
}

/// Reads contract files and folders of them, with everything that they include.
///
/// Of a folder every `.yaml`, `.yml` and `.json` file is read in the order of names; what has no `countersign:` is
/// passed over with a note. Nothing else is read, and the process's environment is not looked at.
#[must_use]
pub fn load(paths: &[PathBuf]) -> Loaded {
    build::build(files::gather(paths))
}

/// The same for texts that are in memory: path and text of each file. Includes are looked up among them.
#[must_use]
pub fn load_texts(texts: Vec<(String, String)>) -> Loaded {
    build::build(files::gather_texts(texts))
}

/// Reads contracts as [`load`] does, and gives them as trees in the contract format too: each with what it includes and
/// amends.
#[must_use]
pub fn load_trees(paths: &[PathBuf]) -> (Loaded, Vec<Node>) {
    let gathered = files::gather(paths);
    let trees = whole::whole(&gathered);
    (build::build(gathered), trees)
}

/// The same for texts that are in memory.
#[must_use]
pub fn load_text_trees(texts: Vec<(String, String)>) -> (Loaded, Vec<Node>) {
    let gathered = files::gather_texts(texts);
    let trees = whole::whole(&gathered);
    (build::build(gathered), trees)
}

/// One YAML or JSON text as JSON, without its places.
///
/// # Errors
/// When it is not one YAML document.
pub fn to_json(text: &str) -> Result<Value, Box<Diagnostic>> {
    crate::text::tree::read(text, FileId(0)).map(|node| node.json())
}
