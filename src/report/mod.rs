//! Reports: the results of a run, for people and for programs.
//!
//! Everything here consumes results and causes none. What an endpoint said is untrusted: it goes
//! through [`crate::exchange::untrusted`] before it reaches a terminal or a file.

mod coverage;
pub mod diff;
mod json;
pub mod script;
mod summary;
#[cfg(test)]
mod tests;
mod text;

pub use json::{SCHEMA, json, write_json};
pub use summary::{Report, RunInfo, Summary};
pub use text::text;
