//! The requests that show what comes of many updates, of names that have much in common and of other regions.

use serde_json::{Value, json};

use super::documents::{project_document, resource_document};
use super::{Recorder, request};
use crate::Operation;

/// Names of the same letters, and those that differ in a mark alone.
const ALIKE: [&str; 4] = ["a-b", "a_b", "ab", "ba"];

pub(super) fn xray(recorder: &mut Recorder) {
    let put = |recorder: &mut Recorder, name: &str, document: &str, more: Value| {
        let mut body = json!({"PolicyName": name, "PolicyDocument": document});
        body.as_object_mut()
            .into_iter()
            .zip(more.as_object())
            .for_each(|(body, more)| body.extend(more.clone()));
        let (_, answer) = recorder.call(Operation::PutResourcePolicy, &body);
        answer["ResourcePolicy"]["PolicyRevisionId"].as_str().unwrap_or("?").to_owned()
    };
    let list = |recorder: &mut Recorder| recorder.call(Operation::ListResourcePolicies, &json!({}));
    let delete = |recorder: &mut Recorder, name: &str| {
        recorder.call(Operation::DeleteResourcePolicy, &json!({"PolicyName": name}));
    };
    let (_, listed) = list(recorder);
    for policy in listed["ResourcePolicies"].as_array().into_iter().flatten() {
        delete(recorder, policy["PolicyName"].as_str().unwrap_or("?"));
    }
    let long = resource_document(&"x".repeat(1200));
    let mut revisions = vec![put(recorder, "often", &long, json!({}))];
    for number in 0..9 {
        revisions.push(put(recorder, "often", &resource_document(&number.to_string()), json!({})));
        list(recorder);
    }
    let latest = revisions.pop().and_then(|latest| latest.parse::<u64>().ok()).unwrap_or_default();
    revisions.push((latest + (1 << 32)).to_string());
    for revision in revisions {
        put(recorder, "often", &resource_document("x"), json!({"PolicyRevisionId": revision}));
    }
    // More than a second has passed since the last of them that is accepted.
    list(recorder);
    let other = resource_document("x").replace("PutTraceSegments", "GetSamplingRules");
    put(recorder, "often", &resource_document("x"), json!({}));
    put(recorder, "often", &other, json!({}));
    list(recorder);
    put(recorder, "often", &resource_document("y"), json!({"BypassPolicyLockoutCheck": true}));
    list(recorder);
    for name in ALIKE {
        put(recorder, name, &resource_document(name), json!({}));
    }
    list(recorder);
    delete(recorder, ALIKE[0]);
    list(recorder);
    let there = json!({"PolicyName": "often", "PolicyDocument": resource_document("there")}).to_string();
    recorder.send(request(Operation::PutResourcePolicy, "eu-west-1", there));
    put(recorder, "often", &resource_document("here"), json!({}));
    recorder.send(request(Operation::ListResourcePolicies, "eu-west-1", "{}"));
    delete(recorder, "often");
    recorder.send(request(Operation::ListResourcePolicies, "eu-west-1", "{}"));
}

pub(super) fn rekognition(recorder: &mut Recorder) {
    let (_, made) = recorder.call(Operation::CreateProject, &json!({"ProjectName": "often"}));
    let arn = made["ProjectArn"].as_str().unwrap_or("?").to_owned();
    let put = |recorder: &mut Recorder, name: &str, document: &str, revision: Option<&str>| {
        let mut body = json!({"ProjectArn": arn, "PolicyName": name, "PolicyDocument": document});
        if let Some(revision) = revision {
            body["PolicyRevisionId"] = json!(revision);
        }
        let (_, answer) = recorder.call(Operation::PutProjectPolicy, &body);
        answer["PolicyRevisionId"].as_str().unwrap_or("?").to_owned()
    };
    let list =
        |recorder: &mut Recorder| recorder.call(Operation::ListProjectPolicies, &json!({"ProjectArn": arn}));
    let long = project_document(&"x".repeat(1200));
    let first = put(recorder, "often", &long, None);
    let mut last = first.clone();
    for number in 0..6 {
        last = put(recorder, "often", &project_document(&number.to_string()), Some(&last));
        list(recorder);
    }
    let other = project_document("5").replace("\"*\"", "\"arn:aws:rekognition:*\"");
    put(recorder, "often", &other, Some(&last));
    list(recorder);
    put(recorder, "often", &project_document("x"), Some(&first));
    for name in ALIKE {
        put(recorder, name, &project_document(name), None);
    }
    list(recorder);
    recorder.call(Operation::DeleteProjectPolicy, &json!({"ProjectArn": arn, "PolicyName": ALIKE[0]}));
    list(recorder);
    for (member, list) in [("ProjectNames", ["often", "!"]), ("Features", ["CUSTOM_LABELS", "!"])] {
        recorder.call(Operation::DescribeProjects, &json!({member: list}));
    }
    let there = json!({"ProjectName": "often"}).to_string();
    recorder.send(request(Operation::CreateProject, "eu-west-1", there));
    recorder.call(Operation::DeleteProject, &json!({"ProjectArn": arn}));
    recorder.send(request(Operation::DescribeProjects, "eu-west-1", "{}"));
}
