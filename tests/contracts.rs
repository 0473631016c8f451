//! Every case of `contracts/` as a test of its own, against the built-in mock or, with `COUNTERSIGN_TARGET`, a
//! deployment: `cargo test --test contracts`, `cargo nextest run`.

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    countersign::cli::trials(&Arguments::from_args())
}
