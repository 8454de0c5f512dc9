//! What a document may be.

use super::checks::STORED_JSON;
use crate::rules::documents::Documents;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::rekognition::calls::{beside_a_witness, put, read};
use crate::rules::rekognition::refusals::{CONSTRAINT, DOCUMENT, MALFORMED};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::document;
use aws_conformance_generators::plan::{Arg, Service};

const SERVICE: Service = Service::Rekognition;
const DOCUMENTS: Documents = Documents {
    service: SERVICE,
    put: |text| put("a").with("PolicyDocument", Some(Arg::Text(text))),
    read: || read("p"),
    around: beside_a_witness,
};

/// Documents that are refused.
pub(super) fn refused() -> Vec<Rule> {
    vec![not_json(), lenient_json(), not_a_policy(), forbidden()]
}

/// Documents that are accepted, or may be.
pub(super) fn accepted() -> Vec<Rule> {
    vec![plain(), round_trip(), fine_grammar()]
}

fn plain() -> Rule {
    let rule = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyDocument.plain",
        &[
            "rekognition.put.document-accepted",
            "rekognition.put.document-elements",
            "rekognition.put.document-action",
            "rekognition.put.document-principals",
            "rekognition.put.document-resource",
            "rekognition.put.document-examples",
            "rekognition.put.document-statements",
            "rekognition.put.resource-based",
        ],
        "grammar-valid documents made of what the documents show",
    )
    .expect("stored", Expectation::success(After::Stored, [STORED_JSON]));
    DOCUMENTS.plain(rule, "stored").build()
}

fn round_trip() -> Rule {
    let rule = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyDocument.round-trip",
        &[
            "rekognition.put.document-added",
            "rekognition.put.document-characters",
            "rekognition.put.document-equal",
        ],
        "documents beyond the plain: where they are accepted, they are listed as they were put",
    )
    .expect(
        "same",
        Expectation::success(After::Stored, [STORED_JSON]).or_refusal(&[MALFORMED]).or_refusal(&CONSTRAINT),
    );
    let values = [
        ("a Latin-1 letter", "é"),
        ("the last Latin-1 letter", "ÿ"),
        ("an escaped quote", "\\\""),
        ("an escaped backslash", "\\\\"),
        ("an escaped letter", "\\u0041"),
        ("an escaped newline", "\\n"),
        ("a percent sign", "%41"),
        ("markup", "<a&amp;b>"),
    ];
    DOCUMENTS.round_trip(rule, &values, "same").build()
}

fn not_json() -> Rule {
    let rule = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyDocument.not-json",
        &["rekognition.put.document-json", "rekognition.PutProjectPolicy.MalformedPolicyDocumentException"],
        "texts that no parser takes for JSON",
    )
    .expect("refused", Expectation::refusal(&DOCUMENT))
    .expect("blank", Expectation::refusal(&[MALFORMED]).or_refusal(&CONSTRAINT));
    DOCUMENTS.not_json(rule, "refused", "blank").build()
}

fn lenient_json() -> Rule {
    let rule = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyDocument.lenient-json",
        &["rekognition.put.document-json", "rekognition.PutProjectPolicy.MalformedPolicyDocumentException"],
        "texts that are not JSON to the letter, and that lenient parsers read",
    )
    // Some have characters beyond the pattern.
    .expect("refused", Expectation::refusal(&[MALFORMED]).or_refusal(&CONSTRAINT).at(Level::Should));
    DOCUMENTS.refused(rule, document::lenient_json(SERVICE), "refused").build()
}

fn not_a_policy() -> Rule {
    let rule = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyDocument.not-a-policy",
        &[
            "rekognition.put.document-syntax",
            "rekognition.put.document-statements",
            "rekognition.put.document-elements",
            "rekognition.error.parameter",
        ],
        "JSON that is no policy: no object, no statement, or a statement without an element",
    )
    .expect("refused", Expectation::refusal(&DOCUMENT).other_code_is(Level::Should));
    DOCUMENTS.refused(rule, document::not_a_policy(SERVICE), "refused").build()
}

fn forbidden() -> Rule {
    let rule = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyDocument.forbidden-elements",
        &["rekognition.put.document-not", "rekognition.put.document-action", "rekognition.error.parameter"],
        "policies with an element or a value that the guide rules out",
    )
    .expect("refused", Expectation::refusal(&[MALFORMED]).or_refusal(&CONSTRAINT).at(Level::Should));
    DOCUMENTS.refused(rule, document::forbidden_elements(SERVICE), "refused").build()
}

fn fine_grammar() -> Rule {
    let rule = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyDocument.fine-grammar",
        &[
            "rekognition.put.document-depth",
            "rekognition.put.document-syntax",
            "rekognition.put.document-principals",
            "rekognition.put.document-resource",
            "rekognition.put.document-capitals",
        ],
        "elements, types and values of which the documents say nothing",
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe));
    let unshown = document::valid_examples(SERVICE).split_off(document::plain(SERVICE).len());
    let all = [document::fine_grammar(SERVICE), unshown, vec![document::byte_order_mark(SERVICE)]].concat();
    DOCUMENTS.either(rule, all, "either").build()
}
