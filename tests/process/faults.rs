//! An endpoint with one fault: the run fails, names the rule that the fault breaks, and writes lines
//! and scripts that show the fault to anybody with a shell: exit 1 there, exit 0 without the fault.

use super::{check_schema, run_with_report};
use crate::support::program::{Finished, Served, User, finish};
use crate::support::python;
use rstest::rstest;
use serde_json::Value;

#[rstest]
#[case::length(
    "xray.PutResourcePolicy.PolicyName.length-max.tight",
    "xray.PutResourcePolicy.PolicyName.length-max"
)]
#[case::stale("xray.PutResourcePolicy.revision.any-issued", "xray.PutResourcePolicy.PolicyRevisionId.stale")]
#[case::limit("xray.PutResourcePolicy.limit.missing", "xray.PutResourcePolicy.PolicyName.count-max")]
#[case::status(
    "xray.PutResourcePolicy.MalformedPolicyDocumentException.wrong-status",
    "xray.monitor.error-status"
)]
#[case::wire("xray.wire.method.server-error", "xray.wire.method.wrong")]
#[case::delete(
    "xray.DeleteResourcePolicy.revision.ignored",
    "xray.DeleteResourcePolicy.PolicyRevisionId.stale"
)]
#[case::pattern(
    "rekognition.PutProjectPolicy.PolicyName.pattern.dropped",
    "rekognition.PutProjectPolicy.PolicyName.pattern"
)]
#[case::old_revision(
    "rekognition.PutProjectPolicy.revision.any-issued",
    "rekognition.PutProjectPolicy.PolicyRevisionId.stale"
)]
#[case::code(
    "rekognition.PutProjectPolicy.MalformedPolicyDocumentException.wrong-code",
    "rekognition.PutProjectPolicy.PolicyDocument.not-json"
)]
#[case::not_found(
    "rekognition.ListProjectPolicies.ResourceNotFoundException.wrong-status",
    "rekognition.monitor.error-status"
)]
#[case::not_stored(
    "rekognition.PutProjectPolicy.not-stored",
    "rekognition.PutProjectPolicy.PolicyName.attaches"
)]
#[case::kept_document(
    "rekognition.PutProjectPolicy.update.keeps-document",
    "rekognition.PutProjectPolicy.PolicyRevisionId.current-updates"
)]
#[case::reused(
    "rekognition.PutProjectPolicy.revision.reused",
    "rekognition.PutProjectPolicy.PolicyRevisionId.new"
)]
#[case::omitted(
    "rekognition.ListProjectPolicies.omits-last",
    "rekognition.PutProjectPolicy.PolicyName.several"
)]
#[case::prefix(
    "rekognition.PutProjectPolicy.revision.by-prefix",
    "rekognition.PutProjectPolicy.PolicyRevisionId.malformed"
)]
#[case::case_ignored(
    "rekognition.PutProjectPolicy.ProjectArn.case-ignored",
    "rekognition.PutProjectPolicy.ProjectArn.unknown"
)]
#[case::freed(
    "rekognition.PutProjectPolicy.limit.not-freed",
    "rekognition.PutProjectPolicy.PolicyName.count-freed"
)]
#[case::truncated(
    "rekognition.ListProjectPolicies.document.truncated",
    "rekognition.PutProjectPolicy.PolicyDocument.plain"
)]
#[case::time_stays("rekognition.PutProjectPolicy.update.time-stays", "rekognition.lifecycle.policy.times")]
#[case::creation_moves(
    "rekognition.PutProjectPolicy.update.moves-creation-time",
    "rekognition.lifecycle.policy.times"
)]
#[case::project_created_now(
    "rekognition.DescribeProjects.ProjectDescriptions.CreationTimestamp.now",
    "rekognition.DescribeProjects.ProjectDescriptions.members"
)]
#[case::moved_by_reading(
    "rekognition.ListProjectPolicies.moves-update-time",
    "rekognition.lifecycle.policy.times"
)]
fn a_fault_is_named_and_shown(#[case] fault: &str, #[case] rule: &str) {
    let (user, broken, good) = (User::new(), Served::with_fault(fault), Served::start());
    let violations = violations(&user, fault, rule, &broken);
    violations.iter().for_each(|violation| check_violation(&user, rule, violation, &broken, &good));
    violations.iter().for_each(|violation| check_curl(&user, violation, &[&broken, &good]));
}

/// One fault an operation: each call of the AWS CLI takes half a second to begin.
#[rstest]
#[case::put("xray.PutResourcePolicy.revision.any-issued", "xray.PutResourcePolicy.PolicyRevisionId.stale")]
#[case::delete(
    "xray.DeleteResourcePolicy.revision.ignored",
    "xray.DeleteResourcePolicy.PolicyRevisionId.stale"
)]
#[case::list("xray.ListResourcePolicies.empty", "xray.ListResourcePolicies.ResourcePolicies.complete")]
#[case::put_on_a_project(
    "rekognition.PutProjectPolicy.PolicyName.pattern.dropped",
    "rekognition.PutProjectPolicy.PolicyName.pattern"
)]
#[case::list_of_a_project(
    "rekognition.ListProjectPolicies.omits-last",
    "rekognition.PutProjectPolicy.PolicyName.several"
)]
#[case::delete_of_a_project(
    "rekognition.DeleteProjectPolicy.does-nothing",
    "rekognition.DeleteProjectPolicy.PolicyRevisionId.current"
)]
fn the_aws_cli_shows_a_fault(#[case] fault: &str, #[case] rule: &str) {
    let (user, broken, good) = (User::new(), Served::with_fault(fault), Served::start());
    let violations = violations(&user, fault, rule, &broken);
    let script = violations.iter().find_map(|violation| violation["aws_cli"].as_str());
    check_aws_cli(&user, script.expect("there is a script"), &broken, &good);
}

/// What a run finds of a fault by a rule.
#[track_caller]
fn violations(user: &User, fault: &str, rule: &str, broken: &Served) -> Vec<Value> {
    // A monitor needs something to look at: what is wrong for the operation of the fault.
    let also = match rule.contains(".monitor.") {
        true => fault.splitn(3, '.').take(2).chain(["*"]).collect::<Vec<_>>().join("."),
        false => rule.to_owned(),
    };
    let options =
        ["--endpoint-url", &broken.url, "--rule", rule, "--rule", &also, "--cases", "4", "--strict"];
    let scripts = format!("scripts={}", user.home().join("scripts").display());
    let options = [&options[..], &["--report", &scripts]].concat();
    let (finished, report) = run_with_report(user, &options);
    finished.check_status(1).check_says(rule);
    let report = report.expect("there is a report");
    check_schema(&report);
    let rules = report["rules"].as_array().expect("a report has rules");
    let found = rules.iter().find(|one| one["id"] == rule).expect("the rule was selected");
    assert_eq!(found["verdict"], "violates", "{fault} is not found by {rule}");
    found["violations"].as_array().expect("there are violations").clone()
}

/// Runs everything that a violation shows to be pasted into a shell.
#[track_caller]
fn check_violation(user: &User, rule: &str, violation: &Value, broken: &Served, good: &Served) {
    let class = violation["class"].as_str().expect("a violation has a class");
    let file = user.home().join("scripts").join(format!("{rule}-{class}.sh"));
    let script = std::fs::read_to_string(&file).expect("the script is in the folder");
    assert_eq!(violation["script"], script.as_str());
    let acts = script.lines().filter(|line| !line.starts_with('#')).count();
    assert!(acts <= 60, "{acts} lines of\n{script}");
    let run = |program: &str, served: &Served| {
        finish(user.command(program, &[]).env("ENDPOINT", &served.url).env("PATH", python::path()))
    };
    let file = file.display().to_string();
    check_exit(&script, &run(&file, broken), 1);
    check_exit(&script, &run(&file, good), 0);
    assert!(violation["aws_cli"].is_string() || violation["aws_cli_reason"].is_string(), "{violation:#}");
}

#[track_caller]
fn check_aws_cli(user: &User, script: &str, broken: &Served, good: &Served) {
    let file = user.file("aws_cli.sh", script);
    for (served, status) in [(broken, 1), (good, 0)] {
        let mut command = user.command("/bin/sh", &[&file]);
        let ran = finish(command.env("ENDPOINT", &served.url).env("PATH", python::path()));
        check_exit(script, &ran, status);
    }
}

/// The line sends the judged request, and removes nothing after it.
#[track_caller]
fn check_curl(user: &User, violation: &Value, [broken, good]: &[&Served; 2]) {
    let curl = violation["curl"].as_str().expect("there is a line");
    for served in [broken, good] {
        let line = curl.replace(&broken.url, &served.url);
        let shown = finish(&mut user.command("/bin/sh", &["-c", &line]));
        shown.check_status(0).check_says("HTTP/1.1");
    }
}

#[track_caller]
fn check_exit(script: &str, ran: &Finished, status: i32) {
    assert_eq!(ran.status, Some(status), "{}\nof:\n{script}", ran.output());
}

#[test]
fn a_race_is_no_script_s_to_decide() {
    let user = User::new();
    let broken = Served::with_fault("xray.PutResourcePolicy.limit.race");
    let options = ["--endpoint-url", &broken.url, "--rule", "xray.concurrency.*"];
    let (_, report) = run_with_report(&user, &options);
    let report = report.expect("there is a report");
    let rules = report["rules"].as_array().expect("a report has rules");
    let violations = rules.iter().filter_map(|rule| rule["violations"].as_array()).flatten();
    let mut tried = 0;
    for violation in violations {
        let script = violation["script"].as_str().expect("there is a script");
        let file = user.file("race.sh", script);
        let ran = finish(user.command("/bin/sh", &[&file]).env("ENDPOINT", &broken.url));
        check_exit(script, &ran, 2);
        tried += 1;
    }
    assert!(tried > 0, "the race is not found");
}
