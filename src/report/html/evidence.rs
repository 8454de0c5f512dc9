//! What was sent and what came back, as a page shows it.

use crate::exchange::untrusted::{bounded, escape_lines, visible_json};
use crate::exchange::{Exchange, Reply, Trace};
use crate::judge::finding::Finding;
use crate::report::summary::Report;
use std::borrow::Cow;

/// The most exchanges that are shown of a finding: waiting may take many.
const MOST: usize = 16;
/// The most bytes of a body.
const BODY: usize = 4_000;
/// The most characters of a header.
const HEADER: usize = 300;

/// One request with what came back.
pub(super) struct Sent {
    pub(super) operation: String,
    /// Whether it is the request that is judged.
    pub(super) is_judged: bool,
    /// Seconds since the first request of the case.
    pub(super) at: String,
    /// Method, path and region.
    pub(super) line: String,
    pub(super) body: String,
    /// The status, or what happened instead.
    pub(super) status: String,
    pub(super) is_success: bool,
    pub(super) headers: Vec<(String, String)>,
    pub(super) answer: String,
}

/// The exchanges of a finding's evidence, and how many more there were.
pub(super) fn exchanges(report: &Report<'_>, finding: &Finding) -> (Vec<Sent>, usize) {
    let all: Vec<&Exchange> = finding.evidence.iter().flat_map(Trace::exchanges).collect();
    let start = all.first().map_or(0.0, |exchange| exchange.sent_at);
    let label = &finding.violation.label;
    // The judged request is shown wherever it stands.
    let judged = all.iter().position(|exchange| exchange.label == *label).unwrap_or(0);
    let last = (judged + MOST / 2).max(MOST).min(all.len());
    let shown = &all[last.saturating_sub(MOST)..last];
    let sent = shown.iter().map(|exchange| sent(report, exchange, start, exchange.label == *label));
    (sent.collect(), all.len() - shown.len())
}

fn sent(report: &Report<'_>, exchange: &Exchange, start: f64, is_judged: bool) -> Sent {
    let request = &exchange.request;
    let line = format!("{} {} in {}", request.method, request.path, request.region);
    let (status, is_success, headers, answer) = reply(report, &exchange.reply);
    Sent {
        operation: report.shown(&request.operation),
        is_judged,
        at: format!("{:.3}", (exchange.sent_at - start).max(0.0)),
        line: report.shown(&line),
        body: body(report, &request.body, request.cut),
        status,
        is_success,
        headers,
        answer,
    }
}

fn reply(report: &Report<'_>, reply: &Reply) -> (String, bool, Vec<(String, String)>, String) {
    match reply {
        Err(error) => {
            (format!("no response: {}", report.shown(&error.detail)), false, Vec::new(), String::new())
        }
        Ok(response) => {
            let line = |text: &str| report.target.redaction.shown_within(text, HEADER);
            let headers = response.headers.iter().map(|(name, value)| (line(name), line(value)));
            let cut = response.cut.as_ref().map_or(0, |cut| cut.bytes);
            let is_success = (200..300).contains(&response.status);
            let body = body(report, &response.body, cut);
            (format!("HTTP {}", response.status), is_success, headers.collect(), body)
        }
    }
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
