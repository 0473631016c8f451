//! TLS for real: the program against its own mock, with certificates that are trusted and that are not.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

mod support;

use std::path::{Path, PathBuf};

use base64::Engine as _;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use support::{Ran, Served, ran, report, run_into};

/// Runs against the mock on this host name and port, trusting this file.
fn run(folder: &Path, host: &str, port: u16, trusted: Option<&Path>, select: &[&str]) -> Ran {
    let target = format!("https://{host}:{port}");
    let mut arguments = vec!["--target", &target, "--env", "mock"];
    if let Some(trusted) = trusted {
        arguments.extend(["--cacert", trusted.to_str().unwrap()]);
    }
    arguments.extend(select);
    run_into(folder, &arguments)
}

/// What the run said, without line breaks.
fn unwrapped(run: &Ran) -> String {
    run.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A certificate of one's own and its key, as files, for this name and until this year.
fn own(folder: &Path, name: &str, until: i32) -> (PathBuf, PathBuf) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(until, 1, 1));
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let write = |file: &str, label: &str, der: &[u8]| {
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        let path = folder.join(file);
        std::fs::write(&path, format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")).unwrap();
        path
    };
    (
        write("own.pem", "CERTIFICATE", certificate.der()),
        write("own.key", "PRIVATE KEY", &key.serialize_der()),
    )
}

#[test]
fn a_run_over_tls_keeps_every_clause_when_it_trusts_the_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("mock.pem");
    let file = trusted.to_str().unwrap();
    let served = Served::with(&["--listen", "127.0.0.1:0", "--tls", "--tls-certificate", file]);
    for host in ["127.0.0.1", "localhost"] {
        let run = run(folder.path(), host, served.port(), Some(&trusted), &[]);
        assert_eq!(run.code, 0, "{host}: {run}");
        assert_eq!(report(folder.path())["findings"].as_array().unwrap().len(), 0);
    }

    let run = run(folder.path(), "127.0.0.1", served.port(), None, &["--select", "query-*/example/**"]);
    assert_eq!(run.code, 3, "{run}");
    assert!(unwrapped(&run).contains("UnknownIssuer"), "{run}");
    assert!(unwrapped(&run).contains("give the certificate to trust with --cacert"), "{run}");

    // The next mock may write over it, and over nothing else.
    drop(served);
    drop(Served::with(&["--listen", "127.0.0.1:0", "--tls", "--tls-certificate", file]));
    std::fs::write(&trusted, "somebody's own").unwrap();
    let refused = ran(&["mock", "--listen", "127.0.0.1:0", "--tls", "--tls-certificate", file]);
    assert_eq!(refused.code, 2, "{refused}");
    assert!(refused.stderr.contains("was not made by a mock"), "{refused}");
    assert_eq!(std::fs::read_to_string(&trusted).unwrap(), "somebody's own");
}

#[test]
fn a_certificate_that_has_expired_or_is_anothers_is_told_apart() {
    for (name, until, reason) in [
        ("localhost", 2021, "the deployment needs a new one"),
        ("elsewhere.example", 2049, "the host name that the certificate is"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = own(folder.path(), name, until);
        let served = Served::with(&[
            "--listen",
            "127.0.0.1:0",
            "--tls-certificate",
            certificate.to_str().unwrap(),
            "--tls-key",
            key.to_str().unwrap(),
        ]);
        let select = ["--select", "query-*/example/**"];
        let run = run(folder.path(), "localhost", served.port(), Some(&certificate), &select);
        assert_eq!(run.code, 3, "{name}: {run}");
        assert!(unwrapped(&run).contains(reason), "{name}: {run}");
    }
}

#[test]
fn what_is_no_certificate_is_misuse() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = own(folder.path(), "localhost", 2049);
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    for arguments in [
        &["--tls-certificate", certificate][..],
        &["--tls-key", key],
        &["--tls-certificate", "no/such/file", "--tls-key", key],
        &["--tls-certificate", key, "--tls-key", key],
        &["--tls-certificate", certificate, "--tls-key", certificate],
    ] {
        let run = ran(&[&["mock", "--listen", "127.0.0.1:0"], arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?}: {run}");
        assert!(run.stderr.contains("error"), "{arguments:?}: {run}");
    }
}
