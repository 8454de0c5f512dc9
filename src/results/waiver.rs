//! Waivers: violations that somebody owns, so that a run fails over the others alone.

use super::model::{Results, RuleResult};
use crate::judge::finding::{Finding, Verdict};
use crate::rules::catalogue;
use crate::rules::expectation::Level;
use globset::Glob;
use serde::Serialize;

/// A violation that somebody owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiver {
    /// The rule's id, or a glob over ids.
    pub rule: String,
    /// The class of violation. A rule that fails differently is not covered.
    pub class: String,
    /// Why it is accepted for now.
    pub reason: String,
    /// Who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Where more is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The last day on which it holds, as `2026-12-31`; none: it holds until it is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// What a run says of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverState {
    /// It covers a violation of this run.
    Covers,
    /// Every rule that it names was judged, and none shows its class of violation.
    UnexpectedPass,
    /// Its last day is over. It covers nothing.
    Expired,
    /// It names no rule of the catalogue.
    MatchesNothing,
    /// Not all of its rules were selected and judged, and those that were do not show its class.
    NotJudged,
}

impl WaiverState {
    /// Whether it fails the run.
    pub fn fails(self) -> bool {
        matches!(self, Self::UnexpectedPass | Self::Expired | Self::MatchesNothing)
    }
}

/// A waiver with what the run says of it.
#[derive(Clone, Debug, Serialize)]
pub struct WaiverOutcome {
    /// The waiver.
    #[serde(flatten)]
    pub waiver: Waiver,
    /// What the run says of it.
    pub state: WaiverState,
}

impl Waiver {
    /// Whether it names a rule, by its id.
    pub fn names(&self, rule: &str) -> bool {
        Glob::new(&self.rule).is_ok_and(|glob| glob.compile_matcher().is_match(rule))
    }

    /// Whether it is over on a day, as `2026-12-31`.
    fn is_expired(&self, today: &str) -> bool {
        self.expires.as_deref().is_some_and(|last| last < today)
    }

    fn is_about(&self, finding: &Finding) -> bool {
        self.class == finding.violation.class.to_string()
    }

    fn state(&self, results: &Results, today: &str) -> WaiverState {
        if self.is_expired(today) {
            return WaiverState::Expired;
        }
        let named: Vec<&str> =
            catalogue().iter().map(|rule| rule.id.as_str()).filter(|rule| self.names(rule)).collect();
        if named.is_empty() {
            return WaiverState::MatchesNothing;
        }
        let found: Vec<&RuleResult> =
            results.rules.iter().filter(|result| named.contains(&result.rule.id.as_str())).collect();
        if found.iter().any(|result| binding(result).any(|finding| self.is_about(finding))) {
            return WaiverState::Covers;
        }
        let is_open =
            |result: &&RuleResult| matches!(result.verdict, Verdict::Inconclusive | Verdict::NotRun);
        let is_judged = |result: &&RuleResult| {
            matches!(result.verdict, Verdict::Conforms | Verdict::Violates | Verdict::Waived)
        };
        let is_told = found.len() == named.len() && !found.iter().any(is_open);
        match is_told && found.iter().any(is_judged) {
            true => WaiverState::UnexpectedPass,
            false => WaiverState::NotJudged,
        }
    }
}

/// The findings of a rule that are more than observations.
fn binding(result: &RuleResult) -> impl Iterator<Item = &Finding> {
    result.findings.iter().filter(|finding| finding.violation.level > Level::Observe)
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
        let state =
            |waiver: &Waiver| WaiverOutcome { waiver: waiver.clone(), state: waiver.state(self, today) };
        self.waivers = waivers.iter().map(state).collect();
        for result in &mut self.rules {
            let holds = |waiver: &&Waiver| !waiver.is_expired(today) && waiver.names(&result.rule.id);
            result.waivers = waivers.iter().filter(holds).cloned().collect();
            if matches!(result.verdict, Verdict::Violates | Verdict::Waived) {
                let is_covered = binding(result).all(|finding| result.waiver_of(finding).is_some());
                result.verdict = if is_covered { Verdict::Waived } else { Verdict::Violates };
            }
        }
    }

    /// Every finding that no waiver covers, with its rule's result, in order.
    pub fn open_findings(&self) -> impl Iterator<Item = (&RuleResult, &Finding)> {
        self.findings().filter(|(result, finding)| result.waiver_of(finding).is_none())
    }
}
