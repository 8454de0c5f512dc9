//! What was sent and what came back, as a page shows it.

use crate::exchange::untrusted::{bounded, escape_lines, visible_json};
use crate::exchange::{Exchange, Response, Trace};
use crate::judge::finding::Finding;
use crate::report::summary::Report;
use std::borrow::Cow;

/// The most exchanges that are shown of a finding: waiting may take many.
const MOST: usize = 16;
/// The most bytes of a body.
const BODY: usize = 4_000;
/// The most characters of a header.
const HEADER: usize = 300;

/// The exchanges of a finding's evidence that are shown, how many more there were, and when the first was sent.
pub(super) fn exchanges(finding: &Finding) -> (Vec<&Exchange>, usize, f64) {
    let all: Vec<&Exchange> = finding.evidence.iter().flat_map(Trace::exchanges).collect();
    let start = all.first().map_or(0.0, |exchange| exchange.sent_at);
    // The judged request is shown wherever it stands.
    let judged = all.iter().position(|exchange| exchange.label == finding.violation.label).unwrap_or(0);
    let last = (judged + MOST / 2).max(MOST).min(all.len());
    let shown = &all[last.saturating_sub(MOST)..last];
    (shown.to_vec(), all.len() - shown.len(), start)
}

/// Seconds since the first request of the case.
pub(super) fn since(start: &f64, exchange: &Exchange) -> String {
    format!("{:.3}", (exchange.sent_at - start).max(0.0))
}

/// Method, path and region.
pub(super) fn line(report: &Report<'_>, exchange: &Exchange) -> String {
    let request = &exchange.request;
    report.shown(&format!("{} {} in {}", request.method, request.path, request.region))
}

/// The status, or what happened instead, and whether it is that of a success.
pub(super) fn status(report: &Report<'_>, exchange: &Exchange) -> (String, bool) {
    match &exchange.reply {
        Err(error) => (format!("no response: {}", report.shown(&error.detail)), false),
        Ok(Response { status, .. }) => (format!("HTTP {status}"), (200..300).contains(status)),
    }
}

/// A name or value of a header.
pub(super) fn header(report: &Report<'_>, text: &str) -> String {
    report.target.redaction.shown_within(text, HEADER)
}

pub(super) fn answer(report: &Report<'_>, response: &Response) -> String {
    body(report, &response.body, response.cut.as_ref().map_or(0, |cut| cut.bytes))
}

pub(super) fn request(report: &Report<'_>, exchange: &Exchange) -> String {
    body(report, &exchange.request.body, exchange.request.cut)
}

/// A body as text, JSON indented.
fn body(report: &Report<'_>, bytes: &[u8], cut: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    let json: Option<serde_json::Value> = serde_json::from_str(&text).ok();
    let text: Cow<'_, str> = match json.filter(|_| bytes.len() <= BODY) {
        Some(json) => format!("{json:#}").lines().map(visible_json).collect::<Vec<_>>().join("\n").into(),
        None => text,
    };
    let clean = report.target.redaction.clean(&text);
    let mut text = escape_lines(&bounded(&clean, BODY), 2 * BODY);
    if cut > 0 {
        text.push_str(&format!("… ({cut} bytes more, which were not kept)"));
    }
    text
}
