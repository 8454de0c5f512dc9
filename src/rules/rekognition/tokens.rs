//! Pagination tokens that no answer gave, in both operations that take one.

use super::refusals::TOKEN;
use crate::rules::expectation::{Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::partition::Partition;
use aws_conformance_generators::plan::{Arg, Call, Step};
use aws_conformance_generators::token;
use serde_json::Value;

/// A rule for an operation's tokens.
pub(super) fn garbage(operation: &str, call: &Call, around: (Vec<Step>, Step)) -> Rule {
    let error = format!("rekognition.{operation}.InvalidPaginationTokenException");
    let draft = RuleBuilder::new(
        format!("rekognition.{operation}.NextToken.garbage"),
        &[&error],
        "tokens that no service handed out",
    )
    // Some services' tokens are keys, and any text may be one.
    .expect("refused", Expectation::refusal(&TOKEN).at(Level::Should))
    .expect("unreadable", Expectation::refusal(&TOKEN).or_refusal(&["SerializationException"]))
    .between(around);
    // A number may be a token of a service that counts.
    let tokens = token::garbage().into_iter().filter(|one| one.ambiguous.is_none() && text(one) != Some("1"));
    tokens
        .fold(draft, |draft, token| {
            let is_unreadable = text(&token).is_some_and(|text| text.chars().any(char::is_control));
            let expect = if is_unreadable { "unreadable" } else { "refused" };
            draft.refused(token.label, call.clone().with("NextToken", token.value).expecting(expect))
        })
        .build()
}

fn text(partition: &Partition) -> Option<&str> {
    match &partition.value {
        Some(Arg::Json(Value::String(text))) => Some(text),
        _ => None,
    }
}
