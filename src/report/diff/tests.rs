use super::*;
use rstest::rstest;
use serde_json::{Value, json};

/// A report with one rule.
fn report(verdict: &str, violations: &Value) -> Value {
    let mut rule = json!({
        "id": "xray.PutResourcePolicy.PolicyName.length-max", "service": "xray", "level": "must",
        "verdict": verdict,
    });
    if *violations != json!([]) {
        rule["violations"] = violations.clone();
    }
    json!({
        "schema": "aws-conformance/report/1", "version": "1", "seed": 0,
        "target": {
            "kind": "endpoint", "endpoint": "http://127.0.0.1:1", "region": "us-east-1",
            "services": [{ "service": "xray", "missing": {} }], "failures": [],
        },
        "rules": [rule],
        "observations": [],
    })
}

fn violation(class: &str, observed: &str) -> Value {
    json!([{ "class": class, "observed": observed }])
}

fn with(path: &str, value: Value, mut report: Value) -> Value {
    *report.pointer_mut(path).expect("the report has it") = value;
    report
}

fn between(a: &Value, b: &Value) -> Difference {
    let read = |report: &Value| ReadReport::parse(report.to_string().as_bytes()).expect("it is a report");
    Difference::between(&read(a), &read(b))
}

fn good() -> Value {
    report("conforms", &json!([]))
}

fn bad() -> Value {
    report("violates", &violation("accepted", "HTTP 200 success"))
}

fn seen(reproduced: &str) -> Value {
    let mut report = bad();
    report["rules"][0]["violations"][0]["reproduced"] = json!(reproduced);
    report
}

fn observing(outcome: &str) -> Value {
    let observation = json!([{ "rule": "xray.x.y.z", "partition": "p", "outcome": outcome }]);
    with("/observations", observation, good())
}

/// A report with a rule of so many cases, and what came back in them.
fn answered(seed: u64, cases: u64, outcomes: &[&str]) -> Value {
    let mut report = with("/seed", json!(seed), good());
    report["rules"][0]["cases"] = json!(cases);
    report["rules"][0]["outcomes"] = json!({ "refused": outcomes });
    report
}

fn shaped(body: &str) -> Value {
    let mut report = good();
    report["shapes"] = json!({ "xray.PutResourcePolicy.success": { "body": body } });
    report
}

fn missing(operation: &str) -> Value {
    with("/target/services/0/missing", json!({ operation: "HTTP 501" }), good())
}

#[rstest]
#[case::nothing(good(), good(), false, "no difference")]
#[case::still_violates(bad(), bad(), false, "no difference")]
#[case::seen_now_and_then(good(), seen("1/3"), false, "conforms -> violates, likely a flake")]
#[case::seen_each_time(good(), seen("3/3"), true, "conforms -> violates, worse")]
#[case::no_longer_seen_now_and_then(seen("2/3"), good(), false, "violates -> conforms, likely a flake")]
#[case::waived(bad(), report("waived", &violation("accepted", "HTTP 200 success")), false, "violates -> waived")]
#[case::unknown(good(), report("inconclusive", &json!([])), false, "conforms -> inconclusive")]
#[case::not_run_now(good(), report("not-run", &json!([])), false, "1 rules conform in A, and were not run in B")]
#[case::not_run_before(report("not-run", &json!([])), bad(), false, "not-run -> violates\n")]
#[case::other_class(bad(), report("violates", &violation("server-error", "HTTP 500")), false, "violates in both, differently")]
#[case::other_message(bad(), report("violates", &violation("accepted", "HTTP 201 success")), false, "A  HTTP 200 success\n    B  HTTP 201 success")]
#[case::other_name(
    report("violates", &violation("code-X", "HTTP 400 X: awsc-1a2b-3 of 1d9e0c1e-52f2-4d57-9a4c-0c6a1f6f7a11 (3 times)")),
    report("violates", &violation("code-X", "HTTP 400 X: awsc-9z8y-1 of 0a4c0c1e-52f2-4d57-9a4c-0c6a1f6f7a11 (4 times)")),
    false,
    "no difference"
)]
#[case::rule_added(with("/rules", json!([]), good()), bad(), false, "length-max: only in B")]
#[case::rule_removed(bad(), with("/rules", json!([]), good()), false, "length-max: only in A")]
#[case::observed(
    observing("HTTP 200"),
    observing("HTTP 400"),
    false,
    "(p): observed\n    A  HTTP 200\n    B  HTTP 400"
)]
#[case::answered_otherwise_at_times(
    answered(0, 5, &["HTTP 400 X"]),
    answered(0, 5, &["HTTP 400 X", "HTTP 400 Y"]),
    false,
    "    B  HTTP 400 X; HTTP 400 Y"
)]
#[case::answered_in_fewer_cases(
    answered(0, 9, &["HTTP 400 X", "HTTP 400 Y"]),
    answered(0, 5, &["HTTP 400 X"]),
    false,
    "no difference"
)]
#[case::answered_in_other_cases(
    answered(0, 5, &["HTTP 400 X"]),
    answered(1, 5, &["HTTP 400 X", "HTTP 400 Y"]),
    false,
    "no difference"
)]
#[case::shape(
    shaped("<string>"),
    shaped("<number>"),
    false,
    "xray.PutResourcePolicy.success: the shape changed: body was <string>, is <number>"
)]
#[case::hostile(good(), missing("\u{1b}[2J"), true, "xray.\\u{1b}[2J: disappeared")]
fn only_what_differs_is_said(#[case] a: Value, #[case] b: Value, #[case] worse: bool, #[case] says: &str) {
    let difference = between(&a, &b);
    let mut text = Vec::new();
    difference.text(&mut text).expect("a Vec takes all");
    let text = String::from_utf8(text).expect("it is text");
    assert!(text.contains(says), "no {says:?} in:\n{text}");
    assert_eq!(difference.worse, worse, "{text}");
    assert_eq!(difference.is_none(), says == "no difference");
    assert_eq!(serde_json::to_value(&difference).expect("it is JSON")["worse"], worse);
}
