//! Judging a recorded run again.

use super::results_of;
use crate::exchange::Recorded;
use crate::judge::{Attempts, MonitorLog, RuleProgress, suspects};
use crate::results::{Record, RuleResult};
use crate::rules::{Refusals, Rule, Trial};
use aws_conformance_generators::plan::Service;
use std::collections::BTreeMap;

/// Judges what was recorded again by these rules, in the order of a run's results.
pub fn judge_again(rules: &[&'static Rule], records: &[Record]) -> Vec<RuleResult> {
    let mut all: BTreeMap<&str, RuleProgress> = BTreeMap::new();
    let mut not_tried: BTreeMap<&str, RuleResult> = BTreeMap::new();
    let mut recorded: BTreeMap<(&str, usize), &Recorded> = BTreeMap::new();
    let mut monitors = MonitorLog::new(rules);
    let find = |id: &str| rules.iter().copied().find(|rule| rule.id == id);
    for record in records {
        match record {
            Record::Attempt { rule, number, recorded: attempt } => {
                monitors.look(attempt);
                all.entry(rule).or_default().requests += attempt.requests();
                recorded.insert((rule, *number), attempt);
            }
            Record::Case { rule, attempts } => {
                let Some(known) = find(rule) else { continue };
                let mut verdict = attempts_of(known, attempts, &recorded).conclude();
                verdict.server_errors.drain(..).for_each(|finding| monitors.server_error(finding));
                all.entry(rule).or_default().note(verdict);
            }
            Record::Refusals { rule, attempts, calls } => {
                let Some(known) = find(rule) else { continue };
                let attempts = attempts_of(known, attempts, &recorded);
                let suspects = suspects(&attempts);
                let refusals = suspects.iter().filter_map(|label| Refusals::number(label)).count();
                all.entry(rule)
                    .or_default()
                    .refused(calls.saturating_sub(refusals) as u64, attempts.outcomes());
            }
            Record::Inconclusive { rule, reason } => {
                all.entry(rule).or_default().inconclusive(reason.clone());
            }
            Record::Cut { rule, reason } => all.entry(rule).or_default().cut = Some(reason.clone()),
            Record::NotTried { rule, verdict, reason } => {
                let Some(known) = find(rule) else { continue };
                not_tried.insert(rule, results_of::none(known, *verdict, reason));
            }
        }
    }
    let result = |rule: &'static Rule| {
        let id = rule.id.as_str();
        match (not_tried.remove(id), &rule.trial) {
            (Some(none), _) => none,
            (None, Trial::Monitor(_)) => results_of::monitor(rule, &monitors),
            (None, Trial::Cases { .. }) => results_of::cases(rule, all.remove(id).unwrap_or_default()),
        }
    };
    let of = |service: Service| rules.iter().copied().filter(move |rule| rule.service == service);
    Service::ALL.into_iter().flat_map(of).map(result).collect()
}

fn attempts_of<'r>(
    rule: &'r Rule,
    numbers: &[usize],
    recorded: &BTreeMap<(&str, usize), &Recorded>,
) -> Attempts<'r> {
    let mut attempts = Attempts::new(rule).keeping_whole(true);
    for number in numbers {
        if let Some(attempt) = recorded.get(&(rule.id.as_str(), *number)) {
            attempts.push(*number, (*attempt).clone());
        }
    }
    attempts
}
