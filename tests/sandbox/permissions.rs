//! What the caller's role may do: the policy that `plan` prints is enough, and what is missing is named.

use super::nightly::{night, report};
use crate::support::program::{User, finish};
use crate::support::sandbox::{ACCOUNT, REGION, Request, Sandbox, Settings};
use rstest::rstest;
use serde_json::Value;

/// An account whose role has this policy.
fn account(policy: &Value) -> Sandbox {
    Sandbox::new(Settings { allows: Some(policy.clone()), ..Settings::default() })
}

/// The policy that `plan` prints, which sends nothing.
fn planned() -> Value {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let options =
        ["plan", "--target", "aws", "--account-id", ACCOUNT, "--region", REGION, "--format", "json"];
    let finished = finish(sandbox.reached_by(&mut user.suite(&options)));
    finished.check_status(0);
    assert_eq!(sandbox.connections(), 0);
    let plan: Value = serde_json::from_str(&finished.stdout).expect("the plan is JSON");
    plan["permissions"].clone()
}

#[rstest]
#[case::the_first_400_requests(&["--max-requests", "400"])]
#[case::projects_with_tags(&["--rule", "rekognition.CreateProject.Tags.*"])]
fn the_policy_that_is_planned_is_enough(#[case] options: &[&str]) {
    let (user, sandbox) = (User::new(), account(&planned()));
    night(&user, &sandbox, options).check_status(0);
    let report = report(&user);
    let lacking = report["rules"].as_array().expect("there are rules").iter().filter(|rule| {
        // What is no project's ARN is no resource that a policy could name.
        rule["reason"].as_str().is_some_and(|reason| reason.contains("lacks the permission"))
            && !rule["id"].as_str().is_some_and(|id| id.contains("ProjectArn."))
    });
    assert_eq!(lacking.collect::<Vec<_>>(), Vec::<&Value>::new());
}

/// Nothing is judged without it that needs it, or that could not be removed without it.
#[rstest]
#[case::to_put("xray:PutResourcePolicy", "xray.PutResourcePolicy")]
#[case::to_list("xray:ListResourcePolicies", "xray.PutResourcePolicy")]
#[case::to_delete("xray:DeleteResourcePolicy", "xray.PutResourcePolicy")]
#[case::to_create_projects("rekognition:CreateProject", "rekognition.PutProjectPolicy")]
#[case::to_describe_projects("rekognition:DescribeProjects", "rekognition.PutProjectPolicy")]
#[case::to_delete_projects("rekognition:DeleteProject", "rekognition.PutProjectPolicy")]
#[case::to_put_on_projects("rekognition:PutProjectPolicy", "rekognition.PutProjectPolicy")]
#[case::to_list_of_projects("rekognition:ListProjectPolicies", "rekognition.PutProjectPolicy")]
#[case::to_delete_of_projects("rekognition:DeleteProjectPolicy", "rekognition.PutProjectPolicy")]
#[case::to_copy("rekognition:CopyProjectVersion", "rekognition.CopyProjectVersion")]
fn a_permission_that_is_missing_is_named(#[case] missing: &str, #[case] operation: &str) {
    let mut policy = planned();
    for statement in policy["Statement"].as_array_mut().expect("there are statements") {
        if let Some(actions) = statement["Action"].as_array_mut() {
            actions.retain(|action| action != missing);
        }
    }
    let (user, sandbox) = (User::new(), account(&policy));
    let finished = night(&user, &sandbox, &["--max-requests", "400"]);
    finished.check_status(0);
    let report = report(&user);
    assert_eq!(report["summary"]["violates"], 0, "{}", finished.output());
    let rules = report["rules"].as_array().expect("there are rules");
    let of_operation = |rule: &&Value| {
        let is_its_own = rule["id"].as_str().is_some_and(|id| id.starts_with(&format!("{operation}.")));
        is_its_own && rule["level"] != "observe"
    };
    for rule in rules.iter().filter(of_operation) {
        assert_eq!(rule["verdict"], "not-applicable", "{rule:#}");
        let reason = rule["reason"].as_str().unwrap_or_default();
        let is_named = reason.contains(missing);
        assert!(is_named || reason.contains("not tried on a real account"), "{rule:#}");
    }
    let count = |operation: &str| sandbox.requests().iter().filter(|one| one.operation == operation).count();
    if ["CreateProject", "DescribeProjects", "DeleteProject"].iter().any(|one| missing.ends_with(one)) {
        assert!(count("CreateProject") < 5, "{} projects", count("CreateProject"));
    }
    if ["ListResourcePolicies", "DescribeProjects"].iter().any(|one| missing.ends_with(one)) {
        assert_eq!(report["left_behind"], serde_json::json!([]), "nothing was made: {}", finished.output());
    }
    let requests = sandbox.requests();
    let awaited = |one: &&Request| requests.iter().filter(|other| other.body == one.body).count() > 2;
    if missing.ends_with("CreateProject") {
        let mut named = requests.iter().filter(|one| one.body.contains("\"ProjectNames\":[\"awsc-"));
        assert!(!named.any(|one| awaited(&one)), "what was refused never comes");
    }
    if missing.starts_with("xray") {
        assert!(count("PutResourcePolicy") < 5, "{} puts", count("PutResourcePolicy"));
    }
}
