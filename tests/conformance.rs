//! The rules, each a test of its own, named by its id: the embedded reference conforms to every one.
//!
//! With `AWS_CONFORMANCE_ENDPOINT_URL` set, the same cases are tried against that endpoint instead,
//! one test after the other. It has to be on this machine; others are tested by the program itself.

#[path = "support/target.rs"]
mod target;

use aws_conformance::embedded;
use aws_conformance::exchange::{Trace, describe};
use aws_conformance::execute::Budget;
use aws_conformance::execute::ledger::Ledger;
use aws_conformance::execute::target::{Location, Target};
use aws_conformance::judge::finding::Verdict;
use aws_conformance::results::RuleResult;
use aws_conformance::rules::{Rule, catalogue, with_observed_rules};
use aws_conformance::run::{self, RunOptions};
use aws_conformance::service::{Capability, spare_regions};
use aws_conformance_generators::plan::Service;
use aws_conformance_reference::{Config, Reference};
use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use target::Endpoint;

/// ARNs name the partition of the region, in requests too: where those of another one are refused,
/// every rule has to know which is its own.
const REGIONS: [&str; 4] = ["cn-northwest-1", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1"];

fn main() -> ExitCode {
    let mut trials: Vec<Trial> =
        catalogue().iter().map(|rule| Trial::test(rule.id.as_str(), || check(rule))).collect();
    if target::url().is_none() {
        let regions = REGIONS.into_iter();
        trials.extend(
            regions.map(|region| Trial::test(format!("region.{region}"), move || check_region(region))),
        );
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Tries one rule. A monitor looks at what others exchange, so it is tried with all of them.
fn check(rule: &'static Rule) -> Result<(), Failed> {
    let endpoint = Endpoint::wait();
    let mut target = embedded(Config::default(), "us-east-1");
    if let Some(Endpoint { url, .. }) = &endpoint {
        let urls = Service::ALL.into_iter().map(|service| (service, url.clone()));
        target.location = Location::Network(urls.collect());
        target.capabilities.clear();
    }
    let rules = with_observed_rules(&[rule]);
    // The most telling cases of all the others are enough to look at.
    let options = RunOptions { telling_only: rules.len() > 1, ..RunOptions::default() };
    let results = tried(&rules, target, &options)?;
    let own = results.into_iter().filter(|result| result.rule.id == rule.id).collect();
    // Of another endpoint nobody knows what it implements.
    satisfied(own, endpoint.is_some())
}

fn check_region(region: &str) -> Result<(), Failed> {
    let rules: Vec<&'static Rule> = catalogue().iter().collect();
    let config = Config::default().with_variant("document.foreign-partition-refused");
    let options = RunOptions { cases: 4, ..RunOptions::default() };
    let mut results = tried(&rules, embedded(config, region), &options)?;
    // What is about another region of the AWS partition needs one.
    if spare_regions(region).next().is_none() {
        results
            .retain(|result| result.verdict != Verdict::NotApplicable || !result.rule.id.contains("region"));
    }
    satisfied(results, false)
}

/// The embedded reference, which verifies signatures.
fn embedded(config: Config, region: &str) -> Target {
    let reference = Reference::new(config.with_verified_signatures(true)).expect("the names are its own");
    let mut target = embedded::target(reference);
    region.clone_into(&mut target.region);
    target.capabilities.insert(Capability::VerifiesSignatures);
    target
}

fn tried(rules: &[&'static Rule], target: Target, options: &RunOptions) -> Result<Vec<RuleResult>, Failed> {
    let journals = Path::new(env!("CARGO_TARGET_TMPDIR")).join("journals");
    let ledger = Arc::new(Ledger::open(&target, Some(&journals))?);
    let budget = Arc::new(Budget::new(None, None));
    let results = run::run(&target, rules, options, &budget, &ledger, &|_| {})?;
    if !results.failures.is_empty() {
        return Err(format!("{:#?}", results.failures).into());
    }
    if let Ok(ledger) = Arc::try_unwrap(ledger) {
        ledger.close();
    }
    Ok(results.rules)
}

/// Whether all of these could be judged, where they have to be, and conform.
fn satisfied(results: Vec<RuleResult>, may_be_unjudged: bool) -> Result<(), Failed> {
    let is_satisfied = |result: &&RuleResult| match result.verdict {
        Verdict::Conforms | Verdict::Observed => true,
        Verdict::NotApplicable | Verdict::NotRun => may_be_unjudged,
        Verdict::Violates | Verdict::Waived | Verdict::Inconclusive => false,
    };
    if results.is_empty() {
        return Err("the rule was not tried".into());
    }
    let others: Vec<&RuleResult> = results.iter().filter(|result| !is_satisfied(result)).collect();
    if others.is_empty() { Ok(()) } else { Err(format_failures(&others).into()) }
}

/// What went wrong, for whoever reads the test's output.
fn format_failures(results: &[&RuleResult]) -> String {
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("a String takes all");
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
