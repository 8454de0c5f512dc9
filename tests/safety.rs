//! What is sent to a real account: nothing of what never is, of any rule's cases.

use aws_conformance::rules::expectation::Level;
use aws_conformance::rules::{Random, Rule, Trial, catalogue};
use aws_conformance::service::why_unsafe_plan;
use aws_conformance_generators::plan::{Body, Case, Signature, Step};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use rstest::rstest;

/// Every case of a rule: its own, its refusals one by one, and a few random ones.
fn cases(rule: &Rule) -> Vec<Case> {
    let Trial::Cases { refusals, random, .. } = &rule.trial else { return Vec::new() };
    let mut cases: Vec<Case> = rule.trial.boundary_cases().collect();
    let mut runner = TestRunner::deterministic();
    for _ in 0..16 {
        match random {
            Some(Random::Cases(strategy)) => {
                cases.push(strategy().new_tree(&mut runner).expect("there is a case").current());
            }
            Some(Random::Refusals(strategy)) => {
                let call = strategy().new_tree(&mut runner).expect("there is a call").current();
                let (before, after) = (refusals.before.clone(), refusals.after.clone());
                let around = aws_conformance::rules::Refusals { calls: vec![call], before, after };
                cases.push(around.single(0));
            }
            None => {}
        }
    }
    cases
}

/// Words of what is never sent, looked for in the plan as it is written down, in whatever spelling.
fn forbidden(case: &Case) -> Option<String> {
    for call in case.plan.calls() {
        let body = match &call.body {
            Body::Raw(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Body::Input(input) => serde_json::to_string(input).expect("an input is JSON"),
        };
        let bare: String = body.to_lowercase().replace('\\', "").split_whitespace().collect();
        let flagged = ["null", "{\"json\":null}", "{\"json\":false}", "false"]
            .iter()
            .fold(bare.clone(), |bare, value| {
                bare.replace(&format!("[\"bypasspolicylockoutcheck\",{value}]"), "")
            });
        let found = ["bypass", "\"deny\"", "notprincipal", "\"principal\":\"*\",\"action", "\"enabled\""]
            .into_iter()
            .find(|word| flagged.contains(word));
        if let Some(word) = found {
            return Some(format!("{}: {word} in {body}", call.operation));
        }
        if call.wire.signature != Signature::Valid || call.wire.elsewhere || body.len() > 1 << 20 {
            return Some(format!("{}: {:?}", call.operation, call.wire));
        }
        if call.operation.contains("ProjectVersion") && call.operation != "CopyProjectVersion" {
            return Some(call.operation.clone());
        }
    }
    let is_wide = |step: &Step| matches!(step, Step::Parallel(calls) if calls.len() > 2);
    case.plan.steps.iter().any(is_wide).then(|| "a race that is too wide".to_owned())
}

#[test]
fn no_safe_case_holds_what_is_never_sent() {
    let mut safe = 0;
    for rule in catalogue() {
        for case in cases(rule) {
            if why_unsafe_plan(&case.plan).is_some() {
                continue;
            }
            safe += 1;
            assert_eq!(forbidden(&case), None, "{} ({})", rule.id, case.partition);
        }
    }
    assert!(safe > 1_000, "{safe} cases are safe");
}

#[rstest]
#[case::must(Level::Must)]
#[case::should(Level::Should)]
fn rules_that_have_no_safe_case(#[case] level: Level) {
    let mut lines = Vec::new();
    for rule in catalogue().iter().filter(|rule| rule.level == level) {
        let reasons: Vec<Option<&str>> = cases(rule).iter().map(|case| why_unsafe_plan(&case.plan)).collect();
        if let Some(why) = reasons.first().copied().flatten().filter(|_| reasons.iter().all(Option::is_some))
        {
            lines.push(format!("{}: {why}", rule.id));
        }
    }
    insta::assert_snapshot!(format!("unsafe-{level}"), lines.join("\n"));
}
