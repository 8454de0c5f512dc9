//! Attaching policies: to which project, under which name.

use super::checks::HEXADECIMAL;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::rekognition::calls::{
    Written, beside_a_witness, call, create, delete, name, project, put, read, revision,
};
use crate::rules::rekognition::refusals::CONSTRAINT;
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Arg, Call, Part, Symbol, Text, Unit};

/// Success that is then listed.
fn stored() -> Expectation {
    Expectation::success(After::Stored, [])
}

pub(super) fn rules() -> Vec<Rule> {
    let (before, after) = beside_a_witness();
    vec![
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyName.attaches",
            &[
                "rekognition.put.attaches",
                "rekognition.put.first",
                "rekognition.put.revision-optional",
                "rekognition.put.answer-listed",
            ],
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
            &[
                "rekognition.put.answer",
                "rekognition.put.answer-form",
                "rekognition.put.first",
                "rekognition.put.cli-output",
            ],
            "the answer to a put",
        )
        .expect("revision", Expectation::success(After::Any, [HEXADECIMAL]))
        .case("a first put", [put("a").expecting("revision").step()])
        .case(
            "an update",
            [
                put("a").labelled("before").step(),
                put("a").document(1).revision(revision("before")).expecting("revision").step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyName.several",
            &["rekognition.put.several", "rekognition.put.name"],
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
            &["rekognition.put.name-exact"],
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
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.ProjectArn.separate",
            &["rekognition.put.project", "rekognition.put.attaches"],
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
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.ProjectArn.feature",
            &["rekognition.put.custom-labels"],
            "a put on a project for content moderation",
        )
        .expect("refused", Expectation::any_refusal().at(Level::Should))
        .case(
            "a project that was just created",
            [
                create("n")
                    .with("Feature", Some("CONTENT_MODERATION".into()))
                    .with("AutoUpdate", Some("DISABLED".into()))
                    .labelled("made")
                    .step(),
                put("a").of("made").expecting("refused").step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyDocument.required-members",
            &[
                "rekognition.PutProjectPolicy.PolicyDocument.required",
                "rekognition.PutProjectPolicy.PolicyName.required",
                "rekognition.PutProjectPolicy.ProjectArn.required",
            ],
            "inputs of which several required members are missing",
        )
        .expect("refused", Expectation::refusal(&CONSTRAINT))
        .between(before, after)
        .refused("the empty object", bare(Vec::new()))
        .refused("a name alone", bare(vec![("PolicyName", name("a"))]))
        .refused("a project alone", bare(vec![("ProjectArn", project("p"))]))
        .build(),
    ]
}

/// A put under a name of 128 characters that ends like this.
fn long(end: &str) -> Call {
    let text = Text(vec![
        Part::Symbol(Symbol::Name("n".to_owned())),
        Part::Fill { with: '-', until: 128, unit: Unit::Characters },
        Part::Literal(end.to_owned()),
    ]);
    put("n").with("PolicyName", Some(text.into()))
}

fn bare(members: Vec<(&str, Arg)>) -> Call {
    call("PutProjectPolicy", members).expecting("refused")
}
