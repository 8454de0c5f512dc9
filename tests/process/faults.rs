//! An endpoint with one fault: the run fails, names the rule that the fault breaks, and prints
//! scripts that show the fault to anybody with a shell.

use super::{check_schema, rules_that, run_with_report};
use crate::support::program::{Finished, Served, User, finish};
use crate::support::python;
use rstest::rstest;
use serde_json::Value;

/// One fault and what has to be said of it.
struct Seen<'a> {
    fault: &'a str,
    /// The rule that it breaks.
    rule: &'a str,
    /// What the judged call shows on the faulty endpoint.
    faulty: &'a str,
    /// What it shows on one without the fault.
    documented: &'a str,
}

#[rstest]
#[case::constraint(
    "xray.PutResourcePolicy.PolicyName.length-max.loose",
    "xray.PutResourcePolicy.PolicyName.length-max",
    "200",
    "InvalidRequestException"
)]
#[case::stale_revision(
    "xray.PutResourcePolicy.revision.any-issued",
    "xray.PutResourcePolicy.PolicyRevisionId.stale",
    "200",
    "InvalidPolicyRevisionIdException"
)]
#[case::limit(
    "xray.PutResourcePolicy.limit.missing",
    "xray.PutResourcePolicy.PolicyName.count-max",
    "200",
    "PolicyCountLimitExceededException"
)]
#[case::status(
    "xray.PutResourcePolicy.MalformedPolicyDocumentException.wrong-status",
    "xray.monitor.error-status",
    "422",
    "400"
)]
#[case::wire("xray.wire.method.server-error", "xray.wire.method.wrong", "500", "405")]
#[case::delete(
    "xray.DeleteResourcePolicy.revision.ignored",
    "xray.DeleteResourcePolicy.PolicyRevisionId.stale",
    "200",
    "InvalidPolicyRevisionIdException"
)]
#[case::pattern(
    "rekognition.PutProjectPolicy.PolicyName.pattern.dropped",
    "rekognition.PutProjectPolicy.PolicyName.pattern",
    "200",
    "ValidationException"
)]
#[case::old_revision(
    "rekognition.PutProjectPolicy.revision.any-issued",
    "rekognition.PutProjectPolicy.PolicyRevisionId.stale",
    "200",
    "InvalidPolicyRevisionIdException"
)]
#[case::code(
    "rekognition.PutProjectPolicy.MalformedPolicyDocumentException.wrong-code",
    "rekognition.PutProjectPolicy.PolicyDocument.not-json",
    "InvalidPolicyRevisionIdException",
    "MalformedPolicyDocumentException"
)]
#[case::not_found(
    "rekognition.ListProjectPolicies.ResourceNotFoundException.wrong-status",
    "rekognition.monitor.error-status",
    "404",
    "400"
)]
fn a_fault_is_named_and_shown(
    #[case] fault: &str,
    #[case] rule: &str,
    #[case] faulty: &str,
    #[case] documented: &str,
) {
    check_fault(&Seen { fault, rule, faulty, documented });
}

#[track_caller]
fn check_fault(seen: &Seen<'_>) {
    let user = User::new();
    let (broken, good) = (Served::with_fault(seen.fault), Served::start());
    let service = seen.fault.split('.').next().expect("a fault's name begins with its service");
    // The boundary cases find each of these faults; of the random ones a few are enough.
    let options = ["--endpoint-url", &broken.url, "--service", service, "--cases", "4"];
    let (finished, report) = run_with_report(&user, &options);
    finished.check_status(1).check_says(seen.rule.trim_end_matches('*'));
    let report = report.expect("there is a report");
    check_schema(&report);
    let glob = globset::Glob::new(seen.rule).expect("it is a glob").compile_matcher();
    let violated = rules_that(&report, "violates");
    assert!(violated.iter().any(|id| glob.is_match(id)), "{} is found by {violated:#?}", seen.fault);

    let rules = report["rules"].as_array().expect("a report has rules");
    let rule = rules.iter().find(|rule| {
        rule["verdict"] == "violates" && rule["id"].as_str().is_some_and(|id| glob.is_match(id))
    });
    let violation = &rule.expect("one was found")["violations"][0];
    let script = violation["script"].as_str().expect("there is a script");
    let run = |script: &str, served: &Served| {
        let file = user.file("script.sh", script);
        finish(user.command("/bin/sh", &[&file]).env("ENDPOINT_URL", &served.url).env("PATH", python::path()))
    };
    check_shown(script, &run(script, &broken), seen.faulty);
    check_shown(script, &run(script, &good), seen.documented);
    match &violation["aws_cli"] {
        Value::String(script) => {
            // Where the AWS CLI succeeds, it shows no status.
            let shown = run(script, &broken);
            if seen.faulty == "200" {
                assert!(!judged(&shown).contains("An error occurred"), "{script}\n{}", shown.output());
            } else if seen.faulty.parse::<u16>().is_err() {
                check_shown(script, &shown, seen.faulty);
            }
            if seen.documented.parse::<u16>().is_err() {
                check_shown(script, &run(script, &good), seen.documented);
            }
        }
        _ => assert!(violation["aws_cli_reason"].is_string(), "{violation:#}"),
    }
}

/// Checks that a script runs to its end and that the judged call shows this.
#[track_caller]
fn check_shown(script: &str, shown: &Finished, words: &str) {
    shown.check_status(0);
    assert!(judged(shown).contains(words), "no {words} in:\n{}\nof:\n{script}", shown.output());
}

/// What a script shows of the judged call: what follows its heading, with all that was said of
/// errors.
fn judged(shown: &Finished) -> String {
    let (_, answer) = shown.stdout.split_once("--- the judged call").expect("the judged call has a heading");
    let (heading, answer) = answer.split_once('\n').expect("a heading is a line");
    assert!(heading.ends_with("---"), "{heading}");
    let answer = answer.split("\n--- ").next().unwrap_or(answer);
    format!("{answer}\n{}", shown.stderr)
}
