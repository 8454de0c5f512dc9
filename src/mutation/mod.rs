//! The suite on trial: every seeded fault against the rules that could see it, and every variant
//! against all of them.
//!
//! A fault that nothing catches is a survivor, a rule that catches nothing is vacuous, and a
//! variant with a finding is one that a rule gets wrong. Each is a defect of the suite or of the reference.

use crate::embedded;
use crate::execute::Budget;
use crate::execute::ledger::Ledger;
use crate::judge::finding::Verdict;
use crate::results::Results;
use crate::results::causes;
use crate::rules::expectation::Level;
use crate::rules::{Rule, Trial, catalogue};
use crate::run::{self, RunError, RunOptions, StopAfter};
use crate::service::{Capability, Quotas};
use aws_conformance_generators::plan::Service;
use aws_conformance_reference::{Config, Fault, Reference, Variant, faults, variants};
use parking_lot::Mutex;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What trying a fault showed.
#[derive(Debug, Serialize)]
pub struct Killed {
    /// The fault.
    pub fault: &'static str,
    /// The rules that caught it, with the class of failure.
    pub by: Vec<(String, String)>,
    /// What a report makes of the findings: those that have one cause count once.
    pub causes: Vec<String>,
    /// Requests until the first catch; none for a survivor.
    pub requests: Option<u64>,
}

/// What trying a variant showed.
#[derive(Debug, Serialize)]
pub struct Tolerated {
    /// The variant.
    pub variant: &'static str,
    /// Rules that it violates, with the class of failure.
    pub violations: Vec<(String, String)>,
    /// Rules that could not be judged on it.
    pub unjudged: usize,
}

/// The kill matrix.
#[derive(Debug)]
pub struct Matrix {
    /// A row for each fault.
    pub faults: Vec<Killed>,
    /// A row for each variant.
    pub variants: Vec<Tolerated>,
    /// Rules above `observe` that catch no fault.
    pub vacuous: Vec<String>,
    /// How long it took.
    pub duration: Duration,
}

/// Which faults and variants are tried.
#[derive(Clone, Debug, Default)]
pub struct Trials<'a> {
    /// The faults.
    pub faults: Vec<&'a Fault>,
    /// The variants.
    pub variants: Vec<&'a Variant>,
}

impl Trials<'static> {
    /// All of them.
    pub fn all() -> Self {
        // What nothing is promised about can be recorded, and not caught.
        let promised = |fault: &&Fault| fault.level != aws_conformance_reference::Level::Observe;
        Self { faults: faults().iter().filter(promised).collect(), variants: variants().iter().collect() }
    }
}

/// Runs the trials, several at a time; with at most so many requests for each fault.
///
/// # Errors
/// When a run cannot be made.
pub fn matrix(
    trials: &Trials<'static>,
    options: &RunOptions,
    most: Option<u64>,
    tick: &(dyn Fn() + Sync),
) -> Result<Matrix, RunError> {
    let started = Instant::now();
    let faults = rows(&trials.faults, tick, |fault| match most {
        None => killed(fault, options),
        Some(most) => killed_within(fault, most, options),
    })?;
    let variants = rows(&trials.variants, tick, |variant| tolerated(variant, options))?;
    let killing: BTreeSet<&str> =
        faults.iter().flat_map(|row| row.by.iter().map(|(rule, _)| rule.as_str())).collect();
    let vacuous = catalogue()
        .iter()
        .filter(|rule| rule.level > Level::Observe && !killing.contains(rule.id.as_str()))
        .map(|rule| rule.id.clone())
        .collect();
    Ok(Matrix { vacuous, faults, variants, duration: started.elapsed() })
}

/// The result of every item's trial, each of which ticks.
fn rows<T: Sync, R: Send>(
    items: &[T],
    tick: &(dyn Fn() + Sync),
    trial: impl Fn(&T) -> Result<R, RunError> + Sync,
) -> Result<Vec<R>, RunError> {
    let ticking = |item: &T| {
        let row = trial(item);
        tick();
        row
    };
    each(items, ticking).into_iter().collect()
}

/// What a check makes of every item, in their order, on eight times as many threads as there are
/// cores: a run waits for a clock that shows whole seconds.
pub fn each<T: Sync, R: Send>(items: &[T], check: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let threads = 8 * std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    let result = check(item);
                    found.lock().push((at, result));
                }
            });
        }
    });
    let mut found = found.into_inner();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, result)| result).collect()
}

/// Tries a fault with the most telling cases of the rules of its operation, with all of their cases where those
/// do not see it, and then with all rules of its service.
fn killed(fault: &'static Fault, options: &RunOptions) -> Result<Killed, RunError> {
    let all: Vec<&'static Rule> = catalogue().iter().filter(|rule| is_of(fault, rule)).collect();
    let near = nearest(fault, &all);
    let options = RunOptions { stop_after: StopAfter::RuleFailure, ..options.clone() };
    let telling = RunOptions { telling_only: true, ..options.clone() };
    let mut results = tried(fault, &near, &telling)?;
    if results.findings().next().is_none() {
        results = tried(fault, &near, &options)?;
    }
    if results.findings().next().is_none() && near.len() < all.len() {
        results = tried(fault, &all, &options)?;
    }
    let causes = causes(&results).into_iter().map(|cause| cause.headline).collect();
    Ok(Killed { fault: fault.name, by: caught(&results), causes, requests: results.first_finding })
}

/// Tries a fault as a run with a budget does: with all rules of its service, in their order, until the
/// first catch.
///
/// # Errors
/// When a run cannot be made.
pub fn killed_within(fault: &'static Fault, most: u64, options: &RunOptions) -> Result<Killed, RunError> {
    let all: Vec<&'static Rule> = catalogue().iter().filter(|rule| is_of(fault, rule)).collect();
    let options = RunOptions { stop_after: StopAfter::FirstFailure, ..options.clone() };
    let budget = Budget::new(Some(most), None);
    let results = judged_within(budget, faulty(fault), &all, &options, Quotas::default())?;
    let requests = results.first_finding;
    Ok(Killed { fault: fault.name, by: caught(&results), causes: Vec::new(), requests })
}

/// The rules that a fault was seeded for: those of its operation and the ones that are of none.
fn nearest(fault: &Fault, rules: &[&'static Rule]) -> Vec<&'static Rule> {
    let Some(operation) = fault.operation else { return rules.to_vec() };
    let operation = operation.name();
    let near = |rule: &&'static Rule| match (&rule.operation, &rule.trial) {
        (Some(own), _) => *own == operation,
        (None, Trial::Monitor(_)) => true,
        (None, Trial::Cases { .. }) => !rule.id.contains(".wire."),
    };
    rules.iter().copied().filter(near).collect()
}

fn tolerated(variant: &'static Variant, options: &RunOptions) -> Result<Tolerated, RunError> {
    // What is named for a service is open in that service alone.
    let of = variant.name.split('.').next();
    let service = Service::ALL.into_iter().find(|service| of == Some(service.as_str()));
    let is_meant = |rule: &&'static Rule| service.is_none_or(|service| rule.service == service);
    let rules: Vec<&'static Rule> = catalogue().iter().filter(is_meant).collect();
    // A quota that was raised is a setting that the target's owner states.
    let raised = (variant.name == "rekognition.limit.ten").then_some(10);
    let quotas = Quotas { project_policies: raised, ..Quotas::default() };
    let results = judged(Config::default().with_variant(variant.name), &rules, options, quotas)?;
    let violations = caught(&results);
    let unjudged = results
        .rules
        .iter()
        .filter(|result| {
            matches!(result.verdict, Verdict::Inconclusive | Verdict::NotApplicable | Verdict::NotRun)
        })
        .count();
    Ok(Tolerated { variant: variant.name, violations, unjudged })
}

/// The results of rules against a fault.
///
/// # Errors
/// When a run cannot be made.
pub fn tried(fault: &Fault, rules: &[&'static Rule], options: &RunOptions) -> Result<Results, RunError> {
    judged(faulty(fault), rules, options, Quotas::default())
}

/// Whether a fault and a rule are of the same service: the reference and the suite share no types.
pub fn is_of(fault: &Fault, rule: &Rule) -> bool {
    fault.service.to_string().eq_ignore_ascii_case(rule.service.as_str())
}

/// The reference with a fault. It verifies signatures where the fault is about them.
fn faulty(fault: &Fault) -> Config {
    let config = Config::default().with_fault(fault.name);
    config.with_verified_signatures(fault.is_of_signatures())
}

fn judged(
    config: Config,
    rules: &[&'static Rule],
    options: &RunOptions,
    quotas: Quotas,
) -> Result<Results, RunError> {
    judged_within(Budget::new(None, None), config, rules, options, quotas)
}

fn judged_within(
    budget: Budget,
    config: Config,
    rules: &[&'static Rule],
    options: &RunOptions,
    quotas: Quotas,
) -> Result<Results, RunError> {
    let verifies = config.verifies_signatures();
    let is_variant = !config.variants.is_empty();
    let reference = Reference::new(config).expect("the name is one of the reference's own");
    let mut target = embedded::target(reference);
    target.capabilities.extend(verifies.then_some(Capability::VerifiesSignatures));
    // A fault whose projects never settle must not hold the others up; a variant's do in the end.
    target.limits.settle = Duration::from_millis(if is_variant { 1000 } else { 100 });
    target.quotas = quotas;
    let ledger = Ledger::open(&target, None).expect("without a journal nothing can fail");
    run::run(&target, rules, options, &Arc::new(budget), &Arc::new(ledger), &|_| ())
}

/// The rules that caught something, with the class of failure.
pub fn caught(results: &Results) -> Vec<(String, String)> {
    results
        .findings()
        .map(|(result, finding)| (result.rule.id.clone(), finding.violation.class.to_string()))
        .collect()
}

impl Matrix {
    /// Faults that nothing caught.
    pub fn survivors(&self) -> Vec<&'static str> {
        self.faults.iter().filter(|row| row.by.is_empty()).map(|row| row.fault).collect()
    }

    /// Variants that violate some rule.
    pub fn violating_variants(&self) -> Vec<&Tolerated> {
        self.variants.iter().filter(|row| !row.violations.is_empty()).collect()
    }

    /// Whether the suite passes its trial.
    pub fn is_clean(&self) -> bool {
        self.survivors().is_empty() && self.violating_variants().is_empty() && self.vacuous.is_empty()
    }

    /// The requests until the first catch at this fraction of the caught faults, 0.5 for the median.
    pub fn requests_at(&self, fraction: f64) -> u64 {
        quantile(self.faults.iter().filter_map(|row| row.requests), fraction)
    }

    /// How many rules catch a fault, at this fraction of the caught faults.
    pub fn catchers_at(&self, fraction: f64) -> usize {
        quantile(self.caught().map(|row| row.by.len()), fraction)
    }

    /// How many causes a report names for a fault, at this fraction of the caught faults.
    pub fn causes_at(&self, fraction: f64) -> usize {
        quantile(self.caught().map(|row| row.causes.len()), fraction)
    }

    fn caught(&self) -> impl Iterator<Item = &Killed> {
        self.faults.iter().filter(|row| !row.by.is_empty())
    }

    /// The figures and the defects, for people.
    pub fn summary(&self) -> String {
        use std::fmt::Write;
        let mut text = String::new();
        let survivors = self.survivors();
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "faults    {} seeded, {} caught",
            self.faults.len(),
            self.faults.len() - survivors.len()
        );
        let _ = writeln!(
            text,
            "variants  {} tried, {} with violations",
            self.variants.len(),
            self.violating_variants().len()
        );
        let _ = writeln!(text, "rules     {} that can fail, {} vacuous", judgeable(), self.vacuous.len());
        let at = [0.5, 0.9, 1.0];
        let [median, most, all] = at.map(|fraction| self.requests_at(fraction));
        let _ = writeln!(
            text,
            "requests  {median} at the median until a fault is first caught, {most} at the 90th percentile, {all} at most"
        );
        let [median, most, all] = at.map(|fraction| self.catchers_at(fraction));
        let _ = writeln!(
            text,
            "rules     {median} at the median that catch a fault, {most} at the 90th percentile, {all} at most"
        );
        let [median, most, all] = at.map(|fraction| self.causes_at(fraction));
        let _ = writeln!(
            text,
            "causes    {median} at the median that a report names for a fault, {most} at the 90th percentile, {all} at most"
        );
        for name in survivors {
            let _ = writeln!(text, "survivor  {name}");
        }
        for row in self.violating_variants() {
            for (rule, class) in &row.violations {
                let _ = writeln!(text, "violates  {}: {rule} ({class})", row.variant);
            }
        }
        for rule in &self.vacuous {
            let _ = writeln!(text, "vacuous   {rule}");
        }
        text
    }

    /// The whole matrix.
    pub fn json(&self) -> Value {
        let rules: BTreeMap<&str, Vec<&str>> =
            self.faults.iter().fold(BTreeMap::new(), |mut rules: BTreeMap<&str, Vec<&str>>, row| {
                for (rule, _) in &row.by {
                    rules.entry(rule).or_default().push(row.fault);
                }
                rules
            });
        json!({
            "schema": "aws-conformance/mutants/1",
            "version": env!("CARGO_PKG_VERSION"),
            "duration_s": self.duration.as_secs_f64(),
            "summary": {
                "faults": self.faults.len(),
                "survivors": self.survivors(),
                "variants": self.variants.len(),
                "violating_variants": self.violating_variants().iter().map(|row| row.variant).collect::<Vec<_>>(),
                "vacuous": self.vacuous,
                "requests_to_first_catch": { "median": self.requests_at(0.5), "p90": self.requests_at(0.9) },
                "causes": { "median": self.causes_at(0.5), "p90": self.causes_at(0.9), "max": self.causes_at(1.0) },
            },
            "faults": self.faults,
            "variants": self.variants,
            "rules": rules,
        })
    }
}

/// How many rules can fail at all.
fn judgeable() -> usize {
    catalogue().iter().filter(|rule| rule.level > Level::Observe).count()
}

/// The value at this fraction of all, 0.5 for the median; of none the least there is.
fn quantile<T: Ord + Copy + Default>(values: impl Iterator<Item = T>, fraction: f64) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    let at = (values.len() as f64 * fraction).ceil() as usize;
    values.get(at.clamp(1, values.len().max(1)) - 1).copied().unwrap_or_default()
}
