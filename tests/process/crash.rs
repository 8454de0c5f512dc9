//! A run that is killed in the middle, and `sweep` after it: nothing of the run is left, and
//! nothing of anybody else's is touched.

use crate::support::endpoint::call;
use crate::support::program::{Running, Served, User, finish};
use crate::support::{project_document, xray_document};
use aws_conformance::execute::ledger::leftovers;
use aws_conformance_generators::plan::Service;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// What is there, by region: policies of X-Ray, or projects with their policies.
type Resources = BTreeSet<(String, String)>;

fn resources(url: &str, service: Service, regions: &BTreeSet<String>) -> Resources {
    let mut found = Resources::new();
    for region in regions {
        let ask = |operation: &str, input: &Value| {
            let (status, answer) = call(url, service, operation, region, input);
            assert_eq!(status, 200, "{operation}: {answer}");
            answer
        };
        let (listed, members) = match service {
            Service::Xray => (ask("ListResourcePolicies", &json!({})), "ResourcePolicies"),
            Service::Rekognition => (ask("DescribeProjects", &json!({})), "ProjectDescriptions"),
        };
        for item in listed[members].as_array().expect("it is a list") {
            let policies = match item.get("ProjectArn") {
                Some(arn) => {
                    ask("ListProjectPolicies", &json!({"ProjectArn": arn}))["ProjectPolicies"].clone()
                }
                None => Value::Null,
            };
            found.insert((region.clone(), format!("{item} {policies}")));
        }
    }
    found
}

/// Something that is there before the run.
fn furnish(url: &str, service: Service) {
    let put = |operation: &str, input: &Value| {
        let (status, answer) = call(url, service, operation, "us-east-1", input);
        assert_eq!(status, 200, "{operation}: {answer}");
        answer
    };
    match service {
        Service::Xray => {
            put(
                "PutResourcePolicy",
                &json!({"PolicyName": "somebody-elses", "PolicyDocument": xray_document()}),
            );
        }
        Service::Rekognition => {
            let project = put("CreateProject", &json!({"ProjectName": "somebody-elses"}));
            let document = project_document();
            let policy =
                json!({"ProjectArn": project["ProjectArn"], "PolicyName": "p", "PolicyDocument": document});
            put("PutProjectPolicy", &policy);
        }
    }
}

/// Every region that the runs whose journals are here have used.
fn regions(journals: &Path) -> BTreeSet<String> {
    let left = leftovers(journals).expect("the journals can be read");
    left.into_iter().flat_map(|left| left.regions).chain(["us-east-1".to_owned()]).collect()
}

#[rstest]
#[case::policies(Service::Xray)]
#[case::projects(Service::Rekognition)]
fn what_a_killed_run_leaves_is_swept(#[case] service: Service) {
    let user = User::new();
    let served = Served::start();
    furnish(&served.url, service);
    let before = resources(&served.url, service, &regions(&user.journals()));
    assert_eq!(before.len(), 1);

    // What is there at one moment may be gone at the next: killed until something was left.
    let mut left = Resources::new();
    for _ in 0..10 {
        kill_in_the_middle(&user, &served, service);
        left = resources(&served.url, service, &regions(&user.journals()));
        if left != before {
            break;
        }
    }
    assert!(left.len() > before.len() && left.is_superset(&before), "{left:#?}");

    let regions = regions(&user.journals());
    let sweep = finish(&mut user.journalled("sweep", &["--endpoint-url", &served.url]));
    sweep.check_status(0).check_says("removed");
    assert_eq!(resources(&served.url, service, &regions), before);
    assert_eq!(
        leftovers(&user.journals()).expect("the journals can be read"),
        [],
        "the journals are done with"
    );
    let again = finish(&mut user.journalled("sweep", &["--endpoint-url", &served.url]));
    again.check_status(0);
}

/// Runs until something of the run's own is there, and kills it.
fn kill_in_the_middle(user: &User, served: &Served, service: Service) {
    let options =
        ["--endpoint-url", &served.url, "--service", service.as_str(), "--rate", "50", "--no-progress"];
    let home = BTreeSet::from(["us-east-1".to_owned()]);
    let mut run = Running::start(&mut user.journalled("run", &options));
    let started = Instant::now();
    while resources(&served.url, service, &home).len() < 2 {
        assert!(started.elapsed() < Duration::from_secs(60), "the run creates nothing");
        assert!(
            run.child.try_wait().expect("it can be asked").is_none(),
            "the run is over before it was killed"
        );
        std::thread::sleep(Duration::from_millis(3));
    }
    run.kill();
}

#[test]
fn nothing_is_swept_for_another_endpoint() {
    let user = User::new();
    let (served, other) = (Served::start(), Served::start());
    kill_in_the_middle(&user, &served, Service::Xray);
    let sweep = finish(&mut user.journalled("sweep", &["--endpoint-url", &other.url]));
    sweep.check_status(0).check_says("no run on this target");
    assert_eq!(leftovers(&user.journals()).expect("the journals can be read").len(), 1);
}
