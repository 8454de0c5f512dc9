//! Revisions: of `PutProjectPolicy` and `DeleteProjectPolicy` alike.

use super::checks::NEW_REVISION;
use crate::exchange::{Exchange, Recorded};
use crate::rules::calls::steps;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::rekognition::calls::{CALLS, CallExt, OnProject, delete, put, read, revision};
use crate::rules::rekognition::refusals::{CONSTRAINT, EXISTS, NOT_FOUND, REVISION};
use crate::rules::{NOTHING, Rule, RuleBuilder};
use aws_conformance_generators::plan::{Call, Derivation, Step};
use aws_conformance_generators::revision;

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = vec![updates(), fresh(), without(), free_name(), empty(), identical()];
    for (operation, call) in
        [("PutProjectPolicy", put("a").document(4)), ("DeleteProjectPolicy", delete("a"))]
    {
        rules.extend(not_current(operation, &call));
    }
    rules
}

/// A policy of three revisions, the last one current, and another policy.
fn three() -> Vec<Call> {
    vec![
        put("a").labelled("oldest"),
        put("a").document(1).revision(revision("oldest")).labelled("first"),
        put("a").document(2).revision(revision("first")).labelled("before"),
        put("other").document(3).labelled("other"),
    ]
}

fn read_three() -> Vec<Step> {
    three().into_iter().map(Step::Call).chain([read("p")]).collect()
}

fn updates() -> Rule {
    let updated = || Expectation::success(After::Stored, [NEW_REVISION]);
    let [granted, other] = CALLS.put_of_same_sid();
    RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyRevisionId.current-updates",
        &[".put.update", ".put.update-needs-revision"],
        "a put with the current revision",
    )
    .expect("updated", updated())
    .reading(read("p"))
    .judged(
        "the first revision",
        [put("a").labelled("before")],
        put("a").document(1).revision(revision("before")),
        "updated",
    )
    .judged("a later revision", three(), put("a").document(4).revision(revision("before")), "updated")
    .judged(
        "after a put of the same name on another project",
        [put("a").labelled("before"), put("a").document(1).on("q")],
        put("a").document(2).revision(revision("before")),
        "updated",
    )
    .judged(
        "a shorter document for a long one",
        [CALLS.put_of_1500().labelled("before")],
        put("a").document(1).revision(revision("before")),
        "updated",
    )
    .judged(
        "a statement of the same Sid that grants something else",
        [granted.labelled("before")],
        other.revision(revision("before")),
        "updated",
    )
    .build()
}

fn fresh() -> Rule {
    let back = |document: usize| put("a").document(document).revision(revision("before"));
    let changed = put("a").document(1).revision(revision("first")).labelled("before");
    RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyRevisionId.new",
        &[".put.revision-new", ".put.latest-kept"],
        "the revision of a changed policy, on going back to an earlier document too",
    )
    .expect("new", Expectation::success(After::Any, [NEW_REVISION]))
    .judged("back to the document before", [put("a").labelled("first"), changed], back(0), "new")
    .judged("back to the first document", read_three(), back(0), "new")
    .judged("another document", [put("a").labelled("before")], back(1), "new")
    .judged("back to the second document", read_three(), back(1), "new")
    .expect("refused", Expectation::refusal(&[REVISION]))
    .case("eight updates, and then the first and the fourth revision again", after_eight())
    .build()
}

/// What an endpoint could forget once a policy was updated often: each revision is new, and those that were
/// replaced are refused, however long ago.
fn after_eight() -> Vec<Step> {
    let label = |number: usize| format!("revision{number}");
    let update = |number: usize, of: usize| put("a").document(number).revision(revision(&label(of)));
    let updates = (1..=8).map(|number| update(number, number - 1).labelled(&label(number)).expecting("new"));
    let mut all: Vec<Step> = steps![put("a").labelled(&label(0))];
    all.extend(updates.map(Step::Call));
    let delete = delete("a").revision(revision(&label(4))).expecting("refused");
    all.extend(steps![
        read("p"),
        update(9, 0).expecting("refused"),
        update(9, 3).expecting("refused"),
        delete,
        read("p")
    ]);
    all
}

fn without() -> Rule {
    RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyRevisionId.absent-on-taken-name",
        &[".put.update-needs-revision", ".PutProjectPolicy.ResourceAlreadyExistsException"],
        "a put without a revision under a name that exists",
    )
    .expect("refused", Expectation::refusal(&[EXISTS, REVISION]).at(Level::Should))
    .between((three(), read("p")))
    .refused("another document", put("a").document(4).expecting("refused"))
    .refused("the same document", put("a").document(2).expecting("refused"))
    .build()
}

fn free_name() -> Rule {
    let call = |value: &str| put("free").revision(value).expecting("refused");
    RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyRevisionId.free-name",
        &[".PutProjectPolicy.InvalidPolicyRevisionIdException", ".put.revision-of-none"],
        "a revision for a policy that does not exist",
    )
    .expect("refused", Expectation::refusal(&[REVISION, NOT_FOUND]).at(Level::Should))
    .between((three(), read("p")))
    .refused("never issued", call("0123456789abcdef0123456789abcdef"))
    .refused("one digit", call("1"))
    .refused("another policy's", put("free").revision(revision("other")).expecting("refused"))
    .reading(read("p"))
    .judged(
        "the last one of a deleted policy",
        [put("a").labelled("before"), delete("a")],
        put("a").document(1).revision(revision("before")),
        "refused",
    )
    .build()
}

fn empty() -> Rule {
    RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyRevisionId.empty",
        &[".put.revision-empty"],
        "the empty text for a revision",
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe))
    .judged("a free name", NOTHING, put("a").revision(""), "either")
    .judged("a taken name", [put("a")], put("a").document(1).revision(""), "either")
    .build()
}

fn identical() -> Rule {
    RuleBuilder::new(
        "rekognition.PutProjectPolicy.PolicyRevisionId.same-document",
        &[".put.same-document"],
        "a put of the document that is there already, with the current revision",
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe))
    .judged("identical", [put("a").labelled("before")], put("a").revision(revision("before")), "either")
    .build()
}

fn malformed_refusal() -> Expectation {
    Expectation::refusal(&[REVISION]).or_refusal(&CONSTRAINT)
}

/// An id of one digit without that digit is the empty text, which may be as good as none.
fn unless_empty(_: &Recorded, exchange: &Exchange) -> Expectation {
    let revision = exchange.request.input().and_then(|input| input.get("PolicyRevisionId").cloned());
    match revision {
        Some(revision) if revision == "" => Expectation::no_server_error().at(Level::Observe),
        _ => malformed_refusal(),
    }
}

fn not_current(operation: &str, call: &Call) -> Vec<Rule> {
    let refused = |draft: RuleBuilder| {
        draft.expect("refused", Expectation::refusal(&[REVISION])).between((three(), read("p")))
    };
    let with = |of: &str| call.clone().revision(revision(of)).expecting("refused");
    let id = |property: &str| format!("rekognition.{operation}.PolicyRevisionId.{property}");
    let own = if operation == "PutProjectPolicy" { ".put" } else { ".delete" };
    let stale = refused(RuleBuilder::new(
        id("stale"),
        &[&format!("{own}.stale"), ".put.latest-kept", "protocol.unchanged"],
        "revisions that the policy had once",
    ))
    .refused("the one before the current", with("first"))
    .refused("the first of three", with("oldest"));
    let stale = match operation {
        "PutProjectPolicy" => {
            stale.refused("the first of three and the current document", with("oldest").document(2))
        }
        _ => stale,
    };
    // Where revisions begin again, a third one is none that the new policy has.
    let anew = three().into_iter().take(3).chain([delete("a"), put("a").document(3)]);
    let stale = stale
        .reading(read("p"))
        .judged("one from before a deletion, after a new creation", anew, with("before"), "refused")
        .build();
    let elsewhere = || three().into_iter().chain([put("a").document(5).on("q").labelled("elsewhere")]);
    let preexisting = RuleBuilder::new(
        id("of-another"),
        &[&format!("{own}.revision-of")],
        "the current revision of another policy",
    )
    .expect("refused", Expectation::refusal(&[REVISION]))
    .between((elsewhere(), read("p")))
    .refused("of the same project", with("other"))
    .refused("of the same name on another project", with("elsewhere"))
    .build();
    let mut never = refused(RuleBuilder::new(
        id("never-issued"),
        &[&format!("rekognition.{operation}.InvalidPolicyRevisionIdException")],
        "well-formed revisions that the policy never had",
    ))
    .expect("either", Expectation::no_server_error().at(Level::Observe));
    for partition in revision::never_issued(&revision("before")) {
        let call = call.clone().with("PolicyRevisionId", partition.value);
        never = match partition.ambiguous {
            None => never.refused(partition.label, call.expecting("refused")),
            Some(_) => never.judged(partition.label, read_three(), call, "either"),
        };
    }
    let mut malformed = RuleBuilder::new(
        id("malformed"),
        &[&id("pattern"), &id("length-max")],
        "texts around the current revision, and texts that are no revision",
    )
    .expect("refused", malformed_refusal().given(unless_empty))
    .between((three(), read("p")));
    for (label, how) in [
        ("the current id without its last digit", Derivation::WithoutLast),
        ("the current id without its first digit", Derivation::WithoutFirst),
        ("the current id with a digit behind it", Derivation::Append("0".to_owned())),
        ("the current id with a digit before it", Derivation::Prepend("0".to_owned())),
    ] {
        let other = revision("before").derived(how);
        malformed = malformed.refused(label, call.clone().revision(other).expecting("refused"));
    }
    for partition in
        revision::malformed(&revision("before")).into_iter().filter(|one| one.ambiguous.is_none())
    {
        malformed = malformed.refused(
            partition.label,
            call.clone().with("PolicyRevisionId", partition.value).expecting("refused"),
        );
    }
    vec![stale, preexisting, never.build(), malformed.build()]
}
