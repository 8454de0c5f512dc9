//! Signatures: judged where the target claims to verify them.

use super::double::{Broken, Double};
use super::run;
use crate::support::program::User;
use aws_conformance_reference::Config;

/// The rules of those who verify them. The other asks for no more than an answer.
const RULES: [&str; 6] =
    ["--rule", "*.wire.signature.*", "--exclude", "*.wire.signature.answered", "--cases", "1"];

fn verdicts(run: &super::Run) -> Vec<String> {
    let rules = run.report["rules"].as_array().expect("a report has rules");
    rules.iter().map(|rule| rule["verdict"].as_str().expect("a rule has a verdict").to_owned()).collect()
}

#[test]
fn an_endpoint_that_verifies_signatures_conforms() {
    let double = Double::with(Broken::Not, Config::default().with_verified_signatures(true), None);
    let mut options = vec!["--endpoint-url", &double.url, "--verify-signatures"];
    options.extend(RULES);
    let run = run(&User::new(), &options, &[]);
    run.finished.check_status(0);
    assert_eq!(verdicts(&run), ["conforms"; 10]);
}

#[test]
fn one_that_claims_to_and_does_not_violates_every_rule() {
    let double = Double::new(Broken::Not);
    let mut options = vec!["--endpoint-url", &double.url, "--verify-signatures"];
    options.extend(RULES);
    let run = run(&User::new(), &options, &[]);
    run.finished.check_status(1);
    assert_eq!(verdicts(&run), ["violates"; 10]);
    assert!(run.must_violations().iter().any(|one| one.contains("accepted")), "{:?}", run.must_violations());
}

#[test]
fn nothing_is_said_of_one_that_does_not_claim_to() {
    let double = Double::new(Broken::Not);
    let mut options = vec!["--endpoint-url", &double.url];
    options.extend(RULES);
    let run = run(&User::new(), &options, &[]);
    run.finished.check_status(4);
    assert_eq!(verdicts(&run), ["not-applicable"; 10]);
    run.finished.check_says("does not claim that it verifies signatures (--verify-signatures)");
}

/// The secret is the environment's, on both sides.
#[test]
fn well_signed_requests_are_taken() {
    let config = Config::default()
        .with_verified_signatures(true)
        .with_credentials("AKIACONFORMANCE", "a/secret+with/signs=");
    let double = Double::with(Broken::Not, config, None);
    let options = ["--endpoint-url", &double.url, "--verify-signatures", "--service", "xray", "--cases", "1"];
    let keys = [("AWS_ACCESS_KEY_ID", "AKIACONFORMANCE"), ("AWS_SECRET_ACCESS_KEY", "a/secret+with/signs=")];
    let run = run(&User::new(), &options, &keys);
    assert_eq!(run.must_violations(), Vec::<String>::new());
    run.finished.check_status(0);
}
