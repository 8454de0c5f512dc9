//! Times in responses.

use std::time::SystemTime;

use serde_json::{Value, json};

use crate::state::{Call, milliseconds};
use crate::variants::Reading;

/// A time as the answers carry it: seconds since the epoch.
pub(super) fn timestamp(call: &Call<'_>, time: SystemTime) -> Value {
    let milliseconds = milliseconds(time);
    if call.switches.reads(Reading::IntegerTimes) {
        json!(milliseconds / 1000)
    } else {
        json!(milliseconds as f64 / 1000.0)
    }
}
