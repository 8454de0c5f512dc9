//! The reports as they are read, of one run against a reference with a few faults.

use super::run_with_report;
use crate::support::program::{Served, User};
use crate::support::snapshots;
use serde_json::{Value, json};

/// Faults of several kinds, and the rules that find them.
const FAULTS: [&str; 3] = [
    "xray.PutResourcePolicy.PolicyName.length-max.loose",
    "xray.PutResourcePolicy.revision.any-issued",
    "xray.DeleteResourcePolicy.does-nothing",
];
const RULES: [&str; 4] = [
    "xray.PutResourcePolicy.PolicyName.length-max",
    "xray.PutResourcePolicy.PolicyRevisionId.stale",
    "xray.PutResourcePolicy.PolicyRevisionId.zero-on-free-name",
    "xray.DeleteResourcePolicy.PolicyName.deletes",
];

#[test]
fn reports_look_like_this() {
    let user = User::new();
    let faults: Vec<&str> = FAULTS.iter().flat_map(|fault| ["--fault", fault]).collect();
    let served = Served::with(&faults);
    let text = user.home().join("report.txt");
    let to = format!("text={}", text.display());
    let mut options = vec!["--endpoint-url", &served.url, "--cases", "4", "--jobs", "1", "--report", &to];
    options.extend(RULES.iter().flat_map(|rule| ["--rule", rule]));
    let (finished, report) = run_with_report(&user, &options);
    finished.check_status(1);
    let same = |text: &str| same_in_every_run(text, &served.url);
    let text = std::fs::read_to_string(text).expect("there is a report");
    let report = report.expect("there is a report");
    let mut violations = report["rules"].as_array().expect("a report has rules").iter();
    let first = violations.find_map(|rule| rule["violations"].get(0)).expect("there is a violation");
    let told = |kind: &str| same(first[kind].as_str().expect("the violation has one"));
    snapshots("What a terminal shows").bind(|| insta::assert_snapshot!("report.text", same(&text)));
    snapshots("The JSON report").bind(|| {
        let json = serde_json::to_string_pretty(&abridged(&report)).expect("it is JSON");
        insta::assert_snapshot!("report.json", same(&json));
    });
    snapshots("The script of a finding").bind(|| insta::assert_snapshot!("report.script", told("script")));
    snapshots("The same around the AWS CLI")
        .bind(|| insta::assert_snapshot!("report.aws_cli", told("aws_cli")));
}

/// A report without what other tests look at, or what differs from run to run.
fn abridged(report: &Value) -> Value {
    let mut report = report.clone();
    report["coverage"] = json!("…");
    report["duration_s"] = json!(1.0);
    report["started_at"] = json!("2026-01-01T00:00:00Z");
    report["left_behind"] = json!(report["left_behind"].as_array().map(Vec::len));
    for rule in report["rules"].as_array_mut().expect("a report has rules") {
        for violation in rule.get_mut("violations").and_then(Value::as_array_mut).into_iter().flatten() {
            for long in ["plan", "script", "aws_cli"] {
                violation[long] = json!(if violation[long].is_null() { Value::Null } else { json!("…") });
            }
        }
    }
    report
}

/// A text without the port, the time and the names that only one run has.
fn same_in_every_run(text: &str, url: &str) -> String {
    let text = text.replace(url, "http://127.0.0.1:4566");
    let mut same = String::new();
    for line in text.lines().filter(|line| !line.starts_with("left behind")) {
        let mut words = line.split("awsc-");
        same.push_str(words.next().unwrap_or_default());
        for word in words {
            let digits = word.bytes().take_while(u8::is_ascii_hexdigit).count();
            let is_name = digits >= 6 && word[digits..].starts_with('-');
            same.push_str("awsc-");
            same.push_str(if is_name { "0123abcde" } else { &word[..digits] });
            same.push_str(&word[digits..]);
        }
        same.push('\n');
    }
    let Some((before, rest)) = same.split_once(" requests in ") else { return same };
    let (_, after) = rest.split_once(' ').unwrap_or_default();
    format!("{before} requests in 1.0 {after}")
}
