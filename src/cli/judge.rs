//! `judge`: a recorded run judged again.

use super::exit::{Exit, Failure};
use super::run::{Judging, exit, open, own_share, publish};
use crate::report::Report;
use crate::results::{RunInfo, read_recording};
use crate::rules::{Rule, rule, with_observed_rules};
use crate::run::judge_again;
use clap::Args;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

/// Options of `judge`.
#[derive(Debug, Args)]
pub(super) struct JudgeOptions {
    /// What `run --record FILE` wrote
    #[arg(value_name = "RECORDING")]
    file: PathBuf,
    #[command(flatten)]
    judging: Judging,
}

pub(super) fn judge(options: &JudgeOptions) -> Result<Exit, Failure> {
    let named = |why: String| Failure::usage(format!("{}: {why}", options.file.display()));
    let file = File::open(&options.file).map_err(|error| named(format!("it cannot be read: {error}")))?;
    let read = read_recording(BufReader::new(file)).map_err(|error| named(error.to_string()))?;
    let (recorded, mut results) = read;
    let (mut rules, mut unknown): (Vec<&'static Rule>, Vec<&str>) = (Vec::new(), Vec::new());
    for id in &recorded.rules {
        match rule(id) {
            Some(rule) => rules.push(rule),
            None => unknown.push(id),
        }
    }
    if !unknown.is_empty() {
        anstream::eprintln!(
            "aws-conformance: recorded by version {}, and no rule any more: {}",
            recorded.version,
            crate::exchange::untrusted::escaped(&unknown.join(", "))
        );
    }
    if rules.is_empty() {
        return Err(Failure::nothing("no rule was recorded"));
    }
    let outputs = open(&options.judging)?;
    results.rules = judge_again(&with_observed_rules(&rules), &results.records);
    results.rules.retain(|result| rules.iter().any(|rule| std::ptr::eq(*rule, result.rule)));
    results.apply_waivers(&recorded.waivers, &recorded.today);
    let own = own_share(&rules, recorded.info.shard.as_ref());
    let strict = recorded.info.strict || options.judging.strict;
    let info = RunInfo { strict, ..recorded.info };
    let report = Report::new(&recorded.target, info, &results, rules.len());
    publish(&options.judging, outputs, &report)?;
    Ok(exit(&options.judging, &report, &own))
}
