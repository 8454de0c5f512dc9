//! Which documented errors and which documented statements the selected rules reach.

use super::Report;
use crate::clauses::ledger;
use crate::exchange::{Outcome, Trace};
use crate::expectation::{Alternative, Expectation};
use crate::rules::{Rule, Trial};
use aws_conformance_generators::model::{ErrorShape, model};
use aws_conformance_generators::plan::{Call, Service};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An error of an operation.
type Error = (Service, String, String);

/// The accounts of a report's coverage: documented errors by operation, and rules by clause.
pub(super) fn coverage(report: &Report<'_>) -> Value {
    json!({ "errors": errors(report), "clauses": clauses(report) })
}

fn errors(report: &Report<'_>) -> Vec<Value> {
    let asserted: BTreeSet<Error> =
        report.results.rules.iter().flat_map(|result| asserted(result.rule)).collect();
    let observed = observed(report);
    let mut errors = Vec::new();
    for service in Service::ALL {
        if report.results.rules.iter().all(|result| result.rule.service != service) {
            continue;
        }
        let model = model(service);
        for operation in &model.operations {
            for error in &operation.errors {
                let key = (service, operation.name.clone(), error.clone());
                let reason = model.error(error).and_then(out_of_reach);
                let status = match reason {
                    _ if asserted.contains(&key) => "asserted",
                    _ if observed.contains(&key) => "observed",
                    Some(_) => "out-of-reach",
                    None => "unreached",
                };
                let mut entry = json!({
                    "service": service, "operation": operation.name, "error": error, "status": status,
                });
                if let (Some(reason), "out-of-reach") = (reason, status) {
                    entry["reason"] = json!(reason);
                }
                errors.push(entry);
            }
        }
    }
    errors
}

/// Why no caller can be sure to provoke an error, if so.
fn out_of_reach(error: &ErrorShape) -> Option<&'static str> {
    if error.name.contains("Throttl") || error.name.contains("ThroughputExceeded") {
        return Some("it depends on how busy the service is");
    }
    if error.name.contains("AccessDenied") {
        return Some("it depends on the permissions of the caller");
    }
    if error.server_fault || error.statuses.iter().all(|status| *status >= 500) {
        return Some("it is the service's own failure");
    }
    None
}

/// The errors that a rule's expectations name, with the operations whose calls they judge.
fn asserted(rule: &Rule) -> Vec<Error> {
    let mut asserted = Vec::new();
    let mut add = |operation: &str, expectation: &Expectation| {
        for alternative in &expectation.accept {
            if let Alternative::Refusal(codes) = alternative {
                asserted.extend(
                    codes.iter().map(|code| (rule.service, operation.to_owned(), (*code).to_owned())),
                );
            }
        }
    };
    if let Some(operation) = rule.operation {
        rule.expectations.iter().for_each(|(_, expectation)| add(operation, expectation));
    }
    if let Trial::Cases { fixed, refusals, .. } = &rule.trial {
        let calls = fixed.iter().flat_map(|case| case.plan.calls());
        for call in calls.chain(refusals.calls.iter().map(|(_, call)| call)) {
            let Call { operation, expect, .. } = call;
            if let Some(expectation) = rule.expectation(expect) {
                add(operation, expectation);
            }
        }
    }
    asserted
}

/// The errors that were seen, as far as results keep what came back.
fn observed(report: &Report<'_>) -> BTreeSet<Error> {
    let mut observed = BTreeSet::new();
    for result in &report.results.rules {
        let traces = result.findings.iter().flat_map(|finding| &finding.evidence);
        for exchange in traces.flat_map(Trace::exchanges) {
            if let Outcome::Refused { code: Some(code), .. } = exchange.outcome() {
                let request = &exchange.request;
                observed.insert((request.service, request.operation.clone(), code));
            }
        }
        let Some(operation) = result.rule.operation else { continue };
        for observation in &result.observations {
            let words = observation.outcome.split(|character: char| !character.is_ascii_alphanumeric());
            let codes = words.filter(|word| model(result.rule.service).error(word).is_some());
            observed.extend(codes.map(|code| (result.rule.service, operation.to_owned(), code.to_owned())));
        }
    }
    observed
}

/// The statements of the documents about the services of the report, with the rules of the report
/// that check them.
fn clauses(report: &Report<'_>) -> Vec<Value> {
    let ran = |rule: &&&Rule| report.results.rules.iter().any(|result| std::ptr::eq(result.rule, **rule));
    let services: BTreeSet<Service> = report.results.rules.iter().map(|result| result.rule.service).collect();
    let told = ledger().iter().filter(|statement| services.contains(&statement.service));
    told.map(|statement| {
        let rules: Vec<&str> = statement.rules.iter().filter(ran).map(|rule| rule.id.as_str()).collect();
        let mut entry = json!({
            "service": statement.service,
            "operation": statement.operation,
            "source": statement.source.key,
            "place": statement.place,
            "clause": statement.says,
            "rules": rules,
        });
        if let Some(reason) = statement.reason() {
            entry["reason"] = json!(reason);
        }
        entry
    })
    .collect()
}
