//! The report for a terminal: the target, a line an operation, then what is wrong, grouped by cause,
//! then what could not be judged, and an ending that stands alone.

mod ending;
mod finding;
mod heading;
mod style;
mod tables;

use super::summary::{Report, plural};
use crate::judge::finding::Verdict;
use crate::results::causes;
use std::io::{self, Write};
use style::{MOST, STRONG, shown};

/// The most causes that are named beside those that are shown in full.
const MOST_NAMED: usize = 200;

/// Writes the report for a terminal, with colours: wrap `out` in `anstream` where it is none.
///
/// # Errors
/// When `out` cannot be written to.
pub fn text(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    heading::heading(report, out)?;
    tables::operations(report, out)?;
    tables::documented(report, out)?;
    violations(report, out)?;
    for verdict in [Verdict::Inconclusive, Verdict::NotApplicable, Verdict::NotRun] {
        ending::unjudged(report, verdict, out)?;
    }
    ending::ending(report, out)
}

/// Writes the verdict, and what fails the run, and nothing else.
///
/// # Errors
/// When `out` cannot be written to.
pub fn verdict(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    heading::missing(report, out)?;
    heading::failures(report, out)?;
    ending::verdict(report, out)
}

fn violations(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let causes = causes(report.results);
    let (first, left) = causes.split_at(causes.len().min(MOST));
    for (at, cause) in first.iter().enumerate() {
        finding::cause(report, at + 1, causes.len(), cause, out)?;
    }
    if !left.is_empty() {
        writeln!(out)?;
        let causes = plural(left.len(), "more cause");
        writeln!(
            out,
            "{STRONG}and {causes}{STRONG:#}, each in full with run --rule RULE, or in --report html=FILE:"
        )?;
    }
    for cause in left.iter().take(MOST_NAMED) {
        let Some((result, finding)) = cause.findings.first() else { continue };
        let (rule, class) = (&result.rule.id, shown(report, &finding.violation.class.to_string()));
        let count = plural(cause.findings.len(), "finding");
        writeln!(out, "  {:<7} {rule}  {class}  ({count})", cause.level)?;
    }
    Ok(())
}
