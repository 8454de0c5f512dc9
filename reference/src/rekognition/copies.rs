//! `CopyProjectVersion`. Nothing is ever trained here, so there is no version to copy.

use serde_json::{Map, json};

use super::arns;
use crate::code;
use crate::faults::Defect;
use crate::refusal::Refusal;
use crate::state::{Call, Outcome, World};
use crate::variants::Reading;

/// Answers `CopyProjectVersion`.
pub(crate) fn copy(_world: &mut World, call: &Call<'_>) -> Outcome {
    if call.switches.has(Defect::RCopySourceUnchecked) {
        return Ok(accepted(call));
    }
    if call.switches.reads(Reading::CopyBucketFirst) {
        return Err(no_bucket());
    }
    Err(arns::absent(call, call.text("SourceProjectArn").unwrap_or_default()))
}

/// The response to a copy that has begun.
pub(crate) fn accepted(call: &Call<'_>) -> Map<String, serde_json::Value> {
    let destination = call.text("DestinationProjectArn").unwrap_or_default();
    let version = call.text("VersionName").unwrap_or("v");
    let project = destination.rsplit_once('/').map_or(destination, |(project, _)| project);
    let arn = format!("{project}/version/{version}/{}", call.milliseconds());
    Map::from_iter([("ProjectVersionArn".to_owned(), json!(arn))])
}

pub(crate) fn no_bucket() -> Refusal {
    Refusal::new(code::INVALID_S3, "Unable to get bucket metadata from S3.")
}
