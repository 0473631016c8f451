//! `countersign import`: a contract file from foreign documents.

use std::path::PathBuf;
use std::process::ExitCode;

use super::arguments::Import;
use super::misused::{diagnostics, fail};
use super::place::create;
use super::put;
use crate::import::{MARK, brief, importer, rename, write};
use crate::text::library::{Disk, Library, shown};

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
        // Examples of recordings bear the mark too, and are no contract that could be imported again from documents.
        Some(path) => {
            create(path, &text, |there| there.starts_with(MARK) && !super::import_har::wrote(there))
                .map_or_else(|why| fail(&why), |()| ExitCode::SUCCESS)
        }
    }
}
