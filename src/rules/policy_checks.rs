//! What the calls before an answer have left, and what a list has to show of it: alike for the policies of
//! both services.

use super::equivalence::{Equivalence, compare, is_equivalent};
use super::expectation::Context;
use crate::exchange::{Exchange, Outcome, Response};
use crate::service::{resource_created_by, resource_listed_by, resource_removed_by};
use serde_json::Value;
use std::collections::BTreeMap;

/// A policy that the calls before have put, by the last put of it.
pub(super) struct Put<'a> {
    pub(super) input: &'a Value,
    pub(super) response: &'a Response,
    pub(super) exchange: &'a Exchange,
}

/// What the calls before have done to the policies of a call's scope.
#[derive(Default)]
pub(super) struct History<'a> {
    /// The policies that are there, by name.
    pub(super) there: BTreeMap<&'a str, Put<'a>>,
    /// The names of those that were deleted, and not put again.
    pub(super) gone: Vec<&'a str>,
    /// The answers to the puts of the call's own policy, since it was deleted last.
    pub(super) earlier: Vec<&'a Response>,
}

/// What the calls before this one have done to the policies of its scope.
pub(super) fn history<'a>(context: &Context<'a>) -> History<'a> {
    let mut history = History::default();
    for exchange in context.exchanges_before() {
        let operation = exchange.request.operation.as_str();
        let (created, removed) = (resource_created_by(operation), resource_removed_by(operation));
        let Some(resource) = created.or(removed).filter(|one| one.versions.is_some()) else { continue };
        let (Outcome::Success(response), Some(input)) = (exchange.outcome(), exchange.request.input()) else {
            continue;
        };
        let Some(name) = text(input, resource.names.create) else { continue };
        if resource.scope.is_some_and(|scope| input.get(scope) != context.input.get(scope)) {
            continue;
        }
        let is_own = text(context.input, resource.names.create) == Some(name);
        history.gone.retain(|other| *other != name);
        if created.is_some() {
            history.there.insert(name, Put { input, response, exchange });
            history.earlier.extend(is_own.then_some(response));
        } else {
            history.there.remove(name);
            history.gone.push(name);
            if is_own {
                history.earlier.clear();
            }
        }
    }
    history
}

/// A member that is a text.
pub(super) fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member).and_then(Value::as_str)
}

/// The items of a listing.
pub(super) fn items<'a>(context: &Context<'a>) -> Vec<&'a Value> {
    let resource = resource_listed_by(&context.exchange.request.operation);
    let items = resource.and_then(|resource| context.output.get(resource.items)?.as_array());
    items.map(|items| items.iter().collect()).unwrap_or_default()
}

/// The item of this name.
fn named<'a>(items: &[&'a Value], name: &str) -> Option<&'a Value> {
    items.iter().find(|item| text(item, "PolicyName") == Some(name)).copied()
}

/// Each policy that was put, as it is listed; those that are not are left out.
pub(super) fn listed<'a>(context: &Context<'a>) -> Result<Vec<(Put<'a>, &'a Value)>, String> {
    let (there, items) = (history(context).there, items(context));
    if there.is_empty() {
        return Err("the case puts no policy before the list".to_owned());
    }
    Ok(there.into_iter().filter_map(|(name, put)| Some((put, named(&items, name)?))).collect())
}

/// Whether every policy that was put is listed, here or perhaps on a later page.
pub(super) fn shows_all(context: &Context<'_>) -> Result<(), String> {
    let items = items(context);
    match history(context).there.into_keys().find(|name| named(&items, name).is_none()) {
        Some(name) if !context.goes_on() => Err(format!("{name:?} is not listed")),
        _ => Ok(()),
    }
}

/// Whether no policy that was deleted is listed.
pub(super) fn without_deleted(context: &Context<'_>) -> Result<(), String> {
    let (gone, items) = (history(context).gone, items(context));
    if gone.is_empty() {
        return Err("the case deletes no policy before the list".to_owned());
    }
    match gone.into_iter().find(|name| named(&items, name).is_some()) {
        Some(name) => Err(format!("{name:?} is still listed")),
        None => Ok(()),
    }
}

/// Whether an item has these members.
pub(super) fn has_members(item: &Value, members: &[&str]) -> Result<(), String> {
    match members.iter().find(|member| item.get(**member).is_none_or(Value::is_null)) {
        Some(member) => Err(format!("an item has no {member}")),
        None => Ok(()),
    }
}

/// The first of these members that an item shows otherwise than before; documents are compared as IAM reads them.
pub(super) fn moved(members: &[&'static str], before: &Value, now: &Value) -> Option<&'static str> {
    let is_same = |member: &str| match (text(before, member), text(now, member)) {
        (Some(before), Some(now)) if member == "PolicyDocument" => is_equivalent(before, now),
        _ => before.get(member) == now.get(member),
    };
    members.iter().find(|member| !is_same(member)).copied()
}

/// Whether an item shows the same JSON as was put. What says something else is another check's.
pub(super) fn same_json(put: &Put<'_>, item: &Value) -> Result<(), String> {
    match (text(item, "PolicyDocument"), text(put.input, "PolicyDocument")) {
        (Some(listed), Some(document)) if compare(listed, document) == Equivalence::Iam => {
            Err(format!("{} is listed with the document {listed:?}", item["PolicyName"]))
        }
        _ => Ok(()),
    }
}
