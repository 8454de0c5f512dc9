//! Partitions: labelled values of an operation's members, derived from the model's constraints.
//!
//! A [`Target`] is a member of an operation's input or a place inside of one. For each of its
//! [`Constraint`]s there are partitions: valid boundary values, near misses and far outsides. Each
//! names the one constraint that it breaks; [`crate::guard`] proves it.

mod example;
mod form;
mod noun;
mod outline;
mod probe;
mod random;
mod strings;

use crate::model::{Kind, Member, Operation, Shape};
use crate::plan::{Arg, Part, Service, Symbol, Text};
use noun::Noun;
use proptest::strategy::BoxedStrategy;
use serde_json::Value;
use std::fmt;

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

/// A constraint of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Constraint {
    /// It has to be there and not be `null`.
    Required,
    /// It has this JSON type.
    Type,
    /// A string has at least so many characters.
    LengthMin,
    /// A string has at most so many characters.
    LengthMax,
    /// A string matches, as a whole.
    Pattern,
    /// A number is at least this.
    ValueMin,
    /// A number is at most this.
    ValueMax,
    /// A string is one of these.
    Enum,
    /// A list or map has at least so many entries.
    CountMin,
    /// A list or map has at most so many entries.
    CountMax,
}

impl Constraint {
    /// Every constraint.
    pub const ALL: [Self; 10] = [
        Self::Required,
        Self::Type,
        Self::LengthMin,
        Self::LengthMax,
        Self::Pattern,
        Self::ValueMin,
        Self::ValueMax,
        Self::Enum,
        Self::CountMin,
        Self::CountMax,
    ];

    /// The name that rule ids use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Type => "type",
            Self::LengthMin => "length-min",
            Self::LengthMax => "length-max",
            Self::Pattern => "pattern",
            Self::ValueMin => "value-min",
            Self::ValueMax => "value-max",
            Self::Enum => "enum",
            Self::CountMin => "count-min",
            Self::CountMax => "count-max",
        }
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A labelled value of a top-level member.
#[derive(Clone, Debug, PartialEq)]
pub struct Partition {
    /// What the value is, for people: "129 characters", "a trailing newline", "null".
    pub label: String,
    /// The value; none for a member that is left out.
    pub value: Option<Arg>,
    /// What it breaks, read strictly; empty for a valid value. More than one only where that is
    /// unavoidable, and then the label says so.
    pub breaks: Vec<Constraint>,
    /// Why a conforming endpoint may judge it either way; see [`ambiguity`].
    pub ambiguous: Option<&'static str>,
    /// Why a value that obeys its constraints is refused all the same: what it names or says does
    /// not exist or is no policy.
    pub unfit: Option<&'static str>,
}

impl Partition {
    /// A value that breaks nothing.
    pub fn valid(label: impl Into<String>, value: impl Into<Arg>) -> Self {
        Self {
            label: label.into(),
            value: Some(value.into()),
            breaks: Vec::new(),
            ambiguous: None,
            unfit: None,
        }
    }

    /// A value that breaks these constraints.
    pub fn broken(label: impl Into<String>, value: impl Into<Arg>, breaks: &[Constraint]) -> Self {
        Self { breaks: breaks.to_vec(), ..Self::valid(label, value) }
    }

    /// No value at all.
    pub fn absent(breaks: &[Constraint]) -> Self {
        Self {
            label: "absent".to_owned(),
            value: None,
            breaks: breaks.to_vec(),
            ambiguous: None,
            unfit: None,
        }
    }

    /// The same value, which may be judged either way for this reason.
    #[must_use]
    pub fn ambiguous(mut self, why: &'static str) -> Self {
        self.ambiguous = Some(why);
        self
    }

    /// The same value, which is refused for this reason though it breaks no constraint.
    #[must_use]
    pub fn unfit(mut self, why: &'static str) -> Self {
        self.unfit = Some(why);
        self
    }

    /// Whether every reading of the model accepts the value: nothing broken, nothing ambiguous.
    pub fn is_valid(&self) -> bool {
        self.breaks.is_empty() && self.ambiguous.is_none()
    }

    /// Whether every reading of the model refuses the value.
    pub fn is_invalid(&self) -> bool {
        !self.breaks.is_empty() && self.ambiguous.is_none()
    }
}

/// Why a value may be judged either way.
pub mod ambiguity {
    /// `\w` and `\d` are ASCII to some regular expression engines and Unicode to others.
    pub const CLASS: &str = "\\w and \\d may be read as ASCII or as Unicode";
    /// A length may count characters or bytes.
    pub const UNIT: &str = "the length may be counted in characters or in bytes";
    /// `null` for an optional member.
    pub const NULL: &str = "null for an optional member may be read as absent, or refused";
    /// `null` for an item of a list or a value of a map.
    pub const NULL_INSIDE: &str = "null in a list or map may be dropped, or refused";
    /// `""` for an optional member without a least length.
    pub const EMPTY: &str = "an empty optional string may be read as absent, or refused";
    /// `1.0` for an integer.
    pub const INTEGRAL: &str = "1.0 may be read as the integer 1";
    /// X-Ray's `NextToken`.
    pub const UNSUPPORTED: &str = "the token is documented as not supported and may be ignored";
    /// A policy element that the service's documents do not show.
    pub const GRAMMAR: &str = "the finer grammar of policies may be checked or not";
}

/// Why a value that obeys its constraints is refused all the same.
pub mod unfit {
    /// An ARN of nothing.
    pub const ARN: &str = "the ARN names nothing that exists";
    /// An ARN of nothing, and longer than a policy document.
    pub const LONG_ARN: &str = "the ARN names nothing that exists, and no document has room for it";
    /// An ARN of what is somebody else's, or somewhere else.
    pub const FOREIGN: &str = "the ARN names another account, region or partition";
    /// A revision that is not the current one.
    pub const REVISION: &str = "the service never issued this revision id";
    /// A token that is not the service's.
    pub const TOKEN: &str = "the service never handed out this token";
    /// A text that is no policy.
    pub const DOCUMENT: &str = "the text is no policy document";
}

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
    service: Service,
    place: Place,
}

#[derive(Clone, Debug, PartialEq)]
enum Place {
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

    /// Every partition of one constraint of the place, as values of the top-level member.
    pub fn partitions(&self, constraint: Constraint) -> Vec<Partition> {
        if !self.constraints().contains(&constraint) {
            return Vec::new();
        }
        let partitions = match constraint {
            Constraint::LengthMin | Constraint::LengthMax | Constraint::Pattern => {
                strings::partitions(self, constraint)
            }
            _ => outline::partitions(self, constraint),
        };
        partitions.into_iter().map(|partition| self.wrapped(partition)).collect()
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

    /// A plain valid value of the top-level member.
    pub fn example(&self) -> Arg {
        example::of(self.service, &self.member.name, &self.member.shape)
    }

    /// The value of the top-level member that holds this value at the place.
    fn wrapped(&self, partition: Partition) -> Partition {
        if self.place == Place::Whole {
            return partition;
        }
        Partition { value: Some(self.holding(partition.value)), ..partition }
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

    fn noun(&self) -> Noun {
        Noun::at(self.service, &self.path)
    }
}

fn constraints_of(shape: &Shape, required: bool, key: bool) -> Vec<Constraint> {
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
    impl crate::plan::Bindings for Nothing {
        fn value(&self, symbol: &Symbol) -> Result<String, crate::plan::Unbound> {
            Err(crate::plan::Unbound { symbol: format!("{symbol:?}"), why: "nothing is bound here".into() })
        }
    }
    value.resolve(&Nothing).expect("keys and items of examples are made of literals alone")
}

/// A text of these parts.
fn text(parts: impl IntoIterator<Item = Part>) -> Arg {
    Arg::Text(Text(parts.into_iter().collect()))
}
