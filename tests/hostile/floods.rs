//! Endpoints that answer in the protocol's way, and far too much of it: what is kept is bounded.

use super::double::{Broken, Double};
use super::run;
use crate::support::program::User;
use rstest::rstest;

/// Every rule is broken at length; a report shows the beginnings, and how much is missing.
#[test]
fn refusals_of_half_a_megabyte_to_everything() {
    const LENGTH: usize = 500_000;
    let double = Double::new(Broken::RefusesAtLength(LENGTH));
    let options =
        ["--endpoint-url", &double.url, "--rule", "xray.PutResourcePolicy.PolicyName.*", "--cases", "1"];
    let run = run(&User::new(), &options, &[]);
    run.finished.check_status(1).check_says("bytes more)");
    assert!(run.count("violates") > 4, "{}", run.finished.stdout);
    assert!(run.finished.stdout.len() < 1 << 20, "{} bytes", run.finished.stdout.len());
}

#[test]
fn refusals_longer_than_the_limit_are_no_answers() {
    let double = Double::new(Broken::RefusesAtLength(8 << 20));
    let run = run(&User::new(), &["--endpoint-url", &double.url], &[]);
    run.finished.check_status(3).check_says("HTTP 400 with a body of more than 524288 bytes");
    assert_eq!((run.count("conforms"), run.count("violates")), (0, 0));
}

/// Each code would be a class of violation of its own, with its own evidence.
#[test]
fn another_error_code_for_every_request() {
    let double = Double::new(Broken::MakesCodesUp(100_000));
    let options = ["--endpoint-url", &double.url, "--service", "xray", "--cases", "1"];
    let run = run(&User::new(), &options, &[]);
    run.finished.check_status(1);
    assert!(run.finished.stdout.len() < 1 << 20, "{} bytes", run.finished.stdout.len());
}

/// Every read would take thousands of requests.
#[rstest]
#[case::nothing_new(false)]
#[case::something_new(true)]
fn listings_without_end(#[case] new: bool) {
    let double = Double::new(Broken::PagesWithoutEnd(new));
    let options =
        ["--endpoint-url", &double.url, "--rule", "xray.*ResourcePolicy.PolicyName.*", "--cases", "1"];
    let run = run(&User::new(), &options, &[]);
    assert!(matches!(run.finished.status, Some(0 | 1 | 4)), "{}", run.finished.output());
    assert!(double.requests() < 40_000, "{} requests", double.requests());
}

/// Each project that is made would stay, and every listing would be longer than the one before.
#[test]
fn projects_under_the_names_of_others() {
    const ARN: &str = "arn:aws:rekognition:us-east-1:000000000000:project/x'$(touch pwned)\u{1b}[2J\n/1";
    let double = Double::new(Broken::Misnames(ARN));
    let user = User::new();
    let options = [
        "--endpoint-url",
        &double.url,
        "--rule",
        "rekognition.PutProjectPolicy.PolicyName.*",
        "--cases",
        "1",
    ];
    let run = run(&user, &options, &[]);
    run.finished.check_says("aws-conformance sweep");
    let output = run.finished.output();
    assert!(!output.contains("\u{1b}[2J"), "{output}");
    assert!(!user.home().join("pwned").exists());
    assert!(run.count("conforms") < 5, "{output}");
}
