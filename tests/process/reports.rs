//! The reports as they are read, of one run against a reference with a few faults.

use super::run_with_report;
use crate::support::program::{Served, User, finish};
use crate::support::snapshots;
use rstest::rstest;
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

/// The kinds of report that are compared as they are written.
const KINDS: [(&str, &str); 6] = [
    ("text", "What a terminal shows"),
    ("junit", "The JUnit report"),
    ("html", "The figures, causes and operations of the page"),
    ("markdown", "The summary of a job"),
    ("sarif", "The SARIF report"),
    ("badge", "The badge"),
];

#[test]
fn reports_look_like_this() {
    let user = User::new();
    let faults: Vec<&str> = FAULTS.iter().flat_map(|fault| ["--fault", fault]).collect();
    let served = Served::with(&faults);
    let path = |kind: &str| user.home().join(format!("report.{kind}"));
    let to = KINDS.map(|(kind, _)| format!("{kind}={}", path(kind).display()));
    let mut options = vec!["--endpoint-url", &served.url, "--cases", "4", "--jobs", "1"];
    options.extend(to.iter().flat_map(|to| ["--report", to]));
    options.extend(RULES.iter().flat_map(|rule| ["--rule", rule]));
    let (finished, report) = run_with_report(&user, &options);
    finished.check_status(1);
    let same = |text: &str| same_in_every_run(text, &served.url);
    for (kind, description) in KINDS {
        let mut text = std::fs::read_to_string(path(kind)).expect("there is a report");
        if kind == "html" {
            text = figures_and_causes(&text);
        }
        snapshots(description).bind(|| insta::assert_snapshot!(format!("report.{kind}"), same(&text)));
    }
    let report = report.expect("there is a report");
    let mut violations = report["rules"].as_array().expect("a report has rules").iter();
    let first = violations.find_map(|rule| rule["violations"].get(0)).expect("there is a violation");
    let told = |kind: &str| same(first[kind].as_str().expect("the violation has one"));
    snapshots("The JSON report").bind(|| {
        let json = serde_json::to_string_pretty(&abridged(&report)).expect("it is JSON");
        insta::assert_snapshot!("report.json", same(&json));
    });
    snapshots("The script of a finding").bind(|| insta::assert_snapshot!("report.script", told("script")));
    snapshots("The same around the AWS CLI")
        .bind(|| insta::assert_snapshot!("report.aws_cli", told("aws_cli")));
}

#[test]
fn github_actions_gets_annotations() {
    let (user, served) = (User::new(), Served::with(&["--fault", FAULTS[1]]));
    let options = ["--endpoint-url", &served.url, "--cases", "4", "--rule", RULES[1], "--no-progress"];
    let annotation = format!("::error title=must {} accepted::expected", RULES[1]);
    for (value, count) in [("true", 1), ("false", 0)] {
        let finished = finish(user.journalled("run", &options).env("GITHUB_ACTIONS", value));
        finished.check_status(1);
        assert_eq!(finished.stderr.matches(&annotation).count(), count, "{}", finished.stderr);
    }
}

/// The sections of a page that are the same in every run.
fn figures_and_causes(page: &str) -> String {
    let (_, page) = page.split_once("<section class=\"figures\"").expect("a page has figures");
    let (page, _) = page.split_once("<section id=\"errors\"").expect("a page has a table of errors");
    format!("<section class=\"figures\"{page}")
}

/// A report without what other tests look at, or what differs from run to run.
fn abridged(report: &Value) -> Value {
    let mut report = report.clone();
    report["coverage"] = json!("…");
    report["duration_s"] = json!(1.0);
    report["target"]["latency_ms"] = json!({ "p50": 1.0, "p99": 1.0 });
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

/// What is left behind is called differently in each run, and there are many.
fn is_left_behind(line: &str) -> bool {
    line.starts_with("left behind")
        || line.starts_with("- `xray awsc-")
        || line.contains("have been left behind")
}

/// A text without the port, the time and the names that only one run has.
fn same_in_every_run(text: &str, url: &str) -> String {
    let text = text.replace(url, "http://127.0.0.1:4566");
    let mut same = String::new();
    for line in text.lines().filter(|line| !is_left_behind(line)) {
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
    let numbers = [
        (" requests in ", "1.0"),
        ("p50 ", "1.0"),
        ("p99 ", "1.0"),
        ("\" time=\"", "1.000"),
        ("\" timestamp=\"", "2026-01-01T00:00:00.000+00:00"),
        ("TimeUtc\": \"", "2026-01-01T00:00:00Z"),
    ];
    numbers.into_iter().fold(same, |text, (before, shown)| replaced(&text, before, shown))
}

/// A text with another one behind each of these beginnings, up to a space or quote.
fn replaced(text: &str, before: &str, shown: &str) -> String {
    let mut pieces = text.split(before);
    let mut replaced = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find([' ', '"']).unwrap_or(piece.len());
        replaced.extend([before, shown, &piece[end..]]);
    }
    replaced
}

/// A finding says what it takes to see it again, and what it was judged by.
#[rstest]
#[case::limit(
    &[],
    "[quotas]\nresource_policies = 3\n",
    "xray.PutResourcePolicy.PolicyName.count-max",
    &["(the limit is 3, as [quotas] states)", "not alone   the case has 3 calls before it: --report scripts=DIR writes it whole"]
)]
#[case::sequence(
    &["rekognition.PutProjectPolicy.not-stored"],
    "",
    "rekognition.lifecycle.sequence.state",
    &["1 failed, of random cases: ", "not alone   the case has a project, "]
)]
#[case::at_once(
    &["rekognition.PutProjectPolicy.not-stored"],
    "",
    "rekognition.concurrency.creation.once",
    &["not alone   the case has a project, 3 beside it"]
)]
fn a_finding_says_what_it_needs_and_counts_for(
    #[case] faults: &[&str],
    #[case] config: &str,
    #[case] rule: &str,
    #[case] says: &[&str],
) {
    let user = User::new();
    let faults: Vec<&str> = faults.iter().flat_map(|fault| ["--fault", fault]).collect();
    let (served, config) = (Served::with(&faults), user.file("some.toml", config));
    let finished = run_with_report(
        &user,
        &["--endpoint-url", &served.url, "--config", &config, "--rule", rule, "--strict"],
    )
    .0;
    finished.check_status(1);
    says.iter().for_each(|words| {
        finished.check_says(words);
    });
    let (_, findings) = finished
        .stdout
        .split_once("\n\nmust ")
        .or(finished.stdout.split_once("\n\nshould "))
        .expect("there is one");
    assert!(findings.split("\n\n").next().is_some_and(|finding| finding.lines().count() <= 12), "{findings}");
}

#[test]
fn a_rule_is_explained_to_a_newcomer() {
    let rule = "xray.PutResourcePolicy.PolicyName.count-max";
    let finished = finish(&mut User::new().suite(&["explain", rule]));
    snapshots("What `explain` says of a rule")
        .bind(|| insta::assert_snapshot!("explain", finished.check_status(0).stdout));
}
