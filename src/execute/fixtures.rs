//! The projects that a session has leased, and those that it gave up.

use super::error::StepError;
use crate::exchange::{Exchange, Outcome};
use crate::service::PROJECTS;
use serde_json::Value;

/// A leased project.
#[derive(Clone, Debug)]
pub(super) struct Project {
    pub(super) arn: String,
    /// The stem of its name; none where the user supplied it: then it is emptied, never deleted.
    pub(super) stem: Option<String>,
    /// The name under which it is awaited before it is used first.
    pub(super) awaited: Option<String>,
}

/// The projects that a session leases, and those that it gave up.
#[derive(Debug, Default)]
pub(super) struct Fixtures {
    pub(super) projects: Vec<Project>,
    /// Whether a leased project's ARN was made up, since a creation answered none.
    pub(super) invented: bool,
    /// Why the last lease failed, and how many have in a row.
    pub(super) failed: Option<StepError>,
    pub(super) failed_leases: u32,
    /// Projects that could not be removed yet, since they were in use: region and ARN.
    pub(super) postponed: Vec<(String, Value)>,
}

impl Fixtures {
    /// Fixtures with the project that the user supplied, if any.
    pub(super) fn new(user_project: Option<&String>) -> Self {
        let project = |arn: &String| Project { arn: arn.clone(), stem: None, awaited: None };
        Self { projects: user_project.map(project).into_iter().collect(), ..Self::default() }
    }

    /// A leased project that a case has removed is leased no longer.
    pub(super) fn note_removed(&mut self, exchange: &Exchange) {
        if exchange.request.operation == PROJECTS.delete
            && matches!(exchange.outcome(), Outcome::Success(_))
            && let Some(input) = exchange.request.input()
        {
            let gone = input.get(PROJECTS.names.removal).and_then(Value::as_str);
            self.projects.retain(|project| Some(project.arn.as_str()) != gone);
        }
    }
}
