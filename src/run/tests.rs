//! Whole runs against the embedded reference.

use super::{RunOptions, run};
use crate::embedded;
use crate::execute::Budget;
use crate::execute::ledger::Ledger;
use crate::judge::finding::Verdict;
use crate::results::{Results, RuleResult, Shard, causes};
use crate::rules::{Rule, catalogue};
use aws_conformance_generators::plan::Service;
use aws_conformance_reference::{Config, Reference};
use proptest::prelude::*;
use rstest::rstest;
use std::sync::Arc;
use std::time::Duration;

/// Faults of every kind: of acceptance, of codes, of state, of limits, of races and of the wire.
const FAULTS: [&str; 7] = [
    "rekognition.PutProjectPolicy.PolicyName.length-max.loose",
    "rekognition.PutProjectPolicy.PolicyName.constraint.wrong-code",
    "rekognition.PutProjectPolicy.revision.any-issued",
    "rekognition.DeleteProject.does-nothing",
    "xray.PutResourcePolicy.MalformedPolicyDocumentException.but-done",
    "xray.PutResourcePolicy.PolicyName.constraint.server-error",
    "xray.PutResourcePolicy.InvalidRequestException.wrong-status",
];

/// So many requests are never sent; where there is a limit, cases go on side by side.
const PLENTY: u64 = 100_000;

fn tried(fault: Option<&str>, options: &RunOptions, chosen: &dyn Fn(&Rule) -> bool) -> Results {
    tried_within(None, fault, options, chosen)
}

fn tried_within(
    most: Option<u64>,
    fault: Option<&str>,
    options: &RunOptions,
    chosen: &dyn Fn(&Rule) -> bool,
) -> Results {
    let config = fault.into_iter().fold(Config::default(), Config::with_fault);
    let reference = Reference::new(config).unwrap_or_else(|error| panic!("{error}"));
    let mut target = embedded::target(reference);
    // What does not settle at once never does here.
    target.limits.settle = Duration::from_millis(200);
    let ledger = Arc::new(Ledger::open(&target, None).expect("without a journal nothing can fail"));
    let budget = Arc::new(Budget::new(most, None));
    let rules: Vec<&'static Rule> = catalogue().iter().filter(|rule| chosen(rule)).collect();
    run(&target, &rules, options, &budget, &ledger, &|_| ()).expect("the run can be made")
}

fn violated(results: &Results) -> Vec<&str> {
    let violated = results.rules.iter().filter(|result| result.verdict == Verdict::Violates);
    violated.map(|result| result.rule.id.as_str()).collect()
}

/// What a result says, without what differs from run to run.
fn essentials(results: &[RuleResult]) -> Vec<String> {
    let line = |result: &RuleResult| {
        // Which partitions failed before enough had depends on what was tried side by side.
        let findings = result.findings.iter().map(|finding| {
            let violation = &finding.violation;
            format!("{} {} {}", violation.class, violation.level, finding.reproduced)
        });
        let findings: Vec<String> = findings.collect();
        format!("{} {} {}", result.rule.id, result.verdict.as_str(), findings.join("; "))
    };
    results.iter().map(line).collect()
}

/// What is wrongly carried out is there when the refusals that go out with it are sent.
#[rstest]
fn what_another_rule_s_refusal_left_counts_against_nobody(
    #[values("lockout.missing", "MalformedPolicyDocumentException.but-done")] fault: &str,
    #[values(None, Some(Shard { number: 1, of: 2 }))] shard: Option<Shard>,
) {
    let options = RunOptions { shard, cases: 2, ..RunOptions::default() };
    let of_service = |rule: &Rule| rule.service == Service::Xray;
    let results = tried(Some(&format!("xray.PutResourcePolicy.{fault}")), &options, &of_service);
    let violated = violated(&results);
    assert!(!violated.is_empty() && violated.iter().all(|id| !id.contains("Revision")), "{violated:?}");
}

/// However many rules a defect violates, and in whatever ways.
#[rstest]
#[case("xray.ListResourcePolicies.empty")]
#[case("xray.ListResourcePolicies.ResourcePolicies.misspelt")]
#[case("xray.PutResourcePolicy.ResourcePolicy.missing")]
#[case("xray.PutResourcePolicy.ResourcePolicy.null")]
#[case("xray.wire.success.xml")]
#[case("rekognition.wire.error.status-200")]
fn a_defect_is_few_causes(#[case] fault: &str) {
    const MOST: usize = 5;
    let options = RunOptions { cases: 2, ..RunOptions::default() };
    let results = tried(Some(fault), &options, &|rule| fault.starts_with(rule.service.as_str()));
    let causes = causes(&results);
    let named: Vec<String> =
        causes.iter().map(|cause| format!("{} of {}", cause.findings.len(), cause.headline)).collect();
    assert!((1..=MOST).contains(&named.len()), "{named:#?}");
}

/// Where waits have been for nothing, a project that is there at once is seen all the same.
#[rstest]
fn a_removal_that_does_nothing_is_a_violation_in_any_number_of_lanes(#[values(1, 8)] jobs: usize) {
    let options = RunOptions { jobs, cases: 2, ..RunOptions::default() };
    let of_service = |rule: &Rule| rule.service == Service::Rekognition;
    let results = tried(Some("rekognition.DeleteProject.does-nothing"), &options, &of_service);
    let violated = violated(&results);
    assert!(violated.contains(&"rekognition.DeleteProject.ProjectArn.gone"), "{violated:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn verdicts_do_not_depend_on_the_number_of_lanes_or_what_goes_on_side_by_side(
        jobs in 1usize..=8,
        most in proptest::option::of(Just(PLENTY)),
        seed: u64,
        fault in proptest::option::of(proptest::sample::select(&FAULTS[..])),
    ) {
        let options = RunOptions { seed, jobs, cases: 2, ..RunOptions::default() };
        let service = fault.and_then(|fault| fault.split('.').next()).unwrap_or("rekognition");
        let of_service = |rule: &Rule| rule.service.as_str() == service;
        let wide = tried_within(most, fault, &options, &of_service);
        let narrow = tried(fault, &RunOptions { jobs: 1, ..options }, &of_service);
        prop_assert_eq!(essentials(&wide.rules), essentials(&narrow.rules));
    }
}
