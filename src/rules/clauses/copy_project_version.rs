//! `CopyProjectVersion`. A copy that succeeds needs a version of a model, so only refusals are tried.

use super::Checked::{By, Not};
use super::because::{BUSY, MODEL, OWN_FAILURE, PERMISSIONS};
use super::{Passage, REKOGNITION, Says};
use crate::rules::source::{MODEL_REKOGNITION, QUOTAS, Source};

const fn says(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: REKOGNITION, operation: Some("CopyProjectVersion"), source, place, says }
}

const fn model(place: &'static str, statements: &'static [Says]) -> Passage {
    says(&MODEL_REKOGNITION, place, statements)
}

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    model("documentation", &[
        ("it copies a version of a model from one project to another", MODEL),
        ("the projects may be of different accounts", Not("it needs a second account and a version of a model")),
        ("the projects have to be in the same region", By(&["CopyProjectVersion.SourceProjectVersionArn.unknown"])),
        ("a model cannot be copied to another service", Not("every destination is the ARN of a Rekognition project, so nothing else can be asked for")),
        ("a copy to another account needs a project policy of the source project", Not("it needs a second account and a version of a model")),
        ("a copy within an account needs no policy", MODEL),
        ("only Custom Labels models can be copied", MODEL),
        ("the source project has to exist", By(&["CopyProjectVersion.SourceProjectVersionArn.unknown"])),
        ("the source version has to exist", By(&["CopyProjectVersion.SourceProjectVersionArn.unknown"])),
        ("the destination project has to exist", By(&["CopyProjectVersion.SourceProjectVersionArn.unknown"])),
        ("a copy takes a while: COPYING_IN_PROGRESS, then COPYING_COMPLETED or COPYING_FAILED", MODEL),
        ("the caller needs the permission rekognition:CopyProjectVersion", PERMISSIONS),
    ]),
    model("input SourceProjectArn", &[
        ("it is a string", By(&["CopyProjectVersion.SourceProjectArn.type"])),
        ("it has 20 to 2048 characters", By(&["CopyProjectVersion.SourceProjectArn.length-*"])),
        ("it is the ARN of a project", By(&["CopyProjectVersion.SourceProjectArn.pattern"])),
        ("it is required", By(&["CopyProjectVersion.SourceProjectArn.required"])),
    ]),
    model("input SourceProjectVersionArn", &[
        ("it is a string", By(&["CopyProjectVersion.SourceProjectVersionArn.type"])),
        ("it has 20 to 2048 characters", By(&["CopyProjectVersion.SourceProjectVersionArn.length-*"])),
        ("it is the ARN of a version of a project's model", By(&["CopyProjectVersion.SourceProjectVersionArn.pattern"])),
        ("it is required", By(&["CopyProjectVersion.SourceProjectVersionArn.required"])),
        ("it is a version of the source project", MODEL),
    ]),
    model("input DestinationProjectArn", &[
        ("it is a string", By(&["CopyProjectVersion.DestinationProjectArn.type"])),
        ("it has 20 to 2048 characters", By(&["CopyProjectVersion.DestinationProjectArn.length-*"])),
        ("it is the ARN of a project", By(&["CopyProjectVersion.DestinationProjectArn.pattern"])),
        ("it is required", By(&["CopyProjectVersion.DestinationProjectArn.required"])),
    ]),
    model("input VersionName", &[
        ("it is the name of the copy in the destination", MODEL),
        ("it is a string", By(&["CopyProjectVersion.VersionName.type"])),
        ("it has 1 to 255 characters", By(&["CopyProjectVersion.VersionName.length-*"])),
        ("it consists of letters and digits of ASCII, underscores, full stops and hyphens", By(&["CopyProjectVersion.VersionName.pattern"])),
        ("it is required", By(&["CopyProjectVersion.VersionName.required"])),
    ]),
    model("input OutputConfig", &[
        ("it is where the source's training output goes", MODEL),
        ("it is a structure", By(&["CopyProjectVersion.OutputConfig.type"])),
        ("it is required", By(&["CopyProjectVersion.OutputConfig.required"])),
        ("S3Bucket is a string", By(&["CopyProjectVersion.OutputConfig.S3Bucket.type"])),
        ("S3Bucket has 3 to 255 characters", By(&["CopyProjectVersion.OutputConfig.S3Bucket.length-*"])),
        ("S3Bucket consists of letters and digits of ASCII, full stops, hyphens and underscores", By(&["CopyProjectVersion.OutputConfig.S3Bucket.pattern"])),
        ("S3KeyPrefix is a string", By(&["CopyProjectVersion.OutputConfig.S3KeyPrefix.type"])),
        ("S3KeyPrefix has at most 1024 characters", By(&["CopyProjectVersion.OutputConfig.S3KeyPrefix.length-max"])),
    ]),
    model("input Tags", &[
        ("they are given to the copy", MODEL),
        ("it is a map", By(&["CopyProjectVersion.Tags.type"])),
        ("there are at most 200", By(&["CopyProjectVersion.Tags.count-max"])),
        ("a key has 1 to 128 characters", By(&["CopyProjectVersion.Tags.key.length-*"])),
        ("a key has the characters of tags and does not begin with aws:", By(&["CopyProjectVersion.Tags.key.pattern"])),
        ("a value is a string", By(&["CopyProjectVersion.Tags.value.type"])),
        ("a value has at most 256 characters", By(&["CopyProjectVersion.Tags.value.length-max"])),
        ("a value has the characters of tags", By(&["CopyProjectVersion.Tags.value.pattern"])),
    ]),
    model("input KmsKeyId", &[
        ("it is the key that encrypts what the copy writes; without it the service uses one of its own", MODEL),
        ("the caller needs four permissions on the key", PERMISSIONS),
        ("it is a string", By(&["CopyProjectVersion.KmsKeyId.type"])),
        ("it has 1 to 2048 characters", By(&["CopyProjectVersion.KmsKeyId.length-*"])),
        ("it begins with a letter or a digit and has the characters of key ids, aliases and ARNs", By(&["CopyProjectVersion.KmsKeyId.pattern"])),
    ]),
    model("output ProjectVersionArn", &[
        ("it is the ARN of the copy, in the destination project", MODEL),
    ]),
    model("errors", &[
        ("AccessDeniedException: the caller may not do this, or no policy allows it", PERMISSIONS),
        ("InternalServerError: trouble of the service's own", OWN_FAILURE),
        ("InvalidParameterException: a constraint is broken", By(&["CopyProjectVersion.*.{required,length-min,length-max,pattern,count-max}"])),
        ("LimitExceededException: more copies at a time than a limit allows", MODEL),
        ("ProvisionedThroughputExceededException: too many requests", BUSY),
        ("ResourceInUseException: the destination has a version of that name", MODEL),
        ("ResourceNotFoundException: source, version or destination do not exist", By(&["CopyProjectVersion.SourceProjectVersionArn.unknown"])),
        ("ServiceQuotaExceededException: the destination is full", MODEL),
        ("ThrottlingException: the service cannot take the request for the moment", BUSY),
    ]),
    says(&QUOTAS, "L-C8E3347A", &[
        ("an account makes at most 5 calls a second", BUSY),
    ]),
    says(&QUOTAS, "L-B3EE7891", &[
        ("an account runs at most 5 copies at a time", MODEL),
    ]),
];
