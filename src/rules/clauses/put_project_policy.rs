//! `PutProjectPolicy`, but for the documents that it takes.

use super::statement::because::{MODEL, PERMISSIONS};
use super::statement::{Passage, at, says, unchecked};
use crate::rules::source::{
    API_REKOGNITION, BOTO3_REKOGNITION, CLI_REKOGNITION, GUIDE_CUSTOM_LABELS, INFERENCE, MODEL_REKOGNITION,
    QUOTAS,
};

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    at(&API_REKOGNITION, "Description", &[
        says("rekognition.put.custom-labels", "the operation is for Custom Labels alone, so a project for another feature takes no policy"),
        says("rekognition.put.attaches", "it attaches a policy to a project"),
        says("rekognition.put.own-project", "the project is one of the account that trusts another, which is the caller's"),
        unchecked("rekognition.put.trust", "the policy lets a trusted account copy a version of a model into a project of its own", MODEL),
        says("rekognition.put.answer", "the answer is a revision id"),
        says("rekognition.put.several", "several policies can be attached to a project"),
        says("rekognition.put.update", "a policy that exists is updated by giving its revision id"),
        says("rekognition.put.removed", "DeleteProjectPolicy takes a policy away again"),
        says("rekognition.put.listed", "ListProjectPolicies lists the policies of a project"),
        unchecked("rekognition.put.copied", "CopyProjectVersion makes the copy that a policy allows", MODEL),
        unchecked("rekognition.put.permission", "the caller needs the permission rekognition:PutProjectPolicy", PERMISSIONS),
    ]),
    at(&API_REKOGNITION, "Request Parameters", &[
        says("rekognition.put.name", "PolicyName is the policy's name, so a policy with another name is another policy"),
        says("rekognition.put.project", "ProjectArn names the project that the policy is attached to"),
        says("rekognition.put.revision-of", "PolicyRevisionId is the revision id of the policy, and of no other"),
        says("rekognition.put.revision-new", "every modification makes and assigns a new PolicyRevisionId"),
        says("rekognition.put.revision-replaced", "the version before a modification is deleted with it"),
        says("rekognition.put.revision-optional", "PolicyRevisionId may be left out"),
    ]),
    at(&API_REKOGNITION, "Response Elements, PolicyRevisionId", &[
        says("rekognition.put.answer-listed", "it is the id of the policy's revision, as the list shows it"),
        says("rekognition.put.answer-form", "it consists of hexadecimal digits, at least one and at most 64"),
    ]),
    at(&API_REKOGNITION, "Errors, LimitExceededException", &[
        unchecked("rekognition.put.jobs", "it is for too many jobs at a time, until some have ended", "a put starts no job"),
    ]),
    at(&BOTO3_REKOGNITION, "Exceptions", &[
        says("rekognition.put.eleven-errors", "eleven errors are the operation's, and ValidationException is none of them"),
    ]),
    at(&CLI_REKOGNITION, "Output", &[
        says("rekognition.put.cli-output", "the answer has PolicyRevisionId, a string"),
    ]),
    at(&MODEL_REKOGNITION, "input", &[
        says("rekognition.put.revision-empty", "PolicyRevisionId has no least length, and a pattern that wants one digit"),
    ]),
    at(&MODEL_REKOGNITION, "examples", &[
        unchecked("rekognition.put.example-revisions", "a revision id has 16 hexadecimal digits in one example, and 32 in another",
            "an example does not fix the number of digits"),
        unchecked("rekognition.put.example-document", "the example's document has single quotes around it and a principal that is none",
            "it is a placeholder, and no document by any other source"),
    ]),
    at(&GUIDE_CUSTOM_LABELS, "Attaching a project policy", &[
        says("rekognition.put.first", "the first put of a policy gives no revision id, and its answer has the first one"),
        says("rekognition.put.update-needs-revision", "an update has to give the revision id of the policy that is there"),
        says("rekognition.put.update-once", "of several updates of the same revision at the same time, one succeeds"),
        says("rekognition.put.latest-kept", "every change makes a new revision id, and the latest revision alone is kept"),
        says("rekognition.put.stale", "an update of an older revision is refused with InvalidPolicyRevisionIdException"),
        says("rekognition.put.five", "a project has at most 5 policies, if nobody has asked for more"),
        says("rekognition.put.limit-per-project", "the limit is each project's own"),
    ]),
    at(&QUOTAS, "L-0B2CE4DD", &[
        says("rekognition.put.quota", "a project has at most 5 policies, and more on demand"),
    ]),
    at(&INFERENCE, "PolicyName", &[
        says("rekognition.put.name-exact", "a name is what was put, letter for letter, so names in another case are other names"),
        says("rekognition.put.update-at-limit", "an update adds no policy, so the limit on their number does not apply to it"),
        says("rekognition.put.freed", "a deletion frees a place"),
        says("rekognition.put.kept", "a policy that was put is there, whatever else is put at the same time"),
    ]),
    at(&INFERENCE, "PolicyRevisionId", &[
        says("rekognition.put.revision-of-none", "a revision id without a policy that has it is refused, and makes none"),
        says("rekognition.put.same-document", "whether the same document put again is a modification is not said"),
    ]),
];
