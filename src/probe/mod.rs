//! Sending: from a plan to exchanges.
//!
//! Both channels, the typed SDK clients and raw signed HTTP, go through one [`Connector`].

#[cfg(test)]
mod answers;
mod connector;
mod execute;
mod greeting;
mod health;
mod network;
pub mod read;
mod shape;
mod sign;
mod sweep;
mod typed;

pub(crate) use connector::NONSENSE;
pub use connector::{Budget, Connector};
pub use execute::{Session, SessionError};
pub(crate) use greeting::greeting;
pub use sweep::Swept;
pub use typed::Reader;
