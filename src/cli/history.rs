//! The folder that keeps the figures of runs.

use super::exit::Failure;
use super::output::Output;
use crate::report::{HistoryEntry, Report, write_json};
use std::path::Path;
use std::{fs, io};

/// Makes the folder, so that one that cannot be made is known before anything is sent.
pub(super) fn open(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))
}

/// Adds this run's figures, and tells those of all runs, the oldest first.
pub(super) fn add(folder: &Path, report: &Report<'_>) -> Result<Vec<HistoryEntry>, Failure> {
    add_and_read(folder, report).map_err(|error| unusable(folder, &error))
}

fn add_and_read(folder: &Path, report: &Report<'_>) -> io::Result<Vec<HistoryEntry>> {
    let entry = HistoryEntry::of(report);
    let value = serde_json::to_value(&entry)?;
    Output::open(&folder.join(entry.file_name()))?.write(|out| write_json(&value, out))?;
    let mut entries = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.extension().is_some_and(|kind| kind == "json") {
            // What is no entry is somebody else's.
            entries.extend(fs::read_to_string(path).ok().as_deref().and_then(HistoryEntry::parse));
        }
    }
    entries.sort_by(|one, other| one.started_at.cmp(&other.started_at));
    Ok(entries)
}

fn unusable(folder: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("the history in {} cannot be used: {error}", folder.display()))
}
