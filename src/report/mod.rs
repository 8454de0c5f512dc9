//! Reports: the results of a run, for people and for programs.
//!
//! Everything here consumes results and causes none. What an endpoint said is untrusted: it goes
//! through [`crate::exchange::untrusted`] before it reaches a terminal or a file.

mod answers;
mod badge;
mod coverage;
mod detail;
mod diff;
mod github;
mod history;
mod html;
mod json;
mod junit;
mod markdown;
mod merge;
mod operations;
mod read;
mod sarif;
pub mod script;
mod summary;
#[cfg(test)]
mod tests;
mod text;

pub use badge::badge;
pub use diff::Difference;
pub use github::annotations;
pub use history::{HistoryEntry, changes};
pub use html::html;
pub use json::{SCHEMA, json, write_json};
pub use junit::write_junit;
pub use markdown::markdown;
pub use merge::{MergeError, Merged};
pub use read::{ReadError, ReadReport};
pub use sarif::sarif;
pub use summary::{Report, Summary};
pub use text::{text, verdict};
