//! The faults: each breaks one documented rule, and is off unless it is switched on.
//!
//! Where the shape repeats, faults are data: the constraint table, the documented errors, the
//! members of the responses, the parts of an ARN and the rules of the policy grammar, each
//! times the ways of getting it wrong. What does not repeat is a [`Quirk`] with a line of its
//! own in [`rekognition`] or [`xray`].

mod arns;
mod constraints;
mod grammar;
mod refusals;
mod rekognition;
mod responses;
mod wire;
mod xray;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::constraints::Kind;
use crate::policy::GrammarRule;
use crate::service::{Operation, Service};

pub(crate) use quirk::Quirk;

mod quirk;

/// How strictly the documents settle what a fault breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Settled by the documents.
    Must,
    /// The sources leave room, but not this much.
    Should,
    /// Nothing is promised; what comes back can only be recorded.
    Observe,
}

/// A way of breaking one documented rule.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fault {
    /// The stable name that switches it on.
    pub name: &'static str,
    /// The documented rule that it breaks, and how, in words.
    pub breaks: &'static str,
    /// The service that behaves wrongly.
    pub service: Service,
    /// The operation that behaves wrongly, where it is a single one's.
    pub operation: Option<Operation>,
    /// How strictly the documents settle the rule.
    pub level: Level,
    pub(crate) deviation: Deviation,
}

impl Fault {
    /// Whether it shows only where signatures are verified.
    pub fn is_of_signatures(&self) -> bool {
        use Wire::{
            SignatureExpiredAccepted, SignatureMalformedAccepted, SignatureMissingAccepted,
            SignatureNotCompared, SignatureOfUnknownKeyAccepted,
        };
        let Deviation::Wire { how, .. } = &self.deviation else { return false };
        matches!(
            how,
            SignatureMissingAccepted
                | SignatureMalformedAccepted
                | SignatureExpiredAccepted
                | SignatureOfUnknownKeyAccepted
                | SignatureNotCompared
        )
    }
}

/// What a fault does, for the code that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deviation {
    Constraint { operation: Operation, path: &'static str, kind: Kind, how: How },
    Refusal { operation: Operation, code: &'static str, how: Answered },
    Response { operation: Operation, path: &'static str, how: Response },
    Arn { operation: Operation, part: ArnPart },
    Grammar { service: Service, rule: GrammarRule },
    Wire { service: Service, how: Wire },
    Quirk(Quirk),
}

/// How a constraint is got wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Not enforced.
    Dropped,
    /// One more than allowed is accepted.
    Loose,
    /// What is just allowed is refused.
    Tight,
    /// A pattern need only match the beginning.
    Prefix,
    /// A pattern forgives a newline at the end.
    Newline,
    /// A breach is answered with a documented code that means something else.
    WrongCode(&'static str),
    /// A breach is answered with this status.
    WrongStatus(u16),
}

/// How a refusal goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    /// With another documented code.
    Code(&'static str),
    /// With another status.
    Status(u16),
    /// Without a code.
    NoCode,
    /// Rightly, but what was refused is done all the same.
    ButDone,
}

/// How a member of a response goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Response {
    Missing,
    /// Its name begins with a small letter.
    LowerCase,
    Null,
    /// A text is a list, a number a text, a list an object.
    WrongType,
    /// A text is empty.
    Empty,
    IsoTime,
    Milliseconds,
    Zero,
    Tomorrow,
}

/// A part of an ARN that a lookup does not compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArnPart {
    Partition,
    Service,
    Region,
    Account,
    ResourceType,
    NameCase,
    Stamp,
    /// Whatever follows a good ARN.
    Suffix,
    /// A newline that follows a good ARN.
    Newline,
    /// Whatever precedes a good ARN.
    Prefix,
}

/// How a service goes wrong on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    ErrorStatus200,
    ErrorText,
    ErrorWithoutCode,
    ErrorHtml,
    ErrorXml,
    ErrorWithoutSuffix,
    ErrorLowerCase,
    ErrorNested,
    ErrorValidationError,
    NoRequestId,
    HtmlContentType,
    Flaky500,
    NotJson500,
    NotObject500,
    NotObjectAccepted,
    NotJsonAccepted,
    WrongType500,
    NullMember500,
    DeepNesting500,
    InvalidUtf8Is500,
    WrongMethodAccepted,
    WrongMethod500,
    WrongPathAccepted,
    WrongPath500,
    SignatureMissingAccepted,
    SignatureMalformedAccepted,
    SignatureExpiredAccepted,
    SignatureOfUnknownKeyAccepted,
    SignatureNotCompared,
    UnknownOperationAccepted,
    UnknownOperation500,
    ExtraMembersRefused500,
    ContentType500,
    BodyTwiceEncoded,
    SuccessStatus201,
    SuccessXml,
    LatinBody,
    ErrorRedirects,
}

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

/// Makes a fault. The texts live as long as the registry: as long as the process.
fn fault(
    service: Service,
    operation: Option<Operation>,
    name: String,
    breaks: String,
    level: Level,
    deviation: Deviation,
) -> Fault {
    Fault { name: name.leak(), breaks: breaks.leak(), service, operation, level, deviation }
}

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
