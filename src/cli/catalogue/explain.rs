//! One rule for people who meet it for the first time.

use crate::exchange::untrusted::escaped;
use crate::judge::finding;
use crate::rules::expectation::{Alternative, Expectation, Level, Levels};
use crate::rules::{Rule, Trial};
use aws_conformance_generators::plan::{Arg, Body, Call, SETUP, Step};
use std::fmt::Write;

/// What is sent, what is expected and on whose word, and what to do about it.
pub(super) fn explanation(rule: &Rule) -> String {
    let mut text = String::new();
    // Writing to a String does not fail.
    let mut line = |words: String| {
        let _ = writeln!(text, "{words}");
    };
    let clause = rule.clause();
    line(rule.id.clone());
    line(format!("  level       {}: {}", rule.level, why(rule.level)));
    line(format!("  clause      {clause}"));
    let (source, provenance) = (clause.source, rule.provenance().as_str());
    line(format!("  source      {} [{}], provenance {provenance}", source.title, source.key));
    line(format!("  varies      {}", rule.varies));
    match rule.trial.boundary_cases().next() {
        Some(case) => {
            line(format!("  sends       {}, as in \"{}\"", sent(&case.plan.steps), escaped(&case.partition)))
        }
        None if rule.is_monitor() => {
            line("  looks at    every exchange with the service, whatever the rule".to_owned());
        }
        None => line(format!(
            "  sends       random calls of {}",
            rule.operations.iter().cloned().collect::<Vec<_>>().join(", ")
        )),
    }
    if !rule.expectations.is_empty() {
        line("\n  expected of each kind of call".to_owned());
    }
    for (name, expectation) in &rule.expectations {
        line(format!("    {name}: {expectation}"));
        for (level, what) in less(expectation, rule.level) {
            line(format!("      only {level}: {what}"));
        }
    }
    if rule.is_history {
        line("    all of them together: some order of the calls explains what each was answered and what is listed then".to_owned());
    }
    if let Trial::Cases { fixed, refusals, random } = &rule.trial {
        line("\n  partitions, each with its kinds of call".to_owned());
        for case in fixed {
            let judged = case.plan.calls().filter(|call| call.expect != SETUP);
            line(format!(
                "    {}: {}",
                escaped(&case.partition),
                counted(judged.map(|call| call.expect.clone()))
            ));
        }
        for (partition, call) in &refusals.calls {
            line(format!("    {}: {}", escaped(partition), call.expect));
        }
        if random.is_some() {
            line("    random ones, so many as --cases says".to_owned());
        }
    }
    line("\n  the statements that it checks".to_owned());
    for statement in &rule.cites {
        line(format!("    [{}] {statement} ({})", statement.source.key, statement.key));
    }
    line(format!(
        "\n  run it alone, and waive it with a class from its report, in conformance.toml\n    aws-conformance run --rule {}",
        rule.id
    ));
    line(format!("    [[waiver]]\n    rule = \"{}\"\n    class = \"CLASS\"\n    reason = \"WHY\"", rule.id));
    text
}

fn why(level: Level) -> &'static str {
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
fn less(expectation: &Expectation, most: Level) -> Vec<(Level, String)> {
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
    answers.chain(checks).filter(|(level, _)| *level < most).collect()
}
