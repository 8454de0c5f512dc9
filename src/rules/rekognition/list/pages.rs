//! The pages of a list, and the tokens that lead from one to the next.

use super::checks::NEXT_ITEMS;
use crate::rules::calls::steps;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::rekognition::calls::{OnProject, beside_a_witness, delete, list, put, read};
use crate::rules::rekognition::listings::AT_MOST;
use crate::rules::rekognition::refusals::TOKEN;
use crate::rules::rekognition::tokens;
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Arg, Call, Scope, Step, Symbol};
use aws_conformance_generators::token;
use serde_json::json;

pub(super) fn rules() -> Vec<Rule> {
    let garbage = tokens::garbage("ListProjectPolicies", &list("p"), beside_a_witness());
    vec![paged(), resized(), of_deleted(), garbage, damaged(), of_another_list()]
}

fn sized(size: usize) -> Call {
    list("p").with("MaxResults", Some(Arg::Json(json!(size))))
}

fn five() -> Vec<Call> {
    ["a", "b", "c", "d", "e"].map(put).to_vec()
}

/// Policies on two projects, and the first page of the first one's.
pub(super) fn several() -> Vec<Call> {
    let others = ["x", "y", "z"].map(|tag| put(tag).on("q")).to_vec();
    [five(), others, vec![sized(1).labelled("page")]].concat()
}

fn token() -> Symbol {
    Symbol::response("page", "/NextToken")
}

/// The second project's policies, with the token of the first one's first page.
pub(super) fn elsewhere() -> Call {
    list("q").with("NextToken", Some(token().into()))
}

fn paged() -> Rule {
    let mut paged = RuleBuilder::new(
        "rekognition.ListProjectPolicies.NextToken.pages",
        &[".list.pages", ".list.token", ".list.page"],
        "pages of every size, followed to the end",
    )
    .expect("page", Expectation::success(After::Unchanged, [AT_MOST]));
    let five = || five().into_iter().map(Step::Call).chain([read("p")]);
    let first = |size: usize| sized(size).labelled("page").expecting("page");
    for size in 1..=5 {
        let by = Step::Read(Scope::ProjectPoliciesBy("p".to_owned(), size));
        paged = paged.case(format!("{size} at a time"), five().chain([first(size).into(), by]));
    }
    // A page of fewer than there are has a token, which the service that made it has to know.
    for size in 1..=4 {
        let pages = steps![first(size), next(size).expecting("page"), read("p")];
        paged = paged.case(format!("{size} at a time, the second page"), five().chain(pages));
    }
    paged.build()
}

/// A token that stands for a number of pages leads to another place where they are of another size.
fn resized() -> Rule {
    RuleBuilder::new(
        "rekognition.ListProjectPolicies.NextToken.resized",
        &[".list.token", ".list.pages"],
        "a second page of another size than the first",
    )
    .expect(
        "next",
        Expectation::success(After::Any, [AT_MOST, NEXT_ITEMS]).or_refusal(&TOKEN).at(Level::Should),
    )
    .judged("two, then three", five().into_iter().chain([sized(2).labelled("page")]), next(3), "next")
    .judged("three, then one", five().into_iter().chain([sized(3).labelled("page")]), next(1), "next")
    .build()
}

fn next(size: usize) -> Call {
    sized(size).with("NextToken", Some(token().into()))
}

fn of_deleted() -> Rule {
    let deleted = ["a", "b", "c", "d", "e"].map(delete);
    RuleBuilder::new(
        "rekognition.ListProjectPolicies.NextToken.of-deleted",
        &[".list.token", "protocol.failure"],
        "a token when the policies that it may name are deleted",
    )
    .expect("answered", Expectation::no_server_error())
    .judged(
        "all of them",
        [five(), vec![sized(2).labelled("page")], deleted.to_vec()].concat(),
        next(2),
        "answered",
    )
    .build()
}

fn damaged() -> Rule {
    let damaged = RuleBuilder::new(
        "rekognition.ListProjectPolicies.NextToken.damaged",
        &[".list.token-opaque"],
        "real tokens, damaged",
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe));
    token::damaged(&token())
        .into_iter()
        .fold(damaged, |damaged, partition| {
            let call = list("p").with("NextToken", partition.value);
            let before = [five(), vec![sized(1).labelled("page")]].concat();
            damaged.judged(partition.label, before, call, "either")
        })
        .build()
}

fn of_another_list() -> Rule {
    RuleBuilder::new(
        "rekognition.ListProjectPolicies.NextToken.of-another-list",
        &[".list.token", ".list.token-opaque"],
        "a real token of another project's list",
    )
    // A token may be no more than a position.
    .expect("either", Expectation::no_server_error().at(Level::Observe))
    .judged("another project's", several(), elsewhere(), "either")
    .build()
}
