//! How many policies a project may have.

use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::rekognition::calls::{Written, delete, put, read, revision};
use crate::rules::rekognition::refusals::{DOCUMENT, LIMIT};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Arg, Call, Step};

/// More than the default limit of policies in a project, and one more than what is often asked for.
pub(in super::super) const MOST: usize = 11;

pub(super) fn rules() -> Vec<Rule> {
    vec![count_max(), count_update(), count_freed(), count_per_project()]
}

/// Puts under so many free names.
fn fill(expect: &'static str, most: usize) -> impl Iterator<Item = Step> {
    (1..=most).map(move |number| {
        let tag = format!("p{number}");
        put(&tag).labelled(&tag).expecting(expect).step()
    })
}

/// Steps where there are as many policies as there may be, with reads around them.
fn at_the_limit(steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    let full = std::iter::once(read("p")).chain(fill("filling", MOST)).chain([read("p")]);
    full.chain(steps).chain([read("p")]).collect()
}

fn update() -> Call {
    put("p1").document(1).revision(revision("p1")).labelled("updated")
}

fn filled() -> Expectation {
    Expectation::no_server_error().at(Level::Observe)
}

fn counted() -> Expectation {
    Expectation::by_state(&LIMIT, []).other_code_is(Level::Should)
}

fn stored() -> Expectation {
    Expectation::success(After::Stored, [])
}

fn count_max() -> Rule {
    let refused = || put("x").with("PolicyDocument", Some(Arg::from("{"))).expecting("refused").step();
    let update = |label: &str, number: usize, of: &str| {
        put("x").document(number).revision(revision(of)).labelled(label).step()
    };
    // What a count could lose or add on the way.
    let history = [
        read("p"),
        refused(),
        put("x").labelled("created").step(),
        update("first", 1, "created"),
        update("second", 2, "first"),
        delete("x").step(),
        delete("x").expecting("either").step(),
        put("y").step(),
        delete("y").step(),
        refused(),
        // One that stays, so that its updates could count.
        put("x").document(3).labelled("again").step(),
        update("third", 4, "again"),
        update("fourth", 5, "third"),
    ];
    RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyName.count-max",
        &[
            "rekognition.put.five",
            "rekognition.put.quota",
            "rekognition.put.update-at-limit",
            "rekognition.put.freed",
        ],
        "as many policies as there may be, and one more",
    )
    .expect("counted", counted())
    .expect("refused", Expectation::refusal(&DOCUMENT))
    .expect("either", Expectation::no_server_error())
    .case("puts under free names", std::iter::once(read("p")).chain(fill("counted", MOST)).chain([read("p")]))
    .case(
        "the same after updates, refusals and deletions",
        history.into_iter().chain(fill("counted", MOST)).chain([read("p")]),
    )
    .build()
}

fn count_update() -> Rule {
    RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyName.count-update",
        &["rekognition.put.update", "rekognition.put.five", "rekognition.put.update-at-limit"],
        "an update where there are as many policies as there may be",
    )
    .expect("filling", filled())
    .expect("updated", stored())
    .case("the first policy", at_the_limit([update().expecting("updated").step()]))
    .build()
}

fn count_freed() -> Rule {
    RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyName.count-freed",
        &["rekognition.put.five", "rekognition.put.removed", "rekognition.put.freed"],
        "puts after a deletion where there were as many policies as there may be",
    )
    .expect("filling", filled())
    .expect("attached", stored())
    .expect("counted", counted())
    // It begins as an update at the limit does, so that the two can be tried as one.
    .case(
        "a new name",
        at_the_limit([
            update().expecting("filling").step(),
            read("p"),
            delete("p1").step(),
            read("p"),
            put("new").expecting("attached").step(),
        ]),
    )
    .case(
        "the same name",
        at_the_limit([delete("p1").step(), read("p"), put("p1").document(1).expecting("attached").step()]),
    )
    .case(
        "one more than was freed",
        at_the_limit([
            delete("p1").step(),
            put("new").expecting("attached").step(),
            put("newer").expecting("counted").step(),
        ]),
    )
    .build()
}

fn count_per_project() -> Rule {
    RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyName.count-per-project",
        &["rekognition.put.limit-per-project"],
        "a put on another project while one has as many policies as there may be",
    )
    .expect("filling", filled())
    .expect("attached", stored())
    .case(
        "another project",
        std::iter::once(read("p")).chain(fill("filling", 5)).chain([
            read("q"),
            put("a").on("q").expecting("attached").step(),
            read("q"),
        ]),
    )
    .build()
}
