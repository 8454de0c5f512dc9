//! The folder of counterexamples: `RULE-CLASS.json`, one a violation.

use super::exit::Failure;
use super::files::read_counterexamples;
use super::output::Output;
use crate::exchange::untrusted::Redaction;
use crate::report::write_json;
use crate::results::{Counterexample, Results};
use std::io;
use std::path::Path;

/// The counterexamples in a folder, which is made where it is not there yet.
pub(super) fn open(folder: &Path) -> Result<Vec<Counterexample>, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let found = read_counterexamples(&[folder.to_owned()])?;
    Ok(found.into_iter().map(|(_, counterexample)| counterexample).collect())
}

/// Writes the counterexample of each violation into a folder. Those of what was mended stay, so that it is
/// tried again.
pub(super) fn keep(folder: &Path, results: &Results, redaction: &Redaction) -> Result<(), Failure> {
    let all = results.findings().map(|(result, finding)| Counterexample::of(result, finding));
    let mut lasting = all.filter(|counterexample| !counterexample.is_of_one_run());
    let written = lasting.try_for_each(|counterexample| {
        let json = counterexample.json(redaction)?;
        Output::open(&folder.join(counterexample.file_name()))?.write(|out| write_json(&json, out))
    });
    written.map_err(|error| unwritable(folder, &error))
}

fn unwritable(folder: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("the corpus {} cannot be written: {error}", folder.display()))
}
