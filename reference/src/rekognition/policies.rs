//! `PutProjectPolicy`, `ListProjectPolicies`, `DeleteProjectPolicy`.

use serde_json::{Map, Value, json};

use super::projects::CUSTOM_LABELS;
use super::time::timestamp;
use super::{arns, pages, revisions};
use crate::code;
use crate::documents;
use crate::faults::Defect;
use crate::names;
use crate::policy;
use crate::refusal::Refusal;
use crate::service::{Operation, Service};
use crate::state::{Call, Forced, Outcome, Past, Project, ProjectPolicy, Tenant, World, remember};
use crate::variants::Reading;

/// How much of a name a narrow column holds.
const COLUMN: usize = 64;
/// Policies that a project may have.
const COUNT: usize = 5;

/// Answers `PutProjectPolicy`.
pub(crate) fn put(world: &mut World, call: &Call<'_>) -> Outcome {
    let tenant = world.tenant(call.scope);
    let arn = call.text("ProjectArn").unwrap_or_default();
    let name = call.text("PolicyName").unwrap_or_default();
    let elsewhere: usize = tenant.projects.iter().map(|project| project.policies.len()).sum();
    let switches = call.switches;
    if name == "undefined" && switches.has(Defect::RNamesUndefinedRefused) {
        return Err(Refusal::new(code::VALIDATION, "The name is undefined."));
    }
    if switches.has(Defect::RDocumentAscii) && !call.text("PolicyDocument").unwrap_or_default().is_ascii() {
        return Err(Refusal::new(code::VALIDATION, "The document has more than ASCII."));
    }
    if switches.reads(Reading::DocumentFirst) {
        grammar(call, arn)?;
    }
    let index = arns::find(tenant, call, arn)?;
    if tenant.projects[index].feature != CUSTOM_LABELS && !switches.has(Defect::RModerationAccepted) {
        return Err(Refusal::new(code::INVALID_PARAMETER, "The project is not one of Custom Labels."));
    }
    let taken_elsewhere = switches.has(Defect::RNamesAcrossProjects)
        && tenant.projects.iter().any(|project| project.policies.iter().any(|p| p.name == name))
        && find(&tenant.projects[index], call, name).is_none();
    if taken_elsewhere {
        return Err(already_exists());
    }
    let project = &tenant.projects[index];
    let found = find(project, call, name);
    if switches.reads(Reading::StateFirst) {
        revision(call, found.map(|at| &project.policies[at]))?;
        count(call, project, found, elsewhere)?;
        grammar(call, arn)?;
    } else if switches.reads(Reading::LimitsFirst) {
        count(call, project, found, elsewhere)?;
        grammar(call, arn)?;
        revision(call, found.map(|at| &project.policies[at]))?;
    } else {
        grammar(call, arn)?;
        revision(call, found.map(|at| &project.policies[at]))?;
        count(call, project, found, elsewhere)?;
    }
    let answer = store(&mut tenant.projects[index], call, found);
    if switches.has(Defect::RRevisionsByName) {
        let stored = tenant.projects[index].policies.iter().find(|policy| policy.name == name);
        if let Some(revision) = stored.map(|policy| policy.revision.clone()) {
            let policies = tenant.projects.iter_mut().flat_map(|project| &mut project.policies);
            policies
                .filter(|policy| policy.name == name)
                .for_each(|policy| policy.revision.clone_from(&revision));
        }
    }
    Ok(answer)
}

/// Does to a policy what was refused.
pub(crate) fn force_put(world: &mut World, call: &Call<'_>, how: Forced) {
    let tenant = world.tenant(call.scope);
    let arn = call.text("ProjectArn").unwrap_or_default();
    let Ok(index) = arns::find(tenant, call, arn) else { return };
    let project = &mut tenant.projects[index];
    let found = find(project, call, call.text("PolicyName").unwrap_or_default());
    match (how, found) {
        (Forced::Done, _) => drop(store(project, call, found)),
        (Forced::Replaced, Some(at)) => {
            project.policies[at].document = call.text("PolicyDocument").unwrap_or_default().to_owned();
        }
        (Forced::Revised, Some(at)) => revise(&mut project.policies[at], call),
        (Forced::Touched, Some(at)) => project.policies[at].updated = call.now,
        (Forced::Deleted, Some(at)) => remove(project, call, at),
        (_, None) => {}
    }
}

/// Gives a policy another revision though nothing else changes.
fn revise(policy: &mut ProjectPolicy, call: &Call<'_>) {
    policy.revision = revisions::next(call, policy, "");
}

fn already_exists() -> Refusal {
    Refusal::new(code::ALREADY_EXISTS, "A resource with the specified ID already exists.")
}

fn grammar(call: &Call<'_>, arn: &str) -> Result<(), Refusal> {
    if call.is_exempt("PolicyDocument") {
        return Ok(());
    }
    let switches = call.switches;
    let document = call.text("PolicyDocument").unwrap_or_default();
    let problem = match policy::parse(Service::Rekognition, document, switches) {
        Ok(policy) => {
            if switches.reads(Reading::ForeignResourceRefused) && policy::names_foreign_resource(&policy, arn)
            {
                "A statement names a resource outside of the project."
            } else if switches.reads(Reading::ForeignPartitionRefused)
                && policy::names_foreign_partition(&policy, call.scope.partition())
            {
                "A statement names an ARN of another partition."
            } else {
                return Ok(());
            }
        }
        Err(problem) => problem,
    };
    let no_json = serde_json::from_str::<Value>(document).is_err();
    let code = if !no_json
        && (switches.reads(Reading::GrammarIsParameter) || switches.reads(Reading::GrammarIsValidation))
    {
        code::INVALID_PARAMETER
    } else {
        code::MALFORMED
    };
    Err(Refusal::new(code, problem))
}

fn revision(call: &Call<'_>, found: Option<&ProjectPolicy>) -> Result<(), Refusal> {
    let switches = call.switches;
    match (found, revisions::supplied(call)) {
        (None, None) => Ok(()),
        (None, Some(_)) => {
            if switches.has(Defect::RRevisionOnFreeNameCreates) || switches.has(Defect::RPutIgnoresRevision) {
                Ok(())
            } else if switches.reads(Reading::FreeNameNotFound) {
                Err(arns::not_found())
            } else {
                Err(revisions::refusal())
            }
        }
        (Some(policy), None) => {
            let unseen = switches.has(Defect::RCreationRace) && call.raced(policy.appeared);
            if unseen || switches.has(Defect::RPutOverwrites) {
                Ok(())
            } else if switches.reads(Reading::ReputIsRevision) {
                Err(revisions::refusal())
            } else {
                Err(already_exists())
            }
        }
        (Some(policy), Some(supplied)) => {
            let is_same = call.text("PolicyDocument") == Some(policy.document.as_str());
            let ignored = switches.has(Defect::RPutIgnoresRevision)
                || is_same && switches.has(Defect::RStaleSameDocument);
            if ignored || revisions::is_current(call, policy, supplied) {
                Ok(())
            } else {
                Err(revisions::refusal())
            }
        }
    }
}

fn count(call: &Call<'_>, project: &Project, found: Option<usize>, elsewhere: usize) -> Result<(), Refusal> {
    let switches = call.switches;
    let counted_all_the_same = switches.has(Defect::RLimitAppliesToUpdates);
    if found.is_some() && !counted_all_the_same || switches.has(Defect::RLimitMissing) {
        return Ok(());
    }
    let limit = if switches.has(Defect::RLimitLoose) {
        COUNT + 1
    } else if switches.has(Defect::RLimitTight) {
        COUNT - 1
    } else if switches.reads(Reading::LimitTen) {
        10
    } else {
        COUNT
    };
    let mut count = project.policies.len();
    if switches.has(Defect::RLimitNotFreed) || switches.has(Defect::RLimitFreedWithoutRevision) {
        count += project.gone.len();
    }
    if switches.has(Defect::RLimitFreedTwice) {
        count = count.saturating_sub(project.gone.len());
    }
    if switches.has(Defect::RLimitCountsUpdates) {
        count += project.policies.iter().map(|policy| policy.past.len()).sum::<usize>();
    }
    if switches.has(Defect::RLimitOverProjects) {
        count = elsewhere;
    }
    if switches.has(Defect::RLimitRace) {
        count = project.policies.iter().filter(|policy| !call.raced(policy.appeared)).count();
    }
    if count < limit {
        return Ok(());
    }
    let code =
        if switches.reads(Reading::LimitIsQuota) { code::QUOTA_EXCEEDED } else { code::LIMIT_EXCEEDED };
    Err(Refusal::new(code, "The project has as many policies as it may have."))
}

fn store(project: &mut Project, call: &Call<'_>, found: Option<usize>) -> Map<String, Value> {
    let switches = call.switches;
    let name = call.text("PolicyName").unwrap_or_default();
    let document = call.text("PolicyDocument").unwrap_or_default();
    if switches.has(Defect::RPutMovesOthers) {
        project.policies.iter_mut().for_each(|policy| policy.updated = call.now);
    }
    let revision = match found {
        Some(index) => {
            let policy = &mut project.policies[index];
            let revision = revisions::next(call, policy, document);
            let past = Past {
                revision: std::mem::replace(&mut policy.revision, revision),
                document: policy.document.clone(),
                replaced: call.turn,
            };
            remember(&mut policy.past, past);
            if switches.has(Defect::RUpdateKeepsTail) {
                policy.document = documents::with_tail(document, &policy.document);
            } else if !(switches.has(Defect::RUpdateKeepsDocument)
                || switches.has(Defect::RUpdateBySid)
                    && documents::have_same_sids(document, &policy.document))
            {
                policy.document = document.to_owned();
            }
            let stays = switches.has(Defect::RSecondUpdateStays) && policy.past.len() > 1;
            if !stays && !switches.has(Defect::RUpdatedStays) {
                policy.updated = call.now;
            }
            if switches.has(Defect::RCreatedMoves) {
                policy.created = call.now;
            }
            policy.revision.clone()
        }
        None => {
            let revision = revisions::fresh(call, document);
            if switches.has(Defect::RCreationLost) {
                project.policies.retain(|policy| !call.raced(policy.appeared));
            }
            let gone = project.gone.iter().rfind(|gone| gone.name == name);
            let document = match gone {
                Some(gone) if switches.has(Defect::RDeletedRestored) => gone.document.clone(),
                _ => document.to_owned(),
            };
            let created = gone.map_or(call.now, |gone| gone.created);
            let past = gone.filter(|_| switches.has(Defect::RRevisionOfDeleted)).map(|gone| Past {
                revision: gone.revision.clone(),
                document: gone.document.clone(),
                replaced: call.turn,
            });
            let trimmed = name.trim_end_matches('.');
            let is_trimmed = switches.has(Defect::RNamesDotsTrimmed) && !trimmed.is_empty();
            let name = if is_trimmed { trimmed } else { name };
            let cut = if switches.has(Defect::RNamesCut) { COLUMN } else { usize::MAX };
            project.policies.push(ProjectPolicy {
                name: name.chars().take(cut).collect(),
                document,
                revision: revision.clone(),
                created: if switches.has(Defect::RCreationKept) { created } else { call.now },
                updated: call.now,
                appeared: call.turn,
                past: past.into_iter().collect(),
            });
            if switches.has(Defect::RPutNotStored) {
                project.policies.pop();
            }
            revision
        }
    };
    let answered = if switches.has(Defect::RPutAnswersAnother) {
        call.identifiers.hexadecimal()
    } else if switches.has(Defect::RPutEchoesRevision) {
        call.text("PolicyRevisionId").map_or(revision, str::to_owned)
    } else {
        revision
    };
    Map::from_iter([("PolicyRevisionId".to_owned(), json!(answered))])
}

/// Answers `ListProjectPolicies`.
pub(crate) fn list(world: &mut World, call: &Call<'_>) -> Outcome {
    let tenant = world.tenant(call.scope);
    let arn = call.text("ProjectArn").unwrap_or_default();
    let switches = call.switches;
    let index = match arns::find(tenant, call, arn) {
        Ok(index) => index,
        Err(_) if switches.has(Defect::RListOfNoProject) => {
            return Ok(Map::from_iter([("ProjectPolicies".to_owned(), json!([]))]));
        }
        Err(refusal) => return Err(refusal),
    };
    let project = &tenant.projects[index];
    let mut shown: Vec<Value> = project.policies.iter().map(|p| entry(call, project, p)).collect();
    if switches.has(Defect::RListOtherProjects) {
        for other in tenant.projects.iter().filter(|other| other.arn != project.arn) {
            shown.extend(other.policies.iter().map(|p| entry(call, other, p)));
        }
    }
    if switches.has(Defect::RListShowsDeleted) {
        shown.extend(project.gone.iter().map(|gone| entry(call, project, gone)));
    }
    if switches.has(Defect::RListDoubles) {
        shown = shown.into_iter().flat_map(|one| [one.clone(), one]).collect();
    }
    if switches.has(Defect::RListOmitsLast) {
        shown.pop();
    }
    if switches.has(Defect::RListOmitsFirst) && shown.len() > 1 {
        shown.remove(0);
    }
    if switches.has(Defect::RListEmpty) {
        shown.clear();
    }
    if switches.reads(Reading::ItemsReversed) {
        shown.reverse();
    }
    if switches.reads(Reading::ItemsByName) {
        shown.sort_by(|a, b| a["PolicyName"].as_str().cmp(&b["PolicyName"].as_str()));
    }
    let default_size = if switches.reads(Reading::DefaultPageOfThree) { 3 } else { 5 };
    let page = pages::page(call, &pages::POLICIES, &project.arn, shown, default_size)?;
    for policy in &mut tenant.projects[index].policies {
        if switches.has(Defect::RListMovesUpdated) {
            policy.updated = call.now;
        }
        if switches.has(Defect::RListChangesRevision) {
            revise(policy, call);
        }
    }
    let mut answer = Map::new();
    answer.insert("ProjectPolicies".into(), Value::Array(page.items));
    if let Some(next) = page.next {
        answer.insert("NextToken".into(), json!(next));
    }
    Ok(answer)
}

/// A policy as the list shows it.
fn entry(call: &Call<'_>, project: &Project, policy: &ProjectPolicy) -> Value {
    let switches = call.switches;
    let past = policy.past.last();
    let document = match past {
        Some(past) if switches.has(Defect::RListOldDocument) => &past.document,
        _ => &policy.document,
    };
    let revision = match past {
        Some(past) if switches.has(Defect::RListOldRevision) => &past.revision,
        _ => &policy.revision,
    };
    let mut created = policy.created;
    if switches.has(Defect::RCreatedAfterUpdated) {
        let hour = std::time::Duration::from_secs(3600);
        created = policy.updated.checked_add(hour).unwrap_or(policy.updated);
    }
    let name = match policy.name.parse() {
        Ok(number) if switches.has(Defect::RNamesNumeric) => Value::Number(number),
        _ => json!(policy.name),
    };
    let arn = if switches.has(Defect::RListBareArn) { project.name.as_str() } else { project.arn.as_str() };
    json!({
        "ProjectArn": arn,
        "PolicyName": name,
        "PolicyRevisionId": revision,
        "PolicyDocument": documents::shown(call, document),
        "CreationTimestamp": timestamp(call, created),
        "LastUpdatedTimestamp": timestamp(call, policy.updated),
    })
}

/// Answers `DeleteProjectPolicy`.
pub(crate) fn delete(world: &mut World, call: &Call<'_>) -> Outcome {
    let tenant = world.tenant(call.scope);
    let switches = call.switches;
    let Some((project, index)) = locate(tenant, call)? else {
        return absent(call);
    };
    let policy = &tenant.projects[project].policies[index];
    if let Some(supplied) = revisions::supplied(call)
        && !switches.has(Defect::RDeleteIgnoresRevision)
        && !revisions::is_current(call, policy, supplied)
    {
        return Err(revisions::refusal());
    }
    if revisions::supplied(call).is_none() && switches.has(Defect::RDeleteNeedsRevision) {
        return Err(revisions::refusal());
    }
    remove(&mut tenant.projects[project], call, index);
    Ok(Map::new())
}

/// Does to a policy what was refused.
pub(crate) fn force_delete(world: &mut World, call: &Call<'_>, how: Forced) {
    let tenant = world.tenant(call.scope);
    let Ok(Some((project, index))) = locate(tenant, call) else { return };
    match how {
        Forced::Revised => revise(&mut tenant.projects[project].policies[index], call),
        Forced::Touched => tenant.projects[project].policies[index].updated = call.now,
        _ => remove(&mut tenant.projects[project], call, index),
    }
}

/// Whether the policy that a deletion names is missing from a project that is there.
pub(crate) fn is_missing(world: &mut World, call: &Call<'_>) -> bool {
    matches!(locate(world.tenant(call.scope), call), Ok(None))
}

/// The project and the policy that a deletion names.
fn locate(tenant: &Tenant, call: &Call<'_>) -> Result<Option<(usize, usize)>, Refusal> {
    let arn = call.text("ProjectArn").unwrap_or_default();
    let name = call.text("PolicyName").unwrap_or_default();
    let own = arns::find(tenant, call, arn)?;
    if let Some(index) = find(&tenant.projects[own], call, name) {
        return Ok(Some((own, index)));
    }
    if call.switches.has(Defect::RDeleteAcrossProjects) {
        let elsewhere = tenant
            .projects
            .iter()
            .enumerate()
            .find_map(|(at, project)| find(project, call, name).map(|index| (at, index)));
        return Ok(elsewhere);
    }
    Ok(None)
}

/// The response to the deletion of a policy that is not there.
fn absent(call: &Call<'_>) -> Outcome {
    let switches = call.switches;
    if switches.has(Defect::RDeleteAbsent500) {
        Err(Refusal::with_status(code::INTERNAL, 500, "KeyError"))
    } else if switches.reads(Reading::DeleteAbsentSucceeds) {
        Ok(Map::new())
    } else if switches.reads(Reading::DeleteAbsentIsRevision) {
        Err(revisions::refusal())
    } else {
        Err(arns::not_found())
    }
}

fn remove(project: &mut Project, call: &Call<'_>, index: usize) {
    let switches = call.switches;
    if switches.has(Defect::RDeleteDoesNothing) {
        return;
    }
    let name = project.policies[index].name.clone();
    let is_upper = name.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_upper && switches.has(Defect::RDeleteKeepsUpperCase) {
        return;
    }
    let mut at = 0;
    let (gone, kept) = std::mem::take(&mut project.policies).into_iter().partition::<Vec<_>, _>(|policy| {
        at += 1;
        at - 1 == index
            || switches.has(Defect::RDeleteTakesAll)
            || switches.has(Defect::RDeleteByPrefix) && policy.name.starts_with(&name)
            || names::are_deleted_as_one(call, &policy.name, &name)
    });
    project.policies = kept;
    if switches.has(Defect::RDeleteMovesOthers) {
        project.policies.iter_mut().for_each(|policy| policy.updated = call.now);
    }
    if switches.has(Defect::RLimitFreedWithoutRevision) && revisions::supplied(call).is_none() {
        return;
    }
    gone.into_iter().for_each(|gone| remember(&mut project.gone, gone));
}

/// Finds a policy of a project by its name.
fn find(project: &Project, call: &Call<'_>, name: &str) -> Option<usize> {
    let switches = call.switches;
    let folded = switches.has(Defect::RPolicyNamesFolded)
        || switches.has(Defect::RDeleteFoldsNames) && call.operation == Operation::DeleteProjectPolicy;
    let exactly = project.policies.iter().position(|policy| policy.name == name);
    exactly.or_else(|| {
        project.policies.iter().position(|policy| {
            folded && policy.name.eq_ignore_ascii_case(name)
                || switches.has(Defect::RPolicyNamesTruncated)
                    && policy.name.get(..COLUMN).is_some()
                    && policy.name.get(..COLUMN) == name.get(..COLUMN)
                || names::are_taken_for_one(call, &policy.name, name)
        })
    })
}
