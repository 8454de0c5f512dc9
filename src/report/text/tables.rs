//! The tables: a line an operation, of verdicts and of what is documented.

use super::style::{BAD, FAINT, GOOD, WARN};
use crate::judge::finding::Verdict;
use crate::report::operations::COLUMNS;
use crate::report::summary::Report;
use crate::report::{coverage, operations};
use anstyle::Style;
use std::io::{self, Write};

pub(super) fn operations(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (rows, used) = operations::operations(report);
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
pub(super) fn documented(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
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
