//! Waivers in a configuration file, which keeps its comments and its form.

use super::exit::Failure;
use crate::results::{Results, Waiver, WaiverState};
use std::collections::BTreeSet;
use std::path::Path;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

/// The key of waivers in a configuration.
pub(super) const KEY: &str = "waiver";

/// A configuration's text with a waiver more for each violation that none covers, and without those that
/// cover nothing any more; the waivers of the results are the text's own, in its order.
///
/// # Errors
/// When the text has no tables of waivers but another form of them.
pub(super) fn updated(path: &Path, text: &str, results: &Results, today: &str) -> Result<String, Failure> {
    let unusable = |why: &str| Failure::usage(format!("{} cannot be updated: {why}", path.display()));
    let mut document: DocumentMut = text.parse().map_err(|error| unusable(&format!("{error}")))?;
    let waivers = document.entry(KEY).or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let waivers =
        waivers.as_array_of_tables_mut().ok_or_else(|| unusable("its waivers are no [[waiver]] tables"))?;
    for (at, outcome) in results.waivers.iter().enumerate().rev() {
        if matches!(outcome.state, WaiverState::UnexpectedPass | WaiverState::MatchesNothing) {
            waivers.remove(at);
        }
    }
    for waiver in missing(results, today) {
        waivers.push(table(&waiver));
    }
    Ok(document.to_string())
}

/// A waiver for each violation that none covers, and none has covered until it expired.
pub(super) fn missing(results: &Results, today: &str) -> Vec<Waiver> {
    let mut seen = BTreeSet::new();
    let mut missing = Vec::new();
    for (result, finding) in results.open_findings() {
        let (rule, class) = (result.rule.id.clone(), finding.violation.class.to_string());
        let is_expired = results.waivers.iter().any(|outcome| {
            outcome.state == WaiverState::Expired
                && outcome.waiver.class == class
                && outcome.waiver.matcher().is_some_and(|matcher| matcher.is_match(&rule))
        });
        if !is_expired && seen.insert((rule.clone(), class.clone())) {
            let reason = format!("seen on {today}, to be explained");
            missing.push(Waiver { rule, class, reason, owner: None, link: None, expires: None });
        }
    }
    missing
}

/// A waiver as a table.
pub(super) fn table(waiver: &Waiver) -> Table {
    let mut table = Table::new();
    table.insert("rule", value(&waiver.rule));
    table.insert("class", value(&waiver.class));
    table.insert("reason", value(&waiver.reason));
    table.decor_mut().set_prefix("\n");
    table
}
