//! Every effect on a target: from a plan to exchanges.

#[cfg(test)]
mod answers;
pub mod ledger;
pub mod listing;
mod session;
mod sweep;
pub mod target;
mod transport;

pub use session::{Session, SessionError};
pub use sweep::Swept;
pub use transport::connector::{Budget, Connector};
pub(crate) use transport::foreign_protocol::foreign_protocol;
pub use transport::sdk::Reader;
