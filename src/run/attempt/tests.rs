//! What a server error leaves in doubt.

use super::*;
use crate::exchange::{Request, Response};
use aws_conformance_generators::plan::{Plan, Service};
use rstest::rstest;

/// A case whose only call was answered like this.
fn recorded(operation: &str, status: u16, code: &str) -> Recorded {
    let body = serde_json::json!({ "__type": code }).to_string().into_bytes();
    let exchange = Exchange {
        label: "call".to_owned(),
        request: Request {
            service: Service::Rekognition,
            operation: operation.to_owned(),
            region: "us-east-1".to_owned(),
            method: "POST".to_owned(),
            path: "/".to_owned(),
            body: b"{}".to_vec(),
            cut: 0,
        },
        reply: Ok(Response::new(status, Vec::new(), body)),
        typed: None,
        sent_at: 0.0,
        well_formed: true,
        off_protocol: false,
    };
    Recorded {
        case: Case { partition: "any".to_owned(), plan: Plan { steps: Vec::new() } },
        traces: vec![Trace::Call(exchange)],
        quotas: crate::service::Quotas::default(),
        invented: false,
        preexisting: Some(0),
        interrupted: false,
    }
}

fn violation(class: &str, label: &str) -> Violation {
    let text = String::new();
    Violation {
        class: class.to_owned(),
        level: Level::Must,
        expected: text.clone(),
        observed: text,
        label: label.to_owned(),
    }
}

#[rstest]
#[case::success(200, "", true)]
#[case::refusal(400, "ValidationException", true)]
#[case::refusal_with_an_odd_status(500, "ResourceNotFoundException", true)]
#[case::not_implemented(501, "NotImplemented", true)]
#[case::server_error(500, "InternalFailure", false)]
#[case::without_a_code(502, "", false)]
fn what_follows_a_server_error_accuses_nobody(
    #[case] status: u16,
    #[case] code: &str,
    #[case] accuses: bool,
) {
    let found = Judgement::Violates(vec![violation("listed-document", "call")]);
    match without_doubtful(found, &recorded("PutProjectPolicy", status, code)) {
        Judgement::Violates(_) => assert!(accuses),
        Judgement::Inconclusive(reason) => assert!(!accuses && reason == IN_DOUBT),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_server_error_itself_is_still_a_violation() {
    let found =
        Judgement::Violates(vec![violation("listed-document", "call"), violation(SERVER_ERROR, "call")]);
    let left = without_doubtful(found, &recorded("PutProjectPolicy", 500, "InternalFailure"));
    let Judgement::Violates(left) = left else { panic!("{left:?}") };
    assert_eq!(left.iter().map(|one| one.class.as_str()).collect::<Vec<_>>(), [SERVER_ERROR]);
}

#[test]
fn server_errors_of_different_calls_are_not_the_same() {
    assert!(is_again(&violation(SERVER_ERROR, "a"), &violation(SERVER_ERROR, "a")));
    assert!(!is_again(&violation(SERVER_ERROR, "a"), &violation(SERVER_ERROR, "b")));
    assert!(is_again(&violation("accepted", "a"), &violation("accepted", "b")));
}
