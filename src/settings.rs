//! Every number that can decide a verdict, in one place, with its unit and what it decides.

use std::time::Duration;

/// The settings of a run.
#[derive(Clone, Debug)]
pub struct RunSettings {
    /// How requests are sent again, and when a target counts as gone.
    pub transport: TransportSettings,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self { transport: TransportSettings::default() }
    }
}

/// How requests are sent again, and when a target counts as gone.
#[derive(Clone, Debug)]
pub struct TransportSettings {
    /// How often a throttled request is sent again before its throttling is its outcome.
    pub throttle_retries: u32,
    /// The pause before the first retry; twice as long before each one after it.
    pub throttle_pause: Duration,
}

impl Default for TransportSettings {
    fn default() -> Self {
        Self { throttle_retries: 3, throttle_pause: Duration::from_millis(50) }
    }
}
