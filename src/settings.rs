//! Every number that can decide a verdict, in one place, with its unit and what it decides.

use std::time::Duration;

/// The settings of a run.
#[derive(Clone, Debug, Default)]
pub struct RunSettings {
    /// How often a case is tried.
    pub repeats: Repeats,
    /// How much of a rule is tried.
    pub effort: Effort,
    /// How requests are sent again, and when a target counts as gone.
    pub transport: TransportSettings,
}

/// How often a case is tried.
#[derive(Clone, Copy, Debug)]
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

    /// Fewer tries, for a target on which more were in vain lately.
    #[must_use]
    pub fn few(self) -> Self {
        Self { tries: self.tries_after_a_timeout, ..self }
    }
}

/// How much of a rule is tried.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
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
