//! How the report for a terminal looks.

use crate::exchange::untrusted::{bounded, escape};
use crate::report::summary::Report;
use anstyle::{AnsiColor, Style};

pub(super) const STRONG: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const WARN: Style = AnsiColor::Yellow.on_default();

/// The most characters of one text.
const LINE: usize = 300;
/// The most bytes of one word of what was answered.
const WORD: usize = 80;
/// The most causes, or reasons, that are shown in full.
pub(super) const MOST: usize = 20;

/// A text that an endpoint may have written, on one line.
pub(super) fn shown(report: &Report<'_>, text: &str) -> String {
    report.target.redaction.shown_within(text, LINE)
}

/// The same with long words, such as ARNs of two kilobytes, cut short: what stands behind them matters more.
pub(super) fn shown_values(report: &Report<'_>, text: &str) -> String {
    let clean = report.target.redaction.clean(text);
    let words: Vec<_> = clean.split(' ').map(|word| bounded(word, WORD)).collect();
    escape(&words.join(" "), LINE)
}

/// The first few of many, and how many more there are.
pub(super) fn few(all: &[&str], most: usize) -> String {
    let first = all[..all.len().min(most)].join(", ");
    if all.len() > most { format!("{first} and {} more", all.len() - most) } else { first }
}
