//! The rules: documented clauses made executable.
//!
//! One file per operation says what the service model cannot; constraint rules are derived from
//! the model. [`catalogue`] is the slice that everything else iterates.

mod builder;
mod calls;
mod catalogue;
pub mod clauses;
mod concurrency;
mod constraint;
mod deletions;
mod documents;
pub mod equivalence;
pub mod expectation;
mod kept;
mod limits;
mod monitors;
mod nearest;
mod policy_checks;
mod rekognition;
mod rule;
mod sequences;
pub mod source;
mod wire;
mod xray;

pub(crate) use builder::{NOTHING, RuleBuilder, monitor};
pub use catalogue::{catalogue, rule, with_observed_rules};
pub use nearest::{nearest, nearest_rule};
pub(crate) use rule::case;
pub use rule::{MonitorOutcome, Random, Refusals, Rule, Trial, Wrong, id_scope};
