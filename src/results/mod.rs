//! The results of a run, as plain data: the runner fills them in, and reports read nothing else.

mod cause;
mod counterexample;
mod lasting;
mod model;
mod record;
mod recording;
mod shard;
mod waiver;
mod waiving;

pub use cause::{Cause, causes};
pub use counterexample::{Counterexample, CounterexampleError, finding_file};
pub use lasting::lasting;
pub use model::{Latency, Observation, Results, RuleResult, RunInfo, ShapeChange, Survey, TargetInfo};
pub use record::Record;
pub use recording::{RecordedRun, RecordingError, read_recording, write_recording};
pub use shard::{Shard, ShardInfo};
pub use waiver::{Waiver, WaiverOutcome, WaiverState};
