//! The report as Markdown, for the summary of a CI job. `templates/report.md` has its form.
//!
//! What an endpoint said stands in code spans and code blocks alone: Markdown and HTML mean nothing there.

use super::detail::Detail;
use super::operations::operations;
use super::summary::{Report, Summary, VERSION, percent, plural};
use crate::judge::finding::Verdict;
use crate::results::{Cause, causes};
use askama::Template;
use std::io::{self, Write};

/// The most causes that are shown in full. A job's summary may have 1 MiB.
const MOST: usize = 20;
/// The most causes, rules or reasons that are named.
const MOST_NAMED: usize = 100;

/// Writes the Markdown report.
///
/// # Errors
/// When it cannot be written.
pub fn markdown(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    Markdown { report, summary: &report.summary, causes: causes(report.results) }.write_into(out)
}

#[derive(Template)]
#[template(path = "report.md", escape = "none")]
struct Markdown<'a> {
    report: &'a Report<'a>,
    summary: &'a Summary,
    causes: Vec<Cause<'a>>,
}

impl Markdown<'_> {
    fn verdict(&self) -> String {
        match (self.summary.violates, self.summary.conforms) {
            (0, 0) => "nothing was judged".to_owned(),
            (0, conforms) => format!("{} conform", plural(conforms, "rule")),
            (violates, _) => format!("{} violated", plural(violates, "rule")),
        }
    }

    fn place(&self) -> String {
        self.report.place(|url| self.said(url))
    }

    /// What an endpoint may have said.
    fn said(&self, text: &str) -> String {
        code(&self.report.shown(text))
    }

    /// The rule of a cause's first finding, what is wrong, and the line for a shell.
    fn first<'a>(&self, cause: &Cause<'a>) -> Option<(&'a str, String, Option<String>)> {
        let (result, finding) = cause.findings.first()?;
        let mut detail = Detail::of(self.report, result, finding);
        let curl = detail.curl.take();
        Some((&result.rule.id, format!("class       {}\n{detail}", detail.class).trim_end().to_owned(), curl))
    }

    fn more_causes(&self) -> String {
        let more = self.causes[MOST..].iter().map(|cause| {
            let (headline, findings) = (self.said(&cause.headline), plural(cause.findings.len(), "finding"));
            format!("{} {headline} ({findings})", cause.level)
        });
        list(&more.collect::<Vec<_>>())
    }

    fn left_behind(&self) -> String {
        list(&self.report.results.left_behind.iter().map(|left| self.said(left)).collect::<Vec<_>>())
    }

    /// The rules that were not judged, or are waived, by verdict, with their reasons.
    fn unjudged(&self) -> impl Iterator<Item = (String, Vec<String>)> {
        let verdicts = [Verdict::Waived, Verdict::Inconclusive, Verdict::NotApplicable, Verdict::NotRun];
        let of = verdicts.into_iter().map(|verdict| {
            let results = self.report.results.rules.iter().filter(|result| result.verdict == verdict);
            let rules = results
                .map(|result| format!("{}: {}", code(&result.rule.id), code(&self.report.reason(result))));
            (format!("{}: ", verdict.as_str()), rules.collect::<Vec<_>>())
        });
        of.filter(|(_, rules)| !rules.is_empty())
    }
}

/// The count of a verdict in a table.
fn counted(verdict: &Verdict, count: &usize) -> String {
    match (count, verdict) {
        (0, _) => String::new(),
        (count, Verdict::Violates) => format!("**{count}**"),
        (count, _) => count.to_string(),
    }
}

/// The other rules of a cause.
fn others(cause: &Cause<'_>) -> Vec<String> {
    cause.other_rules().into_iter().map(code).collect()
}

/// The first of many items, and how many more there are.
fn list(items: &[String]) -> String {
    let named: String = items.iter().take(MOST_NAMED).map(|item| format!("- {item}\n")).collect();
    match items.len().saturating_sub(MOST_NAMED) {
        0 => named,
        left => format!("{named}- and {left} more\n"),
    }
}

/// A text without line feeds as a code span, which no character of it ends.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    // One space on each side is no part of a code span.
    let pad =
        if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Lines as a code block, which none of them ends.
fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{conforming, hostile, report, target, waived, written};
    use proptest::prelude::*;

    #[test]
    fn causes_stand_in_full_up_to_a_number() {
        let (target, hostile) = (target(), hostile());
        let text = written("markdown", &report(&target, &hostile));
        assert!(text.contains("| **") && text.contains("<details><summary>curl</summary>"), "{text}");
        assert!(text.contains("more causes</summary>"), "{text}");
    }

    #[test]
    fn what_conforms_is_short_and_what_is_waived_has_its_reason() {
        let (target, conforming, waived) = (target(), conforming(), waived("see the roadmap"));
        let text = written("markdown", &report(&target, &conforming));
        assert!(text.lines().count() < 40 && text.contains("rules conform"), "{text}");
        let text = written("markdown", &report(&target, &waived));
        assert!(text.contains("waived: 1 rule") && text.contains("see the roadmap"), "{text}");
    }

    proptest! {
        /// A code span ends at a run of as many backticks as it began with.
        #[test]
        fn nothing_ends_a_code_span_or_block(text in "[`a<|~ ]{0,20}") {
            let runs = |text: &str| -> Vec<usize> {
                text.split(|one| one != '`').map(str::len).filter(|run| *run > 0).collect()
            };
            for whole in [code(&text), block("text", &text)] {
                let (all, inside) = (runs(&whole), runs(&text));
                let fence = all[0];
                prop_assert_eq!(all.last(), Some(&fence));
                prop_assert!(!inside.contains(&fence), "{}", whole);
            }
        }
    }
}
