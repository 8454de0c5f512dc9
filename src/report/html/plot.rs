//! The figures over time, as the points of a plot.

use crate::report::history::HistoryEntry;
use crate::report::summary::percent;

/// The most runs that are plotted.
const MOST: usize = 100;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 468.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 148.0;

/// A plot of the two figures.
pub(super) struct Plot {
    pub(super) divergence: Curve,
    pub(super) coverage: Curve,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) runs: usize,
}

/// One figure in every run.
pub(super) struct Curve {
    /// `x,y` pairs, as SVG wants them.
    pub(super) line: String,
    pub(super) points: Vec<Point>,
}

/// One figure in one run.
pub(super) struct Point {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) title: String,
}

impl Plot {
    /// The plot of these runs, the oldest first. None: there is none to compare with.
    pub(super) fn of(entries: &[HistoryEntry]) -> Option<Self> {
        let entries = &entries[entries.len().saturating_sub(MOST)..];
        let (first, last) = (entries.first()?, entries.last()?);
        if entries.len() < 2 {
            return None;
        }
        let day = |entry: &HistoryEntry| entry.started_at.chars().take(10).collect();
        Some(Self {
            divergence: Curve::of(entries, "divergence", |entry| entry.summary.divergence),
            coverage: Curve::of(entries, "coverage", |entry| entry.summary.coverage),
            first: day(first),
            last: day(last),
            runs: entries.len(),
        })
    }
}

impl Curve {
    fn of(entries: &[HistoryEntry], name: &str, figure: impl Fn(&HistoryEntry) -> f64) -> Self {
        let step = (RIGHT - LEFT) / (entries.len() - 1) as f64;
        let point = |(at, entry): (usize, &HistoryEntry)| Point {
            x: format!("{:.1}", LEFT + step * at as f64),
            y: format!("{:.1}", BOTTOM - figure(entry).clamp(0.0, 1.0) * (BOTTOM - TOP)),
            title: format!("{}: {name} {} %", entry.started_at, percent(figure(entry))),
        };
        let points: Vec<Point> = entries.iter().enumerate().map(point).collect();
        let line: Vec<String> = points.iter().map(|point| format!("{},{}", point.x, point.y)).collect();
        Self { line: line.join(" "), points }
    }
}
