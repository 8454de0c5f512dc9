//! AWS X-Ray: resource policies.

mod put;
mod revisions;

pub(crate) use put::{force_put, put};

use serde_json::{Map, Value, json};

use crate::documents;
use crate::faults::Quirk;
use crate::protocol::{Refusal, code};
use crate::state::{Call, Outcome, ResourcePolicy, Tenant, World, milliseconds, remember};
use crate::variants::Reading;

/// Answers `ListResourcePolicies`.
pub(crate) fn list(world: &mut World, call: &Call<'_>) -> Outcome {
    let switches = call.switches;
    if call.text("NextToken").is_some() && !switches.reads(Reading::XRayTokenIgnored) {
        return Err(Refusal::new(code::INVALID_REQUEST, "NextToken is currently not supported"));
    }
    let mut shown: Vec<Value> = Vec::new();
    let own = world.tenant(call.scope);
    for policy in &own.resource_policies {
        shown.push(entry(call, policy));
    }
    if switches.has(Quirk::XListShowsDeleted) {
        shown.extend(own.gone_resource_policies.iter().map(|gone| entry(call, gone)));
    }
    if switches.has(Quirk::XListDoubles) {
        shown = shown.into_iter().flat_map(|one| [one.clone(), one]).collect();
    }
    if switches.has(Quirk::XListDoublesLast) && shown.len() > 1 {
        shown.extend(shown.last().cloned());
    }
    if switches.has(Quirk::XListOmitsLast) {
        shown.pop();
    }
    if switches.has(Quirk::XListOmitsFirst) && shown.len() > 1 {
        shown.remove(0);
    }
    if switches.has(Quirk::XListOnlyOne) {
        shown.truncate(1);
    }
    if switches.has(Quirk::XListOnlyThree) {
        shown.truncate(3);
    }
    if switches.has(Quirk::XListEmpty) {
        shown.clear();
    }
    if switches.reads(Reading::ItemsReversed) {
        shown.reverse();
    }
    if switches.reads(Reading::ItemsByName) {
        shown.sort_by(|a, b| a["PolicyName"].as_str().cmp(&b["PolicyName"].as_str()));
    }
    let mut answer = Map::new();
    if switches.has(Quirk::XListAsObject) {
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
        if switches.has(Quirk::XListOldDocument) {
            document = &last.document;
        }
        if switches.has(Quirk::XListOldRevision) {
            revision = &last.revision;
        }
        if switches.has(Quirk::XListFirstRevision) {
            revision = &first.revision;
        }
    }
    Value::Object(shape(call, policy, document, revision))
}

/// A policy as an answer carries it.
fn shape(call: &Call<'_>, policy: &ResourcePolicy, document: &str, revision: &str) -> Map<String, Value> {
    let milliseconds = milliseconds(policy.updated);
    let updated = if call.switches.reads(Reading::FractionalTimes) {
        json!(milliseconds as f64 / 1000.0)
    } else if call.switches.reads(Reading::IntegerTimes) {
        json!(milliseconds / 1000)
    } else {
        json!((milliseconds / 1000) as f64)
    };
    Map::from_iter([
        ("PolicyName".to_owned(), json!(policy.name)),
        ("PolicyDocument".to_owned(), documents::shown(call, document)),
        ("PolicyRevisionId".to_owned(), json!(revision)),
        ("LastUpdatedTime".to_owned(), updated),
    ])
}

/// Answers `DeleteResourcePolicy`.
pub(crate) fn delete(world: &mut World, call: &Call<'_>) -> Outcome {
    let switches = call.switches;
    let tenant = world.tenant(call.scope);
    let name = call.text("PolicyName").unwrap_or_default();
    let Some(index) = position(tenant, call, name) else {
        return absent(call);
    };
    let supplied = revisions::supplied(call);
    if let Some(supplied) = supplied
        && !switches.has(Quirk::XDeleteIgnoresRevision)
        && !revisions::is_current(call, &tenant.resource_policies[index], supplied)
    {
        return Err(revisions::refusal());
    }
    if supplied.is_none() && switches.has(Quirk::XDeleteNeedsRevision) {
        return Err(revisions::refusal());
    }
    remove(tenant, call, index);
    Ok(Map::new())
}

/// The answer to the deletion of a policy that is not there.
fn absent(call: &Call<'_>) -> Outcome {
    let switches = call.switches;
    let missing = "The resource policy does not exist.";
    if switches.has(Quirk::XDeleteAbsent500) {
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

/// Deletes what was refused to be deleted.
pub(crate) fn force_delete(world: &mut World, call: &Call<'_>) {
    let tenant = world.tenant(call.scope);
    if let Some(index) = position(tenant, call, call.text("PolicyName").unwrap_or_default()) {
        remove(tenant, call, index);
    }
}

fn remove(tenant: &mut Tenant, call: &Call<'_>, index: usize) {
    let switches = call.switches;
    if switches.has(Quirk::XDeleteDoesNothing) {
        return;
    }
    let name = tenant.resource_policies[index].name.clone();
    let is_upper = name.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_upper && switches.has(Quirk::XDeleteKeepsUpperCase) {
        return;
    }
    let doomed = |policy: &ResourcePolicy, at: usize| {
        at == index
            || switches.has(Quirk::XDeleteTakesAll)
            || switches.has(Quirk::XDeleteByPrefix) && policy.name.starts_with(&name)
    };
    let mut at = 0;
    let (gone, kept) =
        std::mem::take(&mut tenant.resource_policies).into_iter().partition::<Vec<_>, _>(|policy| {
            at += 1;
            doomed(policy, at - 1)
        });
    tenant.resource_policies = kept;
    gone.into_iter().for_each(|gone| remember(&mut tenant.gone_resource_policies, gone));
}

/// Finds a policy by its name.
fn position(tenant: &Tenant, call: &Call<'_>, name: &str) -> Option<usize> {
    let switches = call.switches;
    let policies = &tenant.resource_policies;
    let folded = switches.has(Quirk::XNamesFolded)
        || switches.has(Quirk::XDeleteFoldsNames)
            && call.operation == crate::service::Operation::DeleteResourcePolicy;
    policies.iter().position(|policy| policy.name == name).or_else(|| {
        policies.iter().position(|policy| {
            folded && policy.name.eq_ignore_ascii_case(name)
                || switches.has(Quirk::XNamesTruncated) && beginning(&policy.name) == beginning(name)
        })
    })
}

/// As much of a name as a narrow column holds.
fn beginning(name: &str) -> &str {
    const COLUMN: usize = 64;
    name.char_indices().nth(COLUMN).map_or(name, |(end, _)| &name[..end])
}
