//! What holds of every operation: the protocols, errors below the operations, and how answers look.

use super::Checked::{By, Not};
use super::because::{BUSY, CLIENT, OWN_FAILURE, PERMISSIONS, WORDING};
use super::{Passage, REKOGNITION, Says, XRAY, of};
use crate::rules::source::{
    API_REKOGNITION, API_XRAY, CAPTURES, COMMON_ERRORS, GUIDE_ERRORS, GUIDE_XRAY, INFERENCE,
    MODEL_REKOGNITION, MODEL_XRAY, SMITHY, Source,
};
use aws_conformance_generators::plan::Service;

const fn both(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    of(&Service::ALL, source, place, says)
}

const fn rekognition(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    of(REKOGNITION, source, place, says)
}

const fn xray(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    of(XRAY, source, place, says)
}

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    rekognition(&SMITHY, "awsJson1_1, requests", &[
        ("the method is POST", By(&["wire.method.wrong"])),
        ("the path is /", By(&["wire.path.wrong"])),
        ("x-amz-target names the service, then the operation", By(&["wire.target.wrong", "wire.operation.unknown"])),
        ("the content type is application/x-amz-json-1.1", By(&["wire.content-type.wrong"])),
        ("the body is a JSON object", By(&["wire.body.{not-json,not-object,hostile}"])),
        ("an operation whose members are all optional can do without a body", By(&["wire.body.optional"])),
    ]),
    rekognition(&SMITHY, "awsJson1_1, answers", &[
        ("the content type is application/x-amz-json-1.1", By(&["monitor.content-type"])),
        ("an empty output has an empty body, for which clients take {} too", By(&["monitor.response-types"])),
        ("a time is a number of seconds since the epoch, with or without a fraction",
            By(&["ListProjectPolicies.ProjectPolicies.timestamps", "DescribeProjects.ProjectDescriptions.members", "monitor.response-types"])),
    ]),
    rekognition(&SMITHY, "awsJson1_1, errors", &[
        ("the code stands in __type", By(&["monitor.error-code"])),
        ("a client also takes it from x-amzn-errortype or code", By(&["monitor.error-code", "monitor.typed-client"])),
        ("a server should send the name of the shape alone, without its namespace", Not("every client takes the namespace off, so it harms nobody")),
    ]),
    rekognition(&MODEL_REKOGNITION, "metadata", &[
        ("requests are signed for rekognition", By(&["wire.signature.*"])),
        ("the target's prefix is RekognitionService", By(&["wire.target.wrong"])),
        ("the operations of the policies have not changed since 2022", Not("it is about the documents")),
    ]),
    xray(&SMITHY, "restJson1, requests", &[
        ("the method is the operation's, POST", By(&["wire.method.wrong"])),
        ("the path is the operation's", By(&["wire.path.wrong", "wire.operation.unknown"])),
        ("the content type is application/json", By(&["wire.content-type.wrong"])),
        ("the body is a JSON object", By(&["wire.body.{not-json,not-object,hostile}"])),
        ("an operation whose members are all optional can do without a body", By(&["wire.body.optional"])),
    ]),
    xray(&SMITHY, "restJson1, answers", &[
        ("the content type is application/json", By(&["monitor.content-type"])),
        ("a time is a number of seconds since the epoch, with or without a fraction",
            By(&["PutResourcePolicy.LastUpdatedTime.seconds", "ListResourcePolicies.LastUpdatedTime.seconds", "monitor.response-types"])),
    ]),
    xray(&SMITHY, "restJson1, errors", &[
        ("the code stands in x-amzn-errortype, or in the body's __type or code", By(&["monitor.error-code"])),
    ]),
    xray(&MODEL_XRAY, "metadata", &[
        ("requests are signed for xray", By(&["wire.signature.*"])),
        ("the service is one of each region", By(&["ListResourcePolicies.region.separate"])),
        ("the operations of the policies have not changed since 2022", Not("it is about the documents")),
    ]),
    xray(&GUIDE_XRAY, "API configuration", &[
        ("examples have times like 1529959993.0", By(&["PutResourcePolicy.LastUpdatedTime.seconds"])),
    ]),
    both(&SMITHY, "requests", &[
        ("a required member has to be there", By(&["wire.body.empty"])),
        ("a value of another JSON type cannot be deserialised, and is refused", By(&["*.type"])),
        ("a member that the input does not have is ignored", By(&["wire.member.unknown"])),
    ]),
    both(&SMITHY, "answers", &[
        ("members have the JSON types of their shapes", By(&["monitor.response-types"])),
        ("a client can deserialise the answer", By(&["monitor.typed-client"])),
        ("members that a client does not know are ignored", CLIENT),
    ]),
    both(&SMITHY, "errors", &[
        ("an error has a code and a status that is an error's", By(&["monitor.error-code"])),
        ("a client cuts a code at the first colon and behind the number sign", By(&["monitor.typed-client"])),
    ]),
    both(&COMMON_ERRORS, "authentication", &[
        ("IncompleteSignature: the signature is not one; 400 in older pages, 403 in newer ones", By(&["wire.signature.malformed"])),
        ("InvalidClientTokenId: nobody has that key; 403", By(&["wire.signature.unknown-key"])),
        ("RequestExpired: the request is too old; 400", By(&["wire.signature.expired"])),
        ("ExpiredTokenException: the token of the session has expired; 403", Not("a token that has expired has to have been issued before")),
        ("which status goes with them is 400 on some pages and 403 on others", Not("pages of different years contradict each other, so either will do")),
    ]),
    both(&COMMON_ERRORS, "authorization", &[
        ("AccessDeniedException: the caller may not do this; 400 in older pages, 403 in newer ones", PERMISSIONS),
        ("NotAuthorized: the caller has no permission; 400 or 401", PERMISSIONS),
        ("OptInRequired: the account has not subscribed to the service; 403", Not("it depends on the caller's account")),
    ]),
    both(&COMMON_ERRORS, "requests", &[
        ("InvalidAction: there is no such operation", By(&["wire.operation.unknown"])),
        ("ValidationError: a constraint is broken; 400", By(&["*.{required,length-min,length-max,pattern}", "monitor.error-known"])),
        ("MalformedHttpRequestException: the request cannot be read; 400", By(&["wire.body.hostile"])),
        ("RequestEntityTooLargeException: the body is too large; 413", By(&["wire.body.hostile"])),
        ("ThrottlingException: too many requests; 400", BUSY),
    ]),
    both(&COMMON_ERRORS, "the service's own", &[
        ("InternalFailure has the status 500, and a good request does not bring it about", By(&["monitor.server-error"])),
        ("ServiceUnavailable has the status 503", OWN_FAILURE),
    ]),
    both(&INFERENCE, "requests", &[
        ("whatever a client sends, it is answered, and not with an error of the service's own", By(&["wire.body.hostile"])),
        ("a wrong or missing content type is the client's mistake", By(&["wire.content-type.wrong"])),
        ("a request that its sender did not sign, or not now, is refused", By(&["wire.signature.*"])),
        ("null is as good as no member", By(&["*.{required,type}"])),
        ("an operation that does not exist is refused, perhaps with UnknownOperationException", By(&["wire.operation.unknown"])),
        ("no operation answers with a redirection", By(&["monitor.redirect"])),
        ("several constraints that are broken at once may be told in any number and order", Not("any error that applies will do")),
    ]),
    both(&INFERENCE, "state", &[
        ("a call that is refused changes nothing", By(&["*.{required,pattern}", "*.stale"])),
        ("calls one after the other leave what each of them says", By(&["lifecycle.sequence.state"])),
        ("calls at the same time come to what they would in some order", By(&["concurrency.*"])),
    ]),
    both(&CAPTURES, "headers", &[
        ("every answer has x-amzn-requestid", By(&["monitor.request-id"])),
        ("answers have the content type of the protocol", By(&["monitor.content-type"])),
    ]),
    both(&CAPTURES, "errors", &[
        ("bad credentials are refused with UnrecognizedClientException, by 400 or 403", By(&["wire.signature.{wrong-secret,unknown-key}"])),
        ("a body that cannot be read is refused with SerializationException", By(&["wire.body.{not-json,not-object}"])),
        ("a request without a signature is refused with MissingAuthenticationTokenException", By(&["wire.signature.missing"])),
        ("a refusal by a constraint tells the value, the member and the constraint", WORDING),
    ]),
    rekognition(&API_REKOGNITION, "Common Parameters", &[
        ("a request carries the parameters of Signature Version 4", By(&["wire.signature.*"])),
    ]),
    rekognition(&MODEL_REKOGNITION, "errors", &[
        ("error shapes have Message, Code and Logref", Not("all of them are optional, and clients do not need them")),
        ("the errors of an operation are those that it lists", By(&["monitor.error-known"])),
    ]),
    rekognition(&GUIDE_ERRORS, "Error handling", &[
        ("errors of 5xx are the service's own, and a good request does not bring them about", By(&["monitor.server-error"])),
        ("errors of permissions, constraints, tokens, limits, quotas, throughput and resources have the status 400", By(&["monitor.error-status"])),
        ("InternalServerError has the status 500", By(&["monitor.error-status"])),
        ("ThrottlingException is among the errors of status 400, and among those of 500", By(&["monitor.error-status"])),
        ("an error's body has its code in __type and Code", By(&["monitor.error-code"])),
        ("an error's body has Logref, which recorded answers lack", Not("a later recorded answer has none, so it may be missing")),
        ("an error comes with x-amzn-requestid", By(&["monitor.request-id"])),
        ("each code has a message of its own", WORDING),
    ]),
    rekognition(&CAPTURES, "other operations", &[
        ("what breaks a constraint of the model is a ValidationException, 400", By(&["*.{required,length-min,length-max,pattern}"])),
        ("what breaks a rule of the service is an InvalidParameterException, 400", By(&["PutProjectPolicy.PolicyDocument.{not-a-policy,forbidden-elements}"])),
        ("AccessDeniedException has no message", WORDING),
    ]),
    xray(&API_XRAY, "Errors", &[
        ("each error has the status that is given for it", By(&["monitor.error-status"])),
    ]),
    xray(&MODEL_XRAY, "errors", &[
        ("error shapes have Message", WORDING),
        ("the errors of an operation are those that it lists", By(&["monitor.error-known"])),
        ("ResourceNotFoundException is the service's and none of these operations'", By(&["DeleteResourcePolicy.PolicyName.absent-policy"])),
    ]),
    xray(&CAPTURES, "other operations", &[
        ("throttling is ThrottledException in some answers and ThrottlingException in others", BUSY),
    ]),
];
