//! The check against locking oneself out.

use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::xray::calls::{Written, beside_a_witness, put, put_text, read};
use crate::rules::xray::refusals::LOCKOUT;
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::document;
use aws_conformance_generators::plan::{Call, Step, Text};

/// Documents that lock everybody out, without the flag.
pub(super) fn refused() -> Vec<Rule> {
    vec![lockout()]
}

/// The flag, and documents that do no harm.
pub(super) fn accepted() -> Vec<Rule> {
    vec![bypass(), harmless(), other_denial()]
}

/// The calls that would lock everybody out, each with what its document says.
fn lockouts() -> impl Iterator<Item = (String, Call)> {
    document::lockouts().into_iter().map(|document| (document.label, put_text(document.text)))
}

fn lockout() -> Rule {
    let (before, after) = beside_a_witness();
    let mut rule = RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.lockout",
        &["xray.PutResourcePolicy.LockoutPreventionException", "xray.put.lockout", "xray.put.bypass-default"],
        "a Deny of PutResourcePolicy to everybody, without the flag",
    )
    .expect("refused", Expectation::refusal(&[LOCKOUT]).at(Level::Should))
    .between(before, after);
    for (label, call) in lockouts() {
        rule = rule
            .refused(label.clone(), call.clone().expecting("refused"))
            .refused(format!("{label}, the flag false"), call.bypassing(false).expecting("refused"));
    }
    for (label, call) in lockouts().take(1) {
        let before = [put("a").bypassing(true).step(), read()];
        let steps = before.into_iter().chain([call.expecting("refused").step(), read()]);
        rule = rule.case(format!("{label}, after a put of the same policy with the flag"), steps);
    }
    rule.build()
}

fn bypass() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.bypass",
        &["xray.put.bypass"],
        "a Deny of PutResourcePolicy to everybody, with the flag",
    )
    .expect("accepted", Expectation::success(After::Stored, []).at(Level::Should));
    lockouts()
        .fold(rule, |rule, (label, call)| {
            rule.case(label, between_reads(call.bypassing(true).expecting("accepted")))
        })
        .build()
}

fn harmless() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.harmless",
        &["xray.put.bypass-default"],
        "the flag beside a document that locks nobody out",
    )
    .expect("stored", Expectation::success(After::Stored, []));
    [true, false]
        .into_iter()
        .fold(rule, |rule, flag| {
            rule.case(flag.to_string(), between_reads(put("a").bypassing(flag).expecting("stored")))
        })
        .build()
}

fn other_denial() -> Rule {
    let denial = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"Service":"sns.amazonaws.com"},"Action":"xray:GetSamplingRules","Resource":"*"}]}"#;
    RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.other-denial",
        &["xray.put.lockout-only"],
        "a Deny that has nothing to do with PutResourcePolicy, without the flag",
    )
    .expect("stored", Expectation::success(After::Stored, []).at(Level::Should))
    .case("a service's GetSamplingRules", between_reads(put_text(Text::literal(denial)).expecting("stored")))
    .build()
}

fn between_reads(call: Call) -> [Step; 3] {
    [read(), call.step(), read()]
}
