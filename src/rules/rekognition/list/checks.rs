//! What a list of policies has to be like.

use crate::rules::equivalence::{Equivalence, compare};
use crate::rules::expectation::{Check, Context};
use crate::rules::policy_checks::{
    has_members, history, items, listed, moved, same_json, shows_all, text, without_deleted,
};
use crate::rules::rekognition::listings::{is_in_milliseconds, is_off};
use crate::rules::rekognition::policies::{is_revision, revision_of};
use serde_json::Value;

/// The members of an item, the times last: those are promised less certainly.
const MEMBERS: [&str; 6] = [
    "ProjectArn",
    "PolicyName",
    "PolicyRevisionId",
    "PolicyDocument",
    "CreationTimestamp",
    "LastUpdatedTimestamp",
];

/// The items that may be what the case put: what others own is not judged.
fn own_items<'a>(context: &Context<'a>) -> Vec<&'a Value> {
    let there = history(context).there;
    let is_own = |item: &&Value| text(item, "PolicyName").is_none_or(|name| there.contains_key(name));
    items(context).into_iter().filter(is_own).collect()
}

pub(super) const SHOWS_ALL: Check = Check::must("not-listed", "every policy that was put", shows_all);

pub(super) const NOT_TWICE: Check = Check::must("listed-twice", "each policy once", |context| {
    let items = items(context);
    for item in &items {
        let name = text(item, "PolicyName");
        if name.is_some() && items.iter().filter(|other| text(other, "PolicyName") == name).count() > 1 {
            return Err(format!("{name:?} is listed more than once"));
        }
    }
    Ok(())
});

pub(super) const COMPLETE: Check = Check::must(
    "incomplete",
    "items that have ProjectArn, PolicyName, PolicyRevisionId and PolicyDocument",
    |context| {
        let items = own_items(context);
        if items.is_empty() && !context.goes_on() {
            return Err("nothing is listed".to_owned());
        }
        items.into_iter().try_for_each(|item| has_members(item, &MEMBERS[..4]))
    },
);

pub(super) const ITEM_REVISION: Check =
    Check::must("revision-form", "revision ids of 1 to 64 hexadecimal digits", |context| {
        match own_items(context)
            .into_iter()
            .filter_map(|item| text(item, "PolicyRevisionId"))
            .find(|id| !is_revision(id))
        {
            Some(id) => Err(format!("an item has the PolicyRevisionId {id:?}")),
            None => Ok(()),
        }
    });

pub(super) const LATEST: Check = Check::must(
    "other-item",
    "the project and the document that were put last, and the revision that was answered",
    |context| {
        for (put, item) in listed(context)? {
            let name = &item["PolicyName"];
            let revision = put.response.json().and_then(revision_of);
            if let (Some(listed), Some(document)) =
                (text(item, "PolicyDocument"), text(put.input, "PolicyDocument"))
                && compare(listed, document) == Equivalence::Different
            {
                return Err(format!("{name} is listed with the document {listed:?}"));
            }
            if let (Some(listed), Some(answered)) = (text(item, "PolicyRevisionId"), revision)
                && listed != answered
            {
                return Err(format!("{name} is listed with revision {listed:?} instead of {answered:?}"));
            }
            if text(item, "ProjectArn").is_some_and(|arn| text(put.input, "ProjectArn") != Some(arn)) {
                return Err(format!("{name} is listed with the project {}", item["ProjectArn"]));
            }
        }
        Ok(())
    },
);

pub(super) const SAME_JSON: Check = Check::should(
    "rewritten-document",
    "documents that are the same JSON as those that were put",
    |context| listed(context)?.iter().try_for_each(|(put, item)| same_json(put, item)),
);

pub(super) const TIMES: Check =
    Check::should("no-time", "items that have CreationTimestamp and LastUpdatedTimestamp", |context| {
        own_items(context).into_iter().try_for_each(|item| has_members(item, &MEMBERS[4..]))
    });

/// The times of the items, by member.
fn times<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'static str, &'a Value)> {
    own_items(context).into_iter().flat_map(|item| {
        MEMBERS[4..]
            .iter()
            .filter_map(|member| Some((*member, item.get(member).filter(|time| !time.is_null())?)))
    })
}

pub(super) const TIME_FORM: Check = Check::must("time-form", "times that are JSON numbers", |context| {
    match times(context).find(|(_, time)| !time.is_number()) {
        Some((member, time)) => Err(format!("{member} is {time}")),
        None => Ok(()),
    }
});

pub(super) const TIME_UNIT: Check =
    Check::must("time-unit", "times in seconds since the epoch, not in milliseconds", |context| {
        let now = context.exchange.sent_at;
        let is_wrong = |time: &Value| time.as_f64().is_some_and(|time| is_in_milliseconds(time, now));
        match times(context).find(|(_, time)| is_wrong(time)) {
            Some((member, time)) => Err(format!("{member} is {time}, sent at {now:.0}")),
            None => Ok(()),
        }
    });

pub(super) const TIME_ORDER: Check =
    Check::should("time-order", "a creation that is not after the last update", |context| {
        for item in own_items(context) {
            let time = |member: &str| item.get(member).and_then(Value::as_f64);
            if let (Some(created), Some(updated)) = (time("CreationTimestamp"), time("LastUpdatedTimestamp"))
                && created > updated
            {
                return Err(format!("created at {created}, last updated at {updated}"));
            }
        }
        Ok(())
    });

pub(super) const NEAR: Check =
    Check::should("time-skew", "times within five minutes of the puts", |context| {
        let now = context.exchange.sent_at;
        let is_wrong = |time: &Value| time.as_f64().is_some_and(|time| is_off(time, now));
        match times(context).find(|(_, time)| is_wrong(time)) {
            Some((member, time)) => Err(format!("{member} is {time}, sent at {now:.0}")),
            None => Ok(()),
        }
    });

pub(super) const WITHOUT_DELETED: Check =
    Check::must("still-listed", "no policy that was deleted", without_deleted);

/// What the case put on another project: what else is listed may be left from before.
pub(super) const OF_PROJECT: Check =
    Check::must("another-projects", "the project's own policies alone", |context| {
        let own = history(context).there;
        let is_others = |name: &str| !own.contains_key(name) && is_put_elsewhere(context, name);
        let names = items(context).into_iter().filter_map(|item| text(item, "PolicyName"));
        match names.into_iter().find(|name| is_others(name)) {
            Some(name) => Err(format!("{name:?} is listed, and was put on another project")),
            None => Ok(()),
        }
    });

/// Whether the case has put a policy of this name on another project than the one that is listed.
fn is_put_elsewhere(context: &Context<'_>, name: &str) -> bool {
    context.exchanges_before().any(|exchange| {
        let input = exchange.request.input().unwrap_or(&Value::Null);
        exchange.request.operation == "PutProjectPolicy"
            && text(input, "PolicyName") == Some(name)
            && input.get("ProjectArn") != context.input.get("ProjectArn")
    })
}

/// Of the page after the one with the label `page`.
pub(super) const NEXT_ITEMS: Check = Check::must(
    "page-repeats",
    "none of the policies that the page before shows, and all others",
    |context| {
        let first = context.earlier("page").and_then(|page| page.get("ProjectPolicies")?.as_array());
        let Some(first) = first else { return Ok(()) };
        let (first, here) = (first.iter().collect::<Vec<_>>(), items(context));
        let has =
            |items: &[&Value], name: &str| items.iter().any(|item| text(item, "PolicyName") == Some(name));
        let own = history(context).there;
        if let Some(name) = own.keys().find(|name| has(&first, name) && has(&here, name)) {
            return Err(format!("{name:?} is on both pages"));
        }
        match own.keys().find(|name| !has(&first, name) && !has(&here, name)) {
            Some(name) if !context.goes_on() => Err(format!("{name:?} is on neither page")),
            _ => Ok(()),
        }
    },
);

/// Not on this page alone: the whole lists that are read before and after it are compared.
pub(in super::super) const UNMOVED: Check = Check::must(
    "moved-by-reading",
    "policies that are listed before and after it with the same members, times too",
    |context| {
        let Some((before, after)) = context.states()? else { return Ok(()) };
        let moved = before.policies.iter().find_map(|(name, policy)| {
            let now = after.policies.get(name)?;
            let member = moved(&MEMBERS, &policy.item, &now.item)?;
            Some(format!("{member} of {name:?} was {} and is {}", policy.item[member], now.item[member]))
        });
        moved.map_or(Ok(()), Err)
    },
);

/// Of a call more than a second after what is there was written.
pub(in super::super) const OTHERS_STAY: Check = Check::must(
    "another-moved",
    "a LastUpdatedTimestamp of the other policies that is as before",
    |context| {
        let Some((before, after)) = context.states()? else { return Ok(()) };
        let own = text(context.input, "PolicyName");
        let time = |item: &Value| item.get("LastUpdatedTimestamp").and_then(Value::as_f64);
        let others = before.policies.iter().filter(|(name, _)| own != Some(name.as_str()));
        let mut moved = others.filter_map(|(name, policy)| {
            let [was, now] = [time(&policy.item)?, time(&after.policies.get(name)?.item)?];
            // By less it moves where the reads between do it.
            (now - was >= 1.0).then(|| format!("LastUpdatedTimestamp of {name:?} was {was} and is {now}"))
        });
        moved.next().map_or(Ok(()), Err)
    },
);
