//! From a call to an exchange: signing, HTTP, and reading the response with the SDK.

mod breaker;
pub(super) mod budget;
pub(super) mod connector;
pub(super) mod foreign_protocol;
mod log;
pub(super) mod network;
pub(super) mod sdk;
mod shape;
pub(super) mod sign;
