//! Which documented errors and which documented statements the selected rules reach.

use super::summary::Report;
use crate::exchange::{Outcome, Trace};
use crate::rules::clauses::{self, ledger};
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::Service;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The accounts of a report's coverage, whole: documented errors by operation, and rules by clause.
pub(super) fn coverage(report: &Report<'_>) -> Value {
    json!({ "errors": errors(report), "clauses": clauses(report) })
}

/// What is counted of an operation, in the order of [`summary`].
pub(super) const COUNTED: [&str; 6] =
    ["errors", "asserted", "out of reach", "clauses", "checked", "cannot be"];

/// The same in numbers, a row for each operation, and one for what is no operation's: how many errors are
/// documented, asserted by a rule and out of every caller's reach, and how many statements of the documents there are,
/// are checked, and are not for a reason.
pub(super) fn summary(report: &Report<'_>) -> Vec<(String, [usize; 6])> {
    let name = |service: Service, operation: &str| format!("{service}.{operation}");
    let errors = errors(report).into_iter().map(|error| {
        let is = |status| usize::from(error.status == status);
        let counts = [1, is(Status::Asserted), is(Status::OutOfReach), 0, 0, 0];
        (name(error.service, &error.operation), counts)
    });
    let clauses = clauses(report).into_iter().map(|clause| {
        let (checked, uncheckable) = (!clause.rules.is_empty(), clause.reason.is_some());
        let counts = [0, 0, 0, 1, checked.into(), uncheckable.into()];
        (name(clause.service, clause.operation.unwrap_or("*")), counts)
    });
    let mut rows: Vec<(String, [usize; 6])> = Vec::new();
    for (name, counts) in errors.chain(clauses) {
        match rows.iter_mut().find(|(known, _)| *known == name) {
            Some((_, row)) => row.iter_mut().zip(counts).for_each(|(all, one)| *all += one),
            None => rows.push((name, counts)),
        }
    }
    rows
}

/// What a run does about a documented error of an operation.
#[derive(Debug, Serialize)]
pub(super) struct ErrorCoverage {
    pub(super) service: Service,
    pub(super) operation: String,
    pub(super) error: String,
    pub(super) status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    /// A selected rule names it.
    Asserted,
    /// It was seen where nothing is promised.
    Observed,
    /// No caller can be sure to provoke it.
    OutOfReach,
    /// A rule names it, and none that was selected.
    NotSelected,
}

/// The documented errors of every operation of the services that the report is about.
pub(super) fn errors(report: &Report<'_>) -> Vec<ErrorCoverage> {
    let observed = observed(report);
    let mut errors = Vec::new();
    for service in services(report) {
        for operation in &model(service).operations {
            for error in &operation.errors {
                let key = (service, operation.name.clone(), error.clone());
                let Some(clause) = clauses::error(service, &operation.name, error) else { continue };
                let reason = clause.reason;
                let status = match reason {
                    _ if report.results.rules.iter().any(|result| result.rule.checks(clause)) => {
                        Status::Asserted
                    }
                    _ if observed.contains(&key) => Status::Observed,
                    Some(_) => Status::OutOfReach,
                    None => Status::NotSelected,
                };
                errors.push(ErrorCoverage {
                    service,
                    operation: operation.name.clone(),
                    error: error.clone(),
                    status,
                    reason: reason.filter(|_| status == Status::OutOfReach),
                });
            }
        }
    }
    errors
}

/// The services that the report is about.
fn services(report: &Report<'_>) -> BTreeSet<Service> {
    report.results.rules.iter().map(|result| result.rule.service).collect()
}

/// The errors that were seen, as far as results keep what came back.
fn observed(report: &Report<'_>) -> BTreeSet<(Service, String, String)> {
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

/// A statement of the documents, with the rules of the report that check it.
#[derive(Debug, Serialize)]
struct ClauseCoverage {
    service: Service,
    operation: Option<&'static str>,
    source: &'static str,
    place: &'static str,
    clause: &'static str,
    rules: Vec<&'static str>,
    /// Why no rule of the catalogue checks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// The statements about the services of the report.
fn clauses(report: &Report<'_>) -> Vec<ClauseCoverage> {
    let of = |service: Service| {
        let statements = ledger().iter().filter(move |statement| statement.services.contains(&service));
        statements.map(move |statement| ClauseCoverage {
            service,
            operation: statement.operation,
            source: statement.source.key,
            place: &statement.place,
            clause: &statement.says,
            rules: report
                .results
                .rules
                .iter()
                .map(|result| result.rule)
                .filter(|rule| rule.service == service && rule.checks(statement))
                .map(|rule| rule.id.as_str())
                .collect(),
            reason: statement.reason,
        })
    };
    services(report).into_iter().flat_map(of).collect()
}
