//! Waiting for what goes on after it is answered: a project that is being made or removed.

use super::client::Client;
use super::listing::{Item, ListError};
use super::transport::budget::Purpose;
use crate::exchange::Trace;
use crate::service::PROJECTS;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// So many waits of a run may take their whole time for nothing: what comes after them is looked at once.
const LATE_WAITS: u32 = 2;

/// How a service refuses the name of a project that does not exist, where it does.
const ABSENT: [&str; 2] = ["ResourceNotFoundException", "InvalidParameterException"];

impl Client {
    /// The longest pause between two looks at projects that are to go: about as slowly as others came.
    pub(super) fn longest_poll(&self) -> Duration {
        let most = self.target.limits.poll;
        (self.connector.budget().settling() / 4).clamp(most / 10, most)
    }

    /// Polls until a project has a status, or (with none) is no longer listed.
    pub(super) async fn settle(&mut self, name: &str, status: Option<&str>, judged: bool) -> Trace {
        // A wait that is judged takes its whole time, whatever others have shown.
        let is_futile = !judged && self.connector.late_waits() >= LATE_WAITS;
        let after = self.target.limits.settle;
        let since = Instant::now();
        let mut pause = self.target.limits.first_poll;
        let mut polls = Vec::new();
        let place = self.place(&PROJECTS);
        loop {
            let (found, pages) = self.find_project(&place, name, "await", Purpose::Judging).await;
            polls.extend(pages);
            self.connector.budget().note_settling(since.elapsed());
            let status_of =
                |project: Item| project.value.get("Status").and_then(Value::as_str).unwrap_or("").to_owned();
            let seen = match found {
                Ok(project) => project.map(status_of),
                Err(ListError::Refused { code, .. }) if ABSENT.contains(&code.as_str()) => None,
                Err(error) => return Trace::Await { reached: Err(error.to_string()), late: false, polls },
            };
            // A project that is listed without a status is there: more cannot be asked of it.
            if seen.as_deref() == status || (status.is_some() && seen.as_deref() == Some("")) {
                return Trace::Await { reached: Ok(()), late: false, polls };
            }
            // What is there at once needs no waiting.
            if is_futile {
                let reached = Err("projects do not settle on this target".to_owned());
                return Trace::Await { reached, late: false, polls };
            }
            if self.connector.budget().is_interrupted() {
                let reached = Err("the run was interrupted".to_owned());
                return Trace::Await { reached, late: false, polls };
            }
            if since.elapsed() >= after {
                self.connector.note_late_wait();
                let seen = seen.map_or("not listed".to_owned(), |status| format!("listed as {status:?}"));
                let wanted = status.map_or("gone".to_owned(), |status| format!("{status:?}"));
                let after = humantime::format_duration(after);
                let reached = Err(format!("after {after} the project is {seen}, not {wanted}"));
                return Trace::Await { reached, late: true, polls };
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(self.target.limits.poll);
        }
    }
}
