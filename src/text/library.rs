//! The files of a job: each read once, with its text and its tree.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::tree::{self, Node};
use super::{Diagnostic, FileId, SourceFile};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 16 << 20;

/// Where texts come from.
pub trait Shelf {
    /// The text at `path`, or why there is none.
    ///
    /// # Errors
    /// When there is no text: a lowercase fragment for a person.
    fn text(&self, path: &str) -> Result<String, String>;
}

/// The file system.
#[derive(Debug, Clone, Copy)]
pub struct Disk;

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

/// A file that may be too large to be held, to be read piece by piece. A byte order mark is passed over.
///
/// # Errors
/// When it can't be read: a lowercase fragment for a person.
#[expect(clippy::disallowed_methods, reason = "the one place where input files are read")]
pub fn stream(path: &Path) -> Result<impl BufRead, String> {
    let mut reader =
        BufReader::with_capacity(1 << 16, std::fs::File::open(path).map_err(|error| why(&error))?);
    let begins = reader.fill_buf().map_err(|error| why(&error))?;
    if begins.starts_with("\u{feff}".as_bytes()) {
        reader.consume('\u{feff}'.len_utf8());
    }
    Ok(reader)
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

/// Files that were read. [`FileId`] is the index of a file.
pub struct Library<'s> {
    shelf: &'s dyn Shelf,
    files: Vec<SourceFile>,
    trees: Vec<Tree>,
    by_path: BTreeMap<String, FileId>,
}

/// What is known of a file's tree.
#[derive(Debug, Clone)]
enum Tree {
    /// Nobody has asked for it.
    Unread,
    /// The text is no YAML.
    None,
    There(Arc<Node>),
}

impl std::fmt::Debug for Library<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").field("files", &self.by_path).finish_non_exhaustive()
    }
}

impl<'s> Library<'s> {
    /// Nothing read yet.
    #[must_use]
    pub fn new(shelf: &'s dyn Shelf) -> Self {
        Self { shelf, files: Vec::new(), trees: Vec::new(), by_path: BTreeMap::new() }
    }

    /// The text at `path`, without a byte order mark.
    ///
    /// # Errors
    /// When it can't be read: why, as a lowercase fragment.
    pub fn text(&mut self, path: &str) -> Result<FileId, String> {
        if let Some(file) = self.by_path.get(path) {
            return Ok(*file);
        }
        let text = self.shelf.text(path)?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        let file = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.by_path.insert(path.to_owned(), file);
        self.files.push(SourceFile { path: path.to_owned(), text });
        self.trees.push(Tree::Unread);
        Ok(file)
    }

    /// The tree of a file: YAML or JSON. None where the text is neither; what is wrong with it goes to `out`, once.
    pub fn tree(&mut self, file: FileId, out: &mut Vec<Diagnostic>) -> Option<Arc<Node>> {
        let at = file.0 as usize;
        if let Tree::Unread = self.trees.get(at)? {
            self.trees[at] = match tree::read(&self.files[at].text, file) {
                Ok(tree) => Tree::There(Arc::new(tree)),
                Err(diagnostic) => {
                    out.push(*diagnostic);
                    Tree::None
                }
            };
        }
        match &self.trees[at] {
            Tree::There(tree) => Some(Arc::clone(tree)),
            Tree::None | Tree::Unread => None,
        }
    }

    /// The tree of a file that belongs to a document of another kind: see [`Library::tree`].
    pub fn foreign_tree(&mut self, file: FileId, out: &mut Vec<Diagnostic>) -> Option<Arc<Node>> {
        let at = file.0 as usize;
        if let Tree::Unread = self.trees.get(at)? {
            self.trees[at] = match tree::read_loosely(&self.files[at].text, file) {
                Ok(tree) => Tree::There(Arc::new(tree)),
                Err(diagnostic) => {
                    out.push(*diagnostic);
                    Tree::None
                }
            };
        }
        self.tree(file, out)
    }

    /// Puts another tree in the place of a file's own, such as the contract that was made from it.
    ///
    /// # Panics
    /// When the file is of another library.
    pub fn replace(&mut self, file: FileId, tree: Node) {
        self.trees[file.0 as usize] = Tree::There(Arc::new(tree));
    }

    /// Says that nothing can be made of a file; it has no tree then.
    ///
    /// # Panics
    /// When the file is of another library.
    pub fn discard(&mut self, file: FileId) {
        self.trees[file.0 as usize] = Tree::None;
    }

    /// Whether the text at `path` was read.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.by_path.contains_key(path)
    }

    /// What was read so far.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// All files, and their trees: None where the text is no YAML, or where nobody asked.
    #[must_use]
    pub fn into_parts(self) -> (Vec<SourceFile>, Vec<Option<Arc<Node>>>) {
        let tree = |tree| if let Tree::There(node) = tree { Some(node) } else { None };
        (self.files, self.trees.into_iter().map(tree).collect())
    }
}

/// `path` as it is shown and compared, on every system.
#[must_use]
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// `target` as seen from the folder of `from`, without `.` and, where possible, without `..`.
#[must_use]
pub fn beside(from: &str, target: &str) -> String {
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

/// `target` as the file `from` names it: relative to the folder of `from`, where both are relative or both are not.
#[must_use]
pub fn relative(from: &str, target: &str) -> String {
    let clean = |path: &str| PathBuf::from(beside("", path));
    let (folder, target) = (clean(from).parent().map(Path::to_path_buf).unwrap_or_default(), clean(target));
    if folder.is_absolute() != target.is_absolute() || folder.starts_with("..") {
        return shown(&target);
    }
    let same = folder.components().zip(target.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(same).map(|_| Component::ParentDir);
    shown(&up.chain(target.components().skip(same)).collect::<PathBuf>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file_that_names_them() {
        for (from, target, path) in [
            ("contracts/a.yaml", "shared.yaml", "contracts/shared.yaml"),
            ("contracts/a.yaml", "./b/../c.yaml", "contracts/c.yaml"),
            ("a.yaml", "../c.yaml", "../c.yaml"),
            ("a.yaml", "/abs/c.yaml", "/abs/c.yaml"),
        ] {
            assert_eq!(beside(from, target), path);
        }
    }

    #[test]
    fn a_file_names_another_from_where_it_stands() {
        for (from, target, name) in [
            ("contracts/a.yaml", "contracts/b.yaml", "b.yaml"),
            ("contracts/recorded/a.yaml", "contracts/a.yaml", "../a.yaml"),
            ("recorded.yaml", "./contracts/a.yaml", "contracts/a.yaml"),
            ("/x/y/a.yaml", "/x/z/b.yaml", "../z/b.yaml"),
            ("", "contracts/a.yaml", "contracts/a.yaml"),
        ] {
            assert_eq!(relative(from, target), name, "{from} {target}");
        }
        assert_eq!(beside("contracts/recorded/a.yaml", "../a.yaml"), "contracts/a.yaml");
    }

    #[test]
    fn a_file_is_read_once_and_what_is_wrong_with_it_told_once() {
        let shelf = BTreeMap::from([("a".to_owned(), "\u{feff}x: [".to_owned())]);
        let mut library = Library::new(&shelf);
        let mut out = Vec::new();
        let file = library.text("a").unwrap();
        assert_eq!(library.text("a").unwrap(), file);
        assert!(library.tree(file, &mut out).is_none());
        assert!(library.tree(file, &mut out).is_none());
        assert_eq!(out.len(), 1);
        assert_eq!(library.files()[0].text, "x: [");
        assert!(library.text("b").is_err());
    }
}
