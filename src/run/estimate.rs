//! What a run would send, and what it would need: measured by running it on the embedded reference, so that
//! nothing leaves the process.

use super::left_out::left_out;
use super::options::{RunError, RunOptions};
use super::whole::run;
use crate::execute::Budget;
use crate::execute::ledger::Ledger;
use crate::execute::projects_of;
use crate::execute::target::{Limits, Location, Target};
use crate::judge::finding::Verdict;
use crate::rules::Rule;
use crate::rules::expectation::Level;
use crate::service::{MEMBER_ACTIONS, Resource, most_created, resources};
use aws_conformance_generators::plan::{Plan, Service};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// What a run would send, and what it would need.
#[derive(Debug)]
pub struct Estimate {
    /// Requests of each operation, those that lease, read and clean up included.
    pub requests: BTreeMap<(Service, String), u64>,
    /// Cases that would be tried.
    pub cases: u64,
    /// Rules that would be judged.
    pub judged: usize,
    /// Rules that would not, with their level and why: they are not tried there, or do not fit in.
    pub left: Vec<(&'static Rule, Verdict, String)>,
    /// Projects that would be there at the same time, beside those that are being deleted,
    pub projects: usize,
    /// and policies, in all of them or in the account.
    pub policies: BTreeMap<Service, usize>,
    /// The actions that are checked beside those of the operations.
    pub further_actions: BTreeSet<&'static str>,
}

impl Estimate {
    /// The time that the requests take at so many a second of each operation; both services are called at
    /// the same time.
    pub fn time(&self, rate: u32) -> Duration {
        let most = self.requests.values().max().copied().unwrap_or_default();
        Duration::from_secs(most.div_ceil(u64::from(rate.max(1))))
    }

    /// The requests of one service.
    pub fn requests_of(&self, service: Service) -> u64 {
        self.requests.iter().filter(|((of, _), _)| *of == service).map(|(_, requests)| requests).sum()
    }

    /// How many rules of a level would not be judged for want of requests.
    pub fn not_run(&self, level: Level) -> usize {
        let is_cut = |(rule, verdict, _): &&(&Rule, Verdict, String)| {
            rule.level == level && *verdict == Verdict::NotRun
        };
        self.left.iter().filter(is_cut).count()
    }
}

/// What a run of these rules with these options would send to a target that conforms, as the reference at
/// this location does.
///
/// # Errors
/// When no runtime can be started.
pub fn estimate(
    target: &Target,
    reference: Location,
    rules: &[&'static Rule],
    options: &RunOptions,
    most: Option<u64>,
) -> Result<Estimate, RunError> {
    let standing = Target {
        location: reference,
        limits: Limits { read_after_write: Duration::ZERO, ..Limits::default() },
        user_project: None,
        ..target.clone()
    };
    let budget = Arc::new(Budget::new(most, None));
    let ledger = Arc::new(Ledger::open(&standing, None).expect("what does not last has no journal"));
    // In one lane: what fits into the budget must not hang on which lane was faster.
    let alone = RunOptions { jobs: 1, ..options.clone() };
    let results = run(&standing, rules, &alone, &budget, &ledger, &|_| {})?;
    let mut estimate = Estimate {
        requests: budget.by_operation(),
        cases: results.rules.iter().filter(|one| !one.rule.is_monitor()).map(|one| one.cases).sum(),
        judged: 0,
        left: Vec::new(),
        projects: 0,
        policies: BTreeMap::new(),
        further_actions: BTreeSet::new(),
    };
    for result in results.rules {
        match result.verdict {
            Verdict::NotApplicable | Verdict::NotRun | Verdict::Inconclusive => {
                let why = result.reason.unwrap_or_default();
                estimate.left.push((result.rule, result.verdict, why));
            }
            _ => estimate.judged += 1,
        }
    }
    for rule in rules {
        for case in rule.trial.boundary_cases() {
            if left_out(&case.plan, target).is_none() {
                estimate.needs(rule.service, &case.plan, options.jobs);
            }
        }
    }
    for (service, policies) in &mut estimate.policies {
        // The lanes share what an account has room for.
        let of_account = resources(*service).filter(|one| one.versions.is_some() && one.scope.is_none());
        let most = of_account.filter_map(|one| one.limit.least(&target.quotas)).min();
        *policies = most.map_or(*policies, |most| most.min(*policies));
    }
    if target.is_real {
        // What the account holds is compared before and after.
        for ((service, operation), requests) in &mut estimate.requests {
            let is_outer = |one: &&Resource| one.scope.is_none() && one.list == operation;
            *requests += 2 * resources(*service).filter(is_outer).count() as u64;
        }
    }
    if target.is_real && estimate.projects > 0 {
        // Those that cannot be removed yet, since they are still being made.
        estimate.projects += options.jobs * options.settings.transport.postponed_removals;
    }
    Ok(estimate)
}

impl Estimate {
    fn needs(&mut self, service: Service, plan: &Plan, lanes: usize) {
        let created = plan.calls().filter(|call| call.operation == crate::service::PROJECTS.create).count();
        self.projects = self.projects.max(lanes * (projects_of(plan).len() + created));
        let policies = self.policies.entry(service).or_default();
        *policies = (*policies).max(lanes * (most_created(plan) - created.min(most_created(plan))));
        let own = MEMBER_ACTIONS.iter().filter(|(of, _, _)| *of == service);
        let needed = own.filter(|(_, member, _)| plan.calls().any(|call| call.member(member).is_some()));
        self.further_actions.extend(needed.map(|(_, _, action)| *action));
    }
}
