//! The certificate that `countersign mock` shows: one's own, or a self-made one and the file to trust it by.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::arguments::Mock;
use crate::assemble::Misused;
use crate::mock::{SELF_MADE, Tls};

/// A certificate, and what to trust it by.
pub(super) struct Certificate {
    pub(super) tls: Tls,
    /// The file to trust a self-made one by.
    pub(super) trust: Option<PathBuf>,
    /// Whether the file goes when the mock ends.
    passing: bool,
}

impl Drop for Certificate {
    fn drop(&mut self) {
        if let (Some(path), true) = (&self.trust, self.passing) {
            // A file that is left in a temporary folder harms nobody.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// The certificate that the arguments ask for, if they ask for TLS.
///
/// # Errors
/// When a file can't be read, or must not be written.
pub(super) fn certificate(arguments: &Mock) -> Result<Option<Certificate>, Misused> {
    if let (Some(certificate), Some(key)) = (&arguments.tls_certificate, &arguments.tls_key) {
        let tls = Tls::from_pem(&read(certificate)?, &read(key)?).map_err(|error| {
            Misused::message(format!("TLS can't be set up: {error}"), &["both files are PEM"])
        })?;
        return Ok(Some(Certificate { tls, trust: None, passing: false }));
    }
    if !arguments.tls {
        return Ok(None);
    }
    let (tls, pem) = Tls::self_made(arguments.listen.ip())
        .map_err(|error| Misused::message(format!("no certificate could be made: {error}"), &[]))?;
    let (path, passing) = match &arguments.tls_certificate {
        Some(path) => (replace(path, &pem).map(|()| path.clone()), false),
        None => (passing(&pem), true),
    };
    let path = path.map_err(|error| {
        let says = match &arguments.tls_certificate {
            Some(path) => format!("the certificate to trust can't be written to {}: {}", path.display(), why(&error)),
            None => format!("the certificate to trust can't be written to a temporary file: {error}"),
        };
        Misused::message(
            says,
            &["`--tls-certificate FILE` says where it is written; with `--tls-key KEY`, FILE is a certificate of your own that is read"],
        )
    })?;
    Ok(Some(Certificate { tls, trust: Some(path), passing }))
}

/// Writes over nothing but a self-made certificate.
#[expect(clippy::disallowed_methods, reason = "a certificate is no report, so `report` has no part in it")]
fn replace(path: &Path, pem: &str) -> io::Result<()> {
    match std::fs::read(path) {
        Ok(there) if !there.starts_with(SELF_MADE.as_bytes()) => {
            Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is there and was not made by a mock"))
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => std::fs::write(path, pem),
    }
}

/// Files that killed mocks may have left.
const MOST_LEFT_BEHIND: u32 = 100;

/// Writes a new file in the folder for temporary files.
fn passing(pem: &str) -> io::Result<PathBuf> {
    let named = |attempt: u32| {
        std::env::temp_dir().join(format!("countersign-mock-{}-{attempt}.pem", std::process::id()))
    };
    // Not through what somebody else may have put there; in a container, the last mock may have had the same number.
    for path in (0..MOST_LEFT_BEHIND).map(named) {
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => return file.write_all(pem.as_bytes()).map(|()| path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} is there", named(0).display())))
}

#[expect(clippy::disallowed_methods, reason = "a certificate is no contract, so `load` has no part in it")]
fn read(path: &Path) -> Result<Vec<u8>, Misused> {
    std::fs::read(path).map_err(|error| {
        Misused::message(
            format!("{} can't be read: {}", path.display(), why(&error)),
            &["--tls-certificate and --tls-key are PEM files that are there; `--tls` alone makes a certificate for tests"],
        )
    })
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        _ => error.to_string(),
    }
}
