//! The report for what reads JUnit XML: a suite an operation, a case a rule.
//!
//! A violation is a failure, what could not be judged is an error, and what was left out or is waived is
//! skipped.

use super::detail::Detail;
use super::summary::{Report, split_id};
use crate::judge::finding::Verdict;
use crate::results::RuleResult;
use chrono::DateTime;
use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};
use std::time::UNIX_EPOCH;

/// Writes the JUnit report.
///
/// # Errors
/// When it cannot be written.
pub fn write_junit(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let since = report.info.started_at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let started_at = DateTime::from_timestamp(i64::try_from(since.as_secs()).unwrap_or_default(), 0);
    let started_at = started_at.unwrap_or_default().fixed_offset();
    let mut junit = quick_junit::Report::new("aws-conformance");
    junit.set_timestamp(started_at).set_time(report.results.duration);
    for (operation, results) in report.by_operation() {
        let mut suite = TestSuite::new(operation.as_str());
        suite.set_timestamp(started_at);
        suite.add_test_cases(results.iter().map(|result| case(report, &operation, result)));
        junit.add_test_suite(suite);
    }
    junit.serialize(out).map_err(io::Error::other)
}

fn case(report: &Report<'_>, operation: &str, result: &RuleResult) -> TestCase {
    let rule = result.rule;
    let mut case = TestCase::new(split_id(&rule.id).1, status(report, result));
    case.set_classname(operation).set_assertions(usize::try_from(result.cases).unwrap_or(usize::MAX));
    let properties = [
        ("id", rule.id.clone()),
        ("level", rule.level.to_string()),
        ("verdict", result.verdict.as_str().to_owned()),
        ("provenance", rule.provenance().as_str().to_owned()),
        ("citation", rule.clause().source.key.to_owned()),
        ("clause", rule.clause().to_string()),
        ("requests", result.requests.to_string()),
    ];
    case.add_properties(properties.map(|(name, value)| Property::new(name, value)));
    case
}

fn status(report: &Report<'_>, result: &RuleResult) -> TestCaseStatus {
    let (verdict, reason) = (result.verdict.as_str(), report.reason(result));
    let mut status = match result.verdict {
        Verdict::Conforms | Verdict::Observed => return TestCaseStatus::success(),
        Verdict::Violates => return failure(report, result),
        Verdict::Inconclusive => TestCaseStatus::non_success(NonSuccessKind::Error),
        Verdict::NotApplicable | Verdict::NotRun | Verdict::Waived => TestCaseStatus::skipped(),
    };
    match result.verdict {
        Verdict::Inconclusive => status.set_type(verdict).set_message(reason),
        _ => status.set_message(format!("{verdict}: {reason}")),
    };
    status
}

fn failure(report: &Report<'_>, result: &RuleResult) -> TestCaseStatus {
    let details: Vec<Detail> = result
        .binding()
        .filter(|finding| result.waiver_of(finding).is_none())
        .map(|finding| Detail::of(report, result, finding))
        .collect();
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    if let Some(first) = details.first() {
        status.set_type(first.class.as_str());
        status.set_message(format!("{}: {}", first.level, first.observed));
    }
    let texts = details.iter().map(|detail| format!("class       {}\n{detail}", detail.class));
    status.set_description(texts.collect::<Vec<_>>().join("\n"));
    status
}

#[cfg(test)]
mod tests {
    use crate::report::tests::{conforming, hostile, report, results, target, written};
    use quick_junit::TestCaseStatus as Status;
    use std::process::Command;

    #[test]
    fn what_a_reader_counts_is_what_the_summary_counts() {
        let (target, results) = (target(), hostile());
        let report = report(&target, &results);
        let read = quick_junit::Report::deserialize_from_str(&written("junit", &report)).unwrap();
        let summary = &report.summary;
        assert_eq!(read.tests, summary.rules);
        assert_eq!(read.failures, summary.violates);
        assert_eq!(read.errors, summary.inconclusive);
        let cases = || read.test_suites.iter().flat_map(|suite| &suite.test_cases);
        let skipped = cases().filter(|case| matches!(case.status, Status::Skipped { .. })).count();
        assert_eq!(skipped, summary.not_applicable + summary.not_run + summary.waived);
        for (case, result) in cases().zip(report.by_operation().into_iter().flat_map(|(_, all)| all)) {
            let class = case.classname.as_ref().map_or("", |name| name.as_str());
            assert_eq!(format!("{class}.{}", case.name.as_str()), result.rule.id);
        }
        let suites: Vec<&str> = read.test_suites.iter().map(|suite| suite.name.as_str()).collect();
        assert!(suites.contains(&"xray.PutResourcePolicy") && suites.contains(&"rekognition.wire"));
    }

    #[test]
    fn nothing_that_an_endpoint_says_breaks_the_xml() {
        let (target, results) = (target(), hostile());
        let text = written("junit", &report(&target, &results));
        let read = quick_junit::Report::deserialize_from_str(&text).unwrap();
        let failure =
            read.test_suites.iter().flat_map(|suite| &suite.test_cases).find_map(|case| match &case.status {
                Status::NonSuccess { description: Some(text), .. } => Some(text.as_str().to_owned()),
                _ => None,
            });
        let failure = failure.unwrap();
        assert!(failure.contains("\\u{1b}[2J\\r\\n\\u{202e}"), "{failure}");
        for part in ["clause  ", "expected  ", "observed  ", "partitions  ", "curl  "] {
            assert!(failure.contains(&format!("\n{part}")), "{part} in {failure}");
        }
    }

    #[test]
    fn it_has_the_form_that_ci_servers_read() {
        let (target, schema) = (target(), concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/junit.xsd"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("junit.xml");
        for results in [conforming(), hostile(), results(Vec::new())] {
            std::fs::write(&path, written("junit", &report(&target, &results))).unwrap();
            let checked = Command::new("xmllint").args(["--noout", "--schema", schema]).arg(&path).output();
            let checked = checked.expect("xmllint (Debian: libxml2-utils) is needed");
            assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        }
    }
}
