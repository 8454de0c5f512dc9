//! The runner: tries rules against a target and collects what they come to.
//!
//! Boundary cases first, then random ones on proptest's trees, which the runner drives itself:
//! `TestRunner::run` takes a synchronous closure. Trees are not `Send`, so each service has a
//! worker thread with a current-thread runtime of its own.

mod attempt;
pub mod survey;

use crate::exchange::Trace;
use crate::exchange::describe;
use crate::execute::ledger::Ledger;
use crate::execute::target::Target;
use crate::execute::{Budget, Connector, Session, SessionError};
use crate::judge::finding::Verdict;
use crate::judge::monitors::MonitorLog;
use crate::results::{Results, RuleResult};
use crate::rules::{Rule, Trial};
use crate::run::survey::{Survey, SurveyError, survey};
use crate::settings::TransportSettings;
use attempt::{Attempt, RuleProgress, Stage, verdict};
use aws_conformance_generators::plan::Service;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How a run is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the random cases start from.
    pub seed: u64,
    /// Random cases a rule, after the boundary cases.
    pub cases: u32,
    /// Time for the whole run; none: no limit.
    pub time: Option<Duration>,
    /// How much is done about what is found.
    pub effort: Effort,
}

/// How much a run does, and about what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Every case; violations are reproduced and shrunk.
    Thorough,
    /// Every case until a rule's first violation, which is taken as it is: a kill matrix needs no
    /// more.
    FirstOfRule,
    /// Nothing after the first violation of any rule.
    FirstOfAll,
    /// Each rule's most telling cases alone, until its first violation.
    Near,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 0, cases: 16, time: None, effort: Effort::Thorough }
    }
}

/// What a run tells while it goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// A service has been surveyed.
    Surveyed(&'a Survey),
    /// A service cannot be judged.
    NotSurveyed(Service, &'a SurveyError),
    /// A rule is being tried.
    Started(&'a Rule),
    /// A rule has come to a verdict.
    Finished(&'a RuleResult),
}

/// Takes events, from several threads.
pub type Listener<'l> = dyn Fn(Event<'_>) + Send + Sync + 'l;

/// Tries rules against a target.
///
/// # Errors
/// [`SessionError`] when the journal cannot be written. What the target does is never an error.
pub fn run(
    target: &Target,
    rules: &[&'static Rule],
    options: &Options,
    budget: &Arc<Budget>,
    ledger: &Arc<Ledger>,
    listener: &Listener<'_>,
) -> Result<Results, RunError> {
    let started = Instant::now();
    let workers: Vec<Worker> = Service::ALL
        .into_iter()
        .map(|service| Worker {
            service,
            rules: rules.iter().copied().filter(|rule| rule.service == service).collect(),
            options: options.clone(),
            budget: Arc::clone(budget),
            started,
            listener,
        })
        .filter(|worker| !worker.rules.is_empty())
        .collect();
    let done: Vec<Result<Done, RunError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = workers
            .into_iter()
            .map(|worker| {
                let (target, ledger) = (target.clone(), Arc::clone(ledger));
                scope.spawn(move || worker.work(target, ledger))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut results = Results {
        rules: Vec::new(),
        surveys: Vec::new(),
        failures: Vec::new(),
        requests: 0,
        first_finding: None,
        duration: Duration::ZERO,
    };
    for done in done {
        let done = done?;
        results.rules.extend(done.rules);
        results.surveys.extend(done.survey);
        results.failures.extend(done.failure);
        results.first_finding = [results.first_finding, done.first_finding].into_iter().flatten().min();
    }
    results.requests = Service::ALL.into_iter().map(|service| budget.spent(service)).sum();
    results.duration = started.elapsed();
    Ok(results)
}

/// Why a run could not go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The ledger cannot be kept.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// No runtime for a worker.
    #[error("no runtime can be started: {0}")]
    Runtime(#[from] std::io::Error),
}

/// What one worker brings back.
struct Done {
    rules: Vec<RuleResult>,
    survey: Option<Survey>,
    failure: Option<SurveyError>,
    first_finding: Option<u64>,
}

/// The worker of one service.
struct Worker<'a> {
    service: Service,
    rules: Vec<&'static Rule>,
    options: Options,
    budget: Arc<Budget>,
    started: Instant,
    listener: &'a Listener<'a>,
}

impl Worker<'_> {
    fn work(self, target: Target, ledger: Arc<Ledger>) -> Result<Done, RunError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let settings = TransportSettings::default();
            let connector = Connector::new(&target, Arc::clone(&self.budget), settings);
            let session = Session::new(&target, connector, ledger);
            self.judge_all(session).await
        })
    }

    async fn judge_all(self, mut session: Session) -> Result<Done, RunError> {
        let survey = match survey(&mut session, self.service).await {
            Ok(survey) => survey,
            Err(error) => {
                (self.listener)(Event::NotSurveyed(self.service, &error));
                session.finish().await;
                let reason = error.to_string();
                let rules =
                    self.rules.iter().map(|rule| unjudged(rule, Verdict::Inconclusive, &reason)).collect();
                return Ok(Done { rules, survey: None, failure: Some(error), first_finding: None });
            }
        };
        (self.listener)(Event::Surveyed(&survey));
        let mut attempt = Attempt {
            session,
            until: self.options.time.map(|time| self.started + time),
            options: &self.options,
            budget: &self.budget,
            survey: &survey,
            watch: MonitorLog::new(&self.rules),
            futile_retries: u32::from(!survey.silent.is_empty()),
        };
        let mut results = BTreeMap::new();
        let mut all_progress: BTreeMap<usize, RuleProgress> = BTreeMap::new();
        let mut first_finding = None;
        'stages: for stage in [Stage::Near, Stage::Far] {
            for (at, rule) in self.rules.iter().enumerate() {
                if matches!(rule.trial, Trial::Monitor(_)) || results.contains_key(&at) {
                    continue;
                }
                (self.listener)(Event::Started(rule));
                let out = self.out_of_reach(rule, &attempt, all_progress.contains_key(&at));
                if let Some((verdict, reason)) = out {
                    let result = unjudged(rule, verdict, &reason);
                    (self.listener)(Event::Finished(&result));
                    results.insert(at, result);
                    continue;
                }
                let progress = all_progress.entry(at).or_default();
                attempt.stage(rule, stage, progress).await?;
                if first_finding.is_none() && (!progress.findings.is_empty() || attempt.watch.has_findings())
                {
                    first_finding = Some(self.budget.spent(self.service));
                }
                if self.options.effort == Effort::FirstOfAll && first_finding.is_some() {
                    let result = verdict(rule, std::mem::take(progress));
                    results.insert(at, result);
                    break 'stages;
                }
                if stage == Stage::Far || self.options.effort == Effort::Near {
                    let result = verdict(rule, std::mem::take(progress));
                    (self.listener)(Event::Finished(&result));
                    results.insert(at, result);
                }
            }
        }
        let Attempt { session, watch, .. } = attempt;
        session.finish().await;
        for (at, rule) in self.rules.iter().enumerate() {
            if matches!(rule.trial, Trial::Monitor(_)) {
                let result = match survey.nothing_implemented() {
                    Some(reason) => unjudged(rule, Verdict::NotApplicable, &reason),
                    None => watch.result(rule),
                };
                (self.listener)(Event::Finished(&result));
                results.insert(at, result);
            }
        }
        if watch.has_findings() {
            first_finding = first_finding.or(Some(self.budget.spent(self.service)));
        }
        Ok(Done {
            rules: results.into_values().collect(),
            survey: Some(survey),
            failure: None,
            first_finding,
        })
    }

    /// Why a rule is not tried at all.
    fn out_of_reach(&self, rule: &Rule, attempt: &Attempt<'_>, begun: bool) -> Option<(Verdict, String)> {
        let Attempt { session, survey, .. } = attempt;
        if begun {
            return None;
        }
        if let Some(reason) = attempt.used_up() {
            return Some((Verdict::NotRun, reason.to_owned()));
        }
        if let Some(needed) = rule.needs.filter(|needed| !session.target().capabilities.contains(needed)) {
            return Some((Verdict::NotApplicable, format!("the target does not claim {}", needed.claim())));
        }
        if let Some(reason) = session.gone(self.service) {
            return Some((Verdict::Inconclusive, reason));
        }
        if let Some(reason) = survey.nothing_implemented() {
            return Some((Verdict::NotApplicable, reason));
        }
        rule.operations().into_iter().find_map(|operation| {
            if let Some(answer) = survey.missing.get(&operation) {
                return Some((Verdict::NotApplicable, format!("{operation} is not implemented: {answer}")));
            }
            let silence = survey.silent.get(&operation)?;
            Some((Verdict::Inconclusive, format!("{operation} gives no answer: {silence}")))
        })
    }
}

fn unjudged(rule: &'static Rule, verdict: Verdict, reason: &str) -> RuleResult {
    RuleResult {
        rule,
        verdict,
        cases: 0,
        requests: 0,
        reason: Some(reason.to_owned()),
        findings: Vec::new(),
        observations: Vec::new(),
    }
}

/// What a trace of evidence came to, in words, for reports.
pub fn evidence(traces: &[Trace]) -> Vec<String> {
    traces.iter().flat_map(Trace::exchanges).map(describe).collect()
}
