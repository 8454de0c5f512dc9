//! How many policies a project may have.

use crate::rules::calls::steps;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::rekognition::calls::{CALLS, CallExt, OnProject, delete, put, read, revision};
use crate::rules::rekognition::refusals::{DOCUMENT, LIMIT};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Arg, Step};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        CALLS
            .count_max(
                &[".put.five", ".put.quota", ".put.update-at-limit", ".put.freed"],
                "puts under free names",
                [counted(), Expectation::refusal(&DOCUMENT)],
                history(),
            )
            .build(),
        CALLS.count_update(&[".put.update", ".put.five", ".put.update-at-limit"]),
        count_freed(),
        count_per_project(),
    ]
}

fn counted() -> Expectation {
    Expectation::by_state(&LIMIT, []).other_code_is(Level::Should)
}

/// What a count could lose or add on the way.
fn history() -> Vec<Step> {
    let refused = || put("x").with("PolicyDocument", Some(Arg::from("{"))).expecting("refused");
    let update = |label: &str, number: usize, of: &str| {
        put("x").document(number).revision(revision(of)).labelled(label)
    };
    steps![
        read("p"),
        refused(),
        put("x").labelled("created"),
        update("first", 1, "created"),
        update("second", 2, "first"),
        delete("x"),
        delete("x").expecting("either"),
        put("y"),
        delete("y"),
        refused(),
        // One that stays, so that its updates could count.
        put("x").document(3).labelled("again"),
        update("third", 4, "again"),
        update("fourth", 5, "third"),
    ]
}

fn count_freed() -> Rule {
    let attached = |tag: &str| put(tag).expecting("attached");
    let more = steps![delete("p1"), attached("new"), put("newer").expecting("counted")];
    CALLS
        .count_freed(
            &[".put.five", ".put.removed", ".put.freed"],
            "puts after a deletion where there were as many policies as there may be",
            "attached",
        )
        .expect("counted", counted())
        .case(
            "the same name",
            CALLS.at_the_limit(steps![delete("p1"), read("p"), attached("p1").document(1)]),
        )
        .case("one more than was freed", CALLS.at_the_limit(more))
        .build()
}

fn count_per_project() -> Rule {
    let full = [vec![read("p")], CALLS.fill("filling", 5)].concat();
    RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyName.count-per-project",
        &[".put.limit-per-project"],
        "a put on another project while one has as many policies as there may be",
    )
    .expect("filling", Expectation::no_server_error().at(Level::Observe))
    .expect("attached", Expectation::success(After::Stored, []))
    .reading(read("q"))
    .judged("another project", full, put("a").on("q"), "attached")
    .build()
}
