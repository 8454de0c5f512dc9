//! The program as a user runs it: exit statuses, reports and messages, against the reference in a
//! process of its own and against endpoints that are something else.

mod aws;
mod corpus;
mod crash;
mod differences;
mod endpoints;
mod faults;
mod page;
mod recordings;
mod reports;
mod reproductions;
mod snapshots;
mod usage;
mod waivers;

use crate::support::program::{Finished, Served, User, finish};
use serde_json::Value;

/// A run with a JSON report, and the report if one was written.
fn run_with_report(user: &User, arguments: &[&str]) -> (Finished, Option<Value>) {
    let path = user.home().join("report.json");
    let mut run = user.journalled("run", &["--no-progress", "--report"]);
    let finished = finish(run.arg(format!("json={}", path.display())).args(arguments));
    let report = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    (finished, report)
}

/// The ids of the rules that have a verdict.
fn rules_that<'a>(report: &'a Value, verdict: &str) -> Vec<&'a str> {
    let rules = report["rules"].as_array().expect("a report has rules");
    let these = rules.iter().filter(|rule| rule["verdict"] == verdict);
    these.map(|rule| rule["id"].as_str().expect("a rule has an id")).collect()
}

/// Checks a report against the schema that is published beside it.
#[track_caller]
fn check_schema(report: &Value) {
    let schema: Value = serde_json::from_str(aws_conformance::report::SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let problems: Vec<String> =
        validator.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn the_reference_conforms_to_its_own_suite() {
    let user = User::new();
    let served = Served::with(&["--verify-signatures"]);
    let (finished, report) = run_with_report(&user, &["--endpoint-url", &served.url, "--verify-signatures"]);
    finished.check_status(0);
    let report = report.expect("there is a report");
    check_schema(&report);
    assert_eq!(report["schema"], "aws-conformance/report/1");
    assert_eq!(report["target"]["endpoint"], served.url.as_str());
    assert_eq!(report["summary"]["divergence"], 0.0);
    assert_eq!(report["summary"]["violates"], 0);
    assert_eq!(report["summary"]["inconclusive"], 0);
    assert_eq!(report["summary"]["not_applicable"], 0);
    assert_eq!(report["summary"]["not_run"], 0);
    assert_eq!(report["summary"]["coverage"], 1.0);
    let left = std::fs::read_dir(user.journals()).expect("there was a journal").count();
    assert_eq!(left, 0, "a run that left nothing behind leaves no journal");
}

#[test]
fn without_a_command_and_an_endpoint_it_tests_the_reference_in_process() {
    // Where it takes long, progress is on standard error.
    let finished = finish(&mut User::new().suite(&["--no-progress"]));
    finished.check_status(0).check_says("divergence    0.0 %").check_says("coverage    100.0 %");
    assert!(finished.stderr.is_empty(), "{}", finished.stderr);
}

#[test]
fn monitors_alone_have_something_to_look_at() {
    let finished = finish(&mut User::new().suite(&["run", "--rule", "xray.monitor.*"]));
    finished.check_status(0).check_says("run         10 rules").check_says("coverage    100.0 %");
}

#[test]
fn an_endpoint_on_this_machine_may_be_named_by_the_environment() {
    let user = User::new();
    let served = Served::start();
    let mut run = user.journalled("run", &["--service", "xray", "--report", "json=-"]);
    let finished = finish(run.env("AWS_ENDPOINT_URL_XRAY", &served.url));
    finished.check_status(0);
    let report: Value =
        serde_json::from_str(&finished.stdout).expect("standard output carries the report alone");
    check_schema(&report);
    assert_eq!(report["target"]["endpoint"], served.url.as_str());
}

#[test]
fn the_same_seed_sends_the_same() {
    let user = User::new();
    let figures = |seed: &str| {
        let arguments = ["--rule", "xray.PutResourcePolicy.PolicyDocument.*", "--seed", seed];
        let (finished, report) = run_with_report(&user, &arguments);
        finished.check_status(0);
        let report = report.expect("there is a report");
        (report["summary"].clone(), report["observations"].clone())
    };
    assert_eq!(figures("7"), figures("7"));
}

#[test]
fn quiet_prints_what_fails_alone_and_verbose_shows_exchanges() {
    let (user, served) =
        (User::new(), Served::with_fault("xray.PutResourcePolicy.PolicyName.length-max.tight"));
    let rule = "xray.PutResourcePolicy.PolicyName.length-max";
    let options = ["--endpoint-url", &served.url, "--rule", rule, "--cases", "1"];
    let run = |more: &str| finish(user.journalled("run", &options).arg(more));
    let quiet = run("-q");
    quiet.check_status(1).check_says("1 must rule violated").check_says("length-max");
    assert!(quiet.stdout.lines().count() <= 3 && quiet.stderr.is_empty(), "{}", quiet.output());
    let verbose = run("-v");
    let line = verbose.stderr.lines().find(|line| line.contains("/PutResourcePolicy")).expect("it is shown");
    for part in ["POST", "\"PolicyName\"", "-> HTTP 200 in "] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert_eq!(verbose.check_status(1).stdout.lines().next(), run("--no-progress").stdout.lines().next());
    finish(user.journalled("run", &options).args(["-q", "-v"])).check_status(2);
}

#[test]
fn colours_follow_the_environment() {
    let user = User::new();
    let run = |name: &str| {
        let mut command = user.suite(&["--rule", "xray.wire.method.wrong", "--cases", "1"]);
        finish(command.env(name, "1")).check_status(0).stdout.contains("\u{1b}[")
    };
    assert!(run("CLICOLOR_FORCE") && !run("NO_COLOR") && !run("NOTHING"));
}

/// Shells and `man` read what is printed.
#[test]
fn completions_and_the_manual_page_are_printed() {
    let user = User::new();
    let bash = finish(&mut user.suite(&["completions", "bash"]));
    let file = user.file("completions.bash", &bash.check_status(0).stdout);
    let completes = format!(
        "source {file} && COMP_WORDS=(aws-conformance swe) COMP_CWORD=1 && _aws__conformance aws-conformance swe aws-conformance && echo \"${{COMPREPLY[@]}}\""
    );
    finish(&mut user.command("bash", &["-c", &completes])).check_status(0).check_says("sweep");
    let page = finish(&mut user.suite(&["man"]));
    for part in [".TH aws-conformance 1", "\\-\\-endpoint\\-url", "rerun\\-failed"] {
        assert!(page.check_status(0).stdout.contains(part), "{part} is not in\n{}", page.stdout);
    }
}

/// What was there yesterday and is missing today is the first thing that a report says.
#[test]
fn an_operation_that_disappeared_comes_first() {
    let user = User::new();
    let served = Served::with(&["--variant", "xray.DeleteResourcePolicy.not-implemented"]);
    user.file("conformance.toml", "[target]\nimplements = [\"xray.DeleteResourcePolicy\"]\n");
    let options = ["--endpoint-url", &served.url, "--rule", "xray.wire.method.wrong", "--cases", "1"];
    let recording = user.home().join("run.recording").display().to_string();
    let (finished, report) = run_with_report(&user, &[&options[..], &["--record", &recording]].concat());
    for finished in [finished, finish(&mut user.suite(&["judge", &recording]))] {
        finished.check_status(1);
        let first = finished.stdout.lines().next().expect("there is a report");
        assert!(first.contains("xray.DeleteResourcePolicy is not implemented"), "{first}");
    }
    assert_eq!(report.expect("there is a report")["target"]["missing"][0], "xray.DeleteResourcePolicy");
}

#[test]
fn the_catalogue_is_listed_and_explained() {
    let user = User::new();
    let listed = finish(&mut user.suite(&["list"]));
    listed.check_status(0);
    let rules = aws_conformance::rules::catalogue();
    assert_eq!(listed.stdout.lines().count(), rules.len());
    for (line, rule) in listed.stdout.lines().zip(rules) {
        let said = [&rule.id, &rule.level.to_string(), rule.clause().source.key, rule.provenance().as_str()];
        assert!(said.iter().all(|one| line.contains(*one)), "{line}");
    }
    let json = finish(&mut user.suite(&["list", "--format", "json"]));
    let json: Value = serde_json::from_str(&json.check_status(0).stdout).expect("the list is JSON");
    let ids = json.as_array().expect("it is an array").iter().map(|rule| rule["id"].as_str());
    assert!(ids.eq(rules.iter().map(|rule| Some(rule.id.as_str()))));
    let id = "xray.PutResourcePolicy.PolicyName.length-max";
    finish(&mut user.suite(&["explain", id])).check_status(0).check_says(id).check_says("129");
    finish(&mut user.suite(&["explain", "xray.nothing"])).check_status(2).check_says("no rule is called");
}
