//! How fast the suite is: `cargo bench --bench speed`. Everything is measured in the same minutes, so that
//! ratios hold on any machine; CONTRIBUTING.md has the last figures.

use aws_conformance::mutation::{each, killed_within};
use aws_conformance::run::RunOptions;
use aws_conformance_reference::{Level, faults};
use clap::Parser;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SUITE: &str = env!("CARGO_BIN_EXE_aws-conformance");

/// What a load generator sends in turn: the two calls that a run sends most often.
const CALLS: [(&str, &str); 2] = [
    (
        "PutResourcePolicy",
        r#"{"PolicyName":"speed","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"123456789012\"},\"Action\":\"xray:PutTraceSegments\",\"Resource\":\"*\"}]}"}"#,
    ),
    ("ListResourcePolicies", "{}"),
];

/// What is measured.
#[derive(Debug, Parser)]
struct Options {
    /// Connections of the load generator, and lanes a service of the run
    #[arg(long, default_value_t = 8)]
    lanes: usize,
    /// How often the load generator and the run are compared
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Random cases a rule of the run that is compared
    #[arg(long, default_value_t = 300)]
    cases: u32,
    /// Requests until each seeded fault is caught, and the time of `mutants`
    #[arg(long)]
    faults: bool,
    /// Memory of long runs, and of a soak of this many requests a service on both sides
    #[arg(long, value_name = "REQUESTS")]
    soak: Option<u64>,
    /// Cold and warm builds, in a folder of their own
    #[arg(long)]
    builds: bool,
    /// What cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let options = Options::parse();
    throughput(&options);
    memory(&options);
    if options.faults {
        catches();
    }
    if options.builds {
        builds();
    }
}

/// Compares a run with a bare load generator, both against the same process.
fn throughput(options: &Options) {
    let lanes = options.lanes;
    let server = Server::start();
    println!("requests a second against one `serve`, {lanes} connections and {lanes} lanes a service");
    let mut ratios = Vec::new();
    for _ in 0..options.rounds {
        let bare = load(server.address, lanes, Duration::from_secs(3));
        let cases = options.cases.to_string();
        let run =
            run(&["--endpoint-url", &server.url(), "--jobs", &lanes.to_string(), "--cases", &cases], |_| ());
        ratios.push(run.rate() / bare);
        println!(
            "  bare {bare:>6.0}   run {:>6.0}   ratio {:.2}   ({} requests, {})",
            run.rate(),
            run.rate() / bare,
            run.requests,
            run.memory
        );
    }
    ratios.sort_by(f64::total_cmp);
    if let Some(median) = ratios.get(ratios.len() / 2) {
        println!("  median ratio {median:.2}");
    }
}

/// Time and memory of the default run and of longer ones.
fn memory(options: &Options) {
    println!("time and memory of a run in one process");
    for cases in ["16", "160", "1600"] {
        let run = run(&["--cases", cases], |_| ());
        println!(
            "  --cases {cases:<6} {:>6.1} s   {:>7} requests   {}",
            run.seconds, run.requests, run.memory
        );
    }
    let Some(requests) = options.soak else { return };
    let server = Server::start();
    println!("soak against `serve`: resident memory of the run and of `serve` as it goes on");
    let (most, lanes) = (requests.to_string(), options.lanes.to_string());
    let limits = ["--cases", "1000000", "--max-requests", &most, "--jobs", &lanes];
    let mut next = Instant::now();
    let run = run(&[&["--endpoint-url", &server.url()], &limits[..]].concat(), |run| {
        if next <= Instant::now() {
            next += Duration::from_secs(10);
            println!("  run {:>5.1} MB   serve {:>5.1} MB", run, resident(server.child.id(), "VmRSS"));
        }
    });
    println!("  {} requests in {:.0} s, {}", run.requests, run.seconds, run.memory);
}

/// Requests until the seeded faults are caught by a run of everything that has this many a service.
fn catches() {
    println!("requests until a seeded fault is caught, within the requests of a service");
    for (service, most) in [("xray", 300), ("rekognition", 600)] {
        let seeded: Vec<_> = faults()
            .iter()
            .filter(|fault| fault.level != Level::Observe)
            .filter(|fault| fault.service.to_string().eq_ignore_ascii_case(service))
            .collect();
        let options = RunOptions::default();
        let tried = each(&seeded, |fault| killed_within(fault, most, &options).expect("nothing is written"));
        let mut caught: Vec<u64> = tried.into_iter().filter_map(|row| row.requests).collect();
        caught.sort_unstable();
        let at = |part: usize| match caught.get(seeded.len() * part / 100) {
            Some(requests) => requests.to_string(),
            None => "more".to_owned(),
        };
        println!(
            "  {service:<12} {} of {} faults within {most}; median {}, 75 % {}, 90 % {}, 95 % {}",
            caught.len(),
            seeded.len(),
            at(50),
            at(75),
            at(90),
            at(95)
        );
    }
    let started = Instant::now();
    let status =
        finish(Command::new(SUITE).args(["mutants", "--no-progress"]).stdout(Stdio::null()), |_| ()).0;
    println!("  mutants: {:.1} s, {status}", started.elapsed().as_secs_f64());
}

/// Cold builds, and those after a change of the library.
fn builds() {
    println!("builds");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("builds");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, profile) in [("debug", "dev"), ("release", "release")] {
        // What is not there need not be removed.
        let _ = std::fs::remove_dir_all(&folder);
        for state in ["cold", "warm"] {
            let touched = std::fs::File::options().append(true).open(root.join("src/lib.rs"));
            touched
                .and_then(|file| file.set_modified(std::time::SystemTime::now()))
                .expect("it can be touched");
            let started = Instant::now();
            let mut cargo = Command::new(env!("CARGO"));
            cargo
                .args(["build", "--quiet", "--profile", profile])
                .env("CARGO_TARGET_DIR", &folder)
                .current_dir(root);
            assert!(cargo.status().expect("cargo can be started").success());
            println!("  {name} {state} {:.0} s", started.elapsed().as_secs_f64());
        }
    }
}

/// `serve` in a process of its own.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start() -> Self {
        let mut child =
            Command::new(SUITE).arg("serve").stdout(Stdio::piped()).spawn().expect("serve can be started");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut line).expect("it says its URL");
        let address = line.trim().trim_start_matches("http://").parse().expect("it is an address");
        Self { child, address }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a run reports of itself, and the most memory that it had.
struct Run {
    requests: u64,
    seconds: f64,
    memory: String,
}

impl Run {
    fn rate(&self) -> f64 {
        self.requests as f64 / self.seconds
    }
}

/// Runs the suite, and looks at its resident memory, in MB, as it goes on.
fn run(arguments: &[&str], look: impl FnMut(f64)) -> Run {
    let folder = tempfile::tempdir().expect("there is room for a report");
    let report: PathBuf = folder.path().join("report.json");
    let mut command = Command::new(SUITE);
    command.args(["run", "--no-config", "--no-progress", "-q"]).args(arguments);
    command.arg("--report").arg(format!("json={}", report.display()));
    command.arg("--journal").arg(folder.path()).stdout(Stdio::null());
    let (status, peak) = finish(&mut command, look);
    let text = std::fs::read_to_string(&report).unwrap_or_else(|error| panic!("{status}: {error}"));
    let report: Value = serde_json::from_str(&text).expect("the report is JSON");
    Run {
        requests: report["summary"]["requests"].as_u64().expect("it counts requests"),
        seconds: report["duration_s"].as_f64().expect("it has a duration"),
        memory: format!("{peak:.1} MB at most"),
    }
}

/// Waits for a program, looking at it now and then; its status and the most memory that it had, in MB.
fn finish(command: &mut Command, mut look: impl FnMut(f64)) -> (ExitStatus, f64) {
    let mut child = command.spawn().expect("the program can be started");
    let mut peak = 0_f64;
    loop {
        peak = peak.max(resident(child.id(), "VmHWM"));
        look(resident(child.id(), "VmRSS"));
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return (status, peak);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A figure of a process's memory, in MB; 0 where the system does not say.
fn resident(process: u32, figure: &str) -> f64 {
    let mut status = String::new();
    let file = std::fs::File::open(format!("/proc/{process}/status"));
    let _ = file.and_then(|mut file| file.read_to_string(&mut status));
    let line = status.lines().find_map(|line| line.strip_prefix(figure)?.strip_prefix(':'));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}

/// Requests a second of a load generator that does nothing but send what is written already, and read
/// as much as is announced.
fn load(address: SocketAddr, connections: usize, time: Duration) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be started").block_on(async {
        let started = Instant::now();
        let connections = (0..connections).map(|number| connection(address, number, started + time));
        let sent: usize = futures_util::future::join_all(connections).await.into_iter().sum();
        sent as f64 / started.elapsed().as_secs_f64()
    })
}

/// The requests that one connection carried, each answered with 200.
async fn connection(address: SocketAddr, number: usize, until: Instant) -> usize {
    let requests = CALLS.map(|(operation, body)| {
        // Policies of different regions do not take each other's room.
        format!(
            "POST /{operation} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             x-amz-date: 20240101T000000Z\r\nauthorization: AWS4-HMAC-SHA256 \
             Credential=test/20240101/us-speed-{number}/xray/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, Signature={}\r\ncontent-length: {}\r\n\r\n{body}",
            "0".repeat(64),
            body.len(),
        )
    });
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.set_nodelay(true).expect("it is a connection");
    let (mut sent, mut answer) = (0, Vec::new());
    while Instant::now() < until {
        let request = &requests[sent % requests.len()];
        stream.write_all(request.as_bytes()).await.expect("it reads");
        answer.clear();
        while !is_whole(&answer) {
            assert!(stream.read_buf(&mut answer).await.expect("it answers") > 0, "it closed the connection");
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
        sent += 1;
    }
    sent
}

/// Whether a response has all of the body that it announces.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&answer[..end]);
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    answer.len() >= end + 4 + length.unwrap_or_default()
}
