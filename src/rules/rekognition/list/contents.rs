//! What a list shows.

use super::checks::{
    COMPLETE, ITEM_REVISION, LATEST, NEAR, NOT_TWICE, OF_PROJECT, SAME_JSON, SHOWS_ALL, TIME_FORM,
    TIME_ORDER, TIME_UNIT, TIMES, WITHOUT_DELETED,
};
use super::pages::{elsewhere, several};
use crate::rules::calls::steps;
use crate::rules::expectation::{After, Check, Expectation};
use crate::rules::rekognition::calls::{CallExt, OnProject, delete, list, own_project, put, revision};
use crate::rules::rekognition::refusals::TOKEN;
use crate::rules::{NOTHING, Rule, RuleBuilder};

pub(super) fn rules() -> Vec<Rule> {
    let three = [put("a"), put("b").document(1), put("c").document(2)];
    let updated = [put("a").labelled("old"), put("a").document(1).revision(revision("old"))];
    let rule = |property: &str, keys: &[&str], varies: &str, check: &[Check]| {
        RuleBuilder::new(format!("rekognition.ListProjectPolicies.ProjectPolicies.{property}"), keys, varies)
            .expect("listed", Expectation::success(After::Any, check.iter().copied()))
            .judged("one", [put("a")], list("p"), "listed")
            .judged("after an update", updated.clone(), list("p"), "listed")
            .judged("three", three.clone(), list("p"), "listed")
    };
    vec![
        rule(
            "complete",
            &[".list.policies", ".put.listed", ".list.read-after-write"],
            "which policies are listed",
            &[SHOWS_ALL, NOT_TWICE],
        )
        .judged("none", NOTHING, list("p"), "listed")
        .build(),
        rule("members", &[".list.item-members"], "the members of the items", &[COMPLETE, ITEM_REVISION])
            .build(),
        rule(
            "as-put",
            &[
                ".put.revision-replaced",
                ".list.item-members",
                ".put.document-equal",
                ".list.read-after-write",
            ],
            "project, document and revision of an item",
            &[LATEST, SAME_JSON],
        )
        .build(),
        rule(
            "timestamps",
            &[".list.item-times", ".list.times-order", ".answer.time"],
            "the times of an item",
            &[TIMES, TIME_FORM, TIME_UNIT, TIME_ORDER, NEAR],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.ListProjectPolicies.ProjectPolicies.deleted",
            &[".put.removed", ".list.read-after-write"],
            "the list after a deletion",
        )
        .expect("gone", Expectation::success(After::Any, [WITHOUT_DELETED]))
        // A project of the plan's own has no history that could fill its pages.
        .judged(
            "of one of two",
            [own_project(), steps![put("a").of("made"), put("gone").of("made"), delete("gone").of("made")]]
                .concat(),
            list("p").of("made"),
            "gone",
        )
        .judged(
            "of the only one",
            [own_project(), steps![put("gone").of("made"), delete("gone").of("made")]].concat(),
            list("p").of("made"),
            "gone",
        )
        .build(),
        RuleBuilder::new(
            "rekognition.ListProjectPolicies.ProjectPolicies.of-project",
            &[".list.project", ".put.listed"],
            "a project beside another that has policies",
        )
        .expect("own", Expectation::success(After::Any, [OF_PROJECT]))
        .expect("own-or-refused", Expectation::success(After::Any, [OF_PROJECT]).or_refusal(&TOKEN))
        .judged("none of its own", [put("a")], list("q"), "own")
        .judged("one of its own", [put("a"), put("b").on("q")], list("q"), "own")
        .judged("at the other's pagination token", several(), elsewhere(), "own-or-refused")
        .build(),
    ]
}
