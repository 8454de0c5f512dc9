//! `DeleteProjectPolicy`.

use super::{
    NOT_FOUND, Written, beside_a_witness, delete, operation, preexisting, put, read, refusal, revision, unfit,
};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::arn::{self, Resource};
use aws_conformance_generators::plan::Body;

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = ConstraintRules {
        operation: operation("DeleteProjectPolicy"),
        accepted: |target, call| {
            let name = match &call.body {
                Body::Input(input) => input.get("PolicyName").cloned(),
                Body::Raw(_) => None,
            };
            let made = match target.path.as_str() {
                "PolicyName" => put("a").with("PolicyName", name),
                _ => put("a"),
            };
            vec![made.step(), call.step()]
        },
        acceptance: |_| Expectation::success(After::Any, []),
        unfit,
        refusal,
        call: |target, partition| varied(delete("a"), target, partition),
        around: beside_a_witness,
        also: &[],
    }
    .rules();
    rules.extend(deletions());
    rules.extend(projects());
    rules
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
        .build(),
    ]
}

fn projects() -> Vec<Rule> {
    let around = || (vec![put("a").step(), read("p")], vec![read("p")]);
    let mut unknown = RuleBuilder::new(
        "rekognition.DeleteProjectPolicy.ProjectArn.unknown",
        &["rekognition.DeleteProjectPolicy.ResourceNotFoundException"],
        "well-formed ARNs of projects that do not exist, for a policy that one around them has",
    )
    .expect("refused", Expectation::refusal(&[NOT_FOUND]))
    .between(around().0, around().1);
    for partition in arn::unknown(Resource::Project) {
        unknown = unknown
            .refused(partition.label, delete("a").with("ProjectArn", partition.value).expecting("refused"));
    }
    let mut elsewhere = RuleBuilder::new(
        "rekognition.DeleteProjectPolicy.ProjectArn.foreign",
        &["rekognition.DeleteProjectPolicy.ResourceNotFoundException", "rekognition.delete.project"],
        "the project's ARN with another account, region or partition",
    )
    .expect("refused", preexisting())
    .between(around().0, around().1);
    for partition in arn::foreign(Resource::Project) {
        elsewhere = elsewhere
            .refused(partition.label, delete("a").with("ProjectArn", partition.value).expecting("refused"));
    }
    vec![unknown.build(), elsewhere.build()]
}
