//! What the AWS CLI can say, and how.
//!
//! It validates an input before it sends it: members that the model requires, members that it does
//! not know, types, and least lengths and numbers. Patterns, enumerations and maxima it leaves to
//! the service.

use aws_conformance_generators::model::{Kind, Shape, Structure, model};
use aws_conformance_generators::plan::{Arg, Body, Call, Part, Plan, Wire};
use serde_json::Value;

use super::values::last_of_each;

/// An operation's name as a command: `PutResourcePolicy` is `put-resource-policy`.
pub(super) fn command(operation: &str) -> String {
    let mut command = String::new();
    for (at, character) in operation.char_indices() {
        if character.is_ascii_uppercase() && at > 0 {
            command.push('-');
        }
        command.push(character.to_ascii_lowercase());
    }
    command
}

/// A text with each `{Operation}` replaced by what a client calls it.
pub(super) fn with_operations(text: &str, name: impl Fn(&str) -> String) -> String {
    const OPERATIONS: [&str; 6] = [
        "DescribeProjects",
        "CreateProject",
        "DeleteProject",
        "ListResourcePolicies",
        "DeleteResourcePolicy",
        "DeleteProjectPolicy",
    ];
    OPERATIONS
        .iter()
        .fold(text.to_owned(), |text, operation| text.replace(&format!("{{{operation}}}"), &name(operation)))
}

/// Why the AWS CLI cannot make the calls of a plan, if it cannot.
pub(super) fn obstacle(plan: &Plan) -> Option<String> {
    plan.calls().find_map(|call| {
        let reason = of_call(call)?;
        Some(format!("the AWS CLI cannot say {} ({}): {reason}", call.label, call.operation))
    })
}

fn of_call(call: &Call) -> Option<String> {
    let by_region_alone = Wire { elsewhere: call.wire.elsewhere, ..Wire::default() };
    if call.wire != by_region_alone {
        return Some("it always sends the method, path, headers and signature of the protocol".to_owned());
    }
    let Some(operation) = model(call.service).operation(&call.operation) else {
        return Some("it knows no such operation".to_owned());
    };
    match &call.body {
        Body::Raw(_) => Some("it always sends a body of its own making".to_owned()),
        Body::Input(input) => of_structure(input, &operation.input, "the input"),
    }
}

fn of_structure(arg: &Arg, structure: &Structure, place: &str) -> Option<String> {
    let members: Vec<(&str, Arg)> = match arg {
        Arg::Object(members) => {
            last_of_each(members).into_iter().map(|(name, value)| (name, value.clone())).collect()
        }
        Arg::Json(Value::Object(members)) => {
            members.iter().map(|(name, value)| (name.as_str(), Arg::Json(value.clone()))).collect()
        }
        _ => return Some(format!("it refuses a value of the wrong type for {place}")),
    };
    let has = |name: &str| members.iter().any(|(member, _)| *member == name);
    if let Some(missing) = structure.members.iter().find(|member| member.required && !has(&member.name)) {
        return Some(format!("it refuses an input without {}, which is required", missing.name));
    }
    members.iter().find_map(|(name, value)| match structure.member(name) {
        Some(member) => of_shape(value, &member.shape, &member.name),
        None => Some(format!("it refuses the member {name:?}, which it does not know")),
    })
}

fn of_shape(arg: &Arg, shape: &Shape, place: &str) -> Option<String> {
    let wrong_type = || Some(format!("it refuses a value of the wrong type for {place}"));
    let minimum = shape.min.unwrap_or(0);
    let too_short =
        |length: u64| (length < minimum).then(|| format!("it refuses fewer than {minimum} for {place}"));
    match (&shape.kind, arg) {
        (Kind::String, Arg::Json(Value::String(text))) => too_short(text.chars().count() as u64),
        (Kind::String, Arg::Text(text)) => {
            // What a symbol stands for is not known here; the services give no empty texts.
            let known: usize = text
                .0
                .iter()
                .map(|part| match part {
                    Part::Literal(text) => text.chars().count(),
                    Part::Symbol(_) => usize::try_from(minimum).unwrap_or(usize::MAX),
                    Part::Fill { until, .. } => *until,
                })
                .fold(0, usize::saturating_add);
            too_short(known as u64)
        }
        (Kind::Boolean, Arg::Json(Value::Bool(_))) => None,
        (Kind::Integer, Arg::Json(Value::Number(number))) => match number.as_i64() {
            Some(number) if u64::try_from(number).unwrap_or(0) < minimum => {
                Some(format!("it refuses a number below {minimum} for {place}"))
            }
            Some(_) => None,
            None if number.is_u64() => None,
            None => wrong_type(),
        },
        (Kind::Timestamp, Arg::Json(Value::Number(_) | Value::String(_))) => None,
        (Kind::Structure(structure), _) => of_structure(arg, structure, place),
        (Kind::List(item), Arg::List(items)) => {
            too_short(items.len() as u64).or_else(|| items.iter().find_map(|one| of_shape(one, item, place)))
        }
        (Kind::List(item), Arg::Json(Value::Array(items))) => too_short(items.len() as u64)
            .or_else(|| items.iter().find_map(|one| of_shape(&Arg::Json(one.clone()), item, place))),
        (Kind::Map(_, value), Arg::Json(Value::Object(members))) => {
            members.values().find_map(|one| of_shape(&Arg::Json(one.clone()), value, place))
        }
        (Kind::Map(_, value), Arg::Object(members)) => {
            members.iter().find_map(|(_, one)| of_shape(one, value, place))
        }
        _ => wrong_type(),
    }
}
