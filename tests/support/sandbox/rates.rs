//! Throttling: a bucket of tokens an operation.

use std::collections::HashMap;
use std::time::Instant;

#[derive(Default)]
pub(super) struct Rates(HashMap<String, (f64, Instant)>);

impl Rates {
    /// Whether a request to an operation is within so many a second; it counts then.
    pub(super) fn take(&mut self, operation: &str, rate: f64) -> bool {
        let now = Instant::now();
        let (tokens, since) = self.0.entry(operation.to_owned()).or_insert((rate, now));
        *tokens = (*tokens + now.duration_since(*since).as_secs_f64() * rate).min(rate);
        *since = now;
        let is_there = *tokens >= 1.0;
        if is_there {
            *tokens -= 1.0;
        }
        is_there
    }
}
