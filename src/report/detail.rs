//! A finding in words, as the forms for other programs show it.

use super::summary::Report;
use crate::exchange::untrusted::escape;
use crate::judge::finding::Finding;
use crate::results::RuleResult;
use crate::rules::expectation::Level;
use std::fmt;

/// The most characters of a text that an endpoint may have written.
const LINE: usize = 2_000;
/// The most characters of a line for a shell: longer ones stand whole in the JSON report.
const CURL: usize = 8_000;
/// The most partitions that are named.
const MOST_PARTITIONS: usize = 20;

/// What is wrong and how it shows. Every text stands on one line, is bounded and has no secret and no
/// character that cannot be seen.
pub(super) struct Detail {
    pub(super) class: String,
    pub(super) level: Level,
    pub(super) clause: String,
    pub(super) expected: String,
    pub(super) observed: String,
    pub(super) partitions: String,
    pub(super) reproduced: String,
    /// What the line does not show alone.
    pub(super) not_alone: Option<String>,
    pub(super) curl: Option<String>,
}

impl Detail {
    pub(super) fn of(report: &Report<'_>, result: &RuleResult, finding: &Finding) -> Self {
        let line = |text: &str| report.target.redaction.shown_within(text, LINE);
        let (violation, clause) = (&finding.violation, result.rule.clause());
        let (shown, left) = finding.partitions.split_at(finding.partitions.len().min(MOST_PARTITIONS));
        let more = if left.is_empty() { String::new() } else { format!(" and {} more", left.len()) };
        let intermittent = if finding.reproduced.is_intermittent() { " (intermittent)" } else { "" };
        Self {
            class: line(&violation.class.to_string()),
            level: violation.level,
            clause: line(&format!("{}, {clause}", clause.source.title)),
            expected: line(&violation.expected),
            observed: line(&violation.observed),
            partitions: line(&shown.join(", ")) + &more,
            reproduced: format!("{}{intermittent}", finding.reproduced),
            not_alone: report.not_alone(result, finding),
            curl: report.curl(finding).map(|curl| escape(&curl, CURL)),
        }
    }
}

/// A line for each of what was expected, what came and how to see it again, but for the class.
impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = [
            ("clause", Some(&self.clause)),
            ("expected", Some(&self.expected)),
            ("observed", Some(&self.observed)),
            ("partitions", Some(&self.partitions)),
            ("reproduced", Some(&self.reproduced)),
            ("not alone", self.not_alone.as_ref()),
            ("curl", self.curl.as_ref()),
        ];
        let mut lines = lines.into_iter().filter_map(|(name, text)| Some((name, text?)));
        lines.try_for_each(|(name, text)| writeln!(f, "{name:<12}{text}"))
    }
}
