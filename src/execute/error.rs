//! Why a step of a case could not be executed.

use super::journal::JournalError;
use crate::exchange::{Exchange, Outcome, Request, Trace, is_throttled};
use aws_conformance_generators::plan::Unbound;

/// Why a step could not be carried out.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum StepError {
    /// The journal cannot be written, so that nothing may be created any more.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Something that it needs has no value.
    #[error(transparent)]
    Unbound(#[from] Unbound),
    /// A name may not be created: it was there before the run.
    #[error("{0:?} was there before the run and is not touched")]
    Preexisting(String),
    /// An earlier case made it, and it could not be removed.
    #[error("{0:?} was left behind by an earlier case, since it could not be removed")]
    LeftBehind(String),
    /// Another case has it at the moment.
    #[error("{0:?} is used by another case")]
    InUse(String),
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
    /// What it needs was refused: what was asked for, and the status and the code of the refusal. One that asks
    /// to slow down says nothing.
    #[error("{what} was refused with HTTP {status} {code}")]
    Refused { what: String, status: u16, code: String, throttled: bool },
    /// What it needs got no response.
    #[error("{what} got no answer: {detail}")]
    NoResponse { what: String, detail: String },
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
    ///
    /// # Errors
    /// When nothing more can be executed.
    pub(super) fn trace(self) -> Result<Trace, JournalError> {
        match self {
            Self::Journal(error) => Err(error),
            Self::NoResponse { .. } | Self::Refused { throttled: true, .. } => {
                Ok(Trace::Unknown(self.to_string()))
            }
            _ => Ok(Trace::Skipped(self.to_string())),
        }
    }
}
