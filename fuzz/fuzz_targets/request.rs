//! What a client sends to the reference.
#![no_main]

use aws_conformance_reference::{Config, Reference};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, u8, String, Vec<u8>)| {
    const TARGETS: [&str; 4] = ["PutProjectPolicy", "CreateProject", "DescribeProjects", "ListProjectPolicies"];
    const PATHS: [&str; 3] = ["/PutResourcePolicy", "/ListResourcePolicies", "/DeleteResourcePolicy"];
    let (verify, which, authorization, body) = input;
    let reference = Reference::new(Config::default().with_verified_signatures(verify)).expect("it has no names");
    let which = usize::from(which);
    let mut request = http::Request::builder().method("POST").header("x-amz-date", "20260101T000000Z");
    request = match which % 2 {
        0 => request.uri(PATHS[which / 2 % PATHS.len()]),
        _ => request.uri("/").header("x-amz-target", format!("RekognitionService.{}", TARGETS[which / 2 % 4])),
    };
    let scope = "Credential=test/20260101/us-east-1/xray/aws4_request, SignedHeaders=host, Signature=";
    request = request.header("authorization", format!("AWS4-HMAC-SHA256 {scope}{authorization}").as_bytes());
    let Ok(request) = request.body(bytes::Bytes::from(body)) else { return };
    let response = reference.handle(request);
    assert!(response.status().as_u16() < 500, "{:?}", response.status());
});
