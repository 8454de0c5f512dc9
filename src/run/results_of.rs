//! Results from what was tried.

use crate::judge::finding::Verdict;
use crate::judge::{MonitorLog, RuleProgress};
use crate::results::{Observation, RuleResult};
use crate::rules::Rule;

/// The result of a rule by its cases.
pub(super) fn cases(rule: &'static Rule, progress: RuleProgress) -> RuleResult {
    let (verdict, reason) = progress.verdict(rule);
    let observation = |(partition, outcome)| Observation { rule: rule.id.clone(), partition, outcome };
    RuleResult {
        cases: progress.cases,
        requests: progress.requests,
        reason,
        findings: progress.findings,
        outcomes: progress.outcomes,
        observations: progress.observations.into_iter().map(observation).collect(),
        ..RuleResult::new(rule, verdict)
    }
}

/// The result of a monitor.
pub(super) fn monitor(rule: &'static Rule, monitors: &MonitorLog) -> RuleResult {
    let (verdict, reason, cases, findings) = monitors.verdict(rule);
    RuleResult { cases, reason, findings, ..RuleResult::new(rule, verdict) }
}

/// The result of a rule that was not tried.
pub(super) fn none(rule: &'static Rule, verdict: Verdict, reason: &str) -> RuleResult {
    RuleResult { reason: Some(reason.to_owned()), ..RuleResult::new(rule, verdict) }
}
