//! Cases of several rules, tried at once: refusals change nothing, so that they can be sent between the same
//! two reads, and a case may be on the way of another.

use super::lane::{ByRule, Lane, Tried};
use super::options::StopAfter;
use super::schedule::Refusal;
use crate::exchange::{Outcome, Recorded, Trace};
use crate::execute::{Oracle, SessionError};
use crate::judge::finding::{Class, Judgement, Violation};
use crate::judge::{Attempts, RuleProgress, judge_attempt, suspects};
use crate::results::Record;
use crate::rules::{Refusals, Rule, case};
use aws_conformance_generators::plan::{SETUP, Step};
use std::collections::BTreeSet;

/// How often refusals are tried together, each time without those that may have changed something.
const ROUNDS: usize = 3;

/// Refusals that are tried together where a response had more than so many bytes: all of them are kept until
/// they are judged.
const FEW: usize = 2;
const LONG: usize = 64 << 10;

/// What refusals showed together.
#[derive(Default)]
pub(super) struct Together {
    /// Those that have to be tried alone.
    pub(super) alone: Vec<Refusal>,
    /// The attempts that say so, with their rule.
    seen: Vec<(usize, Attempts<'static>)>,
}

impl Lane<'_> {
    /// Tries refusals of these rules, which have the same steps around them.
    pub(super) async fn refusals(
        &mut self,
        tried: &mut [Tried<'_>],
        batch: &[Refusal],
    ) -> Result<(), SessionError> {
        let at_once = if self.session.longest_response() > LONG { FEW } else { batch.len() };
        for batch in batch.chunks(at_once.max(1)) {
            let together = self.together(tried, batch).await?;
            for &(of, at) in &together.alone {
                let Tried { rule, refusals, progress } = &mut tried[of];
                if !self.is_enough(progress) {
                    self.case(rule, &refusals.single(at), progress).await?;
                }
                let is_broken = !progress.findings.is_empty();
                if self.shared.options.stop_after == StopAfter::FirstFailure && is_broken {
                    return Ok(());
                }
            }
            self.note_seen_together(tried, together);
        }
        Ok(())
    }

    /// Sends refusals between two reads. What was not refused may have changed something, so that the
    /// others are sent again without it.
    pub(super) async fn together(
        &mut self,
        tried: &mut [Tried<'_>],
        batch: &[Refusal],
    ) -> Result<Together, SessionError> {
        let mut found = Together::default();
        let mut pending: Vec<Refusal> =
            batch.iter().copied().filter(|(of, _)| !self.is_enough(tried[*of].progress)).collect();
        for _ in 0..ROUNDS {
            if pending.len() < 2 || self.is_over() {
                break;
            }
            let attempts = self.attempt_together(tried, &pending).await?;
            let not_refused: Vec<Refusal> = attempts.iter().flat_map(not_refused).collect();
            for (of, attempts) in attempts {
                let one = &mut tried[of];
                let calls: Vec<usize> =
                    pending.iter().filter(|(rule, _)| *rule == of).map(|(_, at)| *at).collect();
                let suspects = match not_refused.is_empty() {
                    true => suspects(&attempts),
                    false => calls.iter().map(|at| Refusals::label(*at)).collect(),
                };
                let alone = calls.iter().filter(|at| suspects.contains(&Refusals::label(**at)));
                let alone: Vec<Refusal> = alone.map(|at| (of, *at)).collect();
                if not_refused.is_empty() {
                    self.shared.log.note(|| Record::Refusals {
                        rule: one.rule.id.clone(),
                        attempts: attempts.numbers().to_vec(),
                        calls: calls.len(),
                    });
                    one.progress.refused((calls.len() - alone.len()) as u64);
                    found.alone.extend(&alone);
                }
                if !alone.is_empty() {
                    found.seen.push((of, attempts));
                }
            }
            if not_refused.is_empty() {
                pending.clear();
            } else {
                pending.retain(|one| !not_refused.contains(one));
                found.alone.extend(not_refused);
            }
            if !found.alone.is_empty() {
                self.clean().await?;
            }
        }
        found.alone.extend(pending);
        Ok(found)
    }

    /// Tries the first of these cases, which each of the others begins. Their rules are judged by the part of
    /// it that is theirs, and by their own case where that does not conform.
    pub(super) async fn on_the_way(
        &mut self,
        tried: &mut [Tried<'_>],
        cases: &[(usize, usize)],
    ) -> Result<(), SessionError> {
        let [(first, longest), others @ ..] = cases else { return Ok(()) };
        let Tried { rule, progress, .. } = &mut tried[*first];
        let case = &rule.trial.fixed()[*longest];
        let (number, recorded) = self.attempt(rule, case, false, progress).await?;
        let mut alone = Vec::new();
        for &(of, at) in others {
            let Tried { rule, progress, .. } = &mut tried[of];
            let case = &rule.trial.fixed()[at];
            let traces = recorded.traces.iter().take(case.plan.steps.len()).cloned().collect();
            let own = Recorded { case: case.clone(), traces, ..recorded.without_traces() };
            if is_prepared(&own) && matches!(judge_attempt(rule, &own), Judgement::Conforms) {
                let attempts = self.note_seen(rule, own, progress);
                self.conclude(rule, &attempts, progress);
            } else {
                alone.push((of, at));
            }
        }
        let Tried { rule, progress, .. } = &mut tried[*first];
        let mut attempts = self.begun(rule);
        attempts.push(number, recorded);
        let attempts = self.attempts(rule, case, attempts, self.repeats(), progress).await?;
        self.conclude(rule, &attempts, progress);
        for (of, at) in alone {
            let Tried { rule, progress, .. } = &mut tried[of];
            self.cases(rule, &[at], progress).await?;
        }
        Ok(())
    }

    /// Notes what a rule sees of an attempt that was made for others too.
    fn note_seen(
        &self,
        rule: &'static Rule,
        own: Recorded,
        progress: &mut RuleProgress,
    ) -> Attempts<'static> {
        self.shared.monitors.borrow_mut().look(&own);
        progress.requests += own.requests();
        let number = self.shared.log.attempt(rule, &own);
        let mut attempts = self.begun(rule);
        attempts.push(number, own);
        attempts
    }

    /// Sends refusals once: what each rule sees of it.
    async fn attempt_together(
        &mut self,
        tried: &mut [Tried<'_>],
        pending: &[Refusal],
    ) -> Result<Vec<(usize, Attempts<'static>)>, SessionError> {
        let (first, _) = pending[0];
        let around = tried[first].refusals;
        let calls = pending.iter().enumerate().map(|(number, (of, at))| {
            let (_, call) = &tried[*of].refusals.calls[*at];
            Step::Call(call.clone().labelled(&Refusals::label(number)))
        });
        let steps = around.before.iter().cloned().chain(calls).chain(around.after.iter().cloned());
        let together = case("several refusals", steps);
        let each = Each { pending, rules: tried.iter().map(|one| (one.rule, one.refusals)).collect() };
        let held = self.shared.ground.enter(tried[first].rule, &together.plan, false).await;
        let mut recorded = self.session.execute(&together, &each).await?;
        recorded.shared = held.is_shared;
        drop(held);
        self.shared.shapes.borrow_mut().look(&recorded);
        let of_rules: BTreeSet<usize> = pending.iter().map(|(of, _)| *of).collect();
        let attempts = of_rules.into_iter().map(|of| {
            let own = each.seen_by(of, &recorded);
            (of, self.note_seen(tried[of].rule, own, tried[of].progress))
        });
        Ok(attempts.collect())
    }

    /// Notes what refusals showed together where none of them shows it alone: what was wrongly accepted
    /// may leave no room to try it again.
    pub(super) fn note_seen_together(&self, tried: &mut [Tried<'_>], together: Together) {
        let is_accepted = |found: &[Violation]| found.iter().any(|one| one.class == Class::Accepted);
        let of_the_moment = |found: &[Violation]| found.iter().any(|one| one.class.is_of_the_moment());
        for (of, attempts) in together.seen {
            let one = &mut tried[of];
            if one.progress.findings.is_empty()
                && let Some((_, Judgement::Violates(found))) = attempts.last()
                && is_accepted(found)
                && !of_the_moment(found)
            {
                self.conclude(one.rule, &attempts, one.progress);
            }
        }
    }
}

/// Whether what prepares a case was accepted: on the way of another it may be judged, and goes on if not.
fn is_prepared(recorded: &Recorded) -> bool {
    let steps = recorded.case.plan.steps.iter().zip(&recorded.traces);
    steps.filter(|(step, _)| matches!(step, Step::Call(call) if call.expect == SETUP)).all(|(_, trace)| {
        trace.exchanges().iter().all(|exchange| matches!(exchange.outcome(), Outcome::Success(_)))
    })
}

/// The calls of an attempt that were carried out, or may have been.
fn not_refused((of, attempts): &(usize, Attempts<'static>)) -> Vec<Refusal> {
    let Some((recorded, _)) = attempts.last() else { return Vec::new() };
    let calls = recorded.calls().filter(|exchange| match exchange.outcome() {
        Outcome::Refused { answer, .. } => answer.has_failed(),
        Outcome::Success(_) | Outcome::NoResponse(_) => true,
    });
    calls.filter_map(|exchange| Some((*of, Refusals::number(&exchange.label)?))).collect()
}

/// Each of the rules whose refusals are tried together.
struct Each<'t> {
    pending: &'t [Refusal],
    rules: Vec<(&'static Rule, &'t Refusals)>,
}

impl Each<'_> {
    /// What a rule sees of an attempt: its own refusals, between the same steps.
    fn seen_by(&self, of: usize, recorded: &Recorded) -> Recorded {
        let (_, refusals) = self.rules[of];
        let own: Vec<usize> =
            self.pending.iter().filter(|(rule, _)| *rule == of).map(|(_, at)| *at).collect();
        let before = refusals.before.len();
        let traces = recorded.traces.iter().enumerate().filter_map(|(step, trace)| {
            let Some((rule, at)) = step.checked_sub(before).and_then(|number| self.pending.get(number))
            else {
                return Some(trace.clone());
            };
            let mut trace = (*rule == of).then(|| trace.clone())?;
            if let Trace::Call(exchange) = &mut trace {
                exchange.label = Refusals::label(*at);
            }
            Some(trace)
        });
        let case = match own.as_slice() {
            [at] => refusals.single(*at),
            several => refusals.several("several refusals", several.iter().copied()),
        };
        Recorded { case, traces: traces.collect(), ..recorded.without_traces() }
    }
}

impl Oracle for Each<'_> {
    fn is_well_formed(&self, _: &str) -> bool {
        false
    }

    fn agrees(&self, so_far: &Recorded) -> bool {
        let of_rules = self.pending.iter().map(|(of, _)| *of).collect::<BTreeSet<usize>>();
        of_rules.into_iter().all(|of| ByRule(self.rules[of].0).agrees(&self.seen_by(of, so_far)))
    }
}
