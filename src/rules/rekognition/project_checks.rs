//! What the answers about projects have to be like.

use super::refusals::operation;
use crate::exchange::{Outcome, Trace};
use crate::rules::expectation::{Check, Context};
use crate::rules::policy_checks::items;
use crate::rules::rekognition::listings::{is_in_milliseconds, is_off};
use aws_conformance_generators::arn::project_name;
use aws_conformance_generators::guard;
use serde_json::Value;

fn arn_of(item: &Value) -> Option<&str> {
    item.get("ProjectArn").and_then(Value::as_str)
}

/// The ARNs that the case's creations answered before this call; none of one that answered none.
fn created(context: &Context<'_>) -> Result<Vec<Option<String>>, String> {
    let arns = context.exchanges_before().filter_map(|exchange| match exchange.outcome() {
        Outcome::Success(answer) if exchange.request.operation == "CreateProject" => {
            Some(answer.json().and_then(arn_of).map(str::to_owned))
        }
        _ => None,
    });
    let arns: Vec<_> = arns.collect();
    if arns.is_empty() { Err("the case creates no project before the call".to_owned()) } else { Ok(arns) }
}

fn first_created(context: &Context<'_>) -> Result<Option<String>, String> {
    Ok(created(context)?.remove(0))
}

fn last_created(context: &Context<'_>) -> Result<Option<String>, String> {
    Ok(created(context)?.pop().flatten())
}

fn lists(context: &Context<'_>, arn: &str) -> bool {
    items(context).into_iter().any(|item| arn_of(item) == Some(arn))
}

/// An error where a project is not described, neither here nor perhaps on a later page.
fn described(context: &Context<'_>, arn: &str) -> Result<(), String> {
    match lists(context, arn) || context.goes_on() {
        true => Ok(()),
        false => Err(format!("{arn:?} is not described")),
    }
}

pub(super) const ARN: Check =
    Check::must("project-arn", "a ProjectArn of the documented form that names the project", |context| {
        let Some(arn) = arn_of(context.output) else { return Err("the answer has no ProjectArn".to_owned()) };
        let shape = operation("CreateProject").output.member("ProjectArn").map(|member| &member.shape);
        let broken = shape.map(|shape| guard::broken(shape, true, context.output.get("ProjectArn")));
        if broken.is_some_and(|broken| !broken.is_empty()) {
            return Err(format!("ProjectArn is {arn:?}"));
        }
        match context.input.get("ProjectName").and_then(Value::as_str) {
            Some(name) if project_name(arn) != Some(name) => Err(format!("ProjectArn is {arn:?}")),
            _ => Ok(()),
        }
    });

pub(super) const OTHER_ARN: Check =
    Check::must("same-arn", "another ProjectArn than the first project's", |context| {
        match (first_created(context)?, arn_of(context.output)) {
            (Some(first), Some(now)) if first == now => Err(format!("ProjectArn is {now:?} again")),
            _ => Ok(()),
        }
    });

pub(super) const ALONE: Check =
    Check::should("created-twice", "none of the other creations of this name", |context| {
        let all = context.recorded.traces.iter().flat_map(Trace::exchanges);
        let accepted = all.filter(|one| matches!(one.outcome(), Outcome::Success(_))).count();
        if accepted > 1 { Err(format!("{accepted} of them succeed")) } else { Ok(()) }
    });

pub(super) const DESCRIBED: Check =
    Check::must("not-described", "the project that was created, with the status CREATED", |context| {
        let Some(arn) = last_created(context)? else { return Ok(()) };
        described(context, &arn)?;
        let item = items(context).into_iter().find(|item| arn_of(item) == Some(&arn));
        match item.and_then(|item| item.get("Status")).and_then(Value::as_str) {
            None | Some("CREATED") => Ok(()),
            Some(other) => Err(format!("its Status is {other:?}")),
        }
    });

pub(super) const SHOWS_USED: Check =
    Check::must("not-described", "the project that the policy is attached to", |context| {
        let mut puts = context
            .exchanges_before()
            .filter(|exchange| exchange.request.operation == "PutProjectPolicy")
            .filter_map(|exchange| exchange.request.input());
        let used = puts.next().ok_or("the case puts no policy before the call")?;
        described(context, arn_of(used).ok_or("the put names no project")?)
    });

pub(super) const SHOWS_FIRST: Check =
    Check::must("not-described", "the project that was not deleted", |context| {
        first_created(context)?.map_or(Ok(()), |arn| described(context, &arn))
    });

/// Where the ARNs of the first project and of the last one name different regions.
pub(super) const SHOWS_FIRST_ELSEWHERE: Check =
    Check::should("not-described", "the project that was created in this region", |context| {
        let region = |arn: &str| arn.split(':').nth(3).map(str::to_owned);
        match (first_created(context)?, last_created(context)?) {
            (Some(first), Some(last)) if region(&first) != region(&last) => described(context, &first),
            _ => Ok(()),
        }
    });

pub(super) const WITHOUT_LAST: Check = Check::must(
    "described-too-much",
    "no project that was deleted, or is of another feature or region",
    |context| match last_created(context)? {
        Some(arn) if lists(context, &arn) => Err(format!("{arn:?} is described")),
        _ => Ok(()),
    },
);

pub(super) const OF_FEATURE: Check =
    Check::must("described-too-much", "no project of a feature that was not asked for", |context| {
        let asked = context.input.get("Features").and_then(Value::as_array).cloned().unwrap_or_default();
        let others = context.exchanges_before().filter(|exchange| {
            let feature = exchange.request.input().and_then(|input| input.get("Feature"));
            feature.is_some_and(|feature| !asked.contains(feature))
        });
        let mut arns = others.filter_map(|exchange| arn_of(exchange.response()?.json()?));
        match arns.find(|arn| lists(context, arn)) {
            Some(arn) => Err(format!("{arn:?} is described")),
            None => Ok(()),
        }
    });

/// The names that were asked for.
fn asked(context: &Context<'_>) -> Vec<String> {
    let names = context.input.get("ProjectNames").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

pub(super) const ONLY_NAMED: Check =
    Check::must("described-too-much", "no project that was not asked for", |context| {
        let asked = asked(context);
        let is_asked = |arn: &str| project_name(arn).is_some_and(|name| asked.iter().any(|one| one == name));
        match items(context).into_iter().filter_map(arn_of).find(|arn| !is_asked(arn)) {
            Some(arn) => Err(format!("{arn:?} is described")),
            None => Ok(()),
        }
    });

pub(super) const ALL_NAMED: Check =
    Check::must("not-described", "every project that was asked for", |context| {
        let names: Vec<&str> =
            items(context).into_iter().filter_map(arn_of).filter_map(project_name).collect();
        match asked(context).into_iter().find(|name| !names.contains(&name.as_str())) {
            Some(name) if !context.goes_on() => Err(format!("{name:?} is not described")),
            _ => Ok(()),
        }
    });

pub(super) const ITEM_ARN: Check = Check::must("incomplete", "items that have a ProjectArn", |context| {
    match items(context).into_iter().find(|item| arn_of(item).is_none()) {
        Some(item) => Err(format!("an item is {item}")),
        None if items(context).is_empty() && !context.goes_on() => Err("nothing is described".to_owned()),
        None => Ok(()),
    }
});

pub(super) const ITEM_STATUS: Check =
    Check::should("status", "items whose Status is CREATING, CREATED or DELETING", |context| {
        for item in items(context) {
            match item.get("Status") {
                Some(Value::String(status))
                    if ["CREATING", "CREATED", "DELETING"].contains(&status.as_str()) => {}
                Some(other) => return Err(format!("Status is {other}")),
                None => return Err("an item has no Status".to_owned()),
            }
        }
        Ok(())
    });

/// The times of the items.
fn times(context: &Context<'_>) -> impl Iterator<Item = Value> {
    let times = items(context).into_iter().filter_map(|item| item.get("CreationTimestamp").cloned());
    times.filter(|time| !time.is_null())
}

fn sent(context: &Context<'_>, time: &Value) -> String {
    format!("CreationTimestamp is {time}, sent at {:.0}", context.exchange.sent_at)
}

pub(super) const ITEM_TIME: Check = Check::must(
    "time",
    "items whose CreationTimestamp is a JSON number of seconds, not of milliseconds",
    |context| {
        let is_wrong = |time: f64| is_in_milliseconds(time, context.exchange.sent_at);
        match times(context).find(|time| time.as_f64().is_none_or(is_wrong)) {
            Some(time) => Err(sent(context, &time)),
            None => Ok(()),
        }
    },
);

pub(super) const NEAR: Check = Check::should(
    "time-skew",
    "items with a CreationTimestamp within five minutes of the creation",
    |context| {
        if times(context).count() < items(context).len() {
            return Err("an item has no CreationTimestamp".to_owned());
        }
        let is_wrong = |time: f64| is_off(time, context.exchange.sent_at);
        match times(context).find(|time| time.as_f64().is_some_and(is_wrong)) {
            Some(time) => Err(sent(context, &time)),
            None => Ok(()),
        }
    },
);

pub(super) const SAME_TIME: Check = Check::must(
    "time-moved",
    "items with the CreationTimestamp that they were described with before",
    |context| {
        let earlier: Vec<&Value> = context
            .exchanges_before()
            .filter(|exchange| exchange.request.operation == "DescribeProjects")
            .filter_map(|exchange| exchange.response()?.json()?.get("ProjectDescriptions")?.as_array())
            .flatten()
            .collect();
        for item in items(context) {
            let before = earlier.iter().find(|other| other.get("ProjectArn") == item.get("ProjectArn"));
            let time = |item: &Value| item.get("CreationTimestamp").filter(|time| time.is_number()).cloned();
            if let Some((before, now)) = before.and_then(|before| time(before)).zip(time(item))
                && before != now
            {
                return Err(format!("CreationTimestamp went from {before} to {now}"));
            }
        }
        Ok(())
    },
);

pub(super) const SORTED: Check =
    Check::should("unsorted", "projects in the order of their creation, either way up", |context| {
        let times: Vec<f64> = times(context).filter_map(|time| time.as_f64()).collect();
        match times.is_sorted() || times.is_sorted_by(|one, next| one >= next) {
            true => Ok(()),
            false => Err(format!("the times of creation are {times:?}")),
        }
    });

pub(super) const DELETING: Check =
    Check::should("status", "the Status DELETING", |context| match context.output.get("Status") {
        Some(Value::String(status)) if status == "DELETING" => Ok(()),
        Some(other) => Err(format!("Status is {other}")),
        None => Err("the answer has no Status".to_owned()),
    });

pub(super) const NO_POLICIES: Check = Check::must("policies-outlive", "no policies", |context| match context
    .output
    .get("ProjectPolicies")
    .and_then(Value::as_array)
{
    Some(items) if !items.is_empty() => Err(format!("{} policies of the project that is gone", items.len())),
    _ => Ok(()),
});
