//! Sequences of calls, judged step by step by what the steps before have left.

use super::calls::{CALLS, CallExt, delete, list, put, read, revision};
use super::checks::{AS_LISTED_BEFORE, LATER, LATEST};
use super::refusals::REVISION;
use crate::rules::calls::{A_SECOND, steps};
use crate::rules::expectation::{After, Expectation};
use crate::rules::sequences::plan;
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Derivation, Step};
use aws_conformance_generators::sequence::{self, Updates};
use proptest::strategy::Strategy;

pub(super) fn rules() -> Vec<Rule> {
    vec![sequences(), time()]
}

fn sequences() -> Rule {
    RuleBuilder::new(
        "xray.lifecycle.sequence.state",
        &[
            "xray.put.creates",
            "xray.put.updates",
            "xray.put.revision-atomic",
            "xray.put.revision-stale",
            "xray.put.revision-zero",
            "xray.put.revision-zero-creates",
            "xray.delete.deletes",
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
        &["xray.put.answer-time", "xray.list.item-time"],
        "the time of a policy more than a second later: with an update it moves on, and without one it stays",
    )
    .expect("same", Expectation::success(After::Any, [LATEST, AS_LISTED_BEFORE]))
    .expect("later", Expectation::success(After::Any, [LATER]))
    .expect("current", Expectation::success(After::Any, [LATEST]))
    .expect("refused", Expectation::refusal(&[REVISION]))
    .case(
        "an update that is refused, a second update, and a deletion",
        steps![
            put("a").labelled("first"),
            put("a").document(1),
            put("b").document(2),
            list(),
            Step::Pause(A_SECOND),
            put("a").document(3).revision(revision("first")).expecting("refused"),
            list().expecting("same"),
            put("a").document(4).expecting("later"),
            list().expecting("current"),
            delete("a"),
            list().expecting("current")
        ],
    )
    .build()
}
