//! Policies over several calls: their times, and sequences judged by what the steps before have left.

use super::calls::{CALLS, CallExt, list, put, read, revision};
use super::list::UNMOVED;
use super::put::{CREATION_STAYS, NEW_REVISION, UPDATED};
use super::refusals::{EXISTS, NOT_FOUND, REVISION};
use crate::rules::calls::steps;
use crate::rules::expectation::{After, Expectation};
use crate::rules::sequences::plan;
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Derivation, Step};
use aws_conformance_generators::sequence::{self, Updates};
use proptest::strategy::Strategy;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        times(),
        RuleBuilder::new(
            "rekognition.lifecycle.sequence.state",
            &[
                "rekognition.put.update",
                "rekognition.put.update-needs-revision",
                "rekognition.put.latest-kept",
                "rekognition.delete.removes",
                "protocol.sequence",
            ],
            "random sequences of puts and deletions of three policies of a project",
        )
        .expect("by-state", Expectation::by_state(&[REVISION, EXISTS, NOT_FOUND], [NEW_REVISION]))
        .random(|| {
            sequence::sequences(12, Updates::NeedRevision)
                .prop_map(|sequence| plan(CALLS, &Derivation::Complement, &sequence))
                .boxed()
        })
        .build(),
    ]
}

/// Clocks of whole seconds have to move on once between the calls, which is waited for here alone.
fn times() -> Rule {
    RuleBuilder::new(
        "rekognition.lifecycle.policy.times",
        &["rekognition.list.item-times", "rekognition.list.policies"],
        "the times of a policy that is read, and then updated, more than a second after its creation",
    )
    .expect("read", Expectation::success(After::Unchanged, [UNMOVED]))
    .expect("updated", Expectation::success(After::Stored, [UPDATED, CREATION_STAYS]))
    .case(
        "an update after 1.1 s",
        steps![
            put("a").labelled("before"),
            read("p"),
            Step::Pause(1_100),
            list("p").expecting("read"),
            read("p"),
            put("a").document(1).revision(revision("before")).expecting("updated"),
            read("p")
        ],
    )
    .build()
}
