//! What judging yields: verdicts and findings.

use crate::exchange::untrusted::bounded;
use crate::rules::expectation::Level;
use aws_conformance_generators::plan::Case;
use serde::Serialize;

/// The most bytes of a text that is kept for each violation and each reason. Reports show less.
const LONGEST: usize = 16 << 10;
/// The most bytes of a violation's class: it may name an error code.
const LONGEST_CLASS: usize = 200;

/// What judging one case yields.
#[derive(Clone, Debug)]
pub enum Judgement {
    /// What came back is among the alternatives.
    Conforms,
    /// It is not.
    Violates(Vec<Violation>),
    /// Nobody knows what the answer was.
    Inconclusive(String),
    /// The rule's precondition is out of reach.
    NotApplicable(String),
}

impl Judgement {
    /// The judgement without what is too long to be kept for every rule.
    pub fn abridged(self) -> Self {
        let short = |text: String| bounded(&text, LONGEST).into_owned();
        match self {
            Self::Conforms => Self::Conforms,
            Self::Violates(all) => Self::Violates(all.into_iter().map(Violation::abridged).collect()),
            Self::Inconclusive(reason) => Self::Inconclusive(short(reason)),
            Self::NotApplicable(reason) => Self::NotApplicable(short(reason)),
        }
    }
}

/// One violation in one case.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The kind of failure: with the rule's id, the finding's key.
    pub class: String,
    /// How badly it counts.
    pub level: Level,
    /// What should have come.
    pub expected: String,
    /// What came.
    pub observed: String,
    /// The label of the call that shows it.
    pub label: String,
}

impl Violation {
    /// The violation without what is too long to be kept: answers may be megabytes of text.
    pub fn abridged(self) -> Self {
        let Self { class, observed, .. } = &self;
        let (class, observed) =
            (bounded(class, LONGEST_CLASS).into_owned(), bounded(observed, LONGEST).into_owned());
        Self { class, observed, ..self }
    }
}

/// A violation as it is reported: the smallest case that shows it, and how often it did.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is wrong.
    pub violation: Violation,
    /// The case, shrunk.
    pub case: Case,
    /// How often the case showed it.
    pub reproduced: Reproduced,
    /// What was sent and came back in the case.
    pub evidence: Vec<crate::exchange::Trace>,
}

/// How often a violation was seen in how many tries of the same case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reproduced {
    /// Tries that showed it.
    pub times: u32,
    /// Tries.
    pub of: u32,
}

impl Reproduced {
    /// Whether some try did not show it.
    pub fn is_intermittent(self) -> bool {
        self.times < self.of
    }
}

impl std::fmt::Display for Reproduced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.times, self.of)
    }
}

/// What a rule came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that came back is among the alternatives.
    Conforms,
    /// Something is not.
    Violates,
    /// A violation that somebody owns.
    Waived,
    /// Throttled, timed out, no answer, not HTTP.
    Inconclusive,
    /// Not implemented, or the precondition is out of reach.
    NotApplicable,
    /// Left out for want of budget or time.
    NotRun,
    /// Nothing is promised; what came back is recorded.
    Observed,
}

impl Verdict {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Violates => "violates",
            Self::Waived => "waived",
            Self::Inconclusive => "inconclusive",
            Self::NotApplicable => "not-applicable",
            Self::NotRun => "not-run",
            Self::Observed => "observed",
        }
    }
}
