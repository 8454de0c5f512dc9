//! How Rekognition refuses.

use crate::rules::expectation::{Expectation, Level};
use aws_conformance_generators::model::{Operation, model};
use aws_conformance_generators::partition::{Constraint, Target, unfit};
use aws_conformance_generators::plan::Service;

/// How Rekognition refuses what breaks a constraint of the model.
pub(super) const CONSTRAINT: [&str; 2] = ["ValidationException", "InvalidParameterException"];
/// How it refuses a value of the wrong JSON type.
pub(super) const TYPE: [&str; 3] =
    ["SerializationException", "ValidationException", "InvalidParameterException"];
pub(super) const REVISION: &str = "InvalidPolicyRevisionIdException";
pub(super) const MALFORMED: &str = "MalformedPolicyDocumentException";
/// How it refuses what is no policy document.
pub(super) const DOCUMENT: [&str; 2] = [MALFORMED, "InvalidParameterException"];
pub(super) const NOT_FOUND: &str = "ResourceNotFoundException";
pub(super) const ACCESS_DENIED: &str = "AccessDeniedException";
pub(super) const EXISTS: &str = "ResourceAlreadyExistsException";
pub(super) const LIMIT: [&str; 2] = ["LimitExceededException", "ServiceQuotaExceededException"];
/// How it refuses a pagination token.
pub(super) const TOKEN: [&str; 3] =
    ["InvalidPaginationTokenException", "InvalidParameterException", "ValidationException"];

pub(super) fn operation(name: &str) -> &'static Operation {
    model(Service::Rekognition)
        .operation(name)
        .expect("the model has the operations that the rules are about")
}

/// How a value that breaks a constraint is refused, with what else applies to it: what is malformed
/// names nothing either, nor is it the current one.
pub(super) fn refusal(target: &Target, constraint: Constraint) -> Expectation {
    match constraint {
        Constraint::Type => return Expectation::refusal(&TYPE).other_code_is(Level::Should),
        Constraint::Required => return Expectation::refusal(&CONSTRAINT),
        _ => {}
    }
    let also: &[&str] = match (target.path.as_str(), constraint) {
        ("ProjectArn", _) => &[NOT_FOUND],
        ("PolicyDocument", Constraint::LengthMax) => &["ServiceQuotaExceededException"],
        ("PolicyDocument", _) => &[MALFORMED],
        ("PolicyRevisionId", _) => &[REVISION, NOT_FOUND],
        ("NextToken", _) => &["InvalidPaginationTokenException", "SerializationException"],
        // Nothing is called so either.
        ("ProjectNames" | "ProjectNames.member", _) => &[NOT_FOUND],
        _ => &[],
    };
    Expectation::refusal(&CONSTRAINT).or_refusal(also)
}

/// How a value that obeys its constraints is refused, since it names or says nothing.
pub(super) fn unfit(target: &Target, why: &str) -> Expectation {
    match target.path.as_str() {
        "ProjectArn" => unknown_project(why),
        "PolicyRevisionId" => Expectation::refusal(&[REVISION]),
        // Some services' tokens are keys, and any text may be one.
        "NextToken" => Expectation::refusal(&TOKEN).at(Level::Should),
        "PolicyDocument" => Expectation::refusal(&DOCUMENT),
        _ => Expectation::refusal(&CONSTRAINT).or_refusal(&[NOT_FOUND]),
    }
}

/// How a well-formed ARN that names none of the caller's projects here is refused.
pub(super) fn unknown_project(why: &str) -> Expectation {
    let not_found = Expectation::refusal(&[NOT_FOUND]);
    match why {
        unfit::FOREIGN => not_found.or_refusal(&[ACCESS_DENIED]).or_refusal(&CONSTRAINT),
        unfit::CASED_ARN => not_found.or_refusal(&[ACCESS_DENIED]).or_refusal(&CONSTRAINT).at(Level::Should),
        // Its creation stamp has more digits than a number of 64 bits.
        unfit::LONG_ARN => not_found.or_refusal(&CONSTRAINT),
        _ => not_found,
    }
}
