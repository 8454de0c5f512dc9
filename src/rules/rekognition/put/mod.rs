//! `PutProjectPolicy`.

mod attaching;
mod checks;
mod documents;
mod limits;
mod revisions;

pub(super) use checks::{CREATION_STAYS, NEW_CREATION, NEW_REVISION, UPDATED};

use super::calls::{CALLS, CallExt, beside_a_witness, put, read, retargeted};
use super::lookups::Lookups;
use super::refusals::{MALFORMED, operation, refusal, unfit};
use crate::rules::Rule;
use crate::rules::calls::steps;
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation};
use aws_conformance_generators::document::{self, Filling};
use aws_conformance_generators::partition::{Constraint, Partition, unfit};
use aws_conformance_generators::plan::{Arg, Call, Part, Service, Text, Unit};

pub(super) fn rules() -> Vec<Rule> {
    let constraints = ConstraintRules {
        operation: operation("PutProjectPolicy"),
        accepted: |target, call| match target.path.as_str() {
            "PolicyRevisionId" => steps![put("a"), read("p"), call.document(1), read("p")],
            "PolicyDocument" => steps![read("p"), call, read("p")],
            _ => steps![call],
        },
        acceptance: |target| match target.path.as_str() {
            "PolicyDocument" => Expectation::success(After::Stored, []),
            _ => Expectation::success(After::Any, []),
        },
        unfit: |target, why| match why {
            // The document is about another project than the ARN.
            unfit::FOREIGN | unfit::LONG_ARN => unfit(target, why).or_refusal(&[MALFORMED]),
            _ => unfit(target, why),
        },
        refusal: |target, constraint| match (target.path.as_str(), constraint) {
            // No resource of the document fits such an ARN.
            ("ProjectArn", Constraint::LengthMin | Constraint::LengthMax | Constraint::Pattern) => {
                refusal(target, constraint).or_refusal(&[MALFORMED])
            }
            _ => refusal(target, constraint),
        },
        call: |target, partition| match target.path.as_str() {
            "ProjectArn" => onto(partition),
            _ => varied(put("a"), target, partition),
        },
        around: beside_a_witness,
        also: &[("PolicyDocument.length-max", ".put.document-bytes")],
    };
    let lookups = Lookups {
        operation: "PutProjectPolicy",
        call: onto,
        unknown: &[".PutProjectPolicy.ResourceNotFoundException"],
        foreign: &[".put.own-project", ".PutProjectPolicy.ResourceNotFoundException"],
        also: &[MALFORMED],
    };
    let refused = constraints.rules().into_iter().chain(documents::refused());
    refused
        .map(|rule| rule.aimed(|call| CALLS.on_the_witness(call)))
        .chain(attaching::rules())
        .chain(lookups.rules())
        .chain(limits::rules())
        .chain(revisions::rules())
        .chain(documents::accepted())
        .chain([kept()])
        .collect()
}

/// What is refused on a policy that exists.
fn kept() -> Rule {
    let document = |text| CALLS.of_witness(&CALLS.put_text(text));
    let too_long = document::sized(Service::Rekognition, 2_001, Unit::Characters, Filling::Whitespace);
    let nowhere = put("a").with("ProjectArn", Some("arn:aws:rekognition:none".into()));
    let more = [
        ("no revision", put("witness").document(1)),
        ("another revision", CALLS.revising_the_witness("0123456789abcdef")),
        ("a revision that is no hexadecimal number", CALLS.revising_the_witness("latest")),
        ("a project ARN that is none", CALLS.of_witness(&nowhere)),
        ("a document of 2001 characters", document(too_long)),
        ("a document with an ideograph", document(document::with_value(Service::Rekognition, "漢"))),
    ];
    CALLS.kept(&[".put.update"], more.map(|(label, call)| (label.to_owned(), call)).into())
}

/// A put on the project that an ARN names, with a document about that project where it is one of the
/// caller's: only the ARN is wrong then.
fn onto(partition: &Partition) -> Call {
    match (&partition.value, partition.unfit) {
        (Some(Arg::Text(Text(parts))), Some(unfit::ARN | unfit::CASED_ARN))
            if let [Part::Symbol(arn)] = parts.as_slice() =>
        {
            retargeted(put("a"), arn)
        }
        _ => put("a").with("ProjectArn", partition.value.clone()),
    }
}
