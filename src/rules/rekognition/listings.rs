//! What the checks of both listings share, of policies and of projects.

use crate::rules::expectation::Check;
use crate::rules::policy_checks::items;
use serde_json::Value;

/// Whether a time is one of milliseconds, by a moment in seconds: times of the run are no further than a
/// year away.
pub(super) fn is_in_milliseconds(time: f64, now: f64) -> bool {
    const YEAR: f64 = 366.0 * 86_400.0;
    (time / 1000.0 - now).abs() < YEAR
}

/// Whether a time is five minutes off a moment, or more; both in seconds.
pub(super) fn is_off(time: f64, now: f64) -> bool {
    (time - now).abs() >= 300.0
}

pub(super) const AT_MOST: Check = Check::must("page-size", "no more items than MaxResults", |context| {
    match context.input.get("MaxResults").and_then(Value::as_u64) {
        Some(most) if items(context).len() as u64 > most => {
            Err(format!("{} items for MaxResults {most}", items(context).len()))
        }
        _ => Ok(()),
    }
});
