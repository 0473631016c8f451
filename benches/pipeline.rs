//! How fast and how flat the whole pipeline is: `cargo bench`, or `cargo bench -- --cases 1000000` for the long one.
//!
//! Speed is a ratio within one run: cases per second of `countersign run`, with everything it does (plan, send, judge,
//! log, reports), against requests per second of a bare reqwest loop with as many requests at once on the same mock,
//! which runs in a process of its own. Memory is the peak resident set of `countersign run` (Linux only).

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and reads clocks and the process table"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_countersign");
const JOBS: usize = 8;
const VARIABLES: [(&str, &str); 3] = [
    ("token", "mock-user-token-7f3a9c"),
    ("instance_id", "3a7c1e52-9b4d-4f60-8e21-6d5c4b3a2f10"),
    ("project_id", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
];

fn main() {
    let cases = argument("--cases").unwrap_or(20_000);
    let rounds = argument("--rounds").unwrap_or(5);
    let mock = Mock::start();
    println!("{cases} cases a run, {JOBS} at once, {rounds} rounds; medians\n");
    println!("start-up");
    let plan = median((0..20).map(|_| start_up()).collect());
    println!("  countersign plan, both contracts     {:>9.1} ms\n", plan.as_secs_f64() * 1e3);
    for (title, select) in [
        ("reads: the conforming cases of the query", "operation:query-product-authentication&side:accept"),
        ("everything: all cases of both contracts", ""),
    ] {
        println!("{title}");
        let (mut bare, mut ours) = (Vec::new(), Vec::new());
        let round = cases_of(select);
        let repeat = (cases / round).max(1);
        for _ in 0..rounds {
            bare.push(bare_loop(&mock.address, cases.min(50_000)));
            ours.push(run(&mock.address, select, repeat, round));
        }
        let ratios: Vec<f64> = ours.iter().zip(&bare).map(|(run, bare)| run.per_second / bare).collect();
        println!("  bare reqwest loop                    {:>9.0} requests/s", middle(bare));
        println!(
            "  countersign run                      {:>9.0} cases/s",
            middle(ours.iter().map(|run| run.per_second).collect())
        );
        println!("  ratio                                {:>9.2}\n", middle(ratios));
    }
    peer(&mock.address, rounds);
    println!("memory (peak resident set)");
    let select = "operation:query-product-authentication&side:accept";
    let round = cases_of(select);
    let few = run(&mock.address, select, 10_000 / round, round);
    let many = run(&mock.address, select, (cases.max(10_000)) / round, round);
    println!("  {:>9} cases                      {:>9.1} MiB", few.cases, few.peak_mib);
    println!("  {:>9} cases                      {:>9.1} MiB", many.cases, many.peak_mib);
    println!("  ratio                                {:>9.2}", many.peak_mib / few.peak_mib);
}

/// The mock against another mock server, with the same operation in both.
fn peer(ours: &str, rounds: usize) {
    println!("the mock: GET requests per second, {JOBS} connections");
    let prism = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer/node_modules/.bin/prism");
    if !std::path::Path::new(prism).exists() {
        println!("  skipped: there is no other mock server (npm install --prefix benches/peer)\n");
        return;
    }
    let port = 4519;
    let mut child = Command::new(prism)
        .args(["mock", "--port", &port.to_string(), "--host", "127.0.0.1"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer/query.openapi.yaml"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the other mock starts");
    let deadline = Instant::now() + Duration::from_secs(60);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(100));
    }
    let own_port = ours.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    // Its first requests compile.
    lean_loop(port, 200, 1);
    for (says, ahead) in [("each after its answer", 1), ("16 sent ahead", 16)] {
        let (mut theirs, mut own) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            theirs.push(lean_loop(port, 2_000, ahead));
            own.push(lean_loop(own_port, 80_000, ahead));
        }
        let ratios: Vec<f64> = own.iter().zip(&theirs).map(|(own, theirs)| own / theirs).collect();
        println!("  {says}");
        println!("    prism                              {:>9.0} requests/s", middle(theirs));
        println!("    countersign mock                   {:>9.0} requests/s", middle(own));
        println!("    ratio                              {:>9.1}", middle(ratios));
    }
    println!();
    let _ = child.kill();
    let _ = child.wait();
}

/// Requests per second of threads that write and read sockets and do nothing else: a client that takes more of the two
/// cores than the server would measure itself. Each sends `ahead` requests before it waits for their answers (RFC 9112
/// section 9.3.2): with more than one, the system's loopback and scheduler weigh less, the server more.
fn lean_loop(port: u16, requests: usize, ahead: usize) -> f64 {
    use std::io::{Read as _, Write as _};
    let path = query_path();
    let request = format!("GET {path} HTTP/1.1\r\nHost: m\r\nX-Auth-Token: {}\r\n\r\n", VARIABLES[0].1);
    let burst = request.repeat(ahead);
    let bursts = requests / JOBS / ahead;
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..JOBS {
            scope.spawn(|| {
                let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).expect("it listens");
                stream.set_nodelay(true).expect("a socket option");
                let mut buffer = vec![0; 256 * 1024];
                for _ in 0..bursts {
                    stream.write_all(burst.as_bytes()).expect("it reads");
                    let (mut filled, mut whole, mut answers) = (0, 0, 0);
                    while answers < ahead {
                        if let Some(length) = length(&buffer[whole..filled]) {
                            assert!(buffer[whole..].starts_with(b"HTTP/1.1 200"));
                            whole += length;
                            answers += 1;
                            continue;
                        }
                        let more = stream.read(&mut buffer[filled..]).expect("it answers");
                        assert!(more > 0, "the connection was closed");
                        filled += more;
                    }
                }
            });
        }
    });
    (bursts * ahead * JOBS) as f64 / start.elapsed().as_secs_f64()
}

/// The length of the answer that `bytes` begin with, when it is all there.
fn length(bytes: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let line = bytes[..end]
        .split(|byte| *byte == b'\n')
        .find(|line| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)));
    let text = std::str::from_utf8(&line.expect("a length")[NAME.len()..]).expect("digits");
    let length: usize = text.trim().parse().expect("digits");
    (bytes.len() >= end + length).then_some(end + length)
}

fn query_path() -> String {
    let value =
        |name: &str| VARIABLES.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
    format!(
        "/v2/{}/link/instances/{}/products/120671/authentication",
        value("project_id"),
        value("instance_id")
    )
}

fn argument(name: &str) -> Option<usize> {
    let mut words = std::env::args();
    words.find(|word| word == name)?;
    words.next()?.parse().ok()
}

struct Mock {
    child: Child,
    address: String,
}

impl Mock {
    fn start() -> Self {
        let mut child = Command::new(BINARY)
            .args(["mock", "contracts", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .expect("the mock starts");
        let stderr = child.stderr.take().expect("stderr is piped");
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        let address = lines
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .expect("the mock says where it listens");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start_up() -> Duration {
    let start = Instant::now();
    let out = Command::new(BINARY).args(["plan", "contracts"]).output().expect("plan runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    start.elapsed()
}

/// How many cases one round of the plan has.
fn cases_of(select: &str) -> usize {
    let mut command = Command::new(BINARY);
    command.args(["plan", "contracts", "--json"]);
    if !select.is_empty() {
        command.args(["--select", select]);
    }
    let out = command.output().expect("plan runs");
    String::from_utf8_lossy(&out.stdout).lines().filter(|line| line.contains("\"case\"")).count()
}

/// Requests per second of a bare loop.
fn bare_loop(address: &str, requests: usize) -> f64 {
    let url = format!("{address}{}", query_path());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let start = Instant::now();
        let each = requests / JOBS;
        let tasks: Vec<_> = (0..JOBS)
            .map(|_| {
                let (client, url) = (client.clone(), url.clone());
                tokio::spawn(async move {
                    for _ in 0..each {
                        let reply = client.get(&url).header("x-auth-token", VARIABLES[0].1).send().await;
                        let reply = reply.expect("the mock answers");
                        assert_eq!(reply.status(), 200);
                        reply.bytes().await.expect("a body");
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no request fails");
        }
        (each * JOBS) as f64 / start.elapsed().as_secs_f64()
    })
}

struct Run {
    cases: usize,
    per_second: f64,
    peak_mib: f64,
}

fn run(address: &str, select: &str, repeat: usize, round: usize) -> Run {
    let reports = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(BINARY);
    command
        .args(["run", "contracts", "--target", address, "--env", "mock", "--quiet", "--report"])
        .arg(reports.path())
        .args(["--repeat", &repeat.to_string(), "--jobs", &JOBS.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if !select.is_empty() {
        command.args(["--select", select]);
    }
    let start = Instant::now();
    let mut child = command.spawn().expect("countersign starts");
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = peak_kib.max(peak(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().expect("the process can be waited for") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let seconds = start.elapsed().as_secs_f64();
    assert!(status.code() == Some(0), "countersign run ended with {status}");
    let cases = repeat * round;
    Run { cases, per_second: cases as f64 / seconds, peak_mib: peak_kib as f64 / 1024.0 }
}

/// The peak resident set of a process in KiB, where the system tells.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all[all.len() / 2]
}

fn middle(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
