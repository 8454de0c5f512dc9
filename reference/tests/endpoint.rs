//! The endpoint, call by call, without a socket.

use proptest::prelude::*;
use serde_json::{Value, json};

use aws_conformance_reference::{Config, Operation, Reference, Service, faults, variants};
use bytes::Bytes;
use http::Request;

fn call(reference: &Reference, operation: Operation, body: &Value) -> (u16, Value) {
    let path = match operation.service() {
        Service::XRay => format!("/{operation}"),
        Service::Rekognition => "/".to_owned(),
    };
    let request = Request::post(path)
        .header("x-amz-target", format!("RekognitionService.{operation}"))
        .body(Bytes::from(body.to_string()))
        .expect("the request is well-formed");
    let response = reference.handle(request);
    assert!(response.headers().contains_key("x-amzn-requestid"));
    let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    (response.status().as_u16(), body)
}

fn reference() -> Reference {
    Reference::new(Config::default()).expect("nothing is switched on")
}

#[test]
fn a_resource_policy_lives_and_dies() {
    let reference = reference();
    let document = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"xray:Get*"}}"#;
    let put = json!({"PolicyName": "p", "PolicyDocument": document});
    for revision in ["1", "2"] {
        let (status, answer) = call(&reference, Operation::PutResourcePolicy, &put);
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["ResourcePolicy"]["PolicyRevisionId"], revision);
        assert_eq!(answer["ResourcePolicy"]["PolicyDocument"], document);
    }
    let stale = json!({"PolicyName": "p", "PolicyRevisionId": "1"});
    let (status, answer) = call(&reference, Operation::DeleteResourcePolicy, &stale);
    assert_eq!((status, &answer["__type"]), (400, &json!("InvalidPolicyRevisionIdException")));
    let current = json!({"PolicyName": "p", "PolicyRevisionId": "2"});
    let (status, _) = call(&reference, Operation::DeleteResourcePolicy, &current);
    assert_eq!(status, 200);
    let (_, answer) = call(&reference, Operation::ListResourcePolicies, &json!({}));
    assert_eq!(answer, json!({"ResourcePolicies": []}));
}

#[test]
fn a_project_takes_its_policies_with_it() {
    let reference = reference();
    let project = json!({"ProjectName": "p"});
    let (_, created) = call(&reference, Operation::CreateProject, &project);
    let arn = &created["ProjectArn"];
    let (status, answer) = call(&reference, Operation::CreateProject, &project);
    assert_eq!((status, &answer["__type"]), (400, &json!("ResourceInUseException")));
    let document = json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "111111111111"},
        "Action": "rekognition:CopyProjectVersion", "Resource": "*"}]});
    let put = json!({"ProjectArn": arn, "PolicyName": "a", "PolicyDocument": document.to_string()});
    let (_, first) = call(&reference, Operation::PutProjectPolicy, &put);
    let revision = first["PolicyRevisionId"].as_str().expect("there is one");
    assert!(revision.len() == 32 && revision.bytes().all(|b| b.is_ascii_hexdigit()));
    let (_, again) = call(&reference, Operation::PutProjectPolicy, &put);
    assert_eq!(again["__type"], "ResourceAlreadyExistsException");
    let (_, listed) = call(&reference, Operation::ListProjectPolicies, &json!({"ProjectArn": arn}));
    assert_eq!(listed["ProjectPolicies"][0]["PolicyRevisionId"], revision);
    let (_, deleted) = call(&reference, Operation::DeleteProject, &json!({"ProjectArn": arn}));
    assert_eq!(deleted, json!({"Status": "DELETING"}));
    let (_, described) = call(&reference, Operation::DescribeProjects, &json!({}));
    assert_eq!(described, json!({"ProjectDescriptions": []}));
    let (_, gone) = call(&reference, Operation::ListProjectPolicies, &json!({"ProjectArn": arn}));
    assert_eq!(gone["__type"], "ResourceNotFoundException");
}

#[test]
fn breaches_are_told_in_the_words_of_the_framework() {
    let body = json!({"ProjectName": ""});
    let (status, answer) = call(&reference(), Operation::CreateProject, &body);
    assert_eq!(status, 400);
    assert_eq!(answer["__type"], "ValidationException");
    assert_eq!(
        answer["message"],
        "2 validation errors detected: Value '' at 'projectName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'projectName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.\\-]+"
    );
}

#[test]
fn every_switch_can_be_switched_on() {
    for fault in faults() {
        assert!(Reference::new(Config::default().with_fault(fault.name)).is_ok());
    }
    for variant in variants() {
        assert!(Reference::new(Config::default().with_variant(variant.name)).is_ok());
    }
    let error = Reference::new(Config::default().with_fault("xray.nonsense"));
    assert_eq!(error.expect_err("there is none").kind, "fault");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_request_makes_it_panic_or_fail(
        operation in prop::sample::select(Operation::ALL.to_vec()),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..64),
            "\\PC{0,64}".prop_map(String::into_bytes),
            "\\{\"(ProjectArn|PolicyName|PolicyDocument|MaxResults|Tags|NextToken)\":(null|-?1e99|\"\\PC{0,16}\"|\\[\\]|\\{\"\\PC{0,3}\":\\{\\}\\})\\}".prop_map(String::into_bytes),
        ],
        authorization in prop::collection::vec(32u8..=255, 0..64),
        verify_signatures in any::<bool>(),
    ) {
        let config = Config::default().with_verified_signatures(verify_signatures);
        let reference = Reference::new(config).expect("nothing is switched on");
        let path = if operation.service() == Service::XRay { format!("/{operation}") } else { "/".to_owned() };
        let request = Request::post(path)
            .header("x-amz-target", format!("RekognitionService.{operation}"))
            .header("authorization", authorization)
            .header("x-amz-date", "20240101T000000Z");
        if let Ok(request) = request.body(Bytes::from(body)) {
            prop_assert!(reference.handle(request).status().as_u16() < 500);
        }
    }
}
