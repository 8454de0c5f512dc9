//! Puts under free names, and what a put answers.

use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::xray::calls::{Written, delete, put, put_long, read};
use crate::rules::xray::checks::{COMPLETE, NEAR, SAME_DOCUMENT, SAME_JSON, SAME_NAME, SECONDS, TIME_FORM};
use crate::rules::{Rule, RuleBuilder};

pub(super) fn rules() -> Vec<Rule> {
    vec![creates(), members(), as_put(), unique(), case(), seconds()]
}

fn creates() -> Rule {
    let created = |tag: &str, number: usize| put(tag).document(number).expecting("created").step();
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyName.creates",
        &["xray.put.creates", "xray.put.revision-optional"],
        "a put under a free name",
    )
    .expect("created", Expectation::success(After::Stored, [SAME_NAME, SAME_DOCUMENT]))
    .case("the only policy", [read(), created("a", 0), read()])
    .case("beside another", [put("b").step(), read(), created("a", 0), read()])
    .case("again after a deletion", [put("a").step(), delete("a").step(), read(), created("a", 1), read()])
    .case(
        "again after updates and a deletion",
        [
            put("a").step(),
            put("a").document(1).step(),
            put("a").document(2).step(),
            delete("a").step(),
            read(),
            created("a", 3),
            read(),
        ],
    )
    .case(
        "again after two deletions",
        [
            put("a").step(),
            delete("a").step(),
            put("a").document(1).step(),
            delete("a").step(),
            read(),
            created("a", 0),
            read(),
        ],
    )
    .build()
}

fn members() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.ResourcePolicy.members",
        &["xray.put.answer-members"],
        "the members of a successful answer",
    )
    .expect("complete", Expectation::success(After::Any, [COMPLETE]))
    .case("a creation", [put("a").expecting("complete").step()])
    .case("an update", [put("a").step(), put("a").document(1).expecting("complete").step()])
    .build()
}

fn as_put() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.ResourcePolicy.as-put",
        &["xray.put.answer", "xray.put.document-equal"],
        "name and document of a successful answer",
    )
    .expect("same", Expectation::success(After::Any, [SAME_NAME, SAME_DOCUMENT, SAME_JSON]))
    .case("a creation", [put("a").expecting("same").step()])
    .case("an update", [put("a").step(), put("a").document(1).expecting("same").step()])
    .case("a name with every kind of character", [put("nAa0_+=,.@-").expecting("same").step()])
    .build()
}

fn unique() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyName.unique",
        &["xray.put.name-unique"],
        "names that have much in common stay names of policies of their own",
    )
    .expect("created", Expectation::success(After::Stored, []))
    .case(
        "a longer name",
        [put("a").step(), read(), put("ab").document(1).expecting("created").step(), read()],
    )
    .case(
        "a shorter name",
        [put("ab").step(), read(), put("a").document(1).expecting("created").step(), read()],
    )
    .case(
        "a name with another last character",
        [put("a-1").step(), read(), put("a-2").document(1).expecting("created").step(), read()],
    )
    .case(
        "a name of 128 characters with another last one",
        [put_long("x").step(), read(), put_long("y").document(1).expecting("created").step(), read()],
    )
    .build()
}

fn case() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyName.case",
        &["xray.put.name-exact"],
        "two names that differ in case alone",
    )
    .expect("created", Expectation::success(After::Stored, []).at(Level::Should))
    .case(
        "upper and lower case",
        [put("nCASE").step(), read(), put("ncase").document(1).expecting("created").step(), read()],
    )
    .build()
}

fn seconds() -> Rule {
    RuleBuilder::new(
        "xray.PutResourcePolicy.LastUpdatedTime.seconds",
        &["xray.put.answer-time", "xray.answer.time", "xray.answer.time-examples"],
        "the time of a successful answer",
    )
    .expect("time", Expectation::success(After::Any, [TIME_FORM, SECONDS, NEAR]))
    .case("a creation", [put("a").expecting("time").step()])
    .case("an update", [put("a").step(), put("a").document(1).expecting("time").step()])
    .build()
}
