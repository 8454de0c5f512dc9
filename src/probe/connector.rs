//! The one connector under both channels: it bounds bytes and time, counts, enforces rate and
//! budget, and keeps the evidence.

use crate::exchange::{Answer, Reply, Silence, SilenceKind};
use crate::target::{Limits, Location, Target};
use aws_conformance_generators::plan::Service;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
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

    /// Whether nothing more may be sent to a service.
    pub fn is_used_up(&self, service: Service) -> bool {
        self.max_requests.is_some_and(|most| self.spent(service) >= most)
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
    location: Location,
    network: Option<SharedHttpConnector>,
    limits: Limits,
    budget: Arc<Budget>,
}

/// A request below the choice of channel.
pub(super) type WireRequest = http::Request<Bytes>;

tokio::task_local! {
    /// Where the connector leaves the evidence of an SDK call made in the same task.
    static EVIDENCE: RefCell<Option<Evidence>>;
}

/// What the connector saw of an SDK call.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Bytes,
    pub(super) sent_at: f64,
    pub(super) reply: Reply,
}

/// Runs an SDK call and hands over what went over the wire, if anything did.
pub(super) async fn with_evidence<F: Future>(call: F) -> (F::Output, Option<Evidence>) {
    EVIDENCE
        .scope(RefCell::new(None), async {
            let output = call.await;
            (output, EVIDENCE.with(|evidence| evidence.borrow_mut().take()))
        })
        .await
}

impl Connector {
    /// A connector to a target. Connections belong to the runtime that it is used on.
    pub fn new(target: &Target, budget: Arc<Budget>) -> Self {
        let network = target.is_persistent().then(|| network(&target.limits));
        Self(Arc::new(Inner { location: target.location.clone(), network, limits: target.limits, budget }))
    }

    /// Sends a request and reads its whole answer, within the bounds.
    pub(super) async fn send(&self, service: Service, request: WireRequest) -> Reply {
        if !self.0.budget.take(service).await {
            return silence(SilenceKind::Budget, "the budget of requests is used up");
        }
        match (&self.0.location, &self.0.network) {
            (Location::Memory(reference), _) => Reply::Answer(in_memory(reference.handle(request))),
            (Location::Network(_), Some(network)) => {
                let bound = self.0.limits.exchange;
                match tokio::time::timeout(bound, over_network(network, request, &self.0.limits)).await {
                    Ok(reply) => reply,
                    Err(_) => silence(
                        SilenceKind::TimedOut,
                        format!("no complete answer within {}", humantime::format_duration(bound)),
                    ),
                }
            }
            (Location::Network(_), None) => silence(SilenceKind::Unreachable, "no network connector"),
        }
    }
}

/// Seconds since the epoch.
pub(super) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

fn network(limits: &Limits) -> SharedHttpConnector {
    use aws_smithy_http_client::Connector as Http;
    use aws_smithy_http_client::proxy::ProxyConfig;
    use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
    let settings = HttpConnectorSettings::builder().connect_timeout(limits.connect).build();
    SharedHttpConnector::new(
        Http::builder()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .proxy_config(ProxyConfig::from_env())
            .enable_tcp_nodelay(true)
            .connector_settings(settings)
            .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
            .build(),
    )
}

fn in_memory(response: http::Response<Bytes>) -> Answer {
    let (parts, body) = response.into_parts();
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    Answer::new(parts.status.as_u16(), headers, body.to_vec())
}

async fn over_network(network: &SharedHttpConnector, request: WireRequest, limits: &Limits) -> Reply {
    let request = match HttpRequest::try_from(request.map(SdkBody::from)) {
        Ok(request) => request,
        Err(error) => return silence(SilenceKind::Broken, format!("the request cannot be sent: {error}")),
    };
    let response = match network.call(request).await {
        Ok(response) => response,
        Err(error) => return silence(kind(&error), in_words(&error)),
    };
    let status = response.status().as_u16();
    let headers =
        response.headers().iter().map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let mut body = response.into_body();
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => {
                if let Ok(data) = frame.into_data() {
                    if bytes.len() + data.len() > limits.body {
                        let most = limits.body;
                        return silence(
                            SilenceKind::TooLong,
                            format!("HTTP {status} with a body of more than {most} bytes"),
                        );
                    }
                    bytes.extend_from_slice(&data);
                }
            }
            Err(error) => {
                return silence(
                    SilenceKind::Broken,
                    format!("HTTP {status}, then the body broke off: {}", in_words(error.as_ref())),
                );
            }
        }
    }
    Reply::Answer(Answer::new(status, headers, bytes.to_vec()))
}

fn silence(kind: SilenceKind, detail: impl Into<String>) -> Reply {
    Reply::None(Silence { kind, detail: detail.into() })
}

fn kind(error: &ConnectorError) -> SilenceKind {
    let text = in_words(error);
    if error.is_timeout() {
        SilenceKind::TimedOut
    } else if text.contains("tcp connect error")
        || text.contains("dns error")
        || text.contains("client error (Connect)")
    {
        SilenceKind::Unreachable
    } else {
        SilenceKind::Broken
    }
}

/// An error with its causes, outermost first.
fn in_words(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}

/// The face that the SDK clients see: one service's connector that leaves evidence behind.
#[derive(Clone, Debug)]
pub(super) struct SdkHttp {
    pub(super) connector: Connector,
    pub(super) service: Service,
}

impl HttpClient for SdkHttp {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        None
    }
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

fn to_sdk(reply: &Reply) -> Result<HttpResponse, ConnectorError> {
    let answer = match reply {
        Reply::Answer(answer) => answer,
        Reply::None(silence) if silence.kind == SilenceKind::TimedOut => {
            return Err(ConnectorError::timeout(silence.detail.clone().into()));
        }
        Reply::None(silence) => return Err(ConnectorError::other(silence.detail.clone().into(), None)),
    };
    let mut response = http::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let response = response
        .body(SdkBody::from(answer.body.clone()))
        .map_err(|error| ConnectorError::other(error.into(), None))?;
    HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
}
