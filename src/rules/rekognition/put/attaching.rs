//! Attaching policies: to which project, under which name.

use super::checks::HEXADECIMAL;
use crate::rules::calls::steps;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::rekognition::calls::{
    CALLS, CallExt, OnProject, beside_a_witness, call, create, delete, name, project, put, read, revision,
};
use crate::rules::rekognition::refusals::{CONSTRAINT, DOCUMENT, LIMIT};
use crate::rules::{NOTHING, Rule, RuleBuilder};
use aws_conformance_generators::plan::{Arg, Call, Text};

/// Success that is then listed.
fn stored() -> Expectation {
    Expectation::success(After::Stored, [])
}

/// Names that begin, end or read like something else to a library, a shell or a file system.
const UNUSUAL: [&str; 9] = ["-a", "a.", "a..b", ".", "..", "007", "undefined", "__proto__", "constructor"];

pub(super) fn rules() -> Vec<Rule> {
    let attaches = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyName.attaches",
        &[".put.attaches", ".put.first", ".put.revision-optional", ".put.answer-listed"],
        "a put under a free name, without a revision",
    )
    .expect("attached", stored())
    .reading(read("p"))
    .judged("the first policy", NOTHING, put("a"), "attached")
    .judged("again after a deletion", [put("a"), delete("a")], put("a").document(1), "attached")
    .expect("refused", Expectation::refusal(&DOCUMENT))
    .case(
        "after a put that was refused",
        steps![
            CALLS.put_text(Text::literal("{")).expecting("refused"),
            read("p"),
            put("a").expecting("attached"),
            read("p")
        ],
    );
    vec![
        CALLS.under_names(attaches, &UNUSUAL, "attached").build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyRevisionId.answered",
            &[".put.answer", ".put.answer-form", ".put.first", ".put.cli-output"],
            "the answer to a put",
        )
        .expect("revision", Expectation::success(After::Any, [HEXADECIMAL]))
        .judged("a first put", NOTHING, put("a"), "revision")
        .judged(
            "an update",
            [put("a").labelled("before")],
            put("a").document(1).revision(revision("before")),
            "revision",
        )
        .build(),
        several(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.PolicyName.case",
            &[".put.name-exact"],
            "two names that differ in case alone",
        )
        .expect("attached", stored().at(Level::Should))
        .reading(read("p"))
        .judged("upper and lower case", [put("nCASE")], put("ncase").document(1), "attached")
        .build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.ProjectArn.separate",
            &[".put.project", ".put.attaches"],
            "the same name on another project",
        )
        .expect("attached", stored())
        .reading(read("p"))
        .judged("the project itself", [put("a").on("q")], put("a").document(1), "attached")
        .reading(read("q"))
        .judged("the other project is left alone", [put("a").on("q")], put("a").document(1), "attached")
        .judged(
            "an update leaves the other project's alone",
            [put("a").on("q"), put("a").document(1).labelled("before")],
            put("a").document(2).revision(revision("before")),
            "attached",
        )
        .build(),
        RuleBuilder::new(
            "rekognition.PutProjectPolicy.ProjectArn.feature",
            &[".put.custom-labels"],
            "a put on a project for content moderation",
        )
        .expect("refused", Expectation::any_refusal().at(Level::Should))
        .judged(
            "a project that was just created",
            [create("n")
                .with("Feature", Some("CONTENT_MODERATION".into()))
                .with("AutoUpdate", Some("DISABLED".into()))
                .labelled("made")],
            put("a").of("made"),
            "refused",
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
        .between(beside_a_witness())
        .refused("the empty object", bare(Vec::new()))
        .refused("a name alone", bare(vec![("PolicyName", name("a"))]))
        .refused("a project alone", bare(vec![("ProjectArn", project("p"))]))
        .build(),
    ]
}

fn several() -> Rule {
    let several = RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyName.several",
        &[".put.several", ".put.name"],
        "names that have much in common",
    )
    .expect("attached", stored())
    .reading(read("p"))
    .judged("a second policy", [put("b")], put("a").document(1), "attached")
    .judged("a longer name", [put("a")], put("ab").document(1), "attached")
    .judged("a shorter name", [put("ab")], put("a").document(1), "attached")
    .judged(
        "a name of 128 characters with another last one",
        [CALLS.put_long("x")],
        CALLS.put_long("y").document(1),
        "attached",
    );
    let several = several
        .expect("apart", Expectation::by_state(&LIMIT, []).other_code_is(Level::Should))
        .expect("gone", Expectation::success(After::Gone, []));
    let tags = ["a-b", "a_b", "a.b", "ab", "ba"];
    CALLS.several_apart(several, "names that differ in one mark, or in their order", &tags).build()
}

fn bare(members: Vec<(&str, Arg)>) -> Call {
    call("PutProjectPolicy", members)
}
