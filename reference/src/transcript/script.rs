//! The requests that concern the wire, and every member with values that are good and bad.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::documents::project_document;
use super::{Recorder, request};
use crate::constraints::{Member, Shape, members};
use crate::{Operation, Service};

/// A good value for a member.
fn good(member: &Member, arn: &str) -> Value {
    match member.path {
        "ProjectArn" | "SourceProjectArn" | "DestinationProjectArn" => json!(arn),
        "SourceProjectVersionArn" => {
            json!("arn:aws:rekognition:us-east-1:000000000000:project/p/version/v/1")
        }
        "PolicyDocument" => json!(project_document("x")),
        "OutputConfig" => json!({"S3Bucket": "bucket", "S3KeyPrefix": "prefix"}),
        "Tags" => json!({"key": "value"}),
        _ => json!("good-1"),
    }
}

/// Bad values for a member, and some at the edges of what is good.
fn values(member: &Member) -> Vec<Value> {
    let mut values = vec![Value::Null, json!(7), json!(true), json!([]), json!({}), json!("7")];
    match member.shape {
        Shape::Text { min, max, .. } => {
            for length in [min.saturating_sub(1), min, max, max.saturating_add(1)] {
                if length <= 4096 {
                    values.push(json!("a".repeat(length)));
                }
            }
            for text in [
                "no way",
                "a.b",
                "a@b",
                "a\tb",
                "a\n",
                "a!",
                "!a",
                "\u{e9}\u{100}",
                "aws:x",
                "",
                "FFFF",
                "gg",
                "a:b",
                "a%b",
                "a~b",
                "a/b",
            ] {
                values.push(json!(text));
            }
        }
        Shape::Choice(choices) => {
            values.push(json!(choices[0]));
            values.push(json!(choices[0].to_lowercase()));
        }
        Shape::Integer { min, max } => {
            values.extend([min - 1, min, min + 1, max, max + 1, max * 9, 1 << 31].map(|n| json!(n)));
        }
        Shape::List { max, .. } => {
            values.extend([max, max + 1].map(|n| json!(vec!["CUSTOM_LABELS"; n])));
            for text in [
                "",
                "a b",
                "a.b",
                "a\n",
                "!a",
                "a!",
                &"a".repeat(255),
                &"a".repeat(256),
                "custom_labels",
                "good-1",
                "\u{e9}\u{100}",
            ] {
                values.push(json!([text]));
            }
        }
        Shape::Map { max } => {
            for count in [max, max + 1, max + 2] {
                let entries = (0..count).map(|n| (format!("k{n}"), json!("v")));
                values.push(Value::Object(entries.collect()));
            }
            for text in [
                "",
                "a b",
                "a!b",
                "a\n",
                "a:b",
                "!a",
                &"a".repeat(128),
                &"a".repeat(129),
                &"a".repeat(256),
                &"a".repeat(257),
            ] {
                values.push(json!({text: "v"}));
                values.push(json!({"k": text}));
            }
        }
        Shape::Flag | Shape::Structure => {}
    }
    values
}

/// Every member of an operation, with every value, in a call that is good otherwise.
pub(super) fn constraints(recorder: &mut Recorder, operation: Operation, arn: &str) {
    let all = members(operation);
    let template: Value = all
        .iter()
        .filter(|member| member.required)
        .map(|member| (member.path.to_owned(), good(member, arn)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let policies = |recorder: &mut Recorder| match operation.service() {
        Service::XRay => drop(recorder.call(Operation::ListResourcePolicies, &json!({}))),
        Service::Rekognition => {
            recorder.call(Operation::ListProjectPolicies, &json!({"ProjectArn": arn}));
            recorder.call(Operation::DescribeProjects, &json!({}));
        }
    };
    for member in all {
        for value in std::iter::once(None).chain(values(member).into_iter().map(Some)) {
            let mut body = template.clone();
            match (member.path.split_once('.'), value) {
                (Some((_, "member" | "key" | "value")), _) => continue,
                (Some((parent, part)), Some(value)) => body[parent][part] = value,
                (Some(_), None) => continue,
                (None, Some(value)) => body[member.path] = value,
                (None, None) => {
                    body.as_object_mut().expect("it is an object").remove(member.path);
                }
            }
            let (status, _) = recorder.call(operation, &body);
            let name = body.get("PolicyName").cloned().unwrap_or_default();
            if status == 200 && operation == Operation::PutResourcePolicy {
                policies(recorder);
                recorder.call(Operation::DeleteResourcePolicy, &json!({"PolicyName": name}));
            }
            if status == 200 && operation == Operation::PutProjectPolicy {
                policies(recorder);
                let body = json!({"ProjectArn": arn, "PolicyName": name});
                recorder.call(Operation::DeleteProjectPolicy, &body);
            }
            if status == 400 {
                policies(recorder);
            }
        }
    }
}

pub(super) fn wire(recorder: &mut Recorder) {
    for operation in Operation::ALL {
        recorder.raw(operation, "");
        recorder.raw(operation, "nonsense");
        recorder.raw(operation, "[]");
        recorder.raw(operation, "null");
        recorder.raw(operation, "{\"PolicyName\":\"\\ud800\"}");
        recorder.raw(operation, vec![b'{', b'"', 0xff, b'"', b':', b'1', b'}']);
        recorder.raw(operation, format!("{{\"x\":{}1{}}}", "[".repeat(300), "]".repeat(300)));
        recorder.raw(operation, "{\"Extra\":1}");
        let mut wrong = request(operation, "us-east-1", "{}");
        *wrong.method_mut() = http::Method::GET;
        recorder.send(wrong);
        let mut wrong = request(operation, "us-east-1", "{}");
        wrong.headers_mut().remove("content-type");
        recorder.send(wrong);
        for path in [format!("/v1/{operation}"), format!("/{}", operation.name().to_lowercase())] {
            let mut wrong = request(operation, "us-east-1", "{}");
            *wrong.uri_mut() = path.parse().expect("it is a path");
            if operation.service() == Service::XRay {
                wrong.headers_mut().remove("x-amz-target");
            }
            recorder.send(wrong);
        }
    }
    for path in ["/", "/Nonsense"] {
        let unknown = Request::post(path).body(Bytes::from_static(b"{}"));
        recorder.send(unknown.expect("the request is well-formed"));
    }
}
