//! What a successful answer has to be like.

use crate::exchange::{Exchange, Response};
use crate::rules::equivalence::{Equivalence, compare, is_equivalent};
use crate::rules::expectation::{Check, Context};
use crate::rules::policy_checks::{
    Put, has_members, history, items, listed, moved, same_json, shows_all, text, without_deleted,
};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::Value;

/// The members of a policy, in a put's answer and in a list.
const MEMBERS: [&str; 4] = ["PolicyName", "PolicyDocument", "PolicyRevisionId", "LastUpdatedTime"];

/// A member of the policy that a put's answer shows.
pub(super) fn member<'a>(output: &'a Value, member: &str) -> Option<&'a Value> {
    output.get("ResourcePolicy")?.get(member)
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

/// The answer to the put of the policy before this one.
fn last_put<'a>(context: &Context<'a>) -> Result<&'a Value, String> {
    let last = history(context).earlier.pop().ok_or("the case has no earlier put of the policy")?;
    last.json().ok_or_else(|| "the put before answered no JSON".to_owned())
}

pub(super) const NEW_REVISION: Check =
    Check::must("same-revision", "another PolicyRevisionId than before", |context| {
        match (answered_revision(last_put(context)?), answered_revision(context.output)) {
            (Some(before), Some(now)) if before == now => {
                Err(format!("PolicyRevisionId is {now:?} as before"))
            }
            (_, None) => match member(context.output, "PolicyRevisionId") {
                Some(other) => Err(format!("PolicyRevisionId is {other}, which is no string")),
                None => Err("the answer has no PolicyRevisionId".to_owned()),
            },
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
        let earlier = history(context).earlier.into_iter().filter_map(|answer| number(answer.json()?));
        match earlier.max() {
            // One that stayed is another check's.
            Some(most) if now <= most && before != answered_revision(context.output) => {
                Err(format!("PolicyRevisionId went from {most} to {now}"))
            }
            _ => Ok(()),
        }
    },
);

pub(super) const REVISION_AGAIN: Check = Check::should(
    "revision-again",
    "a PolicyRevisionId that the policy never had before, since it was created",
    |context| {
        let answers = history(context).earlier;
        let mut earlier: Vec<&str> =
            answers.into_iter().filter_map(|answer| answered_revision(answer.json()?)).collect();
        // One that stayed is another check's.
        let last = earlier.pop();
        match answered_revision(context.output) {
            Some(now) if last != Some(now) && earlier.contains(&now) => {
                Err(format!("PolicyRevisionId is {now:?}, as once before"))
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
        is_later(last_put(context)?, context.output)
    });

/// Of a policy that is put anew a second after the put with the label `deleted`.
pub(super) const LATER_THAN_DELETED: Check = Check::must(
    "time-kept",
    "a LastUpdatedTime that is later than that of the policy that was deleted",
    |context| context.earlier("deleted").map_or(Ok(()), |deleted| is_later(deleted, context.output)),
);

fn is_later(before: &Value, now: &Value) -> Result<(), String> {
    let time = |output| member(output, "LastUpdatedTime").and_then(Value::as_f64);
    match (time(before), time(now)) {
        (Some(before), Some(now)) if now > before => Ok(()),
        (Some(before), Some(now)) => Err(format!("LastUpdatedTime went from {before} to {now}")),
        (None, _) | (_, None) => Err("LastUpdatedTime is not a number in both answers".to_owned()),
    }
}

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

/// Whether every policy that was put before a list has an item, of which this holds. Those of others are
/// not judged.
fn each_listed(
    context: &Context<'_>,
    test: impl Fn(&Put<'_>, &Value) -> Result<(), String>,
) -> Result<(), String> {
    let listed = listed(context)?;
    shows_all(context)?;
    listed.iter().try_for_each(|(put, item)| test(put, item))
}

pub(super) const SHOWS_ALL: Check = Check::must("not-listed", "every policy that was put", shows_all);

pub(super) const NOT_TWICE: Check = Check::must("listed-twice", "each policy once", |context| {
    let items = items(context);
    let times = |name: &str| items.iter().filter(|item| text(item, "PolicyName") == Some(name)).count();
    match history(context).there.into_keys().find(|name| times(name) > 1) {
        Some(name) => Err(format!("{name:?} is listed {} times", times(name))),
        None => Ok(()),
    }
});

pub(super) const COMPLETE_ITEMS: Check = Check::must(
    "incomplete",
    "items that have PolicyName, PolicyDocument, PolicyRevisionId and LastUpdatedTime",
    |context| each_listed(context, |_, item| has_members(item, &MEMBERS)),
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
            let answered = |name: &str| member(put.response.json()?, name);
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

/// Whether two times are the same to the millisecond, however they are written.
fn is_same_time(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() < 0.001,
        _ => a == b,
    }
}

pub(super) const LATEST_JSON: Check = Check::should(
    "rewritten-item",
    "a document that is the same JSON as the one that was put last",
    |context| each_listed(context, same_json),
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
            let earlier = before.get("ResourcePolicies").and_then(Value::as_array).into_iter().flatten();
            let mut earlier = earlier.filter(|item| text(item, "PolicyName") == Some(name));
            let Some(earlier) = earlier.next() else {
                return Err(format!("{name:?} was not listed before"));
            };
            match moved(&MEMBERS, earlier, item) {
                Some(member) => {
                    Err(format!("{name:?}: {member} went from {} to {}", earlier[member], item[member]))
                }
                None => Ok(()),
            }
        })
    });

pub(super) const WITHOUT_DELETED: Check =
    Check::must("still-listed", "no policy that was deleted", without_deleted);

/// Of the policy that the put with the label `there` put in the list's region, where the put of the same name with
/// the label `here` answers the same first revision: the regions do not share their policies.
pub(super) const KEPT_ELSEWHERE: Check =
    Check::should("elsewhere-changed", "the policy of this region as it was put", |context| {
        let (Some(there), Some(here)) = (context.recorded.exchange("there"), context.earlier("here")) else {
            return Err("the case does not put a policy in both regions".to_owned());
        };
        let answer = there.response().and_then(Response::json).unwrap_or(&Value::Null);
        if answered_revision(answer) != answered_revision(here) {
            return Ok(());
        }
        let put = there.request.input().ok_or("the put has no input")?;
        let (name, document) = (text(put, "PolicyName"), text(put, "PolicyDocument").unwrap_or_default());
        match items(context).into_iter().find(|item| text(item, "PolicyName") == name) {
            None => Err(format!("{name:?} is not listed")),
            Some(item) => match text(item, "PolicyDocument") {
                Some(listed) if is_equivalent(listed, document) => Ok(()),
                other => Err(format!("{name:?} is listed with the document {other:?}")),
            },
        }
    });
