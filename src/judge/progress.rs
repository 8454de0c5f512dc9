//! The verdict on a rule, from the verdicts on its cases.

use super::case::{CaseOutcome, CaseVerdict};
use super::finding::{Class, Finding, Verdict};
use crate::rules::Rule;
use crate::rules::expectation::Level;
use std::collections::{BTreeMap, BTreeSet};

/// The most partitions of a finding, and observations of a rule, that are kept.
const MOST_KEPT: usize = 256;

/// The most outcomes of an expectation that are kept: an endpoint may make up codes.
const MOST_OUTCOMES: usize = 16;

/// What the cases of one rule have shown so far.
#[derive(Debug, Default)]
pub struct RuleProgress {
    /// Cases tried.
    pub cases: u64,
    /// Requests sent for them.
    pub requests: u64,
    /// Its violations, one a class.
    pub findings: Vec<Finding>,
    /// What came back where nothing is promised: partition and outcome.
    pub observations: Vec<(String, String)>,
    /// What came back in cases that conform, by the name of the expectation.
    pub outcomes: BTreeMap<String, BTreeSet<String>>,
    /// What was used up before the most telling cases were all tried.
    pub cut: Option<String>,
    /// Cases in a row that violate the rule in no new way.
    pub repeated: u32,
    /// Cases in a row that were not applicable.
    pub out_of_reach: u32,
    /// Cases that stayed without a response.
    pub unanswered: u32,
    conforming: u64,
    /// Whether a refusal was judged, and whether one was not applicable.
    refusal_judged: bool,
    refusal_not_applicable: bool,
    inconclusive: Option<String>,
    not_applicable: Option<String>,
    cases_not_applicable: u64,
}

impl RuleProgress {
    /// The classes of failure that are known.
    pub fn known(&self) -> Vec<Class> {
        self.findings.iter().map(|finding| finding.violation.class.clone()).collect()
    }

    /// Cases that conform.
    pub fn conforming(&self) -> u64 {
        self.conforming
    }

    /// Notes calls that were refused as they should, with what came back.
    pub fn refused(&mut self, calls: u64, outcomes: Vec<(String, String)>) {
        self.refusal_judged |= calls > 0;
        self.conforms(calls, outcomes);
    }

    fn conforms(&mut self, cases: u64, outcomes: Vec<(String, String)>) {
        for (expectation, outcome) in outcomes {
            let seen = self.outcomes.entry(expectation).or_default();
            if seen.len() < MOST_OUTCOMES {
                seen.insert(outcome);
            }
        }
        self.cases += cases;
        self.conforming += cases;
        (self.repeated, self.out_of_reach) = (0, 0);
    }

    /// Notes the verdict on a case.
    pub fn note(&mut self, verdict: CaseVerdict) {
        if let Some(observed) = verdict.observed
            && self.observations.len() < MOST_KEPT
        {
            self.observations.push((verdict.partition, observed));
        }
        match verdict.outcome {
            CaseOutcome::Conforms if verdict.is_refusal => return self.refused(1, verdict.outcomes),
            CaseOutcome::Conforms => return self.conforms(1, verdict.outcomes),
            CaseOutcome::Inconclusive(reason) => self.inconclusive(reason),
            CaseOutcome::NotApplicable(reason) => {
                self.out_of_reach += 1;
                self.cases_not_applicable += 1;
                self.refusal_not_applicable |= verdict.is_refusal;
                self.not_applicable.get_or_insert(reason);
            }
            CaseOutcome::Violates(findings) => {
                self.repeated += 1;
                for finding in findings {
                    self.find(finding);
                }
            }
        }
        self.cases += 1;
    }

    /// Notes that nobody knows what a case would show.
    pub fn inconclusive(&mut self, reason: String) {
        self.unanswered += 1;
        self.inconclusive.get_or_insert(reason);
    }

    fn find(&mut self, finding: Finding) {
        let class = &finding.violation.class;
        match self.findings.iter_mut().find(|known| known.violation.class == *class) {
            Some(known) if known.partitions.len() < MOST_KEPT => known.partitions.extend(finding.partitions),
            Some(_) => {}
            None => {
                self.repeated = 0;
                self.findings.push(finding);
            }
        }
    }

    /// The verdict on the rule, and why it is none of conforms, violates and observed.
    pub fn verdict(&self, rule: &Rule) -> (Verdict, Option<String>) {
        let violates = self.findings.iter().any(|finding| finding.violation.level > Level::Observe);
        let out_of_reach = || {
            let reason = self.not_applicable.clone()?;
            Some(format!(
                "{} of {} cases are not applicable: {reason}",
                self.cases_not_applicable, self.cases
            ))
        };
        match (&self.inconclusive, &self.not_applicable) {
            _ if violates => (Verdict::Violates, out_of_reach()),
            _ if rule.level == Level::Observe && self.cases > 0 => (Verdict::Observed, None),
            (Some(reason), _) => (Verdict::Inconclusive, Some(reason.clone())),
            (None, _) if self.cut.is_some() => (Verdict::NotRun, self.cut.clone()),
            // That valid values are accepted says nothing where no refusal could be judged.
            (None, Some(_)) if self.refusal_not_applicable && !self.refusal_judged => {
                (Verdict::NotApplicable, out_of_reach())
            }
            (None, _) if self.conforming > 0 => (Verdict::Conforms, out_of_reach()),
            (None, Some(reason)) => (Verdict::NotApplicable, Some(reason.clone())),
            (None, None) => (Verdict::NotRun, Some("no case was tried".to_owned())),
        }
    }

    /// Whether every case so far was out of reach.
    pub fn is_out_of_reach(&self) -> bool {
        self.not_applicable.is_some() && self.conforming == 0
    }
}
