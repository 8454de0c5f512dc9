//! What judging yields: classes of failure, violations, findings and verdicts.

use crate::exchange::Trace;
use crate::exchange::untrusted::bounded;
use crate::rules::Rule;
use crate::rules::expectation::Level;
use crate::service::is_limit;
use aws_conformance_generators::plan::Case;
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// The most bytes of a text that is kept for each violation and each reason. Reports show less.
const LONGEST: usize = 16 << 10;
/// The most bytes of an error code that names a class.
const LONGEST_CODE: usize = 180;

/// The kind of a failure. With the rule's id it is the finding's key: two failures of one class are the
/// same finding, and shrinking keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A success where none is accepted.
    Accepted,
    /// A refusal, by this code, where only success is accepted.
    Refused(Option<String>),
    /// A refusal by a code that is not among those accepted.
    Code(String),
    /// A status that is neither a success nor an error.
    Status(u16),
    /// A server error.
    ServerError,
    /// No response where one was promised.
    NoResponse,
    /// A check of a successful response.
    Check(Cow<'static, str>),
    /// The right refusal, which changed something all the same.
    RefusedButChanged,
    /// A listing that does not show what it should.
    Listing(Mismatch),
    /// Answers to overlapping calls that no order of them explains.
    NoOrder,
    /// Refusals of overlapping calls that only an order without documented reasons explains.
    Needless,
    /// A state that a project did not reach within its bound.
    Never(String),
    /// What a monitor found, in its own words.
    Monitor(String),
}

/// How a listing differs from what it should show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mismatch {
    /// A policy is missing.
    Missing,
    /// A policy has another revision.
    Revision,
    /// A policy has another document.
    Document,
    /// A policy is the same document to IAM, and not to JSON.
    Spelling,
    /// A policy is listed that should not be there.
    Extra,
    /// The listing itself is malformed.
    Malformed,
}

impl Mismatch {
    const ALL: [Self; 6] =
        [Self::Missing, Self::Revision, Self::Document, Self::Spelling, Self::Extra, Self::Malformed];

    fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "not-listed",
            Self::Revision => "listed-revision",
            Self::Document => "listed-document",
            Self::Spelling => "listed-spelling",
            Self::Extra => "listed-too-much",
            Self::Malformed => "listing",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => f.write_str("accepted"),
            Self::Refused(None) => f.write_str("refused"),
            Self::Refused(Some(code)) => write!(f, "refused-{code}"),
            Self::Code(code) => write!(f, "code-{code}"),
            Self::Status(status) => write!(f, "status-{status}"),
            Self::ServerError => f.write_str("server-error"),
            Self::NoResponse => f.write_str("no-response"),
            Self::Check(class) => f.write_str(class),
            Self::RefusedButChanged => f.write_str("refused-but-changed"),
            Self::Listing(mismatch) => f.write_str(mismatch.as_str()),
            Self::NoOrder => f.write_str("no-order"),
            Self::Needless => f.write_str("needless"),
            Self::Never(state) => write!(f, "never-{state}"),
            Self::Monitor(class) => f.write_str(class),
        }
    }
}

impl Serialize for Class {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Class {
    /// The class of this name among those of a rule.
    pub fn named(name: &str, rule: &Rule) -> Self {
        let of_monitor = rule.is_monitor();
        let of_check = rule.expectations.iter().any(|(_, one)| one.checks().any(|check| check.class == name));
        let others = [
            Self::ServerError,
            Self::Accepted,
            Self::Refused(None),
            Self::NoResponse,
            Self::RefusedButChanged,
            Self::NoOrder,
            Self::Needless,
        ];
        let mut known = others.into_iter().chain(Mismatch::ALL.map(Self::Listing));
        match (known.find(|class| class.to_string() == name), name.split_once('-')) {
            (Some(Self::ServerError), _) => Self::ServerError,
            _ if of_monitor => Self::Monitor(name.to_owned()),
            _ if of_check => Self::Check(Cow::Owned(name.to_owned())),
            (Some(class), _) => class,
            (None, Some(("refused", code))) => Self::Refused(Some(code.to_owned())),
            (None, Some(("code", code))) => Self::Code(code.to_owned()),
            (None, Some(("never", state))) => Self::Never(state.to_owned()),
            (None, Some(("status", status))) if let Ok(status) = status.parse() => Self::Status(status),
            _ => Self::Check(Cow::Owned(name.to_owned())),
        }
    }

    /// The class without what is too long to be kept: a code may be of any length.
    fn abridged(self) -> Self {
        let short = |code: String| bounded(&code, LONGEST_CODE).into_owned();
        match self {
            Self::Refused(code) => Self::Refused(code.map(short)),
            Self::Code(code) => Self::Code(short(code)),
            Self::Monitor(class) => Self::Monitor(short(class)),
            other => other,
        }
    }

    /// Whether it is about what is read, and not about the answer to a call alone.
    pub fn is_of_state(&self) -> bool {
        matches!(
            self,
            Self::Check(_) | Self::RefusedButChanged | Self::Listing(_) | Self::NoOrder | Self::Needless
        )
    }

    /// Whether it may come from a fault of the moment, which is looked for more often before it is
    /// believed.
    pub fn is_of_the_moment(&self) -> bool {
        matches!(self, Self::ServerError | Self::NoResponse)
    }

    /// Whether it is a wrong answer to one call that nothing else on the same ground explains: for want of room
    /// others may be why.
    pub fn is_of_the_answer(&self) -> bool {
        match self {
            Self::Accepted | Self::Status(_) => true,
            Self::Code(code) => !is_limit(code),
            _ => false,
        }
    }
}

/// One violation in one attempt at a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The kind of failure.
    pub class: Class,
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
    pub(crate) fn abridged(self) -> Self {
        Self { class: self.class.abridged(), observed: shortened(self.observed), ..self }
    }
}

/// A text without what is too long to be kept for every rule.
pub(crate) fn shortened(text: String) -> String {
    if text.len() <= LONGEST { text } else { bounded(&text, LONGEST).into_owned() }
}

/// What judging one exchange, or one attempt at a case, yields.
#[derive(Clone, Debug)]
pub enum Judgement {
    /// What came back is among the alternatives.
    Conforms,
    /// It is not.
    Violates(Vec<Violation>),
    /// Nobody knows what the response was.
    Inconclusive(Unknown),
    /// The rule's precondition is out of reach.
    NotApplicable(String),
}

/// Why nobody knows what a response was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// The target could not be reached for a while, and may have forgotten what was there.
    #[error("the target could not be reached for a while")]
    Interrupted,
    /// A call got a server error.
    #[error("a call got a server error, and may have been carried out or not")]
    ServerError,
    /// The target asked to slow down to the end.
    #[error("throttled: {0}")]
    Throttled(String),
    /// A call got no response.
    #[error("{0}")]
    NoResponse(String),
    /// The connection was closed on a judged call, and everything around such calls was answered the first
    /// time: a violation where it always is so.
    #[error("{}", .0.observed)]
    Closed(Box<Violation>),
    /// The case was tried beside others that share its ground, and has to be tried alone: what it violated there.
    #[error("tried beside other cases only{}", seen(.0.as_deref()))]
    NotAlone(Option<Box<Violation>>),
    /// A read came before what was written could be read, and the case has to be tried with late reads: what it
    /// violated before.
    #[error("what was written could not be read yet{}", seen(Some(.0)))]
    EarlyReads(Box<Violation>),
    /// The response says nothing that could be judged.
    #[error("{0}")]
    Unreadable(String),
}

fn seen(violation: Option<&Violation>) -> String {
    violation.map_or_else(String::new, |Violation { class, observed, .. }| {
        format!("; seen once: {class}, {observed}")
    })
}

impl Unknown {
    /// Whether a violation was seen that has to be confirmed.
    pub fn is_suspicion(&self) -> bool {
        matches!(self, Self::NotAlone(Some(_)) | Self::EarlyReads(_))
    }

    /// Whether another attempt may tell.
    pub fn is_transient(&self) -> bool {
        !matches!(self, Self::Unreadable(_))
    }
}

/// What stands in an observation between a response and the state after it.
pub const AND_THEN: &str = ", and then ";

/// A violation as it is reported: the smallest case that shows it, and how often it did.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is wrong.
    pub violation: Violation,
    /// The case, shrunk.
    pub case: Case,
    /// Every partition that failed in the same way, that of the case first.
    pub partitions: Vec<String>,
    /// How often the case showed it.
    pub reproduced: Reproduced,
    /// What was sent and came back in the case.
    pub evidence: Vec<Trace>,
}

/// How often a violation was seen in how many attempts at the same case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reproduced {
    /// Attempts that showed it.
    pub times: u32,
    /// Attempts that could have.
    pub of: u32,
}

impl Reproduced {
    /// Whether some attempt did not show it.
    pub fn is_intermittent(self) -> bool {
        self.times < self.of
    }
}

impl FromStr for Reproduced {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let (times, of) = text.split_once('/').unwrap_or((text, ""));
        Ok(Self { times: times.parse()?, of: of.parse()? })
    }
}

impl fmt::Display for Reproduced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.times, self.of)
    }
}

/// The verdict on a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that came back is among the alternatives.
    Conforms,
    /// Something is not.
    Violates,
    /// A violation that somebody owns.
    Waived,
    /// Throttled, timed out, no response, not HTTP.
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

/// What was seen so many times, in words.
pub fn counted(text: &str, times: u64) -> String {
    if times > 1 { format!("{text} ({times} times)") } else { text.to_owned() }
}

/// What [`counted`] says was seen, and how many times.
pub fn occurrences(text: &str) -> (&str, u64) {
    let counted = text
        .rsplit_once(" (")
        .and_then(|(seen, count)| Some((seen, count.strip_suffix(" times)")?.parse().ok()?)));
    counted.unwrap_or((text, 1))
}
