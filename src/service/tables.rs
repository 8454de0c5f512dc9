//! The tables.

use super::resource::{Limit, Names, Resource, Versions};
use aws_conformance_generators::arn;
use aws_conformance_generators::plan::{Body, Plan, Scope, Service};
use std::collections::BTreeSet;

/// An operation that no service has.
pub const NONSENSE: &str = "ConformanceNoSuchOperation";

/// Members of requests that need an action of their own beside the operation's.
pub static MEMBER_ACTIONS: [(Service, &str, &str); 1] =
    [(Service::Rekognition, "Tags", "rekognition:TagResource")];

/// X-Ray's resource policies.
pub static RESOURCE_POLICIES: Resource = Resource {
    service: Service::Xray,
    noun: "resource policy",
    create: "PutResourcePolicy",
    list: "ListResourcePolicies",
    items: "ResourcePolicies",
    everything: None,
    delete: "DeleteResourcePolicy",
    names: Names { create: "PolicyName", item: "PolicyName", removal: "PolicyName" },
    scope: None,
    document: Some("PolicyDocument"),
    versions: Some(Versions {
        member: "PolicyRevisionId",
        answered: "/ResourcePolicy/PolicyRevisionId",
        create_only: Some("0"),
        updates_without: true,
        never_again: false,
        refused: "InvalidPolicyRevisionIdException",
        exists: None,
        absent: None,
    }),
    limit: Limit {
        // Five by the documents; ten has been seen.
        documented: &[5, 10],
        stated: |quotas| quotas.resource_policies,
        codes: &["PolicyCountLimitExceededException"],
    },
    settles: false,
};

/// The policies of a Rekognition project.
pub static PROJECT_POLICIES: Resource = Resource {
    service: Service::Rekognition,
    noun: "project policy",
    create: "PutProjectPolicy",
    list: "ListProjectPolicies",
    items: "ProjectPolicies",
    everything: None,
    delete: "DeleteProjectPolicy",
    names: Names { create: "PolicyName", item: "PolicyName", removal: "PolicyName" },
    scope: Some("ProjectArn"),
    document: Some("PolicyDocument"),
    versions: Some(Versions {
        member: "PolicyRevisionId",
        answered: "/PolicyRevisionId",
        create_only: None,
        updates_without: false,
        never_again: true,
        refused: "InvalidPolicyRevisionIdException",
        exists: Some("ResourceAlreadyExistsException"),
        absent: Some("ResourceNotFoundException"),
    }),
    limit: Limit {
        documented: &[5],
        stated: |quotas| quotas.project_policies,
        codes: &["LimitExceededException", "ServiceQuotaExceededException"],
    },
    settles: false,
};

/// Rekognition's projects.
pub static PROJECTS: Resource = Resource {
    service: Service::Rekognition,
    noun: "project",
    create: "CreateProject",
    list: "DescribeProjects",
    items: "ProjectDescriptions",
    everything: Some(("Features", &["CUSTOM_LABELS", "CONTENT_MODERATION"])),
    delete: "DeleteProject",
    names: Names { create: "ProjectName", item: "ProjectArn", removal: "ProjectArn" },
    scope: None,
    document: None,
    versions: None,
    limit: Limit {
        documented: &[100],
        stated: |_| None,
        codes: &["LimitExceededException", "ServiceQuotaExceededException"],
    },
    settles: true,
};

static RESOURCES: [&Resource; 3] = [&PROJECTS, &PROJECT_POLICIES, &RESOURCE_POLICIES];

/// The resources of a service, those that others live in first.
pub fn resources(service: Service) -> impl Iterator<Item = &'static Resource> {
    RESOURCES.into_iter().filter(move |resource| resource.service == service)
}

/// The resource of a service that lives in no other.
pub fn outer_resource(service: Service) -> &'static Resource {
    match service {
        Service::Rekognition => &PROJECTS,
        Service::Xray => &RESOURCE_POLICIES,
    }
}

/// The resource that a read covers.
pub fn scope_resource(scope: &Scope) -> &'static Resource {
    match scope {
        Scope::ResourcePolicies => &RESOURCE_POLICIES,
        Scope::ProjectPolicies(_) | Scope::ProjectPoliciesBy(..) => &PROJECT_POLICIES,
        Scope::Projects | Scope::ProjectsBy(_) => &PROJECTS,
    }
}

/// The resource that an operation creates.
pub fn resource_created_by(operation: &str) -> Option<&'static Resource> {
    RESOURCES.into_iter().find(|resource| resource.create == operation)
}

/// The names under which a plan creates resources of one kind, however often.
pub fn most_created(plan: &Plan) -> usize {
    let names: BTreeSet<String> = plan
        .calls()
        .filter_map(|call| {
            let resource = resource_created_by(&call.operation)?;
            let name = match &call.body {
                Body::Input(input) => input.get(resource.names.create),
                Body::Raw(_) => None,
            };
            Some(format!("{} {name:?}", call.operation))
        })
        .collect();
    names.len()
}

/// Whether a code refuses a resource for want of room.
pub fn is_limit(code: &str) -> bool {
    RESOURCES.into_iter().any(|resource| resource.limit.codes.contains(&code))
}

/// The resource that an operation lists.
pub fn resource_listed_by(operation: &str) -> Option<&'static Resource> {
    RESOURCES.into_iter().find(|resource| resource.list == operation)
}

/// The resource that an operation removes.
pub fn resource_removed_by(operation: &str) -> Option<&'static Resource> {
    RESOURCES.into_iter().find(|resource| resource.delete == operation)
}

/// Other regions of a region's AWS partition. Where none is known, there is none.
pub fn spare_regions(region: &str) -> impl Iterator<Item = &'static str> {
    const REGIONS: [&str; 12] = [
        "eu-central-1",
        "ap-southeast-2",
        "us-west-2",
        "eu-west-3",
        "sa-east-1",
        "ca-central-1",
        "ap-south-1",
        "eu-north-1",
        "cn-north-1",
        "cn-northwest-1",
        "us-gov-east-1",
        "us-gov-west-1",
    ];
    let aws_partition = arn::aws_partition(region);
    let same = move |other: &&str| *other != region && arn::aws_partition(other) == aws_partition;
    REGIONS.into_iter().filter(same)
}
