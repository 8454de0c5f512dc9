//! The verdicts, counted by operation.

use super::summary::Report;
use crate::judge::finding::Verdict;

/// The verdicts in the order of their columns.
const COLUMNS: [Verdict; 7] = [
    Verdict::Conforms,
    Verdict::Violates,
    Verdict::Waived,
    Verdict::Inconclusive,
    Verdict::NotApplicable,
    Verdict::NotRun,
    Verdict::Observed,
];

/// The counts of the rules that share the first two parts of their id.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) rules: usize,
    pub(super) counts: Vec<(Verdict, usize)>,
}

/// A row for each operation, with the columns that say something: those with a count, and the two that
/// everybody looks for.
pub(super) fn operations(report: &Report<'_>) -> (Vec<Verdict>, Vec<Row>) {
    let says = |(at, verdict): (usize, Verdict)| {
        let counts = at < 2 || report.results.rules.iter().any(|result| result.verdict == verdict);
        counts.then_some(verdict)
    };
    let columns: Vec<Verdict> = COLUMNS.into_iter().enumerate().filter_map(says).collect();
    let rows = report.by_operation().into_iter().map(|(name, results)| {
        let count = |verdict| results.iter().filter(|result| result.verdict == verdict).count();
        let counts = columns.iter().map(|verdict| (*verdict, count(*verdict)));
        Row { name, rules: results.len(), counts: counts.collect() }
    });
    let rows = rows.collect();
    (columns, rows)
}
