//! A run: rules tried against a target, service by service, in lanes.

pub mod estimate;
mod ground;
mod lane;
mod left_out;
mod log;
mod options;
mod recording;
mod replay;
mod results_of;
mod schedule;
mod seed;
mod service_run;
mod shard;
pub mod survey;
#[cfg(test)]
mod tests;
mod together;
mod whole;
mod work;

pub use options::{Event, Listener, Reproduction, RunError, RunOptions, StopAfter};
pub use recording::judge_again;
pub use shard::division;
pub use whole::run;
