//! `ListResourcePolicies`.

use serde_json::{Map, Value, json};

use super::policies::shape;
use super::revisions;
use crate::code;
use crate::faults::Defect;
use crate::refusal::Refusal;
use crate::state::{Call, Outcome, ResourcePolicy, World};
use crate::variants::Reading;

/// Answers `ListResourcePolicies`.
pub(crate) fn list(world: &mut World, call: &Call<'_>) -> Outcome {
    let switches = call.switches;
    let ignored = switches.reads(Reading::XRayTokenIgnored) || switches.has(Defect::XTokenEmptiesList);
    if call.text("NextToken").is_some() && !ignored {
        return Err(Refusal::new(code::INVALID_REQUEST, "NextToken is currently not supported"));
    }
    let mut shown: Vec<Value> = Vec::new();
    let own = world.tenant(call.scope);
    for policy in &own.resource_policies {
        shown.push(entry(call, policy));
    }
    if switches.has(Defect::XListShowsDeleted) {
        shown.extend(own.gone_resource_policies.iter().map(|gone| entry(call, gone)));
    }
    for policy in &mut own.resource_policies {
        if switches.has(Defect::XListMovesUpdated) {
            policy.updated = call.now;
        }
        if switches.has(Defect::XListChangesRevision) {
            revisions::revise(policy, call);
        }
    }
    if switches.has(Defect::XListDoubles) {
        shown = shown.into_iter().flat_map(|one| [one.clone(), one]).collect();
    }
    if switches.has(Defect::XListDoublesLast) && shown.len() > 1 {
        shown.extend(shown.last().cloned());
    }
    if switches.has(Defect::XListOmitsLast) {
        shown.pop();
    }
    if switches.has(Defect::XListOmitsFirst) && shown.len() > 1 {
        shown.remove(0);
    }
    if switches.has(Defect::XListOnlyOne) {
        shown.truncate(1);
    }
    if switches.has(Defect::XListOnlyThree) {
        shown.truncate(3);
    }
    let has_token = call.text("NextToken").is_some();
    if switches.has(Defect::XListEmpty) || has_token && switches.has(Defect::XTokenEmptiesList) {
        shown.clear();
    }
    if switches.reads(Reading::ItemsReversed) {
        shown.reverse();
    }
    if switches.reads(Reading::ItemsByName) {
        shown.sort_by(|a, b| a["PolicyName"].as_str().cmp(&b["PolicyName"].as_str()));
    }
    let mut answer = Map::new();
    if switches.has(Defect::XListAsObject) {
        let by_name = shown.into_iter().map(|one| {
            let name = one["PolicyName"].as_str().unwrap_or_default().to_owned();
            (name, one)
        });
        answer.insert("ResourcePolicies".into(), Value::Object(by_name.collect()));
    } else {
        answer.insert("ResourcePolicies".into(), Value::Array(shown));
    }
    Ok(answer)
}

/// A policy as the list shows it.
fn entry(call: &Call<'_>, policy: &ResourcePolicy) -> Value {
    let switches = call.switches;
    let (mut document, mut revision) = (&policy.document, &policy.revision);
    if let (Some(first), Some(last)) = (policy.past.first(), policy.past.last()) {
        if switches.has(Defect::XListOldDocument) {
            document = &last.document;
        }
        if switches.has(Defect::XListOldRevision) {
            revision = &last.revision;
        }
        if switches.has(Defect::XListFirstRevision) {
            revision = &first.revision;
        }
    }
    let mut shown = shape(call, policy, document, revision);
    if switches.has(Defect::XListOtherTime)
        && let Some(time) = shown.get("LastUpdatedTime").and_then(Value::as_f64)
    {
        shown.insert("LastUpdatedTime".into(), json!(time - 60.0));
    }
    if switches.has(Defect::XListWholeSeconds)
        && let Some(time) = shown.get("LastUpdatedTime").and_then(Value::as_f64)
    {
        shown.insert("LastUpdatedTime".into(), json!(time.floor()));
    }
    Value::Object(shown)
}
