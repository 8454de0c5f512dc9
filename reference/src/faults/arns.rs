//! Faults of the lookup by ARN: each part of it, not compared.

use super::deviation::{ArnPart, Deviation};
use super::fault::{Fault, Level, fault};
use crate::service::{Operation, Service};

const OPERATIONS: [Operation; 4] = [
    Operation::DeleteProject,
    Operation::PutProjectPolicy,
    Operation::ListProjectPolicies,
    Operation::DeleteProjectPolicy,
];

const PARTS: [(ArnPart, &str, &str); 11] = [
    (ArnPart::Partition, "partition-ignored", "the partition may be any"),
    (ArnPart::Service, "service-ignored", "the service may be any"),
    (ArnPart::Region, "region-ignored", "the region may be any"),
    (ArnPart::Account, "account-ignored", "the account may be any"),
    (ArnPart::ResourceType, "resource-type-ignored", "the resource type may be any"),
    (ArnPart::NameCase, "case-ignored", "upper and lower case are the same"),
    (ArnPart::Stamp, "stamp-ignored", "the creation stamp may be any, or missing"),
    (ArnPart::Suffix, "suffix-ignored", "anything may follow it"),
    (ArnPart::Newline, "newline-ignored", "a newline may follow it"),
    (ArnPart::Prefix, "prefix-ignored", "anything may precede it"),
    (ArnPart::Digits, "digits-of-any-script", "digits of any script stand for those of ASCII"),
];

pub(super) fn register(faults: &mut Vec<Fault>) {
    for operation in OPERATIONS {
        for (part, name, words) in PARTS {
            faults.push(fault(
                Service::Rekognition,
                Some(operation),
                format!("rekognition.{operation}.ProjectArn.{name}"),
                format!("Only a project's own ARN finds it: here {words}."),
                // The documents do not say that names keep their case.
                if part == ArnPart::NameCase { Level::Should } else { Level::Must },
                Deviation::Arn { operation, part },
            ));
        }
    }
}
