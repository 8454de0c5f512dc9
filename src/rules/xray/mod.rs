//! X-Ray resource policies.

mod calls;
mod checks;
mod delete;
mod lifecycle;
mod list;
mod put;
mod refusals;
mod shared;

use super::Rule;

/// The rules of X-Ray's operations and their life cycle.
pub(super) fn rules() -> Vec<Rule> {
    [
        put::rules(),
        list::rules(),
        delete::rules(),
        lifecycle::rules(),
        shared::racing().rules(),
        shared::wire().rules(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
