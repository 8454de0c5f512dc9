//! Places in an operation's input, and what they are under.

use super::example;
use super::meaning::Meaning;
use crate::constraint::Constraint;
use crate::model::{Kind, Member, Operation, Shape};
use crate::plan::{Arg, Bindings, Service, Symbol, Unbound};
use crate::value::Partition;
use serde_json::Value;

/// A place in an operation's input: a member, or what a member contains.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Where it is: `PolicyName`, `OutputConfig.S3Bucket`, `ProjectNames.member`, `Tags.key`.
    pub path: String,
    /// The top-level member that the partitions are values of.
    pub member: Member,
    /// Whether the place has to be filled.
    pub required: bool,
    /// The shape at the place.
    pub shape: Shape,
    pub(super) service: Service,
    pub(super) place: Place,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    Whole,
    Field(String),
    Item,
    Key,
    Value,
}

impl Target {
    /// A top-level member of the operation's input.
    pub fn member(operation: &Operation, member: &Member) -> Self {
        Self {
            path: member.name.clone(),
            member: member.clone(),
            required: member.required,
            shape: member.shape.clone(),
            service: operation.service,
            place: Place::Whole,
        }
    }

    /// The constraints that the place is under.
    pub fn constraints(&self) -> Vec<Constraint> {
        constraints_of(&self.shape, self.required, self.place == Place::Key)
    }

    /// A plain valid value of the top-level member.
    pub fn example(&self) -> Arg {
        example::of(self.service, &self.member.name, &self.member.shape)
    }

    /// The value of the top-level member that holds this value at the place.
    pub(super) fn wrapped(&self, partition: Partition) -> Partition {
        if self.place == Place::Whole {
            return partition;
        }
        Partition { value: Some(self.holding(partition.value)), ..partition }
    }

    /// The first value that is broken as the last item of a list, behind a good one.
    pub(super) fn behind_another(&self, partitions: &[Partition]) -> Option<Partition> {
        let broken = partitions.iter().find(|one| one.is_invalid() && one.unsettled.is_none())?.clone();
        let (Place::Item, Some(item)) = (&self.place, broken.value) else { return None };
        let good = example::of(self.service, &self.path, &self.shape);
        let label = format!("{}, behind a good one", broken.label);
        Some(Partition { label, value: Some(Arg::List(vec![good, item])), ..broken })
    }

    fn holding(&self, value: Option<Arg>) -> Arg {
        match (&self.place, value) {
            (Place::Field(name), value) => {
                let mut whole = self.example();
                whole.set(name, value);
                whole
            }
            (Place::Item, value) => Arg::List(value.into_iter().collect()),
            (Place::Key, Some(key)) => {
                let Value::String(key) = literal(&key) else { unreachable!("keys are strings") };
                Arg::Object(vec![(key, Arg::from("awsc"))])
            }
            (Place::Value, Some(value)) => Arg::object([("awsc", value)]),
            (Place::Whole | Place::Key | Place::Value, _) => {
                unreachable!("whole members are not wrapped, entries of maps are not left out")
            }
        }
    }

    pub(super) fn meaning(&self) -> Meaning {
        Meaning::at(self.service, &self.path)
    }
}

pub(super) fn constraints_of(shape: &Shape, required: bool, key: bool) -> Vec<Constraint> {
    let least = shape.min.is_some_and(|min| min > 0);
    let most = shape.max.is_some();
    let applies = |constraint: &Constraint| match (constraint, &shape.kind) {
        (Constraint::Required, _) => required,
        (Constraint::Type, _) => !key,
        (Constraint::LengthMin, Kind::String) => least,
        (Constraint::LengthMax, Kind::String) => most,
        (Constraint::Pattern, Kind::String) => shape.pattern.is_some(),
        (Constraint::Enum, Kind::String) => !shape.values.is_empty(),
        (Constraint::ValueMin, Kind::Integer) => shape.min.is_some(),
        (Constraint::ValueMax, Kind::Integer) => most,
        (Constraint::CountMin, Kind::List(_) | Kind::Map(..)) => least,
        (Constraint::CountMax, Kind::List(_) | Kind::Map(..)) => most,
        _ => false,
    };
    Constraint::ALL.into_iter().filter(applies).collect()
}

/// The JSON of a value that holds no symbols.
fn literal(value: &Arg) -> Value {
    struct Nothing;
    impl Bindings for Nothing {
        fn value(&self, symbol: &Symbol) -> Result<String, Unbound> {
            Err(Unbound { symbol: format!("{symbol:?}"), why: "nothing is bound here".into() })
        }
    }
    value.resolve(&Nothing).expect("keys and items of examples are made of literals alone")
}
