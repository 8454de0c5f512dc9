//! The faults: each breaks one documented rule, and is off unless it is switched on.
//!
//! Where the shape repeats, faults are data: the constraint table, the documented errors, the
//! members of the responses, the parts of an ARN and the rules of the policy grammar, each
//! times the ways of getting it wrong. What does not repeat is a [`Defect`] with a line of its
//! own in [`rekognition`] or [`xray`].

mod arns;
mod constraints;
mod defect;
mod deviation;
mod documents;
mod fault;
mod grammar;
mod refusals;
mod rekognition;
mod responses;
mod wire;
mod xray;

pub(crate) use defect::Defect;
pub(crate) use deviation::{Answered, ArnPart, Deviation, How, Mangling, Response, Wire};
pub use fault::{Fault, Level};

use std::collections::HashMap;
use std::sync::LazyLock;

/// Every fault, those of Rekognition first.
pub fn faults() -> &'static [Fault] {
    &FAULTS
}

/// The fault of this name.
pub(crate) fn find(name: &str) -> Option<&'static Fault> {
    BY_NAME.get(name).map(|index| &FAULTS[*index])
}

static FAULTS: LazyLock<Vec<Fault>> = LazyLock::new(|| {
    let mut faults = Vec::new();
    constraints::register(&mut faults);
    arns::register(&mut faults);
    refusals::register(&mut faults);
    responses::register(&mut faults);
    documents::register(&mut faults);
    grammar::register(&mut faults);
    rekognition::register(&mut faults);
    xray::register(&mut faults);
    wire::register(&mut faults);
    faults.sort_by_key(|fault| fault.service);
    faults
});

static BY_NAME: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let names = FAULTS.iter().enumerate();
    names.map(|(index, fault)| (fault.name, index)).collect()
});

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_readable() {
        let mut seen = HashSet::new();
        for fault in faults() {
            assert!(seen.insert(fault.name), "{} is there twice", fault.name);
            assert!(fault.name.starts_with(fault.service.name()), "{}", fault.name);
            assert!(
                fault.name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')),
                "{}",
                fault.name
            );
            assert!(!fault.breaks.is_empty());
        }
        assert!(seen.len() >= 200, "{}", seen.len());
    }

    #[test]
    fn no_two_faults_do_the_same() {
        for (index, fault) in faults().iter().enumerate() {
            for other in &faults()[..index] {
                assert_ne!(fault.deviation, other.deviation, "{} {}", fault.name, other.name);
            }
        }
    }
}
