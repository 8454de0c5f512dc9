//! Leasing projects, and removing them and what a case made.

use super::bindings::{CaseBindings, projects_of};
use super::error::StepError;
use super::fixtures::Project;
use super::ledger::Owner;
use super::listing::{Item, ListError, name_of};
use super::made::Made;
use super::place::Place;
use super::removal::Removal;
use super::session::Session;
use super::transport::budget::Purpose;
use crate::service::{PROJECT_POLICIES, PROJECTS};
use aws_conformance_generators::arn::{self, project_name};
use aws_conformance_generators::plan::{Plan, Service};
use serde_json::{Value, json};
use tokio::time::Instant;

/// Why something is left that could be somebody else's.
const UNCERTAIN: &str = "it is not certain to be the run's own";

impl Session {
    /// Binds every project that the plan names to a leased one.
    pub(super) async fn lease(&mut self, plan: &Plan, bindings: &mut CaseBindings) -> Result<(), StepError> {
        for (at, tag) in projects_of(plan).into_iter().enumerate() {
            while self.fixtures.projects.len() <= at {
                self.add_project().await?;
            }
            let project = &mut self.fixtures.projects[at];
            bindings.projects.insert(tag, project.arn.clone());
            // Where DescribeProjects does not work its own rules say so; the project is there all the same.
            if let Some(name) = project.awaited.take()
                && self.client.connector.late_waits() == 0
            {
                self.client.settle(&name, Some("CREATED"), false).await;
            }
        }
        Ok(())
    }

    /// Whether it has a project for a case that needs one.
    pub fn has_project(&self) -> bool {
        !self.fixtures.projects.is_empty()
    }

    /// Leases a project that is awaited when a case needs it. Where that fails, the case that needs it says so.
    pub async fn lease_ahead(&mut self) {
        if !self.has_project() {
            let _ = self.add_project().await;
        }
    }

    /// Leases one project more, which is not awaited yet.
    async fn add_project(&mut self) -> Result<(), StepError> {
        let settings = self.client.connector.settings();
        let is_hopeless = self.fixtures.failed_leases >= settings.failed_leases;
        if let Some(error) = self.fixtures.failed.as_ref().filter(|_| is_hopeless) {
            return Err(error.clone());
        }
        let left = self.ledger.left_in(Service::Rekognition);
        if left >= settings.most_left_behind {
            return Err(StepError::TooManyLeft(left));
        }
        if self.client.connector.budget().is_late_to_make() {
            return Err(StepError::TooLate);
        }
        self.ledger.creates(PROJECTS.service)?;
        match self.create_project().await {
            Ok(project) => {
                self.fixtures.failed_leases = 0;
                self.fixtures.projects.push(project);
                Ok(())
            }
            Err(error) => {
                self.fixtures.failed_leases += 1;
                self.fixtures.failed = Some(error.clone());
                Err(error)
            }
        }
    }

    async fn create_project(&mut self) -> Result<Project, StepError> {
        self.remove_postponed(self.client.connector.settings().postponed_removals).await;
        let stem = self.ledger.stem();
        let name = format!("{stem}-p");
        let place = self.client.place(&PROJECTS);
        let input = json!({ PROJECTS.names.create: name });
        let created = self.client.own("lease", &place, PROJECTS.create, input, Purpose::Judging).await;
        let arn = match StepError::of(format!("no project: {}", PROJECTS.create), &created) {
            None => {
                let answer = created.response().and_then(|answer| answer.json());
                answer.and_then(|json| json.get(PROJECTS.names.item)?.as_str()).map(str::to_owned)
            }
            // No other has this name: the project is there since a try that got no answer.
            Some(StepError::Refused { code, .. }) if code.contains("InUse") => {
                self.listed_project(&place, &name).await.unwrap_or_default()
            }
            Some(error) => {
                if matches!(error, StepError::NoResponse { .. }) {
                    let arn = self.listed_project(&place, &name).await.unwrap_or_default();
                    self.fixtures.postponed.extend(arn.map(|arn| (place.region, Value::String(arn))));
                }
                self.ledger.release(&stem);
                return Err(error);
            }
        };
        let Some(arn) = arn else {
            // A success without an ARN: what it would be called is known all the same, and an
            // endpoint that takes anything takes this too. A refusal because there is no such
            // project is no violation (see `Recorded::invented`).
            self.fixtures.invented = true;
            let (region, account) = (&place.region, &self.client.target.account);
            let partition = arn::aws_partition(region);
            let arn = format!("arn:{partition}:rekognition:{region}:{account}:project/{name}/1");
            return Ok(Project { arn, stem: Some(stem), awaited: None });
        };
        if !project_name(&arn).is_some_and(|name| self.ledger.owns(&place, name)) {
            self.ledger.leave_behind(&place, &name, "its creation was answered with the ARN of another");
        }
        if let Some(account) = arn.split(':').nth(4).filter(|id| id.len() == 12) {
            account.clone_into(&mut self.client.target.account);
        }
        // One under another name than was asked for is never seen to come.
        let awaited = (project_name(&arn) == Some(name.as_str())).then_some(name);
        Ok(Project { arn, stem: Some(stem), awaited })
    }

    /// The ARN under which a project of this name is listed.
    async fn listed_project(&mut self, place: &Place, name: &str) -> Result<Option<String>, ListError> {
        let (found, _) = self.client.find_project(place, name, "lease", Purpose::Cleaning).await;
        Ok(found?.and_then(|item| item.identity.as_str().map(str::to_owned)))
    }

    /// Removes what a case made; what cannot be removed is left behind. The names are free after it.
    pub(super) async fn tear_down(&mut self, mut made: Made, case: &CaseBindings) {
        self.remove_postponed(self.client.connector.settings().postponed_removals).await;
        for (at, identity) in made.take() {
            let name = name_of(at.resource, &identity);
            let is_own =
                at.resource.scope.is_some() || self.ledger.owner(&at, &identity, &name, case) == Owner::Case;
            if !is_own {
                // Whatever was made, this names something else, which is not the run's to remove.
                self.ledger.leave_behind(&at, &name, UNCERTAIN);
                continue;
            }
            match self.client.remove(&at, &identity).await {
                Removal::Removed => {}
                Removal::InUse => self.fixtures.postponed.push((at.region, identity)),
                Removal::Refused(_) | Removal::Failed(_) if self.give_up(&at).await => {}
                Removal::Refused(_) | Removal::Failed(_) => made.look(at),
            }
        }
        for at in std::mem::take(&mut made.unsure) {
            self.remove_unsure(&at, case).await;
        }
        self.ledger.release(&case.stem);
    }

    /// Removes what is listed of a case where it may have made something.
    async fn remove_unsure(&mut self, at: &Place, case: &CaseBindings) {
        let ledger = &self.ledger;
        let is_leased = |arn: &Value| case.projects.values().any(|one| arn == one.as_str());
        let is_case = |item: &Item| {
            let owner = ledger.owner(at, &item.identity, &item.name, case);
            if owner == Owner::Resembling {
                ledger.leave_behind(at, &item.name, UNCERTAIN);
            }
            owner == Owner::Case && !is_leased(&item.identity)
        };
        match self.client.remove_all(at, ledger, is_case).await {
            Ok(removed) => {
                let in_use = removed.in_use.into_iter().map(|identity| (at.region.clone(), identity));
                self.fixtures.postponed.extend(in_use);
            }
            // Where there is no such scope, there is nothing in it; and what no list takes for a project
            // of the case is none.
            Err(ListError::Refused { code, .. }) if code.contains("NotFound") => {}
            Err(ListError::Refused { status: 400..=499, .. })
                if at.scope.as_ref().is_some_and(|scope| !is_leased(scope)) => {}
            Err(error) => {
                let name = format!("any {} of {}", at.resource.noun, case.stem);
                ledger.leave_behind(at, &name, &error.to_string());
            }
        }
    }

    /// Gives the leased project up that something cannot be removed from; whether there is such a project.
    async fn give_up(&mut self, at: &Place) -> bool {
        let is_it = |project: &Project| {
            project.stem.is_some() && at.scope.as_ref().and_then(Value::as_str) == Some(project.arn.as_str())
        };
        let Some(found) = self.fixtures.projects.iter().position(is_it) else { return false };
        let project = self.fixtures.projects.remove(found);
        self.remove_project(&at.region, Value::String(project.arn)).await;
        true
    }

    async fn remove_project(&mut self, region: &str, arn: Value) {
        let (place, name) = (Place::region(&PROJECTS, region), name_of(&PROJECTS, &arn));
        if !self.ledger.owns(&place, &name) {
            // Whatever was made, this names something else, which is not the run's to remove.
            return self.ledger.leave_behind(&place, &name, UNCERTAIN);
        }
        match self.client.remove(&place, &arn).await {
            Removal::Removed => {}
            Removal::InUse => self.fixtures.postponed.push((place.region, arn)),
            Removal::Refused(why) | Removal::Failed(why) => {
                // Where no answer tells, it is taken for left.
                let listed = self.listed_project(&place, &name).await;
                if matches!(listed, Ok(Some(_)) | Err(ListError::NoResponse { .. })) {
                    self.ledger.leave_behind(&place, &name, &why);
                }
            }
        }
    }

    /// Tries again to remove projects, at most so many of those that were in use before.
    async fn remove_postponed(&mut self, most: usize) {
        let some = self.fixtures.postponed.len().min(most);
        for (region, arn) in self.fixtures.postponed.drain(..some).collect::<Vec<_>>() {
            self.remove_project(&region, arn).await;
        }
    }

    /// Waits until few projects wait to be removed, so that others may be created.
    pub async fn make_room(&mut self) {
        let most = self.client.connector.settings().postponed_removals;
        while self.fixtures.postponed.len() > most
            && !self.client.connector.budget().is_late_to_make()
            && !self.client.connector.is_over(PROJECTS.service)
        {
            self.remove_postponed(usize::MAX).await;
            if self.fixtures.postponed.len() > most {
                tokio::time::sleep(self.client.target.limits.poll).await;
            }
        }
    }

    /// Gives up the leased projects of a region, but the user's.
    pub(super) async fn give_projects_back(&mut self) {
        let projects = std::mem::take(&mut self.fixtures.projects).into_iter();
        let (given_up, kept) = projects.partition(|one| one.stem.is_some());
        self.fixtures.projects = kept;
        let region = self.client.target.region.clone();
        for project in given_up {
            self.remove_project(&region, Value::String(project.arn)).await;
            project.stem.iter().for_each(|stem| self.ledger.release(stem));
        }
    }

    /// Removes every project, and waits for it as long as it may take that one is made. On the real service those
    /// of all lanes are awaited together, each time by one listing.
    pub(super) async fn finish_projects(&mut self) {
        self.give_projects_back().await;
        if self.client.target.is_real {
            return self.remove_postponed(usize::MAX).await;
        }
        let until = Instant::now() + self.client.target.limits.settle;
        let mut pause = self.client.target.limits.first_poll;
        loop {
            self.remove_postponed(usize::MAX).await;
            let over = Instant::now() >= until || self.client.connector.is_over(PROJECTS.service);
            if self.fixtures.postponed.is_empty() || over {
                break;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(self.client.longest_poll());
        }
        for (region, arn) in self.fixtures.postponed.drain(..) {
            let place = Place::region(&PROJECTS, &region);
            self.ledger.leave_behind(&place, &name_of(&PROJECTS, &arn), "it is in use");
        }
    }

    /// Waits until no project of the run's own is listed any more: on the real service a removal goes on for
    /// minutes.
    pub(super) async fn await_removals(&mut self) {
        let place = self.client.place(&PROJECTS);
        let until = Instant::now() + self.client.target.limits.settle;
        let mut pause = self.client.target.limits.first_poll;
        loop {
            let (listed, _) = self.client.list_all(&place, "clean-up", Purpose::Cleaning).await;
            let mut own = match listed {
                Ok(listed) => listed.items,
                Err(error) => {
                    let name = format!("any project of {}", self.ledger.prefix());
                    return self.ledger.leave_behind(&place, &name, &error.to_string());
                }
            };
            own.retain(|item| self.ledger.is_abandoned(&place, &item.name));
            if own.is_empty() {
                return;
            }
            for item in &own {
                if Instant::now() >= until {
                    self.ledger.leave_behind(&place, &item.name, "it is still listed");
                } else if !item.is_going() && !item.is_coming() {
                    self.client.remove(&place, &item.identity).await;
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(self.client.longest_poll());
        }
    }

    /// Gives up the leased projects. That of the user is emptied of what earlier cases could not remove from it,
    /// and so is each on the real service, where another takes minutes to come.
    pub(super) async fn renew_projects(&mut self) {
        if !self.client.target.is_real {
            self.give_projects_back().await;
        }
        let projects = self.client.place(&PROJECTS);
        for project in std::mem::take(&mut self.fixtures.projects) {
            let arn = Value::String(project.arn.clone());
            let ledger = &self.ledger;
            let is_own = |item: &Item| project.stem.is_some() || ledger.is_abandoned(&projects, &item.name);
            let place = projects.within(&PROJECT_POLICIES, &arn);
            // Where that of the user does not list its policies, their own rules say so.
            let is_empty =
                self.client.remove_all(&place, ledger, is_own).await.is_ok_and(|removed| removed.all);
            match &project.stem {
                Some(stem) if !is_empty => {
                    self.remove_project(&projects.region, arn).await;
                    self.ledger.release(stem);
                }
                _ => self.fixtures.projects.push(project),
            }
        }
    }
}
