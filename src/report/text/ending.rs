//! The ending: what to know where nothing else is read.

use super::style::{BAD, FAINT, GOOD, MOST, STRONG, WARN, few, shown, shown_values};
use crate::judge::finding::Verdict;
use crate::report::summary::{Report, percent, plural, split_id};
use crate::results::{WaiverOutcome, WaiverState, causes};
use crate::rules::expectation::Level;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// The most rules that are named of an operation.
const MOST_RULES: usize = 12;
/// The most resources that are named as left behind.
const MOST_LEFT: usize = 5;
/// How many of the rules that took most requests are named.
const SLOWEST: usize = 3;

/// The rules that were not judged, by reason.
pub(super) fn unjudged(report: &Report<'_>, verdict: Verdict, out: &mut dyn Write) -> io::Result<()> {
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
    for (reason, rules) in reasons.iter().take(MOST) {
        writeln!(out, "  {:>4}  {reason}", rules.len())?;
        writeln!(out, "        {FAINT}{}{FAINT:#}", few(rules, 3))?;
    }
    if reasons.len() > MOST {
        writeln!(out, "        and {} more reasons", reasons.len() - MOST)?;
    }
    Ok(())
}

/// Counts and figures, what is violated, what is left behind and what to do next.
pub(super) fn ending(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    counts(report, out)?;
    violated(report, out)?;
    failing(report, out)?;
    waived(report, out)?;
    let left_behind = &report.results.left_behind;
    for left in left_behind.iter().take(MOST_LEFT) {
        writeln!(out, "left behind {WARN}{}{WARN:#}", shown_values(report, left))?;
    }
    if left_behind.len() > MOST_LEFT {
        writeln!(out, "left behind {WARN}and {} more{WARN:#}", left_behind.len() - MOST_LEFT)?;
    }
    slowest(report, out)?;
    if let Some((result, _)) = causes(report.results).first().and_then(|cause| cause.findings.first()) {
        let id = &result.rule.id;
        let url = report.target.endpoints.get(&result.rule.service);
        let target = match url {
            // Which account it was is not in the report.
            Some(_) if report.target.kind == "aws" => {
                format!(" --target aws --account-id ACCOUNT --region {}", report.target.region)
            }
            Some(url) => format!(" --endpoint-url {}", shown(report, url)),
            None => String::new(),
        };
        writeln!(out, "next        aws-conformance explain {id}")?;
        writeln!(out, "            aws-conformance run --rule {id}{target}")?;
    }
    if report.target.is_reference() {
        writeln!(
            out,
            "the embedded reference was tested, in process; --endpoint-url URL tests something else"
        )?;
    }
    Ok(())
}

/// What is violated, and what else fails the run.
pub(super) fn verdict(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    violated(report, out)?;
    failing(report, out)
}

fn counts(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = report.summary();
    let duration = report.results.duration.as_secs_f64();
    let strict = if report.info.strict { ", strict" } else { "" };
    let shard = report.info.shard.as_ref().map(|one| format!(", shard {}", one.shard)).unwrap_or_default();
    let (rules, cases, requests, seed) = (summary.rules, summary.cases, summary.requests, report.info.seed);
    writeln!(out)?;
    writeln!(
        out,
        "run         {rules} rules, {cases} cases, {requests} requests in {duration:.1} s, seed {seed}{strict}{shard}"
    )?;
    let missing = summary.rules.saturating_sub(report.results.rules.len());
    if missing > 0 {
        writeln!(out, "            {WARN}{} without a result{WARN:#}", plural(missing, "selected rule"))?;
    }
    let observations: usize = report.results.rules.iter().map(|result| result.observations.len()).sum();
    if observations > 0 {
        writeln!(
            out,
            "            {} recorded where nothing is promised: see observations in --report json=FILE",
            plural(observations, "answer")
        )?;
    }
    let binding = summary.binding;
    let style = if summary.divergence > 0.0 { BAD } else { GOOD };
    writeln!(
        out,
        "divergence  {style}{:5.1} %{style:#}  {} of {binding} must and should rules are violated",
        percent(summary.divergence),
        summary.diverging,
    )?;
    let style = if summary.coverage < 1.0 { WARN } else { GOOD };
    writeln!(
        out,
        "coverage    {style}{:5.1} %{style:#}  {} of {binding} could be judged",
        percent(summary.coverage),
        summary.covered,
    )
}

/// The violated rules by operation, or that there are none.
fn violated(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (mut must, mut should) = (BTreeSet::new(), BTreeSet::new());
    for (result, finding) in report.results.open_findings() {
        let rules = if finding.violation.level == Level::Must { &mut must } else { &mut should };
        rules.insert(result.rule.id.as_str());
    }
    should.retain(|rule| !must.contains(rule));
    if must.is_empty() && should.is_empty() {
        return match report.summary().conforms {
            0 => writeln!(out, "{WARN}nothing was judged{WARN:#}"),
            judged => {
                let waived =
                    report.results.rules.iter().filter(|rule| rule.verdict == Verdict::Waived).count();
                let waived = if waived > 0 { format!(", and {waived} waived") } else { String::new() };
                writeln!(out, "{GOOD}every rule that was judged conforms{GOOD:#}: {judged}{waived}")
            }
        };
    }
    writeln!(
        out,
        "{BAD}{} violated{BAD:#}, {} more at should",
        plural(must.len(), "must rule"),
        should.len()
    )?;
    let mut operations: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for id in must.iter().chain(&should) {
        let (operation, rest) = split_id(id);
        operations.entry(operation).or_default().push(rest);
    }
    for (operation, rules) in operations {
        writeln!(out, "  {operation}  {FAINT}{}{FAINT:#}", few(&rules, MOST_RULES))?;
    }
    Ok(())
}

/// What waivers cover.
fn waived(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for WaiverOutcome { waiver, state } in &report.results.waivers {
        if *state == WaiverState::Covers {
            let more = [waiver.owner.as_deref(), waiver.link.as_deref()].into_iter().flatten();
            let more: String = more.map(|more| format!(", {more}")).collect();
            let waived = format!("{} ({}): {}{more}", waiver.rule, waiver.class, waiver.reason);
            writeln!(out, "waived      {}", shown(report, &waived))?;
        }
    }
    Ok(())
}

/// What fails a run beside violations, and response shapes that changed.
fn failing(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    report.failing_waivers().try_for_each(|failing| writeln!(out, "{BAD}{failing}{BAD:#}"))?;
    report.shape_changes().iter().try_for_each(|change| writeln!(out, "{WARN}{change}{WARN:#}"))
}

/// How many requests the SDK's clients sent, and the rules that took most.
fn slowest(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<_> = report.results.rules.iter().filter(|result| result.requests > 0).collect();
    rules.sort_by_key(|result| Reverse(result.requests));
    let slowest: Vec<String> = rules
        .iter()
        .take(SLOWEST)
        .map(|result| format!("{} ({})", result.rule.id, result.requests))
        .collect();
    if slowest.is_empty() {
        return Ok(());
    }
    let by_sdk = match report.summary().sdk_requests {
        0 => String::new(),
        requests => format!("{requests} by the SDK's clients; "),
    };
    writeln!(out, "requests    {by_sdk}most for {}", slowest.join(", "))
}
