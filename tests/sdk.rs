//! The vendor's published Python SDKs call the mock: a real client, written without Countersign in mind.
//!
//! Skipped, saying so, where python3 with the packages `huaweicloudsdkroma` and `huaweicloudsdkddm` is not there;
//! `.ci/run` puts them into `target/sdk`.

mod support;

use std::path::Path;
use std::process::Command;

use support::{Served, finish};

/// The exit status by which the script says that the packages are not there.
const SKIPPED: i32 = 77;

#[test]
fn the_vendors_sdks_work_against_the_mock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = root.join("target/sdk/bin/python");
    let python = if own.is_file() { own } else { "python3".into() };
    let served = Served::with(&["--listen", "127.0.0.1:0", "--var", "access_key=MOCKACCESSKEY"]);
    let script = Command::new(&python)
        .arg("-W")
        .arg("ignore")
        .arg(root.join("tests/sdk/check.py"))
        .arg(format!("http://127.0.0.1:{}", served.port()))
        .env("no_proxy", "127.0.0.1")
        .output();
    let ran = match script {
        Ok(output) => finish(&output),
        Err(error) => return println!("skipped: {} can't be started: {error}", python.display()),
    };
    if ran.code == SKIPPED {
        return println!("skipped: {}", ran.stdout.trim());
    }
    assert_eq!((ran.code, ran.stdout.trim()), (0, "ok"), "{ran}");
}
