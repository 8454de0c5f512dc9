//! Files that commands read: reports, and counterexamples.

use super::exit::Failure;
use crate::report::ReadReport;
use crate::results::Counterexample;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most bytes of a file.
const LONGEST: u64 = 512 << 20;

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

/// Reads a file whole, unless it is longer than any that the suite writes.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let file = File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    match file {
        Ok(length) if length as u64 <= LONGEST => Ok(bytes),
        Ok(_) => Err(wrong(path, format!("it is longer than {} MiB", LONGEST >> 20))),
        Err(error) => Err(wrong(path, format!("it cannot be read: {error}"))),
    }
}

fn wrong(path: &Path, why: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {why}", path.display()))
}
