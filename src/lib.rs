//! The suite: a catalogue of rules, the run that tries them on a target, the judge of what came back,
//! and reports of the results.

pub mod cli;
pub mod embedded;
pub mod exchange;
pub mod execute;
pub mod judge;
pub mod mutation;
pub mod report;
pub mod results;
pub mod rules;
pub mod run;
pub mod service;
pub mod settings;
