//! `ListProjectPolicies`.

mod checks;
mod contents;
mod pages;

pub(super) use checks::{OTHERS_STAY, UNMOVED};

use super::calls::{beside_a_witness, list, put};
use super::lookups::Lookups;
use super::refusals::{operation, refusal, unfit};
use crate::rules::Rule;
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation};
use aws_conformance_generators::plan::Step;

pub(super) fn rules() -> Vec<Rule> {
    let constraints = ConstraintRules {
        operation: operation("ListProjectPolicies"),
        accepted: |_, call| vec![Step::Call(put("a")), Step::Call(call)],
        acceptance: |_| Expectation::success(After::Any, []),
        unfit,
        refusal,
        call: |target, partition| varied(list("p"), target, partition),
        around: beside_a_witness,
        also: &[],
    };
    let lookups = Lookups {
        operation: "ListProjectPolicies",
        call: |partition| list("p").with("ProjectArn", partition.value.clone()),
        unknown: &[".ListProjectPolicies.ResourceNotFoundException"],
        foreign: &[".list.own-project"],
        also: &[],
    };
    let rules = constraints.rules().into_iter();
    rules.chain(contents::rules()).chain(pages::rules()).chain(lookups.rules()).collect()
}
