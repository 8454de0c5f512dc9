//! The figures of runs, kept to be compared over time.

use super::summary::{Report, Summary, VERSION};
use serde::{Deserialize, Serialize};

/// The form of an entry; another one if it ever changes.
const FORM: &str = "aws-conformance/history/1";

/// The figures of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    schema: String,
    /// Version of the suite.
    pub version: String,
    /// When the run began, RFC 3339 with milliseconds.
    pub started_at: String,
    /// Counts and the two figures.
    pub summary: Summary,
}

impl HistoryEntry {
    /// The entry of a report.
    pub fn of(report: &Report<'_>) -> Self {
        Self {
            schema: FORM.to_owned(),
            version: VERSION.to_owned(),
            started_at: humantime::format_rfc3339_millis(report.info.started_at).to_string(),
            summary: report.summary.clone(),
        }
    }

    /// The entry that a text holds. None: it is something else.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|entry: &Self| entry.schema == FORM)
    }

    /// The name of its file: the names of later runs come behind it.
    pub fn file_name(&self) -> String {
        format!("{}.json", self.started_at.replace(':', "-"))
    }
}
