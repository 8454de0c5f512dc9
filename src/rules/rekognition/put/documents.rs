//! What a document may be.

use super::checks::STORED_JSON;
use crate::rules::Rule;
use crate::rules::documents::controls;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::rekognition::calls::CALLS;
use crate::rules::rekognition::refusals::{CONSTRAINT, DOCUMENT, MALFORMED};
use aws_conformance_generators::document::{self, Document};
use aws_conformance_generators::plan::Service;

const NOT_JSON: &[&str] = &[".put.document-json", ".PutProjectPolicy.MalformedPolicyDocumentException"];

fn stored() -> Expectation {
    Expectation::success(After::Stored, [STORED_JSON])
}

/// Documents that are refused.
pub(super) fn refused() -> Vec<Rule> {
    let refusal = || Expectation::refusal(&[MALFORMED]).or_refusal(&CONSTRAINT);
    vec![
        CALLS.not_json(NOT_JSON, Expectation::refusal(&DOCUMENT), refusal()),
        // Some have characters beyond the pattern.
        CALLS.lenient_json(NOT_JSON, refusal().at(Level::Should)),
        CALLS.not_a_policy(
            &[
                ".put.document-syntax",
                ".put.document-statements",
                ".put.document-elements",
                ".error.parameter",
            ],
            Expectation::refusal(&DOCUMENT).other_code_is(Level::Should),
        ),
        CALLS.forbidden(
            "forbidden-elements",
            &[".put.document-not", ".put.document-action", ".error.parameter"],
            "policies with an element or a value that the guide rules out",
            refusal().at(Level::Should),
        ),
    ]
}

/// Documents that are accepted, or may be.
pub(super) fn accepted() -> Vec<Rule> {
    let same = || stored().or_refusal(&[MALFORMED]).or_refusal(&CONSTRAINT);
    let round_trip = CALLS
        .of_document(
            "round-trip",
            &[".put.document-added", ".put.document-characters", ".put.document-equal"],
            "documents beyond the plain: where they are accepted, they are listed as they were put",
        )
        .expect("same", same())
        .expect("perhaps", same().at(Level::Should))
        // The pattern has them, whatever else may be wrong with a value.
        .expect("letter", stored().or_refusal(&DOCUMENT).other_code_is(Level::Should));
    let controls = controls();
    let letters = [
        ("a Latin-1 letter", "é"),
        ("the last Latin-1 letter", "ÿ"),
        ("control characters from U+007F to U+009F", controls.as_str()),
    ]
    .map(|(label, value)| Document {
        label: label.to_owned(),
        text: document::with_value(Service::Rekognition, value),
    });
    let round_trip = CALLS.read_back(CALLS.round_trip(round_trip, &[], "same"), letters, "letter");
    vec![
        CALLS.plain(
            &[
                ".put.document-accepted",
                ".put.document-elements",
                ".put.document-action",
                ".put.document-principals",
                ".put.document-resource",
                ".put.document-examples",
                ".put.document-statements",
                ".put.resource-based",
            ],
            stored(),
        ),
        CALLS.read_back(round_trip, [document::without_values(Service::Rekognition)], "perhaps").build(),
        CALLS.fine_grammar(
            &[
                ".put.document-depth",
                ".put.document-syntax",
                ".put.document-principals",
                ".put.document-resource",
                ".put.document-capitals",
            ],
            document::valid_examples(Service::Rekognition)
                .split_off(document::plain(Service::Rekognition).len()),
        ),
    ]
}
