//! `DeleteResourcePolicy`.

use super::{
    CONSTRAINT, REVISION, Written, beside_a_witness, delete, operation, put, read, refusal, revision,
};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Body, Call, Derivation};
use aws_conformance_generators::revision;

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = ConstraintRules {
        operation: operation("DeleteResourcePolicy"),
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
        unfit: |_, _| Expectation::refusal(&[REVISION]).or_refusal(&CONSTRAINT),
        refusal,
        call: |target, partition| varied(delete("a"), target, partition),
        around: beside_a_witness,
        also: &[],
    }
    .rules();
    rules.extend(deletions());
    rules.extend(revisions());
    rules
}

fn gone() -> Expectation {
    Expectation::success(After::Gone, [])
}

fn deletions() -> Vec<Rule> {
    let mut absent = RuleBuilder::new(
        "xray.DeleteResourcePolicy.PolicyName.absent-policy",
        &["xray.delete.absent", "xray.error.not-found"],
        "a name that no policy has",
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe));
    for (label, call) in [
        ("never put", delete("a")),
        ("never put, with a revision", delete("a").revision("1")),
        ("never put, with revision 0", delete("a").revision("0")),
    ] {
        absent = absent.case(label, [put("b").step(), call.expecting("either").step()]);
    }
    absent = absent.case(
        "deleted before",
        [put("a").step(), delete("a").step(), delete("a").expecting("either").step()],
    );
    let mut deletes = RuleBuilder::new(
        "xray.DeleteResourcePolicy.PolicyName.deletes",
        &["xray.delete.deletes", "xray.delete.name", "xray.delete.revision-optional"],
        "a deletion without a revision",
    )
    .expect("gone", gone())
    .case("the only policy", [put("a").step(), read(), delete("a").expecting("gone").step(), read()])
    .case(
        "one of two",
        [put("a").step(), put("b").step(), read(), delete("a").expecting("gone").step(), read()],
    )
    .case(
        "one whose name begins another's",
        [put("a").step(), put("ab").step(), read(), delete("a").expecting("gone").step(), read()],
    )
    .case(
        "one that was updated",
        [
            put("a").step(),
            put("a").document(1).step(),
            put("b").step(),
            read(),
            delete("a").expecting("gone").step(),
            read(),
        ],
    );
    for (label, suffix) in [
        ("a name with upper case", "Upper"),
        ("a name with digits", "0123456789"),
        ("a name with '_'", "_x"),
        ("a name with '+'", "+x"),
        ("a name with '='", "=x"),
        ("a name with ','", ",x"),
        ("a name with '.'", ".x"),
        ("a name with '@'", "@x"),
        ("a name with '-'", "-x"),
        ("a name with all of them behind it", "A0_+=,.@-"),
    ] {
        let tag = format!("n{suffix}");
        let removed = delete(&tag).expecting("gone").step();
        deletes = deletes.case(label, [put(&tag).step(), read(), removed, read()]);
    }
    vec![
        deletes.build(),
        absent.build(),
        RuleBuilder::new(
            "xray.DeleteResourcePolicy.PolicyName.case",
            &["xray.delete.name-exact"],
            "a deletion by the name in another case",
        )
        .expect("nothing", Expectation::no_server_error().leaving(After::Unchanged).at(Level::Should))
        .case(
            "lower for upper case",
            [put("nCASE").step(), read(), delete("ncase").expecting("nothing").step(), read()],
        )
        .build(),
    ]
}

fn revisions() -> Vec<Rule> {
    let two = || {
        vec![
            put("a").labelled("first").step(),
            put("a").document(1).labelled("before").step(),
            put("other").labelled("other").step(),
            put("other").document(2).labelled("other2").step(),
            put("other").document(3).labelled("other3").step(),
            read(),
        ]
    };
    let with = |value: aws_conformance_generators::plan::Arg| -> Call { delete("a").revision(value) };
    let mut not_current = RuleBuilder::new(
        "xray.DeleteResourcePolicy.PolicyRevisionId.not-current",
        &["xray.delete.revision-stale"],
        "texts that are not the current revision, most of them around it",
    )
    .expect("refused", Expectation::refusal(&[REVISION]).or_refusal(&CONSTRAINT))
    .expect("either", Expectation::no_server_error().at(Level::Observe))
    .between(two(), [read()]);
    for partition in revision::not_current(&revision("before")) {
        let Some(value) = partition.value else { continue };
        not_current = match partition.ambiguous {
            None => not_current.refused(partition.label, with(value).expecting("refused")),
            Some(_) => not_current
                .case(partition.label, [two(), vec![with(value).expecting("either").step()]].concat()),
        };
    }
    vec![
        RuleBuilder::new(
            "xray.DeleteResourcePolicy.PolicyRevisionId.current",
            &["xray.delete.revision-atomic", "xray.delete.current"],
            "a deletion with the current revision",
        )
        .expect("gone", gone())
        .case(
            "the first revision",
            [
                put("a").labelled("before").step(),
                read(),
                delete("a").revision(revision("before")).expecting("gone").step(),
                read(),
            ],
        )
        .case(
            "a later revision",
            [two(), vec![delete("a").revision(revision("before")).expecting("gone").step(), read()]].concat(),
        )
        .build(),
        RuleBuilder::new(
            "xray.DeleteResourcePolicy.PolicyRevisionId.stale",
            &["xray.delete.revision-stale", "xray.delete.revision-atomic", "protocol.unchanged"],
            "a deletion with a revision that is not the latest",
        )
        .expect("refused", Expectation::refusal(&[REVISION]))
        .between(two(), [read()])
        .refused("the first of two revisions", delete("a").revision(revision("first")).expecting("refused"))
        .refused(
            "the next revision",
            delete("a").revision(revision("before").derived(Derivation::Successor)).expecting("refused"),
        )
        .refused(
            "the current revision of another policy",
            delete("a").revision(revision("other3")).expecting("refused"),
        )
        .build(),
        not_current.build(),
    ]
}
