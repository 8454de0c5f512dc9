//! What the caller's role may do: what the operator's page lists is enough, and what is missing is named.

use super::nightly::{night, report};
use crate::support::program::User;
use crate::support::root;
use crate::support::sandbox::{Sandbox, Settings};
use serde_json::{Value, json};

/// The actions that docs/nightly.md lists.
fn listed() -> Vec<String> {
    let page = std::fs::read_to_string(root().join("docs/nightly.md")).expect("it is there");
    let words = page.split_whitespace();
    let actions = words.filter(|word| word.starts_with("rekognition:") || word.starts_with("xray:"));
    actions.map(str::to_owned).collect()
}

fn account(actions: &[String]) -> Sandbox {
    let statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
    let allows = Some(json!({"Version": "2012-10-17", "Statement": statement}));
    Sandbox::new(Settings { allows, ..Settings::default() })
}

#[test]
fn what_the_page_lists_is_enough() {
    let actions = listed();
    assert_eq!(actions.len(), 10, "{actions:?}");
    let (user, sandbox) = (User::new(), account(&actions));
    let finished = night(&user, &sandbox, &["--max-requests", "300"]);
    finished.check_status(0);
    assert!(!finished.output().contains("permission"), "{}", finished.output());
}

#[test]
fn a_permission_that_is_missing_is_named() {
    let mut actions = listed();
    actions
        .retain(|action| !action.ends_with(":PutResourcePolicy") && !action.ends_with(":PutProjectPolicy"));
    let (user, sandbox) = (User::new(), account(&actions));
    let finished = night(&user, &sandbox, &["--max-requests", "300"]);
    let report = report(&user);
    assert_eq!(report["summary"]["violates"], 0, "{}", finished.output());
    let reasons: Vec<&str> = report["rules"]
        .as_array()
        .expect("there are rules")
        .iter()
        .filter_map(|rule: &Value| rule["reason"].as_str())
        .collect();
    for permission in ["xray:PutResourcePolicy", "rekognition:PutProjectPolicy"] {
        assert!(reasons.iter().any(|reason| reason.contains(permission)), "no {permission} in {reasons:#?}");
    }
}
