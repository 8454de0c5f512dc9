//! Every number that can decide a verdict, in one place, with its unit and what it decides.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The settings of a run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RunSettings {
    /// How often a case is tried.
    pub repeats: Repeats,
    /// How much of a rule is tried.
    pub effort: Effort,
    /// How requests are sent again, how long a response is waited for, and when a target counts as gone.
    pub transport: TransportSettings,
}

impl RunSettings {
    /// Settings for the real service, where every request counts against a budget and a rate: one case of
    /// each rule comes before any rule's others, and what is sent again waits longer.
    pub fn real() -> Self {
        Self {
            repeats: Repeats {
                tries: 3,
                confirmations: 1,
                pause: Duration::from_millis(500),
                ..Repeats::default()
            },
            effort: Effort { telling_cases: 1, telling_refusals: 1, shrinking: 8, ..Effort::default() },
            transport: TransportSettings {
                retries: 5,
                pause: Duration::from_millis(500),
                probe_for: Duration::from_secs(60),
                server_errors: 50,
                most_lost: Duration::from_secs(120),
                most_left_behind: 5,
                ..TransportSettings::default()
            },
        }
    }
}

/// How often a case is tried.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Repeats {
    /// Attempts at a case of which nobody knows the outcome, before it is inconclusive.
    pub tries: u32,
    /// The same where a response did not come in time: each attempt costs that whole time.
    pub tries_after_a_timeout: u32,
    /// Attempts at a case whose precondition was refused, before it is not applicable.
    pub tries_of_preconditions: u32,
    /// Attempts after one that violates; a violation that they all show is reproduced.
    pub confirmations: u32,
    /// The same for server errors and missing responses, of which rare ones say little.
    pub confirmations_of_the_moment: u32,
    /// The pause before a case is tried again the first time; twice as long before each later one.
    pub pause: Duration,
    /// Cases in a row that stayed inconclusive after every try; then the others are tried as often as
    /// after a timeout.
    pub futile_cases: u32,
}

impl Default for Repeats {
    fn default() -> Self {
        Self {
            tries: 8,
            tries_after_a_timeout: 2,
            tries_of_preconditions: 2,
            confirmations: 2,
            confirmations_of_the_moment: 4,
            pause: Duration::from_millis(2),
            futile_cases: 3,
        }
    }
}

impl Repeats {
    /// Nothing is confirmed: a kill matrix needs no more than the first sight. What may be of the
    /// moment is looked at once more.
    #[must_use]
    pub fn unconfirmed(self) -> Self {
        Self { confirmations: 0, confirmations_of_the_moment: 1, ..self }
    }

    /// No confirmations at all, for what is tried again in another form.
    #[must_use]
    pub fn without_confirmations(self) -> Self {
        Self { confirmations: 0, confirmations_of_the_moment: 0, ..self }
    }

    /// Fewer tries, for a target on which more have shown nothing lately.
    #[must_use]
    pub fn few(self) -> Self {
        Self { tries: self.tries_after_a_timeout, ..self }
    }
}

/// How much of a rule is tried.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Effort {
    /// Boundary cases of a rule without refusals that come before everything else: it is judged by these
    /// at least.
    pub first_cases: usize,
    /// The same of the refusals of a rule.
    pub first_refusals: usize,
    /// The same of its refusals that come after that, before the most telling cases.
    pub second_refusals: usize,
    /// Boundary cases of a rule that come before any rule's others.
    pub telling_cases: usize,
    /// Refusals of a rule that come before any rule's others.
    pub telling_refusals: usize,
    /// Refusals between two reads: a lost read costs no more than these.
    pub refusals_at_once: usize,
    /// Classes of failure that are looked for in one rule; each keeps its evidence.
    pub most_findings: usize,
    /// Cases in a row that violate a rule in known ways, before its others are left out.
    pub most_repeated: u32,
    /// Cases in a row that are not applicable, before a rule's others are left out.
    pub most_out_of_reach: u32,
    /// Cases of a rule that stay without a response, before its others are left out.
    pub most_unanswered: u32,
    /// Steps of shrinking a random case that violates.
    pub shrinking: u32,
}

impl Default for Effort {
    fn default() -> Self {
        Self {
            first_cases: 1,
            first_refusals: 1,
            second_refusals: 3,
            telling_cases: 4,
            telling_refusals: 8,
            refusals_at_once: 24,
            most_findings: 12,
            most_repeated: 8,
            most_out_of_reach: 6,
            most_unanswered: 2,
            shrinking: 48,
        }
    }
}

/// How requests are sent again, how long a response is waited for, and when a target counts as gone.
///
/// None of these makes a response right or wrong: what is given up for them is inconclusive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TransportSettings {
    /// How often a request is sent again that was throttled, or whose connection was refused: it was
    /// not carried out. A read, a removal or the creation of a fixture is sent again as often where the
    /// connection broke or the target failed, since carrying it out twice does no harm.
    pub retries: u32,
    /// How often such a read, removal or creation is sent again that got no response in time.
    pub timeout_retries: u32,
    /// The pause before the first retry, or before the second where a connection broke or the target failed:
    /// that is asked again at once. Twice as long before each one after it. Where nothing leaves the process
    /// there is none.
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
            sdk_share: 50,
            most_left_behind: 50,
            postponed_removals: 4,
            failed_leases: 3,
        }
    }
}
