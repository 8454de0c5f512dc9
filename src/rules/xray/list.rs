//! `ListResourcePolicies`.

use super::calls::{Written, beside_a_witness, delete, list, put, read, revision};
use super::checks::{
    AS_LISTED_BEFORE, COMPLETE_ITEMS, ITEM_NEAR, ITEM_SECONDS, ITEM_TIME_FORM, LATEST, LATEST_JSON,
    NOT_TWICE, SHOWS_ALL, WITHOUT_DELETED,
};
use super::refusals::{CONSTRAINT, TYPE, operation};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Check, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::partition::Constraint;
use aws_conformance_generators::plan::Step;

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = ConstraintRules {
        operation: operation("ListResourcePolicies"),
        accepted: |_, call| vec![call.step()],
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
        also: &[("NextToken", "xray.list.token"), ("NextToken", "xray.list.token-refused")],
    }
    .rules();
    rules.extend([complete(), members(), as_put(), unchanged(), seconds(), deleted(), separate()]);
    rules
}

fn ignored(codes: &[&'static str]) -> Expectation {
    Expectation::refusal(codes).or_success(After::Any, []).at(Level::Should)
}

/// Three policies.
fn three() -> Vec<Step> {
    vec![put("a").step(), put("b").document(1).step(), put("c").document(2).step()]
}

/// The list, judged by the expectation of this name, after these steps.
fn then_listed(before: impl IntoIterator<Item = Step>, expect: &str) -> Vec<Step> {
    before.into_iter().chain([list().expecting(expect).step()]).collect()
}

fn showing(checks: impl IntoIterator<Item = Check>) -> Expectation {
    Expectation::success(After::Any, checks)
}

fn complete() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.ResourcePolicies.complete",
        &["xray.list.policies", "xray.list.each-once", "xray.put.name-unique"],
        "several policies",
    )
    .expect("listed", showing([SHOWS_ALL, NOT_TWICE]))
    .case("none", then_listed([], "listed"))
    .case("one", then_listed([put("a").step()], "listed"))
    .case("three", then_listed(three(), "listed"))
    .build()
}

fn members() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.ResourcePolicies.members",
        &["xray.list.item-members"],
        "the members of the items",
    )
    .expect("complete", showing([COMPLETE_ITEMS]))
    .case("one", then_listed([put("a").step()], "complete"))
    .case("three", then_listed(three(), "complete"))
    .build()
}

fn as_put() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.ResourcePolicies.as-put",
        &["xray.list.item-current", "xray.put.answer-revision", "xray.put.read-after-write"],
        "document, revision and time of an item, after puts",
    )
    .expect("current", showing([LATEST, LATEST_JSON]))
    .case("after a creation", then_listed([put("a").step()], "current"))
    .case("after an update", then_listed([put("a").step(), put("a").document(1).step()], "current"))
    .case(
        "after an update with the current revision",
        then_listed(
            [put("a").labelled("old").step(), put("a").document(1).revision(revision("old")).step()],
            "current",
        ),
    )
    .case("three", then_listed(three(), "current"))
    .case(
        "after a deletion and a new creation",
        then_listed(
            [put("a").step(), put("a").document(1).step(), delete("a").step(), put("a").document(2).step()],
            "current",
        ),
    )
    .build()
}

fn unchanged() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.ResourcePolicies.unchanged",
        &["xray.list.item-current", "xray.list.item-time"],
        "the list after the list",
    )
    .expect("same", showing([AS_LISTED_BEFORE]))
    .case("twice", then_listed(three().into_iter().chain([list().step()]), "same"))
    .case("three times", then_listed(three().into_iter().chain([list().step(), list().step()]), "same"))
    .build()
}

fn seconds() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.LastUpdatedTime.seconds",
        &["xray.list.item-time", "xray.answer.time"],
        "the time of an item",
    )
    .expect("time", showing([ITEM_TIME_FORM, ITEM_SECONDS, ITEM_NEAR]))
    .case("after a creation", then_listed([put("a").step()], "time"))
    .build()
}

fn deleted() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.ResourcePolicies.deleted",
        &["xray.delete.unlisted"],
        "the list after a deletion",
    )
    .expect("gone", showing([WITHOUT_DELETED]))
    .case("of one of two", then_listed([put("a").step(), put("b").step(), delete("b").step()], "gone"))
    .case("of the only one", then_listed([put("a").step(), delete("a").step()], "gone"))
    .case(
        "of one that had been deleted before",
        then_listed(
            [put("a").step(), delete("a").step(), put("a").document(1).step(), delete("a").step()],
            "gone",
        ),
    )
    .build()
}

fn separate() -> Rule {
    RuleBuilder::new(
        "xray.ListResourcePolicies.region.separate",
        &["xray.put.regions", "xray.list.regions", "xray.request.region"],
        "a policy of another region",
    )
    .expect("either", Expectation::success(After::Any, []).at(Level::Observe))
    .case("put here, listed there", [put("a").step(), list().elsewhere().expecting("either").step(), read()])
    .build()
}
