//! A run over both services.

use super::options::{Listener, RunError, RunOptions};
use super::service_run::Done;
use super::shard::elsewhere;
use super::work::ServiceRun;
use crate::execute::ledger::Ledger;
use crate::execute::target::Target;
use crate::execute::{Budget, latencies};
use crate::results::{Latency, Results};
use crate::rules::Rule;
use aws_conformance_generators::plan::Service;
use hdrhistogram::Histogram;
use std::sync::Arc;
use std::time::Instant;

/// Tries rules against a target.
///
/// # Errors
/// [`RunError`] when the journal cannot be written. What the target does is never an error.
pub fn run(
    target: &Target,
    rules: &[&'static Rule],
    options: &RunOptions,
    budget: &Arc<Budget>,
    ledger: &Arc<Ledger>,
    listener: &Listener<'_>,
) -> Result<Results, RunError> {
    let started = Instant::now();
    let elsewhere = elsewhere(rules, options, target);
    let services = Service::ALL.into_iter().map(|service| ServiceRun {
        service,
        rules: rules.iter().copied().filter(|rule| rule.service == service).collect(),
        elsewhere: &elsewhere,
        options,
        target,
        budget,
        ledger,
        until: options.time.map(|time| started + time),
        listener,
    });
    let services: Vec<ServiceRun<'_>> = services.filter(|service| !service.rules.is_empty()).collect();
    // Proptest's trees are not `Send`, so each service has a thread with a runtime of its own.
    let done: Vec<Result<Done, RunError>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            services.into_iter().map(|service| scope.spawn(move || service.run())).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut results = Results::default();
    let mut latencies = latencies();
    for done in done {
        let done = done?;
        latencies.add(done.latencies).expect("all histograms have the same bounds");
        results.shapes.add(done.shapes);
        results.rules.extend(done.rules);
        results.surveys.extend(done.survey);
        results.failures.extend(done.failure.map(|failure| failure.to_string()));
        results.records.extend(done.records);
        results.first_finding = [results.first_finding, done.first_finding].into_iter().flatten().min();
    }
    results.left_behind = ledger.left_behind();
    results.requests = budget.all_spent();
    let lag = Service::ALL.into_iter().map(|service| budget.lag(service)).max().unwrap_or_default();
    results.read_lag_ms = (!lag.is_zero()).then_some(lag.as_millis() as u64);
    results.sdk_requests = Service::ALL.into_iter().map(|service| budget.sdk_requests(service)).sum();
    results.latency = latency(&latencies);
    results.duration = started.elapsed();
    Ok(results)
}

fn latency(latencies: &Histogram<u64>) -> Option<Latency> {
    let milliseconds = |part| latencies.value_at_quantile(part) as f64 / 1000.0;
    (!latencies.is_empty()).then(|| Latency { p50: milliseconds(0.5), p99: milliseconds(0.99) })
}
