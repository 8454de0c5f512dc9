//! `ListProjectPolicies` and `DeleteProjectPolicy`.

use super::statement::because::PERMISSIONS;
use super::statement::{Passage, at, says, unchecked};
use crate::rules::source::{API_REKOGNITION, GUIDE_CUSTOM_LABELS, INFERENCE, MODEL_REKOGNITION};

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    at(&MODEL_REKOGNITION, "documentation", &[
        says("rekognition.list.policies", "it gets the policies that are attached to a project"),
        unchecked("rekognition.list.custom-labels", "the operation is for Custom Labels alone", "what a project for another feature answers is not said"),
        unchecked("rekognition.list.permission", "the caller needs the permission rekognition:ListProjectPolicies", PERMISSIONS),
    ]),
    at(&MODEL_REKOGNITION, "input", &[
        says("rekognition.list.project", "ProjectArn names the project whose policies are listed"),
        says("rekognition.list.token", "NextToken is the token of the page before, and gets the next one"),
        says("rekognition.list.page", "MaxResults is the most results of a page"),
        unchecked("rekognition.list.page-default", "MaxResults is 5 where it is left out",
            "a project has 5 policies at most unless its owner asked for more, so all of them fit either way"),
    ]),
    at(&MODEL_REKOGNITION, "output ProjectPolicies", &[
        says("rekognition.list.item-members", "an item has the project's ProjectArn, and PolicyName, PolicyDocument and the current PolicyRevisionId"),
        says("rekognition.list.item-times", "an item has CreationTimestamp and LastUpdatedTimestamp, when the policy was made and updated last"),
        unchecked("rekognition.list.item-optional", "all of its members are optional",
            "what was put has a project, a name, a document and a revision, so an item without them says less than it knows"),
    ]),
    at(&MODEL_REKOGNITION, "output NextToken", &[
        says("rekognition.list.pages", "it is there where the list goes on, and the pages together are the whole list"),
        unchecked("rekognition.list.token-length", "it has at most 1024 characters", "a longer one could not be sent back, and pages are followed to the end"),
    ]),
    at(&GUIDE_CUSTOM_LABELS, "Listing project policies", &[
        says("rekognition.list.own-project", "the policies are those of a project of the trusting account"),
    ]),
    at(&INFERENCE, "NextToken", &[
        says("rekognition.list.token-opaque", "a token is opaque, and how much of it is checked is not said"),
    ]),
    at(&INFERENCE, "ProjectPolicies", &[
        unchecked("rekognition.list.order", "the order of the items is not said", "any order will do, so lists are compared as sets"),
        says("rekognition.list.read-after-write", "a read sees what was written before it"),
        says("rekognition.list.times-order", "a policy is created no later than it was updated last"),
    ]),
    at(&API_REKOGNITION, "Description", &[
        says("rekognition.delete.removes", "it takes a policy away from a project, and no other policy"),
        says("rekognition.delete.separate", "a policy is attached to one project, so one of the same name elsewhere stays"),
    ]),
    at(&API_REKOGNITION, "Request Parameters, PolicyRevisionId", &[
        says("rekognition.delete.revision-of", "a revision id is the policy's and no other's"),
    ]),
    at(&MODEL_REKOGNITION, "documentation", &[
        unchecked("rekognition.delete.custom-labels", "the operation is for Custom Labels alone", "what a project for another feature answers is not said"),
        unchecked("rekognition.delete.permission", "the caller needs the permission rekognition:DeleteProjectPolicy", PERMISSIONS),
    ]),
    at(&MODEL_REKOGNITION, "input", &[
        says("rekognition.delete.project", "ProjectArn names the project that the policy is attached to"),
        says("rekognition.delete.name", "PolicyName names the policy that goes"),
        says("rekognition.delete.revision", "PolicyRevisionId names the revision that goes"),
        says("rekognition.delete.revision-optional", "PolicyRevisionId may be left out"),
    ]),
    at(&MODEL_REKOGNITION, "output", &[
        says("rekognition.delete.output", "it is an empty structure"),
    ]),
    at(&GUIDE_CUSTOM_LABELS, "Deleting a project policy", &[
        says("rekognition.delete.atomic", "a revision id can be given, so that nothing but that revision is deleted"),
        says("rekognition.delete.stale", "a deletion of an older revision is refused with InvalidPolicyRevisionIdException"),
    ]),
    at(&INFERENCE, "PolicyName", &[
        says("rekognition.delete.name-exact", "a name is what was put, letter for letter, so names in another case are other names"),
        says("rekognition.delete.absent", "ResourceNotFoundException is listed; whether for a policy that does not exist is not said"),
    ]),
];
