//! `CreateProject`.

use super::calls::{
    among_projects, create, create_ending, created, delete_made, describe_only, settled, surely,
};
use super::project_checks::{ALONE, ARN, DESCRIBED, OTHER_ARN};
use super::refusals::{operation, refusal, unfit};
use crate::exchange::{Exchange, Recorded};
use crate::rules::calls::steps;
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Scope, Step};

pub(super) fn rules() -> Vec<Rule> {
    let constraints = ConstraintRules {
        operation: operation("CreateProject"),
        accepted: |_, call| steps![call],
        acceptance: |target| match target.path.as_str() {
            // Whether an update mode goes with the feature is the service's business.
            "ProjectName" => Expectation::success(After::Any, [ARN]),
            "AutoUpdate" => Expectation::no_server_error().at(Level::Observe),
            "Feature" => Expectation::success(After::Any, []).at(Level::Should).given(by_feature),
            _ => Expectation::success(After::Any, []).at(Level::Should),
        },
        unfit,
        refusal: |target, constraint| match target.path.as_str() {
            "ProjectName" => refusal(target, constraint),
            _ => refusal(target, constraint).at(Level::Should),
        },
        call: |target, partition| varied(create("n"), target, partition),
        around: among_projects,
        also: &[],
    };
    constraints.rules().into_iter().chain(creation()).collect()
}

/// Content moderation needs an AutoUpdate by the documents, and gets none here.
fn by_feature(_: &Recorded, exchange: &Exchange) -> Expectation {
    let feature = exchange.request.input().and_then(|input| input.get("Feature").cloned());
    match feature {
        Some(feature) if feature == "CONTENT_MODERATION" => Expectation::no_server_error().at(Level::Observe),
        _ => Expectation::success(After::Any, []).at(Level::Should),
    }
}

/// Creations of one project at the same time.
fn race() -> Rule {
    let raced = Expectation::success(After::Any, [ALONE]).or_refusal(&["ResourceInUseException"]);
    let draft = RuleBuilder::new(
        "rekognition.CreateProject.ProjectName.once",
        &[".CreateProject.ResourceInUseException", "protocol.overlapping"],
        "creations under the same free name at the same time",
    )
    .expect("raced", raced.at(Level::Should));
    let widths = [("two at once", 2), ("two at once again", 2), ("four at once", 4)];
    let draft = widths.into_iter().fold(draft, |draft, (partition, width)| {
        let call = |number| create("n").labelled(&format!("at-once-{number}")).expecting("raced");
        draft.case(partition, steps![Step::Parallel((1..=width).map(call).collect())])
    });
    draft.build()
}

fn creation() -> Vec<Rule> {
    vec![
        RuleBuilder::new(
            "rekognition.CreateProject.ProjectName.creates",
            &[".create-project.creates", ".create-project.name", ".create-project.arn"],
            "a creation under a free name, and its description",
        )
        .expect("created", Expectation::success(After::Any, [ARN]))
        .expect("described", Expectation::success(After::Any, [DESCRIBED]))
        .case(
            "described once it is created",
            steps![
                create("n").expecting("created"),
                surely(created("n")),
                describe_only(&["n"]).expecting("described")
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.CreateProject.ProjectName.in-use",
            &[".CreateProject.ResourceInUseException"],
            "a creation under the name of a project that exists",
        )
        .expect("refused", Expectation::refusal(&["ResourceInUseException"]).at(Level::Should))
        .between((steps![create("n"), created("n")], Step::Read(Scope::Projects)))
        .refused("the same name", create("n"))
        .build(),
        race(),
        RuleBuilder::new(
            "rekognition.CreateProject.ProjectName.separate",
            &[".create-project.arn", ".create-project.separate"],
            "projects whose names have much in common",
        )
        .expect("created", Expectation::success(After::Any, [ARN, OTHER_ARN]))
        .judged("a longer name", [create("n").labelled("first")], create("nn"), "created")
        .judged("a shorter name", [create("nn")], create("n"), "created")
        .build(),
        RuleBuilder::new(
            "rekognition.CreateProject.ProjectName.case",
            &[".create-project.name-exact"],
            "two names that differ in case alone",
        )
        .expect("created", Expectation::success(After::Any, [ARN, OTHER_ARN]).at(Level::Should))
        .judged("lower and upper case", [create_ending("project")], create_ending("PROJECT"), "created")
        .build(),
        RuleBuilder::new(
            "rekognition.CreateProject.ProjectArn.stamp",
            &[".create-project.stamp"],
            "a project that is created anew under the name of one that is gone",
        )
        .expect("created", Expectation::success(After::Any, [ARN, OTHER_ARN]).at(Level::Should))
        .judged(
            "the same name",
            steps![
                create("n").labelled("first"),
                created("n"),
                delete_made("first"),
                settled("gone", "n", None)
            ],
            create("n"),
            "created",
        )
        .build(),
    ]
}
