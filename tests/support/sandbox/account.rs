//! The account: the reference, with what the real service does beside it.

use super::identity::{self, CALLER, KEYS, Keys, Lifetime};
use super::permissions::Permissions;
use super::rates::Rates;
use super::{ACCOUNT, Settings};
use aws_conformance_reference::{Config, Operation, Reference, Service};
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `rekognition`, `xray` or `sts`.
    pub(crate) service: String,
    pub(crate) region: String,
    pub(crate) operation: String,
    pub(crate) body: String,
    /// The status that it was answered with; none where its connection was cut.
    pub(crate) status: Option<u16>,
}

/// An account, with everything that is in it.
pub(super) struct Account {
    pub(super) settings: Settings,
    pub(super) permissions: Option<Permissions>,
    pub(super) requests: Vec<Request>,
    /// What others have, as they left it.
    pub(super) others: super::Resources,
    /// What calls are carried out on.
    now: Endpoint,
    /// What listings show: the same calls, a while later.
    later: Endpoint,
    /// What was not carried out on `later` yet.
    behind: VecDeque<(SystemTime, http::Request<Bytes>)>,
    /// How long ago everything happens that the owner does.
    pub(super) ago: Duration,
    rates: Rates,
    /// When each of the keys was used first, and how often.
    used: HashMap<usize, (Instant, u64)>,
    /// The number of the keys that were given out last.
    given: usize,
}

/// A reference whose clock is set before each call.
struct Endpoint {
    reference: Reference,
    clock: Arc<Mutex<SystemTime>>,
}

impl Endpoint {
    fn new(settings: &Settings) -> Self {
        let clock = Arc::new(Mutex::new(SystemTime::now()));
        let shown = Arc::clone(&clock);
        let mut config = Config::default().with_verified_signatures(true).with_account(ACCOUNT);
        config = config.with_clock(move || *super::locked(&shown));
        if !settings.project_time.is_zero() {
            config = config.with_project_time(settings.project_time);
        }
        for keys in (0..KEYS).map(Keys::number) {
            config = config.with_credentials(keys.access_key, keys.secret_key);
        }
        for fault in &settings.faults {
            config = config.with_fault(*fault);
        }
        for variant in &settings.variants {
            config = config.with_variant(*variant);
        }
        Self { reference: Reference::new(config).expect("the names are the reference's own"), clock }
    }

    fn handle(&self, time: SystemTime, request: http::Request<Bytes>) -> http::Response<Bytes> {
        *super::locked(&self.clock) = time;
        self.reference.handle(request)
    }
}

impl Account {
    pub(super) fn new(settings: Settings) -> Self {
        let mut account = Self {
            permissions: settings.allows.as_ref().map(Permissions::parse),
            now: Endpoint::new(&settings),
            later: Endpoint::new(&settings),
            settings,
            requests: Vec::new(),
            others: super::Resources::new(),
            behind: VecDeque::new(),
            ago: Duration::ZERO,
            rates: Rates::default(),
            used: HashMap::new(),
            given: KEYS / 2,
        };
        account.furnish();
        account
    }

    /// Answers a request to one of the account's hosts; none: its connection is cut.
    pub(super) fn answer(
        &mut self,
        host: &str,
        request: http::Request<Bytes>,
    ) -> Option<http::Response<Bytes>> {
        let mut names = host.split('.');
        let service = names.next().unwrap_or_default().to_owned();
        let region = names.next().filter(|name| name.contains('-')).unwrap_or("us-east-1").to_owned();
        let operation = match (service.as_str(), request.headers().get("x-amz-target")) {
            ("sts", _) => sts_action(request.body()),
            (_, Some(target)) => {
                String::from_utf8_lossy(target.as_bytes()).replace("RekognitionService.", "")
            }
            _ => request.uri().path().trim_start_matches('/').to_owned(),
        };
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let number = self.requests.len();
        self.requests.push(Request { service, region, operation, body, status: None });
        let appearances =
            self.settings.appears_after.iter().filter(|after| usize::try_from(**after) == Ok(number)).count();
        for _ in 0..appearances {
            self.appear();
        }
        let came = self.requests[number].clone();
        let response = self.respond(host, request, &came, number as u64);
        self.requests[number].status = response.as_ref().map(|response| response.status().as_u16());
        response
    }

    fn respond(
        &mut self,
        host: &str,
        request: http::Request<Bytes>,
        came: &Request,
        number: u64,
    ) -> Option<http::Response<Bytes>> {
        let keys = identity::keys_of(request.headers());
        let is_expired = keys.is_some_and(|keys| self.is_expired(keys));
        if came.service == "sts" {
            let (status, body) = identity::sts(host, &request, is_expired, &mut self.given);
            return Some(response(status, "text/xml", body));
        }
        if let Some(refusal) = self.refusal(&request, came, keys, is_expired) {
            return Some(refusal);
        }
        let mixed = scattered(number);
        let happens = |one_in: Option<u64>| one_in.is_some_and(|many| mixed.is_multiple_of(many));
        let (fails, cut) = (happens(self.settings.fails_one_in), happens(self.settings.cuts_one_in));
        let fails_late = self.settings.fails_on.is_some_and(|part| came.body.contains(part));
        // Some of what gets no answer was carried out all the same.
        let is_carried_out = fails_late || !(fails || cut) || (mixed / 7919).is_multiple_of(2);
        let response = is_carried_out.then(|| self.carry_out(&came.operation, request));
        if cut {
            None
        } else if fails || fails_late {
            // Each by the code that its documents have.
            let code = if came.service == "xray" { "InternalFailure" } else { "InternalServerError" };
            Some(error(came, 500, code, "Internal server error"))
        } else {
            response
        }
    }

    /// The refusal of a request before what it asks for is looked at.
    fn refusal(
        &mut self,
        request: &http::Request<Bytes>,
        came: &Request,
        keys: Option<usize>,
        is_expired: bool,
    ) -> Option<http::Response<Bytes>> {
        // Whose keys are none of the account's is refused by the reference.
        let keys = Keys::number(keys?);
        let token = request.headers().get("x-amz-security-token");
        let denied = if came.service == "xray" { 403 } else { 400 };
        if token.is_none_or(|token| token != keys.token.as_str()) {
            let message = "The security token included in the request is invalid.";
            return Some(error(came, denied, "UnrecognizedClientException", message));
        }
        if is_expired {
            let message = "The security token included in the request is expired";
            return Some(error(came, denied, "ExpiredTokenException", message));
        }
        if self.settings.not_subscribed == Some(came.service.as_str()) {
            let message = "The AWS Access Key Id needs a subscription for the service";
            return Some(error(came, 403, "OptInRequired", message));
        }
        let known = Operation::ALL.into_iter().find(|known| known.name() == came.operation)?;
        let operation = format!("{}:{known}", came.service);
        if self
            .settings
            .rate
            .is_some_and(|rate| !self.rates.take(&format!("{operation} {}", came.region), rate))
        {
            return Some(match known.service() {
                Service::XRay => error(came, 429, "ThrottledException", "Rate exceeded"),
                Service::Rekognition => {
                    error(came, 400, "ProvisionedThroughputExceededException", "Provisioned Rate exceeded.")
                }
            });
        }
        let resources = resources_of(known, came);
        let resources: Vec<&str> = resources.iter().map(String::as_str).collect();
        let permissions = self.permissions.as_ref()?;
        // Who tags what they make needs the permission to tag.
        let body: Value = serde_json::from_str(&came.body).unwrap_or_default();
        let tags = body["Tags"].as_object().is_some_and(|tags| !tags.is_empty());
        let actions = [Some(operation), tags.then(|| format!("{}:TagResource", came.service))];
        let mut actions = actions.into_iter().flatten();
        let action = actions.find(|action| !permissions.allow(action, &resources, &came.region))?;
        let message = format!(
            "User: {CALLER} is not authorized to perform: {action} on resource: {} because no identity-based policy allows the {action} action",
            resources.join(", ")
        );
        Some(error(came, denied, "AccessDeniedException", &message))
    }

    /// Carries a call out. Listings show what was there a while ago.
    fn carry_out(&mut self, operation: &str, request: http::Request<Bytes>) -> http::Response<Bytes> {
        let lag = self.settings.lag;
        let is_late = !self.settings.is_unsteady || scattered(self.requests.len() as u64).is_multiple_of(2);
        if lag.is_zero() || !is_listing(operation) || !is_late {
            return self.carry_out_now(operation, request);
        }
        let time = SystemTime::now();
        while let Some((written, call)) = self.behind.pop_front_if(|(written, _)| *written + lag <= time) {
            self.later.handle(written, call);
        }
        self.later.handle(time, request)
    }

    /// Carries a call out; a listing shows what is there.
    pub(super) fn carry_out_now(
        &mut self,
        operation: &str,
        request: http::Request<Bytes>,
    ) -> http::Response<Bytes> {
        let time = SystemTime::now() - self.ago;
        if !is_listing(operation) {
            self.behind.push_back((time, request.clone()));
        }
        self.now.handle(time, request)
    }

    /// Whether keys are past their time; they are used once more.
    fn is_expired(&mut self, keys: usize) -> bool {
        let (since, count) = self.used.entry(keys).or_insert((Instant::now(), 0));
        *count += 1;
        match self.settings.lifetime {
            None => false,
            Some(Lifetime::Requests(most)) => *count > most,
            Some(Lifetime::Time(most)) => since.elapsed() > most,
        }
    }
}

/// The resources that a call needs permission for: `*` where IAM knows none for the action, and none where
/// the call names nothing that could be one.
fn resources_of(operation: Operation, came: &Request) -> Vec<String> {
    let body: Value = serde_json::from_str(&came.body).unwrap_or_default();
    let members: &[&str] = match operation {
        Operation::DeleteProject
        | Operation::PutProjectPolicy
        | Operation::ListProjectPolicies
        | Operation::DeleteProjectPolicy => &["ProjectArn"],
        Operation::CopyProjectVersion => &["SourceProjectVersionArn", "DestinationProjectArn"],
        _ => return vec!["*".to_owned()],
    };
    let arns = members.iter().filter_map(|member| body[member].as_str());
    arns.filter(|arn| arn.split(':').count() == 6).map(str::to_owned).collect()
}

fn is_listing(operation: &str) -> bool {
    operation.starts_with("List") || operation.starts_with("Describe")
}

fn sts_action(body: &Bytes) -> String {
    let body = String::from_utf8_lossy(body);
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    action.unwrap_or_default().to_owned()
}

/// A number without a pattern that a row of requests could fall in step with.
fn scattered(number: u64) -> u64 {
    let mixed = (number ^ 0x5bd1_e995).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33
}

/// An error in the form of its service.
fn error(came: &Request, status: u16, code: &str, message: &str) -> http::Response<Bytes> {
    if came.service == "xray" {
        let mut response = response(status, "application/json", json!({ "message": message }).to_string());
        response.headers_mut().insert("x-amzn-errortype", code.parse().expect("a code is a header"));
        return response;
    }
    let body = json!({ "__type": code, "Code": code, "Message": message });
    response(status, "application/x-amz-json-1.1", body.to_string())
}

fn response(status: u16, content_type: &str, body: String) -> http::Response<Bytes> {
    http::Response::builder()
        .status(status)
        .header("content-type", content_type)
        .header("x-amzn-requestid", "01234567-89ab-cdef-0123-456789abcdef")
        .body(Bytes::from(body))
        .expect("the parts of a response are well-formed")
}
