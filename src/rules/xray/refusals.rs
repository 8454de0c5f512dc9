//! How X-Ray refuses.

use crate::rules::expectation::{Expectation, Level};
use aws_conformance_generators::model::{Operation, model};
use aws_conformance_generators::partition::{Constraint, Target};
use aws_conformance_generators::plan::Service;

/// How X-Ray refuses what breaks a constraint of the model.
pub(super) const CONSTRAINT: [&str; 2] = ["InvalidRequestException", "ValidationException"];
/// How it refuses a value of the wrong JSON type.
pub(super) const TYPE: [&str; 3] =
    ["SerializationException", "InvalidRequestException", "ValidationException"];
/// How it refuses a document that is too large.
pub(super) const SIZE: [&str; 2] = ["PolicySizeLimitExceededException", "ValidationException"];
pub(super) const REVISION: &str = "InvalidPolicyRevisionIdException";
pub(super) const MALFORMED: &str = "MalformedPolicyDocumentException";
pub(super) const COUNT: &str = "PolicyCountLimitExceededException";
pub(super) const LOCKOUT: &str = "LockoutPreventionException";
/// An error of the service that no operation here lists; seen nowhere, and the plainest one for a
/// policy that does not exist.
pub(super) const NOT_FOUND: &str = "ResourceNotFoundException";

pub(super) fn operation(name: &str) -> &'static Operation {
    model(Service::Xray).operation(name).expect("the model has the operations that the rules are about")
}

/// A wrong type is refused, by which code is less certain; everything else by a constraint's code.
pub(super) fn refusal(_: &Target, constraint: Constraint) -> Expectation {
    match constraint {
        Constraint::Type => Expectation::refusal(&TYPE).other_code_is(Level::Should),
        _ => Expectation::refusal(&CONSTRAINT),
    }
}
