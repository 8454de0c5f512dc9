//! What faults do, for the code that asks.

use super::defect::Defect;
use crate::constraints::Kind;
use crate::grammar::GrammarRule;
use crate::service::Operation;
use crate::service::Service;

/// What a fault does, for the code that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deviation {
    Constraint { operation: Operation, path: &'static str, kind: Kind, how: How },
    Refusal { operation: Operation, code: &'static str, how: Answered },
    Response { operation: Operation, path: &'static str, how: Response },
    Arn { operation: Operation, part: ArnPart },
    Document { service: Service, how: Mangling },
    Grammar { service: Service, rule: GrammarRule },
    Wire { service: Service, how: Wire },
    Defect(Defect),
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
    /// Letters and digits of a pattern are those of any script.
    Unicode,
    /// Only the first item of a list is looked at.
    FirstItem,
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
    /// Rightly, but the policy that exists gets the document.
    ButReplaces,
    /// Rightly, but the policy that exists gets another revision.
    ButRevises,
    /// Rightly, but the policy that exists gets another time of update.
    ButTouches,
    /// Rightly, but the policy that exists is deleted.
    ButDeletes,
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
    /// The moment of the response instead of a time.
    Now,
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
    /// The script of its digits.
    Digits,
}

/// What becomes of a document between its put and its listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mangling {
    Object,
    PercentEncoded,
    PercentDecoded,
    PlusAsSpace,
    Ascii,
    Mojibake,
    Truncated,
    Unescaped,
    EscapesDoubled,
    SpacesCollapsed,
    LowerCase,
    TwiceEncoded,
    HtmlEscaped,
    FirstStatement,
    NoCondition,
    FirstConditionValue,
    NoSid,
    NoId,
    ScalarsAsTexts,
    AccountsAsRoots,
    ListsOfOneCollapsed,
    FirstPrincipal,
    FirstKindOfPrincipal,
    FirstResource,
    Normalised,
    CutAtNul,
    ControlsDropped,
    EmptyTextsDropped,
    NothingDropped,
    FractionsCut,
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
    /// The code of the body is another one than that of the header.
    ErrorTwoCodes,
    /// A value of the wrong type is refused by the right code with the status 500.
    WrongTypeStatus500,
    /// Members are found by their names without regard to case.
    MemberNamesFolded,
    ErrorValidationError,
    NoRequestId,
    HtmlContentType,
    OtherContentType,
    Unsigned500,
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
    PathFolded,
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
