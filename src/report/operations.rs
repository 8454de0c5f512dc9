//! The verdicts, counted by operation.

use super::summary::Report;
use crate::judge::finding::Verdict;

/// The verdicts in the order of their columns.
pub(super) const COLUMNS: [Verdict; 7] = [
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
    pub(super) by_verdict: [usize; COLUMNS.len()],
}

/// A row for each operation, and the columns that say something: those with a count, and the two that
/// everybody looks for.
pub(super) fn operations(report: &Report<'_>) -> (Vec<Row>, Vec<usize>) {
    let rows = report.by_operation().into_iter().map(|(name, results)| {
        let count = |verdict| results.iter().filter(|result| result.verdict == verdict).count();
        Row { name, rules: results.len(), by_verdict: COLUMNS.map(count) }
    });
    let rows: Vec<Row> = rows.collect();
    let says = |column: &usize| *column < 2 || rows.iter().any(|row| row.by_verdict[*column] > 0);
    let used = (0..COLUMNS.len()).filter(says).collect();
    (rows, used)
}
