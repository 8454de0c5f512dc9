//! Custom Labels project policies, and the projects that they are attached to.

mod calls;
mod copy;
mod create_project;
mod delete;
mod delete_project;
mod describe_projects;
mod lifecycle;
mod list;
mod listings;
mod lookups;
mod policies;
mod project_checks;
mod put;
mod refusals;
mod tokens;

use super::{Rule, concurrency, wire};

/// The rules of Rekognition's operations and their life cycle.
pub(super) fn rules() -> Vec<Rule> {
    [
        put::rules(),
        list::rules(),
        delete::rules(),
        copy::rules(),
        create_project::rules(),
        describe_projects::rules(),
        delete_project::rules(),
        lifecycle::rules(),
        concurrency::rules(calls::CALLS),
        wire::rules(calls::CALLS),
    ]
    .into_iter()
    .flatten()
    .collect()
}
