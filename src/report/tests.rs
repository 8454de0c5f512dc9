//! Reports of results made by hand.

use super::*;
use crate::exchange::untrusted::{Redaction, is_hidden};
use crate::exchange::{Exchange, Request, Response, Trace};
use crate::judge::finding::{Class, Finding, Reproduced, Verdict, Violation};
use crate::results::{Latency, Observation, Results, RuleResult, RunInfo, Survey, TargetInfo};
use crate::rules::expectation::Level;
use crate::rules::{Rule, Trial, catalogue};
use aws_conformance_generators::plan::{Case, SETUP, Service};
use rstest::rstest;
use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

pub(super) const HOSTILE: &str =
    "\u{1b}[2J\r\n\u{202e}\u{200b}$(touch x)`id`'\"\\ \u{9b}31m##[error]\n::error::";
pub(super) const SECRET: &str = "wJalrPLANTEDSECRETbPxRfiCY";

/// An endpoint whose owner has secrets.
pub(super) fn target() -> TargetInfo {
    let urls = Service::ALL.into_iter().map(|service| (service, "http://127.0.0.1:4566".to_owned()));
    TargetInfo {
        kind: "endpoint".to_owned(),
        endpoints: urls.collect(),
        region: "us-east-1".to_owned(),
        loopback: true,
        redaction: Redaction::of(["AKIAPLANTEDKEY", SECRET]),
        ..TargetInfo::default()
    }
}

/// An exchange with an operation whose answer is empty.
pub(super) fn exchange(service: Service, operation: &str) -> Exchange {
    let request = Request::new(service, operation, "us-east-1", b"{}".to_vec());
    Exchange::new("judged", request, Ok(Response::new(200, Vec::new(), Vec::new())))
}

/// The first boundary case of a rule, and the label of its judged call.
fn shown(rule: &Rule) -> Option<(Case, String)> {
    let Trial::Cases { fixed, refusals, .. } = &rule.trial else { return None };
    let case = fixed.first().cloned().or_else(|| (!refusals.calls.is_empty()).then(|| refusals.single(0)))?;
    let label = case.plan.calls().find(|call| call.expect != SETUP)?.label.clone();
    Some((case, label))
}

pub(super) fn finding(rule: &Rule, class: &str, observed: &str) -> Option<Finding> {
    let (case, label) = shown(rule)?;
    let call = case.plan.calls().find(|call| call.label == label)?.clone();
    let echoed = format!("{{\"message\":\"{HOSTILE} {SECRET} Signature=0123abcd\"}}{}", "x".repeat(100_000));
    let headers = vec![("content-type".to_owned(), HOSTILE.to_owned())];
    let exchange = Exchange {
        label: label.clone(),
        reply: Ok(Response::new(500, headers, echoed.into_bytes())),
        ..exchange(call.service, &call.operation)
    };
    let violation = Violation {
        class: match class {
            "server-error" => Class::ServerError,
            other => Class::Monitor(other.to_owned()),
        },
        level: Level::Must,
        expected: "success".to_owned(),
        observed: observed.to_owned(),
        label,
    };
    let reproduced = Reproduced { times: 2, of: 3 };
    Some(Finding {
        partitions: vec![case.partition.clone()],
        violation,
        case,
        reproduced,
        evidence: vec![Trace::Call(exchange)],
    })
}

pub(super) fn result(rule: &'static Rule, verdict: Verdict) -> RuleResult {
    RuleResult { cases: 1, requests: 2, ..RuleResult::new(rule, verdict) }
}

pub(super) fn results(rules: Vec<RuleResult>) -> Results {
    let survey = Survey {
        account: String::new(),
        service: Service::Xray,
        missing: BTreeMap::new(),
        silent: BTreeMap::new(),
        denied: BTreeMap::new(),
        separate_regions: Some(true),
        preexisting: 0,
        of_earlier_runs: 0,
    };
    Results {
        rules,
        surveys: vec![survey],
        requests: 99,
        latency: Some(Latency { p50: 41.5, p99: 80.25 }),
        first_finding: Some(12),
        duration: Duration::from_millis(1234),
        ..Results::default()
    }
}

/// Everything conforms.
pub(super) fn conforming() -> Results {
    let verdict = |rule: &Rule| match rule.level {
        Level::Observe => Verdict::Observed,
        _ => Verdict::Conforms,
    };
    results(catalogue().iter().map(|rule| result(rule, verdict(rule))).collect())
}

/// One violation, which somebody owns.
pub(super) fn waived(reason: &str) -> Results {
    let rule = catalogue().iter().find(|rule| shown(rule).is_some()).unwrap();
    let mut waived = result(rule, Verdict::Violates);
    waived.findings.extend(finding(rule, "server-error", "HTTP 500 InternalFailure"));
    let mut results = results(vec![waived]);
    let waiver = serde_json::json!({ "rule": rule.id, "class": "server-error", "reason": reason });
    results.apply_waivers(&[serde_json::from_value(waiver).unwrap()], "2026-01-01");
    results
}

/// Every kind of verdict, and an endpoint that wants to do harm.
pub(super) fn hostile() -> Results {
    let observed = format!("HTTP 500 Internal{HOSTILE}: {HOSTILE}{SECRET}{}", "y".repeat(10_000));
    let mut rules: Vec<RuleResult> = Vec::new();
    for (at, rule) in catalogue().iter().enumerate() {
        let mut one = match at % 6 {
            0 | 1 => result(rule, Verdict::Violates),
            2 => result(rule, Verdict::Inconclusive),
            3 => result(rule, Verdict::NotApplicable),
            4 => result(rule, Verdict::NotRun),
            _ => result(rule, Verdict::Conforms),
        };
        if matches!(one.verdict, Verdict::Violates) {
            let class =
                if at % 2 == 0 { "server-error".to_owned() } else { format!("refused-{HOSTILE}{at}") };
            one.findings.extend(finding(rule, &class, &observed));
            if one.findings.is_empty() {
                one.verdict = Verdict::Conforms;
            }
        } else if one.verdict != Verdict::Conforms {
            one.reason = Some(format!("because {HOSTILE}{SECRET}"));
        }
        one.observations.push(Observation {
            rule: rule.id.clone(),
            partition: "any".to_owned(),
            outcome: observed.clone(),
        });
        rules.push(one);
    }
    let mut results = results(rules);
    results.surveys[0].missing.insert("DeleteResourcePolicy".to_owned(), format!("{HOSTILE}{SECRET}"));
    results.failures.push(HOSTILE.to_owned());
    results.left_behind.push(HOSTILE.to_owned());
    results
}

fn info(strict: bool) -> RunInfo {
    let (missing, shape_changes) = (Vec::new(), Vec::new());
    RunInfo { seed: 7, started_at: UNIX_EPOCH, strict, missing, shape_changes, shard: None }
}

pub(super) fn report<'a>(target: &'a TargetInfo, results: &'a Results) -> Report<'a> {
    Report::new(target, info(false), results, results.rules.len())
}

/// A report of a kind as it is written.
pub(super) fn written(kind: &str, report: &Report<'_>) -> String {
    let mut out = Vec::new();
    match kind {
        "text" => text(report, &mut out),
        "json" => write_json(&json(report), &mut out),
        "junit" => write_junit(report, &mut out),
        "html" => html(report, &[], &mut out),
        "markdown" => markdown(report, &mut out),
        "sarif" => write_json(&sarif(report), &mut out),
        other => panic!("{other} is no kind of report"),
    }
    .unwrap();
    String::from_utf8(out).unwrap()
}

/// The text report without its colours.
fn plain(report: &Report<'_>) -> String {
    anstream::adapter::strip_str(&written("text", report)).to_string()
}

/// Whatever an endpoint says, a report of it shows no secret, nothing that cannot be seen and no command to a
/// runner, and is bounded.
#[rstest]
fn nothing_that_an_endpoint_says_acts_by_a_report(
    #[values("text", "json", "junit", "html", "markdown", "sarif")] kind: &str,
) {
    let (target, results) = (target(), hostile());
    let written = written(kind, &report(&target, &results));
    // Colours are the only escape sequences, and every one of them is ended.
    let text = if kind == "text" { written.replace("\u{1b}[", "") } else { written };
    assert_eq!(text.chars().find(|one| *one != '\n' && is_hidden(*one)), None);
    for secret in [SECRET, "AKIAPLANTEDKEY", "Signature=0"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let is_command = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
    assert!(kind == "html" || !text.lines().any(|line| is_command(&line)));
    assert!(text.len() < if kind == "markdown" { 1 << 20 } else { 20_000_000 }, "{}", text.len());
}

#[test]
fn json_shows_what_is_hidden_and_says_the_same() {
    let value =
        serde_json::json!({ "a\u{202e}": ["\u{85}\u{2028}\u{1b}[2J\n\"", "\u{e0041}", "é漢🦀"], "b": {} });
    let mut bytes = Vec::new();
    write_json(&value, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.chars().any(|one| one != '\n' && is_hidden(one)), "{text}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    assert!(text.contains("é漢🦀") && text.contains("\\udb40\\udc41"), "{text}");
}

#[test]
fn json_reports_have_the_published_form() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let target = target();
    for results in [conforming(), hostile(), results(Vec::new())] {
        let value = json(&report(&target, &results));
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn a_conforming_run_makes_a_short_report() {
    let (target, results) = (target(), conforming());
    let text = plain(&report(&target, &results));
    assert!(text.lines().count() <= 48, "{text}");
    assert!(text.contains("divergence    0.0 %"), "{text}");
    assert!(text.contains("coverage    100.0 %"), "{text}");
}

#[test]
fn texts_of_an_endpoint_are_bounded_in_json() {
    let (target, results) = (target(), hostile());
    let value = json(&report(&target, &results));
    for rule in value["rules"].as_array().unwrap() {
        for violation in rule["violations"].as_array().into_iter().flatten() {
            assert!(violation["observed"].as_str().unwrap().len() < 5_000);
        }
    }
}

#[test]
fn findings_of_one_cause_are_shown_once() {
    let rules = catalogue().iter().filter(|rule| shown(rule).is_some()).take(30);
    let all: Vec<RuleResult> = rules
        .map(|rule| {
            let mut one = result(rule, Verdict::Violates);
            one.findings.extend(finding(
                rule,
                "server-error",
                &format!("HTTP 500 InternalFailure: {}", rule.id),
            ));
            one
        })
        .collect();
    let (target, results) = (target(), results(all));
    let text = plain(&report(&target, &results));
    assert!(!text.contains("#!/bin/sh"), "{text}");
    let (_, cause) = text.split_once("\nmust  ").unwrap();
    let (cause, _) = cause.split_once("\n\n").unwrap();
    assert!(cause.lines().count() <= 12, "{cause}");
    assert!(text.contains("cause 1 of 1, 30 findings"), "{text}");
    assert!(text.contains("2/3 (intermittent)"), "{text}");
}

#[test]
fn what_was_selected_but_has_no_result_counts_as_not_run() {
    let (target, results) = (target(), conforming());
    let report = Report::new(&target, info(true), &results, results.rules.len() + 5);
    assert_eq!(report.summary.not_run, 5);
    assert!(report.summary.coverage < 1.0);
}

#[test]
fn the_share_that_the_sdk_sent_is_named() {
    let (target, mut results) = (target(), conforming());
    assert!(!plain(&report(&target, &results)).contains("SDK"));
    results.sdk_requests = 2;
    assert!(plain(&report(&target, &results)).contains("\nrequests    2 by the SDK's clients; most for "));
    assert_eq!(json(&report(&target, &results))["summary"]["sdk_requests"], 2);
}

#[test]
fn errors_that_rules_name_are_asserted() {
    let (target, results) = (target(), conforming());
    let value = json(&report(&target, &results));
    let status = |operation: &str, error: &str| {
        let errors = value["coverage"]["errors"].as_array().unwrap();
        let entry = errors.iter().find(|one| one["operation"] == operation && one["error"] == error).unwrap();
        entry["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status("PutResourcePolicy", "InvalidPolicyRevisionIdException"), "asserted");
    assert_eq!(status("PutResourcePolicy", "ThrottledException"), "out-of-reach");
}

#[test]
fn clauses_name_the_rules_of_the_report_that_check_them() {
    let rules = catalogue().iter().filter(|rule| rule.id.starts_with("xray.DeleteResourcePolicy."));
    let all = rules.map(|rule| result(rule, Verdict::Conforms)).collect();
    let (target, results) = (target(), results(all));
    let value = json(&report(&target, &results));
    let clauses = value["coverage"]["clauses"].as_array().unwrap();
    assert!(clauses.iter().all(|clause| clause["service"] == "xray"));
    let named: Vec<&str> = clauses
        .iter()
        .flat_map(|clause| clause["rules"].as_array().unwrap())
        .map(|rule| rule.as_str().unwrap())
        .collect();
    assert!(named.iter().all(|rule| rule.starts_with("xray.DeleteResourcePolicy.")), "{named:?}");
    for result in &results.rules {
        assert!(named.contains(&result.rule.id.as_str()), "{} is lost", result.rule.id);
    }
    assert!(clauses.iter().any(|clause| clause["reason"].is_string()));
}

#[test]
fn the_heading_says_how_fast_the_target_is_and_why_it_is_slow() {
    let (mut target, mut results) = (target(), conforming());
    let hint = "delayed acknowledgement";
    let text = |target: &TargetInfo, results: &Results| {
        let report = report(target, results);
        [plain(&report), written("markdown", &report), written("html", &report)]
    };
    for form in text(&target, &results) {
        assert!(form.contains("p50 42 ms, p99 80 ms") && form.contains(hint), "{form}");
    }
    assert_eq!(json(&report(&target, &results))["target"]["latency_ms"]["p50"], 41.5);
    for (loopback, p50) in [(false, 41.5), (true, 30.0), (true, 60.0)] {
        target.loopback = loopback;
        results.latency = Some(Latency { p50, p99: 80.25 });
        assert!(text(&target, &results).iter().all(|form| !form.contains(hint)), "{loopback} {p50}");
    }
    results.latency = None;
    assert!(text(&target, &results).iter().all(|form| !form.contains("p50")));
}

/// Server errors with these messages, each of a rule, are so many causes.
#[rstest]
#[case::one(&["boom", "boom", "boom (12 times)"], 1)]
#[case::no_message(&["", ""], 1)]
#[case::two_defects(&["KeyError: 'a'", "list index out of range", "KeyError: 'b'"], 2)]
#[case::ids(&["no row 17 in awsc-1234", "no row 4 in awsc-9876"], 1)]
#[case::many(&["a", "b", "c", "d", "e", "f", "g", "h"], 1)]
fn server_errors_are_told_apart_by_their_messages(#[case] messages: &[&str], #[case] causes: usize) {
    let rules = catalogue().iter().filter(|rule| shown(rule).is_some() && rule.operation.is_some());
    let all = rules.zip(messages).map(|(rule, message)| {
        let mut one = result(rule, Verdict::Violates);
        let message = if message.is_empty() { String::new() } else { format!(": {message}") };
        one.findings.extend(finding(rule, "server-error", &format!("HTTP 500 InternalFailure{message}")));
        one
    });
    let results = results(all.collect());
    let found: Vec<String> = crate::results::causes(&results).into_iter().map(|one| one.headline).collect();
    assert_eq!(found.len(), causes, "{found:?}");
}

#[test]
fn long_values_are_cut_in_the_text() {
    let rule = catalogue().iter().find(|rule| shown(rule).is_some()).unwrap();
    let mut one = result(rule, Verdict::Violates);
    let observed = format!("HTTP 400 X: 'arn:aws:{}' is too long", "x".repeat(2048));
    one.findings.extend(finding(rule, "server-error", &observed));
    let (target, results) = (target(), results(vec![one]));
    let text = plain(&report(&target, &results));
    assert!(text.contains("bytes more) is too long\n") && text.contains("'arn:aws:xxx"), "{text}");
}

#[rstest]
#[case::intermittent(Class::ServerError, (2, 3), "it was not seen each time")]
#[case::once(Class::ServerError, (1, 1), "it was seen once")]
#[case::unknown_code(Class::Code("OopsException".to_owned()), (3, 3), "its code is not documented")]
#[case::other_code(Class::Code("LimitExceededException".to_owned()), (3, 3), "documented for something else")]
#[case::other(Class::Accepted, (3, 3), "the sources leave room")]
fn a_finding_that_counts_for_less_than_its_rule_says_why(
    #[case] class: Class,
    #[case] (times, of): (u32, u32),
    #[case] says: &str,
) {
    let rules = catalogue().iter().filter(|rule| rule.level == Level::Must);
    let rule =
        rules.filter(|rule| rule.service == Service::Rekognition).find(|rule| shown(rule).is_some()).unwrap();
    for level in [Level::Must, Level::Should] {
        let mut one = result(rule, Verdict::Violates);
        let mut finding = finding(rule, "server-error", "HTTP 500 X").unwrap();
        (finding.violation.class, finding.violation.level) = (class.clone(), level);
        finding.reproduced = Reproduced { times, of };
        one.findings.push(finding);
        let (target, results) = (target(), results(vec![one]));
        let text = plain(&report(&target, &results));
        let line = text.lines().find(|line| line.starts_with("  level       should, not must: "));
        assert_eq!(line.is_some_and(|line| line.contains(says)), level == Level::Should, "{text}");
        let (_, finding) = text.split_once(&format!("\n{level}  ")).unwrap();
        assert!(finding.split("\n\n").next().unwrap().lines().count() <= 12, "{text}");
    }
}
