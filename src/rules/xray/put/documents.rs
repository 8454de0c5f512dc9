//! What a document may be.

use crate::rules::documents::Documents;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::xray::calls::{beside_a_witness, put_text, read};
use crate::rules::xray::checks::{SAME_DOCUMENT, SAME_JSON};
use crate::rules::xray::refusals::{CONSTRAINT, LOCKOUT, MALFORMED, SIZE};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::document::{self, Document};
use aws_conformance_generators::plan::Service;

const DOCUMENTS: Documents =
    Documents { service: Service::Xray, put: put_text, read, around: beside_a_witness };

/// Documents that are refused.
pub(super) fn refused() -> Vec<Rule> {
    vec![not_json(), lenient_json(), not_a_policy(), effect()]
}

/// Documents that are accepted, or may be.
pub(super) fn accepted() -> Vec<Rule> {
    vec![plain(), round_trip(), fine_grammar()]
}

fn plain() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.plain",
        &["xray.put.sns", "xray.put.services", "xray.put.sns-no-lockout", "xray.put.logs"],
        "grammar-valid documents made of what the documents show",
    )
    .expect("stored", Expectation::success(After::Stored, [SAME_DOCUMENT, SAME_JSON]));
    DOCUMENTS.plain(rule, "stored").build()
}

fn not_json() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.not-json",
        &["xray.PutResourcePolicy.MalformedPolicyDocumentException"],
        "texts that no parser takes for JSON",
    )
    .expect("refused", Expectation::refusal(&[MALFORMED]))
    .expect("blank", Expectation::refusal(&[MALFORMED]).or_refusal(&CONSTRAINT));
    DOCUMENTS.not_json(rule, "refused", "blank").build()
}

fn lenient_json() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.lenient-json",
        &["xray.PutResourcePolicy.MalformedPolicyDocumentException"],
        "texts that are not JSON to the letter, and that lenient parsers read",
    )
    .expect("refused", Expectation::refusal(&[MALFORMED]).at(Level::Should));
    DOCUMENTS.refused(rule, document::lenient_json(Service::Xray), "refused").build()
}

fn not_a_policy() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.not-a-policy",
        &["xray.PutResourcePolicy.MalformedPolicyDocumentException"],
        "JSON that is no policy: no object, no statement, or a statement without an element",
    )
    .expect("refused", Expectation::refusal(&[MALFORMED]).or_refusal(&CONSTRAINT).at(Level::Should));
    DOCUMENTS.refused(rule, document::not_a_policy(Service::Xray), "refused").build()
}

fn effect() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.effect",
        &["xray.PutResourcePolicy.MalformedPolicyDocumentException"],
        "statements whose Effect is neither Allow nor Deny, in whatever case",
    )
    .expect("refused", Expectation::refusal(&[MALFORMED]).or_refusal(&CONSTRAINT).at(Level::Should));
    DOCUMENTS.refused(rule, document::forbidden_elements(Service::Xray), "refused").build()
}

fn round_trip() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.round-trip",
        &["xray.put.answer", "xray.put.document-equal", "xray.put.accounts", "xray.put.everybody"],
        "documents with more than ASCII, with escapes and with what no document shows: where they are accepted, they come back as they were",
    )
    .expect(
        "same",
        Expectation::success(After::Stored, [SAME_DOCUMENT, SAME_JSON])
            .or_refusal(&[MALFORMED, LOCKOUT])
            .or_refusal(&SIZE)
            .or_refusal(&CONSTRAINT),
    );
    let values = [
        ("a Latin-1 letter", "é"),
        ("an ideograph", "漢"),
        ("an emoji", "🦀"),
        ("an escaped quote", "\\\""),
        ("an escaped backslash", "\\\\"),
        ("an escaped letter", "\\u0041"),
        ("an escaped newline", "\\n"),
        ("a percent sign", "%41"),
        ("markup", "<a&amp;b>"),
    ];
    let unshown = document::valid_examples(Service::Xray).split_off(document::plain(Service::Xray).len());
    let unshown = unshown
        .into_iter()
        .map(|document| Document { label: format!("{}, alone", document.label), ..document });
    DOCUMENTS.read_back(DOCUMENTS.round_trip(rule, &values, "same"), unshown, "same").build()
}

fn fine_grammar() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.fine-grammar",
        &["xray.put.document-depth"],
        "elements, types and values of which the documents say nothing",
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe));
    let all = document::fine_grammar(Service::Xray).into_iter();
    DOCUMENTS.either(rule, all.chain([document::byte_order_mark(Service::Xray)]), "either").build()
}
