//! ARNs of projects that do not exist, or not here, in every operation that takes one.

use super::calls::{CallExt, beside_a_witness, create, made};
use super::refusals::{MALFORMED, unknown_project};
use crate::exchange::{Exchange, Recorded};
use crate::rules::expectation::{Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::arn::{self, Resource};
use aws_conformance_generators::partition::{Partition, unfit};
use aws_conformance_generators::plan::{Arg, Call};

/// How an operation is called with an ARN.
pub(super) struct Lookups {
    /// The operation's name.
    pub(super) operation: &'static str,
    /// The call with this ARN, which would be accepted for a project that exists.
    pub(super) call: fn(&Partition) -> Call,
    /// What the rule of the caller's own ARNs cites.
    pub(super) unknown: &'static [&'static str],
    /// What the rule of others' ARNs cites.
    pub(super) foreign: &'static [&'static str],
    /// A code that applies where the ARN is not one that a document could be about.
    pub(super) also: &'static [&'static str],
}

impl Lookups {
    /// A rule for ARNs of the caller's account and region, and one for others.
    pub(super) fn rules(&self) -> [Rule; 2] {
        let unknown = self.rule(
            "unknown",
            self.unknown,
            "well-formed ARNs of projects that do not exist, most of them around one that does",
            arn::unknown(Resource::Project),
        );
        let foreign = self.rule(
            "foreign",
            self.foreign,
            "the project's ARN with another account, region or AWS partition, and that of a project of another region",
            arn::foreign(Resource::Project),
        );
        let elsewhere = Partition::valid("", Arg::symbol(made("made"))).unfit(unfit::ARN);
        let refused = of_another_region().at(Level::Should).given(unless_here);
        let foreign = foreign.expect("elsewhere", refused).judged(
            "a project of another region",
            [create("n").elsewhere().labelled("made")],
            (self.call)(&elsewhere),
            "elsewhere",
        );
        [unknown.build(), foreign.build()]
    }

    fn rule(&self, property: &str, cites: &[&str], varies: &str, arns: Vec<Partition>) -> RuleBuilder {
        let id = format!("rekognition.{}.ProjectArn.{property}", self.operation);
        let mut draft = RuleBuilder::new(id, cites, varies).between(beside_a_witness());
        for partition in arns {
            let (name, expectation) = self.expectation(partition.unfit.unwrap_or_default());
            if draft.expectations.iter().all(|(known, _)| *known != name) {
                draft = draft.expect(name, expectation);
            }
            let call = (self.call)(&partition).expecting(name);
            draft = draft.refused(partition.label, call);
        }
        draft
    }

    fn expectation(&self, why: &str) -> (&'static str, Expectation) {
        let refused = unknown_project(why);
        match why {
            unfit::FOREIGN => ("foreign", refused.or_refusal(self.also)),
            unfit::LONG_ARN => ("long", refused.or_refusal(self.also)),
            unfit::CASED_ARN => ("cased", refused),
            _ => ("unknown", refused),
        }
    }
}

/// How the ARN of a project of another region is refused, in a put with a document about it too.
fn of_another_region() -> Expectation {
    unknown_project(unfit::FOREIGN).or_refusal(&[MALFORMED])
}

/// Where regions share their projects, one that was created elsewhere has an ARN of this region.
fn unless_here(_: &Recorded, exchange: &Exchange) -> Expectation {
    let arn = exchange.request.input().and_then(|input| input.get("ProjectArn")?.as_str());
    match arn.and_then(|arn| arn.split(':').nth(3)) {
        Some(region) if region == exchange.request.region => Expectation::no_server_error(),
        _ => of_another_region(),
    }
}
