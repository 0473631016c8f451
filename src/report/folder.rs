//! The folder of a run: files that are whole or not there at all, and `latest` beside it.

#![expect(clippy::disallowed_methods, reason = "this is where output files are written")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The name of the log.
pub(super) const LOG: &str = "run.ndjson";

/// A file that appears under its name only when it is whole.
#[derive(Debug)]
pub(super) struct Draft {
    file: File,
    part: PathBuf,
    path: PathBuf,
    kept: bool,
}

impl Draft {
    /// Opens the draft of `folder/name`, so that a folder that can't be written is known at once.
    pub(super) fn open(folder: &Path, name: &str) -> io::Result<Self> {
        let part = folder.join(format!(".{name}.part"));
        let file = File::create(&part).map_err(|error| of(&part, &error))?;
        Ok(Self { file, part, path: folder.join(name), kept: false })
    }

    /// Writes it and gives it its name.
    pub(super) fn write(
        mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<PathBuf> {
        let mut out = BufWriter::new(&self.file);
        write(&mut out).and_then(|()| out.flush()).map_err(|error| of(&self.path, &error))?;
        drop(out);
        fs::rename(&self.part, &self.path).map_err(|error| of(&self.path, &error))?;
        self.kept = true;
        Ok(self.path.clone())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// Makes the folder of a run.
pub(super) fn make(reports: &Path, run: &str) -> io::Result<PathBuf> {
    let folder = reports.join(run);
    fs::create_dir_all(&folder).map_err(|error| of(&folder, &error))?;
    Ok(folder)
}

/// Makes the log of a new run, and holds it; it gets its name by [`Named::name`], once it can be loaded.
pub(super) fn new_log(folder: &Path) -> io::Result<(File, Named)> {
    let path = folder.join(LOG);
    if path.exists() {
        return Err(of(&path, &io::Error::from(io::ErrorKind::AlreadyExists)));
    }
    let part = folder.join(format!(".{LOG}.part"));
    let file = File::create_new(&part).map_err(|error| of(&part, &error))?;
    hold(&file).map_err(|error| of(&part, &error))?;
    Ok((file, Named { part, path }))
}

/// A file that has no name yet.
#[derive(Debug)]
pub(super) struct Named {
    part: PathBuf,
    path: PathBuf,
}

impl Named {
    /// Gives the file its name.
    pub(super) fn name(self) -> io::Result<()> {
        fs::rename(&self.part, &self.path).map_err(|error| of(&self.path, &error))
    }
}

/// Opens a file to read it and to write on, and holds it. An error of the kind `WouldBlock`: another process does.
pub(super) fn held_file(path: &Path) -> io::Result<File> {
    let file = File::options().read(true).write(true).open(path).map_err(|error| of(path, &error))?;
    hold(&file)?;
    Ok(file)
}

/// Opens a file to read it.
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::open(path).map_err(|error| of(path, &error))
}

/// Holds a file for this process as long as it is open; the kernel lets go of it however the process ends. Where the
/// file system has no locks, nobody holds anything.
#[cfg(unix)]
fn hold(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Err(fs::TryLockError::WouldBlock) => Err(io::Error::from(io::ErrorKind::WouldBlock)),
        Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(()),
    }
}

/// Elsewhere a lock would keep readers away too.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same as on Unix")]
fn hold(_: &File) -> io::Result<()> {
    Ok(())
}

/// The folders of runs in `folder`, as their logs show: itself, or all below it, in the order of their names. Links are
/// not followed, so that `latest` is no second run.
pub(super) fn runs_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut unreadable = Vec::new();
    let runs = search(folder, &[LOG], &mut unreadable);
    unreadable.into_iter().next().map_or(Ok(runs), Err)
}

/// The folders in `folder` that hold one of the files `signs`, and what could not be looked into.
pub(super) fn search(folder: &Path, signs: &[&str], unreadable: &mut Vec<io::Error>) -> Vec<PathBuf> {
    let (mut found, mut waiting) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = waiting.pop() {
        if signs.iter().any(|sign| next.join(sign).is_file()) {
            found.push(next);
            continue;
        }
        match below(&next) {
            // The first by name is looked into first.
            Ok(folders) => waiting.extend(folders.into_iter().rev()),
            Err(error) => unreadable.push(of(&next, &error)),
        }
    }
    found
}

fn below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && entry.file_name() != "latest" {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders)
}

/// The bytes of a file, unless it is larger than `most`.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let file = open(path)?;
    let mut bytes = Vec::new();
    // The length is looked at first, so that nothing is read in vain; a file may still grow.
    if file.metadata().map_err(|error| of(path, &error))?.len() <= most {
        file.take(most + 1).read_to_end(&mut bytes).map_err(|error| of(path, &error))?;
        if bytes.len() as u64 <= most {
            return Ok(bytes);
        }
    }
    let says = format!("it is larger than {} MiB", most / 1024 / 1024);
    Err(io::Error::new(io::ErrorKind::FileTooLarge, says))
}

/// Writes one file, which appears under its name only when it is whole.
pub(super) fn write(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let nameless = || io::Error::new(io::ErrorKind::InvalidInput, "no file can have that name");
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(nameless)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Draft::open(folder, name)?.write(write).map(drop)
}

/// Points `reports/latest` at the run, in one step: a symbolic link, or a file with the run's id where there are none.
pub(super) fn point_latest(reports: &Path, run: &str) -> io::Result<()> {
    let (latest, next) = (reports.join("latest"), reports.join(format!(".latest-{run}")));
    link(run, &next)
        .or_else(|_| fs::write(&next, format!("{run}\n")))
        .and_then(|()| fs::rename(&next, &latest))
        .map_err(|error| {
            let _ = fs::remove_file(&next);
            of(&latest, &error)
        })
}

#[cfg(unix)]
fn link(run: &str, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(run, at)
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// An error that names its file.
fn of(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
