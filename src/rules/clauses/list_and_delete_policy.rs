//! `ListProjectPolicies` and `DeleteProjectPolicy`.

use super::Checked::{By, Not};
use super::because::{BUSY, OWN_FAILURE, PERMISSIONS};
use super::{Passage, REKOGNITION, Says};
use crate::rules::source::{
    API_REKOGNITION, GUIDE_CUSTOM_LABELS, INFERENCE, MODEL_REKOGNITION, QUOTAS, Source,
};

const fn list(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: REKOGNITION, operation: Some("ListProjectPolicies"), source, place, says }
}

const fn delete(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: REKOGNITION, operation: Some("DeleteProjectPolicy"), source, place, says }
}

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    list(&API_REKOGNITION, "Description", &[
        ("the list is one of a project's policies", By(&["ListProjectPolicies.ProjectPolicies.of-project"])),
    ]),
    list(&MODEL_REKOGNITION, "documentation", &[
        ("it gets the policies that are attached to a project", By(&["ListProjectPolicies.ProjectPolicies.complete"])),
        ("the operation is for Custom Labels alone", Not("what a project for another feature answers is not said")),
        ("the caller needs the permission rekognition:ListProjectPolicies", PERMISSIONS),
    ]),
    list(&MODEL_REKOGNITION, "input ProjectArn", &[
        ("it names the project whose policies are listed", By(&["ListProjectPolicies.ProjectPolicies.of-project"])),
        ("it is a string", By(&["ListProjectPolicies.ProjectArn.type"])),
        ("it has 20 to 2048 characters", By(&["ListProjectPolicies.ProjectArn.length-*"])),
        ("it is the ARN of a project", By(&["ListProjectPolicies.ProjectArn.pattern"])),
        ("it is required", By(&["ListProjectPolicies.ProjectArn.required"])),
    ]),
    list(&MODEL_REKOGNITION, "input NextToken", &[
        ("it is the token of the page before, and gets the next one", By(&["ListProjectPolicies.NextToken.pages"])),
        ("it is a string", By(&["ListProjectPolicies.NextToken.type"])),
        ("it has at most 1024 characters", By(&["ListProjectPolicies.NextToken.length-max"])),
    ]),
    list(&MODEL_REKOGNITION, "input MaxResults", &[
        ("it is the most results of a page", By(&["ListProjectPolicies.NextToken.pages"])),
        ("it is an integer", By(&["ListProjectPolicies.MaxResults.type"])),
        ("it is 1 or more", By(&["ListProjectPolicies.MaxResults.value-min"])),
        ("it is 5 or less, and more is refused with ValidationException", By(&["ListProjectPolicies.MaxResults.value-max"])),
        ("it is 5 where it is left out", Not("a project has 5 policies at most unless its owner asked for more, so all of them fit either way")),
    ]),
    list(&MODEL_REKOGNITION, "output ProjectPolicies", &[
        ("it lists the policies of the project", By(&["ListProjectPolicies.ProjectPolicies.complete"])),
        ("an item has ProjectArn, the project's", By(&["ListProjectPolicies.ProjectPolicies.{members,as-put}"])),
        ("an item has PolicyName, the policy's", By(&["ListProjectPolicies.ProjectPolicies.{members,complete}"])),
        ("an item has PolicyRevisionId, the current one", By(&["ListProjectPolicies.ProjectPolicies.{members,as-put}"])),
        ("an item has PolicyDocument, the JSON of the policy", By(&["ListProjectPolicies.ProjectPolicies.{members,as-put}"])),
        ("an item has CreationTimestamp, when the policy was made", By(&["ListProjectPolicies.ProjectPolicies.timestamps"])),
        ("an item has LastUpdatedTimestamp, when it was updated last", By(&["ListProjectPolicies.ProjectPolicies.timestamps"])),
        ("all of its members are optional", Not("what was put has a project, a name, a document and a revision, so an item without them says less than it knows")),
    ]),
    list(&MODEL_REKOGNITION, "output NextToken", &[
        ("it is there where the list goes on, and the pages together are the whole list", By(&["ListProjectPolicies.NextToken.pages"])),
        ("it has at most 1024 characters", Not("a longer one could not be sent back, and pages are followed to the end")),
    ]),
    list(&MODEL_REKOGNITION, "errors", &[
        ("AccessDeniedException: the caller may not do this", PERMISSIONS),
        ("InternalServerError: trouble of the service's own", OWN_FAILURE),
        ("InvalidPaginationTokenException: the token is no good", By(&["ListProjectPolicies.NextToken.garbage"])),
        ("InvalidParameterException: a constraint is broken",
            By(&["ListProjectPolicies.*.{required,length-min,length-max,pattern,value-min,value-max}"])),
        ("ProvisionedThroughputExceededException: too many requests", BUSY),
        ("ResourceNotFoundException: there is no such project", By(&["ListProjectPolicies.ProjectArn.unknown"])),
        ("ThrottlingException: the service cannot take the request for the moment", BUSY),
    ]),
    list(&GUIDE_CUSTOM_LABELS, "Listing project policies", &[
        ("the policies are those of a project of the trusting account", By(&["ListProjectPolicies.ProjectArn.foreign"])),
    ]),
    list(&QUOTAS, "L-5AA330BC", &[
        ("an account makes at most 5 calls a second", BUSY),
    ]),
    list(&INFERENCE, "NextToken", &[
        ("a token is opaque, and how much of it is checked is not said", By(&["ListProjectPolicies.NextToken.damaged"])),
    ]),
    list(&INFERENCE, "ProjectPolicies", &[
        ("the order of the items is not said", Not("any order will do, so lists are compared as sets")),
        ("a read sees what was written before it", By(&["ListProjectPolicies.ProjectPolicies.{complete,as-put,deleted}"])),
        ("a policy is created no later than it was updated last", By(&["ListProjectPolicies.ProjectPolicies.timestamps"])),
    ]),
    delete(&API_REKOGNITION, "Description", &[
        ("it takes a policy away from a project, and no other policy", By(&["DeleteProjectPolicy.PolicyName.deletes"])),
        ("a policy is attached to one project, so one of the same name elsewhere stays", By(&["DeleteProjectPolicy.ProjectArn.separate"])),
    ]),
    delete(&API_REKOGNITION, "Request Parameters, PolicyRevisionId", &[
        ("a revision id is the policy's and no other's", By(&["DeleteProjectPolicy.PolicyRevisionId.of-another"])),
        ("what is no hexadecimal text of 64 digits at most is no revision id", By(&["DeleteProjectPolicy.PolicyRevisionId.malformed"])),
    ]),
    delete(&MODEL_REKOGNITION, "documentation", &[
        ("it deletes a policy that exists", By(&["DeleteProjectPolicy.PolicyName.deletes", "lifecycle.sequence.state"])),
        ("the operation is for Custom Labels alone", Not("what a project for another feature answers is not said")),
        ("the caller needs the permission rekognition:DeleteProjectPolicy", PERMISSIONS),
    ]),
    delete(&MODEL_REKOGNITION, "input ProjectArn", &[
        ("it names the project that the policy is attached to", By(&["DeleteProjectPolicy.ProjectArn.separate"])),
        ("it is a string", By(&["DeleteProjectPolicy.ProjectArn.type"])),
        ("it has 20 to 2048 characters", By(&["DeleteProjectPolicy.ProjectArn.length-*"])),
        ("it is the ARN of a project", By(&["DeleteProjectPolicy.ProjectArn.pattern"])),
        ("it is required", By(&["DeleteProjectPolicy.ProjectArn.required"])),
    ]),
    delete(&MODEL_REKOGNITION, "input PolicyName", &[
        ("it names the policy that goes", By(&["DeleteProjectPolicy.PolicyName.deletes"])),
        ("it is a string", By(&["DeleteProjectPolicy.PolicyName.type"])),
        ("it has 1 to 128 characters", By(&["DeleteProjectPolicy.PolicyName.length-*"])),
        ("it consists of letters and digits of ASCII, underscores, full stops and hyphens", By(&["DeleteProjectPolicy.PolicyName.pattern"])),
        ("it is required", By(&["DeleteProjectPolicy.PolicyName.required"])),
    ]),
    delete(&MODEL_REKOGNITION, "input PolicyRevisionId", &[
        ("it names the revision that goes", By(&["DeleteProjectPolicy.PolicyRevisionId.current"])),
        ("it is a string", By(&["DeleteProjectPolicy.PolicyRevisionId.type"])),
        ("it has at most 64 characters", By(&["DeleteProjectPolicy.PolicyRevisionId.length-max"])),
        ("it consists of hexadecimal digits of either case", By(&["DeleteProjectPolicy.PolicyRevisionId.pattern"])),
        ("it may be left out", By(&["DeleteProjectPolicy.PolicyName.deletes"])),
    ]),
    delete(&MODEL_REKOGNITION, "output", &[
        ("it is an empty structure", By(&["monitor.response-types"])),
    ]),
    delete(&MODEL_REKOGNITION, "errors", &[
        ("AccessDeniedException: the caller may not do this", PERMISSIONS),
        ("InternalServerError: trouble of the service's own", OWN_FAILURE),
        ("InvalidParameterException: a constraint is broken", By(&["DeleteProjectPolicy.*.{required,length-min,length-max,pattern}"])),
        ("InvalidPolicyRevisionIdException: the revision id is not the policy's",
            By(&["DeleteProjectPolicy.PolicyRevisionId.{stale,of-another,never-issued}"])),
        ("ProvisionedThroughputExceededException: too many requests", BUSY),
        ("ResourceNotFoundException: there is no such project", By(&["DeleteProjectPolicy.ProjectArn.{unknown,foreign}"])),
        ("ResourceNotFoundException: perhaps also that there is no such policy", By(&["DeleteProjectPolicy.PolicyName.absent-policy"])),
        ("ThrottlingException: the service cannot take the request for the moment", BUSY),
    ]),
    delete(&GUIDE_CUSTOM_LABELS, "Deleting a project policy", &[
        ("a revision id can be given, so that nothing but that revision is deleted", By(&["DeleteProjectPolicy.PolicyRevisionId.current"])),
        ("a deletion of an older revision is refused with InvalidPolicyRevisionIdException", By(&["DeleteProjectPolicy.PolicyRevisionId.stale"])),
    ]),
    delete(&QUOTAS, "L-AA6AE486", &[
        ("an account makes at most 5 calls a second", BUSY),
    ]),
    delete(&INFERENCE, "PolicyName", &[
        ("a name is what was put, letter for letter", By(&["DeleteProjectPolicy.PolicyName.case"])),
    ]),
];
