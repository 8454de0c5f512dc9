//! `DeleteProjectPolicy`.

use super::calls::{Written, beside_a_witness, delete, put, read, revision};
use super::lookups::Lookups;
use super::refusals::{NOT_FOUND, operation, refusal, unfit};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::partition::Constraint;

pub(super) fn rules() -> Vec<Rule> {
    let constraints = ConstraintRules {
        operation: operation("DeleteProjectPolicy"),
        accepted: |_, call| {
            let name = call.member("PolicyName").cloned();
            vec![put("a").with("PolicyName", name).step(), call.step()]
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
        around: beside_a_witness,
        unknown: &["rekognition.DeleteProjectPolicy.ResourceNotFoundException"],
        foreign: &["rekognition.DeleteProjectPolicy.ResourceNotFoundException", "rekognition.delete.project"],
        also: &[],
    };
    constraints.rules().into_iter().chain(deletions()).chain(lookups.rules()).collect()
}

fn gone() -> Expectation {
    Expectation::success(After::Gone, [])
}

fn deletions() -> Vec<Rule> {
    let either = || Expectation::no_server_error().at(Level::Observe);
    let mut deletes = RuleBuilder::new(
        "rekognition.DeleteProjectPolicy.PolicyName.deletes",
        &[
            "rekognition.delete.removes",
            "rekognition.delete.name",
            "rekognition.delete.revision-optional",
            "rekognition.put.removed",
        ],
        "a deletion without a revision",
    )
    .expect("gone", gone())
    .case("the only policy", [put("a").step(), read("p"), delete("a").expecting("gone").step(), read("p")])
    .case(
        "one of two",
        [put("a").step(), put("b").step(), read("p"), delete("a").expecting("gone").step(), read("p")],
    )
    .case(
        "one whose name begins another's",
        [put("a").step(), put("ab").step(), read("p"), delete("a").expecting("gone").step(), read("p")],
    )
    .case(
        "one that another project has too: here",
        [
            put("a").step(),
            put("a").on("q").step(),
            read("p"),
            delete("a").expecting("gone").step(),
            read("p"),
        ],
    )
    .case(
        "one that another project has too: there",
        [
            put("a").step(),
            put("a").on("q").step(),
            read("q"),
            delete("a").expecting("gone").step(),
            read("q"),
        ],
    );
    for (label, suffix) in [
        ("a name with upper case", "Upper"),
        ("a name with digits", "0123456789"),
        ("a name with '_'", "_x"),
        ("a name with '.'", ".x"),
        ("a name with '-'", "-x"),
        ("a name with all of them behind it", "A0_.-"),
    ] {
        let tag = format!("n{suffix}");
        let removed = delete(&tag).expecting("gone").step();
        deletes = deletes.case(label, [put(&tag).step(), read("p"), removed, read("p")]);
    }
    vec![
        deletes.build(),
        RuleBuilder::new(
            "rekognition.DeleteProjectPolicy.PolicyRevisionId.current",
            &["rekognition.delete.atomic", "rekognition.delete.revision"],
            "a deletion with the current revision",
        )
        .expect("gone", gone())
        .case(
            "the first revision",
            [
                put("a").labelled("before").step(),
                read("p"),
                delete("a").revision(revision("before")).expecting("gone").step(),
                read("p"),
            ],
        )
        .case(
            "a later revision",
            [
                put("a").labelled("first").step(),
                put("a").document(1).revision(revision("first")).labelled("before").step(),
                read("p"),
                delete("a").revision(revision("before")).expecting("gone").step(),
                read("p"),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProjectPolicy.PolicyName.absent-policy",
            &["rekognition.delete.absent"],
            "a name that no policy has",
        )
        .expect("either", either())
        .case("never put", [put("b").step(), delete("a").expecting("either").step()])
        .case("deleted before", [put("a").step(), delete("a").step(), delete("a").expecting("either").step()])
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProjectPolicy.ProjectArn.separate",
            &["rekognition.delete.project", "rekognition.delete.separate"],
            "a name that only another project's policy has",
        )
        .expect("nothing", Expectation::no_server_error().leaving(After::Unchanged))
        .case(
            "the other project is left alone",
            [put("a").on("q").step(), read("q"), delete("a").expecting("nothing").step(), read("q")],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProjectPolicy.PolicyName.case",
            &["rekognition.delete.name-exact"],
            "a deletion by the name in another case",
        )
        .expect("nothing", Expectation::no_server_error().leaving(After::Unchanged).at(Level::Should))
        .case(
            "lower for upper case",
            [put("nCASE").step(), read("p"), delete("ncase").expecting("nothing").step(), read("p")],
        )
        .case(
            "upper for lower case",
            [put("ncase").step(), read("p"), delete("nCASE").expecting("nothing").step(), read("p")],
        )
        .build(),
    ]
}
