//! What differs between two JSON reports: two runs against one target, or one suite against two.

use super::read::{ReadReport, Rule, Target};
use crate::exchange::changes;
use crate::exchange::untrusted::escaped;
use crate::results::lasting;
use askama::Template;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Write};

/// The form of the difference for programs.
const FORM: &str = "aws-conformance/diff/1";

/// What differs between two reports, and nothing else. `templates/diff.txt` has its form for people.
#[derive(Debug, Default, PartialEq, Serialize, Template)]
#[template(path = "diff.txt", escape = "none")]
pub struct Difference {
    schema: &'static str,
    /// Whether the second is worse: a rule violates that did not, each time that it was tried, an operation
    /// disappeared, or a service could not be judged any more.
    pub worse: bool,
    a: Side,
    b: Side,
    not_judged: Vec<NotJudged>,
    operations: Vec<OperationChange>,
    rules_added: Vec<String>,
    rules_removed: Vec<String>,
    verdicts: Vec<VerdictChange>,
    violations: Vec<ViolationChange>,
    observations: Vec<ObservationChange>,
    outcomes: Vec<OutcomeChange>,
    shapes: Vec<ShapeDifference>,
}

/// One of two reports.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Side {
    target: String,
    region: String,
    version: String,
    seed: u64,
}

impl Side {
    fn of(report: &ReadReport) -> Self {
        let Target { kind, endpoint, region, .. } = &report.target;
        Self {
            target: endpoint.clone().unwrap_or_else(|| kind.clone()),
            region: region.clone(),
            version: report.version.clone(),
            seed: report.seed,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, region, version, seed } = self;
        let [target, region, version] = [target, region, version].map(|text| escaped(text));
        write!(f, "{target}, region {region}, seed {seed}, version {version}")
    }
}

/// A service that only one of them could judge.
#[derive(Debug, PartialEq, Serialize)]
struct NotJudged {
    service: String,
    in_report: &'static str,
    reason: String,
}

#[derive(Debug, PartialEq, Serialize)]
struct OperationChange {
    operation: String,
    change: Change,
    /// What came instead of it.
    response: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Change {
    Appeared,
    Disappeared,
    Changed,
}

#[derive(Debug, PartialEq, Serialize)]
struct VerdictChange {
    rule: String,
    level: String,
    a: String,
    b: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Whether the side that violates did so in some attempts only, so that chance explains the change.
    likely_flake: bool,
    worse: bool,
}

impl VerdictChange {
    /// Whether the rule conforms on one side, and was not run on the other.
    fn is_only_not_run(&self) -> bool {
        matches!((self.a.as_str(), self.b.as_str()), ("conforms", "not-run") | ("not-run", "conforms"))
    }
}

#[derive(Debug, PartialEq, Serialize)]
struct ViolationChange {
    rule: String,
    class: String,
    change: Change,
    a: Option<String>,
    b: Option<String>,
}

#[derive(Debug, PartialEq, Serialize)]
struct ObservationChange {
    rule: String,
    partition: String,
    a: Vec<String>,
    b: Vec<String>,
}

/// What came back differently in cases that conform on both sides.
#[derive(Debug, PartialEq, Serialize)]
struct OutcomeChange {
    rule: String,
    expectation: String,
    a: BTreeSet<String>,
    b: BTreeSet<String>,
}

/// What the responses of an outcome have in the second report, and not in the first.
#[derive(Debug, PartialEq, Serialize)]
struct ShapeDifference {
    outcome: String,
    changes: Vec<String>,
}

impl Difference {
    /// What differs in the second report.
    pub fn between(a: &ReadReport, b: &ReadReport) -> Self {
        let mut difference = Self {
            schema: FORM,
            a: Side::of(a),
            b: Side::of(b),
            not_judged: not_judged(a, b),
            operations: operations(a, b),
            observations: observations(a, b),
            shapes: shapes(a, b),
            ..Self::default()
        };
        let before: BTreeMap<&str, &Rule> = a.rules.iter().map(|rule| (rule.id.as_str(), rule)).collect();
        let in_both = |rule: &&Rule| difference.not_judged.iter().all(|one| one.service != rule.service);
        let judged: Vec<&Rule> = b.rules.iter().filter(in_both).collect();
        for rule in judged {
            match before.get(rule.id.as_str()) {
                Some(before) => {
                    difference.rule(before, rule);
                    difference.outcomes.extend(outcomes(before, rule, a.seed == b.seed));
                }
                None => difference.rules_added.push(rule.id.clone()),
            }
        }
        let now: BTreeSet<&str> = b.rules.iter().map(|rule| rule.id.as_str()).collect();
        let removed = a.rules.iter().filter(|rule| !now.contains(rule.id.as_str()));
        difference.rules_removed = removed.map(|rule| rule.id.clone()).collect();
        difference.worse = difference.verdicts.iter().any(|change| change.worse)
            || difference.operations.iter().any(|change| change.change == Change::Disappeared)
            || difference.not_judged.iter().any(|one| one.in_report == "b");
        difference
    }

    fn rule(&mut self, a: &Rule, b: &Rule) {
        if a.verdict != b.verdict {
            let is_flake = |rule: &Rule| is_violation(&rule.verdict) && rule.is_intermittent();
            let likely_flake = is_flake(a) || is_flake(b);
            self.verdicts.push(VerdictChange {
                rule: b.id.clone(),
                level: b.level.clone(),
                a: a.verdict.clone(),
                b: b.verdict.clone(),
                reason: b.reason.clone(),
                likely_flake,
                // What was not run may have been as bad before.
                worse: is_violation(&b.verdict)
                    && !is_violation(&a.verdict)
                    && a.verdict != "not-run"
                    && !likely_flake,
            });
        }
        let of = |rule: &Rule, class: &str| {
            let found = rule.violations.iter().find(|violation| violation.class == class);
            found.map(|violation| violation.observed.clone())
        };
        let classes = a.violations.iter().chain(&b.violations).map(|violation| &violation.class);
        for class in classes.collect::<BTreeSet<_>>() {
            let (before, now) = (of(a, class), of(b, class));
            let change = match (&before, &now) {
                (Some(before), Some(now)) if lasting(before) == lasting(now) => continue,
                (Some(_), Some(_)) => Change::Changed,
                (None, _) => Change::Appeared,
                (_, None) => Change::Disappeared,
            };
            let (rule, class) = (b.id.clone(), class.clone());
            self.violations.push(ViolationChange { rule, class, change, a: before, b: now });
        }
    }

    /// Whether what conforms was answered otherwise: by another outcome, or by responses of another shape.
    pub fn is_answered_otherwise(&self) -> bool {
        !(self.observations.is_empty() && self.outcomes.is_empty() && self.shapes.is_empty())
    }

    /// Whether nothing differs.
    pub fn is_none(&self) -> bool {
        self.not_judged.is_empty()
            && self.operations.is_empty()
            && self.rules_added.is_empty()
            && self.rules_removed.is_empty()
            && self.verdicts.is_empty()
            && self.violations.is_empty()
            && !self.is_answered_otherwise()
    }

    /// Writes it for people.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write_into(out)
    }

    /// How many rules conform in one report and were not run in the other.
    fn not_run(&self) -> impl Iterator<Item = (usize, &'static str, &'static str)> {
        let sides = [("conforms", "A", "B"), ("not-run", "B", "A")];
        let counted = sides.map(|(verdict, judged, other)| {
            let these = self.verdicts.iter().filter(|one| one.is_only_not_run() && one.a == verdict);
            (these.count(), judged, other)
        });
        counted.into_iter().filter(|(count, ..)| *count > 0)
    }

    /// The rules that violate in both, differently.
    fn changed_violations(&self) -> BTreeSet<&str> {
        let told: BTreeSet<&str> = self.verdicts.iter().map(|change| change.rule.as_str()).collect();
        let rules = self.violations.iter().map(|change| change.rule.as_str());
        rules.filter(|rule| !told.contains(rule)).collect()
    }

    /// One change may concern many rules.
    fn outcomes_of_both(&self) -> BTreeMap<[&BTreeSet<String>; 2], Vec<&OutcomeChange>> {
        let mut changes: BTreeMap<[&BTreeSet<String>; 2], Vec<&OutcomeChange>> = BTreeMap::new();
        for change in &self.outcomes {
            changes.entry([&change.a, &change.b]).or_default().push(change);
        }
        changes
    }

    /// The lines of what a rule was answered on both sides where it violates.
    fn violations_of(&self, rule: &str) -> String {
        let line = |name: &str, observed: &Option<String>| {
            observed.as_ref().map(|text| format!("    {name}  {}\n", escaped(text))).unwrap_or_default()
        };
        let changes = self.violations.iter().filter(|change| change.rule == rule);
        changes
            .map(|one| format!("  {}\n{}{}", escaped(&one.class), line("A", &one.a), line("B", &one.b)))
            .collect()
    }
}

/// What came back, as one text.
fn joined<'a>(outcomes: impl IntoIterator<Item = &'a String>) -> String {
    escaped(&outcomes.into_iter().map(String::as_str).collect::<Vec<_>>().join("; "))
}

/// Whether a verdict is a violation, owned by somebody or not.
fn is_violation(verdict: &str) -> bool {
    matches!(verdict, "violates" | "waived")
}

/// The services that only one of the reports could judge, of those that both are about.
fn not_judged(a: &ReadReport, b: &ReadReport) -> Vec<NotJudged> {
    let about = |report: &ReadReport, service: &str| report.rules.iter().any(|rule| rule.service == service);
    let mut all = Vec::new();
    for (judged, other, in_report) in [(a, b, "b"), (b, a, "a")] {
        let (in_this, in_other) = (judged.judged(), other.judged());
        for service in in_this.difference(&in_other).filter(|service| about(other, service)) {
            let failures = other.target.failures.iter();
            let reason = failures.clone().find(|failure| failure.contains(*service)).or(failures.last());
            let reason = reason.cloned().unwrap_or_else(|| "no reason is given".to_owned());
            all.push(NotJudged { service: (*service).to_owned(), in_report, reason });
        }
    }
    all
}

/// The operations that only one of the targets has, of the services that both reports judged.
fn operations(a: &ReadReport, b: &ReadReport) -> Vec<OperationChange> {
    let (before, now) = (a.missing(), b.missing());
    let (judged_a, judged_b) = (a.judged(), b.judged());
    let mut all = Vec::new();
    let sides = [(&now, &before, Change::Disappeared), (&before, &now, Change::Appeared)];
    for (missing, others, change) in sides {
        for (operation, response) in missing.iter().filter(|(operation, _)| !others.contains_key(*operation))
        {
            let service = operation.split('.').next().unwrap_or_default();
            if judged_a.contains(service) && judged_b.contains(service) {
                let (operation, response) = (operation.clone(), (*response).to_owned());
                all.push(OperationChange { operation, change, response });
            }
        }
    }
    all
}

/// What came back differently where nothing is promised, of the partitions that both tried.
fn observations(a: &ReadReport, b: &ReadReport) -> Vec<ObservationChange> {
    let (before, now) = (a.observed(), b.observed());
    let mut all = Vec::new();
    for ((rule, partition), outcomes) in now {
        let Some(other) = before.get(&(rule, partition)).filter(|other| **other != outcomes) else {
            continue;
        };
        all.push(ObservationChange {
            rule: rule.to_owned(),
            partition: partition.to_owned(),
            a: other.iter().cloned().collect(),
            b: outcomes.into_iter().collect(),
        });
    }
    all
}

/// Where a rule that conforms on both sides was answered otherwise.
fn outcomes(a: &Rule, b: &Rule, same_seed: bool) -> Vec<OutcomeChange> {
    let (Some(before), Some(now)) = (a.answers(), b.answers()) else { return Vec::new() };
    let differences = before.differences(&now, same_seed);
    let change = |expectation: &str| OutcomeChange {
        rule: b.id.clone(),
        expectation: expectation.to_owned(),
        a: before.outcomes[expectation].clone(),
        b: now.outcomes[expectation].clone(),
    };
    differences.map(change).collect()
}

/// The outcomes that both reached, with other shapes.
fn shapes(a: &ReadReport, b: &ReadReport) -> Vec<ShapeDifference> {
    let both =
        a.shapes.0.iter().filter_map(|(outcome, before)| Some((outcome, before, b.shapes.0.get(outcome)?)));
    let all = both.map(|(outcome, before, now)| ShapeDifference {
        outcome: outcome.clone(),
        changes: changes(before, now),
    });
    all.filter(|one| !one.changes.is_empty()).collect()
}

#[cfg(test)]
mod tests;
