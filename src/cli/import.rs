//! `countersign import`: a contract file from foreign documents.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::arguments::Import;
use super::misused::{diagnostics, fail};
use super::put;
use crate::import::{MARK, brief, importer, rename, write};
use crate::text::library::{Disk, Library, Shelf as _, shown};

/// Writes the contract, and tells on standard error what could not be brought over.
pub(super) fn import(arguments: &Import) -> ExitCode {
    if arguments.kind == super::import_har::KIND {
        return super::import_har::import(arguments);
    }
    let Some(kind) = importer(&arguments.kind) else {
        return fail(&format!("there is no import of `{}`", arguments.kind));
    };
    let mut library = Library::new(&Disk);
    let mut documents = Vec::new();
    for path in arguments.files.iter().map(PathBuf::as_path).map(shown) {
        match library.text(&path) {
            Ok(file) => documents.push(file),
            Err(why) => return fail(&format!("`{path}` can't be read: {why}")),
        }
    }
    let mut imported = match kind.import(&documents, &mut library) {
        Ok(imported) => imported,
        Err(wrong) => {
            diagnostics(&wrong, library.files());
            return ExitCode::from(super::MISUSED);
        }
    };
    diagnostics(&imported.notes, library.files());
    if arguments.brief {
        brief(&mut imported.contract);
    }
    if let Some(name) = &arguments.name
        && !rename(&mut imported.contract, name)
    {
        return fail("--name is for documents that describe one operation; these describe several");
    }
    let text = write(&imported, library.files());
    match &arguments.out {
        None => put(&text),
        Some(path) => match create(path, &text) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&format!("{} can't be written: {error}", path.display())),
        },
    }
}

/// Writes a file; what is there already is somebody's, unless it was imported.
pub(super) fn create(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let imported = Disk.text(&shown(path)).is_ok_and(|there| there.starts_with(MARK));
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    if imported {
        options.truncate(true);
    } else {
        options.create_new(true);
    }
    options.open(path)?.write_all(text.as_bytes())
}
