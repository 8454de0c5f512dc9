//! How many policies there may be.

use crate::rules::Rule;
use crate::rules::calls::{MOST, steps};
use crate::rules::expectation::Expectation;
use crate::rules::xray::calls::{CALLS, CallExt, bypassing, delete, put, put_text, read};
use crate::rules::xray::refusals::{COUNT, MALFORMED};
use aws_conformance_generators::plan::{Step, Text};

pub(super) fn rules() -> Vec<Rule> {
    let two_more = [put("zero").revision("0"), bypassing(put("bypassing"), true)];
    let two_more = two_more.into_iter().flat_map(|call| steps![call.expecting("counted"), read()]);
    vec![
        CALLS
            .count_max(
                &[".put.five", ".put.ten"],
                "eleven puts under free names",
                [Expectation::by_state(&[COUNT], []), Expectation::refusal(&[MALFORMED])],
                history(),
            )
            .case(
                "more with revision 0 and past the lockout check",
                [vec![read()], CALLS.fill("counted", MOST), two_more.collect()].concat(),
            )
            .build(),
        CALLS.count_update(&[".put.updates", ".put.five", ".put.update-at-limit"]),
        count_freed(),
    ]
}

/// What a count could lose or add on the way.
fn history() -> Vec<Step> {
    let malformed = || put_text(Text::literal("{")).expecting("refused");
    steps![
        read(),
        put("x"),
        put("x").document(1),
        malformed(),
        delete("x"),
        delete("x").expecting("either"),
        malformed(),
        put("x").document(2),
        put("y"),
        delete("y"),
        put("x").document(3),
        delete("x"),
        malformed(),
        // One that stays, so that its updates could count.
        put("p1"),
        put("p1").document(1),
        put("p1").document(2),
    ]
}

fn count_freed() -> Rule {
    let again = put("p1").document(1).labelled("again").expecting("created");
    CALLS
        .count_freed(
            &[".put.five", ".delete.deletes", ".put.freed"],
            "a put under a free name after a deletion where there were as many policies as there may be",
            "created",
        )
        .case("the deleted name", CALLS.at_the_limit(steps![delete("p1"), read(), again]))
        .build()
}
