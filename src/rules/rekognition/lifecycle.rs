//! Policies over several calls: their times, and sequences judged by what the steps before have left.

use super::calls::{CALLS, CallExt, delete, list, put, read, revision};
use super::list::{OTHERS_STAY, UNMOVED};
use super::put::{CREATION_STAYS, NEW_CREATION, NEW_REVISION, UPDATED};
use super::refusals::{DOCUMENT, EXISTS, NOT_FOUND, REVISION};
use crate::rules::calls::{A_SECOND, steps};
use crate::rules::expectation::{After, Expectation};
use crate::rules::sequences::plan;
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Derivation, Step, Text};
use aws_conformance_generators::sequence::{self, Updates};
use proptest::strategy::Strategy;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        times(),
        new_times(),
        RuleBuilder::new(
            "rekognition.lifecycle.sequence.state",
            &[
                ".put.update",
                ".put.update-needs-revision",
                ".put.latest-kept",
                ".delete.removes",
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

/// Clocks of whole seconds have to move on once between the calls, which is waited for here and in the next rule.
fn times() -> Rule {
    RuleBuilder::new(
        "rekognition.lifecycle.policy.times",
        &[".list.item-times", ".list.policies"],
        "the times of policies more than a second after their creation: which calls move them, and which do not",
    )
    .expect("read", Expectation::success(After::Unchanged, [UNMOVED]))
    .expect("refused", Expectation::refusal(&[REVISION]))
    .expect("malformed", Expectation::refusal(&DOCUMENT))
    .expect("updated", Expectation::success(After::Stored, [UPDATED, CREATION_STAYS, OTHERS_STAY]))
    .case(
        "1.1 s later calls that are refused, and a second update",
        steps![
            put("a").labelled("first"),
            put("a").document(1).revision(revision("first")).labelled("before"),
            put("b").document(2),
            read("p"),
            Step::Pause(A_SECOND),
            put("a").document(3).revision(revision("first")).expecting("refused"),
            delete("a").revision(revision("first")).expecting("refused"),
            CALLS.put_text(Text::literal("{")).revision(revision("before")).expecting("malformed"),
            list("p").expecting("read"),
            read("p"),
            put("a").document(4).revision(revision("before")).expecting("updated"),
            read("p")
        ],
    )
    .build()
}

fn new_times() -> Rule {
    RuleBuilder::new(
        "rekognition.lifecycle.policy.new-times",
        &[".list.item-times", ".list.policies"],
        "the times of policies when one is deleted and put anew more than a second later",
    )
    .expect("deleted", Expectation::success(After::Gone, [OTHERS_STAY]))
    .expect("anew", Expectation::success(After::Stored, [NEW_CREATION, OTHERS_STAY]))
    .case(
        "1.1 s later a deletion and a new creation",
        steps![
            put("a"),
            put("b").document(1),
            read("p"),
            Step::Pause(A_SECOND),
            delete("a").expecting("deleted"),
            read("p"),
            put("a").document(2).expecting("anew"),
            read("p")
        ],
    )
    .build()
}
