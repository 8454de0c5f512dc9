//! Every number that can decide a verdict, in one place, with its unit and what it decides.

use std::time::Duration;

/// The settings of a run.
#[derive(Clone, Debug)]
pub struct RunSettings {
    /// How requests are sent again, how long a response is waited for, and when a target counts as gone.
    pub transport: TransportSettings,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self { transport: TransportSettings::default() }
    }
}

/// How requests are sent again, how long a response is waited for, and when a target counts as gone.
///
/// None of these makes a response right or wrong: what is given up for them is inconclusive.
#[derive(Clone, Debug)]
pub struct TransportSettings {
    /// How often a request is sent again that was throttled, or whose connection was refused: it was
    /// not carried out. A read, a removal or the creation of a fixture is sent again as often where the
    /// connection broke or the target failed, since carrying it out twice does no harm.
    pub retries: u32,
    /// How often such a read, removal or creation is sent again that got no response in time.
    pub timeout_retries: u32,
    /// The pause before the first retry; twice as long before each one after it. Where nothing leaves
    /// the process there is none.
    pub pause: Duration,
    /// After so many transport errors in a row the circuit breaker opens: nothing but probes is sent.
    /// A target that has never responded is gone then.
    pub open_after: u32,
    /// How long an open breaker probes, with back-off, before the target is gone.
    pub probe_for: Duration,
    /// The longest pause between two probes.
    pub probe_pause: Duration,
    /// After so many server errors in a row the target is gone.
    pub server_errors: u32,
    /// The time for a response halves with each one that did not come in time, yet stays this long,
    pub shortest_wait: Duration,
    /// and so many times the slowest response so far, so that a target that is slow is waited for.
    pub slower: u32,
    /// The most time that may be lost on responses that never come, beyond the time that the others
    /// took: then the target is gone.
    pub most_lost: Duration,
    /// One in so many of the well-formed calls whose body is a JSON object is signed and sent by the
    /// SDK's own client.
    pub sdk_share: u64,
    /// The most resources that may be left behind in a service: on a target that does not remove what
    /// it is asked to, no more is created then.
    pub most_left_behind: usize,
    /// How many projects may wait at once to be removed, before the creation of others waits for them.
    pub postponed_removals: usize,
    /// How many leases may fail in a row before no more are asked for.
    pub failed_leases: u32,
}

impl Default for TransportSettings {
    fn default() -> Self {
        Self {
            retries: 3,
            timeout_retries: 1,
            pause: Duration::from_millis(50),
            open_after: 6,
            probe_for: Duration::from_secs(10),
            probe_pause: Duration::from_secs(1),
            server_errors: 200,
            shortest_wait: Duration::from_millis(500),
            slower: 50,
            most_lost: Duration::from_secs(40),
            sdk_share: 16,
            most_left_behind: 50,
            postponed_removals: 4,
            failed_leases: 3,
        }
    }
}
