//! A lane: the cases of one rule after the other, in one session, again where nobody knows what came
//! of them.

use super::ground::Ground;
use super::left_out::left_out;
use super::log::Log;
use super::options::{RunOptions, StopAfter};
use super::schedule::Refusal;
use super::seed::seed_of;
use crate::exchange::{Recorded, Shapes};
use crate::execute::target::Target;
use crate::execute::{Budget, JournalError, Oracle, Session};
use crate::judge::finding::{Class, Judgement, Unknown};
use crate::judge::{Attempts, CaseOutcome, MonitorLog, RuleProgress, is_up_to_date};
use crate::results::{Record, Survey};
use crate::rules::{Random, Refusals, Rule, Trial};
use crate::settings::{Repeats, RunSettings};
use aws_conformance_generators::plan::{Call, Case, Plan};
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
    pub(super) settings: &'a RunSettings,
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
    /// Why a plan is not executed on this target, if it is not.
    pub(super) fn left_out(&self, plan: &Plan) -> Option<&'static str> {
        left_out(plan, self.target)
    }

    /// What of the run's means is used up, if so.
    pub(super) fn used_up(&self) -> Option<&'static str> {
        if self.options.interrupt.is_set() {
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

/// A rule that is tried with others, and what is known of it.
pub(super) struct Tried<'t> {
    pub(super) rule: &'static Rule,
    pub(super) refusals: &'t Refusals,
    pub(super) progress: &'t mut RuleProgress,
}

impl Lane<'_> {
    /// Tries boundary cases of a rule.
    pub(super) async fn cases(
        &mut self,
        rule: &'static Rule,
        cases: &[usize],
        progress: &mut RuleProgress,
    ) -> Result<(), JournalError> {
        for at in cases {
            if self.is_enough(progress) {
                break;
            }
            self.case(rule, &rule.trial.fixed()[*at], progress).await?;
        }
        Ok(())
    }

    /// Tries random cases of a rule. One that is known to be broken, or out of reach, learns nothing from
    /// them.
    pub(super) async fn random(
        &mut self,
        rule: &'static Rule,
        most: u32,
        progress: &mut RuleProgress,
    ) -> Result<(), JournalError> {
        let Trial::Cases { refusals, random: Some(random), .. } = &rule.trial else { return Ok(()) };
        if most == 0 || !progress.findings.is_empty() || progress.is_out_of_reach() {
            return Ok(());
        }
        match random {
            Random::Cases(cases) => self.random_cases(rule, &cases(), most, progress).await,
            Random::Refusals(calls) => self.random_refusals(rule, refusals, &calls(), most, progress).await,
        }
    }

    pub(super) fn is_enough(&self, progress: &RuleProgress) -> bool {
        let effort = &self.shared.settings.effort;
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
        let repeats = self.shared.settings.repeats;
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
        rule: &'static Rule,
        case: &Case,
        alone: bool,
        progress: &mut RuleProgress,
    ) -> Result<(usize, Recorded), JournalError> {
        let recorded = self.execute(rule, case, alone, &ByRule(rule)).await?;
        Ok((self.note(rule, &recorded, progress), recorded))
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
    pub(super) fn note(&self, rule: &Rule, recorded: &Recorded, progress: &mut RuleProgress) -> usize {
        progress.requests += recorded.requests();
        // Under one lock, so that the log has the attempts in the order in which the monitors saw them.
        let mut monitors = self.shared.monitors.lock();
        monitors.look(recorded);
        self.shared.log.attempt(rule, recorded)
    }

    /// Removes what may be left on the ground.
    pub(super) async fn clean(&mut self) -> Result<(), JournalError> {
        let _held = self.shared.ground.whole().await;
        self.session.clean(self.shared.survey.service).await
    }

    /// Makes attempts at a case until they settle it.
    pub(super) async fn attempts(
        &mut self,
        rule: &'static Rule,
        case: &Case,
        mut attempts: Attempts<'static>,
        repeats: Repeats,
        progress: &mut RuleProgress,
    ) -> Result<Attempts<'static>, JournalError> {
        let known = progress.known();
        let mut pause = repeats.pause;
        while attempts.needs_another(&repeats, &known) {
            // The first attempt is always made: what is used up then is its own outcome.
            if attempts.last().is_some() && self.is_over() {
                break;
            }
            match attempts.last() {
                None | Some((_, Judgement::Inconclusive(Unknown::NotAlone | Unknown::EarlyReads))) => {}
                Some((recorded, Judgement::Inconclusive(_))) if !recorded.interrupted => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                Some(_) => self.clean().await?,
            }
            // What others may explain is tried alone from then on.
            let alone = attempts.were_shared();
            self.session.reads_late = attempts.had_early_reads();
            let (number, recorded) = self.attempt(rule, case, alone, progress).await?;
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

    /// Tries one case and notes the verdict.
    pub(super) async fn case(
        &mut self,
        rule: &'static Rule,
        case: &Case,
        progress: &mut RuleProgress,
    ) -> Result<(), JournalError> {
        let attempts = self.attempts(rule, case, self.begun(rule), self.repeats(), progress).await?;
        self.conclude(rule, &attempts, progress);
        Ok(())
    }

    pub(super) fn conclude(&self, rule: &Rule, attempts: &Attempts<'_>, progress: &mut RuleProgress) {
        let mut verdict = attempts.conclude();
        // What is used up in the middle of a case says nothing of the target.
        if matches!(verdict.outcome, CaseOutcome::Inconclusive(_)) && self.shared.used_up().is_some() {
            return;
        }
        let (rule, attempts) = (&rule.id, attempts.numbers());
        let mut monitors = self.shared.monitors.lock();
        self.shared.log.note(|| Record::Case { rule: rule.clone(), attempts: attempts.to_vec() });
        verdict.server_errors.drain(..).for_each(|finding| monitors.server_error(finding));
        progress.note(verdict);
    }

    /// Tries random cases, and shrinks the first that violates.
    async fn random_cases(
        &mut self,
        rule: &'static Rule,
        strategy: &BoxedStrategy<Case>,
        most: u32,
        progress: &mut RuleProgress,
    ) -> Result<(), JournalError> {
        let mut runner = self.runner(rule);
        for _ in 0..most {
            let mut tree = new_tree(strategy, &mut runner, rule);
            if self.is_left_out(&tree) {
                continue;
            }
            self.random_case(rule, &mut tree, progress).await?;
            if !progress.findings.is_empty() || self.is_enough(progress) {
                break;
            }
        }
        Ok(())
    }

    /// Whether a random case is not executed on this target. Only on a real account anything is left out,
    /// and elsewhere no case needs to be made to see that.
    fn is_left_out(&self, tree: &impl ValueTree<Value = Case>) -> bool {
        self.shared.target.is_real && self.shared.left_out(&tree.current().plan).is_some()
    }

    /// Tries random calls that have to be refused, all between the same two reads, and shrinks the
    /// first that violates.
    async fn random_refusals(
        &mut self,
        rule: &'static Rule,
        around: &Refusals,
        strategy: &BoxedStrategy<(String, Call)>,
        most: u32,
        progress: &mut RuleProgress,
    ) -> Result<(), JournalError> {
        let mut runner = self.runner(rule);
        let at_once = self.shared.settings.effort.refusals_at_once;
        let mut left = most as usize;
        while left > 0 && !self.is_enough(progress) {
            let size = left.min(at_once);
            left -= size;
            let trees = (0..size).map(|_| new_tree(strategy, &mut runner, rule));
            let trees = trees.map(|tree| Surrounded { tree, around });
            let mut trees: Vec<_> = trees.filter(|tree| !self.is_left_out(tree)).collect();
            let size = trees.len();
            let calls = trees.iter().map(|one| one.tree.current()).collect();
            let refusals = Refusals { calls, before: around.before.clone(), after: around.after.clone() };
            let batch: Vec<Refusal> = (0..size).map(|at| (0, at)).collect();
            let mut tried = [Tried { rule, refusals: &refusals, progress }];
            let together = self.together(&mut tried, &batch).await?;
            for (_, at) in &together.alone {
                let progress = &mut *tried[0].progress;
                self.random_case(rule, &mut trees[*at], progress).await?;
                if !progress.findings.is_empty() || self.is_enough(progress) {
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

    async fn random_case(
        &mut self,
        rule: &'static Rule,
        tree: &mut impl ValueTree<Value = Case>,
        progress: &mut RuleProgress,
    ) -> Result<(), JournalError> {
        let case = tree.current();
        let repeats = self.repeats().without_confirmations();
        let attempts = self.attempts(rule, &case, self.begun(rule), repeats, progress).await?;
        let Some((_, Judgement::Violates(found))) = attempts.last() else {
            self.conclude(rule, &attempts, progress);
            return Ok(());
        };
        let class = found[0].class.clone();
        let mut best = (case, attempts.into_last());
        if self.shared.options.stop_after == StopAfter::Never {
            best = self.shrunk(rule, tree, &class, best, progress).await?;
        }
        let (case, first) = best;
        let confirmed = self.attempts(rule, &case, first, self.repeats(), progress).await?;
        self.conclude(rule, &confirmed, progress);
        Ok(())
    }

    /// The smallest case that still violates in the same class, with the attempt that shows it.
    async fn shrunk(
        &mut self,
        rule: &'static Rule,
        tree: &mut impl ValueTree<Value = Case>,
        class: &Class,
        mut best: (Case, Attempts<'static>),
        progress: &mut RuleProgress,
    ) -> Result<(Case, Attempts<'static>), JournalError> {
        let mut moved = tree.simplify();
        for _ in 0..self.shared.settings.effort.shrinking {
            if !moved || self.is_over() {
                break;
            }
            self.clean().await?;
            let case = tree.current();
            let mut attempt = self.begun(rule);
            let (number, recorded) = self.attempt(rule, &case, true, progress).await?;
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

/// The tree of a call that has to be refused, as one of cases with the reads around it.
struct Surrounded<'a, T> {
    tree: T,
    around: &'a Refusals,
}

impl<T: ValueTree<Value = (String, Call)>> ValueTree for Surrounded<'_, T> {
    type Value = Case;

    fn current(&self) -> Case {
        let calls = vec![self.tree.current()];
        Refusals { calls, before: self.around.before.clone(), after: self.around.after.clone() }.single(0)
    }

    fn simplify(&mut self) -> bool {
        self.tree.simplify()
    }

    fn complicate(&mut self) -> bool {
        self.tree.complicate()
    }
}
