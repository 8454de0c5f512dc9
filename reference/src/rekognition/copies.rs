//! `CopyProjectVersion`. Nothing is ever trained here, so there is no version to copy.

use serde_json::{Map, json};

use super::arns;
use crate::faults::Defect;
use crate::state::{Call, Outcome, World};

/// Answers `CopyProjectVersion`.
pub(crate) fn copy(_world: &mut World, call: &Call<'_>) -> Outcome {
    if call.switches.has(Defect::RCopySourceUnchecked) {
        return Ok(accepted(call));
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
