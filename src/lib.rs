//! The suite: rules, the runner that tries them on a target, and reports of what they came to.

pub mod clauses;
pub mod cli;
pub mod config;
pub mod exchange;
pub mod expectation;
pub mod finding;
mod history;
pub mod judge;
pub mod ledger;
mod monitor;
pub mod mutants;
pub mod probe;
pub mod report;
pub mod results;
pub mod rules;
pub mod runner;
pub mod survey;
pub mod target;
pub mod untrusted;
