//! X-Ray resource policies.

mod calls;
mod checks;
mod delete;
mod lifecycle;
mod list;
mod put;
mod refusals;

use super::{Rule, concurrency, wire};

/// The rules of X-Ray's operations and their life cycle.
pub(super) fn rules() -> Vec<Rule> {
    [
        put::rules(),
        list::rules(),
        delete::rules(),
        lifecycle::rules(),
        concurrency::rules(calls::CALLS),
        wire::rules(calls::CALLS),
    ]
    .into_iter()
    .flatten()
    .collect()
}
