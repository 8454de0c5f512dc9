//! Cases of several rules, tried at once: refusals change nothing, so that they can be sent between the same
//! two reads; a case may be on the way of another; and cases that read the same can go on side by side.

use super::lane::{ByRule, Lane, Tried};
use super::options::StopAfter;
use super::schedule::Numbered;
use crate::exchange::{Outcome, Recorded, Trace};
use crate::execute::{JournalError, Oracle};
use crate::judge::finding::{Class, Judgement, Mismatch, Unknown, Violation};
use crate::judge::{Attempts, judge_attempt, suspects};
use crate::results::Record;
use crate::rules::{Refusals, Rule, case};
use aws_conformance_generators::plan::{Case, Plan, SETUP, Step};
use std::collections::{BTreeMap, BTreeSet};

/// How often refusals are tried together, each time without those that may have changed something.
const ROUNDS: usize = 3;

/// Refusals that are tried together where a response had more than so many bytes: all of them are kept until
/// they are judged. Cases go on side by side no more then.
const FEW: usize = 2;
const LONG: usize = 64 << 10;

/// What refusals showed together.
#[derive(Default)]
pub(super) struct Together {
    /// Those that have to be tried alone.
    pub(super) alone: Vec<Numbered>,
    /// The attempts that say so.
    seen: Vec<Seen>,
    /// How many cases of each rule conform before those are tried alone.
    conforming: Vec<u64>,
}

/// What a rule saw of refusals that were tried together.
struct Seen {
    of: usize,
    attempts: Attempts<'static>,
    /// All that were sent.
    batch: Vec<Numbered>,
}

impl Lane<'_> {
    /// Tries refusals of these rules, which have the same steps around them.
    pub(super) async fn refusals(
        &mut self,
        tried: &mut [Tried<'_>],
        batch: &[Numbered],
    ) -> Result<(), JournalError> {
        let at_once = if self.session.longest_response() > LONG { FEW } else { batch.len() };
        for batch in batch.chunks(at_once.max(1)) {
            let together = self.together(tried, batch).await?;
            for &(of, at) in &together.alone {
                let one = &mut tried[of];
                if !self.is_enough(one.progress) {
                    self.settle(one, &one.refusals.single(at), self.begun(one.rule)).await?;
                }
                if self.shared.options.stop_after == StopAfter::FirstFailure && one.is_broken() {
                    return Ok(());
                }
            }
            self.note_seen_together(tried, together).await?;
        }
        Ok(())
    }

    /// Sends refusals between two reads. What was not refused may have changed something, so that the
    /// others are sent again without it.
    pub(super) async fn together(
        &mut self,
        tried: &mut [Tried<'_>],
        batch: &[Numbered],
    ) -> Result<Together, JournalError> {
        let mut found = Together::default();
        let mut pending: Vec<Numbered> =
            batch.iter().copied().filter(|(of, _)| !self.is_enough(tried[*of].progress)).collect();
        let mut is_second = false;
        for _ in 0..ROUNDS {
            if pending.len() < 2 || self.is_over() {
                break;
            }
            let attempts = self.attempt_together(tried, &pending, is_second).await?;
            let not_refused: Vec<Numbered> = attempts.iter().flat_map(not_refused).collect();
            if not_refused.is_empty() {
                // Each alone would find the same ground, and show no more.
                let no_ground = attempts.iter().all(|(_, one)| has_no_ground(one));
                if no_ground && !is_second {
                    is_second = true;
                    self.clean().await?;
                    continue;
                }
                match no_ground {
                    true => self.conclude_together(tried, &pending, &attempts),
                    false => self.judge_together(tried, &pending, attempts, &mut found),
                }
                pending.clear();
            } else {
                // What came after the first of them may have found what that had made.
                let first = pending.iter().find(|one| not_refused.contains(one)).map(|(of, _)| *of);
                let seen = attempts.into_iter().filter(|(of, _)| Some(*of) == first);
                found.seen.extend(seen.map(|(of, attempts)| Seen { of, attempts, batch: pending.clone() }));
                pending.retain(|one| !not_refused.contains(one));
                found.alone.extend(not_refused);
            }
            if !found.alone.is_empty() {
                self.clean().await?;
            }
        }
        found.alone.extend(pending);
        found.conforming = tried.iter().map(|one| one.progress.conforming()).collect();
        Ok(found)
    }

    /// Concludes that none of these refusals can be judged.
    fn conclude_together(
        &self,
        tried: &mut [Tried<'_>],
        batch: &[Numbered],
        attempts: &[(usize, Attempts<'static>)],
    ) {
        for (of, attempts) in attempts {
            for _ in batch.iter().filter(|(rule, _)| rule == of) {
                self.conclude(&mut tried[*of], attempts);
            }
        }
    }

    /// Judges refusals of which none may have been carried out: those that were not as they should, or after
    /// which something had changed, have to be tried alone.
    fn judge_together(
        &self,
        tried: &mut [Tried<'_>],
        batch: &[Numbered],
        attempts: Vec<(usize, Attempts<'static>)>,
        found: &mut Together,
    ) {
        for (of, attempts) in attempts {
            let Tried { rule, progress, .. } = &mut tried[of];
            let own: Vec<Numbered> = batch.iter().copied().filter(|(rule, _)| *rule == of).collect();
            let suspects = suspects(&attempts);
            let alone = own.iter().filter(|(_, at)| suspects.contains(&Refusals::label(*at)));
            let alone: Vec<Numbered> = alone.copied().collect();
            let (calls, numbers) = (own.len(), attempts.numbers());
            self.shared.log.note(|| Record::Refusals {
                rule: rule.id.clone(),
                attempts: numbers.to_vec(),
                calls,
            });
            progress.refused((calls - alone.len()) as u64, attempts.outcomes());
            if !alone.is_empty() {
                found.alone.extend(alone);
                found.seen.push(Seen { of, attempts, batch: batch.to_vec() });
            }
        }
    }

    /// Tries the first of these cases, which each of the others begins. Their rules are judged by the part of
    /// it that is theirs, and by their own case where that does not conform.
    pub(super) async fn on_the_way(
        &mut self,
        tried: &mut [Tried<'_>],
        cases: &[Numbered],
    ) -> Result<(), JournalError> {
        let [(first, longest), others @ ..] = cases else { return Ok(()) };
        let longest = tried[*first].fixed(*longest);
        let (number, recorded) = self.attempt(&mut tried[*first], longest, false).await?;
        let mut alone = Vec::new();
        for &(of, at) in others {
            let one = &mut tried[of];
            let case = one.fixed(at);
            let traces = recorded.traces.iter().take(case.plan.steps.len()).cloned().collect();
            let own = recorded.seen_as(case.clone(), traces);
            let attempts = match is_prepared(&own) {
                true => self.note_seen(one, own),
                false => self.begun(one.rule),
            };
            match attempts.last() {
                Some((_, Judgement::Conforms)) => self.conclude(one, &attempts),
                _ => alone.push((of, case, attempts)),
            }
        }
        let mut attempts = self.begun(tried[*first].rule);
        attempts.push(number, recorded);
        self.settle(&mut tried[*first], longest, attempts).await?;
        for (of, case, seen) in alone {
            if !self.is_enough(tried[of].progress) {
                self.settle(&mut tried[of], case, seen).await?;
            }
        }
        Ok(())
    }

    /// Tries these cases side by side. A rule is judged by a case of its own where this one does not conform, or by
    /// what was seen where its own cannot be tried any more: what cannot be removed leaves no room.
    pub(super) async fn side_by_side(
        &mut self,
        tried: &mut [Tried<'_>],
        cases: &[Numbered],
    ) -> Result<(), JournalError> {
        let mut cases = cases.to_vec();
        cases.retain(|(of, _)| !self.is_enough(tried[*of].progress));
        // Cases that violate here, with whether that is evidence for itself.
        let mut violating = BTreeMap::new();
        let are_short = self.session.longest_response() <= LONG;
        if cases.len() > 1 && are_short && !self.is_over() {
            let mut alone = Vec::new();
            for ((of, at), recorded) in self.attempt_side_by_side(tried, &cases).await? {
                let one = &mut tried[of];
                let is_prepared = is_prepared(&recorded);
                match judge_attempt(one.rule, &recorded) {
                    Judgement::Conforms if is_prepared => {
                        let attempts = self.note_seen(one, recorded);
                        self.conclude(one, &attempts);
                        continue;
                    }
                    Judgement::Violates(found)
                        if is_prepared
                            && found.iter().all(|one| one.class == Class::Listing(Mismatch::Extra)) =>
                    {
                        // Nobody else has its names, and what was read last was read for as long as a write may
                        // take to be read.
                        let late = Recorded { early_reads: false, shared: false, ..recorded };
                        violating.insert((of, at), (self.note_seen(one, late), true));
                    }
                    Judgement::Violates(_) => {
                        violating.insert((of, at), (self.note_seen(one, recorded), false));
                    }
                    _ => {}
                }
                alone.push((of, at));
            }
            if !alone.is_empty() {
                self.clean().await?;
            }
            cases = alone;
        }
        for (of, at) in cases {
            let one = &mut tried[of];
            let conforming = one.progress.conforming();
            self.case(one, at).await?;
            // Where there is nothing left to try it by itself, it says at least what was seen.
            if let Some((seen, tells)) = violating.remove(&(of, at))
                && !one.is_broken()
                && one.progress.conforming() == conforming
                && tells != self.is_over()
            {
                self.conclude(one, &seen);
            }
            if self.shared.options.stop_after == StopAfter::FirstFailure && one.is_broken() {
                break;
            }
        }
        Ok(())
    }

    /// Executes these cases once, side by side.
    async fn attempt_side_by_side(
        &mut self,
        tried: &[Tried<'_>],
        cases: &[Numbered],
    ) -> Result<Vec<(Numbered, Recorded)>, JournalError> {
        let own = |&(of, at): &Numbered| (ByRule(tried[of].rule), tried[of].fixed(at));
        let own: Vec<(ByRule, &Case)> = cases.iter().map(own).collect();
        let plans: Vec<(&Rule, &Plan)> = own.iter().map(|(by, case)| (by.0, &case.plan)).collect();
        let _held = self.shared.ground.enter(&plans, false).await;
        let executed: Vec<(&Case, &dyn Oracle)> =
            own.iter().map(|(by, case)| (*case, by as &dyn Oracle)).collect();
        let recorded = self.session.execute_together(&executed).await?;
        recorded.iter().for_each(|one| self.shared.shapes.lock().look(one));
        Ok(cases.iter().copied().zip(recorded).collect())
    }

    /// Notes what a rule sees of an attempt that was made for others too.
    fn note_seen(&self, one: &mut Tried<'_>, own: Recorded) -> Attempts<'static> {
        let number = self.note(one, &own);
        let mut attempts = self.begun(one.rule);
        attempts.push(number, own);
        attempts
    }

    /// Sends refusals once: what each rule sees of it.
    async fn attempt_together(
        &mut self,
        tried: &mut [Tried<'_>],
        pending: &[Numbered],
        alone: bool,
    ) -> Result<Vec<(usize, Attempts<'static>)>, JournalError> {
        let (first, _) = pending[0];
        let around = tried[first].refusals;
        let calls = pending.iter().enumerate().map(|(number, (of, at))| {
            let (_, call) = &tried[*of].refusals.calls[*at];
            Step::Call(call.clone().labelled(&Refusals::label(number)))
        });
        let steps = around.before.iter().cloned().chain(calls).chain(around.after.iter().cloned());
        let together = case("several refusals", steps);
        let each = Each { pending, rules: tried.iter().map(|one| (one.rule, one.refusals)).collect() };
        let recorded = self.execute(tried[first].rule, &together, alone, &each).await?;
        let attempts = each.tried().into_iter().map(|of| {
            let own = each.seen_by(of, &recorded);
            (of, self.note_seen(&mut tried[of], own))
        });
        Ok(attempts.collect())
    }

    /// Notes wrong answers to refusals that were seen together and not alone. What was wrongly accepted may leave
    /// no room to be tried alone. One that is refused alone may have found what another had made: then all of
    /// them show it again. Else it was seen once, and says so.
    pub(super) async fn note_seen_together(
        &mut self,
        tried: &mut [Tried<'_>],
        together: Together,
    ) -> Result<(), JournalError> {
        let is_wrong_answer = |found: &[Violation]| {
            found.iter().any(|one| one.class.is_of_the_answer())
                && !found.iter().any(|one| one.class.is_of_the_moment())
        };
        for Seen { of, mut attempts, batch } in together.seen {
            let progress = &tried[of].progress;
            let is_new = progress.findings.is_empty();
            let is_seen =
                matches!(attempts.last(), Some((_, Judgement::Violates(found))) if is_wrong_answer(found));
            if !is_new || !is_seen {
                continue;
            }
            if progress.conforming() != together.conforming[of] {
                if self.is_over() {
                    continue;
                }
                let again = self.attempt_together(tried, &batch, false).await?;
                let Some((_, again)) = again.into_iter().find(|(other, _)| *other == of) else { continue };
                self.clean().await?;
                if !matches!(again.last(), Some((_, Judgement::Conforms))) {
                    continue;
                }
                attempts.append(again);
            }
            self.conclude(&mut tried[of], &attempts);
        }
        Ok(())
    }
}

/// Whether what prepares a case was accepted: on the way of another it may be judged, and goes on if not.
fn is_prepared(recorded: &Recorded) -> bool {
    let steps = recorded.case.plan.steps.iter().zip(&recorded.traces);
    steps.filter(|(step, _)| matches!(step, Step::Call(call) if call.expect == SETUP)).all(|(_, trace)| {
        trace.exchanges().iter().all(|exchange| matches!(exchange.outcome(), Outcome::Success(_)))
    })
}

/// Whether an attempt says nothing for want of what has to be there before it.
fn has_no_ground(attempts: &Attempts<'static>) -> bool {
    let last = attempts.last().map(|(_, judgement)| judgement);
    matches!(last, Some(Judgement::NotApplicable(_) | Judgement::Inconclusive(Unknown::NotAlone(_))))
}

/// The calls of an attempt that were carried out, or may have been.
fn not_refused((of, attempts): &(usize, Attempts<'static>)) -> Vec<Numbered> {
    let Some((recorded, _)) = attempts.last() else { return Vec::new() };
    let calls = recorded.calls().filter(|exchange| match exchange.outcome() {
        Outcome::Refused { answer, .. } => answer.has_failed(),
        Outcome::Success(_) | Outcome::NoResponse(_) => true,
    });
    calls.filter_map(|exchange| Some((*of, Refusals::number(&exchange.label)?))).collect()
}

/// Each of the rules whose refusals are tried together.
struct Each<'t> {
    pending: &'t [Numbered],
    rules: Vec<(&'static Rule, &'t Refusals)>,
}

impl Each<'_> {
    /// The numbers of the rules.
    fn tried(&self) -> BTreeSet<usize> {
        self.pending.iter().map(|(of, _)| *of).collect()
    }

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
        recorded.seen_as(case, traces.collect())
    }
}

impl Oracle for Each<'_> {
    fn is_well_formed(&self, _: &str) -> bool {
        false
    }

    fn agrees(&self, so_far: &Recorded) -> bool {
        self.tried().into_iter().all(|of| ByRule(self.rules[of].0).agrees(&self.seen_by(of, so_far)))
    }
}
