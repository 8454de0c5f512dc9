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
mod shared;
mod tokens;

use super::Rule;

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
        shared::racing().rules(),
        shared::wire().rules(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
