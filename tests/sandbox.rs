//! The suite against the real service, for which a stand-in is there: an account behind a proxy.

mod clients;
mod crash;
mod nightly;
mod permissions;
mod refusals;
mod workflow;
