//! Puts under free names, and what a put answers.

use crate::rules::calls::steps;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::xray::calls::{CALLS, CallExt, delete, put, put_text, read, revision};
use crate::rules::xray::checks::{COMPLETE, NEAR, SAME_DOCUMENT, SAME_JSON, SAME_NAME, SECONDS, TIME_FORM};
use crate::rules::xray::refusals::{COUNT, MALFORMED};
use crate::rules::{NOTHING, Rule, RuleBuilder};
use aws_conformance_generators::plan::{Call, Text};

pub(super) fn rules() -> Vec<Rule> {
    vec![creates(), members(), as_put(), unique(), case(), seconds()]
}

/// Names that read like something else to a library, a shell or a file system.
const UNUSUAL: [&str; 9] = [".", "..", "=", "a==", "-a", "007", "undefined", "__proto__", "constructor"];

fn creates() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyName.creates",
        &[".put.creates", ".put.revision-optional"],
        "a put under a free name",
    )
    .expect("created", Expectation::success(After::Stored, [SAME_NAME, SAME_DOCUMENT]))
    .reading(read())
    .judged("the only policy", NOTHING, put("a"), "created")
    .judged("beside another", [put("b")], put("a"), "created")
    .judged("again after a deletion", [put("a"), delete("a")], put("a").document(1), "created")
    .judged(
        "again after updates and a deletion",
        [put("a"), put("a").document(1), put("a").document(2), delete("a")],
        put("a").document(3),
        "created",
    )
    .judged(
        "again after two deletions",
        [put("a"), delete("a"), put("a").document(1), delete("a")],
        put("a"),
        "created",
    )
    .expect("refused", Expectation::refusal(&[MALFORMED]))
    .case(
        "after a creation that was refused, with revision 0",
        steps![
            put_text(Text::literal("{")).expecting("refused"),
            read(),
            put("a").revision("0").expecting("created"),
            read()
        ],
    );
    CALLS.under_names(rule, &UNUSUAL, "created").build()
}

fn members() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.ResourcePolicy.members",
        &[".put.answer-members"],
        "the members of a successful answer",
    )
    .expect("complete", Expectation::success(After::Any, [COMPLETE]))
    .judged("a creation", NOTHING, put("a"), "complete")
    .judged("an update", [put("a")], put("a").document(1), "complete")
    .judged("a creation with revision 0", NOTHING, put("a").revision("0"), "complete")
    .judged("an update with the current revision", [put("a").labelled("before")], current(), "complete")
    .judged("the document that is there already", [put("a")], put("a"), "complete")
    .build()
}

/// An update with the revision that the put before it answered.
fn current() -> Call {
    put("a").document(1).revision(revision("before"))
}

fn as_put() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.ResourcePolicy.as-put",
        &[".put.answer", ".put.document-equal"],
        "name and document of a successful answer",
    )
    .expect("same", Expectation::success(After::Any, [SAME_NAME, SAME_DOCUMENT, SAME_JSON]))
    .judged("a creation", NOTHING, put("a"), "same")
    .judged("an update", [put("a")], put("a").document(1), "same")
    .judged("a name with every kind of character", NOTHING, put("nAa0_+=,.@-"), "same")
    .judged("an update with the current revision", [put("a").labelled("before")], current(), "same")
    .build()
}

fn unique() -> Rule {
    let unique = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyName.unique",
        &[".put.name-unique"],
        "names that have much in common stay names of policies of their own",
    )
    .expect("created", Expectation::success(After::Stored, []))
    .reading(read())
    .judged("a longer name", [put("a")], put("ab").document(1), "created")
    .judged("a shorter name", [put("ab")], put("a").document(1), "created")
    .judged("a name with another last character", [put("a-1")], put("a-2").document(1), "created")
    .judged(
        "a name of 128 characters with another last one",
        [CALLS.put_long("x")],
        CALLS.put_long("y").document(1),
        "created",
    )
    .expect("apart", Expectation::by_state(&[COUNT], []))
    .expect("gone", Expectation::success(After::Gone, []));
    let unique =
        CALLS.several_apart(unique, "names that differ in one mark", &["x=b", "x+b", "x,b", "x.b", "x@b"]);
    let label = "names that differ in another mark, or in their order";
    CALLS.several_apart(unique, label, &["x-b", "x_b", "xb", "bx"]).build()
}

fn case() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyName.case",
        &[".put.name-exact"],
        "two names that differ in case alone",
    )
    .expect("created", Expectation::success(After::Stored, []).at(Level::Should))
    .reading(read())
    .judged("upper and lower case", [put("nCASE")], put("ncase").document(1), "created")
    .build()
}

fn seconds() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.LastUpdatedTime.seconds",
        &[".put.answer-time", ".answer.time", ".answer.time-examples"],
        "the time of a successful answer",
    )
    .expect("time", Expectation::success(After::Any, [TIME_FORM, SECONDS, NEAR]))
    .judged("a creation", NOTHING, put("a"), "time")
    .judged("an update", [put("a")], put("a").document(1), "time")
    .build()
}
