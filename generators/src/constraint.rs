//! What the service models constrain.

use std::fmt;

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
