//! The figures of runs, kept to be compared over time.

use super::answers::Answers;
use super::summary::{Report, Summary, VERSION, plural};
use crate::judge::finding::Verdict;
use crate::rules::expectation::Level;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The form of an entry; another one if it ever changes.
const FORM: &str = "aws-conformance/history/1";

/// The figures of one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    schema: String,
    /// Version of the suite.
    pub version: String,
    /// When the run began, RFC 3339 with milliseconds.
    pub started_at: String,
    /// Counts and the two figures.
    pub summary: Summary,
    /// The verdict on each rule that promises something.
    #[serde(default)]
    verdicts: BTreeMap<String, Verdict>,
    /// Where the random cases started from.
    #[serde(default)]
    seed: u64,
    /// What those that conform were answered.
    #[serde(default)]
    answers: BTreeMap<String, Answers>,
}

impl HistoryEntry {
    /// The entry of a report.
    pub fn of(report: &Report<'_>) -> Self {
        let binding = || report.results.rules.iter().filter(|result| result.rule.level > Level::Observe);
        Self {
            schema: FORM.to_owned(),
            version: VERSION.to_owned(),
            started_at: humantime::format_rfc3339_millis(report.info.started_at).to_string(),
            summary: report.summary.clone(),
            verdicts: binding().map(|result| (result.rule.id.clone(), result.verdict)).collect(),
            seed: report.info.seed,
            answers: binding()
                .filter(|result| result.verdict == Verdict::Conforms && !result.outcomes.is_empty())
                .map(|result| {
                    let answers = Answers { cases: result.cases, outcomes: result.outcomes.clone() };
                    (result.rule.id.clone(), answers)
                })
                .collect(),
        }
    }

    /// The entry that a text holds. None: it is something else.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|entry: &Self| entry.schema == FORM)
    }

    /// The name of its file: the names of later runs come behind it.
    pub fn file_name(&self) -> String {
        format!("{}.json", self.started_at.replace(':', "-"))
    }
}

/// Since when the rules are violated that the newest run violates, which are violated no more, and which that
/// conform are answered otherwise than before. Runs that judged a rule neither way say nothing about it.
///
/// # Errors
/// When it cannot be written.
pub fn changes(runs: &[HistoryEntry], out: &mut dyn Write) -> io::Result<()> {
    let [earlier @ .., newest] = runs else { return Ok(()) };
    if earlier.is_empty() {
        return Ok(());
    }
    let mut lines = Vec::new();
    for (rule, verdict) in &newest.verdicts {
        let before =
            earlier.iter().rev().filter_map(|run| Some((run, is_violated(*run.verdicts.get(rule)?)?)));
        let violated: Vec<&HistoryEntry> =
            before.take_while(|(_, is_violated)| *is_violated).map(|(run, _)| run).collect();
        match (is_violated(*verdict), violated.last()) {
            (Some(true), Some(first)) => {
                let count = plural(violated.len() + 1, "run");
                lines.push(format!("{rule}: violated since {}, in {count}", first.started_at));
            }
            (Some(true), None) => lines.push(format!("{rule}: violated now, and not before")),
            (Some(false), Some(first)) => {
                lines.push(format!("{rule}: violated no more, as it was since {}", first.started_at));
            }
            (Some(false), None) | (None, _) => {}
        }
    }
    for (rule, now) in &newest.answers {
        lines.extend(answered_since(rule, now, newest, earlier));
    }
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "history     {}, the first of them began {}",
        plural(runs.len(), "run"),
        runs[0].started_at
    )?;
    lines.iter().try_for_each(|line| writeln!(out, "            {line}"))
}

/// Since when a rule is answered as it is now, where it was answered otherwise before.
fn answered_since(
    rule: &str,
    now: &Answers,
    newest: &HistoryEntry,
    earlier: &[HistoryEntry],
) -> Option<String> {
    let mut first = newest;
    for run in earlier.iter().rev() {
        let Some(before) = run.answers.get(rule) else { continue };
        let same_cases = (run.seed, &run.version) == (newest.seed, &newest.version);
        let Some(expectation) = before.differences(now, same_cases).next() else {
            first = run;
            continue;
        };
        let shown = |answers: &Answers| {
            answers.outcomes[expectation].iter().map(String::as_str).collect::<Vec<_>>().join(", ")
        };
        let since = &first.started_at;
        return Some(format!("{rule}: answered {} since {since}, and {} before", shown(now), shown(before)));
    }
    None
}

/// Whether a rule is violated; none where that is not known.
fn is_violated(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::Violates | Verdict::Waived => Some(true),
        Verdict::Conforms => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::collections::BTreeSet;

    fn entry(night: usize, verdict: Option<Verdict>) -> HistoryEntry {
        HistoryEntry {
            started_at: format!("2026-11-0{night}"),
            verdicts: verdict.map(|verdict| ("r".to_owned(), verdict)).into_iter().collect(),
            ..HistoryEntry::default()
        }
    }

    /// Checks what is said first of these runs.
    #[track_caller]
    fn check_says(runs: &[HistoryEntry], says: Option<&str>) {
        let mut text = Vec::new();
        changes(runs, &mut text).expect("a Vec takes all");
        let text = String::from_utf8(text).expect("it is text");
        assert_eq!(text.lines().nth(1).map(str::trim), says, "{text}");
    }

    #[rstest]
    #[case::the_same(&["400 A", "400 A"], None)]
    #[case::new(&["400 A", "400 A", "400 B"], Some("r: answered 400 B since 2026-11-02, and 400 A before"))]
    #[case::old(&["400 A", "400 B", "400 B"], Some("r: answered 400 B since 2026-11-01, and 400 A before"))]
    #[case::not_judged_meanwhile(&["400 A", "", "400 B"], Some("r: answered 400 B since 2026-11-02, and 400 A before"))]
    #[case::not_judged_now(&["400 A", ""], None)]
    fn since_when_a_rule_is_answered_otherwise(#[case] runs: &[&str], #[case] says: Option<&str>) {
        let answered = |(night, outcome): (usize, &&str)| {
            let outcomes = BTreeMap::from([("refused".to_owned(), BTreeSet::from([(*outcome).to_owned()]))]);
            let answers = (!outcome.is_empty()).then(|| ("r".to_owned(), Answers { cases: 1, outcomes }));
            HistoryEntry { answers: answers.into_iter().collect(), ..entry(night, GOOD) }
        };
        check_says(&runs.iter().enumerate().map(answered).collect::<Vec<_>>(), says);
    }

    const BAD: Option<Verdict> = Some(Verdict::Violates);
    const GOOD: Option<Verdict> = Some(Verdict::Conforms);

    #[rstest]
    #[case::one_run(&[BAD], None)]
    #[case::good(&[GOOD, GOOD], None)]
    #[case::new(&[GOOD, BAD], Some("r: violated now, and not before"))]
    #[case::old(&[GOOD, BAD, BAD, BAD], Some("r: violated since 2026-11-02, in 3 runs"))]
    #[case::waived(&[GOOD, BAD, Some(Verdict::Waived)], Some("r: violated since 2026-11-02, in 2 runs"))]
    #[case::mended(&[BAD, BAD, GOOD], Some("r: violated no more, as it was since 2026-11-01"))]
    #[case::mended_before(&[BAD, GOOD, GOOD], None)]
    #[case::again(&[BAD, GOOD, BAD], Some("r: violated now, and not before"))]
    #[case::not_judged_meanwhile(
        &[GOOD, BAD, Some(Verdict::NotRun), None, BAD],
        Some("r: violated since 2026-11-02, in 2 runs")
    )]
    #[case::not_judged_now(&[BAD, Some(Verdict::Inconclusive)], None)]
    fn the_history_tells_since_when(#[case] nights: &[Option<Verdict>], #[case] says: Option<&str>) {
        let runs = nights.iter().enumerate().map(|(night, verdict)| entry(night + 1, *verdict));
        check_says(&runs.collect::<Vec<_>>(), says);
    }
}
