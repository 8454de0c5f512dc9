//! What the tests share: programs run as a user runs them, and requests to endpoints.

pub(crate) mod browser;
pub(crate) mod endpoint;
pub(crate) mod program;
pub(crate) mod python;
pub(crate) mod sandbox;
pub(crate) mod target;
pub(crate) mod workflow;

use serde_json::{Value, json};
use std::path::Path;

/// The settings under which this folder's snapshots are compared.
pub(crate) fn snapshots(description: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(description);
    settings
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A document that X-Ray takes.
pub(crate) fn xray_document() -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": ["xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
            "Resource": "*",
        }],
    })
    .to_string()
}

/// A document that a Rekognition project takes.
pub(crate) fn project_document() -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "rekognition:CopyProjectVersion",
            "Resource": "*",
        }],
    })
    .to_string()
}

/// An object with one member replaced, added or (with none) left out.
pub(crate) fn with(mut object: Value, member: &str, value: Option<Value>) -> Value {
    let members = object.as_object_mut().expect("an input is an object");
    match value {
        Some(value) => members.insert(member.to_owned(), value),
        None => members.shift_remove(member),
    };
    object
}
