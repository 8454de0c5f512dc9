//! `CreateProject`, `DescribeProjects` and `DeleteProject`.

use super::statement::because::{DATASETS, MODEL, PERMISSIONS, PROJECTS};
use super::statement::{Passage, at, says, unchecked};
use crate::rules::source::{INFERENCE, MODEL_REKOGNITION, QUOTAS};

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    at(&MODEL_REKOGNITION, "documentation", &[
        says("rekognition.create-project.creates", "it creates a project, which is CREATING at first and CREATED in the end"),
        says("rekognition.create-project.custom-labels", "a project without a feature is one for Custom Labels"),
        unchecked("rekognition.create-project.permission", "the caller needs the permission rekognition:CreateProject", PERMISSIONS),
    ]),
    at(&MODEL_REKOGNITION, "input", &[
        says("rekognition.create-project.name", "ProjectName is the name of the project"),
        unchecked("rekognition.create-project.auto-update", "AutoUpdate is whether versions are trained again without being asked", MODEL),
        unchecked("rekognition.create-project.auto-update-required", "AutoUpdate is required for CONTENT_MODERATION",
            "no error is named for leaving it out, and the model has it as optional: either way will do"),
        unchecked("rekognition.create-project.auto-update-adapters", "AutoUpdate is for adapters alone",
            "no error is named for giving it to another project, so either way will do"),
        unchecked("rekognition.create-project.tags", "Tags are attached to the project", "none of the operations shows tags"),
    ]),
    at(&MODEL_REKOGNITION, "output ProjectArn", &[
        says("rekognition.create-project.arn", "it is the ARN of the new project, in the form of one"),
    ]),
    at(&QUOTAS, "L-14D0BC19", &[
        unchecked("rekognition.create-project.quota", "an account has at most 100 projects", PROJECTS),
    ]),
    at(&INFERENCE, "CreateProject", &[
        says("rekognition.create-project.name-exact", "a name is what was given, letter for letter, so names in another case are other names"),
        says("rekognition.create-project.separate", "every project has an ARN of its own"),
        says("rekognition.create-project.stamp", "an ARN ends in the time of the creation, so a project that is made anew has another"),
    ]),
    at(&MODEL_REKOGNITION, "documentation", &[
        says("rekognition.describe-projects.projects", "it describes the caller's projects"),
        unchecked("rekognition.describe-projects.permission", "the caller needs the permission rekognition:DescribeProjects", PERMISSIONS),
    ]),
    at(&MODEL_REKOGNITION, "input", &[
        says("rekognition.describe-projects.token", "NextToken is the token of the page before, and gets the next one"),
        says("rekognition.describe-projects.page", "MaxResults is the most results of a page"),
        unchecked("rekognition.describe-projects.page-default", "MaxResults is 100 where it is left out", PROJECTS),
        says("rekognition.describe-projects.names", "ProjectNames are those of the projects that are described, and no other is"),
        says("rekognition.describe-projects.all", "without ProjectNames all projects are described"),
        says("rekognition.describe-projects.features", "projects of other features than Features are not described; without it those for Custom Labels are"),
    ]),
    at(&MODEL_REKOGNITION, "output ProjectDescriptions", &[
        says("rekognition.describe-projects.order", "it is sorted by the time of creation, in a direction that is not said"),
        says("rekognition.describe-projects.item-members", "an item has ProjectArn, CreationTimestamp, when the project was made, and Status: CREATING, CREATED or DELETING"),
        unchecked("rekognition.describe-projects.item-datasets", "an item may have Datasets: type, ARN, time, status and its message", DATASETS),
    ]),
    at(&MODEL_REKOGNITION, "output NextToken", &[
        says("rekognition.describe-projects.pages", "it is there where the list goes on, and the pages together are the whole list"),
    ]),
    at(&INFERENCE, "DescribeProjects", &[
        says("rekognition.describe-projects.name-exact", "a name is what was given, letter for letter, so names in another case are other names"),
        says("rekognition.describe-projects.region", "a project's ARN names its region, so other regions do not have it"),
    ]),
    at(&MODEL_REKOGNITION, "documentation", &[
        says("rekognition.delete-project.deletes", "it deletes a project, and no other"),
        says("rekognition.delete-project.policies", "the policies of the project are deleted with it"),
        unchecked("rekognition.delete-project.models", "models and adapters of the project have to be deleted before", MODEL),
        says("rekognition.delete-project.gone", "it is finished when DescribeProjects does not show the project any more"),
        unchecked("rekognition.delete-project.permission", "the caller needs the permission rekognition:DeleteProject", PERMISSIONS),
    ]),
    at(&MODEL_REKOGNITION, "output Status", &[
        says("rekognition.delete-project.status", "the deletion goes on behind the answer, and its status is DELETING"),
    ]),
    at(&INFERENCE, "DeleteProject", &[
        says("rekognition.delete-project.policies-gone", "what is asked of the policies of a project that is gone finds nothing"),
        says("rekognition.delete-project.twice", "what a second deletion answers depends on how far the first one is"),
    ]),
];
