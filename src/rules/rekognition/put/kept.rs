//! What a refused put leaves of a policy that exists: each kind of refusal once.

use crate::rules::expectation::Expectation;
use crate::rules::rekognition::calls::{CALLS, CallExt, beside_a_witness, put};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::document::{self, Filling};
use aws_conformance_generators::plan::{Arg, Call, Service, Unit};
use serde_json::json;

const SERVICE: Service = Service::Rekognition;

/// Whether they are refused, and how, is other rules' question: what is refused changes nothing.
pub(super) fn rule() -> Rule {
    let documents = [
        document::unparsable(SERVICE).into_iter().take(2),
        document::lenient_json(SERVICE).into_iter().take(2),
        document::not_a_policy(SERVICE).into_iter().take(2),
        document::forbidden_elements(SERVICE).into_iter().take(2),
    ];
    let too_long = document::sized(SERVICE, 2_001, Unit::Characters, Filling::Whitespace);
    let ideograph = document::with_value(SERVICE, "漢");
    let with = |member: &str, value: Arg| put("witness").with(member, Some(value));
    let without_revision = put("witness");
    let mut calls: Vec<(String, Call)> = vec![
        ("no revision".to_owned(), without_revision.clone()),
        ("another revision".to_owned(), without_revision.clone().revision("0123456789abcdef")),
        ("a revision that is no hexadecimal number".to_owned(), without_revision.revision("latest")),
    ];
    calls.extend(
        [
            ("a project ARN that is none", "ProjectArn", Arg::from("arn:aws:rekognition:none")),
            ("a document of 2001 characters", "PolicyDocument", Arg::Text(too_long)),
            ("a document with an ideograph", "PolicyDocument", Arg::Text(ideograph)),
            ("an object for the document", "PolicyDocument", Arg::Json(json!({"Version": "2012-10-17"}))),
        ]
        .map(|(label, member, value)| (label.to_owned(), CALLS.of_witness(&with(member, value)))),
    );
    let documents = documents.into_iter().flatten();
    calls.extend(documents.map(|document| {
        let call = with("PolicyDocument", Arg::Text(document.text));
        (document.label, CALLS.of_witness(&call))
    }));
    let draft = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyName.kept",
        &[".put.update", "protocol.unchanged"],
        "puts of a policy that exists, each to be refused for another reason",
    )
    .expect("kept", Expectation::no_server_error())
    .between(beside_a_witness());
    calls.into_iter().fold(draft, |draft, (label, call)| draft.refused(label, call.expecting("kept"))).build()
}
