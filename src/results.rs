//! What a run came to: the runner fills it in, and reports read it.

use crate::judge::finding::{Finding, Verdict};
use crate::rules::Rule;
use crate::rules::expectation::Level;
use crate::run::CaseRecord;
use crate::run::survey::{Survey, SurveyError};
use serde::Serialize;
use std::time::Duration;

/// What a run came to.
#[derive(Debug)]
pub struct Results {
    /// A result for each selected rule, in the catalogue's order.
    pub rules: Vec<RuleResult>,
    /// What was learned of each service that could be judged.
    pub surveys: Vec<Survey>,
    /// Why the others could not.
    pub failures: Vec<SurveyError>,
    /// Requests sent, survey and clean-up included.
    pub requests: u64,
    /// How many requests it took until a rule first found something.
    pub first_finding: Option<u64>,
    /// How long it took.
    pub duration: Duration,
    /// Every attempt, where the run was recorded.
    pub records: Vec<CaseRecord>,
}

impl Results {
    /// Every finding that is more than an observation, with its rule's result, in order.
    pub fn findings(&self) -> impl Iterator<Item = (&RuleResult, &Finding)> {
        self.rules
            .iter()
            .flat_map(|result| result.findings.iter().map(move |finding| (result, finding)))
            .filter(|(_, finding)| finding.violation.level > Level::Observe)
    }
}

/// What a rule came to.
#[derive(Debug)]
pub struct RuleResult {
    /// The rule.
    pub rule: &'static Rule,
    /// The verdict.
    pub verdict: Verdict,
    /// Cases tried.
    pub cases: u64,
    /// Requests sent for it.
    pub requests: u64,
    /// Why it is inconclusive, not applicable or not run.
    pub reason: Option<String>,
    /// Its violations, one a class.
    pub findings: Vec<Finding>,
    /// What came back where nothing is promised: partition and outcome.
    pub observations: Vec<Observation>,
}

/// What came back where nothing is promised.
#[derive(Clone, Debug, Serialize)]
pub struct Observation {
    /// The rule.
    pub rule: String,
    /// The partition.
    pub partition: String,
    /// The outcome in words.
    pub outcome: String,
}
