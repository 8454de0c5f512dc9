//! Puts with and without a revision.

use crate::rules::calls::steps;
use crate::rules::expectation::{After, Check, Expectation, Level};
use crate::rules::xray::calls::{
    CALLS, CallExt, beside_a_witness, bypassing, delete, put, read, revision, two,
};
use crate::rules::xray::checks::{FIRST_IS_ONE, GREATER_REVISION, NEW_REVISION, REVISION_AGAIN};
use crate::rules::xray::refusals::{CONSTRAINT, REVISION};
use crate::rules::{NOTHING, Rule, RuleBuilder};
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
        not_current(
            "xray.PutResourcePolicy.PolicyRevisionId.not-current",
            &[".put.revision-stale", ".put.revision-any"],
            &put("a").document(4),
            After::Stored,
        ),
        free_name(),
        first(),
        same_document(),
    ]
}

/// What the revision of an update is.
const NEXT: [Check; 3] = [NEW_REVISION, GREATER_REVISION, REVISION_AGAIN];

fn refused() -> Expectation {
    Expectation::refusal(&[REVISION])
}

fn absent_updates() -> Rule {
    let updated = |number| put("a").document(number);
    let [granted, other] = CALLS.put_of_same_sid();
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.absent-updates",
        &[".put.updates", ".put.revision-incremented", ".put.name", ".put.first-one"],
        "a put without a revision under a name that exists",
    )
    .expect("updated", Expectation::success(After::Stored, NEXT))
    .expect("new", Expectation::success(After::Any, NEXT))
    .reading(read())
    .judged("back to the first document", [put("a"), put("a").document(1)], updated(0), "updated")
    .judged("once", [put("a")], updated(1), "updated")
    .judged("twice", [put("a"), put("a").document(1)], updated(2), "updated")
    .judged(
        "beside others, one put before it and one after",
        [put("b"), put("a"), put("c").document(2)],
        updated(1),
        "updated",
    )
    // As texts, the tenth revision comes before the second.
    .judged(
        "ten times before",
        [updated(0)].into_iter().chain((1..=10).map(|number| updated(number).expecting("new"))),
        updated(11),
        "updated",
    )
    .judged("a shorter document for a long one", [CALLS.put_of_1500()], updated(1), "updated")
    .judged("a statement of the same Sid that grants something else", [granted], other, "updated")
    .build()
}

fn current_updates() -> Rule {
    let updated = |number| put("a").document(number).revision(revision("before"));
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.current-updates",
        &[".put.revision-atomic", ".put.revision-incremented"],
        "a put with the current revision",
    )
    .expect("updated", Expectation::success(After::Stored, NEXT))
    .reading(read())
    .judged("the first revision", [put("a").labelled("before")], updated(1), "updated")
    .judged("a later revision", [put("a"), put("a").document(1).labelled("before")], updated(2), "updated")
    .judged(
        "of a policy that was put anew after a deletion",
        [put("a"), put("a").document(1), delete("a"), put("a").document(2).labelled("before")],
        updated(3),
        "updated",
    )
    .expect("refused", refused())
    .case(
        "after a stale one was refused",
        steps![
            put("a").labelled("first"),
            put("a").document(1).labelled("before"),
            put("a").document(2).revision(revision("first")).expecting("refused"),
            read(),
            updated(3).expecting("updated"),
            read()
        ],
    )
    .build()
}

fn stale() -> Rule {
    let first = |number| put("a").document(number).revision(revision("first"));
    let fourth = put("a").document(12).revision(revision("fourth"));
    let both = steps![first(12).expecting("refused"), fourth.expecting("refused"), read()];
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.stale",
        &[".put.revision-stale", ".put.revision-atomic", "protocol.unchanged"],
        "a put with a revision that was the latest once",
    )
    .expect("refused", refused())
    .between((two(), read()))
    .refused("the first of two revisions", first(4))
    .refused("the first of two revisions and its document", first(0))
    .refused("the first of two revisions and the current document", first(1))
    .refused("the first of two revisions and the flag against the lockout check", bypassing(first(4), true))
    .reading(read())
    .judged(
        // Where revisions begin again, a third one is none that the new policy has.
        "one from before a deletion, after a new creation",
        [
            put("a"),
            put("a").document(1),
            put("a").document(2).labelled("first"),
            delete("a"),
            put("a").document(3),
        ],
        first(4),
        "refused",
    )
    // As texts, the first revision begins the twelfth.
    .case("the first of twelve revisions, and the fourth", [twelve(), both].concat())
    .build()
}

/// A policy of twelve revisions, of which the first and the fourth have labels.
fn twelve() -> Vec<Step> {
    let put = |number: usize| match number {
        0 => put("a").labelled("first"),
        3 => put("a").document(3).labelled("fourth"),
        _ => put("a").document(number),
    };
    (0..12).map(|number| Step::Call(put(number))).chain([read()]).collect()
}

fn future() -> Rule {
    let with = |revision: Symbol| put("a").document(4).revision(revision);
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.future",
        &[".put.revision-stale"],
        "a put with a revision that is yet to come",
    )
    .expect("refused", refused())
    .between((two(), read()))
    .refused("the next revision", with(revision("before").derived(Derivation::Successor)))
    .refused("the current revision of another policy", with(revision("other3")))
    .build()
}

fn zero_on_taken_name() -> Rule {
    let zero = |number| put("a").document(number).revision("0");
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.zero-on-taken-name",
        &[".put.revision-zero"],
        "revision 0 under a name that exists",
    )
    .expect("refused", refused())
    .between((two(), read()))
    .refused("another document", zero(4))
    .refused("the same document", zero(1))
    .refused("another document and the flag against the lockout check", bypassing(zero(4), true))
    .reading(read())
    .judged(
        "a policy that was put anew after a deletion",
        [put("a"), delete("a"), put("a").document(1)],
        zero(4),
        "refused",
    )
    .build()
}

fn zero_on_free_name() -> Rule {
    let zero = || put("a").revision("0");
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.zero-on-free-name",
        &[".put.revision-zero-creates"],
        "revision 0 under a free name",
    )
    .expect("created", Expectation::success(After::Stored, []))
    .reading(read())
    .judged("a new name", NOTHING, zero(), "created")
    .judged("beside another", [put("b")], zero(), "created")
    .judged("after a deletion", [put("a"), delete("a")], zero(), "created")
    .expect("created-too", Expectation::success(After::Stored, []).at(Level::Should))
    .judged(
        "beside one whose name differs in case alone",
        [put("nCASE")],
        put("ncase").revision("0"),
        "created-too",
    )
    .build()
}

/// The rule of calls with revisions that are not the current one; `after` is what a success leaves.
pub(in crate::rules::xray) fn not_current(id: &str, cites: &[&str], call: &Call, after: After) -> Rule {
    let same_number = refused().or_refusal(&CONSTRAINT).or_success(after, []).at(Level::Should);
    let rule = RuleBuilder::new(id, cites, "texts that are not the current revision, most of them around it")
        .expect("refused", refused().or_refusal(&CONSTRAINT).other_code_is(Level::Should))
        .expect("same-number", same_number)
        .expect("either", Expectation::no_server_error().at(Level::Observe))
        .between((two(), read()))
        .reading(read());
    revision::not_current(&revision("before"))
        .into_iter()
        .fold(rule, |rule, partition| {
            let call = call.clone().with("PolicyRevisionId", partition.value);
            match (partition.ambiguous, partition.unsettled) {
                (None, None) => rule.refused(partition.label, call),
                (None, Some(_)) => rule.judged(partition.label, two(), call, "same-number"),
                (Some(_), _) => {
                    let before = two().into_iter().map(Step::Call).chain([read()]);
                    rule.case(partition.label, before.chain([call.expecting("either").into()]))
                }
            }
        })
        .build()
}

fn free_name() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.free-name",
        &[".put.revision-of-none"],
        "a revision for a policy that does not exist",
    )
    .expect("refused", refused().or_refusal(&CONSTRAINT).at(Level::Should))
    .between(beside_a_witness());
    [("'1'", "1"), ("'2'", "2"), ("'17'", "17"), ("a word", "abc")]
        .into_iter()
        .fold(rule, |rule, (label, value)| rule.refused(label, put("a").revision(value)))
        .build()
}

fn first() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.first",
        &[".put.first-one"],
        "the revision of a new policy",
    )
    .expect("one", Expectation::success(After::Any, [FIRST_IS_ONE]).at(Level::Observe))
    .judged("a creation", NOTHING, put("a"), "one")
    .build()
}

fn same_document() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.same-document",
        &[".put.same-document", ".put.revision-incremented"],
        "a put of the document that is there already",
    )
    .expect("either", Expectation::success(After::Any, []).at(Level::Observe))
    .judged("identical", [put("a")], put("a"), "either")
    .build()
}
