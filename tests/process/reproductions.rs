//! Every line and script that a report shows, for many faults of both services: it reproduces the failure
//! on the endpoint that has the fault, and nothing on one that has none.

use super::run_with_report;
use crate::support::program::{Served, User, finish};
use crate::support::root;
use serde_json::Value;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many faults are tried, unless this variable asks for all of them.
const FAULTS: usize = 28;
const ALL: &str = "AWS_CONFORMANCE_ALL_FAULTS";
/// How many are tried at the same time: a script waits for curl most of its time.
const AT_ONCE: usize = 4;

/// Rules, each with a fault that it catches on its own, as they were reviewed: the same ones on every
/// machine, spread over the whole catalogue.
fn chosen() -> Vec<(String, String)> {
    let kills = std::fs::read_to_string(root().join("snapshots/kills.snap")).expect("it is there");
    // What order calls that are sent at once come in is nothing that a script decides.
    let kills = kills.lines().filter(|line| !line.contains(".concurrency."));
    let kills = kills.filter_map(|line| line.split_once(" catches "));
    let all: Vec<_> = kills.map(|(rule, fault)| (rule.to_owned(), fault.to_owned())).collect();
    match std::env::var_os(ALL) {
        Some(_) => all,
        None => (0..FAULTS).map(|at| all[at * all.len() / FAULTS].clone()).collect(),
    }
}

/// What a report of this rule shows and does not do; how many scripts there are.
fn problems(rule: &str, fault: &str) -> (Vec<String>, usize) {
    let (user, broken, good) = (User::new(), Served::with_fault(fault), Served::start());
    // A monitor needs something to look at: what is wrong for the operation of the fault.
    let also = match rule.contains(".monitor.") {
        true => fault.splitn(3, '.').take(2).chain(["*"]).collect::<Vec<_>>().join("."),
        false => rule.to_owned(),
    };
    let options = ["--endpoint-url", &broken.url, "--rule", rule, "--rule", &also, "--cases", "4"];
    let (_, report) = run_with_report(&user, &options);
    let report = report.expect("there is a report");
    let mut rules = report["rules"].as_array().into_iter().flatten();
    let found = rules.find(|one| one["id"] == rule).unwrap_or(&Value::Null);
    let Some(violations) = found["violations"].as_array() else {
        return (vec![format!("{rule} does not find {fault}: {}", found["verdict"])], 0);
    };
    let mut problems = Vec::new();
    for violation in violations {
        let what = format!("{rule} ({}) under {fault}", violation["class"]);
        if let Some(curl) = violation["curl"].as_str() {
            for served in [&broken, &good] {
                let line = curl.replace(&broken.url, &served.url);
                let ran = finish(&mut user.command("/bin/sh", &["-c", &line]));
                // No response at all may be what it shows.
                let is_silent = violation["class"] == "no-response" && served.url == broken.url;
                if ran.status != Some(0) && !is_silent {
                    problems.push(format!("{what}: the line fails: {}\n{line}", ran.output()));
                }
            }
        }
        let script = violation["script"].as_str().expect("there is a script");
        let file = user.file("script.sh", script);
        for (served, status) in [(&broken, 1), (&good, 0)] {
            let ran = finish(user.command("/bin/sh", &[&file]).env("ENDPOINT", &served.url));
            if ran.status != Some(status) {
                problems.push(format!(
                    "{what}: exit {:?} instead of {status}: {}\n{script}",
                    ran.status,
                    ran.output()
                ));
            }
        }
    }
    (problems, violations.len())
}

#[test]
fn what_a_report_shows_reproduces_the_failure() {
    let chosen = chosen();
    let (next, scripts) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let all = Mutex::new(Vec::new());
    let work = || {
        while let Some((rule, fault)) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (problems, count) = problems(rule, fault);
            scripts.fetch_add(count, Ordering::Relaxed);
            all.lock().expect("nobody panicked").extend(problems);
        }
    };
    std::thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let problems = all.into_inner().expect("nobody panicked");
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n\n"));
    assert!(scripts.into_inner() >= chosen.len(), "a fault has no script");
}
