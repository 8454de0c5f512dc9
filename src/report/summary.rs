//! A report before it has a form, and its counts.

use super::script::{around, aws_cli, curl, script};
use crate::judge::finding::{Class, Finding, Verdict};
use crate::results::{Latency, Results, RuleResult, RunInfo, ShapeChange, TargetInfo};
use crate::results::{Waiver, WaiverOutcome, WaiverState, finding_file};
use crate::rules::expectation::Level;
use crate::rules::{Trial, id_scope, nearest_rule};
use crate::service::is_documented;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Version of the suite.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How long a delayed acknowledgement takes, in milliseconds, with the response around it.
const DELAYED_ACKNOWLEDGEMENT: std::ops::RangeInclusive<f64> = 35.0..=50.0;

/// The results of a run, ready to be written in any form.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was tested.
    pub target: &'a TargetInfo,
    /// How the run was made.
    pub info: RunInfo,
    /// What it found.
    pub results: &'a Results,
    /// The counts and the two figures.
    pub summary: Summary,
}

impl<'a> Report<'a> {
    /// The report of a run that selected this many rules.
    pub fn new(target: &'a TargetInfo, info: RunInfo, results: &'a Results, selected: usize) -> Self {
        Self { target, info, results, summary: Summary::of(results, selected) }
    }

    /// The results by the first two parts of their rules' ids, in order: `service.Operation`, or what stands
    /// in the operation's place.
    pub(super) fn by_operation(&self) -> Vec<(String, Vec<&'a RuleResult>)> {
        let mut operations: Vec<(String, Vec<&RuleResult>)> = Vec::new();
        for result in &self.results.rules {
            let (name, _) = split_id(&result.rule.id);
            match operations.iter_mut().find(|(known, _)| known == name) {
                Some((_, results)) => results.push(result),
                None => operations.push((name.to_owned(), vec![result])),
            }
        }
        operations
    }

    /// Why a rule is inconclusive, not applicable, not run or waived.
    pub(super) fn reason(&self, result: &RuleResult) -> String {
        let waivers: Vec<&str> = match result.verdict {
            Verdict::Waived => result.waivers.iter().map(|waiver| waiver.reason.as_str()).collect(),
            _ => Vec::new(),
        };
        match (waivers.as_slice(), &result.reason) {
            ([], None) => "no reason is known".to_owned(),
            ([], Some(reason)) => self.shown(reason),
            (reasons, _) => self.shown(&reasons.join("; ")),
        }
    }

    /// The waivers that fail the run themselves, each in words.
    pub(super) fn failing_waivers(&self) -> impl Iterator<Item = String> {
        let failing = self.results.waivers.iter().filter(|outcome| outcome.state.fails());
        failing.map(|WaiverOutcome { waiver, state }| {
            let Waiver { rule, class, expires, .. } = waiver;
            let until = expires.as_deref().unwrap_or_default();
            self.shown(&match state {
                WaiverState::Expired => format!("expired waiver: {rule} ({class}): it held until {until}"),
                WaiverState::MatchesNothing => {
                    let near = nearest_rule(rule).map(|near| format!(", did you mean {near:?}?"));
                    format!(
                        "stale waiver: {rule} ({class}): no rule has such an id{}",
                        near.unwrap_or_default()
                    )
                }
                _ => match self.other_classes(waiver).as_slice() {
                    [] => format!(
                        "unexpected pass: {rule} ({class}): remove its waiver, or run with --update-waivers"
                    ),
                    others => format!(
                        "waiver of another class: {rule} ({class}): it violates as {} now; mend it, or write that class",
                        others.join(", ")
                    ),
                },
            })
        })
    }

    /// The classes in which the rules violate that a waiver names, which it does not cover.
    fn other_classes(&self, waiver: &Waiver) -> Vec<String> {
        let Some(matcher) = waiver.matcher() else { return Vec::new() };
        let named = self.results.open_findings().filter(|(result, _)| matcher.is_match(&result.rule.id));
        named
            .map(|(_, finding)| finding.violation.class.to_string())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    /// What was tested: each URL in the form for it.
    pub(super) fn place(&self, form: impl Fn(&str) -> String) -> String {
        if self.target.is_reference() {
            return "the embedded reference".to_owned();
        }
        let urls: BTreeSet<&String> = self.target.endpoints.values().collect();
        urls.into_iter().map(|url| form(url)).collect::<Vec<_>>().join(", ")
    }

    /// How fast the target was, in words.
    pub(super) fn latency(&self) -> Option<String> {
        let Latency { p50, p99 } = self.results.latency?;
        let digits = |time: f64| if time < 10.0 { format!("{time:.1}") } else { format!("{time:.0}") };
        Some(format!("p50 {} ms, p99 {} ms", digits(p50), digits(p99)))
    }

    /// What makes the target slow, where that shows: on one machine nothing takes as long as the
    /// acknowledgement that the kernel delays while the server waits for it with the rest of its response.
    pub(super) fn latency_hint(&self) -> Option<&'static str> {
        let Latency { p50, .. } = self.results.latency?;
        (self.target.loopback && DELAYED_ACKNOWLEDGEMENT.contains(&p50)).then_some(
            "on this machine that is a delayed acknowledgement: the server sends headers and body in two \
             packets; send them in one, or set TCP_NODELAY",
        )
    }

    /// The response shapes that differ from their snapshots, each in words.
    pub(super) fn shape_changes(&self) -> Vec<String> {
        let (new, changed): (Vec<_>, Vec<_>) = self.info.shape_changes.iter().partition(|one| one.is_new);
        let changed = changed.into_iter().map(|ShapeChange { outcome, changes, .. }| {
            self.shown(&format!("the shape of {outcome} changed: {}", changes.join("; ")))
        });
        let names: Vec<&str> = new.iter().map(|one| one.outcome.as_str()).collect();
        let new = (!names.is_empty()).then(|| {
            self.shown(&format!("shapes without a snapshot, {}: {}", names.len(), names.join(", ")))
        });
        changed.chain(new).collect()
    }

    /// A text in which an endpoint's words may be, for a message.
    pub fn shown(&self, text: &str) -> String {
        self.target.redaction.shown(text)
    }

    /// A script for each finding that is more than an observation, with the name of its file.
    pub fn scripts(&self) -> impl Iterator<Item = (String, String)> {
        self.results.findings().map(|(result, finding)| {
            let name = finding_file(&result.rule.id, &finding.violation.class.to_string(), "sh");
            (name, self.script(result, finding))
        })
    }

    /// The line that sends a finding's judged request.
    pub(super) fn curl(&self, finding: &Finding) -> Option<String> {
        Some(self.clean(curl(finding, self.target)?))
    }

    /// Why the line alone does not show a finding, where it does not.
    pub(super) fn not_alone(&self, result: &RuleResult, finding: &Finding) -> Option<String> {
        let needs = around(result.rule, finding, self.target)?;
        Some(format!("the case has {needs}: --report scripts=DIR writes it whole"))
    }

    pub(super) fn script(&self, result: &RuleResult, finding: &Finding) -> String {
        self.clean(script(result.rule, finding, self.target))
    }

    pub(super) fn aws_cli(&self, result: &RuleResult, finding: &Finding) -> Result<String, String> {
        Ok(self.clean(aws_cli(result.rule, finding, self.target)?))
    }

    fn clean(&self, text: String) -> String {
        self.target.redaction.clean(&text).into_owned()
    }
}

/// Counts of a run, and its two figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// Those of them that the SDK's own clients signed and sent.
    #[serde(default)]
    pub sdk_requests: u64,
    /// (violates + waived) / all, of the must and should rules; 0 where there is none.
    pub divergence: f64,
    /// (conforms + violates + waived) / all, of the must and should rules; 0 where there is none.
    pub coverage: f64,
    /// All of the must and should rules,
    #[serde(skip)]
    pub binding: usize,
    /// those of them that are violated or waived,
    #[serde(skip)]
    pub diverging: usize,
    /// and those that could be judged.
    #[serde(skip)]
    pub covered: usize,
}

impl Summary {
    fn of(results: &Results, selected: usize) -> Self {
        let missing = selected.saturating_sub(results.rules.len());
        let mut summary = Self {
            rules: selected.max(results.rules.len()),
            not_run: missing,
            requests: results.requests,
            sdk_requests: results.sdk_requests,
            binding: missing,
            ..Self::default()
        };
        for result in &results.rules {
            // A monitor looks at exchanges, which are the cases of other rules.
            if matches!(result.rule.trial, Trial::Cases { .. }) {
                summary.cases += result.cases;
            }
            *summary.count(result.verdict) += 1;
            if result.rule.level > Level::Observe {
                summary.binding += 1;
                summary.diverging +=
                    usize::from(matches!(result.verdict, Verdict::Violates | Verdict::Waived));
                summary.covered += usize::from(matches!(
                    result.verdict,
                    Verdict::Conforms | Verdict::Violates | Verdict::Waived
                ));
            }
        }
        summary.divergence = fraction(summary.diverging, summary.binding);
        summary.coverage = fraction(summary.covered, summary.binding);
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

/// Why a finding counts for less than its rule, where it does.
pub(super) fn why_less(result: &RuleResult, finding: &Finding) -> Option<&'static str> {
    let (rule, class) = (result.rule, &finding.violation.class);
    if finding.violation.level >= rule.level {
        return None;
    }
    Some(match class {
        Class::ServerError if finding.reproduced.is_intermittent() => "it was not seen each time",
        Class::ServerError => "it was seen once, and nobody could look again",
        Class::Code(code) if !is_documented(rule.service, code) => {
            "a refusal is right, its code is not documented"
        }
        Class::Code(_) => "a refusal is right, its code is documented for something else",
        _ => "the sources leave room for this answer",
    })
}

/// A number of things.
pub(super) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A rule's id as `service.Operation` and what follows it.
pub(super) fn split_id(id: &str) -> (&str, &str) {
    let operation = id_scope(id, 2);
    (operation, id[operation.len()..].trim_start_matches('.'))
}

/// A fraction in per cent with one digit. What is not all of it is never rounded to 100, nor what is
/// something to 0.
pub(super) fn percent(fraction: f64) -> f64 {
    let percent = (fraction * 1000.0).round() / 10.0;
    if fraction < 1.0 && percent >= 100.0 {
        return 99.9;
    }
    if fraction > 0.0 && percent == 0.0 { 0.1 } else { percent }
}

/// Rounded to four digits, so that reports of equal runs are equal.
fn fraction(part: usize, all: usize) -> f64 {
    if all == 0 {
        return 0.0;
    }
    (part as f64 / all as f64 * 10_000.0).round() / 10_000.0
}
