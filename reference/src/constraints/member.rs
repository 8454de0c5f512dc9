//! What a request's members may look like.

use super::pattern::Pattern;

/// One member of a request and what it must look like.
#[derive(Debug)]
pub(crate) struct Member {
    /// Where it is: names joined by `.`; `member`, `key` and `value` stand for the parts of a
    /// list and of a map.
    pub(crate) path: &'static str,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

/// The type of a member with its constraints. Lengths count characters or entries.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Text { min: usize, max: usize, pattern: Option<Pattern> },
    Choice(&'static [&'static str]),
    Integer { min: i64, max: i64 },
    Flag,
    List { min: usize, max: usize },
    Map { max: usize },
    Structure,
}

/// A constraint of a member, by kind: what a fault can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A required member is there.
    Required,
    /// `null` for a required member is as good as no member.
    Null,
    /// The JSON type.
    Type,
    /// The empty string is refused, whichever constraint says so.
    Empty,
    /// The shortest text, the smallest number, the fewest entries.
    Min,
    /// The longest text, the largest number, the most entries.
    Max,
    Pattern,
    Choice,
    /// How any breach of the member is answered.
    Answer,
}
