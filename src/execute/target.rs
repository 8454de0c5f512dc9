//! What is tested: the endpoint, how it is reached, and what its owner says about it.

use super::signer::{Signer, dummy};
use crate::service::{Capability, Quotas};
use aws_conformance_generators::plan::Service;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// An endpoint under test.
#[derive(Clone, Debug)]
pub struct Target {
    /// How it is reached.
    pub location: Location,
    /// The region that requests are signed for.
    pub region: String,
    /// Who signs.
    pub signer: Signer,
    /// Whether it is the real service, in an account that somebody pays for.
    pub is_real: bool,
    /// The account id of the caller, 12 digits, where it is known from outside.
    pub account: String,
    /// Bounds on what one answer may cost.
    pub limits: Limits,
    /// Limits of the service that differ between accounts.
    pub quotas: Quotas,
    /// An existing, empty Rekognition project that the user supplies.
    pub user_project: Option<String>,
    /// PEM certificates that TLS trusts instead of the system's.
    pub ca_bundle: Option<Vec<u8>>,
    /// What the target claims to do beyond what is always judged.
    pub capabilities: BTreeSet<Capability>,
    /// Whether it is spared.
    pub spared: Arc<Spared>,
}

/// Whether a target is spared since a response did not come: a server that serves one connection at a time never
/// answers another while one is kept open. Then each is closed after its response, and few are open at once.
#[derive(Debug)]
pub struct Spared {
    is_on: AtomicBool,
    few: Semaphore,
}

impl Spared {
    /// How many connections are open at once then.
    const FEW: usize = 4;

    pub(super) fn begin(&self) {
        self.is_on.store(true, Ordering::Relaxed);
    }

    /// Waits for a turn, where the target is spared: whether its connection is to be closed.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        if self.is_on.load(Ordering::Relaxed) { self.few.acquire().await.ok() } else { None }
    }
}

impl Default for Spared {
    fn default() -> Self {
        Self { is_on: AtomicBool::new(false), few: Semaphore::new(Self::FEW) }
    }
}

/// A service that answers in this process.
pub trait InProcess: Send + Sync {
    /// Notes that a request arrives now; what is returned answers it, when it is handed over.
    fn arrive(&self) -> Answering<'_>;

    /// Lets time pass for the service at once.
    fn pass(&self, time: Duration);
}

/// Answers a request that has arrived.
pub type Answering<'a> = Box<dyn FnOnce(http::Request<Bytes>) -> http::Response<Bytes> + Send + 'a>;

/// How an endpoint is reached.
#[derive(Clone)]
pub enum Location {
    /// A service in this process, by function call.
    Memory(Arc<dyn InProcess>),
    /// Over the network, a URL for each service.
    Network(BTreeMap<Service, String>),
}

impl std::fmt::Debug for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Memory(_) => f.write_str("the embedded reference"),
            Self::Network(urls) => f.debug_map().entries(urls).finish(),
        }
    }
}

impl Target {
    /// A target of this location, with the usual settings.
    pub fn new(location: Location) -> Self {
        Self {
            location,
            region: "us-east-1".to_owned(),
            signer: dummy().into(),
            is_real: false,
            account: "000000000000".to_owned(),
            limits: Limits::default(),
            quotas: Quotas::default(),
            user_project: None,
            ca_bundle: None,
            capabilities: BTreeSet::new(),
            spared: Arc::default(),
        }
    }

    /// The URL of a service; for the embedded reference one that is never connected to.
    pub fn url(&self, service: Service) -> &str {
        match &self.location {
            Location::Memory(_) => "http://reference.invalid",
            Location::Network(urls) => urls.get(&service).map_or("http://unset.invalid", String::as_str),
        }
    }

    /// Whether a service is there: an endpoint for one says nothing about the other.
    pub fn has(&self, service: Service) -> bool {
        match &self.location {
            Location::Memory(_) => true,
            Location::Network(urls) => urls.contains_key(&service),
        }
    }

    /// Whether state outlives the process, so that a crash could leave something behind.
    pub fn is_persistent(&self) -> bool {
        matches!(self.location, Location::Network(_))
    }

    /// The kind of target as reports name it.
    pub fn kind(&self) -> &'static str {
        match self.location {
            Location::Memory(_) => "reference",
            Location::Network(_) if self.is_real => "aws",
            Location::Network(_) => "endpoint",
        }
    }
}

/// Whether a URL's host is this machine, whatever a name server says.
pub fn is_loopback(url: &str) -> bool {
    let Ok(parsed) = url.parse::<http::Uri>() else { return false };
    let Some(host) = parsed.host() else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Bounds on what one answer may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time for a connection.
    pub connect: Duration,
    /// Time for a whole exchange.
    pub exchange: Duration,
    /// Bytes of an answer's body.
    pub body: usize,
    /// JSON values of an answer. No listing has a page of as many by far.
    pub values: usize,
    /// Time for a project to be created or to be gone.
    pub settle: Duration,
    /// The pause before such a project is looked at a second time; twice as long before each later look.
    pub first_poll: Duration,
    /// The longest pause between two looks at such a project.
    pub poll: Duration,
    /// How long what was written may take to be read: a read is repeated so long before it counts.
    pub read_after_write: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            exchange: Duration::from_secs(10),
            body: 512 << 10,
            values: 16_384,
            settle: Duration::from_secs(20),
            first_poll: Duration::from_millis(5),
            poll: Duration::from_secs(2),
            read_after_write: Duration::ZERO,
        }
    }
}

impl Limits {
    /// Bounds for the real service, where projects take minutes and reads lag behind writes.
    pub fn real() -> Self {
        Self {
            connect: Duration::from_secs(10),
            exchange: Duration::from_secs(30),
            settle: Duration::from_secs(600),
            first_poll: Duration::from_secs(1),
            poll: Duration::from_secs(10),
            read_after_write: Duration::from_secs(10),
            ..Self::default()
        }
    }
}
