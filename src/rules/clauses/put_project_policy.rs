//! `PutProjectPolicy`, but for the documents that it takes.

use super::Checked::{By, Not};
use super::because::{ADVICE, BUSY, MODEL, OWN_FAILURE, PERMISSIONS};
use super::{Passage, REKOGNITION, Says};
use crate::rules::source::{
    API_REKOGNITION, BOTO3_REKOGNITION, CAPTURES, CLI_REKOGNITION, GUIDE_CUSTOM_LABELS, INFERENCE,
    MODEL_REKOGNITION, QUOTAS, Source,
};

const fn says(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: REKOGNITION, operation: Some("PutProjectPolicy"), source, place, says }
}

const fn api(place: &'static str, statements: &'static [Says]) -> Passage {
    says(&API_REKOGNITION, place, statements)
}

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    api("Description", &[
        ("the operation is for Custom Labels alone, so a project for another feature takes no policy",
            Not("how a project for another feature refuses a policy is not said")),
        ("it attaches a policy to a project", By(&["PutProjectPolicy.PolicyName.attaches", "PutProjectPolicy.ProjectArn.separate"])),
        ("the project is one of the account that trusts another, which is the caller's", By(&["PutProjectPolicy.ProjectArn.foreign"])),
        ("the policy lets a trusted account copy a version of a model into a project of its own", MODEL),
        ("the answer is a revision id", By(&["PutProjectPolicy.PolicyRevisionId.answered"])),
        ("several policies can be attached to a project", By(&["PutProjectPolicy.PolicyName.several"])),
        ("a policy that exists is updated by giving its revision id",
            By(&["PutProjectPolicy.PolicyRevisionId.current-updates", "lifecycle.sequence.state"])),
        ("DeleteProjectPolicy takes a policy away again",
            By(&["DeleteProjectPolicy.PolicyName.deletes", "ListProjectPolicies.ProjectPolicies.deleted"])),
        ("ListProjectPolicies lists the policies of a project",
            By(&["ListProjectPolicies.ProjectPolicies.complete", "ListProjectPolicies.ProjectPolicies.of-project"])),
        ("CopyProjectVersion makes the copy that a policy allows", MODEL),
        ("the caller needs the permission rekognition:PutProjectPolicy", PERMISSIONS),
    ]),
    api("Request Syntax", &[
        ("the members of the input are those of one JSON object", By(&["wire.body.not-json", "wire.body.not-object"])),
    ]),
    api("Request Parameters, PolicyName", &[
        ("it is the policy's name, so a policy with another name is another policy", By(&["PutProjectPolicy.PolicyName.several"])),
        ("it is a string", By(&["PutProjectPolicy.PolicyName.type"])),
        ("it has 1 to 128 characters", By(&["PutProjectPolicy.PolicyName.length-*"])),
        ("it consists of letters and digits of ASCII, underscores, full stops and hyphens", By(&["PutProjectPolicy.PolicyName.pattern"])),
        ("it is required", By(&["PutProjectPolicy.PolicyName.required"])),
    ]),
    api("Request Parameters, PolicyRevisionId", &[
        ("it is the revision id of the policy, and of no other", By(&["PutProjectPolicy.PolicyRevisionId.of-another"])),
        ("every modification makes and assigns a new one", By(&["PutProjectPolicy.PolicyRevisionId.new"])),
        ("the version before a modification is deleted with it",
            By(&["PutProjectPolicy.PolicyRevisionId.stale", "ListProjectPolicies.ProjectPolicies.as-put"])),
        ("it is a string", By(&["PutProjectPolicy.PolicyRevisionId.type"])),
        ("it has at most 64 characters", By(&["PutProjectPolicy.PolicyRevisionId.length-max"])),
        ("it consists of hexadecimal digits of either case",
            By(&["PutProjectPolicy.PolicyRevisionId.pattern", "PutProjectPolicy.PolicyRevisionId.malformed"])),
        ("it may be left out", By(&["PutProjectPolicy.PolicyName.attaches"])),
    ]),
    api("Request Parameters, ProjectArn", &[
        ("it names the project that the policy is attached to", By(&["PutProjectPolicy.ProjectArn.separate"])),
        ("it is a string", By(&["PutProjectPolicy.ProjectArn.type"])),
        ("it has 20 to 2048 characters", By(&["PutProjectPolicy.ProjectArn.length-*"])),
        ("it is an ARN of Rekognition: partition, region, an account of 12 digits, a project's name and digits",
            By(&["PutProjectPolicy.ProjectArn.pattern"])),
        ("it is required", By(&["PutProjectPolicy.ProjectArn.required"])),
    ]),
    api("Response Elements", &[
        ("a success has the HTTP status 200", By(&["monitor.success-status"])),
        ("what is answered is JSON", By(&["monitor.response-types", "monitor.content-type"])),
    ]),
    api("Response Elements, PolicyRevisionId", &[
        ("it is the id of the policy's revision, as the list shows it", By(&["PutProjectPolicy.PolicyName.attaches"])),
        ("it is a string", By(&["PutProjectPolicy.PolicyRevisionId.answered", "monitor.response-types"])),
        ("it has at most 64 characters", By(&["PutProjectPolicy.PolicyRevisionId.answered"])),
        ("it consists of hexadecimal digits, at least one", By(&["PutProjectPolicy.PolicyRevisionId.answered"])),
    ]),
    api("Errors", &[
        ("each error has the status that is given for it", By(&["monitor.error-status"])),
    ]),
    api("Errors, AccessDeniedException", &[
        ("it is for a caller who may not do this", PERMISSIONS),
        ("its status is 400", By(&["monitor.error-status"])),
    ]),
    api("Errors, InternalServerError", &[
        ("it is for trouble of the service's own", OWN_FAILURE),
        ("its status is 500", By(&["monitor.error-status"])),
        ("the call can be made again", ADVICE),
    ]),
    api("Errors, InvalidParameterException", &[
        ("it is for an input that breaks a constraint",
            By(&["PutProjectPolicy.*.{required,length-min,length-max,pattern}", "PutProjectPolicy.PolicyDocument.required-members"])),
        ("its status is 400", By(&["monitor.error-status"])),
    ]),
    api("Errors, InvalidPolicyRevisionIdException", &[
        ("it is for a revision id that is not the policy's",
            By(&["PutProjectPolicy.PolicyRevisionId.{stale,of-another,never-issued,malformed}"])),
        ("its status is 400", By(&["monitor.error-status"])),
    ]),
    api("Errors, LimitExceededException", &[
        ("it is for more than a limit of the service allows", By(&["PutProjectPolicy.PolicyName.count-max"])),
        ("it is for too many jobs at a time, until some have ended", Not("a put starts no job")),
        ("its status is 400", By(&["monitor.error-status"])),
    ]),
    api("Errors, MalformedPolicyDocumentException", &[
        ("it is for a document whose form is wrong", By(&["PutProjectPolicy.PolicyDocument.{not-json,not-a-policy,forbidden-elements}"])),
        ("its status is 400", By(&["monitor.error-status"])),
    ]),
    api("Errors, ProvisionedThroughputExceededException", &[
        ("it is for more requests than the caller's throughput allows", BUSY),
        ("its status is 400", By(&["monitor.error-status"])),
    ]),
    api("Errors, ResourceAlreadyExistsException", &[
        ("it is for the id of a resource that is there already", By(&["PutProjectPolicy.PolicyRevisionId.absent-on-taken-name", "concurrency.creation.once"])),
        ("its status is 400", By(&["monitor.error-status"])),
    ]),
    api("Errors, ResourceNotFoundException", &[
        ("it is for a resource that cannot be found", By(&["PutProjectPolicy.ProjectArn.{unknown,foreign}"])),
        ("its status is 400", By(&["monitor.error-status"])),
    ]),
    api("Errors, ServiceQuotaExceededException", &[
        ("it is for a resource that is larger than is allowed", By(&["PutProjectPolicy.PolicyDocument.length-max", "PutProjectPolicy.PolicyName.count-max"])),
        ("its status is 400", By(&["monitor.error-status"])),
    ]),
    api("Errors, ThrottlingException", &[
        ("it is for a service that cannot take the request for the moment", BUSY),
        ("its status is 500, which other documents contradict", By(&["monitor.error-status"])),
    ]),
    says(&BOTO3_REKOGNITION, "Request Syntax", &[
        ("all four members are strings", By(&["PutProjectPolicy.*.type"])),
        ("all but the revision id are required", By(&["PutProjectPolicy.*.required", "PutProjectPolicy.PolicyDocument.required-members"])),
    ]),
    says(&BOTO3_REKOGNITION, "Response Syntax", &[
        ("the answer is a structure with the string PolicyRevisionId", By(&["PutProjectPolicy.PolicyRevisionId.answered", "monitor.response-types"])),
    ]),
    says(&BOTO3_REKOGNITION, "Exceptions", &[
        ("eleven errors are the operation's, and ValidationException is none of them", By(&["monitor.error-known"])),
    ]),
    says(&CLI_REKOGNITION, "Synopsis", &[
        ("all but the revision id are required", By(&["PutProjectPolicy.*.required"])),
    ]),
    says(&CLI_REKOGNITION, "Output", &[
        ("the answer has PolicyRevisionId, a string", By(&["PutProjectPolicy.PolicyRevisionId.answered"])),
    ]),
    says(&MODEL_REKOGNITION, "input", &[
        ("ProjectArn, PolicyName and PolicyDocument are required, each on its own", By(&["PutProjectPolicy.PolicyDocument.required-members"])),
        ("PolicyRevisionId has no least length, and a pattern that wants one digit", By(&["PutProjectPolicy.PolicyRevisionId.empty"])),
    ]),
    says(&MODEL_REKOGNITION, "examples", &[
        ("a revision id has 16 hexadecimal digits in one example, and 32 in another", Not("an example does not fix the number of digits")),
        ("the example's document has single quotes around it and a principal that is none", Not("it is a placeholder, and no document by any other source")),
    ]),
    says(&MODEL_REKOGNITION, "errors, ServiceQuotaExceededException", &[
        ("it is for a collection that is larger than is allowed", By(&["PutProjectPolicy.PolicyName.count-max"])),
    ]),
    says(&GUIDE_CUSTOM_LABELS, "Attaching a project policy", &[
        ("the first put of a policy gives no revision id", By(&["PutProjectPolicy.PolicyName.attaches"])),
        ("its answer has the first revision id", By(&["PutProjectPolicy.PolicyRevisionId.answered"])),
        ("an update has to give the revision id of the policy that is there",
            By(&["PutProjectPolicy.PolicyRevisionId.absent-on-taken-name", "PutProjectPolicy.PolicyRevisionId.current-updates", "lifecycle.sequence.state"])),
        ("of several updates of the same revision at the same time, one succeeds", By(&["concurrency.update.once"])),
        ("every change makes a new revision id", By(&["PutProjectPolicy.PolicyRevisionId.new", "lifecycle.sequence.state"])),
        ("the latest revision alone is kept", By(&["PutProjectPolicy.PolicyRevisionId.stale"])),
        ("an update of an older revision is refused with InvalidPolicyRevisionIdException", By(&["PutProjectPolicy.PolicyRevisionId.stale"])),
        ("a project has at most 5 policies, if nobody has asked for more", By(&["PutProjectPolicy.PolicyName.count-max", "concurrency.count.max"])),
        ("the limit is each project's own", By(&["PutProjectPolicy.PolicyName.count-per-project"])),
    ]),
    says(&CAPTURES, "refusals of constraints", &[
        ("what breaks a constraint of the model is refused with ValidationException and 400, though no operation lists it",
            By(&["PutProjectPolicy.*.{required,length-min,length-max,pattern}", "monitor.error-status"])),
    ]),
    says(&QUOTAS, "L-0B2CE4DD", &[
        ("a project has at most 5 policies, and more on demand", By(&["PutProjectPolicy.PolicyName.count-max"])),
    ]),
    says(&QUOTAS, "L-A958BCFA", &[
        ("an account makes at most 5 calls a second", BUSY),
    ]),
    says(&INFERENCE, "PolicyName", &[
        ("a name is what was put, letter for letter", By(&["PutProjectPolicy.PolicyName.case"])),
        ("an update adds no policy, so it is possible at the limit", By(&["PutProjectPolicy.PolicyName.count-update"])),
        ("a deletion frees a place", By(&["PutProjectPolicy.PolicyName.count-freed"])),
        ("a policy that was put is there, whatever else is put at the same time", By(&["concurrency.creation.kept"])),
    ]),
    says(&INFERENCE, "PolicyRevisionId", &[
        ("a revision id without a policy that has it is refused, and makes none", By(&["PutProjectPolicy.PolicyRevisionId.free-name"])),
        ("whether the same document put again is a modification is not said", By(&["PutProjectPolicy.PolicyRevisionId.same-document"])),
    ]),
];
