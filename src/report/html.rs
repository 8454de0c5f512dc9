//! The report as a page: one file that needs no network, no server and no script.
//!
//! The content security policy allows the page's own style and script, by their hashes, and nothing else.

mod evidence;
mod matrix;
mod plot;
mod rule;

use super::detail::Detail;
use super::history::HistoryEntry;
use super::summary::{Report, Summary, VERSION, percent, plural, split_id};
use crate::judge::finding::Verdict;
use crate::results::{Cause, RuleResult, causes};
use crate::rules::expectation::Level;
use askama::Template;
use aws_smithy_types::base64;
use matrix::{HeatMap, Operation};
use plot::Plot;
use rule::Snippet;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// The most observations of a rule.
const OBSERVATIONS: usize = 20;
const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    policy: String,
    report: &'a Report<'a>,
    summary: &'a Summary,
    started_at: String,
    verdicts: Vec<(&'static str, usize)>,
    problems: Vec<String>,
    plot: Option<Plot>,
    causes: Vec<Cause<'a>>,
    operations: Vec<Operation>,
    heat_maps: Vec<HeatMap>,
    rules: Vec<&'a RuleResult>,
}

/// Writes the page; the runs before, the oldest first, are plotted.
///
/// # Errors
/// When it cannot be written.
pub fn html(report: &Report<'_>, history: &[HistoryEntry], out: &mut dyn Write) -> io::Result<()> {
    let (summary, results) = (&report.summary, report.results);
    let verdicts = [
        (Verdict::Violates, summary.violates),
        (Verdict::Conforms, summary.conforms),
        (Verdict::Waived, summary.waived),
        (Verdict::Inconclusive, summary.inconclusive),
        (Verdict::NotApplicable, summary.not_applicable),
        (Verdict::NotRun, summary.not_run),
        (Verdict::Observed, summary.observed),
    ];
    let failures = results.failures.iter().map(|failure| report.shown(failure));
    // What asks for attention comes first.
    let mut rules: Vec<&RuleResult> = results.rules.iter().collect();
    rules.sort_by_key(|result| match result.verdict {
        Verdict::Violates => 0,
        Verdict::Waived => 1,
        Verdict::Inconclusive => 2,
        _ => 3,
    });
    let page = Page {
        policy: policy(),
        report,
        summary,
        started_at: humantime::format_rfc3339_seconds(report.info.started_at).to_string(),
        verdicts: verdicts.map(|(verdict, count)| (verdict.as_str(), count)).to_vec(),
        problems: failures.chain(report.failing_waivers()).chain(report.shape_changes()).collect(),
        plot: Plot::of(history),
        causes: causes(results),
        operations: matrix::operations(report),
        heat_maps: matrix::heat_maps(report),
        rules,
    };
    page.write_into(out)
}

impl Page<'_> {
    fn place(&self) -> String {
        self.report.place(|url| self.report.shown(url))
    }
}

/// The other rules of a cause.
fn others<'a>(cause: &Cause<'a>) -> Vec<&'a str> {
    let first = cause.findings.first().map(|(result, _)| result.rule.id.as_str());
    cause.other_rules().into_iter().filter(|rule| first != Some(*rule)).collect()
}

/// What the page may do: apply its own style, and run its own script.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", base64::encode(Sha256::digest(text.as_bytes())));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{conforming, finding, report, result, results, target, written};
    use crate::rules::catalogue;

    #[test]
    fn markup_in_an_answer_is_text() {
        let markup = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>\"' autofocus='";
        let rule = catalogue().iter().find(|rule| finding(rule, "accepted", markup).is_some()).unwrap();
        let mut violated = result(rule, Verdict::Violates);
        violated.findings.extend(finding(rule, markup, markup));
        let (target, results) = (target(), results(vec![violated]));
        let text = written("html", &report(&target, &results));
        assert_eq!(text.matches("<script").count(), 1);
        assert!(!text.contains("<img") && text.contains("&#60;img src=x"));
    }

    #[test]
    fn every_rule_can_be_linked_to() {
        let (target, results) = (target(), conforming());
        let text = written("html", &report(&target, &results));
        for rule in catalogue() {
            assert_eq!(text.matches(&format!(" id=\"{}\"", rule.id)).count(), 1, "{}", rule.id);
        }
    }

    #[test]
    fn one_run_is_no_history_and_two_are() {
        let (target, results) = (target(), conforming());
        let report = report(&target, &results);
        let entry = HistoryEntry::of(&report);
        let kept = serde_json::to_string(&entry).unwrap();
        let read = HistoryEntry::parse(&kept).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), kept);
        assert_eq!(HistoryEntry::parse("{}"), None);
        assert_eq!(entry.file_name(), "1970-01-01T00-00-00.000Z.json");
        let plotted = |history: &[HistoryEntry]| {
            let mut out = Vec::new();
            html(&report, history, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert!(!plotted(std::slice::from_ref(&entry)).contains("<svg"));
        let plotted = plotted(&[entry.clone(), entry]);
        assert!(plotted.contains("points=\"44.0,12.0 468.0,12.0\""));
        assert!(plotted.contains("points=\"44.0,148.0 468.0,148.0\""));
    }
}
