//! Why a case, or a step of one, could not be executed.

use super::journal::JournalError;
use super::ledger::ClaimError;
use crate::exchange::{Exchange, Outcome, Request, Trace, is_throttled};
use aws_conformance_generators::plan::Unbound;

/// Why a case could not be executed at all. No verdict follows from it.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The journal cannot be written, so nothing may be created.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Why something was not done: what is wrong with one step, or with all that the run would do.
#[derive(Debug, thiserror::Error)]
pub(super) enum Halt {
    #[error(transparent)]
    Step(#[from] StepError),
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl Halt {
    /// The trace of a step that was not executed for this reason.
    ///
    /// # Errors
    /// When nothing more can be executed.
    pub(super) fn trace(self) -> Result<Trace, SessionError> {
        match self {
            Self::Step(error) => Ok(error.trace()),
            Self::Session(error) => Err(error),
        }
    }
}

/// Why a step could not be carried out.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum StepError {
    /// Something that it needs has no value.
    #[error(transparent)]
    Unbound(#[from] Unbound),
    /// A name may not be created.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// It is never sent to a real account.
    #[error("it is never sent to a real account: {0}")]
    Unsafe(&'static str),
    /// It would have been signed for another region.
    #[error("no other region is known in the AWS partition of {0}")]
    NoOtherRegion(String),
    /// It could not be removed in time.
    #[error("there is not enough time left for another project to come and to go")]
    TooLate,
    /// So much could not be removed that no more is created.
    #[error("{0} resources could not be removed, so that no more are created")]
    TooManyLeft(usize),
    /// What it needs was refused.
    #[error("{what} was refused with HTTP {status} {code}")]
    Refused {
        /// What was asked for.
        what: String,
        /// The status of the refusal.
        status: u16,
        /// Its code, or words for none.
        code: String,
        /// Whether it asked to slow down, so that it says nothing.
        throttled: bool,
    },
    /// What it needs got no response.
    #[error("{what} got no answer: {detail}")]
    NoResponse {
        /// What was asked for.
        what: String,
        /// What happened.
        detail: String,
    },
}

impl StepError {
    /// Why an exchange did not yield what was asked for; none if it succeeded.
    pub(super) fn of(what: String, exchange: &Exchange) -> Option<Self> {
        match exchange.outcome() {
            Outcome::Success(_) => None,
            Outcome::Refused { code, answer } => Some(Self::Refused {
                what,
                status: answer.status,
                code: match code {
                    Some(code) if code.starts_with("AccessDenied") => {
                        let Request { service, operation, .. } = &exchange.request;
                        format!("{code}: the caller may lack the permission {service}:{operation}")
                    }
                    code => code.unwrap_or_else(|| "no code".to_owned()),
                },
                throttled: is_throttled(answer),
            }),
            Outcome::NoResponse(error) => Some(Self::NoResponse { what, detail: error.detail.clone() }),
        }
    }

    /// The trace of a step that was not executed for this reason.
    pub(super) fn trace(&self) -> Trace {
        match self {
            Self::NoResponse { .. } | Self::Refused { throttled: true, .. } => {
                Trace::Unknown(self.to_string())
            }
            _ => Trace::Skipped(self.to_string()),
        }
    }
}
