//! Which files belong to a job: folders, includes, and the trees of all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::amend;
use crate::import::{self, Importer};
use crate::text::library::{Disk, Library, Shelf, beside, shown};
use crate::text::tree::{Kind, Node};
use crate::text::{Diagnostic, FileId, Severity, SourceFile, Span};

/// Files that were read, and how they belong together.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) files: Vec<SourceFile>,
    /// By file; None where the text is no YAML.
    pub(super) trees: Vec<Option<Arc<Node>>>,
    /// For each contract its files, the contract file itself last.
    pub(super) documents: Vec<Vec<usize>>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A file to begin with.
struct Root {
    path: String,
    /// Found in a folder rather than named: may turn out to be something else than a contract.
    found: bool,
}

/// Reads the contract files that `paths` name, with all files that they include.
pub(super) fn gather(paths: &[PathBuf]) -> Gathered {
    let mut diagnostics = Vec::new();
    let mut roots = Vec::new();
    for path in paths {
        if path.is_dir() {
            roots.extend(folder(path, &mut diagnostics));
        } else {
            roots.push(Root { path: shown(path), found: false });
        }
    }
    if paths.is_empty() {
        let none = Diagnostic::error("no-contract", "no contract file was named");
        diagnostics.push(none.help("name a file or a folder, such as `contracts`"));
    }
    read_all(&roots, &Disk, diagnostics)
}

/// The same for texts that are there already.
pub(super) fn gather_texts(texts: Vec<(String, String)>) -> Gathered {
    let roots: Vec<Root> = texts.iter().map(|(path, _)| Root { path: path.clone(), found: true }).collect();
    let alone = roots.len() == 1;
    let roots: Vec<Root> = roots.into_iter().map(|root| Root { found: !alone, ..root }).collect();
    let library: BTreeMap<String, String> = texts.into_iter().collect();
    read_all(&roots, &library, Vec::new())
}

/// Files of other kinds that may stand beside contracts.
const NO_CONTRACTS: [&str; 4] =
    ["contract.schema.json", "countersign.yaml", "waivers.yaml", "waivers.schema.json"];

fn folder(path: &Path, out: &mut Vec<Diagnostic>) -> Vec<Root> {
    let entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => {
            let message = format!("the folder `{}` can't be read: {error}", path.display());
            out.push(Diagnostic::error("unreadable-file", message));
            return Vec::new();
        }
    };
    let mut names: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    names.retain(|name| {
        let ending = name.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        ["yaml", "yml", "json"].contains(&ending)
            && name.file_name().is_some_and(|file| !NO_CONTRACTS.contains(&&*file.to_string_lossy()))
            && name.is_file()
    });
    names.sort();
    if names.is_empty() {
        let message = format!("the folder `{}` holds no contract", path.display());
        out.push(
            Diagnostic::error("no-contract", message)
                .help("contracts are files ending in .yaml, .yml or .json"),
        );
    }
    names.iter().map(|name| Root { path: shown(name), found: true }).collect()
}

/// The walk over the files of a job.
struct Reader<'s> {
    library: Library<'s>,
    diagnostics: Vec<Diagnostic>,
}

/// One walk over the includes of a contract file.
struct Walk {
    /// Paths that are being followed, for cycles.
    open: Vec<String>,
    /// Files in the order in which they are complete.
    done: Vec<FileId>,
    /// Contracts that others lie over: parts of those.
    amended: Vec<FileId>,
}

/// Reads the files, with all that they include.
fn read_all(roots: &[Root], shelf: &dyn Shelf, diagnostics: Vec<Diagnostic>) -> Gathered {
    let mut reader = Reader { library: Library::new(shelf), diagnostics };
    let mut named: Vec<(FileId, bool)> =
        roots.iter().filter_map(|root| Some((reader.open_root(root)?, root.found))).collect();
    named.dedup();
    let (mut documents, mut included, mut strangers) = (Vec::new(), Vec::new(), Vec::new());
    for (file, found) in named {
        let mut walk = Walk { open: vec![reader.path(file)], done: Vec::new(), amended: Vec::new() };
        reader.follow(file, &mut walk);
        included.extend(walk.done.iter().chain(&walk.amended).copied());
        if found && reader.tree(file).is_some_and(|tree| tree.get("countersign").is_none()) {
            strangers.push(file);
        } else {
            if !found {
                reader.import(file);
            }
            walk.done.push(file);
            documents.push(walk.done);
        }
    }
    // What a folder holds may be a part of another file, or no contract at all.
    documents.retain(|files| files.last().is_none_or(|main| !included.contains(main)));
    for file in strangers.into_iter().filter(|file| !included.contains(file)) {
        let message = format!("`{}` is no contract and was passed over", reader.path(file));
        let note = Diagnostic::note("not-a-contract", message);
        reader.diagnostics.push(note.help("a contract begins with `countersign: 1`"));
    }
    let wrong = reader.diagnostics.iter().any(|one| one.severity == Severity::Error);
    if documents.is_empty() && !roots.is_empty() && !wrong {
        let folders =
            roots.iter().filter_map(|root| Some(Path::new(&root.path).parent()?.display().to_string()));
        let folders: BTreeSet<String> = folders.collect();
        let folders = folders.iter().map(|folder| format!("`{folder}`")).collect::<Vec<_>>().join(", ");
        let none = Diagnostic::error("no-contract", format!("no file in {folders} is a contract"));
        reader.diagnostics.push(none.help("name a contract file, or the folder that has them: `contracts`"));
    }
    let (files, trees) = reader.library.into_parts();
    let documents =
        documents.into_iter().map(|files| files.into_iter().map(|file| file.0 as usize).collect()).collect();
    Gathered { files, trees, documents, diagnostics: reader.diagnostics }
}

impl Reader<'_> {
    fn path(&self, file: FileId) -> String {
        self.library.files()[file.0 as usize].path.clone()
    }

    fn tree(&mut self, file: FileId) -> Option<Arc<Node>> {
        self.library.tree(file, &mut self.diagnostics)
    }

    /// A file to begin with. What its name says to be a foreign document is brought into the contract format at once.
    fn open_root(&mut self, root: &Root) -> Option<FileId> {
        match import::by_name(&root.path) {
            Some(kind) if !root.found && !self.library.has(&root.path) => {
                let file = self
                    .library
                    .text(&root.path)
                    .map_err(|why| self.unreadable(&root.path, None, &why))
                    .ok()?;
                self.import_as(kind, file);
                Some(file)
            }
            _ => self.open(&root.path, None),
        }
    }

    /// Brings a foreign document into the contract format, with places as they are.
    fn import(&mut self, file: FileId) {
        if let Some(kind) = self.tree(file).and_then(|tree| import::recognise(&tree)) {
            self.import_as(kind, file);
        }
    }

    fn import_as(&mut self, kind: &dyn Importer, file: FileId) {
        match kind.import(&[file], &mut self.library) {
            Ok(imported) => {
                self.library.replace(file, imported.contract);
                self.diagnostics.extend(imported.notes);
            }
            Err(wrong) => {
                self.library.discard(file);
                self.diagnostics.extend(wrong);
            }
        }
    }

    /// Reads a file and its tree once; None where it can't be read. `because` is the place that names it.
    fn open(&mut self, path: &str, because: Option<Span>) -> Option<FileId> {
        match self.library.text(path) {
            Ok(file) => {
                self.tree(file);
                Some(file)
            }
            Err(why) => {
                self.unreadable(path, because, &why);
                None
            }
        }
    }

    fn unreadable(&mut self, path: &str, because: Option<Span>, why: &str) {
        let mut diagnostic = Diagnostic::error("unreadable-file", format!("`{path}` can't be read: {why}"));
        if let Some(span) = because {
            diagnostic = diagnostic.at(span, "included here");
        }
        self.diagnostics.push(diagnostic.help(
            "paths of included files are relative to the including file; others to the working folder",
        ));
    }

    /// Lays a file over the contract that it amends.
    fn amend(&mut self, file: FileId, walk: &mut Walk) {
        let Some(tree) = self.tree(file) else { return };
        let Some((name, span)) = tree.get("amends").and_then(|name| Some((name.text()?, name.span))) else {
            return;
        };
        let path = beside(&self.path(file), name);
        if walk.open.contains(&path) {
            let cycle = Diagnostic::error("include-cycle", "a contract amends itself").at(span, "leads back");
            self.diagnostics.push(cycle);
            return;
        }
        let Some(below) = self.open(&path, Some(span)) else { return };
        self.import(below);
        walk.open.push(path);
        self.follow(below, walk);
        walk.open.pop();
        walk.amended.push(below);
        if let Some(base) = self.tree(below) {
            let merged = amend::merge(&base, &tree, &mut self.diagnostics);
            self.library.replace(file, merged);
        }
    }

    fn follow(&mut self, file: FileId, walk: &mut Walk) {
        self.amend(file, walk);
        let Some(tree) = self.tree(file) else { return };
        let Some(include) = tree.get("include") else { return };
        let names = if let Kind::List(names) = &include.kind {
            names.as_slice()
        } else {
            std::slice::from_ref(include)
        };
        for (name, span) in names.iter().filter_map(|name| Some((name.text()?, name.span))) {
            // What an amended contract includes stands beside that one.
            let path = beside(&self.path(span.file), name);
            if let Some(at) = walk.open.iter().position(|open| *open == path) {
                let mut round = walk.open[at..].to_vec();
                round.push(path);
                self.diagnostics.push(
                    Diagnostic::error("include-cycle", "a file includes itself")
                        .at(span, "leads back")
                        .help(format!("the way round: {}", round.join(" → "))),
                );
                continue;
            }
            let Some(part) = self.open(&path, Some(span)) else { continue };
            if walk.done.contains(&part) {
                continue;
            }
            walk.open.push(path);
            self.follow(part, walk);
            walk.open.pop();
            walk.done.push(part);
        }
    }
}
