//! What a document may be.

use super::checks::STORED_JSON;
use crate::rules::Rule;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::rekognition::calls::CALLS;
use crate::rules::rekognition::refusals::{CONSTRAINT, DOCUMENT, MALFORMED};
use aws_conformance_generators::document;
use aws_conformance_generators::plan::Service;

const NOT_JSON: &[&str] =
    &["rekognition.put.document-json", "rekognition.PutProjectPolicy.MalformedPolicyDocumentException"];

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
                "rekognition.put.document-syntax",
                "rekognition.put.document-statements",
                "rekognition.put.document-elements",
                "rekognition.error.parameter",
            ],
            Expectation::refusal(&DOCUMENT).other_code_is(Level::Should),
        ),
        CALLS.forbidden(
            "forbidden-elements",
            &[
                "rekognition.put.document-not",
                "rekognition.put.document-action",
                "rekognition.error.parameter",
            ],
            "policies with an element or a value that the guide rules out",
            refusal().at(Level::Should),
        ),
    ]
}

/// Documents that are accepted, or may be.
pub(super) fn accepted() -> Vec<Rule> {
    let round_trip = CALLS
        .of_document(
            "round-trip",
            &[
                "rekognition.put.document-added",
                "rekognition.put.document-characters",
                "rekognition.put.document-equal",
            ],
            "documents beyond the plain: where they are accepted, they are listed as they were put",
        )
        .expect("same", stored().or_refusal(&[MALFORMED]).or_refusal(&CONSTRAINT));
    let values = [("a Latin-1 letter", "é"), ("the last Latin-1 letter", "ÿ")];
    vec![
        CALLS.plain(
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
            stored(),
        ),
        CALLS.round_trip(round_trip, &values, "same").build(),
        CALLS.fine_grammar(
            &[
                "rekognition.put.document-depth",
                "rekognition.put.document-syntax",
                "rekognition.put.document-principals",
                "rekognition.put.document-resource",
                "rekognition.put.document-capitals",
            ],
            document::valid_examples(Service::Rekognition)
                .split_off(document::plain(Service::Rekognition).len()),
        ),
    ]
}
