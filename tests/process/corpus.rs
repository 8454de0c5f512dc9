//! Counterexamples that are kept and sent again, and the failed rules of a report run again.

use super::{rules_that, run_with_report};
use crate::support::program::{Finished, Served, User, finish};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const FAULT: &str = "xray.PutResourcePolicy.PolicyName.length-max.loose";
const RULE: &str = "xray.PutResourcePolicy.PolicyName.length-max";

/// The files in a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).expect("there is a folder");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let file = |path: std::path::PathBuf| {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).expect("it is text"))
    };
    paths.map(file).collect()
}

/// Runs with a corpus in this folder.
fn run_keeping(user: &User, served: &Served, folder: &Path, options: &[&str]) -> (Finished, Option<Value>) {
    let folder = folder.display().to_string();
    let arguments = ["--endpoint-url", &served.url, "--corpus", &folder, "--cases", "4"];
    run_with_report(user, &[&arguments[..], options].concat())
}

/// Replays a file or a folder.
fn replay(user: &User, what: &Path, url: &str) -> Finished {
    let what = what.display().to_string();
    finish(&mut user.journalled("replay", &[&what, "--endpoint-url", url]))
}

#[rstest]
#[case::refusals(
    "rekognition.PutProjectPolicy.PolicyName.pattern.dropped",
    "rekognition.PutProjectPolicy.PolicyName.pattern",
    "accepted"
)]
#[case::sequence(
    "rekognition.PutProjectPolicy.not-stored",
    "rekognition.PutProjectPolicy.PolicyName.attaches",
    "not-listed"
)]
#[case::revision(
    "rekognition.PutProjectPolicy.revision.reused",
    "rekognition.PutProjectPolicy.PolicyRevisionId.new",
    "revision-again"
)]
fn a_counterexample_is_kept_and_sent_again(#[case] fault: &str, #[case] rule: &str, #[case] class: &str) {
    let user = User::new();
    let (broken, good) = (Served::with_fault(fault), Served::start());
    let folder = user.home().join("corpus");
    run_keeping(&user, &broken, &folder, &["--rule", rule]).0.check_status(1);
    let kept = files(&folder);
    let name = format!("{rule}-{class}.json");
    let file = kept.get(&name).unwrap_or_else(|| panic!("no {name} among {:?}", kept.keys()));
    let file: Value = serde_json::from_str(file).expect("it is JSON");
    assert_eq!((&file["rule"], &file["class"]), (&json!(rule), &json!(class)));
    replay(&user, &folder.join(&name), &broken.url).check_status(1).check_says(&format!("{rule} {class}"));
    replay(&user, &folder, &broken.url).check_status(1).check_says("still failing");
    replay(&user, &folder, &good.url).check_status(0).check_says("fixed");
    replay(&user, &folder, "http://127.0.0.1:9").check_status(3).check_says("cannot tell");
    replay(&user, &user.home().join("report.json"), &broken.url).check_status(1).check_says("still failing");
    // What is mended stays, and what is found again is written as it was.
    run_keeping(&user, &good, &folder, &["--rule", rule]).0.check_status(0);
    assert_eq!(files(&folder), kept);
    run_keeping(&user, &broken, &user.home().join("other"), &["--rule", rule]).0.check_status(1);
    assert_eq!(files(&user.home().join("other")), kept);
}

#[test]
fn a_monitor_s_counterexample_is_sent_again() {
    let user = User::new();
    let fault = "xray.PutResourcePolicy.MalformedPolicyDocumentException.wrong-status";
    let (broken, good) = (Served::with_fault(fault), Served::start());
    let folder = user.home().join("corpus");
    let rules = ["--rule", "xray.monitor.error-status", "--rule", "xray.PutResourcePolicy.PolicyDocument.*"];
    run_keeping(&user, &broken, &folder, &rules).0.check_status(1);
    assert!(files(&folder).keys().any(|name| name.starts_with("xray.monitor.error-status-")));
    replay(&user, &folder, &broken.url).check_status(1).check_says("xray.monitor.error-status");
    replay(&user, &folder, &good.url).check_status(0).check_says("fixed");
}

#[test]
fn a_corpus_is_tried_before_everything_else() {
    let user = User::new();
    let rule = "xray.DeleteResourcePolicy.PolicyRevisionId.stale";
    let broken = Served::with_fault("xray.DeleteResourcePolicy.revision.ignored");
    let folder = user.home().join("corpus");
    run_keeping(&user, &broken, &folder, &["--rule", rule]).0.check_status(1);
    let few = ["--rule", "xray.*", "--max-requests", "80", "--jobs", "1"];
    let (_, without) = run_keeping(&user, &broken, &user.home().join("empty"), &few);
    let (_, with) = run_keeping(&user, &broken, &folder, &few);
    let violates = |report: Option<Value>| {
        let report = report.expect("there is a report");
        rules_that(&report, "violates").contains(&rule)
    };
    assert!(!violates(without), "the requests are enough to find it anyway");
    assert!(violates(with), "the corpus was not tried first");
}

#[test]
fn a_configuration_names_the_corpus() {
    let user = User::new();
    let broken = Served::with_fault(FAULT);
    user.file("conformance.toml", "[corpus]\ndir = \"kept\"\n");
    run_with_report(&user, &["--endpoint-url", &broken.url, "--rule", RULE]).0.check_status(1);
    assert_eq!(files(&user.home().join("kept")).len(), 1);
}

#[rstest]
#[case::no_json("{", 2, "no JSON")]
#[case::something_else("{\"schema\":\"x\"}", 2, "its schema is x")]
#[case::no_schema("[]", 2, "schema is missing")]
#[case::part("{\"schema\":\"aws-conformance/counterexample/1\",\"rule\":\"x\"}", 2, "missing field")]
#[case::no_rules("{\"schema\":\"aws-conformance/report/1\"}", 2, "missing field")]
#[case::newer("{\"schema\":\"aws-conformance/counterexample/2\"}", 2, "counterexample/2")]
#[case::unknown_rule(
    r#"{"schema":"aws-conformance/counterexample/1","rule":"xray.gone","class":"accepted","level":"must",
        "partition":"p","expected":"e","observed":"o","plan":{"steps":[]}}"#,
    3,
    "cannot tell: no rule is called so"
)]
#[case::none(r#"{"schema":"aws-conformance/report/1","rules":[]}"#, 4, "no counterexample")]
fn what_cannot_be_sent_again_is_named(#[case] text: &str, #[case] status: i32, #[case] says: &str) {
    let user = User::new();
    let file = user.file("some.json", text);
    let finished = finish(&mut user.suite(&["replay", &file]));
    finished.check_status(status).check_says(says);
    if status == 2 {
        let folder = user.home().display().to_string();
        let run = finish(&mut user.suite(&["run", "--corpus", &folder]));
        run.check_status(2).check_says("some.json").check_says(says);
    }
}

#[test]
fn the_failed_rules_of_a_report_are_run_again_with_its_seed() {
    let user = User::new();
    let (broken, good) = (Served::with_fault(FAULT), Served::start());
    let rules = "xray.PutResourcePolicy.PolicyName.*";
    let options = ["--endpoint-url", &broken.url, "--rule", rules, "--seed", "7"];
    let (_, first) = run_with_report(&user, &options);
    let first = first.expect("there is a report");
    let failed = rules_that(&first, "violates");
    assert!(failed.contains(&RULE) && failed.len() < first["rules"].as_array().map_or(0, Vec::len));
    let report = user.file("first.json", &first.to_string());
    let again = ["--endpoint-url", &good.url, "--rerun-failed", &report];
    let (finished, second) = run_with_report(&user, &again);
    finished.check_status(0);
    let second = second.expect("there is a report");
    assert_eq!(rules_that(&second, "conforms"), failed);
    assert_eq!(second["seed"], 7);
    let clean = user.file("second.json", &second.to_string());
    finish(&mut user.suite(&["run", "--rerun-failed", &clean]))
        .check_status(4)
        .check_says("second.json")
        .check_says("no rule violates in it");
    finish(&mut user.suite(&["run", "--rerun-failed", &report, "--service", "rekognition"])).check_status(4);
    finish(&mut user.suite(&["run", "--rerun-failed", &report, "--seed", "1"])).check_status(2);
    let none = user.file("none.json", "{}");
    finish(&mut user.suite(&["run", "--rerun-failed", &none])).check_status(2).check_says("none.json");
}
