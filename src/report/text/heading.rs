//! The heading.

use super::style::{BAD, STRONG, WARN, shown};
use crate::report::summary::{Report, VERSION, plural};
use std::io::{self, Write};

/// What was tested, and what the survey found.
pub(super) fn heading(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    missing(report, out)?;
    let target = report.target;
    let place = report.place(|url| shown(report, url));
    let process = if target.is_reference() { ", in process" } else { "" };
    let region = shown(report, &target.region);
    writeln!(out, "{STRONG}aws-conformance {VERSION}{STRONG:#}")?;
    writeln!(out, "target      {place}{process} ({}), region {region}", target.kind)?;
    if let Some(latency) = report.latency() {
        writeln!(out, "latency     {latency}")?;
    }
    if let Some(hint) = report.latency_hint() {
        writeln!(out, "            {WARN}{hint}{WARN:#}")?;
    }
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
        if survey.of_earlier_runs > 0 {
            writeln!(
                out,
                "            {WARN}{} of earlier runs take room: start the target anew, or `aws-conformance sweep --older-than 0s`{WARN:#}",
                survey.of_earlier_runs
            )?;
        }
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
        for (operation, permission) in &survey.denied {
            writeln!(
                out,
                "            {WARN}{operation} may not be called{WARN:#}: the caller lacks the permission {}",
                shown(report, permission)
            )?;
        }
    }
    failures(report, out)
}

/// What disappeared.
pub(super) fn missing(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    report.info.missing.iter().try_for_each(|operation| {
        writeln!(
            out,
            "{BAD}missing     {operation} is not implemented, and the configuration says that it is{BAD:#}"
        )
    })
}

/// What could not be judged.
pub(super) fn failures(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut failures = report.results.failures.iter();
    failures.try_for_each(|failure| writeln!(out, "{BAD}not judged{BAD:#}  {}", shown(report, failure)))
}
