//! The report for what reads SARIF 2.1.0: code scanning and editors.
//!
//! A result for each violation. What is waived is a result with a suppression.

use super::detail::Detail;
use super::summary::{Report, VERSION};
use crate::judge::finding::Finding;
use crate::results::RuleResult;
use crate::rules::Rule;
use crate::rules::expectation::Level;
use serde_json::{Value, json};
use std::time::SystemTime;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The SARIF report.
pub fn sarif(report: &Report<'_>) -> Value {
    let rules = report.results.rules.iter();
    let results = rules.clone().enumerate().flat_map(|(at, result)| violations(report, at, result));
    let time = |time: SystemTime| humantime::format_rfc3339_seconds(time).to_string();
    let failures = report.results.failures.iter();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "aws-conformance",
                "version": VERSION,
                "rules": rules.map(|result| descriptor(result.rule)).collect::<Vec<_>>(),
            } },
            "invocations": [{
                "executionSuccessful": report.results.failures.is_empty(),
                "startTimeUtc": time(report.info.started_at),
                "endTimeUtc": time(report.info.started_at + report.results.duration),
                "toolExecutionNotifications": failures.map(|failure| json!({
                    "level": "error",
                    "message": { "text": message(report.shown(failure)) },
                })).collect::<Vec<_>>(),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

fn descriptor(rule: &Rule) -> Value {
    let clause = rule.clause();
    let expectations = rule.expectations.iter().map(|(name, expectation)| format!("- {name}: {expectation}"));
    let expectations = expectations.collect::<Vec<_>>().join("\n");
    let explain = format!("aws-conformance explain {}", rule.id);
    let (title, varies) = (clause.source.title, &rule.varies);
    json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": { "text": rule.varies },
        "fullDescription": { "text": format!("{title}, {clause}") },
        "help": {
            "text": format!("{title}, {clause}\n\nVaried: {varies}\n{expectations}\n\nMore: {explain}"),
            "markdown": format!(
                "**{title}**, {clause}\n\nVaried: {varies}\n\n{expectations}\n\nMore: `{explain}`"
            ),
        },
        "defaultConfiguration": { "level": level(rule.level) },
        "properties": {
            "tags": [rule.service.as_str(), rule.operation.unwrap_or("protocol"), rule.level.to_string()],
            "precision": "very-high",
            "provenance": rule.provenance(),
            "problem.severity": level(rule.level).replace("note", "recommendation"),
        },
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "error",
        Level::Should => "warning",
        Level::Observe => "note",
    }
}

fn violations(report: &Report<'_>, at: usize, result: &RuleResult) -> Vec<Value> {
    let violation = |finding: &Finding| {
        let detail = Detail::of(report, result, finding);
        let rule = result.rule;
        let operation = rule.operation.unwrap_or("protocol");
        json!({
            "ruleId": rule.id,
            "ruleIndex": at,
            "kind": "fail",
            "level": level(detail.level),
            "message": { "text": message(format!("{}\n\n{detail}", detail.class)) },
            // Code scanning takes no result without a file: the operation stands for one.
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": { "uri": format!("{}/{operation}", rule.service) },
                    "region": { "startLine": 1 },
                },
                "logicalLocations": [{ "fullyQualifiedName": rule.id, "kind": "function" }],
            }],
            "partialFingerprints": { "finding/v1": format!("{}/{}", rule.id, detail.class) },
            // SARIF wants a list for every result, or for none.
            "suppressions": result.waiver_of(finding).map(|waiver| json!({
                "kind": "external",
                "status": "accepted",
                "justification": report.shown(&waiver.reason),
            })).into_iter().collect::<Vec<_>>(),
            "properties": {
                "expected": detail.expected,
                "observed": detail.observed,
                "reproduced": detail.reproduced,
            },
        })
    };
    result.binding().map(violation).collect()
}

/// Text of a message, in which SARIF takes `[text](target)` for a link.
fn message(text: String) -> String {
    text.replace("](", "] (")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{conforming, hostile, report, results, target, waived};

    const OFFICIAL: &str = include_str!("../../tests/formats/sarif-2.1.0.schema.json");

    #[test]
    fn it_has_the_official_form() {
        // A bracket that closes nothing makes a pattern of it no regular expression.
        let schema: Value = serde_json::from_str(&OFFICIAL.replace("{2}]?$", "{2}$")).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let target = target();
        for results in [conforming(), hostile(), waived("a known gap"), results(Vec::new())] {
            let value = sarif(&report(&target, &results));
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
    }

    #[test]
    fn every_violation_is_a_result_of_its_rule() {
        let (target, results) = (target(), hostile());
        let value = sarif(&report(&target, &results));
        let run = &value["runs"][0];
        let found = run["results"].as_array().unwrap();
        assert_eq!(found.len(), results.findings().count());
        for one in found {
            let index = usize::try_from(one["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], one["ruleId"]);
            assert_eq!(one["level"], "error");
            assert_eq!(one["suppressions"], json!([]));
        }
        assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), results.rules.len());
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    }

    #[test]
    fn what_is_waived_is_suppressed_with_its_reason() {
        let (target, results) = (target(), waived("see the roadmap"));
        let value = sarif(&report(&target, &results));
        let found = value["runs"][0]["results"].as_array().unwrap();
        assert!(!found.is_empty());
        for one in found {
            assert_eq!(one["suppressions"][0]["justification"], "see the roadmap");
        }
    }

    #[test]
    fn no_text_of_an_endpoint_is_a_link() {
        assert_eq!(message("[a](http://b)".to_owned()), "[a] (http://b)");
    }
}
