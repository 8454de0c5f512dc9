//! The codes that the endpoint answers with.

pub(crate) const INVALID_PAGINATION_TOKEN: &str = "InvalidPaginationTokenException";
pub(crate) const INVALID_PARAMETER: &str = "InvalidParameterException";
pub(crate) const INVALID_REQUEST: &str = "InvalidRequestException";
pub(crate) const INVALID_REVISION: &str = "InvalidPolicyRevisionIdException";
pub(crate) const LIMIT_EXCEEDED: &str = "LimitExceededException";
pub(crate) const LOCKOUT: &str = "LockoutPreventionException";
pub(crate) const MALFORMED: &str = "MalformedPolicyDocumentException";
pub(crate) const POLICY_COUNT: &str = "PolicyCountLimitExceededException";
pub(crate) const POLICY_SIZE: &str = "PolicySizeLimitExceededException";
pub(crate) const ALREADY_EXISTS: &str = "ResourceAlreadyExistsException";
pub(crate) const IN_USE: &str = "ResourceInUseException";
pub(crate) const NOT_FOUND: &str = "ResourceNotFoundException";
pub(crate) const QUOTA_EXCEEDED: &str = "ServiceQuotaExceededException";
pub(crate) const ACCESS_DENIED: &str = "AccessDeniedException";
pub(crate) const SERIALIZATION: &str = "SerializationException";
pub(crate) const MALFORMED_HTTP: &str = "MalformedHttpRequestException";
pub(crate) const INVALID_S3: &str = "InvalidS3ObjectException";
/// Of the layer below, which has no codes.
pub(crate) const NONE: &str = "";
pub(crate) const UNKNOWN_OPERATION: &str = "UnknownOperationException";
pub(crate) const VALIDATION: &str = "ValidationException";
pub(crate) const THROTTLED: &str = "ThrottledException";
pub(crate) const THROTTLING: &str = "ThrottlingException";
pub(crate) const THROUGHPUT: &str = "ProvisionedThroughputExceededException";
pub(crate) const INTERNAL: &str = "InternalServerError";
pub(crate) const INTERNAL_FAILURE: &str = "InternalFailure";
