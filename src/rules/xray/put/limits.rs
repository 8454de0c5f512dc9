//! How many policies there may be.

use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::xray::calls::{Written, delete, put, put_text, read};
use crate::rules::xray::refusals::{COUNT, MALFORMED};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Call, Step, Text};

pub(super) fn rules() -> Vec<Rule> {
    vec![count_max(), count_update(), count_freed()]
}

/// As many puts under free names as there may be policies, and one more.
fn fill(expect: &'static str) -> impl Iterator<Item = Step> {
    (1..=MOST).map(move |number| {
        let tag = format!("p{number}");
        put(&tag).labelled(&tag).expecting(expect).step()
    })
}

fn count_max() -> Rule {
    let malformed = || put_text(Text::literal("{")).expecting("refused").step();
    // What a count could lose or add on the way.
    let history = [
        read(),
        put("x").step(),
        put("x").document(1).step(),
        malformed(),
        delete("x").step(),
        delete("x").expecting("either").step(),
        malformed(),
        put("x").document(2).step(),
        put("y").step(),
        delete("y").step(),
        put("x").document(3).step(),
        delete("x").step(),
        malformed(),
        // One that stays, so that its updates could count.
        put("p1").step(),
        put("p1").document(1).step(),
        put("p1").document(2).step(),
    ];
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyName.count-max",
        &["xray.put.five", "xray.put.ten"],
        "as many policies as there may be, and one more",
    )
    .expect("counted", Expectation::by_state(&[COUNT], []))
    .expect("refused", Expectation::refusal(&[MALFORMED]))
    .expect("either", Expectation::no_server_error())
    .case("eleven puts under free names", std::iter::once(read()).chain(fill("counted")).chain([read()]))
    .case(
        "the same after updates, refusals and deletions",
        history.into_iter().chain(fill("counted")).chain([read()]),
    )
    .build()
}

/// At the limit these steps, with reads around them.
fn at_the_limit(steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    std::iter::once(read()).chain(fill("filling")).chain([read()]).chain(steps).chain([read()]).collect()
}

fn update() -> Call {
    put("p1").document(1).labelled("updated")
}

fn count_update() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyName.count-update",
        &["xray.put.updates", "xray.put.five", "xray.put.update-at-limit"],
        "an update where there are as many policies as there may be",
    )
    .expect("filling", Expectation::no_server_error().at(Level::Observe))
    .expect("updated", Expectation::success(After::Stored, []))
    .case("the first policy", at_the_limit([update().expecting("updated").step()]))
    .build()
}

fn count_freed() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyName.count-freed",
        &["xray.put.five", "xray.delete.deletes", "xray.put.freed"],
        "a put under a free name after a deletion where there were as many policies as there may be",
    )
    .expect("filling", Expectation::no_server_error().at(Level::Observe))
    .expect("created", Expectation::success(After::Stored, []))
    // It begins as an update at the limit does, so that the two can be tried as one.
    .case(
        "a new name",
        at_the_limit([
            update().expecting("filling").step(),
            read(),
            delete("p1").step(),
            read(),
            put("new").expecting("created").step(),
        ]),
    )
    .case(
        "the deleted name",
        at_the_limit([
            delete("p1").step(),
            read(),
            put("p1").document(1).labelled("again").expecting("created").step(),
        ]),
    )
    .build()
}

/// One more than the greatest limit that was ever seen.
pub(in crate::rules::xray) const MOST: usize = 11;
