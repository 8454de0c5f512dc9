//! What a session asks of whoever judges.

use crate::exchange::Recorded;

/// What a session asks of whoever judges, while a case goes on.
pub trait Oracle {
    /// Whether a call that is judged by the expectation of this name breaks no rule.
    fn is_well_formed(&self, expectation: &str) -> bool;

    /// Whether nothing is wrong with a case as far as it has come.
    fn agrees(&self, so_far: &Recorded) -> bool;
}
