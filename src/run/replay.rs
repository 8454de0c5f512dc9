//! Counterexamples of earlier runs, tried again.

use super::lane::{ByRule, Lane, Tried};
use super::options::Reproduction;
use crate::exchange::{Exchange, Recorded, Trace, describe};
use crate::execute::JournalError;
use crate::judge::finding::Finding;
use crate::judge::{CaseOutcome, MonitorLog};
use crate::results::Counterexample;
use crate::rules::Rule;

impl Lane<'_> {
    /// Tries a counterexample to a rule again. What it shows counts for the rule like any other case.
    pub(super) async fn replay(
        &mut self,
        one: &mut Tried<'_>,
        counterexample: &Counterexample,
    ) -> Result<Reproduction, JournalError> {
        if counterexample.is_of_one_run() {
            let why = "it names what the run that found it had made";
            return Ok(Reproduction::CannotTell(why.to_owned()));
        }
        let (case, rule) = (counterexample.case(), one.rule);
        if rule.is_monitor() {
            // The run's monitors look at the rules' own cases.
            let recorded = self.session.execute(&case, &ByRule(rule)).await?;
            self.clean().await?;
            return Ok(seen_by(rule, counterexample, &recorded));
        }
        let attempts = self.settle(one, &case, self.begun(rule)).await?;
        Ok(match attempts.conclude().outcome {
            CaseOutcome::Conforms => Reproduction::Fixed,
            CaseOutcome::Violates(findings) => still_fails(counterexample, &findings),
            CaseOutcome::Inconclusive(why) | CaseOutcome::NotApplicable(why) => Reproduction::CannotTell(why),
        })
    }
}

/// A failure, with its class where that is another one than before.
fn still_fails(counterexample: &Counterexample, findings: &[Finding]) -> Reproduction {
    let is_same = |finding: &&Finding| finding.violation.class.to_string() == counterexample.class;
    let shown = match (findings.iter().find(is_same), findings.first()) {
        (Some(finding), _) => finding.violation.observed.clone(),
        (None, Some(other)) => {
            format!("differently, {}: {}", other.violation.class, other.violation.observed)
        }
        (None, None) => String::new(),
    };
    Reproduction::StillFails(shown)
}

/// What a monitor sees in a counterexample that is tried again.
fn seen_by(rule: &'static Rule, counterexample: &Counterexample, recorded: &Recorded) -> Reproduction {
    let mut monitor = MonitorLog::new(&[rule]);
    monitor.look(recorded);
    let (_, none, _, findings) = monitor.verdict(rule);
    if !findings.is_empty() {
        return still_fails(counterexample, &findings);
    }
    let mut exchanges = recorded.traces.iter().flat_map(Trace::exchanges);
    let unanswered = exchanges.find(|exchange: &&Exchange| exchange.response().is_none()).map(describe);
    let left_out = recorded.traces.iter().find_map(|trace| match trace {
        Trace::Skipped(why) | Trace::Unknown(why) => Some(why.clone()),
        _ => None,
    });
    match unanswered.or(left_out).or(none) {
        Some(why) => Reproduction::CannotTell(why),
        None => Reproduction::Fixed,
    }
}
