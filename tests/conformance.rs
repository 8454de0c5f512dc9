//! The rules, tried against the embedded reference in process: it conforms to every one of them.
//!
//! With `AWS_CONFORMANCE_ENDPOINT_URL` set, the same cases are tried against that endpoint instead,
//! one after the other. It has to be on this machine; others are tested by the program itself.

use aws_conformance::exchange::{Trace, describe};
use aws_conformance::execute::Budget;
use aws_conformance::execute::ledger::Ledger;
use aws_conformance::execute::target::{Location, Target};
use aws_conformance::judge::finding::Verdict;
use aws_conformance::results::RuleResult;
use aws_conformance::rules::{Rule, catalogue, with_observed_rules};
use aws_conformance::run::{self, RunOptions};
use aws_conformance::service::Capability;
use aws_conformance_generators::plan::Service;
use aws_conformance_reference::{Config, Reference};
use rstest::rstest;
use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Names the groups of rules, and makes a test of each.
macro_rules! groups {
    ($($name:ident: $prefix:literal,)*) => {
        /// What the ids of each group's rules begin with.
        const GROUPS: &[&str] = &[$($prefix),*];

        #[rstest]
        $(#[case::$name($prefix)])*
        fn conforms(#[case] prefix: &str) {
            check_group(prefix);
        }
    };
}

groups! {
    xray_put_resource_policy: "xray.PutResourcePolicy.",
    xray_list_resource_policies: "xray.ListResourcePolicies.",
    xray_delete_resource_policy: "xray.DeleteResourcePolicy.",
    xray_lifecycle: "xray.lifecycle.",
    xray_concurrency: "xray.concurrency.",
    xray_wire: "xray.wire.",
    xray_monitor: "xray.monitor.",
    rekognition_put_project_policy: "rekognition.PutProjectPolicy.",
    rekognition_list_project_policies: "rekognition.ListProjectPolicies.",
    rekognition_delete_project_policy: "rekognition.DeleteProjectPolicy.",
    rekognition_copy_project_version: "rekognition.CopyProjectVersion.",
    rekognition_create_project: "rekognition.CreateProject.",
    rekognition_describe_projects: "rekognition.DescribeProjects.",
    rekognition_delete_project: "rekognition.DeleteProject.",
    rekognition_lifecycle: "rekognition.lifecycle.",
    rekognition_concurrency: "rekognition.concurrency.",
    rekognition_wire: "rekognition.wire.",
    rekognition_monitor: "rekognition.monitor.",
}

#[test]
fn no_rule_is_forgotten() {
    let groups_of = |rule: &Rule| GROUPS.iter().filter(|prefix| rule.id.starts_with(**prefix)).count();
    let strays: Vec<&str> =
        catalogue().iter().filter(|rule| groups_of(rule) != 1).map(|rule| rule.id.as_str()).collect();
    assert!(strays.is_empty(), "these rules belong to no group above: {strays:#?}");
}

/// ARNs name the partition of the region, in requests too: here those of another one are refused.
#[rstest]
fn conforms_in_other_partitions(
    #[values("cn-northwest-1", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1")] region: &str,
) {
    let rules: Vec<&'static Rule> = catalogue().iter().collect();
    let config = Config::default().with_variant("document.foreign-partition-refused");
    let options = RunOptions { cases: 4, ..RunOptions::default() };
    let results = tried(&rules, embedded(config, region), &options);
    let unsatisfied: Vec<&RuleResult> = results.iter().filter(|result| !is_satisfied(result)).collect();
    assert!(unsatisfied.is_empty(), "{}", format_failures(&unsatisfied));
}

fn check_group(prefix: &str) {
    let group: Vec<&'static Rule> = catalogue().iter().filter(|rule| rule.id.starts_with(prefix)).collect();
    assert!(!group.is_empty(), "no rule's id begins with {prefix}");
    let results = results(&group);
    let unsatisfied: Vec<&RuleResult> =
        results.iter().filter(|result| result.rule.id.starts_with(prefix) && !is_satisfied(result)).collect();
    assert!(unsatisfied.is_empty(), "{}", format_failures(&unsatisfied));
}

/// Tries rules. Monitors look at what the others exchange, so they are tried with all of them.
fn results(group: &[&'static Rule]) -> Vec<RuleResult> {
    // Cases that run at the same time would take each other's room on one endpoint.
    static ENDPOINT: Mutex<()> = Mutex::new(());
    let rules = with_observed_rules(group);
    let mut target = embedded(Config::default(), "us-east-1");
    let alone = endpoint().map(|url| {
        target.location =
            Location::Network(Service::ALL.into_iter().map(|service| (service, url.clone())).collect());
        target.capabilities.clear();
        ENDPOINT.lock().unwrap_or_else(PoisonError::into_inner)
    });
    let results = tried(&rules, target, &RunOptions::default());
    drop(alone);
    results
}

/// The embedded reference, which verifies signatures.
fn embedded(config: Config, region: &str) -> Target {
    let reference = Reference::new(config.with_verified_signatures(true)).expect("the names are its own");
    let mut target = Target::reference(Arc::new(reference));
    region.clone_into(&mut target.region);
    target.capabilities.insert(Capability::VerifiesSignatures);
    target
}

fn tried(rules: &[&'static Rule], target: Target, options: &RunOptions) -> Vec<RuleResult> {
    let journals = Path::new(env!("CARGO_TARGET_TMPDIR")).join("journals");
    let ledger = Ledger::open(&target, Some(&journals)).expect("the journal can be written");
    let (ledger, budget) = (Arc::new(ledger), Arc::new(Budget::new(None, None)));
    let results = run::run(&target, rules, options, &budget, &ledger, &|_| {});
    let results = results.expect("the run goes on to its end");
    assert!(results.failures.is_empty(), "{:#?}", results.failures);
    if let Ok(ledger) = Arc::try_unwrap(ledger) {
        ledger.close();
    }
    results.rules
}

/// The endpoint that the environment names instead of the embedded reference.
fn endpoint() -> Option<String> {
    let url = std::env::var("AWS_CONFORMANCE_ENDPOINT_URL").ok().filter(|url| !url.is_empty())?;
    let host =
        url.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_default();
    let host = host.trim_matches(['[', ']']);
    let loopback =
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|host| host.is_loopback());
    assert!(loopback, "AWS_CONFORMANCE_ENDPOINT_URL names {url}, which is not on this machine");
    Some(url.trim_end_matches('/').to_owned())
}

/// The reference leaves nothing open; of another endpoint nobody knows what it implements.
fn is_satisfied(result: &RuleResult) -> bool {
    match result.verdict {
        Verdict::Conforms | Verdict::Observed => true,
        Verdict::NotApplicable | Verdict::NotRun => endpoint().is_some(),
        Verdict::Violates | Verdict::Waived | Verdict::Inconclusive => false,
    }
}

/// What went wrong, for whoever reads the test's output.
fn format_failures(results: &[&RuleResult]) -> String {
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("a text can be written to");
    for result in results {
        let reason = result.reason.as_deref().unwrap_or_default();
        line(format!("\n{}: {} {reason}", result.rule.id, result.verdict.as_str()));
        line(format!("  {}: {}", result.rule.clause().source.title, result.rule.clause()));
        for finding in &result.findings {
            let violation = &finding.violation;
            line(format!(
                "  {} ({}, {}) in {:?}",
                violation.class, violation.level, finding.reproduced, finding.case.partition
            ));
            line(format!("    expected {}", violation.expected));
            line(format!("    observed {}", violation.observed));
            for exchange in finding.evidence.iter().flat_map(Trace::exchanges) {
                line(format!("    {}", describe(exchange)));
            }
        }
    }
    text
}
