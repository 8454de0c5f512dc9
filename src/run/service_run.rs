//! The part of a run that is about one service.

use super::ground::Ground;
use super::lane::{Lane, Shared, Tried};
use super::left_out::all_left_out;
use super::log::Log;
use super::options::{Event, Listener, Reproduction, RunError, RunOptions, StopAfter};
use super::results_of;
use super::schedule::{Depth, Piece, schedule};
use super::survey::{SurveyError, survey};
use crate::exchange::Shapes;
use crate::execute::ledger::Ledger;
use crate::execute::target::Target;
use crate::execute::{Budget, Connector, Latencies, Session};
use crate::judge::finding::Verdict;
use crate::judge::{MonitorLog, RuleProgress};
use crate::results::{Record, RuleResult, Shard, Survey};
use crate::rules::{Rule, Trial};
use crate::service::{RESOURCE_POLICIES, resources, spare_regions};
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
    /// The rules that other shards judge.
    pub(super) elsewhere: &'a BTreeMap<&'static str, Shard>,
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
    /// Pieces that are not tried yet.
    left: Cell<usize>,
}

impl Item {
    fn new(rule: &'static Rule) -> Self {
        Self {
            rule,
            progress: tokio::sync::Mutex::default(),
            result: RefCell::default(),
            left: Cell::default(),
        }
    }
}

/// What a rule's cases have shown, held by one lane.
type Progress<'i> = tokio::sync::MutexGuard<'i, RuleProgress>;

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
                    let unknown = (Verdict::Inconclusive, reason.clone());
                    let (verdict, reason) = self.elsewhere(rule).unwrap_or(unknown);
                    log.note(|| not_tried(rule, verdict, &reason));
                    results_of::none(rule, verdict, &reason)
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
        let is_tried = |rule: &&&'static Rule| {
            !matches!(rule.trial, Trial::Monitor(_)) && self.elsewhere(rule).is_none()
        };
        let tried: Vec<&'static Rule> = self.rules.iter().filter(is_tried).copied().collect();
        let pieces = schedule(&tried, self.target, self.options, self.room(&survey));
        let items: Vec<Item> = tried.into_iter().map(Item::new).collect();
        for at in pieces.iter().flat_map(|(_, piece)| piece.rules()) {
            items[at].left.set(items[at].left.get() + 1);
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
        let lanes = lanes.into_iter().map(|lane| self.work(lane, &items, &pieces, &next, &first_finding));
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
        let nothing = survey.nothing_implemented();
        for rule in
            self.rules.iter().filter(|rule| !results.contains_key(rule.id.as_str())).collect::<Vec<_>>()
        {
            let none = nothing.clone().map(|reason| (Verdict::NotApplicable, reason));
            let result = match self.elsewhere(rule).or(none) {
                Some((verdict, reason)) => {
                    shared.log.note(|| not_tried(rule, verdict, &reason));
                    results_of::none(rule, verdict, &reason)
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

    /// How many policies cases that go on side by side may make. Where requests are not limited, each case goes on
    /// alone, and what it shows has no other explanation.
    fn room(&self, survey: &Survey) -> usize {
        let mut limited = resources(self.service).filter(|resource| resource.versions.is_some());
        let least = limited.find_map(|resource| resource.limit.least(&self.target.quotas)).unwrap_or(1);
        match (self.budget.is_limited(), self.service) {
            (false, _) => 1,
            (true, Service::Xray) => least.saturating_sub(survey.preexisting),
            (true, Service::Rekognition) => least,
        }
    }

    fn ground(&self, survey: &Survey, places: &[Option<&str>]) -> Ground {
        if places.len() < 2 || self.service == Service::Rekognition {
            return Ground::separate(places.len());
        }
        let limit = RESOURCE_POLICIES.limit.least(&self.target.quotas).unwrap_or(1);
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

    /// Tries pieces in a lane until there are none left.
    async fn work<'l>(
        &self,
        mut lane: Lane<'l>,
        items: &[Item],
        pieces: &[(Depth, Piece)],
        next: &Cell<usize>,
        first_finding: &Cell<Option<u64>>,
    ) -> Result<Lane<'l>, RunError> {
        while let Some((depth, piece)) = pieces.get(next.get()) {
            next.set(next.get() + 1);
            let mut open = Vec::new();
            for at in piece.rules() {
                // In the order of the rules, so that no two lanes wait for each other.
                let mut progress = items[at].progress.lock().await;
                if self.is_open(&items[at], &mut progress, &lane) {
                    open.push((at, progress));
                }
            }
            self.try_piece(piece, &mut lane, items, &mut open).await?;
            let found = open.iter().any(|(_, progress)| !progress.findings.is_empty());
            if first_finding.get().is_none() && (found || lane.shared.monitors.borrow().has_findings()) {
                first_finding.set(Some(self.budget.spent(self.service)));
            }
            let over = self.options.stop_after == StopAfter::FirstFailure && first_finding.get().is_some();
            for (at, mut progress) in open {
                let Item { rule, result, left, .. } = &items[at];
                let is_judged = *depth > Depth::Second || progress.cases > 0;
                if let Some(reason) = lane.shared.used_up().filter(|_| !is_judged) {
                    progress.cut = Some(reason.to_owned());
                    lane.shared.log.note(|| Record::Cut { rule: rule.id.clone(), reason: reason.to_owned() });
                }
                left.set(left.get() - 1);
                if left.get() == 0 || over {
                    let done = results_of::cases(rule, std::mem::take(&mut *progress));
                    (self.listener)(Event::Finished(&done));
                    *result.borrow_mut() = Some(done);
                }
            }
            if over {
                break;
            }
        }
        Ok(lane)
    }

    /// Tries a piece, as far as it belongs to rules that are open.
    async fn try_piece(
        &self,
        piece: &Piece,
        lane: &mut Lane<'_>,
        items: &[Item],
        open: &mut [(usize, Progress<'_>)],
    ) -> Result<(), RunError> {
        let rules: Vec<usize> = open.iter().map(|(at, _)| *at).collect();
        let of_open = |some: &[(usize, usize)]| -> Vec<(usize, usize)> {
            let position = |rule: usize| rules.iter().position(|at| *at == rule);
            some.iter().filter_map(|(rule, at)| Some((position(*rule)?, *at))).collect()
        };
        let tried = open.iter_mut().map(|(at, progress)| {
            let rule = items[*at].rule;
            Tried { rule, refusals: rule.trial.refusals(), progress }
        });
        let mut tried: Vec<Tried<'_>> = tried.collect();
        match (piece, tried.as_mut_slice()) {
            (Piece::OnTheWay(cases), tried) => lane.on_the_way(tried, &of_open(cases)).await?,
            (Piece::SideBySide(cases), tried) => lane.side_by_side(tried, &of_open(cases)).await?,
            (Piece::Refusals(batch), tried) => lane.refusals(tried, &of_open(batch)).await?,
            (Piece::Cases(_, cases), [one]) => lane.cases(one.rule, cases, one.progress).await?,
            (Piece::Random(_, most), [one]) => lane.random(one.rule, *most, one.progress).await?,
            (Piece::Cases(..) | Piece::Random(..), _) => {}
        }
        Ok(())
    }

    /// Whether there is more to try of a rule. What is out of reach has a verdict without any.
    fn is_open(&self, item: &Item, progress: &mut RuleProgress, lane: &Lane<'_>) -> bool {
        let Item { rule, result, .. } = item;
        if result.borrow().is_some() {
            return false;
        }
        (self.listener)(Event::Started(rule));
        // What was tried counts, whatever is used up by now.
        if progress.cases == 0
            && let Some((verdict, reason)) = self.out_of_reach(rule, lane)
        {
            lane.shared.log.note(|| not_tried(rule, verdict, &reason));
            let none = results_of::none(rule, verdict, &reason);
            (self.listener)(Event::Finished(&none));
            *result.borrow_mut() = Some(none);
            return false;
        }
        if let Some(reason) = lane.session.gone(self.service) {
            lane.shared.log.note(|| Record::Inconclusive { rule: rule.id.clone(), reason: reason.clone() });
            progress.inconclusive(reason);
        }
        true
    }

    /// What to say of a rule that another shard judges.
    fn elsewhere(&self, rule: &Rule) -> Option<(Verdict, String)> {
        let shard = self.elsewhere.get(rule.id.as_str())?;
        Some((Verdict::NotRun, format!("shard {shard} judges it")))
    }

    /// Why a rule is not tried at all.
    fn out_of_reach(&self, rule: &Rule, lane: &Lane<'_>) -> Option<(Verdict, String)> {
        let survey = lane.shared.survey;
        if let Some(elsewhere) = self.elsewhere(rule) {
            return Some(elsewhere);
        }
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
