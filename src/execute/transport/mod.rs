//! From a call to an exchange: signing, HTTP, and reading the response with the SDK.

pub(super) mod connector;
pub(super) mod foreign_protocol;
mod health;
mod network;
pub(super) mod sdk;
mod shape;
pub(super) mod sign;
