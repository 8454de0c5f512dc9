//! The check against locking oneself out.

use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::xray::calls::{CallExt, beside_a_witness, bypassing, put, put_text, read};
use crate::rules::xray::checks::SAME_DOCUMENT;
use crate::rules::xray::refusals::{CONSTRAINT, LOCKOUT, MALFORMED};
use crate::rules::{NOTHING, Rule, RuleBuilder};
use aws_conformance_generators::document;
use aws_conformance_generators::plan::{Call, Text};

/// Documents that lock everybody out, without the flag.
pub(super) fn refused() -> Vec<Rule> {
    vec![lockout()]
}

/// The flag, and documents that do no harm.
pub(super) fn accepted() -> Vec<Rule> {
    vec![bypass(), harmless(), other_denial()]
}

/// The calls that would lock everybody out, each with what its document says.
pub(super) fn lockouts() -> impl Iterator<Item = (String, Call)> {
    document::lockouts().into_iter().map(|document| (document.label, put_text(document.text)))
}

fn lockout() -> Rule {
    let mut rule = RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.lockout",
        &[".PutResourcePolicy.LockoutPreventionException", ".put.lockout", ".put.bypass-default"],
        "a Deny of PutResourcePolicy to everybody, without the flag",
    )
    .expect("refused", Expectation::refusal(&[LOCKOUT]).at(Level::Should))
    .between(beside_a_witness())
    .reading(read());
    for (label, call) in lockouts() {
        rule = rule
            .refused(label.clone(), call.clone())
            .refused(format!("{label}, the flag false"), bypassing(call, false));
    }
    for (label, call) in lockouts().take(1) {
        let label = format!("{label}, after a put of the same policy with the flag");
        rule = rule.judged(label, [bypassing(put("a"), true)], call, "refused");
    }
    rule.build()
}

fn bypass() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.bypass",
        &[".put.bypass"],
        "a Deny of PutResourcePolicy to everybody, with the flag",
    )
    .expect("accepted", Expectation::success(After::Stored, []).at(Level::Should))
    .reading(read());
    lockouts()
        .fold(rule, |rule, (label, call)| rule.judged(label, NOTHING, bypassing(call, true), "accepted"))
        .build()
}

fn harmless() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.harmless",
        &[".put.bypass-default"],
        "the flag beside a document that locks nobody out",
    )
    .expect("stored", Expectation::success(After::Stored, [SAME_DOCUMENT]))
    .reading(read())
    .judged("true", NOTHING, bypassing(put("a"), true), "stored")
    .judged("false", NOTHING, bypassing(put("a"), false), "stored")
    .judged("true, in an update", [put("a")], bypassing(put("a").document(1), true), "stored")
    .build()
}

fn other_denial() -> Rule {
    let denial = |principal: &str| {
        let statement = format!(
            r#"{{"Effect":"Deny","Principal":{principal},"Action":"xray:GetSamplingRules","Resource":"*"}}"#
        );
        put_text(Text::literal(format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)))
    };
    RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.other-denial",
        &[".put.lockout-only"],
        "a Deny that has nothing to do with PutResourcePolicy, without the flag",
    )
    // No document shows a Deny, so that it may be refused for something else.
    .expect(
        "stored",
        Expectation::success(After::Stored, [])
            .or_refusal(&[MALFORMED])
            .or_refusal(&CONSTRAINT)
            .at(Level::Should),
    )
    .reading(read())
    .judged("a service's GetSamplingRules", NOTHING, denial(r#"{"Service":"sns.amazonaws.com"}"#), "stored")
    .judged("everybody's GetSamplingRules", NOTHING, denial(r#""*""#), "stored")
    .build()
}
