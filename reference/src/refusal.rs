//! Refusals: error responses.

use crate::code;

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
