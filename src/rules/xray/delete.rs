//! `DeleteResourcePolicy`.

use super::calls::{CALLS, CallExt, beside_a_witness, delete, put, read, revision, two};
use super::put::not_current;
use super::refusals::{CONSTRAINT, NOT_FOUND, REVISION, operation, refusal};
use crate::rules::calls::steps;
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::partition::Constraint;
use aws_conformance_generators::plan::Derivation;

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = ConstraintRules {
        operation: operation("DeleteResourcePolicy"),
        accepted: |_, call| {
            let name = call.member("PolicyName").cloned();
            steps![put("a").with("PolicyName", name), call]
        },
        acceptance: |_| Expectation::success(After::Any, []),
        unfit: |_, _| Expectation::refusal(&[REVISION]).or_refusal(&CONSTRAINT),
        // A name that breaks a constraint is no policy's either, and any of the errors that apply may come.
        refusal: |target, constraint| match (target.path.as_str(), constraint) {
            ("PolicyName", Constraint::LengthMin | Constraint::LengthMax | Constraint::Pattern) => {
                refusal(target, constraint).or_refusal(&[NOT_FOUND, REVISION])
            }
            _ => refusal(target, constraint),
        },
        // A revision is tried on a policy that exists, so that nothing else is wrong.
        call: |target, partition| varied(delete("witness"), target, partition),
        around: beside_a_witness,
        also: &[],
    }
    .rules();
    rules.extend(deletions());
    rules.extend(revisions());
    rules
}

fn gone() -> Expectation {
    Expectation::success(After::Gone, [])
}

fn deletions() -> Vec<Rule> {
    let absent = RuleBuilder::new(
        "xray.DeleteResourcePolicy.PolicyName.absent-policy",
        &[".delete.absent", ".error.not-found"],
        "a name that no policy has",
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe))
    .judged("never put", [put("b")], delete("a"), "either")
    .judged("never put, with a revision", [put("b")], delete("a").revision("1"), "either")
    .judged("never put, with revision 0", [put("b")], delete("a").revision("0"), "either")
    .judged("deleted before", [put("a"), delete("a")], delete("a"), "either");
    let deletes = RuleBuilder::new(
        "xray.DeleteResourcePolicy.PolicyName.deletes",
        &[".delete.deletes", ".delete.name", ".delete.revision-optional"],
        "a deletion without a revision",
    )
    .expect("gone", gone())
    .reading(read());
    let deletes = CALLS.deletions_among(deletes).judged(
        "one that was updated",
        [put("a"), put("a").document(1), put("b")],
        delete("a"),
        "gone",
    );
    vec![
        CALLS.deletions_by_name(deletes, "_+=,.@-").build(),
        absent.build(),
        CALLS
            .deletion_in_another_case()
            .judged("one of two", [put("nCASE"), put("other")], delete("Ncase"), "nothing")
            .build(),
    ]
}

fn revisions() -> Vec<Rule> {
    vec![
        RuleBuilder::new(
            "xray.DeleteResourcePolicy.PolicyRevisionId.current",
            &[".delete.revision-atomic", ".delete.current"],
            "a deletion with the current revision",
        )
        .expect("gone", gone())
        .reading(read())
        .judged(
            "the first revision",
            [put("a").labelled("before")],
            delete("a").revision(revision("before")),
            "gone",
        )
        .judged("a later revision", two(), delete("a").revision(revision("before")), "gone")
        .expect("refused", Expectation::refusal(&[REVISION]))
        .case(
            "after a stale one was refused",
            steps![
                put("a").labelled("first"),
                put("a").document(1).labelled("before"),
                delete("a").revision(revision("first")).expecting("refused"),
                read(),
                delete("a").revision(revision("before")).expecting("gone"),
                read()
            ],
        )
        .build(),
        RuleBuilder::new(
            "xray.DeleteResourcePolicy.PolicyRevisionId.stale",
            &[".delete.revision-stale", ".delete.revision-atomic", "protocol.unchanged"],
            "a deletion with a revision that is not the latest",
        )
        .expect("refused", Expectation::refusal(&[REVISION]))
        .between((two(), read()))
        .refused("the first of two revisions", delete("a").revision(revision("first")))
        .refused("the next revision", delete("a").revision(revision("before").derived(Derivation::Successor)))
        .refused("the current revision of another policy", delete("a").revision(revision("other3")))
        .reading(read())
        .judged(
            "one from before a deletion, after a new creation",
            [
                put("a"),
                put("a").document(1),
                put("a").document(2).labelled("first"),
                delete("a"),
                put("a").document(3),
            ],
            delete("a").revision(revision("first")),
            "refused",
        )
        .build(),
        not_current(
            "xray.DeleteResourcePolicy.PolicyRevisionId.not-current",
            &[".delete.revision-stale"],
            &delete("a"),
            After::Gone,
        ),
    ]
}
