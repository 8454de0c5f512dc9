//! Puts with and without a revision.

use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::xray::calls::{Written, beside_a_witness, delete, put, read, revision, two};
use crate::rules::xray::checks::{FIRST_IS_ONE, GREATER_REVISION, NEW_REVISION};
use crate::rules::xray::refusals::{CONSTRAINT, REVISION};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Call, Derivation, Step, Symbol};
use aws_conformance_generators::revision;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        absent_updates(),
        current_updates(),
        stale(),
        future(),
        zero_on_taken_name(),
        zero_on_free_name(),
        not_current(),
        free_name(),
        first(),
        same_document(),
    ]
}

fn refused() -> Expectation {
    Expectation::refusal(&[REVISION])
}

/// After these steps the call, with reads around it.
fn after(before: Vec<Step>, call: Call) -> Vec<Step> {
    before.into_iter().chain([read(), call.step(), read()]).collect()
}

fn absent_updates() -> Rule {
    let updated = |number| put("a").document(number).expecting("updated");
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.absent-updates",
        &["xray.put.updates", "xray.put.revision-incremented", "xray.put.name", "xray.put.first-one"],
        "a put without a revision under a name that exists",
    )
    .expect("updated", Expectation::success(After::Stored, [NEW_REVISION, GREATER_REVISION]))
    .case("once", after(vec![put("a").step()], updated(1)))
    .case("twice", after(vec![put("a").step(), put("a").document(1).step()], updated(2)))
    .case("back to the first document", after(vec![put("a").step(), put("a").document(1).step()], updated(0)))
    .case(
        "beside others, one put before it and one after",
        after(vec![put("b").step(), put("a").step(), put("c").document(2).step()], updated(1)),
    )
    .build()
}

fn current_updates() -> Rule {
    let updated = |number| put("a").document(number).revision(revision("before")).expecting("updated");
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.current-updates",
        &["xray.put.revision-atomic", "xray.put.revision-incremented"],
        "a put with the current revision",
    )
    .expect("updated", Expectation::success(After::Stored, [NEW_REVISION, GREATER_REVISION]))
    .case("the first revision", after(vec![put("a").labelled("before").step()], updated(1)))
    .case(
        "a later revision",
        after(vec![put("a").step(), put("a").document(1).labelled("before").step()], updated(2)),
    )
    .case(
        "of a policy that was put anew after a deletion",
        after(
            vec![
                put("a").step(),
                put("a").document(1).step(),
                delete("a").step(),
                put("a").document(2).labelled("before").step(),
            ],
            updated(3),
        ),
    )
    .build()
}

fn stale() -> Rule {
    let first = |number| put("a").document(number).revision(revision("first")).expecting("refused");
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.stale",
        &["xray.put.revision-stale", "xray.put.revision-atomic", "protocol.unchanged"],
        "a put with a revision that was the latest once",
    )
    .expect("refused", refused())
    .between(two(), [read()])
    .refused("the first of two revisions", first(4))
    .refused("the first of two revisions and its document", first(0))
    .case(
        // Where revisions begin again, a third one is none that the new policy has.
        "one from before a deletion, after a new creation",
        after(
            vec![
                put("a").step(),
                put("a").document(1).step(),
                put("a").document(2).labelled("first").step(),
                delete("a").step(),
                put("a").document(3).step(),
            ],
            first(4),
        ),
    )
    .build()
}

fn future() -> Rule {
    let with = |revision: Symbol| put("a").document(4).revision(revision).expecting("refused");
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.future",
        &["xray.put.revision-stale"],
        "a put with a revision that is yet to come",
    )
    .expect("refused", refused())
    .between(two(), [read()])
    .refused("the next revision", with(revision("before").derived(Derivation::Successor)))
    .refused("the current revision of another policy", with(revision("other3")))
    .build()
}

fn zero_on_taken_name() -> Rule {
    let zero = |number| put("a").document(number).revision("0").expecting("refused");
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.zero-on-taken-name",
        &["xray.put.revision-zero"],
        "revision 0 under a name that exists",
    )
    .expect("refused", refused())
    .between(two(), [read()])
    .refused("another document", zero(4))
    .refused("the same document", zero(1))
    .case(
        "a policy that was put anew after a deletion",
        after(vec![put("a").step(), delete("a").step(), put("a").document(1).step()], zero(4)),
    )
    .build()
}

fn zero_on_free_name() -> Rule {
    let zero = || put("a").revision("0").expecting("created");
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.zero-on-free-name",
        &["xray.put.revision-zero-creates"],
        "revision 0 under a free name",
    )
    .expect("created", Expectation::success(After::Stored, []))
    .case("a new name", after(Vec::new(), zero()))
    .case("beside another", after(vec![put("b").step()], zero()))
    .case("after a deletion", after(vec![put("a").step(), delete("a").step()], zero()))
    .build()
}

fn not_current() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.not-current",
        &["xray.put.revision-stale", "xray.put.revision-any"],
        "texts that are not the current revision, most of them around it",
    )
    .expect("refused", refused().or_refusal(&CONSTRAINT).other_code_is(Level::Should))
    .expect("same-number", refused().or_refusal(&CONSTRAINT).or_success(After::Stored, []).at(Level::Should))
    .expect("either", Expectation::no_server_error().at(Level::Observe))
    .between(two(), [read()]);
    revision::not_current(&revision("before"))
        .into_iter()
        .fold(rule, |rule, partition| {
            let call = put("a").document(4).with("PolicyRevisionId", partition.value);
            match (partition.ambiguous, partition.unsettled) {
                (None, None) => rule.refused(partition.label, call.expecting("refused")),
                (None, Some(_)) => {
                    let steps = [two(), vec![call.expecting("same-number").step(), read()]].concat();
                    rule.case(partition.label, steps)
                }
                (Some(_), _) => {
                    rule.case(partition.label, [two(), vec![call.expecting("either").step()]].concat())
                }
            }
        })
        .build()
}

fn free_name() -> Rule {
    let (before, after) = beside_a_witness();
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.free-name",
        &["xray.put.revision-of-none"],
        "a revision for a policy that does not exist",
    )
    .expect("refused", refused().or_refusal(&CONSTRAINT).at(Level::Should))
    .between(before, after);
    [("'1'", "1"), ("'2'", "2"), ("'17'", "17"), ("a word", "abc")]
        .into_iter()
        .fold(rule, |rule, (label, value)| rule.refused(label, put("a").revision(value).expecting("refused")))
        .build()
}

fn first() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.first",
        &["xray.put.first-one"],
        "the revision of a new policy",
    )
    .expect("one", Expectation::success(After::Any, [FIRST_IS_ONE]).at(Level::Observe))
    .case("a creation", [put("a").expecting("one").step()])
    .build()
}

fn same_document() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.same-document",
        &["xray.put.same-document", "xray.put.revision-incremented"],
        "a put of the document that is there already",
    )
    .expect("either", Expectation::success(After::Any, []).at(Level::Observe))
    .case("identical", [put("a").step(), put("a").expecting("either").step()])
    .build()
}
