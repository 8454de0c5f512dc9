//! Endpoints that cannot be judged, or that are nothing like the service: a clear message and the
//! documented exit status, in bounded time.

use super::{check_schema, rules_that, run_with_report};
use crate::support::endpoint::{CLOSED, Double};
use crate::support::program::{Served, User, finish};
use std::time::Duration;

const PAGE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 35\r\nconnection: close\r\n\r\n\
    <html><body>It works!</body></html>";

const STUB: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 27\r\n\
    connection: close\r\n\r\n{\"PolicyRevisionId\":\"stub\"}";

/// Runs against an endpoint that cannot be judged, and checks what is said of it.
#[track_caller]
fn check_unjudged(url: &str, options: &[&str], says: &str, within: Duration) {
    let user = User::new();
    let mut arguments = vec!["--endpoint-url", url];
    arguments.extend(options);
    let (finished, report) = run_with_report(&user, &arguments);
    finished.check_status(3).check_says(says).check_says(url).check_within(within);
    let report = report.expect("there is a report all the same");
    check_schema(&report);
    assert_eq!(report["summary"]["conforms"], 0);
    assert_eq!(report["summary"]["violates"], 0);
    assert_eq!(report["summary"]["divergence"], 0.0);
}

#[test]
fn nothing_listens() {
    check_unjudged(CLOSED, &[], "no answer", Duration::from_secs(10));
}

#[test]
fn nothing_listens_after_the_wait() {
    let user = User::new();
    let finished = finish(&mut user.journalled("run", &["--endpoint-url", CLOSED, "--wait", "1s"]));
    finished.check_status(3).check_says("does not listen").check_within(Duration::from_secs(10));
}

#[test]
fn a_page_for_everything() {
    let page = Double::answering(PAGE);
    check_unjudged(&page.url, &[], "something else", Duration::from_secs(10));
}

#[test]
fn no_answer_to_anything() {
    let silent = Double::silent();
    check_unjudged(&silent.url, &["--timeout", "1s"], "no answer", Duration::from_secs(30));
}

#[test]
fn a_stub_that_answers_the_same_to_everything() {
    let user = User::new();
    let stub = Double::answering(STUB);
    let (finished, report) = run_with_report(&user, &["--endpoint-url", &stub.url]);
    finished.check_status(1).check_within(Duration::from_secs(400));
    let report = report.expect("there is a report");
    check_schema(&report);
    let violated = rules_that(&report, "violates");
    for operation in [
        "xray.PutResourcePolicy.",
        "xray.ListResourcePolicies.",
        "xray.DeleteResourcePolicy.",
        "rekognition.PutProjectPolicy.",
        "rekognition.CreateProject.",
        "rekognition.DescribeProjects.",
    ] {
        assert!(
            violated.iter().any(|id| id.starts_with(operation)),
            "nothing about {operation} in {violated:#?}"
        );
    }
    assert!(violated.len() >= 40, "{violated:#?}");
    // Where nothing is listed, nothing that is listed can be right.
    let conform = rules_that(&report, "conforms");
    let of_items = ["Policies.as-put", "Policies.members", "Policies.timestamps", "Policies.unchanged"];
    let vacuous = conform.iter().filter(|id| of_items.iter().any(|items| id.ends_with(items)));
    assert_eq!(vacuous.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn an_endpoint_for_one_service_says_nothing_of_the_other() {
    let user = User::new();
    let served = Served::start();
    let url = format!("xray={}", served.url);
    let (finished, report) = run_with_report(&user, &["--endpoint-url", &url]);
    finished.check_status(0);
    let report = report.expect("there is a report");
    assert!(
        report["rules"].as_array().is_some_and(|rules| rules.iter().all(|rule| rule["service"] == "xray"))
    );
}
