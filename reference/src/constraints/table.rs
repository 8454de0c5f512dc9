//! The table of every operation's members.

use super::member::{Member, Shape};
use super::pattern::Pattern;
use crate::service::Operation;

const fn text(
    path: &'static str,
    required: bool,
    min: usize,
    max: usize,
    pattern: Option<Pattern>,
) -> Member {
    Member { path, required, shape: Shape::Text { min, max, pattern } }
}

const fn member(path: &'static str, required: bool, shape: Shape) -> Member {
    Member { path, required, shape }
}

const fn project_arn(path: &'static str) -> Member {
    text(path, true, 20, 2048, Some(Pattern::ProjectArn))
}

const PROJECT_POLICY_NAME: Member = text("PolicyName", true, 1, 128, Some(Pattern::Name));
const PROJECT_POLICY_REVISION: Member = text("PolicyRevisionId", false, 0, 64, Some(Pattern::Hexadecimal));
const RESOURCE_POLICY_NAME: Member = text("PolicyName", true, 1, 128, Some(Pattern::ResourcePolicyName));
/// X-Ray constrains neither the length nor the alphabet of a revision.
const RESOURCE_POLICY_REVISION: Member = text("PolicyRevisionId", false, 0, usize::MAX, None);
const PAGINATION_TOKEN: Member = text("NextToken", false, 0, 1024, None);
const FEATURES: Shape = Shape::Choice(&["CONTENT_MODERATION", "CUSTOM_LABELS"]);
const TAGS: Member = member("Tags", false, Shape::Map { max: 200 });
const TAGS_KEY: Member = text("Tags.key", false, 1, 128, Some(Pattern::TagKey));
const TAGS_VALUE: Member = text("Tags.value", false, 0, 256, Some(Pattern::TagValue));

const CREATE_PROJECT: &[Member] = &[
    text("ProjectName", true, 1, 255, Some(Pattern::Name)),
    member("Feature", false, FEATURES),
    member("AutoUpdate", false, Shape::Choice(&["ENABLED", "DISABLED"])),
    TAGS,
    TAGS_KEY,
    TAGS_VALUE,
];
const DESCRIBE_PROJECTS: &[Member] = &[
    PAGINATION_TOKEN,
    member("MaxResults", false, Shape::Integer { min: 1, max: 100 }),
    member("ProjectNames", false, Shape::List { min: 1, max: 10 }),
    text("ProjectNames.member", false, 1, 255, Some(Pattern::Name)),
    member("Features", false, Shape::List { min: 1, max: 2 }),
    member("Features.member", false, FEATURES),
];
const DELETE_PROJECT: &[Member] = &[project_arn("ProjectArn")];
const PUT_PROJECT_POLICY: &[Member] = &[
    project_arn("ProjectArn"),
    PROJECT_POLICY_NAME,
    PROJECT_POLICY_REVISION,
    text("PolicyDocument", true, 1, 2000, Some(Pattern::Latin1)),
];
const LIST_PROJECT_POLICIES: &[Member] = &[
    project_arn("ProjectArn"),
    PAGINATION_TOKEN,
    member("MaxResults", false, Shape::Integer { min: 1, max: 5 }),
];
const DELETE_PROJECT_POLICY: &[Member] =
    &[project_arn("ProjectArn"), PROJECT_POLICY_NAME, PROJECT_POLICY_REVISION];
const COPY_PROJECT_VERSION: &[Member] = &[
    project_arn("SourceProjectArn"),
    text("SourceProjectVersionArn", true, 20, 2048, Some(Pattern::ProjectVersionArn)),
    project_arn("DestinationProjectArn"),
    text("VersionName", true, 1, 255, Some(Pattern::Name)),
    member("OutputConfig", true, Shape::Structure),
    text("OutputConfig.S3Bucket", false, 3, 255, Some(Pattern::Bucket)),
    text("OutputConfig.S3KeyPrefix", false, 0, 1024, None),
    TAGS,
    TAGS_KEY,
    TAGS_VALUE,
    text("KmsKeyId", false, 1, 2048, Some(Pattern::KmsKey)),
];
const PUT_RESOURCE_POLICY: &[Member] = &[
    RESOURCE_POLICY_NAME,
    text("PolicyDocument", true, 0, usize::MAX, None),
    RESOURCE_POLICY_REVISION,
    member("BypassPolicyLockoutCheck", false, Shape::Flag),
];
const LIST_RESOURCE_POLICIES: &[Member] = &[text("NextToken", false, 1, 100, None)];
const DELETE_RESOURCE_POLICY: &[Member] = &[RESOURCE_POLICY_NAME, RESOURCE_POLICY_REVISION];

/// The members of an operation's request, parents before their parts.
pub(crate) const fn members(operation: Operation) -> &'static [Member] {
    match operation {
        Operation::CreateProject => CREATE_PROJECT,
        Operation::DescribeProjects => DESCRIBE_PROJECTS,
        Operation::DeleteProject => DELETE_PROJECT,
        Operation::PutProjectPolicy => PUT_PROJECT_POLICY,
        Operation::ListProjectPolicies => LIST_PROJECT_POLICIES,
        Operation::DeleteProjectPolicy => DELETE_PROJECT_POLICY,
        Operation::CopyProjectVersion => COPY_PROJECT_VERSION,
        Operation::PutResourcePolicy => PUT_RESOURCE_POLICY,
        Operation::ListResourcePolicies => LIST_RESOURCE_POLICIES,
        Operation::DeleteResourcePolicy => DELETE_RESOURCE_POLICY,
    }
}
