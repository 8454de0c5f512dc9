//! The executor: carries a plan out, step by step, and cleans up behind it.

use super::bindings::CaseBindings;
use super::client::{Client, Prepared};
use super::error::{SessionError, StepError};
use super::fixtures::Fixtures;
use super::ledger::{ClaimError, Claimed, Ledger, Owner};
use super::listing::{Item, ListError, Place, name_of, reads};
use super::made::Made;
use super::oracle::Oracle;
use super::settling::Unsettled;
use super::target::Target;
use super::transport::budget::Purpose;
use super::transport::connector::Connector;
use crate::exchange::{Exchange, Payload, Recorded, State, Trace};
use crate::service::{
    PROJECTS, Resource, resource_created_by, resources, scope_resource, spare_regions, why_unsafe,
};
use aws_conformance_generators::plan::{
    Await, Bindings, Body, Call, Case, Plan, SETUP, Scope, Service, Step, Symbol,
};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What one lane needs to execute plans: a way to the target, leases and the run's ledger.
#[derive(Debug)]
pub struct Session {
    client: Client,
    ledger: Arc<Ledger>,
    fixtures: Fixtures,
    /// How many resources of others there are in the session's region; none: not known.
    preexisting: Option<usize>,
    /// Regions that the session may move to when one cannot be cleaned.
    spare_regions: VecDeque<String>,
    /// Whether a read waits until all that was written before can be read.
    reads_late: bool,
}

impl Session {
    /// A session on a target, with a share in the run's connector and ledger.
    pub fn new(target: &Target, connector: Connector, ledger: Arc<Ledger>) -> Self {
        let fixtures = Fixtures::new(target.user_project.as_ref());
        let client = Client { target: target.clone(), connector, endless: 0 };
        Self {
            client,
            ledger,
            fixtures,
            preexisting: None,
            spare_regions: VecDeque::new(),
            reads_late: false,
        }
    }

    /// The target as this session sees it.
    pub fn target(&self) -> &Target {
        &self.client.target
    }

    /// The run's ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Allows the session to move to another region when one cannot be cleaned.
    pub fn set_spare_regions(&mut self, regions: impl IntoIterator<Item = String>) {
        self.spare_regions = regions.into_iter().collect();
    }

    /// The account id that the caller has on the target.
    pub fn set_account(&mut self, account: String) {
        self.client.target.account = account;
    }

    /// Signs for another region from here on. Projects that are leased in the one before are given back.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn enter_region(&mut self, region: &str) -> Result<(), SessionError> {
        self.ledger.enter_region(region)?;
        self.fixtures.give_back(&mut self.client, &self.ledger).await;
        region.clone_into(&mut self.client.target.region);
        Ok(())
    }

    /// Reads only when all that was written before can be read, from here on or no more. It takes long.
    pub fn read_late(&mut self, late: bool) {
        self.reads_late = late;
    }

    /// Why nothing more is sent to a service: it has stopped answering.
    pub fn gone(&self, service: Service) -> Option<String> {
        self.client.connector.gone(service)
    }

    /// The most bytes that a response had so far.
    pub fn longest_response(&self) -> usize {
        self.client.connector.longest_response()
    }

    /// Executes a case: leases what it needs, carries its steps out and removes what they made.
    ///
    /// # Errors
    /// [`SessionError`] when nothing may be created. What the endpoint does is never an error.
    pub async fn execute(&mut self, case: &Case, oracle: &dyn Oracle) -> Result<Recorded, SessionError> {
        let outages = |session: &Self| -> u64 {
            services(&case.plan).map(|service| session.client.connector.outages(service)).sum()
        };
        let before = outages(self);
        let mut bindings = CaseBindings {
            account: self.client.target.account.clone(),
            region: self.client.target.region.clone(),
            stem: self.ledger.stem(),
            ..CaseBindings::default()
        };
        let mut traces = Vec::with_capacity(case.plan.steps.len());
        let mut made = Made::default();
        let leased = self.fixtures.lease(&mut self.client, &self.ledger, &case.plan, &mut bindings).await?;
        bindings.account.clone_from(&self.client.target.account);
        let mut stop = leased.err().map(|error| error.trace());
        let mut hung = false;
        // What was removed before the case may still be listed too.
        let mut written = Instant::now();
        for step in &case.plan.steps {
            if let Some(stopped) = &stop {
                traces.push(stopped.clone());
                continue;
            }
            // One wait for an answer tells as much as many. Reads go on: they tell who hangs.
            if hung && matches!(step, Step::Call(_) | Step::Parallel(_)) {
                traces.push(Trace::Skipped("an earlier call got no answer in time".to_owned()));
                continue;
            }
            if self.reads_late && reads(step) {
                tokio::time::sleep_until(written + self.client.target.limits.read_after_write).await;
            }
            let trace = self.step(step, &mut bindings, &mut made, oracle).await?;
            if !reads(step) {
                written = Instant::now();
            }
            hung |= trace.exchanges().iter().any(Exchange::has_timed_out);
            stop = why_stop(step, &trace).map(Trace::Skipped);
            traces.push(trace);
            if stop.is_none() && reads(step) && self.has_early_reads() {
                traces = self.read_again(case, step, traces, &mut bindings, &mut made, oracle).await?;
            }
        }
        self.fixtures.tear_down(&mut self.client, &self.ledger, made, &bindings).await;
        let interrupted = outages(self) != before;
        Ok(Recorded { interrupted, ..self.recorded(case, traces) })
    }

    /// Whether a read may come before what was written can be read.
    fn has_early_reads(&self) -> bool {
        !self.reads_late && !self.client.target.limits.read_after_write.is_zero()
    }

    fn recorded(&self, case: &Case, traces: Vec<Trace>) -> Recorded {
        Recorded {
            case: case.clone(),
            traces,
            quotas: self.client.target.quotas,
            invented: self.fixtures.invented,
            preexisting: self.preexisting,
            interrupted: false,
            real: self.client.target.is_real,
            early_reads: self.has_early_reads(),
            shared: false,
        }
    }

    /// Repeats a read, the last of these traces, for as long as what was written may take to be read, until
    /// it shows what it should.
    async fn read_again(
        &mut self,
        case: &Case,
        step: &Step,
        traces: Vec<Trace>,
        bindings: &mut CaseBindings,
        made: &mut Made,
        oracle: &dyn Oracle,
    ) -> Result<Vec<Trace>, SessionError> {
        let started = Instant::now();
        let mut pause = Duration::from_millis(250);
        let mut so_far = self.recorded(case, traces);
        while !oracle.agrees(&so_far) && started.elapsed() < self.client.target.limits.read_after_write {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
            let again = self.step(step, bindings, made, oracle).await?;
            for service in services(&case.plan) {
                self.client.connector.note_lag(service, started.elapsed());
            }
            if let Some(last) = so_far.traces.last_mut() {
                *last = again;
            }
        }
        Ok(so_far.traces)
    }

    async fn step(
        &mut self,
        step: &Step,
        bindings: &mut CaseBindings,
        made: &mut Made,
        oracle: &dyn Oracle,
    ) -> Result<Trace, SessionError> {
        let fine = |call: &Call| call.expect == SETUP || oracle.is_well_formed(&call.expect);
        match step {
            Step::Call(call) => {
                let prepared = match self.prepare(call, bindings).await? {
                    Ok(prepared) => prepared,
                    Err(error) => return Ok(error.trace()),
                };
                let exchange = self.client.call(call, prepared, fine(call)).await;
                self.fixtures.note_removed(&exchange);
                made.note(&exchange);
                remember(&exchange, bindings);
                Ok(Trace::Call(exchange))
            }
            Step::Parallel(calls) => {
                let mut prepared = Vec::with_capacity(calls.len());
                for call in calls {
                    match self.prepare(call, bindings).await? {
                        Ok(input) => prepared.push(input),
                        Err(error) => return Ok(error.trace()),
                    }
                }
                let client = &self.client;
                let all = calls.iter().zip(prepared);
                let all = all.map(|(call, prepared)| client.call(call, prepared, fine(call)));
                let exchanges = futures_util::future::join_all(all).await;
                for exchange in &exchanges {
                    self.fixtures.note_removed(exchange);
                    made.note(exchange);
                    remember(exchange, bindings);
                }
                Ok(Trace::Parallel(exchanges))
            }
            Step::Read(scope) => {
                let (state, pages) = self.read(scope, bindings).await;
                if let Ok(state) = &state {
                    made.saw(scope, state, bindings);
                }
                Ok(Trace::Read { state: state.map_err(|error| error.to_string()), pages })
            }
            Step::Await(wait) => {
                let (reached, polls) = self.wait(wait, bindings).await;
                let late = matches!(reached, Err(WaitError::Unsettled(Unsettled::Late { .. })));
                Ok(Trace::Await { reached: reached.map_err(|error| error.to_string()), late, polls })
            }
            Step::Pause(milliseconds) => {
                tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
                Ok(Trace::Await { reached: Ok(()), late: false, polls: Vec::new() })
            }
        }
    }

    /// Resolves a call's input and claims the names that it creates.
    async fn prepare(
        &self,
        call: &Call,
        bindings: &mut CaseBindings,
    ) -> Result<Result<Prepared, StepError>, SessionError> {
        let target = &self.client.target;
        let region = match call.wire.elsewhere {
            false => target.region.clone(),
            true => match spare_regions(&target.region).next() {
                Some(region) => region.to_owned(),
                None => return Ok(Err(StepError::NoOtherRegion(target.region.clone()))),
            },
        };
        let prepared = match &call.body {
            Body::Raw(bytes) => Prepared { body: bytes.clone().into(), is_input: false, region },
            Body::Input(arg) => match arg.resolve(bindings) {
                Ok(input) => {
                    let body = Payload::of(Bytes::from(input.to_string()), input);
                    Prepared { body, is_input: true, region }
                }
                Err(unbound) => return Ok(Err(unbound.into())),
            },
        };
        if target.is_real
            && let Some(why) = why_unsafe(call, &prepared.body, &target.account)
        {
            return Ok(Err(StepError::Unsafe(why)));
        }
        let Some(resource) = resource_created_by(&call.operation) else { return Ok(Ok(prepared)) };
        let left = self.ledger.left_in(call.service);
        if left >= self.client.connector.settings().most_left_behind {
            return Ok(Err(StepError::TooManyLeft(left)));
        }
        self.ledger.creates(call.service)?;
        if prepared.region != target.region {
            self.ledger.enter_region(&prepared.region)?;
        }
        let sent = prepared.body.json().and_then(|input| input.get(resource.names.create));
        let name = sent.cloned().unwrap_or_default();
        // What is no name may be taken for one: two cases that send it at the same time would meet.
        if resource.scope.is_none()
            && let name = name_of(resource, &name)
            && let Err(error) = self.claim(resource, &prepared.region, &name, &bindings.stem).await?
        {
            return Ok(Err(error.into()));
        }
        bindings.sent.push(name);
        Ok(Ok(prepared))
    }

    /// Claims a name; waits for another case that has it, as long as a resource may take to settle.
    async fn claim(
        &self,
        resource: &Resource,
        region: &str,
        name: &str,
        stem: &str,
    ) -> Result<Result<(), ClaimError>, SessionError> {
        let until = Instant::now() + self.client.target.limits.settle;
        loop {
            match self.ledger.claim(resource.service, region, name, stem)? {
                Claimed::Yes => return Ok(Ok(())),
                Claimed::Refused(ClaimError::InUse(_)) if Instant::now() < until => {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                Claimed::Refused(error) => return Ok(Err(error)),
            }
        }
    }

    /// Reads a scope: what is the case's own there, and how much more there is.
    async fn read(
        &mut self,
        scope: &Scope,
        bindings: &CaseBindings,
    ) -> (Result<State, WaitError>, Vec<Exchange>) {
        let resource = scope_resource(scope);
        let (tag, size) = match scope {
            Scope::ResourcePolicies | Scope::Projects => (None, None),
            Scope::ProjectsBy(size) => (None, Some(size)),
            Scope::ProjectPolicies(tag) => (Some(tag), None),
            Scope::ProjectPoliciesBy(tag, size) => (Some(tag), Some(size)),
        };
        let scope = match tag.map(|tag| bindings.value(&Symbol::Project(tag.clone()))).transpose() {
            Ok(arn) => arn.map(Value::String),
            Err(unbound) => return (Err(WaitError::Step(unbound.into())), Vec::new()),
        };
        let region = bindings.region.as_str();
        let place = Place { resource, region, scope: scope.as_ref() };
        let size = size.map(|size| ("MaxResults".to_owned(), json!(size)));
        let (listed, pages) =
            self.client.list(place, "read", size.into_iter().collect(), Purpose::Judging).await;
        let listed = match listed {
            Ok(listed) => listed,
            Err(error) => return (Err(error.into()), pages),
        };
        let ledger = &self.ledger;
        let owner =
            |item: &Item| ledger.owner(resource.service, region, &item.identity, &item.name, bindings);
        // Where what belongs to others is not what it was, they are at work, and how much there is of it
        // is not known any more.
        let others = listed.items.iter().filter(|item| owner(item) == Owner::Other).count();
        if resource.scope.is_none() && self.preexisting.is_some_and(|preexisting| preexisting != others) {
            self.preexisting = None;
        }
        let leased = |item: &Item| bindings.projects.values().any(|arn| item.identity == *arn);
        let is_own = |item: &Item| matches!(owner(item), Owner::Case | Owner::Resembling) || leased(item);
        (Ok(listed.state(resource, is_own)), pages)
    }

    async fn wait(
        &mut self,
        wait: &Await,
        bindings: &CaseBindings,
    ) -> (Result<(), WaitError>, Vec<Exchange>) {
        let name = match wait.project.resolve(bindings) {
            Ok(name) => name,
            Err(unbound) => return (Err(WaitError::Step(unbound.into())), Vec::new()),
        };
        let (reached, polls) = self.client.settle(&name, wait.status.as_deref(), wait.judged).await;
        (reached.map_err(WaitError::from), polls)
    }

    /// Starts from clean ground after something went wrong: removes every policy of the run's own that no
    /// case needs any more, and gives the leased projects up. Where that does not help, moves to a spare
    /// region.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn clean(&mut self, service: Service) -> Result<(), SessionError> {
        if service == PROJECTS.service {
            self.fixtures.give_back(&mut self.client, &self.ledger).await;
            self.fixtures.empty_user_project(&mut self.client, &self.ledger).await;
            return Ok(());
        }
        if !self.remove_abandoned(service).await
            && let Some(region) = self.spare_regions.pop_front()
        {
            self.enter_region(&region).await?;
            self.declare_preexisting(service).await;
        }
        Ok(())
    }

    /// Removes what the run made in the region and no case needs any more; whether none of it is left.
    async fn remove_abandoned(&mut self, service: Service) -> bool {
        let region = self.client.target.region.clone();
        let Some(resource) = resources(service).find(|resource| resource.scope.is_none()) else {
            return true;
        };
        let place = Place { resource, region: &region, scope: None };
        let ledger = &self.ledger;
        let is_abandoned = |item: &Item| ledger.is_abandoned(service, &region, &item.name);
        let removed = self.client.remove_all(place, ledger, is_abandoned).await;
        removed.is_ok_and(|removed| removed.all)
    }

    /// Notes what a service lists before the run touches it, so that it is left alone: X-Ray policies,
    /// Rekognition projects. How many there are; none where it does not list.
    pub async fn declare_preexisting(&mut self, service: Service) -> Option<usize> {
        let region = self.client.target.region.clone();
        let resource = resources(service).find(|resource| resource.scope.is_none())?;
        let place = Place { resource, region: &region, scope: None };
        let (listed, _) = self.client.list(place, "survey", Map::new(), Purpose::Judging).await;
        let items = listed.ok().map(|listed| listed.items);
        self.preexisting = items.as_ref().map(Vec::len);
        let names = items.unwrap_or_default().into_iter().map(|item| name_of(resource, &item.identity));
        self.ledger.declare_preexisting(service, &region, names);
        self.preexisting
    }

    /// Gives back everything that the session holds, and looks for what is left: its last act.
    pub async fn finish(mut self) {
        let created: Vec<Service> =
            Service::ALL.into_iter().filter(|service| self.ledger.has_created(*service)).collect();
        for service in &created {
            self.client.connector.try_again(*service).await;
        }
        self.fixtures.finish(&mut self.client, &self.ledger).await;
        if self.client.target.is_real && created.contains(&PROJECTS.service) {
            self.fixtures.await_removals(&mut self.client, &self.ledger).await;
        }
        for service in created {
            match self.gone(service) {
                Some(why) => {
                    let (region, name) =
                        (&self.client.target.region, format!("anything of {}", self.ledger.prefix()));
                    self.ledger.leave_behind(service, region, &name, &why);
                }
                None => drop(self.remove_abandoned(service).await),
            }
        }
    }
}

/// Why a read or a wait came to nothing.
#[derive(Debug, thiserror::Error)]
enum WaitError {
    #[error(transparent)]
    Step(StepError),
    #[error(transparent)]
    List(#[from] ListError),
    #[error(transparent)]
    Unsettled(#[from] Unsettled),
}

/// The services that a plan calls.
fn services(plan: &Plan) -> impl Iterator<Item = Service> {
    let calls = |service: Service| {
        move |step: &Step| match step {
            Step::Call(call) => call.service == service,
            Step::Parallel(calls) => calls.iter().any(|call| call.service == service),
            Step::Read(scope) => scope_resource(scope).service == service,
            Step::Await(_) => service == PROJECTS.service,
            Step::Pause(_) => false,
        }
    };
    Service::ALL.into_iter().filter(move |service| plan.steps.iter().any(calls(*service)))
}

/// Why nothing more of a plan can be executed after this step.
fn why_stop(step: &Step, trace: &Trace) -> Option<String> {
    match (step, trace) {
        (_, Trace::Skipped(reason)) => Some(reason.clone()),
        (_, Trace::Await { reached: Err(reason), .. }) => Some(reason.clone()),
        (Step::Call(call), Trace::Call(exchange)) if call.expect == SETUP => {
            let error = StepError::of(format!("the set-up {}", call.operation), exchange);
            error.map(|error| error.to_string())
        }
        _ => None,
    }
}

fn remember(exchange: &Exchange, bindings: &mut CaseBindings) {
    if let Some(json) = exchange.response().and_then(|answer| answer.json()) {
        bindings.answers.insert(exchange.label.clone(), json.clone());
    }
}
