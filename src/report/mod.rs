//! Reports: what a run came to, for people and for programs.
//!
//! Everything here consumes results and causes none. What an endpoint said is untrusted: it goes
//! through [`crate::exchange::untrusted`] before it reaches a terminal or a file.

mod coverage;
mod json;
pub mod script;
#[cfg(test)]
mod tests;
mod text;

pub use json::{json, write_json};
pub use script::{About, ScriptTarget, aws_cli, script};
pub use text::text;

use crate::exchange::untrusted::Redaction;
use crate::execute::target::Target;
use crate::judge::finding::{Finding, Verdict};
use crate::results::{Results, RuleResult};
use crate::rules::expectation::Level;
use serde::Serialize;
use std::time::SystemTime;

/// The JSON Schema (2020-12) of the JSON report.
pub const SCHEMA: &str = include_str!("report.schema.json");

/// How a run was made, as far as reports name it.
#[derive(Clone, Debug)]
pub struct RunInfo {
    /// Where the random cases started from.
    pub seed: u64,
    /// When the run began.
    pub started_at: SystemTime,
    /// Whether a `should` violation fails too.
    pub strict: bool,
}

/// Version of the suite.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a run came to, ready to be written in any form.
#[derive(Debug)]
pub struct Report<'a> {
    target: &'a Target,
    info: RunInfo,
    results: &'a Results,
    summary: Summary,
    redaction: Redaction,
}

impl<'a> Report<'a> {
    /// The report of a run that selected this many rules.
    pub fn new(target: &'a Target, info: RunInfo, results: &'a Results, selected: usize) -> Self {
        Self {
            target,
            info,
            results,
            summary: Summary::of(results, selected),
            redaction: Redaction::of(&target.credentials),
        }
    }

    /// The counts and the two figures.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// A text in which an endpoint's words may be, for a message.
    pub fn shown(&self, text: &str) -> String {
        self.redaction.shown(text)
    }

    /// Every finding that is more than an observation, with its rule's result, in order.
    fn findings(&self) -> impl Iterator<Item = (&'a RuleResult, &'a Finding)> {
        self.results.findings()
    }

    fn about(&self, result: &RuleResult, finding: &Finding) -> About {
        let clean = |text: &str| self.redaction.clean(text).into_owned();
        About {
            rule: result.rule.id.clone(),
            clause: format!("{}: {}", result.rule.clause().source.title, result.rule.clause()),
            expected: finding.violation.expected.clone(),
            observed: clean(&finding.violation.observed),
        }
    }

    fn script(&self, result: &RuleResult, finding: &Finding) -> String {
        let (about, target) = (self.about(result, finding), ScriptTarget::of(self.target));
        let written = script(&finding.case, &finding.violation.label, &about, &target);
        self.redaction.clean(&written).into_owned()
    }

    fn aws_cli(&self, result: &RuleResult, finding: &Finding) -> Result<String, String> {
        let (about, target) = (self.about(result, finding), ScriptTarget::of(self.target));
        let written = aws_cli(&finding.case, &finding.violation.label, &about, &target)?;
        Ok(self.redaction.clean(&written).into_owned())
    }
}

/// Counts of a run, and its two figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Selected rules.
    pub rules: usize,
    /// Rules by verdict.
    pub conforms: usize,
    /// See [`Verdict::Violates`].
    pub violates: usize,
    /// See [`Verdict::Waived`].
    pub waived: usize,
    /// See [`Verdict::Inconclusive`].
    pub inconclusive: usize,
    /// See [`Verdict::NotApplicable`].
    pub not_applicable: usize,
    /// See [`Verdict::NotRun`]; rules without a result are among them.
    pub not_run: usize,
    /// See [`Verdict::Observed`].
    pub observed: usize,
    /// Cases tried.
    pub cases: u64,
    /// Requests sent.
    pub requests: u64,
    /// (violates + waived) / all, of the must and should rules; 0 where there is none.
    pub divergence: f64,
    /// (conforms + violates + waived) / all, of the must and should rules; 0 where there is none.
    pub coverage: f64,
}

impl Summary {
    fn of(results: &Results, selected: usize) -> Self {
        let missing = selected.saturating_sub(results.rules.len());
        let mut summary = Self {
            rules: selected.max(results.rules.len()),
            not_run: missing,
            requests: results.requests,
            ..Self::default()
        };
        let (mut binding, mut diverging, mut covered) = (missing, 0, 0);
        for result in &results.rules {
            summary.cases += result.cases;
            *summary.count(result.verdict) += 1;
            if result.rule.level > Level::Observe {
                binding += 1;
                diverging += usize::from(matches!(result.verdict, Verdict::Violates | Verdict::Waived));
                covered += usize::from(matches!(
                    result.verdict,
                    Verdict::Conforms | Verdict::Violates | Verdict::Waived
                ));
            }
        }
        summary.divergence = fraction(diverging, binding);
        summary.coverage = fraction(covered, binding);
        summary
    }

    fn count(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Conforms => &mut self.conforms,
            Verdict::Violates => &mut self.violates,
            Verdict::Waived => &mut self.waived,
            Verdict::Inconclusive => &mut self.inconclusive,
            Verdict::NotApplicable => &mut self.not_applicable,
            Verdict::NotRun => &mut self.not_run,
            Verdict::Observed => &mut self.observed,
        }
    }
}

/// Rounded to four digits, so that reports of equal runs are equal.
fn fraction(part: usize, all: usize) -> f64 {
    if all == 0 {
        return 0.0;
    }
    (part as f64 / all as f64 * 10_000.0).round() / 10_000.0
}
