//! A rule and its findings, as a page shows them.

use crate::exchange::untrusted::visible_json;
use crate::report::detail::Detail;
use crate::report::summary::Report;
use crate::results::{RuleResult, Waiver};

/// The most bytes of a line or script; longer ones stand in the JSON report.
const SNIPPET: usize = 20_000;

/// What a search looks through, beside what a line shows.
pub(super) fn words(report: &Report<'_>, result: &RuleResult) -> String {
    let details = result.binding().map(|finding| Detail::of(report, result, finding));
    let said = details.map(|detail| format!("{} {}", detail.class, detail.observed));
    let rule = [result.rule.varies.clone(), result.rule.clause().to_string()];
    let words: Vec<String> = said.chain(rule).collect();
    report.shown(&words.join(" ")).to_lowercase()
}

/// Why a violation is waived, who owns it and until when.
pub(super) fn waived(report: &Report<'_>, waiver: &Waiver) -> String {
    let more = [("owner", &waiver.owner), ("link", &waiver.link), ("until", &waiver.expires)];
    let more = more.iter().filter_map(|(name, text)| Some(format!("; {name} {}", text.as_ref()?)));
    report.shown(&format!("{}{}", waiver.reason, more.collect::<String>()))
}

/// A text to copy.
pub(super) struct Snippet {
    pub(super) name: &'static str,
    /// None: it is too long.
    pub(super) text: Option<String>,
}

impl Snippet {
    pub(super) fn of(name: &'static str, text: &str) -> Self {
        let visible = || text.lines().map(visible_json).collect::<Vec<_>>().join("\n");
        Self { name, text: (text.len() <= SNIPPET).then(visible) }
    }
}
