//! `PutResourcePolicy`.

use serde_json::{Map, Value, json};

use super::policies::{beginning, position, shape};
use super::revisions;
use crate::code;
use crate::documents;
use crate::faults::Defect;
use crate::policy;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::state::{Call, Forced, Outcome, Past, ResourcePolicy, Tenant, World, remember};
use crate::variants::Reading;

/// Size limit of a document, in bytes.
const SIZE: usize = 5120;
/// Policies that an account may have in a region.
const COUNT: usize = 5;

/// Answers `PutResourcePolicy`.
pub(crate) fn put(world: &mut World, call: &Call<'_>) -> Outcome {
    let elsewhere: usize = world
        .tenants
        .iter()
        .filter(|(scope, _)| scope.account == call.scope.account && *scope != call.scope)
        .map(|(_, tenant)| tenant.resource_policies.len())
        .sum();
    let name = call.text("PolicyName").unwrap_or_default();
    if call.switches.has(Defect::XPutEverywhere) {
        let policies = world.elsewhere(call.scope).flat_map(|tenant| &mut tenant.resource_policies);
        let document = call.text("PolicyDocument").unwrap_or_default();
        policies
            .filter(|policy| policy.name == name)
            .for_each(|policy| policy.document = document.to_owned());
    }
    let tenant = world.tenant(call.scope);
    let found = position(tenant, call, name);
    for check in order(call) {
        match check {
            _ if is_skipped(check, call, found.map(|index| &tenant.resource_policies[index])) => {}
            Check::Size => size(call)?,
            Check::Grammar => grammar(call)?,
            Check::Lockout => lockout(call)?,
            Check::Revision => revision(call, found.map(|index| &tenant.resource_policies[index]))?,
            Check::Count => count(call, tenant, found, elsewhere)?,
        }
    }
    Ok(store(tenant, call, found))
}

/// Does to a policy what was refused.
pub(crate) fn force_put(world: &mut World, call: &Call<'_>, how: Forced) {
    let tenant = world.tenant(call.scope);
    let found = position(tenant, call, call.text("PolicyName").unwrap_or_default());
    match (how, found) {
        (Forced::Done, _) => drop(store(tenant, call, found)),
        (Forced::Replaced, Some(at)) => {
            let document = call.text("PolicyDocument").unwrap_or_default();
            document.clone_into(&mut tenant.resource_policies[at].document);
        }
        (Forced::Revised, Some(at)) => revisions::revise(&mut tenant.resource_policies[at], call),
        (Forced::Touched, Some(at)) => tenant.resource_policies[at].updated = call.now,
        (Forced::Deleted, Some(at)) => drop(tenant.resource_policies.remove(at)),
        (_, None) => {}
    }
}

/// What can be wrong with a put whose members are well-formed.
#[derive(Clone, Copy)]
enum Check {
    Size,
    Grammar,
    Lockout,
    Revision,
    Count,
}

/// Which is looked at first: the documents do not say.
fn order(call: &Call<'_>) -> [Check; 5] {
    use Check::{Count, Grammar, Lockout, Revision, Size};
    let switches = call.switches;
    if switches.reads(Reading::StateFirst) {
        [Revision, Count, Size, Grammar, Lockout]
    } else if switches.reads(Reading::LimitsFirst) {
        [Count, Size, Revision, Grammar, Lockout]
    } else if switches.reads(Reading::DocumentFirst) {
        [Grammar, Lockout, Size, Revision, Count]
    } else {
        [Size, Grammar, Lockout, Revision, Count]
    }
}

/// Whether a fault leaves a check out.
fn is_skipped(check: Check, call: &Call<'_>, found: Option<&ResourcePolicy>) -> bool {
    let switches = call.switches;
    let about_document = matches!(check, Check::Size | Check::Grammar);
    let is_current = || found.is_some_and(|policy| call.text("PolicyRevisionId") == Some(&policy.revision));
    is_bypassing(call)
        && (about_document && switches.has(Defect::XBypassSkipsDocument)
            || matches!(check, Check::Revision) && switches.has(Defect::XBypassSkipsRevision))
        || about_document && switches.has(Defect::XCurrentSkipsDocument) && is_current()
}

fn is_bypassing(call: &Call<'_>) -> bool {
    call.body.get("BypassPolicyLockoutCheck") == Some(&Value::Bool(true))
}

fn size(call: &Call<'_>) -> Result<(), Refusal> {
    let switches = call.switches;
    let document = call.text("PolicyDocument").unwrap_or_default();
    let size = if switches.reads(Reading::XSizeInCharacters) {
        document.chars().count()
    } else if switches.reads(Reading::XSizeWithoutSpaces) {
        document.bytes().filter(|byte| !byte.is_ascii_whitespace()).count()
    } else {
        document.len()
    };
    let limit = if switches.has(Defect::XSizeUnlimited) {
        usize::MAX
    } else if switches.has(Defect::XSizeLoose) {
        SIZE + 1
    } else if switches.has(Defect::XSizeDoubled) {
        2 * SIZE
    } else if switches.has(Defect::XSize4096) {
        4096
    } else if switches.has(Defect::XSize4999) {
        4999
    } else if switches.has(Defect::XSize2048) {
        2048
    } else if switches.reads(Reading::XSize5000) {
        5000
    } else {
        SIZE
    };
    if size <= limit {
        return Ok(());
    }
    let code = if switches.reads(Reading::XSizeIsValidation) { code::VALIDATION } else { code::POLICY_SIZE };
    Err(Refusal::new(code, "The policy document is larger than 5 KB."))
}

fn grammar(call: &Call<'_>) -> Result<(), Refusal> {
    if call.is_exempt("PolicyDocument") {
        return Ok(());
    }
    let document = call.text("PolicyDocument").unwrap_or_default();
    match policy::parse(Service::XRay, document, call.switches) {
        Ok(policy)
            if call.switches.reads(Reading::ForeignPartitionRefused)
                && policy::names_foreign_partition(&policy, call.scope.partition()) =>
        {
            Err(Refusal::new(code::MALFORMED, "A statement names an ARN of another partition."))
        }
        Ok(_) => Ok(()),
        Err(problem) => {
            let no_json = serde_json::from_str::<Value>(document).is_err();
            let code = if no_json {
                code::MALFORMED
            } else if call.switches.reads(Reading::GrammarIsParameter) {
                code::INVALID_REQUEST
            } else if call.switches.reads(Reading::GrammarIsValidation) {
                code::VALIDATION
            } else {
                code::MALFORMED
            };
            Err(Refusal::new(code, problem))
        }
    }
}

fn lockout(call: &Call<'_>) -> Result<(), Refusal> {
    let switches = call.switches;
    let bypassed = is_bypassing(call) && !switches.has(Defect::XBypassIgnored);
    if bypassed || switches.has(Defect::XLockoutMissing) {
        return Ok(());
    }
    let document = call.text("PolicyDocument").unwrap_or_default();
    let Ok(policy) = serde_json::from_str::<Value>(document) else {
        return Ok(());
    };
    if policy::locks_out(&policy, switches.has(Defect::XLockoutAnyDenial)) {
        return Err(Refusal::new(
            code::LOCKOUT,
            "The policy would keep its author from calling PutResourcePolicy.",
        ));
    }
    Ok(())
}

fn revision(call: &Call<'_>, found: Option<&ResourcePolicy>) -> Result<(), Refusal> {
    let switches = call.switches;
    let Some(supplied) = revisions::supplied(call) else {
        let needed = found.is_some() && switches.has(Defect::XUpdateNeedsRevision);
        return if needed { Err(revisions::refusal()) } else { Ok(()) };
    };
    if switches.has(Defect::XPutIgnoresRevision) {
        return Ok(());
    }
    let Some(policy) = found else {
        if supplied == revisions::CREATE_ONLY {
            return if switches.has(Defect::XZeroRefusedOnFreeName) {
                Err(revisions::refusal())
            } else {
                Ok(())
            };
        }
        if switches.has(Defect::XRevisionOnFreeNameCreates) {
            return Ok(());
        }
        return Err(revisions::refusal());
    };
    if supplied == revisions::CREATE_ONLY {
        let unseen = switches.has(Defect::XZeroRace) && call.raced(policy.appeared);
        let overwrites = unseen || switches.has(Defect::XZeroOverwrites);
        return if overwrites { Ok(()) } else { Err(revisions::refusal()) };
    }
    let is_same = call.text("PolicyDocument") == Some(policy.document.as_str());
    if is_same && switches.has(Defect::XStaleSameDocument) || revisions::is_current(call, policy, supplied) {
        return Ok(());
    }
    let number = supplied.bytes().all(|byte| byte.is_ascii_digit()) && !supplied.is_empty();
    let code = if number {
        code::INVALID_REVISION
    } else if switches.reads(Reading::XMalformedRevisionIsRequest) {
        code::INVALID_REQUEST
    } else if switches.reads(Reading::XMalformedRevisionIsValidation) {
        code::VALIDATION
    } else {
        code::INVALID_REVISION
    };
    Err(Refusal::new(code, "The policy revision id does not match the latest revision id."))
}

fn count(call: &Call<'_>, tenant: &Tenant, found: Option<usize>, elsewhere: usize) -> Result<(), Refusal> {
    let switches = call.switches;
    let counted_all_the_same = switches.has(Defect::XLimitAppliesToUpdates);
    let skipped = switches.has(Defect::XLimitMissing)
        || switches.has(Defect::XLimitZeroSkips) && revisions::supplied(call) == Some(revisions::CREATE_ONLY)
        || switches.has(Defect::XLimitBypassSkips) && is_bypassing(call);
    if found.is_some() && !counted_all_the_same || skipped {
        return Ok(());
    }
    let limit = if switches.has(Defect::XLimitLoose) {
        COUNT + 1
    } else if switches.has(Defect::XLimitTight) {
        COUNT - 1
    } else if switches.reads(Reading::XLimitTen) {
        10
    } else {
        COUNT
    };
    let mut count = tenant.resource_policies.len();
    if switches.has(Defect::XLimitNotFreed) || switches.has(Defect::XLimitFreedWithoutRevision) {
        count += tenant.gone_resource_policies.len();
    }
    if switches.has(Defect::XLimitFreedTwice) {
        count = count.saturating_sub(tenant.gone_resource_policies.len());
    }
    if switches.has(Defect::XLimitCountsUpdates) {
        count += tenant.resource_policies.iter().map(|policy| policy.past.len()).sum::<usize>();
    }
    if switches.has(Defect::XLimitRace) {
        count = tenant.resource_policies.iter().filter(|policy| !call.raced(policy.appeared)).count();
    }
    if switches.reads(Reading::XLimitPerAccount) {
        count += elsewhere;
    }
    if count < limit {
        Ok(())
    } else {
        Err(Refusal::new(code::POLICY_COUNT, "The account has as many resource policies as it may have."))
    }
}

fn store(tenant: &mut Tenant, call: &Call<'_>, found: Option<usize>) -> Map<String, Value> {
    let switches = call.switches;
    let name = call.text("PolicyName").unwrap_or_default();
    let document = call.text("PolicyDocument").unwrap_or_default();
    if switches.has(Defect::XPutMovesOthers) {
        tenant.resource_policies.iter_mut().for_each(|policy| policy.updated = call.now);
    }
    let supplied = revisions::supplied(call);
    let index = match found {
        Some(index) => {
            let policy = &tenant.resource_policies[index];
            let number = revisions::next(call, policy, document);
            let revision = revisions::written(call, number, document);
            let policy = &mut tenant.resource_policies[index];
            let past = Past {
                revision: std::mem::replace(&mut policy.revision, revision),
                document: policy.document.clone(),
                replaced: call.turn,
            };
            remember(&mut policy.past, past);
            policy.number = number;
            if switches.has(Defect::XUpdateKeepsTail) {
                policy.document = documents::with_tail(document, &policy.document);
            } else if !(switches.has(Defect::XUpdateKeepsDocument)
                || switches.has(Defect::XUpdateBySid)
                    && documents::have_same_sids(document, &policy.document))
            {
                policy.document = document.to_owned();
            }
            let stays = switches.has(Defect::XSecondUpdateStays) && policy.past.len() > 1
                || switches.has(Defect::XCurrentKeepsTime) && supplied.is_some();
            if !stays && !switches.has(Defect::XUpdatedStays) {
                policy.updated = call.now;
            }
            index
        }
        None => {
            let number = revisions::first(call, tenant, name);
            if switches.has(Defect::XCreationLost) {
                tenant.resource_policies.retain(|policy| !call.raced(policy.appeared));
            }
            let gone = tenant.gone_resource_policies.iter().rfind(|gone| gone.name == name);
            let stored = match gone {
                Some(gone) if switches.has(Defect::XDeletedRestored) => gone.document.clone(),
                _ => document.to_owned(),
            };
            let name = if switches.has(Defect::XNamesCut) { beginning(name) } else { name };
            let trimmed = name.trim_end_matches('=');
            let is_trimmed = switches.has(Defect::XNamesEqualsTrimmed) && !trimmed.is_empty();
            let name = if is_trimmed { trimmed } else { name };
            let kept = gone.filter(|_| switches.has(Defect::XNewKeepsTime)).map(|gone| gone.updated);
            tenant.resource_policies.push(ResourcePolicy {
                name: name.to_owned(),
                document: stored,
                number,
                revision: revisions::written(call, number, document),
                updated: kept.unwrap_or(call.now),
                appeared: call.turn,
                past: Vec::new(),
            });
            tenant.resource_policies.len() - 1
        }
    };
    let policy = &tenant.resource_policies[index];
    let old = policy.past.last().map(|past| past.document.as_str());
    if switches.has(Defect::XZeroAnswersNothing) && supplied == Some(revisions::CREATE_ONLY)
        || switches.has(Defect::XSameAnswersNothing) && old == Some(document)
    {
        return Map::new();
    }
    let answers_old = switches.has(Defect::XCurrentAnswersOld) && supplied.is_some()
        || switches.has(Defect::XBypassAnswersOld) && is_bypassing(call);
    let answered = old.filter(|_| answers_old).unwrap_or(&policy.document);
    let mut shown = shape(call, policy, answered, &policy.revision);
    if switches.has(Defect::XBypassNotStored)
        && is_bypassing(call)
        && let Some(old) = old.map(str::to_owned)
    {
        tenant.resource_policies[index].document = old;
    }
    if switches.has(Defect::XPutNotStored) {
        tenant.resource_policies.remove(index);
    }
    if switches.has(Defect::XPutEchoesRevision)
        && let Some(supplied) = call.text("PolicyRevisionId")
    {
        shown.insert("PolicyRevisionId".into(), json!(supplied));
    }
    if switches.has(Defect::XPutUnwrapped) {
        return shown;
    }
    Map::from_iter([("ResourcePolicy".to_owned(), Value::Object(shown))])
}
