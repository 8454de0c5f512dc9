//! The shape of a response: its types and member names, without the values that differ between two runs.
//!
//! A shape is JSON: a value stands as its type, `<string>`; several types as `<null|string>`; a member that
//! is not always there has a `?` behind its name. Statuses, media types and error codes are no data, and
//! stand as they are.

use super::message::{Exchange, Outcome, Request, Response};
use super::trace::{Recorded, Trace};
use crate::exchange::untrusted::escape;
use crate::service::resource_listed_by;
use aws_conformance_generators::model::model;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The members whose texts stand as they are.
const KEPT: [&str; 4] = ["__type", "code", "Code", "Status"];
/// A member that is there or not as the moment has it: whether a list goes on.
const MOMENTARY: &str = "NextToken";
/// A member whose text is one or another as the moment has it: how far a project has come.
const PASSING: &str = "Status";
/// The most characters of a text, or of a member's name.
const LONGEST: usize = 100;
/// The most members of an object that are told apart, and how deep.
const MOST_MEMBERS: usize = 64;
const DEEPEST: usize = 12;
/// The most texts that one value may be.
const MOST_TEXTS: usize = 8;
/// The most outcomes of a run that are told apart, and the name of what comes after them.
const MOST_OUTCOMES: usize = 400;
const OTHERS: &str = "others";
/// The most differences of two shapes that are named.
const MOST_CHANGES: usize = 8;

/// The shapes of every outcome that a run reached, by `service.Operation.outcome`: `success` or the error's
/// code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shapes(pub BTreeMap<String, Value>);

impl Shapes {
    /// Looks at every response of an attempt.
    pub fn look(&mut self, recorded: &Recorded) {
        for exchange in recorded.traces.iter().flat_map(Trace::exchanges) {
            // What names no operation in the protocol's way is no outcome of one.
            if let (Ok(response), false) = (&exchange.reply, exchange.off_protocol || shows_others(exchange))
            {
                self.note(outcome(exchange, response), shape(response));
            }
        }
    }

    /// Adds what others reached.
    pub fn add(&mut self, others: Self) {
        others.0.into_iter().for_each(|(outcome, shape)| self.note(outcome, shape));
    }

    fn note(&mut self, outcome: String, shape: Value) {
        let is_known = self.0.contains_key(&outcome) || self.0.len() < MOST_OUTCOMES;
        let outcome = if is_known { outcome } else { OTHERS.to_owned() };
        match self.0.get_mut(&outcome) {
            Some(known) if *known == shape => {}
            Some(known) => *known = merged(known, &shape),
            None => drop(self.0.insert(outcome, shape)),
        }
    }
}

/// Whether a listing shows what other cases have made just then, since it could be asked for some by name
/// and was not: its members differ from run to run.
fn shows_others(exchange: &Exchange) -> bool {
    let Request { service, operation, .. } = &exchange.request;
    let Some(resource) = resource_listed_by(operation) else { return false };
    let names = format!("{}s", resource.names.create);
    let operation = model(*service).operation(operation);
    operation.is_some_and(|operation| operation.input.member(&names).is_some())
        && exchange.request.input().is_none_or(|input| input.get(&names).is_none())
        && matches!(exchange.outcome(), Outcome::Success(_))
}

/// An outcome's name, which may be a file's.
fn outcome(exchange: &Exchange, response: &Response) -> String {
    let outcome = match exchange.outcome() {
        Outcome::Success(_) => "success".to_owned(),
        _ => response.code().unwrap_or_else(|| format!("HTTP-{}", response.status)),
    };
    let is_safe = |one: &char| one.is_ascii_alphanumeric() || "-_".contains(*one);
    let outcome: String = outcome.chars().filter(is_safe).take(LONGEST).collect();
    format!("{}.{}.{outcome}", exchange.request.service, exchange.request.operation)
}

/// The shape of a response.
pub fn shape(response: &Response) -> Value {
    let mut members = Map::new();
    members.insert("status".to_owned(), json!(response.status.to_string()));
    for (name, is_kept) in [("content-type", true), ("x-amzn-errortype", true), ("x-amzn-requestid", false)] {
        if let Some(value) = response.header(name) {
            let shown = if is_kept { escape(value, LONGEST) } else { "<string>".to_owned() };
            members.insert(name.to_owned(), Value::String(shown));
        }
    }
    match response.json() {
        Some(body) => drop(members.insert("body".to_owned(), shape_of(body, "", 0))),
        None if response.body.is_empty() => {}
        None => drop(members.insert("body".to_owned(), json!("<no JSON>"))),
    }
    Value::Object(members)
}

fn shape_of(value: &Value, member: &str, depth: usize) -> Value {
    match value {
        Value::String(code) if KEPT.contains(&member) => Value::String(escape(code, LONGEST)),
        Value::String(_) => json!("<string>"),
        Value::Number(_) => json!("<number>"),
        Value::Bool(_) => json!("<boolean>"),
        Value::Null => json!("<null>"),
        Value::Array(_) | Value::Object(_) if depth >= DEEPEST => kind(value),
        Value::Array(items) => {
            let items = items.iter().map(|item| shape_of(item, "", depth + 1));
            Value::Array(items.reduce(|one, other| merged(&one, &other)).into_iter().collect())
        }
        Value::Object(members) if members.len() > MOST_MEMBERS => kind(value),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (escape(name, LONGEST), shape_of(value, name, depth + 1)))
            .collect(),
    }
}

/// A shape as one word.
fn kind(shape: &Value) -> Value {
    match shape {
        Value::Array(_) => json!("<array>"),
        Value::Object(_) => json!("<object>"),
        word => word.clone(),
    }
}

/// The shape of what has the one or the other.
fn merged(one: &Value, other: &Value) -> Value {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            let items = one.iter().chain(other).cloned();
            Value::Array(items.reduce(|one, other| merged(&one, &other)).into_iter().collect())
        }
        (Value::Object(one), Value::Object(other)) => merged_members(one, other),
        _ => {
            let (one, other) = (kind(one), kind(other));
            let mut all: Vec<&str> = one.as_str().into_iter().chain(other.as_str()).flat_map(words).collect();
            all.sort_unstable();
            all.dedup();
            match all.len() {
                0..=MOST_TEXTS => Value::String(all.join("|")),
                _ => json!("<string>"),
            }
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split('|')
}

fn merged_members(one: &Map<String, Value>, other: &Map<String, Value>) -> Value {
    let mut all = Map::new();
    for (name, is_optional, value) in members(one) {
        let (is_optional, value) = match member(other, name) {
            Some((also, with)) => (is_optional || also, merged(value, with)),
            None => (true, value.clone()),
        };
        all.insert(format!("{name}{}", if is_optional { "?" } else { "" }), value);
    }
    for (name, _, value) in members(other).filter(|(name, ..)| member(one, name).is_none()) {
        all.insert(format!("{name}?"), value.clone());
    }
    if all.len() > MOST_MEMBERS { json!("<object>") } else { Value::Object(all) }
}

/// Members with their names and whether they may be missing.
fn members(object: &Map<String, Value>) -> impl Iterator<Item = (&str, bool, &Value)> {
    object.iter().map(|(name, value)| match name.strip_suffix('?') {
        Some(name) => (name, true, value),
        None => (name.as_str(), false, value),
    })
}

fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<(bool, &'a Value)> {
    let always = object.get(name).map(|value| (false, value));
    always.or_else(|| object.get(&format!("{name}?")).map(|value| (true, value)))
}

/// What a shape has that another one does not allow, in words: none where it is the same, or the same of
/// fewer responses.
pub fn changes(before: &Value, now: &Value) -> Vec<String> {
    let mut all = Vec::new();
    compare(before, now, "", &mut all);
    if all.len() > MOST_CHANGES {
        let more = all.len() - MOST_CHANGES;
        all.truncate(MOST_CHANGES);
        all.push(format!("and {more} more"));
    }
    all
}

fn compare(before: &Value, now: &Value, path: &str, all: &mut Vec<String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            for (name, was_optional, value) in members(before) {
                match member(now, name) {
                    Some((is_optional, with)) => {
                        if is_optional && !was_optional && name != MOMENTARY {
                            all.push(format!("{} is not always there", below(name)));
                        }
                        compare(value, with, &below(name), all);
                    }
                    None if was_optional || name == MOMENTARY => {}
                    None => all.push(format!("{} is missing", below(name))),
                }
            }
            let is_new = |name: &str| name != MOMENTARY && member(before, name).is_none();
            let new = members(now).filter(|(name, ..)| is_new(name));
            all.extend(new.map(|(name, ..)| format!("{} is new", below(name))));
        }
        (Value::Array(before), Value::Array(now)) => match (before.first(), now.first()) {
            (Some(before), Some(now)) => compare(before, now, &format!("{path}[]"), all),
            (None, Some(_)) => all.push(format!("{path}[] is new")),
            (_, None) => {}
        },
        _ => {
            let (was, is) = (kind(before), kind(now));
            let (was, is) = (was.as_str().unwrap_or_default(), is.as_str().unwrap_or_default());
            let is_any = |word: &str| was == "<string>" && !word.starts_with('<');
            let are_texts = words(was).chain(words(is)).all(|word| !word.starts_with('<'));
            if path.rsplit('.').next() == Some(PASSING) && are_texts {
                return;
            }
            if !words(is).all(|word| words(was).any(|known| known == word) || is_any(word)) {
                all.push(format!("{path} was {was}, is {is}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn of(body: &str) -> Value {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        shape(&Response::new(200, headers, body.as_bytes().to_vec()))
    }

    #[test]
    fn a_shape_has_names_and_types_and_no_values() {
        let shape = of(r#"{"__type":"X","A":[{"n":1,"s":"secret"},{"s":null}],"B":true,"C":[]}"#);
        let body = json!({ "__type": "X", "A": [{ "n?": "<number>", "s": "<null>|<string>" }], "B": "<boolean>", "C": [] });
        assert_eq!(shape, json!({ "status": "200", "content-type": "application/json", "body": body }));
        assert_eq!(of("<html>")["body"], "<no JSON>");
        assert_eq!(of("").get("body"), None);
    }

    #[rstest]
    #[case::same(r#"{"a":1}"#, r#"{"a":2}"#, &[])]
    #[case::missing(r#"{"a":1,"b":1}"#, r#"{"a":2}"#, &["body.b is missing"])]
    #[case::new(r#"{"a":1}"#, r#"{"a":2,"b":1}"#, &["body.b is new"])]
    #[case::other_type(r#"{"a":1}"#, r#"{"a":"1"}"#, &["body.a was <number>, is <string>"])]
    #[case::deeper(r#"{"a":{}}"#, r#"{"a":"1"}"#, &["body.a was <object>, is <string>"])]
    #[case::list(r#"{"a":[]}"#, r#"{"a":[1]}"#, &["body.a[] is new"])]
    #[case::empty_list(r#"{"a":[1]}"#, r#"{"a":[]}"#, &[])]
    #[case::some_items(r#"{"a":[{"b":1}]}"#, r#"{"a":[{"b":1},{}]}"#, &["body.a[].b is not always there"])]
    #[case::a_list_that_goes_on(r#"{"a":[]}"#, r#"{"a":[],"NextToken":"x"}"#, &[])]
    #[case::a_list_that_ends(r#"{"a":[],"NextToken":"x"}"#, r#"{"a":[]}"#, &[])]
    #[case::another_status(r#"{"Status":"CREATED"}"#, r#"{"Status":"DELETING"}"#, &[])]
    #[case::no_status(r#"{"Status":"CREATED"}"#, r#"{"Status":1}"#, &["body.Status was CREATED, is <number>"])]
    #[case::no_json("{}", "<html>", &["body was <object>, is <no JSON>"])]
    fn what_changed_is_named(#[case] before: &str, #[case] now: &str, #[case] says: &[&str]) {
        assert_eq!(changes(&of(before), &of(now)), says);
    }

    fn body() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(json!(null)), Just(json!(1)), Just(json!("x")), Just(json!(true))];
        leaf.prop_recursive(4, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                proptest::collection::btree_map("[a-c]{1,2}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// Whatever of a run is tried again, nothing of it is a change.
        #[test]
        fn each_of_several_is_allowed_by_all(bodies in proptest::collection::vec(body(), 1..5)) {
            let shapes: Vec<Value> = bodies.iter().map(|body| of(&body.to_string())).collect();
            let all = shapes.iter().cloned().reduce(|one, other| merged(&one, &other)).expect("there is one");
            for shape in shapes.iter().chain([&all]) {
                prop_assert_eq!(changes(&all, shape), Vec::<String>::new(), "{} in {}", shape, all);
                prop_assert!(shape == &all || !changes(shape, &all).is_empty(), "{} in {}", shape, all);
            }
        }

        /// An endpoint may answer anything.
        #[test]
        fn any_body_has_a_shape_that_can_be_read_again(body in crate::exchange::shape::tests::body(), wide in 0usize..200) {
            let mut body = json!({ "x": body });
            (0..wide).for_each(|at| body[format!("member{at}")] = json!(at));
            let shape = of(&body.to_string());
            let again: Value = serde_json::from_str(&shape.to_string()).expect("it is JSON");
            prop_assert_eq!(again, shape);
        }
    }
}
