//! Which files belong to a job: folders, includes, and the trees of all of them.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::tree::{self, Kind, Node};
use crate::text::{Diagnostic, FileId, SourceFile, Span};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 16 << 20;

/// Files that were read, and how they belong together.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) files: Vec<SourceFile>,
    /// By file; None where the text is no YAML.
    pub(super) trees: Vec<Option<Node>>,
    /// For each contract its files, the contract file itself last.
    pub(super) documents: Vec<Vec<usize>>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Where texts come from.
pub(super) trait Shelf {
    /// The text at `path`, or why there is none.
    fn text(&self, path: &str) -> Result<String, String>;
}

/// The file system.
pub(super) struct Disk;

impl Shelf for Disk {
    #[expect(clippy::disallowed_methods, reason = "the one place where input files are read")]
    fn text(&self, path: &str) -> Result<String, String> {
        let length = std::fs::metadata(path).map_err(|error| why(&error))?.len();
        if length > LARGEST {
            return Err(format!("it has {length} bytes, more than the {LARGEST} that are read"));
        }
        let bytes = std::fs::read(path).map_err(|error| why(&error))?;
        String::from_utf8(bytes).map_err(|error| {
            format!("it is not UTF-8: byte {} belongs to no character", error.utf8_error().valid_up_to() + 1)
        })
    }
}

/// The same words on every system for the common case.
fn why(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => error.to_string(),
    }
}

/// Texts that are there already.
impl Shelf for BTreeMap<String, String> {
    fn text(&self, path: &str) -> Result<String, String> {
        self.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }
}

/// A file to begin with.
struct Root {
    path: String,
    /// Found in a folder rather than named: may turn out to be something else than a contract.
    found: bool,
}

/// Reads the contract files that `paths` name, with all files that they include.
pub(super) fn gather(paths: &[PathBuf]) -> Gathered {
    let mut gathered = Gathered::default();
    let mut roots = Vec::new();
    for path in paths {
        if path.is_dir() {
            roots.extend(folder(path, &mut gathered.diagnostics));
        } else {
            roots.push(Root { path: shown(path), found: false });
        }
    }
    if paths.is_empty() {
        let none = Diagnostic::error("no-contract", "no contract file was named");
        gathered.diagnostics.push(none.help("name a file or a folder, such as `contracts`"));
    }
    gathered.read_all(&roots, &Disk);
    gathered
}

/// The same for texts that are there already.
pub(super) fn gather_texts(texts: Vec<(String, String)>) -> Gathered {
    let mut gathered = Gathered::default();
    let roots: Vec<Root> = texts.iter().map(|(path, _)| Root { path: path.clone(), found: true }).collect();
    let alone = roots.len() == 1;
    let roots: Vec<Root> = roots.into_iter().map(|root| Root { found: !alone, ..root }).collect();
    let library: BTreeMap<String, String> = texts.into_iter().collect();
    gathered.read_all(&roots, &library);
    gathered
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

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// `target` as seen from the folder of `from`, without `.` and, where possible, without `..`.
fn beside(from: &str, target: &str) -> String {
    let joined = Path::new(from).parent().unwrap_or(Path::new("")).join(target);
    let mut clean = PathBuf::new();
    for part in joined.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    shown(&clean)
}

/// One walk over the includes of a contract file.
struct Walk<'s> {
    library: &'s dyn Shelf,
    /// Paths that are being followed, for cycles.
    open: Vec<String>,
    /// Files in the order in which they are complete.
    done: Vec<usize>,
}

impl Gathered {
    fn read_all(&mut self, roots: &[Root], library: &dyn Shelf) {
        let mut by_path = BTreeMap::new();
        let mut documents = Vec::new();
        for root in roots {
            if let Some(file) = self.open(&root.path, None, library, &mut by_path) {
                documents.push((file, root.found));
            }
        }
        documents.dedup();
        let (mut included, mut strangers) = (Vec::new(), Vec::new());
        for (file, found) in documents {
            let mut walk = Walk { library, open: vec![self.files[file].path.clone()], done: Vec::new() };
            self.follow(file, &mut walk, &mut by_path);
            included.extend(walk.done.iter().copied());
            if found && self.trees[file].as_ref().is_some_and(|tree| tree.get("countersign").is_none()) {
                strangers.push(file);
            } else {
                walk.done.push(file);
                self.documents.push(walk.done);
            }
        }
        // What a folder holds may be a part of another file, or no contract at all.
        self.documents.retain(|files| files.last().is_none_or(|main| !included.contains(main)));
        for file in strangers.into_iter().filter(|file| !included.contains(file)) {
            let message = format!("`{}` is no contract and was passed over", self.files[file].path);
            let note = Diagnostic::note("not-a-contract", message);
            self.diagnostics.push(note.help("a contract begins with `countersign: 1`"));
        }
    }

    /// Reads a file once; None where it can't be read. `because` is the place that names it.
    fn open(
        &mut self,
        path: &str,
        because: Option<Span>,
        library: &dyn Shelf,
        by_path: &mut BTreeMap<String, usize>,
    ) -> Option<usize> {
        if let Some(file) = by_path.get(path) {
            return Some(*file);
        }
        match library.text(path) {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
                let file = self.files.len();
                by_path.insert(path.to_owned(), file);
                let id = FileId(u32::try_from(file).unwrap_or(u32::MAX));
                let tree = tree::read(&text, id);
                self.files.push(SourceFile { path: path.to_owned(), text });
                self.trees.push(match tree {
                    Ok(tree) => Some(tree),
                    Err(diagnostic) => {
                        self.diagnostics.push(*diagnostic);
                        None
                    }
                });
                Some(file)
            }
            Err(why) => {
                let mut diagnostic =
                    Diagnostic::error("unreadable-file", format!("`{path}` can't be read: {why}"));
                if let Some(span) = because {
                    diagnostic = diagnostic.at(span, "included here");
                }
                self.diagnostics.push(diagnostic.help("paths of included files are relative to the including file; others to the working folder"));
                None
            }
        }
    }

    fn follow(&mut self, file: usize, walk: &mut Walk<'_>, by_path: &mut BTreeMap<String, usize>) {
        let Some(include) = self.trees[file].as_ref().and_then(|tree| tree.get("include")) else { return };
        let names = if let Kind::List(names) = &include.kind {
            names.as_slice()
        } else {
            std::slice::from_ref(include)
        };
        let names: Vec<(String, Span)> =
            names.iter().filter_map(|name| Some((name.text()?.to_owned(), name.span))).collect();
        for (name, span) in names {
            let path = beside(&self.files[file].path, &name);
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
            let Some(part) = self.open(&path, Some(span), walk.library, by_path) else { continue };
            if walk.done.contains(&part) {
                continue;
            }
            walk.open.push(path);
            self.follow(part, walk, by_path);
            walk.open.pop();
            walk.done.push(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn included_paths_are_relative_to_the_including_file() {
        for (from, target, path) in [
            ("contracts/a.yaml", "shared.yaml", "contracts/shared.yaml"),
            ("contracts/a.yaml", "./b/../c.yaml", "contracts/c.yaml"),
            ("a.yaml", "../c.yaml", "../c.yaml"),
            ("a.yaml", "/abs/c.yaml", "/abs/c.yaml"),
        ] {
            assert_eq!(beside(from, target), path);
        }
    }
}
