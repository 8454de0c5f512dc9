//! What a list shows.

use super::checks::{
    COMPLETE, ITEM_REVISION, LATEST, NEAR, NOT_TWICE, OF_PROJECT, SAME_JSON, SHOWS_ALL, TIME_FORM,
    TIME_ORDER, TIME_UNIT, TIMES, WITHOUT_DELETED,
};
use super::pages::{elsewhere, several};
use crate::rules::expectation::{After, Check, Expectation};
use crate::rules::rekognition::calls::{Written, create, created, delete, list, put, revision};
use crate::rules::rekognition::refusals::TOKEN;
use crate::rules::{Rule, RuleBuilder};

pub(super) fn rules() -> Vec<Rule> {
    let three = || vec![put("a").step(), put("b").document(1).step(), put("c").document(2).step()];
    let updated =
        || vec![put("a").labelled("old").step(), put("a").document(1).revision(revision("old")).step()];
    let rule = |property: &str, keys: &[&str], varies: &str, check: &[Check]| {
        RuleBuilder::new(format!("rekognition.ListProjectPolicies.ProjectPolicies.{property}"), keys, varies)
            .expect("listed", Expectation::success(After::Any, check.iter().copied()))
            .case("one", [put("a").step(), list("p").expecting("listed").step()])
            .case("after an update", [updated(), vec![list("p").expecting("listed").step()]].concat())
            .case("three", [three(), vec![list("p").expecting("listed").step()]].concat())
    };
    vec![
        rule(
            "complete",
            &["rekognition.list.policies", "rekognition.put.listed", "rekognition.list.read-after-write"],
            "which policies are listed",
            &[SHOWS_ALL, NOT_TWICE],
        )
        .case("none", [list("p").expecting("listed").step()])
        .build(),
        rule(
            "members",
            &["rekognition.list.item-members"],
            "the members of the items",
            &[COMPLETE, ITEM_REVISION],
        )
        .build(),
        rule(
            "as-put",
            &[
                "rekognition.put.revision-replaced",
                "rekognition.list.item-members",
                "rekognition.put.document-equal",
                "rekognition.list.read-after-write",
            ],
            "project, document and revision of an item",
            &[LATEST, SAME_JSON],
        )
        .build(),
        rule(
            "timestamps",
            &["rekognition.list.item-times", "rekognition.list.times-order", "rekognition.answer.time"],
            "the times of an item",
            &[TIMES, TIME_FORM, TIME_UNIT, TIME_ORDER, NEAR],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.ListProjectPolicies.ProjectPolicies.deleted",
            &["rekognition.put.removed", "rekognition.list.read-after-write"],
            "the list after a deletion",
        )
        .expect("gone", Expectation::success(After::Any, [WITHOUT_DELETED]))
        // A project of the plan's own has no history that could fill its pages.
        .case(
            "of one of two",
            [
                create("n").labelled("made").step(),
                created("n"),
                put("a").of("made").step(),
                put("gone").of("made").step(),
                delete("gone").of("made").step(),
                list("p").of("made").expecting("gone").step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.ListProjectPolicies.ProjectPolicies.of-project",
            &["rekognition.list.project", "rekognition.put.listed"],
            "a project beside another that has policies",
        )
        .expect("own", Expectation::success(After::Any, [OF_PROJECT]))
        .expect("own-or-refused", Expectation::success(After::Any, [OF_PROJECT]).or_refusal(&TOKEN))
        .case("none of its own", [put("a").step(), list("q").expecting("own").step()])
        .case("one of its own", [put("a").step(), put("b").on("q").step(), list("q").expecting("own").step()])
        .case(
            "at the other's pagination token",
            [several(), vec![elsewhere().expecting("own-or-refused").step()]].concat(),
        )
        .build(),
    ]
}
