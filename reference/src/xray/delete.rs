//! `DeleteResourcePolicy`.

use serde_json::Map;

use super::policies::position;
use super::revisions;
use crate::code;
use crate::faults::Defect;
use crate::names;
use crate::refusal::Refusal;
use crate::state::{Call, Forced, Outcome, ResourcePolicy, Tenant, World, remember};
use crate::variants::Reading;

/// Answers `DeleteResourcePolicy`.
pub(crate) fn delete(world: &mut World, call: &Call<'_>) -> Outcome {
    let switches = call.switches;
    let name = call.text("PolicyName").unwrap_or_default();
    if switches.has(Defect::XDeleteEverywhere) {
        let tenants = world.elsewhere(call.scope);
        tenants.for_each(|tenant| tenant.resource_policies.retain(|policy| policy.name != name));
    }
    let tenant = world.tenant(call.scope);
    let Some(index) = position(tenant, call, name) else {
        return absent(call);
    };
    let supplied = revisions::supplied(call);
    if let Some(supplied) = supplied
        && !switches.has(Defect::XDeleteIgnoresRevision)
        && !revisions::is_current(call, &tenant.resource_policies[index], supplied)
    {
        return Err(revisions::refusal());
    }
    if supplied.is_none() && switches.has(Defect::XDeleteNeedsRevision) {
        return Err(revisions::refusal());
    }
    remove(tenant, call, index);
    Ok(Map::new())
}

/// The response to the deletion of a policy that is not there.
fn absent(call: &Call<'_>) -> Outcome {
    let switches = call.switches;
    let missing = "The resource policy does not exist.";
    if switches.has(Defect::XDeleteAbsent500) {
        return Err(Refusal::with_status(code::INTERNAL_FAILURE, 500, "KeyError"));
    }
    for (reading, code) in [
        (Reading::XDeleteAbsentNotFound, code::NOT_FOUND),
        (Reading::XDeleteAbsentInvalidRequest, code::INVALID_REQUEST),
        (Reading::XDeleteAbsentInvalidRevision, code::INVALID_REVISION),
    ] {
        if switches.reads(reading) {
            return Err(Refusal::new(code, missing));
        }
    }
    Ok(Map::new())
}

/// Does to a policy what was refused.
pub(crate) fn force_delete(world: &mut World, call: &Call<'_>, how: Forced) {
    let tenant = world.tenant(call.scope);
    let Some(index) = position(tenant, call, call.text("PolicyName").unwrap_or_default()) else { return };
    match how {
        Forced::Revised => revisions::revise(&mut tenant.resource_policies[index], call),
        Forced::Touched => tenant.resource_policies[index].updated = call.now,
        _ => remove(tenant, call, index),
    }
}

/// Whether the policy that a deletion names is not there.
pub(crate) fn is_missing(world: &mut World, call: &Call<'_>) -> bool {
    position(world.tenant(call.scope), call, call.text("PolicyName").unwrap_or_default()).is_none()
}

fn remove(tenant: &mut Tenant, call: &Call<'_>, index: usize) {
    let switches = call.switches;
    if switches.has(Defect::XDeleteDoesNothing) {
        return;
    }
    let name = tenant.resource_policies[index].name.clone();
    let is_upper = name.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_upper && switches.has(Defect::XDeleteKeepsUpperCase) {
        return;
    }
    let doomed = |policy: &ResourcePolicy, at: usize| {
        at == index
            || switches.has(Defect::XDeleteTakesAll)
            || switches.has(Defect::XDeleteByPrefix) && policy.name.starts_with(&name)
            || names::are_deleted_as_one(call, &policy.name, &name)
    };
    let mut at = 0;
    let (gone, kept) =
        std::mem::take(&mut tenant.resource_policies).into_iter().partition::<Vec<_>, _>(|policy| {
            at += 1;
            doomed(policy, at - 1)
        });
    tenant.resource_policies = kept;
    if switches.has(Defect::XDeleteMovesOthers) {
        tenant.resource_policies.iter_mut().for_each(|policy| policy.updated = call.now);
    }
    if switches.has(Defect::XLimitFreedWithoutRevision) && revisions::supplied(call).is_none() {
        return;
    }
    gone.into_iter().for_each(|gone| remember(&mut tenant.gone_resource_policies, gone));
}
