//! Revisions of resource policies: numbers that grow with every update.

use crate::code;
use crate::faults::Defect;
use crate::identifier;
use crate::refusal::Refusal;
use crate::service::Operation;
use crate::state::{Call, ResourcePolicy, Tenant};
use crate::variants::Reading;

/// The revision that makes a put create-only.
pub(super) const CREATE_ONLY: &str = "0";

pub(super) fn refusal() -> Refusal {
    Refusal::new(code::INVALID_REVISION, "The policy revision id does not match the latest revision id.")
}

/// The revision that a call supplies. An empty one is as good as none.
pub(super) fn supplied<'a>(call: &Call<'a>) -> Option<&'a str> {
    let supplied = call.text("PolicyRevisionId")?;
    let switches = call.switches;
    let number = !supplied.is_empty() && supplied.bytes().all(|byte| byte.is_ascii_digit());
    if supplied.is_empty() && !switches.reads(Reading::XEmptyRevisionRefused)
        || switches.has(Defect::XWordsAsNoRevision) && !number
    {
        None
    } else {
        Some(supplied)
    }
}

/// Whether `supplied` is the latest revision of `policy`.
pub(super) fn is_current(call: &Call<'_>, policy: &ResourcePolicy, supplied: &str) -> bool {
    let switches = call.switches;
    let current = policy.revision.as_str();
    if supplied == current {
        return true;
    }
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (wanted, latest) = (number(supplied), number(current));
    switches.reads(Reading::XRevisionsAsNumbers) && wanted.is_some() && wanted == latest
        || switches.has(Defect::XRevisionByPrefix) && supplied.starts_with(current)
        || switches.has(Defect::XRevisionAnyIssued)
            && policy.past.iter().any(|past| past.revision == supplied)
        || switches.has(Defect::XRevisionOf32Bits)
            && wanted.is_some()
            && wanted.map(|wanted| wanted & u64::from(u32::MAX)) == latest
        || switches.has(Defect::XRevisionModuloEight)
            && wanted.zip(latest).is_some_and(|(wanted, latest)| {
                (1..latest).contains(&wanted) && (latest - wanted).is_multiple_of(8)
            })
        || switches.has(Defect::XRevisionFuture) && wanted > latest
        || switches.has(Defect::XRevisionOlder) && wanted.is_some_and(|n| n > 0) && wanted < latest
        || switches.has(Defect::XRevisionRace)
            && policy.past.iter().any(|past| past.revision == supplied && call.raced(past.replaced))
        || switches.has(Defect::XDeleteAcceptsZero)
            && call.operation == Operation::DeleteResourcePolicy
            && supplied == CREATE_ONLY
}

/// The number of a new policy's first revision.
pub(super) fn first(call: &Call<'_>, tenant: &Tenant, name: &str) -> u64 {
    let switches = call.switches;
    if switches.reads(Reading::XCounterKept) {
        let gone = tenant.gone_resource_policies.iter().rev();
        if let Some(gone) = gone.into_iter().find(|gone| gone.name == name) {
            return gone.number + 1;
        }
    }
    if switches.reads(Reading::XRevisionsFromThousand) || switches.has(Defect::XRevisionDecreases) {
        1000
    } else if switches.reads(Reading::XRevisionsShared) {
        call.identifiers.number()
    } else {
        1
    }
}

/// The number after `policy`'s, for a put of `document`.
pub(super) fn next(call: &Call<'_>, policy: &ResourcePolicy, document: &str) -> u64 {
    let switches = call.switches;
    if switches.has(Defect::XRevisionUnchanged)
        || switches.reads(Reading::XIdenticalKeepsRevision) && policy.document == document
    {
        policy.number
    } else if switches.has(Defect::XRevisionDecreases) {
        policy.number.saturating_sub(1)
    } else if switches.has(Defect::XRevisionCyclic) {
        3 - policy.number.clamp(1, 2)
    } else if switches.has(Defect::XRevisionLatestByText) {
        let texts = policy.past.iter().map(|past| &past.revision).chain([&policy.revision]);
        texts.max().and_then(|latest| latest.parse::<u64>().ok()).unwrap_or_default() + 1
    } else if switches.reads(Reading::XRevisionsJump) {
        policy.number + 7
    } else if switches.has(Defect::XRevisionTwice) {
        // Counted from what the call saw when it arrived.
        let seen = policy.past.iter().find(|past| call.raced(past.replaced));
        seen.and_then(|past| past.revision.parse().ok()).unwrap_or(policy.number) + 1
    } else if switches.reads(Reading::XRevisionsShared) {
        call.identifiers.number()
    } else {
        policy.number + 1
    }
}

/// Gives a policy another revision though nothing else changes.
pub(super) fn revise(policy: &mut ResourcePolicy, call: &Call<'_>) {
    policy.number = next(call, policy, "");
    policy.revision = written(call, policy.number, "");
}

/// How a revision is written.
pub(super) fn written(call: &Call<'_>, number: u64, document: &str) -> String {
    let switches = call.switches;
    if switches.has(Defect::XRevisionFromContent) {
        (identifier::digest(document) >> 16).to_string()
    } else if switches.has(Defect::XRevisionBySecond) {
        (call.milliseconds() / 1000).to_string()
    } else if switches.has(Defect::XRevisionEmpty) {
        String::new()
    } else if switches.has(Defect::XRevisionRepeats) {
        format!("{:016x}", identifier::mix(number % 4))
    } else if switches.reads(Reading::XRevisionsOpaque) {
        format!("{:016x}", identifier::mix(number))
    } else {
        number.to_string()
    }
}
