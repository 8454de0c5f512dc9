//! `merge`: one report from the reports of shards.

use super::exit::{Exit, Failure};
use super::files::read;
use super::run::{Judging, exit, open, publish};
use crate::report::{Merged, Report};
use crate::rules::Rule;
use clap::Args;
use std::path::PathBuf;

/// Options of `merge`.
#[derive(Debug, Args)]
pub(super) struct MergeOptions {
    /// The JSON reports of all shards of a run, in any order
    #[arg(value_name = "SHARD.json", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    judging: Judging,
}

pub(super) fn merge(options: &MergeOptions) -> Result<Exit, Failure> {
    let file = |path: &PathBuf| Ok((path.display().to_string(), read(path)?));
    let files = options.files.iter().map(file).collect::<Result<Vec<_>, Failure>>()?;
    let merged = Merged::of(files).map_err(|error| Failure::usage(error.to_string()))?;
    let Merged { target, mut info, results } = merged;
    info.strict |= options.judging.strict;
    let outputs = open(&options.judging)?;
    let rules: Vec<&Rule> = results.rules.iter().map(|result| result.rule).collect();
    let report = Report::new(&target, info, &results, rules.len());
    publish(&options.judging, outputs, &report)?;
    Ok(exit(&options.judging, &report, &rules))
}
