//! The part of a run that is about one service.

use super::ground::Ground;
use super::lane::{Lane, Shared};
use super::left_out::all_left_out;
use super::log::Log;
use super::options::{Event, Listener, Part, Reproduction, RunError, RunOptions, StopAfter};
use super::results_of;
use super::survey::{SurveyError, survey};
use crate::exchange::Shapes;
use crate::execute::ledger::Ledger;
use crate::execute::target::Target;
use crate::execute::{Budget, Connector, Latencies, Session};
use crate::judge::finding::Verdict;
use crate::judge::{MonitorLog, RuleProgress};
use crate::results::{Record, RuleResult, Survey};
use crate::rules::{Rule, Trial};
use crate::service::{RESOURCE_POLICIES, resource_removed_by, spare_regions};
use aws_conformance_generators::plan::Service;
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// The rules of one service on the way.
pub(super) struct ServiceRun<'a> {
    pub(super) service: Service,
    pub(super) rules: Vec<&'static Rule>,
    pub(super) options: &'a RunOptions,
    pub(super) target: &'a Target,
    pub(super) budget: &'a Arc<Budget>,
    pub(super) ledger: &'a Arc<Ledger>,
    pub(super) until: Option<Instant>,
    pub(super) listener: &'a Listener<'a>,
}

/// What a service's part brings back.
pub(super) struct Done {
    pub(super) rules: Vec<RuleResult>,
    pub(super) survey: Option<Survey>,
    pub(super) failure: Option<SurveyError>,
    pub(super) first_finding: Option<u64>,
    pub(super) records: Vec<Record>,
    pub(super) latencies: Latencies,
    pub(super) shapes: Shapes,
}

/// A rule to be tried, with what its cases have shown.
struct Item {
    rule: &'static Rule,
    progress: tokio::sync::Mutex<RuleProgress>,
    result: RefCell<Option<RuleResult>>,
}

/// The record of a rule that is not tried.
fn not_tried(rule: &Rule, verdict: Verdict, reason: &str) -> Record {
    Record::NotTried { rule: rule.id.clone(), verdict, reason: reason.to_owned() }
}

impl ServiceRun<'_> {
    pub(super) fn run(self) -> Result<Done, RunError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.judge_all())
    }

    fn session(&self, connector: &Connector) -> Session {
        Session::new(self.target, connector.clone(), Arc::clone(self.ledger))
    }

    async fn judge_all(self) -> Result<Done, RunError> {
        let connector =
            Connector::new(self.target, Arc::clone(self.budget), self.options.settings.transport.clone());
        let mut session = self.session(&connector);
        let log = Log::new(self.options.record);
        let survey = match survey(&mut session, self.service).await {
            Ok(survey) => survey,
            Err(error) => {
                (self.listener)(Event::NotSurveyed(self.service, &error));
                session.finish().await;
                let reason = error.to_string();
                let none = |rule: &&'static Rule| {
                    log.note(|| not_tried(rule, Verdict::Inconclusive, &reason));
                    results_of::none(rule, Verdict::Inconclusive, &reason)
                };
                let rules = self.rules.iter().map(none).collect();
                return Ok(Done {
                    rules,
                    survey: None,
                    failure: Some(error),
                    first_finding: None,
                    records: log.into_records(),
                    latencies: connector.latencies(),
                    shapes: Shapes::default(),
                });
            }
        };
        (self.listener)(Event::Surveyed(&survey));
        let places = self.places(&survey);
        let shared = Shared {
            target: self.target,
            options: self.options,
            settings: &self.options.settings,
            budget: self.budget,
            survey: &survey,
            ground: self.ground(&survey, &places),
            until: self.until,
            monitors: RefCell::new(MonitorLog::new(&self.rules)),
            shapes: RefCell::default(),
            futile: Cell::new(u32::from(!survey.silent.is_empty())),
            log,
        };
        let items = self
            .rules
            .iter()
            .filter(|rule| !matches!(rule.trial, Trial::Monitor(_)))
            .map(|rule| Item { rule, progress: tokio::sync::Mutex::default(), result: RefCell::default() });
        let mut items: Vec<Item> = items.collect();
        // Where nothing is removed, what one case leaves soon takes the room of all others.
        items.sort_by_key(|item| !frees_room(item.rule));
        if self.target.is_real {
            // What the budget may not be enough for comes last.
            items.sort_by_key(|item| std::cmp::Reverse(item.rule.level));
        }
        let first_finding = Cell::new(None);
        let next = Cell::new(0);
        let mut lanes = vec![Lane { session, shared: &shared }];
        for region in &places[1..] {
            let mut session = self.session(&connector);
            session.set_account(survey.account.clone());
            if let Some(region) = region {
                session.enter_region(region).await?;
            }
            session.declare_preexisting(self.service).await;
            lanes.push(Lane { session, shared: &shared });
        }
        self.replay(&mut lanes[0], &items).await?;
        // Only the lane that something has come for goes on.
        let lanes = lanes.into_iter().map(|lane| self.work(lane, &items, &next, &first_finding));
        for lane in lanes.collect::<FuturesUnordered<_>>().collect::<Vec<_>>().await {
            lane?.session.finish().await;
        }
        let monitors = shared.monitors.take();
        if monitors.has_findings() && first_finding.get().is_none() {
            first_finding.set(Some(self.budget.spent(self.service)));
        }
        let mut results: BTreeMap<&str, RuleResult> = BTreeMap::new();
        for item in items {
            let result = item.result.into_inner();
            let result = result.unwrap_or_else(|| results_of::cases(item.rule, item.progress.into_inner()));
            results.insert(&item.rule.id, result);
        }
        for rule in self.rules.iter().filter(|rule| matches!(rule.trial, Trial::Monitor(_))) {
            let result = match survey.nothing_implemented() {
                Some(reason) => {
                    shared.log.note(|| not_tried(rule, Verdict::NotApplicable, &reason));
                    results_of::none(rule, Verdict::NotApplicable, &reason)
                }
                None => results_of::monitor(rule, &monitors),
            };
            (self.listener)(Event::Finished(&result));
            results.insert(&rule.id, result);
        }
        let rules = self.rules.iter().filter_map(|rule| results.remove(rule.id.as_str())).collect();
        let (latencies, shapes) = (connector.latencies(), shared.shapes.take());
        let (first_finding, records) = (first_finding.get(), shared.log.into_records());
        Ok(Done { rules, survey: Some(survey), failure: None, first_finding, records, latencies, shapes })
    }

    /// Where each lane is: a region of its own where regions are separate, else where the run is.
    fn places(&self, survey: &Survey) -> Vec<Option<&'static str>> {
        let lanes = self.options.jobs.max(1);
        let mut places = vec![None];
        match (self.service, survey.separate_regions) {
            (Service::Xray, Some(true)) => {
                places.extend(spare_regions(&self.target.region).map(Some));
                places.truncate(lanes);
            }
            _ => places.resize(lanes, None),
        }
        places
    }

    fn ground(&self, survey: &Survey, places: &[Option<&str>]) -> Ground {
        if places.len() < 2 || self.service == Service::Rekognition {
            return Ground::separate(places.len());
        }
        let limit = RESOURCE_POLICIES.limit.candidates(&self.target.quotas).into_iter().min().unwrap_or(1);
        Ground::limited(limit.saturating_sub(survey.preexisting), survey.separate_regions != Some(true))
    }

    /// Tries the counterexamples of earlier runs, before everything else.
    async fn replay(&self, lane: &mut Lane<'_>, items: &[Item]) -> Result<(), RunError> {
        for counterexample in &self.options.corpus {
            let Some(rule) = self.rules.iter().find(|rule| rule.id == counterexample.rule) else { continue };
            let came = match self.out_of_reach(rule, lane) {
                Some((_, reason)) => Reproduction::CannotTell(reason),
                None => {
                    // A monitor has no cases.
                    let mut of_monitor = RuleProgress::default();
                    match items.iter().find(|item| item.rule.id == rule.id) {
                        Some(item) => {
                            let mut progress = item.progress.lock().await;
                            lane.replay(rule, counterexample, &mut progress).await?
                        }
                        None => lane.replay(rule, counterexample, &mut of_monitor).await?,
                    }
                }
            };
            (self.listener)(Event::Replayed(counterexample, &came));
        }
        Ok(())
    }

    /// Tries rules in a lane until there are none left: every rule's most telling cases, and then the
    /// others.
    async fn work<'l>(
        &self,
        mut lane: Lane<'l>,
        items: &[Item],
        next: &Cell<usize>,
        first_finding: &Cell<Option<u64>>,
    ) -> Result<Lane<'l>, RunError> {
        let parts: &[Part] = match (self.options.corpus_only, self.options.telling_only) {
            (true, _) => &[],
            (false, true) => &[Part::Telling],
            (false, false) => &[Part::Telling, Part::Rest],
        };
        loop {
            let at = next.get();
            next.set(at + 1);
            let Some(part) = parts.get(at / items.len().max(1)) else { break };
            let Item { rule, progress, result } = &items[at % items.len()];
            let mut progress = progress.lock().await;
            if result.borrow().is_some() {
                continue;
            }
            (self.listener)(Event::Started(rule));
            if *part == Part::Telling {
                // What its counterexamples showed counts, whatever is used up by now.
                if progress.cases == 0
                    && let Some((verdict, reason)) = self.out_of_reach(rule, &lane)
                {
                    lane.shared.log.note(|| not_tried(rule, verdict, &reason));
                    let none = results_of::none(rule, verdict, &reason);
                    (self.listener)(Event::Finished(&none));
                    *result.borrow_mut() = Some(none);
                    continue;
                }
            }
            lane.try_part(rule, *part, &mut progress).await?;
            let found = !progress.findings.is_empty() || lane.shared.monitors.borrow().has_findings();
            if first_finding.get().is_none() && found {
                first_finding.set(Some(self.budget.spent(self.service)));
            }
            let over = self.options.stop_after == StopAfter::FirstFailure && first_finding.get().is_some();
            if over || part == parts.last().unwrap_or(&Part::Rest) {
                let done = results_of::cases(rule, std::mem::take(&mut *progress));
                (self.listener)(Event::Finished(&done));
                *result.borrow_mut() = Some(done);
            }
            if over {
                next.set(usize::MAX / 2);
            }
        }
        Ok(lane)
    }

    /// Why a rule is not tried at all.
    fn out_of_reach(&self, rule: &Rule, lane: &Lane<'_>) -> Option<(Verdict, String)> {
        let survey = lane.shared.survey;
        if let Some(reason) = lane.shared.used_up() {
            return Some((Verdict::NotRun, reason.to_owned()));
        }
        if let Some(needed) = rule.needs.filter(|needed| !self.target.capabilities.contains(needed)) {
            return Some((Verdict::NotApplicable, format!("the target does not claim {}", needed.claim())));
        }
        if let Some(reason) = all_left_out(rule, self.target) {
            let reason = format!("it is not tried on a real account: {reason}");
            return Some((Verdict::NotApplicable, reason));
        }
        if let Some(reason) = lane.session.gone(self.service) {
            return Some((Verdict::Inconclusive, reason));
        }
        if let Some(reason) = survey.nothing_implemented() {
            return Some((Verdict::NotApplicable, reason));
        }
        rule.operations.iter().find_map(|operation| {
            if let Some(response) = survey.missing.get(operation) {
                return Some((Verdict::NotApplicable, format!("{operation} is not implemented: {response}")));
            }
            let error = survey.silent.get(operation)?;
            Some((Verdict::Inconclusive, format!("{operation} gives no response: {error}")))
        })
    }
}

/// Whether a rule is about removing what all cases have one limit for.
fn frees_room(rule: &Rule) -> bool {
    let removed = rule.operation.and_then(resource_removed_by);
    removed.is_some_and(|resource| resource.scope.is_none() && resource.versions.is_some())
}
