//! Requests as a broken endpoint sees them, and its answers.

use bytes::Bytes;
use serde_json::{Value, json};

/// An answer in AWS JSON.
pub(super) fn answer(status: u16, body: &Value) -> http::Response<Bytes> {
    let response = http::Response::builder().status(status).header("x-amzn-requestid", "1");
    let response = response.header("content-type", "application/x-amz-json-1.1");
    response.body(Bytes::from(body.to_string())).expect("the parts are well-formed")
}

/// The operation that a request names, in either protocol's way.
pub(super) fn operation_of(request: &http::Request<Bytes>) -> &str {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    target.unwrap_or(request.uri().path())
}

/// A refusal with this code and message; of an operation that does not exist, because of that.
pub(super) fn refusal(request: &http::Request<Bytes>, code: &str, message: &str) -> http::Response<Bytes> {
    let is_nonsense = operation_of(request).ends_with("ConformanceNoSuchOperation");
    let code = if is_nonsense { "UnknownOperationException" } else { code };
    answer(400, &json!({ "__type": code, "message": message }))
}

/// The request without the token of a page that the reference has never issued.
pub(super) fn first_page(request: http::Request<Bytes>) -> http::Request<Bytes> {
    request.map(|body| {
        let Ok(Value::Object(mut input)) = serde_json::from_slice::<Value>(&body) else { return body };
        match input.shift_remove("NextToken") {
            Some(_) => Bytes::from(Value::Object(input).to_string()),
            None => body,
        }
    })
}

/// A page of a listing that has a page after it, whatever it lists.
pub(super) fn without_end(page: http::Response<Bytes>, number: u64, new: bool) -> http::Response<Bytes> {
    let (head, body) = page.into_parts();
    let mut value: Value = serde_json::from_slice(&body).unwrap_or_default();
    for list in ["ResourcePolicies", "ProjectPolicies", "ProjectDescriptions"] {
        let Some(items) = value.get_mut(list).and_then(Value::as_array_mut) else { continue };
        if new {
            let arn = format!("arn:aws:rekognition:us-east-1:000000000000:project/new-{number}/1");
            items.push(json!({ "PolicyName": format!("new-{number}"), "ProjectArn": arn }));
        }
        value["NextToken"] = json!(format!("token-{number}"));
        return http::Response::from_parts(head, Bytes::from(value.to_string()));
    }
    http::Response::from_parts(head, body)
}
