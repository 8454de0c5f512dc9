//! Judging a case over every attempt at it: whether another attempt is needed, and what they amount
//! to together.
//!
//! Both are functions of the attempts alone, so that a recording judged again gives the same verdict.

use super::attempt::{by_expectation, depends_on_a_read, judge_attempt, outcomes};
use super::finding::{Class, Finding, Judgement, Reproduced, Unknown, Violation, shortened};
use crate::exchange::untrusted::bounded;
use crate::exchange::{Exchange, Recorded, Trace};
use crate::rules::Rule;
use crate::rules::expectation::{Expectation, Level};
use crate::settings::Repeats;
use aws_conformance_generators::plan::Case;
use std::collections::BTreeSet;

/// The most bytes of an observation: what is recorded is the outcome, not the response.
const LONGEST_OBSERVATION: usize = 4_096;

/// Attempts in which one call alone was closed on, before that is a violation: a connection that breaks
/// by chance one time in two would have to do so, and spare all others, as often.
const CLOSED: usize = 6;

/// Confirmations that tell nothing are made again, until there were so many times those that are wanted.
const UNTELLING: u32 = 2;

/// Attempts that have to show a server error or a missing response, and no other be without it, before it is
/// no chance.
const PERSISTENT: u32 = 3;

/// What the attempts at a case amount to.
#[derive(Clone, Debug)]
pub struct CaseVerdict {
    /// The verdict.
    pub outcome: CaseOutcome,
    /// The partition that the case was made for.
    pub partition: String,
    /// Whether every judged call of the case has to be refused.
    pub is_refusal: bool,
    /// What came back, of a rule that promises nothing.
    pub observed: Option<String>,
    /// What came back in attempts that conform, each with the name of the expectation.
    pub outcomes: Vec<(String, String)>,
    /// Server errors that the rule itself promises nothing about, for the monitor of server errors.
    pub server_errors: Vec<Finding>,
}

/// The verdict on a case.
#[derive(Clone, Debug)]
pub enum CaseOutcome {
    /// What came back is among the alternatives.
    Conforms,
    /// It is not: a finding for each class of failure.
    Violates(Vec<Finding>),
    /// Nobody knows.
    Inconclusive(String),
    /// The precondition is out of reach.
    NotApplicable(String),
}

/// The attempts at one case, each judged once.
#[derive(Debug)]
pub struct Attempts<'a> {
    rule: &'a Rule,
    judged: Vec<(Recorded, Judgement)>,
    numbers: Vec<usize>,
    keeps_whole: bool,
}

impl<'a> Attempts<'a> {
    /// No attempts yet.
    pub fn new(rule: &'a Rule) -> Self {
        Self { rule, judged: Vec::new(), numbers: Vec::new(), keeps_whole: false }
    }

    /// Keeps whole what came back, to be judged again, and not only what is evidence.
    #[must_use]
    pub fn keeping_whole(mut self, whole: bool) -> Self {
        self.keeps_whole = whole;
        self
    }

    /// The newest attempt alone.
    #[must_use]
    pub fn into_last(mut self) -> Self {
        self.judged.drain(..self.judged.len().saturating_sub(1));
        self.numbers.drain(..self.numbers.len().saturating_sub(1));
        self
    }

    /// One more attempt, with its number in the recording.
    pub fn push(&mut self, number: usize, mut recorded: Recorded) {
        let judgement = match judge_attempt(self.rule, &recorded) {
            // What others did on the same ground may explain it; alone it is seen again, or not.
            Judgement::Violates(found)
                if recorded.shared && !found.iter().any(|one| is_nobody_elses(&one.class)) =>
            {
                Judgement::Inconclusive(Unknown::NotAlone(found.into_iter().next().map(Box::new)))
            }
            Judgement::NotApplicable(_) if recorded.shared => {
                Judgement::Inconclusive(Unknown::NotAlone(None))
            }
            // The same of a read that may have been too early to show what it should.
            Judgement::Violates(mut found) if recorded.early_reads => {
                match found.iter().position(|one| depends_on_a_read(self.rule, &recorded, one)) {
                    Some(at) => Judgement::Inconclusive(Unknown::EarlyReads(Box::new(found.swap_remove(at)))),
                    None => Judgement::Violates(found),
                }
            }
            judgement => judgement,
        };
        if !self.keeps_whole {
            recorded.traces = recorded.evidence();
        }
        self.judged.push((recorded, judgement));
        self.numbers.push(number);
    }

    /// The attempts of another, after these.
    pub fn append(&mut self, mut other: Self) {
        self.judged.append(&mut other.judged);
        self.numbers.append(&mut other.numbers);
    }

    /// Whether an attempt was made beside other cases, which may explain what it shows.
    pub fn were_shared(&self) -> bool {
        self.judged.iter().any(|(recorded, _)| recorded.shared)
    }

    /// Whether a read of an attempt was too early to violate.
    pub fn had_early_reads(&self) -> bool {
        self.judged.iter().any(|(_, one)| matches!(one, Judgement::Inconclusive(Unknown::EarlyReads(_))))
    }

    /// Whether an attempt showed a violation that has to be confirmed, and was not.
    pub fn is_suspicious(&self) -> bool {
        matches!(self.last(), Some((_, Judgement::Inconclusive(unknown))) if unknown.is_suspicion())
    }

    /// The newest attempt and its judgement.
    pub fn last(&self) -> Option<(&Recorded, &Judgement)> {
        self.judged.last().map(|(recorded, judgement)| (recorded, judgement))
    }

    /// The numbers of the attempts.
    pub fn numbers(&self) -> &[usize] {
        &self.numbers
    }

    /// Whether another attempt is needed. Failures of the `known` classes are not confirmed again.
    pub fn needs_another(&self, repeats: &Repeats, known: &[Class]) -> bool {
        let Some((recorded, last)) = self.last() else { return true };
        let made = self.judged.len() as u32;
        if let Some((first, violations)) = self.violating() {
            if violations.iter().all(|violation| known.contains(&violation.class)) {
                return false;
            }
            let of_the_moment = violations.iter().any(|violation| violation.class.is_of_the_moment());
            let wanted =
                if of_the_moment { repeats.confirmations_of_the_moment } else { repeats.confirmations };
            let after = &self.judged[first + 1..];
            let is_telling = |judgement: &Judgement| match judgement {
                Judgement::Inconclusive(unknown) => matches!(unknown, Unknown::Closed(_)),
                Judgement::NotApplicable(_) => false,
                Judgement::Conforms | Judgement::Violates(_) => true,
            };
            let telling = after.iter().filter(|(_, judgement)| is_telling(judgement)).count() as u32;
            return telling < wanted && (after.len() as u32) < UNTELLING * wanted;
        }
        let hung = recorded.traces.iter().flat_map(Trace::exchanges).any(Exchange::has_timed_out);
        match last {
            Judgement::Conforms | Judgement::Violates(_) => false,
            Judgement::Inconclusive(Unknown::NotAlone(_) | Unknown::EarlyReads(_)) => true,
            Judgement::Inconclusive(unknown) => {
                let most = if hung { repeats.tries_after_a_timeout } else { repeats.tries };
                unknown.is_transient() && made < most
            }
            Judgement::NotApplicable(_) => made < repeats.tries_of_preconditions,
        }
    }

    /// The first attempt that violates, with each class of failure once.
    fn violating(&self) -> Option<(usize, Vec<&Violation>)> {
        if let Some(violation) = self.always_closed() {
            return Some((0, vec![violation]));
        }
        self.judged.iter().enumerate().find_map(|(at, (_, judgement))| match judgement {
            Judgement::Violates(all) => {
                let mut kept: Vec<&Violation> = Vec::new();
                for violation in all {
                    if kept.iter().all(|other| other.class != violation.class) {
                        kept.push(violation);
                    }
                }
                Some((at, kept))
            }
            _ => None,
        })
    }

    fn has_to_be_refused(&self, case: &Case) -> bool {
        let mut expectations = case.plan.calls().filter_map(|call| self.rule.expectation(&call.expect));
        expectations.all(Expectation::is_refusal)
    }

    /// That the same call alone got no response in so many attempts that chance does not explain it.
    fn always_closed(&self) -> Option<&Violation> {
        let mut closed = self.judged.iter().map(|(_, judgement)| match judgement {
            Judgement::Inconclusive(Unknown::Closed(violation)) => Some(&**violation),
            _ => None,
        });
        let first = closed.next()??;
        let is_same = |one: Option<&Violation>| one.is_some_and(|one| one.label == first.label);
        (self.judged.len() >= CLOSED && closed.all(is_same)).then_some(first)
    }

    /// What came back in the newest attempt, if it conforms, each with the name of the expectation. A rule that
    /// promises nothing has observations instead.
    pub fn outcomes(&self) -> Vec<(String, String)> {
        match self.last() {
            Some((last, Judgement::Conforms)) if self.rule.level > Level::Observe => {
                by_expectation(last).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What the attempts amount to.
    pub fn conclude(&self) -> CaseVerdict {
        let mut verdict = CaseVerdict {
            outcome: CaseOutcome::Inconclusive("it was not tried".to_owned()),
            partition: self.last().map_or_else(String::new, |(last, _)| last.case.partition.clone()),
            is_refusal: self.last().is_some_and(|(last, _)| self.has_to_be_refused(&last.case)),
            observed: None,
            outcomes: self.outcomes(),
            server_errors: Vec::new(),
        };
        if let Some((last, judgement)) = self.last() {
            if self.rule.level == Level::Observe {
                let observed = outcomes(last).join(", then ");
                verdict.observed = Some(bounded(&observed, LONGEST_OBSERVATION).into_owned());
            }
            verdict.outcome = match judgement {
                Judgement::Conforms | Judgement::Violates(_) => CaseOutcome::Conforms,
                Judgement::Inconclusive(unknown) => CaseOutcome::Inconclusive(shortened(unknown.to_string())),
                Judgement::NotApplicable(reason) => CaseOutcome::NotApplicable(reason.clone()),
            };
        }
        if let Some((first, violations)) = self.violating() {
            self.conclude_violations(first, &violations, &mut verdict);
        }
        verdict
    }

    /// What was seen once and not again is a violation all the same, and says so; a response that did
    /// not come once, and came later, leaves the case inconclusive.
    fn conclude_violations(&self, first: usize, violations: &[&Violation], verdict: &mut CaseVerdict) {
        let (recorded, _) = &self.judged[first];
        let mut findings = Vec::new();
        for violation in violations {
            let (mut times, mut of) = (1, 1);
            for (_, judgement) in &self.judged[first + 1..] {
                let again = match judgement {
                    Judgement::Conforms => false,
                    Judgement::Violates(others) => others.iter().any(|other| is_again(violation, other)),
                    Judgement::Inconclusive(Unknown::Closed(other)) if is_again(violation, other) => true,
                    Judgement::Inconclusive(_) | Judgement::NotApplicable(_) => continue,
                };
                of += 1;
                times += u32::from(again);
            }
            let reproduced = Reproduced { times, of };
            let mut violation = (*violation).clone();
            // A call gets no response where no attempt got one: what else cut an attempt short may have
            // cut this one short too.
            let all = (self.judged.len() - first) as u32;
            if violation.class == Class::NoResponse && (all < 2 || times < all) {
                verdict.outcome = CaseOutcome::Inconclusive(violation.observed);
                continue;
            }
            let by_chance = reproduced.is_intermittent() || (all > 1 && of < PERSISTENT);
            if violation.class.is_of_the_moment() && by_chance {
                violation.level = violation.level.min(Level::Should);
            }
            let finding = Finding {
                partitions: vec![recorded.case.partition.clone()],
                case: recorded.case.clone(),
                evidence: recorded.evidence(),
                violation,
                reproduced,
            };
            if self.rule.level == Level::Observe {
                verdict.server_errors.push(finding);
            } else {
                findings.push(finding);
            }
        }
        if !findings.is_empty() {
            verdict.outcome = CaseOutcome::Violates(findings);
        }
    }
}

/// Whether a failure cannot come from what others do on the same ground.
fn is_nobody_elses(class: &Class) -> bool {
    class.is_of_the_moment() || class.is_of_the_answer()
}

/// The labels of the calls of a batch of refusals that have to be tried alone: those that were not
/// refused as they should, or all where it cannot be told which of them did harm.
pub fn suspects(attempts: &Attempts<'_>) -> BTreeSet<String> {
    let Some((recorded, judgement)) = attempts.last() else { return BTreeSet::new() };
    let by_response = |violation: &Violation| {
        matches!(violation.class, Class::Accepted | Class::Refused(_) | Class::Code(_) | Class::Status(_))
    };
    match judgement {
        Judgement::Conforms => BTreeSet::new(),
        Judgement::Violates(found) if found.iter().all(by_response) => {
            let is_accepted =
                |label: &String| found.iter().any(|one| one.class == Class::Accepted && one.label == *label);
            // What comes after an accepted one is not judged.
            let after = recorded.calls().map(|exchange| exchange.label.clone());
            let after = after.skip_while(|label| !is_accepted(label));
            found.iter().map(|violation| violation.label.clone()).chain(after).collect()
        }
        // A skipped call has no exchange, and is tried alone too.
        _ => recorded.case.plan.calls().map(|call| call.label.clone()).collect(),
    }
}

/// Whether a violation is the same as one before, by whichever code a refusal comes now. Each server
/// error of a long case may be another call's, and then none of them is persistent.
fn is_again(violation: &Violation, other: &Violation) -> bool {
    match (&violation.class, &other.class) {
        (Class::ServerError, Class::ServerError) => violation.label == other.label,
        (Class::Refused(_), Class::Refused(_)) | (Class::Code(_), Class::Code(_)) => true,
        (class, other) => class == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tests::{beside_others, creates, early};
    use rstest::rstest;

    /// Where nothing is left to confirm a violation, it is not silent about it.
    #[rstest]
    #[case::of_an_early_read(early())]
    #[case::beside_others(beside_others())]
    fn a_violation_that_was_not_confirmed_is_told(#[case] recorded: Recorded) {
        let mut attempts = Attempts::new(creates());
        attempts.push(0, recorded);
        assert!(attempts.is_suspicious());
        let CaseOutcome::Inconclusive(reason) = attempts.conclude().outcome else { panic!("it is unknown") };
        assert!(reason.contains("; seen once: "), "{reason}");
    }
}
