//! Files that commands read: reports, and counterexamples.

use super::exit::Failure;
use crate::report::ReadReport;
use crate::results::Counterexample;
use std::path::{Path, PathBuf};

/// Reads a JSON report.
pub(super) fn read_report(path: &Path) -> Result<ReadReport, Failure> {
    ReadReport::parse(&read(path)?).map_err(|error| wrong(path, error))
}

/// Reads the counterexamples of files, of folders of such files, and of JSON reports.
pub(super) fn read_counterexamples(paths: &[PathBuf]) -> Result<Vec<(PathBuf, Counterexample)>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        let files = if path.is_dir() { files_in(path)? } else { vec![path.clone()] };
        for file in files {
            let found = Counterexample::read(&read(&file)?).map_err(|error| wrong(&file, error))?;
            all.extend(found.into_iter().map(|one| (file.clone(), one)));
        }
    }
    Ok(all)
}

/// The JSON files in a folder, by name.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|error| wrong(folder, format!("it cannot be read: {error}")))?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|kind| kind == "json"));
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| wrong(path, format!("it cannot be read: {error}")))
}

fn wrong(path: &Path, why: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {why}", path.display()))
}
