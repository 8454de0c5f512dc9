//! `DeleteResourcePolicy`.

use super::calls::{Written, beside_a_witness, delete, put, read, revision, two};
use super::refusals::{CONSTRAINT, NOT_FOUND, REVISION, operation, refusal};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::partition::Constraint;
use aws_conformance_generators::plan::{Arg, Call, Derivation};
use aws_conformance_generators::revision;

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = ConstraintRules {
        operation: operation("DeleteResourcePolicy"),
        accepted: |_, call| {
            let name = call.member("PolicyName").cloned();
            vec![put("a").with("PolicyName", name).step(), call.step()]
        },
        acceptance: |_| Expectation::success(After::Any, []),
        unfit: |_, _| Expectation::refusal(&[REVISION]).or_refusal(&CONSTRAINT),
        // A name that breaks a constraint is no policy's either, and any of the errors that apply may come.
        refusal: |target, constraint| match (target.path.as_str(), constraint) {
            ("PolicyName", Constraint::LengthMin | Constraint::LengthMax | Constraint::Pattern) => {
                refusal(target, constraint).or_refusal(&[NOT_FOUND, REVISION])
            }
            _ => refusal(target, constraint),
        },
        // A revision is tried on a policy that exists, so that nothing else is wrong.
        call: |target, partition| varied(delete("witness"), target, partition),
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
        "one that was deleted before and put anew",
        [
            put("a").step(),
            delete("a").step(),
            put("a").document(1).step(),
            put("b").step(),
            read(),
            delete("a").expecting("gone").step(),
            read(),
        ],
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
        .case(
            "upper for lower case",
            [put("ncase").step(), read(), delete("nCASE").expecting("nothing").step(), read()],
        )
        .case(
            "one of two",
            [
                put("nCASE").step(),
                put("other").step(),
                read(),
                delete("Ncase").expecting("nothing").step(),
                read(),
            ],
        )
        .build(),
    ]
}

fn revisions() -> Vec<Rule> {
    let with = |value: Arg| -> Call { delete("a").revision(value) };
    let mut not_current = RuleBuilder::new(
        "xray.DeleteResourcePolicy.PolicyRevisionId.not-current",
        &["xray.delete.revision-stale"],
        "texts that are not the current revision, most of them around it",
    )
    .expect("refused", Expectation::refusal(&[REVISION]).or_refusal(&CONSTRAINT).other_code_is(Level::Should))
    .expect(
        "same-number",
        Expectation::refusal(&[REVISION])
            .or_refusal(&CONSTRAINT)
            .or_success(After::Gone, [])
            .at(Level::Should),
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe))
    .between(two(), [read()]);
    for partition in revision::not_current(&revision("before")) {
        let Some(value) = partition.value else { continue };
        not_current = match (partition.ambiguous, partition.unsettled) {
            (None, None) => not_current.refused(partition.label, with(value).expecting("refused")),
            (None, Some(_)) => {
                let steps = [two(), vec![with(value).expecting("same-number").step(), read()]].concat();
                not_current.case(partition.label, steps)
            }
            (Some(_), _) => not_current
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
        .case(
            "one from before a deletion, after a new creation",
            [
                put("a").step(),
                put("a").document(1).step(),
                put("a").document(2).labelled("first").step(),
                delete("a").step(),
                put("a").document(3).step(),
                read(),
                delete("a").revision(revision("first")).expecting("refused").step(),
                read(),
            ],
        )
        .build(),
        not_current.build(),
    ]
}
