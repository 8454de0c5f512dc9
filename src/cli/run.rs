//! `run`: the rules against a target.

use super::account::Account;
use super::amount::{Amount, budget};
use super::config::Config;
use super::corpus;
use super::exit::{Exit, Failure, print};
use super::files::read_report;
use super::history;
use super::interrupt;
use super::options::{CONFIG, Selection, TargetOptions};
use super::output::Output;
use super::progress::Progress;
use super::reports::{OpenReport, ReportTo};
use super::snapshots::Snapshots;
use super::{verbose, waivers};
use crate::exchange::untrusted::without_userinfo;
use crate::execute::ledger::Ledger;
use crate::execute::target::{Location, Target, is_loopback};
use crate::execute::{Budget, Interrupt};
use crate::judge::finding::Finding;
use crate::report::{self, Report};
use crate::results::{RecordedRun, Results, RunInfo, ShardInfo, TargetInfo, Waiver, write_recording};
use crate::rules::expectation::Level;
use crate::rules::{Rule, with_observed_rules};
use crate::run::{self, Event, RunOptions as Options};
use aws_conformance_generators::plan::Service;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Options of `run`.
#[derive(Clone, Debug, Args)]
pub(super) struct RunOptions {
    #[command(flatten)]
    pub(super) target: TargetOptions,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    pub(super) amount: Amount,
    #[command(flatten)]
    judging: Judging,
    /// Record every request and response, without secrets, for `judge FILE`
    #[arg(help_heading = "Reports", long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Keep the counterexample of each violation in this folder, and try those that are there first
    #[arg(help_heading = "Reports", long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Only the rules that violate in this JSON report, with its seed
    #[arg(help_heading = "Which rules", long, value_name = "REPORT.json", conflicts_with = "seed")]
    rerun_failed: Option<PathBuf>,
    /// Change the configuration file: a waiver more for each violation that none covers, and none for
    /// what is mended
    #[arg(help_heading = "Gates", long)]
    update_waivers: bool,
    #[command(flatten)]
    snapshots: Snapshots,
    /// Show no progress: neither a bar on a terminal nor a line every ten seconds elsewhere
    #[arg(help_heading = "Output", long)]
    no_progress: bool,
    /// Show each request and response on standard error, without secrets; long bodies in part
    #[arg(help_heading = "Output", short, long, conflicts_with = "quiet")]
    verbose: bool,
}

/// What fails a run, and where its reports go.
#[derive(Clone, Debug, Args)]
pub(super) struct Judging {
    /// A violation of a `should` rule fails the run too
    #[arg(help_heading = "Gates", long)]
    pub(super) strict: bool,
    /// A violation that was seen and not reproduced fails the run too
    #[arg(help_heading = "Gates", long)]
    strict_intermittent: bool,
    /// Least coverage in percent; less fails the run [default: 0]
    #[arg(help_heading = "Gates", long, value_name = "PCT", value_parser = percentage)]
    min_coverage: Option<f64>,
    /// Most inconclusive rules in percent; more is exit status 3
    #[arg(help_heading = "Gates", long, value_name = "PCT", value_parser = percentage, default_value = "10")]
    max_inconclusive: f64,
    /// Write a report: text, json, junit, html, markdown, sarif or badge=PATH, - for standard output;
    /// scripts=DIR: a script a finding (repeatable) [default: text=-]
    #[arg(help_heading = "Reports", long, value_name = "KIND=PATH")]
    pub(super) report: Vec<ReportTo>,
    /// Keep the figures of each run in this folder, tell since when rules are violated, and plot the figures in the
    /// HTML report
    #[arg(help_heading = "Reports", long, value_name = "DIR")]
    history: Option<PathBuf>,
    /// Print the verdict and what fails, and show no progress
    #[arg(help_heading = "Output", short, long)]
    pub(super) quiet: bool,
}

fn percentage(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').parse::<f64>() {
        Ok(value) if (0.0..=100.0).contains(&value) => Ok(value),
        _ => Err("a number from 0 to 100".to_owned()),
    }
}

pub(super) fn run(options: &RunOptions) -> Result<Exit, Failure> {
    let config = options.target.config()?;
    let update = match options.target.config_path() {
        _ if !options.update_waivers => None,
        Some(path) => Some((path, Output::open(path).map_err(|error| unreadable(path, &error))?)),
        None => {
            return Err(Failure::usage(format!(
                "--update-waivers changes {CONFIG}, and there is none: `aws-conformance init` writes it"
            )));
        }
    };
    run_with(options, &config, |results| {
        let Some((path, output)) = update else { return Ok(config.waivers.clone()) };
        let today = today();
        results.apply_waivers(&config.waivers, &today);
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        let text = waivers::updated(path, &text, results, &today)?;
        let config = Config::parse(&text).map_err(|error| Failure::usage(error.to_string()))?;
        output.write(|out| out.write_all(text.as_bytes())).map_err(|error| unreadable(path, &error))?;
        Ok(config.waivers)
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("{} cannot be changed: {error}", path.display()))
}

/// Today, as `2026-12-31`.
pub(super) fn today() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string().chars().take(10).collect()
}

/// Runs, and reports with the waivers that are chosen in view of the results.
pub(super) fn run_with(
    options: &RunOptions,
    config: &Config,
    waivers: impl FnOnce(&mut Results) -> Result<Vec<Waiver>, Failure>,
) -> Result<Exit, Failure> {
    if options.verbose {
        verbose::show_exchanges();
    }
    let mut rules = options.selection.rules()?;
    let mut seed = options.amount.seed;
    if let Some(path) = &options.rerun_failed {
        seed = retain_violated(path, &mut rules)?;
    }
    let target = options.target.target()?;
    rules.retain(|rule| target.has(rule.service));
    if rules.is_empty() {
        return Err(Failure::nothing("no rule is selected"));
    }
    if options.amount.shard.is_some() && options.judging.min_coverage.is_some() {
        let why = "the coverage is known once the shards are merged: give --min-coverage to `merge`";
        return Err(Failure::usage(format!("--shard covers a share of the rules: {why}")));
    }
    let outputs = open(&options.judging)?;
    let folder = options.corpus.as_deref().or(config.corpus.dir.as_deref());
    let corpus = folder.map(corpus::open).transpose()?.unwrap_or_default();
    let recording = options.record.as_deref().map(|path| {
        Output::open(path).map_err(|error| {
            Failure::usage(format!("the recording {} cannot be written: {error}", path.display()))
        })
    });
    let recording = recording.transpose()?;
    options.snapshots.open()?;
    let started_at = SystemTime::now();
    let interrupt = interrupt::on_signals()?;
    let run = Options { seed, corpus, record: options.record.is_some(), ..options.amount.run(&target) };
    let all = with_observed_rules(&rules);
    let shard = run.shard.map(|shard| {
        let division = run::division(&all, shard.of, &run, &target);
        let own = rules.iter().map(|rule| &rule.id);
        let own = own.filter(|id| division.get(id.as_str()) == Some(&shard.number));
        ShardInfo { shard, cases: run.cases, rules: own.cloned().collect() }
    });
    let mut results = judge(options, &target, &all, &run, &interrupt)?;
    results.rules.retain(|result| rules.iter().any(|rule| std::ptr::eq(*rule, result.rule)));
    // A file that cannot be written takes nothing away from the reports.
    let waivers = waivers(&mut results);
    let (applied, today) = (waivers.as_deref().unwrap_or_default(), today());
    results.apply_waivers(applied, &today);
    let target = info_of(&target);
    let mut info = RunInfo {
        seed,
        started_at,
        strict: options.judging.strict,
        missing: missing_operations(&config.target.implements, &results),
        shape_changes: Vec::new(),
        shard,
    };
    let recorded = recording.map_or(Ok(()), |output| {
        let run = RecordedRun {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            info: info.clone(),
            cases: options.amount.cases,
            settings: run.settings,
            target: target.clone(),
            rules: rules.iter().map(|rule| rule.id.clone()).collect(),
            waivers: applied.to_vec(),
            today,
        };
        output
            .write(|out| write_recording(&run, &results, out))
            .map_err(|error| Failure::usage(format!("the recording cannot be written: {error}")))
    });
    let own = own_share(&rules, info.shard.as_ref());
    let shape_changes = options.snapshots.compare(&results.shapes, &target.redaction);
    info.shape_changes = shape_changes.as_ref().map_or_else(|_| Vec::new(), Clone::clone);
    let report = Report::new(&target, info, &results, rules.len());
    publish(&options.judging, outputs, &report)?;
    if let Some(folder) = folder {
        corpus::keep(folder, &results, &target.redaction)?;
    }
    waivers?;
    shape_changes?;
    recorded?;
    Ok(match exit(&options.judging, &report, &own) {
        Exit::Conformant | Exit::Unjudged | Exit::Nothing
            if options.snapshots.check && !report.info.shape_changes.is_empty() =>
        {
            Exit::Violations
        }
        Exit::Conformant if interrupt.is_set() => Exit::Interrupted,
        exit => exit,
    })
}

/// The rules that a run judges itself: those of its shard, if it is one, and the monitors.
pub(super) fn own_share(rules: &[&'static Rule], shard: Option<&ShardInfo>) -> Vec<&'static Rule> {
    let is_own =
        |rule: &&&'static Rule| rule.is_monitor() || shard.is_none_or(|shard| shard.rules.contains(&rule.id));
    rules.iter().filter(is_own).copied().collect()
}

/// Leaves of the rules those that violate in a report. Its seed.
fn retain_violated(path: &Path, rules: &mut Vec<&'static Rule>) -> Result<u64, Failure> {
    let report = read_report(path)?;
    let violated: Vec<&str> = report.violated().collect();
    rules.retain(|rule| violated.contains(&rule.id.as_str()));
    let why = match (rules.is_empty(), violated.is_empty()) {
        (false, _) => return Ok(report.seed),
        (true, true) => "no rule violates in it",
        (true, false) => "no rule that violates in it is selected, or still in the catalogue",
    };
    Err(Failure::nothing(format!("nothing is run again: {}: {why}", path.display())))
}

/// Writes the reports, and one to standard output where none of them is there.
pub(super) fn publish(
    judging: &Judging,
    outputs: Vec<OpenReport<'_>>,
    report: &Report,
) -> Result<(), Failure> {
    // What cannot be written takes nothing away from the rest.
    let history = judging.history.as_deref().map(|folder| history::add(folder, report)).transpose();
    let runs = history.as_ref().ok().and_then(Option::as_deref).unwrap_or_default();
    let written: Vec<Result<(), Failure>> =
        outputs.into_iter().map(|output| output.write(report, runs)).collect();
    if !judging.report.iter().any(ReportTo::is_stdout) {
        let mut text = Vec::new();
        let written = match judging.quiet {
            true => report::verdict(report, &mut text),
            false => report::text(report, &mut text),
        };
        let written = written.and_then(|()| report::changes(runs, &mut text));
        written.map_err(|error| Failure::usage(error.to_string()))?;
        print(&String::from_utf8_lossy(&text))?;
    }
    for failure in &report.results.failures {
        anstream::eprintln!("aws-conformance: {}", report.shown(failure));
    }
    for operation in &report.info.missing {
        anstream::eprintln!(
            "aws-conformance: {operation} is not implemented, and the configuration says that it is"
        );
    }
    if std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true") {
        for annotation in report::annotations(report) {
            anstream::eprintln!("{annotation}");
        }
    }
    written.into_iter().collect::<Result<(), Failure>>()?;
    history.map(drop)
}

/// Opens every report before anything is sent: a path that cannot be written is known at once.
pub(super) fn open(judging: &Judging) -> Result<Vec<OpenReport<'_>>, Failure> {
    judging.history.as_deref().map(history::open).transpose()?;
    judging.report.iter().map(ReportTo::open).collect()
}

/// What reports say of a target.
fn info_of(target: &Target) -> TargetInfo {
    let endpoints = match &target.location {
        Location::Memory(_) => BTreeMap::new(),
        Location::Network(urls) => {
            urls.iter().map(|(service, url)| (*service, without_userinfo(url))).collect()
        }
    };
    TargetInfo {
        kind: target.kind().to_owned(),
        loopback: !endpoints.is_empty() && endpoints.values().all(|url| is_loopback(url)),
        endpoints,
        region: target.region.clone(),
        user_project: target.user_project.clone(),
        temporary_credentials: target.signer.is_temporary(),
        redaction: target.signer.redaction(),
    }
}

/// The operations that the configuration says are implemented, and the survey found not to be.
fn missing_operations(implemented: &[String], results: &Results) -> Vec<String> {
    let missing = |operation: &&String| {
        results.surveys.iter().any(|survey| {
            let id = operation.strip_prefix(&format!("{}.", survey.service)).unwrap_or(operation);
            survey.missing.contains_key(id)
        })
    };
    implemented.iter().filter(missing).cloned().collect()
}

fn judge(
    options: &RunOptions,
    target: &Target,
    rules: &[&'static Rule],
    run: &Options,
    interrupt: &Interrupt,
) -> Result<Results, Failure> {
    let hidden = options.no_progress || options.judging.quiet || options.verbose;
    let budget = budget(options.amount.max_requests, options.amount.rate, options.amount.max_time, target)
        .until_interrupted(interrupt.clone());
    let budget = Arc::new(budget);
    let counted = Arc::clone(&budget);
    let requests = move || counted.all_spent();
    let progress = Progress::new(rules.len(), "rules", Some(Box::new(requests)), hidden);
    let listener = |event: Event<'_>| match event {
        Event::Replayed(..) => {}
        Event::Started(rule) => progress.begins(&rule.id),
        Event::Finished(_) => progress.inc(),
    };
    let results = try_rules(&options.target, target, rules, run, &budget, &listener);
    progress.done();
    results
}

/// Tries rules on a target, and says what may be left behind on it.
pub(super) fn try_rules(
    options: &TargetOptions,
    target: &Target,
    rules: &[&'static Rule],
    run: &Options,
    budget: &Arc<Budget>,
    listener: &run::Listener<'_>,
) -> Result<Results, Failure> {
    let journals = options.journals();
    if target.is_persistent() && journals.is_none() {
        return Err(Failure::usage(
            "there is no place for the journal: set HOME or XDG_STATE_HOME, or give --journal DIRECTORY",
        ));
    }
    let ledger =
        Ledger::open(target, journals.as_deref()).map_err(|error| Failure::usage(error.to_string()))?;
    let ledger = Arc::new(ledger);
    let account = Account::of(target, rules, budget, run);
    let before = account.before()?;
    let results = run::run(target, rules, run, budget, &ledger, listener);
    let mut results = results.map_err(|error| Failure::unjudged(error.to_string()))?;
    for service in Service::ALL {
        let throttled = budget.throttled(service);
        if throttled > 0 {
            anstream::eprintln!("aws-conformance: {service} throttled {throttled} requests");
        }
        let lag = budget.lag(service);
        if !lag.is_zero() {
            let lag = humantime::format_duration(lag);
            anstream::eprintln!("aws-conformance: {service} was read again for up to {lag} after writes");
        }
    }
    if let Some(before) = before {
        account.compare(&before, &ledger, &mut results)?;
        // That has sent some as well.
        results.requests = budget.all_spent();
    }
    if let Ok(ledger) = Arc::try_unwrap(ledger)
        && let Some(journal) = ledger.close()
    {
        let left = format!(
            "something may have been left behind: `aws-conformance sweep` with the same target options removes it ({})",
            journal.display()
        );
        anstream::eprintln!("aws-conformance: {left}");
        results.left_behind.push(left);
    }
    Ok(results)
}

/// How a command ends that made this report of these rules.
pub(super) fn exit(options: &Judging, report: &Report, rules: &[&Rule]) -> Exit {
    let (results, summary) = (report.results, &report.summary);
    // What was seen once and not again is reported, and moves no gate unless that is asked for.
    let counts = |finding: &&Finding| options.strict_intermittent || !finding.reproduced.is_intermittent();
    let found = results.open_findings().map(|(_, finding)| finding).filter(counts);
    let strictest = found.map(|finding| finding.violation.level).max();
    // What is only observed is judged where nothing else was asked for.
    let only_observed = rules.iter().all(|rule| rule.level == Level::Observe);
    let observed = if only_observed { summary.observed } else { 0 };
    let judged = summary.conforms + summary.violates + summary.waived + observed;
    let inconclusive = summary.inconclusive;
    let too_little = options.min_coverage.filter(|least| judged > 0 && summary.coverage * 100.0 < *least);
    if let Some(least) = too_little {
        let coverage = summary.coverage * 100.0;
        anstream::eprintln!(
            "aws-conformance: the coverage is {coverage:.1} %, and --min-coverage is {least}"
        );
    }
    let most = options.max_inconclusive;
    let too_many = inconclusive as f64 * 100.0 > most * rules.len() as f64;
    if too_many {
        let all = rules.len();
        anstream::eprintln!(
            "aws-conformance: {inconclusive} of {all} rules are inconclusive, and --max-inconclusive is {most} %"
        );
    }
    match strictest {
        Some(Level::Must) => Exit::Violations,
        Some(Level::Should) if report.info.strict => Exit::Violations,
        _ if !results.harm.is_empty() => Exit::Violations,
        _ if too_little.is_some() || !report.info.missing.is_empty() => Exit::Violations,
        _ if results.waivers.iter().any(|outcome| outcome.state.fails()) => Exit::Violations,
        _ if !results.failures.is_empty() => Exit::Unjudged,
        _ if too_many => Exit::Unjudged,
        _ if judged == 0 => Exit::Nothing,
        _ => Exit::Conformant,
    }
}
