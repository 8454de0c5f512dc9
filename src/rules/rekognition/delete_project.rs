//! `DeleteProject`.

use super::calls::{
    Written, beside_a_witness, create, created, delete, delete_made, describe, describe_only, list, plain,
    put, read, settled, surely,
};
use super::lookups::Lookups;
use super::project_checks::{DELETING, NO_POLICIES, SHOWS_FIRST, WITHOUT_LAST};
use super::refusals::{NOT_FOUND, operation, refusal, unfit};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};

pub(super) fn rules() -> Vec<Rule> {
    let constraints = ConstraintRules {
        operation: operation("DeleteProject"),
        accepted: |_, call| vec![put("a").step(), call.step()],
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
        around: beside_a_witness,
        unknown: &["rekognition.DeleteProject.ResourceNotFoundException"],
        foreign: &["rekognition.DeleteProject.ResourceNotFoundException"],
        also: &[],
    };
    constraints.rules().into_iter().chain(lookups.rules()).chain(deletion()).collect()
}

fn deletion() -> Vec<Rule> {
    let with_policy = || vec![create("n").labelled("made").step(), created("n"), put("a").of("made").step()];
    vec![
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
                created("n"),
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
        .expect("absent", Expectation::success(After::Any, [WITHOUT_LAST]))
        .case(
            "no longer listed",
            [
                create("n").labelled("made").step(),
                created("n"),
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
                    list("p").of("made").expecting("refused").step(),
                    put("b").of("made").expecting("refused").step(),
                    delete("a").of("made").expecting("refused").step(),
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
                    settled("created-again", "n", Some("CREATED")),
                    list("p").of("again").expecting("none").step(),
                    put("a").of("again").expecting("attached").step(),
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
        .expect("deleted", Expectation::success(After::Unchanged, []))
        .expect("there", Expectation::success(After::Any, [SHOWS_FIRST]))
        .case(
            "one whose name begins another's",
            [
                create("nn").labelled("first").step(),
                create("n").labelled("made").step(),
                created("nn"),
                created("n"),
                delete_made("made").expecting("deleted").step(),
                settled("gone", "n", None),
                describe_only(&["nn"]).expecting("there").step(),
            ],
        )
        .case(
            "the policies of another",
            [
                put("a").step(),
                create("n").labelled("made").step(),
                created("n"),
                put("a").of("made").step(),
                read("p"),
                delete_made("made").expecting("deleted").step(),
                settled("gone", "n", None),
                read("p"),
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
                created("n"),
                delete_made("made").step(),
                delete_made("made").expecting("either").step(),
            ],
        )
        .build(),
    ]
}
