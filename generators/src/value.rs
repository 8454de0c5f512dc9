//! Labelled values, with what they break.

use crate::constraint::Constraint;
use crate::plan::Arg;

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
    /// Why accepting the value is less certainly wrong than accepting another one that breaks the
    /// same constraint; see [`unsettled`].
    pub unsettled: Option<&'static str>,
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
            unsettled: None,
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
            unsettled: None,
            unfit: None,
        }
    }

    /// The same value, which may be judged either way for this reason.
    #[must_use]
    pub fn ambiguous(mut self, why: &'static str) -> Self {
        self.ambiguous = Some(why);
        self
    }

    /// The same value, which is refused less certainly for this reason.
    #[must_use]
    pub fn unsettled(mut self, why: &'static str) -> Self {
        self.unsettled = Some(why);
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

/// Why a value is refused less certainly than others that break the same constraint.
pub mod unsettled {
    /// `\w` is ASCII to the regular expressions of Java, which the models are written in, and Unicode
    /// to some other engines.
    pub const CLASS: &str = "\\w is ASCII to some regular expression engines and Unicode to others";
    /// X-Ray's revision ids have been numbers wherever they were seen.
    pub const NUMBER: &str = "read as a number it is the current revision id";
}

/// Why a value that obeys its constraints is refused all the same.
pub mod unfit {
    /// An ARN of nothing.
    pub const ARN: &str = "the ARN names nothing that exists";
    /// An ARN of nothing, and longer than a policy document.
    pub const LONG_ARN: &str = "the ARN names nothing that exists, and no document has room for it";
    /// An ARN whose project's name is an existing one's in another case.
    pub const CASED_ARN: &str = "the ARN names an existing project in another case";
    /// An ARN of what is somebody else's, or somewhere else.
    pub const FOREIGN: &str = "the ARN names another account, region or AWS partition";
    /// A revision that is not the current one.
    pub const REVISION: &str = "the service never issued this revision id";
    /// A token that is not the service's.
    pub const TOKEN: &str = "the service never handed out this token";
    /// A text that is no policy.
    pub const DOCUMENT: &str = "the text is no policy document";
}
