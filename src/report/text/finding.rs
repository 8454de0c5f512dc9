//! One cause: its first finding in full, and the others by name.

use super::{BAD, FAINT, LINE, STRONG, WARN, plural, shown};
use crate::exchange::untrusted::{escape, escape_lines};
use crate::exchange::{Exchange, Trace};
use crate::judge::finding::Finding;
use crate::report::Report;
use crate::results::Cause;
use crate::results::RuleResult;
use crate::rules::expectation::Level;
use std::io::{self, Write};

/// The most characters of a body.
const BODY: usize = 1_500;
/// The most characters of a script.
const SCRIPT: usize = 60_000;
/// The most other findings that are named.
const MOST_OTHERS: usize = 60;
/// What tells something about how an answer was made.
const HEADERS: [&str; 8] = [
    "content-type",
    "content-length",
    "date",
    "location",
    "retry-after",
    "x-amzn-errortype",
    "x-amzn-requestid",
    "x-amz-request-id",
];

/// Writes a cause.
pub(super) fn cause(
    report: &Report<'_>,
    number: usize,
    of: usize,
    cause: &Cause<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(((result, finding), others)) = cause.findings.split_first() else { return Ok(()) };
    let style = if cause.level == Level::Must { BAD } else { WARN };
    let class = shown(report, &finding.violation.class.to_string());
    writeln!(out)?;
    writeln!(
        out,
        "{style}{}{style:#}  {STRONG}{}{STRONG:#}  {class}  {FAINT}cause {number} of {of}, {}{FAINT:#}",
        finding.violation.level,
        result.rule.id,
        plural(cause.findings.len(), "finding"),
    )?;
    facts(report, result, finding, out)?;
    evidence(report, finding, out)?;
    writeln!(out, "  script")?;
    for line in escape_lines(&report.script(result, finding), SCRIPT).lines() {
        writeln!(out, "{}{line}", if line.is_empty() { "" } else { "    " })?;
    }
    if !others.is_empty() {
        writeln!(out, "  the same in")?;
    }
    for (result, finding) in others.iter().take(MOST_OTHERS) {
        let partition = shown(report, &finding.case.partition);
        writeln!(out, "    {:<6} {} {FAINT}({partition}){FAINT:#}", finding.violation.level, result.rule.id)?;
    }
    if others.len() > MOST_OTHERS {
        writeln!(out, "    and {} more: see --report json=FILE", others.len() - MOST_OTHERS)?;
    }
    Ok(())
}

fn facts(report: &Report<'_>, result: &RuleResult, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let clause = result.rule.clause();
    let times = finding.reproduced;
    let intermittent = if times.is_intermittent() { " (intermittent)" } else { "" };
    writeln!(out, "  clause      {}: {}", clause.source.title, escape(&clause.to_string(), LINE))?;
    writeln!(out, "  partition   {}", shown(report, &finding.case.partition))?;
    writeln!(out, "  expected    {}", shown(report, &finding.violation.expected))?;
    writeln!(out, "  observed    {}", shown(report, &finding.violation.observed))?;
    writeln!(out, "  reproduced  {times}{intermittent}")
}

/// The judged exchange.
fn evidence(report: &Report<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let mut exchanges = finding.evidence.iter().flat_map(Trace::exchanges);
    let Some(exchange) = exchanges.find(|exchange| exchange.label == finding.violation.label) else {
        return Ok(());
    };
    let Exchange { request, reply, .. } = exchange;
    writeln!(out, "  request     {} {}", shown(report, &request.method), shown(report, &request.path))?;
    body(report, &request.body, request.cut, out)?;
    match reply {
        Err(silence) => writeln!(out, "  answer      none: {}", shown(report, &silence.detail)),
        Ok(answer) => {
            writeln!(out, "  answer      HTTP {}", answer.status)?;
            let telling = answer.headers.iter().filter(|(name, _)| HEADERS.contains(&name.as_str()));
            for (name, value) in telling.take(HEADERS.len()) {
                writeln!(out, "              {name}: {}", shown(report, value))?;
            }
            body(report, &answer.body, answer.cut.as_ref().map_or(0, |cut| cut.bytes), out)
        }
    }
}

/// A body of which so many bytes are missing at the end.
fn body(report: &Report<'_>, bytes: &[u8], missing: usize, out: &mut dyn Write) -> io::Result<()> {
    if bytes.is_empty() {
        return writeln!(out, "              {FAINT}(no body){FAINT:#}");
    }
    // Cut well behind what is shown, so that nothing that has to be taken out is cut in half there.
    let (head, rest) = bytes.split_at(bytes.len().min(BODY * 8));
    let more = match rest.len() + missing {
        0 => String::new(),
        more => format!(" (and {more} bytes more)"),
    };
    let head = String::from_utf8_lossy(head);
    writeln!(out, "              {}{more}", escape(&report.redaction.clean(&head), BODY))
}
