//! Endpoints that are broken in ways that no rule is about: the suite ends in bounded time, bytes and
//! memory, says what is wrong in plain words, and blames the endpoint for nothing that it could not tell.

mod answers;
mod double;
mod floods;
mod lenient;
mod secrets;
mod serve;
mod signatures;
mod tls;

use crate::support::endpoint::{CLOSED, call};
use crate::support::program::{Finished, Running, Served, User};
use aws_conformance_generators::plan::Service;
use aws_conformance_reference::Config;
use double::{Broken, Double};
use rstest::rstest;
use serde_json::{Value, json};
use std::io::Read;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// The longest that a run against a broken endpoint may take: a minute, and more in a debug build
/// beside other tests.
const MOST_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 180 } else { 60 });
/// The most memory that it may take, in KiB.
const MOST_MEMORY: u64 = 150 * 1024;

/// A run, its JSON report and the most memory that it took, in KiB.
struct Run {
    finished: Finished,
    report: Value,
    memory: u64,
}

impl Run {
    fn count(&self, verdict: &str) -> u64 {
        self.report["summary"][verdict].as_u64().expect("the summary counts verdicts")
    }

    /// The `must` violations: rule and class.
    fn must_violations(&self) -> Vec<String> {
        let rules = self.report["rules"].as_array().expect("a report has rules");
        let violations = rules.iter().flat_map(|rule| {
            let violations = rule["violations"].as_array().cloned().unwrap_or_default();
            let must = violations.into_iter().filter(|violation| violation["level"] == "must");
            must.map(|violation| format!("{} {}: {}", rule["id"], violation["class"], violation["observed"]))
        });
        violations.collect()
    }
}

/// Runs the suite and checks what has to hold whatever the endpoint does.
#[track_caller]
fn run(user: &User, options: &[&str], environment: &[(&str, &str)]) -> Run {
    let path = user.home().join("report.json");
    let mut command = user.journalled("run", &["--no-progress", "--report"]);
    command.arg(format!("json={}", path.display())).args(options).envs(environment.iter().copied());
    let (finished, memory) = watched(&mut command);
    let output = finished.output();
    assert!(!output.contains("panicked at"), "{output}");
    finished.check_within(MOST_TIME);
    assert!(memory < MOST_MEMORY, "{memory} KiB:\n{output}");
    let report = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Run { finished, report: report.unwrap_or_else(|| panic!("no report:\n{output}")), memory }
}

/// Runs a program to its end, and watches its memory.
fn watched(command: &mut Command) -> (Finished, u64) {
    let started = Instant::now();
    let mut running = Running::start(command);
    let read = |mut stream: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut text = Vec::new();
            // What could be read until a stream broke is all that there is to show.
            let _ = stream.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        })
    };
    let stdout = read(Box::new(running.child.stdout.take().expect("the stream is piped")));
    let stderr = read(Box::new(running.child.stderr.take().expect("the stream is piped")));
    let mut memory = 0;
    let status = loop {
        memory = memory.max(peak(running.child.id()).unwrap_or(0));
        match running.child.try_wait().expect("a child can be waited for") {
            Some(status) => break status.code(),
            None if started.elapsed() > MOST_TIME * 2 => {
                running.kill();
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let text = |reader: std::thread::JoinHandle<String>| reader.join().expect("the reader does not panic");
    let (stdout, stderr) = (text(stdout), text(stderr));
    (Finished { status, stdout, stderr, elapsed: started.elapsed() }, memory)
}

/// The most memory that a process has had so far, in KiB.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

fn page(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .into_bytes()
}

fn html() -> Vec<u8> {
    page("200 OK", "content-type: text/html\r\n", "<html><body>\u{1b}[2JIt works!</body></html>")
}

fn unavailable() -> Vec<u8> {
    page("503 Service Unavailable", "content-type: text/html\r\n", "<h1>No healthy upstream</h1>")
}

fn throttled() -> Vec<u8> {
    let headers = "content-type: application/x-amz-json-1.1\r\nx-amzn-requestid: 1\r\n";
    page("400 Bad Request", headers, r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#)
}

/// An HTTP/2 server's first frame: its settings.
const HTTP2: &[u8] = b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64";
/// A TLS alert.
const TLS: &[u8] = b"\x15\x03\x03\0\x02\x02\x0a";
const SHORT: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{}";
const NO_LENGTH: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{}";

/// Endpoints that cannot be judged. Nothing is said to conform or to violate.
#[rstest]
#[case::never_answers(Broken::Silent, "no complete answer to")]
#[case::closes_at_once(Broken::Closes, "the connection")]
#[case::not_http(Broken::Says(b"SSH-2.0-OpenSSH_9.6\r\n"), "SSH-2.0-OpenSSH_9.6")]
#[case::http2_only(Broken::Says(HTTP2), "HTTP/2")]
#[case::tls_alert(Broken::Says(TLS), "https://")]
#[case::truncated(Broken::Answers(SHORT.to_vec()), "shorter than it announces")]
#[case::fewer_bytes(Broken::AnswersAndHolds(SHORT.to_vec()), "no complete answer to")]
#[case::odd_length(Broken::Answers(NO_LENGTH.to_vec()), "not HTTP/1.1")]
#[case::large(Broken::Large(Some(64 << 20)), "more than 524288 bytes")]
#[case::endless(Broken::Large(None), "more than 524288 bytes")]
#[case::drips(Broken::Drips, "no complete answer to")]
#[case::unavailable(Broken::Answers(unavailable()), "answers every request with HTTP 503")]
#[case::throttles(Broken::Answers(throttled()), "answers every request with HTTP 400 ThrottlingException")]
#[case::html(Broken::Answers(html()), "answers HTTP 200 with text/html")]
fn an_endpoint_that_cannot_be_judged(#[case] broken: Broken, #[case] says: &str) {
    let double = Double::new(broken);
    let run = run(&User::new(), &["--endpoint-url", &double.url], &[]);
    run.finished.check_status(3).check_says(says).check_says(&double.url);
    assert_eq!((run.count("conforms"), run.count("violates")), (0, 0));
    assert!(!run.finished.output().contains("\u{1b}[2J"), "what an endpoint says is escaped");
}

#[test]
fn nothing_listens() {
    let run = run(&User::new(), &["--endpoint-url", CLOSED], &[]);
    run.finished.check_status(3).check_says("nothing listens there").check_within(Duration::from_secs(5));
    assert_eq!((run.count("conforms"), run.count("violates")), (0, 0));
}

/// A redirect is an answer like any other: nobody goes where it points.
#[rstest]
#[case::to_itself(true)]
#[case::elsewhere(false)]
fn a_redirect_is_not_followed(
    #[case] itself: bool,
    #[values("302 Found", "307 Temporary Redirect")] status: &str,
    #[values("", "x-amzn-requestid: 1\r\n")] headers: &str,
) {
    let elsewhere = Double::new(Broken::Not);
    let location = if itself { "/" } else { elsewhere.url.as_str() };
    let double =
        Double::new(Broken::Answers(page(status, &format!("{headers}location: {location}\r\n"), "")));
    let run = run(&User::new(), &["--endpoint-url", &double.url], &[]);
    run.finished.check_status(3).check_says("redirect").check_says(location);
    assert_eq!(elsewhere.connections(), 0);
    assert!(double.requests() < 100, "{} requests", double.requests());
}

/// Every case is tried several times there, so these are not all rules.
#[rstest]
#[case::xray("xray.*")]
#[case::policies("rekognition.ListProjectPolicies.*")]
#[case::projects("rekognition.*Project.ProjectName.*")]
#[case::pages("rekognition.*.pages")]
#[case::wire("rekognition.wire.*")]
fn one_connection_in_five_is_reset(#[case] rules: &str) {
    let double = Double::new(Broken::ResetsOneInFive);
    let options = ["--endpoint-url", &double.url, "--rule", rules, "--cases", "1"];
    let run = run(&User::new(), &options, &[]);
    assert_eq!(run.must_violations(), Vec::<String>::new());
    // What got no response once in a while is inconclusive; of few rules those may be too many.
    assert!(matches!(run.finished.status, Some(0 | 3)), "{}", run.finished.output());
}

/// Endpoints that get in the way now and then. What can be judged is, and no rule violates.
#[rstest]
#[case::not(Broken::Not)]
#[case::sends_too_much(Broken::SendsTooMuch)]
#[case::closes_without_notice(Broken::ClosesAfter(7))]
#[case::dies_and_comes_back(Broken::Dies { after: 300, back: Some(Duration::from_secs(2)) })]
fn an_endpoint_that_can_be_judged_all_the_same(
    #[case] broken: Broken,
    #[values("rekognition", "xray")] service: &str,
) {
    let double = Double::new(broken);
    let options = ["--endpoint-url", &double.url, "--service", service, "--cases", "1"];
    let run = run(&User::new(), &options, &[]);
    assert_eq!(run.must_violations(), Vec::<String>::new());
    run.finished.check_status(0);
    assert!(run.count("conforms") > 50, "{}", run.finished.stdout);
}

/// One request in ten is refused in a spelling of "slow down".
#[rstest]
#[case::code("400 Bad Request", "", r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#)]
#[case::namespace("400 Bad Request", "", r#"{"__type":"com.amazon.coral.availability#ThrottlingException"}"#)]
#[case::header("429 Too Many Requests", "x-amzn-errortype: ThrottledException:http://x/\r\n", "{}")]
#[case::short("400 Bad Request", "", r#"{"code":"Throttling","message":"Rate exceeded"}"#)]
#[case::too_many("429 Too Many Requests", "", r#"{"__type":"TooManyRequestsException"}"#)]
#[case::throughput("400 Bad Request", "", r#"{"__type":"ProvisionedThroughputExceededException"}"#)]
#[case::limit("400 Bad Request", "", r#"{"__type":"RequestLimitExceeded"}"#)]
#[case::slow_down("503 Slow Down", "", r#"{"__type":"SlowDown"}"#)]
#[case::status_alone("429 Too Many Requests", "content-type: text/html\r\n", "<h1>Slow down</h1>")]
fn one_request_in_ten_is_throttled(#[case] status: &str, #[case] headers: &str, #[case] body: &str) {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nx-amzn-requestid: 1\r\n{headers}content-length: {length}\r\n\r\n");
    let refusal: &'static str = Box::leak(format!("{head}{body}").into_boxed_str());
    let double = Double::new(Broken::RefusesOneInTen(refusal));
    let options = ["--endpoint-url", &double.url, "--service", "xray", "--cases", "1"];
    let run = run(&User::new(), &options, &[]);
    assert_eq!(run.must_violations(), Vec::<String>::new());
    run.finished.check_status(0);
}

/// What asks to slow down by a server error may have been carried out, and is not sent again as it is.
#[test]
fn what_is_throttled_after_it_was_carried_out() {
    let double = Double::new(Broken::ThrottlesLate(12));
    let rules = ["rekognition.lifecycle.*", "rekognition.PutProjectPolicy.PolicyRevisionId.*"];
    let options = ["--endpoint-url", &double.url, "--cases", "8", "--rule", rules[0], "--rule", rules[1]];
    let run = run(&User::new(), &options, &[]);
    run.finished.check_status(0);
    assert_eq!(run.count("violates"), 0, "{}", run.finished.stdout);
    assert!(run.count("conforms") > 8, "{}", run.finished.stdout);
}

/// What was wrong once is told, wherever in the run it was, and fails nothing.
#[rstest]
fn a_refusal_that_is_wrong_once(#[values(20, 90, 150, 190)] at: u64) {
    let refused = Arc::new(AtomicU64::new(0));
    let double = Double::new(Broken::RefusesOddlyOnce(at, Arc::clone(&refused)));
    let options =
        ["--endpoint-url", &double.url, "--service", "xray", "--rule", "xray.*.PolicyName.*", "--cases", "4"];
    let run = run(&User::new(), &options, &[]);
    assert!(refused.load(Ordering::Relaxed) > at, "{refused:?}");
    run.finished.check_status(0).check_says("OddException").check_says("intermittent");
}

/// It is found, and called what it is; what it may have left in doubt is no violation.
#[rstest]
#[case::seldom(50)]
#[case::often(15)]
fn server_errors_once_in_a_while(#[case] one_in: u64, #[values("rekognition", "xray")] service: &str) {
    let double = Double::new(Broken::FailsOneIn(one_in));
    let options = ["--endpoint-url", &double.url, "--service", service, "--cases", "1"];
    let run = run(&User::new(), &options, &[]);
    assert_eq!(run.must_violations(), Vec::<String>::new());
    run.finished.check_status(0).check_says("intermittent").check_says("HTTP 500 InternalFailure");
    // A rule that has seen one has been judged all the same.
    let (conforms, violates) = (run.count("conforms"), run.count("violates"));
    assert!(conforms > 30 && conforms + violates > 80, "{}", run.finished.stdout);
}

/// An endpoint that goes away for good: what was judged before stands, the rest is inconclusive.
#[rstest]
#[case::dies(Broken::Dies { after: 300, back: None }, "nothing listens there")]
#[case::hangs(Broken::Hangs { after: 300 }, "no complete answer to")]
fn an_endpoint_that_goes_away(#[case] broken: Broken, #[case] says: &str) {
    let double = Double::new(broken);
    let user = User::new();
    let run = run(&user, &["--endpoint-url", &double.url, "--service", "xray"], &[]);
    assert_eq!(run.must_violations(), Vec::<String>::new());
    run.finished.check_status(3).check_says("the endpoint has stopped answering").check_says(says);
    run.finished.check_says("aws-conformance sweep");
    assert!(run.count("conforms") > 0 && run.count("inconclusive") > 20, "{}", run.finished.stdout);
    assert_eq!(std::fs::read_dir(user.journals()).expect("it is there").count(), 1, "the journal stays");
}

/// Every rule that needs the operation would wait for it: what the survey knows is enough.
#[test]
fn one_operation_never_answers() {
    let double = Double::new(Broken::HangsOn("PutResourcePolicy"));
    let options = ["--endpoint-url", &double.url, "--service", "xray", "--timeout", "2s"];
    let run = run(&User::new(), &options, &[]);
    run.finished.check_status(3).check_says("PutResourcePolicy gives no answer");
    run.finished.check_within(Duration::from_secs(20));
    assert_eq!(run.must_violations(), Vec::<String>::new());
}

/// Each of its rules would wait for some answer: what is lost on waiting is bounded in all, what could
/// be judged is, and no rule violates.
#[rstest]
#[case::refusals(Broken::HangsOnRefusals)]
#[case::one_in_ten(Broken::HangsOneIn(10))]
#[case::one_in_fifty(Broken::HangsOneIn(50))]
#[case::the_listing(Broken::HangsOn("ListResourcePolicies"))]
fn answers_that_never_come(#[case] broken: Broken) {
    let double = Double::new(broken);
    let options = ["--endpoint-url", &double.url, "--service", "xray", "--cases", "1"];
    let run = run(&User::new(), &options, &[]);
    assert_eq!(run.must_violations(), Vec::<String>::new());
    assert!(matches!(run.finished.status, Some(0 | 3)), "{}", run.finished.output());
    run.finished.check_within(Duration::from_secs(60));
    assert_eq!(run.finished.stdout.contains("no complete answer to"), run.count("inconclusive") > 0);
    assert!(run.count("conforms") > 5, "{}", run.finished.stdout);
}

/// A connection that is kept open keeps everybody else waiting: after the first response that does not come none
/// is kept.
#[test]
fn a_server_that_serves_one_connection_at_a_time() {
    let served = Served::with(&[]);
    let double = crate::support::endpoint::Double::one_at_a_time(&served.url);
    let run = run(&User::new(), &["--endpoint-url", &double.url, "--cases", "1", "--timeout", "2s"], &[]);
    run.finished.check_status(0);
    assert_eq!((run.count("violates"), run.count("inconclusive")), (0, 0), "{}", run.finished.stdout);
}

/// What belongs to others takes up room, and is no fault of the endpoint's. More lanes would find room in
/// other regions.
#[rstest]
#[case::one(1, true, 80)]
#[case::most(4, true, 60)]
#[case::full(5, true, 15)]
#[case::full_and_not_listed(5, false, 10)]
fn an_account_that_is_not_empty(#[case] policies: usize, #[case] listed: bool, #[case] least: u64) {
    const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"xray:PutTraceSegments","Resource":"*"}]}"#;
    let double = Double::new(if listed { Broken::Not } else { Broken::RefusesOn("ListResourcePolicies") });
    for number in 0..policies {
        let input = json!({ "PolicyName": format!("mine-{number}"), "PolicyDocument": POLICY });
        let (status, _) = call(&double.url, Service::Xray, "PutResourcePolicy", "us-east-1", &input);
        assert_eq!(status, 200);
    }
    let options = ["--endpoint-url", &double.url, "--service", "xray", "--cases", "1", "--jobs", "1"];
    let run = run(&User::new(), &options, &[]);
    assert_eq!(run.must_violations(), Vec::<String>::new());
    run.finished.check_status(0);
    let no_room = run.finished.stdout.contains("PolicyCountLimitExceededException");
    assert_eq!(no_room, policies >= 4, "{}", run.finished.stdout);
    assert!(run.count("conforms") > least, "{}", run.finished.stdout);
}

/// A clock that is a day off is distinguished from signatures that are wrong.
#[test]
fn a_clock_that_is_a_day_off() {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let config = || Config::default().with_clock(|| SystemTime::now() + DAY);
    let double = Double::with(Broken::Not, config(), None);
    let lenient =
        run(&User::new(), &["--endpoint-url", &double.url, "--service", "xray", "--cases", "1"], &[]);
    assert_eq!(lenient.must_violations(), Vec::<String>::new());
    lenient.finished.check_status(0);
    let double = Double::with(Broken::Not, config().with_verified_signatures(true), None);
    let strict = run(&User::new(), &["--endpoint-url", &double.url], &[]);
    strict.finished.check_status(3).check_says("Signature expired");
    assert_eq!((strict.count("conforms"), strict.count("violates")), (0, 0));
}

/// Answers that are hard to read or to keep: the suite survives them.
#[rstest]
#[case::deep(br#"{"ResourcePolicies":"#.iter().copied().chain(std::iter::repeat_n(b'[', 500_000)).collect())]
#[case::large(format!(r#"{{"PolicyRevisionId":"1","x":"{}"}}"#, "\u{202e}".repeat(160_000)).into_bytes())]
#[case::binary((0..=255).cycle().take(500_000).collect())]
fn an_answer_that_is_hard_to_read(#[case] body: Vec<u8>) {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-amzn-requestid: 1\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let double = Double::new(Broken::Answers([head.as_bytes(), &body].concat()));
    let options = ["--endpoint-url", &double.url, "--cases", "1", "--max-requests", "300"];
    let run = run(&User::new(), &options, &[]);
    assert!(matches!(run.finished.status, Some(1 | 3)), "{}", run.finished.output());
    assert!(run.finished.stdout.len() < 1 << 20, "a report is bounded: {} bytes", run.finished.stdout.len());
    assert!(run.memory > 0, "the memory was watched");
}
