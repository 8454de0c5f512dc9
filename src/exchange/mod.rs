//! What was sent and what came back: the evidence that everything is judged by.

mod abridged;
mod bytes_as_text;
mod credentials;
mod message;
mod trace;
pub mod untrusted;

pub use credentials::Credentials;
pub use message::{
    Cut, Exchange, Outcome, Reply, Request, Response, TransportError, TransportErrorKind, Typed, describe,
    has_expired, is_not_implemented, is_of_gateway, is_throttled,
};
pub use trace::{Listed, Recorded, State, Trace};
