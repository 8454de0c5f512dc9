//! Revision ids of project policies: fresh hexadecimal digits for every change.

use crate::code;
use crate::faults::Defect;
use crate::identifier::{digest, mix};
use crate::refusal::Refusal;
use crate::state::{Call, ProjectPolicy};
use crate::variants::Reading;

pub(super) fn refusal() -> Refusal {
    Refusal::new(code::INVALID_REVISION, "The supplied revision id for the project policy is invalid.")
}

/// The revision that a call supplies. The constraints have refused an empty one, unless the
/// call is read as if it were absent.
pub(super) fn supplied<'a>(call: &Call<'a>) -> Option<&'a str> {
    call.text("PolicyRevisionId").filter(|revision| !revision.is_empty())
}

/// Whether `supplied` is the revision that `policy` has now.
pub(super) fn is_current(call: &Call<'_>, policy: &ProjectPolicy, supplied: &str) -> bool {
    let switches = call.switches;
    let current = policy.revision.as_str();
    supplied == current
        || switches.reads(Reading::RevisionsFolded) && supplied.eq_ignore_ascii_case(current)
        || switches.has(Defect::RRevisionByPrefix) && current.starts_with(supplied)
        || switches.has(Defect::RRevisionByBeginning)
            && supplied.get(..8).is_some()
            && supplied.get(..8) == current.get(..8)
        || switches.has(Defect::RRevisionBySuffix) && supplied.starts_with(current)
        || switches.has(Defect::RRevisionAnyIssued)
            && policy.past.iter().any(|past| past.revision == supplied)
        || switches.has(Defect::RRevisionAfterFive)
            && policy.past.len() >= 5
            && policy.past.iter().any(|past| past.revision == supplied)
        // What came before its creation is a deleted policy's.
        || switches.has(Defect::RRevisionOfDeleted)
            && policy.past.iter().any(|past| past.revision == supplied && past.replaced == policy.appeared)
        || switches.has(Defect::RRevisionRace)
            && policy.past.iter().any(|past| past.revision == supplied && call.raced(past.replaced))
}

/// A revision for a policy that now holds `document`.
pub(super) fn fresh(call: &Call<'_>, document: &str) -> String {
    let switches = call.switches;
    if switches.has(Defect::RRevisionFromContent) {
        return format!("{:016x}{:016x}", digest(document), mix(digest(document)));
    }
    if switches.has(Defect::RRevisionBySecond) {
        return format!("{:08x}", call.milliseconds() / 1000);
    }
    if switches.has(Defect::RRevisionUuid) {
        return call.identifiers.uuid();
    }
    if switches.has(Defect::RRevisionEmpty) {
        return String::new();
    }
    let revision = call.identifiers.hexadecimal();
    if switches.has(Defect::RRevisionTooLong) {
        return revision.repeat(3);
    }
    if switches.has(Defect::RRevisionPrefixed) {
        return format!("rev-{revision}");
    }
    if switches.reads(Reading::RevisionsOf16) {
        revision[..16].to_owned()
    } else if switches.reads(Reading::RevisionsOf64) {
        revision.repeat(2)
    } else if switches.reads(Reading::RevisionsCounting) {
        format!("{:x}", call.identifiers.number())
    } else if switches.reads(Reading::RevisionsBeginAgain) {
        "1".to_owned()
    } else if switches.reads(Reading::RevisionsUpperCase) {
        revision.to_ascii_uppercase()
    } else {
        revision
    }
}

/// The revision of a policy that is updated to `document`.
pub(super) fn next(call: &Call<'_>, policy: &ProjectPolicy, document: &str) -> String {
    let switches = call.switches;
    let keeps = switches.has(Defect::RRevisionUnchanged)
        || switches.reads(Reading::IdenticalKeepsRevision) && policy.document == document;
    if keeps {
        return policy.revision.clone();
    }
    if switches.has(Defect::RRevisionReused)
        && let Some(past) = policy.past.iter().find(|past| past.document == document)
    {
        return past.revision.clone();
    }
    if switches.has(Defect::RRevisionRepeats)
        && let Some(fourth) = policy.past.len().checked_sub(3)
    {
        return policy.past[fourth].revision.clone();
    }
    if switches.reads(Reading::RevisionsBeginAgain) {
        let number = u64::from_str_radix(&policy.revision, 16).unwrap_or_default();
        return format!("{:x}", number + 1);
    }
    fresh(call, document)
}
