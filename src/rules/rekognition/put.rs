//! `PutProjectPolicy`: attaching, projects, limits.

use super::{
    CONSTRAINT, HEXADECIMAL, LIMIT, MALFORMED, NOT_FOUND, Written, api, beside_a_witness, clause, delete,
    guide, modelled, name, operation, preexisting, project, put, read, refusal, retargeted,
};
use crate::exchange::{Exchange, Outcome, Recorded, Trace};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::source::{BOTO3_REKOGNITION, CLI_REKOGNITION, INFERENCE};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::arn::{self, Resource};
use aws_conformance_generators::partition::{Partition, unfit};
use aws_conformance_generators::plan::{Arg, Call, Part, Symbol, Text, Unit};

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = ConstraintRules {
        operation: operation("PutProjectPolicy"),
        accepted: |target, call| match target.path.as_str() {
            "PolicyRevisionId" => vec![put("a").step(), read("p"), call.document(1).step(), read("p")],
            "PolicyDocument" => vec![read("p"), call.step(), read("p")],
            _ => vec![call.step()],
        },
        acceptance: |target| match target.path.as_str() {
            "PolicyDocument" => stored(),
            _ => Expectation::success(After::Any, []),
        },
        unfit: |target, why| match why {
            unfit::FOREIGN | unfit::LONG_ARN => super::unfit(target, why).or_refusal(&[MALFORMED]),
            _ => super::unfit(target, why),
        },
        refusal,
        call: |target, partition| match target.path.as_str() {
            "ProjectArn" => onto(partition),
            _ => varied(put("a"), target, partition),
        },
        around: beside_a_witness,
        clause,
    }
    .rules();
    rules.extend(attaching());
    rules.extend(projects());
    rules.extend(limits());
    rules
}

/// A put on the project that an ARN names, with a document about that project where it is one of the
/// caller's: only the ARN is wrong then.
fn onto(partition: &Partition) -> Call {
    match (&partition.value, partition.unfit) {
        (Some(Arg::Text(Text(parts))), Some(unfit::ARN)) if let [Part::Symbol(arn)] = parts.as_slice() => {
            retargeted(put("a"), arn)
        }
        _ => put("a").with("ProjectArn", partition.value.clone()),
    }
}

/// Success that is then listed.
pub(super) fn stored() -> Expectation {
    Expectation::success(After::Stored, [])
}

fn attaching() -> Vec<Rule> {
    vec![
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyName.attaches",
            api("attaches a project policy to a Custom Labels project in a trusting AWS account"),
            "a put under a free name, without a revision",
        )
        .expect("attached", stored())
        .case("the first policy", [read("p"), put("a").expecting("attached").step(), read("p")])
        .case(
            "again after a deletion",
            [
                put("a").step(),
                delete("a").step(),
                read("p"),
                put("a").document(1).expecting("attached").step(),
                read("p"),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyRevisionId.answered",
            CLI_REKOGNITION
                .says("Output: PolicyRevisionId, the ID of the project policy (at most 64 of [0-9A-Fa-f])"),
            "the answer to a put",
        )
        .expect("revision", Expectation::success(After::Any, [HEXADECIMAL]))
        .case("a first put", [put("a").expecting("revision").step()])
        .case(
            "an update",
            [
                put("a").labelled("before").step(),
                put("a").document(1).revision(super::revision("before")).expecting("revision").step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyName.several",
            BOTO3_REKOGNITION.says("you can attach multiple project policies to a project"),
            "names that have much in common",
        )
        .expect("attached", stored())
        .case(
            "a second policy",
            [put("b").step(), read("p"), put("a").document(1).expecting("attached").step(), read("p")],
        )
        .case(
            "a longer name",
            [put("a").step(), read("p"), put("ab").document(1).expecting("attached").step(), read("p")],
        )
        .case(
            "a shorter name",
            [put("ab").step(), read("p"), put("a").document(1).expecting("attached").step(), read("p")],
        )
        .case(
            "a name of 128 characters with another last one",
            [long("x").step(), read("p"), long("y").document(1).expecting("attached").step(), read("p")],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyName.case",
            INFERENCE
                .says("a name is what was put, letter for letter, so names in another case are other names"),
            "two names that differ in case alone",
        )
        .expect("attached", stored().at(Level::Should))
        .case(
            "upper and lower case",
            [
                put("nCASE").step(),
                read("p"),
                put("ncase").document(1).expecting("attached").step(),
                read("p"),
            ],
        )
        .build(),
    ]
}

/// A put under a name of more than 128 characters less one, that ends like this.
fn long(end: &str) -> Call {
    let text = Text(vec![
        Part::Symbol(Symbol::Name("n".to_owned())),
        Part::Fill { with: '-', until: 128, unit: Unit::Characters },
        Part::Literal(end.to_owned()),
    ]);
    put("n").with("PolicyName", Some(text.into()))
}

fn projects() -> Vec<Rule> {
    let (before, after) = beside_a_witness();
    let mut unknown = RuleBuilder::new(
        "rekognition.PutProjectPolicy.ProjectArn.unknown",
        api("ResourceNotFoundException: the resource specified in the request cannot be found"),
        "well-formed ARNs of projects that do not exist, most of them around one that does",
    )
    .expect("refused", Expectation::refusal(&[NOT_FOUND]))
    .expect("also-document", Expectation::refusal(&[NOT_FOUND, MALFORMED]))
    .between(before.clone(), after.clone());
    for partition in arn::unknown(Resource::Project) {
        let expect = if partition.unfit == Some(unfit::LONG_ARN) { "also-document" } else { "refused" };
        unknown = unknown.refused(partition.label.clone(), onto(&partition).expecting(expect));
    }
    let mut elsewhere = RuleBuilder::new(
        "rekognition.PutProjectPolicy.ProjectArn.foreign",
        api("ProjectArn: the project that the policy is attached to; AccessDeniedException, ResourceNotFoundException"),
        "the project's ARN with another account, region or partition",
    )
    // The document may be refused for being about another project than the ARN.
    .expect("refused", preexisting().or_refusal(&[MALFORMED]))
    .between(before, after);
    for partition in arn::foreign(Resource::Project) {
        elsewhere = elsewhere.refused(partition.label.clone(), onto(&partition).expecting("refused"));
    }
    vec![
        unknown.build(),
        elsewhere.build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.ProjectArn.separate",
            api("ProjectArn: the project that the project policy is attached to"),
            "the same name on another project",
        )
        .expect("attached", stored())
        .case(
            "the project itself",
            [
                put("a").on("q").step(),
                read("p"),
                put("a").document(1).expecting("attached").step(),
                read("p"),
            ],
        )
        .case(
            "the other project is left alone",
            [
                put("a").on("q").step(),
                read("q"),
                put("a").document(1).expecting("attached").step(),
                read("q"),
            ],
        )
        .build(),
    ]
}

fn limits() -> Vec<Rule> {
    let fill = |expect: &'static str, most: usize| {
        let puts = (1..=most).map(move |number| {
            put(&format!("p{number}")).labelled(&format!("p{number}")).expecting(expect).step()
        });
        std::iter::once(read("p")).chain(puts)
    };
    let filled = || Expectation::no_server_error().at(Level::Observe);
    vec![
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyName.count-max",
            guide("a project has at most 5 project policies by default"),
            "as many policies as there may be, and one more",
        )
        .expect(
            "counted",
            Expectation::refusal(&LIMIT)
                .or_success(After::Stored, [])
                .other_code_is(Level::Should)
                .given(at_count),
        )
        .case("puts under free names", fill("counted", MOST).chain([read("p")]))
        .build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyName.count-update",
            INFERENCE.says("an update adds no policy, so the limit on their number does not apply to it"),
            "an update where there are as many policies as there may be",
        )
        .expect("filling", filled())
        .expect("updated", stored())
        .case(
            "the first policy",
            fill("filling", MOST).chain([
                read("p"),
                put("p1").document(1).revision(super::revision("p1")).expecting("updated").step(),
                read("p"),
            ]),
        )
        .build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyName.count-freed",
            INFERENCE.says("a deletion frees a place"),
            "a put under a free name after a deletion where there were as many policies as there may be",
        )
        .expect("filling", filled())
        .expect("attached", stored())
        .case(
            "a new name",
            fill("filling", MOST).chain([
                delete("p1").step(),
                read("p"),
                put("new").expecting("attached").step(),
                read("p"),
            ]),
        )
        .build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyName.count-per-project",
            guide("the limit is one of a project's policies"),
            "a put on another project while one has as many policies as there may be",
        )
        .expect("filling", filled())
        .expect("attached", stored())
        .case(
            "another project",
            fill("filling", 5).chain([read("q"), put("a").on("q").expecting("attached").step(), read("q")]),
        )
        .build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyDocument.required-members",
            modelled("required: ProjectArn, PolicyName, PolicyDocument"),
            "inputs of which several required members are missing",
        )
        .expect("refused", Expectation::refusal(&CONSTRAINT))
        .between(beside_a_witness().0, beside_a_witness().1)
        .refused("the empty object", bare(Vec::new()))
        .refused("a name alone", bare(vec![("PolicyName", name("a"))]))
        .refused("a project alone", bare(vec![("ProjectArn", project("p"))]))
        .build(),
    ]
}

fn bare(members: Vec<(&str, Arg)>) -> Call {
    super::call("PutProjectPolicy", members).expecting("refused")
}

/// More than the default limit of policies in a project, and one more than what is often asked for.
pub(super) const MOST: usize = 11;

/// What a put under a free name comes to, given how many policies the project has.
fn at_count(recorded: &Recorded, exchange: &Exchange) -> Expectation {
    let there = recorded.first_read().map_or(0, |state| state.occupied + state.policies.len());
    let earlier =
        recorded.traces.iter().flat_map(Trace::exchanges).take_while(|one| one.label != exchange.label);
    let accepted = earlier
        .filter(|one| one.label.starts_with('p') && matches!(one.outcome(), Outcome::Success(_)))
        .count();
    if there + accepted < recorded.quotas.project_policies.unwrap_or(5) {
        stored()
    } else {
        Expectation::refusal(&LIMIT).other_code_is(Level::Should)
    }
}
