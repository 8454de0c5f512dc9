//! An endpoint for X-Ray that takes whatever it is given, and what a run leaves on it.

use super::double::{Broken, Double};
use super::{Run, run};
use crate::support::endpoint::CLOSED;
use crate::support::program::{User, finish};
use aws_conformance::execute::ledger::leftovers;
use bytes::Bytes;
use rstest::rstest;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What deleting a policy takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deletes {
    /// Its name.
    ByName,
    /// Its name and its current revision.
    ByRevision,
    /// It is answered as done, and is not.
    InWordsAlone,
}

/// Policies by name, of whatever type it is, in one region.
#[derive(Debug)]
pub(crate) struct Lenient {
    deletes: Deletes,
    /// Nothing is deleted while this holds.
    refuses_deletion: AtomicBool,
    policies: Mutex<Vec<Value>>,
}

impl Lenient {
    fn new(deletes: Deletes) -> Arc<Self> {
        Arc::new(Self { deletes, refuses_deletion: AtomicBool::new(false), policies: Mutex::default() })
    }

    fn count(&self) -> usize {
        self.policies.lock().expect("no test panics with it").len()
    }

    /// The answer to a request: status and body.
    pub(crate) fn handle(&self, operation: &str, body: &Bytes) -> (u16, Value) {
        let input: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
        let name = input.get("PolicyName").cloned().unwrap_or_default();
        let revision = input.get("PolicyRevisionId");
        let mut policies = self.policies.lock().expect("no test panics with it");
        let at = policies.iter().position(|policy| policy["PolicyName"] == name);
        let refused = |code: &str| (400, json!({ "__type": code, "message": "no" }));
        match operation {
            "/ListResourcePolicies" => (200, json!({ "ResourcePolicies": *policies })),
            "/PutResourcePolicy" => {
                let current =
                    at.and_then(|at| policies.remove(at)["PolicyRevisionId"].as_str()?.parse::<u64>().ok());
                let policy = json!({
                    "PolicyName": name,
                    "PolicyDocument": input.get("PolicyDocument"),
                    "PolicyRevisionId": (current.unwrap_or(0) + 1).to_string(),
                });
                policies.push(policy.clone());
                (200, json!({ "ResourcePolicy": policy }))
            }
            "/DeleteResourcePolicy" => match at {
                Some(_) if self.refuses_deletion.load(Ordering::Relaxed) => refused("AccessDeniedException"),
                Some(at)
                    if self.deletes == Deletes::ByRevision
                        && Some(&policies[at]["PolicyRevisionId"]) != revision =>
                {
                    refused("InvalidPolicyRevisionIdException")
                }
                Some(at) if self.deletes != Deletes::InWordsAlone => {
                    policies.remove(at);
                    (200, json!({}))
                }
                _ => (200, json!({})),
            },
            _ => refused("UnknownOperationException"),
        }
    }
}

fn run_xray(user: &User, double: &Double) -> Run {
    run(user, &["--endpoint-url", &double.url, "--service", "xray", "--cases", "1"], &[])
}

fn journals(user: &User) -> usize {
    leftovers(&user.journals()).expect("the journals can be read").len()
}

/// Names that are numbers, endless or invisible are removed as they are listed, and revisions are given
/// where they are wanted.
#[rstest]
#[case::by_name(Deletes::ByName)]
#[case::by_revision(Deletes::ByRevision)]
fn what_was_taken_is_removed(#[case] deletes: Deletes) {
    let endpoint = Lenient::new(deletes);
    let (user, double) = (User::new(), Double::new(Broken::Lenient(Arc::clone(&endpoint))));
    let run = run_xray(&user, &double);
    run.finished.check_status(1);
    let left = endpoint.policies.lock().unwrap().clone();
    assert_eq!((left, journals(&user)), (Vec::new(), 0), "{}", run.report["left_behind"]);
    assert!(double.requests() < 12_000, "{} requests", double.requests());
}

/// What cannot be removed is left in peace: it is bounded, and the reason of no other violation.
#[rstest]
#[case::refused(Deletes::ByName)]
#[case::in_words_alone(Deletes::InWordsAlone)]
fn what_cannot_be_removed_is_left_in_peace(#[case] deletes: Deletes) {
    let violated = |endpoint: &Arc<Lenient>, user: &User| -> BTreeSet<String> {
        let double = Double::new(Broken::Lenient(Arc::clone(endpoint)));
        let run = run_xray(user, &double);
        assert!(double.requests() < 12_000, "{} requests", double.requests());
        let rules = run.report["rules"].as_array().expect("a report has rules").iter();
        let violated = rules.filter(|rule| rule["verdict"] == "violates");
        violated.map(|rule| rule["id"].as_str().expect("a rule has an id").to_owned()).collect()
    };
    let expected = violated(&Lenient::new(Deletes::ByName), &User::new());
    let endpoint = Lenient::new(deletes);
    endpoint.refuses_deletion.store(deletes == Deletes::ByName, Ordering::Relaxed);
    let user = User::new();
    let found = violated(&endpoint, &user);
    let of_deleting = |rule: &&String| {
        ["Delete", "deleted", "lifecycle", "concurrency", "monitor"].iter().any(|part| rule.contains(part))
    };
    let others: Vec<&String> = found.difference(&expected).filter(|rule| !of_deleting(rule)).collect();
    assert!(others.is_empty(), "{others:?}");
    assert_eq!(journals(&user), 1, "what is left is known");
}

/// `sweep` asks nothing of services that the run did not touch, reads long listings, and says that nothing
/// is left only when nothing is listed any more.
#[test]
fn what_was_left_is_swept_when_it_can_be() {
    let endpoint = Lenient::new(Deletes::ByRevision);
    endpoint.refuses_deletion.store(true, Ordering::Relaxed);
    let (user, double) = (User::new(), Double::new(Broken::Lenient(Arc::clone(&endpoint))));
    run_xray(&user, &double);
    let left = leftovers(&user.journals()).expect("the journals can be read");
    let document = "x".repeat(8 << 10);
    for number in 0..100 {
        let input =
            json!({ "PolicyName": format!("{}-f-{number}", left[0].prefix), "PolicyDocument": document });
        endpoint.handle("/PutResourcePolicy", &Bytes::from(input.to_string()));
    }
    let mine = json!({ "PolicyName": "somebody-elses", "PolicyDocument": "" });
    endpoint.handle("/PutResourcePolicy", &Bytes::from(mine.to_string()));
    let before = endpoint.count();
    let sweep = || finish(&mut user.journalled("sweep", &["--endpoint-url", &double.url]));
    sweep().check_status(1).check_says("still there").check_says("kept");
    assert_eq!((endpoint.count(), journals(&user)), (before, 1));
    endpoint.refuses_deletion.store(false, Ordering::Relaxed);
    sweep().check_status(0).check_says("nothing is left");
    assert!(endpoint.policies.lock().unwrap().iter().any(|policy| policy["PolicyName"] == "somebody-elses"));
    assert_eq!(journals(&user), 0);
}

#[test]
fn the_journal_of_a_target_that_never_listened_is_removed() {
    let user = User::new();
    run(&user, &["--endpoint-url", CLOSED], &[]).finished.check_status(3);
    assert_eq!(journals(&user), 0);
}

/// The budget is kept, and yet nothing is left.
#[rstest]
fn a_small_budget_leaves_nothing(#[values(12, 40, 200)] most: u64) {
    let endpoint = Lenient::new(Deletes::ByRevision);
    let (user, double) = (User::new(), Double::new(Broken::Lenient(Arc::clone(&endpoint))));
    let most_requests = most.to_string();
    run(&user, &["--endpoint-url", &double.url, "--service", "xray", "--max-requests", &most_requests], &[]);
    assert!(double.requests() <= most, "{} requests", double.requests());
    assert_eq!((endpoint.count(), journals(&user)), (0, 0));
}
