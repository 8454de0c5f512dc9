//! The report for programs. Its form is a contract: `report.schema.json` describes it.

use super::coverage::coverage;
use super::summary::{Report, VERSION};
use crate::exchange::untrusted::{bounded, visible_json};
use crate::judge::finding::Finding;
use crate::results::{Cause, RuleResult, causes};
use crate::rules::expectation::Level;
use serde_json::{Value, json};
use std::io::{self, Write};

/// The JSON Schema (2020-12) of the JSON report.
pub const SCHEMA: &str = include_str!("report.schema.json");

/// The form of the report; another number if it ever changes.
pub(super) const FORM: &str = "aws-conformance/report/1";
/// The most bytes of a text that an endpoint may have written.
const LONGEST: usize = 4096;

/// The JSON report.
pub fn json(report: &Report<'_>) -> Value {
    let duration = report.results.duration.as_secs_f64();
    let mut value = json!({
        "schema": FORM,
        "version": VERSION,
        "seed": report.info.seed,
        "strict": report.info.strict,
        "started_at": humantime::format_rfc3339_seconds(report.info.started_at).to_string(),
        "duration_s": (duration * 1000.0).round() / 1000.0,
        "target": target(report),
        "summary": report.summary,
        "rules": report.results.rules.iter().map(|result| rule(report, result)).collect::<Vec<_>>(),
        "causes": causes(report.results).iter().map(cause).collect::<Vec<_>>(),
        "coverage": coverage(report),
        "observations": observations(report),
        "shapes": report.results.shapes,
        "shape_changes": report.info.shape_changes,
        "waivers": report.results.waivers,
        "left_behind": report.results.left_behind,
    });
    if let Some(info) = &report.info.shard {
        value["shard"] = json!(info);
        value["shard"]["target"] = json!(report.target);
        value["shard"]["harm"] = json!(report.results.harm);
    }
    sanitize(report, &mut value);
    value
}

/// Writes a JSON value, indented. Characters that a terminal or a CI runner would act on, or that have no
/// glyph, are escapes, as all are that JSON itself asks for: a report is looked at with `cat` too.
///
/// # Errors
/// When it cannot be written.
pub fn write_json(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    // Outside of strings JSON has nothing hidden but line feeds.
    let visible = |line: &str| visible_json(line).replace("##[", "##\\u005b");
    serde_json::to_string_pretty(value)?.lines().try_for_each(|line| writeln!(out, "{}", visible(line)))
}

fn target(report: &Report<'_>) -> Value {
    let target = report.target;
    let mut value = json!({ "kind": target.kind, "endpoint": null, "region": target.region });
    if let Some(url) = target.endpoints.values().next() {
        value["endpoint"] = json!(url);
        value["endpoints"] = json!(target.endpoints);
    }
    value["latency_ms"] = json!(report.results.latency);
    value["read_lag_ms"] = json!(report.results.read_lag_ms);
    value["services"] = json!(report.results.surveys);
    value["missing"] = json!(report.info.missing);
    value["failures"] = json!(report.results.failures);
    value
}

/// What several findings have in common.
fn cause(cause: &Cause<'_>) -> Value {
    let mut rules: Vec<&str> = cause.findings.iter().map(|(result, _)| result.rule.id.as_str()).collect();
    rules.dedup();
    let class = cause.findings.first().map(|(_, finding)| &finding.violation.class);
    json!({ "headline": cause.headline, "level": cause.level, "rules": rules, "class": class })
}

fn rule(report: &Report<'_>, result: &RuleResult) -> Value {
    let rule = result.rule;
    let mut value = json!({
        "id": rule.id,
        "service": rule.service,
        "operation": rule.operation,
        "level": rule.level,
        "citation": { "source": rule.clause().source.key, "clause": rule.clause().to_string() },
        "provenance": rule.provenance(),
        "verdict": result.verdict,
        "cases": result.cases,
        "requests": result.requests,
    });
    if let Some(reason) = &result.reason {
        value["reason"] = json!(reason);
    }
    if !result.outcomes.is_empty() {
        value["outcomes"] = json!(result.outcomes);
    }
    let violations: Vec<Value> = result.binding().map(|finding| violation(report, result, finding)).collect();
    if !violations.is_empty() {
        value["violations"] = Value::Array(violations);
    }
    value
}

fn violation(report: &Report<'_>, result: &RuleResult, finding: &Finding) -> Value {
    let violation = &finding.violation;
    let aws_cli = report.aws_cli(result, finding);
    let mut value = json!({
        "class": violation.class,
        "level": violation.level,
        "expected": violation.expected,
        "observed": violation.observed,
        "partition": finding.case.partition,
        "partitions": finding.partitions,
        "call": violation.label,
        "reproduced": finding.reproduced.to_string(),
        "seed": report.info.seed,
        "plan": finding.case.plan,
        "curl": report.curl(finding),
        "script": report.script(result, finding),
        "aws_cli": aws_cli.as_ref().ok(),
    });
    if let Some(waiver) = result.waiver_of(finding) {
        value["waiver"] = json!(waiver);
    }
    if report.info.shard.is_some() {
        value["evidence"] = json!(finding.evidence);
    }
    if let Err(reason) = aws_cli {
        value["aws_cli_reason"] = json!(reason);
    }
    value
}

/// What came back where nothing is promised.
fn observations(report: &Report<'_>) -> Vec<Value> {
    let mut observations = Vec::new();
    for result in &report.results.rules {
        observations.extend(result.observations.iter().map(|observation| json!(observation)));
        let noted = result.findings.iter().filter(|finding| finding.violation.level == Level::Observe);
        observations.extend(noted.map(|finding| {
            json!({
                "rule": result.rule.id,
                "partition": finding.case.partition,
                "outcome": finding.violation.observed,
            })
        }));
    }
    observations
}

/// Takes secrets out of every text, and bounds all those but the plans, lines and scripts, which are the
/// suite's own and of no use in part, and evidence, which is bounded already.
fn sanitize(report: &Report<'_>, value: &mut Value) {
    fn every(report: &Report<'_>, value: &mut Value, whole: bool) {
        match value {
            Value::String(text) => {
                let clean = report.target.redaction.clean(text);
                let clean = if whole { clean } else { bounded(&clean, LONGEST).into_owned().into() };
                if clean != *text {
                    *text = clean.into_owned();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| every(report, item, whole)),
            Value::Object(members) => members.iter_mut().for_each(|(name, value)| {
                every(
                    report,
                    value,
                    whole || ["plan", "curl", "script", "aws_cli", "evidence"].contains(&name.as_str()),
                );
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    every(report, value, false);
}
