//! A lane: the cases of one rule after the other, in one session, again where nobody knows what came
//! of them.

use super::ground::Ground;
use super::left_out::left_out;
use super::log::Log;
use super::options::{RunOptions, StopAfter};
use super::schedule::Numbered;
use super::seed::seed_of;
use crate::exchange::{Recorded, Shapes};
use crate::execute::target::Target;
use crate::execute::{Budget, JournalError, Oracle, Session};
use crate::judge::finding::{Class, Judgement, Unknown};
use crate::judge::{Attempts, CaseOutcome, MonitorLog, RuleProgress, is_up_to_date};
use crate::results::{Record, Survey};
use crate::rules::{Random, Refusals, Rule, Trial};
use crate::settings::Repeats;
use aws_conformance_generators::plan::{Call, Case, Step};
use parking_lot::Mutex;
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// Why a rule is not run for want of requests.
const NO_BUDGET: &str = "the budget of requests is used up";
/// Why a rule is not run for want of time.
pub(super) const NO_TIME: &str = "the time is up";
/// Why a rule is not run after somebody ended the run.
const INTERRUPTED: &str = "the run was interrupted";

/// What the lanes of a service share.
pub(super) struct Shared<'a> {
    pub(super) target: &'a Target,
    pub(super) options: &'a RunOptions,
    pub(super) budget: &'a Budget,
    pub(super) survey: &'a Survey,
    pub(super) ground: Ground,
    /// When the time is up.
    pub(super) until: Option<Instant>,
    pub(super) monitors: Mutex<MonitorLog>,
    pub(super) shapes: Mutex<Shapes>,
    /// Cases in a row for which more tries showed nothing.
    pub(super) futile: AtomicU32,
    pub(super) log: Log,
}

impl Shared<'_> {
    /// What of the run's means is used up, if so.
    pub(super) fn used_up(&self) -> Option<&'static str> {
        if self.budget.is_interrupted() {
            Some(INTERRUPTED)
        } else if self.budget.is_used_up(self.survey.service) {
            Some(NO_BUDGET)
        } else {
            let is_late = self.budget.is_late() || self.until.is_some_and(|until| Instant::now() >= until);
            is_late.then_some(NO_TIME)
        }
    }
}

/// A lane of a service.
pub(super) struct Lane<'a> {
    pub(super) session: Session,
    pub(super) shared: &'a Shared<'a>,
}

/// A rule that is tried, and what is known of it.
pub(super) struct Tried<'t> {
    pub(super) rule: &'static Rule,
    pub(super) refusals: &'t Refusals,
    pub(super) progress: &'t mut RuleProgress,
}

impl<'t> Tried<'t> {
    pub(super) fn of(rule: &'static Rule, progress: &'t mut RuleProgress) -> Self {
        Self { rule, refusals: rule.trial.refusals(), progress }
    }

    /// A boundary case of the rule.
    pub(super) fn fixed(&self, at: usize) -> &'static Case {
        &self.rule.trial.fixed()[at]
    }

    pub(super) fn is_broken(&self) -> bool {
        !self.progress.findings.is_empty()
    }
}

impl Lane<'_> {
    /// Tries boundary cases, one after the other.
    pub(super) async fn cases(
        &mut self,
        tried: &mut [Tried<'_>],
        cases: &[Numbered],
    ) -> Result<(), JournalError> {
        for &(of, at) in cases {
            self.case(&mut tried[of], at).await?;
        }
        Ok(())
    }

    /// Tries random cases of a rule. One that is known to be broken, or out of reach, learns nothing from
    /// them.
    pub(super) async fn random(&mut self, one: &mut Tried<'_>, most: u32) -> Result<(), JournalError> {
        let Trial::Cases { random: Some(random), .. } = &one.rule.trial else { return Ok(()) };
        if most == 0 || one.is_broken() || one.progress.is_out_of_reach() {
            return Ok(());
        }
        match random {
            Random::Cases(cases) => self.random_cases(one, &cases(), most).await,
            Random::Refusals(calls) => self.random_refusals(one, calls(), most).await,
        }
    }

    pub(super) fn is_enough(&self, progress: &RuleProgress) -> bool {
        let effort = &self.shared.options.settings.effort;
        (self.shared.options.stop_after != StopAfter::Never && !progress.findings.is_empty())
            || self.is_over()
            // Each more would take the whole time that a response may take, and show nothing new.
            || progress.unanswered >= effort.most_unanswered
            || progress.known().contains(&Class::NoResponse)
            || progress.findings.len() >= effort.most_findings
            || progress.repeated >= effort.most_repeated
            || progress.out_of_reach >= effort.most_out_of_reach
    }

    /// Whether nothing more can be sent.
    pub(super) fn is_over(&self) -> bool {
        self.session.gone(self.shared.survey.service).is_some() || self.shared.used_up().is_some()
    }

    /// How often a case is tried now.
    pub(super) fn repeats(&self) -> Repeats {
        let repeats = self.shared.options.settings.repeats;
        let repeats = match self.shared.options.stop_after {
            StopAfter::Never => repeats,
            StopAfter::RuleFailure | StopAfter::FirstFailure => repeats.unconfirmed(),
        };
        if self.shared.futile.load(Ordering::Relaxed) >= repeats.futile_cases {
            repeats.few()
        } else {
            repeats
        }
    }

    /// No attempts at a case yet.
    pub(super) fn begun(&self, rule: &'static Rule) -> Attempts<'static> {
        Attempts::new(rule).keeping_whole(self.shared.options.record)
    }

    /// Makes one attempt at a case: its number, and what came of it.
    pub(super) async fn attempt(
        &mut self,
        one: &mut Tried<'_>,
        case: &Case,
        alone: bool,
    ) -> Result<(usize, Recorded), JournalError> {
        let recorded = self.execute(one.rule, case, alone, &ByRule(one.rule)).await?;
        Ok((self.note(one, &recorded), recorded))
    }

    /// Executes a case where it may be tried.
    pub(super) async fn execute(
        &mut self,
        rule: &Rule,
        case: &Case,
        alone: bool,
        oracle: &dyn Oracle,
    ) -> Result<Recorded, JournalError> {
        let held = self.shared.ground.enter(&[(rule, &case.plan)], alone).await;
        let mut recorded = self.session.execute(case, oracle).await?;
        recorded.shared = held.is_shared || (!held.is_alone && recorded.walked_through_an_account());
        self.shared.shapes.lock().look(&recorded);
        Ok(recorded)
    }

    /// Notes what a rule sees of an attempt: its number.
    pub(super) fn note(&self, one: &mut Tried<'_>, recorded: &Recorded) -> usize {
        one.progress.requests += recorded.requests();
        // Under one lock, so that the log has the attempts in the order in which the monitors saw them.
        let mut monitors = self.shared.monitors.lock();
        monitors.look(recorded);
        self.shared.log.attempt(one.rule, recorded)
    }

    /// Removes what may be left on the ground.
    pub(super) async fn clean(&mut self) -> Result<(), JournalError> {
        let _held = self.shared.ground.whole().await;
        self.session.clean(self.shared.survey.service).await
    }

    /// Makes attempts at a case until they settle it.
    pub(super) async fn attempts(
        &mut self,
        one: &mut Tried<'_>,
        case: &Case,
        mut attempts: Attempts<'static>,
        repeats: Repeats,
    ) -> Result<Attempts<'static>, JournalError> {
        let known = one.progress.known();
        let mut pause = repeats.pause;
        while attempts.needs_another(&repeats, &known) {
            // The first attempt is always made: what is used up then is its own outcome.
            if attempts.last().is_some() && self.is_over() {
                break;
            }
            match attempts.last() {
                None | Some((_, Judgement::Inconclusive(Unknown::NotAlone(_) | Unknown::EarlyReads(_)))) => {}
                Some((recorded, Judgement::Inconclusive(_))) if !recorded.interrupted => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                Some(_) => self.clean().await?,
            }
            // What others may explain is tried alone from then on.
            let alone = attempts.were_shared();
            self.session.reads_late = attempts.had_early_reads();
            let (number, recorded) = self.attempt(one, case, alone).await?;
            attempts.push(number, recorded);
        }
        self.session.reads_late = false;
        if matches!(attempts.last(), Some((_, Judgement::Violates(_) | Judgement::NotApplicable(_)))) {
            self.clean().await?;
        }
        self.note_futility(&attempts);
        Ok(attempts)
    }

    fn note_futility(&self, attempts: &Attempts<'_>) {
        let futile = &self.shared.futile;
        match attempts.last() {
            Some((_, Judgement::Inconclusive(Unknown::Closed(_)))) => {}
            Some((_, Judgement::Inconclusive(_))) if attempts.numbers().len() > 1 => {
                futile.fetch_add(1, Ordering::Relaxed);
            }
            Some((_, Judgement::Conforms | Judgement::Violates(_))) => futile.store(0, Ordering::Relaxed),
            _ => {}
        }
    }

    /// Tries a boundary case of a rule, unless enough of it was tried.
    pub(super) async fn case(&mut self, one: &mut Tried<'_>, at: usize) -> Result<(), JournalError> {
        if !self.is_enough(one.progress) {
            self.settle(one, one.fixed(at), self.begun(one.rule)).await?;
        }
        Ok(())
    }

    /// Makes attempts at a case, after those that were made, until they settle it, and notes the verdict.
    pub(super) async fn settle(
        &mut self,
        one: &mut Tried<'_>,
        case: &Case,
        begun: Attempts<'static>,
    ) -> Result<Attempts<'static>, JournalError> {
        let attempts = self.attempts(one, case, begun, self.repeats()).await?;
        self.conclude(one, &attempts);
        Ok(attempts)
    }

    pub(super) fn conclude(&self, one: &mut Tried<'_>, attempts: &Attempts<'_>) {
        let mut verdict = attempts.conclude();
        // What is used up in the middle of a case says nothing of the target, unless a violation was seen.
        if matches!(verdict.outcome, CaseOutcome::Inconclusive(_))
            && self.shared.used_up().is_some()
            && !attempts.is_suspicious()
        {
            return;
        }
        let (rule, attempts) = (&one.rule.id, attempts.numbers());
        let mut monitors = self.shared.monitors.lock();
        self.shared.log.note(|| Record::Case { rule: rule.clone(), attempts: attempts.to_vec() });
        verdict.server_errors.drain(..).for_each(|finding| monitors.server_error(finding));
        one.progress.note(verdict);
    }

    /// Tries random cases, and shrinks the first that violates.
    async fn random_cases(
        &mut self,
        one: &mut Tried<'_>,
        strategy: &BoxedStrategy<Case>,
        most: u32,
    ) -> Result<(), JournalError> {
        let mut runner = self.runner(one.rule);
        for _ in 0..most {
            let mut tree = new_tree(strategy, &mut runner, one.rule);
            if !self.is_left_out(&tree) && self.random_case(one, &mut tree).await? {
                break;
            }
        }
        Ok(())
    }

    /// Whether a random case is not executed on this target. Only on a real account anything is left out,
    /// and elsewhere no case needs to be made to see that.
    fn is_left_out(&self, tree: &impl ValueTree<Value = Case>) -> bool {
        self.shared.target.is_real && left_out(&tree.current().plan, self.shared.target).is_some()
    }

    /// Tries random calls that have to be refused, all between the same two reads, and shrinks the
    /// first that violates.
    async fn random_refusals(
        &mut self,
        one: &mut Tried<'_>,
        calls: BoxedStrategy<(String, Call)>,
        most: u32,
    ) -> Result<(), JournalError> {
        let Tried { rule, refusals: around, .. } = *one;
        let between = |calls| Refusals { calls, before: around.before.clone(), after: around.after.clone() };
        let cases = calls.prop_map(|call| between(vec![call]).single(0));
        let call_of = |tree: &_| {
            let Case { partition, plan } = ValueTree::current(tree);
            match plan.steps.into_iter().nth(around.before.len()) {
                Some(Step::Call(call)) => Some((partition, call)),
                _ => None,
            }
        };
        let mut runner = self.runner(rule);
        let at_once = self.shared.options.settings.effort.refusals_at_once;
        let mut left = most as usize;
        while left > 0 && !self.is_enough(one.progress) {
            let size = left.min(at_once);
            left -= size;
            let trees = (0..size).map(|_| new_tree(&cases, &mut runner, rule));
            let mut trees: Vec<_> = trees.filter(|tree| !self.is_left_out(tree)).collect();
            let refusals = between(trees.iter().filter_map(call_of).collect());
            let batch: Vec<Numbered> = (0..trees.len()).map(|at| (0, at)).collect();
            let mut tried = [Tried { rule, refusals: &refusals, progress: &mut *one.progress }];
            let together = self.together(&mut tried, &batch).await?;
            for (_, at) in &together.alone {
                if self.random_case(&mut tried[0], &mut trees[*at]).await? {
                    return Ok(());
                }
            }
            self.note_seen_together(&mut tried, together).await?;
        }
        Ok(())
    }

    /// The rule's own source of randomness: the same seed makes the same cases, whatever else runs.
    fn runner(&self, rule: &Rule) -> TestRunner {
        let seed = seed_of(self.shared.options.seed, &rule.id);
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng)
    }

    /// Tries a random case; whether no other of its rule is of use.
    async fn random_case(
        &mut self,
        one: &mut Tried<'_>,
        tree: &mut impl ValueTree<Value = Case>,
    ) -> Result<bool, JournalError> {
        let case = tree.current();
        let repeats = self.repeats().without_confirmations();
        let attempts = self.attempts(one, &case, self.begun(one.rule), repeats).await?;
        if let Some((_, Judgement::Violates(found))) = attempts.last() {
            let class = found[0].class.clone();
            let mut best = (case, attempts.into_last());
            if self.shared.options.stop_after == StopAfter::Never {
                best = self.shrunk(one, tree, &class, best).await?;
            }
            let (case, first) = best;
            self.settle(one, &case, first).await?;
        } else {
            self.conclude(one, &attempts);
        }
        Ok(one.is_broken() || self.is_enough(one.progress))
    }

    /// The smallest case that still violates in the same class, with the attempt that shows it.
    async fn shrunk(
        &mut self,
        one: &mut Tried<'_>,
        tree: &mut impl ValueTree<Value = Case>,
        class: &Class,
        mut best: (Case, Attempts<'static>),
    ) -> Result<(Case, Attempts<'static>), JournalError> {
        let mut moved = tree.simplify();
        for _ in 0..self.shared.options.settings.effort.shrinking {
            if !moved || self.is_over() {
                break;
            }
            self.clean().await?;
            let case = tree.current();
            let mut attempt = self.begun(one.rule);
            let (number, recorded) = self.attempt(one, &case, true).await?;
            attempt.push(number, recorded);
            let Some((_, judgement)) = attempt.last() else { break };
            let is_same = matches!(judgement, Judgement::Violates(found)
                if found.iter().any(|one| one.class == *class));
            moved = if is_same {
                best = (case, attempt);
                tree.simplify()
            } else {
                tree.complicate()
            };
        }
        Ok(best)
    }
}

/// A rule as the session asks for it.
pub(super) struct ByRule(pub(super) &'static Rule);

impl Oracle for ByRule {
    fn is_well_formed(&self, expectation: &str) -> bool {
        // Which calls of a monitor's counterexample are, is not known any more.
        matches!(self.0.trial, Trial::Monitor(_)) || self.0.is_well_formed(expectation)
    }

    fn agrees(&self, so_far: &Recorded) -> bool {
        is_up_to_date(self.0, so_far)
    }
}

/// A new case of a strategy.
///
/// # Panics
/// If the strategy rejects everything, which is a defect of the rule.
fn new_tree<S: Strategy>(strategy: &S, runner: &mut TestRunner, rule: &Rule) -> S::Tree {
    strategy.new_tree(runner).unwrap_or_else(|reason| panic!("{}: no random case: {reason}", rule.id))
}
