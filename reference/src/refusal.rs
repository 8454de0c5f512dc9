//! Refusals: error responses.

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
