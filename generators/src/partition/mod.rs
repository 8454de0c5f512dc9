//! Partitions: labelled values of an operation's members, derived from the model's constraints.
//!
//! A [`Target`] is a member of an operation's input or a place inside of one. For each of its
//! [`Constraint`]s there are partitions: valid boundary values, near misses and far outsides. Each
//! names the one constraint that it breaks; [`crate::guard`] proves it.

mod boundary;
mod example;
mod form;
mod meaning;
mod probe;
mod random;
mod strings;
mod structure;
mod target;

pub use crate::constraint::Constraint;
pub use crate::value::{Partition, ambiguity, unfit, unsettled};
pub use target::Target;

use crate::model::{Kind, Member, Operation, Shape};
use crate::plan::Arg;
use proptest::strategy::BoxedStrategy;
use target::{Place, constraints_of};

/// Every partition of one constraint of a member: valid values first (nothing broken), then near
/// misses, then values far outside. Empty where the member is not under the constraint.
pub fn partitions(operation: &Operation, member: &Member, constraint: Constraint) -> Vec<Partition> {
    Target::member(operation, member).partitions(constraint)
}

/// The constraints that a member is under, [`Constraint::Type`] always among them.
pub fn constraints(member: &Member) -> Vec<Constraint> {
    constraints_of(&member.shape, member.required, false)
}

/// Random valid values of a member; they shrink towards the short and the plain.
pub fn interior(operation: &Operation, member: &Member) -> BoxedStrategy<Partition> {
    Target::member(operation, member).interior()
}

/// Random values of a member that break exactly this constraint.
///
/// # Panics
/// If the member is not under the constraint (see [`constraints`]).
pub fn outside(operation: &Operation, member: &Member, constraint: Constraint) -> BoxedStrategy<Partition> {
    Target::member(operation, member).outside(constraint)
}

/// An input of the operation with a plain valid value for every required member.
pub fn input(operation: &Operation) -> Arg {
    let required = operation.input.members.iter().filter(|member| member.required);
    Arg::Object(
        required.map(|member| (member.name.clone(), Target::member(operation, member).example())).collect(),
    )
}

/// Every place in the operation's input that is under constraints: each member, followed by the
/// places inside of it.
pub fn targets(operation: &Operation) -> Vec<Target> {
    operation.input.members.iter().flat_map(|member| member_targets(operation, member)).collect()
}

fn member_targets(operation: &Operation, member: &Member) -> Vec<Target> {
    let whole = Target::member(operation, member);
    let inside = |suffix: &str, required: bool, shape: &Shape, place: Place| Target {
        path: format!("{}.{suffix}", member.name),
        required,
        shape: shape.clone(),
        place,
        ..whole.clone()
    };
    let nested: Vec<Target> = match &member.shape.kind {
        Kind::Structure(structure) => structure
            .members
            .iter()
            .map(|field| inside(&field.name, field.required, &field.shape, Place::Field(field.name.clone())))
            .collect(),
        Kind::List(item) => vec![inside("member", false, item, Place::Item)],
        Kind::Map(key, value) => {
            vec![inside("key", false, key, Place::Key), inside("value", false, value, Place::Value)]
        }
        Kind::String | Kind::Boolean | Kind::Integer | Kind::Timestamp => Vec::new(),
    };
    std::iter::once(whole).chain(nested).collect()
}

impl Target {
    /// Every partition of one constraint of the place, as values of the top-level member.
    pub fn partitions(&self, constraint: Constraint) -> Vec<Partition> {
        boundary::partitions(self, constraint)
    }

    /// Random valid values of the place, as values of the top-level member.
    pub fn interior(&self) -> BoxedStrategy<Partition> {
        random::interior(self)
    }

    /// Random values of the place that break exactly this constraint, as values of the top-level
    /// member.
    ///
    /// # Panics
    /// If the place is not under the constraint.
    pub fn outside(&self, constraint: Constraint) -> BoxedStrategy<Partition> {
        assert!(self.constraints().contains(&constraint), "{} is not under {constraint}", self.path);
        random::outside(self, constraint)
    }
}
