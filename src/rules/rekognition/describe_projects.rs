//! `DescribeProjects`.

use super::calls::{
    CallExt, among_projects, create, create_ending, created, describe, describe_only, ending, put,
};
use super::listings::AT_MOST;
use super::project_checks::{
    ALL_NAMED, DESCRIBED, ITEM_ARN, ITEM_STATUS, ITEM_TIME, NEAR, OF_FEATURE, ONLY_NAMED, SAME_TIME,
    SHOWS_USED, SORTED, WITHOUT_LAST,
};
use super::refusals::{CONSTRAINT, NOT_FOUND, operation, refusal, unfit};
use super::tokens;
use crate::rules::calls::steps;
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Arg, Call, Scope, Step, Symbol};
use serde_json::json;

/// How a name that no project has is refused, where that is an error: nothing says whether it is.
const UNKNOWN: [&str; 2] = [NOT_FOUND, "InvalidParameterException"];

pub(super) fn rules() -> Vec<Rule> {
    let constraints = ConstraintRules {
        operation: operation("DescribeProjects"),
        accepted: |_, call| steps![call],
        acceptance: |target| match target.path.starts_with("ProjectNames") {
            true => Expectation::success(After::Any, []).or_refusal(&UNKNOWN),
            false => Expectation::success(After::Any, []),
        },
        unfit,
        refusal,
        call: |target, partition| varied(describe(), target, partition),
        around: among_projects,
        also: &[],
    };
    let garbage = tokens::garbage("DescribeProjects", &describe(), among_projects());
    let rules = constraints.rules().into_iter().chain(names()).chain(items());
    rules.chain(elsewhere_and_other_features()).chain([garbage, pages()]).collect()
}

/// Three projects, once they are created. Clocks of milliseconds tell them apart.
fn three() -> Vec<Step> {
    let creations = ["x", "y", "z"].into_iter().flat_map(|tag| steps![create(tag), Step::Pause(5)]);
    creations.chain(["x", "y", "z"].map(created)).collect()
}

fn names() -> Vec<Rule> {
    let filter = RuleBuilder::new(
        "rekognition.DescribeProjects.ProjectNames.filter",
        &[".describe-projects.names"],
        "which projects are described",
    )
    .expect("only", Expectation::success(After::Any, [ONLY_NAMED, ALL_NAMED]))
    .judged(
        "one whose name begins another's",
        steps![create("n"), create("nn"), created("nn")],
        describe_only(&["n"]),
        "only",
    )
    .judged("one of three", three(), describe_only(&["y"]), "only")
    .judged("two of three", three(), describe_only(&["x", "z"]), "only")
    .expect("last", Expectation::success(After::Any, [DESCRIBED]).or_refusal(&UNKNOWN).at(Level::Should))
    .judged(
        "the last of six names, the others no project's",
        steps![create("n"), created("n")],
        describe_only(&["n1", "n2", "n3", "n4", "n5", "n"]),
        "last",
    )
    .build();
    let named = Arg::List(vec![Arg::Text(ending("PROJECT"))]);
    let case = RuleBuilder::new(
        "rekognition.DescribeProjects.ProjectNames.case",
        &[".describe-projects.name-exact"],
        "the name of a project in another case",
    )
    .expect(
        "none",
        Expectation::success(After::Any, [ONLY_NAMED])
            .or_refusal(&CONSTRAINT)
            .or_refusal(&UNKNOWN)
            .at(Level::Should),
    )
    .judged(
        "upper for lower case",
        [create_ending("project")],
        describe().with("ProjectNames", Some(named)),
        "none",
    )
    .build();
    vec![filter, case]
}

fn items() -> Vec<Rule> {
    let members = RuleBuilder::new(
        "rekognition.DescribeProjects.ProjectDescriptions.members",
        &[".describe-projects.item-members", ".answer.time"],
        "the members of the items",
    )
    .expect("complete", Expectation::success(After::Any, [ITEM_ARN, ITEM_STATUS, ITEM_TIME, NEAR, SAME_TIME]))
    .judged(
        "one project",
        steps![create("n"), created("n"), describe_only(&["n"]), Step::Pause(2)],
        describe_only(&["n"]),
        "complete",
    )
    .build();
    let complete = RuleBuilder::new(
        "rekognition.DescribeProjects.ProjectDescriptions.complete",
        &[".describe-projects.projects", ".describe-projects.all", ".describe-projects.features"],
        "the description of a project among all others",
    )
    .expect("described", Expectation::success(After::Any, [SHOWS_USED, ITEM_ARN, ITEM_STATUS]))
    .judged("a project with a policy", [put("a")], describe(), "described")
    .build();
    let order = RuleBuilder::new(
        "rekognition.DescribeProjects.ProjectDescriptions.order",
        &[".describe-projects.order"],
        "the order of projects that were created one after the other",
    )
    .expect("sorted", Expectation::success(After::Any, [SORTED]).at(Level::Should))
    .judged("all of them", three(), describe(), "sorted")
    .judged("by their names, in another order", three(), describe_only(&["y", "z", "x"]), "sorted")
    .build();
    vec![members, complete, order]
}

fn elsewhere_and_other_features() -> Vec<Rule> {
    let region = RuleBuilder::new(
        "rekognition.DescribeProjects.region.separate",
        &[".describe-projects.region"],
        "a project that was created in another region",
    )
    .expect("without", Expectation::success(After::Any, [WITHOUT_LAST]).at(Level::Should))
    .judged("created there, described here", [create("n").elsewhere()], describe(), "without")
    .build();
    let moderation = Some(Arg::Json(json!(["CONTENT_MODERATION"])));
    let feature = RuleBuilder::new(
        "rekognition.DescribeProjects.Features.filter",
        &[".describe-projects.features", ".create-project.custom-labels"],
        "projects of another feature",
    )
    .expect(
        "without",
        Expectation::success(After::Any, [WITHOUT_LAST])
            .or_refusal(&CONSTRAINT)
            .or_refusal(&UNKNOWN)
            .at(Level::Should),
    )
    .judged(
        "a Custom Labels project, asked for CONTENT_MODERATION",
        steps![create("n"), created("n")],
        describe_only(&["n"]).with("Features", moderation),
        "without",
    )
    .judged(
        "a project for content moderation, where no feature is asked for",
        [moderating("n")],
        describe_only(&["n"]),
        "without",
    )
    .expect("with", Expectation::success(After::Any, [ALL_NAMED]).at(Level::Should))
    .judged(
        "a project for content moderation, asked for both features",
        [moderating("n")],
        describe_only(&["n"])
            .with("Features", Some(Arg::Json(json!(["CUSTOM_LABELS", "CONTENT_MODERATION"])))),
        "with",
    )
    .build();
    vec![region, feature]
}

fn pages() -> Rule {
    let sized = |call: Call, size: usize| call.with("MaxResults", Some(Arg::Json(json!(size))));
    let mut paged = RuleBuilder::new(
        "rekognition.DescribeProjects.NextToken.pages",
        &[".describe-projects.pages", ".describe-projects.token", ".describe-projects.page"],
        "pages of several sizes, followed to the end",
    )
    .expect("page", Expectation::success(After::Unchanged, [AT_MOST]))
    .expect("named", Expectation::success(After::Any, [AT_MOST, ONLY_NAMED]));
    for size in [1, 2, 3, 100] {
        let page = sized(describe(), size).expecting("page");
        let reads = steps![Step::Read(Scope::Projects), page, Step::Read(Scope::ProjectsBy(size))];
        paged = paged.case(format!("{size} at a time"), [three(), reads].concat());
    }
    // A page of fewer than were asked for has a token, which the service that made it has to know.
    let next = Symbol::response("page", "/NextToken");
    for size in [1, 2] {
        let first = sized(describe_only(&["x", "y", "z"]), size).expecting("named");
        let second = first.clone().with("NextToken", Some(next.clone().into()));
        let pages = steps![first.labelled("page"), second];
        paged = paged
            .case(format!("{size} at a time of three names, the second page"), [three(), pages].concat());
    }
    // What was not asked for stands before those that were, or between them, in either order.
    for names in [["y", "z"], ["x", "z"]] {
        let first = sized(describe_only(&names), 1).expecting("named");
        let second = first.clone().with("NextToken", Some(next.clone().into()));
        let pages = steps![first.labelled("page"), second];
        let label = format!("1 at a time of {} and {}, the second page", names[0], names[1]);
        paged = paged.case(label, [three(), pages].concat());
    }
    // Projects of another feature stand at both ends.
    let first = sized(describe_only(&["w", "x", "y", "z"]), 1)
        .with("Features", Some(Arg::Json(json!(["CUSTOM_LABELS"]))))
        .expecting("of-feature");
    let second = sized(first.clone().with("NextToken", Some(next.into())), 3);
    let creations = steps![moderating("w"), create("x"), create("y"), moderating("z"), created("y")];
    let pages = steps![first.labelled("page"), second];
    let of_feature = Expectation::success(After::Any, [AT_MOST, OF_FEATURE]).or_refusal(&UNKNOWN);
    paged
        .expect("of-feature", of_feature.at(Level::Should))
        .case("1 at a time of one feature, the second page", [creations, pages].concat())
        .build()
}

/// Creates a project for content moderation.
fn moderating(tag: &str) -> Call {
    create(tag).with("Feature", Some("CONTENT_MODERATION".into())).with("AutoUpdate", Some("DISABLED".into()))
}
