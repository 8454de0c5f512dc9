//! The attribution guard: an independent judge of what a value breaks.
//!
//! It shares no code with [`crate::partition`]: patterns are matched by a regular expression
//! engine, lengths are counted anew. The tests prove with it that every partition breaks exactly
//! the constraints that it names.

use crate::constraint::Constraint;
use crate::model::{Kind, Shape};
use regex::Regex;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// How the model is read where it leaves room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// `\w` and `\d` are ASCII, lengths count characters.
    Strict,
    /// `\w` and `\d` are Unicode.
    Lenient,
}

/// What a value of a member breaks, read strictly: each constraint once, in the order of
/// [`Constraint`]. No value stands for a member that is absent.
pub fn broken(shape: &Shape, required: bool, value: Option<&Value>) -> Vec<Constraint> {
    broken_as(Reading::Strict, shape, required, value)
}

/// What a value of a member breaks under a reading of the model.
pub fn broken_as(reading: Reading, shape: &Shape, required: bool, value: Option<&Value>) -> Vec<Constraint> {
    let mut found = Vec::new();
    match value {
        None | Some(Value::Null) if required => found.push(Constraint::Required),
        None | Some(Value::Null) => {}
        Some(value) => judge(reading, shape, value, &mut found),
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn judge(reading: Reading, shape: &Shape, value: &Value, found: &mut Vec<Constraint>) {
    match (&shape.kind, value) {
        (Kind::String, Value::String(text)) => string(reading, shape, text, found),
        (Kind::Boolean, Value::Bool(_)) | (Kind::Timestamp, Value::Number(_)) => {}
        (Kind::Integer, Value::Number(number)) => match number.as_i64() {
            Some(value) => integer(shape, value, found),
            None => found.push(Constraint::Type),
        },
        (Kind::Structure(structure), Value::Object(object)) => {
            for member in &structure.members {
                found.extend(broken_as(reading, &member.shape, member.required, object.get(&member.name)));
            }
        }
        (Kind::List(item), Value::Array(items)) => {
            count(shape, items.len(), found);
            items.iter().for_each(|value| judge(reading, item, value, found));
        }
        (Kind::Map(key, item), Value::Object(object)) => {
            count(shape, object.len(), found);
            for (name, value) in object {
                string(reading, key, name, found);
                judge(reading, item, value, found);
            }
        }
        _ => found.push(Constraint::Type),
    }
}

fn string(reading: Reading, shape: &Shape, text: &str, found: &mut Vec<Constraint>) {
    let length = text.chars().fold(0_u64, |length, _| length + 1);
    if shape.min.is_some_and(|min| length < min) {
        found.push(Constraint::LengthMin);
    }
    if shape.max.is_some_and(|max| length > max) {
        found.push(Constraint::LengthMax);
    }
    if shape.pattern.as_deref().is_some_and(|pattern| !matches(reading, pattern, text)) {
        found.push(Constraint::Pattern);
    }
    if !shape.values.is_empty() && !shape.values.iter().any(|value| value == text) {
        found.push(Constraint::Enum);
    }
}

fn integer(shape: &Shape, value: i64, found: &mut Vec<Constraint>) {
    if !(-(1_i64 << 31)..1_i64 << 31).contains(&value) {
        found.push(Constraint::Type);
    }
    let value = i128::from(value);
    if shape.min.is_some_and(|min| value < i128::from(min)) {
        found.push(Constraint::ValueMin);
    }
    if shape.max.is_some_and(|max| value > i128::from(max)) {
        found.push(Constraint::ValueMax);
    }
}

fn count(shape: &Shape, entries: usize, found: &mut Vec<Constraint>) {
    let entries = entries as u64;
    if shape.min.is_some_and(|min| entries < min) {
        found.push(Constraint::CountMin);
    }
    if shape.max.is_some_and(|max| entries > max) {
        found.push(Constraint::CountMax);
    }
}

/// Whether the whole text matches a pattern of the models, which are in Java's syntax.
fn matches(reading: Reading, pattern: &str, text: &str) -> bool {
    // Tag keys: the engine has no look-ahead, so what must not stand in front is asked separately.
    if let Some(rest) = pattern.strip_prefix("^(?!aws:)") {
        return !text.starts_with("aws:") && matches(reading, rest, text);
    }
    let pattern = match reading {
        Reading::Strict => pattern.replace(r"\w", r"[A-Za-z0-9_]").replace(r"\d", r"[0-9]"),
        Reading::Lenient => pattern.replace(r"\w", r"[\w\p{No}\p{Nl}]"),
    };
    let anchored = format!(r"\A(?:{pattern})\z");
    let mut known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = known.entry(anchored).or_insert_with_key(|anchored| {
        Regex::new(anchored).expect("the patterns of the models are regular expressions")
    });
    regex.is_match(text)
}

/// The patterns that were asked for: compiling is what takes time.
static COMPILED: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);

#[cfg(test)]
mod tests;
