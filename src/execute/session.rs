//! The executor: carries a plan out, step by step, and cleans up behind it.

mod fixtures;

use fixtures::{Made, Place, Project};

use super::listing::{PROJECT_POLICIES, PROJECTS, RESOURCE_POLICIES};
use super::transport::connector::{Connector, now};
use super::transport::sdk::TypedClients;
use super::transport::sign;
use crate::exchange::is_throttled;
use crate::exchange::{self, Exchange, Outcome, Recorded, State, Trace, TransportError, TransportErrorKind};
use crate::execute::ledger::{ClaimError, JournalError, Ledger};
use crate::execute::target::Target;
use crate::service::resource_created_by;
use aws_conformance_generators::arn::{self, project_name};
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::{
    Arg, Await, Bindings, Body, Call, Case, SETUP, Scope, Service, Step, Symbol, Unbound, Wire,
};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What one worker needs to execute plans: channels, leases and the run's ledger.
#[derive(Debug)]
pub struct Session {
    target: Target,
    connector: Connector,
    typed: TypedClients,
    ledger: Arc<Ledger>,
    projects: Vec<Project>,
    /// Whether a leased project's ARN was made up, since a creation answered none.
    invented: bool,
    /// How many resources of others there are in the session's region; none: not known.
    preexisting: Option<usize>,
    /// What came of the last lease that failed.
    no_projects: Option<Trace>,
    /// Projects that could not be deleted yet, since they were in use.
    postponed: Vec<Place>,
    /// How many leases in a row came to nothing.
    failed_leases: u32,
    /// How many waits came to nothing.
    late: u32,
    /// How many projects were answered under names that are not the run's.
    lost: u32,
    /// How many listings had no end.
    pub(super) endless: u32,
    /// One call in so many goes through the typed client, of those that it can say.
    typed_share: u64,
    calls: AtomicU64,
    /// Regions that the session may move to when one cannot be cleaned.
    spare_regions: Vec<String>,
}

/// Why a project is not known to have reached a state.
enum Unsettled {
    /// The time was up.
    Late(String),
    /// It could not be asked.
    Unknown(String),
}

/// Why a case could not be executed at all. No verdict follows from it.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The journal cannot be written, so nothing may be created.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// A request that the session makes for itself: a set-up, a read, clean-up.
pub(super) struct Request<'a> {
    pub(super) label: &'a str,
    pub(super) service: Service,
    pub(super) operation: &'a str,
    pub(super) input: Value,
}

/// The values of a case's symbols.
struct CaseBindings {
    account: String,
    region: String,
    stem: String,
    projects: BTreeMap<String, String>,
    answers: BTreeMap<String, Value>,
    /// The names that the case creates.
    claimed: RefCell<BTreeSet<String>>,
}

impl CaseBindings {
    /// Whether a listed name may come from a request of the case: it is one of its names, or one that
    /// was cut short or written in another case. What other cases made, or left behind, is not.
    fn made(&self, name: &str) -> bool {
        let plain = |text: &str| text.trim().to_lowercase();
        let (listed, stem) = (plain(name), format!("{}-", self.stem));
        listed.starts_with(&stem)
            || stem.starts_with(&listed)
            || self.claimed.borrow().iter().any(|claimed| plain(claimed).starts_with(&listed))
    }

    /// The partition that the target's own ARNs name, else that of the region.
    fn partition(&self) -> &str {
        let own = self.projects.values().next().and_then(|arn| arn.split(':').nth(1));
        own.filter(|own| !own.is_empty()).unwrap_or_else(|| arn::aws_partition(&self.region))
    }
}

impl Bindings for CaseBindings {
    fn value(&self, symbol: &Symbol) -> Result<String, Unbound> {
        let unbound = |symbol: String, why: &str| Err(Unbound { symbol, why: why.to_owned() });
        match symbol {
            Symbol::Account => Ok(self.account.clone()),
            Symbol::Region => Ok(self.region.clone()),
            Symbol::AwsPartition => Ok(self.partition().to_owned()),
            Symbol::Name(tag) | Symbol::ProjectName(tag) => Ok(format!("{}-{tag}", self.stem)),
            Symbol::Project(tag) => match self.projects.get(tag) {
                Some(arn) => Ok(arn.clone()),
                None => unbound(format!("project {tag}"), "no project is leased"),
            },
            Symbol::Response { step, pointer } => {
                match self.answers.get(step).and_then(|answer| answer.pointer(pointer)).map(plain) {
                    Some(Some(text)) => Ok(text),
                    Some(None) => {
                        unbound(format!("{step}{pointer}"), "the answer's member is no text or number")
                    }
                    None => unbound(format!("{step}{pointer}"), "the answer has no such member"),
                }
            }
            Symbol::Derived { .. } => unbound("a derived value".to_owned(), "it is derived where it is used"),
        }
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Session {
    /// A session on a target, with a share in the run's budget and ledger.
    pub fn new(target: Target, connector: Connector, ledger: Arc<Ledger>) -> Self {
        let typed = TypedClients::new(&target, &connector);
        let projects =
            target.user_project.iter().map(|arn| Project { arn: arn.clone(), user_supplied: true }).collect();
        Self {
            target,
            connector,
            typed,
            ledger,
            projects,
            invented: false,
            preexisting: None,
            no_projects: None,
            postponed: Vec::new(),
            failed_leases: 0,
            late: 0,
            lost: 0,
            endless: 0,
            typed_share: 1,
            calls: AtomicU64::new(0),
            spare_regions: Vec::new(),
        }
    }

    /// The target as this session sees it.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The run's ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Sends one call in so many through the typed client, of those that it can say; the others go
    /// raw. The typed client costs ten times what the rest of a call in memory does.
    pub fn set_typed_share(&mut self, one_in: u64) {
        self.typed_share = one_in.max(1);
    }

    /// Allows the session to move to another region when one cannot be cleaned.
    pub fn set_spare_regions(&mut self, regions: Vec<String>) {
        self.spare_regions = regions;
    }

    /// The account id that the caller has on the target.
    pub fn set_account(&mut self, account: String) {
        self.target.account = account;
    }

    /// Signs for another region from here on.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn enter_region(&mut self, region: &str) -> Result<(), SessionError> {
        self.ledger.enter_region(region)?;
        region.clone_into(&mut self.target.region);
        self.typed = TypedClients::new(&self.target, &self.connector);
        self.projects.retain(|project| project.user_supplied);
        Ok(())
    }

    /// Executes a case: leases what it needs, carries its steps out and removes what they made.
    /// `well_formed` says whether a call judged by the expectation of this name breaks no rule.
    ///
    /// # Errors
    /// [`SessionError`] when nothing may be created. What the endpoint does is never an error.
    pub async fn execute(
        &mut self,
        case: &Case,
        well_formed: &dyn Fn(&str) -> bool,
    ) -> Result<Recorded, SessionError> {
        let mut bindings = CaseBindings {
            account: self.target.account.clone(),
            region: self.target.region.clone(),
            stem: self.ledger.stem(),
            projects: BTreeMap::new(),
            answers: BTreeMap::new(),
            claimed: RefCell::default(),
        };
        let service = case.plan.calls().next().map(|call| call.service);
        let outages = service.map_or(0, |service| self.connector.outages(service));
        let mut traces = Vec::with_capacity(case.plan.steps.len());
        let mut made = Made::default();
        let mut stop = self.lease(&case.plan, &mut bindings).await?.err();
        let mut hung = false;
        for step in &case.plan.steps {
            if let Some(stopped) = &stop {
                traces.push(stopped.clone());
                continue;
            }
            // One wait for an answer tells as much as many. Reads go on: they tell who is silent.
            if hung && matches!(step, Step::Call(_) | Step::Parallel(_)) {
                traces.push(Trace::Skipped("an earlier call got no answer in time".to_owned()));
                continue;
            }
            let trace = self.step(step, &mut bindings, &mut made, well_formed).await?;
            hung |= trace.exchanges().iter().any(Exchange::has_timed_out);
            stop = why_stop(step, &trace).map(Trace::Skipped);
            traces.push(trace);
        }
        self.tear_down(made).await;
        Ok(Recorded {
            case: case.clone(),
            traces,
            quotas: self.target.quotas,
            invented: self.invented,
            preexisting: self.preexisting,
            interrupted: service.is_some_and(|service| self.connector.outages(service) != outages),
            shared: false,
        })
    }

    async fn step(
        &mut self,
        step: &Step,
        bindings: &mut CaseBindings,
        made: &mut Made,
        well_formed: &dyn Fn(&str) -> bool,
    ) -> Result<Trace, SessionError> {
        match step {
            Step::Call(call) => {
                let prepared = match self.prepare(call, bindings)? {
                    Ok(prepared) => prepared,
                    Err(reason) => return Ok(Trace::Skipped(reason)),
                };
                let fine = call.expect == SETUP || well_formed(&call.expect);
                let exchange = self.dispatch(call, prepared, fine).await;
                self.give_up_deleted(&exchange);
                made.note(&exchange);
                remember(&exchange, bindings);
                Ok(Trace::Call(exchange))
            }
            Step::Parallel(calls) => {
                let mut prepared = Vec::with_capacity(calls.len());
                for call in calls {
                    match self.prepare(call, bindings)? {
                        Ok(input) => prepared.push(input),
                        Err(reason) => return Ok(Trace::Skipped(reason)),
                    }
                }
                let session = &*self;
                let all = calls.iter().zip(prepared).map(|(call, prepared)| {
                    let fine = call.expect == SETUP || well_formed(&call.expect);
                    session.dispatch(call, prepared, fine)
                });
                let exchanges = futures_util::future::join_all(all).await;
                for exchange in &exchanges {
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
                Ok(Trace::Read { state: state.map(|state| self.ours(scope, state, bindings)), pages })
            }
            Step::Await(wait) => {
                let (reached, polls) = self.wait(wait, bindings).await;
                let late = matches!(reached, Err(Unsettled::Late(_)));
                let reached = reached.map_err(|unsettled| match unsettled {
                    Unsettled::Late(reason) | Unsettled::Unknown(reason) => reason,
                });
                Ok(Trace::Await { reached, late, polls })
            }
        }
    }

    /// Resolves a call's input and claims the names that it creates. The inner error says why the
    /// call cannot be made.
    fn prepare(
        &self,
        call: &Call,
        bindings: &CaseBindings,
    ) -> Result<Result<Prepared, String>, SessionError> {
        let prepared = match &call.body {
            Body::Raw(bytes) => Prepared { bytes: Bytes::copy_from_slice(bytes), input: None },
            Body::Input(arg) => match body(arg, bindings) {
                Ok(prepared) => prepared,
                Err(unbound) => return Ok(Err(unbound.to_string())),
            },
        };
        if let Some(resource) = resource_created_by(&call.operation)
            && let Some(name) =
                prepared.input.as_ref().and_then(|input| input.get(resource.names.create)?.as_str())
        {
            bindings.claimed.borrow_mut().insert(name.to_owned());
        }
        let region = call.wire.region.as_deref().unwrap_or(&self.target.region);
        if let Some(name) = prepared.input.as_ref().and_then(|input| created_name(&call.operation, input)) {
            match self.ledger.claim(call.service, region, name) {
                Ok(()) => {}
                Err(ClaimError::Foreign(name)) => return Ok(Err(ClaimError::Foreign(name).to_string())),
                Err(ClaimError::Journal(error)) => return Err(error.into()),
            }
        }
        Ok(Ok(prepared))
    }

    /// Sends a call: by the typed client where that can say it, else raw.
    async fn dispatch(&self, call: &Call, prepared: Prepared, well_formed: bool) -> Exchange {
        if call.wire.is_well_formed()
            && self.calls.fetch_add(1, Ordering::Relaxed).is_multiple_of(self.typed_share)
            && let Some(input) = &prepared.input
            && let Some((typed, Some(evidence))) = self.typed.call(call.service, &call.operation, input).await
        {
            return Exchange {
                label: call.label.clone(),
                request: exchange::Request {
                    service: call.service,
                    operation: call.operation.clone(),
                    region: self.target.region.clone(),
                    method: evidence.method,
                    path: evidence.path,
                    body: evidence.body.to_vec(),
                    cut: 0,
                },
                reply: evidence.reply,
                typed: Some(typed),
                sent_at: evidence.sent_at,
                well_formed,
                off_protocol: false,
            };
        }
        self.raw(call, prepared.bytes, well_formed).await
    }

    async fn raw(&self, call: &Call, bytes: Bytes, well_formed: bool) -> Exchange {
        let sent_at = now();
        let (method, path, reply) = match sign::request(&self.target, call, bytes.clone()) {
            Ok(request) => (
                request.method().to_string(),
                request.uri().path().to_owned(),
                self.connector.send(call.service, request).await,
            ),
            Err(error) => {
                let silence = TransportError { kind: TransportErrorKind::Broken, detail: error.to_string() };
                (String::new(), String::new(), Err(silence))
            }
        };
        let request = exchange::Request {
            service: call.service,
            operation: call.operation.clone(),
            region: call.wire.region.clone().unwrap_or_else(|| self.target.region.clone()),
            method,
            path,
            body: bytes.to_vec(),
            cut: 0,
        };
        Exchange {
            label: call.label.clone(),
            request,
            reply,
            typed: None,
            sent_at,
            well_formed,
            off_protocol: is_off_protocol(call),
        }
    }

    /// Sends a request of the session's own, raw; again while the target asks to slow down or does
    /// not answer, since none of these requests does harm when it is carried out twice.
    pub(super) async fn send(&self, request: Request<'_>) -> Exchange {
        let Request { label, service, operation, input } = request;
        let call = Call::new(service, operation, Arg::Json(input.clone())).labelled(label);
        self.patiently(&call, Bytes::from(input.to_string())).await
    }

    async fn patiently(&self, call: &Call, bytes: Bytes) -> Exchange {
        const TRIES: u32 = 4;
        let mut pause = Duration::from_millis(2);
        let mut tries = 1;
        loop {
            let exchange = self.raw(call, bytes.clone(), true).await;
            let again = match &exchange.reply {
                Err(silence) => !matches!(
                    silence.kind,
                    TransportErrorKind::Budget | TransportErrorKind::Gone | TransportErrorKind::TooLong
                ),
                Ok(answer) => is_throttled(answer) || answer.status >= 500,
            };
            if !again || tries == TRIES || (exchange.has_timed_out() && tries == 2) {
                return exchange;
            }
            tokio::time::sleep(pause).await;
            pause *= 4;
            tries += 1;
        }
    }

    async fn read(
        &mut self,
        scope: &Scope,
        bindings: &CaseBindings,
    ) -> (Result<State, String>, Vec<Exchange>) {
        let mut input = Map::new();
        if let Scope::ProjectPoliciesBy(_, size) | Scope::ProjectsBy(size) = scope {
            input.insert("MaxResults".to_owned(), json!(size));
        }
        match scope {
            Scope::ResourcePolicies => self.list(RESOURCE_POLICIES, "read", input).await,
            Scope::Projects | Scope::ProjectsBy(_) => self.list(PROJECTS, "read", input).await,
            Scope::ProjectPolicies(tag) | Scope::ProjectPoliciesBy(tag, _) => {
                match bindings.value(&Symbol::Project(tag.clone())) {
                    Ok(arn) => {
                        input.insert("ProjectArn".to_owned(), json!(arn));
                        self.list(PROJECT_POLICIES, "read", input).await
                    }
                    Err(unbound) => (Err(unbound.to_string()), Vec::new()),
                }
            }
        }
    }

    /// The part of a listing that this run is concerned with. Where what belongs to others is not what
    /// it was, they are at work, and how much there is of it is not known any more.
    fn ours(&mut self, scope: &Scope, mut state: State, bindings: &CaseBindings) -> State {
        let region = &self.target.region;
        let all = state.policies.len();
        let own = |name: &str| {
            let name = project_name(name).unwrap_or(name);
            !self.ledger.is_preexisting(region, name) && bindings.made(name)
        };
        let others = |name: &String| !self.ledger.resembles_own(region, project_name(name).unwrap_or(name));
        let preexisting = state.policies.keys().filter(|name| others(name)).count();
        state.policies.retain(|name, _| own(name));
        state.occupied = all - state.policies.len();
        let whole = matches!(scope, Scope::ResourcePolicies | Scope::Projects | Scope::ProjectsBy(_));
        if whole && self.preexisting.is_some_and(|known| known != preexisting) {
            self.preexisting = None;
        }
        state
    }

    async fn wait(
        &mut self,
        wait: &Await,
        bindings: &CaseBindings,
    ) -> (Result<(), Unsettled>, Vec<Exchange>) {
        let name = match wait.project.resolve(bindings) {
            Ok(name) => name,
            Err(unbound) => return (Err(Unsettled::Unknown(unbound.to_string())), Vec::new()),
        };
        self.settle(&name, wait.status.as_deref()).await
    }

    /// Polls until a project has a status, or (with none) is no longer listed.
    async fn settle(&mut self, name: &str, status: Option<&str>) -> (Result<(), Unsettled>, Vec<Exchange>) {
        // Where projects never get anywhere, it is enough to have waited the whole time once, and
        // half of it to be sure.
        let settle = self.target.limits.settle / [1, 2, 50, 50, 200][self.late.min(4) as usize];
        let deadline = tokio::time::Instant::now() + settle;
        let mut pause = Duration::from_millis(5);
        let mut polls = Vec::new();
        loop {
            let input = Map::from_iter([("ProjectNames".to_owned(), json!([name]))]);
            let (state, pages) = self.list(PROJECTS, "await", input).await;
            polls.extend(pages);
            let seen = match state {
                Ok(state) => state.policies.iter().find(|(arn, _)| project_name(arn) == Some(name)).map(
                    |(_, project)| {
                        project.item.get("Status").and_then(Value::as_str).unwrap_or("").to_owned()
                    },
                ),
                Err(reason) => return (Err(Unsettled::Unknown(reason)), polls),
            };
            // A project that is listed without a status is there: more cannot be asked of it.
            if seen.as_deref() == status || (status.is_some() && seen.as_deref() == Some("")) {
                return (Ok(()), polls);
            }
            if tokio::time::Instant::now() >= deadline {
                self.late += 1;
                let bound = humantime::format_duration(settle);
                let seen = seen.map_or("not listed".to_owned(), |status| format!("listed as {status:?}"));
                let wanted = status.map_or("gone".to_owned(), |status| format!("{status:?}"));
                return (
                    Err(Unsettled::Late(format!("after {bound} the project is {seen}, not {wanted}"))),
                    polls,
                );
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    }

    /// Why nothing more is sent to a service: it has stopped answering.
    pub fn gone(&self, service: Service) -> Option<String> {
        self.connector.gone(service)
    }

    /// How often a service was away so far. What it held before may be lost.
    pub fn outages(&self, service: Service) -> u64 {
        self.connector.outages(service)
    }

    /// Whether so much time was lost on answers that never came that there should be less of it.
    pub fn is_losing_time(&self, service: Service) -> bool {
        self.connector.is_losing_time(service)
    }
}

/// A call's body with its symbols bound.
struct Prepared {
    bytes: Bytes,
    /// The input, where the body is the JSON text of one and nothing else.
    input: Option<Value>,
}

fn body(arg: &Arg, bindings: &CaseBindings) -> Result<Prepared, Unbound> {
    let value = arg.resolve(bindings)?;
    Ok(Prepared { bytes: Bytes::from(value.to_string()), input: Some(value) })
}

/// Why nothing more of a plan can be executed after this step.
fn why_stop(step: &Step, trace: &Trace) -> Option<String> {
    match (step, trace) {
        (_, Trace::Skipped(reason)) => Some(reason.clone()),
        (_, Trace::Await { reached: Err(reason), .. }) => Some(reason.clone()),
        (Step::Call(call), Trace::Call(exchange)) if call.expect == SETUP => match exchange.outcome() {
            Outcome::Success(_) => None,
            Outcome::Refused { code, answer } => {
                let code = code.unwrap_or_else(|| "no code".to_owned());
                Some(format!("the set-up {} was refused with HTTP {} {code}", call.operation, answer.status))
            }
            Outcome::NoResponse(silence) => {
                Some(format!("the set-up {} got no answer: {}", call.operation, silence.detail))
            }
        },
        _ => None,
    }
}

fn remember(exchange: &Exchange, bindings: &mut CaseBindings) {
    if let Some(json) = exchange.response().and_then(|answer| answer.json()) {
        bindings.answers.insert(exchange.label.clone(), json.clone());
    }
}

/// Whether a call names no operation in the protocol's way.
fn is_off_protocol(call: &Call) -> bool {
    let wire = Wire { region: None, ..call.wire.clone() };
    !wire.is_well_formed() || model(call.service).operation(&call.operation).is_none()
}

/// The name that a call may create, if it is one of the creating operations.
fn created_name<'a>(operation: &str, input: &'a Value) -> Option<&'a str> {
    let member = match operation {
        "PutResourcePolicy" => "PolicyName",
        "CreateProject" => "ProjectName",
        _ => return None,
    };
    input.get(member)?.as_str()
}
