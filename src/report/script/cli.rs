//! What the AWS CLI can say.
//!
//! It validates an input before it sends it: members that the model requires, members that it does
//! not know, types, and least lengths and numbers. Patterns, enumerations and maxima it leaves to
//! the service.

use super::request::{deviation, is_json, planned};
use crate::exchange::Exchange;
use crate::judge::finding::Finding;
use aws_conformance_generators::model::{Kind, Member, Shape, Structure, model};
use serde_json::{Map, Value};

/// Why the AWS CLI cannot make a call, if it cannot.
pub(super) fn obstacle(finding: &Finding, exchange: &Exchange, region: &str) -> Option<String> {
    let call = planned(finding, &exchange.label);
    let reason = || {
        let request = &exchange.request;
        let Some(operation) = model(request.service).operation(&request.operation) else {
            return Some("it knows no such operation".to_owned());
        };
        if deviation(exchange, call, region).is_some() {
            return Some(
                "it always sends the method, path, headers and signature of the protocol".to_owned(),
            );
        }
        match request.input() {
            Some(Value::Object(input)) if is_json(&request.body, call) => refused(input, &operation.input)
                .map(|member| format!("it refuses what the input has in the place of {member:?}")),
            _ => Some("it always sends a body of its own making".to_owned()),
        }
    };
    Some(format!("the AWS CLI cannot say {}: {}", exchange.request.operation, reason()?))
}

/// The first member whose value, or whose absence, it refuses before it sends anything.
fn refused<'a>(input: &'a Map<String, Value>, structure: &'a Structure) -> Option<&'a String> {
    let is_missing = |member: &&Member| member.required && !input.contains_key(&member.name);
    let is_taken = |name: &str, value| structure.member(name).is_some_and(|one| takes(&one.shape, value));
    let missing = structure.members.iter().find(is_missing).map(|member| &member.name);
    missing.or_else(|| input.iter().find(|(name, value)| !is_taken(name, value)).map(|(name, _)| name))
}

fn takes(shape: &Shape, value: &Value) -> bool {
    let minimum = shape.min.unwrap_or(0);
    match (&shape.kind, value) {
        (Kind::String, Value::String(text)) => text.chars().count() as u64 >= minimum,
        (Kind::Boolean, Value::Bool(_)) | (Kind::Timestamp, Value::Number(_) | Value::String(_)) => true,
        (Kind::Integer, Value::Number(number)) => match number.as_i64() {
            Some(number) => u64::try_from(number).unwrap_or(0) >= minimum,
            None => number.is_u64(),
        },
        (Kind::Structure(structure), Value::Object(input)) => refused(input, structure).is_none(),
        (Kind::List(item), Value::Array(items)) => {
            items.len() as u64 >= minimum && items.iter().all(|one| takes(item, one))
        }
        (Kind::Map(_, item), Value::Object(members)) => members.values().all(|one| takes(item, one)),
        _ => false,
    }
}
