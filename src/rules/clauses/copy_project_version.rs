//! `CopyProjectVersion`. A copy that succeeds needs a version of a model, so only refusals are tried.

use super::statement::because::{MODEL, PERMISSIONS};
use super::statement::{Passage, at, says, unchecked};
use crate::rules::source::{MODEL_REKOGNITION, QUOTAS};

const ELSEWHERE: &str = "it needs a second account and a version of a model";

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    at(&MODEL_REKOGNITION, "documentation", &[
        unchecked("rekognition.copy.success", "it copies a version of a Custom Labels model from one project to another", MODEL),
        unchecked("rekognition.copy.accounts", "the projects may be of different accounts, and then a project policy has to allow it", ELSEWHERE),
        unchecked("rekognition.copy.account", "a copy within an account needs no policy", MODEL),
        unchecked("rekognition.copy.service", "a model cannot be copied to another service",
            "every destination is the ARN of a Rekognition project, so nothing else can be asked for"),
        says("rekognition.copy.region", "the projects have to be in the same region"),
        says("rekognition.copy.exist", "the source project, the source version and the destination project have to exist"),
        unchecked("rekognition.copy.status", "a copy takes a while: COPYING_IN_PROGRESS, then COPYING_COMPLETED or COPYING_FAILED", MODEL),
        unchecked("rekognition.copy.permission", "the caller needs the permission rekognition:CopyProjectVersion", PERMISSIONS),
    ]),
    at(&MODEL_REKOGNITION, "input", &[
        unchecked("rekognition.copy.version", "SourceProjectVersionArn is a version of the source project", MODEL),
        unchecked("rekognition.copy.name", "VersionName is the name of the copy in the destination", MODEL),
        unchecked("rekognition.copy.output", "OutputConfig is where the source's training output goes", MODEL),
        unchecked("rekognition.copy.tags", "Tags are given to the copy", MODEL),
        unchecked("rekognition.copy.key", "KmsKeyId encrypts what the copy writes; without it the service uses a key of its own", MODEL),
        unchecked("rekognition.copy.key-permission", "the caller needs four permissions on the key", PERMISSIONS),
    ]),
    at(&MODEL_REKOGNITION, "output ProjectVersionArn", &[
        unchecked("rekognition.copy.arn", "it is the ARN of the copy, in the destination project", MODEL),
    ]),
    at(&QUOTAS, "L-B3EE7891", &[
        unchecked("rekognition.copy.quota", "an account runs at most 5 copies at a time", MODEL),
    ]),
];
