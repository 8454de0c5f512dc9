//! `CopyProjectVersion`. A copy that succeeds needs a trained model, which costs money, so only its
//! refusals are tried: the version never exists.

use super::calls::{beside_a_witness, plain};
use super::refusals::{ACCESS_DENIED, CONSTRAINT, NOT_FOUND, TYPE, operation};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::arn::{self, Resource};
use aws_conformance_generators::partition::{Constraint, unfit};
use aws_conformance_generators::plan::Step;

/// Codes that may apply to a copy whose source and bucket do not exist.
const ABSENT: [&str; 3] = [NOT_FOUND, ACCESS_DENIED, "InvalidS3ObjectException"];

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = ConstraintRules {
        operation: operation("CopyProjectVersion"),
        accepted: |_, call| vec![Step::Call(call)],
        acceptance: |_| absent(),
        unfit: |_, why| of_arn(Some(why)).1,
        refusal: |target, constraint| {
            let refused = match constraint {
                Constraint::Type => Expectation::refusal(&TYPE).other_code_is(Level::Should),
                _ => Expectation::refusal(&CONSTRAINT),
            };
            // A constraint and the existence of the source are broken at once: either error applies.
            let refused = refused.or_refusal(&ABSENT);
            match target.path.split('.').next() {
                Some("OutputConfig" | "Tags" | "KmsKeyId") => refused.other_code_is(Level::Should),
                _ => refused,
            }
        },
        call: |target, partition| varied(plain("CopyProjectVersion"), target, partition),
        around: beside_a_witness,
        also: &[],
    }
    .rules();
    let mut missing = RuleBuilder::new(
        "rekognition.CopyProjectVersion.SourceProjectVersionArn.unknown",
        &[".copy.exist", ".CopyProjectVersion.ResourceNotFoundException", ".copy.region"],
        "sources and destinations that do not exist",
    )
    .expect("refused", absent())
    .expect("also-constraint", absent().or_refusal(&CONSTRAINT))
    .between(beside_a_witness())
    .refused("a version that does not exist", plain("CopyProjectVersion").expecting("refused"));
    for partition in arn::unknown(Resource::Version) {
        let (expect, _) = of_arn(partition.unfit);
        let call = plain("CopyProjectVersion").with("SourceProjectVersionArn", partition.value);
        missing = missing.refused(format!("version: {}", partition.label), call.expecting(expect));
    }
    for member in ["SourceProjectArn", "DestinationProjectArn"] {
        for partition in arn::unknown(Resource::Project).into_iter().chain(arn::foreign(Resource::Project)) {
            let (expect, _) = of_arn(partition.unfit);
            let call = plain("CopyProjectVersion").with(member, partition.value);
            missing = missing.refused(format!("{member}: {}", partition.label), call.expecting(expect));
        }
    }
    rules.push(missing.build());
    rules
}

/// A well-formed copy of what does not exist, to a bucket that does not exist: a success is wrong, and
/// by which code it is refused is less certain.
fn absent() -> Expectation {
    Expectation::refusal(&ABSENT).or_refusal(&["InvalidParameterException"]).other_code_is(Level::Should)
}

/// How an ARN that names nothing is refused. One elsewhere, in another case or with a creation stamp
/// beyond 64 bits may be taken for a broken constraint.
fn of_arn(why: Option<&str>) -> (&'static str, Expectation) {
    match why {
        Some(unfit::FOREIGN | unfit::CASED_ARN | unfit::LONG_ARN) => {
            ("also-constraint", absent().or_refusal(&CONSTRAINT))
        }
        _ => ("refused", absent()),
    }
}
