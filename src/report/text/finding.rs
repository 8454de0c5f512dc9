//! One cause: the finding that says it best, and the names of the others.

use super::style::{BAD, FAINT, STRONG, WARN, few, shown, shown_values};
use crate::exchange::untrusted::escape;
use crate::report::summary::{Report, plural, why_less};
use crate::results::Cause;
use crate::rules::Trial;
use crate::rules::expectation::Level;
use std::io::{self, Write};

/// The most characters of the line for a shell: it stands whole in the JSON report.
const CURL: usize = 2_000;
/// The most other rules, and partitions, that are named.
const MOST_OTHERS: usize = 4;

/// Writes a cause.
pub(super) fn cause(
    report: &Report<'_>,
    number: usize,
    of: usize,
    cause: &Cause<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(((result, finding), others)) = cause.findings.split_first() else { return Ok(()) };
    let (rule, violation, times) = (result.rule, &finding.violation, finding.reproduced);
    let style = if cause.level == Level::Must { BAD } else { WARN };
    let class = shown(report, &violation.class.to_string());
    writeln!(out)?;
    writeln!(
        out,
        "{style}{}{style:#}  {STRONG}{}{STRONG:#}  {class}  {FAINT}cause {number} of {of}, {}{FAINT:#}",
        violation.level,
        rule.id,
        plural(cause.findings.len(), "finding"),
    )?;
    let clause = rule.clause();
    let partitions: Vec<String> = finding.partitions.iter().map(|one| shown_values(report, one)).collect();
    let partitions: Vec<&str> = partitions.iter().map(String::as_str).collect();
    let intermittent = if times.is_intermittent() { " (intermittent)" } else { "" };
    writeln!(out, "  clause      {}", shown(report, &format!("{}, {clause}", clause.source.title)))?;
    writeln!(out, "  varied      {}", shown(report, &rule.varies))?;
    writeln!(out, "  expected    {}", shown_values(report, &violation.expected))?;
    writeln!(out, "  observed    {}", shown_values(report, &violation.observed))?;
    if let Some(why) = why_less(result, finding) {
        writeln!(out, "  level       {}, not {}: {why}", violation.level, rule.level)?;
    }
    // A monitor looks at the cases of other rules.
    if let Trial::Cases { fixed, refusals, random } = &rule.trial {
        let of = match (fixed.len() + refusals.calls.len(), random) {
            (0, _) => "random cases".to_owned(),
            (all, None) => plural(all, "boundary case"),
            (all, Some(_)) => format!("{} and random ones", plural(all, "boundary case")),
        };
        let (failed, few) = (partitions.len(), few(&partitions, MOST_OTHERS));
        writeln!(out, "  partitions  {failed} failed, of {of}: {few}")?;
        writeln!(out, "  reproduced  {times}{intermittent}")?;
    }
    if let Some(curl) = report.curl(finding) {
        if let Some(not_alone) = report.not_alone(result, finding) {
            writeln!(out, "  not alone   {WARN}{not_alone}{WARN:#}")?;
        }
        writeln!(out, "  curl        {}", escape(&curl, CURL))?;
    }
    writeln!(out, "  explained   aws-conformance explain {}", rule.id)?;
    let mut others: Vec<&str> = others.iter().map(|(result, _)| result.rule.id.as_str()).collect();
    others.dedup();
    match others.is_empty() {
        true => Ok(()),
        false => writeln!(out, "  the same    {FAINT}{}{FAINT:#}", few(&others, MOST_OTHERS)),
    }
}
