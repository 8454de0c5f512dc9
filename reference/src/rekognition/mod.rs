//! Amazon Rekognition: Custom Labels projects and their policies.

mod arns;
mod copies;
mod pages;
mod policies;
mod projects;
mod revisions;

pub(crate) use arns::not_found;
pub(crate) use copies::{accepted, copy};
pub(crate) use policies::{delete, force_delete, force_put, list, put};
pub(crate) use projects::{
    create_project, delete_project, describe_projects, force_create, force_delete_project, furnish,
};

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use crate::faults::ArnPart;
use crate::state::{Call, Scope, World, milliseconds};
use crate::variants::Reading;

/// A time as the answers carry it: seconds since the epoch.
fn timestamp(call: &Call<'_>, time: SystemTime) -> Value {
    let milliseconds = milliseconds(time);
    if call.switches.reads(Reading::IntegerTimes) {
        json!(milliseconds / 1000)
    } else {
        json!(milliseconds as f64 / 1000.0)
    }
}

/// Whether the project that a call names is there.
pub(crate) fn project_exists(world: &mut World, call: &Call<'_>) -> bool {
    let Some(arn) = call.text("ProjectArn") else {
        return true;
    };
    arns::find(world.tenant(call.scope), call, arn).is_ok()
}

/// Replaces an ARN by that of the project that a fault takes it for.
pub(crate) fn overlook(world: &mut World, scope: &Scope, body: &mut Map<String, Value>, part: ArnPart) {
    let Some(Value::String(arn)) = body.get_mut("ProjectArn") else {
        return;
    };
    if let Some(known) = arns::overlooked(world.tenant(scope), arn, part) {
        *arn = known;
    }
}
