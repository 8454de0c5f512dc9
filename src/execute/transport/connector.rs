//! The one connector under both channels: it bounds bytes and time, counts, enforces rate and
//! budget, and keeps the evidence.

use super::health::Health;
use super::network::{self, silence};
use super::shape;
use super::sign;
use crate::exchange::is_throttled;
use crate::exchange::{Reply, Response, TransportErrorKind};
use crate::execute::listing::Listing;
use crate::execute::target::{Location, Target};
use crate::service::NONSENSE;
use aws_conformance_generators::plan::{Arg, Call, Service};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// What a run may send, shared by all its connectors.
#[derive(Debug, Default)]
pub struct Budget {
    /// Most requests a service; none: no limit.
    pub max_requests: Option<u64>,
    /// Most requests a second a service; none: no limit.
    pub rate: Option<u32>,
    services: BTreeMap<Service, Spent>,
}

#[derive(Debug, Default)]
struct Spent {
    requests: AtomicU64,
    throttled: AtomicU64,
    /// The earliest moment for the next request, where a rate is set.
    next: tokio::sync::Mutex<Option<Instant>>,
}

impl Budget {
    /// A budget of this many requests and requests a second for each service.
    pub fn new(max_requests: Option<u64>, rate: Option<u32>) -> Self {
        let services = Service::ALL.into_iter().map(|service| (service, Spent::default())).collect();
        Self { max_requests, rate, services }
    }

    /// Requests sent to a service so far.
    pub fn spent(&self, service: Service) -> u64 {
        self.services.get(&service).map_or(0, |spent| spent.requests.load(Ordering::Relaxed))
    }

    /// Requests that a service asked to send again later.
    pub fn throttled(&self, service: Service) -> u64 {
        self.services.get(&service).map_or(0, |spent| spent.throttled.load(Ordering::Relaxed))
    }

    /// Whether nothing more may be sent to a service.
    pub fn is_used_up(&self, service: Service) -> bool {
        self.max_requests.is_some_and(|most| self.spent(service) >= most)
    }

    fn note_throttled(&self, service: Service) {
        if let Some(spent) = self.services.get(&service) {
            spent.throttled.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits for the turn of the next request; false if the budget is used up.
    async fn take(&self, service: Service) -> bool {
        let Some(spent) = self.services.get(&service) else { return true };
        let before = spent.requests.fetch_add(1, Ordering::Relaxed);
        if self.max_requests.is_some_and(|most| before >= most) {
            spent.requests.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        if let Some(rate) = self.rate {
            let gap = Duration::from_secs(1) / rate.max(1);
            let turn = {
                let mut next = spent.next.lock().await;
                let turn = next.unwrap_or_else(Instant::now).max(Instant::now());
                *next = Some(turn + gap);
                turn
            };
            tokio::time::sleep_until(turn).await;
        }
        true
    }
}

/// Sends requests to a target. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct Connector(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    target: Target,
    services: BTreeMap<Service, Line>,
    budget: Arc<Budget>,
}

/// The way to one service.
#[derive(Debug)]
struct Line {
    /// None where requests do not leave the process.
    client: Option<SharedHttpConnector>,
    health: Health,
}

/// A request below the choice of channel.
pub(in crate::execute) type WireRequest = http::Request<Bytes>;

tokio::task_local! {
    /// Where the connector leaves the evidence of an SDK call made in the same task.
    static EVIDENCE: RefCell<Option<Evidence>>;
}

/// What the connector saw of an SDK call.
#[derive(Debug)]
pub(in crate::execute) struct Evidence {
    pub(in crate::execute) method: String,
    pub(in crate::execute) path: String,
    pub(in crate::execute) body: Bytes,
    pub(in crate::execute) sent_at: f64,
    pub(in crate::execute) reply: Reply,
}

/// Runs an SDK call and hands over what went over the wire, if anything did.
pub(in crate::execute) async fn with_evidence<F: Future>(call: F) -> (F::Output, Option<Evidence>) {
    EVIDENCE
        .scope(RefCell::new(None), async {
            let output = call.await;
            (output, EVIDENCE.with(|evidence| evidence.borrow_mut().take()))
        })
        .await
}

/// How often a throttled request is sent again.
const AGAIN: u32 = 3;
/// The pause before a throttled request is sent again the first time; twice as long each time.
const PAUSE: Duration = Duration::from_millis(50);
/// How long an endpoint that went away may take to come back.
const ABSENCE: Duration = Duration::from_secs(10);

impl Connector {
    /// A connector to a target. Connections belong to the runtime that it is used on.
    pub fn new(target: &Target, budget: Arc<Budget>) -> Self {
        let line = |service| {
            let client = target
                .is_persistent()
                .then(|| network::client(target.url(service), &target.limits, target.ca_bundle.as_deref()));
            (service, Line { client, health: Health::default() })
        };
        let services = Service::ALL.into_iter().map(line).collect();
        Self(Arc::new(Inner { target: target.clone(), services, budget }))
    }

    /// Sends a request and reads its whole answer, within the bounds. A request that is throttled
    /// has not been carried out, and is sent again after a pause. After a row of requests without
    /// an answer the endpoint has some time to come back; then nothing more is sent to it.
    pub(in crate::execute) async fn send(&self, service: Service, request: WireRequest) -> Reply {
        let Some(line) = self.0.services.get(&service) else {
            return silence(TransportErrorKind::Unreachable, "there is no such service");
        };
        if let Some(reason) = line.health.gone() {
            return silence(TransportErrorKind::Gone, reason);
        }
        let mut again = if line.health.is_throttled() { 0 } else { AGAIN };
        let mut pause = if line.client.is_some() { PAUSE } else { PAUSE / 50 };
        if !self.0.budget.take(service).await {
            return silence(TransportErrorKind::Budget, "the budget of requests is used up");
        }
        loop {
            let sent = Instant::now();
            let reply = self.once(line, request.clone()).await;
            if matches!(&reply, Ok(answer) if is_throttled(answer)) {
                self.0.budget.note_throttled(service);
                if again > 0 {
                    tokio::time::sleep(pause).await;
                    if self.0.budget.take(service).await {
                        (again, pause) = (again - 1, pause * 2);
                        continue;
                    }
                }
            }
            line.health.note(&reply, sent);
            if let Err(silence) = &reply
                && silence.kind == TransportErrorKind::TimedOut
            {
                line.health.lose_patience(&silence.detail);
            }
            if line.health.is_unresponsive() {
                self.wait_for_return(service, line, &reply).await;
            }
            return reply;
        }
    }

    async fn once(&self, line: &Line, request: WireRequest) -> Reply {
        match (&self.0.target.location, &line.client) {
            (Location::Memory(service), _) => {
                // Calls that are made at the same time all arrive before any of them is handled.
                let answering = service.arrive();
                tokio::task::yield_now().await;
                Ok(in_memory(answering(request)))
            }
            (Location::Network(_), Some(client)) => {
                let limits = &self.0.target.limits;
                let bound = line.health.wait(limits.exchange);
                match tokio::time::timeout(bound, network::exchange(client, request, limits)).await {
                    Ok(reply) => reply,
                    Err(_) => silence(
                        TransportErrorKind::TimedOut,
                        format!("no complete answer within {}", humantime::format_duration(bound)),
                    ),
                }
            }
            (Location::Network(_), None) => silence(TransportErrorKind::Unreachable, "no network connector"),
        }
    }

    /// Asks now and then for something harmless until the endpoint answers, or is given up.
    async fn wait_for_return(&self, service: Service, line: &Line, last: &Reply) {
        let _turn = line.health.waiting.lock().await;
        if !line.health.is_unresponsive() {
            return;
        }
        let until = Instant::now() + ABSENCE;
        let (mut pause, mut attempt) = (PAUSE, 0);
        while !self.answers(service, line, attempt).await {
            if Instant::now() >= until {
                let detail = match last {
                    Err(silence) => silence.detail.as_str(),
                    Ok(_) => "no answer",
                };
                return line.health.give_up(format!("the endpoint has stopped answering: {detail}"));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(1));
            attempt += 1;
        }
        line.health.come_back();
    }

    /// Whether the endpoint says anything to a harmless call: of an operation that no service has, or
    /// a listing, since what hangs may be its refusals or its listings alone.
    async fn answers(&self, service: Service, line: &Line, attempt: usize) -> bool {
        let listing = Listing::of_all(service).operation;
        let operation = if attempt.is_multiple_of(2) { listing } else { NONSENSE };
        let call = Call::new(service, operation, Arg::Object(Vec::new()));
        let Ok(request) = sign::request(&self.0.target, &call, Bytes::from_static(b"{}")) else {
            return false;
        };
        if !self.0.budget.take(service).await {
            return false;
        }
        let sent = Instant::now();
        let reply = self.once(line, request).await;
        line.health.note(&reply, sent);
        matches!(reply, Ok(_))
    }

    /// Gives an endpoint that was given up one more chance.
    pub(in crate::execute) async fn try_again(&self, service: Service) {
        if let Some(line) = self.0.services.get(&service)
            && line.health.gone().is_some()
            && self.answers(service, line, 0).await
        {
            line.health.come_back();
        }
    }

    /// Why nothing more is sent to a service, if so.
    pub(in crate::execute) fn gone(&self, service: Service) -> Option<String> {
        self.0.services.get(&service)?.health.gone()
    }

    /// Whether so much time was lost on answers that never came that there should be less of it.
    pub(in crate::execute) fn is_losing_time(&self, service: Service) -> bool {
        self.0.services.get(&service).is_some_and(|line| line.health.is_losing_time())
    }

    /// How often a service was away so far. What it held before may be lost.
    pub(in crate::execute) fn outages(&self, service: Service) -> u64 {
        self.0.services.get(&service).map_or(0, |line| line.health.outages())
    }
}

/// Seconds since the epoch.
pub(in crate::execute) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

fn in_memory(response: http::Response<Bytes>) -> Response {
    let (parts, body) = response.into_parts();
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    Response::new(parts.status.as_u16(), headers, body.to_vec())
}

/// The face that the SDK clients see: one service's connector that leaves evidence behind.
#[derive(Clone, Debug)]
pub(in crate::execute) struct SdkHttp {
    pub(in crate::execute) connector: Connector,
    pub(in crate::execute) service: Service,
}

impl HttpConnector for SdkHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { connector, service } = self.clone();
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?
                .map(|body| Bytes::copy_from_slice(body.bytes().unwrap_or_default()));
            let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
            let (body, sent_at) = (request.body().clone(), now());
            let reply = connector.send(service, request).await;
            let response = to_sdk(&reply);
            // Outside of `with_evidence` nobody asked for evidence, and none is kept.
            let _ = EVIDENCE.try_with(|evidence| {
                *evidence.borrow_mut() = Some(Evidence { method, path, body, sent_at, reply });
            });
            response
        })
    }
}

/// An answer as the SDK clients get it: what would take their parser down comes as something unreadable.
pub(in crate::execute) fn to_sdk(reply: &Reply) -> Result<HttpResponse, ConnectorError> {
    let answer = match reply {
        Ok(answer) => answer,
        Err(silence) if silence.kind == TransportErrorKind::TimedOut => {
            return Err(ConnectorError::timeout(silence.detail.clone().into()));
        }
        Err(silence) => return Err(ConnectorError::other(silence.detail.clone().into(), None)),
    };
    let mut response = http::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let response = response
        .body(if shape::is_deep(&answer.body) {
            SdkBody::from("[")
        } else {
            SdkBody::from(answer.body.clone())
        })
        .map_err(|error| ConnectorError::other(error.into(), None))?;
    HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
}
