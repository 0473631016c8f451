//! Where commands write files: nothing that is somebody's is replaced, and no two outputs are one.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::text::library::{Disk, Shelf as _, beside, shown};

/// Writes a file; what is there already is somebody's, unless its text is `ours`.
///
/// # Errors
/// When it can't be written: a sentence with the path.
pub(super) fn create(path: &Path, text: &str, ours: impl Fn(&str) -> bool) -> Result<(), String> {
    let replace = Disk.text(&shown(path)).is_ok_and(|there| ours(&there));
    let write = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true);
        if replace {
            options.truncate(true);
        } else {
            options.create_new(true);
        }
        options.open(path)?.write_all(text.as_bytes())
    };
    write().map_err(|error: std::io::Error| why_not(path, &error))
}

/// Why a file can't be written, and what to do.
fn why_not(path: &Path, error: &std::io::Error) -> String {
    let shown = path.display();
    let is_file = |folder: &&Path| folder.is_file();
    if path.is_dir() {
        return format!("{shown} can't be written: it is a folder; name a file in it");
    }
    if let Some(folder) = path.ancestors().skip(1).find(is_file) {
        return format!("{shown} can't be written: {} is a file, and no folder", folder.display());
    }
    match error.kind() {
        std::io::ErrorKind::AlreadyExists => format!(
            "{shown} can't be written: it is there already, and was not written by this command; remove it, or choose another --out"
        ),
        _ => format!("{shown} can't be written: {error}"),
    }
}

/// The file for a contract in a folder: called like the contract, in YAML.
pub(super) fn in_folder(folder: &Path, contract: &str) -> PathBuf {
    let stem = Path::new(contract).file_stem().unwrap_or_default().to_string_lossy();
    folder.join(format!("{stem}.yaml"))
}

/// Finds out, before anything is written, whether two contracts would be written to the same file.
///
/// # Errors
/// When they would: a sentence with both.
pub(super) fn apart<'p>(outputs: impl IntoIterator<Item = (&'p Path, &'p str)>) -> Result<(), String> {
    let mut taken: BTreeMap<&Path, &str> = BTreeMap::new();
    for (path, of) in outputs {
        if let Some(first) = taken.insert(path, of) {
            return Err(format!(
                "{first} and {of} would both be written to {}: name them one by one, each with its own --out; nothing was written",
                path.display()
            ));
        }
    }
    Ok(())
}

/// Whether two paths are one file, or would be.
pub(super) fn same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        std::fs::canonicalize(path).unwrap_or_else(|_| {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            PathBuf::from(beside("", &shown(&path)))
        })
    };
    whole(one) == whole(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_ours_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/a.yaml");
        let ours = |text: &str| text.starts_with("ours");
        create(&file, "ours 1, which is longer", ours).unwrap();
        create(&file, "theirs", ours).unwrap();
        let refused = create(&file, "ours 2", ours).unwrap_err();
        assert!(refused.contains("a.yaml can't be written: it is there already"), "{refused}");
        let below = create(&file.join("b.yaml"), "ours", ours).unwrap_err();
        assert!(below.contains("a.yaml is a file, and no folder"), "{below}");
        let over = create(folder.path(), "ours", ours).unwrap_err();
        assert!(over.contains("it is a folder; name a file in it"), "{over}");
        assert_eq!(Disk.text(&shown(&file)).unwrap(), "theirs");
    }

    #[test]
    fn contracts_keep_all_of_their_names_and_files_of_their_own() {
        let out = Path::new("out");
        let (one, other) = (in_folder(out, "a/api.v1.yaml"), in_folder(out, "b/api.v2.json"));
        assert_eq!(
            (shown(&one), shown(&other)),
            ("out/api.v1.yaml".to_owned(), "out/api.v2.yaml".to_owned())
        );
        assert_eq!(apart([(one.as_path(), "a/api.v1.yaml"), (other.as_path(), "b/api.v2.json")]), Ok(()));
        let shared = apart([(one.as_path(), "a/api.v1.yaml"), (one.as_path(), "b/api.v1.yaml")]).unwrap_err();
        assert!(shared.contains("a/api.v1.yaml and b/api.v1.yaml"), "{shared}");
    }

    #[test]
    fn a_file_is_the_same_however_its_path_is_written() {
        assert!(same(Path::new("Cargo.toml"), Path::new("./src/../Cargo.toml")));
        assert!(same(Path::new("none/a.yaml"), Path::new("./none/b/../a.yaml")));
        assert!(same(Path::new(""), Path::new(".")));
        assert!(!same(Path::new("Cargo.toml"), Path::new("src/Cargo.toml")));
    }
}
