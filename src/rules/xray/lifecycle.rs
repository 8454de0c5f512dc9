//! Sequences of calls, judged step by step by what the steps before have left.

use super::calls::{CALLS, CallExt, delete, list, put, put_text, read, revision};
use super::checks::{AS_LISTED_BEFORE, LATER, LATER_THAN_DELETED, LATEST};
use super::refusals::{MALFORMED, REVISION};
use crate::rules::calls::{A_SECOND, steps};
use crate::rules::expectation::{After, Expectation};
use crate::rules::sequences::plan;
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Derivation, Step, Text};
use aws_conformance_generators::sequence::{self, Updates};
use proptest::strategy::Strategy;

pub(super) fn rules() -> Vec<Rule> {
    vec![sequences(), time()]
}

fn sequences() -> Rule {
    RuleBuilder::new(
        "xray.lifecycle.sequence.state",
        &[
            ".put.creates",
            ".put.updates",
            ".put.revision-atomic",
            ".put.revision-stale",
            ".put.revision-zero",
            ".put.revision-zero-creates",
            ".delete.deletes",
            "protocol.sequence",
        ],
        "random sequences of puts and deletions of three policies",
    )
    .expect("by-state", Expectation::by_state(&[REVISION], []))
    .case("a policy's life", {
        let calls = [
            put("a").labelled("first"),
            put("a").document(1),
            put("a").document(3).revision(revision("first")),
            put("b"),
            delete("a"),
            put("a").document(2),
        ];
        let judged = calls.map(|call| Step::Call(call.expecting("by-state")));
        [read()].into_iter().chain(judged).chain([read()])
    })
    .random(|| {
        sequence::sequences(12, Updates::NeedNothing)
            .prop_map(|sequence| plan(CALLS, &Derivation::Successor, &sequence))
            .boxed()
    })
    .build()
}

/// The one rule that waits, once: everything that time could move is in its case.
fn time() -> Rule {
    RuleBuilder::new(
        "xray.lifecycle.LastUpdatedTime.moves",
        &[".put.answer-time", ".list.item-time"],
        "the time of a policy more than a second later: with an update it moves on, and without one it stays",
    )
    .expect("same", Expectation::success(After::Any, [LATEST, AS_LISTED_BEFORE]))
    .expect("later", Expectation::success(After::Any, [LATER]))
    .expect("current", Expectation::success(After::Any, [LATEST]))
    .expect("refused", Expectation::refusal(&[REVISION]))
    .expect("malformed", Expectation::refusal(&[MALFORMED]))
    .expect("anew", Expectation::success(After::Any, [LATER_THAN_DELETED]))
    .case(
        "calls that are refused, a deletion and a new creation, and second updates",
        steps![
            put("a").labelled("first"),
            put("a").document(1),
            put("b").document(2).labelled("before"),
            put("c").document(7).labelled("deleted"),
            list(),
            Step::Pause(A_SECOND),
            put("a").document(3).revision(revision("first")).expecting("refused"),
            put("a").document(3).revision("0").expecting("refused"),
            delete("a").revision(revision("first")).expecting("refused"),
            put_text(Text::literal("{")).expecting("malformed"),
            list().expecting("same"),
            delete("c"),
            list().expecting("current"),
            put("c").document(6).expecting("anew"),
            put("a").document(4).expecting("later"),
            list().expecting("current"),
            put("b").document(5).revision(revision("before")).expecting("later")
        ],
    )
    .build()
}
