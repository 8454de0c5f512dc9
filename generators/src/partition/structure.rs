//! Partitions of what is around a string's characters: presence, type, range, enumeration, count.

use super::example;
use super::meaning::Meaning;
use super::target::{Place, Target};
use crate::constraint::Constraint;
use crate::document;
use crate::model::{Kind, Shape};
use crate::plan::{Arg, Part};
use crate::value::{Partition, ambiguity};
use serde_json::{Value, json};

pub(super) fn partitions(target: &Target, constraint: Constraint) -> Vec<Partition> {
    match constraint {
        Constraint::Required => presence(target),
        Constraint::Type => types(target),
        Constraint::ValueMin => least(&target.shape),
        Constraint::ValueMax => greatest(&target.shape),
        Constraint::Enum => values(&target.shape),
        Constraint::CountMin | Constraint::CountMax => counts(target, constraint),
        Constraint::LengthMin | Constraint::LengthMax | Constraint::Pattern => Vec::new(),
    }
}

fn presence(target: &Target) -> Vec<Partition> {
    vec![
        present(target, "present"),
        Partition::absent(&[Constraint::Required]),
        Partition::broken("null", Value::Null, &[Constraint::Required]),
    ]
}

/// The plain valid value at the place.
pub(super) fn present(target: &Target, label: &str) -> Partition {
    let partition = Partition::valid(label, example::of(target.service, &target.path, &target.shape));
    match target.meaning().unfit() {
        Some(why) => partition.unfit(why),
        None => partition,
    }
}

fn types(target: &Target) -> Vec<Partition> {
    let mut all = Vec::new();
    if matches!(target.shape.kind, Kind::Boolean) {
        all.push(Partition::valid("true", Value::Bool(true)));
        all.push(Partition::valid("false", Value::Bool(false)));
    } else {
        all.push(present(target, type_name(&target.shape.kind)));
    }
    if matches!(target.shape.kind, Kind::Structure(_) | Kind::Map(..)) {
        all.push(Partition::valid("an empty object", Arg::Object(Vec::new())));
    }
    match target.place {
        Place::Item | Place::Value => all.push(
            Partition::broken("null", Value::Null, &[Constraint::Type]).ambiguous(ambiguity::NULL_INSIDE),
        ),
        _ if !target.required => {
            all.push(Partition::valid("null", Value::Null).ambiguous(ambiguity::NULL));
        }
        _ => {}
    }
    all.extend(
        mistyped(target)
            .into_iter()
            .map(|(label, value)| Partition::broken(label, value, &[Constraint::Type])),
    );
    if matches!(target.shape.kind, Kind::Integer) {
        let integral = Partition::broken("1.0", json!(1.0), &[Constraint::Type]);
        all.push(integral.ambiguous(ambiguity::INTEGRAL));
    }
    all
}

fn type_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::String => "a string",
        Kind::Boolean => "a boolean",
        Kind::Integer => "an integer",
        Kind::Timestamp => "a number of seconds",
        Kind::Structure(_) | Kind::Map(..) => "an object",
        Kind::List(_) => "an array",
    }
}

/// Values of every JSON type but the place's own, the likely mistakes among them.
pub(super) fn mistyped(target: &Target) -> Vec<(&'static str, Arg)> {
    let json = |label: &'static str, value: Value| (label, Arg::Json(value));
    let mut all = vec![json("an empty array", json!([])), json("a number with a fraction", json!(1.5))];
    let kind = &target.shape.kind;
    let example = || example::of(target.service, &target.path, &target.shape);
    match kind {
        Kind::List(_) | Kind::Structure(_) => all.retain(|(label, _)| *label != "an empty array"),
        _ => {}
    }
    match kind {
        Kind::Boolean => all.extend([
            json("the string \"true\"", json!("true")),
            json("the string \"false\"", json!("false")),
        ]),
        Kind::Integer => {
            all.extend([json("the string \"1\"", json!("1")), json("an empty string", json!(""))])
        }
        Kind::String => all.push(("the string in an array", Arg::List(vec![example()]))),
        Kind::List(item) => {
            let item = example::of(target.service, &format!("{}.member", target.path), item);
            all.push(("the item without its array", item));
            all.push(json("an object with numbers for names", json!({"0": "awsc"})));
        }
        Kind::Map(..) => {
            all.push(json("an array of keys and values", json!([{"Key": "awsc", "Value": "awsc"}])));
        }
        Kind::Structure(_) => all.push(("the object in an array", Arg::List(vec![example()]))),
        Kind::Timestamp => {}
    }
    if !matches!(kind, Kind::String) {
        all.push(json("a string", json!("awsc")));
    }
    if !matches!(kind, Kind::Integer | Kind::Timestamp) {
        all.extend([json("a number", json!(1)), json("zero", json!(0))]);
    }
    if !matches!(kind, Kind::Boolean) {
        all.extend([json("true", json!(true)), json("false", json!(false))]);
    }
    if !matches!(kind, Kind::Structure(_) | Kind::Map(..)) {
        all.push(json("an empty object", json!({})));
        all.push(json("an object", json!({"awsc": "awsc"})));
    }
    if target.meaning() == Meaning::Document {
        all.push(("a policy as an object instead of a string", document::object(target.service)));
    }
    all
}

fn least(shape: &Shape) -> Vec<Partition> {
    let min = bound(shape.min);
    let mut all = vec![number(shape, min)];
    all.extend(
        [min - 1, -1, -100, i64::from(i32::MIN), i64::from(i32::MIN) - 1, i64::MIN]
            .map(|value| number(shape, value)),
    );
    all.dedup();
    all
}

fn greatest(shape: &Shape) -> Vec<Partition> {
    let max = bound(shape.max);
    let far = [max + 1, 2 * max, 1000, i64::from(i32::MAX), i64::from(i32::MAX) + 1, i64::MAX];
    let mut all = vec![number(shape, max - 1), number(shape, max)];
    all.extend(far.map(|value| number(shape, value)));
    all
}

/// A number, with what it breaks.
pub(super) fn number(shape: &Shape, value: i64) -> Partition {
    let mut breaks = Vec::new();
    let mut label = value.to_string();
    if i32::try_from(value).is_err() {
        breaks.push(Constraint::Type);
        label.push_str(" (beyond 32 bits, so no integer of the model either)");
    }
    if value < bound(shape.min) {
        breaks.push(Constraint::ValueMin);
    }
    if value > bound(shape.max) {
        breaks.push(Constraint::ValueMax);
    }
    Partition::broken(label, Value::from(value), &breaks)
}

pub(super) fn bound(value: Option<u64>) -> i64 {
    i64::try_from(value.unwrap_or_default()).expect("bounds of the models are small")
}

fn values(shape: &Shape) -> Vec<Partition> {
    let mut all: Vec<Partition> =
        shape.values.iter().map(|value| Partition::valid(value, value.as_str())).collect();
    let first = &shape.values[0];
    let others = [
        ("the first value in lower case", first.to_lowercase()),
        ("the first value with a trailing space", format!("{first} ")),
        ("the first value with a trailing newline", format!("{first}\n")),
        ("the first value with a leading space", format!(" {first}")),
        ("the first value without its last letter", first[..first.len() - 1].to_owned()),
        ("the first value with hyphens", first.replace('_', "-")),
        ("two values", shape.values.join(",")),
        ("an unknown word", "AWSC".to_owned()),
        ("'*'", "*".to_owned()),
        ("empty", String::new()),
        ("10,000 letters", "A".repeat(10_000)),
    ];
    all.extend(
        others
            .into_iter()
            .filter(|(_, value)| !shape.values.contains(value))
            .map(|(label, value)| Partition::broken(label, value.as_str(), &[Constraint::Enum])),
    );
    all
}

fn counts(target: &Target, constraint: Constraint) -> Vec<Partition> {
    let (min, max) = (target.shape.min.unwrap_or(0), target.shape.max.unwrap_or(0));
    let mut counts = match constraint {
        Constraint::CountMin => vec![min, min - 1, 0],
        _ => vec![max - 1, max, max + 1, 2 * max, 8 * max],
    };
    counts.dedup();
    counts.into_iter().map(|count| entries(target, count)).collect()
}

/// A list or map of so many valid entries, with what their count breaks.
pub(super) fn entries(target: &Target, count: u64) -> Partition {
    let shape = &target.shape;
    let mut breaks = Vec::new();
    if shape.min.is_some_and(|min| count < min) {
        breaks.push(Constraint::CountMin);
    }
    if shape.max.is_some_and(|max| count > max) {
        breaks.push(Constraint::CountMax);
    }
    let mut note = "";
    let value = match &shape.kind {
        Kind::List(item) if !item.values.is_empty() => {
            if count > item.values.len() as u64 {
                note = ", some twice";
            }
            Arg::List(
                item.values.iter().cycle().take(size(count)).map(|value| Arg::from(value.as_str())).collect(),
            )
        }
        Kind::List(_) => {
            let stem = Meaning::at(target.service, &format!("{}.member", target.path)).stem();
            Arg::List(
                (0..count).map(|at| Arg::text([stem.clone(), Part::Literal(format!("-{at}"))])).collect(),
            )
        }
        _ => Arg::Object((0..count).map(|at| (format!("awsc-{at}"), Arg::from("awsc"))).collect()),
    };
    let plural = if count == 1 { "entry" } else { "entries" };
    Partition::broken(format!("{count} {plural}{note}"), value, &breaks)
}

fn size(count: u64) -> usize {
    usize::try_from(count).expect("counts of the models are small")
}
