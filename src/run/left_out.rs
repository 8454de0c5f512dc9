//! What is left out of a run on a real account.

use crate::execute::target::Target;
use crate::rules::Rule;
use crate::service::{Resource, most_created, resources, why_unsafe_plan};
use aws_conformance_generators::plan::Plan;

/// Why a plan is never executed on this target, if so.
pub(super) fn left_out(plan: &Plan, target: &Target) -> Option<&'static str> {
    if !target.is_real {
        return None;
    }
    let is_limit = |resource: &&Resource| {
        let least = resource.limit.documented.iter().min();
        (resource.limit.stated)(&target.quotas).is_none()
            && least.is_some_and(|least| most_created(plan) >= *least)
    };
    let services = plan.calls().map(|call| call.service);
    let fills = services.flat_map(resources).filter(|one| one.versions.is_some()).any(|one| is_limit(&one));
    why_unsafe_plan(plan).or(fills.then_some("how many policies there may be is not stated in [quotas]"))
}

/// Why nothing of a rule is tried on this target, if so.
pub(super) fn all_left_out(rule: &Rule, target: &Target) -> Option<&'static str> {
    let mut why = None;
    for case in rule.trial.boundary_cases() {
        why = Some(left_out(&case.plan, target)?);
    }
    why
}
