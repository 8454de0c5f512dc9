//! What a rule that conforms was answered, and how that differs between two runs.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What came back in the cases of a rule that conforms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Answers {
    /// The cases that were tried.
    pub(super) cases: u64,
    /// The outcomes, by the name of the expectation.
    pub(super) outcomes: BTreeMap<String, BTreeSet<String>>,
}

impl Answers {
    /// The expectations under which another run was answered otherwise. Who tried no more cases saw nothing that
    /// the other did not see, as long as the cases are the same; the random ones differ with the seed.
    pub(super) fn differences<'a>(
        &'a self,
        other: &'a Self,
        same_seed: bool,
    ) -> impl Iterator<Item = &'a str> {
        let both = self.outcomes.iter().filter_map(|(expectation, outcomes)| {
            Some((expectation.as_str(), outcomes, other.outcomes.get(expectation)?))
        });
        both.filter(move |(_, here, there)| {
            let is_new = (self.cases <= other.cases && !here.is_subset(there))
                || (other.cases <= self.cases && !there.is_subset(here));
            is_new && same_seed || here.is_disjoint(there)
        })
        .map(|(expectation, _, _)| expectation)
    }
}
