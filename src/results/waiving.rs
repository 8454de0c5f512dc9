//! Waivers applied to results, so that a run fails over the other violations alone.

use super::model::{Results, RuleResult};
use super::waiver::{Waiver, WaiverOutcome, WaiverState};
use crate::judge::finding::{Finding, Verdict};
use crate::rules::{Rule, catalogue};
use globset::GlobMatcher;

/// What a run's results say of a waiver that names these rules.
fn state(waiver: &Waiver, names: &dyn Fn(&Rule) -> bool, results: &Results, today: &str) -> WaiverState {
    if waiver.is_expired(today) {
        return WaiverState::Expired;
    }
    let named = catalogue().iter().filter(|rule| names(rule)).count();
    if named == 0 {
        return WaiverState::MatchesNothing;
    }
    let found: Vec<&RuleResult> = results.rules.iter().filter(|result| names(result.rule)).collect();
    if found.iter().any(|result| result.binding().any(|finding| waiver.is_about(finding))) {
        return WaiverState::Covers;
    }
    let is_open = |result: &&RuleResult| matches!(result.verdict, Verdict::Inconclusive | Verdict::NotRun);
    let is_judged = |result: &&RuleResult| {
        matches!(result.verdict, Verdict::Conforms | Verdict::Violates | Verdict::Waived)
    };
    let is_told = found.len() == named && !found.iter().any(is_open);
    match is_told && found.iter().any(is_judged) {
        true => WaiverState::UnexpectedPass,
        false => WaiverState::NotJudged,
    }
}

impl RuleResult {
    /// The waiver that covers a finding.
    pub fn waiver_of(&self, finding: &Finding) -> Option<&Waiver> {
        self.waivers.iter().find(|waiver| waiver.is_about(finding))
    }
}

impl Results {
    /// Applies waivers as they hold on a day, as `2026-12-31`, in the place of those before.
    pub fn apply_waivers(&mut self, waivers: &[Waiver], today: &str) {
        let waivers = waivers.iter().map(|waiver| (waiver, waiver.matcher()));
        let waivers: Vec<(&Waiver, Option<GlobMatcher>)> = waivers.collect();
        let names = |matcher: &Option<GlobMatcher>, rule: &Rule| {
            matcher.as_ref().is_some_and(|matcher| matcher.is_match(&rule.id))
        };
        let outcome = |(waiver, matcher): &(&Waiver, Option<GlobMatcher>)| WaiverOutcome {
            waiver: (*waiver).clone(),
            state: state(waiver, &|rule| names(matcher, rule), self, today),
        };
        self.waivers = waivers.iter().map(outcome).collect();
        for result in &mut self.rules {
            let holding = waivers
                .iter()
                .filter(|(waiver, matcher)| !waiver.is_expired(today) && names(matcher, result.rule));
            result.waivers = holding.map(|(waiver, _)| (*waiver).clone()).collect();
            if matches!(result.verdict, Verdict::Violates | Verdict::Waived) {
                let is_covered = result.binding().all(|finding| result.waiver_of(finding).is_some());
                result.verdict = if is_covered { Verdict::Waived } else { Verdict::Violates };
            }
        }
    }

    /// Every finding that no waiver covers, with its rule's result, in order.
    pub fn open_findings(&self) -> impl Iterator<Item = (&RuleResult, &Finding)> {
        self.findings().filter(|(result, finding)| result.waiver_of(finding).is_none())
    }
}
