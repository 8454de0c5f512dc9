//! What a document may be.

use super::sizes::of_bytes;
use crate::rules::documents::controls;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::xray::calls::{CALLS, CallExt, bypassing, name, put_text, read, revision, two};
use crate::rules::xray::checks::{SAME_DOCUMENT, SAME_JSON};
use crate::rules::xray::refusals::{CONSTRAINT, LOCKOUT, MALFORMED, SIZE};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::document::{self, Document, Filling};
use aws_conformance_generators::plan::{Call, Service, Text};

const CITES: &[&str] = &[".PutResourcePolicy.MalformedPolicyDocumentException"];

fn refusal() -> Expectation {
    Expectation::refusal(&[MALFORMED])
}

fn stored() -> Expectation {
    Expectation::success(After::Stored, [SAME_DOCUMENT, SAME_JSON])
}

/// Documents that are refused.
pub(super) fn refused() -> Vec<Rule> {
    let perhaps_constraint = || refusal().or_refusal(&CONSTRAINT).at(Level::Should);
    vec![
        CALLS.not_json(CITES, refusal(), refusal().or_refusal(&CONSTRAINT)),
        CALLS.lenient_json(CITES, refusal().at(Level::Should)),
        CALLS.not_a_policy(CITES, perhaps_constraint()),
        CALLS.forbidden(
            "effect",
            CITES,
            "statements whose Effect is neither Allow nor Deny, in whatever case",
            perhaps_constraint(),
        ),
    ]
}

/// Documents that are refused whatever else a call says.
pub(super) fn always_refused() -> Rule {
    let cites = [CITES, &[".put.size", ".put.bypass"]].concat();
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.beside-others",
        &cites,
        "documents that are refused, beside each of the members that a put may have",
    )
    .expect("malformed", refusal())
    .expect("too-large", Expectation::refusal(&SIZE).other_code_is(Level::Should))
    .between((two(), read()));
    let current: fn(Call) -> Call = |call| call.revision(revision("before"));
    [
        ("the current revision", current),
        ("revision 0 under a free name", |call| call.with("PolicyName", Some(name("free"))).revision("0")),
        ("the flag against the lockout check", |call| bypassing(call, true)),
    ]
    .into_iter()
    .fold(rule, |rule, (label, with)| {
        rule.refused(
            format!("no JSON, with {label}"),
            with(put_text(Text::literal("{"))).expecting("malformed"),
        )
        .refused(
            format!("6000 bytes, with {label}"),
            with(of_bytes(6000, Filling::Value('x'))).expecting("too-large"),
        )
    })
    .build()
}

/// Documents that are accepted, or may be.
pub(super) fn accepted() -> Vec<Rule> {
    vec![
        CALLS.plain(&[".put.sns", ".put.services", ".put.sns-no-lockout", ".put.logs"], stored()),
        round_trip(),
        CALLS.fine_grammar(&[".put.document-depth"], Vec::new()),
    ]
}

fn round_trip() -> Rule {
    let same = || stored().or_refusal(&[MALFORMED, LOCKOUT]).or_refusal(&SIZE).or_refusal(&CONSTRAINT);
    let rule = CALLS
        .of_document(
            "round-trip",
            &[".put.answer", ".put.document-equal", ".put.accounts", ".put.everybody"],
            "documents with more than ASCII, with escapes and with what no document shows: where they are accepted, they come back as they were",
        )
        .expect("same", same())
        .expect("perhaps", same().at(Level::Should));
    let values = [("a Latin-1 letter", "é"), ("an ideograph", "漢"), ("an emoji", "🦀")];
    let unshown = document::valid_examples(Service::Xray)
        .split_off(document::plain(Service::Xray).len())
        .into_iter()
        .map(|document| Document { label: format!("{}, alone", document.label), ..document });
    let controls = Document {
        label: "control characters from U+007F to U+009F".to_owned(),
        text: document::with_value(Service::Xray, &controls()),
    };
    let rule = CALLS.read_back(CALLS.round_trip(rule, &values, "same"), unshown.chain([controls]), "same");
    CALLS.read_back(rule, [document::without_values(Service::Xray)], "perhaps").build()
}
