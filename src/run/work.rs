//! The work of a service's lanes: they take pieces of the schedule until there are none left.

use super::lane::{Lane, NO_TIME, Tried};
use super::left_out::all_left_out;
use super::options::{Event, Listener, RunError, RunOptions, StopAfter};
use super::results_of;
use super::schedule::{Depth, Numbered, Piece};
use crate::execute::ledger::Ledger;
use crate::execute::target::Target;
use crate::execute::{Budget, Connector};
use crate::judge::RuleProgress;
use crate::judge::finding::Verdict;
use crate::results::{Record, RuleResult, Shard, Survey};
use crate::rules::Rule;
use crate::service::{Resource, resources};
use aws_conformance_generators::plan::Service;
use futures_util::stream::{FuturesUnordered, TryStreamExt};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::ScopedJoinHandle;
use std::time::Instant;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Mutex, MutexGuard};

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

/// What is to be tried of a service.
pub(super) struct Queue {
    pub(super) items: Vec<Item>,
    pieces: Vec<(Depth, Piece)>,
    /// Whether each lane leases a project before it needs one: there it takes long to come.
    leases_ahead: bool,
    /// The piece that the next lane takes.
    next: AtomicUsize,
    /// How many requests had been sent at the first finding.
    pub(super) first_finding: OnceLock<u64>,
}

/// A rule to be tried.
pub(super) struct Item {
    pub(super) rule: &'static Rule,
    pub(super) state: Mutex<ItemState>,
}

/// What a rule's cases have shown, held by one lane at a time.
#[derive(Default)]
pub(super) struct ItemState {
    pub(super) progress: RuleProgress,
    result: Option<RuleResult>,
    /// Pieces that are not tried yet.
    left: usize,
}

impl Queue {
    pub(super) fn new(
        rules: Vec<&'static Rule>,
        pieces: Vec<(Depth, Piece)>,
        target: &Target,
        survey: &Survey,
    ) -> Self {
        let leases_ahead = target.is_real
            && survey.denied.is_empty()
            && pieces.iter().any(|(_, piece)| piece.leases(|at| rules[at]));
        let item = |rule| Item { rule, state: Mutex::default() };
        let mut items: Vec<Item> = rules.into_iter().map(item).collect();
        for at in pieces.iter().flat_map(|(_, piece)| piece.rules()) {
            items[at].state.get_mut().left += 1;
        }
        Self { items, pieces, leases_ahead, next: AtomicUsize::new(0), first_finding: OnceLock::new() }
    }

    fn take(&self) -> Option<&(Depth, Piece)> {
        self.pieces.get(self.next.fetch_add(1, Ordering::Relaxed))
    }
}

impl Item {
    /// Its result, of what was tried if there is more.
    pub(super) fn into_result(self) -> RuleResult {
        let ItemState { progress, result, .. } = self.state.into_inner();
        result.unwrap_or_else(|| results_of::cases(self.rule, progress))
    }
}

/// A runtime for one thread. Proptest's trees are not `Send`, so a lane stays where it is.
pub(super) fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

impl ServiceRun<'_> {
    /// Works in all lanes until nothing is left to try, and gives them back. They are spread over threads where
    /// requests leave the process and are not limited; elsewhere threads would only make runs differ from each
    /// other.
    pub(super) fn work<'l>(
        &self,
        lanes: Vec<Lane<'l>>,
        queue: &Queue,
        connector: &Connector,
        own: &Runtime,
    ) -> Result<Vec<Lane<'l>>, RunError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = match self.target.is_persistent() && !self.budget.is_limited() {
            true => cores.min(lanes.len()),
            false => 1,
        };
        let mut shares: Vec<Vec<Lane<'l>>> = std::iter::repeat_with(Vec::new).take(threads).collect();
        for (number, lane) in lanes.into_iter().enumerate() {
            shares[number % threads].push(lane);
        }
        let elsewhere = |mut lanes: Vec<Lane<'l>>| {
            let connector = connector.for_another_runtime();
            lanes.iter_mut().for_each(|lane| lane.session.connect_by(&connector));
            runtime()?.block_on(self.work_in(lanes, queue))
        };
        let here = shares.swap_remove(0);
        let (here, others) = std::thread::scope(|scope| {
            let others: Vec<_> =
                shares.into_iter().map(|lanes| scope.spawn(move || elsewhere(lanes))).collect();
            let here = own.block_on(self.work_in(here, queue));
            let join =
                |thread: ScopedJoinHandle<'_, _>| thread.join().unwrap_or_else(|panic| resume_unwind(panic));
            (here, others.into_iter().map(join).collect::<Vec<_>>())
        });
        let mut lanes = here?;
        for share in others {
            for mut lane in share? {
                lane.session.connect_by(connector);
                lanes.push(lane);
            }
        }
        Ok(lanes)
    }

    /// Works in lanes of one thread. Only the lane that something has come for goes on.
    async fn work_in<'l>(&self, lanes: Vec<Lane<'l>>, queue: &Queue) -> Result<Vec<Lane<'l>>, RunError> {
        let lanes: FuturesUnordered<_> =
            lanes.into_iter().map(|lane| self.work_through(lane, queue)).collect();
        lanes.try_collect().await
    }

    /// Tries pieces in a lane until there are none left.
    async fn work_through<'l>(&self, mut lane: Lane<'l>, queue: &Queue) -> Result<Lane<'l>, RunError> {
        let Queue { items, first_finding, .. } = queue;
        if queue.leases_ahead {
            lane.session.lease_ahead().await;
        }
        while let Some((depth, piece)) = queue.take() {
            let mut open = Vec::new();
            for at in piece.rules() {
                // In the order of the rules, so that no two lanes wait for each other.
                let mut state = items[at].state.lock().await;
                if self.is_open(items[at].rule, &mut state, &lane) {
                    open.push((at, state));
                }
            }
            let rule = |at: usize| items[at].rule;
            let leases = piece.leases(rule) && !lane.session.has_project();
            let makes = self.target.is_real && (leases || piece.makes(rule));
            if makes {
                lane.session.make_room().await;
            }
            let is_late = makes && self.budget.is_late_to_make();
            if !is_late {
                self.try_piece(piece, &mut lane, items, &mut open).await?;
            }
            let used_up = is_late.then_some(NO_TIME).or_else(|| lane.shared.used_up());
            let found = open.iter().any(|(_, state)| !state.progress.findings.is_empty());
            if first_finding.get().is_none() && (found || lane.shared.monitors.lock().has_findings()) {
                // Another lane may have been first.
                let _ = first_finding.set(self.budget.spent(self.service));
            }
            let over = self.options.stop_after == StopAfter::FirstFailure && first_finding.get().is_some();
            for (at, mut state) in open {
                let rule = items[at].rule;
                let is_judged = *depth > Depth::Second || state.progress.cases > 0;
                if let Some(reason) = used_up.filter(|_| !is_judged) {
                    state.progress.cut = Some(reason.to_owned());
                    lane.shared.log.note(|| Record::Cut { rule: rule.id.clone(), reason: reason.to_owned() });
                }
                state.left -= 1;
                if state.left == 0 || over {
                    let done = results_of::cases(rule, std::mem::take(&mut state.progress));
                    (self.listener)(Event::Finished(&done));
                    state.result = Some(done);
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
        open: &mut [(usize, MutexGuard<'_, ItemState>)],
    ) -> Result<(), RunError> {
        let rules: Vec<usize> = open.iter().map(|(at, _)| *at).collect();
        let of_open = |some: &[Numbered]| -> Vec<Numbered> {
            let position = |rule: usize| rules.iter().position(|at| *at == rule);
            some.iter().filter_map(|(rule, at)| Some((position(*rule)?, *at))).collect()
        };
        let tried = open.iter_mut().map(|(at, state)| Tried::of(items[*at].rule, &mut state.progress));
        let tried = &mut tried.collect::<Vec<Tried<'_>>>();
        match piece {
            Piece::Cases(cases) => lane.cases(tried, &of_open(cases)).await?,
            Piece::OnTheWay(cases) => lane.on_the_way(tried, &of_open(cases)).await?,
            Piece::SideBySide(cases) => lane.side_by_side(tried, &of_open(cases)).await?,
            Piece::Refusals(batch) => lane.refusals(tried, &of_open(batch)).await?,
            Piece::Random(_, most) => {
                for one in tried {
                    lane.random(one, *most).await?;
                }
            }
        }
        Ok(())
    }

    /// Whether there is more to try of a rule. What is out of reach has a verdict without any.
    fn is_open(&self, rule: &'static Rule, state: &mut ItemState, lane: &Lane<'_>) -> bool {
        let ItemState { progress, result, .. } = state;
        if result.is_some() {
            return false;
        }
        (self.listener)(Event::Started(rule));
        // What was tried counts, whatever is used up by now.
        if progress.cases == 0
            && let Some((verdict, reason)) = self.out_of_reach(rule, lane)
        {
            let none = lane.shared.log.not_tried(rule, verdict, &reason);
            (self.listener)(Event::Finished(&none));
            *result = Some(none);
            return false;
        }
        if let Some(reason) = lane.session.gone(self.service) {
            lane.shared.log.note(|| Record::Inconclusive { rule: rule.id.clone(), reason: reason.clone() });
            progress.inconclusive(reason);
        }
        true
    }

    /// Why a rule is not tried for want of a permission: to call its operations, or those that make, find and
    /// remove what they need.
    fn lacks(&self, rule: &Rule, survey: &Survey) -> Option<String> {
        let of = |one: &Resource| [one.create, one.list, one.delete];
        let mut needed: BTreeSet<&str> = rule.operations.iter().map(String::as_str).collect();
        let is_inner =
            |one: &Resource| one.scope.is_some() && of(one).iter().any(|call| needed.contains(call));
        if resources(self.service).any(is_inner) {
            let outer = resources(self.service).filter(|one| one.scope.is_none());
            needed.extend(outer.map(|one| one.create));
        }
        let made = resources(self.service).filter(|one| needed.contains(one.create)).flat_map(of);
        let mut all = made.chain(needed.iter().copied());
        let permission = all.find_map(|operation| survey.denied.get(operation))?;
        Some(format!(
            "the caller lacks the permission {permission}, to call what is judged or to make and remove what that needs"
        ))
    }

    /// What to say of a rule that another shard judges.
    pub(super) fn elsewhere(&self, rule: &Rule) -> Option<(Verdict, String)> {
        let shard = self.elsewhere.get(rule.id.as_str())?;
        Some((Verdict::NotRun, format!("shard {shard} judges it")))
    }

    /// Why a rule is not tried at all.
    pub(super) fn out_of_reach(&self, rule: &Rule, lane: &Lane<'_>) -> Option<(Verdict, String)> {
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
        if let Some(permission) = self.lacks(rule, survey) {
            return Some((Verdict::NotApplicable, permission));
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
