//! How long two bodies are compared, and what that takes: `cargo bench --bench delta`. Time is told against that of reading
//! both bodies, memory against that of both values, so that the figures are the same on most machines.

#![expect(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark prints, reads clocks and rounds"
)]

use std::time::{Duration, Instant};

use countersign::delta::{changes, texts, values};
use serde_json::{Map, Value, json};

fn main() {
    println!("{:<48} {:>8} {:>11} {:>10} {:>8}", "two bodies", "changes", "found in", "÷ reading", "memory");
    for rows in [10, 100, 1_000, 5_000] {
        told(&format!("{rows} rows with keys, every tenth moved"), &keyed(rows, false), &keyed(rows, true));
        told(&format!("{rows} rows without keys, every tenth other"), &plain(rows, 0), &plain(rows, 1));
    }
    told("50,000 rows without keys, every tenth other", &plain(50_000, 0), &plain(50_000, 1));
    let reversed = |value: &Value| value.as_array().into_iter().flatten().rev().cloned().collect::<Value>();
    let rows = keyed(100_000, false);
    told("100,000 rows with keys, the other way round", &rows, &reversed(&rows));
    let rows = plain(100_000, 1);
    told("100,000 rows without keys, the other way round", &rows, &reversed(&rows));
    told("1,000,000 rows (24 MB), one is new at the front", &numbers(1), &numbers(0));
    told("a map of 100,000 members, all renamed", &map("a"), &map("b"));
    told("100 levels deep", &deep(json!(1), 100), &deep(json!(2), 100));
    let wide = |leaf: u8| deep(json!(vec![leaf; 500_000]), 120);
    told("500,000 numbers, 120 levels deep, all others", &wide(1), &wide(2));
    let lines = |word: &str| {
        (0..5_000).map(|n| format!("{} {n}\n", if n % 10 == 0 { word } else { "line" })).collect::<String>()
    };
    let (left, right) = (lines("a"), lines("b"));
    println!(
        "{:<48} {:>8} {:>11.1?}",
        "5,000 lines of text, every tenth other",
        "",
        median(9, || drop(texts(&left, &right)))
    );
}

fn told(name: &str, left: &Value, right: &Value) {
    let (a, b) = (left.to_string(), right.to_string());
    let most = if a.len() > 1_000_000 { 3 } else { 9 };
    let read = median(most, || drop((serde_json::from_str::<Value>(&a), serde_json::from_str::<Value>(&b))));
    let size = memory(|| drop((left.clone(), right.clone())));
    let mut count = 0;
    let took = memory(|| count = changes(left, right).len() + values(left, right).lines.len().min(1));
    let time = median(most, || drop(changes(left, right)));
    let ratio = time.as_secs_f64() / read.as_secs_f64();
    let share = match (size, took) {
        (Some(size), Some(took)) if size > 4_096 => format!("{:.1}", took as f64 / size as f64),
        _ => "–".to_owned(),
    };
    println!("{name:<48} {:>8} {time:>11.1?} {ratio:>10.1} {share:>8}", count.saturating_sub(1));
}

/// How much more memory than before something takes at its peak, in KiB, where Linux tells.
fn memory(run: impl FnOnce()) -> Option<u64> {
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    let before = status("VmRSS:")?;
    run();
    Some(status("VmHWM:")?.saturating_sub(before))
}

fn status(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The middle of so many runs.
fn median(runs: usize, run: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
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

fn numbers(from: usize) -> Value {
    (from..1_000_000).map(|n| json!([n, "a text"])).collect()
}

fn map(prefix: &str) -> Value {
    Value::Object((0..100_000).map(|n| (format!("{prefix}{n}"), json!(n + 10))).collect::<Map<_, _>>())
}

fn deep(leaf: Value, levels: usize) -> Value {
    (0..levels).fold(leaf, |inner, level| json!([level, inner]))
}
