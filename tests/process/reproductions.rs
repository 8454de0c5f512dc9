//! Every line and script that a report shows, for many faults of both services: it reproduces the failure
//! on the endpoint that has the fault, and nothing on one that has none.

use super::run_with_report;
use crate::support::program::{Served, User, finish};
use crate::support::root;
use serde_json::Value;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many faults are tried, unless this variable asks for all of them.
const FAULTS: usize = 24;
const ALL: &str = "AWS_CONFORMANCE_ALL_FAULTS";
/// How many are tried at the same time: a script waits for curl most of its time.
const AT_ONCE: usize = 4;

/// What a script that leaves the decision to others says of the reason.
const UNDECIDED: [&str; 5] = [
    "curl sends the date twice",
    "curl signs a content type that it does not send",
    "how long to wait is up to the target",
    "it takes the model to find an order of the calls",
    "client has to read the answer",
];

/// Rules, each with a fault that it catches on its own, as they were reviewed: the same ones on every
/// machine, spread over the whole catalogue.
fn chosen() -> Vec<(String, String)> {
    let kills = std::fs::read_to_string(root().join("snapshots/kills.snap")).expect("it is there");
    let is_rule = |line: &&str| line.starts_with("rekognition.") || line.starts_with("xray.");
    // What order calls that are sent at once come in is nothing that a script decides.
    let is_race = |line: &&str| [".concurrency.", ".ProjectName.once "].iter().any(|one| line.contains(one));
    let kills = kills.lines().filter(is_rule).filter(|line| !is_race(line));
    let kills = kills.filter_map(|line| line.split_once(" catches "));
    let all: Vec<_> = kills.map(|(rule, fault)| (rule.to_owned(), fault.to_owned())).collect();
    match std::env::var_os(ALL) {
        Some(_) => all,
        None => (0..FAULTS).map(|at| all[at * all.len() / FAULTS].clone()).collect(),
    }
}

/// What a report of this rule shows and does not do; how many scripts there are.
fn problems(rule: &str, fault: &str) -> (Vec<String>, usize) {
    // Rules about signatures are for targets that verify them.
    let (clean, faulty) = (["--verify-signatures"], ["--verify-signatures", "--fault", fault]);
    let (user, broken) = (User::new(), Served::with(&faulty));
    // A monitor needs something to look at: what is wrong for the operation of the fault.
    let also = match rule.contains(".monitor.") {
        true => fault.splitn(3, '.').take(2).chain(["*"]).collect::<Vec<_>>().join("."),
        false => rule.to_owned(),
    };
    let options = ["--endpoint-url", &broken.url, "--rule", rule, "--rule", &also, "--cases", "4"];
    let (_, report) = run_with_report(&user, &[&options[..], &clean].concat());
    let report = report.expect("there is a report");
    let mut rules = report["rules"].as_array().into_iter().flatten();
    let found = rules.find(|one| one["id"] == rule).unwrap_or(&Value::Null);
    let Some(violations) = found["violations"].as_array() else {
        return (vec![format!("{rule} does not find {fault}: {}", found["verdict"])], 0);
    };
    let mut problems = Vec::new();
    for violation in violations {
        let script = violation["script"].as_str().expect("there is a script");
        let file = user.file("script.sh", script);
        let is_undecided = UNDECIDED.iter().any(|reason| script.contains(reason));
        for (options, status) in [(&faulty[..], 1), (&clean[..], 0)] {
            // The run may have left what takes all room.
            let served = Served::with(options);
            let ran = finish(user.command("/bin/sh", &[&file]).env("ENDPOINT", &served.url));
            let wanted = if is_undecided { 2 } else { status };
            let what = format!("{rule} ({}) under {options:?}", violation["class"]);
            if ran.status != Some(wanted) {
                let output = ran.output();
                problems.push(format!("{what}: exit {:?} and not {wanted}: {output}\n{script}", ran.status));
            }
            let Some(curl) = violation["curl"].as_str() else { continue };
            let line = curl.replace(&broken.url, &served.url);
            let ran = finish(&mut user.command("/bin/sh", &["-c", &line]));
            // No response at all may be what it shows.
            let is_silent = violation["class"] == "no-response" && status == 1;
            if ran.status != Some(0) && !is_silent {
                problems.push(format!("{what}: the line fails: {}\n{line}", ran.output()));
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
