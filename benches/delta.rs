//! How fast two bodies are compared: `cargo bench --bench delta`. The last rows are past the bound of work, where elements
//! are compared in place.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark prints, and reads clocks")]

use std::time::{Duration, Instant};

use countersign::delta::{apply, changes, texts, values};
use serde_json::{Value, json};

fn main() {
    println!("{:<44} {:>9} {:>12}", "two bodies", "changes", "median");
    for rows in [10, 100, 1_000, 5_000] {
        told(&format!("{rows} rows with keys, every tenth moved"), &keyed(rows, false), &keyed(rows, true));
        told(&format!("{rows} rows without keys, every tenth other"), &plain(rows, 0), &plain(rows, 1));
    }
    told("50,000 rows without keys, past the bound", &plain(50_000, 0), &plain(50_000, 1));
    told("100 levels deep", &deep(100, 1), &deep(100, 2));
    let lines = |word: &str| {
        (0..5_000).map(|n| format!("{} {n}\n", if n % 10 == 0 { word } else { "line" })).collect::<String>()
    };
    let (left, right) = (lines("a"), lines("b"));
    println!(
        "{:<44} {:>9} {:>12?}",
        "5,000 lines of text, every tenth other",
        "",
        median(|| drop(texts(&left, &right)))
    );
}

fn told(name: &str, left: &Value, right: &Value) {
    let found = changes(left, right);
    assert!(apply(left, &found).is_some(), "the changes fit");
    let took = median(|| drop(changes(left, right)));
    let drawn = median(|| drop(values(left, right)));
    println!("{name:<44} {:>9} {took:>12?} drawn {drawn:?}", found.len());
}

/// The middle of nine runs.
fn median(run: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..9)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

fn keyed(rows: usize, moved: bool) -> Value {
    let mut all: Vec<Value> =
        (0..rows).map(|id| json!({"id": id, "name": format!("row {id}"), "n": id % 7})).collect();
    if moved {
        for at in (0..rows.saturating_sub(1)).step_by(10) {
            all.swap(at, at + 1);
        }
    }
    Value::from(all)
}

fn plain(rows: usize, other: usize) -> Value {
    (0..rows).map(|n| json!([n, if n % 10 == 0 { other } else { 0 }, "text"])).collect()
}

fn deep(levels: usize, leaf: usize) -> Value {
    (0..levels).fold(json!(leaf), |inner, level| json!({"level": level, "inner": inner}))
}
