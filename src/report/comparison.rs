//! The files of a comparison: `compare.json` and `compare.html`.

use std::io;
use std::path::{Path, PathBuf};

use super::folder::{self, Draft};
use crate::model::Comparison;

/// Writes the reports of a comparison into `folder`; nothing in which `leaks` sees a secret.
///
/// # Errors
/// When a file can't be written, or a secret stands in it.
pub fn write_comparison(
    folder: &Path,
    compared: &Comparison,
    leaks: &dyn Fn(&[u8]) -> bool,
) -> io::Result<Vec<PathBuf>> {
    folder::make(folder, "")?;
    let json = serde_json::to_string_pretty(compared)? + "\n";
    let mut page = Vec::new();
    super::html::comparison(compared, &mut page)?;
    let mut written = Vec::new();
    for (name, bytes) in [("compare.json", json.into_bytes()), ("compare.html", page)] {
        if leaks(&bytes) {
            return Err(io::Error::other(format!(
                "a secret stands in {name}; this is a bug, please report it"
            )));
        }
        written.push(Draft::open(folder, name)?.write(|out| out.write_all(&bytes))?);
    }
    Ok(written)
}
