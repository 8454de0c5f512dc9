//! What a successful answer has to be like.

use crate::exchange::{Exchange, Outcome, Response};
use crate::rules::equivalence::{Equivalence, compare, is_equivalent};
use crate::rules::expectation::{Check, Context};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::Value;
use std::collections::BTreeMap;

/// The members of a policy, in a put's answer and in a list.
const MEMBERS: [&str; 4] = ["PolicyName", "PolicyDocument", "PolicyRevisionId", "LastUpdatedTime"];

/// A member of the policy that a put's answer shows.
pub(super) fn member<'a>(output: &'a Value, member: &str) -> Option<&'a Value> {
    output.get("ResourcePolicy")?.get(member)
}

fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member).and_then(Value::as_str)
}

fn answered_revision(output: &Value) -> Option<&str> {
    member(output, "PolicyRevisionId")?.as_str()
}

pub(super) const COMPLETE: Check = Check::must(
    "incomplete",
    "a ResourcePolicy that has PolicyName, PolicyDocument, PolicyRevisionId and LastUpdatedTime",
    |context| match MEMBERS.iter().find(|name| member(context.output, name).is_none_or(Value::is_null)) {
        Some(name) => Err(format!("the answer has no ResourcePolicy.{name}")),
        None => Ok(()),
    },
);

pub(super) const SAME_NAME: Check = Check::must("other-name", "the PolicyName that was put", |context| {
    let answered = member(context.output, "PolicyName").unwrap_or(&Value::Null);
    match Some(answered) == context.input.get("PolicyName") {
        true => Ok(()),
        false => Err(format!("the answer's PolicyName is {answered}")),
    }
});

pub(super) const SAME_DOCUMENT: Check =
    Check::must("other-document", "a PolicyDocument that says what the one that was put says", |context| {
        document_is(context, |how| how > Equivalence::Different)
    });

pub(super) const SAME_JSON: Check = Check::should(
    "rewritten-document",
    "a PolicyDocument that is the same JSON as the one that was put",
    // What says something else is another check's.
    |context| document_is(context, |how| how != Equivalence::Iam),
);

fn document_is(context: &Context<'_>, fits: fn(Equivalence) -> bool) -> Result<(), String> {
    let answered = member(context.output, "PolicyDocument").unwrap_or(&Value::Null);
    let put = text(context.input, "PolicyDocument").ok_or("the case puts no document")?;
    let how = answered.as_str().map_or(Equivalence::Different, |answered| compare(answered, put));
    if fits(how) { Ok(()) } else { Err(format!("the answer's PolicyDocument is {answered}")) }
}

/// The puts of this policy before this call, the last one last, since it was deleted last.
fn puts_before<'a>(context: &Context<'a>) -> Vec<&'a Response> {
    let mut found = Vec::new();
    for exchange in context.exchanges_before() {
        let (Outcome::Success(answer), Some(input)) = (exchange.outcome(), exchange.request.input()) else {
            continue;
        };
        if input.get("PolicyName") != context.input.get("PolicyName") {
            continue;
        }
        match exchange.request.operation.as_str() {
            "PutResourcePolicy" => found.push(answer),
            "DeleteResourcePolicy" => found.clear(),
            _ => {}
        }
    }
    found
}

fn last_put<'a>(context: &Context<'a>) -> Result<&'a Value, String> {
    let last = puts_before(context).pop().ok_or("the case has no earlier put of the policy")?;
    last.json().ok_or_else(|| "the put before answered no JSON".to_owned())
}

pub(super) const NEW_REVISION: Check =
    Check::must("same-revision", "another PolicyRevisionId than before", |context| {
        match (answered_revision(last_put(context)?), answered_revision(context.output)) {
            (Some(before), Some(now)) if before == now => {
                Err(format!("PolicyRevisionId is {now:?} as before"))
            }
            (_, None) => Err("the answer has no PolicyRevisionId".to_owned()),
            _ => Ok(()),
        }
    });

pub(super) const GREATER_REVISION: Check = Check::should(
    "revision-order",
    "a PolicyRevisionId that is greater than every one before, where they are numbers",
    |context| {
        let number = |output| answered_revision(output)?.parse::<u128>().ok();
        let before = answered_revision(last_put(context)?);
        let Some(now) = number(context.output) else { return Ok(()) };
        let earlier = puts_before(context).into_iter().filter_map(|answer| number(answer.json()?));
        match earlier.max() {
            // One that stayed is another check's.
            Some(most) if now <= most && before != answered_revision(context.output) => {
                Err(format!("PolicyRevisionId went from {most} to {now}"))
            }
            _ => Ok(()),
        }
    },
);

pub(super) const FIRST_IS_ONE: Check =
    Check::observe("not-one", "revision 1", |context| match answered_revision(context.output) {
        Some("1") => Ok(()),
        other => Err(format!("PolicyRevisionId is {other:?}")),
    });

pub(super) const LATER: Check =
    Check::must("time-stays", "a LastUpdatedTime that is later than that of the put before", |context| {
        let time = |output| member(output, "LastUpdatedTime").and_then(Value::as_f64);
        match (time(last_put(context)?), time(context.output)) {
            (Some(before), Some(now)) if now > before => Ok(()),
            (before, now) => Err(format!("LastUpdatedTime went from {before:?} to {now:?}")),
        }
    });

pub(super) const TIME_FORM: Check =
    Check::must("time-form", "a LastUpdatedTime that is a JSON number", |context| {
        form(member(context.output, "LastUpdatedTime"))
    });

pub(super) const SECONDS: Check = Check::must("time-unit", "a LastUpdatedTime in seconds", |context| {
    in_seconds(member(context.output, "LastUpdatedTime"), context.exchange)
});

pub(super) const NEAR: Check = Check::should(
    "time-skew",
    "a LastUpdatedTime within five minutes of the request, by its sender's clock or the target's",
    |context| near(member(context.output, "LastUpdatedTime"), context.exchange),
);

fn form(time: Option<&Value>) -> Result<(), String> {
    match time {
        Some(time) if time.is_number() => Ok(()),
        other => Err(format!("LastUpdatedTime is {}", other.unwrap_or(&Value::Null))),
    }
}

/// Seconds by which a time is off the moment of an exchange: by the sender's clock, or by the target's
/// where the answer tells it.
fn skew(time: f64, exchange: &Exchange) -> f64 {
    let date = exchange.response().and_then(|answer| answer.header("date"));
    let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
    let clocks = [Some(exchange.sent_at), date.map(|date| date.as_secs_f64())];
    clocks.into_iter().flatten().map(|now| (time - now).abs()).fold(f64::INFINITY, f64::min)
}

/// What is right when it is read as milliseconds is in the wrong unit; other nonsense is skew.
fn in_seconds(time: Option<&Value>, exchange: &Exchange) -> Result<(), String> {
    const DAY: f64 = 86_400.0;
    match time.and_then(Value::as_f64) {
        Some(time) if skew(time / 1000.0, exchange) < DAY => {
            Err(format!("LastUpdatedTime is {time}, in milliseconds"))
        }
        _ => Ok(()),
    }
}

fn near(time: Option<&Value>, exchange: &Exchange) -> Result<(), String> {
    const BOUND: f64 = 300.0;
    match time.and_then(Value::as_f64) {
        Some(time) if skew(time, exchange) > BOUND && in_seconds(Some(&time.into()), exchange).is_ok() => {
            Err(format!("LastUpdatedTime is {time}, sent at {:.0}", exchange.sent_at))
        }
        _ => Ok(()),
    }
}

/// A policy that a list has to show.
struct Put<'a> {
    input: &'a Value,
    answer: Option<&'a Value>,
    exchange: &'a Exchange,
}

/// The policies that the calls before a list have left, by name, and the names that they deleted.
fn left_before<'a>(context: &Context<'a>) -> (BTreeMap<String, Put<'a>>, Vec<String>) {
    let (mut there, mut gone) = (BTreeMap::new(), Vec::new());
    for exchange in context.exchanges_before() {
        let (Outcome::Success(answer), Some(input)) = (exchange.outcome(), exchange.request.input()) else {
            continue;
        };
        let Some(name) = text(input, "PolicyName").map(str::to_owned) else { continue };
        gone.retain(|other| *other != name);
        match exchange.request.operation.as_str() {
            "PutResourcePolicy" => {
                let answer = answer.json().and_then(|body| body.get("ResourcePolicy"));
                there.insert(name, Put { input, answer, exchange });
            }
            "DeleteResourcePolicy" => {
                there.remove(&name);
                gone.push(name);
            }
            _ => {}
        }
    }
    (there, gone)
}

fn items(output: &Value) -> impl Iterator<Item = &Value> {
    output.get("ResourcePolicies").and_then(Value::as_array).into_iter().flatten()
}

fn named<'a>(output: &'a Value, name: &str) -> Option<&'a Value> {
    items(output).find(|item| text(item, "PolicyName") == Some(name))
}

/// The policies that were put before a list, each with its item. Those of others are not judged.
fn listed<'a>(context: &Context<'a>) -> Result<Vec<(Put<'a>, &'a Value)>, String> {
    let (there, _) = left_before(context);
    if there.is_empty() {
        return Err("the case has no put before the list".to_owned());
    }
    let mut found = Vec::new();
    for (name, put) in there {
        match named(context.output, &name) {
            Some(item) => found.push((put, item)),
            None if context.goes_on() => {}
            None => return Err(format!("{name:?} is not listed")),
        }
    }
    Ok(found)
}

fn each_listed(
    context: &Context<'_>,
    test: impl Fn(&Put<'_>, &Value) -> Result<(), String>,
) -> Result<(), String> {
    listed(context)?.iter().try_for_each(|(put, item)| test(put, item))
}

pub(super) const SHOWS_ALL: Check = Check::must("not-listed", "every policy that was put", |context| {
    match left_before(context).0.is_empty() {
        true => Ok(()),
        false => listed(context).map(|_| ()),
    }
});

pub(super) const NOT_TWICE: Check = Check::must("listed-twice", "each policy once", |context| {
    let times =
        |name: &str| items(context.output).filter(|item| text(item, "PolicyName") == Some(name)).count();
    match left_before(context).0.into_keys().find(|name| times(name) > 1) {
        Some(name) => Err(format!("{name:?} is listed {} times", times(&name))),
        None => Ok(()),
    }
});

pub(super) const COMPLETE_ITEMS: Check = Check::must(
    "incomplete",
    "items that have PolicyName, PolicyDocument, PolicyRevisionId and LastUpdatedTime",
    |context| {
        each_listed(context, |_, item| {
            match MEMBERS.iter().find(|member| item.get(**member).is_none_or(Value::is_null)) {
                Some(member) => Err(format!("an item has no {member}")),
                None => Ok(()),
            }
        })
    },
);

pub(super) const LATEST: Check = Check::must(
    "other-item",
    "the document that was put last, and the revision and the time that were answered",
    |context| {
        each_listed(context, |put, item| {
            let name = &item["PolicyName"];
            let (listed, document) = (text(item, "PolicyDocument"), text(put.input, "PolicyDocument"));
            if !listed.zip(document).is_some_and(|(listed, document)| is_equivalent(listed, document)) {
                return Err(format!("{name} is listed with the document {listed:?}"));
            }
            let answered = |member: &str| put.answer.and_then(|answer| answer.get(member));
            let revision = answered("PolicyRevisionId");
            if revision.is_some() && item.get("PolicyRevisionId") != revision {
                let listed = &item["PolicyRevisionId"];
                return Err(format!(
                    "{name} is listed with revision {listed} instead of {}",
                    revision.unwrap_or(&Value::Null)
                ));
            }
            match (answered("LastUpdatedTime"), item.get("LastUpdatedTime")) {
                (Some(answered), listed) if !listed.is_some_and(|listed| is_same_time(answered, listed)) => {
                    let listed = listed.unwrap_or(&Value::Null);
                    Err(format!("{name} is listed with LastUpdatedTime {listed}, not {answered}"))
                }
                _ => Ok(()),
            }
        })
    },
);

/// Whether two times are the same, as far as both tell: one may leave out the fraction of a second.
fn is_same_time(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b || (a - b).abs() < 1.0 && [a, b].iter().any(|time| time.fract() == 0.0),
        _ => a == b,
    }
}

pub(super) const LATEST_JSON: Check = Check::should(
    "rewritten-item",
    "a document that is the same JSON as the one that was put last",
    |context| {
        each_listed(context, |put, item| {
            match (text(item, "PolicyDocument"), text(put.input, "PolicyDocument")) {
                (Some(listed), Some(document)) if compare(listed, document) == Equivalence::Iam => {
                    Err(format!("{} is listed with the document {listed:?}", item["PolicyName"]))
                }
                _ => Ok(()),
            }
        })
    },
);

pub(super) const ITEM_TIME_FORM: Check =
    Check::must("time-form", "a LastUpdatedTime that is a JSON number", |context| {
        each_listed(context, |_, item| form(item.get("LastUpdatedTime")))
    });

pub(super) const ITEM_SECONDS: Check = Check::must("time-unit", "a LastUpdatedTime in seconds", |context| {
    each_listed(context, |put, item| in_seconds(item.get("LastUpdatedTime"), put.exchange))
});

pub(super) const ITEM_NEAR: Check = Check::should(
    "time-skew",
    "a LastUpdatedTime within five minutes of the put, by its sender's clock or the target's",
    |context| each_listed(context, |put, item| near(item.get("LastUpdatedTime"), put.exchange)),
);

pub(super) const AS_LISTED_BEFORE: Check =
    Check::must("moved", "what the list before showed, times included", |context| {
        let lists = context.exchanges_before().filter(|one| one.request.operation == "ListResourcePolicies");
        let last = lists.last().and_then(Exchange::response).and_then(Response::json);
        let before = last.ok_or("the case has no list before")?;
        each_listed(context, |_, item| {
            let name = text(item, "PolicyName").unwrap_or_default();
            let Some(earlier) = named(before, name) else {
                return Err(format!("{name:?} was not listed before"));
            };
            let is_same = |member: &str| match (text(item, member), text(earlier, member)) {
                (Some(now), Some(before)) if member == "PolicyDocument" => is_equivalent(now, before),
                _ => item.get(member) == earlier.get(member),
            };
            match MEMBERS.iter().find(|member| !is_same(member)) {
                Some(member) => {
                    Err(format!("{name:?}: {member} went from {} to {}", earlier[*member], item[*member]))
                }
                None => Ok(()),
            }
        })
    });

pub(super) const WITHOUT_DELETED: Check =
    Check::must("still-listed", "no policy that was deleted", |context| {
        let (_, gone) = left_before(context);
        if gone.is_empty() {
            return Err("the case has no deletion before the list".to_owned());
        }
        match gone.iter().find(|name| named(context.output, name).is_some()) {
            Some(name) => Err(format!("{name:?} is still listed")),
            None => Ok(()),
        }
    });
