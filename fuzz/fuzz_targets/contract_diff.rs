//! A contract, and the same one with a part of its text written over: compared both ways.
#![no_main]

use countersign::diff::diff;
use countersign_fuzz::read;
use libfuzzer_sys::fuzz_target;

/// The text with `patch` written over it from `at` on.
fn written_over(text: &str, at: u16, patch: &str) -> String {
    let floor = |wanted: usize| (0..=wanted.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let from = floor(usize::from(at));
    let to = floor(from + patch.len()).max(from);
    format!("{}{patch}{}", &text[..from], &text[to..])
}

fuzz_target!(|contracts: (u16, &str, &str)| {
    let (at, patch, text) = contracts;
    let Some(old) = read("contract.yaml", text) else { return };
    assert!(diff(&old, &old).is_empty(), "a contract differs from itself");
    let Some(new) = read("contract.yaml", &written_over(text, at, patch)) else { return };
    assert_eq!(diff(&old, &new).is_empty(), diff(&new, &old).is_empty(), "a difference is seen from both ends");
});
