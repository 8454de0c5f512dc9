//! The part of a run that is about one service.

use super::ground::Ground;
use super::lane::{Lane, Shared, Tried};
use super::log::Log;
use super::options::{Event, Reproduction, RunError};
use super::results_of;
use super::schedule::schedule;
use super::survey::{SurveyError, survey};
use super::work::{Queue, ServiceRun, runtime};
use crate::exchange::Shapes;
use crate::execute::{Connector, Session, finish};
use crate::judge::finding::Verdict;
use crate::judge::{MonitorLog, RuleProgress};
use crate::results::{Record, RuleResult, Survey};
use crate::rules::Rule;
use crate::service::{RESOURCE_POLICIES, resources, spare_regions};
use aws_conformance_generators::plan::Service;
use hdrhistogram::Histogram;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

/// Requests that it takes a lane to remove what it has.
const TEAR_DOWN: u64 = 8;

/// What a service's part brings back.
pub(super) struct Done {
    pub(super) rules: Vec<RuleResult>,
    pub(super) survey: Option<Survey>,
    pub(super) failure: Option<SurveyError>,
    pub(super) first_finding: Option<u64>,
    pub(super) records: Vec<Record>,
    pub(super) latencies: Histogram<u64>,
    pub(super) shapes: Shapes,
}

impl ServiceRun<'_> {
    pub(super) fn run(self) -> Result<Done, RunError> {
        let runtime = runtime()?;
        let connector =
            Connector::new(self.target, Arc::clone(self.budget), self.options.settings.transport.clone());
        let mut session = self.session(&connector);
        let log = Log::new(self.options.record);
        let survey = match runtime.block_on(survey(&mut session, self.service)) {
            Ok(survey) => survey,
            Err(error) => {
                runtime.block_on(finish(vec![session]));
                return Ok(self.not_surveyed(error, log, connector.latencies()));
            }
        };
        let places = self.places(&survey);
        if self.budget.is_limited() {
            self.budget.keep_for_cleaning(self.service, places.len() as u64 * TEAR_DOWN);
        }
        let shared = Shared {
            target: self.target,
            options: self.options,
            budget: self.budget,
            survey: &survey,
            ground: self.ground(&survey, &places),
            until: self.until,
            monitors: Mutex::new(MonitorLog::new(&self.rules)),
            shapes: Mutex::default(),
            futile: AtomicU32::new(u32::from(!survey.silent.is_empty())),
            log,
        };
        let is_tried = |rule: &&&'static Rule| !rule.is_monitor() && self.elsewhere(rule).is_none();
        let tried: Vec<&'static Rule> = self.rules.iter().filter(is_tried).copied().collect();
        let pieces = schedule(&tried, self.target, self.options, self.room(&survey));
        let queue = Queue::new(tried, pieces, self.target, &survey);
        let lanes = runtime.block_on(async {
            let mut lanes = self.lanes(session, &connector, &places, &shared).await?;
            self.replay(&mut lanes[0], &queue).await?;
            Ok::<_, RunError>(lanes)
        })?;
        // What a lane made may be removed by another, so that none ends before all are done.
        let lanes = self.work(lanes, &queue, &connector, &runtime)?;
        runtime.block_on(finish(lanes.into_iter().map(|lane| lane.session).collect()));
        let Queue { items, first_finding, .. } = queue;
        let mut first_finding = first_finding.into_inner();
        let monitors = shared.monitors.into_inner();
        if monitors.has_findings() && first_finding.is_none() {
            first_finding = Some(self.budget.spent(self.service));
        }
        let mut results: BTreeMap<&str, RuleResult> =
            items.into_iter().map(|item| (item.rule.id.as_str(), item.into_result())).collect();
        let nothing = survey.nothing_implemented();
        for rule in
            self.rules.iter().filter(|rule| !results.contains_key(rule.id.as_str())).collect::<Vec<_>>()
        {
            let none = nothing.clone().map(|reason| (Verdict::NotApplicable, reason));
            let result = match self.elsewhere(rule).or(none) {
                Some((verdict, reason)) => shared.log.not_tried(rule, verdict, &reason),
                None => results_of::monitor(rule, &monitors),
            };
            (self.listener)(Event::Finished(&result));
            results.insert(&rule.id, result);
        }
        let rules = self.rules.iter().filter_map(|rule| results.remove(rule.id.as_str())).collect();
        let (latencies, shapes) = (connector.latencies(), shared.shapes.into_inner());
        let records = shared.log.into_records();
        Ok(Done { rules, survey: Some(survey), failure: None, first_finding, records, latencies, shapes })
    }

    /// What comes of a service that cannot be judged.
    fn not_surveyed(&self, error: SurveyError, log: Log, latencies: Histogram<u64>) -> Done {
        let reason = error.to_string();
        let none = |rule: &&'static Rule| {
            let unknown = (Verdict::Inconclusive, reason.clone());
            let (verdict, reason) = self.elsewhere(rule).unwrap_or(unknown);
            log.not_tried(rule, verdict, &reason)
        };
        Done {
            rules: self.rules.iter().map(none).collect(),
            survey: None,
            failure: Some(error),
            first_finding: None,
            records: log.into_records(),
            latencies,
            shapes: Shapes::default(),
        }
    }

    fn session(&self, connector: &Connector) -> Session {
        Session::new(self.target, connector.clone(), Arc::clone(self.ledger))
    }

    /// A lane for each place; the first goes on with the session of the survey.
    async fn lanes<'l>(
        &self,
        session: Session,
        connector: &Connector,
        places: &[Option<&str>],
        shared: &'l Shared<'l>,
    ) -> Result<Vec<Lane<'l>>, RunError> {
        let preexisting = session.preexisting;
        let mut lanes = vec![Lane { session, shared }];
        for region in &places[1..] {
            let mut session = self.session(connector);
            session.set_account(shared.survey.account.clone());
            match region {
                Some(region) => {
                    session.enter_region(region).await?;
                    session.declare_preexisting(self.service).await;
                }
                None => session.preexisting = preexisting,
            }
            lanes.push(Lane { session, shared });
        }
        // A limit may be one of the account: what others have in any region takes room in all of them.
        let counts = lanes.iter().map(|lane| lane.session.preexisting);
        let all = match places.iter().any(Option::is_some) {
            true => counts.sum::<Option<usize>>(),
            false => preexisting,
        };
        for lane in lanes.iter_mut().filter(|lane| lane.session.preexisting != all) {
            lane.session.preexisting = None;
        }
        Ok(lanes)
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

    /// How many policies cases that go on side by side may make; none where requests are not limited.
    fn room(&self, survey: &Survey) -> Option<usize> {
        if !self.budget.is_limited() {
            return None;
        }
        let mut limited = resources(self.service).filter(|resource| resource.versions.is_some());
        let least = limited.find_map(|resource| resource.limit.least(&self.target.quotas)).unwrap_or(1);
        Some(match self.service {
            Service::Xray => least.saturating_sub(survey.preexisting),
            Service::Rekognition => least,
        })
    }

    fn ground(&self, survey: &Survey, places: &[Option<&str>]) -> Ground {
        if places.len() < 2 || self.service == Service::Rekognition {
            return Ground::separate(places.len());
        }
        let limit = RESOURCE_POLICIES.limit.least(&self.target.quotas).unwrap_or(1);
        Ground::limited(limit.saturating_sub(survey.preexisting), survey.separate_regions != Some(true))
    }

    /// Tries the counterexamples of earlier runs, before everything else.
    async fn replay(&self, lane: &mut Lane<'_>, queue: &Queue) -> Result<(), RunError> {
        for counterexample in &self.options.corpus {
            let Some(rule) = self.rules.iter().find(|rule| rule.id == counterexample.rule) else { continue };
            let came = match self.out_of_reach(rule, lane) {
                Some((_, reason)) => Reproduction::CannotTell(reason),
                None => {
                    // A monitor has no cases.
                    let mut of_monitor = RuleProgress::default();
                    match queue.items.iter().find(|item| item.rule.id == rule.id) {
                        Some(item) => {
                            let mut state = item.state.lock().await;
                            lane.replay(&mut Tried::of(rule, &mut state.progress), counterexample).await?
                        }
                        None => lane.replay(&mut Tried::of(rule, &mut of_monitor), counterexample).await?,
                    }
                }
            };
            (self.listener)(Event::Replayed(counterexample, &came));
        }
        Ok(())
    }
}
