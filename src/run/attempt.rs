//! An attempt: the cases of one rule after the other, in one session, again where nobody knows what
//! came of them, and smaller where they violate the rule.

#[cfg(test)]
mod tests;

use super::{Effort, Options};
use crate::exchange::untrusted::bounded;
use crate::exchange::{Exchange, Recorded, Trace, TransportErrorKind};
use crate::execute::{Budget, Session, SessionError};
use crate::judge::finding::{Finding, Judgement, Reproduced, Verdict, Violation};
use crate::judge::monitors::MonitorLog;
use crate::judge::{NO_ANSWER, SERVER_ERROR, judge, outcomes};
use crate::results::{Observation, RuleResult};
use crate::rules::expectation::Level;
use crate::rules::{Random, Refusals, Rule, Trial};
use crate::run::survey::Survey;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::{Call, Case};
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

/// Rules being tried in one session.
pub(super) struct Attempt<'a> {
    pub(super) session: Session,
    /// When the time is up.
    pub(super) until: Option<Instant>,
    pub(super) options: &'a Options,
    pub(super) budget: &'a Budget,
    pub(super) survey: &'a Survey,
    pub(super) watch: MonitorLog,
    /// Cases in a row that were tried again for nothing.
    pub(super) futile_retries: u32,
}

/// What the cases of one rule have come to so far.
#[derive(Default)]
pub(super) struct RuleProgress {
    cases: u64,
    requests: u64,
    conforming: u64,
    inconclusive: Option<String>,
    /// Cases that stayed without an answer.
    silences: u32,
    not_applicable: Option<String>,
    /// Cases in a row that were not applicable.
    out_of_reach: u32,
    pub(super) findings: Vec<Finding>,
    /// Cases in a row that violate the rule in no new way.
    repeated: u32,
    observations: Vec<Observation>,
    /// What was used up before the most telling cases were all tried.
    cut: Option<&'static str>,
}

impl RuleProgress {
    fn conforms(&mut self) {
        self.conforming += 1;
        (self.repeated, self.out_of_reach) = (0, 0);
    }

    fn out_of_reach(&mut self, reason: String) {
        self.out_of_reach += 1;
        self.not_applicable.get_or_insert(reason);
    }

    fn is_new(&self, violation: &Violation) -> bool {
        !self.findings.iter().any(|finding| finding.violation.class == violation.class)
    }
}

/// How often a case is sent again when nobody knows what its answer was.
const ATTEMPTS: u32 = 8;
/// The fewest steps of a case that is not tried so often.
const LONG: usize = 13;
/// After so many cases in a row that were tried again for nothing the others are tried once more.
const FUTILE_RETRIES: u32 = 3;
/// How often a violation is tried again.
const REPRODUCTIONS: u32 = 2;
/// Why a rule is not run for want of requests.
const NO_BUDGET: &str = "the budget of requests is used up";
/// Why a rule is not run for want of time.
const NO_TIME: &str = "the time is up";
/// Why a case is inconclusive during which the endpoint could not be reached.
const AWAY: &str = "the endpoint was away for a while";
/// Why a case is inconclusive in which a change got a server error.
const IN_DOUBT: &str = "a call got a server error, and may have been carried out or not";
/// How often silence and server errors are tried again: rare ones are no habit.
const RARE_REPRODUCTIONS: u32 = 4;
/// The most cases of a rule that may stay without an answer.
const SILENCES: u32 = 2;
/// The most classes of violation that are looked for in one rule; each keeps its evidence.
const MOST_FINDINGS: usize = 12;
/// The most cases in a row that violate a rule in ways that are known.
const MOST_REPEATED: u32 = 8;
/// The most cases in a row of a rule that are not applicable.
const MOST_OUT_OF_REACH: u32 = 6;
/// The most bytes of an observation: what is recorded is the outcome, not the answer.
const LONGEST: usize = 4_096;
/// The most steps of shrinking.
const SHRINKING: u32 = 48;
/// The most refusals between two reads: a lost read costs no more than these.
const BATCH: usize = 24;

/// Every rule's most telling cases come before any rule's others, so that a small budget goes far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The first boundary cases and refusals of each rule.
    Near,
    /// The others, and the random ones.
    Far,
}

impl Stage {
    /// The part of a list that belongs to the stage, where the first so many are near.
    fn part(self, length: usize, near: usize) -> std::ops::Range<usize> {
        match self {
            Self::Near => 0..length.min(near),
            Self::Far => length.min(near)..length,
        }
    }
}

/// Boundary cases of a rule that are near.
const NEAR_CASES: usize = 4;
/// Refusals of a rule that are near.
const NEAR_REFUSALS: usize = 8;

impl Attempt<'_> {
    /// Tries the cases of a rule that belong to a stage.
    pub(super) async fn stage(
        &mut self,
        rule: &'static Rule,
        stage: Stage,
        progress: &mut RuleProgress,
    ) -> Result<(), SessionError> {
        let Trial::Cases { fixed, refusals, random } = &rule.trial else { return Ok(()) };
        let parts = [stage.part(fixed.len(), NEAR_CASES), stage.part(refusals.calls.len(), NEAR_REFUSALS)];
        let is_left = parts.iter().any(|part| !part.is_empty()) || (stage == Stage::Far && random.is_some());
        if let Some(reason) = self.session.gone(rule.service) {
            progress.inconclusive = progress.inconclusive.take().or(is_left.then_some(reason));
            return Ok(());
        }
        let before = self.budget.spent(rule.service);
        for case in &fixed[stage.part(fixed.len(), NEAR_CASES)] {
            if self.is_enough(progress) {
                break;
            }
            self.case(rule, case, progress).await?;
        }
        let part: Vec<usize> = stage.part(refusals.calls.len(), NEAR_REFUSALS).collect();
        self.refusals(rule, refusals, &part, progress).await?;
        if stage == Stage::Near {
            progress.cut = self.used_up();
        }
        // A rule that is known to be broken, or out of reach, learns nothing from random cases.
        if stage == Stage::Far && progress.findings.is_empty() && progress.not_applicable.is_none() {
            match random {
                Some(Random::Cases(cases)) => self.random(rule, &cases(), progress).await?,
                Some(Random::Refusals(calls)) => {
                    self.random_refusals(rule, refusals, &calls(), progress).await?
                }
                None => {}
            }
        }
        progress.requests += self.budget.spent(rule.service) - before;
        Ok(())
    }

    fn is_enough(&self, progress: &RuleProgress) -> bool {
        (self.options.effort != Effort::Thorough && !progress.findings.is_empty())
            || self.is_over()
            // Each more would take the whole time that an answer may take, and tell nothing new.
            || progress.silences >= SILENCES
            || progress.findings.iter().any(|finding| finding.violation.class == NO_ANSWER)
            // A rule that is broken in so many ways at once is known to be broken,
            || progress.findings.len() >= MOST_FINDINGS
            // and so is one that is broken in the same way again and again.
            || progress.repeated >= MOST_REPEATED
            // What one case needs the next ones are likely to need too.
            || progress.out_of_reach >= MOST_OUT_OF_REACH
    }

    /// Whether nothing more can be sent.
    fn is_over(&self) -> bool {
        self.session.gone(self.survey.service).is_some() || self.used_up().is_some()
    }

    /// What of the run's means is used up, if so.
    pub(super) fn used_up(&self) -> Option<&'static str> {
        match self.budget.is_used_up(self.survey.service) {
            true => Some(NO_BUDGET),
            false => self.until.is_some_and(|until| Instant::now() >= until).then_some(NO_TIME),
        }
    }

    /// Sends refusals many at a time, and those that were not refused or changed something alone.
    async fn refusals(
        &mut self,
        rule: &'static Rule,
        refusals: &Refusals,
        part: &[usize],
        progress: &mut RuleProgress,
    ) -> Result<(), SessionError> {
        for batch in part.chunks(BATCH) {
            if self.is_enough(progress) {
                break;
            }
            for at in self.not_refused(rule, refusals, batch, progress).await? {
                self.case(rule, &refusals.single(at), progress).await?;
                if self.is_enough(progress) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Sends refusals between two reads, again those without an answer; what has to be tried alone.
    async fn not_refused(
        &mut self,
        rule: &'static Rule,
        refusals: &Refusals,
        batch: &[usize],
        progress: &mut RuleProgress,
    ) -> Result<Vec<usize>, SessionError> {
        let mut left = batch.to_vec();
        for _ in 0..ATTEMPTS {
            if left.len() < 2 {
                return Ok(left);
            }
            let together = refusals.several("several refusals", left.iter().copied());
            let (judgement, recorded) = self.settled(rule, &together).await?;
            let silent = match judgement {
                Judgement::Conforms => Vec::new(),
                Judgement::Inconclusive(_) if !self.is_over() => match silent_refusals(&recorded, &left) {
                    // What was answered is judged without the others: the state is as it was.
                    Some((silent, answered)) if matches!(judge(rule, &answered), Judgement::Conforms) => {
                        silent
                    }
                    _ => break,
                },
                _ => break,
            };
            progress.cases += (left.len() - silent.len()) as u64;
            progress.conforming += (left.len() - silent.len()) as u64;
            left = silent;
        }
        self.session.clean(rule.service).await?;
        Ok(left)
    }

    /// Tries one case and notes what it comes to.
    async fn case(
        &mut self,
        rule: &'static Rule,
        case: &Case,
        progress: &mut RuleProgress,
    ) -> Result<(), SessionError> {
        let (judgement, recorded) = self.settled(rule, case).await?;
        progress.cases += 1;
        if rule.level == Level::Observe {
            progress.observations.push(Observation {
                rule: rule.id.clone(),
                partition: case.partition.clone(),
                outcome: bounded(&outcomes(&recorded).join(", then "), LONGEST).into_owned(),
            });
        }
        match judgement {
            Judgement::Conforms => progress.conforms(),
            Judgement::Inconclusive(reason) => self.unknown(reason, progress),
            Judgement::NotApplicable(reason) => progress.out_of_reach(reason),
            Judgement::Violates(violations) => {
                let new =
                    each_class_once(violations.into_iter().filter(|violation| progress.is_new(violation)));
                if new.is_empty() {
                    progress.repeated += 1;
                    self.session.clean(rule.service).await?;
                    return Ok(());
                }
                progress.repeated = 0;
                let findings = self.confirmed(rule, case, new, recorded).await?;
                if findings.is_empty() {
                    progress.conforming += 1;
                }
                progress.findings.extend(findings);
            }
        }
        Ok(())
    }

    /// Notes that nobody knows what an answer was: not for want of budget, which is no answer's fault.
    fn unknown(&self, reason: String, progress: &mut RuleProgress) {
        if self.used_up().is_none() {
            progress.silences += 1;
            progress.inconclusive.get_or_insert(reason);
        }
    }

    /// Executes and judges a case; again where nobody knows what an answer was, and again from a
    /// clean state where its set-up was refused.
    async fn settled(
        &mut self,
        rule: &'static Rule,
        case: &Case,
    ) -> Result<(Judgement, Recorded), SessionError> {
        let mut pause = Duration::from_millis(2);
        let mut attempt = 1;
        loop {
            let (judgement, recorded) = self.once(rule, case).await?;
            let hung = recorded.traces.iter().flat_map(Trace::exchanges).any(Exchange::has_timed_out);
            // Where it has been for nothing before, it is so again.
            let most = match (case.plan.steps.len(), self.futile_retries) {
                (_, 0) if hung => 2,
                _ if hung => 1,
                // Of many calls one is likely to be unlucky again; each alone is tried more often.
                (LONG.., _) => 1,
                (_, FUTILE_RETRIES..) => 2,
                _ => ATTEMPTS,
            };
            let last = attempt >= most || self.is_over();
            match judgement {
                Judgement::Inconclusive(reason)
                    if !last && (reason == AWAY || reason == IN_DOUBT || is_transient(&recorded)) =>
                {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_millis(16));
                }
                Judgement::NotApplicable(_) if attempt == 1 => self.session.clean(rule.service).await?,
                _ => {
                    self.futile_retries = match judgement {
                        Judgement::Inconclusive(_) if attempt > 1 => self.futile_retries + 1,
                        Judgement::Conforms | Judgement::Violates(_) if attempt > 1 => 0,
                        _ => self.futile_retries,
                    };
                    return Ok((judgement, recorded));
                }
            }
            attempt += 1;
        }
    }

    async fn once(
        &mut self,
        rule: &'static Rule,
        case: &Case,
    ) -> Result<(Judgement, Recorded), SessionError> {
        let recorded = self.session.execute(case, &|expectation| rule.is_well_formed(expectation)).await?;
        self.watch.look(&recorded);
        if recorded.interrupted {
            // Whatever it held, leased projects too, may be lost.
            self.session.clean(rule.service).await?;
            return Ok((Judgement::Inconclusive(AWAY.to_owned()), recorded));
        }
        Ok((without_doubtful(judge(rule, &recorded).abridged(), &recorded), recorded))
    }

    /// Tries violations again. A server error that comes once in a while, or where nothing else is
    /// promised, is the monitor's finding and not this rule's.
    async fn confirmed(
        &mut self,
        rule: &'static Rule,
        case: &Case,
        violations: Vec<Violation>,
        recorded: Recorded,
    ) -> Result<Vec<Finding>, SessionError> {
        let tries = if self.options.effort == Effort::Thorough { REPRODUCTIONS } else { 0 };
        let server_error = violations.iter().any(|violation| violation.class == SERVER_ERROR);
        let tries = if server_error { tries.max(1) } else { tries };
        // Of many server errors that come once in a while some come again by chance.
        let tries = if server_error && tries > 1 { tries.max(RARE_REPRODUCTIONS) } else { tries };
        // A connection may break for reasons of its own.
        let silent = violations.iter().any(|violation| violation.class == NO_ANSWER);
        let tries = if silent { tries.max(RARE_REPRODUCTIONS) } else { tries };
        let mut times: Vec<u32> = vec![1; violations.len()];
        for _ in 0..tries {
            self.session.clean(rule.service).await?;
            let (judgement, _) = self.once(rule, case).await?;
            if let Judgement::Violates(again) = judgement {
                for (violation, times) in violations.iter().zip(&mut times) {
                    *times += u32::from(again.iter().any(|other| is_again(violation, other)));
                }
            }
        }
        self.session.clean(rule.service).await?;
        let mut findings = Vec::new();
        for (violation, times) in violations.into_iter().zip(times) {
            let reproduced = Reproduced { times, of: tries + 1 };
            if violation.class == NO_ANSWER && reproduced.is_intermittent() {
                continue;
            }
            if violation.class == SERVER_ERROR
                && (reproduced.is_intermittent() || rule.level == Level::Observe)
            {
                self.watch.server_error(rule.service, &violation, reproduced, &recorded);
                continue;
            }
            findings.push(Finding {
                violation,
                case: case.clone(),
                reproduced,
                evidence: recorded.evidence(),
            });
        }
        Ok(findings)
    }

    /// Tries random cases, and shrinks the first that violates.
    async fn random(
        &mut self,
        rule: &'static Rule,
        strategy: &BoxedStrategy<Case>,
        progress: &mut RuleProgress,
    ) -> Result<(), SessionError> {
        let mut runner = self.generator(rule);
        for _ in 0..self.options.cases {
            let Ok(mut tree) = strategy.new_tree(&mut runner) else { break };
            self.random_case(rule, &mut tree, progress).await?;
            if !progress.findings.is_empty() || self.is_enough(progress) {
                break;
            }
        }
        Ok(())
    }

    /// Tries random calls that have to be refused, all between the same two reads, and shrinks the
    /// first that violates.
    async fn random_refusals(
        &mut self,
        rule: &'static Rule,
        around: &Refusals,
        strategy: &BoxedStrategy<(String, Call)>,
        progress: &mut RuleProgress,
    ) -> Result<(), SessionError> {
        let mut runner = self.generator(rule);
        let trees = (0..self.options.cases).map_while(|_| strategy.new_tree(&mut runner).ok());
        let mut trees: Vec<_> = trees.map(|tree| Framed { tree, around }).collect();
        for trees in trees.chunks_mut(BATCH) {
            let calls = trees.iter().map(|framed| framed.tree.current()).collect();
            let refusals = Refusals { calls, before: around.before.clone(), after: around.after.clone() };
            let batch: Vec<usize> = (0..refusals.calls.len()).collect();
            if self.is_enough(progress) {
                break;
            }
            for at in self.not_refused(rule, &refusals, &batch, progress).await? {
                self.random_case(rule, &mut trees[at], progress).await?;
                if !progress.findings.is_empty() || self.is_enough(progress) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The rule's own source of randomness: the same seed makes the same cases, whatever else runs.
    fn generator(&self, rule: &Rule) -> TestRunner {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed_of(self.options.seed, &rule.id));
        TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng)
    }

    async fn random_case(
        &mut self,
        rule: &'static Rule,
        tree: &mut impl ValueTree<Value = Case>,
        progress: &mut RuleProgress,
    ) -> Result<(), SessionError> {
        let case = tree.current();
        let (judgement, recorded) = self.settled(rule, &case).await?;
        progress.cases += 1;
        match judgement {
            Judgement::Conforms => progress.conforms(),
            Judgement::Inconclusive(reason) => self.unknown(reason, progress),
            Judgement::NotApplicable(reason) => progress.out_of_reach(reason),
            Judgement::Violates(violations) => {
                let (case, violations, recorded) = if self.options.effort != Effort::Thorough {
                    (case, violations, recorded)
                } else {
                    self.shrunk(rule, tree, violations, recorded).await?
                };
                let violations = each_class_once(violations);
                let findings = self.confirmed(rule, &case, violations, recorded).await?;
                progress.findings.extend(findings);
            }
        }
        Ok(())
    }

    /// The smallest case that still violates in the same class.
    async fn shrunk(
        &mut self,
        rule: &'static Rule,
        tree: &mut impl ValueTree<Value = Case>,
        violations: Vec<Violation>,
        recorded: Recorded,
    ) -> Result<(Case, Vec<Violation>, Recorded), SessionError> {
        let class = violations[0].class.clone();
        let mut best = (tree.current(), violations, recorded);
        let mut moved = tree.simplify();
        for _ in 0..SHRINKING {
            if !moved || self.is_over() {
                break;
            }
            self.session.clean(rule.service).await?;
            let case = tree.current();
            let (judgement, recorded) = self.once(rule, &case).await?;
            let same = match judgement {
                Judgement::Violates(found) if found.iter().any(|one| one.class == class) => Some(found),
                _ => None,
            };
            moved = match same {
                Some(found) => {
                    best = (case, found, recorded);
                    tree.simplify()
                }
                None => tree.complicate(),
            };
        }
        Ok(best)
    }
}

/// Of a batch of refusals those that got no answer, and the recording without them; none if all did,
/// or none did, or the rest says nothing.
fn silent_refusals(recorded: &Recorded, batch: &[usize]) -> Option<(Vec<usize>, Recorded)> {
    let is_silent = |trace: &Trace| matches!(trace, Trace::Call(call) if call.response().is_none());
    let label = |at: &usize| format!("r{at}");
    let calls = recorded.traces.iter().filter(|trace| is_silent(trace)).flat_map(Trace::exchanges);
    let labels: Vec<&str> = calls.map(|call| call.label.as_str()).collect();
    let silent: Vec<usize> =
        batch.iter().copied().filter(|at| labels.contains(&label(at).as_str())).collect();
    if silent.is_empty() || silent.len() == batch.len() || silent.len() < labels.len() {
        return None;
    }
    let mut answered = recorded.clone();
    let kept: Vec<bool> = recorded.traces.iter().map(|trace| !is_silent(trace)).collect();
    let mut keep = kept.iter();
    answered.case.plan.steps.retain(|_| keep.next().copied().unwrap_or(true));
    answered.traces.retain(|trace| !is_silent(trace));
    Some((silent, answered))
}

/// The judgement without what a server error before it may explain: whether the call that got it was
/// carried out is not known, so that what follows accuses nobody.
fn without_doubtful(judgement: Judgement, recorded: &Recorded) -> Judgement {
    let Judgement::Violates(mut violations) = judgement else { return judgement };
    if !recorded.calls().any(is_server_error) {
        return Judgement::Violates(violations);
    }
    violations.retain(|violation| [SERVER_ERROR, NO_ANSWER].contains(&violation.class.as_str()));
    if violations.is_empty() {
        return Judgement::Inconclusive(IN_DOUBT.to_owned());
    }
    Judgement::Violates(violations)
}

/// Whether an answer is a failure of the service's own, and no refusal with an odd status.
fn is_server_error(exchange: &Exchange) -> bool {
    let Some(answer) = exchange.response() else { return false };
    let is_refusal = |code: &str| {
        let statuses = model(exchange.request.service).statuses(code);
        statuses.is_some_and(|statuses| statuses.iter().any(|status| *status < 500))
    };
    answer.status >= 500 && answer.status != 501 && !answer.code().is_some_and(|code| is_refusal(&code))
}

/// Whether a violation is the same as one before. Each server error of a long case may be another
/// call's, and then none of them is persistent.
fn is_again(violation: &Violation, other: &Violation) -> bool {
    other.class == violation.class && (other.class != SERVER_ERROR || other.label == violation.label)
}

/// The first violation of each class.
fn each_class_once(violations: impl IntoIterator<Item = Violation>) -> Vec<Violation> {
    let mut kept: Vec<Violation> = Vec::new();
    for violation in violations {
        if kept.iter().all(|other| other.class != violation.class) {
            kept.push(violation);
        }
    }
    kept
}

/// The tree of a call that has to be refused, as one of cases with the reads around it.
struct Framed<'a, T> {
    tree: T,
    around: &'a Refusals,
}

impl<T: ValueTree<Value = (String, Call)>> ValueTree for Framed<'_, T> {
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

/// Whether trying again may help: an answer was missing or asked to slow down.
fn is_transient(recorded: &Recorded) -> bool {
    recorded.traces.iter().flat_map(Trace::exchanges).any(|exchange: &Exchange| match &exchange.reply {
        Err(silence) => silence.kind != TransportErrorKind::TooLong,
        Ok(answer) => crate::exchange::is_throttled(answer),
    })
}

fn seed_of(seed: u64, rule: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (at, chunk) in bytes.chunks_mut(8).enumerate() {
        let mut hasher = DefaultHasher::new();
        (seed, rule, at).hash(&mut hasher);
        chunk.copy_from_slice(&hasher.finish().to_le_bytes());
    }
    bytes
}

/// What the cases of a rule come to together.
pub(super) fn verdict(rule: &'static Rule, progress: RuleProgress) -> RuleResult {
    let violates = progress.findings.iter().any(|finding| finding.violation.level > Level::Observe);
    let (verdict, reason) = match (&progress.inconclusive, &progress.not_applicable) {
        _ if violates => (Verdict::Violates, None),
        _ if rule.level == Level::Observe && progress.cases > 0 => (Verdict::Observed, None),
        (Some(reason), _) => (Verdict::Inconclusive, Some(reason.clone())),
        (None, None) if let Some(reason) = progress.cut => (Verdict::NotRun, Some(reason.to_owned())),
        (None, Some(reason)) => (Verdict::NotApplicable, Some(reason.clone())),
        (None, None) if progress.conforming > 0 => (Verdict::Conforms, None),
        (None, None) => (Verdict::NotRun, Some("no case was tried".to_owned())),
    };
    RuleResult {
        rule,
        verdict,
        cases: progress.cases,
        requests: progress.requests,
        reason,
        findings: progress.findings,
        observations: progress.observations,
    }
}
