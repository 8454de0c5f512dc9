//! Recordings: every attempt of a run, and judging them again.

use super::results_of;
use crate::judge::{Attempts, MonitorLog, RuleProgress, suspects};
use crate::results::{CaseRecord, RecordKind, RuleResult};
use crate::rules::{Rule, Trial};
use std::collections::BTreeMap;

/// Judges recorded attempts again by these rules. What was never tried has no result.
pub fn judge_again(rules: &[&'static Rule], records: &[CaseRecord]) -> Vec<RuleResult> {
    let mut all: BTreeMap<&str, RuleProgress> = BTreeMap::new();
    let mut monitors = MonitorLog::new(rules);
    for record in records {
        record.attempts.iter().for_each(|recorded| monitors.look(recorded));
        let Some(rule) = rules.iter().find(|rule| rule.id == record.rule) else { continue };
        let progress = all.entry(&rule.id).or_default();
        let attempts = Attempts::of(rule, record.attempts.iter().cloned());
        match record.kind {
            RecordKind::Case => {
                let mut verdict = attempts.conclude();
                verdict.server_errors.drain(..).for_each(|finding| monitors.server_error(finding));
                progress.note(verdict);
            }
            RecordKind::Refusals(calls) => {
                let refusals = suspects(&attempts).iter().filter(|label| label.starts_with('r')).count();
                progress.conforms(calls.saturating_sub(refusals) as u64);
            }
            RecordKind::Shrinking => {}
        }
    }
    let mut results = Vec::new();
    for rule in rules {
        match (&rule.trial, all.remove(rule.id.as_str())) {
            (Trial::Monitor(_), _) => results.push(results_of::monitor(rule, &monitors)),
            (_, Some(progress)) => results.push(results_of::cases(rule, progress)),
            (_, None) => {}
        }
    }
    results
}
