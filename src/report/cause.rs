//! Findings grouped by cause: one bad error shape is one cause, not ninety failures.

use super::Report;
use crate::expectation::Level;
use crate::finding::Finding;
use crate::runner::RuleResult;
use std::cmp::Reverse;

/// Findings that have one cause.
pub(super) struct Cause<'a> {
    /// The strictest level among them.
    pub(super) level: Level,
    /// What they have in common.
    pub(super) essence: String,
    /// The findings, the strictest first.
    pub(super) findings: Vec<(&'a RuleResult, &'a Finding)>,
}

/// The causes of a report's findings: the gravest first, then the most frequent.
pub(super) fn causes<'a>(report: &Report<'a>) -> Vec<Cause<'a>> {
    let mut causes: Vec<Cause<'a>> = Vec::new();
    for (result, finding) in report.findings() {
        let essence = essence(result, finding);
        match causes.iter_mut().find(|cause| cause.essence == essence) {
            Some(cause) => {
                cause.level = cause.level.max(finding.violation.level);
                cause.findings.push((result, finding));
            }
            None => {
                causes.push(Cause {
                    level: finding.violation.level,
                    essence,
                    findings: vec![(result, finding)],
                });
            }
        }
    }
    for cause in &mut causes {
        cause.findings.sort_by_key(|(_, finding)| Reverse(finding.violation.level));
    }
    causes.sort_by_key(|cause| (Reverse(cause.level), Reverse(cause.findings.len())));
    causes
}

/// What makes two findings the same cause.
fn essence(result: &RuleResult, finding: &Finding) -> String {
    let rule = result.rule;
    let class = &finding.violation.class;
    let by_answer = ["server-error", "refused", "code-", "status-", "intermittent"];
    if by_answer.iter().any(|kind| class.starts_with(kind)) && class != "refused-but-changed" {
        // The message behind the code differs from case to case.
        let answer = finding.violation.observed.split(": ").next().unwrap_or_default();
        return format!("{class}, {answer}");
    }
    if class == "accepted" {
        // What is accepted wrongly has to do with what was sent: the member that the rule is about.
        let subject: Vec<&str> = rule.id.splitn(4, '.').take(3).collect();
        return format!("{class}, {}", subject.join("."));
    }
    format!("{class}, {}", rule.service)
}
