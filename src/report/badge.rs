//! A badge: what shields.io reads from an endpoint.

use super::summary::{Report, percent};
use serde_json::{Value, json};

/// The least coverage with which a badge is green.
const COVERED: f64 = 0.9;
/// The divergence from which on a badge is red.
const DIVERGENT: f64 = 0.1;

/// The badge: the two figures, and a colour for them.
pub fn badge(report: &Report<'_>) -> Value {
    let summary = &report.summary;
    let (divergence, coverage) = (summary.divergence, summary.coverage);
    let color = match () {
        () if coverage == 0.0 => "lightgrey",
        () if divergence >= DIVERGENT => "red",
        () if divergence > 0.0 => "orange",
        () if coverage < COVERED => "yellow",
        () => "brightgreen",
    };
    let message = format!("{} % divergence, {} % coverage", percent(divergence), percent(coverage));
    json!({ "schemaVersion": 1, "label": "AWS conformance", "message": message, "color": color })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{conforming, hostile, report, results, target};

    #[test]
    fn the_colour_says_what_the_figures_say() {
        let target = target();
        let badge = |results| badge(&report(&target, &results));
        assert_eq!(badge(conforming())["color"], "brightgreen");
        assert_eq!(badge(conforming())["message"], "0 % divergence, 100 % coverage");
        assert_eq!(badge(hostile())["color"], "red");
        assert_eq!(badge(results(Vec::new()))["color"], "lightgrey");
    }
}
