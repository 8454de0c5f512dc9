//! Findings grouped by cause: one bad error shape is one cause, not ninety failures.

use super::model::{Results, RuleResult};
use crate::judge::finding::{Class, Finding};
use crate::rules::expectation::Level;
use crate::service::is_documented;
use std::cmp::Reverse;

/// Findings that have one cause.
pub struct Cause<'a> {
    /// The strictest level among them.
    pub level: Level,
    /// What they have in common.
    pub headline: String,
    /// The findings, the strictest first.
    pub findings: Vec<(&'a RuleResult, &'a Finding)>,
}

/// The causes of a run's findings that no waiver covers: the gravest first, then the most frequent.
pub fn causes(results: &Results) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause<'_>> = Vec::new();
    for (result, finding) in results.open_findings() {
        let headline = headline(result, finding);
        match causes.iter_mut().find(|cause| cause.headline == headline) {
            Some(cause) => {
                cause.level = cause.level.max(finding.violation.level);
                cause.findings.push((result, finding));
            }
            None => {
                causes.push(Cause {
                    level: finding.violation.level,
                    headline,
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
fn headline(result: &RuleResult, finding: &Finding) -> String {
    let rule = result.rule;
    let class = &finding.violation.class;
    let unknown_code = matches!(class, Class::Code(code) if !is_documented(rule.service, code));
    if unknown_code || rule.id.ends_with(".monitor.error-known") {
        return format!("codes that no document names, {}", rule.service);
    }
    // A server error now and then is another cause than one that always comes.
    let often = if finding.reproduced.is_intermittent() { ", intermittent" } else { "" };
    // The message behind the code differs from case to case.
    let answer = || finding.violation.observed.split(": ").next().unwrap_or_default();
    match class {
        Class::Monitor(class) if class.starts_with("status-2") => {
            format!("errors with a status that is no error's, {}", rule.service)
        }
        // A monitor is about one habit, whatever the operation.
        Class::Monitor(_) => rule.id.clone(),
        Class::ServerError | Class::Refused(_) | Class::Code(_) | Class::Status(_) => {
            format!("{class}, {}{often}", answer())
        }
        Class::Accepted => {
            // What is accepted wrongly has to do with what was sent: the member that the rule is about.
            let subject: Vec<&str> = rule.id.splitn(4, '.').take(3).collect();
            format!("{class}, {}", subject.join("."))
        }
        _ => format!("{class}, {}", rule.service),
    }
}
