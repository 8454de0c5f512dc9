//! `CreateProject`, `DescribeProjects` and `DeleteProject`.

use super::Checked::{By, Not};
use super::because::{BUSY, DATASETS, MODEL, OWN_FAILURE, PERMISSIONS};
use super::{Passage, REKOGNITION, Says};
use crate::rules::source::{API_REKOGNITION, INFERENCE, MODEL_REKOGNITION, QUOTAS, Source};

const fn create(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: REKOGNITION, operation: Some("CreateProject"), source, place, says }
}

const fn describe(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: REKOGNITION, operation: Some("DescribeProjects"), source, place, says }
}

const fn delete(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: REKOGNITION, operation: Some("DeleteProject"), source, place, says }
}

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    create(&MODEL_REKOGNITION, "documentation", &[
        ("it creates a project", By(&["CreateProject.ProjectName.creates"])),
        ("a project is CREATING at first and CREATED in the end", By(&["CreateProject.ProjectName.creates"])),
        ("a project without a feature is one for Custom Labels", By(&["DescribeProjects.Features.filter"])),
        ("the caller needs the permission rekognition:CreateProject", PERMISSIONS),
    ]),
    create(&MODEL_REKOGNITION, "input ProjectName", &[
        ("it is the name of the project", By(&["CreateProject.ProjectName.creates"])),
        ("it is a string", By(&["CreateProject.ProjectName.type"])),
        ("it has 1 to 255 characters", By(&["CreateProject.ProjectName.length-*"])),
        ("it consists of letters and digits of ASCII, underscores, full stops and hyphens", By(&["CreateProject.ProjectName.pattern"])),
        ("it is required", By(&["CreateProject.ProjectName.required"])),
    ]),
    create(&MODEL_REKOGNITION, "input Feature", &[
        ("it is a string", By(&["CreateProject.Feature.type"])),
        ("it is CUSTOM_LABELS or CONTENT_MODERATION", By(&["CreateProject.Feature.enum"])),
        ("it is CUSTOM_LABELS where it is left out", By(&["DescribeProjects.Features.filter"])),
    ]),
    create(&MODEL_REKOGNITION, "input AutoUpdate", &[
        ("it is whether versions are trained again without being asked", MODEL),
        ("it is a string", By(&["CreateProject.AutoUpdate.type"])),
        ("it is ENABLED or DISABLED", By(&["CreateProject.AutoUpdate.enum"])),
        ("it is required for CONTENT_MODERATION", Not("no error is named for leaving it out, and the model has it as optional: either way will do")),
        ("it is for adapters alone", By(&["CreateProject.AutoUpdate.enum"])),
    ]),
    create(&MODEL_REKOGNITION, "input Tags", &[
        ("they are attached to the project", Not("none of the operations shows tags")),
        ("it is a map", By(&["CreateProject.Tags.type"])),
        ("there are at most 200", By(&["CreateProject.Tags.count-max"])),
        ("a key has 1 to 128 characters", By(&["CreateProject.Tags.key.length-*"])),
        ("a key has the characters of tags and does not begin with aws:", By(&["CreateProject.Tags.key.pattern"])),
        ("a value is a string", By(&["CreateProject.Tags.value.type"])),
        ("a value has at most 256 characters", By(&["CreateProject.Tags.value.length-max"])),
        ("a value has the characters of tags", By(&["CreateProject.Tags.value.pattern"])),
    ]),
    create(&MODEL_REKOGNITION, "output ProjectArn", &[
        ("it is the ARN of the new project, in the form of one", By(&["CreateProject.ProjectName.creates"])),
    ]),
    create(&MODEL_REKOGNITION, "errors", &[
        ("AccessDeniedException: the caller may not do this", PERMISSIONS),
        ("InternalServerError: trouble of the service's own", OWN_FAILURE),
        ("InvalidParameterException: a constraint is broken", By(&["CreateProject.*.{required,length-min,length-max,pattern,enum,count-max}"])),
        ("LimitExceededException: more than a limit of the service allows", Not("it takes a hundred projects in somebody's account")),
        ("ProvisionedThroughputExceededException: too many requests", BUSY),
        ("ResourceInUseException: a project has that name", By(&["CreateProject.ProjectName.in-use"])),
        ("ThrottlingException: the service cannot take the request for the moment", BUSY),
    ]),
    create(&QUOTAS, "L-AB95BCCD", &[
        ("an account makes at most 5 calls a second", BUSY),
    ]),
    create(&QUOTAS, "L-14D0BC19", &[
        ("an account has at most 100 projects", Not("it takes a hundred projects in somebody's account")),
    ]),
    create(&INFERENCE, "ProjectName", &[
        ("a name is what was given, letter for letter", By(&["CreateProject.ProjectName.case"])),
        ("every project has an ARN of its own", By(&["CreateProject.ProjectName.separate"])),
    ]),
    create(&INFERENCE, "ProjectArn", &[
        ("its last part is the time of the creation in milliseconds, so a project that is made anew has another", By(&["CreateProject.ProjectArn.stamp"])),
    ]),
    describe(&MODEL_REKOGNITION, "documentation", &[
        ("it describes the caller's projects", By(&["DescribeProjects.ProjectDescriptions.complete"])),
        ("the caller needs the permission rekognition:DescribeProjects", PERMISSIONS),
    ]),
    describe(&MODEL_REKOGNITION, "input NextToken", &[
        ("it is the token of the page before, and gets the next one", By(&["DescribeProjects.NextToken.pages"])),
        ("it is a string", By(&["DescribeProjects.NextToken.type"])),
        ("it has at most 1024 characters", By(&["DescribeProjects.NextToken.length-max"])),
    ]),
    describe(&MODEL_REKOGNITION, "input MaxResults", &[
        ("it is the most results of a page", By(&["DescribeProjects.NextToken.pages"])),
        ("it is an integer", By(&["DescribeProjects.MaxResults.type"])),
        ("it is 1 or more", By(&["DescribeProjects.MaxResults.value-min"])),
        ("it is 100 or less, and more is refused with ValidationException", By(&["DescribeProjects.MaxResults.value-max"])),
        ("it is 100 where it is left out", Not("it takes more than a hundred projects in somebody's account")),
    ]),
    describe(&MODEL_REKOGNITION, "input ProjectNames", &[
        ("it names the projects that are described, and no other is", By(&["DescribeProjects.ProjectNames.filter"])),
        ("without it all projects are described", By(&["DescribeProjects.ProjectDescriptions.complete"])),
        ("it is a list", By(&["DescribeProjects.ProjectNames.type"])),
        ("it has 1 to 10 names", By(&["DescribeProjects.ProjectNames.count-*"])),
        ("a name is a string", By(&["DescribeProjects.ProjectNames.member.type"])),
        ("a name has 1 to 255 characters", By(&["DescribeProjects.ProjectNames.member.length-*"])),
        ("a name has the characters of projects' names", By(&["DescribeProjects.ProjectNames.member.pattern"])),
    ]),
    describe(&MODEL_REKOGNITION, "input Features", &[
        ("projects of other features are not described", By(&["DescribeProjects.Features.filter"])),
        ("without it the projects for Custom Labels are described", By(&["DescribeProjects.ProjectDescriptions.complete"])),
        ("it is a list", By(&["DescribeProjects.Features.type"])),
        ("it has 1 or 2 features", By(&["DescribeProjects.Features.count-*"])),
        ("a feature is a string", By(&["DescribeProjects.Features.member.type"])),
        ("a feature is CUSTOM_LABELS or CONTENT_MODERATION", By(&["DescribeProjects.Features.member.enum"])),
    ]),
    describe(&MODEL_REKOGNITION, "output ProjectDescriptions", &[
        ("it is sorted by the time of creation", Not("the direction is not said, nor the order of projects of the same moment")),
        ("an item has ProjectArn", By(&["DescribeProjects.ProjectDescriptions.members"])),
        ("an item has CreationTimestamp, when the project was made", By(&["DescribeProjects.ProjectDescriptions.members"])),
        ("an item has Status: CREATING, CREATED or DELETING", By(&["DescribeProjects.ProjectDescriptions.members", "CreateProject.ProjectName.creates"])),
        ("an item may have Datasets: type, ARN, time, status and its message", DATASETS),
        ("an item may have Feature, which the project is for", By(&["monitor.response-types"])),
        ("an item of an adapter's project may have AutoUpdate", By(&["monitor.response-types"])),
    ]),
    describe(&MODEL_REKOGNITION, "output NextToken", &[
        ("it is there where the list goes on, and the pages together are the whole list", By(&["DescribeProjects.NextToken.pages"])),
    ]),
    describe(&MODEL_REKOGNITION, "errors", &[
        ("AccessDeniedException: the caller may not do this", PERMISSIONS),
        ("InternalServerError: trouble of the service's own", OWN_FAILURE),
        ("InvalidPaginationTokenException: the token is no good", By(&["DescribeProjects.NextToken.garbage"])),
        ("InvalidParameterException: a constraint is broken",
            By(&["DescribeProjects.*.{length-min,length-max,pattern,value-min,value-max,count-min,count-max,enum}"])),
        ("ProvisionedThroughputExceededException: too many requests", BUSY),
        ("ThrottlingException: the service cannot take the request for the moment", BUSY),
    ]),
    describe(&QUOTAS, "L-06ACBDE8", &[
        ("an account makes at most 5 calls a second", BUSY),
    ]),
    describe(&INFERENCE, "ProjectNames", &[
        ("a name is what was given, letter for letter", By(&["DescribeProjects.ProjectNames.case"])),
    ]),
    describe(&INFERENCE, "ProjectArn", &[
        ("a project's ARN names its region, so other regions do not have it", By(&["DescribeProjects.region.separate"])),
    ]),
    delete(&MODEL_REKOGNITION, "documentation", &[
        ("it deletes a project, and no other", By(&["DeleteProject.ProjectArn.{gone,alone}"])),
        ("models and adapters of the project have to be deleted before", MODEL),
        ("the deletion goes on behind the answer", By(&["DeleteProject.Status.deleting"])),
        ("it is finished when DescribeProjects does not show the project any more", By(&["DeleteProject.ProjectArn.gone"])),
        ("the policies of the project are deleted with it", By(&["DeleteProject.ProjectArn.policies"])),
        ("the caller needs the permission rekognition:DeleteProject", PERMISSIONS),
    ]),
    // The ARN's form is the one of the API reference, where the shape is the same.
    delete(&API_REKOGNITION, "Request Parameters, ProjectArn", &[
        ("it is a string", By(&["DeleteProject.ProjectArn.type"])),
        ("it has 20 to 2048 characters", By(&["DeleteProject.ProjectArn.length-*"])),
        ("it is the ARN of a project", By(&["DeleteProject.ProjectArn.pattern"])),
        ("it is required", By(&["DeleteProject.ProjectArn.required"])),
    ]),
    delete(&MODEL_REKOGNITION, "output Status", &[
        ("it is the status of the deletion: DELETING", By(&["DeleteProject.Status.deleting"])),
    ]),
    delete(&MODEL_REKOGNITION, "errors", &[
        ("AccessDeniedException: the caller may not do this", PERMISSIONS),
        ("InternalServerError: trouble of the service's own", OWN_FAILURE),
        ("InvalidParameterException: a constraint is broken", By(&["DeleteProject.*.{required,length-min,length-max,pattern}"])),
        ("ProvisionedThroughputExceededException: too many requests", BUSY),
        ("ResourceInUseException: the project still has a model or an adapter", MODEL),
        ("ResourceNotFoundException: there is no such project", By(&["DeleteProject.ProjectArn.{unknown,foreign}"])),
        ("ThrottlingException: the service cannot take the request for the moment", BUSY),
    ]),
    delete(&QUOTAS, "L-BDE2ACBF", &[
        ("an account makes at most 5 calls a second", BUSY),
    ]),
    delete(&INFERENCE, "ProjectArn", &[
        ("what is asked of the policies of a project that is gone finds nothing", By(&["DeleteProject.ProjectArn.policies"])),
        ("what a second deletion answers depends on how far the first one is", By(&["DeleteProject.ProjectArn.twice"])),
    ]),
];
