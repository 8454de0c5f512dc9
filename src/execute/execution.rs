//! Carries plans out, step by step, and cleans up behind them.

use super::bindings::CaseBindings;
use super::error::StepError;
use super::journal::JournalError;
use super::ledger::Owner;
use super::listing::{Item, Listing, name_of, reads};
use super::made::Made;
use super::oracle::Oracle;
use super::place::Place;
use super::session::Session;
use super::target::Location;
use super::transport::budget::Purpose;
use crate::exchange::{Exchange, Outcome, Payload, Recorded, Trace, may_be_carried_out};
use crate::service::{PROJECTS, resource_created_by, scope_resource, spare_regions, why_unsafe};
use aws_conformance_generators::plan::{Body, Call, Case, Plan, SETUP, Scope, Service, Step};
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;

/// A case that is being executed.
struct Execution<'c> {
    case: &'c Case,
    oracle: &'c dyn Oracle,
    bindings: CaseBindings,
    made: Made,
    /// Of the steps so far.
    traces: Vec<Trace>,
    /// Why none of the others is executed.
    stop: Option<Trace>,
    /// Whether a call got no response in time.
    hung: bool,
}

impl<'c> Execution<'c> {
    fn step(&self) -> Option<&'c Step> {
        self.case.plan.steps.get(self.traces.len())
    }

    /// The scope that is read next, if a read is next.
    fn scope(&self) -> Option<&'c Scope> {
        match self.step() {
            Some(Step::Read(scope)) => Some(scope),
            _ => None,
        }
    }

    /// The last step was executed.
    fn note(&mut self, step: &Step, trace: Trace) {
        self.hung |= trace.exchanges().iter().any(Exchange::has_timed_out);
        self.stop = why_stop(step, &trace).map(Trace::Skipped);
        self.traces.push(trace);
    }
}

impl Session {
    /// Executes a case: leases what it needs, carries its steps out and removes what they made.
    ///
    /// # Errors
    /// [`JournalError`] when nothing may be created. What the endpoint does is never an error.
    pub async fn execute(&mut self, case: &Case, oracle: &dyn Oracle) -> Result<Recorded, JournalError> {
        let mut recorded = self.execute_together(&[(case, oracle)]).await?;
        Ok(recorded.remove(0))
    }

    /// Executes cases side by side, in the same projects: each goes on to its next read, and those that read
    /// the same share it. What each case recorded, in their order.
    ///
    /// # Errors
    /// [`JournalError`] when nothing may be created. What the endpoint does is never an error.
    pub async fn execute_together(
        &mut self,
        cases: &[(&Case, &dyn Oracle)],
    ) -> Result<Vec<Recorded>, JournalError> {
        let before = self.outages(cases);
        let mut all = Vec::with_capacity(cases.len());
        for (case, oracle) in cases {
            all.push(self.begin(case, *oracle).await?);
        }
        // What was removed before the cases may still be listed too.
        let mut written = Instant::now();
        loop {
            for one in &mut all {
                self.go_on(one, &mut written).await?;
            }
            let Some(scope) = all.iter().find_map(Execution::scope) else { break };
            let readers = all.iter_mut().filter(|one| one.scope() == Some(scope));
            self.read_until_it_agrees(readers.collect(), written).await?;
        }
        for one in &mut all {
            let made = std::mem::take(&mut one.made);
            self.tear_down(made, &one.bindings).await;
        }
        let interrupted = self.outages(cases) != before;
        let recorded = |one: Execution<'_>| Recorded {
            interrupted,
            shared: cases.len() > 1,
            ..self.recorded(one.case, one.traces)
        };
        Ok(all.into_iter().map(recorded).collect())
    }

    /// How often the services that the cases call were away so far.
    fn outages(&self, cases: &[(&Case, &dyn Oracle)]) -> u64 {
        let calls = |service: &Service| cases.iter().any(|(case, _)| calls(&case.plan, *service));
        let services = Service::ALL.into_iter().filter(calls);
        services.map(|service| self.client.connector.outages(service)).sum()
    }

    async fn begin<'c>(
        &mut self,
        case: &'c Case,
        oracle: &'c dyn Oracle,
    ) -> Result<Execution<'c>, JournalError> {
        let mut bindings = CaseBindings {
            account: self.client.target.account.clone(),
            region: self.client.target.region.clone(),
            stem: self.ledger.stem(),
            ..CaseBindings::default()
        };
        let leased = self.lease(&case.plan, &mut bindings).await;
        bindings.account.clone_from(&self.client.target.account);
        Ok(Execution {
            case,
            oracle,
            bindings,
            made: Made::default(),
            traces: Vec::with_capacity(case.plan.steps.len()),
            stop: leased.err().map(StepError::trace).transpose()?,
            hung: false,
        })
    }

    /// Carries out the steps of a case up to its next read, or the end.
    async fn go_on(&mut self, one: &mut Execution<'_>, written: &mut Instant) -> Result<(), JournalError> {
        while let Some(step) = one.step() {
            if let Some(stopped) = &one.stop {
                one.traces.push(stopped.clone());
            } else if matches!(step, Step::Read(_)) {
                break;
            } else if one.hung && matches!(step, Step::Call(_) | Step::Parallel(_)) {
                // One wait for an answer tells as much as many. Reads go on: they tell who hangs.
                one.traces.push(Trace::Skipped("an earlier call got no answer in time".to_owned()));
            } else if reads(step) {
                self.read_until_it_agrees(vec![one], *written).await?;
            } else {
                let trace = self.step(step, one).await?;
                *written = Instant::now();
                one.note(step, trace);
            }
        }
        Ok(())
    }

    /// Whether a read may come before what was written can be read.
    fn has_early_reads(&self) -> bool {
        !self.reads_late && !self.client.target.limits.read_after_write.is_zero()
    }

    fn recorded(&self, case: &Case, traces: Vec<Trace>) -> Recorded {
        Recorded {
            quotas: self.client.target.quotas,
            invented: self.fixtures.invented,
            preexisting: self.preexisting,
            real: self.client.target.is_real,
            early_reads: self.has_early_reads(),
            ..Recorded::of(case.clone(), traces)
        }
    }

    /// Carries out the next step of these cases, which reads the same for all of them; again, for as long as
    /// what was written may take to be read, until it shows what it should.
    async fn read_until_it_agrees(
        &mut self,
        mut readers: Vec<&mut Execution<'_>>,
        written: Instant,
    ) -> Result<(), JournalError> {
        let lag = self.client.target.limits.read_after_write;
        if self.reads_late {
            tokio::time::sleep_until(written + lag).await;
        }
        self.read_for(&mut readers).await?;
        let started = Instant::now();
        let mut repeated = false;
        let mut pause = (lag / 20).min(Duration::from_millis(250));
        let is_stopped = |readers: &[&mut Execution<'_>]| readers.iter().any(|one| one.stop.is_some());
        while self.has_early_reads() && !is_stopped(&readers) {
            if self.agree(&mut readers) {
                if repeated {
                    self.note_lag(&readers, written.elapsed());
                }
                break;
            }
            if started.elapsed() >= lag {
                break;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
            let before: Vec<Option<Trace>> = readers.iter_mut().map(|one| one.traces.pop()).collect();
            self.read_for(&mut readers).await?;
            repeated = true;
            // What was shown before says more than no answer.
            let is_answered = |one: &mut &mut Execution<'_>| {
                let last = one.traces.last().and_then(|trace| trace.exchanges().last());
                last.is_some_and(|last| last.reply.is_ok())
            };
            if !readers.iter_mut().all(is_answered) {
                for (one, before) in readers.iter_mut().zip(before) {
                    one.traces.pop();
                    one.traces.extend(before);
                }
                break;
            }
        }
        Ok(())
    }

    /// Notes how long it took until what was written could be read.
    fn note_lag(&self, readers: &[&mut Execution<'_>], lag: Duration) {
        for service in Service::ALL {
            if readers.iter().any(|one| calls(&one.case.plan, service)) {
                self.client.connector.budget().note_lag(service, lag);
            }
        }
    }

    /// Whether nothing is wrong with any of these cases as far as they have come.
    fn agree(&self, readers: &mut [&mut Execution<'_>]) -> bool {
        readers.iter_mut().all(|one| {
            let so_far = self.recorded(one.case, std::mem::take(&mut one.traces));
            let agrees = one.oracle.agrees(&so_far);
            one.traces = so_far.traces;
            agrees
        })
    }

    async fn read_for(&mut self, readers: &mut [&mut Execution<'_>]) -> Result<(), JournalError> {
        let Some((first, others)) = readers.split_first_mut() else { return Ok(()) };
        let Some(step) = first.step() else { return Ok(()) };
        if let (Step::Read(scope), [_, ..]) = (step, &others) {
            let listing = self.list(scope, &first.bindings).await;
            for one in others {
                let trace = self.seen_by(one, scope, listing.clone());
                one.note(step, trace);
            }
            let trace = self.seen_by(first, scope, listing);
            first.note(step, trace);
        } else {
            let trace = self.step(step, first).await?;
            first.note(step, trace);
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step, one: &mut Execution<'_>) -> Result<Trace, JournalError> {
        self.try_step(step, one).await.or_else(StepError::trace)
    }

    async fn try_step(&mut self, step: &Step, one: &mut Execution<'_>) -> Result<Trace, StepError> {
        let oracle = one.oracle;
        let fine = |call: &Call| call.expect == SETUP || oracle.is_well_formed(&call.expect);
        match step {
            Step::Call(call) => {
                let (body, region) = self.prepare(call, &mut one.bindings).await?;
                let exchange = self.client.call(call, body, &region, fine(call)).await;
                self.note(&exchange, one);
                Ok(Trace::Call(exchange))
            }
            Step::Parallel(calls) => {
                let mut prepared = Vec::with_capacity(calls.len());
                for call in calls {
                    prepared.push(self.prepare(call, &mut one.bindings).await?);
                }
                let client = &self.client;
                let all = calls.iter().zip(prepared).map(|(call, (body, region))| async move {
                    client.call(call, body, &region, fine(call)).await
                });
                let exchanges = futures_util::future::join_all(all).await;
                exchanges.iter().for_each(|exchange| self.note(exchange, one));
                Ok(Trace::Parallel(exchanges))
            }
            Step::Read(scope) => {
                let listing = self.list(scope, &one.bindings).await;
                Ok(self.seen_by(one, scope, listing))
            }
            Step::Await(wait) => {
                let name = match wait.project.resolve(&one.bindings) {
                    Ok(name) => name,
                    Err(unbound) => {
                        let reached = Err(unbound.to_string());
                        return Ok(Trace::Await { reached, late: false, polls: Vec::new() });
                    }
                };
                if wait.status.is_some() && was_never_made(&one.traces, &name) {
                    let reached = Err(format!("the creation of {name:?} was refused"));
                    return Ok(Trace::Await { reached, late: false, polls: Vec::new() });
                }
                Ok(self.client.settle(&name, wait.status.as_deref(), wait.judged).await)
            }
            Step::Pause(milliseconds) => {
                let time = Duration::from_millis(*milliseconds);
                match &self.client.target.location {
                    Location::Memory(service) => service.pass(time),
                    Location::Network(_) => tokio::time::sleep(time).await,
                }
                Ok(Trace::Await { reached: Ok(()), late: false, polls: Vec::new() })
            }
        }
    }

    /// Notes what an exchange of a case made, removed and answered.
    fn note(&mut self, exchange: &Exchange, one: &mut Execution<'_>) {
        self.fixtures.note_removed(exchange);
        one.made.note(exchange);
        if let Some(json) = exchange.response().and_then(|answer| answer.json()) {
            one.bindings.answers.insert(exchange.label.clone(), json.clone());
        }
    }

    /// Resolves a call's body and region, and claims the names that it creates.
    async fn prepare(
        &self,
        call: &Call,
        bindings: &mut CaseBindings,
    ) -> Result<(Payload, String), StepError> {
        let target = &self.client.target;
        let region = match call.wire.elsewhere {
            false => target.region.clone(),
            true => match spare_regions(&target.region).next() {
                Some(region) => region.to_owned(),
                None => return Err(StepError::NoOtherRegion(target.region.clone())),
            },
        };
        let body = match &call.body {
            Body::Raw(bytes) => bytes.clone().into(),
            Body::Input(arg) => Payload::of(arg.resolve(bindings)?),
        };
        if target.is_real
            && let Some(why) = why_unsafe(call, &body, &target.account)
        {
            return Err(StepError::Unsafe(why));
        }
        let Some(resource) = resource_created_by(&call.operation) else {
            return Ok((body, region));
        };
        let left = self.ledger.left_in(call.service);
        if left >= self.client.connector.settings().most_left_behind {
            return Err(StepError::TooManyLeft(left));
        }
        self.ledger.creates(call.service)?;
        if region != target.region {
            self.ledger.enter_region(&region)?;
        }
        let sent = body.json().and_then(|input| input.get(resource.names.create));
        let name = sent.cloned().unwrap_or_default();
        // What is no name may be taken for one: two cases that send it at the same time would meet. On the real
        // service somebody else may have that name, which no sweep may take for the run's.
        if resource.scope.is_none() && (name.is_string() || !target.is_real) {
            let place = Place::region(resource, &region);
            self.claim(&place, &name_of(resource, &name), &bindings.stem).await?;
        }
        bindings.sent.push(name);
        Ok((body, region))
    }

    /// Claims a name; waits for another case that has it, as long as a resource may take to settle.
    async fn claim(&self, place: &Place, name: &str, stem: &str) -> Result<(), StepError> {
        let until = Instant::now() + self.client.target.limits.settle;
        loop {
            match self.ledger.claim(place, name, stem) {
                Err(StepError::InUse(_)) if Instant::now() < until => {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                claimed => return claimed,
            }
        }
    }

    /// Lists a scope.
    async fn list(&mut self, scope: &Scope, bindings: &CaseBindings) -> Listing {
        let place = match bindings.place(scope) {
            Ok(place) => place,
            Err(unbound) => return (Err(unbound.into()), Vec::new()),
        };
        let size = match scope {
            Scope::ProjectsBy(size) | Scope::ProjectPoliciesBy(_, size) => Some(*size),
            Scope::ResourcePolicies | Scope::Projects | Scope::ProjectPolicies(_) => None,
        };
        let size = size.map(|size| ("MaxResults".to_owned(), json!(size)));
        self.client.list(&place, "read", size.into_iter().collect(), Purpose::Judging).await
    }

    /// What a case sees of a listing: what is its own there, and how much more there is.
    fn seen_by(&mut self, one: &mut Execution<'_>, scope: &Scope, listing: Listing) -> Trace {
        let (items, pages) = listing;
        let bindings = &one.bindings;
        let (listed, place) = match (items, bindings.place(scope)) {
            (Ok(listed), Ok(place)) => (listed, place),
            (Err(error), _) => return Trace::Read { state: Err(error.to_string()), pages },
            (_, Err(unbound)) => return Trace::Read { state: Err(unbound.to_string()), pages },
        };
        let (resource, ledger) = (place.resource, &self.ledger);
        let owner = |item: &Item| ledger.owner(&place, &item.identity, &item.name, bindings);
        // Where what belongs to others is not what it was, they are at work, and how much there is of it
        // is not known any more.
        let others = listed.items.iter().filter(|item| owner(item) == Owner::Other).count();
        if resource.scope.is_none() && self.preexisting.is_some_and(|preexisting| preexisting != others) {
            self.preexisting = None;
        }
        let leased = |item: &Item| bindings.projects.values().any(|arn| item.identity == *arn);
        let is_own = |item: &Item| matches!(owner(item), Owner::Case | Owner::Resembling) || leased(item);
        let state = listed.state(resource, is_own);
        one.made.saw(place, &state, bindings);
        Trace::Read { state: Ok(state), pages }
    }
}

/// Whether a plan calls a service.
fn calls(plan: &Plan, service: Service) -> bool {
    plan.steps.iter().any(|step| match step {
        Step::Read(scope) => scope_resource(scope).service == service,
        Step::Await(_) => service == PROJECTS.service,
        _ => step.calls().iter().any(|call| call.service == service),
    })
}

/// Whether a case asked for a project of this name, and was refused each time: it never comes.
fn was_never_made(traces: &[Trace], name: &str) -> bool {
    let is_asked_for = |exchange: &&Exchange| {
        let asked = exchange.request.input().and_then(|input| input.get(PROJECTS.names.create));
        exchange.request.operation == PROJECTS.create && asked.is_some_and(|asked| asked == name)
    };
    let mut asked = traces.iter().flat_map(Trace::exchanges).filter(is_asked_for).peekable();
    let is_refused = |exchange: &Exchange| match exchange.outcome() {
        Outcome::Refused { answer, .. } => !may_be_carried_out(answer),
        _ => false,
    };
    asked.peek().is_some() && asked.all(is_refused)
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
