//! Counterexamples that are kept: what a finding sends, to be sent again another day or to another target.

use super::lasting::lasting;
use super::model::RuleResult;
use crate::exchange::untrusted::{Redaction, escaped};
use crate::judge::finding::Finding;
use crate::rules::expectation::Level;
use aws_conformance_generators::plan::{Case, Plan};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The form of the file; another number if it ever changes.
const FORM: &str = "aws-conformance/counterexample/1";
/// The form of a report, which holds counterexamples too.
const REPORT: &str = "aws-conformance/report/1";
/// How the names of what a run made begin.
const OF_A_RUN: &str = "awsc-";

/// A shrunk counterexample to a rule. Two runs that find the same write the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counterexample {
    /// The rule's id.
    pub rule: String,
    /// The class of the violation.
    pub class: String,
    /// How badly it counts.
    pub level: Level,
    /// The partition that the case was made for.
    pub partition: String,
    /// What should have come.
    pub expected: String,
    /// What came, without the names and ids of the run.
    pub observed: String,
    /// What is sent.
    pub plan: Plan,
}

/// The name of a file of this kind about a class of violation of a rule, whatever they are called.
pub fn finding_file(rule: &str, class: &str, kind: &str) -> String {
    let is_safe = |one: &char| one.is_ascii_alphanumeric() || "-_.".contains(*one);
    let name: String = format!("{rule}-{class}").chars().filter(is_safe).take(200).collect();
    format!("{name}.{kind}")
}

/// The file of a counterexample.
#[derive(Serialize, Deserialize)]
struct File<'a> {
    schema: &'a str,
    #[serde(flatten)]
    counterexample: Counterexample,
}

/// Why a file holds no counterexamples.
#[derive(Debug, thiserror::Error)]
pub enum CounterexampleError {
    /// It is no JSON.
    #[error(
        "it is no JSON ({0}); `run --corpus DIR` writes counterexamples, and so does `--report json=FILE`"
    )]
    Json(serde_json::Error),
    /// It is something else.
    #[error(
        "its schema is {0}: neither {FORM}, which `run --corpus DIR` writes, nor {REPORT}, which `--report json=FILE` does"
    )]
    OtherForm(String),
    /// It is not what such a file is.
    #[error("it is no counterexample: {0}; remove it, or let `run --corpus DIR` write it again")]
    Part(String),
}

impl Counterexample {
    /// The counterexample of a finding.
    pub fn of(result: &RuleResult, finding: &Finding) -> Self {
        let violation = &finding.violation;
        Self {
            rule: result.rule.id.clone(),
            class: violation.class.to_string(),
            level: violation.level,
            partition: finding.case.partition.clone(),
            expected: lasting(&violation.expected),
            observed: lasting(&violation.observed),
            plan: finding.case.plan.clone(),
        }
    }

    /// The case.
    pub fn case(&self) -> Case {
        Case { partition: self.partition.clone(), plan: self.plan.clone() }
    }

    /// Whether it names what an earlier run made, so that it says nothing in another one. What a monitor
    /// saw in a read is so.
    pub fn is_of_one_run(&self) -> bool {
        let is_name = |rest: &str| {
            let end = rest.find(|one: char| !one.is_ascii_alphanumeric()).unwrap_or(rest.len());
            // Plans have names of their own that begin so, which are words or short numbers.
            end >= 8 && rest[..end].chars().all(|one| one.is_ascii_hexdigit())
        };
        serde_json::to_string(&self.plan).is_ok_and(|plan| plan.split(OF_A_RUN).skip(1).any(is_name))
    }

    /// The name of its file.
    pub fn file_name(&self) -> String {
        finding_file(&self.rule, &self.class, "json")
    }

    /// What its file holds, without secrets.
    pub fn json(&self, redaction: &Redaction) -> serde_json::Result<Value> {
        let file = File { schema: FORM, counterexample: self.clone() };
        Ok(redaction.clean_json(serde_json::to_value(file)?))
    }

    /// The counterexamples of a file: its own one, or those of a JSON report.
    ///
    /// # Errors
    /// When it is neither.
    pub fn read(json: &[u8]) -> Result<Vec<Self>, CounterexampleError> {
        /// A JSON report.
        #[derive(Deserialize)]
        struct Report {
            rules: Vec<Rule>,
        }
        #[derive(Deserialize)]
        struct Rule {
            id: String,
            #[serde(default)]
            violations: Vec<Value>,
        }
        let part = |error: serde_json::Error| CounterexampleError::Part(escaped(&error.to_string()));
        let value: Value = serde_json::from_slice(json).map_err(CounterexampleError::Json)?;
        match value.get("schema").and_then(Value::as_str) {
            Some(FORM) => Ok(vec![Self::deserialize(value).map_err(part)?]),
            Some(REPORT) => {
                let report = Report::deserialize(value).map_err(part)?;
                let of = |Rule { id, violations }| {
                    violations.into_iter().map(move |mut violation: Value| {
                        violation["rule"] = Value::String(String::clone(&id));
                        Self::deserialize(violation).map_err(part)
                    })
                };
                report.rules.into_iter().flat_map(of).collect()
            }
            other => Err(CounterexampleError::OtherForm(escaped(other.unwrap_or("missing")))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::catalogue;
    use proptest::prelude::*;
    use proptest::sample::Index;

    /// A counterexample with one of a rule's own plans.
    fn counterexample(rule: Index, case: Index, class: String, observed: String) -> Option<Counterexample> {
        let rule = rule.get(catalogue());
        let cases: Vec<Case> = rule.trial.boundary_cases().collect();
        let Case { partition, plan } = if cases.is_empty() { return None } else { case.get(&cases).clone() };
        let (rule, expected) = (rule.id.clone(), "success".to_owned());
        Some(Counterexample { rule, class, level: Level::Must, partition, expected, observed, plan })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_equal(rule: Index, case: Index, class: String, observed: String) {
            let Some(one) = counterexample(rule, case, class, observed) else { return Ok(()) };
            prop_assert!(!one.is_of_one_run(), "{:?}", one.plan);
            let json = one.json(&Redaction::default()).expect("it is JSON").to_string();
            prop_assert_eq!(Counterexample::read(json.as_bytes()).expect("it is one"), vec![one.clone()]);
            let name = one.file_name();
            prop_assert!(name.len() <= 205 && !name.contains('/') && !name.starts_with('.'), "{}", name);
        }
    }
}
