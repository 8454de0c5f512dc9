//! Every effect on a target: from a plan to exchanges.

#[cfg(test)]
mod answers;
mod bindings;
mod client;
mod error;
mod execution;
mod fixtures;
mod inventory;
pub mod journal;
mod leasing;
pub mod ledger;
pub mod listing;
mod made;
mod oracle;
mod place;
mod removal;
mod session;
mod settling;
pub mod signer;
mod sweep;
pub mod target;
mod transport;

pub(crate) use bindings::projects_of;
pub use inventory::Inventory;
pub use journal::JournalError;
pub use oracle::Oracle;
pub use session::{Session, finish};
pub use sweep::{Old, SweepError, Swept, sweep};
pub use transport::budget::{Budget, Interrupt};
pub use transport::connector::{Connector, latencies};
pub(crate) use transport::foreign_protocol::foreign_protocol;
pub use transport::network::{describe as describe_error, sdk_client};
pub use transport::sdk::read_with_sdk;
