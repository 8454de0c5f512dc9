//! Waivers, and the configurations that `init` writes: what is owned fails no build, and what has changed
//! since does.

use super::{check_schema, rules_that};
use crate::support::program::{Finished, Served, User, finish};
use rstest::rstest;
use serde_json::Value;

const FAULT: &str = "xray.PutResourcePolicy.PolicyName.length-max.tight";
const RULE: &str = "xray.PutResourcePolicy.PolicyName.length-max";
const CLASS: &str = "refused-InvalidRequestException";

/// Runs the rules about the policy's name with the configuration in the user's home.
fn run(user: &User, url: &str, more: &[&str]) -> (Finished, Value) {
    let file = user.home().join("report.json");
    let report = format!("json={}", file.display());
    let options = ["--endpoint-url", url, "--rule", "xray.PutResourcePolicy.PolicyName.*", "--cases", "2"];
    let mut command = user.journalled("run", &options);
    let finished = finish(command.args(["--report", &report]).args(more));
    let report =
        serde_json::from_slice(&std::fs::read(file).expect("there is a report")).expect("it is JSON");
    check_schema(&report);
    (finished, report)
}

fn configuration(user: &User) -> String {
    std::fs::read_to_string(user.home().join("conformance.toml")).expect("there is a configuration")
}

#[test]
fn init_writes_a_configuration_that_passes_and_does_not_write_over_it() {
    let (user, broken) = (User::new(), Served::with_fault(FAULT));
    let options = ["--endpoint-url", &broken.url, "--rule", "xray.PutResourcePolicy.*", "--cases", "2"];
    let init = || finish(&mut user.journalled("init", &options));
    init().check_status(0).check_says("conformance.toml is written");
    let text = configuration(&user);
    for part in [RULE, CLASS, "\"xray.PutResourcePolicy\",\n", &broken.url] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    init().check_status(2).check_says("is there already");
    let (finished, report) = run(&user, &broken.url, &[]);
    finished.check_status(0).check_says("waived").check_says("to be explained");
    assert_eq!(rules_that(&report, "waived"), [RULE]);
    assert_eq!(report["summary"]["violates"], 0);
}

#[test]
fn what_is_mended_is_an_unexpected_pass_until_the_waiver_is_removed() {
    let (user, good) = (User::new(), Served::start());
    let kept = "# About this file.\n[quotas]\nresource_policies = 5 # as agreed\n\n";
    let rest =
        "[[waiver]]\nrule = \"xray.ListResourcePolicies.*\"\nclass = \"x\"\nreason = \"not selected\"\n";
    let waiver = format!("[[waiver]]\nrule = \"{RULE}\"\nclass = \"{CLASS}\"\nreason = \"known\"\n\n");
    user.file("conformance.toml", &format!("{kept}{waiver}{rest}"));
    let (finished, report) = run(&user, &good.url, &[]);
    finished.check_status(1).check_says("unexpected pass").check_says(RULE);
    assert_eq!(report["waivers"][0]["state"], "unexpected-pass");
    assert_eq!(report["waivers"][1]["state"], "not-judged");
    run(&user, &good.url, &["--update-waivers"]).0.check_status(0);
    assert_eq!(configuration(&user), format!("{kept}{rest}"));
}

#[rstest]
#[case::this_violation(RULE, CLASS, "", 0, "covers")]
#[case::by_a_glob("xray.*.length-max", CLASS, "", 0, "covers")]
#[case::until_far_in_the_future(RULE, CLASS, "expires = 9999-12-31", 0, "covers")]
#[case::another_class(RULE, "accepted", "", 1, "unexpected-pass")]
#[case::until_yesterday(RULE, CLASS, "expires = 2020-02-29", 1, "expired")]
#[case::no_rule("xray.PutResourcePolicy.Polcy*", CLASS, "", 1, "matches-nothing")]
fn a_waiver_covers(
    #[case] rule: &str,
    #[case] class: &str,
    #[case] more: &str,
    #[case] status: i32,
    #[case] state: &str,
) {
    let (user, broken) = (User::new(), Served::with_fault(FAULT));
    let waiver =
        format!("[[waiver]]\nrule = \"{rule}\"\nclass = \"{class}\"\nreason = \"why not\"\n{more}\n");
    user.file("conformance.toml", &waiver);
    let (finished, report) = run(&user, &broken.url, &[]);
    finished.check_status(status);
    assert_eq!(report["waivers"][0]["state"], state);
    let violation = report["rules"].as_array().expect("a report has rules").iter();
    let violation = violation.filter(|one| one["id"] == RULE).find_map(|one| one["violations"].get(0));
    let violation = violation.expect("the rule is violated");
    assert_eq!(violation["waiver"]["reason"] == "why not", status == 0, "{violation}");
}

#[test]
fn a_waiver_of_no_rule_says_which_one_may_be_meant() {
    let (user, good) = (User::new(), Served::start());
    let waiver = format!("[[waiver]]\nrule = \"{}\"\nclass = \"{CLASS}\"\nreason = \"known\"\n", &RULE[1..]);
    user.file("conformance.toml", &waiver);
    run(&user, &good.url, &[]).0.check_status(1).check_says(&format!("did you mean {RULE:?}?"));
}

/// What has expired is decided by somebody, and not by the next run.
#[test]
fn an_expired_waiver_is_not_renewed() {
    let (user, broken) = (User::new(), Served::with_fault(FAULT));
    let text = format!(
        "[[waiver]]\nrule = \"{RULE}\"\nclass = \"{CLASS}\"\nreason = \"known\"\nexpires = 2020-01-01\n"
    );
    user.file("conformance.toml", &text);
    run(&user, &broken.url, &["--update-waivers"]).0.check_status(1).check_says("expired waiver");
    assert_eq!(configuration(&user), text);
}

#[test]
fn what_cannot_be_updated_is_said_before_anything_is_sent() {
    let user = User::new();
    finish(&mut user.journalled("run", &["--update-waivers"])).check_status(2).check_says("init");
}
