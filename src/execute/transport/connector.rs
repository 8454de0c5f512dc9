//! The one way to a target: every request passes its budget, its circuit breaker and its retries here,
//! whoever signed it.

use super::breaker::Breaker;
use super::budget::{Budget, Purpose};
use super::log::Logged;
use super::network::{self, transport_error};
use super::sdk;
use super::sign::{self, WireRequest};
use crate::exchange::{
    Payload, Reply, Response, TransportErrorKind, has_expired, is_throttled, may_be_carried_out,
};
use crate::execute::target::{Location, Target};
use crate::service::sdk::{SdkCall, SdkOperation, sdk_operation};
use crate::service::{NONSENSE, outer_resource};
use crate::settings::TransportSettings;
use aws_conformance_generators::plan::{Arg, Call, Service, Signature};
use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::shared::IntoShared;
use bytes::Bytes;
use hdrhistogram::Histogram;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Sends requests to a target. Cheap to clone; clones share connections, budget and circuit breakers.
#[derive(Clone, Debug)]
pub struct Connector {
    shared: Arc<Shared>,
    /// The connections to each service; none where requests do not leave the process.
    clients: Arc<BTreeMap<Service, Mutex<SharedHttpConnector>>>,
}

/// What connectors of several runtimes share.
#[derive(Debug)]
struct Shared {
    target: Target,
    lines: [Line; Service::ALL.len()],
    budget: Arc<Budget>,
    settings: TransportSettings,
    /// How many waits for a resource took their whole time for nothing.
    late_waits: AtomicU32,
    /// How long responses took.
    latencies: Mutex<Histogram<u64>>,
    /// The most bytes that a response had.
    longest: AtomicUsize,
}

/// The way to one service.
#[derive(Debug, Default)]
struct Line {
    breaker: Breaker,
    /// Calls so far that the SDK's client could send.
    for_sdk: AtomicU64,
}

/// When a request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::execute) enum Resend {
    /// Where it was not carried out: it was throttled, or no connection could be made.
    NotCarriedOut,
    /// Where the connection broke too, which may have been at its end: what breaks the protocol is not carried
    /// out.
    Broken,
    /// Wherever that may help, since carrying it out twice does no harm.
    Harmless,
}

/// A call with what the transport has to know of it.
#[derive(Debug)]
pub(in crate::execute) struct Outgoing<'a> {
    pub(in crate::execute) call: &'a Call,
    /// The region that it is signed for.
    pub(in crate::execute) region: &'a str,
    pub(in crate::execute) body: Payload,
    pub(in crate::execute) purpose: Purpose,
    pub(in crate::execute) resend: Resend,
    /// Whether the SDK's client may send it.
    pub(in crate::execute) by_sdk: bool,
}

/// What went over the wire for a call.
#[derive(Debug)]
pub(in crate::execute) struct Sent {
    pub(in crate::execute) method: String,
    pub(in crate::execute) path: String,
    pub(in crate::execute) reply: Reply,
    /// How often it was sent again.
    pub(in crate::execute) resent: u32,
}

impl Sent {
    /// Nothing was sent, for this reason.
    fn not(reason: String) -> Self {
        let reply = transport_error(TransportErrorKind::Broken, reason);
        Self { method: String::new(), path: String::new(), reply, resent: 0 }
    }
}

impl Connector {
    /// A connector to a target. Connections belong to the runtime that it is used on.
    pub fn new(target: &Target, budget: Arc<Budget>, settings: TransportSettings) -> Self {
        let shared = Shared {
            target: target.clone(),
            lines: Default::default(),
            budget,
            settings,
            late_waits: AtomicU32::new(0),
            latencies: Mutex::new(latencies()),
            longest: AtomicUsize::default(),
        };
        Self { clients: Arc::new(clients(target)), shared: Arc::new(shared) }
    }

    /// The same connector with connections of its own, for another runtime.
    #[must_use]
    pub fn for_another_runtime(&self) -> Self {
        Self { clients: Arc::new(clients(&self.shared.target)), shared: Arc::clone(&self.shared) }
    }

    fn line(&self, service: Service) -> &Line {
        &self.shared.lines[service as usize]
    }

    pub(in crate::execute) fn settings(&self) -> &TransportSettings {
        &self.shared.settings
    }

    /// Sends a call, signed by us; one in so many of those that the SDK's client can send, by that.
    pub(in crate::execute) async fn call(&self, outgoing: &Outgoing<'_>) -> Sent {
        let signer = &self.shared.target.signer;
        let credentials = match signer.credentials().await {
            Ok(credentials) => credentials,
            Err(error) => return Sent::not(network::describe(&error)),
        };
        let sent = self.call_as(&credentials, outgoing).await;
        let call = outgoing.call;
        if call.wire.signature != Signature::Valid || !sent.reply.as_ref().is_ok_and(has_expired) {
            return sent;
        }
        // It was refused before it was looked at, so that it may be sent again.
        if let Some(other) = signer.instead_of(&credentials).await {
            return self.call_as(&other, outgoing).await;
        }
        if self.shared.target.is_real {
            let why = "the credentials have expired, and there are no others".to_owned();
            self.line(call.service).breaker.stop(why);
        }
        sent
    }

    async fn call_as(&self, credentials: &Credentials, outgoing: &Outgoing<'_>) -> Sent {
        if outgoing.by_sdk
            && let Some(sent) = self.by_sdk(credentials, outgoing).await
        {
            return sent;
        }
        let Outgoing { call, region, body, purpose, resend, .. } = outgoing;
        match sign::request(&self.shared.target, credentials, call, region, body.bytes()) {
            Ok(request) => {
                let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
                let (reply, resent) = self.send(request, call, *purpose, *resend).await;
                Sent { method, path, reply, resent }
            }
            Err(error) => Sent::not(error.to_string()),
        }
    }

    /// Sends a call's body by the SDK's client, if it is this call's turn.
    async fn by_sdk(&self, credentials: &Credentials, outgoing: &Outgoing<'_>) -> Option<Sent> {
        let Outgoing { call, region, ref body, purpose, resend, .. } = *outgoing;
        let operation: &SdkOperation = sdk_operation(call.service, &call.operation)?;
        let earlier = self.line(call.service).for_sdk.fetch_add(1, Ordering::Relaxed);
        if !earlier.is_multiple_of(self.shared.settings.sdk_share.max(1)) {
            return None;
        }
        let capture =
            Capture { connector: self.clone(), call: call.clone(), purpose, resend, sent: Arc::default() };
        let http = SharedHttpConnector::new(capture.clone());
        let url = self.shared.target.url(call.service).to_owned();
        let (region, credentials, body) = (region.to_owned(), credentials.clone(), body.bytes());
        let http = http_client_fn(move |_, _| http.clone()).into_shared();
        operation.send(SdkCall { url, region, credentials, body, http }).await;
        let sent = capture.sent.lock().take()?;
        self.shared.budget.note_sdk(call.service);
        Some(sent)
    }

    /// Sends a request and reads its whole response, within the bounds; again, so many times, where that
    /// is allowed.
    async fn send(
        &self,
        request: WireRequest,
        call: &Call,
        purpose: Purpose,
        resend: Resend,
    ) -> (Reply, u32) {
        let Shared { target, settings, budget, .. } = &*self.shared;
        let (service, operation) = (call.service, call.operation.as_str());
        let line = self.line(service);
        // What throttles everything is not asked four times each time.
        let most = if line.breaker.is_throttled() { 0 } else { settings.retries };
        let mut pause = if target.is_persistent() { settings.pause } else { Duration::ZERO };
        let mut last = None;
        for retry in 0.. {
            if line.breaker.is_open() {
                self.probe(service, purpose).await;
            }
            if let Some(reason) = line.breaker.gone() {
                return (last.unwrap_or_else(|| transport_error(TransportErrorKind::Gone, reason)), retry);
            }
            if !budget.take(service, operation, purpose).await {
                let why = match budget.is_over(purpose) {
                    true => "the time is up",
                    false => "the budget of requests is used up",
                };
                return (last.unwrap_or_else(|| transport_error(TransportErrorKind::Budget, why)), retry);
            }
            let reply = self.once(service, operation, request.clone()).await;
            if reply.as_ref().is_ok_and(|response| !is_throttled(response)) {
                budget.note_response(service, operation);
            }
            let retries = match &reply {
                Ok(response) if is_throttled(response) => {
                    budget.note_throttled(service, operation);
                    // A failure may come after the call was carried out, whatever it is called.
                    if may_be_carried_out(response) && resend != Resend::Harmless { 0 } else { most }
                }
                Ok(response) if resend == Resend::Harmless && response.has_failed() => settings.retries,
                Ok(_) => 0,
                Err(error) => match error.kind {
                    TransportErrorKind::Unreachable => settings.retries,
                    TransportErrorKind::Broken if resend != Resend::NotCarriedOut => settings.retries,
                    TransportErrorKind::TimedOut if resend == Resend::Harmless => settings.timeout_retries,
                    _ => 0,
                },
            };
            if retry >= retries {
                return (reply, retry);
            }
            // What is refused for now needs time; what failed by chance is asked again at once.
            let needs_time = match &reply {
                Ok(response) => is_throttled(response),
                Err(error) => error.kind == TransportErrorKind::Unreachable,
            };
            if needs_time || retry > 0 {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            last = Some(reply);
        }
        unreachable!("the loop returns")
    }

    async fn once(&self, service: Service, operation: &str, mut request: WireRequest) -> Reply {
        let line = self.line(service);
        let Shared { target, settings, .. } = &*self.shared;
        let turn = target.spared.turn().await;
        let sent = Instant::now();
        let logged = tracing::enabled!(tracing::Level::DEBUG).then(|| request.clone());
        let reply = match &target.location {
            Location::Memory(service) => {
                // Calls that are made at the same time all arrive before any of them is handled.
                let answering = service.arrive();
                tokio::task::yield_now().await;
                Ok(in_memory(answering(request)))
            }
            Location::Network(_) => {
                let client = {
                    let mut client = self.clients[&service].lock();
                    if turn.is_some() {
                        // With the client before, every connection goes that it had kept.
                        *client = self::client(target, service);
                    }
                    client.clone()
                };
                let bound = line.breaker.wait(target.limits.exchange, settings);
                if turn.is_some() {
                    request.headers_mut().insert("connection", http::HeaderValue::from_static("close"));
                }
                match tokio::time::timeout(bound, network::exchange(&client, request, &target.limits)).await {
                    Ok(reply) => reply,
                    Err(_) => {
                        if !target.is_real {
                            target.spared.begin();
                        }
                        let bound = humantime::format_duration(bound);
                        let detail = format!("no complete answer to {operation} within {bound}");
                        transport_error(TransportErrorKind::TimedOut, detail)
                    }
                }
            }
        };
        line.breaker.note(&reply, sent, settings);
        let took = sent.elapsed();
        if let Some(request) = &logged {
            let redaction = target.signer.redaction();
            tracing::debug!("{}", Logged { request, reply: &reply, took, redaction });
        }
        if let Ok(response) = &reply {
            self.shared.longest.fetch_max(response.body.len(), Ordering::Relaxed);
            self.shared.latencies.lock().saturating_record(took.as_micros() as u64);
        }
        reply
    }

    /// Probes a service, with back-off, until it responds or is given up.
    async fn probe(&self, service: Service, purpose: Purpose) {
        let line = self.line(service);
        let _turn = line.breaker.probing.lock().await;
        let settings = &self.shared.settings;
        let until = Instant::now() + settings.probe_for;
        let (mut pause, mut attempt) = (settings.pause, 0);
        while line.breaker.is_open() {
            match self.responds(service, purpose, attempt).await {
                true => line.breaker.close(attempt > 0),
                // Without time left there is nothing to wait for.
                false if Instant::now() >= until || self.shared.budget.is_over(purpose) => {
                    line.breaker.give_up()
                }
                false => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(settings.probe_pause);
            attempt += 1;
        }
    }

    /// Whether the target says anything to a harmless call: a listing, or of an operation that no service
    /// has, since what hangs may be its refusals or its listings alone.
    async fn responds(&self, service: Service, purpose: Purpose, attempt: usize) -> bool {
        let operation = if attempt.is_multiple_of(2) { outer_resource(service).list } else { NONSENSE };
        let call = Call::new(service, operation, Arg::Object(Vec::new()));
        let target = &self.shared.target;
        let Ok(credentials) = target.signer.credentials().await else { return false };
        let body = Bytes::from_static(b"{}");
        let Ok(request) = sign::request(target, &credentials, &call, &target.region, body) else {
            return false;
        };
        self.shared.budget.take(service, operation, purpose).await
            && self.once(service, operation, request).await.is_ok()
    }

    /// Gives a target that is gone one more chance.
    pub(in crate::execute) async fn try_again(&self, service: Service) {
        if self.gone(service).is_some() && self.responds(service, Purpose::Cleaning, 0).await {
            self.line(service).breaker.close(true);
        }
    }

    /// Why nothing more is sent to a service, if so.
    pub(in crate::execute) fn gone(&self, service: Service) -> Option<String> {
        self.line(service).breaker.gone()
    }

    /// Whether nothing more is sent to a service, not even to clean up.
    pub(in crate::execute) fn is_over(&self, service: Service) -> bool {
        self.gone(service).is_some() || self.shared.budget.is_exhausted(service)
    }

    pub(in crate::execute) fn budget(&self) -> &Budget {
        &self.shared.budget
    }

    /// How often a service was away so far. What it held before may be lost.
    pub(in crate::execute) fn outages(&self, service: Service) -> u64 {
        self.line(service).breaker.outages()
    }

    /// The most bytes that a response had so far.
    pub fn longest_response(&self) -> usize {
        self.shared.longest.load(Ordering::Relaxed)
    }

    /// How long the responses so far took, in microseconds.
    pub fn latencies(&self) -> Histogram<u64> {
        self.shared.latencies.lock().clone()
    }

    /// How many waits for a resource took their whole time for nothing so far.
    pub(in crate::execute) fn late_waits(&self) -> u32 {
        self.shared.late_waits.load(Ordering::Relaxed)
    }

    pub(in crate::execute) fn note_late_wait(&self) {
        self.shared.late_waits.fetch_add(1, Ordering::Relaxed);
    }
}

/// How long no responses took: up to ten minutes are told apart, by two digits, in microseconds.
pub fn latencies() -> Histogram<u64> {
    Histogram::new_with_max(600_000_000, 2).expect("the bounds are in order")
}

/// Clients with no connection yet: a connection belongs to the runtime that it was made on.
fn clients(target: &Target) -> BTreeMap<Service, Mutex<SharedHttpConnector>> {
    let services = Service::ALL.into_iter().filter(|_| target.is_persistent());
    services.map(|service| (service, Mutex::new(client(target, service)))).collect()
}

fn client(target: &Target, service: Service) -> SharedHttpConnector {
    network::client(target.url(service), &target.limits, target.ca_bundle.as_deref())
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
    Response::new(parts.status.as_u16(), headers, body)
}

/// What an SDK's client sends one call through: it keeps what came back.
#[derive(Clone, Debug)]
struct Capture {
    connector: Connector,
    call: Call,
    purpose: Purpose,
    resend: Resend,
    sent: Arc<Mutex<Option<Sent>>>,
}

impl HttpConnector for Capture {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { connector, call, purpose, resend, sent } = self.clone();
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?
                .map(|body| Bytes::copy_from_slice(body.bytes().unwrap_or_default()));
            let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
            let (reply, resent) = connector.send(request, &call, purpose, resend).await;
            let response = reply.as_ref().ok().and_then(sdk::to_sdk);
            *sent.lock() = Some(Sent { method, path, reply, resent });
            response.ok_or_else(|| ConnectorError::other("no response".into(), None))
        })
    }
}
