//! What was sent and what came back: the evidence that everything is judged by.

mod abridged;
mod message;
mod payload;
mod shape;
mod trace;
pub mod untrusted;

pub use message::{
    Cut, Exchange, Outcome, Reply, Request, Response, TransportError, TransportErrorKind, Typed, describe,
    has_expired, in_short, is_not_implemented, is_of_gateway, is_throttled, may_be_carried_out,
};
pub use payload::Payload;
pub use shape::{Shapes, changes, shape};
pub use trace::{Listed, Recorded, State, Trace};
