//! A JSON report that is read again.

use super::answers::Answers;
use super::json::FORM;
use crate::exchange::Shapes;
use crate::exchange::untrusted::escaped;
use crate::judge::finding::{Reproduced, Verdict};
use crate::results::{Observation, Survey, lasting};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// A JSON report, as far as it is read again.
#[derive(Clone, Debug, Deserialize)]
pub struct ReadReport {
    pub(super) version: String,
    /// Where the random cases started from.
    pub seed: u64,
    pub(super) target: Target,
    pub(super) rules: Vec<Rule>,
    #[serde(default)]
    pub(super) observations: Vec<Observation>,
    #[serde(default)]
    pub(super) shapes: Shapes,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Target {
    pub(super) kind: String,
    pub(super) endpoint: Option<String>,
    pub(super) region: String,
    #[serde(default)]
    pub(super) services: Vec<Survey>,
    #[serde(default)]
    pub(super) failures: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) service: String,
    pub(super) level: String,
    pub(super) verdict: String,
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) cases: u64,
    /// What came back in cases that conform, by the name of the expectation.
    #[serde(default)]
    pub(super) outcomes: BTreeMap<String, BTreeSet<String>>,
    #[serde(default)]
    pub(super) violations: Vec<Violation>,
}

impl Rule {
    /// What it was answered, if it conforms.
    pub(super) fn answers(&self) -> Option<Answers> {
        let conforms = self.verdict == Verdict::Conforms.as_str();
        conforms.then(|| Answers { cases: self.cases, outcomes: self.outcomes.clone() })
    }

    /// Whether it was violated now and then only.
    pub(super) fn is_intermittent(&self) -> bool {
        let reproduced = |one: &Violation| one.reproduced.as_ref()?.parse().ok();
        let is_so = |one: &Violation| reproduced(one).is_some_and(Reproduced::is_intermittent);
        !self.violations.is_empty() && self.violations.iter().all(is_so)
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Violation {
    pub(super) class: String,
    pub(super) observed: String,
    /// How often it was reproduced, as a report has it.
    pub(super) reproduced: Option<String>,
}

/// Why a text is no report that can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no JSON.
    #[error("it is no JSON ({0}); `run --report json=FILE` writes a report")]
    Json(serde_json::Error),
    /// It is something else, or a report of another version.
    #[error("its schema is {0}, and only {FORM} can be read; `run --report json=FILE` writes one")]
    OtherForm(String),
    /// It is not what such a report is.
    #[error("it is no whole report: {0}; write it again with `run --report json=FILE`")]
    Report(String),
}

/// Reads what is needed of a JSON report.
pub(super) fn parsed<T: DeserializeOwned>(json: &[u8]) -> Result<T, ReadError> {
    #[derive(Deserialize)]
    struct Form {
        schema: Option<String>,
    }
    let form: serde_json::Value = serde_json::from_slice(json).map_err(ReadError::Json)?;
    match Form::deserialize(&form) {
        Ok(Form { schema: Some(schema) }) if schema == FORM => {}
        Ok(Form { schema: Some(schema) }) => return Err(ReadError::OtherForm(escaped(&schema))),
        _ => return Err(ReadError::OtherForm("missing".to_owned())),
    }
    serde_json::from_slice(json).map_err(|error| ReadError::Report(escaped(&error.to_string())))
}

impl ReadReport {
    /// Reads a JSON report.
    ///
    /// # Errors
    /// When it is none, or one of another form.
    pub fn parse(json: &[u8]) -> Result<Self, ReadError> {
        parsed(json)
    }

    /// The ids of the rules that violate.
    pub fn violated(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().filter(|rule| rule.verdict == "violates").map(|rule| rule.id.as_str())
    }

    /// The operations that are not implemented, or never answered, with what came instead.
    pub(super) fn missing(&self) -> BTreeMap<String, &str> {
        let services = self.target.services.iter();
        let missing = services.flat_map(|one| {
            let all = one.missing.iter().chain(&one.silent);
            all.map(|(operation, answer)| (format!("{}.{operation}", one.service), answer.as_str()))
        });
        missing.collect()
    }

    /// The services that were surveyed.
    pub(super) fn judged(&self) -> BTreeSet<&str> {
        self.target.services.iter().map(|one| one.service.as_str()).collect()
    }

    /// What came back where nothing is promised, by rule and partition.
    pub(super) fn observed(&self) -> BTreeMap<(&str, &str), BTreeSet<String>> {
        let mut observed: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
        for one in &self.observations {
            observed.entry((&one.rule, &one.partition)).or_default().insert(lasting(&one.outcome));
        }
        observed
    }
}
