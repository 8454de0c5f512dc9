//! Requests and responses.

use super::payload::Payload;
use crate::service;
use aws_conformance_generators::plan::Service;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One request with its answer, or with the reason why there is none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Exchange {
    /// The label of the plan's call; reads and clean-up have labels of their own.
    pub label: String,
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub reply: Reply,
    /// What the typed SDK client made of the answer, where it was the one that called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<Typed>,
    /// When the request was sent, seconds since the epoch.
    pub sent_at: f64,
    /// Whether the request as sent breaks no documented rule, as far as its sender knows.
    pub well_formed: bool,
    /// Whether the request names no operation in the protocol's way, so that the answer need not
    /// be the protocol's either.
    #[serde(default)]
    pub off_protocol: bool,
    /// How often the transport sent it again before this was the reply.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub resent: u32,
}

impl Exchange {
    /// A well-formed request with what came back, of which nothing else is known.
    pub fn new(label: impl Into<String>, request: Request, reply: Reply) -> Self {
        Self {
            label: label.into(),
            request,
            reply,
            typed: None,
            sent_at: 0.0,
            well_formed: true,
            off_protocol: false,
            resent: 0,
        }
    }

    /// The answer, if there was one.
    pub fn response(&self) -> Option<&Response> {
        self.reply.as_ref().ok()
    }

    /// Whether the time for an answer passed without one.
    pub fn has_timed_out(&self) -> bool {
        matches!(&self.reply, Err(silence) if silence.kind == TransportErrorKind::TimedOut)
    }

    /// What the answer amounts to.
    pub fn outcome(&self) -> Outcome<'_> {
        match &self.reply {
            Ok(answer) => answer.outcome(),
            Err(silence) => Outcome::NoResponse(silence),
        }
    }
}

/// A request as it was sent, without credentials.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// The service that was called.
    pub service: Service,
    /// The operation that was meant.
    pub operation: String,
    /// The region that it was signed for.
    pub region: String,
    /// HTTP method.
    pub method: String,
    /// Path below the endpoint.
    pub path: String,
    /// The body.
    pub body: Payload,
    /// Bytes of the body that are missing at its end, where only its beginning is kept as evidence.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cut: usize,
}

fn is_zero<N: Default + PartialEq>(number: &N) -> bool {
    *number == N::default()
}

impl Request {
    /// A request to the root of an endpoint.
    pub fn new(
        service: Service,
        operation: impl Into<String>,
        region: impl Into<String>,
        body: impl Into<Payload>,
    ) -> Self {
        Self {
            service,
            operation: operation.into(),
            region: region.into(),
            method: "POST".to_owned(),
            path: "/".to_owned(),
            body: body.into(),
            cut: 0,
        }
    }

    /// The input object, if the body is JSON.
    pub fn input(&self) -> Option<&Value> {
        self.body.json()
    }
}

/// What came back: a complete response, or why there is none.
pub type Reply = Result<Response, TransportError>;

/// Why there is no answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TransportError {
    /// What happened.
    pub kind: TransportErrorKind,
    /// The error in words.
    pub detail: String,
}

/// What happened instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransportErrorKind {
    /// No connection could be made.
    Unreachable,
    /// No complete answer within the time allowed.
    TimedOut,
    /// The connection broke, or what came is no HTTP.
    Broken,
    /// The answer is longer than the limit.
    TooLong,
    /// The run's budget of requests is used up; nothing was sent.
    Budget,
    /// The endpoint has stopped answering; nothing was sent.
    Gone,
}

/// A complete HTTP answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, or how it begins.
    pub body: Payload,
    /// What was left out, where this is not the whole answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
}

/// What was left out of an answer that is kept as evidence, and what it said all the same.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cut {
    /// Bytes of the body that are missing at its end.
    pub bytes: usize,
    /// The error code of the whole answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
}

impl Response {
    /// An answer of these parts.
    pub fn new(status: u16, headers: Vec<(String, String)>, body: impl Into<Payload>) -> Self {
        Self { status, headers, body: body.into(), cut: None }
    }

    /// Whether the server failed: 501 says that it does not have the operation.
    pub fn has_failed(&self) -> bool {
        self.status >= 500 && self.status != 501
    }

    /// The first header of this (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether it has a body that no client can read.
    pub fn is_unreadable(&self) -> bool {
        self.json().is_none() && self.cut.is_none() && !self.body.iter().all(u8::is_ascii_whitespace)
    }

    /// The body as JSON, if it is.
    pub fn json(&self) -> Option<&Value> {
        self.body.json()
    }

    /// The error code where a client finds it: `x-amzn-errortype`, then `code`, then `__type`, each
    /// cut at the first `:` and behind the last `#` (Smithy, AWS JSON and REST-JSON).
    pub fn code(&self) -> Option<String> {
        if let Some(cut) = &self.cut {
            return cut.code.clone();
        }
        self.header("x-amzn-errortype").and_then(bare_code).map(str::to_owned).or_else(|| self.body_code())
    }

    /// The error code that stands in the body.
    pub fn body_code(&self) -> Option<String> {
        let member = |member: &str| bare_code(self.json()?.get(member)?.as_str()?);
        member("code").or_else(|| member("__type")).map(str::to_owned)
    }

    /// The error's message, in any of the spellings that clients take.
    pub fn message(&self) -> Option<&str> {
        let json = self.json()?;
        ["message", "Message", "errorMessage"]
            .iter()
            .find_map(|member| json.get(*member))
            .and_then(Value::as_str)
    }

    /// What this answer amounts to.
    pub fn outcome(&self) -> Outcome<'_> {
        let code = self.code();
        match self.status {
            200..=299 if !self.is_disguised_error(code.as_deref()) => Outcome::Success(self),
            _ => Outcome::Refused { code, answer: self },
        }
    }

    /// An error that came with a status of success. Answers may carry a `__type` of their own, so
    /// it has to look like an error's.
    fn is_disguised_error(&self, code: Option<&str>) -> bool {
        self.header("x-amzn-errortype").is_some()
            || code.is_some_and(|code| code.ends_with("Exception") || code.ends_with("Error"))
    }
}

/// An error code without namespace and address; none where nothing is left.
fn bare_code(text: &str) -> Option<&str> {
    let text = text.split(':').next().unwrap_or_default();
    Some(text.rsplit('#').next().unwrap_or_default().trim()).filter(|code| !code.is_empty())
}

/// What an exchange amounts to.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// A success.
    Success(&'a Response),
    /// A refusal; the code is missing where no client could find one.
    Refused {
        /// The error code.
        code: Option<String>,
        /// The whole answer.
        answer: &'a Response,
    },
    /// Nothing that could be judged.
    NoResponse(&'a TransportError),
}

/// An exchange's outcome in words.
pub fn describe(exchange: &Exchange) -> String {
    let more = match exchange.outcome() {
        Outcome::Success(_) => None,
        Outcome::Refused { answer, .. } => answer.message(),
        Outcome::NoResponse(error) => Some(error.detail.as_str()),
    };
    let short = in_short(exchange);
    match more {
        Some(more) => format!("{short}: {more}"),
        None => short,
    }
}

/// An exchange's outcome without what differs between responses of the same kind.
pub fn in_short(exchange: &Exchange) -> String {
    match exchange.outcome() {
        Outcome::Success(response) => format!("HTTP {} success", response.status),
        Outcome::Refused { code, answer } => {
            let code = code.unwrap_or_else(|| "an error without a code".to_owned());
            format!("HTTP {} {code}", answer.status)
        }
        Outcome::NoResponse(_) => "no response".to_owned(),
    }
}

/// Whether a response asks the caller to slow down, by its code or by its status alone.
pub fn is_throttled(response: &Response) -> bool {
    match response.code() {
        Some(code) => service::is_throttle(&code),
        None => response.status == 429,
    }
}

/// Whether a call may have been carried out that got this response: a server error, whatever it is called, but
/// for those that by their status too ask for nothing but patience.
pub fn may_be_carried_out(response: &Response) -> bool {
    response.has_failed() && !(is_throttled(response) && response.status != 500)
}

/// Whether a response says that the caller's credentials have expired.
pub fn has_expired(response: &Response) -> bool {
    response.code().is_some_and(|code| matches!(code.as_str(), "ExpiredToken" | "ExpiredTokenException"))
}

/// Whether a response comes from a proxy or a load balancer in front of the service, as far as one can
/// tell: no code, and a status that such a gateway gives by itself. Its form is not the service's.
pub fn is_of_gateway(response: &Response) -> bool {
    matches!(response.status, 429 | 502..=504) && response.code().is_none()
}

/// Whether an exchange says that its operation is not implemented.
pub fn is_not_implemented(exchange: &Exchange) -> bool {
    match exchange.outcome() {
        Outcome::Refused { code, answer } => service::says_not_implemented(answer.status, code.as_deref()),
        _ => false,
    }
}

/// What the typed SDK client reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Typed {
    /// The operation's output.
    Success,
    /// A service error; the code is missing where the client found none.
    Error(Option<String>),
    /// An answer that the client could not read.
    Unreadable(String),
    /// The client got no answer.
    NoResponse,
}
