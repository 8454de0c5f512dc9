//! `DeleteProject`.

use super::calls::{
    CallExt, OnProject, beside_a_witness, create, created, delete, delete_made, describe, describe_only,
    list, own_project, plain, put, read, settled, surely,
};
use super::lookups::Lookups;
use super::project_checks::{DELETING, NO_POLICIES, SHOWS_FIRST, SHOWS_FIRST_ELSEWHERE, WITHOUT_LAST};
use super::refusals::{NOT_FOUND, operation, refusal, unfit};
use crate::rules::calls::steps;
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};

pub(super) fn rules() -> Vec<Rule> {
    let constraints = ConstraintRules {
        operation: operation("DeleteProject"),
        accepted: |_, call| steps![put("a"), call],
        acceptance: |_| Expectation::success(After::Any, []),
        unfit,
        refusal,
        call: |target, partition| varied(plain("DeleteProject"), target, partition),
        around: beside_a_witness,
        also: &[],
    };
    let lookups = Lookups {
        operation: "DeleteProject",
        call: |partition| plain("DeleteProject").with("ProjectArn", partition.value.clone()),
        unknown: &[".DeleteProject.ResourceNotFoundException"],
        foreign: &[".DeleteProject.ResourceNotFoundException"],
        also: &[],
    };
    constraints.rules().into_iter().chain(lookups.rules()).chain(deletion()).collect()
}

fn deletion() -> Vec<Rule> {
    let gone = || steps![put("a").of("made"), delete_made("made"), settled("gone", "n", None)];
    vec![
        RuleBuilder::new(
            "rekognition.DeleteProject.Status.deleting",
            &[".delete-project.status"],
            "the answer to a deletion",
        )
        .expect("deleting", Expectation::success(After::Any, [DELETING]).at(Level::Should))
        .judged("a project without policies", own_project(), delete_made("made"), "deleting")
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProject.ProjectArn.gone",
            &[".delete-project.gone", ".delete-project.deletes"],
            "a project after its deletion",
        )
        .expect("deleted", Expectation::success(After::Any, []))
        .expect("absent", Expectation::success(After::Any, [WITHOUT_LAST]))
        .case(
            "no longer listed",
            [
                own_project(),
                steps![
                    delete_made("made").expecting("deleted"),
                    surely(settled("gone", "n", None)),
                    describe().expecting("absent")
                ],
            ]
            .concat(),
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProject.ProjectArn.policies",
            &[".delete-project.policies", ".delete-project.policies-gone"],
            "the policies of a project that is gone",
        )
        .expect("refused", Expectation::refusal(&[NOT_FOUND]))
        .expect("none", Expectation::success(After::Any, [NO_POLICIES]))
        .expect("attached", Expectation::success(After::Any, []))
        .case(
            "listed, put and deleted",
            [
                own_project(),
                gone(),
                steps![
                    list("p").of("made").expecting("refused"),
                    put("b").of("made").expecting("refused"),
                    delete("a").of("made").expecting("refused")
                ],
            ]
            .concat(),
        )
        .case(
            "a new project of the same name",
            [
                own_project(),
                gone(),
                steps![
                    create("n").labelled("again"),
                    settled("created-again", "n", Some("CREATED")),
                    list("p").of("again").expecting("none"),
                    put("a").of("again").expecting("attached")
                ],
            ]
            .concat(),
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProject.ProjectArn.alone",
            &[".delete-project.deletes"],
            "the other projects after a deletion",
        )
        .expect("deleted", Expectation::success(After::Unchanged, []))
        .expect("there", Expectation::success(After::Any, [SHOWS_FIRST]))
        .case(
            "one whose name begins another's",
            steps![
                create("nn").labelled("first"),
                create("n").labelled("made"),
                created("nn"),
                created("n"),
                delete_made("made").expecting("deleted"),
                settled("gone", "n", None),
                describe_only(&["nn"]).expecting("there")
            ],
        )
        .case(
            "the policies of another",
            steps![
                put("a"),
                create("n").labelled("made"),
                created("n"),
                put("a").of("made"),
                read("p"),
                delete_made("made").expecting("deleted"),
                settled("gone", "n", None),
                read("p")
            ],
        )
        .expect("there-too", Expectation::success(After::Any, [SHOWS_FIRST_ELSEWHERE]).at(Level::Should))
        .case(
            "one of the same name in another region",
            steps![
                create("n").elsewhere(),
                create("n").labelled("made"),
                created("n"),
                delete_made("made"),
                settled("gone", "n", None),
                describe_only(&["n"]).elsewhere().expecting("there-too")
            ],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.DeleteProject.ProjectArn.twice",
            &[".delete-project.twice"],
            "a second deletion of the same project",
        )
        .expect("either", Expectation::no_server_error().at(Level::Observe))
        .judged(
            "at once",
            [own_project(), steps![delete_made("made")]].concat(),
            delete_made("made"),
            "either",
        )
        .build(),
    ]
}
