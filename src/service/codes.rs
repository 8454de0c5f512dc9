//! Error codes that no operation's own list has.

use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::Service;

/// Error codes for a caller who may not call, is not known or does not prove who it is, in the spellings that
/// are seen.
pub const AUTH_CODES: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// The codes for an account that has not subscribed to a service.
pub const NOT_SUBSCRIBED: &[&str] =
    &["OptInRequired", "OptInRequiredException", "SubscriptionRequiredException"];

/// The other error codes of the framework below every AWS service.
const FRAMEWORK_CODES: &[&str] = &[
    "InternalFailure",
    "InternalServerException",
    "MalformedHttpRequestException",
    "RequestEntityTooLargeException",
    "RequestTooLongException",
    "SerializationException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "UnknownOperationException",
    "UnsupportedMediaTypeException",
    "ValidationException",
];

/// Whether a code is of the framework below every AWS service.
pub fn is_of_framework(code: &str) -> bool {
    AUTH_CODES.contains(&code) || FRAMEWORK_CODES.contains(&code)
}

/// Whether a document names this code for the service, whatever it is for.
pub fn is_documented(service: Service, code: &str) -> bool {
    model(service).error(code).is_some() || is_of_framework(code)
}

/// Whether a code says that the caller has to slow down.
pub fn is_throttle(code: &str) -> bool {
    const CODES: [&str; 8] = [
        "ThrottledException",
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "ProvisionedThroughputExceededException",
        "SlowDown",
        "RequestThrottledException",
    ];
    CODES.contains(&code)
}

/// Whether a refusal says that the operation is not implemented.
pub fn says_not_implemented(status: u16, code: Option<&str>) -> bool {
    const CODES: [&str; 7] = [
        "UnknownOperationException",
        "UnknownOperation",
        "NotImplemented",
        "NotImplementedException",
        "NotImplementedError",
        "InvalidAction",
        "UnsupportedOperationException",
    ];
    status == 501 || code.is_some_and(|code| CODES.contains(&code))
}
