//! `DeleteProjectPolicy`.

use super::calls::{CALLS, CallExt, OnProject, beside_a_witness, delete, put, read, revision};
use super::lookups::Lookups;
use super::refusals::{NOT_FOUND, operation, refusal, unfit};
use crate::rules::calls::steps;
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::partition::Constraint;

pub(super) fn rules() -> Vec<Rule> {
    let constraints = ConstraintRules {
        operation: operation("DeleteProjectPolicy"),
        accepted: |_, call| {
            let name = call.member("PolicyName").cloned();
            steps![put("a").with("PolicyName", name), call]
        },
        acceptance: |_| Expectation::success(After::Any, []),
        unfit,
        refusal: |target, constraint| match (target.path.as_str(), constraint) {
            (_, Constraint::Type | Constraint::Required) => refusal(target, constraint),
            // There is no such policy either.
            ("PolicyName", _) => refusal(target, constraint).or_refusal(&[NOT_FOUND]),
            _ => refusal(target, constraint),
        },
        // All else is tried on a policy that exists, so that nothing else is wrong.
        call: |target, partition| varied(delete("witness"), target, partition),
        around: beside_a_witness,
        also: &[],
    };
    let lookups = Lookups {
        operation: "DeleteProjectPolicy",
        call: |partition| delete("witness").with("ProjectArn", partition.value.clone()),
        unknown: &[".DeleteProjectPolicy.ResourceNotFoundException"],
        foreign: &[".DeleteProjectPolicy.ResourceNotFoundException", ".delete.project"],
        also: &[],
    };
    constraints.rules().into_iter().chain(deletions()).chain(lookups.rules()).collect()
}

fn gone() -> Expectation {
    Expectation::success(After::Gone, [])
}

fn deletions() -> Vec<Rule> {
    let either = || Expectation::no_server_error().at(Level::Observe);
    let deletes = RuleBuilder::new(
        "rekognition.DeleteProjectPolicy.PolicyName.deletes",
        &[".delete.removes", ".delete.name", ".delete.revision-optional", ".put.removed"],
        "a deletion without a revision",
    )
    .expect("gone", gone())
    .reading(read("p"));
    let deletes = CALLS
        .deletions_among(deletes)
        .judged("one that another project has too: here", [put("a"), put("a").on("q")], delete("a"), "gone")
        .reading(read("q"))
        .judged("one that another project has too: there", [put("a"), put("a").on("q")], delete("a"), "gone");
    vec![
        CALLS.deletions_by_name(deletes.reading(read("p")), "_.-").build(),
        RuleBuilder::new(
            "rekognition.DeleteProjectPolicy.PolicyRevisionId.current",
            &[".delete.atomic", ".delete.revision"],
            "a deletion with the current revision",
        )
        .expect("gone", gone())
        .reading(read("p"))
        .judged(
            "the first revision",
            [put("a").labelled("before")],
            delete("a").revision(revision("before")),
            "gone",
        )
        .judged(
            "a later revision",
            [put("a").labelled("first"), put("a").document(1).revision(revision("first")).labelled("before")],
            delete("a").revision(revision("before")),
            "gone",
        )
        .judged(
            "after a put of the same name on another project",
            [put("a").labelled("before"), put("a").document(1).on("q")],
            delete("a").revision(revision("before")),
            "gone",
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProjectPolicy.PolicyName.absent-policy",
            &[".delete.absent"],
            "a name that no policy has",
        )
        .expect("either", either())
        .judged("never put", [put("b")], delete("a"), "either")
        .judged("deleted before", [put("a"), delete("a")], delete("a"), "either")
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProjectPolicy.ProjectArn.separate",
            &[".delete.project", ".delete.separate"],
            "a name that only another project's policy has",
        )
        .expect("nothing", Expectation::no_server_error().leaving(After::Unchanged))
        .reading(read("q"))
        .judged("the other project is left alone", [put("a").on("q")], delete("a"), "nothing")
        .build(),
        CALLS.deletion_in_another_case().build(),
    ]
}
