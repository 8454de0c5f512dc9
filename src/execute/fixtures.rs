//! Fixtures: the projects that a session leases, and how they and what a case made are removed.

use super::bindings::{CaseBindings, projects_of};
use super::client::{Client, Own};
use super::error::{Halt, SessionError, StepError};
use super::ledger::{Ledger, Owner};
use super::listing::{Item, ListError, Place, name_of};
use super::made::{Made, Whereabouts};
use super::removal::Removal;
use super::transport::budget::Purpose;
use crate::exchange::{Exchange, Outcome};
use crate::service::{PROJECT_POLICIES, PROJECTS};
use aws_conformance_generators::arn::{self, project_name};
use aws_conformance_generators::plan::{Plan, Service};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

/// A leased project.
#[derive(Clone, Debug)]
struct Project {
    arn: String,
    /// The stem of its name; none where the user supplied it: then it is emptied, never deleted.
    stem: Option<String>,
    /// The name under which it is awaited before it is used first.
    awaited: Option<String>,
}

/// The projects that a session leases, and those that it gave up.
#[derive(Debug, Default)]
pub(super) struct Fixtures {
    projects: Vec<Project>,
    /// Whether a leased project's ARN was made up, since a creation answered none.
    pub(super) invented: bool,
    /// Why the last lease failed, and how many have in a row.
    failed: Option<StepError>,
    failed_leases: u32,
    /// Projects that could not be removed yet, since they were in use: region and ARN.
    postponed: Vec<(String, Value)>,
}

impl Fixtures {
    /// Fixtures with the project that the user supplied, if any.
    pub(super) fn new(user_project: Option<&String>) -> Self {
        let projects = user_project
            .into_iter()
            .map(|arn| Project { arn: arn.clone(), stem: None, awaited: None })
            .collect();
        Self { projects, ..Self::default() }
    }

    /// Binds every project that the plan names to a leased one.
    pub(super) async fn lease(
        &mut self,
        client: &mut Client,
        ledger: &Ledger,
        plan: &Plan,
        bindings: &mut CaseBindings,
    ) -> Result<(), Halt> {
        for (at, tag) in projects_of(plan).into_iter().enumerate() {
            while self.projects.len() <= at {
                self.add_project(client, ledger).await?;
            }
            let project = &mut self.projects[at];
            bindings.projects.insert(tag, project.arn.clone());
            // Where DescribeProjects does not work its own rules say so; the project is there all the same.
            if let Some(name) = project.awaited.take()
                && !client.is_late()
            {
                let _ = client.settle(&name, Some("CREATED"), false).await;
            }
        }
        Ok(())
    }

    /// Leases a project that a later case will need, where there is none.
    pub(super) async fn lease_ahead(&mut self, client: &mut Client, ledger: &Ledger) -> Result<(), Halt> {
        if self.projects.is_empty() { self.add_project(client, ledger).await } else { Ok(()) }
    }

    /// Leases one project more, which is not awaited yet.
    async fn add_project(&mut self, client: &mut Client, ledger: &Ledger) -> Result<(), Halt> {
        let settings = client.connector.settings();
        if let Some(error) = self.failed.as_ref().filter(|_| self.failed_leases >= settings.failed_leases) {
            return Err(error.clone().into());
        }
        let left = ledger.left_in(Service::Rekognition);
        if left >= settings.most_left_behind {
            return Err(StepError::TooManyLeft(left).into());
        }
        if client.connector.is_late_to_make() {
            return Err(StepError::TooLate.into());
        }
        ledger.creates(PROJECTS.service).map_err(SessionError::from)?;
        match self.create_project(client, ledger).await {
            Ok(project) => {
                self.failed_leases = 0;
                self.projects.push(project);
                Ok(())
            }
            Err(error) => {
                self.failed_leases += 1;
                self.failed = Some(error.clone());
                Err(error.into())
            }
        }
    }

    async fn create_project(&mut self, client: &mut Client, ledger: &Ledger) -> Result<Project, StepError> {
        self.remove_postponed(client, ledger, client.connector.settings().postponed_removals).await;
        let stem = ledger.stem();
        let name = format!("{stem}-p");
        let region = client.target.region.clone();
        let created = client
            .own(Own {
                label: "lease",
                service: PROJECTS.service,
                operation: PROJECTS.create,
                region: &region,
                input: json!({ PROJECTS.names.create: name }),
                purpose: Purpose::Judging,
            })
            .await;
        let arn = match StepError::of(format!("no project: {}", PROJECTS.create), &created) {
            None => {
                let answer = created.response().and_then(|answer| answer.json());
                answer.and_then(|json| json.get(PROJECTS.names.item)?.as_str()).map(str::to_owned)
            }
            // No other has this name: the project is there since a try that got no answer.
            Some(StepError::Refused { code, .. }) if code.contains("InUse") => {
                listed_project(client, &region, &name).await.unwrap_or_default()
            }
            Some(error) => {
                if matches!(error, StepError::NoResponse { .. }) {
                    let arn = listed_project(client, &region, &name).await.unwrap_or_default();
                    self.postponed.extend(arn.map(|arn| (region, Value::String(arn))));
                }
                ledger.release(&stem);
                return Err(error);
            }
        };
        let Some(arn) = arn else {
            // A success without an ARN: what it would be called is known all the same, and an
            // endpoint that takes anything takes this too. A refusal because there is no such
            // project is no violation (see `Recorded::invented`).
            self.invented = true;
            let (partition, account) = (arn::aws_partition(&region), &client.target.account);
            let arn = format!("arn:{partition}:rekognition:{region}:{account}:project/{name}/1");
            return Ok(Project { arn, stem: Some(stem), awaited: None });
        };
        if !project_name(&arn).is_some_and(|name| ledger.owns(PROJECTS.service, &region, name)) {
            let why = "its creation was answered with the ARN of another";
            ledger.leave_behind(PROJECTS.service, &region, &name, why);
        }
        if let Some(account) = arn.split(':').nth(4).filter(|id| id.len() == 12) {
            account.clone_into(&mut client.target.account);
        }
        // One under another name than was asked for is never seen to come.
        let awaited = (project_name(&arn) == Some(name.as_str())).then_some(name);
        Ok(Project { arn, stem: Some(stem), awaited })
    }

    /// Removes what a case made; what cannot be removed is left behind. The names are free after it.
    pub(super) async fn tear_down(
        &mut self,
        client: &mut Client,
        ledger: &Ledger,
        mut made: Made,
        case: &CaseBindings,
    ) {
        self.remove_postponed(client, ledger, client.connector.settings().postponed_removals).await;
        for (at, identity) in made.take() {
            let name = name_of(at.resource, &identity);
            let service = at.resource.service;
            let is_own = at.resource.scope.is_some()
                || matches!(ledger.owner(service, &at.region, &identity, &name, case), Owner::Case);
            if !is_own {
                // Whatever was made, this names something else, which is not the run's to remove.
                ledger.leave_behind(service, &at.region, &name, "it is not certain to be the run's own");
                continue;
            }
            match client.remove(at.place(), &identity).await {
                Removal::Removed => {}
                Removal::InUse => self.postponed.push((at.region, identity)),
                Removal::Stale(_) | Removal::Failed(_) if self.give_up(client, ledger, &at).await => {}
                Removal::Stale(_) | Removal::Failed(_) => made.look(at),
            }
        }
        for at in std::mem::take(&mut made.unsure) {
            self.remove_unsure(client, ledger, &at, case).await;
        }
        ledger.release(&case.stem);
    }

    /// Removes what is listed of a case where it may have made something.
    async fn remove_unsure(
        &mut self,
        client: &mut Client,
        ledger: &Ledger,
        at: &Whereabouts,
        case: &CaseBindings,
    ) {
        let service = at.resource.service;
        let leased: Vec<&String> = case.projects.values().collect();
        let is_leased = |arn: &Value| leased.iter().any(|one| arn == one.as_str());
        let is_case = |item: &Item| {
            let owner = ledger.owner(service, &at.region, &item.identity, &item.name, case);
            if owner == Owner::Resembling {
                ledger.leave_behind(service, &at.region, &item.name, "it is not certain to be the run's own");
            }
            owner == Owner::Case && !is_leased(&item.identity)
        };
        match client.remove_all(at.place(), ledger, is_case).await {
            Ok(removed) => {
                let in_use = removed.in_use.into_iter().map(|identity| (at.region.clone(), identity));
                self.postponed.extend(in_use);
            }
            // Where there is no such scope, there is nothing in it; and what no list takes for a project
            // of the case is none.
            Err(ListError::Refused { code, .. }) if code.contains("NotFound") => {}
            Err(ListError::Refused { status: 400..=499, .. })
                if at.scope.as_ref().is_some_and(|scope| !is_leased(scope)) => {}
            Err(error) => {
                let name = format!("any {} of {}", at.resource.noun, case.stem);
                ledger.leave_behind(service, &at.region, &name, &error.to_string());
            }
        }
    }

    /// Gives the leased project up that something cannot be removed from; whether there is such a project.
    async fn give_up(&mut self, client: &mut Client, ledger: &Ledger, at: &Whereabouts) -> bool {
        let is_it = |project: &Project| {
            project.stem.is_some() && at.scope.as_ref().and_then(Value::as_str) == Some(project.arn.as_str())
        };
        let Some(found) = self.projects.iter().position(is_it) else { return false };
        let project = self.projects.remove(found);
        self.remove_project(client, ledger, &at.region, &Value::String(project.arn)).await;
        true
    }

    /// A leased project that a case has removed is leased no longer.
    pub(super) fn note_removed(&mut self, exchange: &Exchange) {
        if exchange.request.operation == PROJECTS.delete
            && matches!(exchange.outcome(), Outcome::Success(_))
            && let Some(input) = exchange.request.input()
        {
            let gone = input.get(PROJECTS.names.removal).and_then(Value::as_str);
            self.projects.retain(|project| Some(project.arn.as_str()) != gone);
        }
    }

    async fn remove_project(&mut self, client: &mut Client, ledger: &Ledger, region: &str, arn: &Value) {
        let name = name_of(&PROJECTS, arn);
        let service = PROJECTS.service;
        if !ledger.owns(service, region, &name) {
            // Whatever was made, this names something else, which is not the run's to remove.
            return ledger.leave_behind(service, region, &name, "it is not certain to be the run's own");
        }
        let place = Place { resource: &PROJECTS, region, scope: None };
        match client.remove(place, arn).await {
            Removal::Removed => {}
            Removal::InUse => self.postponed.push((region.to_owned(), arn.clone())),
            Removal::Stale(why) | Removal::Failed(why) => {
                // Where no answer tells, it is taken for left.
                if matches!(
                    listed_project(client, region, &name).await,
                    Ok(Some(_)) | Err(ListError::NoResponse { .. })
                ) {
                    ledger.leave_behind(service, region, &name, &why);
                }
            }
        }
    }

    /// Tries again to remove projects, at most so many of those that were in use before.
    async fn remove_postponed(&mut self, client: &mut Client, ledger: &Ledger, most: usize) {
        let some = self.postponed.len().min(most);
        for (region, arn) in self.postponed.drain(..some).collect::<Vec<_>>() {
            self.remove_project(client, ledger, &region, &arn).await;
        }
    }

    /// Waits until few projects wait to be removed, so that others may be created.
    pub(super) async fn make_room(&mut self, client: &mut Client, ledger: &Ledger) {
        let most = client.connector.settings().postponed_removals;
        while self.postponed.len() > most
            && !client.connector.is_late_to_make()
            && !client.connector.is_over(PROJECTS.service)
        {
            self.remove_postponed(client, ledger, usize::MAX).await;
            if self.postponed.len() > most {
                tokio::time::sleep(client.target.limits.poll).await;
            }
        }
    }

    /// Gives up the leased projects of a region, but the user's.
    pub(super) async fn give_back(&mut self, client: &mut Client, ledger: &Ledger) {
        let (given_up, kept) =
            std::mem::take(&mut self.projects).into_iter().partition(|one| one.stem.is_some());
        self.projects = kept;
        let region = client.target.region.clone();
        for project in given_up {
            self.remove_project(client, ledger, &region, &Value::String(project.arn)).await;
            project.stem.iter().for_each(|stem| ledger.release(stem));
        }
    }

    /// Removes everything, and waits for it as long as it may take that a project is made.
    pub(super) async fn finish(&mut self, client: &mut Client, ledger: &Ledger) {
        self.give_back(client, ledger).await;
        let until = Instant::now() + client.target.limits.settle;
        let mut pause = client.target.limits.first_poll;
        loop {
            self.remove_postponed(client, ledger, usize::MAX).await;
            let over = Instant::now() >= until || client.connector.is_over(PROJECTS.service);
            if self.postponed.is_empty() || over {
                break;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(client.longest_poll());
        }
        for (region, arn) in self.postponed.drain(..) {
            ledger.leave_behind(PROJECTS.service, &region, &name_of(&PROJECTS, &arn), "it is in use");
        }
    }

    /// Waits until no project of the run's own is listed any more: on the real service a removal goes on for
    /// minutes.
    pub(super) async fn await_removals(&mut self, client: &mut Client, ledger: &Ledger) {
        let region = client.target.region.clone();
        let place = Place { resource: &PROJECTS, region: &region, scope: None };
        let until = Instant::now() + client.target.limits.settle;
        let mut pause = client.target.limits.first_poll;
        loop {
            let (listed, _) = client.list_all(place, "clean-up", Purpose::Cleaning).await;
            let mut own = match listed {
                Ok(listed) => listed.items,
                Err(error) => {
                    let name = format!("any project of {}", ledger.prefix());
                    return ledger.leave_behind(PROJECTS.service, &region, &name, &error.to_string());
                }
            };
            own.retain(|item| ledger.is_abandoned(PROJECTS.service, &region, &item.name));
            if own.is_empty() {
                return;
            }
            for item in &own {
                if Instant::now() >= until {
                    ledger.leave_behind(PROJECTS.service, &region, &item.name, "it is still listed");
                } else if item.value.get("Status").and_then(Value::as_str) != Some("DELETING") {
                    client.remove(place, &item.identity).await;
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(client.longest_poll());
        }
    }

    /// Gives up the leased projects. That of the user is emptied of what earlier cases could not remove from it,
    /// and so is each on the real service, where another takes minutes to come.
    pub(super) async fn renew(&mut self, client: &mut Client, ledger: &Ledger) {
        if !client.target.is_real {
            self.give_back(client, ledger).await;
        }
        let region = client.target.region.clone();
        for project in std::mem::take(&mut self.projects) {
            let scope = Value::String(project.arn.clone());
            let place = Place { resource: &PROJECT_POLICIES, region: &region, scope: Some(&scope) };
            let is_own = |item: &Item| {
                project.stem.is_some() || ledger.is_abandoned(PROJECTS.service, &region, &item.name)
            };
            // Where that of the user does not list its policies, their own rules say so.
            let is_empty = client.remove_all(place, ledger, is_own).await.is_ok_and(|removed| removed.all);
            match &project.stem {
                Some(stem) if !is_empty => {
                    self.remove_project(client, ledger, &region, &scope).await;
                    ledger.release(stem);
                }
                _ => self.projects.push(project),
            }
        }
    }

    /// Whether there is a project for a case that needs one.
    pub(super) fn has_project(&self) -> bool {
        !self.projects.is_empty()
    }
}

/// The ARN under which a project of this name is listed.
async fn listed_project(client: &mut Client, region: &str, name: &str) -> Result<Option<String>, ListError> {
    let only = Map::from_iter([("ProjectNames".to_owned(), json!([name]))]);
    let place = Place { resource: &PROJECTS, region, scope: None };
    let (listed, _) = client.list(place, "lease", only, Purpose::Cleaning).await;
    let found = listed?.items.into_iter().find(|item| item.name == name);
    Ok(found.and_then(|item| item.identity.as_str().map(str::to_owned)))
}
