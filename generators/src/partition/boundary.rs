//! The partitions of each constraint of a place.

use super::target::Target;
use super::{strings, structure};
use crate::constraint::Constraint;
use crate::value::Partition;

/// Every partition of one constraint of the place, as values of the top-level member.
pub(super) fn partitions(target: &Target, constraint: Constraint) -> Vec<Partition> {
    if !target.constraints().contains(&constraint) {
        return Vec::new();
    }
    let partitions = match constraint {
        Constraint::LengthMin | Constraint::LengthMax | Constraint::Pattern => {
            strings::partitions(target, constraint)
        }
        _ => structure::partitions(target, constraint),
    };
    let last = match constraint {
        Constraint::Pattern | Constraint::Enum => target.behind_another(&partitions),
        _ => None,
    };
    partitions.into_iter().map(|partition| target.wrapped(partition)).chain(last).collect()
}
