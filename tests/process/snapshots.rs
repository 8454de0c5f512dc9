//! Response shapes of a target: kept as insta's snapshots, and compared with them.

use crate::support::program::{Finished, Served, User, finish};
use serde_json::Value;
use std::path::Path;

const RULES: &str = "xray.*ResourcePolic*.PolicyName.*";
/// A reading of the documents under which error responses have no message, and how that shows.
const VARIANT: &str = "wire.message.missing";
const CHANGE: &str = "body.Message is missing";
/// What the rules reach, among others.
const PUT: &str = "xray.PutResourcePolicy.success";

/// A run that compares shapes, with INSTA_UPDATE as it is given and a JSON report of this name.
fn run(user: &User, url: &str, update: &str, report: &str, more: &[&str]) -> Finished {
    let report = format!("json={}", user.home().join(report).display());
    let options = ["--endpoint-url", url, "--cases", "1", "--snapshots", "shapes", "--report", &report];
    let mut command = user.journalled("run", &options);
    command.arg("--no-progress").args(more).env("INSTA_UPDATE", update);
    finish(&mut command)
}

fn names(folder: &Path, end: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("there is a folder").map(|file| file.expect("it is there"));
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    names.filter_map(|name| name.strip_suffix(end).map(str::to_owned)).collect()
}

#[test]
fn shapes_wait_to_be_accepted_and_are_compared_from_then_on() {
    let (user, served) = (User::new(), Served::start());
    let folder = user.home().join("shapes");
    let rules = ["--rule", RULES];
    let checked = [&rules[..], &["--check-snapshots"]].concat();
    run(&user, &served.url, "auto", "a.json", &checked).check_status(2).check_says("is no folder");
    let said = "shapes without a snapshot";
    run(&user, &served.url, "auto", "a.json", &rules).check_status(0).check_says(said).check_says(PUT);
    assert!(names(&folder, ".snap.new").contains(&PUT.to_owned()));
    assert!(names(&folder, ".snap").is_empty());
    // Nobody has accepted them.
    run(&user, &served.url, "auto", "a.json", &checked).check_status(1).check_says(said);
    run(&user, &served.url, "always", "a.json", &rules).check_status(0);
    assert!(names(&folder, ".snap").contains(&PUT.to_owned()));
    // Insta reads what is written, and what fewer rules reach is no change.
    let report: Value =
        serde_json::from_slice(&std::fs::read(user.home().join("a.json")).expect("it is there"))
            .expect("it is JSON");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(PUT, format!("{:#}", report["shapes"][PUT])));
    let few = ["--rule", "xray.PutResourcePolicy.PolicyName.length-*", "--check-snapshots"];
    let finished = run(&user, &served.url, "auto", "a.json", &few);
    finished.check_status(0);
    assert!(!finished.output().contains("shape"), "{}", finished.output());
    let pending = names(&folder, ".snap.new");
    assert!(pending.is_empty(), "{pending:?} wait for nothing");
}

#[test]
fn a_shape_that_changed_is_said_and_fails_where_it_is_asked_to() {
    let (user, good) = (User::new(), Served::start());
    let changed = Served::with(&["--variant", VARIANT]);
    let rules = ["--rule", RULES];
    run(&user, &good.url, "always", "a.json", &rules).check_status(0);
    let says = |finished: &Finished, status| {
        finished.check_status(status).check_says("the shape of xray.").check_says(CHANGE);
    };
    says(&run(&user, &changed.url, "no", "b.json", &rules), 0);
    says(&run(&user, &changed.url, "no", "b.json", &[&rules[..], &["--check-snapshots"]].concat()), 1);
    let difference = finish(&mut user.suite(&["diff", "a.json", "b.json"]));
    difference.check_says("the shape changed").check_says(CHANGE);
    assert!(names(&user.home().join("shapes"), ".snap.new").is_empty());
    run(&user, &changed.url, "auto", "b.json", &rules).check_status(0);
    assert!(!names(&user.home().join("shapes"), ".snap.new").is_empty());
}
