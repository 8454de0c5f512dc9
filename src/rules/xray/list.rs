//! `ListResourcePolicies`.

use super::calls::{CallExt, beside_a_witness, delete, list, put, read, revision};
use super::checks::{
    AS_LISTED_BEFORE, COMPLETE_ITEMS, ITEM_NEAR, ITEM_SECONDS, ITEM_TIME_FORM, KEPT_ELSEWHERE, LATEST,
    LATEST_JSON, NOT_TWICE, SHOWS_ALL, WITHOUT_DELETED,
};
use super::refusals::{CONSTRAINT, TYPE, operation};
use crate::rules::calls::steps;
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Check, Expectation, Level};
use crate::rules::{NOTHING, Rule, RuleBuilder};
use aws_conformance_generators::partition::Constraint;
use aws_conformance_generators::plan::Call;

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = ConstraintRules {
        operation: operation("ListResourcePolicies"),
        accepted: |_, call| steps![put("a"), call],
        // "Not currently supported": refused as such, or ignored.
        acceptance: |_| ignored(&CONSTRAINT),
        unfit: |_, _| ignored(&CONSTRAINT),
        // What may be ignored may be ignored with all that is wrong with it.
        refusal: |_, constraint| match constraint {
            Constraint::Type => ignored(&TYPE),
            _ => ignored(&CONSTRAINT),
        },
        call: |target, partition| varied(list(), target, partition),
        around: beside_a_witness,
        also: &[("NextToken", ".list.token"), ("NextToken", ".list.token-refused")],
    }
    .rules();
    rules.extend([complete(), members(), as_put(), unchanged(), seconds(), deleted(), separate()]);
    rules
}

/// The list as it is without the token, or a refusal.
fn ignored(codes: &[&'static str]) -> Expectation {
    Expectation::refusal(codes).or_success(After::Any, [SHOWS_ALL]).at(Level::Should)
}

/// Three policies.
fn three() -> Vec<Call> {
    vec![put("a"), put("b").document(1), put("c").document(2)]
}

fn showing(checks: impl IntoIterator<Item = Check>) -> Expectation {
    Expectation::success(After::Any, checks)
}

fn complete() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.ResourcePolicies.complete",
        &[".list.policies", ".list.each-once", ".put.name-unique"],
        "several policies",
    )
    .expect("listed", showing([SHOWS_ALL, NOT_TWICE]))
    .judged("none", NOTHING, list(), "listed")
    .judged("one", [put("a")], list(), "listed")
    .judged("three", three(), list(), "listed")
    .build()
}

fn members() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.ResourcePolicies.members",
        &[".list.item-members"],
        "the members of the items",
    )
    .expect("complete", showing([COMPLETE_ITEMS]))
    .judged("one", [put("a")], list(), "complete")
    .judged("three", three(), list(), "complete")
    .build()
}

fn as_put() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.ResourcePolicies.as-put",
        &[".list.item-current", ".put.answer-revision", ".put.read-after-write"],
        "document, revision and time of an item, after puts",
    )
    .expect("current", showing([LATEST, LATEST_JSON]))
    .judged("after a creation", [put("a")], list(), "current")
    .judged("after an update", [put("a"), put("a").document(1)], list(), "current")
    .judged(
        "after an update with the current revision",
        [put("a").labelled("old"), put("a").document(1).revision(revision("old"))],
        list(),
        "current",
    )
    .judged("three", three(), list(), "current")
    .judged(
        "after a deletion and a new creation",
        [put("a"), put("a").document(1), delete("a"), put("a").document(2)],
        list(),
        "current",
    )
    .build()
}

fn unchanged() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.ResourcePolicies.unchanged",
        &[".list.item-current", ".list.item-time"],
        "the list after the list",
    )
    .expect("same", showing([AS_LISTED_BEFORE]))
    .judged("twice", [three(), vec![list()]].concat(), list(), "same")
    .judged("three times", [three(), vec![list(), list()]].concat(), list(), "same")
    .build()
}

fn seconds() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.LastUpdatedTime.seconds",
        &[".list.item-time", ".answer.time"],
        "the time of an item",
    )
    .expect("time", showing([ITEM_TIME_FORM, ITEM_SECONDS, ITEM_NEAR]))
    .judged("after a creation", [put("a")], list(), "time")
    .build()
}

fn deleted() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.ResourcePolicies.deleted",
        &[".delete.unlisted"],
        "the list after a deletion",
    )
    .expect("gone", showing([WITHOUT_DELETED]))
    .judged("of one of two", [put("a"), put("b"), delete("b")], list(), "gone")
    .judged("of the only one", [put("a"), delete("a")], list(), "gone")
    .judged(
        "of one that had been deleted before",
        [put("a"), delete("a"), put("a").document(1), delete("a")],
        list(),
        "gone",
    )
    .build()
}

fn separate() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.region.separate",
        &[".put.regions", ".list.regions", ".request.region"],
        "a policy of another region",
    )
    .expect("either", Expectation::success(After::Any, []).at(Level::Observe))
    .case("put here, listed there", steps![put("a"), list().elsewhere().expecting("either"), read()])
    .expect("kept", Expectation::success(After::Any, [KEPT_ELSEWHERE]).at(Level::Should))
    .case(
        "put there, put and deleted here, listed there",
        steps![
            put("a").elsewhere().labelled("there"),
            // It is refused where the regions share the name.
            put("a").document(1).revision("0").labelled("here"),
            delete("a"),
            list().elsewhere().expecting("kept")
        ],
    )
    .build()
}
