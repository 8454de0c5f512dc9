//! Two reports compared: of two runs, and of two targets.

use crate::support::program::{Finished, Served, User, finish};
use rstest::rstest;
use serde_json::{Value, json};

const FAULT: &str = "xray.PutResourcePolicy.PolicyName.length-max.loose";
const RULE: &str = "xray.PutResourcePolicy.PolicyName.length-max";

/// Runs with these options and writes a JSON report of this name; its path.
fn report(user: &User, name: &str, options: &[&str]) -> String {
    let path = user.home().join(name).display().to_string();
    let to = format!("json={path}");
    let mut run = user.journalled("run", &["--no-progress", "--cases", "2", "--report", &to]);
    finish(run.args(options));
    path
}

fn diff(user: &User, arguments: &[&str]) -> Finished {
    finish(user.suite(&["diff"]).args(arguments))
}

#[rstest]
#[case::conformant("rekognition.*", &[])]
#[case::conformant("xray.*", &[])]
#[case::broken("xray.*", &["--fault", "xray.PutResourcePolicy.PolicyName.constraint.wrong-code"])]
#[case::failing("xray.*", &["--fault", "xray.PutResourcePolicy.PolicyName.constraint.server-error"])]
fn two_runs_against_the_same_target_do_not_differ(#[case] rules: &str, #[case] faults: &[&str]) {
    let user = User::new();
    let served = Served::with(faults);
    let options = ["--endpoint-url", &served.url, "--rule", rules];
    let a = report(&user, "a.json", &[&options[..], &["--jobs", "1"]].concat());
    let b = report(&user, "b.json", &[&options[..], &["--jobs", "8"]].concat());
    let finished = diff(&user, &[&a, &b]);
    finished.check_status(0).check_says("no difference");
}

#[test]
fn a_rule_that_violates_now_is_worse_and_one_that_does_no_more_is_not() {
    let user = User::new();
    let (good, bad) = (Served::start(), Served::with_fault(FAULT));
    let a = report(&user, "a.json", &["--endpoint-url", &good.url, "--rule", RULE]);
    let b = report(&user, "b.json", &["--endpoint-url", &bad.url, "--rule", RULE]);
    let worse = diff(&user, &[&a, &b]);
    worse.check_status(1).check_says(&format!("{RULE} (must): conforms -> violates, worse"));
    worse.check_says(&good.url).check_says(&bad.url).check_says("    B  HTTP 200 success");
    diff(&user, &[&b, &a]).check_status(0).check_says("violates -> conforms");
    let json = diff(&user, &["--format", "json", &a, &b]);
    json.check_status(1);
    let json: Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!(json["schema"], "aws-conformance/diff/1");
    assert_eq!(json["worse"], true);
    assert_eq!(json["verdicts"][0]["rule"], RULE);
    assert_eq!(json["violations"][0]["class"], "accepted");
}

#[test]
fn another_code_that_is_good_as_well_is_no_violation_and_a_difference() {
    let user = User::new();
    let (one, other) = (Served::start(), Served::with(&["--variant", "constraint.other-code"]));
    let a = report(&user, "a.json", &["--endpoint-url", &one.url, "--rule", RULE]);
    let b = report(&user, "b.json", &["--endpoint-url", &other.url, "--rule", RULE]);
    let finished = diff(&user, &[&a, &b]);
    finished.check_status(0).check_says("conforms in both, answered otherwise");
    finished.check_says("A  HTTP 400 InvalidRequestException").check_says("B  HTTP 400 ValidationException");
    finished.check_says(&format!("  {RULE} (refused)"));
}

#[test]
fn what_disappeared_is_worse() {
    let user = User::new();
    let good = Served::start();
    let rules = ["--rule", "xray.ListResourcePolicies.*"];
    let of = |name: &str, url: &str| report(&user, name, &[&["--endpoint-url", url], &rules[..]].concat());
    let (a, c) = (of("a.json", &good.url), of("c.json", "http://127.0.0.1:9"));
    let text = std::fs::read_to_string(&a).expect("there is a report");
    let mut lacking: Value = serde_json::from_str(&text).expect("it is JSON");
    lacking["target"]["services"][0]["missing"] = json!({ "ListResourcePolicies": "HTTP 501" });
    let b = user.file("b.json", &lacking.to_string());
    diff(&user, &[&a, &b]).check_status(1).check_says("xray.ListResourcePolicies: disappeared");
    diff(&user, &[&b, &a]).check_status(0).check_says("xray.ListResourcePolicies: appeared");
    diff(&user, &[&a, &c]).check_status(1).check_says("xray: could not be judged in B");
    diff(&user, &[&c, &a]).check_status(0).check_says("xray: could not be judged in A");
}

#[rstest]
#[case::missing(None, "cannot be read")]
#[case::no_json(Some("{\n\"schema\": \"aws"), "line 2")]
#[case::other(Some("{\"schema\":\"aws-conformance/report/2\"}"), "aws-conformance/report/2")]
#[case::no_schema(Some("[]"), "its schema is missing")]
#[case::recording(Some("{\"schema\":\"aws-conformance/recording/1\"}"), "--report json=FILE")]
#[case::part(Some("{\"schema\":\"aws-conformance/report/1\"}"), "no whole report: missing field")]
fn what_is_no_report_is_refused(#[case] text: Option<&str>, #[case] says: &str) {
    let user = User::new();
    let good = report(&user, "good.json", &["--rule", RULE]);
    let path = match text {
        Some(text) => user.file("other.json", text),
        None => user.home().join("other.json").display().to_string(),
    };
    for arguments in [[good.as_str(), &path], [&path, good.as_str()]] {
        let finished = diff(&user, &arguments);
        finished.check_status(2).check_says("other.json").check_says(says);
        assert!(finished.stdout.is_empty(), "{}", finished.stdout);
    }
}
