//! Two answers: the difference put on the left gives the right, and its inverse leads back.
#![no_main]

use countersign::delta::{apply, bytes, changes, inverse, texts, values, words};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|answers: (&str, &str)| {
    let (left, right) = answers;
    let _ = (texts(left, right), words(left, right), bytes(left.as_bytes(), right.as_bytes()));
    let (Ok(left), Ok(right)) = (serde_json::from_str::<Value>(left), serde_json::from_str::<Value>(right)) else {
        return;
    };
    let there = changes(&left, &right);
    assert_eq!(apply(&left, &there).as_ref(), Some(&right));
    assert_eq!(apply(&right, &inverse(&there)).as_ref(), Some(&left));
    let _ = values(&left, &right);
});
