//! `run`: the rules against a target.

use super::options::{Selection, TargetOptions};
use super::progress::Progress;
use super::{Exit, Failure};
use crate::execute::Budget;
use crate::execute::ledger::Ledger;
use crate::execute::target::{Location, Target};
use crate::judge::finding::Verdict;
use crate::report::{self, Report, RunInfo};
use crate::results::Results;
use crate::rules::expectation::Level;
use crate::rules::{Rule, with_observed_rules};
use crate::run::{self, Effort, Options};
use aws_conformance_generators::plan::Service;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Options of `run`.
#[derive(Debug, Args)]
pub(super) struct RunOptions {
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    selection: Selection,
    /// Where the random cases start from; the same seed makes the same cases
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Random cases a rule, after the boundary cases
    #[arg(long, value_name = "N", default_value_t = 16)]
    cases: u32,
    /// Most requests a service, cleaning up included
    #[arg(long, value_name = "N")]
    max_requests: Option<u64>,
    /// Most requests a second an operation
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// Most time for the whole run
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    max_time: Option<Duration>,
    /// A violation of a `should` rule fails the run too
    #[arg(long)]
    strict: bool,
    /// Least coverage in percent
    #[arg(long, value_name = "PCT", value_parser = percentage)]
    min_coverage: Option<f64>,
    /// Most inconclusive rules in percent
    #[arg(long, value_name = "PCT", value_parser = percentage, default_value = "10")]
    max_inconclusive: f64,
    /// Write a report: text=PATH or json=PATH, - for standard output (repeatable)
    #[arg(long, value_name = "KIND=PATH")]
    report: Vec<ReportTo>,
    /// No progress on the terminal
    #[arg(long)]
    no_progress: bool,
}

fn percentage(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').parse::<f64>() {
        Ok(value) if (0.0..=100.0).contains(&value) => Ok(value),
        _ => Err("a number from 0 to 100".to_owned()),
    }
}

/// A kind of report and where it goes.
#[derive(Clone, Debug)]
struct ReportTo {
    kind: Kind,
    path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Json,
}

impl FromStr for ReportTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, path) = text.split_once('=').ok_or("KIND=PATH, as in json=report.json")?;
        let kind = match kind {
            "text" => Kind::Text,
            "json" => Kind::Json,
            "junit" | "html" | "markdown" | "sarif" => {
                return Err(format!("{kind} reports are not there yet"));
            }
            _ => return Err(format!("{kind:?} is no kind of report: text or json")),
        };
        if path.is_empty() {
            return Err("the path is empty".to_owned());
        }
        Ok(Self { kind, path: PathBuf::from(path) })
    }
}

pub(super) fn run(options: &RunOptions) -> Result<Exit, Failure> {
    let mut rules = options.selection.rules()?;
    let target = options.target.target()?;
    if let Location::Network(endpoints) = &target.location {
        // An endpoint for one service says nothing about the other.
        rules.retain(|rule| endpoints.contains_key(&rule.service));
    }
    if rules.is_empty() {
        return Err(Failure { exit: Exit::Nothing, message: "no rule is selected".to_owned() });
    }
    let outputs = open(&options.report)?;
    let started_at = SystemTime::now();
    let mut results = judge(options, &target, &with_observed_rules(&rules))?;
    results.rules.retain(|result| rules.iter().any(|rule| std::ptr::eq(*rule, result.rule)));
    let info = RunInfo { seed: options.seed, started_at, strict: options.strict };
    let report = Report::new(&target, info, &results, rules.len());
    for (to, file) in outputs {
        write(&report, to.kind, file).map_err(|error| unwritable(to, &error))?;
    }
    let to_stdout = options.report.iter().any(|to| to.path.as_os_str() == "-");
    if !to_stdout {
        let mut text = Vec::new();
        report::text(&report, &mut text).map_err(|error| Failure::usage(error.to_string()))?;
        super::print(&String::from_utf8_lossy(&text))?;
    }
    for failure in &results.failures {
        anstream::eprintln!("aws-conformance: {}", report.shown(&failure.to_string()));
    }
    Ok(exit(options, &report, &results, &rules))
}

fn judge(options: &RunOptions, target: &Target, rules: &[&'static Rule]) -> Result<Results, Failure> {
    let journals = options.target.journals();
    if target.is_persistent() && journals.is_none() {
        return Err(Failure::usage(
            "there is no place for the journal: set HOME or XDG_STATE_HOME, or give --journal DIRECTORY",
        ));
    }
    let ledger =
        Ledger::open(target, journals.as_deref()).map_err(|error| Failure::usage(error.to_string()))?;
    let ledger = Arc::new(ledger);
    let budget = Arc::new(Budget::new(options.max_requests, options.rate));
    let run = Options {
        seed: options.seed,
        cases: options.cases,
        time: options.max_time,
        effort: Effort::Thorough,
    };
    let progress = Progress::new(rules.len(), options.no_progress);
    let listener = |event: run::Event<'_>| progress.see(&event);
    let results = run::run(target, rules, &run, &budget, &ledger, &listener);
    progress.done();
    let results = results.map_err(|error| Failure::unjudged(error.to_string()))?;
    for service in Service::ALL {
        let throttled = budget.throttled(service);
        if throttled > 0 {
            anstream::eprintln!("aws-conformance: {service} throttled {throttled} requests");
        }
    }
    if let Ok(ledger) = Arc::try_unwrap(ledger)
        && let Some(journal) = ledger.close()
    {
        anstream::eprintln!(
            "aws-conformance: something may have been left behind: `aws-conformance sweep` with the same target options removes it ({})",
            journal.display()
        );
    }
    Ok(results)
}

/// A report and the file that it goes to.
type Output<'a> = (&'a ReportTo, Box<dyn Write>);

/// Opens every report before anything is sent: a path that cannot be written is known at once.
fn open(reports: &[ReportTo]) -> Result<Vec<Output<'_>>, Failure> {
    reports
        .iter()
        .map(|to| {
            if to.path.as_os_str() == "-" {
                return Ok((to, Box::new(anstream::stdout()) as Box<dyn Write>));
            }
            let file = std::fs::File::create(&to.path).map_err(|error| unwritable(to, &error))?;
            Ok((to, Box::new(anstream::StripStream::new(file)) as Box<dyn Write>))
        })
        .collect()
}

fn unwritable(to: &ReportTo, error: &std::io::Error) -> Failure {
    Failure::usage(format!("the report {} cannot be written: {error}", to.path.display()))
}

fn write(report: &Report, kind: Kind, mut out: Box<dyn Write>) -> std::io::Result<()> {
    match kind {
        Kind::Text => report::text(report, &mut out)?,
        Kind::Json => report::write_json(&report::json(report), &mut out)?,
    }
    out.flush()
}

fn exit(options: &RunOptions, report: &Report, results: &Results, rules: &[&Rule]) -> Exit {
    let strictest = results
        .rules
        .iter()
        .filter(|result| result.verdict == Verdict::Violates)
        .flat_map(|result| result.findings.iter().map(|finding| finding.violation.level))
        .max();
    let summary = report.summary();
    let count = |verdict: Verdict| results.rules.iter().filter(|result| result.verdict == verdict).count();
    // What is only observed is judged where nothing else was asked for.
    let only_observed = rules.iter().all(|rule| rule.level == Level::Observe);
    let observed = if only_observed { count(Verdict::Observed) } else { 0 };
    let judged = count(Verdict::Conforms) + count(Verdict::Violates) + observed;
    let inconclusive = count(Verdict::Inconclusive);
    let too_little = options.min_coverage.is_some_and(|least| judged > 0 && summary.coverage * 100.0 < least);
    match strictest {
        Some(Level::Must) => Exit::Violations,
        Some(Level::Should) if options.strict => Exit::Violations,
        _ if too_little => Exit::Violations,
        _ if !results.failures.is_empty() => Exit::Unjudged,
        _ if inconclusive as f64 * 100.0 > options.max_inconclusive * rules.len() as f64 => Exit::Unjudged,
        _ if judged == 0 => Exit::Nothing,
        _ => Exit::Conformant,
    }
}
