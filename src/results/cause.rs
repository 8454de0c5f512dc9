//! Findings grouped by cause: one bad error shape is one cause, not ninety failures.

use super::model::{Results, RuleResult};
use crate::judge::finding::{Class, Finding, Verdict, occurrences};
use crate::rules::expectation::Level;
use crate::rules::{Rule, id_scope};
use crate::service::is_documented;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Findings that have one cause.
pub struct Cause<'a> {
    /// The strictest level among them.
    pub level: Level,
    /// What they have in common.
    pub headline: String,
    /// The findings, the strictest first.
    pub findings: Vec<(&'a RuleResult, &'a Finding)>,
}

/// The causes of a run's findings that no waiver covers: the gravest first, then the most frequent.
pub fn causes(results: &Results) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause<'_>> = Vec::new();
    let (lenient, messages) = (Lenient::of(results), Messages::of(results));
    for (result, finding) in results.open_findings() {
        let headline = headline(result, finding, &lenient, &messages);
        match causes.iter_mut().find(|cause| cause.headline == headline) {
            Some(cause) => {
                cause.level = cause.level.max(finding.violation.level);
                cause.findings.push((result, finding));
            }
            None => {
                causes.push(Cause {
                    level: finding.violation.level,
                    headline,
                    findings: vec![(result, finding)],
                });
            }
        }
    }
    for cause in &mut causes {
        // A rule of which most cases went wrong is about what is broken. One that varies something else
        // has a few such cases among others.
        cause.findings.sort_by_key(|(result, finding)| {
            let part = finding.partitions.len() as u64 * 1_000 / result.cases.max(1);
            (Reverse(finding.violation.level), Reverse(part))
        });
    }
    causes.sort_by_key(|cause| (Reverse(cause.level), subject(cause), Reverse(cause.findings.len())));
    causes
}

/// What a cause is about, in the order in which causes are best read: habits of every answer, which hide
/// what they answer; single calls; and what comes of several, which may follow from the others.
fn subject(cause: &Cause<'_>) -> u8 {
    let Some((result, finding)) = cause.findings.first() else { return 1 };
    match (&finding.violation.class, id_scope(&result.rule.id, 2).rsplit('.').next()) {
        (Class::Monitor(_), _) => 0,
        (_, Some("lifecycle" | "concurrency")) => 2,
        _ => 1,
    }
}

/// What makes two findings the same cause.
fn headline(result: &RuleResult, finding: &Finding, lenient: &Lenient, messages: &Messages) -> String {
    let rule = result.rule;
    let class = &finding.violation.class;
    let unknown_code = matches!(class, Class::Code(code) if !is_documented(rule.service, code));
    if unknown_code || rule.id.ends_with(".monitor.error-known") {
        return format!("codes that no document names, {}", rule.service);
    }
    // A server error now and then is another cause than one that always comes.
    let often = if finding.reproduced.is_intermittent() { ", intermittent" } else { "" };
    // The message behind the code differs from case to case.
    let (answer, _) = parts(finding);
    match class {
        Class::Monitor(class) if class.starts_with("status-2") => {
            format!("errors with a status that is no error's, {}", rule.service)
        }
        // A monitor is about one habit, whatever the operation.
        Class::Monitor(_) => rule.id.clone(),
        Class::ServerError => format!("{class}, {answer}{}{often}", messages.behind(result, finding)),
        Class::Refused(_) | Class::Code(_) | Class::Status(_) => format!("{class}, {answer}{often}"),
        Class::Accepted => {
            // What is accepted wrongly has to do with what was sent: the member that the rule is about,
            // unless nothing at all is refused.
            let widest = [1, 2, 3]
                .into_iter()
                .map(|parts| id_scope(&rule.id, parts))
                .find(|scope| lenient.0.contains(scope));
            format!("{class}, {}", widest.unwrap_or(&rule.id))
        }
        _ => format!("{class}, {}", rule.service),
    }
}

/// What was answered, without its message, and the message.
fn parts(finding: &Finding) -> (&str, &str) {
    let (observed, _) = occurrences(&finding.violation.observed);
    observed.split_once(": ").unwrap_or((observed, ""))
}

/// The messages of server errors, by what was answered: another message is another defect.
struct Messages(BTreeMap<String, BTreeSet<String>>);

impl Messages {
    /// With more than so many, they differ from case to case, and the operation tells defects apart.
    const SEVERAL: usize = 6;

    fn of(results: &Results) -> Self {
        let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let failed = results.open_findings().filter(|(_, one)| one.violation.class == Class::ServerError);
        for (answer, message) in failed.map(|(_, finding)| parts(finding)) {
            messages.entry(answer.to_owned()).or_default().insert(gist(message));
        }
        Self(messages)
    }

    /// What tells a server error from others that were answered alike.
    fn behind(&self, result: &RuleResult, finding: &Finding) -> String {
        let (answer, message) = parts(finding);
        match self.0.get(answer).map_or(0, BTreeSet::len) {
            0 | 1 => String::new(),
            2..=Self::SEVERAL => format!(": {}", gist(message)),
            _ => format!(", {}", id_scope(&result.rule.id, 2)),
        }
    }
}

/// A message without what differs from case to case: what is quoted, and words with digits.
fn gist(message: &str) -> String {
    let unquoted: Vec<&str> = message.split(['\'', '"', '`']).step_by(2).collect();
    let has_digit = |word: &str| word.contains(|one: char| one.is_ascii_digit());
    let unquoted = unquoted.join("…");
    let words = unquoted.split_whitespace().map(|word| if has_digit(word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ").chars().take(120).collect()
}

/// Whether some of a rule's calls have to be refused.
fn refuses(rule: &Rule) -> bool {
    rule.expectations.iter().any(|(_, expectation)| expectation.is_refusal())
}

/// The services and operations of which nothing was refused that several rules say is, and the members of
/// which most was not.
struct Lenient(BTreeSet<&'static str>);

impl Lenient {
    /// So many rules show that it is a habit of a service or an operation.
    const SEVERAL: usize = 4;

    fn of(results: &Results) -> Self {
        let mut found: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
        let is_judged = |result: &&RuleResult| {
            matches!(result.verdict, Verdict::Conforms | Verdict::Violates | Verdict::Waived)
        };
        for result in results.rules.iter().filter(|result| refuses(result.rule)).filter(is_judged) {
            let accepts = result.findings.iter().any(|one| one.violation.class == Class::Accepted);
            for parts in [1, 2, 3] {
                let (rules, accepting) = found.entry(id_scope(&result.rule.id, parts)).or_default();
                *rules += 1;
                *accepting += usize::from(accepts);
            }
        }
        let is_lenient = |(scope, (rules, accepting)): (&'static str, (usize, usize))| {
            let is_member = scope.matches('.').count() == 2;
            let is_habit = match is_member {
                true => accepting * 2 >= rules,
                false => accepting == rules && rules >= Self::SEVERAL,
            };
            is_habit.then_some(scope)
        };
        Self(found.into_iter().filter_map(is_lenient).collect())
    }
}
