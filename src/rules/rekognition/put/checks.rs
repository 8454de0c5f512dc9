//! What the answer to a put has to be like.

use crate::exchange::Trace;
use crate::rules::equivalence::{Equivalence, compare};
use crate::rules::expectation::{Check, Context};
use crate::rules::policy_checks::history;
use crate::rules::rekognition::policies::{is_revision, revision_of};
use serde_json::Value;

pub(super) const HEXADECIMAL: Check =
    Check::must("revision-form", "a PolicyRevisionId of 1 to 64 hexadecimal digits", |context| match context
        .output
        .get("PolicyRevisionId")
    {
        None | Some(Value::Null) => Err("the answer has no PolicyRevisionId".to_owned()),
        Some(Value::String(id)) if is_revision(id) => Ok(()),
        Some(other) => Err(format!("PolicyRevisionId is {other}")),
    });

pub(in super::super) const NEW_REVISION: Check = Check::must(
    "revision-again",
    "a PolicyRevisionId that the policy never had before, since it was created",
    |context| match revision_of(context.output) {
        Some(now)
            if history(context).earlier.iter().any(|one| one.json().and_then(revision_of) == Some(now)) =>
        {
            Err(format!("PolicyRevisionId is {now:?}, as before"))
        }
        _ => Ok(()),
    },
);

/// The policy of a put as it was listed before and after it, where it was.
fn listed<'a>(context: &Context<'a>) -> Result<[Option<&'a Value>; 2], String> {
    let name = context.input.get("PolicyName").and_then(Value::as_str).ok_or("the put names no policy")?;
    let Some((before, after)) = context.states()? else { return Ok([None, None]) };
    Ok([before, after].map(|state| state.policies.get(name).map(|policy| &policy.item)))
}

pub(super) const STORED_JSON: Check =
    Check::should("rewritten-document", "a document that is then listed as the same JSON", |context| {
        let [_, after] = listed(context)?;
        let document =
            |item: &'_ Value| item.get("PolicyDocument").and_then(Value::as_str).map(str::to_owned);
        match (document(context.input), after.and_then(document)) {
            // What says something else, or is not listed, breaks the state.
            (Some(put), Some(listed)) if compare(&put, &listed) == Equivalence::Iam => {
                Err(format!("it is listed as {listed:?}"))
            }
            _ => Ok(()),
        }
    });

/// A time of a policy as the case listed it first, and after a put, where both are listed: that they are is
/// another check's. Reads in between may have moved it, which is one more's.
fn times(context: &Context<'_>, member: &str) -> Result<Option<(f64, f64)>, String> {
    let [_, after] = listed(context)?;
    let name = context.input.get("PolicyName").and_then(Value::as_str).unwrap_or_default();
    let first = context.recorded.traces.iter().find_map(|trace| match trace {
        Trace::Read { state: Ok(state), .. } => state.policies.get(name),
        _ => None,
    });
    let time = |item: Option<&Value>| item?.get(member)?.as_f64();
    Ok(time(first.map(|policy| &policy.item)).zip(time(after)))
}

pub(in super::super) const UPDATED: Check =
    Check::must("update-time-stays", "a LastUpdatedTimestamp that is later than before", |context| {
        match times(context, "LastUpdatedTimestamp")? {
            Some((before, after)) if after <= before => {
                Err(format!("LastUpdatedTimestamp was {before} and is {after} after the update"))
            }
            _ => Ok(()),
        }
    });

pub(in super::super) const CREATION_STAYS: Check =
    Check::should("creation-time-moves", "a CreationTimestamp that is as before", |context| {
        match times(context, "CreationTimestamp")? {
            Some((before, after)) if after != before => {
                Err(format!("CreationTimestamp was {before} and is {after} after the update"))
            }
            _ => Ok(()),
        }
    });

/// Of a policy that is put anew a second after all that is there.
pub(in super::super) const NEW_CREATION: Check = Check::should(
    "creation-time-kept",
    "a CreationTimestamp that is later than those of the policies that were there",
    |context| {
        let Some((before, _)) = context.states()? else { return Ok(()) };
        let time = |item: &Value| item.get("CreationTimestamp").and_then(Value::as_f64);
        let [_, own] = listed(context)?;
        let Some(now) = own.and_then(time) else { return Ok(()) };
        match before.policies.values().filter_map(|policy| time(&policy.item)).find(|there| *there >= now) {
            Some(there) => Err(format!("CreationTimestamp is {now}, that of an older policy is {there}")),
            None => Ok(()),
        }
    },
);
