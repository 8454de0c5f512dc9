//! How large a document may be.

use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::xray::calls::{beside_a_witness, name, put_text, read};
use crate::rules::xray::refusals::SIZE;
use crate::rules::{NOTHING, Rule, RuleBuilder};
use aws_conformance_generators::document::{self, Filling};
use aws_conformance_generators::plan::{Call, Service, Unit};

/// What a document is brought to its size with, in words.
const FILLINGS: [(&str, Filling); 2] =
    [("in a value", Filling::Value('x')), ("between tokens", Filling::Whitespace)];

/// Documents that are refused for their size.
pub(super) fn refused() -> Vec<Rule> {
    vec![too_large()]
}

/// Documents that are accepted, or may be.
pub(super) fn accepted() -> Vec<Rule> {
    vec![large(), too_much_white_space(), between(), more_bytes()]
}

pub(super) fn of_bytes(bytes: usize, filling: Filling) -> Call {
    put_text(document::sized(Service::Xray, bytes, Unit::Bytes, filling))
}

fn too_large() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.size-max",
        &[".put.size", ".PutResourcePolicy.PolicySizeLimitExceededException"],
        "documents of more than 5120 bytes that are no white space",
    )
    .expect("refused", Expectation::refusal(&SIZE).other_code_is(Level::Should))
    .between(beside_a_witness());
    // The shortest document and its white space count in any reading.
    [5121, 5200, 6000, 10_240, 20_000]
        .into_iter()
        .fold(rule, |rule, bytes| {
            rule.refused(format!("{bytes} bytes"), of_bytes(bytes, Filling::Value('x')))
        })
        .build()
}

fn too_much_white_space() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.size-white-space",
        &[".put.size", ".put.size-white-space"],
        "documents of more than 5120 bytes by white space alone",
    )
    .expect("either", Expectation::refusal(&SIZE).or_success(After::Stored, []).at(Level::Should))
    .reading(read());
    [5121, 10_240]
        .into_iter()
        .fold(rule, |rule, bytes| {
            rule.judged(format!("{bytes} bytes"), NOTHING, of_bytes(bytes, Filling::Whitespace), "either")
        })
        .build()
}

fn large() -> Rule {
    let mut rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.size",
        &[".put.size-possible", ".put.size"],
        "documents of up to 5000 bytes",
    )
    .expect("stored", Expectation::success(After::Stored, []))
    .reading(read());
    for bytes in [5000, 4999, 4097, 4096] {
        for (label, filling) in FILLINGS {
            let label = format!("{bytes} bytes, most of them {label}");
            rule = rule.judged(label, NOTHING, of_bytes(bytes, filling), "stored");
        }
    }
    let document = || of_bytes(5000, Filling::Value('x'));
    let other = || document().with("PolicyName", Some(name("b")));
    let line_feeds = of_bytes(5000, Filling::LineFeeds);
    rule.judged("5000 bytes, most of them line feeds", NOTHING, line_feeds, "stored")
        .judged("5000 bytes beside another of as many", [other()], document(), "stored")
        .judged(
            "5000 bytes in the place of others",
            [of_bytes(4999, Filling::Value('x'))],
            document(),
            "stored",
        )
        .build()
}

fn between() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.size-5kb",
        &[".put.size-5120"],
        "documents between 5000 and 5120 bytes",
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe));
    [5001, 5119, 5120]
        .into_iter()
        .fold(rule, |rule, bytes| {
            rule.judged(format!("{bytes} bytes"), NOTHING, of_bytes(bytes, Filling::Value('x')), "either")
        })
        .build()
}

fn more_bytes() -> Rule {
    let rule = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.size-bytes",
        &[".put.size", ".put.size-bytes"],
        "documents of fewer than 5000 characters and more than 5120 bytes",
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe));
    [2600, 4990]
        .into_iter()
        .fold(rule, |rule, characters| {
            let text = document::sized(Service::Xray, characters, Unit::Characters, Filling::Value('é'));
            rule.judged(format!("{characters} characters"), NOTHING, put_text(text), "either")
        })
        .build()
}
