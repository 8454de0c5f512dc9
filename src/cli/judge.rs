//! `judge`: a recorded run judged again.

use super::exit::{Exit, Failure};
use super::run::{Judging, exit, open, own_share, publish};
use crate::report::{Report, RunInfo};
use crate::results::{RecordedRun, read_recording};
use crate::rules::{Rule, catalogue, with_observed_rules};
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
        match catalogue().iter().find(|rule| rule.id == *id) {
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
        return Err(Failure { exit: Exit::Nothing, message: "no rule was recorded".to_owned() });
    }
    let outputs = open(&options.judging)?;
    results.rules = judge_again(&with_observed_rules(&rules), &results.records);
    results.rules.retain(|result| rules.iter().any(|rule| std::ptr::eq(*rule, result.rule)));
    results.apply_waivers(&recorded.waivers, &recorded.today);
    let strict = recorded.strict || options.judging.strict;
    let RecordedRun { seed, started_at, missing, shard, .. } = recorded;
    let own = own_share(&rules, shard.as_ref());
    let info = RunInfo { seed, started_at, strict, missing, shape_changes: Vec::new(), shard };
    let report = Report::new(&recorded.target, info, &results, rules.len());
    publish(&options.judging, outputs, &report)?;
    Ok(exit(&options.judging, &report, &results, &own))
}
