//! Which shard of a run judges which rules.
//!
//! The division depends on the selected rules, the number of random cases and the kind of target, never on
//! the seed or on what a target does: every shard computes the same one by itself.

use super::ground::needs_whole_account;
use super::left_out::left_out;
use super::options::RunOptions;
use crate::execute::target::Target;
use crate::results::Shard;
use crate::rules::{Random, Rule, Trial};
use crate::service::most_created;
use aws_conformance_generators::plan::{Plan, Service, Step};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The requests of a listing, of a wait for a project, and of what is listed after a case, as they usually
/// are.
const READ: u64 = 1;
const CASE: u64 = 1;
const WAIT: u64 = 2;
/// So many milliseconds of a pause are worth a request.
const PAUSE: u64 = 10;

/// The number of the shard that judges each rule, where there are so many. Monitors are in none: they look
/// at what each shard exchanges.
pub fn division(
    rules: &[&'static Rule],
    of: u32,
    options: &RunOptions,
    target: &Target,
) -> BTreeMap<&'static str, u32> {
    let mut division = BTreeMap::new();
    let mut totals = vec![0; of.max(1) as usize];
    // Both services are called at the same time, so each is divided for itself.
    for service in Service::ALL {
        let own = rules.iter().filter(|rule| rule.service == service);
        let own = own.filter(|rule| matches!(rule.trial, Trial::Cases { .. }));
        let (whole, single): (Vec<&Rule>, Vec<&Rule>) =
            own.partition(|rule| needs_whole_account(rule, target));
        // What measures the whole account must not find the traces of its like from another shard.
        let parts = single.into_iter().map(|rule| vec![rule]).chain([whole]);
        let cost = |part: Vec<&'static Rule>| {
            (part.iter().map(|rule| cost(rule, options, target)).sum::<u64>(), part)
        };
        let mut parts: Vec<(u64, Vec<&Rule>)> = parts.map(cost).collect();
        // The dearest first, each to whoever has least so far.
        parts.sort_by_key(|(cost, _)| Reverse(*cost));
        let mut loads = vec![0; totals.len()];
        for (cost, part) in parts {
            let least = (0..loads.len()).min_by_key(|at| (loads[*at], totals[*at])).unwrap_or_default();
            loads[least] += cost;
            totals[least] += cost;
            division.extend(part.iter().map(|rule| (rule.id.as_str(), least as u32 + 1)));
        }
    }
    division
}

/// The rules that other shards than a run's own judge, each with its shard.
pub(super) fn elsewhere(
    rules: &[&'static Rule],
    options: &RunOptions,
    target: &Target,
) -> BTreeMap<&'static str, Shard> {
    let Some(own) = options.shard else { return BTreeMap::new() };
    let shards = division(rules, own.of, options, target).into_iter();
    let others = shards.filter(|(_, number)| *number != own.number);
    others.map(|(rule, number)| (rule, Shard { number, ..own })).collect()
}

/// About how many requests it takes to try a rule on a target that conforms.
fn cost(rule: &Rule, options: &RunOptions, target: &Target) -> u64 {
    let Trial::Cases { fixed, refusals, random } = &rule.trial else { return 0 };
    let fixed = fixed.iter().filter(|case| left_out(&case.plan, target).is_none());
    let fixed: u64 = fixed.map(|case| of_case(&case.plan)).sum();
    // Many are sent between the same two reads, those of other rules among them.
    let around = CASE + of_steps(&refusals.before) + of_steps(&refusals.after);
    let refused = |calls: u64| calls + calls * around / options.settings.effort.refusals_at_once as u64;
    let cases = u64::from(options.cases);
    let random = random.as_ref().map_or(0, |random| match (random, random.sample()) {
        (Random::Refusals(_), _) => refused(cases),
        (Random::Cases(_), sample) => {
            cases * sample.iter().map(of_case).sum::<u64>() / (sample.len() as u64).max(1)
        }
    });
    1 + fixed + refused(refusals.calls.len() as u64) + random
}

/// A case, with what is removed after it.
fn of_case(plan: &Plan) -> u64 {
    CASE + of_steps(&plan.steps) + most_created(plan) as u64
}

fn of_steps(steps: &[Step]) -> u64 {
    let of_step = |step: &Step| match step {
        Step::Call(_) => 1,
        Step::Parallel(calls) => calls.len() as u64,
        Step::Read(_) => READ,
        Step::Await(_) => WAIT,
        Step::Pause(milliseconds) => milliseconds.div_ceil(PAUSE),
    };
    steps.iter().map(of_step).sum()
}
