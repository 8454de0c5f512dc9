//! What the verdicts of a run rest on, as it is recorded.

use crate::exchange::Recorded;
use crate::judge::finding::Verdict;
use serde::{Deserialize, Serialize};

/// Something that verdicts rest on. Records are in the order in which things happened in a service.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// An attempt at a case of a rule. Monitors look at each.
    Attempt {
        /// The rule's id.
        rule: String,
        /// Its number in the service.
        number: usize,
        /// What was sent and what came back.
        recorded: Recorded,
    },
    /// The case that these attempts settle.
    Case {
        /// The rule's id.
        rule: String,
        /// The attempts' numbers, in their order.
        attempts: Vec<usize>,
    },
    /// Several refusals at once; those that were not refused are cases of their own.
    Refusals {
        /// The rule's id.
        rule: String,
        /// The attempts' numbers, in their order.
        attempts: Vec<usize>,
        /// How many refusals.
        calls: usize,
    },
    /// Nobody knows what the rest of a rule's cases would show.
    Inconclusive {
        /// The rule's id.
        rule: String,
        /// Why.
        reason: String,
    },
    /// Something was used up before a rule's most telling cases were all tried.
    Cut {
        /// The rule's id.
        rule: String,
        /// What.
        reason: String,
    },
    /// A rule that was not tried at all.
    NotTried {
        /// The rule's id.
        rule: String,
        /// The verdict on it.
        verdict: Verdict,
        /// Why.
        reason: String,
    },
}

impl Record {
    /// The numbers of the attempts that it refers to, with the rule that they are at.
    pub fn refers_to(&self) -> Option<(&str, &[usize])> {
        match self {
            Self::Case { rule, attempts } | Self::Refusals { rule, attempts, .. } => Some((rule, attempts)),
            _ => None,
        }
    }
}
