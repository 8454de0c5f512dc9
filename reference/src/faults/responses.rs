//! Faults of the responses: each member, times the ways of getting it wrong.

use super::deviation::{Deviation, Response};
use super::fault::{Fault, Level, fault};
use crate::service::Operation;

/// What a member of a response holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    Time,
    List,
    Structure,
}

#[rustfmt::skip]
const MEMBERS: &[(Operation, &str, Holds)] = &[
    (Operation::CreateProject, "ProjectArn", Holds::Text),
    (Operation::DescribeProjects, "ProjectDescriptions", Holds::List),
    (Operation::DescribeProjects, "ProjectDescriptions.member.ProjectArn", Holds::Text),
    (Operation::DescribeProjects, "ProjectDescriptions.member.CreationTimestamp", Holds::Time),
    (Operation::DescribeProjects, "ProjectDescriptions.member.Status", Holds::Text),
    (Operation::DescribeProjects, "NextToken", Holds::Text),
    (Operation::DeleteProject, "Status", Holds::Text),
    (Operation::PutProjectPolicy, "PolicyRevisionId", Holds::Text),
    (Operation::ListProjectPolicies, "ProjectPolicies", Holds::List),
    (Operation::ListProjectPolicies, "ProjectPolicies.member.ProjectArn", Holds::Text),
    (Operation::ListProjectPolicies, "ProjectPolicies.member.PolicyName", Holds::Text),
    (Operation::ListProjectPolicies, "ProjectPolicies.member.PolicyRevisionId", Holds::Text),
    (Operation::ListProjectPolicies, "ProjectPolicies.member.PolicyDocument", Holds::Text),
    (Operation::ListProjectPolicies, "ProjectPolicies.member.CreationTimestamp", Holds::Time),
    (Operation::ListProjectPolicies, "ProjectPolicies.member.LastUpdatedTimestamp", Holds::Time),
    (Operation::ListProjectPolicies, "NextToken", Holds::Text),
    (Operation::PutResourcePolicy, "ResourcePolicy", Holds::Structure),
    (Operation::PutResourcePolicy, "ResourcePolicy.PolicyName", Holds::Text),
    (Operation::PutResourcePolicy, "ResourcePolicy.PolicyDocument", Holds::Text),
    (Operation::PutResourcePolicy, "ResourcePolicy.PolicyRevisionId", Holds::Text),
    (Operation::PutResourcePolicy, "ResourcePolicy.LastUpdatedTime", Holds::Time),
    (Operation::ListResourcePolicies, "ResourcePolicies", Holds::List),
    (Operation::ListResourcePolicies, "ResourcePolicies.member.PolicyName", Holds::Text),
    (Operation::ListResourcePolicies, "ResourcePolicies.member.PolicyDocument", Holds::Text),
    (Operation::ListResourcePolicies, "ResourcePolicies.member.PolicyRevisionId", Holds::Text),
    (Operation::ListResourcePolicies, "ResourcePolicies.member.LastUpdatedTime", Holds::Time),
];

pub(super) fn register(faults: &mut Vec<Fault>) {
    for &(operation, path, holds) in MEMBERS {
        let rekognition_time = holds == Holds::Time
            && operation != Operation::PutResourcePolicy
            && operation != Operation::ListResourcePolicies;
        let unsettled = rekognition_time || path == "ProjectDescriptions.member.Status";
        let presence = if unsettled { Level::Should } else { Level::Must };
        let mut add = |name: &str, breaks: String, level: Level, how: Response| {
            faults.push(fault(
                operation.service(),
                Some(operation),
                format!("{}.{operation}.{}.{name}", operation.service(), path.replace(".member", "")),
                breaks,
                level,
                Deviation::Response { operation, path, how },
            ));
        };
        // A page whose token nobody finds is the last page: another fault says that already.
        if path != "NextToken" {
            add(
                "missing",
                format!("The response has a {path}: here it has none."),
                presence,
                Response::Missing,
            );
            add("null", format!("The response has a {path}: here it is null."), presence, Response::Null);
        }
        add(
            "misspelt",
            format!("The response has a {path}: here its name begins with a small letter."),
            presence,
            Response::LowerCase,
        );
        add(
            "wrong-type",
            format!("{path} has its modelled JSON type: here it has another."),
            Level::Must,
            Response::WrongType,
        );
        match holds {
            Holds::Text if path != "NextToken" => {
                add(
                    "empty",
                    format!("{path} says something: here it is empty."),
                    Level::Must,
                    Response::Empty,
                );
            }
            Holds::Time => {
                let skew = Level::Should;
                add(
                    "iso-8601",
                    format!("{path} is a number of seconds: here it is an ISO 8601 text."),
                    Level::Must,
                    Response::IsoTime,
                );
                add(
                    "milliseconds",
                    format!("{path} is a number of seconds: here of milliseconds."),
                    Level::Must,
                    Response::Milliseconds,
                );
                add("zero", format!("{path} is when it happened: here it is 0."), skew, Response::Zero);
                add(
                    "tomorrow",
                    format!("{path} is when it happened: here it is a day later."),
                    skew,
                    Response::Tomorrow,
                );
                if path.contains("member") {
                    add(
                        "now",
                        format!("{path} is when it happened: here it is when it is listed."),
                        Level::Must,
                        Response::Now,
                    );
                }
            }
            _ => {}
        }
    }
}
