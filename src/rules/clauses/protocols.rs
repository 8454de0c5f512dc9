//! What holds of every operation: the protocols, errors below the operations, and how answers look.

use super::statement::because::{ADVICE, BUSY, CLIENT, OWN_FAILURE, PERMISSIONS, WORDING};
use super::statement::{Passage, at, says, unchecked};
use crate::rules::source::{
    API_REKOGNITION, API_XRAY, CAPTURES, COMMON_ERRORS, GUIDE_ERRORS, GUIDE_XRAY, INFERENCE,
    MODEL_REKOGNITION, MODEL_XRAY, QUOTAS, SMITHY,
};

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    at(&SMITHY, "awsJson1_1, requests", &[
        says("rekognition.request.method", "the method is POST"),
        says("rekognition.request.path", "the path is /"),
        says("rekognition.request.target", "x-amz-target names the service, then the operation"),
        says("rekognition.request.content-type", "the content type is application/x-amz-json-1.1"),
        says("rekognition.request.body", "the body is a JSON object"),
        says("rekognition.request.no-body", "an operation whose members are all optional can do without a body"),
    ]),
    at(&SMITHY, "awsJson1_1, answers", &[
        says("rekognition.answer.content-type", "the content type is application/x-amz-json-1.1"),
        says("rekognition.answer.empty", "an empty output has an empty body, for which clients take {} too"),
        says("rekognition.answer.time", "a time is a number of seconds since the epoch, with or without a fraction"),
    ]),
    at(&SMITHY, "awsJson1_1, errors", &[
        says("rekognition.error.code", "the code stands in __type; a client also takes it from x-amzn-errortype or code"),
        unchecked("rekognition.error.namespace", "a server should send the name of the shape alone, without its namespace",
            "every client takes the namespace off, so it harms nobody"),
    ]),
    at(&MODEL_REKOGNITION, "metadata", &[
        says("rekognition.request.target-prefix", "the target's prefix is RekognitionService"),
    ]),
    at(&API_REKOGNITION, "Common Parameters", &[
        says("rekognition.request.signed", "a request carries the parameters of Signature Version 4"),
    ]),
    at(&API_REKOGNITION, "Response Elements", &[
        says("rekognition.answer.status", "a success has the HTTP status 200"),
        says("rekognition.answer.json", "what is answered is JSON"),
    ]),
    at(&API_REKOGNITION, "Errors", &[
        says("rekognition.error.status", "each error has the status that is given for it"),
        unchecked("rekognition.error.again", "after InternalServerError and ThrottlingException the call can be made again", ADVICE),
    ]),
    at(&MODEL_REKOGNITION, "errors", &[
        says("rekognition.error.listed", "the errors of an operation are those that it lists"),
        unchecked("rekognition.error.members", "error shapes have Message, Code and Logref", "all of them are optional, and clients do not need them"),
    ]),
    at(&GUIDE_ERRORS, "Error handling", &[
        says("rekognition.error.own", "errors of 5xx are the service's own, and a good request does not bring them about"),
        says("rekognition.error.status-400", "errors of permissions, constraints, tokens, limits, quotas, throughput and resources have the status 400"),
        says("rekognition.error.body", "an error's body has its code in __type and Code"),
        unchecked("rekognition.error.logref", "an error's body has Logref, which recorded answers lack", "a later recorded answer has none, so it may be missing"),
        says("rekognition.error.request-id", "an error comes with x-amzn-requestid"),
        unchecked("rekognition.error.message", "each code has a message of its own", WORDING),
    ]),
    at(&CAPTURES, "other operations", &[
        says("rekognition.error.validation", "what breaks a constraint of the model is a ValidationException, 400, though no operation lists it"),
        says("rekognition.error.parameter", "what breaks a rule of the service is an InvalidParameterException, 400"),
        unchecked("rekognition.error.denied", "AccessDeniedException has no message", WORDING),
    ]),
    at(&QUOTAS, "requests a second", &[
        unchecked("rekognition.request.rate", "an account makes at most 5 calls a second of each operation", BUSY),
    ]),
    at(&SMITHY, "restJson1, requests", &[
        says("xray.request.method", "the method is the operation's, POST"),
        says("xray.request.path", "the path is the operation's"),
        says("xray.request.content-type", "the content type is application/json; another one is refused with 415"),
        says("xray.request.body", "the body is a JSON object"),
        says("xray.request.no-body", "an operation whose members are all optional can do without a body"),
    ]),
    at(&SMITHY, "restJson1, answers", &[
        says("xray.answer.content-type", "the content type is application/json"),
        says("xray.answer.time", "a time is a number of seconds since the epoch, with or without a fraction"),
    ]),
    at(&SMITHY, "restJson1, errors", &[
        says("xray.error.code", "the code stands in x-amzn-errortype, or in the body's __type or code"),
    ]),
    at(&MODEL_XRAY, "metadata", &[
        says("xray.request.signed", "requests are signed for xray, by Signature Version 4"),
        says("xray.request.region", "the service is one of each region"),
    ]),
    at(&API_XRAY, "Response Elements", &[
        says("xray.answer.status", "a success has the HTTP status 200"),
    ]),
    at(&API_XRAY, "Errors", &[
        says("xray.error.status", "each error has the status that is given for it"),
    ]),
    at(&MODEL_XRAY, "errors", &[
        says("xray.error.listed", "the errors of an operation are those that it lists"),
        unchecked("xray.error.members", "error shapes have Message", WORDING),
        says("xray.error.not-found", "ResourceNotFoundException is the service's and none of these operations'"),
    ]),
    at(&GUIDE_XRAY, "API configuration", &[
        says("xray.answer.time-examples", "examples have times like 1529959993.0"),
    ]),
    at(&CAPTURES, "other operations", &[
        says("xray.error.validation", "what breaks a constraint is refused with InvalidRequestException, 400, which a put does not list"),
        unchecked("xray.error.throttled", "throttling is ThrottledException in some answers and ThrottlingException in others", BUSY),
    ]),
    at(&SMITHY, "requests", &[
        says("protocol.required", "a required member has to be there"),
        says("protocol.type", "a value of another JSON type cannot be deserialised, and is refused"),
        says("protocol.unreadable", "what cannot be deserialised is refused"),
    ]),
    at(&SMITHY, "answers", &[
        says("protocol.answer-types", "members have the JSON types of their shapes"),
        says("protocol.answer-readable", "a client can deserialise the answer"),
        unchecked("protocol.answer-unknown-member", "members that a client does not know are ignored", CLIENT),
    ]),
    at(&SMITHY, "errors", &[
        says("protocol.error", "an error has a code and a status that is an error's"),
        says("protocol.error-code", "a client cuts a code at the first colon and behind the number sign"),
    ]),
    at(&COMMON_ERRORS, "authentication", &[
        says("protocol.signature.malformed", "IncompleteSignature: the signature is not one; 400 in older pages, 403 in newer ones"),
        says("protocol.signature.unknown-key", "InvalidClientTokenId: nobody has that key; 403"),
        says("protocol.signature.expired", "RequestExpired: the request is too old; 400"),
        unchecked("protocol.signature.token", "ExpiredTokenException: the token of the session has expired; 403",
            "a token that has expired has to have been issued before"),
    ]),
    at(&COMMON_ERRORS, "authorization", &[
        unchecked("protocol.denied", "AccessDeniedException, NotAuthorized: the caller may not do this; 400, 401 or 403", PERMISSIONS),
        unchecked("protocol.opt-in", "OptInRequired: the account has not subscribed to the service; 403", "it depends on the caller's account"),
    ]),
    at(&COMMON_ERRORS, "requests", &[
        says("protocol.unknown-operation", "InvalidAction: there is no such operation"),
        says("protocol.validation", "ValidationError: a constraint is broken; 400"),
        says("protocol.malformed", "MalformedHttpRequestException: the request cannot be read; 400"),
        says("protocol.too-large", "RequestEntityTooLargeException: the body is too large; 413"),
        unchecked("protocol.throttled", "ThrottlingException: too many requests; 400", BUSY),
    ]),
    at(&COMMON_ERRORS, "the service's own", &[
        says("protocol.failure", "InternalFailure has the status 500, and a good request does not bring it about"),
        unchecked("protocol.unavailable", "ServiceUnavailable has the status 503", OWN_FAILURE),
    ]),
    at(&INFERENCE, "requests", &[
        says("protocol.answered", "whatever a client sends, it is answered, and not with an error of the service's own"),
        says("protocol.client-mistake", "a content type or a target that is wrong or missing is the client's mistake, not the service's"),
        says("protocol.signed-now", "a request that its sender did not sign, or not now, is refused"),
        says("protocol.unknown-member", "a member that the input does not have is ignored, as by AWS's other services"),
        says("protocol.null", "null is as good as no member"),
        says("protocol.no-redirection", "no operation answers with a redirection"),
        unchecked("protocol.several", "several constraints that are broken at once may be told in any number and order", "any error that applies will do"),
    ]),
    at(&INFERENCE, "state", &[
        says("protocol.unchanged", "a call that is refused changes nothing"),
        says("protocol.sequence", "calls one after the other leave what each of them says"),
        says("protocol.overlapping", "calls that overlap come to what they would come to one after another, in some order"),
    ]),
    at(&CAPTURES, "headers", &[
        says("protocol.request-id", "every answer has x-amzn-requestid"),
        says("protocol.content-type", "answers have the content type of the protocol"),
    ]),
    at(&CAPTURES, "errors", &[
        says("protocol.unrecognized", "bad credentials are refused with UnrecognizedClientException, by 400 or 403"),
        says("protocol.serialization", "a body that cannot be read is refused with SerializationException"),
        says("protocol.signature.missing", "a request without a signature is refused with MissingAuthenticationTokenException"),
        unchecked("protocol.constraint-message", "a refusal by a constraint tells the value, the member and the constraint", WORDING),
    ]),
];
