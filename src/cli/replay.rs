//! `replay`: counterexamples sent again.

use super::amount::budget;
use super::exit::{Exit, Failure, print};
use super::files::read_counterexamples;
use super::interrupt;
use super::options::TargetOptions;
use super::run::try_rules;
use crate::results::Counterexample;
use crate::rules::{Rule, catalogue, rule};
use crate::run::{Event, Reproduction, RunOptions as Options};
use crate::settings::RunSettings;
use clap::Args;
use parking_lot::Mutex;
use std::path::PathBuf;
use std::sync::Arc;

/// Options of `replay`.
#[derive(Debug, Args)]
pub(super) struct ReplayOptions {
    /// Counterexamples of a corpus, folders of them, or JSON reports
    #[arg(value_name = "FILE-or-DIR", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    target: TargetOptions,
    /// Most requests a service, clean-up included [default: no limit]
    #[arg(help_heading = "How much", long, value_name = "N")]
    max_requests: Option<u64>,
    /// Most requests a second an operation [default: no limit]
    #[arg(help_heading = "How much", long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
}

pub(super) fn replay(options: &ReplayOptions) -> Result<Exit, Failure> {
    let all = read_counterexamples(&options.files)?;
    if all.is_empty() {
        return Err(Failure::nothing("there is no counterexample in it"));
    }
    let target = options.target.target()?;
    let is_named = |rule: &&Rule| all.iter().any(|(_, one)| one.rule == rule.id);
    let is_tried = |rule: &&Rule| is_named(rule) && target.has(rule.service);
    let rules: Vec<&'static Rule> = catalogue().iter().filter(is_tried).collect();
    let interrupt = interrupt::on_signals()?;
    let run = Options {
        corpus: all.iter().map(|(_, counterexample)| counterexample.clone()).collect(),
        corpus_only: true,
        settings: if target.is_real { RunSettings::real() } else { RunSettings::default() },
        ..Options::default()
    };
    let came: Mutex<Vec<(Counterexample, Reproduction)>> = Mutex::default();
    let listener = |event: Event<'_>| {
        if let Event::Replayed(counterexample, reproduction) = event {
            let mut came = came.lock();
            came.push((counterexample.clone(), reproduction.clone()));
        }
    };
    let budget = budget(options.max_requests, options.rate, None, &target);
    let budget = Arc::new(budget.until_interrupted(interrupt.clone()));
    let results = try_rules(&options.target, &target, &rules, &run, &budget, &listener)?;
    let came = came.into_inner();
    // Where a service could not be judged, the result of the rule says why.
    let untold = |id: &str| {
        let result = results.rules.iter().find(|result| result.rule.id == id);
        let why = match (rule(id).is_some(), result) {
            (false, _) => "no rule is called so",
            (true, None) => "no endpoint is named for its service",
            (true, Some(result)) => result.reason.as_deref().unwrap_or("it was not tried"),
        };
        Reproduction::CannotTell(why.to_owned())
    };
    let redaction = target.signer.redaction();
    let (mut failing, mut told) = (false, false);
    for (file, counterexample) in &all {
        let Counterexample { rule, class, partition, .. } = counterexample;
        let found = came.iter().find(|(one, _)| one == counterexample);
        let came = found.map_or_else(|| untold(rule), |(_, reproduction)| reproduction.clone());
        failing |= matches!(came, Reproduction::StillFails(_));
        told |= !matches!(came, Reproduction::CannotTell(_));
        let came = match came {
            Reproduction::Fixed => "fixed".to_owned(),
            Reproduction::StillFails(observed) => format!("still failing: {observed}"),
            Reproduction::CannotTell(why) => format!("cannot tell: {why}"),
        };
        let line = format!("{rule} {class} ({partition}): {came} [{}]", file.display());
        print(&format!("{}\n", redaction.shown(&line)))?;
    }
    Ok(match (failing, told) {
        (true, _) => Exit::Violations,
        _ if interrupt.is_set() => Exit::Interrupted,
        (false, true) => Exit::Conformant,
        (false, false) => Exit::Unjudged,
    })
}
