//! Policy documents of `PutProjectPolicy`.

use super::{CONSTRAINT, MALFORMED, Written, beside_a_witness, put, read};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder, case};
use aws_conformance_generators::document::{self, Document};
use aws_conformance_generators::plan::{Arg, Call, Part, Service, Text};
use proptest::strategy::Strategy;

const SERVICE: Service = Service::Rekognition;

pub(super) fn rules() -> Vec<Rule> {
    vec![plain(), round_trip(), not_json(), not_a_policy(), forbidden(), fine_grammar()]
}

fn with(document: Document, expect: &str) -> (String, Call) {
    (document.label, put("a").with("PolicyDocument", Some(Arg::Text(document.text))).expecting(expect))
}

fn plain() -> Rule {
    let stored = |document: Document| {
        let (label, call) = with(document, "stored");
        case(label, [read("p"), call.step(), read("p")])
    };
    let mut draft = RuleBuilder::new(
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
    .expect("stored", Expectation::success(After::Stored, []))
    .random(move || document::valid_plain(SERVICE).prop_map(stored).boxed());
    for document in document::plain(SERVICE) {
        let (label, call) = with(document, "stored");
        draft = draft.case(label, [read("p"), call.step(), read("p")]);
    }
    draft.build()
}

fn round_trip() -> Rule {
    let mut draft = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyDocument.round-trip",
        &[
            "rekognition.put.document-added",
            "rekognition.put.document-characters",
            "rekognition.put.document-equal",
        ],
        "documents beyond the plain: where they are accepted, they are listed as they were put",
    )
    .expect("same", Expectation::success(After::Stored, []).or_refusal(&[MALFORMED]).or_refusal(&CONSTRAINT));
    for (label, value) in [
        ("a Latin-1 letter", "é"),
        ("the last Latin-1 letter", "ÿ"),
        ("an escaped quote", "\\\""),
        ("an escaped backslash", "\\\\"),
        ("an escaped letter", "\\u0041"),
        ("an escaped letter beyond Latin-1", "\\u6f22"),
        ("an escaped newline", "\\n"),
        ("a percent sign", "%41"),
        ("markup", "<a&amp;b>"),
    ] {
        let (_, call) = with(Document { label: String::new(), text: conditioned(value) }, "same");
        draft = draft.case(label, [read("p"), call.step(), read("p")]);
    }
    draft.build()
}

/// The plainest document with a condition that holds this, as JSON has it between quotes.
fn conditioned(value: &str) -> Text {
    let condition = format!(r#""Condition":{{"StringEquals":{{"aws:PrincipalTag/t":"{value}"}}}},"Effect""#);
    let plain = document::plain(SERVICE).swap_remove(0).text;
    Text(
        plain
            .0
            .into_iter()
            .map(|part| match part {
                Part::Literal(text) => Part::Literal(text.replacen("\"Effect\"", &condition, 1)),
                other => other,
            })
            .collect(),
    )
}

fn not_json() -> Rule {
    let (before, after) = beside_a_witness();
    let mut draft = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyDocument.not-json",
        &["rekognition.put.document-json", "rekognition.PutProjectPolicy.MalformedPolicyDocumentException"],
        "texts that are not JSON",
    )
    .expect("refused", Expectation::refusal(&[MALFORMED]))
    .expect("also-constraint", Expectation::refusal(&[MALFORMED]).or_refusal(&CONSTRAINT))
    .between(before, after);
    for document in document::not_json(SERVICE) {
        let expect = if is_plain_text(&document.text) { "refused" } else { "also-constraint" };
        let (label, call) = with(document, expect);
        draft = draft.refused(label, call);
    }
    draft
        .random_refusals(|| {
            document::truncated(SERVICE).prop_map(|document| with(document, "refused")).boxed()
        })
        .build()
}

/// Whether a text stays within the documented pattern and is not blank, so that only its not being
/// JSON is wrong with it.
fn is_plain_text(text: &Text) -> bool {
    let fits = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{ff}');
    let mut literals = text.0.iter().filter_map(|part| match part {
        Part::Literal(text) => Some(text.as_str()),
        Part::Symbol(_) | Part::Fill { .. } => None,
    });
    let blank = text.0.iter().all(|part| matches!(part, Part::Literal(text) if text.trim().is_empty()));
    !blank && literals.all(|text| text.chars().all(fits))
}

fn not_a_policy() -> Rule {
    let (before, after) = beside_a_witness();
    let mut draft = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyDocument.not-a-policy",
        &[
            "rekognition.put.document-syntax",
            "rekognition.put.document-statements",
            "rekognition.put.document-elements",
            "rekognition.error.parameter",
        ],
        "JSON that is no policy: no object, no statement, or a statement without an element",
    )
    .expect(
        "refused",
        Expectation::refusal(&[MALFORMED, "InvalidParameterException"]).other_code_is(Level::Should),
    )
    .between(before, after);
    for document in document::not_a_policy(SERVICE) {
        let (label, call) = with(document, "refused");
        draft = draft.refused(label, call);
    }
    draft.build()
}

fn forbidden() -> Rule {
    let (before, after) = beside_a_witness();
    let mut draft = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyDocument.forbidden-elements",
        &["rekognition.put.document-not", "rekognition.put.document-action", "rekognition.error.parameter"],
        "policies with an element or a value that the guide rules out",
    )
    .expect(
        "refused",
        Expectation::refusal(&[MALFORMED, "InvalidParameterException"])
            .or_refusal(&CONSTRAINT)
            .at(Level::Should),
    )
    .between(before, after);
    for document in document::forbidden_elements(SERVICE) {
        let (label, call) = with(document, "refused");
        draft = draft.refused(label, call);
    }
    draft.build()
}

fn fine_grammar() -> Rule {
    let mut draft = RuleBuilder::new(
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
    for document in [document::fine_grammar(SERVICE), unshown].concat() {
        let (label, call) = with(document, "either");
        draft = draft.case(label, [call.step()]);
    }
    draft.build()
}
