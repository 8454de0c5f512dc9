//! What the AWS CLI can say.
//!
//! It validates an input before it sends it: members that the model requires, members that it does
//! not know, types, and least lengths and numbers. Patterns, enumerations and maxima it leaves to
//! the service.

use super::request::{deviation, is_json, planned};
use crate::exchange::Exchange;
use crate::judge::finding::Finding;
use aws_conformance_generators::model::{Kind, Shape, Structure, model};
use serde_json::Value;

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
            Some(input) if is_json(&request.body, call) => of_structure(input, &operation.input, "the input"),
            _ => Some("it always sends a body of its own making".to_owned()),
        }
    };
    Some(format!("the AWS CLI cannot say {}: {}", exchange.request.operation, reason()?))
}

fn of_structure(input: &Value, structure: &Structure, place: &str) -> Option<String> {
    let Some(members) = input.as_object() else {
        return Some(format!("it refuses a value of the wrong type for {place}"));
    };
    let missing = |name: &str| members.get(name).is_none();
    if let Some(missing) = structure.members.iter().find(|member| member.required && missing(&member.name)) {
        return Some(format!("it refuses an input without {}, which is required", missing.name));
    }
    members.iter().find_map(|(name, value)| match structure.member(name) {
        Some(member) => of_shape(value, &member.shape, &member.name),
        None => Some(format!("it refuses the member {name:?}, which it does not know")),
    })
}

fn of_shape(value: &Value, shape: &Shape, place: &str) -> Option<String> {
    let minimum = shape.min.unwrap_or(0);
    let too_few = |length: usize| {
        ((length as u64) < minimum).then(|| format!("it refuses fewer than {minimum} for {place}"))
    };
    match (&shape.kind, value) {
        (Kind::String, Value::String(text)) => too_few(text.chars().count()),
        (Kind::Boolean, Value::Bool(_)) | (Kind::Timestamp, Value::Number(_) | Value::String(_)) => None,
        (Kind::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {
            let below = number.as_i64().is_some_and(|number| u64::try_from(number).unwrap_or(0) < minimum);
            below.then(|| format!("it refuses a number below {minimum} for {place}"))
        }
        (Kind::Structure(structure), _) => of_structure(value, structure, place),
        (Kind::List(item), Value::Array(items)) => {
            too_few(items.len()).or_else(|| items.iter().find_map(|one| of_shape(one, item, place)))
        }
        (Kind::Map(_, item), Value::Object(members)) => {
            members.values().find_map(|one| of_shape(one, item, place))
        }
        _ => Some(format!("it refuses a value of the wrong type for {place}")),
    }
}
