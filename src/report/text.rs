//! The report for a terminal: the target, the two figures, a line an operation, then what is wrong,
//! grouped by cause, then what could not be judged.

mod finding;

use super::coverage;
use super::{Report, VERSION};
use crate::exchange::untrusted::{escape, without_userinfo};
use crate::execute::target::Location;
use crate::judge::finding::Verdict;
use crate::results::causes;
use crate::rules::expectation::Level;
use anstyle::{AnsiColor, Style};
use std::collections::BTreeSet;
use std::io::{self, Write};

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const WARN: Style = AnsiColor::Yellow.on_default();

/// The most causes that are shown in full.
const MOST_CAUSES: usize = 20;
/// The most characters of one text of the endpoint's.
const LINE: usize = 600;

/// Writes the report for a terminal, with colours: wrap `out` in `anstream` where it is none.
///
/// # Errors
/// When `out` cannot be written to.
pub fn text(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    target(report, out)?;
    figures(report, out)?;
    operations(report, out)?;
    documented(report, out)?;
    violations(report, out)?;
    for verdict in [Verdict::Inconclusive, Verdict::NotApplicable, Verdict::NotRun] {
        unjudged(report, verdict, out)?;
    }
    closing(report, out)
}

/// A text that an endpoint may have written, on one line.
fn shown(report: &Report<'_>, text: &str) -> String {
    escape(&report.redaction.clean(text), LINE)
}

fn target(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let target = report.target;
    let place = match &target.location {
        Location::Memory(_) => "the embedded reference, in process".to_owned(),
        Location::Network(urls) => {
            let urls: BTreeSet<String> =
                urls.values().map(|url| escape(&without_userinfo(url), LINE)).collect();
            urls.into_iter().collect::<Vec<_>>().join(", ")
        }
    };
    let region = escape(&target.region, LINE);
    writeln!(out, "{STRONG}aws-conformance {VERSION}{STRONG:#}")?;
    writeln!(out, "target      {place} ({}), region {region}", target.kind())?;
    for survey in &report.results.surveys {
        let regions = match survey.separate_regions {
            Some(true) => "; keeps regions apart",
            Some(false) => "; does not keep regions apart",
            None => "",
        };
        let preexisting = match survey.preexisting {
            0 => String::new(),
            preexisting => format!("; {preexisting} there before the run, left alone"),
        };
        let answers = match (survey.missing.len(), survey.silent.len()) {
            (0, 0) => "answers every operation".to_owned(),
            (0, silent) => format!("gives no answer to {}", plural(silent, "operation")),
            (missing, 0) => format!("does not implement {}", plural(missing, "operation")),
            (missing, silent) => {
                format!("does not implement {}, gives no answer to {silent}", plural(missing, "operation"))
            }
        };
        writeln!(out, "{:<12}{answers}{regions}{preexisting}", survey.service.as_str())?;
        for (operation, answer) in &survey.missing {
            writeln!(
                out,
                "            {WARN}{operation} is not implemented{WARN:#}: {}",
                shown(report, answer)
            )?;
        }
        for (operation, silence) in &survey.silent {
            writeln!(
                out,
                "            {WARN}{operation} gives no answer{WARN:#}: {}",
                shown(report, silence)
            )?;
        }
    }
    for failure in &report.results.failures {
        writeln!(out, "{BAD}not judged{BAD:#}  {}", shown(report, &failure.to_string()))?;
    }
    let summary = report.summary();
    let duration = report.results.duration.as_secs_f64();
    let strict = if report.info.strict { ", strict" } else { "" };
    let (rules, cases, requests, seed) = (summary.rules, summary.cases, summary.requests, report.info.seed);
    writeln!(
        out,
        "run         {rules} rules, {cases} cases, {requests} requests in {duration:.1} s, seed {seed}{strict}"
    )
}

fn figures(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = report.summary();
    let missing = summary.rules - report.results.rules.len().min(summary.rules);
    let binding =
        report.results.rules.iter().filter(|result| result.rule.level > Level::Observe).count() + missing;
    let part = |figure: f64| (figure * binding as f64).round() as usize;
    let style = if summary.divergence > 0.0 { BAD } else { GOOD };
    writeln!(out)?;
    writeln!(
        out,
        "divergence  {style}{:5.1} %{style:#}  {} of {binding} must and should rules are violated",
        percent(summary.divergence),
        part(summary.divergence),
    )?;
    let style = if summary.coverage < 1.0 { WARN } else { GOOD };
    writeln!(
        out,
        "coverage    {style}{:5.1} %{style:#}  {} of {binding} could be judged",
        percent(summary.coverage),
        part(summary.coverage),
    )
}

/// A fraction in per cent with one digit. What is not all of it is never rounded to 100, nor what is
/// something to 0.
fn percent(fraction: f64) -> f64 {
    let percent = (fraction * 1000.0).round() / 10.0;
    if fraction < 1.0 && percent >= 100.0 {
        return 99.9;
    }
    if fraction > 0.0 && percent == 0.0 { 0.1 } else { percent }
}

/// The counts of the rules that share the first two parts of their id.
struct Row {
    name: String,
    rules: usize,
    by_verdict: [usize; COLUMNS.len()],
}

const COLUMNS: [Verdict; 7] = [
    Verdict::Conforms,
    Verdict::Violates,
    Verdict::Waived,
    Verdict::Inconclusive,
    Verdict::NotApplicable,
    Verdict::NotRun,
    Verdict::Observed,
];

fn operations(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rows: Vec<Row> = Vec::new();
    for result in &report.results.rules {
        let name = result.rule.id.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
        let at = rows.iter().position(|row| row.name == name).unwrap_or_else(|| {
            rows.push(Row { name, rules: 0, by_verdict: [0; COLUMNS.len()] });
            rows.len() - 1
        });
        rows[at].rules += 1;
        for (column, count) in COLUMNS.iter().zip(&mut rows[at].by_verdict) {
            *count += usize::from(result.verdict == *column);
        }
    }
    // A column without a count says nothing, but for the two that everybody looks for.
    let used: Vec<usize> = (0..COLUMNS.len())
        .filter(|column| *column < 2 || rows.iter().any(|row| row.by_verdict[*column] > 0))
        .collect();
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0).max(10);
    writeln!(out)?;
    write!(out, "{FAINT}{:width$}  {:>6}", "operation", "rules")?;
    for column in &used {
        let name = COLUMNS[*column].as_str();
        write!(out, "  {name:>8}")?;
    }
    writeln!(out, "{FAINT:#}")?;
    for row in &rows {
        write!(out, "{:width$}  {:>6}", row.name, row.rules)?;
        for column in &used {
            let (count, wide) = (row.by_verdict[*column], COLUMNS[*column].as_str().len().max(8));
            let style = match COLUMNS[*column] {
                _ if count == 0 => FAINT,
                Verdict::Violates => BAD,
                Verdict::Conforms => GOOD,
                Verdict::Observed => Style::new(),
                _ => WARN,
            };
            write!(out, "  {style}{count:>wide$}{style:#}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// How much of what is documented the selected rules reach.
fn documented(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rows = coverage::summary(report);
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0).max(10);
    let columns = ["errors", "asserted", "out of reach", "clauses", "checked", "cannot be"];
    writeln!(out)?;
    write!(out, "{FAINT}{:width$}", "documented")?;
    for column in columns {
        write!(out, "  {column:>8}")?;
    }
    writeln!(out, "{FAINT:#}")?;
    for row in &rows {
        write!(out, "{:width$}", row.name)?;
        let counts = [row.errors, row.asserted, row.out_of_reach, row.clauses, row.checked, row.uncheckable];
        for (count, column) in counts.into_iter().zip(columns) {
            let style = if count == 0 { FAINT } else { Style::new() };
            write!(out, "  {style}{count:>wide$}{style:#}", wide = column.len().max(8))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn violations(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let causes = causes(report.results);
    let shown = causes.len().min(MOST_CAUSES);
    for (at, cause) in causes.iter().take(shown).enumerate() {
        finding::cause(report, at + 1, causes.len(), cause, out)?;
    }
    let left = &causes[shown..];
    if !left.is_empty() {
        writeln!(out)?;
        writeln!(out, "{STRONG}and {} more causes{STRONG:#}, in full with --report json=FILE:", left.len())?;
        for cause in left.iter().take(200) {
            let count = cause.findings.len();
            let headline = escape(&report.redaction.clean(&cause.headline), 160);
            writeln!(out, "  {:<7} {headline} ({})", cause.level, plural(count, "finding"))?;
        }
    }
    Ok(())
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("{count} {noun}") } else { format!("{count} {noun}s") }
}

/// The rules that came to no judgement, by reason.
fn unjudged(report: &Report<'_>, verdict: Verdict, out: &mut dyn Write) -> io::Result<()> {
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for result in report.results.rules.iter().filter(|result| result.verdict == verdict) {
        let reason = shown(report, result.reason.as_deref().unwrap_or("no reason is known"));
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, rules)) => rules.push(&result.rule.id),
            None => reasons.push((reason, vec![&result.rule.id])),
        }
    }
    if reasons.is_empty() {
        return Ok(());
    }
    let all: usize = reasons.iter().map(|(_, rules)| rules.len()).sum();
    reasons.sort_by_key(|(_, rules)| std::cmp::Reverse(rules.len()));
    writeln!(out)?;
    writeln!(out, "{STRONG}{}{STRONG:#}: {}", verdict.as_str(), plural(all, "rule"))?;
    for (reason, rules) in reasons.iter().take(MOST_CAUSES) {
        writeln!(out, "  {:>4}  {reason}", rules.len())?;
        let more = if rules.len() > 3 { format!(", and {} more", rules.len() - 3) } else { String::new() };
        writeln!(out, "        {FAINT}{}{more}{FAINT:#}", rules[..rules.len().min(3)].join(", "))?;
    }
    if reasons.len() > MOST_CAUSES {
        writeln!(out, "        and {} more reasons", reasons.len() - MOST_CAUSES)?;
    }
    Ok(())
}

fn closing(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = report.summary();
    let missing = summary.rules.saturating_sub(report.results.rules.len());
    writeln!(out)?;
    if missing > 0 {
        writeln!(out, "{WARN}{} without a result{WARN:#}", plural(missing, "selected rule"))?;
    }
    let observations: usize = report.results.rules.iter().map(|result| result.observations.len()).sum();
    if observations > 0 {
        let answers = plural(observations, "answer");
        writeln!(
            out,
            "{answers} recorded where nothing is promised: see observations in --report json=FILE"
        )?;
    }
    let (mut must, mut should) = (BTreeSet::new(), BTreeSet::new());
    for (result, finding) in report.findings() {
        let rules = if finding.violation.level == Level::Must { &mut must } else { &mut should };
        rules.insert(&result.rule.id);
    }
    should.retain(|rule| !must.contains(rule));
    if must.is_empty() && should.is_empty() {
        let judged = summary.conforms;
        return match judged {
            0 => writeln!(out, "{WARN}nothing was judged{WARN:#}"),
            _ => writeln!(out, "{GOOD}every rule that was judged conforms{GOOD:#}: {judged}"),
        };
    }
    writeln!(out, "{BAD}{} violated{BAD:#}, {} more at should", plural(must.len(), "must rule"), should.len())
}
