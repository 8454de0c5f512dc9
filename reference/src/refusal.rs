//! Refusals: error responses.

use crate::code;
use crate::service::Service;
use crate::switches::Switches;
use crate::variants::Reading;

/// An error response: a documented code with its status, and words.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) status: u16,
    pub(crate) message: String,
}

impl Refusal {
    /// A client's mistake.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::with_status(code, 400, message)
    }

    pub(crate) fn with_status(code: &'static str, status: u16, message: impl Into<String>) -> Self {
        Self { code, status, message: message.into() }
    }
}

/// Why there is no good response.
pub(crate) enum Problem {
    Refused(Refusal),
    /// A fault answers as if the code behind it had crashed.
    Crashed,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The error for a body that cannot be read.
pub(crate) fn serialization(words: &str) -> Refusal {
    Refusal::new(code::SERIALIZATION, words)
}

/// The error for an operation that there is not.
pub(crate) fn unknown_operation(status: u16) -> Refusal {
    Refusal::with_status(code::UNKNOWN_OPERATION, status, "There is no such operation.")
}

/// The refusal of one request in ten, where a variant throttles.
pub(crate) fn throttled(service: Service, served: u64, switches: &Switches) -> Option<Refusal> {
    const SPELLINGS: [(Reading, Service, &str, u16, &str); 6] = [
        (
            Reading::RThrottling400,
            Service::Rekognition,
            code::THROTTLING,
            400,
            "Slow down; sudden increase in rate of requests.",
        ),
        (Reading::RThrottling500, Service::Rekognition, code::THROTTLING, 500, "Service Unavailable"),
        (Reading::RThroughput, Service::Rekognition, code::THROUGHPUT, 400, "Provisioned Rate exceeded."),
        (Reading::XThrottled429, Service::XRay, code::THROTTLED, 429, "Rate exceeded"),
        (Reading::XThrottling400, Service::XRay, code::THROTTLING, 400, "Rate exceeded"),
        (Reading::XThrottling429, Service::XRay, code::THROTTLING, 429, "Rate exceeded"),
    ];
    if !served.is_multiple_of(10) {
        return None;
    }
    SPELLINGS
        .into_iter()
        .find(|(reading, of, ..)| *of == service && switches.reads(*reading))
        .map(|(_, _, code, status, message)| Refusal::with_status(code, status, message))
}
