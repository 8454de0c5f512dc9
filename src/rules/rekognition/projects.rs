//! `CreateProject`, `DescribeProjects`, `DeleteProject`: what policies hang on.

use super::{
    CONSTRAINT, NOT_FOUND, Written, call, create, list, operation, own, plain, preexisting, put, read,
    refusal, settled, unfit,
};
use crate::exchange::{Exchange, Recorded};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Check, Context, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::arn::{self, Resource, project_name};
use aws_conformance_generators::plan::{Arg, Await, Call, Part, Scope, Step, Symbol, Text};
use aws_conformance_generators::token;
use serde_json::{Value, json};

pub(super) fn rules() -> Vec<Rule> {
    let create = ConstraintRules {
        operation: operation("CreateProject"),
        accepted: |_, call| vec![call.step()],
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
    let describe = ConstraintRules {
        operation: operation("DescribeProjects"),
        accepted: |_, call| vec![call.step()],
        acceptance: |_| Expectation::success(After::Any, []),
        unfit,
        refusal,
        call: |target, partition| varied(describe(), target, partition),
        around: among_projects,
        also: &[],
    };
    let delete = ConstraintRules {
        operation: operation("DeleteProject"),
        accepted: |_, call| vec![put("a").step(), call.step()],
        acceptance: |_| Expectation::success(After::Any, []),
        unfit,
        refusal,
        call: |target, partition| varied(plain("DeleteProject"), target, partition),
        around: super::beside_a_witness,
        also: &[],
    };
    let mut rules = create.rules();
    rules.extend(creation());
    rules.extend(describe.rules());
    rules.extend(description());
    rules.extend(delete.rules());
    rules.extend(deletion());
    rules
}

/// Content moderation needs an AutoUpdate by the documents, and gets none here.
fn by_feature(_: &Recorded, exchange: &Exchange) -> Expectation {
    let feature = exchange.request.input().and_then(|input| input.get("Feature").cloned());
    match feature {
        Some(feature) if feature == "CONTENT_MODERATION" => Expectation::no_server_error().at(Level::Observe),
        _ => Expectation::success(After::Any, []).at(Level::Should),
    }
}

fn describe() -> Call {
    call("DescribeProjects", Vec::new())
}

/// Creates a project of the run's own whose name ends like this.
fn cased(suffix: &str) -> Call {
    call("CreateProject", vec![("ProjectName", Arg::Text(ending(suffix)))])
}

fn ending(suffix: &str) -> Text {
    Text(vec![Part::Symbol(own("n")), Part::Literal(suffix.to_owned())])
}

/// Describes the project with this tag alone.
fn describe_only(tag: &str) -> Call {
    describe().with("ProjectNames", Some(Arg::List(vec![Arg::symbol(own(tag))])))
}

fn delete_made(label: &str) -> Call {
    call("DeleteProject", vec![("ProjectArn", Arg::symbol(made(label)))])
}

/// The ARN that the creation with this label answered.
fn made(label: &str) -> Symbol {
    Symbol::response(label, "/ProjectArn")
}

/// The same, and it is a violation if the project does not get there.
fn surely(settled: Step) -> Step {
    match settled {
        Step::Await(wait) => Step::Await(Await { judged: true, ..wait }),
        other => other,
    }
}

fn among_projects() -> (Vec<Step>, Vec<Step>) {
    (vec![Step::Read(Scope::Projects)], vec![Step::Read(Scope::Projects)])
}

fn creation() -> Vec<Rule> {
    vec![
        RuleBuilder::new(
            "rekognition.CreateProject.ProjectName.creates",
            &[
                "rekognition.create-project.creates",
                "rekognition.create-project.name",
                "rekognition.create-project.arn",
            ],
            "a creation under a free name, and its description",
        )
        .expect("created", Expectation::success(After::Any, [ARN]))
        .expect("described", Expectation::success(After::Any, [DESCRIBED]))
        .case(
            "described once it is created",
            [
                create("n").labelled("made").expecting("created").step(),
                surely(settled("settled", "n", Some("CREATED"))),
                describe_only("n").expecting("described").step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.CreateProject.ProjectName.in-use",
            &["rekognition.CreateProject.ResourceInUseException"],
            "a creation under the name of a project that exists",
        )
        .expect("refused", Expectation::refusal(&["ResourceInUseException"]).at(Level::Should))
        .between(
            [
                create("n").labelled("made").step(),
                settled("settled", "n", Some("CREATED")),
                Step::Read(Scope::Projects),
            ],
            [Step::Read(Scope::Projects)],
        )
        .refused("the same name", create("n").expecting("refused"))
        .build(),
        RuleBuilder::new(
            "rekognition.CreateProject.ProjectName.separate",
            &["rekognition.create-project.arn", "rekognition.create-project.separate"],
            "projects whose names have much in common",
        )
        .expect("created", Expectation::success(After::Any, [ARN, OTHER_ARN]))
        .case(
            "a longer name",
            [create("n").labelled("first").step(), create("nn").expecting("created").step()],
        )
        .case(
            "a shorter name",
            [create("nn").labelled("first").step(), create("n").expecting("created").step()],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.CreateProject.ProjectName.case",
            &["rekognition.create-project.name-exact"],
            "two names that differ in case alone",
        )
        .expect("created", Expectation::success(After::Any, [ARN, OTHER_ARN]).at(Level::Should))
        .case(
            "lower and upper case",
            [cased("project").labelled("first").step(), cased("PROJECT").expecting("created").step()],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.CreateProject.ProjectArn.stamp",
            &["rekognition.create-project.stamp"],
            "a project that is created anew under the name of one that is gone",
        )
        .expect("created", Expectation::success(After::Any, [ARN, OTHER_ARN]).at(Level::Should))
        .case(
            "the same name",
            [
                create("n").labelled("first").step(),
                settled("there", "n", Some("CREATED")),
                delete_made("first").step(),
                settled("gone", "n", None),
                create("n").expecting("created").step(),
            ],
        )
        .build(),
    ]
}

fn description() -> Vec<Rule> {
    let three = || {
        ["x", "y", "z"]
            .into_iter()
            .map(|tag| create(tag).labelled(tag).step())
            .chain(["x", "y", "z"].map(|tag| settled(&format!("settled-{tag}"), tag, Some("CREATED"))))
            .collect::<Vec<_>>()
    };
    let sized = |size: usize| describe().with("MaxResults", Some(Arg::Json(json!(size))));
    let mut garbage = RuleBuilder::new(
        "rekognition.DescribeProjects.NextToken.garbage",
        &["rekognition.DescribeProjects.InvalidPaginationTokenException"],
        "tokens that no service handed out",
    )
    .expect("refused", Expectation::refusal(&super::TOKEN))
    .between(among_projects().0, among_projects().1);
    for partition in token::garbage()
        .into_iter()
        .filter(|one| one.ambiguous.is_none() && one.value != Some(Arg::from("1")))
    {
        garbage = garbage
            .refused(partition.label, describe().with("NextToken", partition.value).expecting("refused"));
    }
    let mut paged = RuleBuilder::new(
        "rekognition.DescribeProjects.NextToken.pages",
        &[
            "rekognition.describe-projects.pages",
            "rekognition.describe-projects.token",
            "rekognition.describe-projects.page",
        ],
        "pages of several sizes, followed to the end",
    )
    .expect("page", Expectation::success(After::Unchanged, [AT_MOST]))
    .expect("named", Expectation::success(After::Any, [AT_MOST, ONLY_NAMED]));
    for size in [1, 2, 3, 100] {
        let reads = vec![
            Step::Read(Scope::Projects),
            sized(size).expecting("page").step(),
            Step::Read(Scope::ProjectsBy(size)),
        ];
        paged = paged.case(format!("{size} at a time"), [three(), reads].concat());
    }
    // A page of fewer than were asked for has a token, which the service that made it has to know.
    let named = Some(Arg::List(["x", "y", "z"].map(|tag| Arg::symbol(own(tag))).to_vec()));
    let next = Symbol::response("first", "/NextToken");
    for size in [1, 2] {
        let first = sized(size).with("ProjectNames", named.clone());
        let second = first.clone().with("NextToken", Some(next.clone().into()));
        let pages = vec![first.labelled("first").expecting("named").step(), second.expecting("named").step()];
        paged = paged
            .case(format!("{size} at a time of three names, the second page"), [three(), pages].concat());
    }
    vec![
        RuleBuilder::new(
            "rekognition.DescribeProjects.ProjectNames.filter",
            &["rekognition.describe-projects.names"],
            "which projects are described",
        )
        .expect("only", Expectation::success(After::Any, [ONLY_NAMED, ALL_NAMED]))
        .case(
            "one whose name begins another's",
            [
                create("n").step(),
                create("nn").step(),
                settled("settled", "nn", Some("CREATED")),
                describe_only("n").expecting("only").step(),
            ],
        )
        .case(
            "one of three",
            [three(), vec![describe_only("y").labelled("y-only").expecting("only").step()]].concat(),
        )
        .case(
            "two of three",
            [
                three(),
                vec![
                    describe()
                        .with(
                            "ProjectNames",
                            Some(Arg::List(vec![Arg::symbol(own("x")), Arg::symbol(own("z"))])),
                        )
                        .expecting("only")
                        .step(),
                ],
            ]
            .concat(),
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DescribeProjects.ProjectDescriptions.members",
            &["rekognition.describe-projects.item-members", "rekognition.answer.time"],
            "the members of the items",
        )
        .expect("complete", Expectation::success(After::Any, [ITEM_ARN, ITEM_STATUS, ITEM_TIME, NEAR]))
        .case(
            "one project",
            [
                create("n").labelled("made").step(),
                settled("settled", "n", Some("CREATED")),
                describe_only("n").expecting("complete").step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DescribeProjects.ProjectNames.case",
            &["rekognition.describe-projects.name-exact"],
            "the name of a project in another case",
        )
        .expect(
            "none",
            Expectation::success(After::Any, [ONLY_NAMED]).or_refusal(&CONSTRAINT).at(Level::Should),
        )
        .case(
            "upper for lower case",
            [
                cased("project").labelled("made").step(),
                describe()
                    .with("ProjectNames", Some(Arg::List(vec![Arg::Text(ending("PROJECT"))])))
                    .expecting("none")
                    .step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DescribeProjects.ProjectDescriptions.complete",
            &[
                "rekognition.describe-projects.projects",
                "rekognition.describe-projects.all",
                "rekognition.describe-projects.features",
            ],
            "the description of a project among all others",
        )
        .expect("described", Expectation::success(After::Any, [SHOWS_USED, ITEM_ARN, ITEM_STATUS]))
        .case(
            "a project with a policy",
            [put("a").labelled("used").step(), describe().expecting("described").step()],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DescribeProjects.region.separate",
            &["rekognition.describe-projects.region"],
            "a project that was created in another region",
        )
        .expect("without", Expectation::success(After::Any, [WITHOUT_MADE]).at(Level::Should))
        .case(
            "created there, described here",
            [
                create("n").over(super::elsewhere()).labelled("made").step(),
                describe().expecting("without").step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DescribeProjects.Features.filter",
            &["rekognition.describe-projects.features", "rekognition.create-project.custom-labels"],
            "projects of another feature",
        )
        .expect(
            "without",
            Expectation::success(After::Any, [WITHOUT_MADE]).or_refusal(&CONSTRAINT).at(Level::Should),
        )
        .case(
            "a Custom Labels project, asked for CONTENT_MODERATION",
            [
                create("n").labelled("made").step(),
                settled("settled", "n", Some("CREATED")),
                describe_only("n")
                    .with("Features", Some(Arg::Json(json!(["CONTENT_MODERATION"]))))
                    .expecting("without")
                    .step(),
            ],
        )
        .build(),
        garbage.build(),
        paged.build(),
    ]
}

fn deletion() -> Vec<Rule> {
    let around = || (vec![put("a").step(), read("p")], vec![read("p")]);
    let mut unknown = RuleBuilder::new(
        "rekognition.DeleteProject.ProjectArn.unknown",
        &["rekognition.DeleteProject.ResourceNotFoundException"],
        "well-formed ARNs of projects that do not exist",
    )
    .expect("refused", Expectation::refusal(&[NOT_FOUND]))
    .between(around().0, around().1);
    for partition in arn::unknown(Resource::Project) {
        let call = plain("DeleteProject").with("ProjectArn", partition.value);
        unknown = unknown.refused(partition.label, call.expecting("refused"));
    }
    let mut elsewhere = RuleBuilder::new(
        "rekognition.DeleteProject.ProjectArn.foreign",
        &["rekognition.DeleteProject.ResourceNotFoundException"],
        "the project's ARN with another account, region or partition",
    )
    .expect("refused", preexisting())
    .between(around().0, around().1);
    for partition in arn::foreign(Resource::Project) {
        let call = plain("DeleteProject").with("ProjectArn", partition.value);
        elsewhere = elsewhere.refused(partition.label, call.expecting("refused"));
    }
    let with_policy = || {
        vec![
            create("n").labelled("made").step(),
            settled("there", "n", Some("CREATED")),
            super::retargeted(put("a"), &made("made")).labelled("put").step(),
        ]
    };
    let of_made = |call: Call| super::retargeted(call, &made("made"));
    vec![
        unknown.build(),
        elsewhere.build(),
        RuleBuilder::new(
            "rekognition.DeleteProject.Status.deleting",
            &["rekognition.delete-project.status"],
            "the answer to a deletion",
        )
        .expect("deleting", Expectation::success(After::Any, [DELETING]).at(Level::Should))
        .case(
            "a project without policies",
            [
                create("n").labelled("made").step(),
                settled("there", "n", Some("CREATED")),
                delete_made("made").expecting("deleting").step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProject.ProjectArn.gone",
            &["rekognition.delete-project.gone", "rekognition.delete-project.deletes"],
            "a project after its deletion",
        )
        .expect("deleted", Expectation::success(After::Any, []))
        .expect("absent", Expectation::success(After::Any, [WITHOUT_MADE]))
        .case(
            "no longer listed",
            [
                create("n").labelled("made").step(),
                settled("there", "n", Some("CREATED")),
                delete_made("made").expecting("deleted").step(),
                surely(settled("gone", "n", None)),
                describe().expecting("absent").step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProject.ProjectArn.policies",
            &["rekognition.delete-project.policies", "rekognition.delete-project.policies-gone"],
            "the policies of a project that is gone",
        )
        .expect("refused", Expectation::refusal(&[NOT_FOUND]))
        .expect("none", Expectation::success(After::Any, [NO_POLICIES]))
        .expect("attached", Expectation::success(After::Any, []))
        .case(
            "listed, put and deleted",
            [
                with_policy(),
                vec![
                    delete_made("made").step(),
                    settled("gone", "n", None),
                    of_made(list("p")).expecting("refused").step(),
                    of_made(put("b")).expecting("refused").step(),
                    of_made(super::delete("a")).expecting("refused").step(),
                ],
            ]
            .concat(),
        )
        .case(
            "a new project of the same name",
            [
                with_policy(),
                vec![
                    delete_made("made").step(),
                    settled("gone", "n", None),
                    create("n").labelled("again").step(),
                    settled("there-again", "n", Some("CREATED")),
                    list("p").with("ProjectArn", Some(Arg::symbol(made("again")))).expecting("none").step(),
                    super::retargeted(put("a"), &made("again")).expecting("attached").step(),
                ],
            ]
            .concat(),
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProject.ProjectArn.alone",
            &["rekognition.delete-project.deletes"],
            "the other projects after a deletion",
        )
        .expect("deleted", Expectation::success(After::Any, []))
        .expect("there", Expectation::success(After::Any, [SHOWS_FIRST]))
        .case(
            "one whose name begins another's",
            [
                create("nn").labelled("first").step(),
                create("n").labelled("made").step(),
                settled("there", "nn", Some("CREATED")),
                settled("there-too", "n", Some("CREATED")),
                delete_made("made").expecting("deleted").step(),
                settled("gone", "n", None),
                describe_only("nn").expecting("there").step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProject.ProjectArn.twice",
            &["rekognition.delete-project.twice"],
            "a second deletion of the same project",
        )
        .expect("either", Expectation::no_server_error().at(Level::Observe))
        .case(
            "at once",
            [
                create("n").labelled("made").step(),
                settled("there", "n", Some("CREATED")),
                delete_made("made").step(),
                delete_made("made").expecting("either").step(),
            ],
        )
        .build(),
    ]
}

fn items<'a>(context: &Context<'a>) -> Vec<&'a Value> {
    let items = context.output.get("ProjectDescriptions").and_then(Value::as_array);
    items.map(|items| items.iter().collect()).unwrap_or_default()
}

fn arn_of(item: &Value) -> Option<&str> {
    item.get("ProjectArn").and_then(Value::as_str)
}

/// The ARN that the creation with this label answered.
fn made_arn(context: &Context<'_>, label: &str) -> Option<String> {
    arn_of(context.earlier(label)?).map(str::to_owned)
}

fn lists(context: &Context<'_>, arn: &str) -> bool {
    items(context).into_iter().any(|item| arn_of(item) == Some(arn))
}

const ARN: Check = Check {
    class: "project-arn",
    states: "a ProjectArn of the documented form that names the project",
    level: Level::Must,
    test: |context| {
        let Some(arn) = arn_of(context.output) else { return Err("the answer has no ProjectArn".to_owned()) };
        let shape = operation("CreateProject").output.member("ProjectArn").map(|member| &member.shape);
        let broken = shape.map(|shape| {
            aws_conformance_generators::guard::broken(shape, true, context.output.get("ProjectArn"))
        });
        if broken.is_some_and(|broken| !broken.is_empty()) {
            return Err(format!("ProjectArn is {arn:?}"));
        }
        match context.input.get("ProjectName").and_then(Value::as_str) {
            Some(name) if project_name(arn) != Some(name) => Err(format!("ProjectArn is {arn:?}")),
            _ => Ok(()),
        }
    },
};

const OTHER_ARN: Check = Check {
    class: "same-arn",
    states: "another ProjectArn than the first project's",
    level: Level::Must,
    test: |context| match (made_arn(context, "first"), arn_of(context.output)) {
        (Some(first), Some(now)) if first == now => Err(format!("ProjectArn is {now:?} again")),
        _ => Ok(()),
    },
};

const DESCRIBED: Check = Check {
    class: "not-described",
    states: "the project that was created, with the status CREATED",
    level: Level::Must,
    test: |context| {
        let Some(arn) = made_arn(context, "made") else { return Ok(()) };
        match items(context).into_iter().find(|item| arn_of(item) == Some(&arn)) {
            None if context.goes_on() => Ok(()),
            None => Err(format!("{arn:?} is not described")),
            Some(item) => match item.get("Status").and_then(Value::as_str) {
                None | Some("CREATED") => Ok(()),
                Some(other) => Err(format!("its Status is {other:?}")),
            },
        }
    },
};

const SHOWS_USED: Check = Check {
    class: "not-described",
    states: "the project that the policy is attached to",
    level: Level::Must,
    test: |context| {
        let used = context.recorded.exchange("used").and_then(|used| used.request.input());
        let Some(arn) = used.as_ref().and_then(arn_of) else { return Ok(()) };
        if lists(context, arn) || context.goes_on() {
            Ok(())
        } else {
            Err(format!("{arn:?} is not described"))
        }
    },
};

const SHOWS_FIRST: Check = Check {
    class: "not-described",
    states: "the project that was not deleted",
    level: Level::Must,
    test: |context| match made_arn(context, "first") {
        Some(arn) if !lists(context, &arn) && !context.goes_on() => Err(format!("{arn:?} is not described")),
        _ => Ok(()),
    },
};

const WITHOUT_MADE: Check = Check {
    class: "described-too-much",
    states: "no project that was deleted or is of another feature",
    level: Level::Must,
    test: |context| match made_arn(context, "made") {
        Some(arn) if lists(context, &arn) => Err(format!("{arn:?} is described")),
        _ => Ok(()),
    },
};

/// The names that were asked for.
fn asked(context: &Context<'_>) -> Vec<String> {
    let names = context.input.get("ProjectNames").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

const ONLY_NAMED: Check = Check {
    class: "described-too-much",
    states: "no project that was not asked for",
    level: Level::Must,
    test: |context| {
        let asked = asked(context);
        let is_asked = |arn: &str| project_name(arn).is_some_and(|name| asked.iter().any(|one| one == name));
        match items(context).into_iter().filter_map(arn_of).find(|arn| !is_asked(arn)) {
            Some(arn) => Err(format!("{arn:?} is described")),
            None => Ok(()),
        }
    },
};

const ALL_NAMED: Check = Check {
    class: "not-described",
    states: "every project that was asked for",
    level: Level::Must,
    test: |context| {
        let names: Vec<&str> =
            items(context).into_iter().filter_map(arn_of).filter_map(project_name).collect();
        match asked(context).into_iter().find(|name| !names.contains(&name.as_str())) {
            Some(name) if !context.goes_on() => Err(format!("{name:?} is not described")),
            _ => Ok(()),
        }
    },
};

const ITEM_ARN: Check = Check {
    class: "incomplete",
    states: "items that have a ProjectArn",
    level: Level::Must,
    test: |context| match items(context).into_iter().find(|item| arn_of(item).is_none()) {
        Some(item) => Err(format!("an item is {item}")),
        None if items(context).is_empty() && !context.goes_on() => Err("nothing is described".to_owned()),
        None => Ok(()),
    },
};

const ITEM_STATUS: Check = Check {
    class: "status",
    states: "items whose Status is CREATING, CREATED or DELETING",
    level: Level::Should,
    test: |context| {
        for item in items(context) {
            match item.get("Status") {
                Some(Value::String(status))
                    if ["CREATING", "CREATED", "DELETING"].contains(&status.as_str()) => {}
                Some(other) => return Err(format!("Status is {other}")),
                None => return Err("an item has no Status".to_owned()),
            }
        }
        Ok(())
    },
};

const ITEM_TIME: Check = Check {
    class: "time",
    states: "items whose CreationTimestamp is a JSON number of seconds",
    level: Level::Must,
    test: |context| {
        for item in items(context) {
            let Some(time) = item.get("CreationTimestamp").filter(|time| !time.is_null()) else { continue };
            let off = time.as_f64().map(|seconds| (seconds - context.exchange.sent_at).abs());
            if off.is_none_or(|off| off > 366.0 * 86_400.0) {
                return Err(format!("CreationTimestamp is {time}, sent at {:.0}", context.exchange.sent_at));
            }
        }
        Ok(())
    },
};

const NEAR: Check = Check {
    class: "time-skew",
    states: "items with a CreationTimestamp within five minutes of the creation",
    level: Level::Should,
    test: |context| {
        for item in items(context) {
            match item.get("CreationTimestamp").and_then(Value::as_f64) {
                None if item.get("CreationTimestamp").is_none_or(Value::is_null) => {
                    return Err("an item has no CreationTimestamp".to_owned());
                }
                Some(time)
                    if (300.0..366.0 * 86_400.0).contains(&(time - context.exchange.sent_at).abs()) =>
                {
                    return Err(format!(
                        "CreationTimestamp is {time}, sent at {:.0}",
                        context.exchange.sent_at
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    },
};

const DELETING: Check = Check {
    class: "status",
    states: "the Status DELETING",
    level: Level::Should,
    test: |context| match context.output.get("Status") {
        Some(Value::String(status)) if status == "DELETING" => Ok(()),
        Some(other) => Err(format!("Status is {other}")),
        None => Err("the answer has no Status".to_owned()),
    },
};

const NO_POLICIES: Check = Check {
    class: "policies-outlive",
    states: "no policies",
    level: Level::Must,
    test: |context| match context.output.get("ProjectPolicies").and_then(Value::as_array) {
        Some(items) if !items.is_empty() => {
            Err(format!("{} policies of the project that is gone", items.len()))
        }
        _ => Ok(()),
    },
};

const AT_MOST: Check = Check {
    class: "page-size",
    states: "no more items than MaxResults",
    level: Level::Must,
    test: |context| match context.input.get("MaxResults").and_then(Value::as_u64) {
        Some(most) if items(context).len() as u64 > most => {
            Err(format!("{} items for MaxResults {most}", items(context).len()))
        }
        _ => Ok(()),
    },
};
