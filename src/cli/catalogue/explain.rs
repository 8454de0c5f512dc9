//! One rule for people who meet it for the first time.

use crate::exchange::untrusted::escaped;
use crate::judge::finding;
use crate::rules::expectation::{Alternative, Expectation, Level, Levels};
use crate::rules::{Rule, Trial};
use askama::Template;
use aws_conformance_generators::plan::{Arg, Body, Call, Case, SETUP, Step};

/// What is sent, what is expected and on whose word, and what to do about it.
#[derive(Template)]
#[template(path = "explain.txt", escape = "none")]
struct Explanation<'a> {
    rule: &'a Rule,
}

/// The text that explains a rule.
pub(super) fn explanation(rule: &Rule) -> String {
    Explanation { rule }.render().expect("a String takes all") + "\n"
}

/// The kinds of call that a case judges.
fn kinds(case: &Case) -> String {
    counted(case.plan.calls().filter(|call| call.expect != SETUP).map(|call| call.expect.clone()))
}

fn why(level: &Level) -> &'static str {
    match level {
        Level::Must => "the documents settle it; a violation fails a run",
        Level::Should => "the sources leave room, but not this much; a violation fails a run with --strict",
        Level::Observe => "nothing is promised; what comes back is recorded, and fails nothing",
    }
}

/// The steps of a case: operations with their members.
fn sent(steps: &[Step]) -> String {
    let call = |call: &Call| match &call.body {
        Body::Input(Arg::Object(members)) => {
            let members: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
            format!("{}({})", call.operation, members.join(", "))
        }
        Body::Input(Arg::Json(serde_json::Value::Object(members))) => {
            format!("{}({})", call.operation, members.keys().cloned().collect::<Vec<_>>().join(", "))
        }
        _ => format!("{}(another body)", call.operation),
    };
    counted(steps.iter().map(|step| match step {
        Step::Call(one) => call(one),
        Step::Parallel(calls) => format!("at once [{}]", counted(calls.iter().map(call))),
        Step::Read(_) => "a listing".to_owned(),
        Step::Await(_) => "a wait for a project".to_owned(),
        Step::Pause(milliseconds) => format!("a pause of {milliseconds} ms"),
    }))
}

/// A list, with what comes several times in a row once.
fn counted(all: impl Iterator<Item = String>) -> String {
    let mut runs: Vec<(String, u64)> = Vec::new();
    for one in all {
        match runs.last_mut() {
            Some((last, times)) if *last == one => *times += 1,
            _ => runs.push((one, 1)),
        }
    }
    let runs = runs.into_iter().map(|(one, times)| finding::counted(&one, times));
    escaped(&runs.collect::<Vec<_>>().join(", "))
}

/// The answers that count for less than the rule's level, each with its own.
fn less(expectation: &Expectation, most: &Level) -> Vec<(Level, String)> {
    let Levels { accepted, refused, other_code, unknown_code, state } = expectation.levels;
    let has = |is: fn(&Alternative) -> bool| expectation.accept.iter().any(is);
    let succeeds = has(|one| matches!(one, Alternative::Success { .. }));
    let by_code = has(|one| matches!(one, Alternative::Refusal(_)));
    let any = has(|one| matches!(one, Alternative::AnyRefusal));
    let answers = [
        (!succeeds, accepted, "a success"),
        (!by_code && !any, refused, "a refusal"),
        (by_code, other_code, "a refusal by a code that is documented for something else"),
        (by_code, unknown_code, "a refusal by a code that neither the service nor its framework has"),
        (by_code || any, state, "a refusal that changes something"),
    ];
    let answers = answers.into_iter().filter(|(applies, ..)| *applies);
    let answers = answers.map(|(_, level, what)| (level, what.to_owned()));
    let checks =
        expectation.checks().map(|check| (check.level, format!("a success, but not with {}", check.states)));
    answers.chain(checks).filter(|(level, _)| *level < *most).collect()
}
