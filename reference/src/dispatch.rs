//! The endpoint itself: one request in, one response out.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, header};
use serde_json::{Map, Value};

use crate::code;
use crate::config::{Config, UnknownName};
use crate::constraints::{self, Kind};
use crate::faults::{Defect, How, Wire};
use crate::forced::{force, forced};
use crate::identifier::Identifiers;
use crate::protocol::{self, BodyProblem, Encoder, Routed, folds};
use crate::refusal::{Problem, Refusal, serialization, throttled, unknown_operation};
use crate::scope::Scope;
use crate::service::{Operation, Service};
use crate::signature;
use crate::state::{Call, Outcome, Turn, World};
use crate::switches::Switches;
use crate::validation::{self, Breach, Checked};
use crate::variants::Reading;
use crate::{rekognition, responses, xray};

/// The endpoint: its settings and everything that it holds. Cheap to make.
pub struct Reference {
    config: Config,
    switches: Switches,
    world: Mutex<World>,
    identifiers: Identifiers,
    /// Request ids have a sequence of their own, so that revisions do not depend on the reads.
    request_ids: Identifiers,
    /// How many well-routed requests there have been, for what happens once in so many.
    requests: AtomicU64,
    /// By how many milliseconds its time is ahead of its clock.
    ahead: AtomicU64,
}

/// When a request arrived, see [`Reference::arrive`].
#[derive(Clone, Copy, Debug)]
pub struct Arrival(Turn);

impl std::fmt::Debug for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reference").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Reference {
    /// Makes an endpoint that holds nothing yet.
    ///
    /// # Errors
    /// A fault or a variant is named that does not exist.
    pub fn new(config: Config) -> Result<Self, UnknownName> {
        Ok(Self {
            switches: Switches::new(&config.faults, &config.variants)?,
            config,
            world: Mutex::default(),
            identifiers: Identifiers::default(),
            request_ids: Identifiers::default(),
            requests: AtomicU64::new(0),
            ahead: AtomicU64::new(0),
        })
    }

    /// Answers one request. Never panics, whatever the request is.
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.handle_since(self.arrive(), request)
    }

    /// Lets time pass at once: all times that are assigned from now on are so much later.
    pub fn pass(&self, time: Duration) {
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.ahead.fetch_add(milliseconds, Ordering::Relaxed);
    }

    fn now(&self) -> SystemTime {
        let clock = (self.config.clock)();
        clock.checked_add(Duration::from_millis(self.ahead.load(Ordering::Relaxed))).unwrap_or(clock)
    }

    /// The moment at which a request arrives. Requests that arrive before any of them is handled
    /// overlap: that is what the faults need that race, and nothing else heeds it.
    pub fn arrive(&self) -> Arrival {
        Arrival(self.world().turn)
    }

    /// Answers one request that arrived a while ago.
    pub fn handle_since(&self, arrival: Arrival, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let routed = protocol::route(&head);
        let (service, operation) = match routed {
            Routed::To(operation) => (operation.service(), Some(operation)),
            Routed::UnknownOperation(service) => (service, None),
            Routed::WrongMethod(service, operation) => (service, operation),
            Routed::WrongPath(operation) => (operation.service(), Some(operation)),
        };
        let encoder =
            Encoder { service, operation, switches: &self.switches, request_id: self.request_ids.uuid() };
        match self.answer(arrival, routed, &head, &body, &encoder) {
            Ok(members) => {
                let members = match operation {
                    Some(operation) => responses::deviated(operation, members, &self.switches, self.now()),
                    None => members,
                };
                encoder.success(members)
            }
            Err(Problem::Refused(refusal)) => encoder.refusal(&refusal),
            Err(Problem::Crashed) => encoder.crash(),
        }
    }

    /// How long the server waits before it sends a response.
    pub(crate) fn delay(&self) -> Option<Duration> {
        let slow = self.switches.reads(Reading::SlowAnswers);
        slow.then_some(Duration::from_millis(60))
    }

    /// How long the server holds a request that arrived before it handles it, so that those that
    /// come at the same time overlap.
    pub(crate) fn hold(&self) -> Option<Duration> {
        self.switches.has_race().then_some(Duration::from_millis(10))
    }

    /// Whether the server sends bodies in chunks, without their length.
    pub(crate) fn chunked(&self) -> bool {
        self.switches.reads(Reading::ChunkedBodies)
    }

    fn answer(
        &self,
        Arrival(arrived): Arrival,
        routed: Routed,
        head: &Parts,
        body: &Bytes,
        encoder: &Encoder<'_>,
    ) -> Result<Map<String, Value>, Problem> {
        let service = encoder.service;
        let wire = |how| self.switches.wire(service, how);
        if wire(Wire::Unsigned500) && !head.headers.contains_key(header::AUTHORIZATION) {
            return Err(Problem::Crashed);
        }
        let operation = match routed {
            Routed::To(operation) if self.switches.reads(Reading::NotImplemented(operation)) => {
                return Err(unknown_operation(501).into());
            }
            Routed::To(operation) => operation,
            Routed::WrongPath(operation)
                if service == Service::Rekognition && self.switches.reads(Reading::PathIgnored) =>
            {
                operation
            }
            Routed::WrongMethod(_, Some(operation)) if wire(Wire::WrongMethodAccepted) => operation,
            Routed::WrongMethod(..) if wire(Wire::WrongMethod500) => return Err(Problem::Crashed),
            Routed::WrongMethod(..) => return Err(unknown_operation(405).into()),
            Routed::WrongPath(operation) if wire(Wire::WrongPathAccepted) => operation,
            Routed::WrongPath(operation) if wire(Wire::PathFolded) && folds(head, operation) => operation,
            Routed::WrongPath(_) if wire(Wire::WrongPath500) => return Err(Problem::Crashed),
            Routed::WrongPath(_) if self.switches.reads(Reading::PathRedirects) => {
                return Err(Refusal::with_status(code::NONE, 308, "Permanent Redirect").into());
            }
            Routed::WrongPath(_) => return Err(unknown_operation(404).into()),
            Routed::UnknownOperation(_) if wire(Wire::UnknownOperationAccepted) => {
                return Ok(Map::new());
            }
            Routed::UnknownOperation(_) if wire(Wire::UnknownOperation500) => {
                return Err(Problem::Crashed);
            }
            Routed::UnknownOperation(Service::Rekognition) => {
                return Err(unknown_operation(400).into());
            }
            Routed::UnknownOperation(Service::XRay) => return Err(unknown_operation(404).into()),
        };
        if self.config.verify_signatures {
            signature::verify(head, body, service, &self.config, &self.switches)?;
        }
        let served = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        if wire(Wire::Flaky500) && served.is_multiple_of(50) {
            return Err(Problem::Crashed);
        }
        if let Some(refusal) = throttled(service, served, &self.switches) {
            return Err(refusal.into());
        }
        let expected = match service {
            Service::Rekognition => "application/x-amz-json-1.1",
            Service::XRay => "application/json",
        };
        let content_type = head.headers.get(header::CONTENT_TYPE);
        if wire(Wire::ContentType500) && content_type.is_none_or(|sent| sent != expected) {
            return Err(Problem::Crashed);
        }
        let scope = self.tenant(protocol::scope(&head.headers, &self.config.account), service);
        let ignored =
            operation == Operation::ListResourcePolicies && self.switches.reads(Reading::XRayTokenIgnored);
        let members = if ignored { Some(Map::new()) } else { self.members(service, body)? };
        self.call(operation, members, &scope, arrived)
    }

    /// Whose resources a request is about, as this endpoint keeps them apart.
    fn tenant(&self, mut scope: Scope, service: Service) -> Scope {
        let shared = match service {
            Service::XRay => self.switches.reads(Reading::XRegionsShared),
            Service::Rekognition => self.switches.has(Defect::RRegionsShared),
        };
        if shared {
            "us-east-1".clone_into(&mut scope.region);
        }
        scope
    }

    /// Reads the body as the members of a request. There are none where a fault takes for a
    /// request what is none.
    fn members(&self, service: Service, body: &Bytes) -> Result<Option<Map<String, Value>>, Problem> {
        let wire = |how| self.switches.wire(service, how);
        if body.is_empty() && self.switches.reads(Reading::EmptyBodyRefused) {
            return Err(serialization("The request has no body.").into());
        }
        let problem = match protocol::body(body) {
            Ok(members) => return Ok(Some(members)),
            Err(problem) => problem,
        };
        let (crashes, accepted) = match problem {
            BodyProblem::NotUtf8 => (wire(Wire::InvalidUtf8Is500), false),
            BodyProblem::TooDeep => (wire(Wire::DeepNesting500), false),
            BodyProblem::NotJson => (wire(Wire::NotJson500), wire(Wire::NotJsonAccepted)),
            BodyProblem::NotObject => (wire(Wire::NotObject500), wire(Wire::NotObjectAccepted)),
        };
        if crashes {
            return Err(Problem::Crashed);
        }
        if accepted {
            return Ok(None);
        }
        let words = match problem {
            BodyProblem::NotUtf8 => "The body is not UTF-8.",
            BodyProblem::TooDeep => "The body is nested too deeply.",
            BodyProblem::NotJson => "The body is not JSON.",
            BodyProblem::NotObject => "The body is not a JSON object.",
        };
        let below = matches!(problem, BodyProblem::NotUtf8 | BodyProblem::TooDeep);
        Err(if below && self.switches.reads(Reading::HostileBare) {
            Refusal::new(code::NONE, words).into()
        } else if self.switches.reads(Reading::UnreadableIsMalformed) {
            Refusal::new(code::MALFORMED_HTTP, words).into()
        } else {
            serialization(words).into()
        })
    }

    /// Carries one call out.
    fn call(
        &self,
        operation: Operation,
        members: Option<Map<String, Value>>,
        scope: &Scope,
        arrived: Turn,
    ) -> Result<Map<String, Value>, Problem> {
        let switches = &self.switches;
        let service = operation.service();
        let no_op = members.is_none();
        let mut body = members.unwrap_or_default();
        let mut world = self.world();
        world.turn += 1;
        let everywhere = switches.has(Defect::RArnsEverywhere);
        let of_arn = everywhere.then(|| rekognition::scope_of(&world, &body)).flatten();
        let scope = of_arn.as_ref().unwrap_or(scope);
        if switches.wire(service, Wire::MemberNamesFolded) {
            body = validation::known_members(operation, body);
        }
        if let Some(part) = switches.arn_part(operation) {
            rekognition::overlook(&mut world, scope, &mut body, part);
        }
        let empty_revision = body.get("PolicyRevisionId").is_some_and(|sent| sent == "");
        if empty_revision && switches.reads(Reading::EmptyRevisionAbsent) {
            body.remove("PolicyRevisionId");
        }
        self.extra_members(operation, &body)?;
        if self.crashes_on(operation, &body) {
            return Err(Problem::Crashed);
        }
        let checked = match validation::check(operation, &mut body, switches) {
            Ok(checked) => checked,
            Err(failure) => {
                let how = switches.constraint(operation, failure.path, Kind::Type);
                if how == Some(How::WrongStatus(500)) || switches.wire(service, Wire::WrongType500) {
                    return Err(Problem::Crashed);
                }
                let words = format!("{} cannot be read as its type.", failure.path);
                if switches.wire(service, Wire::WrongTypeStatus500) {
                    return Err(Refusal { status: 500, ..serialization(&words) }.into());
                }
                return Err(if switches.reads(Reading::TypesAreConstraints) {
                    self.breach(service, words).into()
                } else {
                    serialization(&words).into()
                });
            }
        };
        if switches.wire(service, Wire::NullMember500) && body.values().any(Value::is_null) {
            return Err(Problem::Crashed);
        }
        let takes_time = self.switches.reads(Reading::ProjectsTakeTime);
        let call = Call {
            operation,
            scope,
            body: &body,
            exempt: &checked.exempt,
            switches,
            identifiers: &self.identifiers,
            now: self.now(),
            arrived,
            turn: world.turn,
            project_time: self.config.project_time.or(takes_time.then_some(Duration::from_millis(200))),
            creating_describes: self.describes(self.config.creating_describes),
            deleting_describes: self.describes(self.config.deleting_describes),
        };
        if switches.reads(Reading::Preexisting) {
            rekognition::create_preexisting(&mut world, &call);
        }
        let outcome = self.outcome(&mut world, &call, &checked, no_op);
        if let Err(Problem::Refused(refusal)) = &outcome
            && let Some(how) = switches.refusal(operation, refusal.code).and_then(forced)
        {
            force(&mut world, &call, how);
        }
        outcome
    }

    fn outcome(
        &self,
        world: &mut World,
        call: &Call<'_>,
        checked: &Checked,
        no_op: bool,
    ) -> Result<Map<String, Value>, Problem> {
        let switches = call.switches;
        let service = call.operation.service();
        let breached_arn = checked.breaches.iter().any(|breach| breach.path == "ProjectArn");
        if let Some(breach) = checked.breaches.first() {
            let existence_first = switches.reads(Reading::ExistenceFirst)
                && !breached_arn
                && !rekognition::project_exists(world, call);
            if existence_first {
                return Err(rekognition::not_found().into());
            }
            if call.operation == Operation::CopyProjectVersion && switches.reads(Reading::CopyBucketFirst) {
                return Err(rekognition::no_bucket().into());
            }
            if let Some(code) = malformed_arn(call, checked) {
                return Err(Refusal::new(code, breach.clause.clone()).into());
            }
            if switches.reads(Reading::DeleteLooksFirst) && deletes_nothing(world, call, checked) {
                return Err(rekognition::not_found().into());
            }
            let only_revision = checked.breaches.iter().all(|b| b.path == "PolicyRevisionId");
            if only_revision && switches.reads(Reading::MalformedRevisionIsRevision) {
                return Err(Refusal::new(code::INVALID_REVISION, breach.clause.clone()).into());
            }
            let mut refusal = self.breach(service, self.words(checked));
            match switches.constraint(call.operation, breach.path, Kind::Answer) {
                Some(How::WrongCode(code)) => refusal.code = code,
                Some(How::WrongStatus(500)) => return Err(Problem::Crashed),
                Some(How::WrongStatus(status)) => refusal.status = status,
                _ => {}
            }
            return Err(refusal.into());
        }
        if no_op || checked.no_op {
            return Ok(responses::no_op(call));
        }
        let outcome: Outcome = match call.operation {
            Operation::CreateProject => rekognition::create_project(world, call),
            Operation::DescribeProjects => rekognition::describe_projects(world, call),
            Operation::DeleteProject => rekognition::delete_project(world, call),
            Operation::PutProjectPolicy => rekognition::put(world, call),
            Operation::ListProjectPolicies => rekognition::list(world, call),
            Operation::DeleteProjectPolicy => rekognition::delete(world, call),
            Operation::CopyProjectVersion => rekognition::copy(world, call),
            Operation::PutResourcePolicy => xray::put(world, call),
            Operation::ListResourcePolicies => xray::list(world, call),
            Operation::DeleteResourcePolicy => xray::delete(world, call),
        };
        outcome.map_err(Problem::from)
    }

    /// Refuses members that the operation does not know, where a switch says so.
    fn extra_members(&self, operation: Operation, body: &Map<String, Value>) -> Result<(), Problem> {
        let service = operation.service();
        let crashes = self.switches.wire(service, Wire::ExtraMembersRefused500);
        let refuses = self.switches.reads(Reading::ExtraMembersRefused);
        if !crashes && !refuses {
            return Ok(());
        }
        let known = constraints::members(operation);
        match body.keys().find(|key| known.iter().all(|member| member.path != key.as_str())) {
            None => Ok(()),
            Some(_) if crashes => Err(Problem::Crashed),
            Some(extra) => {
                let extra: String = extra.chars().take(64).collect();
                Err(self.breach(service, format!("Unknown member {extra:?}")).into())
            }
        }
    }

    /// Whether a fault cannot cope with the form of a request, good as it is.
    fn crashes_on(&self, operation: Operation, body: &Map<String, Value>) -> bool {
        let has_escape =
            || body.get("PolicyDocument").and_then(Value::as_str).is_some_and(|text| text.contains('\\'));
        match operation {
            Operation::PutProjectPolicy => self.switches.has(Defect::RDocumentEscape500) && has_escape(),
            Operation::PutResourcePolicy => self.switches.has(Defect::XDocumentEscape500) && has_escape(),
            Operation::ListProjectPolicies => {
                self.switches.has(Defect::RIntegralFraction500)
                    && body
                        .get("MaxResults")
                        .and_then(Value::as_number)
                        .is_some_and(serde_json::Number::is_f64)
            }
            _ => false,
        }
    }

    /// The refusal of a request that breaks constraints.
    fn breach(&self, service: Service, words: String) -> Refusal {
        let other = self.switches.reads(Reading::OtherConstraintCode);
        let code = match (service, other) {
            (Service::Rekognition, false) | (Service::XRay, true) => code::VALIDATION,
            (Service::Rekognition, true) => code::INVALID_PARAMETER,
            (Service::XRay, false) => code::INVALID_REQUEST,
        };
        Refusal::new(code, words)
    }

    /// The framework's words for breaches.
    fn words(&self, checked: &Checked) -> String {
        let breaches = if self.switches.reads(Reading::FirstBreachOnly) {
            &checked.breaches[..1]
        } else {
            &checked.breaches[..]
        };
        let clauses: Vec<&str> = breaches.iter().map(|breach| breach.clause.as_str()).collect();
        let plural = if clauses.len() == 1 { "" } else { "s" };
        format!("{} validation error{plural} detected: {}", clauses.len(), clauses.join("; "))
    }

    fn describes(&self, configured: u32) -> u32 {
        if self.switches.reads(Reading::SlowProjects) { configured.max(2) } else { configured }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        // Should a call ever panic, what it held is still the state that clients have seen.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The code that a variant has for an ARN that breaks its pattern or length.
fn malformed_arn(call: &Call<'_>, checked: &Checked) -> Option<&'static str> {
    let is_malformed = |breach: &Breach| {
        breach.path.ends_with("Arn") && matches!(breach.kind, Kind::Pattern | Kind::Min | Kind::Max)
    };
    if !checked.breaches.iter().any(is_malformed) {
        return None;
    }
    if call.switches.reads(Reading::MalformedArnNotFound) {
        return Some(code::NOT_FOUND);
    }
    let puts = call.operation == Operation::PutProjectPolicy;
    (puts && call.switches.reads(Reading::MalformedArnIsDocument)).then_some(code::MALFORMED)
}

/// Whether a call deletes a policy that does not exist, under a name or a revision that breaks a
/// constraint and is there.
fn deletes_nothing(world: &mut World, call: &Call<'_>, checked: &Checked) -> bool {
    let concerns_policy = checked.breaches.iter().all(|breach| {
        matches!(breach.path, "PolicyName" | "PolicyRevisionId") && breach.kind != Kind::Required
    });
    concerns_policy
        && match call.operation {
            Operation::DeleteProjectPolicy => rekognition::is_missing(world, call),
            Operation::DeleteResourcePolicy => xray::is_missing(world, call),
            _ => false,
        }
}
