//! The judge: from a rule and every attempt at its cases to a verdict. Pure, so a recording can be
//! judged again after a rule has changed, and nothing outside of it decides or edits a verdict.

mod attempt;
mod case;
mod compare;
pub mod finding;
mod linearizability;
mod monitors;
mod progress;
mod read_back;
mod real;
mod state;

pub use attempt::{is_up_to_date, judge_attempt};
pub use case::{Attempts, CaseOutcome, CaseVerdict, suspects};
pub use monitors::MonitorLog;
pub use progress::RuleProgress;
pub use real::lacking_permission;

#[cfg(test)]
pub(crate) mod tests;
