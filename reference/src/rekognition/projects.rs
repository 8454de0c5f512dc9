//! `CreateProject`, `DescribeProjects`, `DeleteProject`.

use serde_json::{Map, Value, json};

use super::time::timestamp;
use super::{arns, pages};
use crate::code;
use crate::faults::Defect;
use crate::refusal::Refusal;
use crate::state::{Call, Outcome, Project, ProjectPolicy, ResourcePolicy, Status, Tenant, World, remember};
use crate::variants::Reading;

/// The feature of the projects that policies are for.
pub(super) const CUSTOM_LABELS: &str = "CUSTOM_LABELS";

/// Answers `CreateProject`.
pub(crate) fn create_project(world: &mut World, call: &Call<'_>) -> Outcome {
    let switches = call.switches;
    progress_with_time(world.tenant(call.scope), call);
    let name = call.text("ProjectName").unwrap_or_default();
    let folded = switches.has(Defect::RProjectNamesFolded);
    let hidden = switches.has(Defect::RDeletingStillServes);
    let unlocked = switches.has(Defect::RProjectRace);
    let existing = world.tenant(call.scope).projects.iter().find(|project| {
        (project.name == name || folded && project.name.eq_ignore_ascii_case(name))
            && !(hidden && is_deleting(project))
            && !(unlocked && call.raced(project.appeared))
    });
    if let Some(existing) = existing {
        if switches.has(Defect::RDuplicateAnswersExisting) {
            let arn = existing.arn.clone();
            return Ok(Map::from_iter([("ProjectArn".to_owned(), json!(arn))]));
        }
        if !switches.has(Defect::RDuplicateAccepted) {
            return Err(Refusal::new(code::IN_USE, "A project with the specified name already exists."));
        }
    }
    let moderates = call.text("Feature") == Some("CONTENT_MODERATION");
    if moderates && call.text("AutoUpdate").is_none() && switches.reads(Reading::ModerationNeedsMode) {
        return Err(Refusal::new(code::INVALID_PARAMETER, "AutoUpdate is required for CONTENT_MODERATION."));
    }
    Ok(create(world, call))
}

/// Creates what was refused to be created.
pub(crate) fn force_create(world: &mut World, call: &Call<'_>) {
    create(world, call);
}

fn create(world: &mut World, call: &Call<'_>) -> Map<String, Value> {
    let switches = call.switches;
    let name = call.text("ProjectName").unwrap_or_default();
    let stamp = call.milliseconds().max(world.last_stamp + 1);
    world.last_stamp = stamp;
    let stamp = if switches.has(Defect::RStampConstant) { 1 } else { stamp };
    let lower_case;
    let name = if switches.has(Defect::RProjectNameLowered) {
        lower_case = name.to_lowercase();
        &lower_case
    } else {
        name
    };
    let arn = arns::project_arn(call.scope, name, stamp);
    let tenant = world.tenant(call.scope);
    let heir = tenant.gone_projects.iter().rposition(|gone| gone.name == name);
    let policies = match heir {
        Some(heir) if switches.has(Defect::RPoliciesOutliveProject) => {
            std::mem::take(&mut tenant.gone_projects[heir].policies)
        }
        _ => Vec::new(),
    };
    let takes_time = call.project_time.is_some();
    let status = if takes_time {
        Status::Creating(1)
    } else if call.creating_describes > 0 {
        Status::Creating(call.creating_describes)
    } else {
        Status::Created
    };
    if !switches.has(Defect::RProjectNotStored) {
        tenant.projects.push(Project {
            name: name.to_owned(),
            arn: arn.clone(),
            created: call.now,
            feature: call.text("Feature").unwrap_or(CUSTOM_LABELS).to_owned(),
            auto_update: call.text("AutoUpdate").map(str::to_owned),
            status,
            since: call.now,
            appeared: call.turn,
            policies,
            gone: Vec::new(),
        });
    }
    let answered = if switches.has(Defect::RArnWithoutStamp) {
        arn.rsplit_once('/').map_or(arn.as_str(), |(name, _)| name)
    } else if switches.has(Defect::RArnIsName) {
        name
    } else {
        &arn
    };
    Map::from_iter([("ProjectArn".to_owned(), json!(answered))])
}

fn is_deleting(project: &Project) -> bool {
    matches!(project.status, Status::Deleting(_))
}

/// Answers `DescribeProjects`.
pub(crate) fn describe_projects(world: &mut World, call: &Call<'_>) -> Outcome {
    let switches = call.switches;
    let mut shown: Vec<Value> = Vec::new();
    if switches.has(Defect::RDescribesOtherRegions) {
        let others = world.tenants.iter().filter(|(scope, _)| *scope != call.scope);
        for project in others.flat_map(|(_, tenant)| &tenant.projects) {
            if wanted(call, project) {
                shown.push(description(call, project));
            }
        }
    }
    let tenant = world.tenant(call.scope);
    progress_with_time(tenant, call);
    for project in tenant.projects.iter().filter(|project| wanted(call, project)) {
        shown.push(description(call, project));
    }
    let named = call.body.get("ProjectNames").and_then(Value::as_array).map_or(0, Vec::len);
    if named > shown.len() && switches.reads(Reading::UnknownNamesRefused) {
        return Err(Refusal::new(code::INVALID_PARAMETER, "There is no project of one of the names."));
    }
    if switches.has(Defect::RDescribeShuffled) {
        // Those at even places first: from three on neither an ascending nor a descending order.
        let (even, odd): (Vec<_>, Vec<_>) =
            shown.into_iter().enumerate().partition(|(place, _)| place % 2 == 0);
        shown = even.into_iter().chain(odd).map(|(_, one)| one).collect();
    }
    if switches.has(Defect::RDescribeDoubles) {
        shown = shown.into_iter().flat_map(|one| [one.clone(), one]).collect();
    }
    if switches.has(Defect::RDescribeOmitsLast) {
        shown.pop();
    }
    if switches.has(Defect::RDescribeEmpty) {
        shown.clear();
    }
    if switches.reads(Reading::ItemsReversed) {
        shown.reverse();
    }
    let page = pages::page(call, &pages::PROJECTS, "projects", shown, 100)?;
    if call.project_time.is_none() {
        progress(tenant, call);
    }
    let mut answer = Map::new();
    answer.insert("ProjectDescriptions".into(), Value::Array(page.items));
    if let Some(next) = page.next {
        answer.insert("NextToken".into(), json!(next));
    }
    Ok(answer)
}

/// Whether the names and features of a call include a project.
fn wanted(call: &Call<'_>, project: &Project) -> bool {
    let switches = call.switches;
    let texts = |member: &str| {
        let list = call.body.get(member).and_then(Value::as_array)?;
        Some(list.iter().filter_map(Value::as_str).collect::<Vec<_>>())
    };
    let counted = if switches.has(Defect::RDescribeFiveNames) { 5 } else { usize::MAX };
    let dropped = switches.has(Defect::RDescribeIgnoresNames)
        || switches.has(Defect::RDescribeTokenDropsNames) && call.text("NextToken").is_some();
    let named = match texts("ProjectNames") {
        Some(names) if !dropped => names.iter().take(counted).any(|name| {
            *name == project.name
                || switches.has(Defect::RDescribeByPrefix) && project.name.starts_with(name)
                || switches.has(Defect::RDescribeFoldsNames) && project.name.eq_ignore_ascii_case(name)
        }),
        _ => true,
    };
    let first_only = switches.has(Defect::RDescribeFirstNameOnly)
        && texts("ProjectNames").is_some_and(|names| names.first() != Some(&project.name.as_str()));
    let featured = match texts("Features") {
        _ if switches.has(Defect::RDescribeIgnoresFeatures) => true,
        _ if switches.has(Defect::RDescribeTokenDropsFeatures) && call.text("NextToken").is_some() => true,
        Some(features) => features.contains(&project.feature.as_str()),
        None => project.feature == CUSTOM_LABELS || switches.has(Defect::RDescribeAllByDefault),
    };
    let hidden = switches.has(Defect::RDeletingStillServes) && is_deleting(project);
    named && !first_only && featured && !hidden
}

fn description(call: &Call<'_>, project: &Project) -> Value {
    let switches = call.switches;
    let status = match project.status {
        _ if switches.has(Defect::RStatusNeverCreated) => "CREATING",
        _ if switches.has(Defect::RStatusUnknown) => "ACTIVE",
        Status::Creating(_) => "CREATING",
        Status::Created => "CREATED",
        Status::Deleting(_) => "DELETING",
    };
    let mut shown = json!({
        "ProjectArn": project.arn,
        "CreationTimestamp": timestamp(call, project.created),
        "Status": status,
        "Datasets": [],
        "Feature": project.feature,
    });
    if let Some(auto_update) = &project.auto_update {
        shown["AutoUpdate"] = json!(auto_update);
    }
    shown
}

/// Projects that are being created or deleted get on by one description.
fn progress(tenant: &mut Tenant, call: &Call<'_>) {
    if call.switches.has(Defect::RDeletingForever) || call.switches.has(Defect::RDeletingStillServes) {
        return;
    }
    tenant.projects.retain_mut(|project| {
        match &mut project.status {
            Status::Creating(left) if *left > 1 => *left -= 1,
            Status::Creating(_) => project.status = Status::Created,
            Status::Deleting(left) if *left > 1 => *left -= 1,
            Status::Deleting(_) => return false,
            Status::Created => {}
        }
        true
    });
}

/// Projects get on once their time has passed, where that is what they wait for.
fn progress_with_time(tenant: &mut Tenant, call: &Call<'_>) {
    let Some(most) = call.project_time else { return };
    let is_over = |project: &Project| call.now.duration_since(project.since).is_ok_and(|time| time >= most);
    tenant.projects.retain_mut(|project| {
        if is_over(project) && project.status == Status::Creating(1) {
            project.status = Status::Created;
        }
        !(is_over(project) && is_deleting(project))
    });
}

/// Answers `DeleteProject`.
pub(crate) fn delete_project(world: &mut World, call: &Call<'_>) -> Outcome {
    let tenant = world.tenant(call.scope);
    let arn = call.text("ProjectArn").unwrap_or_default();
    let index = match arns::find(tenant, call, arn) {
        Ok(index) => index,
        Err(_) if call.switches.has(Defect::RDeleteProjectOfNone) => return Ok(deleting()),
        Err(refusal) => return Err(refusal),
    };
    let held =
        call.switches.has(Defect::RProjectHeldByPolicies) && !tenant.projects[index].policies.is_empty();
    if held {
        return Err(Refusal::new(code::IN_USE, "The project still has policies."));
    }
    let name = tenant.projects[index].name.clone();
    remove(tenant, call, index);
    if call.switches.has(Defect::RDeleteProjectEverywhere) {
        let tenants = world.elsewhere(call.scope);
        tenants.for_each(|tenant| tenant.projects.retain(|project| project.name != name));
    }
    Ok(deleting())
}

/// Deletes a project that was refused to be deleted: one that the ARN only resembles.
pub(crate) fn force_delete_project(world: &mut World, call: &Call<'_>) {
    let tenant = world.tenant(call.scope);
    let arn = call.text("ProjectArn").unwrap_or_default();
    let name = arn.rsplit('/').nth(1).unwrap_or_default();
    if let Some(index) = tenant.projects.iter().position(|project| project.name == name) {
        remove(tenant, call, index);
    }
}

fn deleting() -> Map<String, Value> {
    Map::from_iter([("Status".to_owned(), json!("DELETING"))])
}

fn remove(tenant: &mut Tenant, call: &Call<'_>, index: usize) {
    let switches = call.switches;
    if switches.has(Defect::RDeleteProjectDoesNothing) {
        return;
    }
    let project = tenant.projects[index].clone();
    remember(&mut tenant.gone_projects, project.clone());
    if switches.has(Defect::RDeleteProjectByPrefix) {
        tenant.projects.retain(|other| other.arn == project.arn || !other.name.starts_with(&project.name));
    }
    let hidden = switches.has(Defect::RDeletingStillServes);
    let takes_time = call.project_time.is_some();
    let lasting =
        call.deleting_describes + u32::from(switches.has(Defect::RDeletingForever) || hidden || takes_time);
    let at = tenant.projects.iter().position(|other| other.arn == project.arn);
    if let Some(at) = at {
        if lasting > 0 {
            tenant.projects[at].status = Status::Deleting(lasting);
            tenant.projects[at].since = call.now;
            if !hidden {
                tenant.projects[at].policies.clear();
            }
        } else {
            tenant.projects.remove(at);
        }
    }
}

/// Puts there what a variant expects to find already: a project of somebody else with a policy, and a
/// resource policy of theirs.
pub(crate) fn create_preexisting(world: &mut World, call: &Call<'_>) {
    if world.tenant(call.scope).has_preexisting {
        return;
    }
    let day = std::time::Duration::from_secs(86_400);
    let created = call.now.checked_sub(day).unwrap_or(call.now);
    let name = "preexisting";
    let arn = arns::project_arn(call.scope, name, 1_690_405_809_285);
    let tenant = world.tenant(call.scope);
    tenant.has_preexisting = true;
    tenant.projects.push(Project {
        name: name.to_owned(),
        arn: arn.clone(),
        created,
        feature: CUSTOM_LABELS.to_owned(),
        auto_update: None,
        status: Status::Created,
        since: created,
        appeared: call.turn,
        policies: vec![ProjectPolicy {
            name: name.to_owned(),
            document: format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"111111111111"}},"Action":"rekognition:CopyProjectVersion","Resource":"{arn}"}}]}}"#
            ),
            revision: call.identifiers.hexadecimal(),
            created,
            updated: created,
            appeared: call.turn,
            past: Vec::new(),
        }],
        gone: Vec::new(),
    });
    tenant.resource_policies.push(ResourcePolicy {
        name: name.to_owned(),
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"delivery.logs.amazonaws.com"},"Action":"xray:PutTraceSegments","Resource":"*"}]}"#.to_owned(),
        number: 3,
        revision: "3".to_owned(),
        updated: created,
        appeared: call.turn,
        past: Vec::new(),
    });
}
