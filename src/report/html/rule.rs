//! A rule and its findings, as a page shows them.

use super::evidence::{Sent, exchanges};
use crate::exchange::untrusted::visible_json;
use crate::judge::finding::Finding;
use crate::report::detail::Detail;
use crate::report::summary::{Report, split_id};
use crate::results::{Cause, RuleResult, Waiver};
use crate::rules::expectation::Level;

/// The most bytes of a line or script; longer ones stand in the JSON report.
const SNIPPET: usize = 20_000;
/// The most observations of a rule.
const OBSERVATIONS: usize = 20;

/// A rule with its result.
pub(super) struct RuleView {
    pub(super) id: String,
    pub(super) operation: String,
    pub(super) level: Level,
    pub(super) verdict: &'static str,
    pub(super) provenance: &'static str,
    pub(super) source: &'static str,
    pub(super) clause: String,
    pub(super) varies: String,
    pub(super) expectations: Vec<(&'static str, String)>,
    pub(super) reason: Option<String>,
    pub(super) cases: u64,
    pub(super) requests: u64,
    pub(super) findings: Vec<FindingView>,
    pub(super) observations: Vec<(String, String)>,
    /// What a search looks through, beside what a line shows.
    pub(super) words: String,
}

impl RuleView {
    pub(super) fn of(report: &Report<'_>, result: &RuleResult) -> Self {
        let (rule, clause) = (result.rule, result.rule.clause());
        let findings = result.findings.iter().filter(|finding| finding.violation.level > Level::Observe);
        let findings: Vec<FindingView> =
            findings.map(|finding| FindingView::of(report, result, finding)).collect();
        let observations = result.observations.iter().take(OBSERVATIONS);
        let said = findings.iter().map(|one| format!("{} {}", one.detail.class, one.detail.observed));
        let words: Vec<String> = said.chain([rule.varies.clone(), clause.to_string()]).collect();
        Self {
            id: rule.id.clone(),
            operation: split_id(&rule.id).0.to_owned(),
            level: rule.level,
            verdict: result.verdict.as_str(),
            provenance: rule.provenance().as_str(),
            source: clause.source.title,
            clause: clause.to_string(),
            varies: rule.varies.clone(),
            expectations: rule.expectations.iter().map(|(name, one)| (*name, one.to_string())).collect(),
            reason: result.reason.as_ref().map(|reason| report.shown(reason)),
            cases: result.cases,
            requests: result.requests,
            findings,
            observations: observations
                .map(|one| (report.shown(&one.partition), report.shown(&one.outcome)))
                .collect(),
            words: report.shown(&words.join(" ")).to_lowercase(),
        }
    }
}

/// A violation with its evidence.
pub(super) struct FindingView {
    pub(super) detail: Detail,
    pub(super) waiver: Option<String>,
    pub(super) sent: Vec<Sent>,
    pub(super) more_sent: usize,
    pub(super) snippets: Vec<Snippet>,
    pub(super) no_aws_cli: Option<String>,
}

impl FindingView {
    fn of(report: &Report<'_>, result: &RuleResult, finding: &Finding) -> Self {
        let (sent, more_sent) = exchanges(report, finding);
        let aws_cli = report.aws_cli(result, finding);
        let texts = [
            ("curl", report.curl(finding)),
            ("Script", Some(report.script(result, finding))),
            ("Script with the AWS CLI", aws_cli.as_ref().ok().cloned()),
        ];
        let snippets = texts.into_iter().filter_map(|(name, text)| Some(Snippet::of(name, &text?)));
        Self {
            detail: Detail::of(report, result, finding),
            waiver: result.waiver_of(finding).map(|waiver| waived(report, waiver)),
            sent,
            more_sent,
            snippets: snippets.collect(),
            no_aws_cli: aws_cli.err().map(|reason| report.shown(&reason)),
        }
    }
}

fn waived(report: &Report<'_>, waiver: &Waiver) -> String {
    let more = [("owner", &waiver.owner), ("link", &waiver.link), ("until", &waiver.expires)];
    let more = more.iter().filter_map(|(name, text)| Some(format!("; {name} {}", text.as_ref()?)));
    report.shown(&format!("{}{}", waiver.reason, more.collect::<String>()))
}

/// A text to copy.
pub(super) struct Snippet {
    pub(super) name: &'static str,
    /// None: it is too long.
    pub(super) text: Option<String>,
}

impl Snippet {
    fn of(name: &'static str, text: &str) -> Self {
        let visible = || text.lines().map(visible_json).collect::<Vec<_>>().join("\n");
        Self { name, text: (text.len() <= SNIPPET).then(visible) }
    }
}

/// Findings that have one cause.
pub(super) struct CauseView {
    pub(super) level: Level,
    pub(super) headline: String,
    pub(super) findings: usize,
    pub(super) rule: String,
    pub(super) detail: Detail,
    pub(super) curl: Option<Snippet>,
    pub(super) others: Vec<String>,
}

impl CauseView {
    pub(super) fn of(report: &Report<'_>, cause: &Cause<'_>) -> Option<Self> {
        let ((result, finding), others) = cause.findings.split_first()?;
        let mut others: Vec<String> = others.iter().map(|(result, _)| result.rule.id.clone()).collect();
        others.dedup();
        others.retain(|rule| *rule != result.rule.id);
        Some(Self {
            level: cause.level,
            headline: report.shown(&cause.headline),
            findings: cause.findings.len(),
            rule: result.rule.id.clone(),
            detail: Detail::of(report, result, finding),
            curl: report.curl(finding).map(|curl| Snippet::of("curl", &curl)),
            others,
        })
    }
}
