//! What a run leaves behind that was killed, cut off, or had no room to write; and how it goes on.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]
#![cfg(unix)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use countersign::model::{Event, RunReport};
use countersign::report::{Log, Sink, read_log};
use serde_json::Value;
use support::{Ran, Served, THINGS, countersign, essence, file, finish, only_run, report, run_into};

/// Numbers that are the same each time (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

fn resumed(folder: &Path, arguments: &[&str]) -> Ran {
    finish(&countersign().arg("run").args(arguments).arg("--resume").arg(folder).output().unwrap())
}

fn spawned(arguments: &[&str]) -> Child {
    let mut command = countersign();
    command.arg("run").args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// The whole lines of a log.
fn whole_lines(log: &[u8]) -> &[u8] {
    &log[..log.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)]
}

/// How often each case is in the log.
fn doubled(log: &[u8]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut twice = Vec::new();
    for line in log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        if let Event::CaseFinished(case) = serde_json::from_slice(line).unwrap()
            && !seen.insert((case.round, case.case.clone()))
        {
            twice.push(case.case.0.clone());
        }
    }
    twice
}

/// The reports of a run are those that its log makes.
fn assert_rebuilt_alike(folder: &Path) {
    let names = ["report.html", "report.json", "junit.xml"];
    let before = names.map(|name| fs::read_to_string(folder.join(name)).unwrap());
    let rebuilt = finish(&countersign().args(["report", "rebuild"]).arg(folder).output().unwrap());
    assert!(rebuilt.code != 2, "{rebuilt}");
    for (name, before) in names.iter().zip(before) {
        assert!(fs::read_to_string(folder.join(name)).unwrap() == before, "{name} differs");
    }
}

/// A run that is killed again and again until one part of it comes to its end; gives how often it was.
fn killed_to_the_end(
    contract: &str,
    dice: &mut Dice,
    (most, longest): (usize, Duration),
    expected: &Value,
    midway: &mut usize,
) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().to_str().unwrap();
    let mut before: Vec<u8> = Vec::new();
    let mut kills = 0;
    loop {
        let log = only_run(folder.path()).map(|run| run.join("run.ndjson"));
        // A run that was killed before it had a log has sent nothing.
        if log.as_ref().is_none_or(|log| !log.exists()) {
            let _ = only_run(folder.path()).map(fs::remove_dir_all);
        }
        let there = log.is_some_and(|log| log.exists());
        let place = if there { ["--resume", reports] } else { ["--report", reports] };
        let mut child = spawned(&[&[contract, "--rate", "250", "--quiet"][..], &place].concat());
        if kills < most {
            // Every second time at any moment from the start of the process, else while it writes its log.
            let mut span = longest;
            if kills % 2 == 1 {
                let written =
                    || only_run(folder.path()).and_then(|run| fs::metadata(run.join("run.ndjson")).ok());
                wait_for(|| written().is_some_and(|log| log.len() > before.len() as u64) || gone(&mut child));
                span /= 3;
            }
            std::thread::sleep(Duration::from_micros(dice.below(u64::try_from(span.as_micros()).unwrap())));
            let _ = child.kill();
        }
        let status = child.wait().unwrap();
        if status.code().is_none() {
            kills += 1;
        }
        let Some(run) = only_run(folder.path()) else { continue };
        let Ok(log) = fs::read(run.join("run.ndjson")) else { continue };
        // Nothing that was there is gone or changed, and what is there loads.
        assert!(log.starts_with(whole_lines(&before)), "kill {kills}: what was written is gone");
        let loaded: RunReport = read_log(log.as_slice()).unwrap();
        *midway +=
            usize::from(status.code().is_none() && log.len() > before.len() && loaded.totals.cases > 0);
        before = log;
        if status.code().is_some() {
            assert_eq!(status.code(), Some(0), "{:?}", loaded.exit);
            assert_eq!(doubled(&before), Vec::<String>::new());
            assert_eq!(essence(&report(folder.path())), *expected);
            assert_rebuilt_alike(&run);
            return kills;
        }
    }
}

#[test]
fn a_hundred_kills_lose_nothing_that_was_written() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let contract = contract.to_str().unwrap();
    let single = tempfile::tempdir().unwrap();
    let started = Instant::now();
    assert_eq!(run_into(single.path(), &[contract, "--rate", "250"]).code, 0);
    // On a busy machine everything takes longer; the moments are those of a whole run.
    let longest = started.elapsed().min(Duration::from_millis(800));
    let expected = essence(&report(single.path()));
    let started = Instant::now();
    let (kills, midway): (usize, usize) = std::thread::scope(|scope| {
        let chains: Vec<_> = (0..2)
            .map(|chain| {
                let expected = &expected;
                scope.spawn(move || {
                    let mut dice = Dice(2026 + chain);
                    let (mut kills, mut midway) = (0, 0);
                    while kills < 50 {
                        kills += killed_to_the_end(
                            contract,
                            &mut dice,
                            (50 - kills, longest),
                            expected,
                            &mut midway,
                        );
                    }
                    (kills, midway)
                })
            })
            .collect();
        let ended = chains.into_iter().map(|chain| chain.join().unwrap());
        ended.fold((0, 0), |sum, chain| (sum.0 + chain.0, sum.1 + chain.1))
    });
    println!(
        "{kills} kills, {midway} of them after further cases, in {:?}, moments up to {longest:?}",
        started.elapsed()
    );
    assert!(kills >= 100, "{kills}");
    assert!(midway >= 25, "{midway}");
}

#[test]
fn a_log_that_was_cut_off_at_any_byte_is_gone_on_with() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let contract = contract.to_str().unwrap();
    let single = tempfile::tempdir().unwrap();
    assert_eq!(run_into(single.path(), &[contract]).code, 0);
    let expected = essence(&report(single.path()));
    let name = only_run(single.path()).unwrap();
    let log = fs::read(name.join("run.ndjson")).unwrap();
    let first = log.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let ends: Vec<usize> = (0..log.len()).filter(|at| log[*at] == b'\n').collect();
    let mut dice = Dice(7);
    let anywhere = |dice: &mut Dice| first + usize::try_from(dice.below((log.len() - first) as u64)).unwrap();
    let mut places: Vec<usize> = (0..8).map(|_| anywhere(&mut dice)).collect();
    // Just before and just after the end of a line, after the first line, before the last two, and nothing cut off.
    places.extend([
        ends[9],
        ends[9] + 1,
        first,
        ends[ends.len() - 3] + 1,
        ends[ends.len() - 2] + 1,
        log.len(),
    ]);
    for cut in places {
        let reports = tempfile::tempdir().unwrap();
        let folder = reports.path().join(name.file_name().unwrap());
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("run.ndjson"), &log[..cut]).unwrap();
        let torn = whole_lines(&log[..cut]).len() != cut && !ends.contains(&cut);

        let rebuilt = finish(&countersign().args(["report", "rebuild"]).arg(&folder).output().unwrap());
        assert_eq!(rebuilt.stderr.contains("was cut off and is passed over"), torn, "{cut}: {rebuilt}");
        let in_report = fs::read_to_string(folder.join("report.html")).unwrap().contains("log-cut-off");
        assert_eq!(in_report, torn, "{cut}");

        let run = resumed(&folder, &[contract]);
        assert_eq!(run.code, 0, "{cut}: {run}");
        assert_eq!(run.stderr.contains("was cut off and is passed over"), torn, "{cut}: {run}");
        let now = fs::read(folder.join("run.ndjson")).unwrap();
        assert!(now.starts_with(whole_lines(&log[..cut])), "{cut}");
        assert_eq!(doubled(&now), Vec::<String>::new(), "{cut}");
        let whole = report(reports.path());
        assert_eq!(essence(&whole), expected, "{cut}");
        assert_eq!(whole["resumed"].as_array().unwrap().len(), 1, "{cut}");
        assert_rebuilt_alike(&folder);
    }
}

#[test]
fn an_interrupted_shard_is_gone_on_with_and_merged() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let contract = contract.to_str().unwrap();
    let single = tempfile::tempdir().unwrap();
    assert_eq!(run_into(single.path(), &[contract]).code, 0);
    let shards = tempfile::tempdir().unwrap();
    let (one, two) = (shards.path().join("1"), shards.path().join("2"));
    assert_eq!(run_into(&one, &[contract, "--shard", "1/2"]).code, 0);
    assert_eq!(run_into(&two, &[contract, "--shard", "2/2", "--max-cases", "5"]).code, 3);
    let out = tempfile::tempdir().unwrap();
    let merge = |out: &Path| {
        let mut command = countersign();
        finish(&command.args(["report", "merge"]).arg(shards.path()).arg("--out").arg(out).output().unwrap())
    };
    let early = merge(out.path());
    assert_eq!(early.code, 3, "{early}");
    assert!(early.stderr.contains("--max-cases") && early.stderr.contains("--resume"), "{early}");
    let other = resumed(&two, &[contract, "--shard", "1/2"]);
    assert_eq!(other.code, 2, "{other}");
    assert!(other.stderr.contains("--shard was 2/2, and is 1/2"), "{other}");
    let run = resumed(&two, &[contract, "--shard", "2/2"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("its log has 5 cases"), "{run}");
    let schema = serde_json::from_str(&fs::read_to_string("docs/report.schema.json").unwrap()).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&report(&two)));
    let whole = merge(out.path());
    assert_eq!(whole.code, 0, "{whole}");
    assert_eq!(essence(&report(out.path())), essence(&report(single.path())));
}

#[test]
fn a_run_goes_on_only_as_it_was_begun() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let (_keep_other, other) = file("things.yaml", &THINGS.replace("maxLength: 60", "maxLength: 61"));
    let (contract, other) = (contract.to_str().unwrap(), other.to_str().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &[contract, "--max-cases", "3"]);
    assert_eq!(run.code, 3, "{run}");
    let log = only_run(folder.path()).unwrap().join("run.ndjson");
    let before = fs::read(&log).unwrap();
    for (arguments, says) in [
        (&[other][..], "the contract is another one"),
        (&[contract, "--seed", "7"], "--seed: 0 and 7"),
        (&[contract, "--select", "get"], "--select: none and get"),
        (&[contract, "--target", "http://127.0.0.1:1"], "the target: mock and http://127.0.0.1:1"),
        (&[contract, "--repeat", "2"], "--repeat: 1 and 2"),
        (&[contract, "--changed-since", other], "--changed-since: none and"),
    ] {
        let run = resumed(folder.path(), arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run}");
        assert!(run.stderr.contains(says), "{arguments:?}: {run}");
        assert!(fs::read(&log).unwrap() == before, "{arguments:?}");
    }
    let elsewhere = resumed(folder.path(), &[contract, "--report", "elsewhere"]);
    assert_eq!(elsewhere.code, 2, "{elsewhere}");
    let nothing = tempfile::tempdir().unwrap();
    let run = resumed(nothing.path(), &[contract]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("there is no run"), "{run}");
    // How fast it goes on is another matter.
    let run = resumed(folder.path(), &[contract, "--jobs", "1"]);
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn a_run_that_is_going_on_is_left_alone() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let contract = contract.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut child = spawned(&[contract, "--rate", "10", "--report", folder.path().to_str().unwrap()]);
    wait_for(|| only_run(folder.path()).is_some_and(|run| run.join("run.ndjson").exists()));
    let run = resumed(folder.path(), &[contract]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("still going on"), "{run}");
    let run = resumed(folder.path(), &[contract]);
    assert_eq!(run.code, 0, "{run}");
}

fn gone(child: &mut Child) -> bool {
    child.try_wait().unwrap().is_some()
}

fn wait_for(mut there: impl FnMut() -> bool) {
    for _ in 0..6000 {
        if there() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("it never came");
}

#[test]
fn what_a_killed_run_may_have_changed_is_not_called_put_back() {
    let contract = "contracts/roma-link-products.yaml";
    let mut mock = Served::mock();
    let target = format!("http://127.0.0.1:{}", mock.port());
    // (what is played until the kill, whether something may have been written)
    for (select, wrote) in [("**", true), ("query-product-authentication/** modify-product/**", false)] {
        let folder = tempfile::tempdir().unwrap();
        let arguments = [contract, "--target", &target, "--env", "mock", "--select", select];
        let reports = ["--rate", "60", "--report", folder.path().to_str().unwrap()];
        let mut child = spawned(&[&arguments[..], &reports].concat());
        wait_for(|| {
            let log = only_run(folder.path()).map(|run| fs::read_to_string(run.join("run.ndjson")));
            log.and_then(Result::ok).is_some_and(|log| log.matches("case-finished").count() > 5)
        });
        child.kill().unwrap();
        child.wait().unwrap();
        let run = resumed(folder.path(), &arguments);
        let report = report(folder.path());
        let restored = report["restored"].as_array().unwrap();
        assert_eq!(restored.iter().any(|restored| restored["failed"] == true), wrote, "{restored:#?}\n{run}");
        assert_eq!(run.code, if wrote { 3 } else { 0 }, "{run}");
        assert_eq!(run.stdout.contains("cut off before it could"), wrote, "{run}");
    }
    mock.stop();
}

#[test]
fn a_full_disk_loses_no_verdict_that_was_written_and_is_reported() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let contract = contract.to_str().unwrap();
    let single = tempfile::tempdir().unwrap();
    assert_eq!(run_into(single.path(), &[contract]).code, 0);
    let expected = essence(&report(single.path()));
    // In blocks of 512 bytes: no file may become larger than that. The log needs more, and so do the reports.
    let mut told_of_the_log = 0;
    for blocks in [40, 100, 128] {
        let folder = tempfile::tempdir().unwrap();
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut limited = std::process::Command::new("sh");
        limited.args(["-c", &script, env!("CARGO_BIN_EXE_countersign"), "run", contract, "--report"]);
        limited.arg(folder.path()).env("NO_COLOR", "1").env_remove("COUNTERSIGN_SHARD");
        let run = finish(&limited.output().unwrap());
        let at = only_run(folder.path()).unwrap();
        let Ok(log) = fs::read(at.join("run.ndjson")) else {
            // There was no room for the first event: there is no log to go on with, and nothing is green.
            assert_eq!(run.code, 3, "{blocks}: {run}");
            continue;
        };
        assert!(log.len() <= blocks * 1024);
        assert_eq!(run.code, 3, "{blocks}: {run}");
        let told = format!("{}{}", run.stdout, run.stderr);
        assert!(told.contains("run.ndjson: "), "{blocks}: {run}");
        assert!(told.contains("large") || told.contains("space"), "{blocks}: {run}");
        assert!(read_log(log.as_slice()).is_ok());
        told_of_the_log += 1;
        // With room again, the rest is played.
        let run = resumed(&at, &[contract]);
        assert_eq!(run.code, 0, "{blocks}: {run}");
        let now = fs::read(at.join("run.ndjson")).unwrap();
        assert!(now.starts_with(whole_lines(&log)), "{blocks}");
        assert_eq!(essence(&report(folder.path())), expected, "{blocks}");
    }
    assert_eq!(told_of_the_log, 2);
}

/// A disk with so many bytes left.
#[derive(Clone)]
struct Disk {
    written: Arc<Mutex<Vec<u8>>>,
    room: usize,
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = self.written.lock().unwrap();
        let left = self.room - written.len();
        if left == 0 {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "no space left"));
        }
        let most = bytes.len().min(left);
        written.extend_from_slice(&bytes[..most]);
        Ok(most)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_reached_a_disk_that_becomes_full_is_the_beginning_of_the_log() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let single = tempfile::tempdir().unwrap();
    assert_eq!(run_into(single.path(), &[contract.to_str().unwrap()]).code, 0);
    let log = fs::read_to_string(only_run(single.path()).unwrap().join("run.ndjson")).unwrap();
    let events: Vec<Event> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut dice = Dice(11);
    for _ in 0..20 {
        let room = usize::try_from(dice.below(log.len() as u64)).unwrap();
        let disk = Disk { written: Arc::default(), room };
        let mut sink = Log::new(Box::new(disk.clone())).unwrap();
        let failed = events.iter().any(|event| sink.event(event).is_err());
        drop(sink);
        let written = disk.written.lock().unwrap().clone();
        assert!(log.as_bytes().starts_with(&written), "{room}");
        // What is still held back when the last event came is told at the end.
        assert!(failed || log.len() - room < 64 * 1024, "{room}");
    }
}

#[test]
fn a_small_disk_in_memory() {
    let mount = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new("mount");
    command.args(["-t", "tmpfs", "-o", "size=160k", "tmpfs"]).arg(mount.path()).stderr(Stdio::null());
    if !command.status().is_ok_and(|status| status.success()) {
        println!("skipped: nothing may be mounted here");
        return;
    }
    let unmount = Unmount(mount.path().to_path_buf());
    let (_keep, contract) = file("things.yaml", THINGS);
    let contract = contract.to_str().unwrap();
    let run = run_into(mount.path(), &[contract]);
    assert_eq!(run.code, 3, "{run}");
    let at = only_run(mount.path()).unwrap();
    let log = fs::read(at.join("run.ndjson")).unwrap();
    assert!(read_log(log.as_slice()).is_ok());
    let roomy = tempfile::tempdir().unwrap();
    let folder = roomy.path().join(at.file_name().unwrap());
    fs::create_dir(&folder).unwrap();
    fs::copy(at.join("run.ndjson"), folder.join("run.ndjson")).unwrap();
    let run = resumed(&folder, &[contract]);
    assert_eq!(run.code, 0, "{run}");
    drop(unmount);
}

struct Unmount(PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).status();
    }
}
