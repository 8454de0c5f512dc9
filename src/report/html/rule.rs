//! A rule and its findings, as a page shows them.

use super::evidence::{Sent, exchanges};
use crate::exchange::untrusted::visible_json;
use crate::judge::finding::Finding;
use crate::report::detail::Detail;
use crate::report::summary::{Report, split_id};
use crate::results::{RuleResult, Waiver};
use crate::rules::Rule;

/// The most bytes of a line or script; longer ones stand in the JSON report.
const SNIPPET: usize = 20_000;
/// The most observations of a rule.
const OBSERVATIONS: usize = 20;

/// A rule with its result.
pub(super) struct RuleView<'a> {
    pub(super) rule: &'static Rule,
    pub(super) result: &'a RuleResult,
    pub(super) operation: &'static str,
    pub(super) reason: Option<String>,
    pub(super) findings: Vec<FindingView>,
    pub(super) observations: Vec<(String, String)>,
    /// What a search looks through, beside what a line shows.
    pub(super) words: String,
}

impl<'a> RuleView<'a> {
    pub(super) fn of(report: &Report<'_>, result: &'a RuleResult) -> Self {
        let rule = result.rule;
        let findings: Vec<FindingView> =
            result.binding().map(|finding| FindingView::of(report, result, finding)).collect();
        let observations = result.observations.iter().take(OBSERVATIONS);
        let said = findings.iter().map(|one| format!("{} {}", one.detail.class, one.detail.observed));
        let words: Vec<String> = said.chain([rule.varies.clone(), rule.clause().to_string()]).collect();
        Self {
            rule,
            result,
            operation: split_id(&rule.id).0,
            reason: result.reason.as_ref().map(|reason| report.shown(reason)),
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
    pub(super) fn of(name: &'static str, text: &str) -> Self {
        let visible = || text.lines().map(visible_json).collect::<Vec<_>>().join("\n");
        Self { name, text: (text.len() <= SNIPPET).then(visible) }
    }
}
