//! `mutants`: the suite against every seeded fault and every variant.

use super::exit::{Exit, Failure, print};
use super::options::globs;
use super::progress::Progress;
use crate::mutation::{Trials, matrix};
use crate::run::RunOptions;
use clap::Args;
use std::path::PathBuf;

/// Options of `mutants`.
#[derive(Debug, Args)]
pub(super) struct MutantsOptions {
    /// Only faults whose name matches, and no variants (repeatable)
    #[arg(long, value_name = "GLOB")]
    fault: Vec<String>,
    /// Only variants whose name matches, and no faults (repeatable)
    #[arg(long, value_name = "GLOB")]
    variant: Vec<String>,
    /// At most so many requests for each fault, cleaning up included, as `run` has it: what is caught then
    #[arg(long, value_name = "N")]
    max_requests: Option<u64>,
    /// Random cases of each rule
    #[arg(long, value_name = "N", default_value_t = 4)]
    cases: u32,
    /// Where the random cases start from
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Write the whole matrix as JSON, - for standard output
    #[arg(long, value_name = "json=PATH", value_parser = json_path)]
    report: Option<PathBuf>,
    /// No progress on the terminal
    #[arg(long)]
    no_progress: bool,
}

fn json_path(text: &str) -> Result<PathBuf, String> {
    match text.split_once('=') {
        Some(("json", path)) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => Err("json=PATH".to_owned()),
    }
}

pub(super) fn mutants(options: &MutantsOptions) -> Result<Exit, Failure> {
    let (mut trials, all) = trials(options)?;
    if options.max_requests.is_some() {
        trials.variants.clear();
    }
    let count = trials.faults.len() + trials.variants.len();
    if count == 0 {
        return Err(Failure::nothing("no fault and no variant is selected"));
    }
    let progress = Progress::new(count, "faults and variants", None, options.no_progress);
    let run = RunOptions { seed: options.seed, cases: options.cases, ..RunOptions::default() };
    let mut matrix = matrix(&trials, &run, options.max_requests, &|| progress.inc())
        .map_err(|error| Failure::unjudged(error.to_string()))?;
    progress.done();
    if !all || options.max_requests.is_some() {
        // A rule shows what it catches only where everything is tried.
        matrix.vacuous.clear();
    }
    let json = format!("{:#}", matrix.json());
    let is_stdout = options.report.as_ref().is_some_and(|path| path.as_os_str() == "-");
    match &options.report {
        Some(_) if is_stdout => print(&(json + "\n"))?,
        Some(path) => std::fs::write(path, json).map_err(|error| {
            Failure::usage(format!("the report {} cannot be written: {error}", path.display()))
        })?,
        None => {}
    }
    if !is_stdout {
        let time = format!("time      {:.1} s\n", matrix.duration.as_secs_f64());
        print(&(matrix.summary() + &time))?;
    }
    Ok(if matrix.is_clean() { Exit::Conformant } else { Exit::Violations })
}

/// The selected trials, and whether they are all that there are.
fn trials(options: &MutantsOptions) -> Result<(Trials<'static>, bool), Failure> {
    let mut trials = Trials::all();
    if options.fault.is_empty() && options.variant.is_empty() {
        return Ok((trials, true));
    }
    let faults = globs("--fault", &options.fault)?;
    let variants = globs("--variant", &options.variant)?;
    trials.faults.retain(|fault| faults.iter().any(|glob| glob.is_match(fault.name)));
    trials.variants.retain(|variant| variants.iter().any(|glob| glob.is_match(variant.name)));
    Ok((trials, false))
}
