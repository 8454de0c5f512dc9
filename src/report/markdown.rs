//! The report as Markdown, for the summary of a CI job.
//!
//! What an endpoint said stands in code spans and code blocks alone: Markdown and HTML mean nothing there.

use super::detail::Detail;
use super::operations::{COLUMNS, operations};
use super::summary::{Report, VERSION, percent, plural};
use crate::judge::finding::Verdict;
use crate::results::{Cause, causes};
use std::fmt::Write as _;
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
    heading(report, out)?;
    table(report, out)?;
    let causes = causes(report.results);
    let (first, left) = causes.split_at(causes.len().min(MOST));
    for (at, one) in first.iter().enumerate() {
        cause(report, at + 1, one, out)?;
    }
    if !left.is_empty() {
        let named = left.iter().map(|cause| {
            let headline = code(&report.shown(&cause.headline));
            format!("- {} {headline} ({})", cause.level, plural(cause.findings.len(), "finding"))
        });
        details(out, &format!("{} more causes", left.len()), &list(named))?;
    }
    for verdict in [Verdict::Waived, Verdict::Inconclusive, Verdict::NotApplicable, Verdict::NotRun] {
        unjudged(report, verdict, out)?;
    }
    let left = &report.results.left_behind;
    if left.is_empty() {
        return Ok(());
    }
    let named = left.iter().map(|left| format!("- {}", code(&report.shown(left))));
    details(out, &format!("left behind: {}", left.len()), &list(named))
}

fn heading(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = report.summary();
    let place = report.place(|url| code(&report.shown(url)));
    let verdict = match (summary.violates, summary.conforms) {
        (0, 0) => "nothing was judged".to_owned(),
        (0, conforms) => format!("{} conform", plural(conforms, "rule")),
        (violates, _) => format!("{} violated", plural(violates, "rule")),
    };
    writeln!(out, "## AWS conformance: {verdict}\n")?;
    writeln!(out, "| divergence | coverage |\n|---:|---:|")?;
    let (divergence, coverage) = (percent(summary.divergence), percent(summary.coverage));
    writeln!(out, "| **{divergence} %** | **{coverage} %** |\n")?;
    writeln!(
        out,
        "aws-conformance {VERSION} against {place}, region {}: {} rules, {} cases, {} requests in {:.1} s, seed {}\n",
        code(&report.shown(&report.target.region)),
        summary.rules,
        summary.cases,
        summary.requests,
        report.results.duration.as_secs_f64(),
        report.info.seed,
    )?;
    if let Some(latency) = report.latency() {
        let hint = report.latency_hint().map(|hint| format!(": {hint}")).unwrap_or_default();
        writeln!(out, "latency {latency}{hint}\n")?;
    }
    for failure in &report.results.failures {
        writeln!(out, "**not judged:** {}\n", code(&report.shown(failure)))?;
    }
    for failing in report.failing_waivers().chain(report.shape_changes()) {
        writeln!(out, "{}\n", code(&failing))?;
    }
    Ok(())
}

fn table(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (rows, used) = operations(report);
    let names: Vec<&str> = used.iter().map(|column| COLUMNS[*column].as_str()).collect();
    writeln!(out, "| operation | rules | {} |", names.join(" | "))?;
    writeln!(out, "|---|---:|{}", "---:|".repeat(used.len()))?;
    for row in &rows {
        let count = |column: &usize| match (row.by_verdict[*column], COLUMNS[*column]) {
            (0, _) => String::new(),
            (count, Verdict::Violates) => format!("**{count}**"),
            (count, _) => count.to_string(),
        };
        let counts: Vec<String> = used.iter().map(count).collect();
        writeln!(out, "| {} | {} | {} |", row.name, row.rules, counts.join(" | "))?;
    }
    writeln!(out)
}

fn cause(report: &Report<'_>, number: usize, cause: &Cause<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(((result, finding), others)) = cause.findings.split_first() else { return Ok(()) };
    let detail = Detail::of(report, result, finding);
    let findings = plural(cause.findings.len(), "finding");
    writeln!(out, "### {number}. {} {} ({findings})\n", cause.level, code(&result.rule.id))?;
    writeln!(out, "{}", block("text", &without_curl(&detail)))?;
    if let Some(curl) = &detail.curl {
        details(out, "curl", &block("sh", curl))?;
    }
    let mut rules: Vec<&str> = others.iter().map(|(result, _)| result.rule.id.as_str()).collect();
    rules.dedup();
    if !rules.is_empty() {
        let named = rules.iter().map(|rule| format!("- {}", code(rule)));
        details(out, &format!("{} with the same cause", plural(rules.len(), "more rule")), &list(named))?;
    }
    Ok(())
}

fn without_curl(detail: &Detail) -> String {
    let text = format!("class       {}\n{detail}", detail.class);
    text.lines().filter(|line| !line.starts_with("curl ")).collect::<Vec<_>>().join("\n")
}

/// The rules of a verdict with their reasons.
fn unjudged(report: &Report<'_>, verdict: Verdict, out: &mut dyn Write) -> io::Result<()> {
    let results: Vec<_> = report.results.rules.iter().filter(|result| result.verdict == verdict).collect();
    if results.is_empty() {
        return Ok(());
    }
    let named =
        results.iter().map(|result| format!("- {}: {}", code(&result.rule.id), code(&report.reason(result))));
    details(out, &format!("{}: {}", verdict.as_str(), plural(results.len(), "rule")), &list(named))
}

/// The first of many items, and how many more there are.
fn list(items: impl ExactSizeIterator<Item = String>) -> String {
    let left = items.len().saturating_sub(MOST_NAMED);
    let mut list = items.take(MOST_NAMED).fold(String::new(), |list, item| list + &item + "\n");
    if left > 0 {
        // Writing to a String does not fail.
        let _ = writeln!(list, "- and {left} more");
    }
    list
}

fn details(out: &mut dyn Write, title: &str, content: &str) -> io::Result<()> {
    writeln!(out, "<details><summary>{title}</summary>\n\n{content}\n</details>\n")
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
    use crate::report::tests::{HOSTILE, SECRET, conforming, hostile, report, target, waived};
    use proptest::prelude::*;

    fn written(report: &Report<'_>) -> String {
        let mut out = Vec::new();
        markdown(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_summary_fits_and_has_no_secret() {
        let (target, hostile) = (target(), hostile());
        let text = written(&report(&target, &hostile));
        assert!(text.len() < 1 << 20, "{}", text.len());
        assert!(!text.contains(SECRET) && !text.contains(HOSTILE));
        assert!(text.contains("| **") && text.contains("<details><summary>curl</summary>"), "{text}");
        assert!(text.contains("more causes</summary>"), "{text}");
    }

    #[test]
    fn what_conforms_is_short_and_what_is_waived_has_its_reason() {
        let (target, conforming, waived) = (target(), conforming(), waived("see the roadmap"));
        let text = written(&report(&target, &conforming));
        assert!(text.lines().count() < 40 && text.contains("rules conform"), "{text}");
        let text = written(&report(&target, &waived));
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
