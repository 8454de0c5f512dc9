//! The tables: a line an operation, of verdicts and of what is documented.

use super::style::{BAD, FAINT, GOOD, WARN};
use crate::judge::finding::Verdict;
use crate::report::summary::Report;
use crate::report::{coverage, operations};
use anstyle::Style;

/// The verdicts on the rules of each operation.
pub(super) fn operations(report: &Report<'_>) -> String {
    let (columns, rows) = operations::operations(report);
    let columns: Vec<&str> = columns.iter().map(|verdict| verdict.as_str()).collect();
    let cell = |(verdict, count): &(Verdict, usize)| {
        let style = match verdict {
            Verdict::Violates => BAD,
            Verdict::Conforms => GOOD,
            Verdict::Observed => Style::new(),
            _ => WARN,
        };
        (*count, style)
    };
    let rows = rows
        .iter()
        .map(|row| (row.name.as_str(), format!("  {:>6}", row.rules), row.counts.iter().map(cell).collect()));
    table(&format!("  {:>6}", "rules"), "operation", &columns, &rows.collect::<Vec<_>>())
}

/// How much of what is documented the selected rules reach.
pub(super) fn documented(report: &Report<'_>) -> String {
    let rows = coverage::summary(report);
    let rows = rows.iter().map(|(name, counts)| {
        (name.as_str(), String::new(), counts.map(|count| (count, Style::new())).to_vec())
    });
    table("", "documented", &coverage::COUNTED, &rows.collect::<Vec<_>>())
}

/// A row: its name, what stands before its counts, and these, each in a style.
type Row<'a> = (&'a str, String, Vec<(usize, Style)>);

/// A table of counts. What is none of something is faint.
fn table(lead: &str, title: &str, columns: &[&str], rows: &[Row<'_>]) -> String {
    let width = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0).max(10);
    let names: String = columns.iter().map(|name| format!("  {name:>8}")).collect();
    let mut table = format!("{FAINT}{title:width$}{lead}{names}{FAINT:#}\n");
    for (name, lead, counts) in rows {
        let cell = |(column, (count, style)): (&&str, &(usize, Style))| {
            let (style, wide) = (if *count == 0 { FAINT } else { *style }, column.len().max(8));
            format!("  {style}{count:>wide$}{style:#}")
        };
        let cells: String = columns.iter().zip(counts).map(cell).collect();
        table += &format!("{name:width$}{lead}{cells}\n");
    }
    table
}
