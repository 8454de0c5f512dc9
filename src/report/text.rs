//! The report for a terminal: the target, a line an operation, then what is wrong, grouped by cause,
//! then what could not be judged, and an ending that stands alone. `templates/report.txt` has its form.

mod style;
mod tables;

use super::summary::{Report, Summary, VERSION, percent, plural, split_id, why_less};
use crate::exchange::untrusted::{bounded, escape};
use crate::judge::finding::{Finding, Verdict};
use crate::results::{Cause, RuleResult, Survey, WaiverState, causes};
use crate::rules::Trial;
use crate::rules::expectation::Level;
use askama::Template;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::io::{self, Write};
use style::{BAD, END, FAINT, GOOD, STRONG, WARN};
use tables::{documented, operations};

/// The most characters of one text.
const LINE: usize = 300;
/// The most bytes of one word of what was answered.
const WORD: usize = 80;
/// The most characters of the line for a shell: it stands whole in the JSON report.
const CURL: usize = 2_000;
/// The most causes, or reasons, that are shown in full,
const MOST: usize = 20;
/// the most causes that are named beside them,
const MOST_NAMED: usize = 200;
/// the most other rules, and partitions, of a cause,
const MOST_OTHERS: usize = 4;
/// the most rules of an operation,
const MOST_RULES: usize = 12;
/// the most resources that were left behind,
const MOST_LEFT: usize = 5;
/// and how many of the rules that took most requests.
const SLOWEST: usize = 3;

/// Writes the report for a terminal, with colours: wrap `out` in `anstream` where it is none.
///
/// # Errors
/// When `out` cannot be written to.
pub fn text(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    Text::of(report, false).write_into(out)
}

/// Writes the verdict, and what fails the run, and nothing else.
///
/// # Errors
/// When `out` cannot be written to.
pub fn verdict(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    Text::of(report, true).write_into(out)
}

#[derive(Template)]
#[template(path = "report.txt", escape = "none")]
struct Text<'a> {
    report: &'a Report<'a>,
    summary: &'a Summary,
    causes: Vec<Cause<'a>>,
    /// Whether it is the verdict alone.
    quiet: bool,
}

/// A reason with the rules that were not judged for it.
type Reason<'a> = (String, Vec<&'a str>);

impl<'a> Text<'a> {
    fn of(report: &'a Report<'a>, quiet: bool) -> Self {
        Self { report, summary: &report.summary, causes: causes(report.results), quiet }
    }

    /// A text that an endpoint may have written, on one line.
    fn shown(&self, text: impl Display) -> String {
        self.report.target.redaction.shown_within(&text.to_string(), LINE)
    }

    /// The same with long words, such as ARNs of two kilobytes, cut short: what stands behind them matters more.
    fn values(&self, text: &str) -> String {
        let clean = self.report.target.redaction.clean(text);
        let words: Vec<_> = clean.split(' ').map(|word| bounded(word, WORD)).collect();
        escape(&words.join(" "), LINE)
    }

    fn place(&self) -> String {
        self.report.place(|url| self.shown(url))
    }

    fn clause(&self, result: &RuleResult) -> String {
        let clause = result.rule.clause();
        self.shown(format!("{}, {clause}", clause.source.title))
    }

    /// How many partitions failed, of how many. A monitor looks at the cases of other rules.
    fn partitions(&self, result: &RuleResult, finding: &Finding) -> Option<String> {
        let Trial::Cases { fixed, refusals, random } = &result.rule.trial else { return None };
        let of = match (fixed.len() + refusals.calls.len(), random) {
            (0, _) => "random cases".to_owned(),
            (all, None) => plural(all, "boundary case"),
            (all, Some(_)) => format!("{} and random ones", plural(all, "boundary case")),
        };
        let partitions: Vec<String> = finding.partitions.iter().map(|one| self.values(one)).collect();
        let few = few(&partitions, MOST_OTHERS);
        Some(format!("{} failed, of {of}: {few}", partitions.len()))
    }

    /// The rules that were not judged, by verdict and reason, with how many they are of each verdict.
    fn unjudged(&self) -> Vec<(&'static str, usize, Vec<Reason<'a>>)> {
        let verdicts = [Verdict::Inconclusive, Verdict::NotApplicable, Verdict::NotRun];
        let of = verdicts.map(|verdict| {
            let mut reasons: Vec<Reason<'a>> = Vec::new();
            for result in self.report.results.rules.iter().filter(|result| result.verdict == verdict) {
                let reason = self.shown(result.reason.as_deref().unwrap_or("no reason is known"));
                match reasons.iter_mut().find(|(known, _)| *known == reason) {
                    Some((_, rules)) => rules.push(&result.rule.id),
                    None => reasons.push((reason, vec![&result.rule.id])),
                }
            }
            reasons.sort_by_key(|(_, rules)| Reverse(rules.len()));
            (verdict.as_str(), reasons.iter().map(|(_, rules)| rules.len()).sum(), reasons)
        });
        of.into_iter().filter(|(_, rules, _)| *rules > 0).collect()
    }

    fn observations(&self) -> usize {
        self.report.results.rules.iter().map(|result| result.observations.len()).sum()
    }

    /// The rules that are violated at must, and those that are at should alone.
    fn violated(&self) -> (BTreeSet<&'a str>, BTreeSet<&'a str>) {
        let (mut must, mut should) = (BTreeSet::new(), BTreeSet::new());
        for (result, finding) in self.report.results.open_findings() {
            let rules = if finding.violation.level == Level::Must { &mut must } else { &mut should };
            rules.insert(result.rule.id.as_str());
        }
        should.retain(|rule| !must.contains(rule));
        (must, should)
    }

    /// What waivers cover.
    fn waived(&self) -> impl Iterator<Item = String> {
        let covering = self.report.results.waivers.iter().filter(|one| one.state == WaiverState::Covers);
        covering.map(|outcome| {
            let waiver = &outcome.waiver;
            let more = [waiver.owner.as_deref(), waiver.link.as_deref()].into_iter().flatten();
            let more: String = more.map(|more| format!(", {more}")).collect();
            self.shown(format!("{} ({}): {}{more}", waiver.rule, waiver.class, waiver.reason))
        })
    }

    /// The rules that took most requests.
    fn slowest(&self) -> Option<String> {
        let mut rules: Vec<_> = self.report.results.rules.iter().filter(|one| one.requests > 0).collect();
        rules.sort_by_key(|result| Reverse(result.requests));
        let slowest = rules.iter().take(SLOWEST);
        let slowest = slowest.map(|result| format!("{} ({})", result.rule.id, result.requests));
        (!rules.is_empty()).then(|| slowest.collect::<Vec<_>>().join(", "))
    }

    /// The options that name the target of a rule.
    fn options(&self, result: &RuleResult) -> String {
        let target = self.report.target;
        match target.endpoints.get(&result.rule.service) {
            // Which account it was is not in the report.
            Some(_) if target.kind == "aws" => {
                format!(" --target aws --account-id ACCOUNT --region {}", target.region)
            }
            Some(url) => format!(" --endpoint-url {}", self.shown(url)),
            None => String::new(),
        }
    }
}

/// What the survey found of a service.
fn found(survey: &Survey) -> String {
    let answers = match (survey.missing.len(), survey.silent.len()) {
        (0, 0) => "answers every operation".to_owned(),
        (0, silent) => format!("gives no answer to {}", plural(silent, "operation")),
        (missing, 0) => format!("does not implement {}", plural(missing, "operation")),
        (missing, silent) => {
            format!("does not implement {}, gives no answer to {silent}", plural(missing, "operation"))
        }
    };
    let regions = match survey.separate_regions {
        Some(true) => "; keeps regions apart",
        Some(false) => "; does not keep regions apart",
        None => "",
    };
    let preexisting = match survey.preexisting {
        0 => String::new(),
        preexisting => format!("; {preexisting} there before the run, left alone"),
    };
    answers + regions + &preexisting
}

/// Rules by operation, without it.
fn by_operation<'a>(must: &BTreeSet<&'a str>, should: &BTreeSet<&'a str>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut operations: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for id in must.iter().chain(should) {
        let (operation, rest) = split_id(id);
        operations.entry(operation).or_default().push(rest);
    }
    operations
}

/// The first few of many, and how many more there are.
fn few(all: &[impl AsRef<str>], most: usize) -> String {
    let first: Vec<&str> = all.iter().take(most).map(AsRef::as_ref).collect();
    let more = if all.len() > most { format!(" and {} more", all.len() - most) } else { String::new() };
    first.join(", ") + &more
}
