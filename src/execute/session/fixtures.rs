//! Fixtures: what a case needs before it begins, what it made, and how that is removed.

use super::{CaseBindings, Request, Session, SessionError};
use crate::exchange::is_throttled;
use crate::exchange::{Exchange, Outcome, State, Trace};
use crate::execute::listing::{Listing, PROJECT_POLICIES, PROJECTS, RESOURCE_POLICIES};
use crate::execute::target::Target;
use aws_conformance_generators::arn::{self, project_name};
use aws_conformance_generators::plan::{
    Arg, Body, Call, Part, Plan, Scope, Service, Step, Symbol, Text, Wire,
};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// How often a lease may fail in a row before no more are asked for.
const PATIENCE: u32 = 3;

/// How many projects that were in use are tried at once to be deleted.
const POSTPONED_AT_ONCE: usize = 4;
/// The most projects that are made where none of them can be removed.
const MOST_LOST: u32 = 50;

/// A leased project.
#[derive(Clone, Debug)]
pub(super) struct Project {
    pub(super) arn: String,
    /// Lent by the user: emptied, never deleted.
    pub(super) user_supplied: bool,
}

/// Where something is: its region, and its name or ARN.
pub(super) type Place = (String, String);

impl Session {
    /// Binds every project that the plan names to a leased one. The inner error is what the steps of the
    /// plan come to without.
    pub(super) async fn lease(
        &mut self,
        plan: &Plan,
        bindings: &mut CaseBindings,
    ) -> Result<Result<(), Trace>, SessionError> {
        for (at, tag) in projects_of(plan).into_iter().enumerate() {
            while self.projects.len() <= at {
                if let (Some(reason), true) = (&self.no_projects, self.failed_leases >= PATIENCE) {
                    return Ok(Err(reason.clone()));
                }
                if self.lost >= MOST_LOST {
                    let reason = "no project: CreateProject answers ARNs of others, which cannot be removed";
                    return Ok(Err(Trace::Skipped(reason.to_owned())));
                }
                match self.create_project().await? {
                    Ok(project) => {
                        self.failed_leases = 0;
                        self.projects.push(project);
                    }
                    Err(reason) => {
                        self.failed_leases += 1;
                        self.no_projects = Some(reason.clone());
                        return Ok(Err(reason));
                    }
                }
            }
            bindings.projects.insert(tag, self.projects[at].arn.clone());
        }
        Ok(Ok(()))
    }

    async fn create_project(&mut self) -> Result<Result<Project, Trace>, SessionError> {
        self.delete_postponed(POSTPONED_AT_ONCE).await;
        let name = format!("{}-p", self.ledger.stem());
        let created = self
            .send(Request {
                label: "lease",
                service: Service::Rekognition,
                operation: "CreateProject",
                input: json!({ "ProjectName": name }),
            })
            .await;
        let arn = match created.outcome() {
            Outcome::Success(answer) => answer
                .json()
                .and_then(|json| json.get("ProjectArn"))
                .and_then(Value::as_str)
                .map(str::to_owned),
            // No other run has this name: the project is there since a try that got no answer.
            Outcome::Refused { code: Some(code), .. } if code == "ResourceInUseException" => {
                self.arn_of(&name).await
            }
            Outcome::Refused { code, answer } => {
                let code = code.unwrap_or_else(|| "no code".to_owned());
                let reason =
                    format!("no project: CreateProject was refused with HTTP {} {code}", answer.status);
                let throttled = is_throttled(answer);
                return Ok(Err(if throttled { Trace::Unknown(reason) } else { Trace::Skipped(reason) }));
            }
            Outcome::NoResponse(silence) => {
                let reason = format!("no project: CreateProject got no answer: {}", silence.detail);
                return Ok(Err(Trace::Unknown(reason)));
            }
        };
        let Some(arn) = arn else {
            // A success without an ARN: what it would be called is known all the same, and an
            // endpoint that takes anything takes this too. A refusal because there is no such
            // project accuses nobody (see `Recorded::invented`).
            self.invented = true;
            let Target { region, account, .. } = &self.target;
            let partition = arn::aws_partition(region);
            let arn = format!("arn:{partition}:rekognition:{region}:{account}:project/{name}/1");
            return Ok(Ok(Project { arn, user_supplied: false }));
        };
        if let Some(account) = arn.split(':').nth(4).filter(|id| id.len() == 12) {
            account.clone_into(&mut self.target.account);
        }
        // Where DescribeProjects does not work its own rules say so; the project is there all the same.
        // One under another name than was asked for is never seen to come.
        if self.late < 2 && project_name(&arn) == Some(name.as_str()) {
            let _ = self.settle(&name, Some("CREATED")).await;
        }
        Ok(Ok(Project { arn, user_supplied: false }))
    }

    /// The ARN under which a project of this name is listed.
    async fn arn_of(&mut self, name: &str) -> Option<String> {
        let input = Map::from_iter([("ProjectNames".to_owned(), json!([name]))]);
        let (state, _) = self.list(PROJECTS, "lease", input).await;
        state.ok()?.policies.into_keys().find(|arn| project_name(arn) == Some(name))
    }

    /// Removes what a case made.
    pub(super) async fn tear_down(&mut self, mut made: Made) {
        self.delete_postponed(POSTPONED_AT_ONCE).await;
        let here = self.target.region.clone();
        for (region, name) in std::mem::take(&mut made.unanswered_projects) {
            match region == here {
                true => made.projects.extend(self.arn_of(&name).await.map(|arn| (region, arn))),
                false => self.ledger.leave_behind(),
            }
        }
        for (region, name) in made.resource_policies {
            if !self.ledger.owns(&region, &name) {
                continue;
            }
            let input = json!({ "PolicyName": name });
            let deleted = self.send_removal(Service::Xray, "DeleteResourcePolicy", &region, input).await;
            if !is_removed(&deleted)
                && (region != here || self.may_be_listed(RESOURCE_POLICIES, Map::new(), &name).await)
            {
                self.ledger.leave_behind();
            }
        }
        for (project, name) in made.project_policies {
            let input = json!({ "ProjectArn": project, "PolicyName": name });
            let deleted = self.send_removal(Service::Rekognition, "DeleteProjectPolicy", &here, input).await;
            if matches!(deleted.outcome(), Outcome::Success(_)) {
                continue;
            }
            // The next case needs a project without it; a user_supplied one is all that there is.
            match self.projects.iter().position(|leased| leased.arn == project && !leased.user_supplied) {
                Some(at) => {
                    self.projects.remove(at);
                    self.delete_project(&here, &project).await;
                }
                None => {
                    let input = Map::from_iter([("ProjectArn".to_owned(), json!(project))]);
                    if !is_removed(&deleted) && self.may_be_listed(PROJECT_POLICIES, input, &name).await {
                        self.ledger.leave_behind();
                    }
                }
            }
        }
        for (region, arn) in made.projects {
            self.delete_project(&region, &arn).await;
        }
    }

    /// Sends a removal that is signed for a region.
    async fn send_removal(&self, service: Service, operation: &str, region: &str, input: Value) -> Exchange {
        let elsewhere = (region != self.target.region).then(|| region.to_owned());
        let bytes = Bytes::from(input.to_string());
        let call = Call::new(service, operation, Arg::Json(input)).labelled("clean-up");
        self.patiently(&call.over(Wire { region: elsewhere, ..Wire::default() }), bytes).await
    }

    /// Whether a listing shows this, or does not say. Asked after a refused removal, until it is known
    /// that something was left.
    async fn may_be_listed(&mut self, listing: Listing, input: Map<String, Value>, key: &str) -> bool {
        if self.ledger.has_left() {
            return true;
        }
        let (state, _) = self.list(listing, "clean-up", input).await;
        state.map_or(true, |state| state.policies.contains_key(key))
    }

    /// A leased project that a case has deleted is leased no longer.
    pub(super) fn give_up_deleted(&mut self, exchange: &Exchange) {
        if exchange.request.operation == "DeleteProject"
            && matches!(exchange.outcome(), Outcome::Success(_))
            && let Some(input) = exchange.request.input()
        {
            let gone = input.get("ProjectArn").and_then(Value::as_str);
            self.projects.retain(|project| Some(project.arn.as_str()) != gone);
        }
    }

    async fn delete_project(&mut self, region: &str, arn: &str) {
        let Some(name) = project_name(arn).filter(|name| self.ledger.owns(region, name)) else {
            // Whatever was made, this names something else, which is not the run's to remove.
            self.ledger.leave_behind();
            self.lost += 1;
            return;
        };
        let input = json!({ "ProjectArn": arn });
        let deleted = self.send_removal(Service::Rekognition, "DeleteProject", region, input).await;
        if is_removed(&deleted) {
            return;
        }
        if let Outcome::Refused { code: Some(code), .. } = deleted.outcome()
            && code == "ResourceInUseException"
        {
            // It is being made or used, and can be deleted when that is over.
            return self.postponed.push((region.to_owned(), arn.to_owned()));
        }
        let input = Map::from_iter([("ProjectNames".to_owned(), json!([name]))]);
        if region != self.target.region || self.may_be_listed(PROJECTS, input, arn).await {
            self.ledger.leave_behind();
        }
    }

    /// Tries again to delete projects, at most so many of those that were in use before.
    async fn delete_postponed(&mut self, most: usize) {
        let some = self.postponed.len().min(most);
        for (region, arn) in self.postponed.drain(..some).collect::<Vec<Place>>() {
            self.delete_project(&region, &arn).await;
        }
    }

    /// Deletes all of them, and waits for it as long as it may take that a project is made.
    async fn finish_postponed(&mut self) {
        let until = tokio::time::Instant::now() + self.target.limits.settle;
        let mut pause = Duration::from_millis(5);
        loop {
            self.delete_postponed(usize::MAX).await;
            let over = tokio::time::Instant::now() >= until || self.gone(Service::Rekognition).is_some();
            if self.postponed.is_empty() || over {
                break;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(1));
        }
        if !self.postponed.is_empty() {
            self.ledger.leave_behind();
        }
    }

    /// Starts from a clean state after something went wrong: removes every policy of the run's own
    /// and gives the leased projects up. Where that does not help, moves to a spare region.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn clean(&mut self, service: Service) -> Result<(), SessionError> {
        match service {
            Service::Xray => {
                if !self.remove_resource_policies().await
                    && let Some(region) = self.spare_regions.pop()
                {
                    self.enter_region(&region)?;
                    self.declare_preexisting(Service::Xray).await;
                }
            }
            Service::Rekognition => {
                let (given_up, kept) = std::mem::take(&mut self.projects)
                    .into_iter()
                    .partition(|project| !project.user_supplied);
                self.projects = kept;
                let given_up: Vec<Project> = given_up;
                let region = self.target.region.clone();
                for project in given_up {
                    self.delete_project(&region, &project.arn).await;
                }
            }
        }
        Ok(())
    }

    /// Notes what a service lists before the run touches it, so that it is left alone: X-Ray policies,
    /// Rekognition projects. How many there are; none where it does not list.
    pub async fn declare_preexisting(&mut self, service: Service) -> Option<usize> {
        let (state, _) = self.list(Listing::of_all(service), "survey", Map::new()).await;
        let names = state.ok().map(|state| state.policies.into_keys().collect::<Vec<_>>());
        self.preexisting = names.as_ref().map(Vec::len);
        let names = names.unwrap_or_default().into_iter();
        let names = names.map(|name| project_name(&name).map_or(name.clone(), str::to_owned));
        self.ledger.declare_preexisting(&self.target.region, names);
        self.preexisting
    }

    /// Removes the run's X-Ray policies; whether none is left.
    async fn remove_resource_policies(&mut self) -> bool {
        for _ in 0..2 {
            let (Ok(state), _) = self.list(RESOURCE_POLICIES, "clean-up", Map::new()).await else {
                return false;
            };
            let region = self.target.region.clone();
            let ours: Vec<_> =
                state.policies.into_keys().filter(|name| self.ledger.owns(&region, name)).collect();
            if ours.is_empty() {
                return true;
            }
            for name in ours {
                let input = json!({ "PolicyName": name });
                self.send_removal(Service::Xray, "DeleteResourcePolicy", &region, input).await;
            }
        }
        false
    }

    /// Gives back everything that the session holds: its last act.
    pub async fn finish(mut self) {
        for service in Service::ALL {
            let was_gone = self.gone(service).is_some();
            self.connector.try_again(service).await;
            if self.gone(service).is_some() {
                self.ledger.leave_behind();
            } else if was_gone && service == Service::Xray {
                self.remove_resource_policies().await;
            }
        }
        let leased: Vec<Project> = std::mem::take(&mut self.projects);
        let region = self.target.region.clone();
        for project in leased.iter().filter(|project| !project.user_supplied) {
            self.delete_project(&region, &project.arn).await;
        }
        self.finish_postponed().await;
    }
}

/// Whether what a removal was about is known to be gone.
fn is_removed(removal: &Exchange) -> bool {
    match removal.outcome() {
        Outcome::Success(_) => true,
        Outcome::Refused { code, .. } => code.as_deref() == Some("ResourceNotFoundException"),
        Outcome::NoResponse(_) => false,
    }
}

/// What a case may have left in the target.
#[derive(Default)]
pub(super) struct Made {
    resource_policies: BTreeSet<Place>,
    /// By project.
    project_policies: BTreeSet<(String, String)>,
    projects: BTreeSet<Place>,
    /// Names of projects whose creation got no answer.
    unanswered_projects: BTreeSet<Place>,
}

impl Made {
    /// Notes what an exchange made or removed.
    pub(super) fn note(&mut self, exchange: &Exchange) {
        let removed = matches!(exchange.outcome(), Outcome::Success(_));
        // A refusal that changed nothing is what most of them are; the reads find the others.
        let made = !matches!(exchange.outcome(), Outcome::Refused { .. });
        let Some(input) = exchange.request.input() else { return };
        let text = |member: &str| input.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        let region = exchange.request.region.clone();
        let policy = (region.clone(), text("PolicyName"));
        let project_policy = (text("ProjectArn"), text("PolicyName"));
        match exchange.request.operation.as_str() {
            "PutResourcePolicy" if made => drop(self.resource_policies.insert(policy)),
            "DeleteResourcePolicy" if removed => drop(self.resource_policies.remove(&policy)),
            "PutProjectPolicy" if made => drop(self.project_policies.insert(project_policy)),
            "DeleteProjectPolicy" if removed => drop(self.project_policies.remove(&project_policy)),
            "CreateProject" if made => {
                let arn = exchange.response().and_then(|answer| answer.json()?.get("ProjectArn")?.as_str());
                self.projects.extend(arn.map(|arn| (region.clone(), arn.to_owned())));
                if exchange.response().is_none() {
                    self.unanswered_projects.insert((region, text("ProjectName")));
                }
            }
            "DeleteProject" if removed => {
                self.projects.remove(&(region, text("ProjectArn")));
                self.project_policies.retain(|(project, _)| *project != text("ProjectArn"));
            }
            _ => {}
        }
    }

    /// Replaces what is known of a scope by what was read.
    pub(super) fn saw(&mut self, scope: &Scope, state: &State, bindings: &CaseBindings) {
        match scope {
            Scope::ResourcePolicies => {
                let region = &bindings.region;
                self.resource_policies
                    .extend(state.policies.keys().map(|name| (region.clone(), name.clone())));
            }
            Scope::ProjectPolicies(tag) | Scope::ProjectPoliciesBy(tag, _) => {
                if let Some(project) = bindings.projects.get(tag) {
                    self.project_policies
                        .extend(state.policies.keys().map(|name| (project.clone(), name.clone())));
                }
            }
            Scope::Projects | Scope::ProjectsBy(_) => {
                let of_case =
                    |arn: &&String| project_name(arn).is_some_and(|name| name.starts_with(&bindings.stem));
                let region = &bindings.region;
                let of_case = state.policies.keys().filter(of_case);
                self.projects.extend(of_case.map(|arn| (region.clone(), arn.clone())));
            }
        }
    }
}

/// The tags of the projects that a plan names, in order of appearance.
fn projects_of(plan: &Plan) -> Vec<String> {
    let mut tags = Vec::new();
    let mut add = |tag: &String| {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    };
    for step in &plan.steps {
        match step {
            Step::Read(Scope::ProjectPolicies(tag) | Scope::ProjectPoliciesBy(tag, _)) => add(tag),
            Step::Read(_) => {}
            Step::Await(wait) => in_text(&wait.project, &mut add),
            Step::Call(call) => in_body(&call.body, &mut add),
            Step::Parallel(calls) => calls.iter().for_each(|call| in_body(&call.body, &mut add)),
        }
    }
    tags
}

fn in_body(body: &Body, add: &mut dyn FnMut(&String)) {
    if let Body::Input(arg) = body {
        in_arg(arg, add);
    }
}

fn in_arg(arg: &Arg, add: &mut dyn FnMut(&String)) {
    match arg {
        Arg::Json(_) => {}
        Arg::Text(text) => in_text(text, add),
        Arg::List(items) => items.iter().for_each(|item| in_arg(item, add)),
        Arg::Object(members) => members.iter().for_each(|(_, value)| in_arg(value, add)),
    }
}

fn in_text(text: &Text, add: &mut dyn FnMut(&String)) {
    for part in &text.0 {
        let mut symbol = match part {
            Part::Symbol(symbol) => symbol,
            Part::Literal(_) | Part::Fill { .. } => continue,
        };
        while let Symbol::Derived { of, .. } = symbol {
            symbol = of;
        }
        if let Symbol::Project(tag) = symbol {
            add(tag);
        }
    }
}
