//! The two tables: operations by kinds of rule, and documented errors by operation.

use crate::judge::finding::Verdict;
use crate::report::coverage::{self, ErrorCoverage, Status};
use crate::report::summary::Report;
use crate::results::RuleResult;
use aws_conformance_generators::plan::Service;
use std::collections::BTreeSet;

/// What rules are about, by the last part of their ids.
const KINDS: [(&str, &[&str]); 5] = [
    ("types", &["type"]),
    ("required", &["required", "optional"]),
    ("lengths and counts", &["length-max", "length-min", "count-max", "count-min"]),
    ("values", &["pattern", "enum", "value-min", "value-max"]),
    ("behaviour", &[]),
];

/// The names of the kinds, in the order of their columns.
pub(super) fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, _)| *name)
}

/// The pieces between which a name may be broken: `xray.`, `Put`, `Resource`, `Policy`.
fn pieces(name: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before = '.';
    for character in name.chars() {
        let begins = before == '.' || (character.is_uppercase() && before.is_lowercase());
        match pieces.last_mut().filter(|_| !begins) {
            Some(piece) => piece.push(character),
            None => pieces.push(character.to_string()),
        }
        before = character;
    }
    pieces
}

/// An operation with a cell for each kind of rule.
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) pieces: Vec<String>,
    pub(super) cells: Vec<Cell>,
}

/// What came of the rules of one kind.
pub(super) struct Cell {
    pub(super) rules: usize,
    pub(super) violated: usize,
    pub(super) conform: usize,
}

impl Cell {
    fn of(results: &[&&RuleResult]) -> Self {
        let count = |wanted: &[Verdict]| results.iter().filter(|one| wanted.contains(&one.verdict)).count();
        Self {
            rules: results.len(),
            violated: count(&[Verdict::Violates, Verdict::Waived]),
            conform: count(&[Verdict::Conforms, Verdict::Observed]),
        }
    }

    /// How it looks.
    pub(super) fn class(&self) -> &'static str {
        match self {
            Self { rules: 0, .. } => "empty",
            Self { violated: 1.., .. } => "violates",
            Self { rules, conform, .. } if rules == conform => "conforms",
            _ => "open",
        }
    }

    pub(super) fn text(&self) -> String {
        match self.class() {
            "empty" => String::new(),
            "violates" => format!("{} of {}", self.violated, self.rules),
            "conforms" => self.rules.to_string(),
            _ => format!("{} of {}", self.conform, self.rules),
        }
    }

    pub(super) fn title(&self) -> String {
        format!("{} rules: {} conform, {} violated", self.rules, self.conform, self.violated)
    }
}

pub(super) fn operations(report: &Report<'_>) -> Vec<Operation> {
    let row = |(name, results): (String, Vec<&RuleResult>)| {
        let cells = (0..KINDS.len()).map(|kind| {
            let these: Vec<&&RuleResult> =
                results.iter().filter(|result| kind_of(&result.rule.id) == kind).collect();
            Cell::of(&these)
        });
        Operation { pieces: pieces(&name), name, cells: cells.collect() }
    };
    report.by_operation().into_iter().map(row).collect()
}

fn kind_of(rule: &str) -> usize {
    let last = rule.rsplit('.').next().unwrap_or_default();
    KINDS.iter().position(|(_, ends)| ends.contains(&last)).unwrap_or(KINDS.len() - 1)
}

/// The documented errors of a service's operations.
pub(super) struct HeatMap {
    pub(super) service: Service,
    pub(super) operations: Vec<String>,
    /// Errors by the pieces of their names, each with a cell for every operation.
    pub(super) errors: Vec<(Vec<String>, Vec<Option<Heat>>)>,
}

/// What the run does about a documented error.
pub(super) struct Heat {
    pub(super) class: &'static str,
    pub(super) mark: &'static str,
    pub(super) title: String,
}

impl Heat {
    fn of(error: &ErrorCoverage) -> Self {
        let (class, mark, what) = match error.status {
            Status::Asserted => ("asserted", "●", "a rule of this run asserts it"),
            Status::Observed => ("observed", "○", "it was observed, and no rule asserts it"),
            Status::OutOfReach => ("out-of-reach", "–", "no caller can provoke it"),
            Status::NotSelected => ("not-selected", "·", "no rule of this run is about it"),
        };
        let reason = error.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        Self { class, mark, title: format!("{}, {}: {what}{reason}", error.operation, error.error) }
    }
}

pub(super) fn heat_maps(report: &Report<'_>) -> Vec<HeatMap> {
    let all = coverage::errors(report);
    let maps = Service::ALL.into_iter().map(|service| {
        let of_service = || all.iter().filter(|error| error.service == service);
        let mut operations: Vec<String> = of_service().map(|error| error.operation.clone()).collect();
        operations.dedup();
        let names: BTreeSet<&str> = of_service().map(|error| error.error.as_str()).collect();
        let cell = |name: &str, operation: &String| {
            of_service().find(|error| error.error == name && error.operation == *operation).map(Heat::of)
        };
        let row = |name| (pieces(name), operations.iter().map(|operation| cell(name, operation)).collect());
        HeatMap { service, errors: names.into_iter().map(row).collect(), operations: operations.clone() }
    });
    maps.filter(|map| !map.errors.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_broken_between_words_alone() {
        assert_eq!(pieces("xray.PutResourcePolicy"), ["xray.", "Put", "Resource", "Policy"]);
        assert_eq!(pieces("rekognition.wire"), ["rekognition.", "wire"]);
        assert_eq!(pieces("IAMException"), ["IAMException"]);
    }

    #[test]
    fn rules_are_of_the_kind_that_their_ids_end_with() {
        let kind = |rule: &str| KINDS[kind_of(rule)].0;
        assert_eq!(kind("xray.PutResourcePolicy.PolicyName.length-max"), "lengths and counts");
        assert_eq!(kind("xray.PutResourcePolicy.PolicyName.pattern"), "values");
        assert_eq!(kind("xray.PutResourcePolicy.PolicyRevisionId.stale"), "behaviour");
    }
}
