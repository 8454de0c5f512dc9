//! An emulator that was written from the documents alone, in another language and with other readings
//! of what they leave open: it conforms, and with each of some honest bugs the report is headed by a rule
//! about that bug.

use crate::support::program::{Running, User, finish};
use crate::support::root;
use rstest::rstest;
use serde_json::Value;

/// The emulator, until it is dropped.
struct Emulator {
    url: String,
    _program: Running,
    user: User,
}

impl Emulator {
    /// With a part of its text replaced by another.
    fn with(correct: &str, wrong: &str) -> Self {
        let path = root().join("tests").join("emulator").join("emulator.py");
        let text = std::fs::read_to_string(path).expect("the emulator is there");
        assert_eq!(text.matches(correct).count(), 1, "{correct:?} stands once in the emulator");
        let user = User::new();
        let program = user.file("emulator.py", &text.replace(correct, wrong));
        let mut program = Running::start(&mut user.command("python3", &[&program]));
        // What it says of an exception would fill the pipe, and it would wait for a reader.
        let mut stderr = program.child.stderr.take().expect("the stream is piped");
        std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        Self { url: program.first_line(), _program: program, user }
    }

    /// The exit status of a run, and its JSON report.
    fn run(&self, options: &[&str]) -> (i32, Value) {
        let mut run = self.user.journalled("run", &["--no-progress", "--report", "json=-"]);
        let finished = finish(run.args(["--endpoint-url", &self.url]).args(options));
        let report = serde_json::from_str(&finished.stdout);
        let report = report.unwrap_or_else(|error| panic!("{error}: {}", finished.output()));
        (finished.status.unwrap_or(-1), report)
    }
}

#[test]
fn other_readings_of_the_documents_conform() {
    let emulator = Emulator::with("import argparse", "import argparse");
    let (status, report) = emulator.run(&["--strict"]);
    assert_eq!((status, &report["causes"]), (0, &Value::Array(Vec::new())));
    assert_eq!(report["summary"]["inconclusive"], 0);
    assert_eq!(report["left_behind"], Value::Array(Vec::new()));
}

#[rstest]
#[case::unanchored(
    "xray",
    "re.fullmatch(self.pattern, value)",
    "re.match(self.pattern, value)",
    "xray.PutResourcePolicy.PolicyName.pattern"
)]
#[case::unhandled(
    "xray",
    "except (ValueError, RecursionError):\n        raise Refused(malformed",
    "except RecursionError:\n        raise Refused(malformed",
    "xray.PutResourcePolicy.PolicyDocument.not-json"
)]
#[case::milliseconds(
    "xray",
    "round(time.time(), 3)",
    "int(time.time() * 1000)",
    "xray.PutResourcePolicy.LastUpdatedTime.seconds"
)]
#[case::no_code("xray", "refused.code if rest else None", "None", "xray.monitor.error-code")]
#[case::zero_overwrites(
    "xray",
    "if revision is not None and revision != current",
    "if revision not in (None, \"0\", current)",
    "xray.PutResourcePolicy.PolicyRevisionId.zero-on-taken-name"
)]
#[case::no_token_is_unknown(
    "rekognition",
    "raise Refused(\"InvalidPaginationTokenException\", \"Invalid Pagination Token\")",
    "start = 0",
    "rekognition.ListProjectPolicies.NextToken.garbage"
)]
#[case::refusals_remove(
    "rekognition",
    "present = policies.get(name)",
    "present = policies.pop(name, None)",
    "rekognition.PutProjectPolicy.PolicyRevisionId.stale"
)]
#[case::updates_count(
    "rekognition",
    "if present is None and len(policies) >= 5",
    "if len(policies) >= 5",
    "rekognition.PutProjectPolicy.PolicyName.count-update"
)]
fn an_honest_bug_heads_the_report(
    #[case] service: &str,
    #[case] correct: &str,
    #[case] wrong: &str,
    #[case] headline: &str,
) {
    let emulator = Emulator::with(correct, wrong);
    let (_, report) = emulator.run(&["--service", service]);
    let first = &report["causes"][0];
    assert_eq!(first["rules"][0], headline, "{:#}", report["causes"]);
}
