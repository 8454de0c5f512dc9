//! The results of a run, as plain data: the runner fills them in, and reports read nothing else.

mod cause;
mod model;
mod waiver;
mod waiving;

pub use cause::{Cause, causes};
pub use model::{CaseRecord, Observation, RecordKind, Results, RuleResult, Survey, TargetInfo};
pub use waiver::{Waiver, WaiverOutcome, WaiverState};
